/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>

/* A flag: `argument` goes into the bool at offset. */
static int set_flag(struct cmd *c, const struct cmd_option *o, const char *value, int *ret_exit)
{
	*(bool *)((char *)&c->options + o->offset) = o->argument != 0;
	return 0;
}

/* --after, --before, --reverse: the last one counts, but for jobs, which can be shown with both. */
static int set_direction(struct cmd *c, const struct cmd_option *o, const char *value, int *ret_exit)
{
	c->options.reverse = c->options.after = c->options.before = false;
	c->options.jobs_after |= o->offset == offsetof(struct cmd_options, after);
	c->options.jobs_before |= o->offset == offsetof(struct cmd_options, before);
	return set_flag(c, o, value, ret_exit);
}

static int set_text(struct cmd *c, const struct cmd_option *o, const char *value, int *ret_exit)
{
	*(const char **)((char *)&c->options + o->offset) = arena_strdup(&c->arena, value);
	return 0;
}

static int set_help(struct cmd *c, const struct cmd_option *o, const char *value, int *ret_exit)
{
	if (o->argument) {
		cmd_version_print();
	} else {
		cmd_help_print();
	}
	*ret_exit = 0;
	return 1;
}

static int set_scope(struct cmd *c, const struct cmd_option *o, const char *value, int *ret_exit)
{
	c->options.scope = (enum search_scope)o->argument;
	c->options.user = o->argument == SEARCH_USER;
	c->options.global = o->argument == SEARCH_GLOBAL;
	return 0;
}

static int set_force(struct cmd *c, const struct cmd_option *o, const char *value, int *ret_exit)
{
	c->options.force = true;
	c->options.force_level++;
	return 0;
}

static int set_failed(struct cmd *c, const struct cmd_option *o, const char *value, int *ret_exit)
{
	c->options.failed = true;
	strv_add_unique(&c->options.states, &c->arena, "failed");
	return 0;
}

/* -P NAME: one property, its value only. */
static int set_property_value(struct cmd *c, const struct cmd_option *o, const char *value,
			      int *ret_exit)
{
	c->options.value_only = true;
	return cmd_option_set_properties(c, o, value, ret_exit);
}

/* --fail & co.: short for --job-mode=. */
static int set_job_mode_short(struct cmd *c, const struct cmd_option *o, const char *value,
			      int *ret_exit)
{
	return cmd_option_set_job_mode(c, o, job_mode_name((enum job_mode)o->argument), ret_exit);
}

static int set_legend_off(struct cmd *c, const struct cmd_option *o, const char *value,
			  int *ret_exit)
{
	return cmd_option_set_legend(c, o, "no", ret_exit);
}

#define AT(member) offsetof(struct cmd_options, member)

