/* SPDX-License-Identifier: MIT */

/* What the state machines of sockets, timers and paths share. */

#include "supervisor/machine.h"

#include "base/diag.h"
#include "supervisor/policy.h"

const struct machine machine_service = {
	.type = UNIT_SERVICE,
	.first = 0,
	.n = STATE_MAX,
	.rows = service_rows,
	.dead = STATE_DEAD,
	.failed = STATE_FAILED,
	.started = "Started",
	.stopped = "Stopped",
	.start_failed = "Failed to start",
	.start = service_start,
	.stop = service_stop,
	.reload = service_reload,
};

static const struct machine *const machines[] = {
	&machine_service,
	&machine_socket,
	&machine_timer,
	&machine_path,
};

const struct machine *machine_of(enum unit_type type)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		if (machines[i]->type == type) {
			return machines[i];
		}
	}
	return NULL;
}

const struct service_row *machine_row(int state)
{
	size_t i = ARRAY_SIZE(machines) - 1;

	while (machines[i]->first > state) {
		i--;
	}
	return &machines[i]->rows[state - machines[i]->first];
}

void machine_merge_result(struct supervisor *s, enum service_result result)
{
	if (s->result == RESULT_SUCCESS) {
		s->result = result;
	}
}

bool machine_begin_start(struct supervisor *s, int failed)
{
	s->job = JOB_START;
	s->has_job = true;
	s->stop_asked = false;
	s->restart_asked = false;
	if (!policy_start_allowed(s->unit, s->start_times, sizeof(s->start_times),
				  clock_monotonic())) {
		say(s, DIAG_WARNING, "Start request repeated too quickly.");
		machine_merge_result(s, RESULT_START_LIMIT_HIT);
		service_set_state(s, (enum service_state)failed);
		return false;
	}
	s->result = RESULT_SUCCESS;
	s->record.condition_result = true;
	s->record.assert_result = true;
	s->record.condition_realtime = clock_realtime();
	s->record.condition_monotonic = clock_monotonic();
	publish_new_invocation(s);
	return true;
}

void machine_refuse_start(struct supervisor *s)
{
	say_job(s, s->machine->start_failed, ".");
	request_fail_starts(s);
}

bool machine_begin_stop(struct supervisor *s)
{
	s->stop_asked = true;
	if (active_state_is_down(machine_row(s->state)->active)) {
		return false;
	}
	s->job = JOB_STOP;
	s->has_job = true;
	return true;
}

void machine_enter_end(struct supervisor *s)
{
	bool failed = s->result != RESULT_SUCCESS;

	if (failed) {
		say(s, DIAG_WARNING, "Failed with result '%s'.", service_result_name(s->result));
	} else {
		say(s, DIAG_INFO, "Deactivated successfully.");
	}
	service_arm(s, 0);
	loop_set_deadline(s, DEADLINE_MACHINE, 0);
	service_set_state(s, (enum service_state)(failed ? s->machine->failed : s->machine->dead));
	next_after_end(s, failed);
	if (failed) {
		next_action(s, s->unit->failure_action, s->unit->failure_action_exit_status,
			    "FailureAction=");
	} else {
		next_action(s, s->unit->success_action, s->unit->success_action_exit_status,
			    "SuccessAction=");
	}
}
