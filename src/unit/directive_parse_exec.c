/* SPDX-License-Identifier: MIT */

/* Who and with what a process runs: systemd.exec(5) without files, streams and sandboxing. */

#include <errno.h>
#include <sched.h>

#include "base/root.h"
#include "directive_internal.h"
#include "unit/numa.h"

#define IO_CLASS_DEFAULT 2 /* IOPRIO_CLASS_BE */
#define IO_PRIORITY_DEFAULT 4

/* Lenient as systemd is for existing names: what could be mistaken for a path, a list or another
 * field is refused. */
static bool exec_user_name_is_valid(const char *s)
{
	size_t n = strlen(s);
	if (n == 0 || streq(s, ".") || streq(s, "..") || s[0] == ' ' || s[n - 1] == ' ') {
		return false;
	}
	for (const unsigned char *p = (const unsigned char *)s; *p; p++) {
		if (*p < ' ' || *p == 0x7f || *p == ':' || *p == '/') {
			return false;
		}
	}
	/* Numbers: neither with a zero in front nor negative. */
	const char *digits = s + (s[0] == '-');
	if (digits[strspn(digits, "0123456789")] != '\0') {
		return true;
	}
	uint64_t id;
	return str_to_u64(s, &id) == 0 && (s[0] != '0' || n == 1) && id < UINT32_MAX &&
	       id != UINT16_MAX;
}

int directive_parse_user(const struct directive_context *c, const char *value, void *place)
{
	if (!*value) {
		*(const char **)place = NULL;
		return 0;
	}
	char *name;
	if (directive_expand(c, value, &name) < 0) {
		return -ENOEXEC;
	}
	if (!exec_user_name_is_valid(name)) {
		return directive_fail(c, "Invalid user/group name or numeric ID: %s", name);
	}
	if (streq(name, "nobody") && c->directive->argument) {
		diag_add(c->diags, DIAG_NOTICE, 0, c->file, c->line, c->unit->id,
			 "Special user %s configured, this is not safe!", name);
	}
	*(const char **)place = name;
	return 0;
}

int directive_parse_groups(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	/* A quote is part of a name. */
	for (const char *p = value;;) {
		char *word, *name;
		int r = value_next_word(&p, NULL, 0, c->arena, &word);
		if (r <= 0) {
			return r < 0 ? directive_fail(c, "Invalid syntax: %s", value) : 0;
		}
		if (directive_expand(c, word, &name) < 0) {
			return -ENOEXEC;
		}
		if (!exec_user_name_is_valid(name)) {
			return directive_fail(c, "Invalid user/group name or numeric ID: %s", name);
		}
		strv_add(l, c->arena, name);
	}
}

int directive_parse_working_directory(const struct directive_context *c, const char *value,
				      void *place)
{
	struct exec_settings *x = &c->unit->exec;
	bool optional = *value == '-';
	const char *s = value + optional;
	if (!*value) {
		x->working_directory = NULL;
		x->working_directory_optional = false;
		return 0;
	}
	char *path = arena_strdup(c->arena, s);
	if (!streq(s, "~")) {
		int r = directive_expand_path(c, s, !optional, &path);
		if (r < 0) {
			return r;
		}
	}
	x->working_directory = path;
	x->working_directory_optional = optional;
	return 0;
}

/* ---- scheduling ---- */

int directive_parse_nice(const struct directive_context *c, const char *value, void *place)
{
	struct exec_settings *x = &c->unit->exec;
	if (!*value) {
		x->nice = 0;
		x->nice_set = false;
		return 0;
	}
	int n;
	int r = value_parse_int(value, &n);
	if (r < 0) {
		return directive_warn(c, "Failed to parse nice priority '%s', ignoring: %s", value,
				      strerror(-r));
	}
	if (n < -20 || n > 19) {
		return directive_warn(c, "Nice priority out of range, ignoring: %s", value);
	}
	x->nice = n;
	x->nice_set = true;
	return 0;
}

