/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/signals.h"
#include "life.h"

#define REAP_ROUND 4096 /* children at once, before signals are looked at again */
#define MIN(a, b) ((a) < (b) ? (a) : (b))

static void set_wait(struct init *s, usec_t span)
{
	s->deadline = span == USEC_INFINITY ? 0 : usec_add(clock_monotonic(), span);
}

static void set_status(struct init *s, int status)
{
	if (!s->has_status) {
		s->status = status & 0xff;
		s->has_status = true;
	}
}

/* ---- the way down ---- */

static void enter_kill(struct init *s)
{
	s->phase = INIT_KILL;
	process_kill_all(s, SIGKILL);
	set_wait(s, KILL_WAIT);
}

static void tell_stop(struct init *s)
{
	if (!s->has_told_stop) {
		setup_notify(s, "STOPPING=1\nSTATUS=Shutting down.");
		s->has_told_stop = true;
	}
}

static bool has_command(const struct init *s)
{
	return s->request->command && s->processes[PROCESS_MAIN] > 0;
}

static void enter_term(struct init *s)
{
	if (s->phase >= INIT_TERM) {
		return;
	}
	s->phase = INIT_TERM;
	tell_stop(s);
	s->owed = 0;
	s->retry = 0;
	process_kill_all(s, SIGTERM);
	process_kill_all(s, SIGCONT);
	if (has_command(s)) {
		/* A shell at a terminal is deaf to SIGTERM. */
		kill(s->processes[PROCESS_MAIN], SIGHUP);
	}
	set_wait(s, s->wait);
}

static void enter_stopping(struct init *s)
{
	static const enum init_process obsolete[] = {PROCESS_BOOT, PROCESS_REVIVE, PROCESS_OTHER};

	if (s->phase >= INIT_STOPPING) {
		return;
	}
	s->phase = INIT_STOPPING;
	s->deadline = 0;
	s->owed = 0;
	s->n_retries = 0;
	tell_stop(s);
	for (size_t i = 0; i < ARRAY_SIZE(obsolete); i++) {
		if (s->processes[obsolete[i]] > 0) {
			kill(s->processes[obsolete[i]], SIGKILL);
		}
	}
	/* A supervisor that somebody has stopped would never answer. */
	process_kill_all(s, SIGCONT);
	process_start(s, PROCESS_SHUTDOWN);
}

static void hurry(struct init *s)
{
	s->wait = MIN(s->wait, HURRY);
	if (s->processes[PROCESS_SHUTDOWN] > 0) {
		kill(s->processes[PROCESS_SHUTDOWN], SIGKILL);
	}
	if (s->phase < INIT_TERM) {
		enter_term(s);
	} else {
		enter_kill(s);
	}
}

/* A command may use services until it has ended: it is told first, and given some time. */
static void shut_down(struct init *s, const char *target, int sig)
{
	if (s->phase >= INIT_STOPPING) {
		return;
	}
	s->target = target;
	if (has_command(s) && s->deadline == 0) {
		kill(s->processes[PROCESS_MAIN], sig == SIGINT ? SIGINT : SIGTERM);
		set_wait(s, COMMAND_GRACE);
		return;
	}
	set_status(s, 0);
	enter_stopping(s);
}

/* ---- children ---- */

static void main_ended(struct init *s, int status)
{
	/* A unit that never began has no status of its own: why it did not, is that of its start.
	 */
	set_status(s, status == 0 && s->request->ends_with_units ? s->boot_status : status);
	enter_stopping(s);
}

static void boot_ended(struct init *s, int status, bool was_killed)
{
	s->boot_status = status;
	if (s->phase != INIT_BOOTING) {
		return;
	}
	s->phase = INIT_RUNNING;
	setup_notify(s, "READY=1\nSTATUS=Startup finished.");
	process_start(s, PROCESS_MAIN);
	if (was_killed) {
		/* It could not say any more that the boot is over. */
		process_start(s, PROCESS_REVIVE);
	}
}

static void process_of_ours_ended(struct init *s, enum init_process which, int status,
				  bool was_killed)
{
	switch (which) {
	case PROCESS_BOOT:
		boot_ended(s, status, was_killed);
		break;
	case PROCESS_MAIN:
		if (was_killed && !s->request->command && s->phase < INIT_STOPPING) {
			/* Only who watches the units: they may live. */
			process_owe(s, which);
		} else {
			main_ended(s, status);
		}
		break;
	case PROCESS_SHUTDOWN:
		enter_term(s);
		break;
	case PROCESS_REVIVE:
		s->n_failures = status ? s->n_failures + 1 : 0;
		if (status != 0 && s->phase < INIT_STOPPING) {
			process_owe(s, which);
		}
		break;
	case PROCESS_OTHER:
	case PROCESS_MAX:
		break;
	}
	if ((s->owed & 1u << which) && s->retry == 0) {
		process_start(s, which);
	}
}

