/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

#include "base/io.h"
#include "install/change.h"
#include "install/dirs.h"
#include "install/find.h"

#define HOPS_MAX 40
#define TRIES 100 /* against others who remove empty directories and make links at the same time   \
		   */

static const char *below_root(const char *path)
{
	path += strspn(path, "/");
	return *path ? path : ".";
}

/* Opens the directory of path, resolved inside the root; makes it if `make`. */
static int open_parent(struct install *in, const char *path, bool make)
{
	char *dir;
	int r = root_chase(&in->root, path_dirname(in->arena, path),
			   make ? ROOT_CHASE_MISSING_OK : 0, in->arena, &dir);

	if (r >= 0 && make) {
		r = io_make_dirs(in->root.fd, below_root(dir), 0755);
	}
	return r < 0 ? r : root_openat(&in->root, dir, O_RDONLY | O_DIRECTORY, 0);
}

/* ---- making ---- */

/* One try. 0 made, -EEXIST something is there, -ENOENT somebody removed the directory, -errno. */
static int try_link(struct install *in, const char *path, const char *target)
{
	CLEANUP_CLOSE int fd = open_parent(in, path, true);

	if (fd < 0) {
		return fd;
	}
	return symlinkat(target, fd, path_basename(path)) < 0 ? -errno : 0;
}

static int replace_link(struct install *in, const char *path, const char *target)
{
	CLEANUP_CLOSE int fd = open_parent(in, path, false);
	char temporary[64];
	int r = -EEXIST;

	if (fd < 0) {
		return fd;
	}
	for (unsigned i = 0; i < TRIES && r == -EEXIST; i++) {
		snprintf(temporary, sizeof temporary, ".#soloctl-%ld-%u", (long)getpid(), i);
		r = symlinkat(target, fd, temporary) < 0 ? -errno : 0;
	}
	if (r == 0 && renameat(fd, temporary, fd, path_basename(path)) < 0) {
		r = -errno;
		unlinkat(fd, temporary, 0);
	}
	return r;
}

int change_stat(struct install *in, const char *path, struct stat *ret)
{
	char *text;

	if (root_is_real(&in->root)) {
		return root_stat(&in->root, path, ret);
	}
	for (unsigned hops = 0; hops < HOPS_MAX; hops++) {
		int r = root_readlink(&in->root, path, in->arena, &text);

		if (r == -EINVAL) {
			return root_stat(&in->root, path, ret);
		}
		if (r < 0) {
			return r;
		}
		if (path_is_absolute(text)) {
			return -ENOENT;
		}
		path = path_join(in->arena, path_dirname(in->arena, path), text);
	}
	return -ELOOP;
}

static bool is_same_file(struct install *in, const char *a, const char *b)
{
	struct stat x, y;

	return change_stat(in, a, &x) == 0 && change_stat(in, b, &y) == 0 && x.st_ino == y.st_ino &&
	       x.st_dev == y.st_dev;
}

/* Do both link texts, read at path, lead to the same unit file? Equal names anywhere in the search
 * path are the same unit. */
static bool is_equivalent(struct install *in, const char *path, const char *old, const char *target)
{
	const char *dir = path_dirname(in->arena, path);
	const char *x =
	    path_simplify(in->arena, path_is_absolute(old) ? old : path_join(in->arena, dir, old));
	const char *y = path_simplify(
	    in->arena, path_is_absolute(target) ? target : path_join(in->arena, dir, target));

	if (streq(x, y) || is_same_file(in, x, y)) {
		return true;
	}
	return streq(path_basename(x), path_basename(y)) && find_below_search_path(in, x) &&
	       find_below_search_path(in, y);
}

int change_make_link(struct install *in, const char *path, const char *target, unsigned flags,
		     struct change_list *l)
{
	const char *printed = change_printed_path(in, path);
	char *old = NULL;
	int r = -ENOENT;

	if (flags & INSTALL_DRY_RUN) {
		change_add(l, CHANGE_SYMLINK, printed, target);
		return 1;
	}
	for (unsigned i = 0; i < TRIES && r == -ENOENT; i++) {
		r = try_link(in, path, target);
	}
	if (r == 0) {
		dirs_forget(in);
		change_add(l, CHANGE_SYMLINK, printed, target);
		return 1;
	}
	if (r != -EEXIST) {
		return change_fail(l, r, printed, NULL);
	}
	r = root_readlink(&in->root, path, in->arena, &old);
	if (r < 0) {
		return change_fail(l, r == -EINVAL ? -EEXIST : r, printed, NULL);
	}
	if (is_equivalent(in, path, old, target)) {
		return 1;
	}
	if (!(flags & INSTALL_FORCE)) {
		return change_fail(l, -EEXIST, printed, old);
	}
	r = replace_link(in, path, target);
	if (r < 0) {
		return change_fail(l, r, printed, NULL);
	}
	dirs_forget(in);
	change_add(l, CHANGE_UNLINK, printed, NULL);
	change_add(l, CHANGE_SYMLINK, printed, target);
	return 1;
}

/* ---- removing ---- */

int change_remove(struct install *in, const char *path, unsigned flags, struct change_list *l)
{
	CLEANUP_CLOSE int fd = open_parent(in, path, false);
	int r = fd < 0 ? fd : 0;

	if (r == 0 && !(flags & INSTALL_DRY_RUN) && unlinkat(fd, path_basename(path), 0) < 0) {
		r = -errno;
	}
	if (r == -ENOENT) {
		return 0;
	}
	if (r < 0) {
		return change_fail(l, r, change_printed_path(in, path), NULL);
	}
	dirs_forget(in);
	change_add(l, CHANGE_UNLINK, change_printed_path(in, path), NULL);
	return 0;
}

void change_remove_empty_dirs(struct install *in, const char *path, const char *top)
{
	const char *dir = path_dirname(in->arena, path);

	while (path_is_below(dir, top) && !streq(dir, top)) {
		CLEANUP_CLOSE int fd = open_parent(in, dir, false);

		if (fd < 0 || unlinkat(fd, path_basename(dir), AT_REMOVEDIR) < 0) {
			return;
		}
		dir = path_dirname(in->arena, dir);
	}
}
