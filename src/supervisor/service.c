/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "base/names.h"
#include "supervisor/pid_file.h"
#include "supervisor/machine.h"

static const char *const result_names[RESULT_MAX] = {
	[RESULT_SUCCESS] = "success",
	[RESULT_RESOURCES] = "resources",
	[RESULT_PROTOCOL] = "protocol",
	[RESULT_TIMEOUT] = "timeout",
	[RESULT_EXIT_CODE] = "exit-code",
	[RESULT_SIGNAL] = "signal",
	[RESULT_CORE_DUMP] = "core-dump",
	[RESULT_WATCHDOG] = "watchdog",
	[RESULT_START_LIMIT_HIT] = "start-limit-hit",
	[RESULT_OOM_KILL] = "oom-kill",
	[RESULT_SKIP_CONDITION] = "exec-condition",
	[RESULT_TRIGGER_LIMIT_HIT] = "trigger-limit-hit",
	[RESULT_SERVICE_START_LIMIT_HIT] = "service-start-limit-hit",
	[RESULT_UNIT_START_LIMIT_HIT] = "unit-start-limit-hit",
};

/* Event × state; what is not there does nothing. The text of it stands in supervisor/service.h. */
const struct service_row service_rows[STATE_MAX] = {
	[STATE_DEAD] = { .sub = "dead", .active = ACTIVE_INACTIVE },
	[STATE_CONDITION] = {
		.sub = "condition", .active = ACTIVE_ACTIVATING,
		.on_control = service_on_condition_done, .on_time = service_on_start_time,
		.on_stop = service_on_stop_kill,
	},
	[STATE_START_PRE] = {
		.sub = "start-pre", .active = ACTIVE_ACTIVATING,
		.on_control = service_on_start_pre_done, .on_time = service_on_start_time,
		.on_stop = service_on_stop_kill,
	},
	[STATE_START] = {
		.sub = "start", .active = ACTIVE_ACTIVATING,
		.on_main = service_on_start_main_ended, .on_control = service_on_start_done,
		.on_empty = service_on_start_empty, .on_time = service_on_start_time,
		.on_stop = service_on_stop_kill,
	},
	[STATE_START_POST] = {
		.sub = "start-post", .active = ACTIVE_ACTIVATING,
		.on_main = service_on_busy_main_ended, .on_control = service_on_start_post_done,
		.on_empty = service_on_start_post_empty, .on_time = service_on_start_time,
		.on_stop = service_on_stop_kill,
	},
	[STATE_RUNNING] = {
		.sub = "running", .active = ACTIVE_ACTIVE, .on_main = service_enter_running,
		.on_empty = service_enter_running, .on_time = service_on_running_time,
		.on_stop = service_enter_stop,
	},
	[STATE_EXITED] = {
		.sub = "exited", .active = ACTIVE_ACTIVE, .on_stop = service_enter_stop,
	},
	[STATE_RELOAD] = {
		.sub = "reload", .active = ACTIVE_RELOADING,
		.on_main = service_on_busy_main_ended, .on_control = service_on_reload_done,
		.on_time = service_on_reload_time, .on_stop = service_on_stop_kill,
	},
	[STATE_RELOAD_SIGNAL] = {
		.sub = "reload-signal", .active = ACTIVE_RELOADING,
		.on_main = service_on_busy_main_ended, .on_time = service_on_reload_time,
		.on_stop = service_on_stop_kill,
	},
	[STATE_RELOAD_NOTIFY] = {
		.sub = "reload-notify", .active = ACTIVE_RELOADING,
		.on_main = service_on_busy_main_ended, .on_time = service_on_reload_time,
		.on_stop = service_on_stop_kill,
	},
	[STATE_STOP] = {
		.sub = "stop", .active = ACTIVE_DEACTIVATING, .on_control = service_on_stop_done,
		.on_time = service_on_stop_time,
	},
	[STATE_STOP_WATCHDOG] = {
		.sub = "stop-watchdog", .active = ACTIVE_DEACTIVATING,
		.on_main = service_on_kill_ended, .on_control = service_on_kill_ended,
		.on_empty = service_on_kill_ended, .on_time = service_on_kill_time,
	},
	[STATE_STOP_SIGTERM] = {
		.sub = "stop-sigterm", .active = ACTIVE_DEACTIVATING,
		.on_main = service_on_kill_ended, .on_control = service_on_kill_ended,
		.on_empty = service_on_kill_ended, .on_time = service_on_kill_time,
	},
	[STATE_STOP_SIGKILL] = {
		.sub = "stop-sigkill", .active = ACTIVE_DEACTIVATING,
		.on_main = service_on_kill_ended, .on_control = service_on_kill_ended,
		.on_empty = service_on_kill_ended, .on_time = service_on_sigkill_time,
	},
	[STATE_STOP_POST] = {
		.sub = "stop-post", .active = ACTIVE_DEACTIVATING,
		.on_main = service_on_stop_post_done, .on_control = service_on_stop_post_done,
		.on_time = service_on_stop_post_time,
	},
	[STATE_FINAL_WATCHDOG] = {
		.sub = "final-watchdog", .active = ACTIVE_DEACTIVATING,
		.on_main = service_on_final_ended, .on_control = service_on_final_ended,
		.on_empty = service_on_final_ended, .on_time = service_on_final_time,
	},
	[STATE_FINAL_SIGTERM] = {
		.sub = "final-sigterm", .active = ACTIVE_DEACTIVATING,
		.on_main = service_on_final_ended, .on_control = service_on_final_ended,
		.on_empty = service_on_final_ended, .on_time = service_on_final_time,
	},
	[STATE_FINAL_SIGKILL] = {
		.sub = "final-sigkill", .active = ACTIVE_DEACTIVATING,
		.on_main = service_on_final_ended, .on_control = service_on_final_ended,
		.on_empty = service_on_final_ended, .on_time = service_on_final_sigkill_time,
	},
	[STATE_FAILED] = { .sub = "failed", .active = ACTIVE_FAILED },
	[STATE_DEAD_BEFORE_AUTO_RESTART] = {
		.sub = "dead-before-auto-restart", .active = ACTIVE_INACTIVE,
	},
	[STATE_FAILED_BEFORE_AUTO_RESTART] = {
		.sub = "failed-before-auto-restart", .active = ACTIVE_FAILED,
	},
	[STATE_AUTO_RESTART] = {
		.sub = "auto-restart", .active = ACTIVE_ACTIVATING,
		.on_time = service_on_restart_time, .on_stop = service_on_stop_restart,
	},
};

