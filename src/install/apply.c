/* SPDX-License-Identifier: MIT */
#include "apply.h"

#include <errno.h>

#include "unit/name.h"

int apply_init(struct apply *a, struct install *in, unsigned flags, struct change_list *changes)
{
	const struct search_path *p = &in->search;

	*a = (struct apply){.in = in, .flags = flags, .find = FIND_LOAD, .changes = changes};
	a->config = flags & INSTALL_RUNTIME ? p->runtime_config : p->persistent_config;
	return a->config ? 0 : -ENXIO;
}

/* ---- Alias= ---- */

/*
 * Alias=X.wants/Y, the old way of WantedBy=: Y must be the unit, or an instance of it; below a
 * template the template itself is meant too.
 */
static int verify_wants_alias(const struct apply *a, const struct unit_file *f, const char *alias)
{
	struct arena *arena = a->in->arena;
	const char *name = path_basename(alias);
	char *dir = path_dirname(arena, alias);
	char *dot = strrchr(dir, '.');
	bool is_template;

	if (alias[strcspn(alias, "/") + strspn(alias + strcspn(alias, "/"), "/")] == '\0' &&
	    alias[0] != '/') {
		return diag_add(&a->in->diags, DIAG_ERROR, -EDESTADDRREQ, NULL, 0, NULL,
				"Failed to extract parent directory from '%s': %s", alias,
				strerror(EDESTADDRREQ));
	}
	if (!dot || !(streq(dot, ".wants") || streq(dot, ".requires"))) {
		return change_fail(a->changes, -EXDEV, alias, NULL);
	}
	*dot = '\0';
	if (!name_is_valid(dir, NAME_ANY)) {
		return change_fail(a->changes, -EXDEV, alias, NULL);
	}
	is_template = name_is_valid(dir, NAME_TEMPLATE);
	if (streq(name, f->name) &&
	    name_is_valid(name, is_template ? NAME_ANY : NAME_PLAIN | NAME_INSTANCE)) {
		return 0;
	}
	if (name_is_valid(name, NAME_INSTANCE) && streq(name_template(arena, name), f->name)) {
		return 0;
	}
	return change_fail(a->changes, -EXDEV, alias, f->name);
}

/* -ELOOP: it is the unit's own name, nothing to do. *alias gets the instance where it is a template
 * and the unit is none. */
static int verify_alias(const struct apply *a, const struct unit_file *f, const char **alias)
{
	struct arena *arena = a->in->arena;
	int r;

	if (strchr(*alias, '/')) {
		return verify_wants_alias(a, f, *alias);
	}
	if (streq(*alias, ".")) {
		return change_fail(a->changes, -EADDRNOTAVAIL, *alias, f->name);
	}
	if (name_is_valid(*alias, NAME_TEMPLATE) && name_is_valid(f->name, NAME_INSTANCE)) {
		*alias = name_with_instance(arena, *alias, name_instance(arena, f->name));
		if (!*alias) {
			return -EINVAL;
		}
	}
	r = alias_verify(*alias, f->name, arena, NULL);
	if (r < 0 && r != -ELOOP) {
		change_fail(a->changes, r == -EINVAL ? -EXDEV : r, *alias, f->name);
	}
	return r;
}

static int make_alias(const struct apply *a, const struct unit_file *f, const char *word)
{
	struct arena *arena = a->in->arena;
	const char *target =
	    find_in_search_path(a->in, f->path) ? f->path : path_join(arena, a->config, f->name);
	unsigned flags = a->flags;
	const char *alias, *path;
	char *expanded, *end;
	struct stat st;
	int r = unit_file_expand(a->in, f, word, &expanded);

	if (r < 0) {
		return change_fail(a->changes, r, word, NULL);
	}
	alias = expanded;
	r = verify_alias(a, f, &alias);
	if (r < 0) {
		return r == -ELOOP ? 0 : r;
	}
	path = path_join(arena, a->config, alias);
	r = root_chase(&a->in->root, path, ROOT_CHASE_MISSING_OK, arena, &end);
	if (r < 0) {
		return r;
	}
	/* A link that leads to nothing is in nobody's way. */
	if (root_lstat(&a->in->root, end, &st) == -ENOENT) {
		flags |= INSTALL_FORCE;
	}
	return change_make_link(a->in, path, target, flags, a->changes);
}

/* ---- WantedBy= and its kin ---- */

/* Under which name the unit is put into a target's directory: a template by its default instance.
 */
static int name_in_wants(const struct apply *a, const struct unit_file *f, const char **ret_name,
			 const char **ret_path)
{
	struct unit_file instance;
	int r;

	*ret_name = f->name;
	*ret_path = f->path;
	if (!f->default_instance || !name_is_valid(f->name, NAME_TEMPLATE)) {
		return 0;
	}
	*ret_name = name_with_instance(a->in->arena, f->name, f->default_instance);
	if (!*ret_name) {
		return -EINVAL;
	}
	r = find_search_name(a->in, *ret_name, &instance);
	if (r < 0) {
		return r;
	}
	if (instance.kind == UNIT_FILE_IS_MASKED) {
		return change_fail(a->changes, -ERFKILL, change_printed_path(a->in, instance.path),
				   NULL);
	}
	*ret_path = instance.path;
	return 0;
}

