/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>

#include "journal/journal.h"

static const char *pager_command(void)
{
	static const char *const variables[] = { "SYSTEMD_PAGER", "PAGER" };

	for (size_t i = 0; i < ARRAY_SIZE(variables); i++) {
		const char *value = getenv(variables[i]);

		if (value) {
			return value;
		}
	}
	return "less";
}

/* Of less as journalctl wants it: quit at the end of what fits, colours, no wrapping. */
static void pager_run(const char *command, bool at_end)
{
	setenv("LESS", at_end ? "FRSXMK+G" : "FRSXMK", 0);
	setenv("LESSCHARSET", "utf-8", 0);
	execlp("sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static bool is_installed(const char *program)
{
	char path[256];

	snprintf(path, sizeof(path), "/usr/bin/%s", program);
	return access(path, X_OK) == 0;
}

pid_t journal_pager_open(bool at_end)
{
	const char *command = pager_command();
	int fds[2];
	pid_t pid;

	if (!isatty(STDOUT_FILENO) || command[0] == '\0' || streq(command, "cat") ||
	    (streq(command, "less") && !is_installed("less")) || pipe2(fds, O_CLOEXEC) < 0) {
		return 0;
	}
	pid = fork();
	if (pid == 0) {
		dup2(fds[0], STDIN_FILENO);
		pager_run(command, at_end);
	}
	close(fds[0]);
	if (pid > 0) {
		dup2(fds[1], STDOUT_FILENO);
	}
	close(fds[1]);
	return pid > 0 ? pid : 0;
}

void journal_pager_close(pid_t pager)
{
	if (pager == 0) {
		return;
	}
	fflush(stdout);
	close(STDOUT_FILENO);
	while (waitpid(pager, NULL, 0) < 0 && errno == EINTR) {
		continue;
	}
}
