/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/root.h"
#include "base/str.h"
#include "exec/mounts.h"

#define MOUNTINFO_MAX ((size_t)16 * 1024 * 1024)
#define TMPFS_OPTIONS "mode=0755,size=10%,nr_inodes=400k"

/* Words of mount options that are flags for mount(2) and no data for the file system. */
static const struct mount_flag {
	const char *name;
	unsigned long flag;
} mount_flags[] = {
	{ "ro", MS_RDONLY },
	{ "nosuid", MS_NOSUID },
	{ "nodev", MS_NODEV },
	{ "noexec", MS_NOEXEC },
	{ "noatime", MS_NOATIME },
	{ "nodiratime", MS_NODIRATIME },
	{ "relatime", MS_RELATIME },
	{ "strictatime", MS_STRICTATIME },
	{ "rw", 0 },
};

/* Parts options into flags and data (in the arena, NULL if there is none). */
static unsigned long split_options(struct arena *a, const char *options, const char **ret_data)
{
	struct strv words = {0}, data = {0};
	unsigned long flags = 0;

	strv_split(&words, a, options, ",");
	STRV_FOREACH(word, &words) {
		bool is_flag = false;

		for (size_t i = 0; i < ARRAY_SIZE(mount_flags); i++) {
			if (streq(word, mount_flags[i].name)) {
				flags |= mount_flags[i].flag;
				is_flag = true;
			}
		}
		if (!is_flag) {
			strv_add(&data, a, word);
		}
	}
	*ret_data = data.n > 0 ? strv_join(&data, a, ",") : NULL;
	return flags;
}

/* The path without links, inside the root; NULL and errno if there is nothing. */
static const char *resolve(struct mount_list *l, const char *path)
{
	char full[PATH_MAX];
	const char *joined = *l->root ? path_join(l->arena, l->root, path) : path;

	if (!realpath(joined, full)) {
		return NULL;
	}
	if (*l->root && !path_is_below(full, l->root)) {
		errno = ENOENT;
		return NULL;
	}
	return arena_strdup(l->arena, full);
}

static void push(struct mount_list *l, struct mount_entry e)
{
	*ARENA_PUSH(l->arena, l->v, l->n, l->cap) = e;
}

int mount_list_add(struct mount_list *l, enum mount_mode mode, const char *path)
{
	struct mount_entry e = { .mode = mode, .source = -1 };

	for (; *path == '-' || *path == '+'; path++) {
		e.optional = e.optional || *path == '-';
	}
	e.path = resolve(l, path);
	if (!e.path) {
		l->culprit = path;
		return e.optional && (errno == ENOENT || errno == ENOTDIR) ? 0 : -errno;
	}
	push(l, e);
	return 0;
}

/* Makes what a bind is mounted on: a directory, or an empty file for a file. */
static int make_target(struct arena *a, int source, const char *path)
{
	struct stat st;
	int fd, r;

	if (fstat(source, &st) < 0) {
		return -errno;
	}
	if (S_ISDIR(st.st_mode)) {
		return io_make_dirs(AT_FDCWD, path, 0755);
	}
	r = io_make_dirs(AT_FDCWD, path_dirname(a, path), 0755);
	if (r < 0) {
		return r;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK,
		  0644);
	if (fd >= 0) {
		close(fd);
	}
	return access(path, F_OK) < 0 ? -errno : 0;
}

/* A path that lies in a tmpfs of the list is not there yet, and what is there now will be hidden. */
static bool is_in_tmpfs(const struct mount_list *l, const char *path)
{
	for (size_t i = 0; i < l->n; i++) {
		bool is_tmpfs = l->v[i].mode == MOUNT_TMPFS || l->v[i].mode == MOUNT_TMPFS_READ_ONLY;

		if (is_tmpfs && !streq(path, l->v[i].path) && path_is_below(path, l->v[i].path)) {
			return true;
		}
	}
	return false;
}

