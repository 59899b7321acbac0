/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Finding a unit file as enable & co. do: search directory by directory, aliases and linked files followed to the end, [Install] read. This is
 * systemd's own way beside that of loading (unit/index.h): other drop-ins count, errors are told apart, nothing is cached over a change.
 */

#include "install/install.h"

enum unit_file_kind {
	UNIT_FILE_UNKNOWN,	/* not looked for yet */
	UNIT_FILE_REGULAR,
	UNIT_FILE_IS_ALIAS,	/* a link to something inside the search path */
	UNIT_FILE_IS_LINK,	/* a link to something outside */
	UNIT_FILE_IS_MASKED,
};

struct unit_file {
	const char *name;
	const char *path;		/* inside the root; NULL until found */
	enum unit_file_kind kind;
	const char *target;		/* of an alias or link: inside the root, its directory resolved */
	bool wants_dir;			/* the path was given with a slash at its end */
	bool auxiliary;			/* only named in Also= of another */
	struct strv aliases, wanted_by, required_by, upheld_by, also;	/* words of [Install]; specifiers expanded only in also */
	const char *default_instance;
};

/* Unit files of one operation in the order in which they were named; v[next…] wait to be processed. */
struct unit_file_set {
	struct install *in;
	struct map by_name;
	struct unit_file **v;
	size_t n, cap;
	size_t next;
};

enum find_flags {
	FIND_LOAD = 1 << 0,		/* read [Install], with drop-ins */
	FIND_FOLLOW_CONFIG = 1 << 1,	/* follow links in the configuration directories too, else -ELOOP */
};

void find_set_init(struct unit_file_set *s, struct install *in);
/* Adds a name, or an absolute path inside the root. *ret (may be NULL) is the one in the set. 1 new, 0 there already, -EINVAL no valid unit name. */
int find_add(struct unit_file_set *s, const char *name_or_path, bool auxiliary, struct unit_file **ret);
bool find_has(const struct unit_file_set *s, const char *name);
/* Searches f and follows it to the end; *ret is the one at the end, regular or masked. -ENOENT, -ENOLINK dangling alias, -ELOOP, -EXDEV … */
int find_traverse(struct unit_file_set *s, struct unit_file *f, unsigned flags, struct unit_file **ret);
/* find_add and find_traverse; the error is added to changes (may be NULL). */
int find_discover(struct unit_file_set *s, const char *name_or_path, unsigned flags, struct unit_file **ret, struct change_list *changes);
/* The same, and refuses what is masked (-ERFKILL), generated or transient (-EADDRNOTAVAIL). */
int find_discover_usable(struct unit_file_set *s, const char *name_or_path, unsigned flags, struct unit_file **ret, struct change_list *changes);
/* Only the first step for a name that is in no set: what stands in the search path. */
int find_search_name(struct install *in, const char *name, struct unit_file *ret);
/* Would enabling make links? Does it name others? */
bool unit_file_has_rules(const struct unit_file *f);
/* Expands specifiers of a word of [Install]. */
int unit_file_expand(struct install *in, const struct unit_file *f, const char *word, char **ret);

/* Is path directly in a directory of the search path? */
bool find_in_search_path(const struct install *in, const char *path);
/* Is it in, or (below) somewhere under, one of them? */
bool find_below_search_path(const struct install *in, const char *path);
bool find_is_runtime_dir(const struct install *in, const char *dir);

/*
 * May `alias` be another name of the unit `target` (both without directory)? 0; -ELOOP: it is the same name; -EXDEV: not these two;
 * -EINVAL: one is no valid name. The reason is added to l (may be NULL). systemd.unit(5), Alias=.
 */
int alias_verify(const char *alias, const char *target, struct arena *a, struct diag_list *l);
bool alias_type_may_template(int type);

/* Reads the text of one file (n bytes, changed) into f; also of a drop-in. Also= adds to the set, where there is one. 0 or -errno. */
int section_read(struct unit_file_set *s, struct unit_file *f, char *text, size_t n, const char *path);
