/* SPDX-License-Identifier: MIT */

/* The names of sysvinit: halt(8), poweroff(8), reboot(8), telinit(8), and init(8) where it is not
 * PID 1. */

#include <getopt.h>
#include <stdio.h>

#include "base/root.h"
#include "cmd/boot.h"
#include "init/init.h"

static int ask(const char *argv0, int signal)
{
	struct cmd c = {.argv0 = argv0};
	int status;

	c.situation = cmd_situation_detect(&c);
	if (c.situation == CMD_OFFLINE_CHROOT) {
		cmd_error("Running in chroot, ignoring request.");
		status = 0;
	} else {
		status = cmd_power_ask(&c, signal, -1);
	}
	arena_free(&c.arena);
	return status;
}

/* As if typed: systemctl WORD… */
static int run_systemctl(const char *word, const char *argument)
{
	char *argv[] = {(char *)"systemctl", (char *)word, (char *)argument, NULL};

	return cmd_main(argument ? 3 : 2, argv);
}

int cmd_halt_main(int argc, char **argv)
{
	static const struct option options[] = {
	    {"halt", no_argument, NULL, 'H'},	   {"poweroff", no_argument, NULL, 'p'},
	    {"reboot", no_argument, NULL, 'R'},	   {"force", no_argument, NULL, 'f'},
	    {"wtmp-only", no_argument, NULL, 'w'}, {"no-wtmp", no_argument, NULL, 'd'},
	    {"no-wall", no_argument, NULL, 'W'},   {"no-sync", no_argument, NULL, 'n'},
	    {"help", no_argument, NULL, 'h'},	   {0},
	};
	const char *name = path_basename(argv[0]);
	int signal = streq(name, "halt")       ? INIT_SIGNAL_HALT
		     : streq(name, "poweroff") ? INIT_SIGNAL_POWEROFF
					       : INIT_SIGNAL_REBOOT;
	bool force = false;
	int option;

	while ((option = getopt_long(argc, argv, "pfwdnhi", options, NULL)) >= 0) {
		switch (option) {
		case 'H':
			signal = INIT_SIGNAL_HALT;
			break;
		case 'p':
			signal = INIT_SIGNAL_POWEROFF;
			break;
		case 'R':
			signal = INIT_SIGNAL_REBOOT;
			break;
		case 'f':
			force = true;
			break;
		case 'h':
			printf("%s [-p|--poweroff] [-f|--force] [--halt] [--reboot] [-w] [-d] [-n] "
			       "[--no-wall]\n",
			       name);
			return 0;
		case 'w':
			/* Only the record that others would keep is wanted. */
			return 0;
		case '?':
			return 1;
		default:
			break;
		}
	}
	return ask(argv[0], force ? signal + (INIT_SIGNAL_HALT_NOW - INIT_SIGNAL_HALT) : signal);
}

int cmd_telinit_main(int argc, char **argv)
{
	static const struct {
		char level;
		const char *word, *argument;
	} levels[] = {
	    {'0', "poweroff", NULL},
	    {'6', "reboot", NULL},
	    {'1', "rescue", NULL},
	    {'s', "rescue", NULL},
	    {'S', "rescue", NULL},
	    {'2', "isolate", "multi-user.target"},
	    {'3', "isolate", "multi-user.target"},
	    {'4', "isolate", "multi-user.target"},
	    {'5', "isolate", "graphical.target"},
	    {'q', "daemon-reload", NULL},
	    {'Q', "daemon-reload", NULL},
	    {'u', "daemon-reexec", NULL},
	    {'U', "daemon-reexec", NULL},
	};

	if (argc == 2 && (streq(argv[1], "--help") || streq(argv[1], "-h"))) {
		printf("%s 0|1|2|3|4|5|6|s|q|u\n", path_basename(argv[0]));
		return 0;
	}
	if (argc == 2 && streq(argv[1], "--version")) {
		cmd_version_print();
		return 0;
	}
	for (size_t i = 0; argc == 2 && argv[1][0] && !argv[1][1] && i < ARRAY_SIZE(levels); i++) {
		if (levels[i].level == argv[1][0]) {
			return run_systemctl(levels[i].word, levels[i].argument);
		}
	}
	cmd_error("Usage: %s 0|1|2|3|4|5|6|s|q|u", path_basename(argv[0]));
	return 1;
}
