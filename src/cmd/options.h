/* SPDX-License-Identifier: MIT */
#pragma once

/* The table of options and what it is made of; options.c walks argv with it, help.c prints it. */

#include "cmd/cmd.h"

struct cmd_option;

/*
 * Takes an option's value (NULL for options without one). 0: go on; 1: all is done, *ret_exit is
 * the exit status (a list was printed); -EINVAL: an error was printed.
 */
typedef int cmd_option_setter(struct cmd *c, const struct cmd_option *o, const char *value,
			      int *ret_exit);

struct cmd_option {
	const char *name; /* without the dashes; NULL for options that have a letter only */
	char letter;	  /* 0 = none */
	bool has_value;
	cmd_option_setter *set;
	size_t offset; /* of the member in struct cmd_options */
	int argument;
	const char *metavariable; /* for --help; NULL = the option is not shown there */
	const char *help;
};

/*
 * All options, in the order in which getopt names the possibilities of an ambiguous abbreviation.
 */
const struct cmd_option *cmd_option_all(size_t *ret_n);

/* Setters with more to them than storing a word (option_values.c). */
cmd_option_setter cmd_option_set_types, cmd_option_set_states, cmd_option_set_properties,
	cmd_option_set_output, cmd_option_set_lines, cmd_option_set_signal,
	cmd_option_set_kill_value, cmd_option_set_preset_mode, cmd_option_set_timestamp,
	cmd_option_set_what, cmd_option_set_legend, cmd_option_set_check_inhibitors,
	cmd_option_set_job_mode, cmd_option_set_root, cmd_option_set_when,
	cmd_option_set_boot_loader_menu, cmd_option_set_capsule, cmd_option_set_image_policy;
