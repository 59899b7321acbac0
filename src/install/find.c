/* SPDX-License-Identifier: MIT */
#include "install/find.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>

#include "base/io.h"
#include "install/change.h"
#include "install/dirs.h"
#include "unit/builtin.h"
#include "unit/load.h"
#include "unit/name.h"

#define HOPS_MAX 64
#define VENDOR_DIR "/usr/lib/systemd/system" /* where a built-in unit would be */

/* ---- places ---- */

bool find_in_search_path(const struct install *in, const char *path)
{
	return search_path_dir_of(&in->search, path) != NULL;
}

bool find_below_search_path(const struct install *in, const char *path)
{
	STRV_FOREACH(dir, &in->search.dirs)
	{
		if (path_is_below(path, dir)) {
			return true;
		}
	}
	return false;
}

static bool is_in_config(const struct install *in, const char *path)
{
	const struct search_path *p = &in->search;
	const char *dir = path_dirname(in->arena, path);

	return streq_null(dir, p->persistent_config) || streq_null(dir, p->runtime_config);
}

bool find_is_runtime_dir(const struct install *in, const char *dir)
{
	const struct search_path *p = &in->search;

	return path_is_below(dir, "/run") || streq_null(dir, p->runtime_config) ||
	       streq_null(dir, p->generator) || streq_null(dir, p->generator_early) ||
	       streq_null(dir, p->generator_late) || streq_null(dir, p->transient) ||
	       streq_null(dir, p->runtime_control);
}

bool unit_file_has_rules(const struct unit_file *f)
{
	return f->aliases.n > 0 || f->wanted_by.n > 0 || f->required_by.n > 0 || f->upheld_by.n > 0;
}

/* ---- the set ---- */

void find_set_init(struct unit_file_set *s, struct install *in)
{
	*s = (struct unit_file_set){.in = in};
	map_init(&s->by_name, in->arena);
}

bool find_has(const struct unit_file_set *s, const char *name)
{
	return map_has(&s->by_name, name);
}

int find_add(struct unit_file_set *s, const char *name_or_path, bool auxiliary,
	     struct unit_file **ret)
{
	struct arena *a = s->in->arena;
	const char *path = path_is_absolute(name_or_path) ? name_or_path : NULL;
	const char *name = path ? path_basename(path_simplify(a, path)) : name_or_path;
	struct unit_file *f;

	if (path && *name == '\0') {
		/* Under a root systemd sees the root's own name. */
		return root_is_real(&s->in->root) ? -EADDRNOTAVAIL : -EINVAL;
	}
	if (!name_is_valid(name, NAME_ANY)) {
		return -EINVAL;
	}
	f = map_get(&s->by_name, name);
	if (f) {
		f->auxiliary = f->auxiliary && auxiliary;
	} else {
		f = arena_new(a, struct unit_file);
		*f = (struct unit_file){
		    .name = arena_strdup(a, name), .path = path, .auxiliary = auxiliary};
		f->wants_dir = path && str_has_suffix(name_or_path, "/");
		map_put(&s->by_name, f->name, f);
		*ARENA_PUSH(a, s->v, s->n, s->cap) = f;
	}
	if (ret) {
		*ret = f;
	}
	return 0;
}

/* ---- one file ---- */

/* Where a file is looked for: a directory of the search path that is open, or anywhere under the
 * root. */
struct place {
	int dir; /* -1: path is to be resolved */
	const char *name;
	const char *path;
};

static int place_open(const struct install *in, const struct place *p)
{
	int flags = O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, fd;

	if (p->dir < 0) {
		return root_openat(&in->root, p->path, flags, 0);
	}
	fd = openat(p->dir, p->name, flags);
	return fd < 0 ? -errno : fd;
}

