/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/io.h"
#include "log/journald.h"
#include "log/writer.h"

#define PRIORITY_MAX 7
#define PRIORITY_ERROR 3
#define PRIORITY_WARNING 4
#define IDENTIFIER_MAX 128
/* Longest head of a line: time, "<N> ", identifier, "[pid]: ". */
#define HEAD_MAX (LOG_TIME_SIZE + IDENTIFIER_MAX + 40)
#define NAME_PLAIN_MAX 200
#define NAME_CUT 180
#define OLD_SUFFIX ".1"

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
	if (w->fd >= 0) {
		close(TAKE_FD(w->fd));
	}
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

/*
 * Opens the file for appending, makes its directory where it is missing. Whatever is no plain file
 * is left alone.
 */
static int writer_open(struct log_writer *w)
{
	int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK;
	CLEANUP_CLOSE int fd = open(w->path, flags, 0640);
	struct stat st;

	if (fd < 0 && errno == ENOENT) {
		char dir[sizeof(w->path)];
		char *slash;

		memcpy(dir, w->path, sizeof(dir));
		slash = strrchr(dir, '/');
		if (slash && slash > dir) {
			*slash = '\0';
			io_make_dirs(AT_FDCWD, dir, 0755);
			fd = open(w->path, flags, 0640);
		}
	}
	if (fd < 0 || fstat(fd, &st) < 0) {
		return -errno;
	}
	if (!S_ISREG(st.st_mode)) {
		return -EINVAL;
	}
	w->size = (uint64_t)st.st_size;
	w->fd = TAKE_FD(fd);
	return 0;
}

static void writer_rotate(struct log_writer *w)
{
	char old[sizeof(w->path) + sizeof(OLD_SUFFIX)];

	snprintf(old, sizeof(old), "%s" OLD_SUFFIX, w->path);
	log_writer_finish(w);
	if (rename(w->path, old) < 0 && errno != ENOENT) {
		/* A file that cannot be moved must not grow for ever either. */
		unlink(w->path);
	}
}

/*
 * journalctl --rotate gives the file another name, and --vacuum-* removes it: the latter is seen at
 * once, so that no line is lost, the former within a second.
 */
static void writer_check_file(struct log_writer *w)
{
	usec_t now = clock_monotonic();
	struct stat open_file, there;

	if (w->fd < 0 || fstat(w->fd, &open_file) < 0) {
		return;
	}
	if (open_file.st_nlink > 0 && now < w->checked + USEC_PER_SEC) {
		return;
	}
	w->checked = now;
	if (open_file.st_nlink == 0 || lstat(w->path, &there) < 0 ||
	    there.st_ino != open_file.st_ino || there.st_dev != open_file.st_dev) {
		log_writer_finish(w);
	}
}

