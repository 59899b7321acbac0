/* SPDX-License-Identifier: MIT */
#include "unit/load.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "unit/defaults.h"
#include "unit/builtin.h"
#include "unit/directive.h"
#include "unit/lex.h"
#include "unit/specifier.h"
#include "unit/sysv.h"

/* ---- one file ---- */

struct load_file_state {
	const struct load_context *c;
	struct specifier_scope scope;
	const char *file;
	const char *section; /* of the last header; NULL before the first */
	bool known;	     /* section has rows for this type */
};

static bool load_name_is_private(const char *name)
{
	return str_has_prefix(name, "X-");
}

static int load_enter_section(struct load_file_state *s, const struct lex_event *e)
{
	const struct directive_group *groups[6];
	struct unit *u = s->c->unit;
	s->section = arena_strdup(s->c->arena, e->section);
	s->known = directive_groups(u->type, e->section, groups) > 0;
	if (!s->known && !load_name_is_private(e->section)) {
		diag_add(s->c->diags, DIAG_WARNING, -EINVAL, s->file, e->line, u->id,
			 "Unknown section '%s'. Ignoring.", e->section);
	}
	return 0;
}

static int load_assign(struct load_file_state *s, const struct lex_event *e)
{
	struct unit *u = s->c->unit;
	if (!s->known || load_name_is_private(e->key)) {
		return 0;
	}
	const struct directive *d = directive_find(u->type, e->section, e->key);
	if (!d) {
		diag_add(s->c->diags, DIAG_WARNING, -EINVAL, s->file, e->line, u->id,
			 "Unknown key '%s' in section [%s], ignoring.", e->key, e->section);
		return 0;
	}
	if (d->effect == DIRECTIVE_OBSOLETE && !d->parse) {
		diag_add(s->c->diags, DIAG_WARNING, -EINVAL, s->file, e->line, u->id,
			 "Support for option %s= has been removed and it is ignored", e->key);
		return 0;
	}
	const struct directive_context dc = {
		.unit = u,
		.scope = &s->scope,
		.arena = s->c->arena,
		.diags = s->c->diags,
		.file = s->file,
		.line = e->line,
		.directive = d,
	};
	/* Only an unusable setting ends the reading of a file. */
	return directive_assign(&dc, e->value) == -ENOEXEC ? -ENOEXEC : 0;
}

static int load_handle_event(void *context, const struct lex_event *e)
{
	struct load_file_state *s = context;
	const char *warning = NULL;
	switch (e->kind) {
	case LEX_SECTION:
		return load_enter_section(s, e);
	case LEX_ASSIGNMENT:
		return load_assign(s, e);
	case LEX_OUTSIDE:
		warning = "Assignment outside of section. Ignoring.";
		break;
	case LEX_NO_EQUALS:
		warning = "Missing '=', ignoring line.";
		break;
	case LEX_EMPTY_KEY:
		warning = "Missing key name before '=', ignoring line.";
		break;
	}
	diag_add(s->c->diags, DIAG_WARNING, -EINVAL, s->file, e->line, s->c->unit->id, "%s",
		 warning);
	return 0;
}

int load_text(const struct load_context *c, char *text, size_t n, const char *file)
{
	struct load_file_state s = {
	    .c = c,
	    .scope =
		{
		    .root = c->index ? c->index->root : NULL,
		    .user = c->user,
		    .id = c->unit->id,
		    .fragment_path = c->unit->fragment_path,
		},
	    .file = file ? arena_strdup(c->arena, file) : NULL,
	};
	return lex_text(text, n, s.file, load_handle_event, &s, c->diags);
}

