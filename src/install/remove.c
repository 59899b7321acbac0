/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "install/change.h"
#include "install/dirs.h"
#include "unit/name.h"

struct removal {
	struct install *in;
	struct map marked;
	const char *config;
	unsigned flags;
	struct change_list *changes;
	bool again; /* a link was removed and marked: others may lead to it */
	int error;
};

static bool mark(struct removal *m, const char *name)
{
	if (map_has(&m->marked, name)) {
		return false;
	}
	map_put(&m->marked, name, m);
	return true;
}

static bool is_marked(struct removal *m, const char *path, const char *name)
{
	struct arena *a = m->in->arena;
	const char *template = name_is_valid(name, NAME_INSTANCE) ? name_template(a, name) : NULL;
	char *destination;
	int r;

	if (map_has(&m->marked, name) || (template && map_has(&m->marked, template))) {
		return true;
	}
	r = root_chase(&m->in->root, path, ROOT_CHASE_MISSING_OK, a, &destination);
	if (r < 0) {
		m->error = change_fail(m->changes, r, change_printed_path(m->in, path), NULL);
		return false;
	}
	/* Under a root systemd compares paths with and without it in front: only names are ever
	 * equal. */
	return (root_is_real(&m->in->root) && map_has(&m->marked, destination)) ||
	       map_has(&m->marked, path_basename(destination));
}

static void remove_link(struct removal *m, int fd, const char *path, const char *name)
{
	const char *printed = change_printed_path(m->in, path);

	if (!(m->flags & INSTALL_DRY_RUN)) {
		if (unlinkat(fd, name, 0) < 0 && errno != ENOENT) {
			m->error = change_fail(m->changes, -errno, printed, NULL);
			return;
		}
		change_remove_empty_dirs(m->in, path, m->config);
	}
	change_add(m->changes, CHANGE_UNLINK, printed, NULL);
	if (mark(m, path) && !(m->flags & INSTALL_DRY_RUN)) {
		m->again = true;
	}
}

/* Walks one directory and those below it; takes fd. Also where a part cannot be read the rest is walked. */
static void walk(struct removal *m, int fd, const char *dir)
{
	struct arena *a = m->in->arena;
	CLEANUP_CLOSE int keep = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 3) : -1;
	struct map entries;

	if (keep < 0) {
		if (errno != ENOENT) {
			m->error = change_fail(m->changes, -errno, change_printed_path(m->in, dir), NULL);
		}
		if (fd >= 0) {
			close(fd);
		}
		return;
	}
	dirs_read_entries(fd, a, &entries);
	MAP_FOREACH(e, &entries)
	{
		char *path = path_join(a, dir, e->key);

		if (DIRS_TYPE(e) == DT_DIR) {
			walk(m,
			     openat(keep, e->key, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
			     path);
		} else if (DIRS_TYPE(e) == DT_LNK && name_is_valid(e->key, NAME_ANY) &&
			   is_marked(m, path, e->key)) {
			remove_link(m, keep, path, e->key);
		}
	}
}

int change_remove_marked(struct install *in, struct strv *marked, const char *config,
			 unsigned flags, struct change_list *l)
{
	struct removal m = {.in = in, .config = config, .flags = flags, .changes = l};

	if (marked->n == 0) {
		return 0;
	}
	map_init(&m.marked, in->arena);
	STRV_FOREACH(name, marked)
	{
		mark(&m, name);
	}
	do {
		int fd = root_openat(&in->root, config, O_RDONLY | O_DIRECTORY, 0);

		if (fd < 0) {
			return fd == -ENOENT ? m.error : fd;
		}
		m.again = false;
		walk(&m, fd, config);
	} while (m.again);
	dirs_forget(in);
	return m.error;
}
