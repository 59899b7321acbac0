/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/cmd.h"

/* Every word that systemctl 257 takes as a verb. */
static const char *const words[] = {
	"add-requires",
	"add-wants",
	"bind",
	"cancel",
	"cat",
	"check",
	"clean",
	"condreload",
	"condrestart",
	"condstop",
	"daemon-reexec",
	"daemon-reload",
	"default",
	"disable",
	"edit",
	"emergency",
	"enable",
	"exit",
	"force-reload",
	"freeze",
	"get-default",
	"halt",
	"help",
	"hibernate",
	"hybrid-sleep",
	"import-environment",
	"is-active",
	"is-enabled",
	"is-failed",
	"is-system-running",
	"isolate",
	"kexec",
	"kill",
	"link",
	"list-automounts",
	"list-dependencies",
	"list-jobs",
	"list-machines",
	"list-paths",
	"list-sockets",
	"list-timers",
	"list-unit-files",
	"list-units",
	"log-level",
	"log-target",
	"mask",
	"mount-image",
	"poweroff",
	"preset",
	"preset-all",
	"reboot",
	"reenable",
	"reload",
	"reload-or-restart",
	"reload-or-try-restart",
	"rescue",
	"reset-failed",
	"restart",
	"revert",
	"service-log-level",
	"service-log-target",
	"service-watchdogs",
	"set-default",
	"set-environment",
	"set-property",
	"show",
	"show-environment",
	"sleep",
	"soft-reboot",
	"start",
	"status",
	"stop",
	"suspend",
	"suspend-then-hibernate",
	"switch-root",
	"thaw",
	"try-reload-or-restart",
	"try-restart",
	"unmask",
	"unset-environment",
	"whoami",
	"clear-jobs",
};

static void test_all_words_are_there(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		const struct cmd_verb *verb = cmd_verb_find(words[i]);

		if (!verb) {
			fail_msg("no verb %s", words[i]);
		}
		assert_string_equal(verb->name, words[i]);
	}
	assert_null(cmd_verb_find("bogus"));
	assert_null(cmd_verb_find(""));
}

/* Those that systemctl has not. */
static const char *const own_words[] = {
	"command", "default-services", "environment", "init", "log", "logs",
};

static void test_rows_are_sorted_and_complete(void **state)
{
	size_t n;
	const struct cmd_verb *all = cmd_verb_all(&n);

	assert_int_equal(n, ARRAY_SIZE(words) + ARRAY_SIZE(own_words));
	for (size_t i = 0; i < ARRAY_SIZE(own_words); i++) {
		assert_non_null(cmd_verb_find(own_words[i]));
	}
	for (size_t i = 0; i < n; i++) {
		assert_non_null(all[i].run);
		assert_non_null(all[i].section);
		assert_true(all[i].min_args >= 0);
		assert_true(all[i].max_args == -1 || all[i].max_args >= all[i].min_args);
		if (!(all[i].flags & CMD_HIDDEN)) {
			assert_non_null(all[i].synopsis);
			assert_non_null(all[i].help);
		}
		if (i > 0) {
			assert_true(strcmp(all[i - 1].name, all[i].name) < 0);
		}
	}
}

/* Those that work on files alone: the rest is refused with --root=. */
static void test_offline_verbs(void **state)
{
	static const char *const offline[] = {
		"add-requires", "add-wants",	     "disable",	 "enable",	    "get-default",
		"is-enabled",	"is-system-running", "link",	 "list-unit-files", "mask",
		"preset",	"preset-all",	     "reenable", "revert",	    "set-default",
		"unmask",
	};
	size_t n, n_offline = 0;
	const struct cmd_verb *all = cmd_verb_all(&n);

	for (size_t i = 0; i < n; i++) {
		n_offline += !(all[i].flags & CMD_ONLINE_ONLY);
	}
	assert_int_equal(n_offline, ARRAY_SIZE(offline));
	for (size_t i = 0; i < ARRAY_SIZE(offline); i++) {
		assert_false(cmd_verb_find(offline[i])->flags & CMD_ONLINE_ONLY);
	}
}

static void test_suggestions(void **state)
{
	/* Every verb is a candidate. */
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		assert_string_equal(cmd_verb_suggest(words[i]), words[i]);
	}
	assert_string_equal(cmd_verb_suggest("statsu"), "status");
	assert_string_equal(cmd_verb_suggest("bogus"), "status");
	assert_string_equal(cmd_verb_suggest("enabel"), "enable");
	assert_string_equal(cmd_verb_suggest("list-u"), "list-units");
	assert_string_equal(cmd_verb_suggest("rel"), "reload");
	assert_null(cmd_verb_suggest("something-else-entirely"));
	assert_null(cmd_verb_suggest(
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_words_are_there),
		cmocka_unit_test(test_rows_are_sorted_and_complete),
		cmocka_unit_test(test_offline_verbs),
		cmocka_unit_test(test_suggestions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
