/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A unit's log file: plain text, bounded, rotated. One line an entry:
 *     2026-11-22T04:16:00.123456Z <6> nginx[42]: text
 * (time UTC with microseconds, syslog priority, identifier, pid). Files: LOG_DIR/UNIT.log and UNIT.log.1. A full disk never blocks: lines are
 * dropped and counted, and the count is logged when writing works again.
 */

#include "base/clock.h"
#include "base/str.h"
#include "state/place.h"

#define LOG_FILE_MAX (1024 * 1024)	/* bytes before rotation; one old file is kept */
#define LOG_LEVEL_MAX 191	/* facility local7, priority debug */
#define LOG_LINE_MAX 2048		/* longer lines are cut into several entries */

struct log_writer {
	char path[512];
	int fd;			/* -1 until the first line */
	usec_t checked;		/* when it was last seen that the file still has its name */
	uint64_t size;
	uint64_t n_dropped;
	int console_fd;		/* -1, or a descriptor that gets "identifier[pid]: text" lines too (non-blocking) */
	bool console_has_color;
	uint64_t n_console_dropped;
	bool has_no_file;	/* only the console gets lines */
	bool has_no_notes;	/* sentences of ours go nowhere */
	int level_max;		/* less important sentences of ours are left out */
	const char *journal_unit;	/* NULL, or the unit whose sentences go to a journald, too, as long as one listens */
	bool journal_has_lines;	/* … and all its other lines: its output cannot go there directly, since the console wants it */
	int journal_fd;		/* -1: not connected */
	usec_t journal_tried;
};

/* Path of the log file of a unit (names of more than 200 bytes are shortened with a hash); in buf. The old file has ".1" behind it. */
void log_path(char *buf, size_t n, const struct place *p, const char *unit);
/* The time as it stands in a line, without the NUL. */
#define LOG_TIME_SIZE 27
/* "2026-11-22T04:16:00.123456Z" */
void log_time_format(char buf[static LOG_TIME_SIZE + 1], usec_t realtime);
/* 0 or -EINVAL. */
int log_time_parse(const char *s, usec_t *ret);

/* Opens nothing yet. The unit's name must live as long as the writer where log_writer_configure follows. */
void log_writer_init(struct log_writer *w, const struct place *p, const char *unit);
void log_writer_finish(struct log_writer *w);
/* Closes what log_writer_configure opened. */
void log_writer_close_outputs(struct log_writer *w);
/*
 * Adds one line; never fails, never blocks. Control characters other than tab are replaced. A priority may have a facility in its upper
 * bits, as in syslog(3).
 */
void log_writer_add(struct log_writer *w, int priority, const char *identifier, pid_t pid, const char *text, size_t n);
/* A sentence of ours, as "systemd[1]: …" would be in the journal. */
void log_writer_note(struct log_writer *w, int priority, const char *format, ...) PRINTF(3, 4);

/* A pipe's lines: collects bytes, cuts at newline, honours "<N>" prefixes. One per descriptor that a service writes to. */
struct log_stream {
	int fd;
	pid_t pid;
	const char *identifier;
	int level;		/* default priority */
	bool level_prefix;	/* honour <N> */
	int level_max;		/* drop what is less important; -1 none */
	bool continued;		/* what comes next belongs to a line that was cut: no prefix there, priority as before */
	int priority;		/* of that line */
	char buf[LOG_LINE_MAX];
	size_t n;
};
/* Reads what is there (non-blocking). 1 = more may come, 0 = end of file (the rest was flushed), -errno. */
int log_stream_read(struct log_stream *s, struct log_writer *w);
