/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <sys/mman.h>

#include "log/writer.h"

/* A service that writes without end must not keep its supervisor from everything else. */
#define READS_PER_CALL 16
#define BLANKS " \t\r"
#define CHUNK ((size_t)64 * 1024) /* what a pipe holds */
#define PRIORITY_WARNING 4

/* What a call works with; between calls none of it is needed. */
static struct buffers {
	_Alignas(4096) char in[LOG_LINE_MAX + CHUNK];
	_Alignas(4096) char file[CHUNK];
	_Alignas(4096) char console[PIPE_BUF];
} buffers;

/* "<N>" with N from 0 to 7 at the beginning; how many bytes it takes. */
static size_t stream_parse_prefix(const char *text, size_t n, int *priority)
{
	if (n < 3 || text[0] != '<' || text[1] < '0' || text[1] > '7' || text[2] != '>') {
		return 0;
	}
	*priority = text[1] - '0';
	return 3;
}

static void stream_tell_suppressed(struct log_stream *s, struct log_writer *w, unsigned n)
{
	if (n > 0) {
		log_writer_note(w, PRIORITY_WARNING, "Suppressed %u messages from %s", n, s->unit);
	}
}

static bool stream_is_suppressed(struct log_stream *s, struct log_writer *w)
{
	unsigned n = 0;

	if (!s->rate || s->rate->interval == 0) {
		return false;
	}
	if (!log_rate_allows(s->rate, s->priority, clock_monotonic(), &n)) {
		return true;
	}
	stream_tell_suppressed(s, w, n);
	return false;
}

/* One line, or a piece of one that is too long; cut: the rest of the line is still to come. */
static void stream_add(struct log_stream *s, struct log_writer *w, const char *text, size_t n,
		       bool cut)
{
	bool goes_on = s->continued;

	if (!goes_on) {
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
	if (!goes_on) {
		s->suppressed = (s->filter && !log_filter_keeps(s->filter, text, n)) ||
				stream_is_suppressed(s, w);
	}
	if (!s->suppressed) {
		log_writer_add(w, s->priority, s->identifier, s->pid, text, n);
	}
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

/* Pieces of a line as long as there is too much of it; how many bytes they took. */
static size_t stream_add_pieces(struct log_stream *s, struct log_writer *w, const char *text,
				size_t n)
{
	size_t done = 0;

	while (n - done > LOG_LINE_MAX) {
		size_t part = whole_characters(text + done, LOG_LINE_MAX);

		stream_add(s, w, text + done, part, true);
		done += part;
	}
	return done;
}

/*
 * Takes the whole lines out of n bytes, and what is too long to become one; the beginning of the
 * last one stays with the stream.
 */
static void stream_take_lines(struct log_stream *s, struct log_writer *w, const char *text,
			      size_t n)
{
	const char *end;

	while ((end = memchr(text, '\n', n))) {
		size_t done = stream_add_pieces(s, w, text, (size_t)(end - text));

		stream_add(s, w, text + done, (size_t)(end - text) - done, false);
		n -= (size_t)(end + 1 - text);
		text = end + 1;
	}
	s->n = n - stream_add_pieces(s, w, text, n);
	memcpy(s->buf, text + n - s->n, s->n);
}


void log_stream_finish(struct log_stream *s, struct log_writer *w)
{
	if (s->n > 0) {
		stream_add(s, w, s->buf, s->n, false);
	}
	s->n = 0;
	s->continued = false;
	if (s->rate) {
		stream_tell_suppressed(s, w, log_rate_take_suppressed(s->rate));
	}
}

/* Bytes, 0 at the end, -errno. */
static ssize_t stream_fill(struct log_stream *s, size_t *ret_n)
{
	ssize_t r;

	memcpy(buffers.in, s->buf, s->n);
	do {
		r = read(s->fd, buffers.in + s->n, CHUNK);
	} while (r < 0 && errno == EINTR);
	*ret_n = s->n + (r > 0 ? (size_t)r : 0);
	return r < 0 ? -errno : r;
}

int log_stream_read(struct log_stream *s, struct log_writer *w)
{
	struct log_batch batch = {
		.file = buffers.file,
		.console = buffers.console,
		.file_max = sizeof(buffers.file),
		.console_max = sizeof(buffers.console),
	};
	size_t n;
	int result = 1;

	log_writer_collect(w, &batch);
	for (int i = 0; i < READS_PER_CALL; i++) {
		ssize_t r = stream_fill(s, &n);

		if (r <= 0) {
			result = r == -EAGAIN ? 1 : (int)r;
			break;
		}
		stream_take_lines(s, w, buffers.in, n);
		if ((size_t)r < CHUNK) {
			/* A pipe gives all it has. */
			break;
		}
	}
	if (result == 0) {
		log_stream_finish(s, w);
	}
	log_writer_flush(w);
	/* A supervisor is small while nobody writes. */
	(void)madvise(&buffers, sizeof(buffers), MADV_DONTNEED);
	return result;
}
