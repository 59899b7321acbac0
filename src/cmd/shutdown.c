/* SPDX-License-Identifier: MIT */

/* shutdown(8). What is to happen later is waited for by a process of its own, which
 * /run/systemd/shutdown/scheduled names. */

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/root.h"
#include "cmd/boot.h"
#include "init/init.h"

#define SCHEDULE_DIR "/run/systemd/shutdown"
#define SCHEDULE_FILE SCHEDULE_DIR "/scheduled"
#define WAITER_NAME "systemctl-later"

struct shutdown {
	int signal;
	bool cancel, show, only_warn;
	usec_t when; /* realtime */
};

/* "now", "+5", "5" or "17:30"; 0 or -EINVAL. */
static int parse_when(const char *text, usec_t *ret)
{
	const char *digits = text[0] == '+' ? text + 1 : text, *colon = strchr(text, ':');
	usec_t now = clock_realtime();
	time_t seconds = (time_t)(now / USEC_PER_SEC);
	uint64_t minutes;
	struct tm tm;
	char *end;

	if (streq(text, "now")) {
		*ret = now;
		return 0;
	}
	if (!colon) {
		if (str_to_u64(digits, &minutes) < 0 || minutes > UINT32_MAX) {
			return -EINVAL;
		}
		*ret = now + minutes * USEC_PER_MINUTE;
		return 0;
	}
	localtime_r(&seconds, &tm);
	tm.tm_hour = (int)strtol(text, &end, 10);
	if (end != colon || end == text || tm.tm_hour < 0 || tm.tm_hour > 23 || !colon[1]) {
		return -EINVAL;
	}
	tm.tm_min = (int)strtol(colon + 1, &end, 10);
	if (*end || tm.tm_min < 0 || tm.tm_min > 59) {
		return -EINVAL;
	}
	tm.tm_sec = 0;
	*ret = (usec_t)mktime(&tm) * USEC_PER_SEC;
	/* That time of today has passed: tomorrow. */
	*ret += *ret < now ? USEC_PER_DAY : 0;
	return 0;
}

/* The process that waits, if it still does. */
static struct proc_id read_schedule(struct arena *a)
{
	struct proc_id id = {0};
	struct strv lines = {0};
	char *text;

	if (io_read_file(AT_FDCWD, SCHEDULE_FILE, 4096, a, &text, NULL) < 0) {
		return id;
	}
	strv_split(&lines, a, text, "\n");
	STRV_FOREACH(line, &lines)
	{
		const char *value = str_after_prefix(line, "X_PID=");

		if (value) {
			char *rest;

			id.pid = (pid_t)strtol(value, &rest, 10);
			id.start_time = strtoull(rest, NULL, 10);
		}
	}
	return id.pid > 0 && proc_id_is_alive(&id) ? id : (struct proc_id){0};
}

static void cancel_schedule(struct cmd *c)
{
	struct proc_id id = read_schedule(&c->arena);

	if (id.pid > 0) {
		proc_id_kill(&id, SIGKILL);
	}
	unlink(SCHEDULE_FILE);
}

static _Noreturn void wait_and_ask(struct cmd *c, const struct shutdown *s)
{
	struct timespec when = usec_to_timespec(s->when);

	setsid();
	io_null_stdio();
	io_close_from(3, NULL, 0);
	prctl(PR_SET_NAME, WAITER_NAME);
	while (clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &when, NULL) == EINTR) {
	}
	unlink(SCHEDULE_FILE);
	_exit(cmd_power_ask(c, s->signal, -1));
}

