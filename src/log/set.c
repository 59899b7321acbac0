/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "base/map.h"
#include "base/root.h"
#include "log/reader.h"

#define CHUNK ((size_t)16 * 1024)
#define HEAD_SIZE 64
#define SUFFIX ".log"
#define OLD_SUFFIX ".1"
#define MOVES_MAX 16 /* so many files in one look: their numbers mean nothing here */

/*
 * One log: the old file, then the present one. No descriptor is kept between reads, or a thousand
 * units would need a thousand; a file is found again by its number and what it begins with, also
 * after it was renamed.
 */
struct source {
	const char *path;
	const char *unit;	/* NULL: none */
	bool by_syslog;
	ino_t files[2];		/* still to be read, in this order; 0 = none */
	ino_t done;		/* the one before them */
	off_t offset;		/* in the first of them */
	char head_bytes[HEAD_SIZE];	/* what that one begins with */
	size_t n_head;
	char *buf;		/* CHUNK bytes */
	size_t begin, n;	/* bytes of buf from begin on that are not used yet */
	bool is_too_long;	/* what is read up to the next newline belongs to no line of ours */
	struct log_entry head;
	bool has_head;
	bool is_refused;	/* there, and not for us to read */
};

struct log_set {
	struct arena arena;
	const struct place *place;
	log_wants *wants;
	void *context;
	usec_t since;
	struct map sources;	/* by path */
	struct source **heap;	/* those that have a head, the oldest first */
	size_t n_heap, cap_heap;
	struct source *last;	/* whose entry was given out; moves on at the next call */
	int watch_fd;
	bool watches_dir;	/* and not one above it */
};

static ino_t file_number(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) ? st.st_ino : 0;
}

static void old_path(const char *path, char buf[static PATH_MAX])
{
	snprintf(buf, PATH_MAX, "%s" OLD_SUFFIX, path);
}

/* Is this the file that is being read? Its number may be that of another by now, which begins with another moment. */
static bool source_is_file(const struct source *s, int fd)
{
	char head[HEAD_SIZE];
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_ino == s->files[0] && st.st_size >= s->offset &&
	       pread(fd, head, s->n_head, 0) == (ssize_t)s->n_head &&
	       memcmp(head, s->head_bytes, s->n_head) == 0;
}

/*
 * Opens the first of the files, under the present or the old name; -ENOENT if it is gone, or was
 * emptied, -errno if it is there and may not be opened.
 */
