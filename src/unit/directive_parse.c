/* SPDX-License-Identifier: MIT */

/* What the parsers of all sections share, and the parsers of plain values. */

#include <errno.h>
#include <stdio.h>

#include "base/root.h"
#include "base/signals.h"
#include "directive_internal.h"

/* ---- what is said about a bad line ---- */

static int PRINTF(4, 0) directive_vsay(const struct directive_context *c, enum diag_level level,
				       int code, const char *format, va_list args)
{
	CLEANUP_FREE char *text = NULL;
	if (vasprintf(&text, format, args) < 0) {
		arena_out_of_memory();
	}
	return diag_add(c->diags, level, code, c->file, c->line, c->unit->id, "%s", text);
}

int directive_warn(const struct directive_context *c, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	directive_vsay(c, DIAG_WARNING, -EINVAL, format, args);
	va_end(args);
	return -EINVAL;
}

int directive_fail(const struct directive_context *c, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	directive_vsay(c, DIAG_ERROR, -ENOEXEC, format, args);
	va_end(args);
	return -ENOEXEC;
}

int directive_bad_value(const struct directive_context *c, const char *value, int error)
{
	return directive_warn(c, "Failed to parse %s=%s, ignoring: %s", c->directive->name, value,
			      strerror(-error));
}

int directive_expand(const struct directive_context *c, const char *value, char **ret)
{
	int r = specifier_expand(c->scope, SPECIFIER_ALL, value, c->arena, ret);
	if (r < 0) {
		/* The environment's settings say it in words of their own. */
		bool plain = str_has_suffix(c->directive->name, "Environment") &&
			     c->directive->name[0] != 'U';
		return directive_warn(c,
				      plain ? "Failed to resolve specifiers in %s, ignoring: %s"
					    : "Failed to resolve unit specifiers in '%s', ignoring: %s",
				      value, r == -EBADSLT ? "Invalid slot" : strerror(-r));
	}
	return 0;
}

/* "path is not absolute, ignoring: x" for a warning, "path is not absolute: x" where the unit
 * cannot be used. */
static int directive_refuse_path(const struct directive_context *c, const char *what,
				 const char *path, bool fatal)
{
	const char *name = c->directive->name;
	if (fatal) {
		return directive_fail(c, "%s= path is not %s: %s", name, what, path);
	}
	return directive_warn(c, "%s= path is not %s, ignoring: %s", name, what, path);
}

static int directive_normalize_path(const struct directive_context *c, const char *path, bool fatal,
				    char **ret)
{
	if (!path_is_absolute(path)) {
		return directive_refuse_path(c, "absolute", path, fatal);
	}
	path = path_simplify(c->arena, path);
	if (!path_is_normalized(path)) {
		return directive_refuse_path(c, "normalized", path, fatal);
	}
	*ret = (char *)path;
	return 0;
}

int directive_expand_path(const struct directive_context *c, const char *value, bool fatal,
			  char **ret)
{
	char *path;
	int r = directive_expand(c, value, &path);
	if (r < 0) {
		return fatal ? -ENOEXEC : r;
	}
	return directive_normalize_path(c, path, fatal, ret);
}

int directive_check_path(const struct directive_context *c, const char *path, char **ret)
{
	return directive_normalize_path(c, path, false, ret);
}

int directive_next_word_as(const struct directive_context *c, const char **p, const char *whole,
			   unsigned flags, char **ret)
{
	for (;;) {
		char *word;
		int r = value_next_word(p, NULL, flags, c->arena, &word);
		if (r < 0) {
			return directive_warn(c, "Invalid syntax, ignoring: %s", whole);
		}
		if (r == 0) {
			return 0;
		}
		if (directive_expand(c, word, ret) >= 0) {
			return 1;
		}
	}
}

int directive_next_word(const struct directive_context *c, const char **p, const char *whole,
			char **ret)
{
	return directive_next_word_as(c, p, whole, VALUE_WORD_UNQUOTE | VALUE_WORD_CUNESCAPE, ret);
}

/* ---- numbers ---- */

int directive_parse_bool(const struct directive_context *c, const char *value, void *place)
{
	if (!*value && c->directive->argument == DIRECTIVE_BOOL_RESET) {
		*(bool *)place = false;
		return 0;
	}
	int r = value_parse_bool(value, place);
	return r < 0 ? directive_bad_value(c, value, r) : 0;
}

int directive_parse_bool_fatal(const struct directive_context *c, const char *value, void *place)
{
	int r = value_parse_bool(value, place);
	if (r < 0) {
		return directive_fail(c, "Failed to parse %s=%s: %s", c->directive->name, value,
				      strerror(-r));
	}
	return 0;
}

int directive_parse_tristate(const struct directive_context *c, const char *value, void *place)
{
	if (!*value) {
		*(int *)place = -1;
		return 0;
	}
	bool b;
	int r = value_parse_bool(value, &b);
	if (r < 0) {
		return directive_bad_value(c, value, r);
	}
	*(int *)place = b;
	return 0;
}