int load_file(const struct load_context *c, const char *path)
{
	struct stat st;
	int r = root_stat(c->index->root, path, &st);
	if (r < 0) {
		return r;
	}
	usec_t mtime = (usec_t)st.st_mtim.tv_sec * USEC_PER_SEC + (usec_t)st.st_mtim.tv_nsec / 1000;
	if (mtime > c->unit->mtime) {
		c->unit->mtime = mtime;
	}
	if (!S_ISREG(st.st_mode) || st.st_size == 0) {
		return S_ISDIR(st.st_mode) ? -EISDIR : 0;
	}
	char *text;
	size_t n;
	r = root_read_file(c->index->root, path, LOAD_FILE_MAX, c->arena, &text, &n);
	if (r < 0) {
		return r;
	}
	return load_text(c, text, n, path);
}

/* ---- where drop-ins are looked for ---- */

/*
 * Adds NAME and what stands behind it: its template, its dash prefixes ("a-b.service" ->
 * "a-.service", "a-b@x.service" -> "a-@x.service"), theirs. The prefix of a template is no
 * template: "a-b@.service" -> "a-.service" (measured).
 */
static void load_add_variants(struct arena *a, const char *name, const char *suffix,
			      struct strv *out)
{
	strv_add_unique(out, a, arena_printf(a, "%s%s", name, suffix));
	if (name_classify(name) == NAME_INSTANCE) {
		load_add_variants(a, name_template(a, name), suffix, out);
	}
	char *prefix = name_prefix(a, name);
	size_t n = strlen(prefix);
	while (n > 0 && prefix[n - 1] == '-') {
		n--;
	}
	while (n > 0 && prefix[n - 1] != '-') {
		n--;
	}
	if (n == 0) {
		return;
	}
	bool template = name_classify(name) == NAME_TEMPLATE;
	const char *rest = name + strlen(prefix) + template; /* "@instance.type" or ".type" */
	const char *chopped = arena_printf(a, "%.*s%s", (int)n, prefix, rest);
	if (name_is_valid(chopped, NAME_ANY)) {
		load_add_variants(a, chopped, suffix, out);
	}
}

static void load_add_existing_dirs(const struct unit_index *x, const char *dir,
				   const struct strv *variants, struct arena *a, struct strv *ret)
{
	STRV_FOREACH(variant, variants)
	{
		const struct strv *found = map_get(&x->dropin_dirs, variant);
		if (!found) {
			continue;
		}
		const char *path = path_join(a, dir, variant);
		if (strv_contains(found, path)) {
			strv_add_unique(ret, a, path);
		}
	}
}

void load_list_dropin_dirs(const struct unit_index *x, const struct strv *names, const char *suffix,
			   struct arena *a, struct strv *ret)
{
	struct strv types = { 0 };
	STRV_FOREACH(name, names)
	{
		struct strv variants = { 0 };
		load_add_variants(a, name, suffix, &variants);
		STRV_FOREACH(dir, &x->search->dirs)
		{
			load_add_existing_dirs(x, dir, &variants, a, ret);
		}
		int type = name_type(name);
		if (type >= 0) {
			const char *t = unit_type_name(type);
			strv_add_unique(&types, a, arena_printf(a, "%s%s", t, suffix));
		}
	}
	STRV_FOREACH(dir, &x->search->dirs)
	{
		load_add_existing_dirs(x, dir, &types, a, ret);
	}
}

/* ---- files of several directories, merged by basename ---- */

static int load_compare_basename(const void *x, const void *y)
{
	return strcmp(path_basename(*(const char *const *)x),
		      path_basename(*(const char *const *)y));
}

