/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cmd/cmd.h"

static void assert_mangled(const char *word, const char *suffix, bool globs, const char *expected)
{
	struct cmd c = { .options.quiet = true };
	struct strv words = { 0 }, names = { 0 };

	strv_add(&words, &c.arena, word);
	assert_int_equal(cmd_mangle_names(&c, &words, suffix, globs, &names), 0);
	assert_int_equal(names.n, 1);
	assert_string_equal(names.v[0], expected);
	arena_free(&c.arena);
}

static void test_suffix_is_added(void **state)
{
	assert_mangled("nginx", ".service", false, "nginx.service");
	assert_mangled("nginx.socket", ".service", false, "nginx.socket");
	assert_mangled("foo.bogus", ".service", false, "foo.bogus.service");
	assert_mangled("rescue", ".target", false, "rescue.target");
	assert_mangled("getty@tty1", ".service", false, "getty@tty1.service");
}

static void test_paths_and_bad_characters(void **state)
{
	assert_mangled("/dev/sda", ".service", false, "dev-sda.device");
	assert_mangled("/home/x", ".service", false, "home-x.mount");
	assert_mangled("foo/bar", ".service", false, "foo-bar.service");
	assert_mangled("a b", ".service", false, "a\\x20b.service");
}

static void test_globs_stay(void **state)
{
	assert_mangled("ng*", ".service", true, "ng*");
	assert_mangled("*.socket", ".service", true, "*.socket");
}

static void test_empty_name_is_refused(void **state)
{
	struct cmd c = { 0 };
	struct strv words = { 0 }, names = { 0 };

	strv_add(&words, &c.arena, "");
	assert_true(cmd_mangle_names(&c, &words, ".service", false, &names) < 0);
	arena_free(&c.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_suffix_is_added),
		cmocka_unit_test(test_paths_and_bad_characters),
		cmocka_unit_test(test_globs_stay),
		cmocka_unit_test(test_empty_name_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