int directive_parse_oom_score(const struct directive_context *c, const char *value, void *place)
{
	struct exec_settings *x = &c->unit->exec;
	if (!*value) {
		x->oom_score_adjust_set = false;
		x->oom_score_adjust = 0;
		return 0;
	}
	int n;
	int r = value_parse_int(value, &n);
	if (r < 0) {
		return directive_warn(
			c, "Failed to parse the OOM score adjust value '%s', ignoring: %s", value,
			strerror(-r));
	}
	if (n < -1000 || n > 1000) {
		return directive_warn(c, "OOM score adjust value out of range, ignoring: %s",
				      value);
	}
	x->oom_score_adjust = n;
	x->oom_score_adjust_set = true;
	return 0;
}

int directive_parse_sched_policy(const struct directive_context *c, const char *value, void *place)
{
	struct exec_settings *x = &c->unit->exec;
	if (!*value) {
		x->cpu_sched_set = false;
		x->cpu_sched_policy = x->cpu_sched_priority = 0;
		return 0;
	}
	int i = directive_choice_find(CHOICE_SCHED_POLICY, value);
	if (i < 0 && (value_parse_int(value, &i) < 0 || i < 0)) {
		return directive_warn(c, "Failed to parse CPU scheduling policy, ignoring: %s",
				      value);
	}
	x->cpu_sched_policy = i;
	x->cpu_sched_set = true;
	/* A real-time policy needs a priority of at least 1, the others need 0. */
	int min = sched_get_priority_min(i), max = sched_get_priority_max(i);
	if (x->cpu_sched_priority < min) {
		x->cpu_sched_priority = min;
	}
	if (max >= min && x->cpu_sched_priority > max) {
		x->cpu_sched_priority = max;
	}
	return 0;
}

int directive_parse_sched_priority(const struct directive_context *c, const char *value,
				   void *place)
{
	struct exec_settings *x = &c->unit->exec;
	int n;
	if (value_parse_int(value, &n) < 0) {
		return directive_warn(c, "Failed to parse CPU scheduling priority, ignoring: %s",
				      value);
	}
	if (n < 0 || n > 99) {
		return directive_warn(c, "CPU scheduling priority is out of range, ignoring: %s",
				      value);
	}
	x->cpu_sched_priority = n;
	x->cpu_sched_set = true;
	return 0;
}

/* "3", "1-4": within what the kernel could ever have. */
static bool exec_cpu_range_is_valid(const char *word)
{
	char *end;
	if (*word < '0' || *word > '9') {
		return false;
	}
	unsigned long from = strtoul(word, &end, 10), to = from;
	if (*end == '-') {
		const char *second = end + 1;
		if (*second < '0' || *second > '9') {
			return false;
		}
		to = strtoul(second, &end, 10);
	}
	return *end == '\0' && from < 8192 && to < 8192;
}

/* "0,2-4 7" -> words. */
static int add_ranges(const struct directive_context *c, const char *value, struct strv *l)
{
	struct strv words = { 0 };

	strv_split(&words, c->arena, value, " \t,");
	STRV_FOREACH(word, &words)
	{
		if (!exec_cpu_range_is_valid(word)) {
			return directive_warn(c, "Failed to parse CPU affinity '%s'", word);
		}
	}
	STRV_FOREACH(word, &words)
	{
		strv_add(l, c->arena, word);
	}
	return 0;
}

int directive_parse_cpu_affinity(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	int r;

	if (!*value) {
		l->n = 0;
		c->unit->exec.cpu_affinity_from_numa = false;
		return 0;
	}
	if (streq(value, "numa")) {
		c->unit->exec.cpu_affinity_from_numa = true;
		return 0;
	}
	r = add_ranges(c, value, l);
	if (r == 0) {
		c->unit->exec.cpu_affinity_from_numa = false;
	}
	return r;
}

int directive_parse_numa_mask(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;

	if (!*value) {
		l->n = 0;
	} else if (streq(value, "all")) {
		numa_add_all_nodes(c->arena, l);
	} else if (add_ranges(c, value, l) < 0) {
		return directive_warn(c, "Failed to parse NUMA node mask, ignoring: %s", value);
	}
	return 0;
}

/* An empty value of either takes both back. */
static void exec_reset_io(struct exec_settings *x)
{
	x->io_set = false;
	x->io_class = IO_CLASS_DEFAULT;
	x->io_priority = IO_PRIORITY_DEFAULT;
}

