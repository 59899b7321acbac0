/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <sys/wait.h>

#include "base/root.h"
#include "base/str.h"
#include "cmd/sysv.h"

#define UPDATE_RC_D "/usr/sbin/update-rc.d"
#define CHKCONFIG "/sbin/chkconfig"

bool sysv_install_is_possible(void)
{
	return access(UPDATE_RC_D, X_OK) == 0 || access(CHKCONFIG, X_OK) == 0;
}

static int run(const char *root, char **argv)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (root && (chroot(root) < 0 || chdir("/") < 0)) {
			fprintf(stderr, "%s: %s: %s\n", SYSV_INSTALL_NAME, root, strerror(errno));
			_exit(1);
		}
		/* Or update-rc.d asks systemctl, which asks us. */
		setenv("_SKIP_SYSTEMD_NATIVE", "1", 1);
		setenv("SYSTEMCTL_SKIP_SYSV", "1", 1);
		execv(argv[0], argv);
		fprintf(stderr, "%s: %s: %s\n", SYSV_INSTALL_NAME, argv[0], strerror(errno));
		_exit(1);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			pid = -1;
		}
	}
	if (pid < 0) {
		fprintf(stderr, "%s: %s: %s\n", SYSV_INSTALL_NAME, argv[0], strerror(errno));
		return 1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

static int change(const char *root, const char *verb, const char *name)
{
	bool enable = streq(verb, "enable");
	char *defaults[] = { (char *)UPDATE_RC_D, (char *)name, (char *)"defaults", NULL };
	char *update[] = { (char *)UPDATE_RC_D, (char *)name, (char *)verb, NULL };
	char *chkconfig[] = { (char *)CHKCONFIG, (char *)name, (char *)(enable ? "on" : "off"), NULL };

	if (access(UPDATE_RC_D, X_OK) == 0) {
		int status = run(root, defaults);

		return status ? status : run(root, update);
	}
	if (access(CHKCONFIG, X_OK) == 0) {
		return run(root, chkconfig);
	}
	fprintf(stderr, "%s: neither %s nor %s is there to change the links of %s.\n", SYSV_INSTALL_NAME, UPDATE_RC_D,
		CHKCONFIG, name);
	return 1;
}

static bool has_start_link(const char *root, const char *name)
{
	CLEANUP_ARENA struct arena a = {0};
	glob_t found;
	int r = glob(arena_printf(&a, "%s/etc/rc[S5].d/S[0-9][0-9]%s", str_or_empty(root), name), 0, NULL, &found);

	if (r == 0) {
		globfree(&found);
	}
	return r == 0;
}

int sysv_install_main(int argc, char **argv)
{
	const char *root = argc > 1 ? str_after_prefix(argv[1], "--root=") : NULL;
	char **words = argv + (root ? 2 : 1);

	if (argc - (words - argv) != 2) {
		fprintf(stderr, "Usage: %s [--root=path] enable|disable|is-enabled <sysv script name>\n", SYSV_INSTALL_NAME);
		return 1;
	}
	if (root && (!root[0] || streq(root, "/"))) {
		root = NULL;
	}
	if (streq(words[0], "is-enabled")) {
		return has_start_link(root, words[1]) ? 0 : 1;
	}
	if (streq(words[0], "enable") || streq(words[0], "disable")) {
		return change(root, words[0], words[1]);
	}
	fprintf(stderr, "%s: unknown verb %s\n", SYSV_INSTALL_NAME, words[0]);
	return 1;
}
