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

struct init {
	const struct init_request *request;
	const char *exe;
	bool is_first;		/* really PID 1 */
	enum init_phase phase;
	pid_t processes[PROCESS_MAX];	/* 0: does not run */
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
	bool wants_revival;	/* again, when the one that runs has ended */
	int notify_fd;		/* -1 none */
};

/* ---- setup.c: before the boot ---- */

/* The container as a service expects it, and all memory that will ever be needed. 0 or -errno. */
int setup_all(struct init *s);
/* Tells the container manager: sd_notify(3). */
void setup_notify(const struct init *s, const char *text);

/* ---- process.c ---- */

void process_boot(struct init *s);
void process_main(struct init *s);
void process_shutdown(struct init *s);
void process_revive(struct init *s);
/* `systemctl VERB [ARGUMENT]` */
void process_other(struct init *s, const char *verb, const char *argument);
/* Who was this child? PROCESS_MAX: nobody that we know. It is forgotten. */
enum init_process process_ended(struct init *s, pid_t pid);
/* To all that is left: everybody else if we are PID 1, else our descendants. */
void process_kill_all(const struct init *s, int sig);
