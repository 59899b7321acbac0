/* SPDX-License-Identifier: MIT */
#include "state/queue.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>

#include "base/io.h"
#include "base/root.h"
#include "state/news.h"

#define SUFFIX ".queue"
#define QUEUE_MAX ((size_t)16 * 1024 * 1024)

static char *file_of(const struct place *p, pid_t owner, struct arena *a)
{
	return arena_printf(a, "%s/" NEWS_DIR "/%ld" SUFFIX, p->dir, (long)owner);
}

int queue_open(struct queue *q, const struct place *p, const struct queued_job *jobs, size_t n,
	       usec_t since, struct arena *a)
{
	CLEANUP_STRBUF struct strbuf text = { 0 };
	const char *path = file_of(p, getpid(), a);

	q->lines = arena_new_n(a, struct queue_line, n + 1);
	strbuf_addf(&text, "%llu\n", (unsigned long long)since);
	for (size_t i = 0; i < n; i++) {
		q->lines[i].state = QUEUE_ENDED;
		if (jobs[i].type) {
			q->lines[i].offset = text.n;
			strbuf_addf(&text, "%c %s %s\n", QUEUE_ENDED, jobs[i].type, jobs[i].unit);
		}
	}
	/* One of another life may have had our number. */
	(void)unlink(path);
	q->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (q->fd < 0) {
		q->fd = -errno;
	} else if (fchmod(q->fd, 0644) < 0 || io_write_all(q->fd, strbuf_text(&text), text.n) < 0) {
		macro_close(&q->fd);
		(void)unlink(path);
		q->fd = -EIO;
	}
	return q->fd < 0 ? q->fd : 0;
}

void queue_set(struct queue *q, size_t i, enum queue_state state)
{
	struct queue_line *line = &q->lines[i];
	char c = (char)state;

	if (line->offset > 0 && line->state != state && pwrite(q->fd, &c, 1, (off_t)line->offset) == 1) {
		line->state = state;
	}
}

void queue_forget(const struct place *p, pid_t owner)
{
	CLEANUP_ARENA struct arena a = { 0 };

	(void)unlink(file_of(p, owner, &a));
}

void queue_close(struct queue *q, const struct place *p)
{
	if (q->fd >= 0) {
		macro_close(&q->fd);
		queue_forget(p, getpid());
	}
	q->fd = -1;
}

struct listing {
	struct arena *arena;
	struct queued_job *jobs;
	size_t n, cap;
};

static void add_line(struct listing *l, const char *line, pid_t owner, usec_t since)
{
	struct strv words = { 0 };

	strv_split(&words, l->arena, line, " ");
	if (words.n != 3 || words.v[0][0] == QUEUE_ENDED) {
		return;
	}
	*ARENA_PUSH(l->arena, l->jobs, l->n, l->cap) = (struct queued_job){
		.unit = words.v[2],
		.type = words.v[1],
		.is_running = words.v[0][0] == QUEUE_RUNNING,
		.owner = owner,
		.since = since,
	};
}

static void add_file(struct listing *l, int dir, const char *name, pid_t owner)
{
	struct strv lines = { 0 };
	usec_t since;
	char *text;

	if (io_read_file(dir, name, QUEUE_MAX, l->arena, &text, NULL) < 0) {
		return;
	}
	strv_split(&lines, l->arena, text, "\n");
	if (lines.n == 0) {
		return;
	}
	since = strtoull(lines.v[0], NULL, 10);
	for (size_t i = 1; i < lines.n; i++) {
		add_line(l, lines.v[i], owner, since);
	}
}

/* One that was killed reads its FIFO no more, if that is there at all. */
static bool is_at_work(int dir, const char *fifo)
{
	CLEANUP_CLOSE int fd = openat(dir, fifo, O_WRONLY | O_NONBLOCK | O_CLOEXEC);

	return fd >= 0 || (errno != ENXIO && errno != ENOENT);
}

int queue_list(const struct place *p, struct arena *a, struct queued_job **ret, size_t *ret_n)
{
	CLEANUP_CLOSEDIR DIR *d = opendir(path_join(a, p->dir, NEWS_DIR));
	struct listing l = { .arena = a };
	struct dirent *e;

	*ret = NULL;
	*ret_n = 0;
	if (!d) {
		return errno == ENOENT ? 0 : -errno;
	}
	while ((e = readdir(d))) {
		char *suffix = strchr(e->d_name, '.');
		pid_t owner = (pid_t)atol(e->d_name);
		const char *name;

		if (owner <= 0 || owner == getpid() || !suffix || !streq(suffix, SUFFIX)) {
			continue;
		}
		name = arena_strdup(a, e->d_name);
		*suffix = '\0';
		if (is_at_work(dirfd(d), e->d_name)) {
			add_file(&l, dirfd(d), name, owner);
		}
	}
	*ret = l.jobs;
	*ret_n = l.n;
	return 0;
}

int queue_watch(const struct place *p)
{
	CLEANUP_ARENA struct arena a = { 0 };
	CLEANUP_CLOSE int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd < 0 || inotify_add_watch(fd, path_join(&a, p->dir, NEWS_DIR),
					IN_MODIFY | IN_DELETE | IN_ONLYDIR) < 0) {
		return -errno;
	}
	return TAKE_FD(fd);
}

static bool ask(const struct place *p, queue_has_fn *has_one, void *context)
{
	CLEANUP_ARENA struct arena a = { 0 };
	struct queued_job *jobs;
	size_t n;

	return queue_list(p, &a, &jobs, &n) >= 0 && n > 0 && has_one(context, jobs, n);
}

void queue_wait(const struct place *p, queue_has_fn *has_one, void *context, usec_t longest)
{
	usec_t deadline = usec_add(clock_monotonic(), longest), now;

	while (ask(p, has_one, context) && (now = clock_monotonic()) < deadline) {
		CLEANUP_CLOSE int fd = queue_watch(p);
		struct pollfd event = { .fd = fd, .events = POLLIN };

		/* It may have changed before the watch was there. */
		if (fd >= 0 && ask(p, has_one, context)) {
			(void)poll(&event, 1, (int)((deadline - now) / USEC_PER_MSEC) + 1);
		}
	}
}
