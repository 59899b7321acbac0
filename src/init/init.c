/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

static void enter_term(struct init *s)
{
	if (s->phase >= INIT_TERM) {
		return;
	}
	s->phase = INIT_TERM;
	process_kill_all(s, SIGTERM);
	process_kill_all(s, SIGCONT);
	set_wait(s, s->wait);
}

static void enter_stopping(struct init *s)
{
	if (s->phase >= INIT_STOPPING) {
		return;
	}
	s->phase = INIT_STOPPING;
	s->deadline = 0;
	setup_notify(s, "STOPPING=1\nSTATUS=Shutting down.");
	if (s->processes[PROCESS_BOOT] > 0) {
		kill(s->processes[PROCESS_BOOT], SIGKILL);
	}
	process_shutdown(s);
	if (s->processes[PROCESS_SHUTDOWN] == 0) {
		enter_term(s);
	}
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

static bool has_command(const struct init *s)
{
	return s->request->command && s->processes[PROCESS_MAIN] > 0;
}

/* A command may use services until it has ended: it is told first, and given some time. */
static void shut_down(struct init *s, const char *target, int sig)
{
	if (s->phase >= INIT_STOPPING) {
		return;
	}
	s->target = target;
	if (has_command(s) && s->deadline == 0) {
		kill(s->processes[PROCESS_MAIN], sig < SIGRTMIN ? sig : SIGTERM);
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

static void child_ended(struct init *s, const siginfo_t *info)
{
	bool was_killed = info->si_code != CLD_EXITED;
	int status = was_killed ? 128 + info->si_status : info->si_status;

	switch (process_ended(s, info->si_pid)) {
	case PROCESS_BOOT:
		s->boot_status = status;
		if (s->phase == INIT_BOOTING) {
			s->phase = INIT_RUNNING;
			setup_notify(s, "READY=1\nSTATUS=Startup finished.");
			process_main(s);
		}
		break;
	case PROCESS_MAIN:
		main_ended(s, status);
		break;
	case PROCESS_SHUTDOWN:
		enter_term(s);
		break;
	case PROCESS_REVIVE:
		if (s->wants_revival && s->phase < INIT_STOPPING) {
			process_revive(s);
		}
		break;
	case PROCESS_OTHER:
		break;
	case PROCESS_MAX:
		/* It may have been a supervisor, or the service of one that was killed before. */
		if (was_killed && s->phase < INIT_STOPPING) {
			process_revive(s);
		}
		break;
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

/* One that ends the container. False: it is none. */
static bool take_ending(struct init *s, const siginfo_t *info)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct signal_row *row = &rows[i];

		if (info->si_signo != SIGRTMIN + row->number) {
			continue;
		}
		if (row->number == INIT_SIGNAL_EXIT || row->number == INIT_SIGNAL_EXIT_NOW) {
			take_exit_status(s, info);
		}
		s->wants_reboot = s->wants_reboot || row->reboot;
		if (row->now && s->phase == INIT_STOPPING) {
			/* systemd-poweroff.service and the like: the last thing that the shutdown
			 * process does. */
			set_wait(s, LAST_SERVICE);
		} else if (row->now) {
			set_status(s, 0);
			enter_term(s);
		} else {
			shut_down(s, row->target, info->si_signo);
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
		const char *verb, *argument;
	} others[] = {
	    {INIT_SIGNAL_DEFAULT, "default", NULL},
	    {INIT_SIGNAL_RESCUE, "rescue", NULL},
	    {INIT_SIGNAL_EMERGENCY, "emergency", NULL},
	};

	if (s->phase >= INIT_STOPPING) {
		return;
	}
	if (has_command(s)) {
		kill(s->processes[PROCESS_MAIN], sig);
	} else if (sig == SIGHUP) {
		process_other(s, "daemon-reload", NULL);
	} else if (sig == SIGUSR1 || sig == SIGUSR2) {
		process_other(s, "list-units", "--all");
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		if (sig == SIGRTMIN + others[i].number) {
			process_other(s, others[i].verb, others[i].argument);
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
		shut_down(s, "poweroff.target", SIGTERM);
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

/* ---- the loop ---- */

/* Waits for one signal, until the deadline at most. 0: none came. */
static int wait_signal(struct init *s, bool at_once, siginfo_t *info)
{
	usec_t now;
	struct timespec span = {0};

	if (!at_once && s->deadline == 0) {
		return sigwaitinfo(&s->signals, info);
	}
	now = clock_monotonic();
	if (!at_once && s->deadline > now) {
		span.tv_sec = (time_t)((s->deadline - now) / USEC_PER_SEC);
		span.tv_nsec = (long)((s->deadline - now) % USEC_PER_SEC * 1000);
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
		if (s->deadline > 0 && clock_monotonic() >= s->deadline) {
			take_deadline(s);
		}
		/* Signals of one kind do not queue: whatever woke us, there may be children. */
		if (s->phase != INIT_OVER) {
			is_reaped = reap(s);
		}
	}
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
	process_boot(s);
	if (s->processes[PROCESS_BOOT] == 0) {
		fprintf(stderr, "Failed to start the boot: %s\n", strerror(errno));
		return 1;
	}
	live(s);
	if (s->wants_reboot && s->is_first) {
		/* In a PID namespace this ends it by SIGHUP, for its manager to see; without the
		 * capability it is an exit like others. */
		reboot(RB_AUTOBOOT);
	}
	return s->status;
}
