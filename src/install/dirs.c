/* SPDX-License-Identifier: MIT */
#include "install/dirs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>

#include "unit/name.h"

struct install_dir {
	const char *path;
	int fd; /* or the error of opening; 0: not opened yet */
	struct map *entries;
	struct dirs_links *links;
};

struct install_dirs {
	struct install_dir *v;
	size_t n;
};

void dirs_open(struct install *in)
{
	struct install_dirs *d = arena_new(in->arena, struct install_dirs);

	d->n = in->search.dirs.n;
	d->v = arena_new_n(in->arena, struct install_dir, d->n);
	for (size_t i = 0; i < d->n; i++) {
		d->v[i].path = in->search.dirs.v[i];
	}
	in->dirs = d;
}

void dirs_forget(struct install *in)
{
	for (size_t i = 0; i < in->dirs->n; i++) {
		struct install_dir *d = &in->dirs->v[i];

		if (d->fd > 0) {
			close(d->fd);
		}
		*d = (struct install_dir){.path = d->path};
	}
}

void dirs_close(struct install *in)
{
	if (in->dirs) {
		dirs_forget(in);
		in->dirs = NULL;
	}
}

int dirs_fd(struct install *in, size_t i)
{
	struct install_dir *d = &in->dirs->v[i];

	if (d->fd == 0) {
		d->fd = root_openat(&in->root, d->path, O_RDONLY | O_DIRECTORY, 0);
		if (d->fd == -EACCES) {
			d->fd = root_openat(&in->root, d->path, O_PATH | O_DIRECTORY, 0);
		}
	}
	return d->fd;
}

static unsigned char entry_type(int fd, const struct dirent *de)
{
	struct stat st;

	if (de->d_type != DT_UNKNOWN) {
		return de->d_type;
	}
	return fstatat(fd, de->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? IFTODT(st.st_mode)
								      : DT_UNKNOWN;
}

void dirs_read_entries(int fd, struct arena *a, struct map *ret)
{
	CLEANUP_CLOSEDIR DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *de;

	map_init(ret, a);
	if (!d) {
		if (fd >= 0) {
			close(fd);
		}
		return;
	}
	while ((de = readdir(d))) {
		if (de->d_name[0] != '.') {
			map_put(ret, arena_strdup(a, de->d_name),
				(void *)((uintptr_t)entry_type(fd, de) + 1));
		}
	}
}

const struct map *dirs_entries(struct install *in, size_t i)
{
	struct install_dir *d = &in->dirs->v[i];

	if (!d->entries) {
		int fd = dirs_fd(in, i);

		d->entries = arena_new(in->arena, struct map);
		dirs_read_entries(fd > 0 ? openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1,
				  in->arena, d->entries);
	}
	return d->entries;
}

bool dirs_may_have(struct install *in, size_t i, const char *name)
{
	const struct install_dir *d = &in->dirs->v[i];

	if (in->skips_generated && search_path_is_generator(&in->search, d->path)) {
		return false;
	}
	if (d->entries && name[0] != '.') {
		return map_has(d->entries, name);
	}
	return dirs_fd(in, i) > 0;
}

/* ---- links, by what they are called and where they lead ---- */

static void add_to(struct map *m, struct arena *a, const char *key, const char *name)
{
	struct strv *names = map_get(m, key);

	if (!names) {
		names = arena_new(a, struct strv);
		map_put(m, key, names);
	}
	strv_add(names, a, name);
}

static void add_wants(struct install *in, struct dirs_links *l, int parent, const char *dir)
{
	struct map entries;

	dirs_read_entries(openat(parent, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), in->arena,
			  &entries);
	MAP_FOREACH(e, &entries)
	{
		const char *template;

		if (DIRS_TYPE(e) != DT_LNK) {
			continue;
		}
		add_to(&l->wants_by_name, in->arena, e->key, e->key);
		template = name_is_valid(e->key, NAME_INSTANCE | NAME_TEMPLATE)
			       ? name_template(in->arena, e->key)
			       : NULL;
		if (template) {
			add_to(&l->wants_by_template, in->arena, template, e->key);
		}
	}
}

static void add_link(struct install *in, struct dirs_links *l, int parent, const char *name)
{
	struct dirs_link *link = arena_new(in->arena, struct dirs_link);
	char text[PATH_MAX];
	ssize_t n = readlinkat(parent, name, text, sizeof(text) - 1);

	if (n < 0) {
		return;
	}
	text[n] = '\0';
	link->target = arena_strdup(in->arena, path_basename(path_simplify(in->arena, text)));
	map_put(&l->by_name, name, link);
	add_to(&l->by_target, in->arena, link->target, name);
}

static bool is_wants_dir(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (streq(dot, ".wants") || streq(dot, ".requires") || streq(dot, ".upholds"));
}

const struct dirs_links *dirs_links(struct install *in, size_t i)
{
	struct install_dir *d = &in->dirs->v[i];
	const struct map *entries = dirs_entries(in, i);

	if (d->links) {
		return d->links;
	}
	d->links = arena_new(in->arena, struct dirs_links);
	map_init(&d->links->wants_by_name, in->arena);
	map_init(&d->links->wants_by_template, in->arena);
	map_init(&d->links->by_name, in->arena);
	map_init(&d->links->by_target, in->arena);
	MAP_FOREACH(e, entries)
	{
		if (DIRS_TYPE(e) == DT_DIR && is_wants_dir(e->key)) {
			add_wants(in, d->links, d->fd, e->key);
		} else if (DIRS_TYPE(e) == DT_LNK) {
			add_link(in, d->links, d->fd, e->key);
		}
	}
	return d->links;
}
