/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "install/find.h"
#include "unit/lex.h"
#include "unit/name.h"
#include "unit/specifier.h"
#include "unit/value.h"

/* What the reading of one file needs. */
struct section {
	struct unit_file_set *set;
	struct unit_file *file;
	const char *path; /* as printed */
	bool is_install;
	const char *key;
	unsigned line;
};

#define WARN(s, error, ...)                                                                        \
	diag_add(&(s)->set->in->diags, DIAG_WARNING, (error), (s)->path, (s)->line, NULL,          \
		 __VA_ARGS__)

/* Of the other sections a unit file may have nothing is read here, and nothing said. */
static const char *const other_sections[] = {
    "Automount", "Device", "Mount", "Path",   "Scope", "Service",
    "Slice",	 "Socket", "Swap",  "Target", "Timer", "Unit",
};

/* Unit files for all users cannot say who the user is. */
static bool names_a_user(const char *word)
{
	for (; (word = strchr(word, '%')) && word[1]; word += 2) {
		if (strchr("uUgG", word[1])) {
			return true;
		}
	}
	return false;
}

/* Of two faults the first counts: is what stands before the bad specifier too long already? */
static bool is_too_long_before_error(const struct specifier_scope *scope, const char *word,
				     struct arena *a)
{
	char *before;

	for (const char *p = word; (p = strchr(p, '%')) && p[1]; p += 2) {
		if (specifier_expand(scope, SPECIFIER_INSTALL, arena_strndup(a, word, p - word), a,
				     &before) < 0) {
			return false;
		}
		if (strlen(before) >= UNIT_NAME_MAX) {
			return true;
		}
	}
	return false;
}

int unit_file_expand(struct install *in, const struct unit_file *f, const char *word, char **ret)
{
	struct specifier_scope scope = {
	    .root = &in->root,
	    .user = in->search.scope != SEARCH_SYSTEM,
	    .id = f->name,
	};
	int r;

	if (f->default_instance && name_is_valid(f->name, NAME_TEMPLATE)) {
		scope.id = name_with_instance(in->arena, f->name, f->default_instance);
		if (!scope.id) {
			return -EINVAL;
		}
	}
	if (in->search.scope == SEARCH_GLOBAL && !in->is_preset && names_a_user(word)) {
		return -EINVAL;
	}
	r = specifier_expand(&scope, SPECIFIER_INSTALL, word, in->arena, ret);
	if (r >= 0 ? strlen(*ret) >= UNIT_NAME_MAX : is_too_long_before_error(&scope, word, in->arena)) {
		return -ENAMETOOLONG;
	}
	return r;
}

/* ---- one function per kind of value; 0, or the error that makes the file unusable ---- */

static int read_words(struct section *s, const char *value, struct strv *list)
{
	struct arena *a = s->set->in->arena;
	struct strv words = {0};
	char *word;
	int r;

	if (value[0] == '\0') {
		list->n = 0;
		return 0;
	}
	for (const char *p = value;
	     (r = value_next_word(&p, NULL, VALUE_WORD_UNQUOTE | VALUE_WORD_RETAIN_ESCAPE, a,
				  &word)) > 0;) {
		strv_add(&words, a, word);
	}
	if (r < 0) {
		WARN(s, r, "Failed to parse %s=%s, ignoring: %s", s->key, value, strerror(-r));
		return 0;
	}
	STRV_FOREACH(w, &words)
	{
		strv_add(list, a, w);
	}
	return 0;
}

static int read_alias(struct section *s, const char *value, struct strv *list)
{
	int type = name_type(s->file->name);

	switch (type) {
	case UNIT_MOUNT:
	case UNIT_AUTOMOUNT:
	case UNIT_SWAP:
	case UNIT_SLICE:
	case UNIT_SCOPE:
		WARN(s, 0, "Alias= is not allowed for %s units, ignoring.", unit_type_name(type));
		return 0;
	default:
		return read_words(s, value, list);
	}
}

