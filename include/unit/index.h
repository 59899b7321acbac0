/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The index of the search path: one readdir per directory, no file is opened. Symlinks are resolved inside the root.
 * Made once per command; it lives in an arena of its own so that a process that stays can give it back.
 */

#include "base/map.h"
#include "unit/search.h"

enum index_kind {
	INDEX_FILE,		/* a regular file */
	INDEX_ALIAS,		/* a symlink to another unit name inside the search path */
	INDEX_LINKED,		/* a symlink to a file outside the search path */
	INDEX_MASKED,		/* /dev/null or an empty file */
	INDEX_BUILTIN,		/* no file: one of ours (unit/builtin.h); an alias of that kind is an INDEX_ALIAS without path */
};

struct index_entry {
	const char *name;	/* as found */
	enum index_kind kind;	/* as find and resolve return it; straight from the map, an empty file still is INDEX_FILE: see unit_index_kind */
	const char *path;	/* absolute inside the root, as found: DIR/NAME; NULL for what is built in */
	/*
	 * INDEX_ALIAS: the name it stands for (one hop). The instance is carried over, but "foo@x.service" as a link to "foo@.service" keeps
	 * the template's name. INDEX_LINKED: the path it leads to, only its directory resolved.
	 */
	const char *target;
	const char *dir;	/* the entry of search_path.dirs; NULL for what is built in */
	bool checked;		/* private: kind is final */
};

struct index_dropin_dir {
	const char *dir;	/* absolute inside the root: /etc/systemd/system/foo.service.d */
};

struct unit_index {
	struct arena arena;		/* holds everything below */
	const struct root *root;
	const struct search_path *search;
	struct map units;		/* name -> struct index_entry (highest priority one) */
	struct map dropin_dirs;		/* "foo.service.d", "foo.service.wants", "….requires", "….upholds" -> struct strv of directories in search order */
	/* canonical name -> struct strv of alias names that lead to it, sorted; for templates under the template's name only */
	struct map aliases;
};

/*
 * with_builtin: units that soloctl brings along are found where no file exists (never with --root): all of them where systemd's own unit
 * files are not installed (no file basic.target), else only those that systemd has without a file. The index holds pointers into itself:
 * it must not be moved. 0 or -errno.
 */
int unit_index_open(struct unit_index *x, const struct root *root, const struct search_path *search, bool with_builtin);
void unit_index_close(struct unit_index *x);
/* What an entry taken from the map is: looks (once) whether a file is empty, which masks. */
enum index_kind unit_index_kind(const struct unit_index *x, const struct index_entry *entry);
/* The entry for a name, or for its template if it is an instance; NULL if there is none. */
const struct index_entry *unit_index_find(const struct unit_index *x, const char *name);
/*
 * Follows aliases to the canonical name (at most 8 hops) in arena a. The final entry is in ret_entry (NULL = nothing found; ret_name is then the name itself).
 * 0 or -ELOOP.
 */
int unit_index_resolve(const struct unit_index *x, const char *name, struct arena *a, const char **ret_name, const struct index_entry **ret_entry);
