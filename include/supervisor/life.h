/* SPDX-License-Identifier: MIT */
#pragma once

/* What a supervisor process has: its unit, its descriptors, the people who wait, and the variables of the state machine. */

#include "log/writer.h"
#include "state/control.h"
#include "state/record.h"
#include "supervisor/service.h"
#include "supervisor/supervisor.h"
#include "unit/store.h"

#define CONNECTION_MAX 64
#define INVOCATION_ID_SIZE CLOCK_ID_SIZE
#define FD_STORE_MAX 128

enum request_kind { REQUEST_NONE, REQUEST_START, REQUEST_STOP, REQUEST_RELOAD };

struct connection {
	int fd;			/* -1: free */
	enum request_kind request;	/* being worked on; the next packet stays in the socket until it is answered */
	bool begun;
	bool restarting;	/* a stop that will be followed by a start */
	bool holding;		/* stopped for restarting: the start is to come */
	bool is_new;		/* has connected, and not yet said anything */
	bool is_inside;		/* the client is one of our own processes and dies in the stop that it asked for */
	const char *parting;	/* the answer that it gets once the record is gone, or as soon as we have to stay */
};

enum deadline { DEADLINE_STATE, DEADLINE_WATCHDOG, DEADLINE_RESCAN, DEADLINE_MACHINE, DEADLINE_MAX };

enum source {		/* what an epoll event is about; in the low half of its data, an index in the high half */
	SOURCE_SIGNAL, SOURCE_TIMER, SOURCE_CONTROL, SOURCE_CONNECTION, SOURCE_NOTIFY, SOURCE_LOG, SOURCE_PID_FILE,
	SOURCE_MAIN, SOURCE_FD_STORE, SOURCE_EXEC, SOURCE_TRIGGER, SOURCE_MACHINE, SOURCE_BUS, SOURCE_MAX,
};

enum { LOG_OF_MAIN, LOG_OF_CONTROL, LOG_OF_MAX };

struct stored_fd {
	int fd;
	char name[64];
};

struct machine;
struct trigger;
struct given_fds;
struct bus_client;

struct supervisor {
	struct arena arena;		/* lives as long as the process */
	struct arena scratch;		/* freed after each event */
	struct place place;
	const char *name;		/* the unit's id */
	struct unit_store store;
	struct unit *unit;
	bool is_booted;

	int epoll_fd, signal_fd, timer_fd, control_fd, lock_fd, notify_fd, pid_file_fd, main_fd;
	int exec_fd;			/* tells whether the main process has come to execve; -1 where that is known */
	int reserve_fd;			/* given away for the moment in which no other descriptor is left */
	char notify_path[108];		/* "" none; '@' abstract */
	usec_t deadlines[DEADLINE_MAX];	/* CLOCK_MONOTONIC; 0 none */
	usec_t armed;			/* what the timer is set to */
	usec_t rest_killed;		/* when those that are left were last sent SIGKILL */
	struct connection connections[CONNECTION_MAX];
	struct stored_fd *stored; size_t n_stored;

	struct log_writer log;
	struct log_rate log_rate;
	struct log_filter log_filter;
	struct log_stream *streams[LOG_OF_MAX];
	int stream_write_fds[LOG_OF_MAX];
	int journal_fds[LOG_OF_MAX];	/* streams to a journald that services write to instead; 0 none */
	char identifiers[LOG_OF_MAX][64];

	struct record record;		/* its strings point to the members below */
	char invocation_id[INVOCATION_ID_SIZE];
	char status_text[512];
	char start_times[64];
	char processes[1024];
	char watchdog_text[24];
	char markers[64];

	const struct machine *machine;	/* of the unit's type */
	struct trigger *trigger;	/* sockets, timers, paths */
	void *own;			/* what only this type has: struct socket_life … */
	struct given_fds *given;	/* services: what their sockets gave */
	struct bus_client *bus; bool has_bus_name;	/* Type=dbus: NULL until a bus was looked for */
	int state;			/* a row of the machine: enum service_state, enum socket_state … */
	enum service_result result, reload_result;
	enum job_type job; bool has_job;	/* the job that sentences and answers are about */
	bool stop_asked;		/* a stop was asked for since the last start: no automatic restart */
	bool restart_asked;		/* … by a client that will start it again */
	bool restart_inside;		/* … and which was one of our own processes */
	bool has_started;		/* a client has had it started from these files: its next start reads them anew */
	bool flush_restarts;		/* the next start by hand sets NRestarts= to 0 */
	bool rescan_needed;

	struct proc_id main; bool main_known; bool main_is_child;
	size_t main_index;
	struct proc_id control;
	enum service_command command_id; size_t command_index;

	enum notify_access notify_access;
	enum { NOTIFIED_NONE, NOTIFIED_READY, NOTIFIED_RELOADING, NOTIFIED_STOPPING } notified;
	usec_t refusals_since;		/* messages of strangers: when the running second began, and how many of it were told */
	unsigned n_refusals;
	usec_t reload_begin;
	usec_t watchdog_usec;
	bool must_exit;
};