static int read_also(struct section *s, const char *value, struct strv *list)
{
	struct arena *a = s->set->in->arena;
	char *word, *name;
	int r;

	while ((r = value_next_word(&value, NULL, 0, a, &word)) > 0) {
		r = unit_file_expand(s->set->in, s->file, word, &name);
		if (r < 0) {
			return WARN(s, r, "Failed to resolve unit name in Also=\"%s\": %s", word,
				    strerror(-r));
		}
		r = find_add(s->set, name, true, NULL);
		if (r < 0) {
			return r;
		}
		strv_add(list, a, name);
	}
	return r;
}

static bool is_instance(const char *s)
{
	for (; *s; s++) {
		if (!(*s >= '0' && *s <= '9') && !(*s >= 'a' && *s <= 'z') &&
		    !(*s >= 'A' && *s <= 'Z') && !strchr("@:-_.\\", *s)) {
			return false;
		}
	}
	return true;
}

static int read_default_instance(struct section *s, const char *value, struct strv *list)
{
	struct install *in = s->set->in;
	char *instance;
	int r;

	(void)list;
	if (name_is_valid(s->file->name, NAME_INSTANCE)) {
		return 0;
	}
	if (!name_is_valid(s->file->name, NAME_TEMPLATE)) {
		WARN(s, 0, "DefaultInstance= only makes sense for template units, ignoring.");
		return 0;
	}
	r = unit_file_expand(in, s->file, value, &instance);
	if (r < 0) {
		return WARN(s, r, "Failed to resolve instance name in DefaultInstance=\"%s\": %s",
			    value, strerror(-r));
	}
	if (instance[0] == '\0') {
		s->file->default_instance = NULL;
		return 0;
	}
	if (!is_instance(instance)) {
		return WARN(s, -EINVAL, "Invalid DefaultInstance= value \"%s\".", instance);
	}
	s->file->default_instance = instance;
	return 0;
}

static const struct key {
	const char *name;
	int (*read)(struct section *s, const char *value, struct strv *list);
	size_t list;
} keys[] = {
    {"Alias", read_alias, offsetof(struct unit_file, aliases)},
    {"Also", read_also, offsetof(struct unit_file, also)},
    {"DefaultInstance", read_default_instance, 0},
    {"RequiredBy", read_words, offsetof(struct unit_file, required_by)},
    {"UpheldBy", read_words, offsetof(struct unit_file, upheld_by)},
    {"WantedBy", read_words, offsetof(struct unit_file, wanted_by)},
};

static void enter_section(struct section *s, const char *name)
{
	s->is_install = streq(name, "Install");
	if (s->is_install || str_has_prefix(name, "X-")) {
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(other_sections); i++) {
		if (streq(name, other_sections[i])) {
			return;
		}
	}
	WARN(s, 0, "Unknown section '%s'. Ignoring.", name);
}

static int assign(struct section *s, const char *key, const char *value)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (streq(key, keys[i].name)) {
			s->key = key;
			return keys[i].read(s, value,
					    (struct strv *)((char *)s->file + keys[i].list));
		}
	}
	if (!str_has_prefix(key, "X-")) {
		WARN(s, 0, "Unknown key '%s' in section [Install], ignoring.", key);
	}
	return 0;
}

static int take(void *context, const struct lex_event *e)
{
	struct section *s = context;

	s->line = e->line;
	if (e->kind == LEX_SECTION) {
		enter_section(s, e->section);
		return 0;
	}
	if (e->kind == LEX_OUTSIDE || !e->section) {
		WARN(s, 0, "Assignment outside of section. Ignoring.");
		return 0;
	}
	if (!s->is_install) {
		return 0;
	}
	switch (e->kind) {
	case LEX_ASSIGNMENT:
		return assign(s, e->key, e->value);
	case LEX_NO_EQUALS:
		WARN(s, 0, "Missing '=', ignoring line.");
		return 0;
	default:
		WARN(s, 0, "Missing key name before '=', ignoring line.");
		return 0;
	}
}

int section_read(struct unit_file_set *s, struct unit_file *f, char *text, size_t n,
		 const char *path)
{
	struct section section = {.set = s, .file = f, .path = path};

	return lex_text(text, n, path, take, &section, &s->in->diags);
}
