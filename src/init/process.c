/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/proc.h"
#include "life.h"

#define OWN_NAME "systemctl"

/* In the child: as a fresh process has it. */
static void clean_child(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * Our own binary, with what it prints on our stdout and stderr. A session of its own: a terminal's
 * Ctrl-C is meant for us, who pass it on in order.
 */
static void start_own(struct init *s, enum init_process which, char **argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open("/dev/null", O_RDONLY);

		setsid();
		if (fd >= 0) {
			dup2(fd, STDIN_FILENO);
		}
		clean_child();
		execve(s->exe, argv, s->environment);
		_exit(EXIT_NOT_FOUND);
	}
	s->processes[which] = pid > 0 ? pid : 0;
}

/* `systemctl WORD [--user] [UNIT…]`; the units stand behind the third word already. */
static void start_with_units(struct init *s, enum init_process which, const char *word)
{
	char **argv = s->words;

	/* Without --user the fixed words are one fewer. */
	if (!s->request->user) {
		argv++;
	}
	argv[0] = (char *)OWN_NAME;
	argv[1] = (char *)word;
	if (s->request->user) {
		argv[2] = (char *)"--user";
	}
	start_own(s, which, argv);
}

void process_boot(struct init *s)
{
	start_with_units(s, PROCESS_BOOT, INIT_WORD_BOOT);
}

static void run_command(struct init *s)
{
	char **argv = s->request->command;

	/* A terminal's signals go to the command's own group. */
	setpgid(0, 0);
	if (isatty(STDIN_FILENO)) {
		tcsetpgrp(STDIN_FILENO, getpgrp());
	}
	clean_child();
	environ = s->environment;
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE);
}

void process_main(struct init *s)
{
	pid_t pid;

	if (!s->request->command) {
		if (s->request->ends_with_units) {
			start_with_units(s, PROCESS_MAIN, INIT_WORD_WATCH);
		}
		return;
	}
	pid = fork();
	if (pid == 0) {
		run_command(s);
	}
	s->processes[PROCESS_MAIN] = pid > 0 ? pid : 0;
}

void process_shutdown(struct init *s)
{
	char *argv[] = {(char *)OWN_NAME, (char *)INIT_WORD_SHUTDOWN,
			s->request->user ? (char *)"--user" : (char *)s->target,
			s->request->user ? (char *)s->target : NULL, NULL};

	start_own(s, PROCESS_SHUTDOWN, argv);
}

void process_revive(struct init *s)
{
	char *argv[] = {(char *)OWN_NAME, (char *)INIT_WORD_REVIVE,
			s->request->user ? (char *)"--user" : NULL, NULL};

	s->wants_revival = s->processes[PROCESS_REVIVE] > 0;
	if (!s->wants_revival) {
		start_own(s, PROCESS_REVIVE, argv);
	}
}

void process_other(struct init *s, const char *verb, const char *argument)
{
	char *argv[] = {(char *)OWN_NAME, (char *)verb, (char *)argument, NULL};

	if (s->processes[PROCESS_OTHER] == 0) {
		start_own(s, PROCESS_OTHER, argv);
	}
}

enum init_process process_ended(struct init *s, pid_t pid)
{
	for (int i = 0; i < PROCESS_MAX; i++) {
		if (s->processes[i] == pid) {
			s->processes[i] = 0;
			return (enum init_process)i;
		}
	}
	return PROCESS_MAX;
}

static void kill_descendants(int sig)
{
	CLEANUP_ARENA struct arena a = {0};
	struct proc_stat *list;
	size_t n;

	if (proc_list_descendants(getpid(), &a, &list, &n) < 0) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		kill(list[i].pid, sig);
	}
}

void process_kill_all(const struct init *s, int sig)
{
	if (s->is_first) {
		kill(-1, sig);
	} else {
		kill_descendants(sig);
	}
}
