/* SPDX-License-Identifier: MIT */

/* [Unit] and [Install]: systemd.unit(5). */

#include <errno.h>

#include "base/root.h"
#include "directive_internal.h"
#include "unit/condition.h"

int directive_parse_dependency(const struct directive_context *c, const char *value, void *place)
{
	enum dep_kind kind = c->directive->argument;
	if (str_has_suffix(c->directive->name, "Overridable")) {
		directive_warn(c,
			       "Unit dependency type %s= is obsolete, replacing by %s=, please "
			       "update your unit file",
			       c->directive->name, dep_kind_name(kind));
	}
	char *name;
	int r;
	/* A backslash is part of a name: "dev-disk-by\\x2dlabel-x.device". */
	for (const char *p = value;
	     (r = directive_next_word_as(c, &p, value, VALUE_WORD_RETAIN_ESCAPE, &name)) > 0;) {
		if (!name_is_valid(name, NAME_ANY)) {
			directive_warn(c, "Failed to add dependency on %s, ignoring: %s", name,
				       strerror(EINVAL));
			continue;
		}
		if (kind == DEP_BEFORE && name_type(name) == UNIT_DEVICE) {
			diag_add(c->diags, DIAG_WARNING, -EINVAL, NULL, 0, c->unit->id,
				 "Dependency Before=%s ignored (.device units cannot be delayed)",
				 name);
			continue;
		}
		if (strv_contains(&c->unit->names, name)) {
			/* systemd says so only where it is surely a mistake. */
			if (kind == DEP_BEFORE || kind == DEP_AFTER) {
				diag_add(c->diags, DIAG_WARNING, -EINVAL, NULL, 0, c->unit->id,
					 "Dependency %s=%s is dropped.", dep_kind_name(kind), name);
			}
			continue;
		}
		unit_add_dependency(c->unit, c->arena, kind, name, false);
	}
	return r;
}

/* Conditions whose parameter is a path must name an absolute one. */
static bool condition_wants_path(enum condition_kind k)
{
	switch (k) {
	case CONDITION_PATH_EXISTS:
	case CONDITION_PATH_EXISTS_GLOB:
	case CONDITION_PATH_IS_DIRECTORY:
	case CONDITION_PATH_IS_ENCRYPTED:
	case CONDITION_PATH_IS_MOUNT_POINT:
	case CONDITION_PATH_IS_READ_WRITE:
	case CONDITION_PATH_IS_SYMBOLIC_LINK:
	case CONDITION_DIRECTORY_NOT_EMPTY:
	case CONDITION_FILE_NOT_EMPTY:
	case CONDITION_FILE_IS_EXECUTABLE:
	case CONDITION_NEEDS_UPDATE:
		return true;
	default:
		return false;
	}
}

int directive_parse_condition(const struct directive_context *c, const char *value, void *place)
{
	struct condition_list *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	const char *suffix = str_after_prefix(c->directive->name, "Condition");
	if (!suffix) {
		suffix = str_after_prefix(c->directive->name, "Assert");
	}
	int kind = condition_kind_parse(suffix);
	if (kind < 0) {
		return directive_bad_value(c, value, kind);
	}
	struct condition new = { .kind = kind };
	if (*value == '|') {
		new.trigger = true;
		value++;
	}
	if (*value == '!') {
		new.negate = true;
		value++;
	}
	char *parameter;
	int r = condition_wants_path(kind) ? directive_expand_path(c, value, false, &parameter)
					   : directive_expand(c, value, &parameter);
	if (r < 0) {
		return r;
	}
	new.parameter = parameter;
	*(struct condition *)ARENA_PUSH(c->arena, l->v, l->n, l->cap) = new;
	return 0;
}

static bool documentation_is_valid(const char *url)
{
	static const char *const schemes[] = { "http://", "https://", "file:/", "info:", "man:" };
	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++) {
		const char *rest = str_after_prefix(url, schemes[i]);
		if (rest && *rest) {
			return true;
		}
	}
	return false;
}

int directive_parse_documentation(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	char *url;
	int r;
	for (const char *p = value; (r = directive_next_word(c, &p, value, &url)) > 0;) {
		if (!documentation_is_valid(url)) {
			directive_warn(c, "Invalid URL, ignoring: %s", url);
			continue;
		}
		strv_add(l, c->arena, url);
	}
	return r;
}

int directive_parse_mounts_for(const struct directive_context *c, const char *value, void *place)
{
	char *word;
	int r;
	for (const char *p = value;
	     (r = directive_next_word_as(c, &p, value, VALUE_WORD_UNQUOTE, &word)) > 0;) {
		if (directive_check_path(c, word, &word) == 0) {
			strv_add_unique(place, c->arena, word);
		}
	}
	return r;
}

int directive_parse_job_timeout(const struct directive_context *c, const char *value, void *place)
{
	usec_t span;
	if (value_parse_span(value, USEC_PER_SEC, &span) < 0) {
		return directive_warn(c, "Failed to parse %s= parameter, ignoring: %s",
				      c->directive->name, value);
	}
	/* JobTimeoutSec= alone limits the running time too; an explicit JobRunningTimeoutSec=
	 * overrides that. */
	if (place == &c->unit->job_timeout && !c->unit->job_running_timeout_set) {
		c->unit->job_running_timeout = span ? span : USEC_INFINITY;
	}
	if (place == &c->unit->job_running_timeout) {
		c->unit->job_running_timeout_set = true;
	}
	*(usec_t *)place = span ? span : USEC_INFINITY;
	return 0;
}

int directive_parse_job_mode_isolate(const struct directive_context *c, const char *value,
				     void *place)
{
	bool isolate;
	if (value_parse_bool(value, &isolate) < 0) {
		return directive_warn(c, "Failed to parse boolean, ignoring: %s", value);
	}
	*(const char **)place = isolate ? "isolate" : "replace";
	return 0;
}

int directive_parse_action(const struct directive_context *c, const char *value, void *place)
{
	int i = directive_choice_find(CHOICE_ACTION, value);
	if (i < 0) {
		return directive_warn(c, "Failed to parse %s=, ignoring: %s", c->directive->name,
				      value);
	}
	*(enum emergency_action *)place = i;
	return 0;
}

int directive_parse_exit_status_code(const struct directive_context *c, const char *value,
				     void *place)
{
	if (!*value) {
		*(int *)place = -1;
		return 0;
	}
	unsigned status;
	int r = value_parse_unsigned(value, &status);
	if (r < 0 || status > 255) {
		return directive_warn(c, "Failed to parse exit status '%s', ignoring: %s", value,
				      strerror(r < 0 ? -r : ERANGE));
	}
	*(int *)place = (int)status;
	return 0;
}

int directive_parse_install_list(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	/* Specifiers stay: enable resolves them with a set of letters of its own. */
	for (const char *p = value;;) {
		char *word;
		int r = value_next_word(&p, NULL, VALUE_WORD_UNQUOTE, c->arena, &word);
		if (r <= 0) {
			return r < 0 ? directive_bad_value(c, value, r) : 0;
		}
		strv_add(l, c->arena, word);
	}
}
