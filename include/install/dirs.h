/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The directories of the search path, opened once, and their entries, read once where a verb needs all of them. Everything is forgotten when a
 * change was made.
 */

#include "install/install.h"

void dirs_open(struct install *in);
void dirs_close(struct install *in);
/* After a change on the disk. */
void dirs_forget(struct install *in);
/* The descriptor of directory i of the search path (kept open by dirs.c), or -errno. */
int dirs_fd(struct install *in, size_t i);
/* Entries: name -> d_type + 1 as a pointer, in directory order, hidden ones left out. Never NULL. A link's type is DT_LNK. */
const struct map *dirs_entries(struct install *in, size_t i);
#define DIRS_TYPE(e) ((unsigned char)((uintptr_t)(e)->value - 1))
/* False: there certainly is no such entry. True: there may be; only certain where the entries were read already. */
bool dirs_may_have(struct install *in, size_t i, const char *name);
/* Reads the entries of an open directory in the same form; takes fd. -1: an empty map. */
void dirs_read_entries(int fd, struct arena *a, struct map *ret);

/*
 * What links in directory i of the search path point to and are called: for unit file states. Each map: key -> struct strv of the names of links.
 */
struct dirs_links {
	struct map wants_by_name;	/* links in *.wants/, *.requires/, *.upholds/ by their name */
	struct map wants_by_template;	/* the same by the name of their template */
	struct map by_name;		/* links in the directory itself; value: struct dirs_link */
	struct map by_target;		/* the same by the last component of the target: struct strv of names */
};
struct dirs_link {
	const char *target;		/* last component of the link's text */
};
const struct dirs_links *dirs_links(struct install *in, size_t i);
