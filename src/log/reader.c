/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/io.h"
#include "log/reader.h"

/* More than a writer ever makes of one file. */
#define FILE_MAX ((size_t)LOG_FILE_MAX * 4)

/* What is collected, newest first. */
struct tail {
	struct arena *arena;
	struct log_entry *v;
	size_t n, cap;
	size_t max;
	usec_t since;
};

/* One line, NUL-terminated, in place. -EINVAL: not one of ours. */
static int entry_parse(char *line, size_t n, struct log_entry *ret)
{
	struct log_entry e = {0};
	char *source = line + LOG_TIME_SIZE + sizeof(" <N> ") - 1;
	char *end, *bracket;

	if (n < LOG_TIME_SIZE + sizeof(" <N> ") || log_time_parse(line, &e.realtime) < 0) {
		return -EINVAL;
	}
	if (source[-5] != ' ' || source[-4] != '<' || source[-3] < '0' || source[-3] > '7') {
		return -EINVAL;
	}
	e.priority = source[-3] - '0';
	end = strstr(source, "]: ");
	if (!end) {
		return -EINVAL;
	}
	*end = '\0';
	bracket = strrchr(source, '[');
	if (!bracket) {
		return -EINVAL;
	}
	*bracket = '\0';
	e.identifier = source;
	e.pid = (pid_t)strtol(bracket + 1, NULL, 10);
	e.text = end + 3;
	*ret = e;
	return 0;
}

/* Walks a file's lines from the last to the first. False: enough, no older file is needed. */
static bool tail_add_file(struct tail *t, char *text, size_t n)
{
	while (n > 0 && t->n < t->max) {
		struct log_entry e;
		char *newline;
		char *line;

		if (text[n - 1] == '\n') {
			text[--n] = '\0';
		}
		newline = n > 0 ? memrchr(text, '\n', n) : NULL;
		line = newline ? newline + 1 : text;
		if (entry_parse(line, n - (size_t)(line - text), &e) == 0) {
			if (e.realtime < t->since) {
				return false;
			}
			*ARENA_PUSH(t->arena, t->v, t->n, t->cap) = e;
		}
		n = (size_t)(line - text);
	}
	return t->n < t->max;
}

int log_read_tail(const struct place *p, const char *unit, size_t max, usec_t since,
		  struct arena *a, struct log_entry **ret, size_t *ret_n)
{
	struct tail t = { .arena = a, .max = max, .since = since };
	char path[512];
	int error = 0;

	log_path(path, sizeof(path), p, unit);
	for (int old = 0; old < 2; old++) {
		const char *file = old ? arena_printf(a, "%s.1", path) : path;
		char *text;
		size_t n;
		int r = io_read_file(AT_FDCWD, file, FILE_MAX, a, &text, &n);

		if (r == 0 && !tail_add_file(&t, text, n)) {
			break;
		}
		if (r < 0 && r != -ENOENT) {
			error = r;
		}
	}
	if (t.n == 0 && error < 0) {
		return error;
	}
	for (size_t i = 0; i < t.n / 2; i++) {
		struct log_entry e = t.v[i];

		t.v[i] = t.v[t.n - 1 - i];
		t.v[t.n - 1 - i] = e;
	}
	*ret = t.v;
	*ret_n = t.n;
	return 0;
}
