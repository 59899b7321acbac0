/* SPDX-License-Identifier: MIT */

/* The way down: stop, signals, stop-post, dead or failed, and what Restart= makes of it. */

#include <signal.h>

#include "base/diag.h"
#include "exec/spawn.h"
#include "supervisor/notify.h"
#include "supervisor/pid_file.h"
#include "supervisor/policy.h"
#include "supervisor/service_table.h"
#include "supervisor/tree.h"
#include "unit/condition.h"

static void merge_result(struct supervisor *s, enum service_result result)
{
	if (s->result == RESULT_SUCCESS) {
		s->result = result;
	}
}

void service_stop(struct supervisor *s)
{
	service_handler *handler = service_rows[s->state].on_stop;

	s->stop_asked = true;
	if (active_state_is_down(service_state_active(s->state))) {
		return;
	}
	s->job = JOB_STOP;
	s->has_job = true;
	if (!handler) {
		return;
	}
	if (s->state != STATE_AUTO_RESTART) {
		say_job(s, "Stopping", "...");
	}
	handler(s, RESULT_SUCCESS);
}

void service_enter_stop(struct supervisor *s, enum service_result result)
{
	int r;

	merge_result(s, result);
	r = service_run_control(s, SERVICE_EXEC_STOP, STATE_STOP,
				supervisor_service(s)->timeout_stop);
	if (r == 0) {
		service_enter_signal(s, STATE_STOP_SIGTERM, RESULT_SUCCESS);
	} else if (r < 0) {
		service_enter_signal(s, STATE_STOP_SIGTERM, RESULT_RESOURCES);
	}
}

/* What each killing state does, and where it goes when nobody is there to be killed. */
static const struct killing {
	enum tree_kill how;
	bool is_final;
	bool is_last; /* after it there is nothing worse */
} killings[STATE_MAX] = {
	[STATE_STOP_WATCHDOG] = { TREE_WATCHDOG, false, false },
	[STATE_STOP_SIGTERM] = { TREE_TERMINATE, false, false },
	[STATE_STOP_SIGKILL] = { TREE_KILL, false, true },
	[STATE_FINAL_WATCHDOG] = { TREE_WATCHDOG, true, false },
	[STATE_FINAL_SIGTERM] = { TREE_TERMINATE, true, false },
	[STATE_FINAL_SIGKILL] = { TREE_KILL, true, true },
};

void service_enter_signal(struct supervisor *s, enum service_state state,
			  enum service_result result)
{
	const struct service_settings *v = supervisor_service(s);
	const struct killing *k = &killings[state];
	enum tree_kill how = k->how;
	bool waits;

	merge_result(s, result);
	if (how == TREE_TERMINATE && s->restart_asked) {
		how = TREE_RESTART;
	}
	waits = tree_kill(s, how) > 0;
	if (waits) {
		service_arm(s, how == TREE_WATCHDOG && v->timeout_abort_set ? v->timeout_abort
									    : v->timeout_stop);
		service_set_state(s, state);
	} else if (!k->is_last && s->unit->kill.send_sigkill) {
		service_enter_signal(s, k->is_final ? STATE_FINAL_SIGKILL : STATE_STOP_SIGKILL,
				     RESULT_SUCCESS);
	} else if (!k->is_final) {
		service_enter_stop_post(s, RESULT_SUCCESS);
	} else {
		service_enter_dead(s, RESULT_SUCCESS, true);
	}
}

void service_enter_stop_post(struct supervisor *s, enum service_result result)
{
	int r;

	merge_result(s, result);
	r = service_run_control(s, SERVICE_EXEC_STOP_POST, STATE_STOP_POST,
				supervisor_service(s)->timeout_stop);
	if (r <= 0) {
		service_enter_signal(s, STATE_FINAL_SIGTERM,
				     r < 0 ? RESULT_RESOURCES : RESULT_SUCCESS);
	}
}