static int load_read_dir(const struct root *root, const char *dir, DIR **ret)
{
	CLEANUP_CLOSE int fd = root_openat(root, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (fd < 0) {
		return fd;
	}
	DIR *d = fdopendir(fd);
	if (!d) {
		return -errno;
	}
	TAKE_FD(fd);
	*ret = d;
	return 0;
}

/* All entries of dirs whose name ends with suffix (NULL: all), first directory wins per name,
 * sorted by name. */
static int load_merge_dirs(const struct root *root, const struct strv *dirs, const char *suffix,
			   struct arena *a, struct strv *ret)
{
	struct map seen;
	map_init(&seen, a);
	STRV_FOREACH(dir, dirs)
	{
		CLEANUP_CLOSEDIR DIR *d = NULL;
		if (load_read_dir(root, dir, &d) < 0) {
			continue;
		}
		struct dirent *e;
		while ((e = readdir(d))) {
			if (e->d_name[0] == '.' || (suffix && !str_has_suffix(e->d_name, suffix)) ||
			    map_has(&seen, e->d_name)) {
				continue;
			}
			const char *path = path_join(a, dir, e->d_name);
			map_put(&seen, path_basename(path), (void *)path);
			strv_add(ret, a, path);
		}
	}
	if (ret->n > 1) {
		qsort(ret->v, ret->n, sizeof(ret->v[0]), load_compare_basename);
	}
	return 0;
}

int load_list_dropins(const struct unit_index *x, const struct strv *names, struct arena *a,
		      struct strv *ret)
{
	struct strv dirs = { 0 };
	load_list_dropin_dirs(x, names, ".d", a, &dirs);
	return load_merge_dirs(x->root, &dirs, ".conf", a, ret);
}

/* ---- .wants, .requires, .upholds ---- */

/* A link to /dev/null: with --root that device need not be there. */
static bool load_is_null_link(const struct root *root, const char *path)
{
	struct arena a CLEANUP_ARENA = { 0 };
	char *target;
	return root_readlink(root, path, &a, &target) == 0 && streq(target, "/dev/null");
}

static bool load_entry_is_masked(const struct root *root, const char *path)
{
	struct stat st;
	if (load_is_null_link(root, path)) {
		return true;
	}
	if (root_stat(root, path, &st) < 0) {
		return false;
	}
	return S_ISCHR(st.st_mode) || (S_ISREG(st.st_mode) && st.st_size == 0);
}

static void load_dependency_entry(const struct load_context *c, enum dep_kind kind,
				  const char *path)
{
	const struct root *root = c->index->root;
	const char *name = path_basename(path);
	if (load_entry_is_masked(root, path)) {
		return;
	}
	struct stat st;
	if (root_lstat(root, path, &st) < 0) {
		return;
	}
	if (!S_ISLNK(st.st_mode)) {
		diag_add(c->diags, DIAG_WARNING, -EINVAL, NULL, 0, c->unit->id,
			 "%s dependency dropin %s is not a symlink, ignoring.", dep_kind_name(kind),
			 path);
		return;
	}
	if (!name_is_valid(name, NAME_ANY)) {
		diag_add(c->diags, DIAG_WARNING, -EINVAL, NULL, 0, c->unit->id,
			 "%s dependency dropin %s is not a valid unit name, ignoring.",
			 dep_kind_name(kind), path);
		return;
	}
	unit_add_dependency(c->unit, c->arena, kind, name, false);
}

static void load_dependency_dirs(const struct load_context *c)
{
	static const struct {
		const char *suffix;
		enum dep_kind kind;
	} kinds[] = {
		{ ".wants", DEP_WANTS },
		{ ".requires", DEP_REQUIRES },
		{ ".upholds", DEP_UPHOLDS },
	};
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct strv dirs = { 0 }, entries = { 0 };
		load_list_dropin_dirs(c->index, &c->unit->names, kinds[i].suffix, c->arena, &dirs);
		load_merge_dirs(c->index->root, &dirs, NULL, c->arena, &entries);
		STRV_FOREACH(path, &entries)
		{
			load_dependency_entry(c, kinds[i].kind, path);
		}
	}
}

/* Scripts of the runlevels that have no unit file: their generator would have written these links.
 */
static void load_sysv_wants(const struct load_context *c)
{
	struct strv names = { 0 };
	if (c->unit->type != UNIT_TARGET || c->user) {
		return;
	}
	sysv_list_wanted(c->index->root, c->unit->id, c->arena, &names);
	STRV_FOREACH(name, &names)
	{
		if (!unit_index_find(c->index, name)) {
			unit_add_dependency(c->unit, c->arena, DEP_WANTS, name, false);
		}
	}
}

