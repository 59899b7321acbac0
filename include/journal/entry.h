/* SPDX-License-Identifier: MIT */
#pragma once

/* An entry as journal fields: systemd.journal-fields(7), as far as a line of a plain file can tell them. */

#include "journal/options.h"
#include "log/reader.h"

/* What is the same for all entries. */
struct journal_host {
	char boot_id[33], machine_id[33];
	const char *name;
	usec_t boot_realtime;	/* when this life of the container began: start of PID 1 */
	usec_t boot_offset;	/* realtime of the kernel's start: realtime minus this is the monotonic time */
};
void journal_host_read(struct journal_host *h, struct arena *a);

#define JOURNAL_FIELDS_MAX 20
struct journal_fields {
	struct {
		const char *name, *value;
	} v[JOURNAL_FIELDS_MAX];	/* in the order of `-o verbose`, addresses ("__CURSOR" …) first */
	size_t n, n_addresses;
	char cursor[160], realtime[24], monotonic[24], facility[12], priority[12], pid[24];
};
/* The strings live as long as the entry, h and *ret. */
void journal_fields_make(const struct log_entry *e, const struct journal_host *h, struct journal_fields *ret);
/* Or NULL. */
const char *journal_fields_get(const struct journal_fields *f, const char *name);

/* Where a cursor points: a moment, and which of the entries of that moment. */
struct journal_cursor {
	usec_t realtime;
	uint64_t hash;
};
/* 0 or -EINVAL. */
int journal_cursor_parse(const char *s, struct journal_cursor *ret);
/* <0, 0, >0: the entry is before it, at it, or behind it (another entry of the same moment counts as before). */
int journal_cursor_compare(const struct log_entry *e, const struct journal_cursor *c);

/* ---- filter.c ---- */

#define JOURNAL_PATTERN_ERROR_SIZE 128
/* Makes regex of the pattern. 0, or -EINVAL and why. */
int journal_pattern_compile(struct journal_options *o, char error[static JOURNAL_PATTERN_ERROR_SIZE]);
/* Which logs can have entries that are asked for: a log_wants function; context is a struct journal_options. */
bool journal_wants_log(void *context, const char *name);
/* Is the entry asked for (time, priority, identifiers, pattern, matches)? */
bool journal_wants_entry(const struct journal_options *o, const struct journal_host *h, const struct log_entry *e);

/* ---- print.c ---- */

struct journal_printer {
	enum journal_output output;
	const struct journal_host *host;
	const struct strv *fields;	/* --output-fields */
	bool utc, no_hostname, color;
	bool all;		/* unprintable bytes too */
	usec_t last;		/* for short-delta; 0 none yet */
};
/* To stdout. */
void journal_print(struct journal_printer *p, const struct log_entry *e);