static inline struct service_settings *supervisor_service(struct supervisor *s)
{
	return &s->unit->service;
}

/* ---- supervisor.c ---- */

/* Loads the unit (anew). 0, or -errno: then the old one stays. */
int supervisor_load(struct supervisor *s);

/* ---- loop.c ---- */

int loop_init(struct supervisor *s);
/* Until there is no reason to stay. */
void loop_run(struct supervisor *s);
/* Registers a descriptor for reading. 0 or -errno. */
int loop_watch(struct supervisor *s, int fd, enum source source, uint32_t index);
/* Closes it and forgets about it: a child that has not executed yet would keep a mere close from doing so. *fd becomes -1. */
void loop_close(struct supervisor *s, int *fd);
void loop_set_deadline(struct supervisor *s, enum deadline which, usec_t monotonic);
/*
 * accept4(2) that leaves nobody knocking for ever: where no descriptor is left, the one in reserve makes room, *ret_is_full says so, and the
 * connection has to be closed before anything else is opened. -errno.
 */
int loop_accept(struct supervisor *s, int listening, int flags, bool *ret_is_full);

/* ---- request.c ---- */

/* Takes a connection over; its first request is `first`, or is still to be read where that is NULL or "". */
void request_adopt(struct supervisor *s, int fd, const char *first);
void request_accept(struct supervisor *s);
/* Tries again what the machine was too full for. */
void request_resume(struct supervisor *s);
void request_receive(struct supervisor *s, uint32_t index);

/* ---- request_job.c ---- */

/* Begins what waits and can begin now. */
void request_advance(struct supervisor *s);
/* Answers those whose wish has come true or cannot any more; called by service_set_state. */
void request_settle(struct supervisor *s);
/* Gives the answers that wait for our leaving. */
void request_part(struct supervisor *s);
bool request_is_waiting(const struct supervisor *s);
/* A stop takes the place of the starts, restarts and reloads that are asked for. */
void request_cancel_starts(struct supervisor *s);
/* Nobody wants any of them any more, what they have begun goes on: systemctl cancel. */
void request_cancel_all(struct supervisor *s);
/* The start was refused: the unit stays what it was. */
void request_fail_starts(struct supervisor *s);

/* ---- publish.c ---- */

/* Writes the record. */
void publish(struct supervisor *s);
/* Restores what a former supervisor left: counters, a main process that lives on. */
void publish_restore(struct supervisor *s, const struct record *old);
void publish_add_process(struct supervisor *s, const char *command, pid_t pid, int code, int status);
void publish_new_invocation(struct supervisor *s);
const char *exit_code_name(int code);

/* ---- output.c: what the service writes ---- */

/* The descriptor to give to a command; -1 if there can be none. */
int output_open(struct supervisor *s, int which, const struct command *c);
void output_set_pid(struct supervisor *s, int which, pid_t pid);
/* Opens again what a former supervisor read from, so that a service that lives on can go on writing. */
void output_reopen(struct supervisor *s);
/* Reads what there is; of one stream, of all. */
void output_read(struct supervisor *s, uint32_t which);
void output_drain(struct supervisor *s);
/* Ends it; what still writes (KillMode=process) gets a reader of its own. */
void output_close(struct supervisor *s);

/* ---- leftover.c: processes that outlive their unit ---- */

/* Does anybody else hold the writing end? */
bool output_has_writers(const struct log_stream *stream);
/*
 * Leaves a process behind that goes on writing the log until the last writer is gone: with systemd, it is the journal that stays. False if there
 * can be none.
 */
bool output_leave_reader(struct supervisor *s);

/* ---- sentences.c: what the journal would say ---- */

void say(struct supervisor *s, int priority, const char *format, ...) PRINTF(3, 4);	/* "UNIT: …" */
void say_job(struct supervisor *s, const char *before, const char *after);		/* "Started UNIT - Description." */
void say_exit(struct supervisor *s, const char *who, int code, int status, bool success);

/* ---- next.c: what happens next elsewhere ---- */

/* OnFailure=, BindsTo= & co. of others: a job by our own binary. */
void next_after_end(struct supervisor *s, bool failed);
/* Started by such a job and without a record: the start limit goes on where the chain of jobs left it. */
void next_recall_starts(struct supervisor *s);
/* The words of an action for our own binary, behind its name ("reboot", "--force" …), ended by NULL. How many; 0: there is nothing to be done. */
size_t next_action_words(enum emergency_action action, const char *ret[static 4]);
/* The action as it is written in unit files. */
const char *next_action_name(enum emergency_action action);
/* SuccessAction=, FailureAction=, StartLimitAction=. */
void next_action(struct supervisor *s, enum emergency_action action, int exit_status, const char *reason);
