/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/wait.h>

#include "base/io.h"
#include "base/proc.h"
#include "exec/child.h"

static int write_map(pid_t pid, const char *file, const char *text)
{
	CLEANUP_CLOSE int fd = -1;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	return fd < 0 ? -errno : io_write_all(fd, text, strlen(text));
}

/* Root stays root and the service's user stays himself; without privileges only the latter can be
 * said. */
static int write_id_map(pid_t pid, const char *file, unsigned id, bool privileged)
{
	char text[64];

	snprintf(text, sizeof(text), privileged && id != 0 ? "0 0 1\n%u %u 1\n" : "%u %u 1\n", id,
		 id);
	return write_map(pid, file, text);
}

/* Only a process outside may write maps of more than itself. Waits for the word that the namespace
 * is there. */
static _Noreturn void helper(int fd, uid_t uid, gid_t gid)
{
	bool privileged = geteuid() == 0;
	pid_t pid = getppid();
	char byte;
	int r;

	if (read(fd, &byte, 1) != 1) {
		_exit(EXIT_SUCCESS);
	}
	r = privileged ? 0 : write_map(pid, "setgroups", "deny\n");
	r = r < 0 ? r : write_id_map(pid, "gid_map", gid, privileged);
	r = r < 0 ? r : write_id_map(pid, "uid_map", uid, privileged);
	_exit(r < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
}

int exec_enter_user_namespace(uid_t uid, gid_t gid)
{
	int p[2], status;
	bool entered;
	pid_t pid;

	/* proot lets us in, and then the maps cannot be written. */
	if (geteuid() != proc_own_uid()) {
		return 0;
	}
	if (pipe2(p, O_CLOEXEC) < 0) {
		return -errno;
	}
	pid = fork();
	if (pid == 0) {
		close(p[1]);
		helper(p[0], uid, gid);
	}
	close(p[0]);
	entered = pid > 0 && unshare(CLONE_NEWUSER) == 0;
	if (entered && write(p[1], "", 1) != 1) {
		pid = -1;
	}
	close(p[1]);
	if (pid < 0) {
		return entered ? -EPIPE : -EAGAIN;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	if (!entered) {
		return 0;
	}
	/* Inside without a map there is no way back. */
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 1 : -EPERM;
}
