/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

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

int job_record_start(struct job_executor *x, struct unit *u)
{
	struct record r;
	usec_t realtime = clock_realtime(), monotonic = clock_monotonic();
	char id[CLOCK_ID_SIZE];
	int e;

	clock_random_id(id);
	if (record_read(x->place, u->id, x->arena, &r) < 0) {
		record_init(&r);
	}
	snprintf(r.epoch, sizeof r.epoch, "%s", x->place->epoch);
	r.active = ACTIVE_ACTIVE;
	r.sub = "active";
	r.result = "success";
	r.invocation_id = id;
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