const char *service_state_name(enum service_state state)
{
	return machine_row((int)state)->sub;
}

int service_state_parse(const char *name)
{
	for (int i = 0; i < STATE_MAX; i++) {
		if (streq(service_rows[i].sub, name)) {
			return i;
		}
	}
	return -EINVAL;
}

enum active_state service_state_active(enum service_state state)
{
	return machine_row((int)state)->active;
}

const char *service_result_name(enum service_result result)
{
	return result_names[result];
}

int service_result_parse(const char *name)
{
	return NAMES_FIND(result_names, name);
}

static void stamp(usec_t *realtime, usec_t *monotonic)
{
	*realtime = clock_realtime();
	*monotonic = clock_monotonic();
}

#define STAMP(r, member) stamp(&(r)->member##_realtime, &(r)->member##_monotonic)

static void stamp_transition(struct record *r, enum active_state from, enum active_state to)
{
	STAMP(r, state_change);
	if (active_state_is_down(from) && !active_state_is_down(to)) {
		STAMP(r, inactive_exit);
	}
	if (!active_state_is_up(from) && active_state_is_up(to)) {
		STAMP(r, active_enter);
	}
	if (active_state_is_up(from) && !active_state_is_up(to)) {
		STAMP(r, active_exit);
	}
	if (!active_state_is_down(from) && active_state_is_down(to)) {
		STAMP(r, inactive_enter);
	}
}

