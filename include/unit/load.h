/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * From files to one struct unit: the fragment, then the drop-ins, then the .wants, .requires and .upholds directories, in the order of
 * systemd.unit(5), "Description". unit/store.h is the usual way in; these are its steps, for those who need one alone.
 */

#include "base/diag.h"
#include "unit/index.h"
#include "unit/unit.h"

#define LOAD_FILE_MAX (10u * 1024 * 1024)	/* a unit file over this is refused */

/*
 * Directories that hold settings for a unit of these names (id first), suffix ".d", ".wants" …: per name and search directory NAME, its
 * template, its dash prefixes; after all of these the type-level ones (service.d). Absolute inside the root.
 */
void load_list_dropin_dirs(const struct unit_index *x, const struct strv *names, const char *suffix, struct arena *a,
			   struct strv *ret);
/*
 * The drop-in files of a unit, in the order in which they are read: by basename, where of several with one basename the first directory wins. A
 * masked one (symlink to /dev/null, empty file) is in the list.
 */
int load_list_dropins(const struct unit_index *x, const struct strv *names, struct arena *a, struct strv *ret);

/* What is common to reading all files of one unit. */
struct load_context {
	const struct unit_index *index;
	struct arena *arena;
	struct diag_list *diags;
	struct unit *unit;
	bool user;		/* a user manager's unit: specifiers differ */
};
/* Reads text (n bytes, changed while lexing) as if it stood in file. 0, -ENOEXEC a setting cannot be used, or as lex_text. */
int load_text(const struct load_context *c, char *text, size_t n, const char *file);
/* Reads one file into the unit; updates its mtime. As load_text, or -errno of reading. An empty file is fine. */
int load_file(const struct load_context *c, const char *path);
/* Fragment (of the entry; may be NULL), drop-ins, dependency directories. Sets load_state and load_error; never fails for what the files say. */
void load_unit(const struct load_context *c, const struct index_entry *entry);