/* clang-format off */
static const struct cmd_option options[] = {
	{ "help", 'h', false, set_help, 0, 0, "", "Print this text" },
	{ "version", 0, false, set_help, 0, 1, "", "Print version and features" },
	{ "type", 't', true, cmd_option_set_types, 0, 0,
	  "TYPE", "Only units of these types (or load states)" },
	{ "property", 'p', true, cmd_option_set_properties, 0, 0, "NAME", "Only these properties" },
	{ NULL, 'P', true, set_property_value, 0, 0, "NAME", "Short for --value --property=NAME" },
	{ "all", 'a', false, set_flag, AT(all), 1, "", "Empty properties and inactive units too" },
	{ "reverse", 0, false, set_direction, AT(reverse), 1, "", "Dependencies the other way round" },
	{ "after", 0, false, set_direction, AT(after), 1, "", "Units ordered before the given ones" },
	{ "before", 0, false, set_direction, AT(before), 1, "", "Units ordered after the given ones" },
	{ "show-types", 0, false, set_flag, AT(show_types), 1,
	  "", "Kind of each listening socket" },
	{ "failed", 0, false, set_failed, 0, 0, "", "Short for --state=failed" },
	{ "full", 'l', false, set_flag, AT(full), 1, "", "Shorten nothing" },
	{ "job-mode", 0, true, cmd_option_set_job_mode, 0, 0,
	  "MODE", "What to do about other jobs of the units" },
	{ "fail", 0, false, set_job_mode_short, 0, JOB_MODE_FAIL, NULL, NULL },
	{ "irreversible", 0, false, set_job_mode_short, 0, JOB_MODE_REPLACE_IRREVERSIBLY,
	  NULL, NULL },
	{ "ignore-dependencies", 0, false, set_job_mode_short, 0, JOB_MODE_IGNORE_DEPENDENCIES,
	  NULL, NULL },
	{ "ignore-inhibitors", 'i', false, set_flag, AT(check_inhibitors), 0, NULL, NULL },
	{ "check-inhibitors", 0, true, cmd_option_set_check_inhibitors, 0, 0,
	  "MODE", "Ask inhibitors before a shutdown" },
	{ "value", 0, false, set_flag, AT(value_only), 1, "", "Values without names" },
	{ "user", 0, false, set_scope, 0, SEARCH_USER, "", "Units of the calling user" },
	{ "system", 0, false, set_scope, 0, SEARCH_SYSTEM, "", "Units of the system" },
	{ "global", 0, false, set_scope, 0, SEARCH_GLOBAL, "", "User unit files of all users" },
	{ "capsule", 'C', true, cmd_option_set_capsule, AT(capsule), 0,
	  "NAME", "Units of a capsule" },
	{ "wait", 0, false, set_flag, AT(wait), 1, "", "Wait until the unit has stopped again" },
	{ "no-block", 0, false, set_flag, AT(no_block), 1, "", "Do not wait for the job" },
	{ "legend", 0, true, cmd_option_set_legend, 0, 0, "BOOL", "Headings and hints of lists" },
	{ "no-legend", 0, false, set_legend_off, 0, 0, NULL, NULL },
	{ "no-pager", 0, false, set_flag, AT(no_pager), 1, "", "Print directly" },
	{ "no-wall", 0, false, set_flag, AT(no_wall), 1, "", "No message to logged-in users" },
	{ "dry-run", 0, false, set_flag, AT(dry_run), 1,
	  "", "Print what would be done, and do nothing" },
	{ "quiet", 'q', false, set_flag, AT(quiet), 1, "", "Less output" },
	{ "no-warn", 0, false, set_flag, AT(no_warn), 1,
	  "", "No warnings about doubtful requests" },
	{ "root", 0, true, cmd_option_set_root, AT(root), 0,
	  "PATH", "Unit files below this directory" },
	{ "image", 0, true, cmd_option_set_root, AT(image), 0,
	  "PATH", "Unit files in this disk image" },
	{ "image-policy", 0, true, cmd_option_set_image_policy, AT(image_policy), 0,
	  "POLICY", "What the image may hold" },
	{ "force", 'f', false, set_force, 0, 0, "", "Replace existing links; act at once" },
	{ "no-reload", 0, false, set_flag, AT(no_reload), 1,
	  "", "No daemon-reload after a change of links" },
	{ "kill-whom", 0, true, set_text, AT(kill_whom), 0, "WHOM", "main, control or all" },
	{ "kill-who", 0, true, set_text, AT(kill_whom), 0, NULL, NULL },
	{ "kill-value", 0, true, cmd_option_set_kill_value, 0, 0,
	  "INT", "Integer that goes with the signal" },
	{ "signal", 's', true, cmd_option_set_signal, 0, 0, "SIGNAL", "Signal to send" },
	{ "no-ask-password", 0, false, set_flag, AT(no_ask_password), 1,
	  "", "Never ask for a password" },
	{ "host", 'H', true, set_text, AT(host), 0, "[USER@]HOST", "Another machine" },
	{ "machine", 'M', true, set_text, AT(machine), 0,
	  "CONTAINER", "A container on this machine" },
	{ "runtime", 0, false, set_flag, AT(runtime), 1,
	  "", "A change that lasts until the next boot" },
	{ "lines", 'n', true, cmd_option_set_lines, 0, 0, "NUMBER", "Lines of log in status" },
	{ "output", 'o', true, cmd_option_set_output, AT(output), 0,
	  "FORMAT", "Format of log lines and lists" },
	{ "plain", 0, false, set_flag, AT(plain), 1, "", "Lists without tree and dots" },
	{ "state", 0, true, cmd_option_set_states, 0, 0, "STATE", "Only units in these states" },
	{ "recursive", 'r', false, set_flag, AT(recursive), 1, "", "Containers too" },
	{ "with-dependencies", 0, false, set_flag, AT(with_dependencies), 1,
	  "", "Dependencies of the units too" },
	{ "preset-mode", 0, true, cmd_option_set_preset_mode, 0, 0,
	  "MODE", "full, enable-only or disable-only" },
	{ "firmware-setup", 0, false, set_flag, AT(firmware_setup), 1,
	  "", "Show the firmware's menu at the next boot" },
	{ "now", 0, false, set_flag, AT(now), 1, "", "Start or stop the unit as well" },
	{ "message", 0, true, set_text, AT(message), 0, "TEXT", "Reason for the shutdown" },
	{ "show-transaction", 'T', false, set_flag, AT(show_transaction), 1,
	  "", "Print the jobs that a request makes" },
	{ "what", 0, true, cmd_option_set_what, AT(what), 0, "RESOURCES", "What clean removes" },
	{ "reboot-argument", 0, true, set_text, AT(reboot_argument), 0,
	  "ARG", "Argument for reboot(2)" },
	{ "drop-in", 0, true, set_text, AT(drop_in), 0,
	  "NAME", "Name of the drop-in file to edit" },
	{ "when", 0, true, cmd_option_set_when, AT(when), 0, "TIME", "Time of the shutdown" },
	{ "stdin", 0, false, set_flag, AT(stdin_input), 1,
	  "", "Read the file to edit from standard input" },
	{ "read-only", 0, false, set_flag, AT(read_only), 1, "", "Bind mount read-only" },
	{ "mkdir", 0, false, set_flag, AT(mkdir), 1, "", "Make the directory to mount on" },
	{ "marked", 0, false, set_flag, AT(marked), 1, "", "The units that were marked before" },
	{ "timestamp", 0, true, cmd_option_set_timestamp, AT(timestamp), 0,
	  "FORMAT", "pretty, unix, us, utc or us+utc" },
	{ "boot-loader-menu", 0, true, cmd_option_set_boot_loader_menu, AT(boot_loader_menu), 0,
	  "TIME", "Show the boot loader's menu at the next boot" },
	{ "boot-loader-entry", 0, true, set_text, AT(boot_loader_entry), 0,
	  "NAME", "Boot loader entry of the next boot" },
};
/* clang-format on */

const struct cmd_option *cmd_option_all(size_t *ret_n)
{
	*ret_n = ARRAY_SIZE(options);
	return options;
}
