/* SPDX-License-Identifier: MIT */

/* The cells of the table: what the end of a process means in each state. */

#include <signal.h>

#include "base/diag.h"
#include "supervisor/notify.h"
#include "supervisor/pid_file.h"
#include "supervisor/policy.h"
#include "supervisor/service_table.h"
#include "supervisor/tree.h"

void service_on_condition_done(struct supervisor *s, enum service_result result)
{
	if (result == RESULT_SUCCESS) {
		service_enter_start_pre(s);
	} else {
		service_enter_signal(s, STATE_STOP_SIGTERM, result);
	}
}

void service_on_start_pre_done(struct supervisor *s, enum service_result result)
{
	if (result == RESULT_SUCCESS) {
		service_enter_start(s);
	} else {
		service_enter_signal(s, STATE_STOP_SIGTERM, result);
	}
}

static void guess_main(struct supervisor *s)
{
	pid_t pid = 0;

	if (s->main.pid == 0 && supervisor_service(s)->guess_main_pid) {
		pid = tree_guess_main(s);
	}
	if (pid > 0) {
		service_set_main(s, pid);
	}
}

/* The first process of Type=forking has ended well: who is the daemon? False: it is waited for, or
 * there is none. */
static bool find_daemon(struct supervisor *s, bool has_post)
{
	if (!supervisor_service(s)->pid_file) {
		guess_main(s);
		return true;
	}
	if (pid_file_load(s, !has_post) >= 0 || has_post) {
		return true;
	}
	if (tree_is_empty(s) || pid_file_watch(s) < 0) {
		service_enter_signal(s, STATE_STOP_SIGTERM, RESULT_PROTOCOL);
		return false;
	}
	/* It may have come between the look and the watch. */
	return pid_file_load(s, false) >= 0;
}

void service_on_start_done(struct supervisor *s, enum service_result result)
{
	if (result != RESULT_SUCCESS) {
		service_enter_signal(s, STATE_STOP_SIGTERM, result);
		return;
	}
	if (find_daemon(s, supervisor_service(s)->commands[SERVICE_EXEC_START_POST].n > 0)) {
		service_enter_start_post(s);
	}
}

void service_on_start_post_done(struct supervisor *s, enum service_result result)
{
	bool wants_file = supervisor_service(s)->pid_file && s->main.pid == 0 && !s->main_known;

	if (result != RESULT_SUCCESS) {
		service_enter_signal(s, STATE_STOP_SIGTERM, result);
		return;
	}
	if (!wants_file || find_daemon(s, false)) {
		service_enter_running(s, RESULT_SUCCESS);
	}
}

void service_pid_file_appeared(struct supervisor *s)
{
	bool is_watched = pid_file_watch(s) >= 0;

	/* The new watch comes first: what happens after this look is told. */
	if (pid_file_load(s, false) < 0) {
		if (tree_is_empty(s) || !is_watched) {
			service_emptied(s);
		}
		return;
	}
	if (s->state == STATE_START) {
		service_enter_start_post(s);
	} else if (s->state == STATE_START_POST) {
		service_enter_running(s, RESULT_SUCCESS);
	}
}

void service_on_start_empty(struct supervisor *s, enum service_result result)
{
	if (s->pid_file_fd >= 0) {
		if (pid_file_load(s, false) >= 0) {
			service_enter_start_post(s);
			return;
		}
		say(s, DIAG_WARNING, "Daemon never wrote its PID file. Failing.");
		service_enter_signal(s, STATE_STOP_SIGTERM, RESULT_PROTOCOL);
	}
}

void service_on_start_post_empty(struct supervisor *s, enum service_result result)
{
	if (s->pid_file_fd >= 0) {
		say(s, DIAG_WARNING, "Daemon never wrote its PID file. Failing.");
		service_enter_stop(s, RESULT_PROTOCOL);
	}
}

void service_on_start_main_ended(struct supervisor *s, enum service_result result)
{
	switch (supervisor_service(s)->type) {
	case SERVICE_ONESHOT:
		if (result == RESULT_SUCCESS) {
			service_enter_start_post(s);
			return;
		}
		break;
	case SERVICE_NOTIFY:
	case SERVICE_NOTIFY_RELOAD:
		/* Only a message makes it started. */
		result = result == RESULT_SUCCESS ? RESULT_PROTOCOL : result;
		break;
	case SERVICE_FORKING:
		return;
	default:
		if (result == RESULT_SUCCESS) {
			service_enter_running(s, result);
			return;
		}
		break;
	}
	service_enter_signal(s, STATE_STOP_SIGTERM, result);
}

/* A control command is under way; without one, this state could never end well. */
void service_on_busy_main_ended(struct supervisor *s, enum service_result result)
{
	if (s->control.pid == 0) {
		service_enter_stop(s, result);
	}
}

void service_on_reload_done(struct supervisor *s, enum service_result result)
{
	if (s->reload_result == RESULT_SUCCESS) {
		s->reload_result = result;
	}
	if (supervisor_service(s)->type == SERVICE_NOTIFY_RELOAD && result == RESULT_SUCCESS) {
		service_enter_reload_signal(s);
		return;
	}
	if (supervisor_service(s)->pid_file) {
		pid_file_load(s, false);
	}
	service_enter_running(s, RESULT_SUCCESS);
}

