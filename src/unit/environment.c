/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "unit/environment.h"
#include "unit/utf8.h"
#include "unit/value.h"

static bool is_name_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static bool name_n_is_valid(const char *name, size_t n)
{
	if (n == 0 || (name[0] >= '0' && name[0] <= '9')) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (!is_name_character(name[i])) {
			return false;
		}
	}
	return true;
}

bool environment_name_is_valid(const char *name)
{
	return name_n_is_valid(name, strlen(name));
}

bool environment_assignment_is_valid(const char *s)
{
	const char *equals = strchr(s, '=');

	if (!equals || !name_n_is_valid(s, (size_t)(equals - s))) {
		return false;
	}
	return utf8_is_valid(equals + 1, strlen(equals + 1));
}

/* The value in entry if it is an assignment to the name of n bytes, else NULL. */
static const char *value_of(const char *entry, const char *name, size_t n)
{
	return strncmp(entry, name, n) == 0 && entry[n] == '=' ? entry + n + 1 : NULL;
}

void environment_put(struct strv *env, struct arena *a, const char *assignment)
{
	size_t n = strcspn(assignment, "=");
	bool placed = false;
	size_t kept = 0;

	for (size_t i = 0; i < env->n; i++) {
		if (!value_of(env->v[i], assignment, n)) {
			env->v[kept++] = env->v[i];
		} else if (!placed) {
			env->v[kept++] = assignment;
			placed = true;
		}
	}
	env->n = kept;
	if (!placed) {
		strv_add(env, a, assignment);
	}
}

const char *environment_get(const struct strv *env, const char *name)
{
	size_t n = strlen(name);

	if (n == 0) {
		return NULL;
	}
	for (size_t i = env->n; i > 0; i--) {
		const char *value = value_of(env->v[i - 1], name, n);

		if (value) {
			return value;
		}
	}
	return NULL;
}

void environment_unset(struct strv *env, const char *name_or_assignment)
{
	size_t n = strlen(name_or_assignment);
	bool exact = strchr(name_or_assignment, '=');
	size_t kept = 0;

	for (size_t i = 0; i < env->n; i++) {
		const char *entry = env->v[i];

		if (exact ? !streq(entry, name_or_assignment)
			  : !value_of(entry, name_or_assignment, n)) {
			env->v[kept++] = entry;
		}
	}
	env->n = kept;
}

int environment_parse_words(const char *value, struct arena *a, struct strv *env,
				struct diag_list *diags, const char *file, unsigned line)
{
	const char *s = value;
	char *word;
	int r;

	while ((r = value_next_word(&s, NULL, VALUE_WORD_UNQUOTE | VALUE_WORD_CUNESCAPE, a,
					&word)) > 0) {
		if (environment_assignment_is_valid(word)) {
			environment_put(env, a, word);
		} else {
			diag_add(diags, DIAG_WARNING, -EINVAL, file, line, NULL,
				 "Invalid environment assignment, ignoring: %s", word);
		}
	}
	if (r < 0) {
		return diag_add(diags, DIAG_WARNING, r, file, line, NULL,
				"Invalid syntax, ignoring: %s", value);
	}
	return 0;
}
