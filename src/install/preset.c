/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <dirent.h>
#include <fnmatch.h>

#include "apply.h"
#include "base/names.h"
#include "install/dirs.h"
#include "unit/name.h"
#include "unit/value.h"

#define FILE_MAX (10u * 1024 * 1024)
#define BLANKS " \t\n\r"

static const char *const verdict_names[] = {
    [PRESET_VERDICT_ENABLE] = "enabled",
    [PRESET_VERDICT_DISABLE] = "disabled",
    [PRESET_VERDICT_IGNORE] = "ignored",
};
static const char *const words[] = {
    [PRESET_VERDICT_ENABLE] = "enable",
    [PRESET_VERDICT_DISABLE] = "disable",
    [PRESET_VERDICT_IGNORE] = "ignore",
};

struct preset_rule {
	const char *pattern;
	enum preset_verdict verdict;
	struct strv instances; /* of the template that pattern is */
};

struct preset_list {
	struct preset_rule *v;
	size_t n, cap;
};

const char *preset_verdict_name(enum preset_verdict v)
{
	return NAMES_AT(verdict_names, (int)v);
}

/* ---- reading ---- */

/* "enable NAME@.service a b c": the words behind a template are instances of it. */
static int split_instances(struct arena *a, const char *rest, struct preset_rule *rule)
{
	char *name;
	int r = value_next_word(&rest, NULL, VALUE_WORD_RETAIN_ESCAPE, a, &name);

	if (r < 0) {
		return r;
	}
	rule->pattern = r > 0 ? name : "";
	rest = rest ? rest + strspn(rest, BLANKS) : "";
	if (*rest == '\0') {
		return 0;
	}
	if (!name_is_valid(rule->pattern, NAME_TEMPLATE)) {
		return -EINVAL;
	}
	strv_split(&rule->instances, a, rest, BLANKS);
	return 0;
}

static int parse_line(struct arena *a, const char *line, struct preset_rule *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const char *rest = str_after_prefix(line, words[i]);

		if (!rest || (*rest && !strchr(BLANKS, *rest))) {
			continue;
		}
		rest += strspn(rest, BLANKS);
		*ret = (struct preset_rule){.verdict = (enum preset_verdict)i, .pattern = rest};
		return i == PRESET_VERDICT_ENABLE ? split_instances(a, rest, ret) : 0;
	}
	return -EBADMSG;
}

static void strip(char **line)
{
	size_t n;

	*line += strspn(*line, BLANKS);
	for (n = strlen(*line); n > 0 && strchr(BLANKS, (*line)[n - 1]); n--) {
	}
	(*line)[n] = '\0';
}

static int read_file(struct install *in, struct preset_list *list, const char *path)
{
	char *text, *next;
	size_t n;
	int r = root_read_file(&in->root, path, FILE_MAX, in->arena, &text, &n);

	if (r < 0) {
		return r == -ENOENT ? 0 : r;
	}
	next = text;
	for (unsigned number = 1; next && *next; number++) {
		char *line = next;
		struct preset_rule rule;

		next = strchr(line, '\n');
		if (next) {
			*next++ = '\0';
		}
		strip(&line);
		if (*line == '\0' || *line == '#' || *line == ';') {
			continue;
		}
		r = parse_line(in->arena, line, &rule);
		if (r < 0) {
			diag_add(&in->diags, DIAG_WARNING, r, change_printed_path(in, path), number,
				 NULL, "Couldn't parse line '%s'. Ignoring.", line);
			continue;
		}
		*ARENA_PUSH(in->arena, list->v, list->n, list->cap) = rule;
	}
	return 0;
}

static void collect_files(struct install *in, const char *base, struct map *files)
{
	const char *kind = in->search.scope == SEARCH_SYSTEM ? "system-preset" : "user-preset";
	char *dir = arena_printf(in->arena, "%s/systemd/%s", base, kind);
	struct map entries;

	dirs_read_entries(root_openat(&in->root, dir, O_RDONLY | O_DIRECTORY, 0), in->arena,
			  &entries);
	MAP_FOREACH(e, &entries)
	{
		if (str_has_suffix(e->key, ".preset") && !map_has(files, e->key)) {
			map_put(files, e->key, path_join(in->arena, dir, e->key));
		}
	}
}

static int read_presets(struct install *in)
{
	static const char *const bases[] = {"/etc", "/run", "/usr/local/lib", "/usr/lib"};
	struct preset_list *list;
	struct strv names = {0};
	struct map files;
	int r = 0;

	if (in->presets) {
		return 0;
	}
	list = arena_new(in->arena, struct preset_list);
	map_init(&files, in->arena);
	for (size_t i = 0; i < ARRAY_SIZE(bases); i++) {
		collect_files(in, bases[i], &files);
	}
	MAP_FOREACH(e, &files)
	{
		strv_add(&names, in->arena, e->key);
	}
	strv_sort(&names);
	for (size_t i = 0; i < names.n && r >= 0; i++) {
		r = read_file(in, list, map_get(&files, names.v[i]));
	}
	if (r >= 0) {
		in->presets = list;
	}
	return r;
}

/* ---- asking ---- */

/* Does the rule name instances, and is the unit one of them, or the template that they are made
 * from (then *ret gets them)? */
