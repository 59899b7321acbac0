/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>

#include "cmd/boot.h"
#include "cmd/runtime.h"

static int refuse_unknown_verb(const char *word)
{
	const char *nearest = cmd_verb_suggest(word);

	if (nearest) {
		cmd_error("Unknown command verb '%s', did you mean '%s'?", word, nearest);
	} else {
		cmd_error("Unknown command verb '%s'.", word);
	}
	return 1;
}

/* What is meant for another machine must not be done to this one. */
static int refuse_elsewhere(const struct cmd_options *o)
{
	const char *option = o->host ? "--host" : o->machine ? "--machine" : o->capsule ? "--capsule" : NULL;

	if (option) {
		cmd_error("Option '%s' is not supported by soloctl yet.", option);
	}
	return option ? -EOPNOTSUPP : 0;
}

/*
 * The order of the checks is systemd's: --root= before the number of arguments, a chroot after it.
 */
static int run_verb(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	bool is_online = verb->flags & CMD_ONLINE_ONLY;
	int r;

	if (is_online && c->situation == CMD_OFFLINE_ROOT) {
		cmd_error("Verb '%s' cannot be used with --root= or --image=.", verb->name);
		return 1;
	}
	if ((int)args->n < verb->min_args) {
		cmd_error("Too few arguments.");
		return 1;
	}
	if (verb->max_args >= 0 && (int)args->n > verb->max_args) {
		cmd_error("Too many arguments.");
		return 1;
	}
	if (is_online && c->situation == CMD_OFFLINE_CHROOT) {
		cmd_error("Running in chroot, ignoring command '%s'", verb->name);
		return 0;
	}
	if (is_online && c->options.global) {
		cmd_error("--global is not supported for this operation.");
		return 1;
	}
	if (c->situation != CMD_OFFLINE_ROOT && c->situation != CMD_OFFLINE_CHROOT &&
	    refuse_elsewhere(&c->options) < 0) {
		return 1;
	}
	r = verb->run(c, verb, args);
	return r < 0 ? 1 : r;
}

static int run_words(struct cmd *c, struct strv *words)
{
	const char *word = words->n > 0 ? words->v[0] : "list-units";
	const struct cmd_verb *verb = cmd_verb_find(word);
	struct strv args = { 0 };

	if (!verb) {
		return refuse_unknown_verb(word);
	}
	for (size_t i = 1; i < words->n; i++) {
		strv_add(&args, &c->arena, words->v[i]);
	}
	c->situation = cmd_situation_detect(c);
	return run_verb(c, verb, &args);
}

int cmd_main(int argc, char **argv)
{
	struct cmd c = { .argv0 = argc > 0 ? argv[0] : "systemctl" };
	struct strv words = { 0 };
	int status;

	if (argc >= 4 && streq(argv[argc - 3], CMD_AFTERMATH_WORD)) {
		c.options.user = streq(argv[1], "--user");
		c.options.scope = c.options.user ? SEARCH_USER : SEARCH_SYSTEM;
		c.situation = cmd_situation_detect(&c);
		status = cmd_aftermath(&c, argv[argc - 2], argv[argc - 1]);
	} else if (argc >= 2 && cmd_boot_is_word(argv[1])) {
		status = cmd_boot_step(&c, argc, argv);
	} else if (cmd_options_parse(&c, argc, argv, &words, &status) == 0) {
		status = run_words(&c, &words);
	}
	if (c.store_ready) {
		unit_store_close(&c.store);
	}
	if (c.unit_files_ready) {
		install_close(&c.unit_files);
	}
	arena_free(&c.arena);
	if (fflush(stdout) != 0 && status == 0) {
		status = 1;
	}
	return status;
}
