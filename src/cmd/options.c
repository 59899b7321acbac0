/* SPDX-License-Identifier: MIT */
#include "options.h"

#include <errno.h>

/* Where the walk over argv is. */
struct scan {
	struct cmd *cmd;
	char **argv;
	int argc;
	int next; /* the word that comes next */
	int *ret_exit;
};

/* As getopt's messages: without a colour, with argv[0] as it was given. */
#define scan_error(s, format, ...) cmd_error("%s: " format, (s)->cmd->argv0, __VA_ARGS__)

static int apply(struct scan *s, const struct cmd_option *o, const char *value)
{
	return o->set(s->cmd, o, value, s->ret_exit);
}

/* Two rows that mean the same are no ambiguity. */
static bool is_same_meaning(const struct cmd_option *a, const struct cmd_option *b)
{
	return a->set == b->set && a->offset == b->offset && a->argument == b->argument &&
	       a->has_value == b->has_value;
}

static void print_ambiguous(struct scan *s, const char *word, const char *prefix, size_t n)
{
	CLEANUP_STRBUF struct strbuf text = { 0 };
	size_t n_options;
	const struct cmd_option *all = cmd_option_all(&n_options);

	for (size_t i = 0; i < n_options; i++) {
		bool is_repeated = false;

		if (!all[i].name || strncmp(all[i].name, prefix, n) != 0) {
			continue;
		}
		for (size_t k = 0; k < i; k++) {
			is_repeated |= all[k].name && strncmp(all[k].name, prefix, n) == 0 &&
				       is_same_meaning(&all[k], &all[i]);
		}
		if (!is_repeated) {
			strbuf_addf(&text, " '--%s'", all[i].name);
		}
	}
	scan_error(s, "option '%s' is ambiguous; possibilities:%s", word, strbuf_text(&text));
}

/*
 * The row for the first n bytes of name; prints the error and returns NULL where there is none or
 * more than one.
 */
static const struct cmd_option *find_long(struct scan *s, const char *word, const char *name,
					  size_t n)
{
	size_t n_options;
	const struct cmd_option *all = cmd_option_all(&n_options), *found = NULL;
	bool is_ambiguous = false;

	for (size_t i = 0; i < n_options; i++) {
		if (!all[i].name || strncmp(all[i].name, name, n) != 0) {
			continue;
		}
		if (all[i].name[n] == '\0') {
			return &all[i];
		}
		if (!found) {
			found = &all[i];
		} else if (!is_same_meaning(found, &all[i])) {
			is_ambiguous = true;
		}
	}
	if (is_ambiguous) {
		print_ambiguous(s, word, name, n);
		return NULL;
	}
	if (!found) {
		scan_error(s, "unrecognized option '%s'", word);
	}
	return found;
}

static int parse_long(struct scan *s, const char *word)
{
	const char *name = word + 2, *equals = strchr(name, '=');
	size_t n = equals ? (size_t)(equals - name) : strlen(name);
	const struct cmd_option *o = find_long(s, word, name, n);

	if (!o) {
		return -EINVAL;
	}
	if (!o->has_value) {
		if (equals) {
			scan_error(s, "option '--%s' doesn't allow an argument", o->name);
			return -EINVAL;
		}
		return apply(s, o, NULL);
	}
	if (equals) {
		return apply(s, o, equals + 1);
	}
	if (s->next >= s->argc) {
		scan_error(s, "option '--%s' requires an argument", o->name);
		return -EINVAL;
	}
	return apply(s, o, s->argv[s->next++]);
}

static const struct cmd_option *find_letter(char letter)
{
	size_t n_options;
	const struct cmd_option *all = cmd_option_all(&n_options);

	for (size_t i = 0; i < n_options; i++) {
		if (all[i].letter == letter) {
			return &all[i];
		}
	}
	return NULL;
}

/* "-abVALUE": letters up to the first that takes a value. */
static int parse_letters(struct scan *s, const char *word)
{
	for (const char *p = word + 1; *p; p++) {
		const struct cmd_option *o = find_letter(*p);
		const char *value = NULL;
		int r;

		if (!o) {
			scan_error(s, "invalid option -- '%c'", *p);
			if (*p == '.') {
				cmd_error(
					"Hint: to specify units starting with a dash, use \"--\":\n"
					"      %s [OPTIONS...] COMMAND -- %s ...",
					s->cmd->argv0, word);
			}
			return -EINVAL;
		}
		if (o->has_value) {
			if (p[1] == '\0' && s->next >= s->argc) {
				scan_error(s, "option requires an argument -- '%c'", *p);
				return -EINVAL;
			}
			value = p[1] ? p + 1 : s->argv[s->next++];
		}
		r = apply(s, o, value);
		if (r != 0 || o->has_value) {
			return r;
		}
	}
	return 0;
}

/* What only the options together can tell. 0 or -EINVAL. */
static int check_combinations(const struct cmd *c, const struct strv *words)
{
	const struct cmd_options *o = &c->options;

	if (o->wait && o->no_block) {
		cmd_error("--wait may not be combined with --no-block.");
		return -EINVAL;
	}
	if (o->root && o->root[0] && o->image && o->image[0]) {
		cmd_error("Please specify either --root= or --image=, the combination of both is "
			  "not supported.");
		return -EINVAL;
	}
	if (!o->marked) {
		if (words->n == 1 && streq(words->v[0], "reload-or-restart")) {
			cmd_error("List of units to restart/reload is required.");
			return -EINVAL;
		}
		return 0;
	}
	if (words->n == 0 || !streq(words->v[0], "reload-or-restart")) {
		cmd_error("--marked may only be used with 'reload-or-restart'.");
		return -EINVAL;
	}
	if (words->n > 1) {
		cmd_error("No additional arguments allowed with 'reload-or-restart --marked'.");
		return -EINVAL;
	}
	return 0;
}

int cmd_options_parse(struct cmd *c, int argc, char **argv, struct strv *ret_words, int *ret_exit)
{
	struct scan s = { c, argv, argc, 1, ret_exit };

	c->options.legend = true;
	c->options.check_inhibitors = true;
	c->options.lines = 10;
	c->options.signal = 15;
	while (s.next < argc) {
		const char *word = argv[s.next++];
		int r = 0;

		if (streq(word, "--")) {
			break;
		}
		if (word[0] == '-' && word[1] == '-') {
			r = parse_long(&s, word);
		} else if (word[0] == '-' && word[1]) {
			r = parse_letters(&s, word);
		} else {
			strv_add(ret_words, &c->arena, word);
		}
		if (r != 0) {
			*ret_exit = r < 0 ? 1 : *ret_exit;
			return 1;
		}
	}
	while (s.next < argc) {
		strv_add(ret_words, &c->arena, argv[s.next++]);
	}
	if (check_combinations(c, ret_words) < 0) {
		*ret_exit = 1;
		return 1;
	}
	return 0;
}
