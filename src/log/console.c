/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

#include "log/sink.h"

#define PRIORITY_MASK 7
#define PATIENCE (100 * USEC_PER_MSEC)

const char *log_console_color(const struct log_writer *w, int priority)
{
	static const char *const colors[PRIORITY_MASK + 1] = {
		"\x1b[0;1;31m", "\x1b[0;1;31m", "\x1b[0;1;31m", "\x1b[0;1;31m",
		"\x1b[0;1;38:5:185m", "\x1b[0;1;39m", NULL, "\x1b[0;38:5:245m",
	};

	return w->console_has_color ? colors[priority & PRIORITY_MASK] : NULL;
}

/* 0, or -1: still no room. */
static int report_dropped(struct log_writer *w)
{
	char text[80];
	int n = snprintf(text, sizeof(text),
			 "systemd[1]: %" PRIu64 " lines were lost: the console was full.\n",
			 w->n_console_dropped);

	if (write(w->console_fd, text, (size_t)n) < 0) {
		return -1;
	}
	w->n_console_dropped = 0;
	return 0;
}

/*
 * Who reads slowly gets everything, and slows us down; who does not read at all costs PATIENCE, once:
 * nothing of ours waits for a console that stays full.
 */
static ssize_t write_patiently(struct log_writer *w, const char *lines, size_t n)
{
	struct pollfd room = { .fd = w->console_fd, .events = POLLOUT };
	usec_t end = usec_add(clock_monotonic(), PATIENCE), now;
	ssize_t r;

	for (;;) {
		r = write(w->console_fd, lines, n);
		now = clock_monotonic();
		if (r >= 0 || errno != EAGAIN || w->n_console_dropped > 0 || now >= end) {
			return r;
		}
		(void)poll(&room, 1, (int)((end - now) / USEC_PER_MSEC) + 1);
	}
}

static void write_line(struct log_writer *w, const char *line, size_t n)
{
	if ((w->n_console_dropped > 0 && report_dropped(w) < 0) ||
	    write_patiently(w, line, n) < 0) {
		w->n_console_dropped++;
	}
}

void log_console_write(struct log_writer *w, const char *lines, size_t n)
{
	size_t done = 0;
	ssize_t r;

	if (w->n_console_dropped == 0) {
		r = write_patiently(w, lines, n);
		done = r > 0 ? (size_t)r : 0;
	}
	/* What did not go as a whole goes as far as there is room. */
	while (done < n) {
		const char *end = memchr(lines + done, '\n', n - done);
		size_t length = end ? (size_t)(end + 1 - (lines + done)) : n - done;

		write_line(w, lines + done, length);
		done += length;
	}
}
