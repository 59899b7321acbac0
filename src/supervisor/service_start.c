/* SPDX-License-Identifier: MIT */

/* The way up: condition, start-pre, start, start-post, running, and reload. */

#include <errno.h>
#include <signal.h>

#include "base/diag.h"
#include "exec/spawn.h"
#include "supervisor/notify.h"
#include "supervisor/pid_file.h"
#include "supervisor/policy.h"
#include "supervisor/service_bus.h"
#include "supervisor/tree.h"

static void resolve_identity(struct supervisor *s)
{
	struct exec_identity id = {0};
	enum exec_step step;

	s->record.uid = (uid_t)-1;
	s->record.gid = (gid_t)-1;
	if (!s->unit->exec.user && !s->unit->exec.group && !s->unit->exec.dynamic_user) {
		return;
	}
	if (exec_identity_resolve(&s->unit->exec, &s->scratch, &id, &step) == 0 && id.set) {
		s->record.uid = s->unit->exec.user ? id.uid : (uid_t)-1;
		s->record.gid = id.gid;
	}
}

static void reset_for_start(struct supervisor *s)
{
	const struct service_settings *v = supervisor_service(s);

	if (s->flush_restarts) {
		s->record.n_restarts = 0;
		s->flush_restarts = false;
	}
	s->result = RESULT_SUCCESS;
	s->reload_result = RESULT_SUCCESS;
	s->main_known = false;
	s->main_index = 0;
	s->stop_asked = false;
	s->restart_asked = false;
	s->notified = NOTIFIED_NONE;
	s->notify_access = v->notify_access;
	s->record.notify_access = NULL;
	s->watchdog_usec = v->watchdog_usec == USEC_INFINITY ? 0 : v->watchdog_usec;
	s->record.exec_main = (struct record_exit){0};
	s->record.frozen = false;
	s->record.condition_result = true;
	s->record.assert_result = true;
	s->record.condition_realtime = clock_realtime();
	s->record.condition_monotonic = clock_monotonic();
	publish_new_invocation(s);
	resolve_identity(s);
}

static void enter_condition(struct supervisor *s)
{
	int r = service_run_control(s, SERVICE_EXEC_CONDITION, STATE_CONDITION,
				    supervisor_service(s)->timeout_start);

	if (r == 0) {
		service_enter_start_pre(s);
	} else if (r < 0) {
		service_enter_dead(s, RESULT_RESOURCES, true);
	}
}

void service_start(struct supervisor *s)
{
	s->job = JOB_START;
	s->has_job = true;
	if (!policy_start_allowed(s->unit, s->start_times, sizeof(s->start_times),
				  clock_monotonic())) {
		say(s, DIAG_WARNING, "Start request repeated too quickly.");
		service_enter_dead(s, RESULT_START_LIMIT_HIT, false);
		next_action(s, s->unit->start_limit_action, -1, "StartLimitAction=");
		return;
	}
	reset_for_start(s);
	enter_condition(s);
	/* What is up at once has no beginning worth telling. */
	if (s->has_job && service_state_active(s->state) == ACTIVE_ACTIVATING) {
		say_job(s, "Starting", "...");
	}
}

void service_enter_start_pre(struct supervisor *s)
{
	int r = service_run_control(s, SERVICE_EXEC_START_PRE, STATE_START_PRE,
				    supervisor_service(s)->timeout_start);

	if (r == 0) {
		service_enter_start(s);
	} else if (r < 0) {
		service_enter_dead(s, RESULT_RESOURCES, true);
	}
}

static void enter_start_forking(struct supervisor *s)
{
	int r = service_run_control(s, SERVICE_EXEC_START, STATE_START,
				    supervisor_service(s)->timeout_start);

	if (r < 0) {
		service_enter_signal(s, STATE_STOP_SIGTERM, RESULT_RESOURCES);
	}
}

static void start_watchdog(struct supervisor *s)
{
	if (s->watchdog_usec > 0) {
		loop_set_deadline(s, DEADLINE_WATCHDOG,
				  usec_add(clock_monotonic(), s->watchdog_usec));
	}
}

void service_enter_start(struct supervisor *s)
{
	const struct service_settings *v = supervisor_service(s);
	int r;

	service_kill_control(s);
	if (v->type == SERVICE_FORKING) {
		enter_start_forking(s);
		return;
	}
	if (v->commands[SERVICE_EXEC_START].n == 0) {
		service_enter_start_post(s);
		return;
	}
	service_bus_open(s);
	r = service_run_main(s);
	if (r < 0) {
		service_enter_signal(s, STATE_STOP_SIGTERM, RESULT_RESOURCES);
		return;
	}
	switch (v->type) {
	case SERVICE_ONESHOT:
	case SERVICE_NOTIFY:
	case SERVICE_NOTIFY_RELOAD:
	case SERVICE_EXEC:
	case SERVICE_DBUS:
		service_arm(s, v->timeout_start);
		service_set_state(s, STATE_START);
		return;
	default:
		service_enter_start_post(s);
	}
}

void service_enter_executed(struct supervisor *s)
{
	/* On a bus it is the name that counts. */
	if (!service_bus_is_open(s)) {
		service_enter_start_post(s);
	}
}

void service_run_next_main(struct supervisor *s)
{
	s->main_index++;
	if (service_run_main(s) < 0) {
		service_enter_signal(s, STATE_STOP_SIGTERM, RESULT_RESOURCES);
		return;
	}
	service_arm(s, supervisor_service(s)->timeout_start);
	publish(s);
}