/* All of the line or nothing of it: half a line would join the next one. */
static int writer_write(struct log_writer *w, const char *line, size_t n)
{
	ssize_t r;

	writer_check_file(w);
	if (w->fd >= 0 && w->size + n > LOG_FILE_MAX && w->size > 0) {
		/* Another writer may just have done it: twice would cost the old file. */
		w->checked = 0;
		writer_check_file(w);
	}
	if (w->fd >= 0 && w->size + n > LOG_FILE_MAX && w->size > 0) {
		writer_rotate(w);
	}
	if (w->fd < 0) {
		int error = writer_open(w);

		if (error < 0) {
			return error;
		}
		if (w->size + n > LOG_FILE_MAX && w->size > 0) {
			writer_rotate(w);
			error = writer_open(w);
			if (error < 0) {
				return error;
			}
		}
	}
	do {
		r = write(w->fd, line, n);
	} while (r < 0 && errno == EINTR);
	if (r == (ssize_t)n) {
		w->size += n;
		return 0;
	}
	if (r > 0 && ftruncate(w->fd, (off_t)w->size) < 0) {
		w->size += (uint64_t)r;
	}
	return -ENOSPC;
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

/* "identifier[pid]: ", cut where it is longer than anybody needs. */
static size_t format_source(char *to, size_t room, const char *identifier, pid_t pid)
{
	char name[IDENTIFIER_MAX + 1];
	size_t n = strnlen(identifier, IDENTIFIER_MAX);
	int r;

	copy_printable(name, identifier, n);
	name[n] = '\0';
	r = snprintf(to, room, "%s[%ld]: ", name, (long)pid);
	return r < 0 ? 0 : (size_t)r;
}

/* How many lines were lost; 0 when that could be written. */
static int writer_report_dropped(struct log_writer *w)
{
	char line[HEAD_MAX + 80];
	int n;

	log_time_format(line, clock_realtime());
	n = snprintf(line + LOG_TIME_SIZE, sizeof(line) - LOG_TIME_SIZE,
		     " <%d> systemd[1]: %" PRIu64
		     " lines were lost: the log could not be written.\n",
		     PRIORITY_WARNING, w->n_dropped);
	if (writer_write(w, line, LOG_TIME_SIZE + (size_t)n) < 0) {
		return -ENOSPC;
	}
	w->n_dropped = 0;
	return 0;
}

/* Where a line comes from. */
struct source {
	int priority;
	const char *identifier;
	pid_t pid;
};

/* A terminal shows by colours what matters: errors, warnings, notices, and what does not. */
static const char *console_color(const struct log_writer *w, int priority)
{
	static const char *const colors[PRIORITY_MAX + 1] = {
		"\x1b[0;1;31m", "\x1b[0;1;31m", "\x1b[0;1;31m", "\x1b[0;1;31m",
		"\x1b[0;1;38:5:185m", "\x1b[0;1;39m", NULL, "\x1b[0;38:5:245m",
	};

	return w->console_has_color ? colors[priority & PRIORITY_MAX] : NULL;
}

/*
 * All of a line in one write. A console that is full loses the line: nothing of ours waits for it.
 * The loss is told as soon as there is room again.
 */
static void console_add(struct log_writer *w, int priority, const char *line, size_t n)
{
	char text[HEAD_MAX + LOG_LINE_MAX + 40];
	const char *color = console_color(w, priority);
	int r;

	if (w->n_console_dropped > 0) {
		r = snprintf(text, sizeof(text),
			     "systemd[1]: %" PRIu64 " lines were lost: the console was full.\n",
			     w->n_console_dropped);
		if (write(w->console_fd, text, (size_t)r) < 0) {
			w->n_console_dropped++;
			return;
		}
		w->n_console_dropped = 0;
	}
	if (color) {
		r = snprintf(text, sizeof(text), "%s%.*s\x1b[0m\n", color, (int)n - 1, line);
		line = text;
		n = r < (int)sizeof(text) ? (size_t)r : sizeof(text) - 1;
	}
	if (write(w->console_fd, line, n) < 0) {
		w->n_console_dropped++;
	}
}

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

static void writer_add_entry(struct log_writer *w, const struct source *s, const char *text,
			     size_t n)
{
	char line[HEAD_MAX + LOG_LINE_MAX + 1];
	size_t source, used;
	int level = s->priority >= 0 && s->priority <= LOG_LEVEL_MAX ? s->priority : PRIORITY_ERROR;

	log_time_format(line, clock_realtime());
	source = LOG_TIME_SIZE;
	source += (size_t)snprintf(line + LOG_TIME_SIZE, 8, " <%d> ", level);
	used = source + format_source(line + source, HEAD_MAX - source, s->identifier, s->pid);
	used += copy_printable(line + used, text, n);
	line[used++] = '\n';
	if (!w->has_no_file && ((w->n_dropped > 0 && writer_report_dropped(w) < 0) ||
				writer_write(w, line, used) < 0)) {
		w->n_dropped++;
	}
	if (w->console_fd >= 0) {
		console_add(w, level, line + source, used - source);
	}
	if (w->journal_unit && w->journal_has_lines) {
		journal_add(w, s, text, n);
	}
}

void log_writer_add(struct log_writer *w, int priority, const char *identifier, pid_t pid,
		    const char *text, size_t n)
{
	struct source source = { priority, identifier, pid };
	int saved = errno;

	do {
		size_t part = n < LOG_LINE_MAX ? n : LOG_LINE_MAX;

		writer_add_entry(w, &source, text, part);
		text += part;
		n -= part;
	} while (n > 0);
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
