/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/io.h"
#include "log/journald.h"
#include "log/sink.h"

#define PRIORITY_MAX 7
#define PRIORITY_ERROR 3
#define PRIORITY_WARNING 4
#define IDENTIFIER_MAX 128
/* Longest head of a line: time, " <N> ", identifier, "[pid]: ", a newline and colours. */
#define HEAD_MAX (LOG_TIME_SIZE + IDENTIFIER_MAX + 80)
_Static_assert(HEAD_MAX + LOG_LINE_MAX <= LOG_ENTRY_MAX, "a line with its head");
#define NAME_PLAIN_MAX 200
#define NAME_CUT 180

void log_path(char *buf, size_t n, const struct place *p, const char *unit)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	if (strlen(unit) <= NAME_PLAIN_MAX) {
		snprintf(buf, n, "%s/%s.log", p->log_dir, unit);
		return;
	}
	for (const char *s = unit; *s; s++) {
		hash = (hash ^ (unsigned char)*s) * UINT64_C(1099511628211);
	}
	snprintf(buf, n, "%s/%.*s-%016" PRIx64 ".log", p->log_dir, NAME_CUT, unit, hash);
}

void log_writer_init(struct log_writer *w, const struct place *p, const char *unit)
{
	*w = (struct log_writer){ .fd = -1, .console_fd = -1, .journal_fd = -1,
				  .level_max = PRIORITY_MAX };
	log_path(w->path, sizeof(w->path), p, unit);
}

void log_writer_finish(struct log_writer *w)
{
	log_file_close(w);
}

void log_writer_close_outputs(struct log_writer *w)
{
	if (w->console_fd >= 0) {
		close(TAKE_FD(w->console_fd));
	}
	if (w->journal_fd >= 0) {
		close(TAKE_FD(w->journal_fd));
	}
}

/* Bytes that a terminal would act upon are made visible; tabs and all of UTF-8 stay. */
static size_t copy_printable(char *to, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		to[i] = (c < ' ' && c != '\t') || c == 0x7f ? '?' : (char)c;
	}
	return n;
}

