/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/sysv.h"
#include "query.h"
#include "supervisor/supervisor.h"

/* Other names under which this program may be called: {name, main}. */
static int refuse(int argc, char **argv)
{
	fprintf(stderr, "%s is not part of this version of soloctl\n", path_basename(argv[0]));
	return 1;
}

static const struct personality {
	const char *name;
	int (*run)(int argc, char **argv);
} personalities[] = {
	{ "halt", refuse },	{ "init", refuse },    { "journalctl", refuse },
	{ "poweroff", refuse }, { "reboot", refuse },  { "runlevel", cmd_runlevel_main },
	{ "shutdown", refuse }, { SYSV_INSTALL_NAME, sysv_install_main }, { "telinit", refuse },
};

int main(int argc, char **argv)
{
	const char *name = argc > 0 ? path_basename(argv[0]) : "systemctl";

	/*
	 * A supervisor stays for the life of its unit: nothing else may be initialised before it.
	 */
	if (streq(name, SUPERVISOR_ARGV0)) {
		return supervisor_main(argc, argv);
	}
	for (size_t i = 0; i < ARRAY_SIZE(personalities); i++) {
		if (streq(name, personalities[i].name)) {
			return personalities[i].run(argc, argv);
		}
	}
	/* Without words this would be a boot; with them it is an ordinary command that a container was made for. */
	if (getpid() == 1 && argc < 2) {
		fprintf(stderr, "Running as PID 1 is not part of this version of soloctl\n");
		return 1;
	}
	return cmd_main(argc, argv);
}
