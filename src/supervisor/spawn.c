/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/io.h"
#include "supervisor/supervisor.h"
#include "state/control.h"

#define CONNECTION_FD 3
#define STACK_SIZE ((size_t)16 * 1024) /* grows down; an execve needs little */

extern char **environ;

struct birth {
	const char *exe; /* NULL: go on in the child without executing anything */
	char **argv;
	int argc;
	int connection;
	char *stacks; /* of the two children */
};

/* Gives the connection its number; dup2 onto itself would keep CLOEXEC. */
static void place_connection(int fd)
{
	if (fd == CONNECTION_FD) {
		fcntl(fd, F_SETFD, 0);
	} else {
		dup2(fd, CONNECTION_FD);
	}
}

/* The children share our memory until one of them executes: they write nothing but their own stacks
 * and the error. */
#define SHARED (CLONE_VM | CLONE_VFORK | SIGCHLD)

static int grandchild(void *context)
{
	const struct birth *b = context;

	place_connection(b->connection);
	execve(b->exe, b->argv, environ);
	return 127;
}

static int child(void *context)
{
	struct birth *b = context;

	return clone(grandchild, b->stacks + 2 * STACK_SIZE, SHARED, b) < 0 ? errno : 0;
}

static pid_t child_by_clone(struct birth *b)
{
	return clone(child, b->stacks + STACK_SIZE, SHARED, b);
}

/* Without /proc there is nothing to execute: a copy of ourselves becomes the supervisor. */
static int grandchild_by_fork(const struct birth *b)
{
	pid_t pid = fork();

	if (pid == 0) {
		place_connection(b->connection);
		_exit(supervisor_main(b->argc, b->argv));
	}
	return pid < 0 ? errno : 0;
}

static pid_t child_by_fork(const struct birth *b)
{
	pid_t pid = fork();

	if (pid == 0) {
		_exit(grandchild_by_fork(b));
	}
	return pid;
}

/* The child ends as soon as there is a grandchild, which so belongs to init or the nearest
 * subreaper. */
static int be_born(struct birth *b)
{
	sigset_t all;
	sigset_t before;
	int status = 0;
	int r = 0;
	pid_t pid;

	/* No handler of ours may run in a child that shares our memory. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = b->exe ? child_by_clone(b) : child_by_fork(b);
	if (pid < 0) {
		r = -errno;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	while (pid > 0 && waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			/* Somebody who ignores SIGCHLD gets no status; the connection will tell. */
			return errno == ECHILD ? 0 : -errno;
		}
	}
	return r < 0 ? r : -WEXITSTATUS(status);
}

int supervisor_spawn(const struct place *p, const char *unit, const char *request)
{
	CLEANUP_ARENA struct arena a = {0};
	CLEANUP_CLOSE int ours = -1;
	CLEANUP_CLOSE int theirs = -1;
	char *argv[] = { SUPERVISOR_ARGV0, (char *)unit, p->user_scope ? "--user" : NULL, NULL };
	struct birth b = {
		.exe = io_self_exe(&a, program_invocation_name),
		.argv = argv,
		.argc = p->user_scope ? 3 : 2,
		.stacks = arena_alloc(&a, 2 * STACK_SIZE),
	};
	int fds[2];
	int r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0) {
		return -errno;
	}
	ours = fds[0];
	theirs = fds[1];
	b.connection = theirs;
	r = control_send(ours, request, NULL, 0);
	if (r == 0) {
		r = be_born(&b);
	}
	return r < 0 ? r : TAKE_FD(ours);
}