/* n >= 0, in decimal; how many digits. */
static size_t format_number(char *to, unsigned long n)
{
	char digits[20];
	size_t count = 0;

	do {
		digits[count++] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	for (size_t i = 0; i < count; i++) {
		to[i] = digits[count - 1 - i];
	}
	return count;
}

/* "identifier[pid]: ", cut where it is longer than anybody needs. */
static size_t format_source(char *to, const char *identifier, pid_t pid)
{
	size_t n = copy_printable(to, identifier, strnlen(identifier, IDENTIFIER_MAX));

	to[n++] = '[';
	n += format_number(to + n, pid > 0 ? (unsigned long)pid : 0);
	memcpy(to + n, "]: ", 3);
	return n + 3;
}

/*
 * The time of a line. Of two lines the later one has a later time, however fast they come, unless
 * the clock was set back.
 */
static void format_stamp(struct log_writer *w, char *to)
{
	usec_t now = clock_realtime();
	unsigned fraction;

	if (now <= w->last && w->last - now < USEC_PER_SEC) {
		now = w->last + 1;
	}
	w->last = now;
	if (now / USEC_PER_SEC != w->stamp_second) {
		w->stamp_second = now / USEC_PER_SEC;
		log_time_format(w->stamp, now);
	}
	memcpy(to, w->stamp, LOG_TIME_SIZE);
	fraction = (unsigned)(now % USEC_PER_SEC);
	for (size_t i = LOG_TIME_SIZE - 2; i > LOG_TIME_SIZE - 8; i--) {
		to[i] = (char)('0' + fraction % 10);
		fraction /= 10;
	}
}

/* ---- what goes out at once ---- */

static uint64_t count_lines(const char *lines, size_t n)
{
	uint64_t count = 0;

	for (const char *end; n > 0 && (end = memchr(lines, '\n', n));) {
		n -= (size_t)(end + 1 - lines);
		lines = end + 1;
		count++;
	}
	return count;
}

/* How many lines were lost; false: not even that can be written. */
static bool report_dropped(struct log_writer *w)
{
	char line[HEAD_MAX + 80];
	int n;

	if (w->n_dropped == 0) {
		return true;
	}
	format_stamp(w, line);
	n = snprintf(line + LOG_TIME_SIZE, sizeof(line) - LOG_TIME_SIZE,
		     " <%d> systemd[1]: %" PRIu64
		     " lines were lost: the log could not be written.\n",
		     PRIORITY_WARNING, w->n_dropped);
	if (log_file_write(w, line, LOG_TIME_SIZE + (size_t)n) == 0) {
		return false;
	}
	w->n_dropped = 0;
	return true;
}

static void flush_file(struct log_writer *w, struct log_batch *b)
{
	size_t done = 0;

	if (b->n_file > 0 && report_dropped(w)) {
		done = log_file_write(w, b->file, b->n_file);
	}
	w->n_dropped += count_lines(b->file + done, b->n_file - done);
	b->n_file = 0;
}

static void flush_console(struct log_writer *w, struct log_batch *b)
{
	if (b->n_console > 0) {
		log_console_write(w, b->console, b->n_console);
	}
	b->n_console = 0;
}

void log_writer_collect(struct log_writer *w, struct log_batch *b)
{
	b->n_file = 0;
	b->n_console = 0;
	w->batch = b;
}

void log_writer_flush(struct log_writer *w)
{
	int saved = errno;

	flush_file(w, w->batch);
	flush_console(w, w->batch);
	w->batch = NULL;
	errno = saved;
}

/* ---- one line ---- */

/* Where a line comes from. */
struct source {
	int priority;
	const char *identifier;
	pid_t pid;
};

/* One that is not there is looked for again, but not for each line. */
static void journal_add(struct log_writer *w, const struct source *s, const char *text, size_t n)
{
	const struct log_journald_entry entry = {
		.unit = w->journal_unit,
		.identifier = s->identifier,
		.pid = s->pid,
		.level = s->priority,
		.text = text,
		.n = n,
	};
	usec_t now;

	if (w->journal_fd < 0) {
		now = clock_monotonic();
		if (w->journal_tried > 0 && now < w->journal_tried + USEC_PER_SEC) {
			return;
		}
		w->journal_tried = now;
		w->journal_fd = log_journald_open();
	}
	if (w->journal_fd >= 0 && log_journald_send(w->journal_fd, &entry) < 0) {
		close(TAKE_FD(w->journal_fd));
	}
}

/* What both destinations show of a line: who, what, newline. */
static size_t format_body(char *to, const struct source *s, const char *text, size_t n)
{
	size_t used = format_source(to, s->identifier, s->pid);

	used += copy_printable(to + used, text, n);
	to[used++] = '\n';
	return used;
}

static void add_to_console(struct log_writer *w, struct log_batch *b, int level, const char *body,
			   size_t n)
{
	const char *color = log_console_color(w, level);
	char *to;

	if (b->console_max - b->n_console < LOG_ENTRY_MAX) {
		flush_console(w, b);
	}
	to = b->console + b->n_console;
	if (color) {
		to = stpcpy(to, color);
		to = mempcpy(to, body, n - 1);
		to = stpcpy(to, LOG_CONSOLE_COLOR_END "\n");
	} else {
		to = mempcpy(to, body, n);
	}
	b->n_console = (size_t)(to - b->console);
}

/* One that is longer than LOG_LINE_MAX never comes here. */
static void add_entry(struct log_writer *w, const struct source *s, const char *text, size_t n)
{
	struct log_batch *b = w->batch;
	int level = s->priority >= 0 && s->priority <= LOG_LEVEL_MAX ? s->priority : PRIORITY_ERROR;
	char *line, *body;
	size_t n_body;

	if (b->file_max - b->n_file < LOG_ENTRY_MAX) {
		flush_file(w, b);
	}
	line = b->file + b->n_file;
	format_stamp(w, line);
	body = mempcpy(line + LOG_TIME_SIZE, " <", 2);
	body += format_number(body, (unsigned long)level);
	body = mempcpy(body, "> ", 2);
	n_body = format_body(body, s, text, n);
	if (!w->has_no_file) {
		b->n_file = (size_t)(body + n_body - b->file);
	}
	if (w->console_fd >= 0) {
		add_to_console(w, b, level, body, n_body);
	}
	if (w->journal_unit && w->journal_has_lines) {
		journal_add(w, s, text, n);
	}
}

static void add_pieces(struct log_writer *w, const struct source *s, const char *text, size_t n)
{
	do {
		size_t part = n < LOG_LINE_MAX ? n : LOG_LINE_MAX;

		add_entry(w, s, text, part);
		text += part;
		n -= part;
	} while (n > 0);
}

void log_writer_add(struct log_writer *w, int priority, const char *identifier, pid_t pid,
		    const char *text, size_t n)
{
	struct source source = { priority, identifier, pid };
	char file[LOG_ENTRY_MAX], console[LOG_ENTRY_MAX];
	struct log_batch single = {
		.file = file,
		.console = console,
		.file_max = sizeof(file),
		.console_max = sizeof(console),
	};
	int saved = errno;

	if (w->batch) {
		add_pieces(w, &source, text, n);
	} else {
		log_writer_collect(w, &single);
		add_pieces(w, &source, text, n);
		log_writer_flush(w);
	}
	errno = saved;
}

void log_writer_note(struct log_writer *w, int priority, const char *format, ...)
{
	char text[LOG_LINE_MAX];
	va_list args;
	int n;

	if (w->has_no_notes || priority > w->level_max) {
		return;
	}
	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n > 0) {
		size_t length = (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1;

		if (w->journal_unit && !w->journal_has_lines) {
			struct source source = { priority, "systemd", 1 };

			journal_add(w, &source, text, length);
		}
		log_writer_add(w, priority, "systemd", 1, text, length);
	}
}
