/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The state machine of a service: systemd.service(5). States have systemd's names (SubState); the table of src/supervisor/service.c has one row a
 * state and one column an event. As text ("." = nothing happens, "wait" = the control process is waited for first):
 *
 *   state            main process ended    control command ended    all processes gone    time is up               stop asked
 *   dead, failed     .                     .                        .                     .                        answered at once
 *   condition        .                     start-pre | kill         .                     kill                     kill
 *   start-pre        .                     start | kill             .                     kill                     kill
 *   start            oneshot: start-post   forking: PID file, then  no PID file: kill     kill                     kill
 *                    others: kill          start-post | kill
 *   start-post       wait | stop           running | kill           no PID file: stop     kill                     kill
 *   running          stop                  .                        stop                  stop (RuntimeMaxSec)     stop
 *   exited           .                     .                        .                     .                        stop
 *   reload*          wait | stop           running                  .                     kill control, running    kill
 *   stop             .                     kill                     .                     kill                     joined
 *   stop-watchdog    stop-post             stop-post                stop-post             stop-sigkill             joined
 *   stop-sigterm     stop-post             stop-post                stop-post             stop-sigkill             joined
 *   stop-sigkill     stop-post             stop-post                stop-post             stop-post                joined
 *   stop-post        wait | final kill     final kill               .                     final kill               joined
 *   final-watchdog   ended                 ended                    ended                 final-sigkill            joined
 *   final-sigterm    ended                 ended                    ended                 final-sigkill            joined
 *   final-sigkill    ended                 ended                    ended                 ended                    joined
 *   auto-restart     .                     .                        .                     start                    dead
 *
 * "kill" is stop-sigterm (stop-watchdog, stop-sigkill by Timeout*FailureMode=), "stop" is ExecStop= and then kill; "ended" is dead, failed or, by
 * Restart=, auto-restart. A kill that finds nobody to kill goes on at once. The first result that is not success stays.
 */

#include "unit/unit.h"

enum service_state {
	STATE_DEAD, STATE_CONDITION, STATE_START_PRE, STATE_START, STATE_START_POST, STATE_RUNNING, STATE_EXITED,
	STATE_RELOAD, STATE_RELOAD_SIGNAL, STATE_RELOAD_NOTIFY,
	STATE_STOP, STATE_STOP_WATCHDOG, STATE_STOP_SIGTERM, STATE_STOP_SIGKILL, STATE_STOP_POST,
	STATE_FINAL_WATCHDOG, STATE_FINAL_SIGTERM, STATE_FINAL_SIGKILL, STATE_FAILED,
	STATE_DEAD_BEFORE_AUTO_RESTART, STATE_FAILED_BEFORE_AUTO_RESTART, STATE_AUTO_RESTART,
	STATE_MAX,
};

enum service_result {
	RESULT_SUCCESS, RESULT_RESOURCES, RESULT_PROTOCOL, RESULT_TIMEOUT, RESULT_EXIT_CODE, RESULT_SIGNAL, RESULT_CORE_DUMP,
	RESULT_WATCHDOG, RESULT_START_LIMIT_HIT, RESULT_OOM_KILL, RESULT_SKIP_CONDITION,
	RESULT_TRIGGER_LIMIT_HIT, RESULT_SERVICE_START_LIMIT_HIT, RESULT_UNIT_START_LIMIT_HIT, RESULT_MAX,
};

struct supervisor;

const char *service_state_name(enum service_state state);
/* -EINVAL if it is no state's name. */
int service_state_parse(const char *name);
enum active_state service_state_active(enum service_state state);
const char *service_result_name(enum service_result result);
int service_result_parse(const char *name);

/* The one setter: state, timestamps, record, sentences in the log, answers to those who wait. */
void service_set_state(struct supervisor *s, enum service_state state);

/* ---- events; each may change the state several times ---- */

/* What a request can do in the present state. */
enum service_readiness {
	READINESS_NOW,		/* it is begun */
	READINESS_JOIN,		/* the start that is under way does it, too */
	READINESS_RELOAD,	/* the reload that is under way is done once more for it */
	READINESS_DONE,		/* there is nothing to do */
	READINESS_LATER,	/* looked at again when the state has changed */
	READINESS_REFUSED,
};
enum service_readiness service_ready_to_start(const struct supervisor *s);
enum service_readiness service_ready_to_reload(const struct supervisor *s);

void service_start(struct supervisor *s);
void service_stop(struct supervisor *s);
void service_reload(struct supervisor *s);
/* code is CLD_EXITED, CLD_KILLED or CLD_DUMPED. */
void service_main_exited(struct supervisor *s, int code, int status);
/* The main process of Type=exec has something to tell about its way to execve. */
void service_exec_reported(struct supervisor *s);
void service_control_exited(struct supervisor *s, int code, int status);
void service_emptied(struct supervisor *s);
void service_timed_out(struct supervisor *s);
void service_watchdog_expired(struct supervisor *s, bool triggered);
void service_pid_file_appeared(struct supervisor *s);
void service_notified_ready(struct supervisor *s);
/* stamp: MONOTONIC_USEC= of the message, 0 none. */
void service_notified_reloading(struct supervisor *s, usec_t stamp);
void service_notified_stopping(struct supervisor *s);

/* ---- transitions: service_start.c ---- */

void service_enter_start_pre(struct supervisor *s);
void service_enter_start(struct supervisor *s);
/* Type=exec has come to execve. */
void service_enter_executed(struct supervisor *s);
void service_enter_start_post(struct supervisor *s);
void service_enter_running(struct supervisor *s, enum service_result result);
void service_enter_reload_signal(struct supervisor *s);
/* The next ExecStart= of a oneshot. */
void service_run_next_main(struct supervisor *s);
/* Does what the service is made of still run? */
bool service_is_good(struct supervisor *s);

/* ---- transitions: service_stop.c ---- */

void service_enter_stop(struct supervisor *s, enum service_result result);
void service_enter_stop_post(struct supervisor *s, enum service_result result);
/* state is one of stop-watchdog, stop-sigterm, stop-sigkill, final-*. */
void service_enter_signal(struct supervisor *s, enum service_state state, enum service_result result);
void service_enter_dead(struct supervisor *s, enum service_result result, bool allow_restart);
/* auto-restart is over, or somebody asked for a start before: conditions are looked at again, then it starts. */
void service_restart_now(struct supervisor *s, bool asked);

/* ---- processes: service_process.c ---- */

/*
 * Runs the first command of a list in state; time is up after timeout. 1 running and state entered, 0 nothing to run, -errno (already logged,
 * nothing was changed).
 */
int service_run_control(struct supervisor *s, enum service_command id, enum service_state state, usec_t timeout);
/* The next of the same list: 1, 0 no more, -errno. */
int service_run_next_control(struct supervisor *s);
/* The main process: command number s->main_index of ExecStart=. 0 or -errno. */
int service_run_main(struct supervisor *s);
/* This process is the main process from now on. */
void service_set_main(struct supervisor *s, pid_t pid);
void service_forget_main(struct supervisor *s);
/* Kills the control process, which then does not count any more. */
void service_kill_control(struct supervisor *s);
/* Arms the clock of the state; USEC_INFINITY or 0 stops it. */
void service_arm(struct supervisor *s, usec_t span);
