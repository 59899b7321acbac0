/* SPDX-License-Identifier: MIT */
#pragma once

/* Values of directives: text -> typed value. All return 0 or -EINVAL/-ERANGE and leave ret alone on failure. systemd.syntax(7), systemd.time(7). */

#include <sys/resource.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/str.h"

int value_parse_bool(const char *s, bool *ret);
/* A time span; a plain number counts in default_unit (USEC_PER_SEC mostly). "infinity" is USEC_INFINITY. systemd.time(7), "Parsing Time Spans". */
int value_parse_span(const char *s, usec_t default_unit, usec_t *ret);
/* The same in nanoseconds, which are also what a plain number counts. "infinity" is UINT64_MAX. */
int value_parse_nsec(const char *s, uint64_t *ret);
/* Bytes, with K M G T P E (1024). */
int value_parse_size(const char *s, uint64_t *ret);
/* Octal file mode up to 07777. */
int value_parse_mode(const char *s, mode_t *ret);
/* Whole numbers, also in 0x, 0o, 0b and leading-0 octal form, as every number of a directive. */
int value_parse_u64(const char *s, uint64_t *ret);
int value_parse_int(const char *s, int *ret);
int value_parse_unsigned(const char *s, unsigned *ret);
/* Priorities: "err", "warning", 0..7; facilities: "daemon", "local0" (value already shifted by 3). */
int value_parse_log_level(const char *s, int *ret);
int value_parse_log_facility(const char *s, int *ret);
/* Resource limits: "1024", "1K:2M", "infinity"; times for CPU (s) and RTTIME (us); NICE "+10"/"-5"/raw. resource is RLIMIT_*. systemd.exec(5), LimitCPU=. -EILSEQ: soft above hard. */
int value_parse_limit(int resource, const char *s, struct rlimit *ret);

/* A set of exit statuses and signals: SuccessExitStatus= & co. Names of systemd.exec(5) ("DATAERR", "SIGKILL", "75"). */
struct exit_status_set {
	uint64_t statuses[4];	/* bit per exit status 0..255 */
	uint64_t signals[2];	/* bit per signal number 0..127 */
};
int exit_status_set_add(struct exit_status_set *s, const char *word);
bool exit_status_set_has_status(const struct exit_status_set *s, int status);
bool exit_status_set_has_signal(const struct exit_status_set *s, int sig);
/* "NOTIMPLEMENTED" for 3 …: the name of a status as the log and SuccessExitStatus= know it. NULL if none. */
const char *exit_status_name(int status);
/* The same for `status` output, which knows only libc's and systemd's own names, not LSB's and BSD's. */
const char *exit_status_name_basic(int status);

enum value_word_flags {
	VALUE_WORD_UNQUOTE = 1 << 0,	/* '…' and "…" group and vanish */
	VALUE_WORD_CUNESCAPE = 1 << 1,	/* C escapes are resolved */
	VALUE_WORD_RELAX = 1 << 2,	/* an unbalanced quote ends with the text, unknown escapes are kept, a backslash at the end vanishes */
	VALUE_WORD_KEEP_QUOTES = 1 << 3,/* quotes group but stay in the word */
	VALUE_WORD_UNESCAPE_RELAX = 1 << 4,	/* unknown escapes and a backslash at the end are kept as text; an unbalanced quote is still an error */
	VALUE_WORD_RETAIN_ESCAPE = 1 << 5,	/* a backslash is an ordinary character: lists of unit names ("dev-disk-by\\x2dlabel.device") */
};
/*
 * Takes the next word off *s: separators are blanks (" \t\n\r") unless seps is given. 1 = a word, 0 = the end, -EINVAL = unbalanced
 * quote or bad escape. The word is in the arena.
 */
int value_next_word(const char **s, const char *seps, unsigned flags, struct arena *a, char **ret);
/* All words; VALUE_WORD_UNQUOTE | CUNESCAPE is what most list directives use. */
int value_split_words(const char *s, unsigned flags, struct arena *a, struct strv *ret);
