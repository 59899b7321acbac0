/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/io.h"
#include "base/root.h"

#define READ_FIRST ((size_t)4096)
#define TEMPORARY_TRIES 1000
#define TEMPORARY_SIZE 64
#define TREE_DEPTH_MAX 256
/* Where the limit of descriptors is unlimited or absurd, nobody has opened one beyond this. */
#define FD_LIMIT_MAX (1 << 20)
/* linux/close_range.h, which old C libraries do not come with */
#define CLOSE_RANGE_SET_CLOEXEC (1u << 2)

static ssize_t read_some(int fd, void *buf, size_t n)
{
	ssize_t r;

	do {
		r = read(fd, buf, n);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : r;
}

/* Opens what can be read to an end: a regular file, or a device such as /dev/null. Never waits for
 * a fifo's writer. */
static int open_for_reading(int dirfd, const char *path, struct stat *ret_st)
{
	CLEANUP_CLOSE int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0 || fstat(fd, ret_st) < 0) {
		return -errno;
	}
	if (S_ISDIR(ret_st->st_mode)) {
		return -EISDIR;
	}
	if (!S_ISREG(ret_st->st_mode) && !S_ISCHR(ret_st->st_mode)) {
		return -EINVAL;
	}
	return TAKE_FD(fd);
}

/* Twice the room, the bytes kept, one byte of room for the NUL and one to see that a file is larger
 * than max. */
static char *grow_text(struct arena *a, char *text, size_t n, size_t max, size_t *cap)
{
	size_t new_cap = *cap > max / 2 ? max + 2 : *cap * 2;
	char *copy = arena_alloc(a, new_cap);

	memcpy(copy, text, n);
	*cap = new_cap;
	return copy;
}

int io_read_file(int dirfd, const char *path, size_t max, struct arena *a, char **ret_text,
		 size_t *ret_n)
{
	struct stat st = {0};
	CLEANUP_CLOSE int fd = open_for_reading(dirfd, path, &st);
	size_t cap = st.st_size > 0 ? (size_t)st.st_size + 2 : READ_FIRST;
	size_t n = 0;
	char *text;

	if (fd < 0) {
		return fd;
	}
	max = max > SIZE_MAX / 4 ? SIZE_MAX / 4 : max;
	if (st.st_size > 0 && (uint64_t)st.st_size > max) {
		return -E2BIG;
	}
	text = arena_alloc(a, cap);
	for (;;) {
		ssize_t r = read_some(fd, text + n, cap - n - 1);

		if (r < 0) {
			return (int)r;
		}
		n += (size_t)r;
		if (n > max) {
			return -E2BIG;
		}
		if (r == 0) {
			break;
		}
		if (n + 1 == cap) {
			text = grow_text(a, text, n, max, &cap);
		}
	}
	text[n] = '\0';
	*ret_text = text;
	if (ret_n) {
		*ret_n = n;
	}
	return 0;
}

ssize_t io_read_small(int dirfd, const char *path, char *buf, size_t n)
{
	CLEANUP_CLOSE int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	size_t used = 0;

	if (fd < 0) {
		return -errno;
	}
	while (used + 1 < n) {
		ssize_t r = read_some(fd, buf + used, n - 1 - used);

		if (r < 0) {
			return r;
		}
		if (r == 0) {
			break;
		}
		used += (size_t)r;
	}
	buf[used] = '\0';
	return (ssize_t)used;
}

int io_write_all(int fd, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n > 0) {
		ssize_t r = write(fd, p, n);

		if (r < 0 && errno == EINTR) {
			continue;
		}
		if (r < 0) {
			return -errno;
		}
		p += r;
		n -= (size_t)r;
	}
	return 0;
}

/* Makes a file beside path; its short name does not depend on that of the file which it will
 * replace, which may be of the longest. */
static int open_temporary(int dirfd, const char *path, char temporary[static PATH_MAX])
{
	static unsigned counter;
	const char *slash = strrchr(path, '/');
	int n = slash ? (int)(slash - path) + 1 : 0;

	if (n + TEMPORARY_SIZE > PATH_MAX) {
		return -ENAMETOOLONG;
	}
	for (int i = 0; i < TEMPORARY_TRIES; i++) {
		int fd;

		snprintf(temporary, PATH_MAX, "%.*s.#soloctl-%ld-%u", n, path, (long)getpid(),
			 counter++);
		fd = openat(dirfd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0 || errno != EEXIST) {
			return fd >= 0 ? fd : -errno;
		}
	}
	return -EEXIST;
}

