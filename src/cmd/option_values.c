/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "base/names.h"
#include "base/signals.h"
#include "journal/options.h"
#include "unit/value.h"
#include "words.h"

static const char **member(struct cmd *c, const struct cmd_option *o)
{
	return (const char **)((char *)&c->options + o->offset);
}

static int print_words(const char *const *words, int *ret_exit)
{
	for (; *words; words++) {
		puts(*words);
	}
	*ret_exit = 0;
	return 1;
}

/* Options that come later on the line have no say. */
static bool wants_headings(const struct cmd *c)
{
	return c->options.legend && (c->options.legend_set || !c->options.quiet);
}

/* -t takes unit types and, as in the oldest versions, load states. */
int cmd_option_set_types(struct cmd *c, const struct cmd_option *o, const char *value,
			 int *ret_exit)
{
	struct strv words = { 0 };

	strv_split(&words, &c->arena, value, ",");
	if (words.n == 0) {
		cmd_error("--type= requires arguments.");
		return -EINVAL;
	}
	STRV_FOREACH(word, &words) {
		if (streq(word, "help")) {
			words_print_unit_types(wants_headings(c));
			*ret_exit = 0;
			return 1;
		}
		if (unit_type_parse(word) >= 0) {
			strv_add_unique(&c->options.types, &c->arena, word);
		} else if (words_is_load_state(word)) {
			strv_add_unique(&c->options.states, &c->arena, word);
		} else {
			cmd_error("Unknown unit type or load state '%s'.", word);
			cmd_error("Use -t help to see a list of allowed values.");
			return -EINVAL;
		}
	}
	return 0;
}

int cmd_option_set_states(struct cmd *c, const struct cmd_option *o, const char *value,
			  int *ret_exit)
{
	struct strv words = { 0 };

	if (!*value) {
		cmd_error("--state= requires arguments.");
		return -EINVAL;
	}
	strv_split(&words, &c->arena, value, ",");
	STRV_FOREACH(word, &words) {
		if (streq(word, "help")) {
			words_print_states(wants_headings(c));
			*ret_exit = 0;
			return 1;
		}
		strv_add_unique(&c->options.states, &c->arena, word);
	}
	return 0;
}

int cmd_option_set_properties(struct cmd *c, const struct cmd_option *o, const char *value,
			      int *ret_exit)
{
	strv_split(&c->options.properties, &c->arena, value, ",");
	if (!*value && c->options.properties.n == 0) {
		/* No property at all, and not all of them. */
		strv_add(&c->options.properties, &c->arena, "");
	}
	return 0;
}

int cmd_option_set_output(struct cmd *c, const struct cmd_option *o, const char *value,
			  int *ret_exit)
{
	if (streq(value, "help")) {
		for (int i = 0; i < JOURNAL_OUTPUT_MAX; i++) {
			puts(journal_output_name((enum journal_output)i));
		}
		*ret_exit = 0;
		return 1;
	}
	if (journal_output_find(value) < 0) {
		cmd_error("Unknown output '%s'.", value);
		return -EINVAL;
	}
	c->options.output = arena_strdup(&c->arena, value);
	if (str_has_prefix(value, "json")) {
		c->options.legend = false;
		c->options.plain = true;
	}
	return 0;
}

int cmd_option_set_lines(struct cmd *c, const struct cmd_option *o, const char *value,
			 int *ret_exit)
{
	if (value_parse_unsigned(value, &c->options.lines) < 0) {
		cmd_error("Failed to parse lines '%s'", value);
		return -EINVAL;
	}
	c->options.lines_set = true;
	return 0;
}

int cmd_option_set_signal(struct cmd *c, const struct cmd_option *o, const char *value,
			  int *ret_exit)
{
	int sig;

	if (streq(value, "help") || streq(value, "list")) {
		words_print_signals(streq(value, "list"));
		*ret_exit = 0;
		return 1;
	}
	sig = signals_parse(value);
	if (sig <= 0) {
		cmd_error("Failed to parse signal string \"%s\".", value);
		return -EINVAL;
	}
	c->options.signal = sig;
	c->options.signal_set = true;
	return 0;
}

int cmd_option_set_kill_value(struct cmd *c, const struct cmd_option *o, const char *value,
			      int *ret_exit)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(value, &end, 0);
	if (errno != 0 || !*value || *end || n < INT_MIN || n > INT_MAX) {
		cmd_error("Unable to parse signal queue value: %s", value);
		return -EINVAL;
	}
	c->options.kill_value = (int)n;
	c->options.kill_value_set = true;
	return 0;
}

int cmd_option_set_preset_mode(struct cmd *c, const struct cmd_option *o, const char *value,
			       int *ret_exit)
{
	static const char *const modes[] = {
		[PRESET_FULL] = "full",
		[PRESET_ENABLE_ONLY] = "enable-only",
		[PRESET_DISABLE_ONLY] = "disable-only",
		NULL,
	};
	int mode;

	if (streq(value, "help")) {
		return print_words(modes, ret_exit);
	}
	mode = names_find(modes, ARRAY_SIZE(modes) - 1, value);
	if (mode < 0) {
		cmd_error("Failed to parse preset mode: %s.", value);
		return -EINVAL;
	}
	c->options.preset_mode = (enum preset_mode)mode;
	return 0;
}