static int source_open_file(const struct source *s)
{
	char old[PATH_MAX];
	const char *names[] = { s->path, old };
	int error = -ENOENT;

	old_path(s->path, old);
	for (size_t i = 0; i < ARRAY_SIZE(names) && s->files[0]; i++) {
		CLEANUP_CLOSE int fd = open(names[i], O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

		if (fd >= 0 && source_is_file(s, fd)) {
			return TAKE_FD(fd);
		}
		error = fd < 0 && errno != ENOENT ? -errno : error;
	}
	return error;
}

static void source_set_file(struct source *s, ino_t number)
{
	s->files[0] = number;
	s->offset = 0;
	s->n_head = 0;
	s->n = 0;
	s->is_too_long = false;
}

/* The file is at its end, or gone: on to the next one. False: there is none. */
static bool source_next_file(struct source *s, ino_t present)
{
	ino_t last = s->files[0], next = s->files[1], old;
	char path[PATH_MAX];

	s->files[1] = 0;
	if (!next) {
		if (present == 0 || present == last) {
			return false;
		}
		/* Both names may have moved on since: then there is a whole file in between. */
		old_path(s->path, path);
		old = file_number(path);
		next = present;
		if (old != 0 && old != last && old != s->done && old != present) {
			next = old;
			s->files[1] = present;
		}
	}
	s->done = last ? last : s->done;
	source_set_file(s, next);
	return true;
}

/* Bytes, 0 at the end, -ENOENT if the file is gone, -errno. */
static ssize_t source_read(struct source *s)
{
	CLEANUP_CLOSE int fd = source_open_file(s);
	char *to = s->buf + s->n;
	ssize_t r = fd < 0 ? fd : pread(fd, to, CHUNK - s->n, s->offset);

	if (r > 0 && s->offset == 0) {
		s->n_head = (size_t)r < HEAD_SIZE ? (size_t)r : HEAD_SIZE;
		memcpy(s->head_bytes, to, s->n_head);
	}
	return r;
}

/* Reads on. Bytes; 0 = nothing more at present. */
static ssize_t source_fill(struct source *s)
{
	ino_t present;
	ssize_t r;
	int n_moves = 0;

	if (!s->buf) {
		s->buf = malloc(CHUNK);
		if (!s->buf) {
			arena_out_of_memory();
		}
	}
	if (s->n == CHUNK) {
		/* No line of ours is that long. */
		s->is_too_long = true;
		s->n = 0;
	}
	memmove(s->buf, s->buf + s->begin, s->n);
	s->begin = 0;
	do {
		/* Asked before reading: what had lost its name by then was not written to since. */
		present = file_number(s->path);
		r = source_read(s);
		if (r == -ENOENT) {
			source_set_file(s, 0);
		}
	} while (r <= 0 && n_moves++ < MOVES_MAX && source_next_file(s, present));
	s->is_refused = r == -EACCES;
	if (r > 0) {
		s->n += (size_t)r;
		s->offset += r;
	}
	return r > 0 ? r : 0;
}

/* Takes the next entry into head; lines that are none of ours are passed over. */
static bool source_advance(struct source *s)
{
	s->has_head = false;
	for (;;) {
		char *line = s->buf + s->begin;
		char *end = s->n > 0 ? memchr(line, '\n', s->n) : NULL;
		size_t used;

		if (!end) {
			if (source_fill(s) <= 0) {
				return false;
			}
			continue;
		}
		*end = '\0';
		used = (size_t)(end - line) + 1;
		s->begin += used;
		s->n -= used;
		if (s->is_too_long) {
			s->is_too_long = false;
			continue;
		}
		if (log_entry_parse(line, used - 1, &s->head) == 0) {
			s->head.unit = s->unit;
			s->head.by_syslog = s->by_syslog;
			s->has_head = true;
			return true;
		}
	}
}

static bool is_older(const struct source *x, const struct source *y)
{
	return x->head.realtime < y->head.realtime;
}

static void heap_swap(struct log_set *s, size_t i, size_t k)
{
	struct source *x = s->heap[i];

	s->heap[i] = s->heap[k];
	s->heap[k] = x;
}

static void heap_push(struct log_set *s, struct source *x)
{
	size_t i = s->n_heap;

	*ARENA_PUSH(&s->arena, s->heap, s->n_heap, s->cap_heap) = x;
	while (i > 0 && is_older(s->heap[i], s->heap[(i - 1) / 2])) {
		heap_swap(s, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
}

static struct source *heap_pop(struct log_set *s)
{
	struct source *top = s->heap[0];
	size_t i = 0;

	s->heap[0] = s->heap[--s->n_heap];
	for (;;) {
		size_t least = i;

		for (size_t k = 2 * i + 1; k <= 2 * i + 2 && k < s->n_heap; k++) {
			least = is_older(s->heap[k], s->heap[least]) ? k : least;
		}
		if (least == i) {
			return top;
		}
		heap_swap(s, i, least);
		i = least;
	}
}

/* Whose log a file is, by its name without the suffix. */
static void source_set_unit(struct source *s, struct arena *a, const char *name)
{
	size_t n = strlen(name);

	s->by_syslog = streq(name, LOG_SYSLOG_NAME) || str_has_suffix(name, LOG_SYSLOG_SUFFIX);
	if (streq(name, LOG_SYSLOG_NAME)) {
		return;
	}
	s->unit = arena_strndup(a, name, s->by_syslog ? n - strlen(LOG_SYSLOG_SUFFIX) : n);
}

static bool is_before(const struct stat *st, usec_t since)
{
	return (usec_t)st->st_mtim.tv_sec * USEC_PER_SEC + USEC_PER_SEC < since;
}

static void set_add(struct log_set *s, const char *name)
{
	char path[PATH_MAX];
	struct source *x;
	struct stat st;
	ino_t present;

	snprintf(path, sizeof(path), "%s/%s" SUFFIX, s->place->log_dir, name);
	if (map_has(&s->sources, path)) {
		return;
	}
	x = arena_new(&s->arena, struct source);
	x->path = arena_strdup(&s->arena, path);
	source_set_unit(x, &s->arena, name);
	map_put(&s->sources, x->path, x);
	if (s->wants && !s->wants(s->context, x->unit)) {
		x->path = NULL;
		return;
	}
	/* The present one first: if both names are moved on meanwhile, both tell the same file. */
	present = file_number(path);
	if (stat(arena_printf(&s->arena, "%s" OLD_SUFFIX, path), &st) == 0 &&
	    S_ISREG(st.st_mode) && st.st_ino != present && !is_before(&st, s->since)) {
		x->files[0] = st.st_ino;
		x->files[1] = present;
	} else {
		x->files[0] = present;
	}
	if (source_advance(x)) {
		heap_push(s, x);
	}
}

/* "UNIT.log" and "UNIT.log.1" are one log. */
static int set_list(struct log_set *s)
{
	CLEANUP_CLOSEDIR DIR *d = opendir(s->place->log_dir);
	struct dirent *e;

	if (!d) {
		return errno == ENOENT ? 0 : -errno;
	}
	while ((e = readdir(d))) {
		char name[NAME_MAX + 1];

		snprintf(name, sizeof(name), "%s", e->d_name);
		if (str_has_suffix(name, SUFFIX OLD_SUFFIX)) {
			name[strlen(name) - strlen(OLD_SUFFIX)] = '\0';
		}
		if (name[0] != '.' && str_has_suffix(name, SUFFIX) && strlen(name) > strlen(SUFFIX)) {
			name[strlen(name) - strlen(SUFFIX)] = '\0';
			set_add(s, name);
		}
	}
	return 0;
}

int log_set_open(const struct place *p, log_wants *wants, void *context, usec_t since,
		 struct log_set **ret)
{
	CLEANUP_LOG_SET struct log_set *s = calloc(1, sizeof(*s));
	int r;

	if (!s) {
		arena_out_of_memory();
	}
	s->place = p;
	s->wants = wants;
	s->context = context;
	s->since = since;
	s->watch_fd = -1;
	map_init(&s->sources, &s->arena);
	r = set_list(s);
	if (r < 0) {
		return r;
	}
	*ret = TAKE_PTR(s);
	return 0;
}

void log_set_free(struct log_set **set)
{
	struct log_set *s = *set;

	if (!s) {
		return;
	}
	MAP_FOREACH(e, &s->sources) {
		struct source *x = e->value;

		free(x->buf);
	}
	if (s->watch_fd >= 0) {
		close(s->watch_fd);
	}
	arena_free(&s->arena);
	free(s);
	*set = NULL;
}

bool log_set_is_empty(const struct log_set *s)
{
	MAP_FOREACH(e, &s->sources) {
		const struct source *x = e->value;

		if (x->path) {
			return false;
		}
	}
	return true;
}

bool log_set_is_refused(const struct log_set *s)
{
	bool is_refused = false;

	MAP_FOREACH(e, &s->sources) {
		const struct source *x = e->value;

		if (x->path && !x->is_refused) {
			return false;
		}
		is_refused |= x->path != NULL;
	}
	return is_refused;
}

int log_set_next(struct log_set *s, struct log_entry *ret)
{
	if (s->last) {
		struct source *x = TAKE_PTR(s->last);

		if (source_advance(x)) {
			heap_push(s, x);
		}
	}
	if (s->n_heap == 0) {
		return 0;
	}
	s->last = heap_pop(s);
	*ret = s->last->head;
	return 1;
}

/* Of a directory that is missing, the nearest one above that is there. */
static void watch_add(struct log_set *s)
{
	const uint32_t events = IN_CREATE | IN_MOVED_TO | IN_MOVE_SELF | IN_ONLYDIR;
	const char *wanted = s->place->log_dir;

	do {
		CLEANUP_ARENA struct arena a = { 0 };
		const char *dir = wanted;

		s->watches_dir = inotify_add_watch(s->watch_fd, dir, events | IN_MODIFY) >= 0 ||
				 errno != ENOENT;
		while (!s->watches_dir && !streq(dir, "/")) {
			dir = path_dirname(&a, dir);
			if (inotify_add_watch(s->watch_fd, dir, events) >= 0 || errno != ENOENT) {
				break;
			}
		}
		/* It may have been made before the watch above it was. */
	} while (!s->watches_dir && access(wanted, F_OK) == 0);
}

int log_set_watch(struct log_set *s)
{
	if (s->watch_fd < 0) {
		s->watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
		if (s->watch_fd < 0) {
			return -errno;
		}
		watch_add(s);
	}
	return s->watch_fd;
}

/* Takes all events. Has the directory that was watched gone? */
static bool watch_drain(int fd)
{
	_Alignas(struct inotify_event) char events[4096];
	bool is_gone = false;
	ssize_t n;

	while ((n = read(fd, events, sizeof(events))) > 0) {
		const struct inotify_event *e;

		for (const char *p = events; p < events + n; p += sizeof(*e) + e->len) {
			e = (const struct inotify_event *)(const void *)p;
			is_gone |= e->mask & (IN_IGNORED | IN_MOVE_SELF);
		}
	}
	return is_gone;
}

void log_set_refresh(struct log_set *s)
{
	bool is_gone = s->watch_fd >= 0 && watch_drain(s->watch_fd);

	if (s->watch_fd >= 0 && (is_gone || !s->watches_dir)) {
		watch_add(s);
	}
	set_list(s);
	MAP_FOREACH(e, &s->sources) {
		struct source *x = e->value;

		if (x->path && !x->has_head && x != s->last && source_advance(x)) {
			heap_push(s, x);
		}
	}
}
