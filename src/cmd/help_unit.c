/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>

#include "units.h"

/* "man:nginx(8)" -> man 8 nginx, with our own terminal. */
static int show_manual(const char *page)
{
	char name[256], section[32], *open;
	pid_t pid;
	int status;

	snprintf(name, sizeof name, "%s", page);
	open = strrchr(name, '(');
	if (open) {
		*open = '\0';
		snprintf(section, sizeof section, "%s", open + 1);
		section[strcspn(section, ")")] = '\0';
	}
	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		cmd_error("Failed to execute man: %s", strerror(errno));
		return 1;
	}
	if (pid == 0) {
		if (open) {
			execlp("man", "man", section, name, (char *)NULL);
		} else {
			execlp("man", "man", name, (char *)NULL);
		}
		cmd_error("Failed to execute man: %s", strerror(errno));
		_exit(1);
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			return 1;
		}
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static int help_one(struct cmd *c, const char *name)
{
	struct cmd_unit cu;

	if (cmd_unit_get(c, name, &cu) < 0) {
		return 1;
	}
	if (cu.unit->load_state == UNIT_NOT_FOUND) {
		cmd_error("Unit %s could not be found.", name);
		return 1;
	}
	if (cu.unit->documentation.n == 0) {
		cmd_notice(c, "Documentation for %s not known.", name);
	}
	STRV_FOREACH(doc, &cu.unit->documentation) {
		const char *page = str_after_prefix(doc, "man:");

		if (page) {
			show_manual(page);
		} else {
			cmd_notice(c, "Can't show: %s", doc);
		}
	}
	return 0;
}

int cmd_help(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct strv names = { 0 };
	int status = 0;

	if (args->n == 0) {
		cmd_error("'help' command expects one or more unit names.\n"
			  "(Alternatively, help for systemctl itself may be shown with --help)");
		return 1;
	}
	if (cmd_expand_names(c, args, ".service", &names, NULL) < 0) {
		return 1;
	}
	STRV_FOREACH(name, &names) {
		if (help_one(c, name) != 0) {
			status = 1;
		}
	}
	return status;
}
