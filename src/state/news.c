/* SPDX-License-Identifier: MIT */
#include "state/news.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/root.h"
#include "state/queue.h"

#define PATIENCE_MS 1000
#define MAKE_TRIES 10

_Static_assert(NEWS_SIZE <= PIPE_BUF, "a piece of news has to be written in one");

static char *own_path(const struct place *p, struct arena *a)
{
	return arena_printf(a, "%s/" NEWS_DIR "/%ld", p->dir, (long)getpid());
}

int news_listen(const struct place *p)
{
	CLEANUP_ARENA struct arena a = { 0 };
	/* It has its name when it has a reader: whoever finds none takes it for that of one who was killed. */
	const char *path = arena_printf(&a, "%s/" NEWS_DIR "/.%ld", p->dir, (long)getpid());
	int fd, r = -ENOENT;

	for (int i = 0; i < MAKE_TRIES && r == -ENOENT; i++) {
		/* One of another life may have had our number. */
		(void)unlink(path);
		r = mkfifo(path, 0600) < 0 ? -errno : 0;
		if (r == -ENOENT) {
			(void)place_make_dir(p, NEWS_DIR, 0755);
		}
	}
	if (r < 0) {
		return r;
	}
	/* For writing too: it must not come to an end when one who told us something is gone. */
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	r = fd < 0 || rename(path, own_path(p, &a)) < 0 ? -errno : 0;
	if (r < 0) {
		(void)unlink(path);
		macro_close(&fd);
	}
	return r < 0 ? r : fd;
}

void news_unlisten(const struct place *p, int fd)
{
	CLEANUP_ARENA struct arena a = { 0 };

	macro_close(&fd);
	(void)unlink(own_path(p, &a));
	(void)rmdir(path_join(&a, p->dir, NEWS_DIR));
	(void)rmdir(p->dir);
}

/* One piece begins at *text: as many whole lines as it holds. *text is behind them afterwards. */
static void cut_piece(const char **text, char piece[static NEWS_SIZE])
{
	size_t n = strlen(*text);

	if (n >= NEWS_SIZE) {
		for (n = NEWS_SIZE - 1; n > 0 && (*text)[n - 1] != '\n'; n--) {
		}
		n = n > 0 ? n : NEWS_SIZE - 1;
	}
	memset(piece, 0, NEWS_SIZE);
	memcpy(piece, *text, n);
	*text += n;
}

static bool tell(int fd, const char *text)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	char piece[NEWS_SIZE];

	while (*text) {
		cut_piece(&text, piece);
		while (write(fd, piece, sizeof piece) < 0) {
			if (errno != EINTR && (errno != EAGAIN || poll(&p, 1, PATIENCE_MS) <= 0)) {
				return false;
			}
		}
	}
	return true;
}

void news_tell(const struct place *p, const char *text)
{
	CLEANUP_ARENA struct arena a = { 0 };
	const char *dir = path_join(&a, p->dir, NEWS_DIR);
	CLEANUP_CLOSEDIR DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		CLEANUP_CLOSE int fd = -1, reader = -1;

		if (strchr(e->d_name, '.') || atol(e->d_name) == (long)getpid()) {
			continue;
		}
		fd = openat(dirfd(d), e->d_name, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
		if (fd >= 0) {
			/* Should he go while we write, that must not be a SIGPIPE. */
			reader = openat(dirfd(d), e->d_name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
			(void)(reader >= 0 && tell(fd, text));
		} else if (errno == ENXIO) {
			/* Nobody reads: he was killed. */
			queue_forget(p, (pid_t)atol(e->d_name));
			(void)unlinkat(dirfd(d), e->d_name, 0);
			(void)rmdir(dir);
		}
	}
}

bool news_hear(int fd, char buf[static NEWS_SIZE])
{
	ssize_t n = read(fd, buf, NEWS_SIZE);

	return n == NEWS_SIZE && buf[NEWS_SIZE - 1] == '\0';
}
