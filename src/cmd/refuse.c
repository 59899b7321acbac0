/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <stdio.h>

#include "unit/value.h"

int cmd_unsupported(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	cmd_error("Verb '%s' is not supported by soloctl yet.", verb->name);
	return 1;
}

int cmd_service_watchdogs(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	bool is_on = true;

	if (args->n == 0) {
		puts("yes");
		return 0;
	}
	if (value_parse_bool(args->v[0], &is_on) < 0) {
		cmd_error("Failed to parse service-watchdogs argument: Invalid argument");
		return 1;
	}
	return is_on ? 0 : cmd_unsupported(c, verb, args);
}
