/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <errno.h>
#include <stdio.h>

#include "quote.h"
#include "supervisor/environment.h"
#include "unit/environment.h"

extern char **environ;

static void print_json(const struct strv *env, const char *form)
{
	CLEANUP_STRBUF struct strbuf out = { 0 };
	bool pretty = streq(form, "json-pretty");

	strbuf_add(&out, streq(form, "json-sse") ? "data: {" : streq(form, "json-seq") ? "\x1e{" : "{");
	for (size_t i = 0; i < env->n; i++) {
		const char *assignment = env->v[i], *equals = strchr(assignment, '=');

		strbuf_add(&out, i > 0 ? "," : "");
		strbuf_add(&out, pretty ? "\n\t" : "");
		strbuf_add_json(&out, assignment, (size_t)(equals - assignment));
		strbuf_add(&out, pretty ? " : " : ":");
		strbuf_add_json(&out, equals + 1, strlen(equals + 1));
	}
	printf("%s%s}\n%s", strbuf_text(&out), pretty && env->n > 0 ? "\n" : "",
	       streq(form, "json-sse") ? "\n" : "");
}

/* LANG and PATH before what was set, as a manager has them before it is asked for anything. */
static int compare_variables(const void *x, const void *y)
{
	const char *a = *(const char *const *)x, *b = *(const char *const *)y;
	int a_rank = !str_has_prefix(a, "LANG=") +
		     !(str_has_prefix(a, "LANG=") || str_has_prefix(a, "PATH="));
	int b_rank = !str_has_prefix(b, "LANG=") +
		     !(str_has_prefix(b, "LANG=") || str_has_prefix(b, "PATH="));

	return a_rank != b_rank ? a_rank - b_rank : strcmp(a, b);
}

int cmd_show_environment(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct strv env = { 0 };

	if (cmd_need_place(c) < 0) {
		return 1;
	}
	environment_of_manager(&c->place, &c->arena, &env);
	qsort(env.v, env.n, sizeof *env.v, compare_variables);
	if (c->options.output && str_has_prefix(c->options.output, "json")) {
		print_json(&env, c->options.output);
		return 0;
	}
	STRV_FOREACH(assignment, &env) {
		const char *value = strchr(assignment, '=') + 1;

		printf("%.*s", (int)(value - assignment), assignment);
		quote_print_shell(value);
		putchar('\n');
	}
	return 0;
}

static int read_set(struct cmd *c, struct strv *ret)
{
	int r = cmd_need_place(c);

	if (r < 0) {
		return r;
	}
	r = place_read_environment(&c->place, &c->arena, ret);
	return r == -ENOENT ? 0 : r;
}

static int write_set(struct cmd *c, struct strv *env)
{
	int r;

	strv_sort(env);
	r = place_write_environment(&c->place, env);
	if (r < 0) {
		cmd_error("Failed to set environment: %s", strerror(-r));
		return 1;
	}
	return 0;
}

int cmd_set_environment(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct strv env = { 0 };

	STRV_FOREACH(word, args) {
		if (!environment_assignment_is_valid(word)) {
			cmd_error("Failed to set environment: Invalid environment assignments");
			return 1;
		}
	}
	if (read_set(c, &env) < 0) {
		return 1;
	}
	STRV_FOREACH(word, args) {
		environment_put(&env, &c->arena, word);
	}
	return write_set(c, &env);
}

int cmd_unset_environment(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct strv env = { 0 };

	STRV_FOREACH(word, args) {
		if (!environment_name_is_valid(word) && !environment_assignment_is_valid(word)) {
			cmd_error("Failed to set environment: Invalid environment variable names "
				  "or assignments");
			return 1;
		}
	}
	if (read_set(c, &env) < 0) {
		return 1;
	}
	STRV_FOREACH(word, args) {
		environment_unset(&env, word);
	}
	return write_set(c, &env);
}

/* Without names: everything of ours that may be passed on. */
static void import_all(struct cmd *c, struct strv *env)
{
	cmd_notice(c, "Calling import-environment without a list of variable names is deprecated.");
	for (char **e = environ; *e; e++) {
		if (environment_assignment_is_valid(*e)) {
			environment_put(env, &c->arena, *e);
		}
	}
}

int cmd_import_environment(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct strv env = { 0 };

	if (read_set(c, &env) < 0) {
		return 1;
	}
	if (args->n == 0) {
		import_all(c, &env);
	}
	STRV_FOREACH(name, args) {
		const char *value;

		if (!environment_name_is_valid(name)) {
			cmd_error("Not a valid environment variable name: %s", name);
			return 1;
		}
		value = getenv(name);
		if (value) {
			environment_put(&env, &c->arena,
					arena_printf(&c->arena, "%s=%s", name, value));
		} else {
			cmd_notice(c, "Environment variable $%s not set, ignoring.", name);
		}
	}
	return write_set(c, &env);
}
