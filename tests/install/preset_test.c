/* SPDX-License-Identifier: MIT */
#include "tree.h"

#define PRESETS "/usr/lib/systemd/system-preset/"

static void assert_preset(struct tree *t, const char *unit, enum preset_verdict expected)
{
	enum preset_verdict verdict;

	assert_int_equal(install_query_preset(&t->in, unit, &verdict), 0);
	assert_string_equal(preset_verdict_name(verdict), preset_verdict_name(expected));
}

static void test_first_rule_wins(void **state)
{
	struct tree *t = *state;

	tree_file(t, PRESETS "90-b.preset", "disable *\n");
	tree_file(
	    t, PRESETS "50-a.preset",
	    "# comment\n; comment\n\n  enable   a*.service\nignore b.service\ndisable a.service\n");
	assert_preset(t, "a.service", PRESET_VERDICT_ENABLE);
	assert_preset(t, "b.service", PRESET_VERDICT_IGNORE);
	assert_preset(t, "c.service", PRESET_VERDICT_DISABLE);
	assert_int_equal(t->in.diags.n, 0);
}

static void test_without_rules_all_is_enabled(void **state)
{
	assert_preset(*state, "a.service", PRESET_VERDICT_ENABLE);
}

static void test_files_hide_their_like(void **state)
{
	struct tree *t = *state;

	tree_file(t, PRESETS "50-a.preset", "disable a.service\n");
	tree_file(t, "/etc/systemd/system-preset/50-a.preset", "enable a.service\n");
	tree_file(t, PRESETS "99-z.preset", "disable a.service\n");
	assert_preset(t, "a.service", PRESET_VERDICT_ENABLE);
}

static void test_bad_lines(void **state)
{
	struct tree *t = *state;

	tree_file(t, PRESETS "50-a.preset", "enable a.service 1 2\nfoo\ndisable a.service\n");
	assert_preset(t, "a.service", PRESET_VERDICT_DISABLE);
	assert_int_equal(t->in.diags.n, 2);
	assert_int_equal(t->in.diags.v[0].line, 1);
	assert_string_equal(t->in.diags.v[1].text, "Couldn't parse line 'foo'. Ignoring.");
}

static void test_instances(void **state)
{
	struct tree *t = *state;
	struct strv names = tree_names(t, "t@.service");

	tree_file(t, VENDOR "t@.service", "[Install]\nWantedBy=multi-user.target\n");
	tree_file(t, PRESETS "50-a.preset", "enable t@.service 1 2\ndisable *\n");
	assert_int_equal(install_preset(&t->in, &names, PRESET_FULL, 0, &t->changes), 2);
	tree_assert_link(t, CONFIG "multi-user.target.wants/t@1.service", VENDOR "t@.service");
	tree_assert_link(t, CONFIG "multi-user.target.wants/t@2.service", VENDOR "t@.service");
}

static void test_preset_all(void **state)
{
	struct tree *t = *state;

	tree_file(t, VENDOR "a.service", "[Install]\nWantedBy=multi-user.target\n");
	tree_file(t, VENDOR "b.service", "[Install]\nWantedBy=multi-user.target\n");
	tree_file(t, VENDOR "u@.service", "[Install]\nWantedBy=multi-user.target\n");
	tree_link(t, VENDOR "masked.service", "/dev/null");
	tree_link(t, CONFIG "multi-user.target.wants/b.service", VENDOR "b.service");
	tree_file(t, PRESETS "50-a.preset", "disable b.service\n");
	assert_true(install_preset_all(&t->in, PRESET_ENABLE_ONLY, 0, &t->changes) >= 0);
	tree_assert_link(t, CONFIG "multi-user.target.wants/b.service", VENDOR "b.service");
	tree_assert_link(t, CONFIG "multi-user.target.wants/a.service", VENDOR "a.service");
	tree_reopen(t);
	assert_true(install_preset_all(&t->in, PRESET_FULL, 0, &t->changes) >= 0);
	tree_assert_link(t, CONFIG "multi-user.target.wants/b.service", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    INSTALL_TEST(test_first_rule_wins),
	    INSTALL_TEST(test_without_rules_all_is_enabled),
	    INSTALL_TEST(test_files_hide_their_like),
	    INSTALL_TEST(test_bad_lines),
	    INSTALL_TEST(test_instances),
	    INSTALL_TEST(test_preset_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
