/* SPDX-License-Identifier: MIT */
#include "journal/entry.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/proc.h"
#include "unit/host.h"

#define FACILITY_DAEMON 3
#define FACILITY_USER 1

static usec_t clock_boottime(void)
{
	struct timespec t;

	return clock_gettime(CLOCK_BOOTTIME, &t) < 0
		       ? clock_monotonic()
		       : (usec_t)t.tv_sec * USEC_PER_SEC + (usec_t)t.tv_nsec / 1000;
}

void journal_host_read(struct journal_host *h, struct arena *a)
{
	struct root root = { .fd = -1 };
	usec_t now = clock_realtime(), up = clock_boottime();
	usec_t ticks = (usec_t)sysconf(_SC_CLK_TCK);
	struct proc_stat init = { 0 };

	*h = (struct journal_host){ .name = host_name(a) };
	host_read_boot_id(h->boot_id);
	if (root_open(&root, "/", a) == 0) {
		host_read_machine_id(&root, h->machine_id);
		root_close(&root);
	}
	h->boot_offset = now > clock_monotonic() ? now - clock_monotonic() : 0;
	if (proc_read_stat(1, &init) == 0 && ticks > 0 && now > up) {
		/* Ticks are rounded down: one of them before. */
		h->boot_realtime = now - up + init.start_time * (USEC_PER_SEC / ticks);
		h->boot_realtime -= USEC_PER_SEC / ticks;
	}
}

static uint64_t hash_add(uint64_t h, const char *s)
{
	for (; *s; s++) {
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	}
	return (h ^ '\n') * UINT64_C(1099511628211);
}

static uint64_t entry_hash(const struct log_entry *e)
{
	uint64_t h = UINT64_C(14695981039346656037) ^ (uint64_t)e->pid;

	h = hash_add(h, str_or_empty(e->unit));
	h = hash_add(h, e->identifier);
	return hash_add(h, e->text);
}

int journal_cursor_parse(const char *s, struct journal_cursor *ret)
{
	const char *t = str_has_prefix(s, "t=") ? s : strstr(s, ";t=");
	const char *x = strstr(s, ";x=");
	uint64_t realtime, hash;

	if (!t || !x || sscanf(strchr(t, '=') + 1, "%" SCNx64, &realtime) != 1 ||
	    sscanf(x + 3, "%" SCNx64, &hash) != 1) {
		return -EINVAL;
	}
	*ret = (struct journal_cursor){ realtime, hash };
	return 0;
}

int journal_cursor_compare(const struct log_entry *e, const struct journal_cursor *c)
{
	if (e->realtime != c->realtime) {
		return e->realtime < c->realtime ? -1 : 1;
	}
	return entry_hash(e) == c->hash ? 0 : -1;
}

static void add(struct journal_fields *f, const char *name, const char *value)
{
	if (value && value[0] && f->n < JOURNAL_FIELDS_MAX) {
		f->v[f->n].name = name;
		f->v[f->n++].value = value;
	}
}

static void add_addresses(struct journal_fields *f, const struct log_entry *e,
			  const struct journal_host *h)
{
	usec_t monotonic = e->realtime > h->boot_offset ? e->realtime - h->boot_offset : 0;

	snprintf(f->cursor, sizeof(f->cursor), "s=%s;i=0;b=%s;m=%" PRIx64 ";t=%" PRIx64 ";x=%" PRIx64,
		 h->machine_id, h->boot_id, monotonic, e->realtime, entry_hash(e));
	snprintf(f->realtime, sizeof(f->realtime), "%" PRIu64, e->realtime);
	snprintf(f->monotonic, sizeof(f->monotonic), "%" PRIu64, monotonic);
	add(f, "__CURSOR", f->cursor);
	add(f, "__REALTIME_TIMESTAMP", f->realtime);
	add(f, "__MONOTONIC_TIMESTAMP", f->monotonic);
	f->n_addresses = f->n;
}

void journal_fields_make(const struct log_entry *e, const struct journal_host *h,
			 struct journal_fields *ret)
{
	struct journal_fields *f = ret;
	bool is_note = log_entry_is_note(e);
	int facility = e->facility >= 0 ? e->facility
		       : e->by_syslog	? FACILITY_USER
					: FACILITY_DAEMON;

	f->n = 0;
	add_addresses(f, e, h);
	snprintf(f->facility, sizeof(f->facility), "%d", facility);
	snprintf(f->priority, sizeof(f->priority), "%d", e->priority);
	snprintf(f->pid, sizeof(f->pid), "%ld", (long)e->pid);
	add(f, "_BOOT_ID", e->realtime >= h->boot_realtime ? h->boot_id : NULL);
	add(f, "SYSLOG_FACILITY", f->facility);
	add(f, "PRIORITY", f->priority);
	add(f, "_MACHINE_ID", h->machine_id);
	add(f, "_HOSTNAME", h->name);
	add(f, "_RUNTIME_SCOPE", "system");
	add(f, "_TRANSPORT", is_note ? "journal" : e->by_syslog ? "syslog" : "stdout");
	add(f, "SYSLOG_IDENTIFIER", e->identifier);
	add(f, "_PID", e->pid > 0 ? f->pid : NULL);
	add(f, "_SYSTEMD_UNIT", is_note ? "init.scope" : e->unit);
	add(f, "UNIT", is_note ? e->unit : NULL);
	add(f, "MESSAGE", e->text);
}

const char *journal_fields_get(const struct journal_fields *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++) {
		if (streq(f->v[i].name, name)) {
			return f->v[i].value;
		}
	}
	return NULL;
}
