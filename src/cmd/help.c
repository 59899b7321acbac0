/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "options.h"

#define COLUMN 36 /* where the help texts begin */

static void print_row(const char *left, const char *help)
{
	if (strlen(left) + 1 > COLUMN) {
		printf("%s\n%*s%s\n", left, COLUMN, "", help);
	} else {
		printf("%-*s%s\n", COLUMN, left, help);
	}
}

/* One heading with its verbs. */
static void print_section(const char *section)
{
	size_t n;
	const struct cmd_verb *all = cmd_verb_all(&n);

	printf("\n%s:\n", section);
	for (size_t i = 0; i < n; i++) {
		char left[128];

		if ((all[i].flags & CMD_HIDDEN) || !streq(all[i].section, section)) {
			continue;
		}
		snprintf(left, sizeof left, "  %s %s", all[i].name, all[i].synopsis);
		print_row(left, all[i].help);
	}
}

static void print_options(void)
{
	size_t n;
	const struct cmd_option *all = cmd_option_all(&n);

	printf("\nOptions:\n");
	for (size_t i = 0; i < n; i++) {
		const struct cmd_option *o = &all[i];
		char left[128], letter[4] = "  ";

		if (!o->metavariable) {
			continue;
		}
		if (o->letter) {
			snprintf(letter, sizeof letter, "-%c", o->letter);
		}
		if (!o->name) {
			snprintf(left, sizeof left, "  %s %s", letter, o->metavariable);
		} else {
			snprintf(left, sizeof left, "  %s --%s%s%s", letter, o->name,
				 o->has_value ? "=" : "", o->metavariable);
		}
		print_row(left, o->help);
	}
}

void cmd_help_print(void)
{
	static const char *const sections[] = {
		"Unit Commands",   "Unit File Commands",   "Machine Commands",
		"Job Commands",	   "Environment Commands", "Manager State Commands",
		"System Commands",
	};

	printf("systemctl [OPTIONS...] COMMAND ...\n\n"
	       "Start, stop, inspect and install units where systemd does not run.\n");
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		print_section(sections[i]);
	}
	print_options();
	printf("\nSee systemctl(1).\n");
}

void cmd_version_print(void)
{
	/* Clients take the number behind the first blank and the second line as it is. */
	printf("systemd 257 (soloctl %s)\n"
	       "-PAM -AUDIT -SELINUX -APPARMOR -SMACK -SECCOMP +SYSVINIT\n",
	       SOLOCTL_VERSION);
}
