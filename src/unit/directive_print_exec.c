/* SPDX-License-Identifier: MIT */

/* Exec, kill and [Service] settings as `show` prints them. */

#include <errno.h>
#include <limits.h>

#include "base/clock.h"
#include "base/signals.h"
#include "directive_internal.h"
#include "unit/numa.h"
#include "unit/syscall_filter.h"

void directive_print_working_directory(const struct unit *u, const struct directive *d,
				       const void *place, struct strbuf *out)
{
	if (u->exec.working_directory) {
		strbuf_addf(out, "%s%s", u->exec.working_directory_optional ? "!" : "",
			    u->exec.working_directory);
	}
}

void directive_print_login_environment(const struct unit *u, const struct directive *d,
				       const void *place, struct strbuf *out)
{
	int v = *(const int *)place;
	/* Not set: whoever has a user or session of its own gets that user's environment. */
	bool own = u->exec.user || u->exec.pam_name;
	strbuf_add(out, (v < 0 ? own : v > 0) ? "yes" : "no");
}

/* Sorted, with one "~" for all; an empty list forbids nothing, which systemd writes as "~". */
void directive_print_families(const struct unit *u, const struct directive *d, const void *place,
			      struct strbuf *out)
{
	struct arena a CLEANUP_ARENA = { 0 };
	const struct strv *l = place;
	struct strv sorted = { 0 };
	bool deny = l->n == 0 || l->v[0][0] == '~';
	STRV_FOREACH(word, l)
	{
		if (!streq(word, "none")) {
			strv_add(&sorted, &a, word + deny);
		}
	}
	strv_sort(&sorted);
	strbuf_addf(out, "%s%s", deny ? "~" : "", strv_join(&sorted, &a, " "));
}

void directive_print_nsec(const struct unit *u, const struct directive *d, const void *place,
			  struct strbuf *out)
{
	usec_t v = *(const usec_t *)place;
	/* Not set: the kernel's default. */
	strbuf_addf(out, "%llu", v == USEC_INFINITY ? 50000ULL : (unsigned long long)v);
}

static void print_numbers(const struct number_set *set, struct strbuf *out)
{
	const char *blank = "";

	for (unsigned i = 0; i < NUMBER_SET_BITS; i++) {
		unsigned from = i;

		if (!number_set_has(set, i)) {
			continue;
		}
		while (number_set_has(set, i + 1)) {
			i++;
		}
		strbuf_addf(out, "%s%u", blank, from);
		if (i > from) {
			strbuf_addf(out, "-%u", i);
		}
		blank = " ";
	}
}

void directive_print_numbers(const struct unit *u, const struct directive *d, const void *place,
			     struct strbuf *out)
{
	struct number_set set = { 0 };

	number_set_add(&set, place);
	print_numbers(&set, out);
}

void directive_print_cpu_affinity(const struct unit *u, const struct directive *d,
				  const void *place, struct strbuf *out)
{
	struct number_set set = { 0 };

	if (!u->exec.cpu_affinity_from_numa) {
		directive_print_numbers(u, d, place, out);
	} else if (numa_add_processors(&u->exec.numa_mask, &set) == 0) {
		print_numbers(&set, out);
	}
}

/* Nodes without a policy are preferred. */
void directive_print_numa_policy(const struct unit *u, const struct directive *d,
				 const void *place, struct strbuf *out)
{
	const char *word = *(const char *const *)place;

	strbuf_add(out, word ? word : u->exec.numa_mask.n > 0 ? "preferred" : "n/a");
}

void directive_print_binds(const struct unit *u, const struct directive *d, const void *place,
			   struct strbuf *out)
{
	static const char unsaid[] = ":norbind";
	const struct strv *l = place;
	for (size_t i = 0; i < l->n; i++) {
		size_t n = strlen(l->v[i]);
		n -= str_has_suffix(l->v[i], unsaid) ? strlen(unsaid) : 0;
		strbuf_addf(out, "%s%.*s", i ? " " : "", (int)n, l->v[i]);
	}
}

static void print_limit(rlim_t v, struct strbuf *out)
{
	if (v == RLIM_INFINITY) {
		strbuf_add(out, "infinity");
	} else {
		strbuf_addf(out, "%llu", (unsigned long long)v);
	}
}

/* A limit that is not set is the one that the service would inherit from us. */
static struct rlimit print_effective_limit(const struct exec_limit *l, int resource)
{
	struct rlimit v = l->value;
	if (!l->set && getrlimit(resource, &v) < 0) {
		v = (struct rlimit){ RLIM_INFINITY, RLIM_INFINITY };
	}
	return v;
}

