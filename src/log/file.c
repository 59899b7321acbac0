/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/io.h"
#include "log/sink.h"

#define OLD_SUFFIX ".1"

void log_file_close(struct log_writer *w)
{
	if (w->fd >= 0) {
		close(TAKE_FD(w->fd));
	}
}

/*
 * Opens the file for appending, makes its directory where it is missing. Whatever is no plain file
 * is left alone.
 */
static int file_open(struct log_writer *w)
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

static void file_rotate(struct log_writer *w)
{
	char old[sizeof(w->path) + sizeof(OLD_SUFFIX)];

	snprintf(old, sizeof(old), "%s" OLD_SUFFIX, w->path);
	log_file_close(w);
	if (rename(w->path, old) < 0 && errno != ENOENT) {
		/* A file that cannot be moved must not grow for ever either. */
		unlink(w->path);
	}
}

/*
 * journalctl --rotate gives the file another name, and --vacuum-* removes it: the latter is seen at
 * once, so that no line is lost, the former within a second.
 */
static void file_check(struct log_writer *w)
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
		log_file_close(w);
	}
}

static bool is_full(const struct log_writer *w, size_t n)
{
	return w->fd >= 0 && w->size + n > LOG_FILE_MAX && w->size > 0;
}

/* The file, open and with room for n bytes. 0 or -errno. */
static int file_prepare(struct log_writer *w, size_t n)
{
	file_check(w);
	if (is_full(w, n)) {
		/* Another writer may just have done it: twice would cost the old file. */
		w->checked = 0;
		file_check(w);
	}
	for (int i = 0; i < 2; i++) {
		int r;

		if (is_full(w, n)) {
			file_rotate(w);
		}
		r = w->fd < 0 ? file_open(w) : 0;
		if (r < 0 || !is_full(w, n)) {
			return r;
		}
	}
	return 0;
}

/* The last n bytes that we wrote; not what somebody else has put behind them since. */
static void file_take_back(struct log_writer *w, size_t n)
{
	off_t end = lseek(w->fd, 0, SEEK_CUR);
	struct stat st;

	if (end < (off_t)n || fstat(w->fd, &st) < 0 || st.st_size != end ||
	    ftruncate(w->fd, end - (off_t)n) < 0) {
		w->size += n;
	} else {
		w->size = (uint64_t)end - n;
	}
}

/* Half a line would join the next one: it is taken back. */
size_t log_file_write(struct log_writer *w, const char *lines, size_t n)
{
	const char *end;
	size_t whole;
	ssize_t r;

	if (file_prepare(w, n) < 0) {
		return 0;
	}
	do {
		r = write(w->fd, lines, n);
	} while (r < 0 && errno == EINTR);
	if (r <= 0) {
		return 0;
	}
	end = memrchr(lines, '\n', (size_t)r);
	whole = end ? (size_t)(end + 1 - lines) : 0;
	w->size += (uint64_t)whole;
	if (whole < (size_t)r) {
		file_take_back(w, (size_t)r - whole);
	}
	return whole;
}