/* ---- the whole unit ---- */

/* Lexer and directives have added a diagnostic with file and line of their own. */
static bool load_error_was_told(int error)
{
	return error == -EBADMSG || error == -EINVAL || error == -EPROTO || error == -ENOBUFS ||
	       error == -ENOEXEC;
}

/* What an error of a fragment means for the unit; systemd says bad-setting for its own checks and
 * error for the rest. */
static void load_note_error(const struct load_context *c, int error, const char *path)
{
	struct unit *u = c->unit;
	if (error == -ENOEXEC) {
		diag_add(c->diags, DIAG_ERROR, error, NULL, 0, u->id,
			 "Unit configuration has fatal error, unit will not be started.");
		u->load_state = UNIT_BAD_SETTING;
		u->load_error =
			arena_printf(c->arena, "Unit %s has a bad unit file setting.", u->id);
		return;
	}
	u->load_state = UNIT_LOAD_ERROR;
	const char *why = error == -E2BIG ? "File too large" : strerror(-error);
	u->load_error = arena_printf(
		c->arena,
		"Unit %s failed to load properly, please adjust/correct and reload service "
		"manager: %s",
		u->id, why);
	if (!load_error_was_told(error)) {
		diag_add(c->diags, DIAG_ERROR, error, NULL, 0, u->id, "Failed to open %s: %s", path,
			 why);
	}
}

static int load_fragment(const struct load_context *c, const struct index_entry *entry)
{
	struct unit *u = c->unit;
	if (entry->kind == INDEX_BUILTIN) {
		const struct builtin_unit *b = builtin_find(entry->name);
		u->builtin = true;
		if (!b || !b->text) {
			return 0;
		}
		size_t n = strlen(b->text);
		return load_text(c, arena_strndup(c->arena, b->text, n), n, b->name);
	}
	u->fragment_path = arena_strdup(c->arena, entry->path);
	return load_file(c, u->fragment_path);
}

/* A drop-in that cannot be used ends where it broke; what was read of it counts, and the unit loads
 * (measured). */
static void load_dropins(const struct load_context *c)
{
	struct unit *u = c->unit;
	load_list_dropins(c->index, &u->names, c->arena, &u->dropin_paths);
	STRV_FOREACH(path, &u->dropin_paths)
	{
		int r = load_file(c, path);
		if (r < 0 && !load_error_was_told(r) && !load_is_null_link(c->index->root, path)) {
			diag_add(c->diags, DIAG_WARNING, r, NULL, 0, u->id, "Failed to open %s: %s",
				 path, strerror(-r));
		}
	}
}

void load_unit(const struct load_context *c, const struct index_entry *entry)
{
	struct unit *u = c->unit;
	u->load_state = UNIT_LOADED;
	if (entry && entry->kind == INDEX_MASKED) {
		u->load_state = UNIT_MASKED;
		u->fragment_path = arena_strdup(c->arena, entry->path);
		return;
	}
	int r = entry ? load_fragment(c, entry) : 0;
	if (r == -ENOENT || r == -EISDIR) { /* a dangling link is no unit */
		u->load_state = UNIT_NOT_FOUND;
		u->fragment_path = NULL;
		return;
	}
	if (r < 0) {
		load_note_error(c, r, u->fragment_path ? u->fragment_path : u->id);
		return;
	}
	bool fragment = entry || u->source_path;
	if (!fragment && u->type != UNIT_SLICE && u->type != UNIT_DEVICE) {
		u->load_state = UNIT_NOT_FOUND;
		return;
	}
	load_dropins(c);
	load_dependency_dirs(c);
	load_sysv_wants(c);
	unit_defaults_finish(u, c->arena, c->diags);
}