static int schedule(struct cmd *c, const struct shutdown *s)
{
	const char *mode = s->signal == INIT_SIGNAL_REBOOT ? "reboot"
			   : s->signal == INIT_SIGNAL_HALT ? "halt"
							   : "poweroff";
	struct proc_id id;
	char stamp[96], *text;
	pid_t pid;
	int r;

	cancel_schedule(c);
	pid = fork();
	if (pid == 0) {
		wait_and_ask(c, s);
	}
	if (pid < 0) {
		cmd_error("Failed to schedule shutdown: %s", strerror(errno));
		return 1;
	}
	id = proc_id_of(pid);
	text = arena_printf(&c->arena, "USEC=%llu\nWARN_WALL=0\nMODE=%s\nX_PID=%ld %llu\n",
			    (unsigned long long)s->when, mode, (long)id.pid,
			    (unsigned long long)id.start_time);
	r = io_make_dirs(AT_FDCWD, SCHEDULE_DIR, 0755);
	r = r < 0 ? r : io_write_atomic(AT_FDCWD, SCHEDULE_FILE, text, strlen(text), 0644);
	if (r < 0) {
		kill(pid, SIGKILL);
		cmd_error("Failed to schedule shutdown: %s", strerror(-r));
		return 1;
	}
	fprintf(stderr, "%s scheduled for %s, use 'shutdown -c' to cancel.\n",
		s->signal == INIT_SIGNAL_REBOOT ? "Reboot" : "Shutdown",
		clock_format_timestamp(stamp, sizeof stamp, s->when));
	return 0;
}

/* 0 go on, 1 done, -EINVAL. */
static int read_options(int argc, char **argv, struct shutdown *s)
{
	static const struct option options[] = {
	    {"help", no_argument, NULL, '?'},
	    {"halt", no_argument, NULL, 'H'},
	    {"poweroff", no_argument, NULL, 'P'},
	    {"reboot", no_argument, NULL, 'r'},
	    {"no-wall", no_argument, NULL, 'W'},
	    {"show", no_argument, NULL, 'S'},
	    {0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "HPrhkKct:afFn", options, NULL)) >= 0) {
		switch (option) {
		case 'H':
			s->signal = INIT_SIGNAL_HALT;
			break;
		case 'r':
			s->signal = INIT_SIGNAL_REBOOT;
			break;
		case 'k':
			s->only_warn = true;
			break;
		case 'c':
			s->cancel = true;
			break;
		case 'S':
			s->show = true;
			break;
		case '?':
			if (optind > 0 && streq(argv[optind - 1], "--help")) {
				puts("shutdown [-H|-P|-h|-r|-k|-c] [--show] [now|+MINUTES|HH:MM] "
				     "[MESSAGE...]");
				return 1;
			}
			return -EINVAL;
		default:
			break;
		}
	}
	return 0;
}

static int show_schedule(struct cmd *c)
{
	char *text;

	if (read_schedule(&c->arena).pid == 0 ||
	    io_read_file(AT_FDCWD, SCHEDULE_FILE, 4096, &c->arena, &text, NULL) < 0) {
		fputs("No scheduled shutdown.\n", stderr);
		return 1;
	}
	fputs(text, stdout);
	return 0;
}

static int run(struct cmd *c, const struct shutdown *s)
{
	if (s->show) {
		return show_schedule(c);
	}
	if (s->cancel) {
		cancel_schedule(c);
		return 0;
	}
	if (s->only_warn) {
		return 0;
	}
	return s->when <= clock_realtime() ? cmd_power_ask(c, s->signal, -1) : schedule(c, s);
}

int cmd_shutdown_main(int argc, char **argv)
{
	struct shutdown s = {.signal = INIT_SIGNAL_POWEROFF};
	struct cmd c = {.argv0 = argv[0]};
	int status, r = read_options(argc, argv, &s);

	if (r != 0) {
		return r < 0 ? 1 : 0;
	}
	s.when = clock_realtime() + USEC_PER_MINUTE;
	if (optind < argc && parse_when(argv[optind], &s.when) < 0) {
		cmd_error("Failed to parse time specification: %s", argv[optind]);
		return 1;
	}
	c.situation = cmd_situation_detect(&c);
	if (c.situation == CMD_OFFLINE_CHROOT) {
		cmd_error("Running in chroot, ignoring request.");
		return 0;
	}
	status = run(&c, &s);
	arena_free(&c.arena);
	return status;
}