void directive_print_limit(const struct unit *u, const struct directive *d, const void *place,
			   struct strbuf *out)
{
	print_limit(print_effective_limit(place, d->argument).rlim_max, out);
}

void directive_print_limit_soft(const struct unit *u, const struct directive *d, const void *place,
				struct strbuf *out)
{
	print_limit(print_effective_limit(place, d->argument).rlim_cur, out);
}

void directive_print_env_files(const struct unit *u, const struct directive *d, const void *place,
			       struct strbuf *out)
{
	const struct exec_settings *x = &u->exec;
	for (size_t i = 0; i < x->n_env_files; i++) {
		strbuf_addf(out, "%s%s (ignore_errors=%s)", i ? "\n" : "", x->env_files[i].path,
			    x->env_files[i].optional ? "yes" : "no");
	}
}

void directive_print_stdio(const struct unit *u, const struct directive *d, const void *place,
			   struct strbuf *out)
{
	static const char *const names[] = {
		[STDIO_INHERIT] = "inherit",
		[STDIO_NULL] = "null",
		[STDIO_TTY] = "tty",
		[STDIO_TTY_FORCE] = "tty-force",
		[STDIO_TTY_FAIL] = "tty-fail",
		[STDIO_JOURNAL] = "journal",
		[STDIO_JOURNAL_CONSOLE] = "journal+console",
		[STDIO_KMSG] = "kmsg",
		[STDIO_KMSG_CONSOLE] = "kmsg+console",
		[STDIO_SOCKET] = "socket",
		[STDIO_DATA] = "data",
		[STDIO_FD] = "fd",
		[STDIO_FILE] = "file",
		[STDIO_APPEND] = "append",
		[STDIO_TRUNCATE] = "truncate",
	};
	const struct exec_stream *s = place;
	const struct exec_settings *x = &u->exec;
	bool inherits = s == &x->std_output && s->kind == STDIO_INHERIT;
	if (s->kind != STDIO_DEFAULT && !inherits) {
		strbuf_add(out, names[s->kind]);
		return;
	}
	if (s == &x->std_input) {
		strbuf_add(out, x->std_input_data_n ? "data" : "null");
	} else if (s == &x->std_error) {
		strbuf_add(out, "inherit");
	} else {
		strbuf_add(out, exec_output_follows(x) ? "inherit" : "journal");
	}
}

void directive_print_stdio_name(const struct unit *u, const struct directive *d, const void *place,
				struct strbuf *out)
{
	const struct exec_stream *s = place;
	static const char *const names[] = { "stdin", "stdout", "stderr" };
	if (s->kind == STDIO_FD) {
		strbuf_add(out, s->argument ? s->argument : names[d->argument]);
	}
}

void directive_print_facility(const struct unit *u, const struct directive *d, const void *place,
			      struct strbuf *out)
{
	strbuf_addf(out, "%d", *(const int *)place >> 3);
}

void directive_print_syslog_priority(const struct unit *u, const struct directive *d,
				     const void *place, struct strbuf *out)
{
	strbuf_addf(out, "%d", u->exec.syslog_facility | u->exec.syslog_level);
}

void directive_print_directories(const struct unit *u, const struct directive *d, const void *place,
				 struct strbuf *out)
{
	struct arena a CLEANUP_ARENA = { 0 };
	const struct strv *l = place;
	struct strv names = { 0 };
	for (size_t i = 0; i < l->n; i++) {
		/* Once, however many links lead to it. */
		strv_add_unique(&names, &a, arena_strndup(&a, l->v[i], strcspn(l->v[i], ":")));
	}
	directive_print_words(u, d, &names, out);
}

void directive_print_directory_links(const struct unit *u, const struct directive *d,
				     const void *place, struct strbuf *out)
{
	const struct strv *l = place;
	for (size_t i = 0; i < l->n; i++) {
		const char *colon = strchr(l->v[i], ':');
		strbuf_addf(out, "%s%.*s:%s", i ? "\n" : "", (int)strcspn(l->v[i], ":"), l->v[i],
			    colon ? colon + 1 : "");
	}
}

void directive_print_capabilities(const struct unit *u, const struct directive *d,
				  const void *place, struct strbuf *out)
{
	uint64_t set = *(const uint64_t *)place;
	bool any = false;
	for (int i = 0; i < DIRECTIVE_CAPABILITY_MAX; i++) {
		if (set >> i & 1) {
			strbuf_addf(out, "%s%s", any ? " " : "", directive_capability_name(i));
			any = true;
		}
	}
}

