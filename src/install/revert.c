/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "apply.h"
#include "base/io.h"
#include "install/dirs.h"
#include "unit/name.h"

/* What revert is to take away, as paths inside the root. */
struct revert {
	struct install *in;
	struct strv todo;
};

static bool is_owned(const struct install *in, const char *dir)
{
	const struct search_path *p = &in->search;

	return streq_null(dir, p->persistent_config) || streq_null(dir, p->runtime_config) ||
	       streq_null(dir, p->persistent_control) || streq_null(dir, p->runtime_control) ||
	       streq_null(dir, p->transient);
}

static bool is_config(const struct install *in, const char *dir)
{
	return streq_null(dir, in->search.persistent_config) ||
	       streq_null(dir, in->search.runtime_config);
}

static bool is_vendor(const struct install *in, const char *dir)
{
	/* That generators' files count only without --root is systemd's way. */
	return path_is_below(dir, "/usr") ||
	       (root_is_real(&in->root) && search_path_is_generator(&in->search, dir));
}

/* Copies, links and masks of a unit go only where the vendor's own file would be left. */
static int plan_unit(struct revert *v, const char *name)
{
	struct install *in = v->in;
	struct strv files = {0};
	bool has_vendor = false;
	struct stat st;
	int r;

	if (!name_is_valid(name, NAME_ANY)) {
		return -EINVAL;
	}
	STRV_FOREACH(dir, &in->search.dirs)
	{
		char *path = path_join(in->arena, dir, name);
		char *dropins = arena_printf(in->arena, "%s.d", path);

		r = root_lstat(&in->root, path, &st);
		if (r < 0 && r != -ENOENT) {
			return r;
		}
		if (r >= 0 && is_vendor(in, dir)) {
			has_vendor = has_vendor || S_ISREG(st.st_mode);
		} else if (r >= 0 && is_config(in, dir) && !S_ISDIR(st.st_mode)) {
			strv_add(&files, in->arena, path);
		}
		if (!is_owned(in, dir)) {
			continue;
		}
		r = root_lstat(&in->root, dropins, &st);
		if (r < 0 && r != -ENOENT) {
			return r;
		}
		if (r >= 0 && S_ISDIR(st.st_mode)) {
			strv_add_unique(&v->todo, in->arena, dropins);
		}
	}
	for (size_t i = 0; i < files.n && has_vendor; i++) {
		strv_add_unique(&v->todo, in->arena, files.v[i]);
	}
	return 0;
}

/* Of a directory, or a link to one, its files are told first. */
static int remove_path(struct install *in, const char *path, struct change_list *changes)
{
	struct map entries;
	char *resolved;
	int r = root_chase(&in->root, path, ROOT_CHASE_NOFOLLOW, in->arena, &resolved);

	if (r >= 0) {
		dirs_read_entries(root_openat(&in->root, resolved, O_RDONLY | O_DIRECTORY, 0),
				  in->arena, &entries);
		r = io_remove_tree(in->root.fd, resolved + 1);
	}
	if (r < 0) {
		return change_fail(changes, r, change_printed_path(in, path), NULL);
	}
	MAP_FOREACH(e, &entries)
	{
		if (DIRS_TYPE(e) == DT_REG || DIRS_TYPE(e) == DT_LNK) {
			change_add(changes, CHANGE_UNLINK,
				   change_printed_path(in, path_join(in->arena, path, e->key)),
				   NULL);
		}
	}
	change_add(changes, CHANGE_UNLINK, change_printed_path(in, path), NULL);
	return 0;
}

static int remove_paths(struct revert *v, struct change_list *changes)
{
	struct install *in = v->in;

	STRV_FOREACH(path, &v->todo)
	{
		struct stat st;
		int r = root_lstat(&in->root, path, &st);

		if (r == -ENOENT) {
			continue;
		}
		if (r >= 0) {
			r = remove_path(in, path, changes);
		}
		if (r < 0) {
			return r;
		}
	}
	dirs_forget(in);
	return 0;
}

int install_revert(struct install *in, const struct strv *units, struct change_list *changes)
{
	struct revert v = {.in = in};
	int r = 0, q;

	for (size_t i = 0; i < units->n && r >= 0; i++) {
		r = plan_unit(&v, units->v[i]);
	}
	if (r >= 0) {
		r = remove_paths(&v, changes);
	}
	if (r < 0) {
		return r;
	}
	r = change_remove_marked(in, &v.todo, in->search.runtime_config, 0, changes);
	q = change_remove_marked(in, &v.todo, in->search.persistent_config, 0, changes);
	return r < 0 ? r : q;
}
