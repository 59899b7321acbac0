/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * PID 1 of a container: boots, reaps, hands signals on, and ends. It blocks on one set of signals (sigtimedwait: not even a descriptor), and lets
 * processes of our own binary do all that needs memory: the words below. After the boot it allocates nothing and opens nothing.
 *
 * Where it is not PID 1 (proot, a process of somebody else's container) it is a child subreaper and does the same for its own descendants.
 *
 *   phase      event                          next       what is done
 *   BOOTING    boot process ends              RUNNING    READY=1; the main process starts, if there is one
 *   BOOTING    shutdown signal                STOPPING   the boot process is killed, then as below
 *   RUNNING    main process ends              STOPPING   its status becomes ours
 *   RUNNING    shutdown signal                STOPPING   STOPPING=1; the shutdown process starts. With a command: it gets the signal first, and COMMAND_GRACE
 *   RUNNING    immediate signal               TERM
 *   RUNNING    a child was killed             RUNNING    the revival process starts: supervisors that are gone are replaced; so does who watches
 *                                                        the units, if it was that
 *   STOPPING   shutdown process ends          TERM
 *   STOPPING   SIGTERM, SIGINT                TERM       hurry: the wait below is HURRY long. So do SIGPWR, SIGRTMIN+3 to +6 from outside the container
 *   STOPPING   immediate signal               STOPPING   TERM after LAST_SERVICE: systemd-poweroff.service & co. send it
 *   TERM       (entered)                                 SIGTERM and SIGCONT to all, wait for DefaultTimeoutStopSec=
 *   TERM       time is over                   KILL       SIGKILL to all
 *   TERM,KILL  no child is left, or time over (end)      EXIT_STATUS=; exit with the status
 *
 * A process that cannot be made (a fork bomb, no memory) is tried again each RETRY_SPAN; the shutdown process RETRY_MAX times, then TERM.
 *
 * In every phase children are reaped, SIGHUP means daemon-reload, SIGUSR1 and SIGUSR2 a list of units on stdout, SIGRTMIN+0, +1, +2 default.target,
 * rescue.target, emergency.target (systemd(1), "SIGNALS"); with a command these and all others go to the command instead.
 */

#include "base/clock.h"
#include "base/macro.h"

#define INIT_WORD_BOOT "--soloctl-boot"		/* [UNIT…]: starts them, or default.target; status as `start` has it */
#define INIT_WORD_WATCH "--soloctl-watch"	/* [UNIT…]: stays until they (none: all services but built-in ones) have ended; the container's status */
#define INIT_WORD_SHUTDOWN "--soloctl-shutdown"	/* TARGET: stops everything in order */
#define INIT_WORD_REVIVE "--soloctl-revive"	/* [WORD]: puts supervisors where they were killed; a word: the boot is over. 1 if not all could be */
#define INIT_REVIVE_BOOTED "booted"

/* Signals by number above SIGNALS_RTMIN: systemd(1). A value that comes with INIT_SIGNAL_EXIT (sigqueue) is the exit status, -1 none in particular. */
enum init_signal {
	INIT_SIGNAL_DEFAULT = 0, INIT_SIGNAL_RESCUE = 1, INIT_SIGNAL_EMERGENCY = 2,
	INIT_SIGNAL_HALT = 3, INIT_SIGNAL_POWEROFF = 4, INIT_SIGNAL_REBOOT = 5, INIT_SIGNAL_KEXEC = 6,
	INIT_SIGNAL_HALT_NOW = 13, INIT_SIGNAL_POWEROFF_NOW = 14, INIT_SIGNAL_REBOOT_NOW = 15, INIT_SIGNAL_KEXEC_NOW = 16,
	INIT_SIGNAL_EXIT_NOW = 23,	/* ours */
	INIT_SIGNAL_EXIT = 24,
};

struct init_request {
	char **units;		/* n_units names; none: default.target */
	size_t n_units;
	bool ends_with_units;	/* when the units (with `all`: when all units) have ended, so does the container, with their status */
	bool all;
	char **command;		/* NULL-terminated; NULL none: booted, it is run, and its status is ours */
	bool user;		/* --user */
	usec_t stop_timeout;	/* DefaultTimeoutStopSec= */
	const char *argv0;
};

/*
 * The first thing that an init does: signals that come from now on wait until init_run takes them. Without it those that come while it
 * gets ready would be lost, for PID 1 has no default actions.
 */
void init_prepare(void);
/* The whole life; returns the exit status. Only a request that cannot be carried out at all returns early. */
int init_run(const struct init_request *request);
