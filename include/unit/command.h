/* SPDX-License-Identifier: MIT */
#pragma once

/* Exec lines: systemd.service(5), "Command lines". */

#include "base/diag.h"
#include "base/str.h"
#include "unit/specifier.h"

enum command_flags {
	COMMAND_IGNORE_FAILURE = 1 << 0,	/* - */
	COMMAND_NO_ENV_EXPAND = 1 << 1,		/* : */
	COMMAND_FULLY_PRIVILEGED = 1 << 2,	/* + */
	COMMAND_NO_SETUID = 1 << 3,		/* ! */
	COMMAND_AMBIENT_MAGIC = 1 << 4,		/* !! */
};

struct command {
	unsigned flags;
	const char *path;		/* executable, specifiers expanded; absolute or a plain name */
	struct strv argv;		/* words, argv[0] included; specifiers expanded, $ not yet */
};

struct command_list {
	struct command *v;
	size_t n;
	size_t cap;
};

/*
 * Parses one Exec*= value, which may hold several commands separated by " ; ", and appends. Empty value clears the list.
 * 0; -ENOEXEC the line cannot be used (diagnostic added): the unit becomes bad-setting; -EINVAL line ignored with a warning.
 */
int command_parse(const char *value, const struct specifier_scope *scope, struct arena *a, struct command_list *list,
		  struct diag_list *diags, const char *file, unsigned line);

/* $FOO and ${FOO} in argv against an environment ("NAME=value" entries). The result is the argv to execute; in the arena. */
void command_expand(const struct command *c, const struct strv *environment, struct arena *a, struct strv *ret_argv);