/* The sentence that ends a job, said when its end is reached. */
static void end_start(struct supervisor *s, enum active_state to)
{
	bool is_oneshot = s->unit->type == UNIT_SERVICE &&
			  supervisor_service(s)->type == SERVICE_ONESHOT;

	if (active_state_is_up(to) || (to == ACTIVE_INACTIVE && s->result == RESULT_SUCCESS)) {
		say_job(s, is_oneshot ? "Finished" : s->machine->started, ".");
	} else if (s->result == RESULT_SKIP_CONDITION) {
		say_job(s, "Condition check resulted in", " being skipped.");
	} else {
		say_job(s, s->machine->start_failed, ".");
	}
}

static void end_job(struct supervisor *s, enum active_state to)
{
	bool is_down = active_state_is_down(to);

	if (!s->has_job) {
		return;
	}
	if (s->job == JOB_START && (is_down || active_state_is_up(to))) {
		end_start(s, to);
	} else if (s->job == JOB_STOP && is_down) {
		say_job(s, s->machine->stopped, ".");
	} else if (s->job == JOB_RELOAD && to == ACTIVE_ACTIVE) {
		bool done = s->reload_result == RESULT_SUCCESS;

		say_job(s, done ? "Reloaded" : "Reload failed for", ".");
	} else if (s->job == JOB_RELOAD && to == ACTIVE_RELOADING) {
		return;
	} else if (s->job != JOB_RELOAD || !is_down) {
		return;
	}
	s->has_job = false;
}

void service_set_state(struct supervisor *s, enum service_state state)
{
	enum active_state from = service_state_active(s->state);
	enum active_state to = service_state_active(state);

	if (state != STATE_START && state != STATE_START_POST) {
		pid_file_unwatch(s);
	}
	if (to != ACTIVE_ACTIVATING && !active_state_is_up(to)) {
		loop_set_deadline(s, DEADLINE_WATCHDOG, 0);
	}
	if (s->state != (int)state) {
		stamp_transition(&s->record, from, to);
	}
	s->state = (int)state;
	end_job(s, to);
	publish(s);
	request_settle(s);
}

enum service_readiness service_ready_to_start(const struct supervisor *s)
{
	switch (service_state_active(s->state)) {
	case ACTIVE_INACTIVE:
	case ACTIVE_FAILED:
		return READINESS_NOW;
	case ACTIVE_RELOADING:
		return s->has_job && s->job == JOB_RELOAD ? READINESS_RELOAD : READINESS_DONE;
	case ACTIVE_ACTIVE:
		return READINESS_DONE;
	case ACTIVE_ACTIVATING:
		return s->state == STATE_AUTO_RESTART ? READINESS_NOW : READINESS_JOIN;
	default:
		return READINESS_LATER;
	}
}

enum service_readiness service_ready_to_reload(const struct supervisor *s)
{
	switch (service_state_active(s->state)) {
	case ACTIVE_ACTIVE:
		return READINESS_NOW;
	case ACTIVE_RELOADING:
		return READINESS_LATER;
	case ACTIVE_ACTIVATING:
		return s->state == STATE_AUTO_RESTART ? READINESS_REFUSED : READINESS_JOIN;
	default:
		return READINESS_REFUSED;
	}
}

void service_timed_out(struct supervisor *s)
{
	const struct service_row *row = machine_row(s->state);

	if (row->on_time) {
		row->on_time(s, RESULT_TIMEOUT);
	}
}

void service_emptied(struct supervisor *s)
{
	const struct service_row *row = machine_row(s->state);

	if (row->on_empty) {
		row->on_empty(s, RESULT_SUCCESS);
	}
}
