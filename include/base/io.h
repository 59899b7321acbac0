/* SPDX-License-Identifier: MIT */
#pragma once

/* Files and descriptors. Every descriptor made here is CLOEXEC. */

#include <sys/types.h>

#include "base/arena.h"

/*
 * Reads a whole regular file relative to dirfd (AT_FDCWD allowed) into the arena; NUL-terminated.
 * -E2BIG if it is larger than max bytes; -EISDIR, -errno. ret_n may be NULL.
 */
int io_read_file(int dirfd, const char *path, size_t max, struct arena *a, char **ret_text, size_t *ret_n);
/* The same for files of /proc, whose size is not known before: reads into buf (NUL-terminated, cut at n - 1). Bytes or -errno. */
ssize_t io_read_small(int dirfd, const char *path, char *buf, size_t n);
/* Writes text under a temporary name beside path and renames it; the old file stays whole on any failure (and the temporary one goes). */
int io_write_atomic(int dirfd, const char *path, const char *text, size_t n, mode_t mode);
/* write(2) until all is out; 0 or -errno. */
int io_write_all(int fd, const void *bytes, size_t n);
/* mkdir -p relative to dirfd; existing directories are fine. 0 or -errno. */
int io_make_dirs(int dirfd, const char *path, mode_t mode);
/* rm -r relative to dirfd; never follows a symlink, never crosses into another file system. Missing = 0. */
int io_remove_tree(int dirfd, const char *path);
/* Closes every descriptor >= first except the n_keep in keep (sorted by nobody). close_range(2), else /proc/self/fd, else all up to the limit. */
int io_close_from(int first, const int *keep, size_t n_keep);
/* Sets FD_CLOEXEC on every descriptor >= first. 0, or -errno where neither close_range(2) nor /proc can do it. */
int io_set_cloexec_from(int first);
/* Opens /dev/null over 0, 1 and 2. */
int io_null_stdio(void);
/* Sets or clears O_NONBLOCK / FD_CLOEXEC. */
int io_set_nonblock(int fd, bool on);
int io_set_cloexec(int fd, bool on);
/* Path of our own executable, as to be executed again: /proc/self/exe if /proc is there, else from argv0 by PATH. In the arena, or NULL. */
const char *io_self_exe(struct arena *a, const char *argv0);