int directive_parse_int(const struct directive_context *c, const char *value, void *place)
{
	int r = value_parse_int(value, place);
	return r < 0 ? directive_bad_value(c, value, r) : 0;
}

int directive_parse_unsigned(const struct directive_context *c, const char *value, void *place)
{
	int r = value_parse_unsigned(value, place);
	return r < 0 ? directive_bad_value(c, value, r) : 0;
}

int directive_parse_mode(const struct directive_context *c, const char *value, void *place)
{
	int r = value_parse_mode(value, place);
	return r < 0 ? directive_bad_value(c, value, r) : 0;
}

int directive_parse_span(const struct directive_context *c, const char *value, void *place)
{
	usec_t span;
	int r = value_parse_span(value, USEC_PER_SEC, &span);
	if (r < 0) {
		return directive_bad_value(c, value, r);
	}
	if (span == 0 && c->directive->argument == DIRECTIVE_SPAN_ZERO_IS_INFINITE) {
		span = USEC_INFINITY;
	}
	*(usec_t *)place = span;
	return 0;
}

int directive_parse_size(const struct directive_context *c, const char *value, void *place)
{
	int r = value_parse_size(value, place);
	return r < 0 ? directive_bad_value(c, value, r) : 0;
}

int directive_parse_signal(const struct directive_context *c, const char *value, void *place)
{
	int sig = signals_parse(value);
	if (sig <= 0) {
		return directive_bad_value(c, value, -EINVAL);
	}
	*(int *)place = sig;
	return 0;
}

int directive_parse_log_level(const struct directive_context *c, const char *value, void *place)
{
	int r = value_parse_log_level(value, place);
	return r < 0 ? directive_bad_value(c, value, r) : 0;
}

int directive_parse_log_facility(const struct directive_context *c, const char *value, void *place)
{
	int r = value_parse_log_facility(value, place);
	return r < 0 ? directive_bad_value(c, value, r) : 0;
}

/* ---- text ---- */

int directive_parse_raw(const struct directive_context *c, const char *value, void *place)
{
	*(const char **)place = *value ? arena_strdup(c->arena, value) : NULL;
	return 0;
}

int directive_parse_string(const struct directive_context *c, const char *value, void *place)
{
	char *s = NULL;
	if (*value && directive_expand(c, value, &s) < 0) {
		return -EINVAL;
	}
	*(const char **)place = s;
	return 0;
}

static int directive_parse_one_path(const struct directive_context *c, const char *value,
				    bool fatal, void *place)
{
	char *path = NULL;
	int r = *value ? directive_expand_path(c, value, fatal, &path) : 0;
	if (r < 0) {
		return r;
	}
	*(const char **)place = path;
	return 0;
}

int directive_parse_path(const struct directive_context *c, const char *value, void *place)
{
	return directive_parse_one_path(c, value, false, place);
}

int directive_parse_path_fatal(const struct directive_context *c, const char *value, void *place)
{
	return directive_parse_one_path(c, value, true, place);
}

int directive_parse_words(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	char *word;
	int r;
	for (const char *p = value; (r = directive_next_word(c, &p, value, &word)) > 0;) {
		strv_add(l, c->arena, word);
	}
	return r;
}

int directive_parse_path_words(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	char *word;
	int r;
	for (const char *p = value;
	     (r = directive_next_word_as(c, &p, value, VALUE_WORD_UNQUOTE, &word)) > 0;) {
		/* "-" before "+", each at most once. */
		bool plain = c->directive->argument == DIRECTIVE_PATHS_PLAIN;
		size_t prefix = !plain && word[0] == '-';
		prefix += !plain && word[prefix] == '+';
		char *path;
		if (directive_check_path(c, word + prefix, &path) == 0) {
			strv_add(l, c->arena,
				 arena_printf(c->arena, "%.*s%s", (int)prefix, word, path));
		}
	}
	return r;
}

int directive_parse_commands(const struct directive_context *c, const char *value, void *place)
{
	return command_parse(value, c->scope, c->arena, place, c->diags, c->file, c->line);
}

/* ---- one of several words ---- */

int directive_parse_choice(const struct directive_context *c, const char *value, void *place)
{
	int i = directive_choice_find(c->directive->argument, value);
	if (i < 0) {
		return directive_bad_value(c, value, -EINVAL);
	}
	const char *word = directive_choice_name(c->directive->argument, i);
	*(const char **)place = *word ? word : NULL;
	return 0;
}

int directive_parse_enum(const struct directive_context *c, const char *value, void *place)
{
	int i = directive_choice_find(c->directive->argument, value);
	if (i < 0) {
		return directive_bad_value(c, value, -EINVAL);
	}
	*(int *)place = i;
	return 0;
}

int directive_parse_choice_bool(const struct directive_context *c, const char *value, void *place)
{
	int i = directive_choice_find(c->directive->argument, value);
	if (i < 0) {
		return directive_bad_value(c, value, -EINVAL);
	}
	*(bool *)place = i != 0;
	return 0;
}