int cmd_option_set_timestamp(struct cmd *c, const struct cmd_option *o, const char *value,
			     int *ret_exit)
{
	static const char *const styles[] = { "pretty", "us", "utc", "us+utc", "unix", NULL };

	if (streq(value, "help")) {
		return print_words(styles, ret_exit);
	}
	if (streq(value, "\xc2\xb5s")) {
		value = "us";
	} else if (streq(value, "\xc2\xb5s+utc")) {
		value = "us+utc";
	}
	if (names_find(styles, ARRAY_SIZE(styles) - 1, value) < 0) {
		cmd_error("Invalid value: %s.", value);
		return -EINVAL;
	}
	c->options.timestamp = arena_strdup(&c->arena, value);
	return 0;
}

/* Unknown words are an error of clean, not of the option. */
int cmd_option_set_what(struct cmd *c, const struct cmd_option *o, const char *value, int *ret_exit)
{
	static const char *const kinds[] = { "runtime",	      "state",	 "cache", "logs",
					     "configuration", "fdstore", "all",	  NULL };
	struct strv words = { 0 };

	strv_split(&words, &c->arena, value, ",");
	if (words.n == 0) {
		cmd_error("--what= requires arguments (see --what=help).");
		return -EINVAL;
	}
	if (strv_contains(&words, "help")) {
		return print_words(kinds, ret_exit);
	}
	c->options.what = arena_strdup(&c->arena, value);
	return 0;
}

int cmd_option_set_legend(struct cmd *c, const struct cmd_option *o, const char *value,
			  int *ret_exit)
{
	if (value_parse_bool(value, &c->options.legend) < 0) {
		cmd_error("Failed to parse boolean argument to --legend: %s.", value);
		return -EINVAL;
	}
	c->options.legend_set = true;
	return 0;
}

int cmd_option_set_check_inhibitors(struct cmd *c, const struct cmd_option *o, const char *value,
				    int *ret_exit)
{
	if (streq(value, "auto")) {
		c->options.check_inhibitors = true;
		return 0;
	}
	if (value_parse_bool(value, &c->options.check_inhibitors) < 0) {
		cmd_error("Failed to parse --check-inhibitors= argument: %s", value);
		return -EINVAL;
	}
	return 0;
}

int cmd_option_set_job_mode(struct cmd *c, const struct cmd_option *o, const char *value,
			    int *ret_exit)
{
	int mode = job_mode_parse(value);

	c->options.job_mode_text = arena_strdup(&c->arena, value);
	c->options.job_mode_set = true;
	c->options.job_mode = mode < 0 ? JOB_MODE_MAX : (enum job_mode)mode;
	return 0;
}

/* --root= and --image=: made absolute; an empty value takes the option back. */
int cmd_option_set_root(struct cmd *c, const struct cmd_option *o, const char *value, int *ret_exit)
{
	char cwd[PATH_MAX];

	if (!*value) {
		*member(c, o) = NULL;
		return 0;
	}
	if (value[0] == '/') {
		*member(c, o) = path_simplify(&c->arena, value);
		return 0;
	}
	if (!getcwd(cwd, sizeof cwd)) {
		cmd_error("Failed to parse path \"%s\" and make it absolute: %s", value,
			  strerror(errno));
		return -EINVAL;
	}
	*member(c, o) = path_simplify(&c->arena, path_join(&c->arena, cwd, value));
	return 0;
}

/*
 * A point in time that nothing here acts upon before the verb refuses it: "now", "+SPAN" or a date.
 */
int cmd_option_set_when(struct cmd *c, const struct cmd_option *o, const char *value, int *ret_exit)
{
	static const char *const words[] = { "show",  "cancel",	  "auto",     "now",
					     "today", "tomorrow", "yesterday" };
	usec_t span;
	bool is_date =
		value[0] >= '0' && value[0] <= '9' && (strchr(value, ':') || strchr(value, '-'));

	if (names_find(words, ARRAY_SIZE(words), value) < 0 && !is_date && value[0] != '@' &&
	    *value && (value[0] != '+' || value_parse_span(value + 1, USEC_PER_SEC, &span) < 0)) {
		cmd_error("Failed to parse --when= argument '%s': %s", value, strerror(EINVAL));
		return -EINVAL;
	}
	*member(c, o) = arena_strdup(&c->arena, value);
	return 0;
}

int cmd_option_set_boot_loader_menu(struct cmd *c, const struct cmd_option *o, const char *value,
				    int *ret_exit)
{
	usec_t span;
	int r = value_parse_span(value, USEC_PER_SEC, &span);

	if (r < 0) {
		cmd_error("Failed to parse --boot-loader-menu= argument '%s': %s", value,
			  strerror(value[0] == '-' ? ERANGE : EINVAL));
		return -EINVAL;
	}
	*member(c, o) = arena_strdup(&c->arena, value);
	return 0;
}

int cmd_option_set_capsule(struct cmd *c, const struct cmd_option *o, const char *value,
			   int *ret_exit)
{
	if (!*value || strchr(value, '/')) {
		cmd_error("Invalid capsule name: %s", value);
		return -EINVAL;
	}
	*member(c, o) = arena_strdup(&c->arena, value);
	c->options.user = true;
	c->options.scope = SEARCH_USER;
	return 0;
}

int cmd_option_set_image_policy(struct cmd *c, const struct cmd_option *o, const char *value,
				int *ret_exit)
{
	if (!strchr("=*~-", value[0]) && !strchr(value, '=')) {
		cmd_error("Failed to parse image policy: %s", value);
		return -EINVAL;
	}
	*member(c, o) = arena_strdup(&c->arena, value);
	return 0;
}
