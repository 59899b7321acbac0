/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "base/io.h"
#include "base/root.h"
#include "base/str.h"

#define LINKS_MAX 40

int root_open(struct root *r, const char *path, struct arena *a)
{
	char cwd[PATH_MAX];
	char *full;
	int fd;

	full = path_simplify(a, path && *path ? path : "/");
	if (!path_is_absolute(full)) {
		if (!getcwd(cwd, sizeof(cwd))) {
			return -errno;
		}
		full = path_simplify(a, path_join(a, cwd, full));
	}
	fd = open(full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == EACCES) {
		/* To be searched but not listed is enough. */
		fd = open(full, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	if (fd < 0) {
		return -errno;
	}
	*r = (struct root){.fd = fd, .path = streq(full, "/") ? "" : full};
	return 0;
}

void root_close(struct root *r)
{
	if (r->fd >= 0) {
		close(TAKE_FD(r->fd));
	}
}

/* A walk from the root: what is resolved already, and what is still to be looked at. */
struct chase {
	const struct root *root;
	unsigned flags;
	unsigned n_links;
	size_t n_done;
	char done[PATH_MAX]; /* "" or "/x/y", free of links */
	char rest[PATH_MAX];
	char link[PATH_MAX];
};

/* The path as an *at() call under the root wants it. */
static const char *below_root(const char *absolute)
{
	absolute += strspn(absolute, "/");
	return *absolute ? absolute : ".";
}

static void chase_pop(struct chase *c)
{
	while (c->n_done > 0 && c->done[--c->n_done] != '/') {
	}
	c->done[c->n_done] = '\0';
}

static int chase_push(struct chase *c, const char *name, size_t n)
{
	if (c->n_done + n + 2 > sizeof(c->done)) {
		return -ENAMETOOLONG;
	}
	c->done[c->n_done++] = '/';
	memcpy(c->done + c->n_done, name, n);
	c->n_done += n;
	c->done[c->n_done] = '\0';
	return 0;
}

/* Puts the target of the link that was just pushed before what is left of the path. */
static int chase_follow(struct chase *c, const char *left, size_t n_link)
{
	size_t n_left = strlen(left);

	if (++c->n_links > LINKS_MAX) {
		return -ELOOP;
	}
	if (n_link == 0) {
		return -ENOENT;
	}
	if (n_link + n_left + 1 > sizeof(c->rest)) {
		return -ENAMETOOLONG;
	}
	memmove(c->rest + n_link, left, n_left + 1);
	memcpy(c->rest, c->link, n_link);
	if (c->link[0] == '/') {
		c->n_done = 0;
		c->done[0] = '\0';
	} else {
		chase_pop(c);
	}
	return 0;
}

/* "file/.." is no directory, as the kernel sees it. */
static int chase_check_dir(const struct chase *c)
{
	struct stat st;

	if (fstatat(c->root->fd, below_root(c->done), &st, AT_SYMLINK_NOFOLLOW) < 0) {
		return errno == ENOENT && (c->flags & ROOT_CHASE_MISSING_OK) ? 0 : -errno;
	}
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

/* Looks at the component that was just pushed. 1: it is missing, and may be. */
static int chase_look(struct chase *c, const char **left)
{
	bool last = (*left)[strspn(*left, "/")] == '\0';
	ssize_t n;

	if (last && (c->flags & ROOT_CHASE_NOFOLLOW)) {
		struct stat st;

		if (fstatat(c->root->fd, below_root(c->done), &st, AT_SYMLINK_NOFOLLOW) == 0) {
			return 0;
		}
		return errno == ENOENT && (c->flags & ROOT_CHASE_MISSING_OK) ? 1 : -errno;
	}
	n = readlinkat(c->root->fd, below_root(c->done), c->link, sizeof(c->link));
	if (n >= 0) {
		int r = chase_follow(c, *left, (size_t)n);

		*left = c->rest;
		return r;
	}
	if (errno == EINVAL) {
		return 0;
	}
	return errno == ENOENT && (c->flags & ROOT_CHASE_MISSING_OK) ? 1 : -errno;
}

static int chase_run(struct chase *c, const char *path)
{
	const char *left = c->rest;
	bool missing = false;

	if (strlen(path) >= sizeof(c->rest)) {
		return -ENAMETOOLONG;
	}
	strcpy(c->rest, path);
	for (;;) {
		size_t n;
		int r = 0;

		left += strspn(left, "/");
		n = strcspn(left, "/");
		if (n == 0) {
			return 0;
		}
		if (n == 1 && left[0] == '.') {
			left += n;
			continue;
		}
		if (n == 2 && left[0] == '.' && left[1] == '.') {
			r = missing ? 0 : chase_check_dir(c);
			chase_pop(c);
			left += n;
			/* What comes next may exist again, and be a link. */
			missing = false;
		} else {
			r = chase_push(c, left, n);
			left += n;
			if (r == 0 && !missing) {
				r = chase_look(c, &left);
			}
		}
		if (r < 0) {
			return r;
		}
		missing = missing || r > 0;
	}
}

static void chase_init(struct chase *c, const struct root *r, unsigned flags)
{
	c->root = r;
	c->flags = flags;
	c->n_links = 0;
	c->n_done = 0;
	c->done[0] = '\0';
}

int root_chase(const struct root *r, const char *path, unsigned flags, struct arena *a, char **ret)
{
	struct chase c;
	int error;

	chase_init(&c, r, flags);
	error = chase_run(&c, path);
	if (error < 0) {
		return error;
	}
	*ret = arena_strdup(a, c.n_done > 0 ? c.done : "/");
	return 0;
}

/*
 * Makes path one that an *at() call takes: under the real root the kernel resolves it better than
 * we could (links of /proc lead to things without a path); under another every link must be
 * resolved by us. In c, or path itself.
 */
static int root_resolve(struct chase *c, const struct root *r, const char *path, unsigned flags,
			const char **ret)
{
	int error;

	if (root_is_real(r)) {
		*ret = below_root(path);
		return 0;
	}
	chase_init(c, r, flags);
	error = chase_run(c, path);
	if (error == 0) {
		*ret = below_root(c->done);
	}
	return error;
}

int root_openat(const struct root *r, const char *path, int flags, mode_t mode)
{
	struct chase c;
	bool exclusive = (flags & O_CREAT) && (flags & O_EXCL);
	unsigned how = (flags & O_NOFOLLOW) || exclusive ? ROOT_CHASE_NOFOLLOW : 0;
	int error;
	int fd;

	how |= flags & O_CREAT ? ROOT_CHASE_MISSING_OK : 0;
	error = root_resolve(&c, r, path, how, &path);
	if (error < 0) {
		return error;
	}
	/* A link that comes to stand in the last place after we have looked must not lead out of
	 * the root. */
	flags |= root_is_real(r) ? 0 : O_NOFOLLOW;
	fd = openat(r->fd, path, flags | O_CLOEXEC, mode);
	return fd < 0 ? -errno : fd;
}

int root_stat(const struct root *r, const char *path, struct stat *ret)
{
	struct chase c;
	int error = root_resolve(&c, r, path, 0, &path);

	if (error < 0) {
		return error;
	}
	return fstatat(r->fd, path, ret, root_is_real(r) ? 0 : AT_SYMLINK_NOFOLLOW) < 0 ? -errno
											: 0;
}

int root_lstat(const struct root *r, const char *path, struct stat *ret)
{
	struct chase c;
	int error = root_resolve(&c, r, path, ROOT_CHASE_NOFOLLOW, &path);

	if (error < 0) {
		return error;
	}
	return fstatat(r->fd, path, ret, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

int root_readlink(const struct root *r, const char *path, struct arena *a, char **ret)
{
	struct chase c;
	char target[PATH_MAX];
	int error = root_resolve(&c, r, path, ROOT_CHASE_NOFOLLOW, &path);
	ssize_t n;

	if (error < 0) {
		return error;
	}
	n = readlinkat(r->fd, path, target, sizeof(target));
	if (n < 0) {
		return -errno;
	}
	*ret = arena_strndup(a, target, (size_t)n);
	return 0;
}

int root_read_file(const struct root *r, const char *path, size_t max, struct arena *a,
		   char **ret_text, size_t *ret_n)
{
	struct chase c;
	int error = root_resolve(&c, r, path, 0, &path);

	if (error < 0) {
		return error;
	}
	return io_read_file(r->fd, path, max, a, ret_text, ret_n);
}
