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
#define LOG_ENTRY_MAX (LOG_LINE_MAX + 256)	/* a line with its head and, on a terminal, its colour */

/*
 * Lines on their way: as many as there is room for go out in one write to the file, and in pieces of at most PIPE_BUF bytes, which no other
 * writer can tear, to the console.
 */
struct log_batch {
	char *file, *console;	/* of file_max and console_max bytes, each with room for one line at least: LOG_ENTRY_MAX */
	size_t file_max, console_max;
	size_t n_file, n_console;
};

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
	struct log_batch *batch;	/* NULL: each line goes out at once */
	usec_t last;		/* time of the last line: the next one is later, so that its cursor is its own */
	usec_t stamp_second;	/* what `stamp` says, but for its microseconds; 0 none */
	char stamp[32];
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
/* From now on lines are collected in b, which has to live until log_writer_flush; it writes what is still there, and ends that. */
void log_writer_collect(struct log_writer *w, struct log_batch *b);
void log_writer_flush(struct log_writer *w);
/* A sentence of ours, as "systemd[1]: …" would be in the journal. */
void log_writer_note(struct log_writer *w, int priority, const char *format, ...) PRINTF(3, 4);

/*
 * LogRateLimitIntervalSec= and LogRateLimitBurst= of systemd.exec(5), counted as systemd-journald does: urgent lines, errors, warnings, notices
 * with informations, and debugging lines each for themselves. How many were left out is said before the next line that is not.
 */
struct log_rate {
	usec_t interval;	/* 0: no limit */
	unsigned burst;
	struct log_rate_pool {
		usec_t begin;	/* CLOCK_MONOTONIC; 0 none yet */
		unsigned n;
		unsigned n_suppressed;
	} pools[5];
};
/*
 * What a unit's settings say; USEC_INFINITY and 0 stand for what is not set. Neither set: no limit; one of them: the other is journald's default.
 * The counts of before stay.
 */
void log_rate_init(struct log_rate *r, usec_t interval, unsigned burst);
/* May a line of this priority be written? If so, *ret_suppressed lines were left out before it. */
bool log_rate_allows(struct log_rate *r, int priority, usec_t now, unsigned *ret_suppressed);
/* The lines left out that nobody was told about; forgets them. */
unsigned log_rate_take_suppressed(struct log_rate *r);

/*
 * LogFilterPatterns= of systemd.exec(5): extended regular expressions. A line that matches one with "~" before it goes; where there are others,
 * one of them must match.
 */
struct log_filter {
	struct log_pattern *v;
	size_t n;
};
/* In the place of those of before; one that is no expression is left out. */
void log_filter_set(struct log_filter *f, const struct strv *patterns);
bool log_filter_keeps(const struct log_filter *f, const char *text, size_t n);

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
	bool suppressed;	/* … and it was left out */
	struct log_rate *rate;	/* NULL: no limit */
	const struct log_filter *filter;	/* NULL: all lines */
	const char *unit;	/* whose lines are left out; may be NULL without a rate */
	char buf[LOG_LINE_MAX];	/* the beginning of a line */
	size_t n;
};
/* Reads what is there (non-blocking), at most 1 MiB. 1 = more may come, 0 = end of file (the rest was flushed), -errno. */
int log_stream_read(struct log_stream *s, struct log_writer *w);
/* Nothing more will come: an unfinished line is one, too, and what was left out is told. */
void log_stream_finish(struct log_stream *s, struct log_writer *w);
