/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>

#include "cmd/boot.h"
#include "cmd/personalities.h"
#include "cmd/sysv.h"
#include "journal/journal.h"
#include "journal/syslog.h"
#include "query.h"
#include "supervisor/supervisor.h"

static int refuse(int argc, char **argv)
{
	fprintf(stderr, "%s is not part of this version of soloctl\n", path_basename(argv[0]));
	return 1;
}

/* Other names under which this program may be called. */
static const struct personality {
	const char *name;
	int (*run)(int argc, char **argv);
} personalities[] = {
	{ "halt", cmd_halt_main },
	{ "init", cmd_telinit_main },
	{ "journalctl", journalctl_main },
	{ "poweroff", cmd_halt_main },
	{ "reboot", cmd_halt_main },
	{ "runlevel", cmd_runlevel_main },
	{ "shutdown", cmd_shutdown_main },
	{ SYSV_INSTALL_NAME, sysv_install_main },
	{ SYSLOG_ARGV0, syslog_main },
	{ "systemd", refuse },
	{ "systemd-cat", cmd_cat_main },
	{ "systemd-escape", cmd_escape_main },
	{ "systemd-notify", cmd_notify_main },
	{ "systemd-run", cmd_run_main },
	{ "telinit", cmd_telinit_main },
};

int main(int argc, char **argv)
{
	const char *name = argc > 0 ? path_basename(argv[0]) : "systemctl";

	/* Who ignores the end of children hands that down to us, and we wait for ours. */
	signal(SIGCHLD, SIG_DFL);

	/*
	 * A supervisor stays for the life of its unit: nothing else may be initialised before it.
	 */
	if (streq(name, SUPERVISOR_ARGV0)) {
		return supervisor_main(argc, argv);
	}
	/* So does an init. */
	if (argc > 0 && cmd_init_is_meant(argc, argv)) {
		return cmd_init_main(argc, argv);
	}
	for (size_t i = 0; i < ARRAY_SIZE(personalities); i++) {
		if (streq(name, personalities[i].name)) {
			return personalities[i].run(argc, argv);
		}
	}
	return cmd_main(argc, argv);
}