static int place_lstat(const struct install *in, const struct place *p, struct stat *ret)
{
	if (p->dir < 0) {
		return root_lstat(&in->root, p->path, ret);
	}
	return fstatat(p->dir, p->name, ret, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

static bool stat_is_empty(const struct stat *st)
{
	return S_ISCHR(st->st_mode) || (S_ISREG(st->st_mode) && st->st_size <= 0);
}

static int stat_error(const struct stat *st)
{
	return S_ISREG(st->st_mode)   ? 0
	       : S_ISLNK(st->st_mode) ? -ELOOP
	       : S_ISDIR(st->st_mode) ? -EISDIR
				      : -EBADFD;
}

static int read_text(struct unit_file_set *s, struct unit_file *f, int fd, const char *path)
{
	CLEANUP_STRBUF struct strbuf text = {0};
	char buf[4096];
	ssize_t n;

	while ((n = read(fd, buf, sizeof buf)) != 0) {
		if (n < 0 && errno != EINTR) {
			return -errno;
		}
		if (n > 0) {
			strbuf_add_n(&text, buf, n);
		}
		if (text.n > LOAD_FILE_MAX) {
			return -E2BIG;
		}
	}
	if (text.n == 0) {
		return 0;
	}
	return section_read(s, f, text.s, text.n, change_printed_path(s->in, path));
}

/* The kind of the main file, and its [Install] with FIND_LOAD. -ELOOP for a link. */
static int load_main(struct unit_file_set *s, struct unit_file *f, const struct place *p,
		     unsigned flags)
{
	CLEANUP_CLOSE int fd = -1;
	struct stat st;
	int r;

	if (!(flags & FIND_LOAD)) {
		r = place_lstat(s->in, p, &st);
	} else {
		fd = place_open(s->in, p);
		r = fd < 0 ? fd : fstat(fd, &st) < 0 ? -errno : 0;
	}
	if (r < 0) {
		return r;
	}
	if (stat_is_empty(&st)) {
		f->kind = UNIT_FILE_IS_MASKED;
		return 0;
	}
	r = stat_error(&st);
	if (r >= 0 && fd >= 0) {
		r = read_text(s, f, fd, p->path);
	}
	if (r >= 0) {
		f->kind = UNIT_FILE_REGULAR;
	}
	return r;
}

/* Is a link that leads to path a mask? 1, 0, -errno. */
static int leads_to_nothing(const struct install *in, const char *path)
{
	struct stat st;
	int r;

	/* Under a root there need be no devices, and a link to an empty file is a mask only when it
	 * has been followed. */
	if (streq(path, "/dev/null") || !root_is_real(&in->root)) {
		return streq(path, "/dev/null");
	}
	r = root_stat(&in->root, path, &st);
	return r == -ENOENT ? 0 : r < 0 ? r : stat_is_empty(&st);
}

/* A link in place of the file: what kind it makes f. */
static int read_link(struct unit_file_set *s, struct unit_file *f, const struct place *p)
{
	struct arena *a = s->in->arena;
	char *text, *target;
	int r = root_readlink(&s->in->root, p->path, a, &text);

	if (r < 0) {
		return r;
	}
	if (!path_is_absolute(text)) {
		text = path_join(a, path_dirname(a, p->path), text);
	}
	r = root_chase(&s->in->root, text, ROOT_CHASE_NOFOLLOW | ROOT_CHASE_MISSING_OK, a, &target);
	if (r < 0) {
		return diag_add(&s->in->diags, DIAG_WARNING, r, NULL, 0, NULL,
				"Failed to resolve symlink %s pointing to %s: %s",
				change_printed_path(s->in, p->path),
				change_printed_path(s->in, text), strerror(-r));
	}
	if (find_below_search_path(s->in, target)) {
		r = alias_verify(path_basename(p->path), path_basename(target), a, &s->in->diags);
		if (r < 0) {
			return r;
		}
		if (!find_in_search_path(s->in, target)) {
			diag_add(&s->in->diags, DIAG_WARNING, 0, NULL, 0, NULL,
				 "Suspicious symlink %s %s %s, treating as alias.",
				 change_printed_path(s->in, p->path), s->in->arrow,
				 change_printed_path(s->in, target));
		}
		f->kind = UNIT_FILE_IS_ALIAS;
	} else {
		f->kind = UNIT_FILE_IS_LINK;
	}
	f->target = target;
	r = leads_to_nothing(s->in, target);
	if (r > 0) {
		f->kind = UNIT_FILE_IS_MASKED;
	}
	return r < 0 ? r : 0;
}

static int load_or_follow(struct unit_file_set *s, struct unit_file *f, const struct place *p,
			  unsigned flags)
{
	int r = load_main(s, f, p, flags);
	return r == -ELOOP ? read_link(s, f, p) : r;
}

/* ---- drop-ins ---- */

static void collect_dropins(struct install *in, const char *name, struct map *files)
{
	char *dir = arena_printf(in->arena, "%s.d", name);

	for (size_t i = 0; i < in->search.dirs.n; i++) {
		struct map entries;
		char *path;

		if (!dirs_may_have(in, i, dir)) {
			continue;
		}
		path = path_join(in->arena, in->search.dirs.v[i], dir);
		dirs_read_entries(root_openat(&in->root, path, O_RDONLY | O_DIRECTORY, 0),
				  in->arena, &entries);
		MAP_FOREACH(e, &entries)
		{
			if (str_has_suffix(e->key, ".conf") && !map_has(files, e->key)) {
				map_put(files, e->key, path_join(in->arena, path, e->key));
			}
		}
	}
}

static int load_one_dropin(struct unit_file_set *s, struct unit_file *f, const char *path)
{
	CLEANUP_CLOSE int fd = root_openat(&s->in->root, path, O_RDONLY | O_NOCTTY | O_NONBLOCK, 0);
	struct stat st;

	if (fd < 0) {
		return fd;
	}
	if (fstat(fd, &st) < 0) {
		return -errno;
	}
	if (stat_is_empty(&st)) {
		return 0;
	}
	return S_ISREG(st.st_mode) ? read_text(s, f, fd, path) : stat_error(&st);
}

static int load_all_dropins(struct unit_file_set *s, struct unit_file *f, const char *template)
{
	struct arena *a = s->in->arena;
	struct strv names = {0};
	struct map files;
	int r = 0;

	map_init(&files, a);
	collect_dropins(s->in, f->name, &files);
	if (template) {
		collect_dropins(s->in, template, &files);
	}
	MAP_FOREACH(e, &files)
	{
		strv_add(&names, a, e->key);
	}
	strv_sort(&names);
	for (size_t i = 0; i < names.n && r >= 0; i++) {
		r = load_one_dropin(s, f, map_get(&files, names.v[i]));
	}
	return r;
}

/* ---- searching ---- */

/* 0 found, -ENOENT, -errno. */
static int search_dirs(struct unit_file_set *s, struct unit_file *f, const char *name,
		       unsigned flags)
{
	struct install *in = s->in;

	for (size_t i = 0; i < in->search.dirs.n; i++) {
		struct place p = {.name = name};
		int r;

		if (!dirs_may_have(in, i, name)) {
			continue;
		}
		p.dir = dirs_fd(in, i);
		p.path = path_join(in->arena, in->search.dirs.v[i], name);
		r = p.dir < 0 ? p.dir : load_or_follow(s, f, &p, flags);
		if (r >= 0) {
			f->path = p.path;
			return 0;
		}
		if (r != -ENOENT && r != -ENOTDIR && r != -EACCES) {
			return r;
		}
	}
	return -ENOENT;
}

/* Units that soloctl brings along stand behind all files, and only where systemd's own are not
 * installed. */
static int search_builtin(struct unit_file_set *s, struct unit_file *f, unsigned flags)
{
	struct arena *a = s->in->arena;
	const struct builtin_unit *row = s->in->with_builtin ? builtin_find(f->name) : NULL;
	struct unit_file basic = {.name = "basic.target"};

	if (!row || (!row->perpetual && search_dirs(s, &basic, basic.name, 0) == 0)) {
		return -ENOENT;
	}
	f->path = path_join(a, VENDOR_DIR, f->name);
	if (row->alias) {
		f->kind = UNIT_FILE_IS_ALIAS;
		f->target = path_join(a, VENDOR_DIR, row->alias);
		return 0;
	}
	f->kind = UNIT_FILE_REGULAR;
	if (!(flags & FIND_LOAD)) {
		return 0;
	}
	return section_read(s, f, arena_strdup(a, row->text), strlen(row->text), f->path);
}

/* Of some types there are no templates; systemd says so of the first place where it would have
 * looked. */
static int check_type(struct install *in, const struct unit_file *f)
{
	const char *path = f->path;
	int type = name_type(f->name);

	if (!name_is_valid(f->name, NAME_TEMPLATE | NAME_INSTANCE) ||
	    alias_type_may_template(type) || in->search.dirs.n == 0) {
		return 0;
	}
	if (!path) {
		path = path_join(in->arena, in->search.dirs.v[0], f->name);
	}
	return diag_add(&in->diags, DIAG_ERROR, -EINVAL, NULL, 0, NULL,
			"%s: unit type %s cannot be templated, ignoring.",
			change_printed_path(in, path), unit_type_name(type));
}

static int search(struct unit_file_set *s, struct unit_file *f, unsigned flags)
{
	const char *template =
	    name_is_valid(f->name, NAME_INSTANCE) ? name_template(s->in->arena, f->name) : NULL;
	int r;

	if (f->kind != UNIT_FILE_UNKNOWN) {
		return 0;
	}
	r = check_type(s->in, f);
	if (r < 0) {
		return r;
	}
	if (f->path) {
		struct place p = {.dir = -1, .path = f->path};

		r = load_or_follow(s, f, &p, flags);
		return r >= 0 && f->wants_dir ? -ENOTDIR : r;
	}
	r = search_dirs(s, f, f->name, flags);
	if (r == -ENOENT && template) {
		r = search_dirs(s, f, template, flags);
	}
	if (r == -ENOENT) {
		r = search_builtin(s, f, flags);
	}
	if (r >= 0 && f->kind != UNIT_FILE_IS_MASKED && (flags & FIND_LOAD)) {
		r = load_all_dropins(s, f, template);
	}
	return r;
}

int find_search_name(struct install *in, const char *name, struct unit_file *ret)
{
	struct unit_file_set s;

	find_set_init(&s, in);
	*ret = (struct unit_file){.name = name};
	return search(&s, ret, FIND_FOLLOW_CONFIG);
}

/* ---- following ---- */

/* f becomes what its link leads to, under its own name. */
static int follow_same(struct unit_file_set *s, struct unit_file *f, unsigned flags)
{
	struct place p = {.dir = -1, .path = f->target};

	f->path = f->target;
	f->kind = UNIT_FILE_UNKNOWN;
	return load_or_follow(s, f, &p, flags);
}

static int follow(struct unit_file_set *s, struct unit_file **f, unsigned flags)
{
	struct arena *a = s->in->arena;
	const char *name = path_basename((*f)->target);
	int r;

	if ((*f)->kind == UNIT_FILE_IS_LINK || streq(name, (*f)->name)) {
		return follow_same(s, *f, flags);
	}
	if (name_is_valid((*f)->name, NAME_INSTANCE) && name_is_valid(name, NAME_TEMPLATE)) {
		name = name_with_instance(a, name, name_instance(a, (*f)->name));
		if (!name) {
			return -EINVAL;
		}
		if (streq(name, (*f)->name)) {
			return follow_same(s, *f, flags);
		}
	}
	r = find_add(s, name, false, f);
	if (r >= 0) {
		r = search(s, *f, flags);
	}
	return r == -ENOENT ? -ENOLINK : r;
}

int find_traverse(struct unit_file_set *s, struct unit_file *f, unsigned flags,
		  struct unit_file **ret)
{
	int r = search(s, f, flags);

	for (unsigned hops = 0;
	     r >= 0 && (f->kind == UNIT_FILE_IS_ALIAS || f->kind == UNIT_FILE_IS_LINK);) {
		if (++hops > HOPS_MAX ||
		    (!(flags & FIND_FOLLOW_CONFIG) && is_in_config(s->in, f->path))) {
			return -ELOOP;
		}
		r = follow(s, &f, flags);
	}
	if (r >= 0 && ret) {
		*ret = f;
	}
	return r;
}

int find_discover(struct unit_file_set *s, const char *name_or_path, unsigned flags,
		  struct unit_file **ret, struct change_list *changes)
{
	struct unit_file *f;
	int r = find_add(s, name_or_path, false, &f);

	if (r >= 0) {
		r = find_traverse(s, f, flags, ret);
	}
	return r < 0 && changes ? change_fail(changes, r, name_or_path, NULL) : r;
}

int find_discover_usable(struct unit_file_set *s, const char *name_or_path, unsigned flags,
			 struct unit_file **ret, struct change_list *changes)
{
	struct unit_file *f;
	const char *dir;
	int r = find_discover(s, name_or_path, flags, &f, changes);

	if (r < 0) {
		return r;
	}
	if (f->kind == UNIT_FILE_IS_MASKED) {
		return change_fail(changes, -ERFKILL, change_printed_path(s->in, f->path), NULL);
	}
	dir = search_path_dir_of(&s->in->search, f->path);
	if (dir && (search_path_is_generator(&s->in->search, dir) ||
		    streq_null(dir, s->in->search.transient))) {
		return change_fail(changes, -EADDRNOTAVAIL, change_printed_path(s->in, f->path),
				   NULL);
	}
	*ret = f;
	return 0;
}