int directive_parse_io_class(const struct directive_context *c, const char *value, void *place)
{
	struct exec_settings *x = &c->unit->exec;
	if (!*value) {
		exec_reset_io(x);
		return 0;
	}
	int i = directive_choice_find(CHOICE_IO_CLASS, value);
	if (i < 0 && (value_parse_int(value, &i) < 0 || i < 0 || i > 3)) {
		return directive_warn(c, "Failed to parse IO scheduling class, ignoring: %s",
				      value);
	}
	/* "none" is the default class with its default priority. */
	if (i == 0) {
		exec_reset_io(x);
	} else {
		x->io_class = i;
	}
	x->io_set = true;
	return 0;
}

int directive_parse_io_priority(const struct directive_context *c, const char *value, void *place)
{
	struct exec_settings *x = &c->unit->exec;
	if (!*value) {
		exec_reset_io(x);
		return 0;
	}
	int n;
	if (value_parse_int(value, &n) < 0 || n < 0 || n > 7) {
		return directive_warn(c, "Failed to parse IO priority, ignoring: %s", value);
	}
	x->io_priority = n;
	x->io_set = true;
	return 0;
}

int directive_parse_nsec(const struct directive_context *c, const char *value, void *place)
{
	int r = value_parse_nsec(value, place);
	return r < 0 ? directive_bad_value(c, value, r) : 0;
}

int directive_parse_limit(const struct directive_context *c, const char *value, void *place)
{
	struct exec_limit *l = place;
	int r = value_parse_limit(c->directive->argument, value, &l->value);
	if (r == -EILSEQ) {
		return directive_warn(
			c, "Soft resource limit chosen higher than hard limit, ignoring: %s",
			value);
	}
	if (r < 0) {
		return directive_bad_value(c, value, r);
	}
	l->set = true;
	return 0;
}

/* ---- environment ---- */

int directive_parse_environment(const struct directive_context *c, const char *value, void *place)
{
	struct strv *env = place;
	if (!*value) {
		env->n = 0;
		return 0;
	}
	char *word;
	int r;
	for (const char *p = value; (r = directive_next_word(c, &p, value, &word)) > 0;) {
		if (!environment_assignment_is_valid(word)) {
			directive_warn(c, "Invalid environment assignment, ignoring: %s", word);
			continue;
		}
		environment_put(env, c->arena, word);
	}
	return r;
}

int directive_parse_env_file(const struct directive_context *c, const char *value, void *place)
{
	struct exec_settings *x = &c->unit->exec;
	if (!*value) {
		x->n_env_files = 0;
		return 0;
	}
	bool optional = *value == '-';
	char *path;
	if (directive_expand_path(c, value + optional, false, &path) < 0) {
		return -EINVAL;
	}
	*(struct exec_env_file *)ARENA_PUSH(c->arena, x->env_files, x->n_env_files,
					    x->cap_env_files) =
		(struct exec_env_file){ .path = path, .optional = optional };
	return 0;
}

int directive_parse_env_names(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	/* UnsetEnvironment= takes whole assignments too. */
	bool assignments = str_has_prefix(c->directive->name, "Unset");
	char *word;
	int r;
	unsigned flags = VALUE_WORD_UNQUOTE | (assignments ? VALUE_WORD_CUNESCAPE : 0);
	for (const char *p = value;
	     (r = directive_next_word_as(c, &p, value, flags, &word)) > 0;) {
		if (!environment_name_is_valid(word) &&
		    !(assignments && environment_assignment_is_valid(word))) {
			directive_warn(c, "Invalid environment name%s %s, ignoring: %s",
				       assignments ? " or assignment" : " for", c->directive->name,
				       word);
			continue;
		}
		strv_add(l, c->arena, word);
	}
	return r;
}

int directive_parse_search_path(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	/* From one that cannot be used on, the rest is lost. */
	for (const char *p = value; p;) {
		char *path;
		size_t n = strcspn(p, ":");
		const char *part = arena_strndup(c->arena, p, n);
		p = p[n] ? p + n + 1 : NULL;
		if (directive_expand_path(c, part, false, &path) < 0) {
			return -EINVAL;
		}
		strv_add(l, c->arena, path);
	}
	return 0;
}
