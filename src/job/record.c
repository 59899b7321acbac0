/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/random.h>

#include "executor.h"
#include "log/target.h"
#include "state/record.h"

void job_log(struct job_executor *x, const struct unit *u, int priority, const char *format, ...)
{
	char text[LOG_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	log_unit_note(x->place, u->id, priority, text);
}

const char *job_unit_title(struct job_executor *x, const struct unit *u)
{
	return streq_null(u->description, u->id) || !u->description
		       ? u->id
		       : arena_printf(x->arena, "%s - %s", u->id, u->description);
}

/* 128 random bits, as sd_id128_randomize(3) makes them. */
static const char *new_invocation_id(struct arena *a)
{
	unsigned char bytes[16];
	char *text = arena_alloc(a, 2 * sizeof bytes + 1);

	if (getrandom(bytes, sizeof bytes, GRND_NONBLOCK) != (ssize_t)sizeof bytes) {
		usec_t now = clock_realtime();

		memcpy(bytes, &now, sizeof now);
		memcpy(bytes + sizeof now, &now, sizeof now);
	}
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof bytes; i++) {
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	}
	return text;
}

int job_record_start(struct job_executor *x, struct unit *u)
{
	struct record r;
	usec_t realtime = clock_realtime(), monotonic = clock_monotonic();
	int e;

	if (record_read(x->place, u->id, x->arena, &r) < 0) {
		record_init(&r);
	}
	snprintf(r.epoch, sizeof r.epoch, "%s", x->place->epoch);
	r.active = ACTIVE_ACTIVE;
	r.sub = "active";
	r.result = "success";
	r.invocation_id = new_invocation_id(x->arena);
	r.fragment_path = u->fragment_path;
	r.loaded_mtime = u->mtime;
	r.condition_result = r.assert_result = true;
	r.condition_realtime = r.state_change_realtime = r.inactive_exit_realtime =
		r.active_enter_realtime = realtime;
	r.condition_monotonic = r.state_change_monotonic = r.inactive_exit_monotonic =
		r.active_enter_monotonic = monotonic;
	e = record_write(x->place, u->id, &r);
	if (e == 0) {
		job_log(x, u, 6, "Reached target %s.", job_unit_title(x, u));
	}
	return e;
}

int job_record_stop(struct job_executor *x, struct unit *u)
{
	struct record r;

	if (record_read(x->place, u->id, x->arena, &r) < 0) {
		return 0;
	}
	job_log(x, u, 6, "Stopped target %s.", job_unit_title(x, u));
	return place_remove_unit(x->place, u->id);
}
