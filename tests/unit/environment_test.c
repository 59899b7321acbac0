/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "unit/environment.h"

static void test_validity(void **state)
{
	assert_true(environment_name_is_valid("_A1"));
	assert_false(environment_name_is_valid("1A"));
	assert_false(environment_name_is_valid("a-b"));
	assert_false(environment_name_is_valid(""));
	assert_true(environment_assignment_is_valid("A="));
	assert_true(environment_assignment_is_valid("A=b=c\td\n\xC3\xA4"));
	assert_false(environment_assignment_is_valid("A"));
	assert_false(environment_assignment_is_valid("=b"));
	assert_false(environment_assignment_is_valid("A B=c"));
	assert_false(environment_assignment_is_valid("A=\xFF"));
}

static void test_list(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	struct strv env = {0};

	environment_put(&env, &a, "A=1");
	environment_put(&env, &a, "AB=2");
	environment_put(&env, &a, "B=3");
	environment_put(&env, &a, "A=4");
	assert_string_equal(strv_join(&env, &a, " "), "A=4 AB=2 B=3");
	assert_string_equal(environment_get(&env, "A"), "4");
	assert_null(environment_get(&env, "C"));
	assert_null(environment_get(&env, ""));
	environment_unset(&env, "AB=9");
	environment_unset(&env, "A=4");
	environment_unset(&env, "B");
	assert_string_equal(strv_join(&env, &a, " "), "AB=2");
}

static void test_words(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	struct diag_list diags = {.arena = &a};
	struct strv env = {0};

	assert_int_equal(
		environment_parse_words("A=b \"B=c d\" 1X=y 'C=e\\nf' A=z", &a, &env, &diags, "f", 3),
		0);
	assert_string_equal(strv_join(&env, &a, "|"), "A=z|B=c d|C=e\nf");
	assert_int_equal(diags.n, 1);
	assert_int_equal(diags.v[0].line, 3);
	assert_string_equal(diags.v[0].text, "Invalid environment assignment, ignoring: 1X=y");
	assert_int_equal(environment_parse_words("D=1 \"E=2", &a, &env, &diags, "f", 4), -EINVAL);
	assert_string_equal(diags.v[1].text, "Invalid syntax, ignoring: D=1 \"E=2");
	assert_string_equal(environment_get(&env, "D"), "1");
}

static void expect_file(const char *text, const char *entries)
{
	CLEANUP_ARENA struct arena a = {0};
	struct strv env = {0};

	assert_int_equal(environment_parse_file(text, strlen(text), "f", &a, &env, NULL), 0);
	assert_string_equal(strv_join(&env, &a, "|"), entries);
}

static void test_file(void **state)
{
	expect_file("", "");
	expect_file("# c\n; d\n\n A = b c \nB=\nC=d", "A=b c|B=|C=d");
	expect_file("A=\"quoted value\" trailing\n", "A=quoted valuetrailing");
	expect_file("A='x\"y\\z' \"p q\"\n", "A=x\"y\\zp q");
	expect_file("A=\"a\\\"b\\\\c\\`\\$d\\xe\\\nf\"\n", "A=a\"b\\c`$d\\xef");
	expect_file("A=a\\xb\\ c \\\n d\n", "A=axb c  d");
	expect_file("A=\"two\nlines\"\nB='un\nterminated", "A=two\nlines|B=un\nterminated");
	expect_file("A=b # no comment $X %n\n", "A=b # no comment $X %n");
	expect_file("# c \\\nA=b\r\nB=c\r", "A=b|B=c");
	expect_file("A=x'y'\nA=2\n", "A=2");
	expect_file("noequals\nA=1\nB", "A=1");
}

static void test_file_refusals(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	struct diag_list diags = {.arena = &a};
	struct strv env = {0};
	static const char bad[] = "export X=1\n1B=2\nC=3\n";

	assert_int_equal(environment_parse_file(bad, strlen(bad), "/etc/f", &a, &env, &diags), 0);
	assert_string_equal(strv_join(&env, &a, "|"), "C=3");
	assert_int_equal(diags.n, 2);
	assert_string_equal(diags.v[0].text,
				"Ignoring invalid environment assignment 'export X=1': /etc/f");
	assert_int_equal(environment_parse_file("A=1\nB=\xFF\n", 9, "f", &a, &env, &diags),
			 -EINVAL);
	assert_int_equal(environment_parse_file("A=\0", 3, "f", &a, &env, &diags), -EINVAL);
	assert_string_equal(strv_join(&env, &a, "|"), "C=3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_validity),	  cmocka_unit_test(test_list),
		cmocka_unit_test(test_words),	  cmocka_unit_test(test_file),
		cmocka_unit_test(test_file_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