static int add_bind(struct mount_list *l, struct mount_entry e, const char *source,
		    const char *path)
{
	const char *full = path_simplify(l->arena, *l->root ? path_join(l->arena, l->root, path) : path);

	e.source = open(source, O_PATH | O_CLOEXEC);
	l->culprit = source;
	if (e.source < 0) {
		return e.optional && errno == ENOENT ? 0 : -errno;
	}
	if (is_in_tmpfs(l, full)) {
		e.path = full;
		e.create = true;
		push(l, e);
		return 0;
	}
	e.path = resolve(l, path);
	if (!e.path) {
		int r = make_target(l->arena, e.source, *l->root ? path_join(l->arena, l->root, path) : path);

		l->culprit = path;
		if (r < 0) {
			return r;
		}
		e.path = resolve(l, path);
	}
	if (!e.path) {
		return -errno;
	}
	push(l, e);
	return 0;
}

int mount_list_add_bind(struct mount_list *l, enum mount_mode mode, const char *word)
{
	struct mount_entry e = { .mode = mode, .optional = *word == '-', .recursive = true };
	struct strv parts = {0};

	strv_split(&parts, l->arena, word + e.optional, ":");
	if (parts.n == 0) {
		return -EINVAL;
	}
	if (parts.n > 2 && streq(parts.v[2], "norbind")) {
		e.recursive = false;
	}
	return add_bind(l, e, parts.v[0], parts.v[parts.n > 1 ? 1 : 0]);
}

int mount_list_add_over(struct mount_list *l, const char *source, const char *path)
{
	return add_bind(l, (struct mount_entry){ .mode = MOUNT_BIND }, source, path);
}

int mount_list_add_tmpfs(struct mount_list *l, const char *word)
{
	const char *colon = strchr(word, ':');
	const char *path = colon ? arena_strndup(l->arena, word, (size_t)(colon - word)) : word;
	struct mount_entry e = { .mode = MOUNT_TMPFS, .source = -1 };
	const char *data;

	e.options = colon ? arena_printf(l->arena, "%s,%s", TMPFS_OPTIONS, colon + 1) : NULL;
	e.path = resolve(l, path);
	l->culprit = path;
	if (!e.path) {
		int r = io_make_dirs(AT_FDCWD, *l->root ? path_join(l->arena, l->root, path) : path,
				     0755);

		e.path = r < 0 ? NULL : resolve(l, path);
	}
	if (!e.path) {
		return -errno;
	}
	if (e.options && (split_options(l->arena, e.options, &data) & MS_RDONLY)) {
		e.mode = MOUNT_TMPFS_READ_ONLY;
	}
	push(l, e);
	return 0;
}

/* A parent comes before what is below it. */
static int compare_entries(const void *x, const void *y)
{
	const struct mount_entry *a = x, *b = y;
	int r = strcmp(a->path, b->path);

	return r != 0 ? r : (int)a->mode - (int)b->mode;
}

/* The entry of the nearest path above (or at) this one. */
static const struct mount_entry *nearest_entry(const struct mount_list *l, size_t n,
					       const char *path)
{
	for (size_t i = n; i > 0; i--) {
		if (path_is_below(path, l->v[i - 1].path)) {
			return &l->v[i - 1];
		}
	}
	return NULL;
}

static void sort_and_drop(struct mount_list *l)
{
	size_t n = 0;

	if (l->n == 0) {
		return;
	}
	qsort(l->v, l->n, sizeof(*l->v), compare_entries);
	for (size_t i = 0; i < l->n; i++) {
		const struct mount_entry *above = nearest_entry(l, n, l->v[i].path);

		if (above && streq(above->path, l->v[i].path) && l->v[i].mode == MOUNT_READ_ONLY) {
			l->v[above - l->v].read_only = true;
		}
		if (!above ||
		    (above->mode != MOUNT_INACCESSIBLE && !streq(above->path, l->v[i].path))) {
			l->v[n++] = l->v[i];
		}
	}
	l->n = n;
}

