/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * enable, disable, mask, preset …: find (discovery) -> plan (a list of link changes, printable, tested without a disk) -> apply.
 * The parts have headers of their own beside this one (dirs.h, find.h, change.h, preset.h, state.h); this is the face that cmd sees.
 * systemctl(1), "Unit File Commands".
 */

#include "base/diag.h"
#include "unit/store.h"

enum install_flags {
	INSTALL_RUNTIME = 1 << 0,
	INSTALL_FORCE = 1 << 1,
	INSTALL_DRY_RUN = 1 << 2,
	INSTALL_SKIP_UNFIT = 1 << 3,	/* presets: a template that cannot be installed is passed over, a file in the way does not count as an error */
};

enum change_kind {
	CHANGE_SYMLINK,			/* made: path -> source */
	CHANGE_UNLINK,			/* removed: path */
	CHANGE_IS_MASKED,		/* "Unit X is masked, ignoring." */
	CHANGE_IS_MASKED_GENERATOR,
	CHANGE_IS_DANGLING,
	CHANGE_DESTINATION_NOT_PRESENT,	/* "Unit PATH is added as a dependency to a non-existent unit T." */
	CHANGE_AUXILIARY_FAILED,	/* "Failed to enable auxiliary unit X, ignoring." */
	CHANGE_ERROR,			/* error < 0 */
};

struct change {
	enum change_kind kind;
	int error;
	const char *path;		/* with the root prefix, as printed */
	const char *source;		/* target of a link, without the root prefix; or the name/target the message names */
};

struct change_list {
	struct arena *arena;
	struct change *v;
	size_t n, cap;
};

struct install_dirs;
struct preset_list;

/* The environment of all install functions. */
struct install {
	struct arena *arena;
	struct root root;
	struct search_path search;
	bool with_builtin;		/* our built-in targets count as existing: only in the container's own root */
	bool with_scripts;		/* init scripts are listed as generated units: there, and of the system only */
	struct diag_list diags;		/* what the reading of unit files and presets had to say, in order */
	struct install_dirs *dirs;	/* what is known of the directories of the search path; private to dirs.c */
	struct preset_list *presets;	/* read once, when first needed */
	const char *arrow;		/* between the ends of a link in texts: "->" */
	bool is_preset;			/* specifiers are those of the system, whatever the scope: as in systemd's presets */
	bool skips_generated;		/* what generators made is not seen */
};
int install_open(struct install *in, const char *root, enum search_scope scope, struct arena *a);
void install_close(struct install *in);

/*
 * Each verb: 0 or positive (enable: number of link rules that apply, 0 = no [Install] section) on success; negative errno with the reason as a
 * CHANGE_ERROR in the list. Links that were made or removed are in the list in the order in which they were.
 */
int install_enable(struct install *in, const struct strv *units, unsigned flags, struct change_list *changes);
int install_disable(struct install *in, const struct strv *units, unsigned flags, struct change_list *changes, bool *ret_has_install_info);
int install_reenable(struct install *in, const struct strv *units, unsigned flags, struct change_list *changes);
int install_mask(struct install *in, const struct strv *units, unsigned flags, struct change_list *changes);
int install_unmask(struct install *in, const struct strv *units, unsigned flags, struct change_list *changes);
int install_link(struct install *in, const struct strv *paths, unsigned flags, struct change_list *changes);
int install_revert(struct install *in, const struct strv *units, struct change_list *changes);
int install_add_dependency(struct install *in, const struct strv *units, const char *target, bool requires, unsigned flags, struct change_list *changes);
int install_set_default(struct install *in, const char *target, unsigned flags, struct change_list *changes);
int install_get_default(struct install *in, const char **ret);

enum preset_mode { PRESET_FULL, PRESET_ENABLE_ONLY, PRESET_DISABLE_ONLY };
int install_preset(struct install *in, const struct strv *units, enum preset_mode mode, unsigned flags, struct change_list *changes);
int install_preset_all(struct install *in, enum preset_mode mode, unsigned flags, struct change_list *changes);

enum unit_file_state {
	UNIT_FILE_ENABLED, UNIT_FILE_ENABLED_RUNTIME, UNIT_FILE_LINKED, UNIT_FILE_LINKED_RUNTIME, UNIT_FILE_ALIAS,
	UNIT_FILE_MASKED, UNIT_FILE_MASKED_RUNTIME, UNIT_FILE_STATIC, UNIT_FILE_DISABLED, UNIT_FILE_INDIRECT,
	UNIT_FILE_GENERATED, UNIT_FILE_TRANSIENT, UNIT_FILE_BAD, UNIT_FILE_STATE_MAX,
};
const char *unit_file_state_name(enum unit_file_state s);
int install_unit_file_state(struct install *in, const char *unit, enum unit_file_state *ret);
/* Is there such a unit? 1, 0, or -errno as install_unit_file_state. */
int install_unit_exists(struct install *in, const char *unit);
/* The links that make it enabled (is-enabled --full). */
int install_list_links(struct install *in, const char *unit, unsigned flags, struct strv *ret);
enum preset_verdict { PRESET_VERDICT_ENABLE, PRESET_VERDICT_DISABLE, PRESET_VERDICT_IGNORE };
int install_query_preset(struct install *in, const char *unit, enum preset_verdict *ret);
const char *preset_verdict_name(enum preset_verdict v);

struct unit_file_entry {
	const char *path;
	enum unit_file_state state;
};
/* A preset says something only about units in a state that it could change. */
bool unit_file_state_has_preset(enum unit_file_state state);
/* All unit files, sorted as list-unit-files sorts them; patterns and states may be empty. */
int install_list_unit_files(struct install *in, const struct strv *states, const struct strv *patterns, struct arena *a,
			    struct unit_file_entry **ret, size_t *ret_n);
