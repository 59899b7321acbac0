/* SPDX-License-Identifier: MIT */
#pragma once

#include <signal.h>
#include <sys/types.h>

#include "init/init.h"

#define ARGV_FIXED 3	/* words of ours before the units */
#define COMMAND_GRACE (5 * USEC_PER_SEC)
#define HURRY (2 * USEC_PER_SEC)
#define LAST_SERVICE USEC_PER_SEC
#define KILL_WAIT (5 * USEC_PER_SEC)
#define RETRY_SPAN (100 * USEC_PER_MSEC)
#define RETRY_MAX 50	/* so often what could not be done is tried at that pace: 5 seconds */
#define RETRY_RARE USEC_PER_SEC	/* and then at this one; the shutdown goes on without */
#define EXIT_NOT_FOUND 127
#define EXIT_NOT_EXECUTABLE 126

enum init_phase { INIT_BOOTING, INIT_RUNNING, INIT_STOPPING, INIT_TERM, INIT_KILL, INIT_OVER };

enum init_process {		/* what init itself starts; at most one of each */
	PROCESS_BOOT,
	PROCESS_MAIN,		/* the command, or who watches the units */
	PROCESS_SHUTDOWN,
	PROCESS_REVIVE,
	PROCESS_OTHER,		/* daemon-reload, isolate, list-units */
	PROCESS_MAX,
};

enum init_other {		/* systemctl's words for PROCESS_OTHER */
	OTHER_RELOAD,
	OTHER_LIST,
	OTHER_DEFAULT,
	OTHER_RESCUE,
	OTHER_EMERGENCY,
	OTHER_MAX,
};

struct init {
	const struct init_request *request;
	const char *exe;
	bool is_first;		/* really PID 1 */
	enum init_phase phase;
	pid_t processes[PROCESS_MAX];	/* 0: does not run */
	unsigned owed;		/* bits of enum init_process: to be started as soon as there is room, or when the one that runs has ended */
	unsigned others;	/* bits of enum init_other: what PROCESS_OTHER still has to do */
	usec_t retry;		/* monotonic, for what is owed; 0 none */
	int n_retries;		/* since there was room for all */
	int n_failures;		/* of PROCESS_REVIVE, since its last success */
	char **words;		/* argument vector for BOOT and WATCH: word 1 is written in */
	char **environment;	/* of our processes: without the container manager's socket */
	sigset_t signals;	/* that we wait for: all that can be blocked */
	usec_t deadline;	/* monotonic, of this phase; 0 none */
	usec_t wait;		/* of phase TERM */
	const char *target;	/* of the shutdown */
	int status;
	int boot_status;
	bool has_status;	/* somebody has said what it is to be */
	bool wants_reboot;
	bool has_told_stop;	/* to the container manager */
	int notify_fd;		/* -1 none */
};

/* ---- setup.c: before the boot ---- */

/* The container as a service expects it, and all memory that will ever be needed. 0 or -errno. */
int setup_all(struct init *s);
/* Tells the container manager: sd_notify(3). */
void setup_notify(const struct init *s, const char *text);

/* ---- process.c ---- */

/* Starts it. One that runs already, or for which there is no room now, is owed. */
void process_start(struct init *s, enum init_process which);
/* That it is started in RETRY_SPAN. */
void process_owe(struct init *s, enum init_process which);
/* What is owed and does not run. */
void process_retry(struct init *s);
/* Who was this child? PROCESS_MAX: nobody that we know. It is forgotten. */
enum init_process process_ended(struct init *s, pid_t pid);
/* To all that is left: everybody else if we are PID 1, else our descendants. */
void process_kill_all(const struct init *s, int sig);