static void say_end(struct supervisor *s)
{
	switch (s->result) {
	case RESULT_SUCCESS:
		say(s, DIAG_INFO, "Deactivated successfully.");
		break;
	case RESULT_SKIP_CONDITION:
		say(s, DIAG_INFO, "Skipped due to '%s'.", service_result_name(s->result));
		break;
	default:
		say(s, DIAG_WARNING, "Failed with result '%s'.", service_result_name(s->result));
	}
}

static void say_left_behind(struct supervisor *s)
{
	struct proc_stat *list;
	size_t n;

	tree_list(s, &list, &n);
	for (size_t i = 0; i < n; i++) {
		say(s, DIAG_WARNING, "Unit process %ld (%s) remains running after unit stopped.",
		    (long)list[i].pid, list[i].comm);
	}
}

static bool shall_restart(struct supervisor *s, bool allow)
{
	const struct record_exit *e = &s->record.exec_main;

	return allow && !s->stop_asked &&
	       policy_restarts(supervisor_service(s), s->result, e->exit_realtime ? e->code : 0,
			       e->status);
}

/*
 * The user and the group are let go, and with RemoveIPC= what they have left is removed, unless another unit has them still. Of two
 * that end at once each lets go before it looks at the other.
 */
static void release_identity(struct supervisor *s)
{
	uid_t uid = s->record.uid;
	gid_t gid = s->record.gid;
	struct strv others = {0};

	s->record.uid = (uid_t)-1;
	s->record.gid = (gid_t)-1;
	if (!s->unit->exec.remove_ipc || (uid == s->record.uid && gid == s->record.gid)) {
		return;
	}
	publish(s);
	place_list_units(&s->place, &s->scratch, &others);
	STRV_FOREACH(name, &others) {
		struct record r;

		if (record_read(&s->place, name, &s->scratch, &r) == 0) {
			uid = r.uid == uid ? (uid_t)-1 : uid;
			gid = r.gid == gid ? (gid_t)-1 : gid;
		}
	}
	exec_ipc_remove(uid, gid);
}

/* A private /tmp that somebody goes on with is his; if he ends right now, he may not have seen that. */
static void release_private_tmp(struct supervisor *s)
{
	struct exec_joined *joined = NULL;
	size_t n;

	if (!s->unit->exec.private_tmp || !exec_private_tmp_is_made(s->name)) {
		return;
	}
	n = exec_find_joined(&s->place, s->unit, &s->scratch, &joined, NULL);
	for (size_t i = 0; i < n; i++) {
		if (exec_private_tmp_hand_over(s->name, &joined[i])) {
			if (kill(joined[i].pid, 0) < 0) {
				exec_private_tmp_remove(joined[i].unit);
			}
			return;
		}
	}
}

static void clean_up(struct supervisor *s, bool restarting)
{
	release_private_tmp(s);
	exec_directories_remove(s->unit, restarting);
	release_identity(s);
	if (supervisor_service(s)->pid_file) {
		unlink(supervisor_service(s)->pid_file);
	}
	if (!restarting) {
		unsetenv("MONITOR_SERVICE_RESULT");
		unsetenv("MONITOR_EXIT_CODE");
		unsetenv("MONITOR_EXIT_STATUS");
		unsetenv("MONITOR_INVOCATION_ID");
		unsetenv("MONITOR_UNIT");
	}
}

static void enter_auto_restart(struct supervisor *s, bool failed)
{
	usec_t delay;

	if (supervisor_service(s)->restart_mode != RESTART_MODE_DIRECT) {
		service_set_state(s, failed ? STATE_FAILED_BEFORE_AUTO_RESTART
					    : STATE_DEAD_BEFORE_AUTO_RESTART);
		next_after_end(s, failed);
	}
	s->record.debug_invocation = supervisor_service(s)->restart_mode == RESTART_MODE_DEBUG;
	delay = policy_restart_delay(supervisor_service(s), s->record.n_restarts + 1);
	/* A deadline of now is one that comes with the next turn of the loop. */
	service_arm(s, delay > 0 ? delay : 1);
	service_set_state(s, STATE_AUTO_RESTART);
}

