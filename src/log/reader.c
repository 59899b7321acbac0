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

/* "<N>" with the facility in the upper bits, where the line says it. Bytes, or 0. */
static size_t parse_level(const char *s, struct log_entry *ret)
{
	size_t n = 1;
	int level = 0;

	while (s[0] == '<' && n < 4 && s[n] >= '0' && s[n] <= '9') {
		level = level * 10 + (s[n++] - '0');
	}
	if (n == 1 || s[n] != '>' || level > LOG_LEVEL_MAX) {
		return 0;
	}
	ret->priority = level & 7;
	ret->facility = level > 7 ? level >> 3 : -1;
	return n + 1;
}

int log_entry_parse(char *line, size_t n, struct log_entry *ret)
{
	struct log_entry e = {0};
	char *source = line + LOG_TIME_SIZE + 1;
	char *end, *bracket;
	size_t level;

	if (n < LOG_TIME_SIZE + sizeof(" <N> ") || log_time_parse(line, &e.realtime) < 0 ||
	    source[-1] != ' ') {
		return -EINVAL;
	}
	level = parse_level(source, &e);
	if (level == 0 || source[level] != ' ') {
		return -EINVAL;
	}
	source += level + 1;
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

bool log_entry_is_note(const struct log_entry *e)
{
	return e->unit && !e->by_syslog && e->pid == 1 && streq(e->identifier, "systemd");
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
		if (log_entry_parse(line, n - (size_t)(line - text), &e) == 0) {
			if (e.realtime < t->since) {
				return false;
			}
			*ARENA_PUSH(t->arena, t->v, t->n, t->cap) = e;
		}
		n = (size_t)(line - text);
	}
	return t->n < t->max;
}

/* Both files of one name. */
static int tail_read(struct tail *t, const struct place *p, const char *name)
{
	char path[512];
	int error = 0;

	log_path(path, sizeof(path), p, name);
	for (int old = 0; old < 2; old++) {
		const char *file = old ? arena_printf(t->arena, "%s.1", path) : path;
		char *text;
		size_t n;
		int r = io_read_file(AT_FDCWD, file, FILE_MAX, t->arena, &text, &n);

		if (r == 0 && !tail_add_file(t, text, n)) {
			break;
		}
		if (r < 0 && r != -ENOENT) {
			error = r;
		}
	}
	return t->n == 0 ? error : 0;
}

/* The newest of both, oldest first. */
static void tail_merge(const struct tail *x, const struct tail *y, struct log_entry *v, size_t n)
{
	size_t i = 0, k = 0;

	while (n > 0) {
		bool first = k >= y->n || (i < x->n && x->v[i].realtime >= y->v[k].realtime);

		v[--n] = first ? x->v[i++] : y->v[k++];
	}
}

int log_read_tail(const struct place *p, const char *unit, size_t max, usec_t since,
		  struct arena *a, struct log_entry **ret, size_t *ret_n)
{
	struct tail own = { .arena = a, .max = max, .since = since };
	struct tail sent = { .arena = a, .max = max, .since = since };
	int r = tail_read(&own, p, unit);
	struct log_entry *v;
	size_t n;

	tail_read(&sent, p, arena_printf(a, "%s" LOG_SYSLOG_SUFFIX, unit));
	for (size_t i = 0; i < sent.n; i++) {
		sent.v[i].by_syslog = true;
	}
	n = own.n + sent.n < max ? own.n + sent.n : max;
	if (n == 0 && r < 0) {
		return r;
	}
	v = n > 0 ? arena_new_n(a, struct log_entry, n) : NULL;
	tail_merge(&own, &sent, v, n);
	for (size_t i = 0; i < n; i++) {
		v[i].unit = unit;
	}
	*ret = v;
	*ret_n = n;
	return 0;
}
