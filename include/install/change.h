/* SPDX-License-Identifier: MIT */
#pragma once

/* The plan: which links are to be made and removed, what a person has to be told; and its steps on the disk, each one atomic. */

#include "install/install.h"

/* Adds a change; strings are kept, not copied. */
void change_add(struct change_list *l, enum change_kind kind, const char *path, const char *source);
/* Adds a CHANGE_ERROR and returns the error. */
int change_fail(struct change_list *l, int error, const char *path, const char *source);
/* Has anything been made or removed? */
bool change_has_modification(const struct change_list *l);
/* A path inside the root as it is printed: with the root in front. NULL stays NULL. */
const char *change_printed_path(const struct install *in, const char *path);

/*
 * Makes the link at path (inside the root) to target (inside the root too), and the directories that it needs. 1: made, or one that means the same
 * is there; -EEXIST: something else is there, and it is no link or flags have no INSTALL_FORCE; -errno. Adds what was done, or the error.
 */
int change_make_link(struct install *in, const char *path, const char *target, unsigned flags, struct change_list *l);
/*
 * What stands at path. Under a root systemd looks with the root's path in front, so that an absolute link leads out of the root and, most
 * often, to nothing. We never look outside: such a link is -ENOENT.
 */
int change_stat(struct install *in, const char *path, struct stat *ret);
/* Removes a file or link. 0, also if it was gone; -errno (added). */
int change_remove(struct install *in, const char *path, unsigned flags, struct change_list *l);
/* Removes the directories from that of path upwards while they are empty, up to but not including top. */
void change_remove_empty_dirs(struct install *in, const char *path, const char *top);
/*
 * Removes the links below config whose own name, template's name, destination or destination's name is in marked; each one that was removed
 * is marked too, until nothing more is found. 0 or -errno.
 */
int change_remove_marked(struct install *in, struct strv *marked, const char *config, unsigned flags, struct change_list *l);
