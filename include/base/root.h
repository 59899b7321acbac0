/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Paths under a root. With --root=DIR every look-up is relative to one directory
 * descriptor; symlinks, absolute and with "..", are resolved inside it, never
 * outside. Only openat, fstatat, readlinkat, symlinkat, renameat, unlinkat are
 * used (proot translates no newer call).
 */

#include <sys/stat.h>

#include "base/arena.h"

struct root {
	int fd;			/* the root directory; owned */
	const char *path;	/* as printed in front of paths: "" for "/", else absolute without a trailing slash */
};

/* Opens path ("/" or NULL for the real root). The string is kept in the arena. 0 or -errno. */
int root_open(struct root *r, const char *path, struct arena *a);
void root_close(struct root *r);
static inline bool root_is_real(const struct root *r)
{
	return r->path[0] == '\0';
}

enum root_chase_flags {
	ROOT_CHASE_NOFOLLOW = 1 << 0,	/* resolve the parents, but leave a symlink in the last component alone */
	ROOT_CHASE_MISSING_OK = 1 << 1,	/* the last components may be missing; the rest is appended as it is */
};

/*
 * Resolves an absolute path (inside the root) to an absolute, symlink-free path inside the root, in the arena.
 * At most 40 links (-ELOOP); "..", also from a link, stops at the root. 0 or -errno.
 */
int root_chase(const struct root *r, const char *path, unsigned flags, struct arena *a, char **ret);
/* Opens, stats, reads a link or directory at an absolute path inside the root, resolving parents inside it. */
int root_openat(const struct root *r, const char *path, int flags, mode_t mode);	/* fd or -errno; follows a final link inside the root unless O_NOFOLLOW */
int root_stat(const struct root *r, const char *path, struct stat *ret);		/* follows */
int root_lstat(const struct root *r, const char *path, struct stat *ret);
int root_readlink(const struct root *r, const char *path, struct arena *a, char **ret);
/* The whole file; see io_read_file. */
int root_read_file(const struct root *r, const char *path, size_t max, struct arena *a, char **ret_text, size_t *ret_n);

/* Lexical normal form of an absolute or relative path: no "//", "/./", trailing slash, nor "/.." at the beginning; other ".." are kept. In the arena. */
char *path_simplify(struct arena *a, const char *path);
const char *path_basename(const char *path);
/* The directory part, "/" or "." at the least; in the arena. */
char *path_dirname(struct arena *a, const char *path);
/* a + "/" + b, without doubled slashes. */
char *path_join(struct arena *a, const char *x, const char *y);
/* The relative path from directory FROM to TO (both absolute, lexical). */
char *path_make_relative(struct arena *a, const char *from, const char *to);
/* Is path equal to or below dir (lexically, both simplified)? */
bool path_is_below(const char *path, const char *dir);
bool path_is_absolute(const char *path);
/* No ".." component. */
bool path_is_normalized(const char *path);
