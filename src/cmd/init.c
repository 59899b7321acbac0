/* SPDX-License-Identifier: MIT */
#include "init/init.h"

#include <errno.h>

#include "cmd/boot.h"
#include "base/root.h"
#include "unit/manager_settings.h"

/* Runlevels and words of the kernel's command line: systemd(1), "systemd.unit=". */
static const struct {
	const char *word, *unit;
} kernel_words[] = {
    {"-b", "emergency.target"},	 {"1", "rescue.target"},
    {"2", "runlevel2.target"},	 {"3", "runlevel3.target"},
    {"4", "runlevel4.target"},	 {"5", "runlevel5.target"},
    {"S", "rescue.target"},	 {"emergency", "emergency.target"},
    {"rescue", "rescue.target"}, {"s", "rescue.target"},
    {"single", "rescue.target"},
};

static bool is_init_name(const char *name)
{
	return streq(name, "init") || streq(name, "systemd");
}

bool cmd_init_is_meant(int argc, char **argv)
{
	if (is_init_name(path_basename(argv[0]))) {
		return getpid() == 1;
	}
	if (argc < 2) {
		return getpid() == 1;
	}
	return streq(argv[1], "init") || streq(argv[1], "-1") || streq(argv[1], "--init");
}

/* The times of system.conf; nothing of this stays in memory. */
static usec_t read_stop_timeout(bool user)
{
	CLEANUP_ARENA struct arena a = {0};
	struct manager_settings settings;

	manager_settings_read(user, &a, &settings);
	return settings.timeout_stop;
}

/* One argument that PID 1 got instead of a kernel's command line. What is none of ours is passed
 * over, as systemd does. */
static void take_kernel_word(struct init_request *r, char *word)
{
	const char *unit = str_after_prefix(word, "systemd.unit=");

	unit = unit ? unit : str_after_prefix(word, "--unit=");
	for (size_t i = 0; !unit && i < ARRAY_SIZE(kernel_words); i++) {
		if (streq(word, kernel_words[i].word)) {
			unit = kernel_words[i].unit;
		}
	}
	if (unit) {
		r->units[0] = (char *)unit;
		r->n_units = 1;
	}
}

/*
 * [--all] [UNIT…] | -- COMMAND…, behind `init`; behind -1 a verb may stand: `start UNIT…` or
 * `default`. 0, or -EINVAL with a message.
 */
static int take_words(struct init_request *r, char **words)
{
	for (; *words; words++) {
		char *word = *words;

		if (streq(word, "--")) {
			r->command = words + 1;
			if (!*r->command) {
				cmd_error("init --: a command is missing.");
				return -EINVAL;
			}
			return 0;
		}
		if (streq(word, "--all") || streq(word, "-a")) {
			r->all = r->ends_with_units = true;
		} else if (streq(word, "--user")) {
			r->user = true;
		} else if (streq(word, "--system")) {
			r->user = false;
		} else if (word[0] == '-') {
			cmd_error("init: unrecognized option '%s'", word);
			return -EINVAL;
		} else {
			r->units[r->n_units++] = word;
		}
	}
	r->ends_with_units = r->all || r->n_units > 0;
	return 0;
}

int cmd_init_main(int argc, char **argv)
{
	static struct init_request r;
	bool by_name = is_init_name(path_basename(argv[0]));
	int i = 1;

	init_prepare();
	r.argv0 = argv[0];
	r.units = calloc((size_t)argc + 1, sizeof *r.units);
	if (!r.units) {
		return 1;
	}
	if (by_name) {
		for (; i < argc; i++) {
			take_kernel_word(&r, argv[i]);
		}
	} else if (argc > 1) {
		bool is_option = argv[1][0] == '-';

		i = 2;
		if (is_option && argc > 2 &&
		    (streq(argv[2], "start") || streq(argv[2], "init") ||
		     streq(argv[2], "default"))) {
			i++;
		}
		if (take_words(&r, argv + i) < 0) {
			return 1;
		}
	}
	r.stop_timeout = read_stop_timeout(r.user);
	return init_run(&r);
}

int cmd_init(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	static struct init_request r;

	init_prepare();
	r.argv0 = c->argv0;
	r.user = c->options.user;
	r.all = c->options.all;
	r.units = strv_to_argv(args, &c->arena);
	r.n_units = args->n;
	r.ends_with_units = r.all || r.n_units > 0;
	r.stop_timeout = read_stop_timeout(r.user);
	return init_run(&r);
}