void directive_print_data(const struct unit *u, const struct directive *d, const void *place,
			  struct strbuf *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const struct exec_settings *x = &u->exec;
	const unsigned char *p = (const unsigned char *)x->std_input_data;
	for (size_t left = x->std_input_data_n; left > 0;) {
		size_t n = left < 3 ? left : 3;
		unsigned bits = (unsigned)p[0] << 16 | (n > 1 ? (unsigned)p[1] << 8 : 0) |
				(n > 2 ? p[2] : 0);
		for (size_t i = 0; i < 4; i++) {
			strbuf_add_char(out, i <= n ? digits[bits >> (18 - 6 * i) & 63] : '=');
		}
		p += n;
		left -= n;
	}
}

/* Calls with a verdict of their own in a list of what is allowed are not allowed: not shown. */
void directive_print_syscalls(const struct unit *u, const struct directive *d, const void *place,
			      struct strbuf *out)
{
	struct arena a CLEANUP_ARENA = { 0 };
	struct syscall_list l;
	const char *joint = "";

	syscall_list_resolve(place, &a, &l);
	strbuf_add(out, l.allows ? "" : "~");
	for (size_t i = 0; i < l.n; i++) {
		if (l.allows && l.calls[i].verdict != SYSCALL_LISTED) {
			continue;
		}
		strbuf_addf(out, "%s%s", joint, l.calls[i].name);
		if (l.calls[i].verdict != SYSCALL_LISTED) {
			strbuf_addf(out, ":%s", l.calls[i].word);
		}
		joint = " ";
	}
}

/* ---- [Service] and kill settings ---- */

void directive_print_exit_type(const struct unit *u, const struct directive *d, const void *place,
			       struct strbuf *out)
{
	strbuf_add(out, directive_choice_name(CHOICE_EXIT_TYPE, *(const bool *)place));
}

void directive_print_exit_statuses(const struct unit *u, const struct directive *d,
				   const void *place, struct strbuf *out)
{
	const struct exit_status_set *s = place;
	bool any = false;
	char buf[16];
	for (int i = 0; i < 256; i++) {
		if (exit_status_set_has_status(s, i)) {
			strbuf_addf(out, "%s%d", any ? " " : "", i);
			any = true;
		}
	}
	for (int i = 1; i < 128; i++) {
		if (exit_status_set_has_signal(s, i)) {
			strbuf_addf(out, "%s%s", any ? " " : "", signals_name(i, buf));
			any = true;
		}
	}
}

void directive_print_restart_signal(const struct unit *u, const struct directive *d,
				    const void *place, struct strbuf *out)
{
	strbuf_addf(out, "%d", u->kill.restart_signal ? u->kill.restart_signal : u->kill.signal);
}

void directive_print_span_or_zero(const struct unit *u, const struct directive *d,
				  const void *place, struct strbuf *out)
{
	char buf[128];
	usec_t v = *(const usec_t *)place;
	strbuf_add(out, clock_format_span(buf, sizeof(buf), v == USEC_INFINITY ? 0 : v, 1));
}

/* Errno of SystemCallErrorNumber=; the odd number is what systemd shows for "kill the process". */
void directive_print_errno(const struct unit *u, const struct directive *d, const void *place,
			   struct strbuf *out)
{
	const char *name = *(const char *const *)place;
	strbuf_addf(out, "%d",
		    name && !streq(name, "kill") ? directive_errno_parse(name) : INT_MAX - 1);
}

/* The newer property beside a boolean one: "connected" for PrivateTmp=yes … */
void directive_print_choice_ex(const struct unit *u, const struct directive *d, const void *place,
			       struct strbuf *out)
{
	bool on = *(const bool *)place;
	strbuf_add(out, directive_choice_name(d->argument, on ? 2 : 0));
}

/* A root of its own implies it. */
void directive_print_mount_api(const struct unit *u, const struct directive *d, const void *place,
			       struct strbuf *out)
{
	const char *word = unit_assignment(u, d->name);
	bool has_root = u->exec.root_directory || u->exec.root_image;

	strbuf_add(out, word ? word : has_root ? "yes" : "no");
}

void directive_print_delegate(const struct unit *u, const struct directive *d, const void *place,
			      struct strbuf *out)
{
	const char *value = "no";
	for (size_t i = 0; i < u->n_assignments; i++) {
		if (u->assignments[i].directive == d) {
			value = u->assignments[i].value;
		}
	}
	strbuf_add(out, streq(value, "no") ? "no" : "yes");
}

/* The controllers of Delegate=cpu memory. */
void directive_print_delegate_controllers(const struct unit *u, const struct directive *d,
					  const void *place, struct strbuf *out)
{
	for (size_t i = 0; i < u->n_assignments; i++) {
		bool ignored;
		if (streq(u->assignments[i].directive->name, "Delegate") &&
		    value_parse_bool(u->assignments[i].value, &ignored) < 0) {
			strbuf_add(out, u->assignments[i].value);
		}
	}
}
