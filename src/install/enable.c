/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "apply.h"
#include "install/dirs.h"
#include "unit/name.h"

int install_open(struct install *in, const char *root, enum search_scope scope, struct arena *a)
{
	int r;

	*in = (struct install){.arena = a, .root.fd = -1, .diags.arena = a, .arrow = "->"};
	r = root_open(&in->root, root, a);
	if (r >= 0) {
		r = search_path_init(&in->search, scope, &in->root, a);
	}
	if (r < 0) {
		install_close(in);
		return r;
	}
	dirs_open(in);
	return 0;
}

void install_close(struct install *in)
{
	dirs_close(in);
	root_close(&in->root);
}

int install_enable(struct install *in, const struct strv *units, unsigned flags,
		   struct change_list *changes)
{
	struct unit_file_set s;
	struct unit_file *f;
	struct apply a;
	int r = apply_init(&a, in, flags, changes);

	find_set_init(&s, in);
	for (size_t i = 0; i < units->n && r >= 0; i++) {
		r = find_discover_usable(&s, units->v[i], FIND_LOAD | FIND_FOLLOW_CONFIG, &f,
					 changes);
	}
	return r < 0 ? r : apply_links(&a, &s);
}

int install_disable(struct install *in, const struct strv *units, unsigned flags,
		    struct change_list *changes, bool *ret_has_install_info)
{
	struct unit_file_set s;
	struct strv marked = {0};
	struct apply a;
	bool has_info = false;
	int r = apply_init(&a, in, flags, changes);

	find_set_init(&s, in);
	if (r < 0) {
		return r;
	}
	STRV_FOREACH(name, units)
	{
		struct unit_file *f;

		if (!name_is_valid(name, NAME_ANY)) {
			return change_fail(changes, -EUCLEAN, name, NULL);
		}
		r = find_add(&s, name, false, &f);
		if (r >= 0) {
			r = find_traverse(&s, f, FIND_LOAD | FIND_FOLLOW_CONFIG, NULL);
		}
		if (r < 0) {
			change_fail(changes, r, name, NULL);
		}
		if (r < 0 && r != -ENOENT) {
			return r;
		}
		/* Of the name that was given, not of the unit that it may be an alias of: as
		 * systemd. */
		has_info = has_info || unit_file_has_rules(f) || f->also.n > 0;
	}
	r = apply_mark(&a, &s, &marked);
	if (r >= 0) {
		r = change_remove_marked(in, &marked, a.config, flags, changes);
	}
	if (r < 0) {
		return r;
	}
	*ret_has_install_info = has_info || change_has_modification(changes);
	return 0;
}

/* What reenable has to enable again: the path of the unit's file, since disabling removes the links
 * by which it was found. */
static void name_to_enable(struct install *in, const char *name_or_path, const char **ret)
{
	struct unit_file_set s;
	struct unit_file *f;

	*ret = name_or_path;
	find_set_init(&s, in);
	/* Without a root systemd looks too, but takes the name: a linked unit is lost then, and
	 * said to be. */
	if (name_is_valid(name_or_path, NAME_PLAIN | NAME_TEMPLATE) &&
	    find_discover(&s, name_or_path, FIND_LOAD | FIND_FOLLOW_CONFIG, &f, NULL) >= 0 &&
	    !root_is_real(&in->root)) {
		*ret = f->path;
	}
}

int install_reenable(struct install *in, const struct strv *units, unsigned flags,
		     struct change_list *changes)
{
	struct strv names = {0}, again = {0};
	bool unused;
	int r;

	STRV_FOREACH(unit, units)
	{
		const char *name;
		size_t n = strlen(unit);

		if (streq(unit, "/")) {
			return -EADDRNOTAVAIL;
		}
		if (str_has_suffix(unit, "/..")) {
			return -EINVAL;
		}
		if (n > 0 && (unit[n - 1] == '/' || str_has_suffix(unit, "/."))) {
			return -EISDIR;
		}
		name_to_enable(in, unit, &name);
		strv_add(&names, in->arena, path_basename(unit));
		strv_add(&again, in->arena, name);
	}
	r = install_disable(in, &names, flags, changes, &unused);
	return r < 0 ? r : install_enable(in, &again, flags, changes);
}

int install_add_dependency(struct install *in, const struct strv *units, const char *target,
			   bool requires, unsigned flags, struct change_list *changes)
{
	struct unit_file_set s;
	struct unit_file *target_file, *f;
	struct apply a;
	int r = name_is_valid(target, NAME_ANY) ? apply_init(&a, in, flags, changes) : -EINVAL;

	if (r < 0) {
		return r;
	}
	find_set_init(&s, in);
	a.find = FIND_FOLLOW_CONFIG;
	r = find_discover_usable(&s, target, FIND_FOLLOW_CONFIG, &target_file, changes);
	for (size_t i = 0; i < units->n && r >= 0; i++) {
		r = find_discover_usable(&s, units->v[i], FIND_FOLLOW_CONFIG, &f, changes);
		if (r >= 0) {
			struct strv *list = requires ? &f->required_by : &f->wanted_by;

			list->n = 0;
			strv_add(list, in->arena, target_file->name);
		}
	}
	return r < 0 ? r : apply_links(&a, &s);
}

int install_set_default(struct install *in, const char *target, unsigned flags,
			struct change_list *changes)
{
	struct unit_file_set s;
	struct unit_file *f;
	int r;

	if (!name_is_valid(target, NAME_ANY) || name_type(target) != UNIT_TARGET ||
	    streq(target, "default.target")) {
		return -EINVAL;
	}
	find_set_init(&s, in);
	r = find_discover_usable(&s, target, 0, &f, changes);
	if (r < 0) {
		return r;
	}
	return change_make_link(
	    in, path_join(in->arena, in->search.persistent_config, "default.target"), f->path,
	    flags | INSTALL_FORCE, changes);
}

int install_get_default(struct install *in, const char **ret)
{
	struct unit_file_set s;
	struct unit_file *f;
	int r;

	find_set_init(&s, in);
	r = find_discover(&s, "default.target", FIND_FOLLOW_CONFIG, &f, NULL);
	if (r >= 0) {
		*ret = f->name;
	}
	return r;
}