static void child_ended(struct init *s, const siginfo_t *info)
{
	bool was_killed = info->si_code != CLD_EXITED;
	int status = was_killed ? 128 + info->si_status : info->si_status;
	enum init_process which = process_ended(s, info->si_pid);

	if (which != PROCESS_MAX) {
		process_of_ours_ended(s, which, status, was_killed);
	} else if (was_killed && s->phase < INIT_STOPPING) {
		/* It may have been a supervisor, or the service of one that was killed before. */
		process_start(s, PROCESS_REVIVE);
	}
}

/* All that have ended. False: there may be more. */
static bool reap(struct init *s)
{
	siginfo_t info;

	for (int i = 0; i < REAP_ROUND; i++) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) < 0) {
			if (errno == ECHILD && s->phase >= INIT_TERM) {
				s->phase = INIT_OVER;
			}
			return true;
		}
		if (info.si_pid == 0) {
			return true;
		}
		child_ended(s, &info);
	}
	return false;
}

/* ---- signals ---- */

static const struct signal_row {
	int number; /* above SIGRTMIN */
	const char *target;
	bool now;
	bool reboot;
} rows[] = {
    {INIT_SIGNAL_HALT, "halt.target", false, false},
    {INIT_SIGNAL_POWEROFF, "poweroff.target", false, false},
    {INIT_SIGNAL_REBOOT, "reboot.target", false, true},
    {INIT_SIGNAL_KEXEC, "reboot.target", false, true},
    {INIT_SIGNAL_HALT_NOW, "halt.target", true, false},
    {INIT_SIGNAL_POWEROFF_NOW, "poweroff.target", true, false},
    {INIT_SIGNAL_REBOOT_NOW, "reboot.target", true, true},
    {INIT_SIGNAL_KEXEC_NOW, "reboot.target", true, true},
    {INIT_SIGNAL_EXIT_NOW, "exit.target", true, false},
    {INIT_SIGNAL_EXIT, "exit.target", false, false},
};

static void take_exit_status(struct init *s, const siginfo_t *info)
{
	if (info->si_code == SI_QUEUE && info->si_value.sival_int >= 0) {
		set_status(s, info->si_value.sival_int);
	}
}

/* Such a signal has no sender that we could name. */
static bool is_from_outside(const struct init *s, const siginfo_t *info)
{
	return s->is_first && info->si_pid == 0;
}

/* Again from the container manager it is impatience; from inside it may be a unit that stops. */
static void shut_down_or_hurry(struct init *s, const char *target, const siginfo_t *info)
{
	if (s->phase >= INIT_STOPPING && is_from_outside(s, info)) {
		hurry(s);
	} else {
		shut_down(s, target, info->si_signo);
	}
}

/* One that ends the container. False: it is none. */
static bool take_ending(struct init *s, const siginfo_t *info)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct signal_row *row = &rows[i];

		if (info->si_signo != SIGNALS_RTMIN + row->number) {
			continue;
		}
		if (row->number == INIT_SIGNAL_EXIT || row->number == INIT_SIGNAL_EXIT_NOW) {
			take_exit_status(s, info);
		}
		if (s->phase < INIT_STOPPING || row->now) {
			s->wants_reboot = row->reboot;
		}
		if (row->now && s->phase == INIT_STOPPING) {
			/* systemd-poweroff.service and the like: the last thing that the shutdown
			 * process does. */
			set_wait(s, LAST_SERVICE);
		} else if (row->now) {
			set_status(s, 0);
			enter_term(s);
		} else {
			shut_down_or_hurry(s, row->target, info);
		}
		return true;
	}
	return false;
}

/* A first one is orderly, a second one is impatient. */
static void take_term(struct init *s, int sig)
{
	if (s->phase < INIT_STOPPING) {
		shut_down(s, "poweroff.target", sig);
	} else {
		hurry(s);
	}
}

