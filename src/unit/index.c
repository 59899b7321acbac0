/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/sysmacros.h>

#include "unit/builtin.h"
#include "unit/index.h"
#include "unit/name.h"

#define ALIAS_HOPS_MAX 8

/* What the reading of one directory needs. */
struct index_scan {
	struct unit_index *index;
	struct map parents; /* directory part of link targets -> the same, resolved */
	const char *dir;
	int fd;
};

static bool is_dropin_suffix(const char *suffix)
{
	switch (suffix[0]) {
	case 'd':
		return suffix[1] == '\0';
	case 'w':
		return streq(suffix, "wants");
	case 'r':
		return streq(suffix, "requires");
	case 'u':
		return streq(suffix, "upholds");
	default:
		return false;
	}
}

/* ---- links ---- */

static const char *resolve_parent(struct index_scan *s, const char *parent)
{
	struct arena *a = &s->index->arena;
	char *resolved = map_get(&s->parents, parent);

	if (resolved) {
		return resolved;
	}
	if (root_chase(s->index->root, parent, ROOT_CHASE_MISSING_OK, a, &resolved) < 0) {
		resolved = arena_strdup(a, parent);
	}
	map_put(&s->parents, parent, resolved);
	return resolved;
}

static bool is_in_search_path(const struct unit_index *x, const char *path)
{
	STRV_FOREACH(dir, &x->search->dirs) {
		if (path_is_below(path, dir)) {
			return true;
		}
	}
	return false;
}

static bool type_may_alias(int type)
{
	static const bool may[UNIT_TYPE_MAX] = {
		[UNIT_SERVICE] = true, [UNIT_SOCKET] = true, [UNIT_TARGET] = true,
		[UNIT_DEVICE] = true,  [UNIT_TIMER] = true,  [UNIT_PATH] = true,
	};

	return type >= 0 && may[type];
}

/*
 * The name that the link `name` to a unit file `target` stands for, or NULL if such an alias is not
 * allowed or has no effect: systemd.unit(5), Alias=. The same type; plain to plain, template to
 * template, instance to the same instance or to a template.
 */
static const char *alias_target_name(struct arena *a, const char *name, const char *target)
{
	enum name_class from = name_classify(name);
	enum name_class to = name_classify(target);
	const char *instance = name_instance(a, name);

	if (streq(name, target) || to == NAME_INVALID || name_type(name) != name_type(target) ||
	    !type_may_alias(name_type(name))) {
		return NULL;
	}
	if (from == NAME_INSTANCE && to == NAME_TEMPLATE) {
		return streq(name_template(a, name), target)
			       ? target
			       : name_with_instance(a, target, instance);
	}
	if (from != to || (from == NAME_INSTANCE && !streq(instance, name_instance(a, target)))) {
		return NULL;
	}
	return target;
}

/* Fills kind and target of an entry that is a symlink. False: systemd would pass over it. */
static bool classify_link(struct index_scan *s, struct index_entry *e)
{
	struct arena *a = &s->index->arena;
	char text[PATH_MAX];
	const char *full, *resolved, *base;
	ssize_t n = readlinkat(s->fd, e->name, text, sizeof(text) - 1);

	if (n < 0) {
		return false;
	}
	text[n] = '\0';
	full = path_simplify(a, text[0] == '/' ? text : path_join(a, s->dir, text));
	base = path_basename(full);
	resolved = path_join(a, resolve_parent(s, path_dirname(a, full)), base);
	if (streq(full, "/dev/null") || streq(resolved, "/dev/null")) {
		e->kind = INDEX_MASKED;
		e->checked = true;
		return true;
	}
	if (!is_in_search_path(s->index, resolved) && !is_in_search_path(s->index, full)) {
		e->kind = INDEX_LINKED;
		e->target = resolved;
		return true;
	}
	e->kind = INDEX_ALIAS;
	e->checked = true;
	e->target = alias_target_name(a, e->name, arena_strdup(a, base));
	return e->target != NULL;
}

/* ---- reading directories ---- */