/*
 * A directory nobody may enter; or a device that may not be opened, which is what "nodev" makes of
 * /dev/null.
 */
static int hide(const char *path)
{
	unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY;
	struct stat st;

	if (stat(path, &st) < 0) {
		return -errno;
	}
	if (S_ISDIR(st.st_mode)) {
		return mount("tmpfs", path, "tmpfs", flags, "mode=000,size=4k") < 0 ? -errno : 0;
	}
	if (mount("/dev/null", path, NULL, MS_BIND, NULL) < 0 ||
	    mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | flags, NULL) < 0) {
		return -errno;
	}
	return 0;
}

static int mount_entry_apply(struct arena *a, const struct mount_entry *e)
{
	char source[64];
	const char *data = NULL;
	unsigned long flags;

	switch (e->mode) {
	case MOUNT_INACCESSIBLE:
		return hide(e->path);
	case MOUNT_BIND:
	case MOUNT_BIND_READ_ONLY:
		if (e->create && make_target(a, e->source, e->path) < 0) {
			return -errno;
		}
		snprintf(source, sizeof(source), "/proc/self/fd/%d", e->source);
		flags = MS_BIND | (e->recursive ? MS_REC : 0);
		return mount(source, e->path, NULL, flags, NULL) < 0 ? -errno : 0;
	case MOUNT_DEVICES:
		return mount_private_devices(a, e->path);
	case MOUNT_TMPFS:
	case MOUNT_TMPFS_READ_ONLY:
		flags = MS_NODEV | split_options(a, e->options ? e->options : TMPFS_OPTIONS, &data);
		return mount("tmpfs", e->path, "tmpfs", flags & ~(unsigned long)MS_RDONLY, data) < 0
			       ? -errno
			       : 0;
	default:
		/*
		 * The root is a mount point already, and cannot be mounted over itself in its
		 * place.
		 */
		if (streq(e->path, "/")) {
			return 0;
		}
		return mount(e->path, e->path, NULL, MS_BIND | MS_REC, NULL) < 0 ? -errno : 0;
	}
}

/* What step 3 adds to the mount points below an entry. */
static unsigned long flags_below(const struct mount_entry *e)
{
	if (e->read_only) {
		return MS_RDONLY;
	}
	switch (e->mode) {
	case MOUNT_READ_ONLY:
	case MOUNT_BIND_READ_ONLY:
	case MOUNT_TMPFS_READ_ONLY:
		return MS_RDONLY;
	case MOUNT_NO_EXEC:
		return MS_NOEXEC;
	default:
		return 0;
	}
}

/* Step 3. Mount points that are hidden, or vanished, are no reason to fail. */
static int add_flags(struct mount_list *l)
{
	char *text, *line, *save = NULL;
	int r = io_read_file(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, l->arena, &text,
			     NULL);

	if (r < 0) {
		return r;
	}
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const struct mount_entry *e;
		struct strv fields = {0};
		unsigned long flags, more;
		const char *data;
		char *path;

		strv_split(&fields, l->arena, line, " ");
		if (fields.n < 6) {
			continue;
		}
		path = (char *)fields.v[4];
		str_unescape_octal(path);
		e = nearest_entry(l, l->n, path);
		flags = split_options(l->arena, fields.v[5], &data);
		more = e ? flags_below(e) : 0;
		if ((flags & more) == more) {
			continue;
		}
		if (mount(NULL, path, NULL, MS_BIND | MS_REMOUNT | more | flags, NULL) < 0 &&
		    errno != EINVAL && errno != ENOENT && errno != EACCES) {
			l->culprit = path;
			return -errno;
		}
	}
	return 0;
}

int mount_list_apply(struct mount_list *l)
{
	sort_and_drop(l);
	for (size_t i = 0; i < l->n; i++) {
		int r = mount_entry_apply(l->arena, &l->v[i]);

		if (r < 0) {
			l->culprit = l->v[i].path;
			return r;
		}
	}
	return add_flags(l);
}