static void take_other(struct init *s, int sig)
{
	static const struct {
		int number;
		enum init_other what;
	} others[] = {
	    {SIGHUP, OTHER_RELOAD},
	    {SIGUSR1, OTHER_LIST},
	    {SIGUSR2, OTHER_LIST},
	    {SIGNALS_RTMIN + INIT_SIGNAL_DEFAULT, OTHER_DEFAULT},
	    {SIGNALS_RTMIN + INIT_SIGNAL_RESCUE, OTHER_RESCUE},
	    {SIGNALS_RTMIN + INIT_SIGNAL_EMERGENCY, OTHER_EMERGENCY},
	};

	if (s->phase >= INIT_STOPPING) {
		return;
	}
	if (has_command(s)) {
		kill(s->processes[PROCESS_MAIN], sig);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (sig == others[i].number) {
			s->others |= 1u << others[i].what;
			process_start(s, PROCESS_OTHER);
		}
	}
}

static void take_signal(struct init *s, const siginfo_t *info)
{
	switch (info->si_signo) {
	case SIGTERM:
	case SIGINT:
		take_term(s, info->si_signo);
		break;
	case SIGPWR:
		shut_down_or_hurry(s, "poweroff.target", info);
		break;
	case SIGCHLD:
	case SIGTTIN:
	case SIGTTOU:
	case SIGPIPE:
		break;
	default:
		if (!take_ending(s, info)) {
			take_other(s, info->si_signo);
		}
	}
}

static void take_deadline(struct init *s)
{
	s->deadline = 0;
	switch (s->phase) {
	case INIT_TERM:
		enter_kill(s);
		break;
	case INIT_KILL:
		/* What even SIGKILL does not end, the kernel will, with us. */
		s->phase = INIT_OVER;
		break;
	case INIT_STOPPING:
		enter_term(s);
		break;
	default:
		/* The command has not ended in the time that it had. */
		set_status(s, 128 + SIGTERM);
		enter_stopping(s);
	}
}

static void take_retry(struct init *s)
{
	process_retry(s);
	if (s->phase == INIT_STOPPING && s->n_retries >= RETRY_MAX) {
		enter_term(s);
	}
}

/* ---- the loop ---- */

static bool has_passed(usec_t when, usec_t now)
{
	return when > 0 && now >= when;
}

/* Waits for one signal, until the next deadline at most. 0: none came. */
static int wait_signal(struct init *s, bool at_once, siginfo_t *info)
{
	usec_t now, until = s->deadline;
	struct timespec span = {0};

	if (s->retry > 0 && (until == 0 || s->retry < until)) {
		until = s->retry;
	}
	if (!at_once && until == 0) {
		return sigwaitinfo(&s->signals, info);
	}
	now = clock_monotonic();
	if (!at_once && until > now) {
		span = usec_to_timespec(until - now);
	}
	return sigtimedwait(&s->signals, info, &span);
}

static void live(struct init *s)
{
	siginfo_t info;
	bool is_reaped = true;

	while (s->phase != INIT_OVER) {
		info.si_signo = 0;
		if (wait_signal(s, !is_reaped, &info) > 0) {
			take_signal(s, &info);
		}
		if (has_passed(s->deadline, clock_monotonic())) {
			take_deadline(s);
		}
		if (has_passed(s->retry, clock_monotonic())) {
			take_retry(s);
		}
		/* Signals of one kind do not queue: whatever woke us, there may be children. */
		if (s->phase != INIT_OVER) {
			is_reaped = reap(s);
		}
	}
}

static void tell_status(const struct init *s)
{
	char text[32];

	snprintf(text, sizeof text, "EXIT_STATUS=%d", s->status);
	setup_notify(s, text);
}

int init_run(const struct init_request *request)
{
	static struct init init;
	struct init *s = &init;
	int r;

	s->request = request;
	s->is_first = getpid() == 1;
	s->wait = request->stop_timeout;
	s->target = "poweroff.target";
	r = setup_all(s);
	if (r < 0) {
		fprintf(stderr, "Failed to prepare the boot: %s\n", strerror(-r));
		return 1;
	}
	process_start(s, PROCESS_BOOT);
	if (s->processes[PROCESS_BOOT] == 0) {
		fprintf(stderr, "Failed to start the boot: %s\n", strerror(errno));
		return 1;
	}
	live(s);
	tell_status(s);
	if (s->wants_reboot && s->is_first) {
		/* In a PID namespace this ends it by SIGHUP, for its manager to see; without the
		 * capability it is an exit like others. */
		reboot(RB_AUTOBOOT);
	}
	return s->status;
}