/* A target that a unit of this kind of name cannot be put below; for presets that is no error. */
static int refuse_target(const struct apply *a, const char *name, const char *target)
{
	if (a->flags & INSTALL_SKIP_UNFIT) {
		return 0;
	}
	if (name_is_valid(target, NAME_ANY)) {
		return change_fail(a->changes, -EIDRM, name, target);
	}
	return change_fail(a->changes, -EUCLEAN, target, NULL);
}

static int make_wants(const struct apply *a, const struct unit_file *f, const struct strv *targets,
		      const char *suffix)
{
	unsigned valid = NAME_ANY;
	const char *name, *source;
	int r, result = 0;

	if (targets->n == 0) {
		return 0;
	}
	r = name_in_wants(a, f, &name, &source);
	if (r < 0) {
		return r;
	}
	if (name_is_valid(name, NAME_TEMPLATE)) {
		valid = NAME_TEMPLATE | NAME_INSTANCE;
	}
	STRV_FOREACH(word, targets)
	{
		char *target;

		r = unit_file_expand(a->in, f, word, &target);
		if (r < 0) {
			change_fail(a->changes, r, word, NULL);
		} else if (!name_is_valid(target, valid)) {
			r = refuse_target(a, name, target);
		} else {
			r = change_make_link(a->in,
					     arena_printf(a->in->arena, "%s/%s%s%s", a->config,
							  target, suffix, name),
					     f->path, a->flags | INSTALL_FORCE, a->changes);
			if (install_unit_exists(a->in, target) == 0) {
				change_add(a->changes, CHANGE_DESTINATION_NOT_PRESENT,
					   change_printed_path(a->in, f->path), target);
			}
		}
		if ((r < 0 && result >= 0) || result == 0) {
			result = r;
		}
	}
	return result;
}

/* ---- one unit, all units ---- */

static int apply_unit(const struct apply *a, const struct unit_file *f)
{
	int r = 0, q;

	if (!find_in_search_path(a->in, f->path)) {
		r = change_make_link(a->in, path_join(a->in->arena, a->config, f->name), f->path,
				     a->flags, a->changes);
		if (r < 0) {
			/* What the other links would lead to is not there. */
			return r;
		}
		r = 0;
	}
	STRV_FOREACH(word, &f->aliases)
	{
		q = make_alias(a, f, word);
		if (q == -EEXIST && (a->flags & INSTALL_SKIP_UNFIT)) {
			q = 0;
		}
		r = r < 0 ? r : q < 0 ? q : r + q;
	}
	q = make_wants(a, f, &f->wanted_by, ".wants/");
	r = r < 0 ? r : q < 0 ? q : r + q;
	q = make_wants(a, f, &f->required_by, ".requires/");
	r = r < 0 ? r : q < 0 ? q : r + q;
	q = make_wants(a, f, &f->upheld_by, ".upholds/");
	return r < 0 ? r : q < 0 ? q : r + q;
}

int apply_links(const struct apply *a, struct unit_file_set *s)
{
	int result = 0;

	while (s->next < s->n) {
		struct unit_file *f = s->v[s->next++];
		int r = find_traverse(s, f, a->find, NULL);

		if (r < 0 && f->auxiliary) {
			change_add(a->changes, CHANGE_AUXILIARY_FAILED, f->name, NULL);
			continue;
		}
		if (r < 0) {
			return change_fail(a->changes, r, f->name, NULL);
		}
		if (f->kind == UNIT_FILE_IS_MASKED) {
			change_add(a->changes, CHANGE_IS_MASKED,
				   change_printed_path(a->in, f->path), NULL);
			/* It could have been enabled: no talk of a missing [Install]. */
			result += result >= 0;
			continue;
		}
		if (f->kind != UNIT_FILE_REGULAR) {
			continue;
		}
		r = apply_unit(a, f);
		if (result >= 0) {
			result = r < 0 ? r : result + r;
		}
	}
	return result;
}

int apply_mark(const struct apply *a, struct unit_file_set *s, struct strv *marked)
{
	while (s->next < s->n) {
		struct unit_file *f = s->v[s->next++];
		int r = find_traverse(s, f, FIND_LOAD | FIND_FOLLOW_CONFIG, NULL);
		const char *shown = f->path ? change_printed_path(a->in, f->path) : f->name;

		if (r == -ENOLINK) {
			change_add(a->changes, CHANGE_IS_DANGLING, shown, NULL);
		} else if (r < 0) {
			if (r != -ENOENT || !f->auxiliary) {
				change_fail(a->changes, r, shown, NULL);
			}
		} else if (f->kind == UNIT_FILE_IS_MASKED) {
			change_add(a->changes, CHANGE_IS_MASKED, shown, NULL);
			continue;
		} else if (f->kind != UNIT_FILE_REGULAR) {
			continue;
		}
		strv_add_unique(marked, a->in->arena, f->name);
	}
	return 0;
}
