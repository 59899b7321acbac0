/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>

#include "base/names.h"
#include "install/change.h"
#include "install/dirs.h"
#include "install/find.h"
#include "unit/name.h"

static const char *const state_names[UNIT_FILE_STATE_MAX] = {
    [UNIT_FILE_ENABLED] = "enabled",
    [UNIT_FILE_ENABLED_RUNTIME] = "enabled-runtime",
    [UNIT_FILE_LINKED] = "linked",
    [UNIT_FILE_LINKED_RUNTIME] = "linked-runtime",
    [UNIT_FILE_ALIAS] = "alias",
    [UNIT_FILE_MASKED] = "masked",
    [UNIT_FILE_MASKED_RUNTIME] = "masked-runtime",
    [UNIT_FILE_STATIC] = "static",
    [UNIT_FILE_DISABLED] = "disabled",
    [UNIT_FILE_INDIRECT] = "indirect",
    [UNIT_FILE_GENERATED] = "generated",
    [UNIT_FILE_TRANSIENT] = "transient",
    [UNIT_FILE_BAD] = "bad",
};

const char *unit_file_state_name(enum unit_file_state s)
{
	return NAMES_AT(state_names, (int)s);
}

/* What the scan over all directories is about. */
struct scan {
	struct install *in;
	const struct unit_file *file;
	bool known_names; /* only links with a name that enabling would give */
	bool is_below;	  /* in directories behind that of the unit's own file */
};

static bool is_known_name(const struct scan *s, const char *name)
{
	const struct unit_file *f = s->file;
	const char *instance;

	if (!s->known_names || streq(name, f->name) || strv_contains(&f->aliases, name)) {
		return true;
	}
	if (!f->default_instance || !name_is_valid(f->name, NAME_TEMPLATE)) {
		return false;
	}
	instance = name_with_instance(s->in->arena, f->name, f->default_instance);
	return instance && streq(name, instance);
}

static bool any_known_name(const struct scan *s, const struct strv *names)
{
	for (size_t i = 0; names && i < names->n; i++) {
		if (is_known_name(s, names->v[i])) {
			return true;
		}
	}
	return false;
}

/* Does directory i enable the unit? *ret_same_name: it holds a link with the unit's own name to its
 * file. */
static bool dir_enables(const struct scan *s, size_t i, bool *ret_same_name)
{
	const struct dirs_links *l = dirs_links(s->in, i);
	const char *name = s->file->name;
	const char *file = name_is_valid(name, NAME_INSTANCE) ? name : path_basename(s->file->path);
	const struct strv *names = map_get(&l->by_target, file);
	const struct dirs_link *own = s->is_below ? NULL : map_get(&l->by_name, name);

	*ret_same_name = false;
	if (any_known_name(s, map_get(&l->wants_by_name, name)) ||
	    any_known_name(s, map_get(&l->wants_by_template, name))) {
		return true;
	}
	if (own && !streq(own->target, file) && is_known_name(s, name)) {
		return true;
	}
	*ret_same_name = own && streq(own->target, file);
	for (size_t j = 0; names && j < names->n; j++) {
		bool is_own = own && streq(names->v[j], name);

		if (!is_own && is_known_name(s, names->v[j])) {
			return true;
		}
	}
	return false;
}

static bool is_user_config(const struct install *in, const char *dir)
{
	return in->search.scope == SEARCH_USER && streq(dir, "/etc/systemd/user");
}

