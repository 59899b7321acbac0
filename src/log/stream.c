/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "log/writer.h"

/* A service that writes without end must not keep its supervisor from everything else. */
#define READS_PER_CALL 16
#define BLANKS " \t\r"

/* "<N>" with N from 0 to 7 at the beginning; how many bytes it takes. */
static size_t stream_parse_prefix(const char *text, size_t n, int *priority)
{
	if (n < 3 || text[0] != '<' || text[1] < '0' || text[1] > '7' || text[2] != '>') {
		return 0;
	}
	*priority = text[1] - '0';
	return 3;
}

/* One line, or a piece of one that is too long; cut: the rest of the line is still to come. */
static void stream_add(struct log_stream *s, struct log_writer *w, const char *text, size_t n,
		       bool cut)
{
	if (!s->continued) {
		s->priority = s->level;
		if (s->level_prefix) {
			size_t prefix = stream_parse_prefix(text, n, &s->priority);

			text += prefix;
			n -= prefix;
		}
	}
	s->continued = cut;
	/* As journald does; a carriage return of a line's end is among it. */
	for (size_t kept = n; !cut && kept > 0; kept--) {
		if (text[kept - 1] == '\0' || !strchr(BLANKS, text[kept - 1])) {
			n = kept;
			break;
		}
	}
	if (n == 0 || (s->level_max >= 0 && s->priority > s->level_max)) {
		return;
	}
	log_writer_add(w, s->priority, s->identifier, s->pid, text, n);
}

/* The longest part of n bytes that ends with a whole UTF-8 character. */
static size_t whole_characters(const char *text, size_t n)
{
	size_t end = n;

	while (end > 0 && n - end < 4 && ((unsigned char)text[end - 1] & 0xc0) == 0x80) {
		end--;
	}
	if (end > 1 && ((unsigned char)text[end - 1] & 0xc0) == 0xc0) {
		unsigned char first = (unsigned char)text[end - 1];
		size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;

		return n - (end - 1) < length ? end - 1 : n;
	}
	return n;
}

/* Takes the whole lines out of the buffer; without any in a full buffer, what is there. */
static void stream_take_lines(struct log_stream *s, struct log_writer *w)
{
	size_t done = 0;
	const char *end;

	while ((end = memchr(s->buf + done, '\n', s->n - done))) {
		size_t n = (size_t)(end - (s->buf + done));

		stream_add(s, w, s->buf + done, n, false);
		done += n + 1;
	}
	if (done == 0 && s->n == sizeof(s->buf)) {
		done = whole_characters(s->buf, s->n);
		stream_add(s, w, s->buf, done, true);
	}
	memmove(s->buf, s->buf + done, s->n - done);
	s->n -= done;
}

int log_stream_read(struct log_stream *s, struct log_writer *w)
{
	for (int i = 0; i < READS_PER_CALL; i++) {
		ssize_t r = read(s->fd, s->buf + s->n, sizeof(s->buf) - s->n);

		if (r < 0 && errno == EINTR) {
			continue;
		}
		if (r < 0) {
			return errno == EAGAIN ? 1 : -errno;
		}
		if (r == 0) {
			stream_add(s, w, s->buf, s->n, false);
			s->n = 0;
			return 0;
		}
		s->n += (size_t)r;
		stream_take_lines(s, w);
	}
	return 1;
}