void service_on_stop_done(struct supervisor *s, enum service_result result)
{
	service_enter_signal(s, STATE_STOP_SIGTERM, result);
}

static bool is_waiting_for_process(const struct supervisor *s)
{
	return s->main.pid > 0 || s->control.pid > 0;
}

void service_on_kill_ended(struct supervisor *s, enum service_result result)
{
	if (!is_waiting_for_process(s)) {
		service_enter_stop_post(s, result);
	}
}

void service_on_stop_post_done(struct supervisor *s, enum service_result result)
{
	if (s->control.pid == 0) {
		service_enter_signal(s, STATE_FINAL_SIGTERM, result);
	}
}

void service_on_final_ended(struct supervisor *s, enum service_result result)
{
	if (!is_waiting_for_process(s)) {
		service_enter_dead(s, result, true);
	}
}

void service_on_stop_kill(struct supervisor *s, enum service_result result)
{
	service_enter_signal(s, STATE_STOP_SIGTERM, result);
}

void service_on_stop_restart(struct supervisor *s, enum service_result result)
{
	service_arm(s, 0);
	service_set_state(s, STATE_DEAD);
}

/* ---- the two kinds of processes ---- */

/* systemd.service(5), ExitType=cgroup: the unit lives as long as any process does. */
static bool main_end_matters(struct supervisor *s)
{
	return !supervisor_service(s)->exit_type_cgroup || s->state == STATE_START ||
	       tree_is_empty(s);
}

static void take_main_exit(struct supervisor *s, int code, int status)
{
	struct record_exit *e = &s->record.exec_main;

	e->code = code;
	e->status = status;
	e->exit_realtime = clock_realtime();
	e->exit_monotonic = clock_monotonic();
	service_forget_main(s);
}

void service_main_exited(struct supervisor *s, int code, int status)
{
	const struct service_settings *v = supervisor_service(s);
	const struct command_list *list = &v->commands[SERVICE_EXEC_START];
	const struct command *c = s->main_index < list->n ? &list->v[s->main_index] : NULL;
	enum service_result f =
	    policy_result(code, status, v->type != SERVICE_ONESHOT, &v->success_status);

	take_main_exit(s, code, status);
	publish_add_process(s, "ExecStart", s->record.exec_main.pid, code, status);
	/* A daemon may move to another process as long as it writes the PID file before the old one
	 * ends. */
	if (v->type == SERVICE_FORKING && v->pid_file &&
	    active_state_is_up(service_state_active(s->state)) && pid_file_load(s, false) > 0) {
		publish(s);
		return;
	}
	say_exit(s, "Main", code, status, f == RESULT_SUCCESS);
	if (c && v->type != SERVICE_FORKING && c->flags & COMMAND_IGNORE_FAILURE) {
		f = RESULT_SUCCESS;
	}
	if (s->result == RESULT_SUCCESS) {
		s->result = f;
	}
	if (f == RESULT_SUCCESS && s->state == STATE_START && v->type == SERVICE_ONESHOT &&
	    s->main_index + 1 < list->n) {
		service_run_next_main(s);
	} else if (service_rows[s->state].on_main && main_end_matters(s)) {
		service_rows[s->state].on_main(s, f);
	} else {
		publish(s);
	}
}

static const char *const command_names[SERVICE_COMMAND_MAX] = {
	[SERVICE_EXEC_CONDITION] = "ExecCondition", [SERVICE_EXEC_START_PRE] = "ExecStartPre",
	[SERVICE_EXEC_START] = "ExecStart",		[SERVICE_EXEC_START_POST] = "ExecStartPost",
	[SERVICE_EXEC_RELOAD] = "ExecReload",	[SERVICE_EXEC_STOP] = "ExecStop",
	[SERVICE_EXEC_STOP_POST] = "ExecStopPost",
};

void service_control_exited(struct supervisor *s, int code, int status)
{
	const struct service_settings *v = supervisor_service(s);
	const struct command_list *list = &v->commands[s->command_id];
	bool is_daemon = s->command_id == SERVICE_EXEC_START && v->type != SERVICE_ONESHOT;
	enum service_result f = policy_result(code, status, is_daemon, &v->success_status);
	bool skips;

	publish_add_process(s, command_names[s->command_id], s->control.pid, code, status);
	s->control = (struct proc_id){0};
	if (s->command_index < list->n &&
	    list->v[s->command_index].flags & COMMAND_IGNORE_FAILURE) {
		f = RESULT_SUCCESS;
	}
	skips = f == RESULT_EXIT_CODE && s->state == STATE_CONDITION && status < 255;
	say_exit(s, "Control", code, status, f == RESULT_SUCCESS || skips);
	if (skips) {
		f = RESULT_SKIP_CONDITION;
	}
	if (s->result == RESULT_SUCCESS && s->state != STATE_RELOAD) {
		s->result = f;
	}
	if (f == RESULT_SUCCESS) {
		int r = service_run_next_control(s);

		if (r > 0) {
			return;
		}
		f = r < 0 ? RESULT_RESOURCES : f;
	}
	if (service_rows[s->state].on_control) {
		service_rows[s->state].on_control(s, f);
	}
}
