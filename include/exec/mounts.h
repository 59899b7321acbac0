/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The mounts of a sandbox, as a list that is first collected, then applied inside a mount namespace of the command's own:
 *  1. sorted by path, parents first; of two entries for one path the stronger mode (the smaller number) stays; what lies below an
 *     inaccessible path goes;
 *  2. each entry becomes a mount point of its own;
 *  3. every mount point of the namespace whose nearest entry above is read-only (or without execution) becomes so too.
 */

#include "base/arena.h"

enum mount_mode {		/* strongest first */
	MOUNT_INACCESSIBLE,
	MOUNT_BIND,
	MOUNT_BIND_READ_ONLY,
	MOUNT_DEVICES,		/* a /dev with no device of hardware */
	MOUNT_TMPFS,
	MOUNT_TMPFS_READ_ONLY,
	MOUNT_READ_ONLY,
	MOUNT_READ_WRITE,
	MOUNT_NO_EXEC,		/* these two in a list of their own, applied after the other */
	MOUNT_EXEC,
};

struct mount_entry {
	enum mount_mode mode;
	bool optional;		/* a missing path is no failure */
	const char *path;	/* absolute, free of links once it is in the list */
	int source;		/* of a bind: an O_PATH descriptor, opened before anything is hidden; -1 otherwise */
	const char *options;	/* of a tmpfs: "size=10%,mode=0755"; NULL = the usual ones */
	bool recursive;		/* of a bind */
	bool create;		/* of a bind: what it is mounted on is made in a tmpfs of the list */
	bool read_only;		/* beside what the mode says */
};

struct mount_list {
	struct arena *arena;
	const char *root;	/* RootDirectory=, "" for none; put before every path */
	struct mount_entry *v;
	size_t n, cap;
	const char *culprit;	/* the path of a failure */
};

/* Adds a path of the service's view ("-" and "+" in front as in ReadOnlyPaths=). 0, -ENOENT for one that is missing and not optional, -errno. */
int mount_list_add(struct mount_list *l, enum mount_mode mode, const char *path);
/* "SOURCE[:DESTINATION[:OPTIONS]]" of BindPaths=, BindReadOnlyPaths=. */
int mount_list_add_bind(struct mount_list *l, enum mount_mode mode, const char *word);
/* "PATH[:OPTIONS]" of TemporaryFileSystem=. */
int mount_list_add_tmpfs(struct mount_list *l, const char *word);
/* A directory (by its path outside) over a path of the service's view. */
int mount_list_add_over(struct mount_list *l, const char *source, const char *path);
/* Steps 1 to 3. 0 or -errno with culprit set. */
int mount_list_apply(struct mount_list *l);
/* devices.c: a tmpfs over dir with the usual pseudo devices of the /dev that is there, read-only itself. */
int mount_private_devices(struct arena *a, const char *dir);