int io_write_atomic(int dirfd, const char *path, const char *text, size_t n, mode_t mode)
{
	char temporary[PATH_MAX];
	CLEANUP_CLOSE int fd = open_temporary(dirfd, path, temporary);
	int r;

	if (fd < 0) {
		return fd;
	}
	r = io_write_all(fd, text, n);
	if (r == 0 && fchmod(fd, mode) < 0) {
		r = -errno;
	}
	/* Some file systems tell of a full disk only here. */
	if (r == 0 && close(TAKE_FD(fd)) < 0 && errno != EINTR) {
		r = -errno;
	}
	if (r == 0 && renameat(dirfd, temporary, dirfd, path) < 0) {
		r = -errno;
	}
	if (r < 0) {
		unlinkat(dirfd, temporary, 0);
	}
	return r;
}

/* mkdirat, content with a directory that is there (a read-only file system may say EROFS before
 * EEXIST). */
static int make_dir(int dirfd, const char *path, mode_t mode)
{
	struct stat st;
	int error;

	if (mkdirat(dirfd, path, mode) == 0) {
		return 0;
	}
	error = errno;
	if (fstatat(dirfd, path, &st, 0) < 0) {
		return -error;
	}
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int io_make_dirs(int dirfd, const char *path, mode_t mode)
{
	char part[PATH_MAX];
	size_t n = strlen(path);

	if (n == 0 || n >= sizeof(part)) {
		return n == 0 ? -ENOENT : -ENAMETOOLONG;
	}
	/* Mostly only the last one is missing, or none. */
	if (make_dir(dirfd, path, mode) == 0) {
		return 0;
	}
	for (size_t i = 1; i <= n; i++) {
		int r;

		if ((path[i] != '/' && path[i] != '\0') || path[i - 1] == '/') {
			continue;
		}
		memcpy(part, path, i);
		part[i] = '\0';
		r = make_dir(dirfd, part, mode);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static int remove_entry(int dirfd, const char *name, dev_t device, unsigned depth);

/* Empties a directory; goes on after an error and returns the first one. Owns fd. */
static int empty_dir(int fd, dev_t device, unsigned depth)
{
	CLEANUP_CLOSEDIR DIR *d = fdopendir(fd);
	int result = 0;

	if (!d) {
		result = -errno;
		close(fd);
		return result;
	}
	for (;;) {
		struct dirent *e;
		int r;

		errno = 0;
		e = readdir(d);
		if (!e) {
			return result < 0 ? result : -errno;
		}
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) {
			continue;
		}
		r = remove_entry(fd, e->d_name, device, depth + 1);
		result = result < 0 ? result : r;
	}
}

/* Removes name in dirfd and what is below it, on this device only. */
static int remove_entry(int dirfd, const char *name, dev_t device, unsigned depth)
{
	struct stat st;
	int fd;
	int r;

	if (depth > TREE_DEPTH_MAX) {
		return -ELOOP;
	}
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	if (!S_ISDIR(st.st_mode)) {
		return unlinkat(dirfd, name, 0) < 0 && errno != ENOENT ? -errno : 0;
	}
	if (st.st_dev != device) {
		return -EXDEV;
	}
	fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	/* Between the look and the opening, another directory may have come to stand here. */
	if (fstat(fd, &st) < 0 || st.st_dev != device) {
		close(fd);
		return -EXDEV;
	}
	r = empty_dir(fd, device, depth);
	if (unlinkat(dirfd, name, AT_REMOVEDIR) < 0 && errno != ENOENT) {
		return r < 0 ? r : -errno;
	}
	return r;
}

int io_remove_tree(int dirfd, const char *path)
{
	struct stat st;

	if (fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	return remove_entry(dirfd, path, st.st_dev, 0);
}

static bool is_kept(int fd, const int *keep, size_t n_keep)
{
	for (size_t i = 0; i < n_keep; i++) {
		if (keep[i] == fd) {
			return true;
		}
	}
	return false;
}

/* The lowest kept descriptor that is not below first, or INT_MAX. */
static int next_kept(int first, const int *keep, size_t n_keep)
{
	int next = INT_MAX;

	for (size_t i = 0; i < n_keep; i++) {
		if (keep[i] >= first && keep[i] < next) {
			next = keep[i];
		}
	}
	return next;
}

/* Closes the gaps between the kept ones. */
static int close_ranges(int first, const int *keep, size_t n_keep)
{
#ifdef SYS_close_range
	for (;;) {
		int kept = next_kept(first, keep, n_keep);
		unsigned last = kept == INT_MAX ? ~0u : (unsigned)kept - 1;

		if (kept > first && syscall(SYS_close_range, (unsigned)first, last, 0) < 0) {
			return -errno;
		}
		if (kept == INT_MAX) {
			return 0;
		}
		first = kept + 1;
	}
#else
	return -ENOSYS;
#endif
}

static int close_listed(int first, const int *keep, size_t n_keep)
{
	CLEANUP_CLOSEDIR DIR *d = opendir("/proc/self/fd");
	struct dirent *e;

	if (!d) {
		return -errno;
	}
	while ((e = readdir(d))) {
		int fd = atoi(e->d_name);

		if (e->d_name[0] == '.' || fd < first || fd == dirfd(d)) {
			continue;
		}
		if (!is_kept(fd, keep, n_keep)) {
			close(fd);
		}
	}
	return 0;
}

static int close_all(int first, const int *keep, size_t n_keep)
{
	struct rlimit limit = {.rlim_cur = FD_LIMIT_MAX};

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur > FD_LIMIT_MAX) {
		limit.rlim_cur = FD_LIMIT_MAX;
	}
	for (int fd = first; fd < (int)limit.rlim_cur; fd++) {
		if (!is_kept(fd, keep, n_keep)) {
			close(fd);
		}
	}
	return 0;
}

int io_close_from(int first, const int *keep, size_t n_keep)
{
	if (close_ranges(first, keep, n_keep) == 0 || close_listed(first, keep, n_keep) == 0) {
		return 0;
	}
	return close_all(first, keep, n_keep);
}

int io_set_cloexec_from(int first)
{
	CLEANUP_CLOSEDIR DIR *d = NULL;
	struct dirent *e;

#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned)first, ~0u, CLOSE_RANGE_SET_CLOEXEC) == 0) {
		return 0;
	}
#endif
	d = opendir("/proc/self/fd");
	if (!d) {
		return -errno;
	}
	while ((e = readdir(d))) {
		int fd = atoi(e->d_name);

		if (e->d_name[0] != '.' && fd >= first) {
			(void)io_set_cloexec(fd, true);
		}
	}
	return 0;
}

int io_null_stdio(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC | O_NOCTTY);
	int r;

	if (fd < 0) {
		/* What matters most is that nobody's pipe is kept. */
		fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	r = fd < 0 ? -errno : 0;

	for (int i = 0; i <= STDERR_FILENO && r == 0; i++) {
		if (i == fd) {
			r = io_set_cloexec(fd, false);
		} else if (dup2(fd, i) < 0) {
			r = -errno;
		}
	}
	if (fd > STDERR_FILENO) {
		close(fd);
	}
	return r;
}

int io_set_nonblock(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0) {
		return -errno;
	}
	flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
	return fcntl(fd, F_SETFL, flags) < 0 ? -errno : 0;
}