static bool matches_instances(struct arena *a, const struct preset_rule *rule, const char *unit,
			      struct strv *ret)
{
	if (rule->instances.n == 0 || !ret || !name_is_valid(unit, NAME_TEMPLATE | NAME_INSTANCE) ||
	    !streq(name_template(a, unit), rule->pattern)) {
		return false;
	}
	if (name_is_valid(unit, NAME_INSTANCE)) {
		return strv_contains(&rule->instances, name_instance(a, unit));
	}
	STRV_FOREACH(instance, &rule->instances)
	{
		const char *name = name_with_instance(a, unit, instance);

		if (name) {
			strv_add(ret, a, name);
		}
	}
	return true;
}

/* The verdict on a unit; *ret_instances (may be NULL): what to enable in its place. */
static int query(struct install *in, const char *unit, enum preset_verdict *ret,
		 struct strv *ret_instances)
{
	int r = name_is_valid(unit, NAME_ANY) ? read_presets(in) : -EINVAL;

	if (r < 0) {
		return r;
	}
	*ret = PRESET_VERDICT_ENABLE;
	for (size_t i = 0; i < in->presets->n; i++) {
		const struct preset_rule *rule = &in->presets->v[i];

		if (matches_instances(in->arena, rule, unit, ret_instances) ||
		    fnmatch(rule->pattern, unit, FNM_NOESCAPE) == 0) {
			*ret = rule->verdict;
			return 0;
		}
	}
	return 0;
}

int install_query_preset(struct install *in, const char *unit, enum preset_verdict *ret)
{
	return query(in, unit, ret, NULL);
}

/* ---- acting ---- */

struct preset_plan {
	struct install *in;
	struct unit_file_set plus, minus;
	struct change_list *changes;
	struct apply apply;
};

static int plan_enable(struct preset_plan *p, const char *name, const struct strv *instances)
{
	struct unit_file *f;
	int r = 0;

	if (instances->n == 0) {
		return find_discover_usable(&p->plus, name, FIND_LOAD | FIND_FOLLOW_CONFIG, &f,
					    p->changes);
	}
	for (size_t i = 0; i < instances->n && r >= 0; i++) {
		r = find_discover_usable(&p->plus, instances->v[i], FIND_LOAD | FIND_FOLLOW_CONFIG,
					 &f, p->changes);
	}
	return r;
}

static int plan_unit(struct preset_plan *p, const char *name)
{
	struct strv instances = {0};
	struct unit_file_set found;
	struct unit_file *f;
	enum preset_verdict verdict;
	int r;

	if (find_has(&p->plus, name) || find_has(&p->minus, name)) {
		return 0;
	}
	find_set_init(&found, p->in);
	r = find_discover(&found, name, FIND_FOLLOW_CONFIG, &f, p->changes);
	if (r < 0) {
		return r;
	}
	if (!streq(name, f->name)) {
		return 0;
	}
	r = query(p->in, name, &verdict, &instances);
	if (r < 0) {
		return r;
	}
	switch (verdict) {
	case PRESET_VERDICT_ENABLE:
		return plan_enable(p, name, &instances);
	case PRESET_VERDICT_DISABLE:
		return find_discover(&p->minus, name, FIND_FOLLOW_CONFIG, &f, p->changes);
	default:
		return 0;
	}
}

static int execute(struct preset_plan *p, enum preset_mode mode, unsigned flags)
{
	struct strv marked = {0};
	int r = 0, q;

	if (mode != PRESET_ENABLE_ONLY) {
		r = apply_mark(&p->apply, &p->minus, &marked);
		q = change_remove_marked(p->in, &marked, p->apply.config, flags, p->changes);
		r = r < 0 ? r : q;
	}
	if (mode != PRESET_DISABLE_ONLY) {
		q = apply_links(&p->apply, &p->plus);
		r = r < 0 ? r : q;
	}
	return r;
}

static int plan_init(struct preset_plan *p, struct install *in, unsigned flags,
		     struct change_list *changes)
{
	int r;

	in->is_preset = true;
	*p = (struct preset_plan){ .in = in, .changes = changes };
	find_set_init(&p->plus, in);
	find_set_init(&p->minus, in);
	r = apply_init(&p->apply, in, flags | INSTALL_SKIP_UNFIT, changes);
	return r < 0 ? r : read_presets(in);
}

int install_preset(struct install *in, const struct strv *units, enum preset_mode mode,
		   unsigned flags, struct change_list *changes)
{
	struct preset_plan p;
	int r = plan_init(&p, in, flags, changes);

	for (size_t i = 0; i < units->n && r >= 0; i++) {
		r = plan_unit(&p, units->v[i]);
	}
	return r < 0 ? r : execute(&p, mode, flags);
}

int install_preset_all(struct install *in, enum preset_mode mode, unsigned flags,
		       struct change_list *changes)
{
	struct preset_plan p;
	int r = plan_init(&p, in, flags, changes);

	for (size_t i = 0; i < in->search.dirs.n && r >= 0; i++) {
		MAP_FOREACH(e, dirs_entries(in, i))
		{
			if ((DIRS_TYPE(e) != DT_LNK && DIRS_TYPE(e) != DT_REG) ||
			    !name_is_valid(e->key, NAME_ANY)) {
				continue;
			}
			/* What one unit suffers from is told, and the others are not left alone for
			 * it. */
			plan_unit(&p, e->key);
		}
	}
	return r < 0 ? r : execute(&p, mode, flags);
}
