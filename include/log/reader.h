/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Logs read back. LOG_DIR/UNIT.log is what a unit's supervisor wrote; LOG_DIR/UNIT.syslog.log what its processes sent to /dev/log, and
 * LOG_DIR/syslog.log what others sent there. Each has an older file, with ".1" behind its name, that comes first.
 */

#include "log/writer.h"

#define LOG_SYSLOG_SUFFIX ".syslog"	/* behind a unit's name; no unit name ends so */
#define LOG_SYSLOG_NAME "syslog"	/* messages of processes that belong to no unit */

struct log_entry {
	usec_t realtime;
	int priority;		/* 0..7 */
	int facility;		/* 0..23; -1 where the line does not say */
	const char *identifier;
	pid_t pid;
	const char *text;
	const char *unit;	/* whose log it is in; NULL: no unit's. Not set by log_entry_parse */
	bool by_syslog;		/* came through /dev/log; nor is this */
};

/* One line without its newline, NUL-terminated, taken apart in place. 0, or -EINVAL: not one of ours. */
int log_entry_parse(char *line, size_t n, struct log_entry *ret);
/* Is it a sentence about the unit, such as systemd itself would have written, and not one of the unit's own? */
bool log_entry_is_note(const struct log_entry *e);

/* The last max entries of a unit's files (old file included) that are not older than since (0 = all), oldest first; in the arena. */
int log_read_tail(const struct place *p, const char *unit, size_t max, usec_t since, struct arena *a,
		  struct log_entry **ret, size_t *ret_n);

/* All logs, or some, read as one in order of time. */
struct log_set;
/* Is this unit's log wanted? name: the unit, as its file names it (see log_path); NULL for messages that belong to none. */
typedef bool log_wants(void *context, const char *name);
/* Entries older than since may be left out. wants NULL = all. A directory that is not there is an empty set. -ENOMEM never; -EACCES, -errno. */
int log_set_open(const struct place *p, log_wants *wants, void *context, usec_t since, struct log_set **ret);
void log_set_free(struct log_set **s);
#define CLEANUP_LOG_SET CLEANUP(log_set_free)
/* Was no log wanted, or is there none? */
bool log_set_is_empty(const struct log_set *s);
/* Are there logs that were wanted, and may we read none of them? */
bool log_set_is_refused(const struct log_set *s);
/* 1 = an entry, whose strings live until the next call; 0 = that was the last for now. */
int log_set_next(struct log_set *s, struct log_entry *ret);
/* Begins to watch: a descriptor that becomes readable when there may be more. It belongs to the set. Call it before reading to the end. */
int log_set_watch(struct log_set *s);
/* After it became readable: log_set_next finds what has come, also in new files. */
void log_set_refresh(struct log_set *s);
