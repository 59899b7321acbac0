/* SPDX-License-Identifier: MIT */
#pragma once

/* The command line of journalctl(1). */

#include <regex.h>

#include "base/clock.h"
#include "base/str.h"

enum journal_output {		/* order of `-o help` */
	JOURNAL_SHORT,
	JOURNAL_SHORT_FULL,
	JOURNAL_SHORT_ISO,
	JOURNAL_SHORT_ISO_PRECISE,
	JOURNAL_SHORT_PRECISE,
	JOURNAL_SHORT_MONOTONIC,
	JOURNAL_SHORT_DELTA,
	JOURNAL_SHORT_UNIX,
	JOURNAL_VERBOSE,
	JOURNAL_EXPORT,
	JOURNAL_JSON,
	JOURNAL_JSON_PRETTY,
	JOURNAL_JSON_SSE,
	JOURNAL_JSON_SEQ,
	JOURNAL_CAT,
	JOURNAL_WITH_UNIT,
	JOURNAL_OUTPUT_MAX,
};

enum journal_action {
	JOURNAL_SHOW,
	JOURNAL_LIST_BOOTS,
	JOURNAL_LIST_FIELDS,
	JOURNAL_LIST_VALUES,	/* -F */
	JOURNAL_DISK_USAGE,
	JOURNAL_ROTATE,		/* and vacuum, where that was asked for too */
	JOURNAL_VACUUM,
	JOURNAL_NOTHING,	/* --flush, --sync …: plain files need none of it */
};

struct journal_options {
	enum journal_action action;
	enum journal_output output;
	struct strv units;		/* -u, --user-unit: unit names and patterns */
	struct strv identifiers, excluded_identifiers;
	struct strv matches;		/* FIELD=VALUE and "+" */
	struct strv output_fields;
	const char *field;		/* -F */
	unsigned priorities;		/* bit per priority; 0 = all */
	uint32_t facilities;		/* bit per facility; 0 = all */
	usec_t since, until;		/* 0 and USEC_INFINITY: no bound */
	bool this_boot;			/* -b */
	bool kernel;			/* -k: the kernel's messages, of which there are none */
	const char *pattern;		/* -g */
	int case_sensitive;		/* -1: unless the pattern has no capitals */
	regex_t regex;			/* if has_regex: the pattern */
	bool has_regex;
	long lines;			/* -n; -1 all */
	bool lines_set, lines_oldest;	/* oldest: "+N" */
	bool reverse, follow, no_tail, no_hostname, utc, quiet, all, no_pager, pager_end, show_cursor, user, merge;
	bool color;		/* set by journalctl_main: stdout is a terminal, or will be a pager's pipe */
	const char *cursor, *after_cursor, *cursor_file;
	const char *directory, *root;
	uint64_t vacuum_size;		/* 0: any size, as in journalctl */
	uint64_t vacuum_files;
	usec_t vacuum_time;
};

/*
 * Fills the options (strings in the arena); prints errors. 0: go on; 1: all is done (help, version, an error), the exit status is in
 * *ret_exit. -EOPNOTSUPP: only journalctl of systemd, with its own journal files, can do that (*ret_what names the option or match; nothing was printed).
 */
int journal_options_parse(struct journal_options *o, int argc, char **argv, struct arena *a, int *ret_exit, const char **ret_what);
void journal_options_finish(struct journal_options *o);
/* "short-iso" … */
const char *journal_output_name(enum journal_output output);
/* Or -EINVAL. */
int journal_output_find(const char *name);
/* --help and --version. */
void journal_help_print(void);