int io_set_cloexec(int fd, bool on)
{
	return fcntl(fd, F_SETFD, on ? FD_CLOEXEC : 0) < 0 ? -errno : 0;
}

/* argv0 in the directories of PATH, as the shell that started us found it. */
static const char *find_in_path(struct arena *a, const char *name)
{
	const char *path = getenv("PATH");

	if (!path || *path == '\0') {
		path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	}
	while (*path) {
		size_t n = strcspn(path, ":");
		char *file = path_join(a, arena_strndup(a, path, n), name);

		if (file[0] == '/' && access(file, X_OK) == 0) {
			return file;
		}
		path += n + (path[n] == ':');
	}
	return NULL;
}

const char *io_self_exe(struct arena *a, const char *argv0)
{
	char buf[PATH_MAX];

	if (readlink("/proc/self/exe", buf, sizeof(buf)) > 0) {
		return "/proc/self/exe";
	}
	if (!argv0 || *argv0 == '\0') {
		return NULL;
	}
	if (!strchr(argv0, '/')) {
		return find_in_path(a, argv0);
	}
	if (argv0[0] != '/') {
		/* Relative to where we are now; the caller may change directory before it executes.
		 */
		if (!getcwd(buf, sizeof(buf))) {
			return NULL;
		}
		argv0 = path_join(a, buf, argv0);
	}
	return access(argv0, X_OK) == 0 ? arena_strdup(a, argv0) : NULL;
}
