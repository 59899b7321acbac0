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
#define KILL_ROUNDS 100

/* In the child: as a fresh process has it. */
static void clean_child(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * Opened anew, so that not to wait for a console that nobody reads is this process' own affair: what
 * it has to say must not keep the boot or the shutdown from going on.
 */
static void reopen_output(int fd)
{
	char path[] = "/proc/self/fd/?";
	int own;

	path[sizeof path - 2] = (char)('0' + fd);
	own = open(path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY);
	if (own >= 0) {
		dup2(own, fd);
		close(own);
	}
}

/*
 * Our own binary, with what it prints on our stdout and stderr. A session of its own: a terminal's
 * Ctrl-C is meant for us, who pass it on in order.
 */
static pid_t start_own(const struct init *s, char **argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open("/dev/null", O_RDONLY);

		setsid();
		if (fd >= 0) {
			dup2(fd, STDIN_FILENO);
			close(fd);
		}
		reopen_output(STDOUT_FILENO);
		reopen_output(STDERR_FILENO);
		clean_child();
		execve(s->exe, argv, s->environment);
		_exit(EXIT_NOT_FOUND);
	}
	return pid;
}

/* `systemctl WORD [--user] [FIRST [SECOND]]` */
static pid_t start_with_words(const struct init *s, const char *word, const char *first,
			      const char *second)
{
	char *argv[6] = {(char *)OWN_NAME, (char *)word};
	size_t n = 2;

	if (s->request->user) {
		argv[n++] = (char *)"--user";
	}
	argv[n++] = (char *)first;
	if (first) {
		argv[n++] = (char *)second;
	}
	return start_own(s, argv);
}

/* `systemctl WORD [--user] [UNIT…]`; the units stand behind the third word already. */
static pid_t start_with_units(struct init *s, const char *word)
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
	return start_own(s, argv);
}

static pid_t start_boot(struct init *s)
{
	return start_with_units(s, INIT_WORD_BOOT);
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

static pid_t start_main(struct init *s)
{
	pid_t pid;

	if (!s->request->command) {
		return s->request->ends_with_units ? start_with_units(s, INIT_WORD_WATCH) : 0;
	}
	pid = fork();
	if (pid == 0) {
		run_command(s);
	}
	return pid;
}

static pid_t start_shutdown(struct init *s)
{
	return start_with_words(s, INIT_WORD_SHUTDOWN, s->target, NULL);
}

static pid_t start_revive(struct init *s)
{
	return start_with_words(s, INIT_WORD_REVIVE,
				s->phase == INIT_BOOTING ? NULL : INIT_REVIVE_BOOTED, NULL);
}

/* One of those that are to be done; the others follow when it has ended. */
static pid_t start_other(struct init *s)
{
	static const struct {
		const char *verb, *argument;
	} words[OTHER_MAX] = {
	    [OTHER_RELOAD] = {"daemon-reload", NULL}, [OTHER_LIST] = {"list-units", "--all"},
	    [OTHER_DEFAULT] = {"default", NULL},      [OTHER_RESCUE] = {"rescue", NULL},
	    [OTHER_EMERGENCY] = {"emergency", NULL},
	};
	int which = __builtin_ffs((int)s->others) - 1;
	pid_t pid;

	if (which < 0) {
		return 0;
	}
	pid = start_with_words(s, words[which].verb, words[which].argument, NULL);
	if (pid > 0) {
		s->others &= ~(1u << which);
		s->owed |= s->others ? 1u << PROCESS_OTHER : 0;
	}
	return pid;
}

void process_owe(struct init *s, enum init_process which)
{
	bool is_rare = s->n_retries >= RETRY_MAX || s->n_failures >= RETRY_MAX;

	s->owed |= 1u << which;
	s->retry = usec_add(clock_monotonic(), is_rare ? RETRY_RARE : RETRY_SPAN);
}

void process_start(struct init *s, enum init_process which)
{
	static pid_t (*const starters[PROCESS_MAX])(struct init *) = {
	    [PROCESS_BOOT] = start_boot,     [PROCESS_MAIN] = start_main,
	    [PROCESS_SHUTDOWN] = start_shutdown, [PROCESS_REVIVE] = start_revive,
	    [PROCESS_OTHER] = start_other,
	};
	pid_t pid;

	if (s->processes[which] > 0) {
		s->owed |= 1u << which;
		return;
	}
	s->owed &= ~(1u << which);
	pid = starters[which](s);
	if (pid < 0) {
		process_owe(s, which);
		return;
	}
	s->processes[which] = pid;
}

void process_retry(struct init *s)
{
	unsigned owed = s->owed;

	s->retry = 0;
	for (int i = 0; i < PROCESS_MAX; i++) {
		if ((owed & 1u << i) && s->processes[i] == 0) {
			process_start(s, (enum init_process)i);
		}
	}
	s->n_retries = s->retry > 0 ? s->n_retries + 1 : 0;
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

/* Descendants of our parent but ourselves; how many there were. */
static size_t kill_siblings(pid_t parent, int sig)
{
	CLEANUP_ARENA struct arena a = {0};
	struct proc_stat *list;
	size_t n, k = 0;

	if (proc_list_descendants(parent, &a, &list, &n) < 0) {
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		if (list[i].pid > 1 && list[i].pid != getpid() && list[i].state != 'Z') {
			kill(list[i].pid, sig);
			k++;
		}
	}
	return k;
}

/* To know them needs files and memory: a child's, so that there is nothing that we could run out of. */
static void kill_descendants(int sig)
{
	pid_t self = getpid();

	if (fork() != 0) {
		return;
	}
	/* Forks can outrun a look, but not all of them. */
	for (int i = 0; i < KILL_ROUNDS; i++) {
		if (kill_siblings(self, sig) == 0 || sig != SIGKILL) {
			break;
		}
	}
	_exit(0);
}

void process_kill_all(const struct init *s, int sig)
{
	if (s->is_first) {
		kill(-1, sig);
	} else {
		kill_descendants(sig);
	}
}