void service_enter_dead(struct supervisor *s, enum service_result result, bool allow_restart)
{
	enum active_state from = service_state_active(s->state);
	bool failed;
	bool restarts;

	merge_result(s, result);
	failed = s->result != RESULT_SUCCESS && s->result != RESULT_SKIP_CONDITION;
	output_drain(s);
	say_end(s);
	say_left_behind(s);
	service_arm(s, 0);
	service_forget_main(s);
	service_kill_control(s);
	restarts = shall_restart(s, allow_restart);
	clean_up(s, restarts || s->restart_asked);
	if (supervisor_service(s)->fd_store_preserve == EXEC_PRESERVE_NO) {
		fd_store_clear(s);
	}
	if (restarts) {
		enter_auto_restart(s, failed);
		return;
	}
	s->record.debug_invocation = false;
	service_set_state(s, failed ? STATE_FAILED : STATE_DEAD);
	s->flush_restarts = true;
	/* A unit that could not be started again has not ended again: those that it would call might call it. */
	if (active_state_is_down(from) && (!failed || from == ACTIVE_FAILED)) {
		return;
	}
	next_after_end(s, failed);
	if (failed) {
		next_action(s, s->unit->failure_action, s->unit->failure_action_exit_status,
				"FailureAction=");
	} else if (s->result == RESULT_SUCCESS) {
		next_action(s, s->unit->success_action, s->unit->success_action_exit_status,
				"SuccessAction=");
	}
}

void service_restart_now(struct supervisor *s, bool asked)
{
	const struct condition *unmet = NULL;

	if (s->unit->load_state == UNIT_NOT_FOUND) {
		say(s, DIAG_WARNING, "Failed to schedule restart job: Unit %s not found.", s->name);
		service_enter_dead(s, RESULT_RESOURCES, false);
		return;
	}
	s->record.n_restarts++;
	say(s, DIAG_INFO, "Scheduled restart job%s, restart counter is at %u.",
	    asked ? " immediately on client request" : "", s->record.n_restarts);
	service_arm(s, 0);
	if (!condition_list_is_met(&s->unit->conditions, &unmet)) {
		log_writer_note(&s->log, DIAG_INFO,
				"%s was skipped because of an unmet condition check (%s=%s%s).",
				s->name,
				condition_kind_name((enum condition_kind)unmet->kind, false),
				unmet->negate ? "!" : "", str_or_empty(unmet->parameter));
		s->record.condition_result = false;
		service_set_state(s, STATE_DEAD);
		return;
	}
	if (!condition_list_is_met(&s->unit->assertions, &unmet)) {
		log_writer_note(&s->log, DIAG_ERROR, "Assertion failed for %s.", s->name);
		s->record.assert_result = false;
		service_set_state(s, STATE_DEAD);
		return;
	}
	service_start(s);
}

void service_watchdog_expired(struct supervisor *s, bool triggered)
{
	enum active_state active = service_state_active(s->state);

	loop_set_deadline(s, DEADLINE_WATCHDOG, 0);
	if (!active_state_is_up(active) && s->state != STATE_START_POST &&
	    s->state != STATE_START) {
		return;
	}
	if (triggered) {
		say(s, DIAG_ERROR, "Watchdog request (last status: %s)!",
		    s->status_text[0] ? s->status_text : "<unset>");
	} else {
		char span[64];

		say(s, DIAG_ERROR, "Watchdog timeout (limit %s)!",
		    clock_format_span(span, sizeof(span), s->watchdog_usec, 1));
	}
	service_enter_signal(s, STATE_STOP_WATCHDOG, RESULT_WATCHDOG);
}
