/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "apply.h"
#include "install/dirs.h"
#include "unit/name.h"

int install_mask(struct install *in, const struct strv *units, unsigned flags,
		 struct change_list *changes)
{
	struct apply a;
	int result = apply_init(&a, in, flags, changes);

	if (result < 0) {
		return result;
	}
	STRV_FOREACH(name, units)
	{
		int r = -EINVAL;

		if (name_is_valid(name, NAME_ANY)) {
			r = change_make_link(in, path_join(in->arena, a.config, name), "/dev/null",
					     flags, changes);
		}
		if (r < 0 && result >= 0) {
			result = r;
		}
	}
	return result;
}

/* Is there a mask at path? 1, 0, -errno. */
static int is_mask(struct install *in, const char *path)
{
	struct stat st;
	char *text;
	int r;

	/* Under a root there need be no devices. */
	if (!root_is_real(&in->root) && root_readlink(&in->root, path, in->arena, &text) == 0) {
		if (path_is_absolute(text) && streq(path_simplify(in->arena, text), "/dev/null")) {
			return 1;
		}
		if (!path_is_absolute(text) &&
		    root_chase(&in->root, path, ROOT_CHASE_MISSING_OK, in->arena, &text) == 0 &&
		    streq(text, "/dev/null")) {
			return 1;
		}
	}
	r = change_stat(in, path, &st);
	if (r < 0) {
		return r == -ENOENT ? 0 : r;
	}
	return S_ISCHR(st.st_mode) || (S_ISREG(st.st_mode) && st.st_size <= 0);
}

static bool is_masked_by_generator(struct install *in, const char *name)
{
	struct unit_file_set s;
	struct unit_file *f;
	const char *dir;

	/* Under a root systemd does not look. */
	find_set_init(&s, in);
	if (!root_is_real(&in->root) || find_discover(&s, name, FIND_FOLLOW_CONFIG, &f, NULL) < 0 ||
	    f->kind != UNIT_FILE_IS_MASKED) {
		return false;
	}
	dir = search_path_dir_of(&in->search, f->path);
	return dir && search_path_is_generator(&in->search, dir);
}

int install_unmask(struct install *in, const struct strv *units, unsigned flags,
		   struct change_list *changes)
{
	struct strv masked = {0}, marked = {0};
	struct apply a;
	int result = apply_init(&a, in, flags, changes), r;

	if (result < 0) {
		return result;
	}
	STRV_FOREACH(name, units)
	{
		if (!name_is_valid(name, NAME_ANY)) {
			return -EINVAL;
		}
		if (is_masked_by_generator(in, name)) {
			change_add(changes, CHANGE_IS_MASKED_GENERATOR, name, NULL);
			continue;
		}
		r = is_mask(in, path_join(in->arena, a.config, name));
		if (r < 0) {
			return r;
		}
		if (r > 0) {
			strv_add_unique(&masked, in->arena, name);
		}
	}
	STRV_FOREACH(name, &masked)
	{
		char *path = path_join(in->arena, a.config, name);

		r = change_remove(in, path, flags, changes);
		result = result < 0 ? result : r;
		if (r >= 0) {
			strv_add_unique(&marked, in->arena, path);
		}
	}
	r = change_remove_marked(in, &marked, a.config, flags, changes);
	return result < 0 ? result : r;
}

/* Compared with the rooted directories: the path was typed, and is meant inside the root. That is
 * how systemd does it. */
static bool is_under(const struct install *in, const char *path,
		     bool (*test)(const struct install *, const char *))
{
	const char *inside = root_is_real(&in->root) ? path : str_after_prefix(path, in->root.path);

	return inside && inside[0] == '/' && test(in, inside);
}

static int check_file(struct install *in, const char *path, struct strv *todo,
		      struct change_list *changes)
{
	struct stat st;
	int r;

	if (!path_is_absolute(path) || !name_is_valid(path_basename(path), NAME_ANY)) {
		return change_fail(changes, -EUCLEAN, path, NULL);
	}
	r = root_lstat(&in->root, path, &st);
	if (r >= 0 && !S_ISREG(st.st_mode)) {
		r = S_ISLNK(st.st_mode) ? -ELOOP : S_ISDIR(st.st_mode) ? -EISDIR : -EBADFD;
	}
	if (r < 0) {
		return change_fail(changes, r, path, NULL);
	}
	if (is_under(in, path, find_in_search_path)) {
		return 0;
	}
	if (is_under(in, path, find_below_search_path)) {
		return change_fail(changes, -ETXTBSY, path, NULL);
	}
	STRV_FOREACH(other, todo)
	{
		if (streq(path_simplify(in->arena, other), path_simplify(in->arena, path))) {
			return 0;
		}
	}
	strv_add(todo, in->arena, path);
	return 0;
}

int install_link(struct install *in, const struct strv *paths, unsigned flags,
		 struct change_list *changes)
{
	struct strv todo = {0};
	struct apply a;
	int result = apply_init(&a, in, flags, changes);

	for (size_t i = 0; i < paths->n && result >= 0; i++) {
		result = check_file(in, paths->v[i], &todo, changes);
	}
	if (result < 0) {
		return result;
	}
	STRV_FOREACH(path, &todo)
	{
		int r = change_make_link(in, path_join(in->arena, a.config, path_basename(path)),
					 path, flags, changes);

		if (r < 0 && result >= 0) {
			result = r;
		}
	}
	return result;
}