void service_enter_start_post(struct supervisor *s)
{
	int r;

	start_watchdog(s);
	r = service_run_control(s, SERVICE_EXEC_START_POST, STATE_START_POST,
				supervisor_service(s)->timeout_start);
	if (r == 0) {
		service_enter_running(s, RESULT_SUCCESS);
	} else if (r < 0) {
		service_enter_stop(s, RESULT_RESOURCES);
	}
}

bool service_is_good(struct supervisor *s)
{
	if (!service_bus_is_good(s)) {
		return false;
	}
	if (supervisor_service(s)->exit_type_cgroup) {
		return !tree_is_empty(s);
	}
	if (s->main.pid > 0) {
		return true;
	}
	return !s->main_known && supervisor_service(s)->type == SERVICE_FORKING &&
	       !tree_is_empty(s);
}

static void arm_runtime_max(struct supervisor *s)
{
	const struct service_settings *v = supervisor_service(s);
	if (v->runtime_max == USEC_INFINITY || v->runtime_max == 0) {
		service_arm(s, 0);
		return;
	}
	service_arm(s, usec_add(v->runtime_max, clock_random_span(v->runtime_randomized_extra)));
}

void service_enter_running(struct supervisor *s, enum service_result result)
{
	bool was_up = active_state_is_up(service_state_active(s->state));
	enum service_state next = STATE_RUNNING;

	if (s->result == RESULT_SUCCESS) {
		s->result = result;
	}
	if (s->result != RESULT_SUCCESS) {
		service_enter_signal(s, STATE_STOP_SIGTERM, result);
		return;
	}
	if (!service_is_good(s)) {
		if (!supervisor_service(s)->remain_after_exit) {
			service_enter_stop(s, RESULT_SUCCESS);
			return;
		}
		next = STATE_EXITED;
	}
	if (next == STATE_EXITED) {
		service_arm(s, 0);
	} else if (!was_up) {
		arm_runtime_max(s);
	} else if (s->state != STATE_RUNNING) {
		/* A reload used the clock; what the running time is counted from has not changed.
		 */
		usec_t ran = clock_monotonic() - s->record.active_enter_monotonic;
		usec_t max = supervisor_service(s)->runtime_max;

		service_arm(s, max == USEC_INFINITY || max == 0 ? 0 : max > ran ? max - ran : 1);
	}
	if (s->state != next) {
		service_set_state(s, next);
	} else {
		publish(s);
	}
	/* What the service said while it was being started. */
	if (s->notified == NOTIFIED_STOPPING) {
		service_notified_stopping(s);
	} else if (s->notified == NOTIFIED_RELOADING) {
		service_notified_reloading(s, 0);
	}
}

/* ---- reload ---- */

void service_enter_reload_signal(struct supervisor *s)
{
	service_arm(s, supervisor_service(s)->timeout_start);
	if (s->notified == NOTIFIED_RELOADING) {
		service_set_state(s, STATE_RELOAD_NOTIFY);
	} else {
		service_set_state(s, STATE_RELOAD_SIGNAL);
	}
}

void service_reload(struct supervisor *s)
{
	const struct service_settings *v = supervisor_service(s);
	bool by_signal = v->type == SERVICE_NOTIFY_RELOAD && s->main.pid > 0;
	int r;

	s->job = JOB_RELOAD;
	s->has_job = true;
	s->reload_result = RESULT_SUCCESS;
	s->reload_begin = clock_monotonic();
	say_job(s, "Reloading", "...");
	if (by_signal) {
		s->notified = NOTIFIED_NONE;
		proc_id_kill(&s->main, v->reload_signal);
	}
	r = service_run_control(s, SERVICE_EXEC_RELOAD, STATE_RELOAD, v->timeout_start);
	if (r > 0) {
		return;
	}
	if (r < 0) {
		s->reload_result = RESULT_RESOURCES;
	} else if (by_signal) {
		service_enter_reload_signal(s);
		return;
	}
	service_set_state(s, s->state);
}

/* ---- what the service tells ---- */

void service_notified_ready(struct supervisor *s)
{
	enum service_type type = supervisor_service(s)->type;

	s->notified = NOTIFIED_READY;
	if (s->state == STATE_START && (type == SERVICE_NOTIFY || type == SERVICE_NOTIFY_RELOAD)) {
		service_enter_start_post(s);
	} else if (s->state == STATE_RELOAD_NOTIFY) {
		service_enter_running(s, RESULT_SUCCESS);
	}
}

void service_notified_reloading(struct supervisor *s, usec_t stamp)
{
	/* A message that is older than our signal is about another reload. */
	if (s->state == STATE_RELOAD_SIGNAL && stamp > 0 && stamp < s->reload_begin) {
		return;
	}
	s->notified = NOTIFIED_RELOADING;
	if (s->state == STATE_RUNNING || s->state == STATE_RELOAD_SIGNAL) {
		service_arm(s, supervisor_service(s)->timeout_start);
		service_set_state(s, STATE_RELOAD_NOTIFY);
	}
}

void service_notified_stopping(struct supervisor *s)
{
	s->notified = NOTIFIED_STOPPING;
	if (s->state == STATE_RUNNING) {
		service_arm(s, supervisor_service(s)->timeout_stop);
		service_set_state(s, STATE_STOP_SIGTERM);
	}
}