static unsigned char entry_type(const struct index_scan *s, const struct dirent *de)
{
	struct stat st;

	if (de->d_type != DT_UNKNOWN) {
		return de->d_type;
	}
	return fstatat(s->fd, de->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? IFTODT(st.st_mode)
									 : DT_UNKNOWN;
}

static void add_dropin_dir(struct index_scan *s, const char *name, unsigned char type)
{
	struct arena *a = &s->index->arena;
	char *path = path_join(a, s->dir, name);
	struct strv *dirs;
	struct stat st;

	if (type == DT_LNK && (root_stat(s->index->root, path, &st) < 0 || !S_ISDIR(st.st_mode))) {
		return;
	}
	dirs = map_get(&s->index->dropin_dirs, name);
	if (!dirs) {
		dirs = arena_new(a, struct strv);
		map_put(&s->index->dropin_dirs, arena_strdup(a, name), dirs);
	}
	strv_add(dirs, a, path);
}

static void add_unit(struct index_scan *s, const char *name, unsigned char type)
{
	struct unit_index *x = s->index;
	struct index_entry *e;

	if (map_has(&x->units, name)) {
		return;
	}
	e = arena_new(&x->arena, struct index_entry);
	*e = (struct index_entry){ .kind = INDEX_FILE, .dir = s->dir };
	e->path = path_join(&x->arena, s->dir, name);
	e->name = path_basename(e->path);
	if (type != DT_LNK || classify_link(s, e)) {
		map_put(&x->units, e->name, e);
	}
}

static void add_entry(struct index_scan *s, const struct dirent *de)
{
	const char *dot = strrchr(de->d_name, '.');
	unsigned char type;

	if (!dot || dot == de->d_name) {
		return;
	}
	type = entry_type(s, de);
	if (is_dropin_suffix(dot + 1)) {
		if (type == DT_DIR || type == DT_LNK) {
			add_dropin_dir(s, de->d_name, type);
		}
	} else if ((type == DT_REG || type == DT_LNK) && name_is_valid(de->d_name, NAME_ANY)) {
		add_unit(s, de->d_name, type);
	}
}

/* A directory that is not there or may not be read has no units. */
static void scan_dir(struct index_scan *s)
{
	CLEANUP_CLOSEDIR DIR *d = NULL;
	struct dirent *de;
	int fd = root_openat(s->index->root, s->dir, O_RDONLY | O_DIRECTORY, 0);

	if (fd < 0) {
		return;
	}
	d = fdopendir(fd);
	if (!d) {
		close(fd);
		return;
	}
	s->fd = fd;
	while ((de = readdir(d))) {
		add_entry(s, de);
	}
}

static void add_builtin(struct unit_index *x)
{
	bool systemd_installed = map_has(&x->units, "basic.target");
	size_t n;
	const struct builtin_unit *rows = builtin_all(&n);

	for (size_t i = 0; i < n; i++) {
		struct index_entry *e;

		if ((systemd_installed && !rows[i].perpetual) || map_has(&x->units, rows[i].name)) {
			continue;
		}
		e = arena_new(&x->arena, struct index_entry);
		*e = (struct index_entry){ .name = rows[i].name, .checked = true };
		e->kind = rows[i].alias ? INDEX_ALIAS : INDEX_BUILTIN;
		e->target = rows[i].alias;
		map_put(&x->units, e->name, e);
	}
}

static void collect_aliases(struct unit_index *x)
{
	MAP_FOREACH(m, &x->units) {
		const struct index_entry *e = m->value;
		const struct index_entry *end;
		const char *canonical;
		struct strv *names;

		if (e->kind != INDEX_ALIAS ||
		    unit_index_resolve(x, e->name, &x->arena, &canonical, &end) < 0 || !end ||
		    streq(canonical, e->name)) {
			continue;
		}
		names = map_get(&x->aliases, canonical);
		if (!names) {
			names = arena_new(&x->arena, struct strv);
			map_put(&x->aliases, canonical, names);
		}
		strv_add(names, &x->arena, e->name);
	}
	MAP_FOREACH(m, &x->aliases) {
		strv_sort(m->value);
	}
}

int unit_index_open(struct unit_index *x, const struct root *root, const struct search_path *search,
		    bool with_builtin)
{
	struct index_scan s = { .index = x };

	*x = (struct unit_index){ .root = root, .search = search };
	map_init(&x->units, &x->arena);
	map_init(&x->dropin_dirs, &x->arena);
	map_init(&x->aliases, &x->arena);
	map_init(&s.parents, &x->arena);
	STRV_FOREACH(dir, &search->dirs) {
		s.dir = dir;
		scan_dir(&s);
	}
	if (with_builtin) {
		add_builtin(x);
	}
	collect_aliases(x);
	return 0;
}

void unit_index_close(struct unit_index *x)
{
	arena_free(&x->arena);
	*x = (struct unit_index){0};
}

/* ---- looking up ---- */

/* Is what stands at the end of path an empty file or a null device? */
static bool is_null_or_empty(const struct root *root, const char *path)
{
	struct stat st;

	if (root_stat(root, path, &st) < 0) {
		return false;
	}
	if (S_ISCHR(st.st_mode)) {
		return st.st_rdev == makedev(1, 3);
	}
	return S_ISREG(st.st_mode) && st.st_size == 0;
}

static struct index_entry *checked_entry(const struct unit_index *x, const char *name)
{
	struct index_entry *e = map_get(&x->units, name);

	if (e && !e->checked) {
		if (is_null_or_empty(x->root, e->path)) {
			e->kind = INDEX_MASKED;
		}
		e->checked = true;
	}
	return e;
}

enum index_kind unit_index_kind(const struct unit_index *x, const struct index_entry *entry)
{
	return checked_entry(x, entry->name)->kind;
}

/* The template's name on the stack: look-ups of instances need no arena. */
static const char *template_of(const char *name, char buf[static UNIT_NAME_MAX])
{
	const char *at = strchr(name, '@');
	const char *dot = strrchr(name, '.');

	if (!at || !dot || dot < at || strlen(name) >= UNIT_NAME_MAX) {
		return NULL;
	}
	memcpy(buf, name, at + 1 - name);
	strcpy(buf + (at + 1 - name), dot);
	return buf;
}

const struct index_entry *unit_index_find(const struct unit_index *x, const char *name)
{
	char buf[UNIT_NAME_MAX];
	const struct index_entry *e = checked_entry(x, name);
	const char *template = e ? NULL : template_of(name, buf);

	return template ? checked_entry(x, template) : e;
}

/*
 * Follows aliases from name on. The entry at the end, or NULL with *ret_error 0 or -ELOOP;
 * *ret_name is the name of the end's file.
 */
static const struct index_entry *follow_aliases(const struct unit_index *x, const char *name,
						const char **ret_name, int *ret_error)
{
	*ret_error = 0;
	for (unsigned hops = 0; hops < ALIAS_HOPS_MAX; hops++) {
		const struct index_entry *e = unit_index_find(x, name);

		if (!e) {
			return NULL;
		}
		if (e->kind != INDEX_ALIAS) {
			*ret_name = e->name;
			return e;
		}
		name = e->target;
	}
	*ret_error = -ELOOP;
	return NULL;
}

int unit_index_resolve(const struct unit_index *x, const char *name, struct arena *a,
		       const char **ret_name, const struct index_entry **ret_entry)
{
	const char *instance = name_instance(a, name);
	const char *template = instance && instance[0] ? name_template(a, name) : NULL;
	const char *found = name;
	int r;
	const struct index_entry *e = follow_aliases(x, name, &found, &r);

	if (!e && r == 0 && template) {
		/* An alias of the instance that leads nowhere does not hide the template. */
		e = follow_aliases(x, template, &found, &r);
	}
	if (r < 0) {
		return r;
	}
	if (e && template && name_classify(found) == NAME_TEMPLATE) {
		found = name_with_instance(a, found, instance);
	}
	*ret_name = e && found ? arena_strdup(a, found) : name;
	*ret_entry = e;
	return 0;
}
