/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Diagnostics: what a person may want to read, as values. Nothing below cmd
 * prints; it adds to a list, and cmd prints the list or the supervisor logs it.
 */

#include "base/arena.h"

enum diag_level {
	DIAG_ERROR = 3,		/* syslog priorities */
	DIAG_WARNING = 4,
	DIAG_NOTICE = 5,
	DIAG_INFO = 6,
	DIAG_DEBUG = 7,
};

struct diag {
	enum diag_level level;
	int code;		/* negative errno that says what kind of thing it is; 0 for a mere notice */
	const char *file;	/* NULL or the file it is about */
	unsigned line;		/* 1-based, 0 = none */
	const char *unit;	/* NULL or the unit it is about */
	const char *text;	/* the sentence, without file, line or unit */
};

struct diag_list {
	struct arena *arena;	/* holds the array and all strings */
	struct diag *v;
	size_t n;
	size_t cap;
};

/* Adds one; all strings are copied. Returns code, so that `return diag_add(…, -EINVAL, …)` reads well. A NULL list is allowed: only code is returned. */
int diag_add(struct diag_list *l, enum diag_level level, int code, const char *file, unsigned line,
	     const char *unit, const char *format, ...) PRINTF(7, 8);
#define diag_error(l, code, ...) diag_add((l), DIAG_ERROR, (code), NULL, 0, NULL, __VA_ARGS__)
#define diag_notice(l, ...) ((void)diag_add((l), DIAG_NOTICE, 0, NULL, 0, NULL, __VA_ARGS__))