/* 1 and *ret: how it is enabled or linked; 0: not at all. */
static int scan_dirs(struct scan *s, enum unit_file_state *ret)
{
	const struct search_path *p = &s->in->search;
	bool enabled_runtime = false, enabled_elsewhere = false, linked = false,
	     linked_runtime = false;

	s->is_below = false;
	for (size_t i = 0; i < p->dirs.n; i++) {
		const char *dir = p->dirs.v[i];
		bool same_name, is_config = streq_null(dir, p->persistent_config);

		if (dir_enables(s, i, &same_name)) {
			if (is_config || is_user_config(s->in, dir)) {
				*ret = UNIT_FILE_ENABLED;
				return 1;
			}
			*(find_is_runtime_dir(s->in, dir) ? &enabled_runtime : &enabled_elsewhere) =
			    true;
		} else if (same_name) {
			linked = linked || is_config;
			linked_runtime =
			    linked_runtime || (!is_config && find_is_runtime_dir(s->in, dir));
		}
		s->is_below = s->is_below || path_is_below(s->file->path, dir);
	}
	if (enabled_runtime) {
		*ret = UNIT_FILE_ENABLED_RUNTIME;
	} else if (enabled_elsewhere && name_is_valid(s->file->name, NAME_INSTANCE)) {
		*ret = UNIT_FILE_STATIC;
	} else if (linked) {
		*ret = UNIT_FILE_LINKED;
	} else if (linked_runtime) {
		*ret = UNIT_FILE_LINKED_RUNTIME;
	} else {
		return 0;
	}
	return 1;
}

static enum unit_file_state state_by_links(struct install *in, const struct unit_file *f)
{
	struct scan s = {.in = in, .file = f, .known_names = true};
	enum unit_file_state state;

	if (scan_dirs(&s, &state)) {
		return state;
	}
	s.known_names = false;
	if (scan_dirs(&s, &state)) {
		return UNIT_FILE_INDIRECT;
	}
	return unit_file_has_rules(f) ? UNIT_FILE_DISABLED
	       : f->also.n > 0	      ? UNIT_FILE_INDIRECT
				      : UNIT_FILE_STATIC;
}

int install_unit_file_state(struct install *in, const char *unit, enum unit_file_state *ret)
{
	struct unit_file_set s;
	struct unit_file *f;
	const char *dir;
	int r;

	if (!name_is_valid(unit, NAME_ANY)) {
		return -EINVAL;
	}
	find_set_init(&s, in);
	r = find_discover(&s, unit, FIND_LOAD | FIND_FOLLOW_CONFIG, &f, NULL);
	if (r < 0) {
		return r;
	}
	if (f->kind == UNIT_FILE_IS_MASKED) {
		bool runtime = find_is_runtime_dir(in, path_dirname(in->arena, f->path));

		*ret = runtime ? UNIT_FILE_MASKED_RUNTIME : UNIT_FILE_MASKED;
		return 0;
	}
	if (!streq(unit, path_basename(f->path)) && !name_is_valid(f->name, NAME_INSTANCE)) {
		*ret = UNIT_FILE_ALIAS;
		return 0;
	}
	dir = search_path_dir_of(&in->search, f->path);
	if (dir && search_path_is_generator(&in->search, dir)) {
		*ret = UNIT_FILE_GENERATED;
	} else if (dir && streq_null(dir, in->search.transient)) {
		*ret = UNIT_FILE_TRANSIENT;
	} else {
		*ret = state_by_links(in, f);
	}
	return 0;
}

int install_unit_exists(struct install *in, const char *unit)
{
	struct unit_file_set s;
	int r;

	if (!name_is_valid(unit, NAME_ANY)) {
		return -EINVAL;
	}
	find_set_init(&s, in);
	r = find_discover(&s, unit, 0, NULL, NULL);
	return r == -ENOENT ? 0 : r < 0 ? r : 1;
}

int install_list_links(struct install *in, const char *unit, unsigned flags, struct strv *ret)
{
	struct change_list changes = {.arena = in->arena};
	struct strv units = {0};
	bool unused;
	int r;

	strv_add(&units, in->arena, unit);
	r = install_disable(in, &units, flags | INSTALL_DRY_RUN, &changes, &unused);
	for (size_t i = 0; i < changes.n && r >= 0; i++) {
		if (changes.v[i].kind == CHANGE_UNLINK) {
			strv_add(ret, in->arena, changes.v[i].path);
		}
	}
	return r;
}
