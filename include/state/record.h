/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The record of a unit: KEY=value lines in units/UNIT/state, written to a temporary name and renamed, once per transition, world-readable.
 * One table of keys in record.c reads and writes it. A record of another epoch is void.
 */

#include "base/clock.h"
#include "state/place.h"
#include "unit/active.h"

struct record_exit {			/* ExecMain*, and the last control process */
	pid_t pid;
	int code;			/* CLD_EXITED, CLD_KILLED, CLD_DUMPED; 0 none */
	int status;			/* exit status or signal */
	usec_t start_realtime, start_monotonic;
	usec_t exit_realtime, exit_monotonic;
};

struct record {
	char epoch[96];
	enum active_state active;
	const char *sub;		/* "running"; strings are in the arena given to record_read */
	const char *result;		/* "success", "exit-code" … */
	struct proc_id supervisor;
	struct proc_id main;
	struct proc_id control;
	struct record_exit exec_main;
	const char *control_command;	/* "ExecStartPre" … while control runs */
	const char *job;		/* type of the job that is running, "" none */
	unsigned n_restarts;
	const char *invocation_id;	/* 32 hex */
	const char *status_text;	/* STATUS= */
	int status_errno;
	const char *notify_access;	/* NOTIFYACCESS=, "" if the setting holds */
	const char *fragment_path;	/* as loaded by the supervisor: NeedDaemonReload */
	usec_t loaded_mtime;
	usec_t state_change_realtime, state_change_monotonic;
	usec_t inactive_exit_realtime, inactive_exit_monotonic;
	usec_t active_enter_realtime, active_enter_monotonic;
	usec_t active_exit_realtime, active_exit_monotonic;
	usec_t inactive_enter_realtime, inactive_enter_monotonic;
	bool condition_result, assert_result;
	usec_t condition_realtime, condition_monotonic;
	uid_t uid; gid_t gid;		/* of User=, for `show`; (uid_t)-1 none */
	const char *start_times;	/* start limit: "BEGIN N", monotonic µs of the interval's begin and starts in it */
	bool frozen;
	bool debug_invocation;		/* restarted automatically, with RestartMode=debug */
	const char *watchdog;		/* "" or usec */
	const char *processes;		/* what ran: "ExecStart 42 exited 0;…", for `status` Process: lines */
	unsigned n_accepted, n_connections, n_refused;	/* sockets */
	usec_t last_trigger_realtime, last_trigger_monotonic;	/* timers */
	usec_t next_elapse_realtime, next_elapse_monotonic;	/* 0 none */
	const char *next_elapses;	/* timers: the next moment of each trigger, in order, as numbers between blanks; 0 none */
	unsigned n_stored_fds;
	const char *reload_result;	/* of the last reload: "success", "timeout" … */
	const char *clean_result;	/* of the last `systemctl clean`, likewise */
	const char *joins;		/* units of JoinsNamespaceOf=, with blanks between */
	const char *markers;		/* "needs-restart needs-reload" */
};

/* A record of an inactive unit that nothing has happened to. */
void record_init(struct record *r);
/* Parses text; unknown keys are ignored, a missing epoch line is -EBADMSG. */
int record_parse(const char *text, size_t n, struct arena *a, struct record *ret);
void record_format(const struct record *r, struct strbuf *out);
/* 0; -ENOENT no record (of this epoch); -errno. */
int record_read(const struct place *p, const char *unit, struct arena *a, struct record *ret);
/* Makes the directory as needed; writes nothing if the text is what is there. */
int record_write(const struct place *p, const char *unit, const struct record *r);
/* A file of this name in the unit's directory keeps the record when the unit ends, until whoever made it takes both away. */
#define RECORD_HELD "held"
