/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/root.h"
#include "base/str.h"

static struct arena a;

struct path_case {
	const char *x;
	const char *y;
	const char *expected;
};

static void test_simplify(void **state)
{
	static const struct path_case cases[] = {
	    {"", NULL, ""},
	    {"/", NULL, "/"},
	    {"//", NULL, "/"},
	    {"/.", NULL, "/"},
	    {".", NULL, "."},
	    {"./", NULL, "."},
	    {"./a", NULL, "a"},
	    {"a/.", NULL, "a"},
	    {"/a//b/./c/", NULL, "/a/b/c"},
	    {"/a/../b", NULL, "/a/../b"},
	    {"/../a", NULL, "/a"},
	    {"/./.././/../..a", NULL, "/..a"},
	    {"../a", NULL, "../a"},
	    {"..", NULL, ".."},
	    {"...", NULL, "..."},
	    {"a/.b/c.", NULL, "a/.b/c."},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_string_equal(path_simplify(&a, cases[i].x), cases[i].expected);
	}
}

static void test_dirname_and_basename(void **state)
{
	static const struct path_case cases[] = {
	    {"/a/b", "b", "/a"}, {"/a", "a", "/"}, {"/", "", "/"},    {"a", "a", "."},
	    {"a/b", "b", "a"},	 {"", "", "."},	   {"//a", "a", "/"}, {"/a//b", "b", "/a"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_string_equal(path_dirname(&a, cases[i].x), cases[i].expected);
		assert_string_equal(path_basename(cases[i].x), cases[i].y);
	}
	assert_string_equal(path_dirname(&a, "/a/b/"), "/a");
}

static void test_join(void **state)
{
	static const struct path_case cases[] = {
	    {"/a", "b", "/a/b"}, {"/a/", "/b", "/a/b"}, {"/", "b", "/b"},
	    {"", "b", "b"},	 {"", "/b", "/b"},	{"/a", "", "/a"},
	    {"/", "", "/"},	 {"//", "//", "/"},	{"a", "b", "a/b"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_string_equal(path_join(&a, cases[i].x, cases[i].y), cases[i].expected);
	}
}

static void test_make_relative(void **state)
{
	static const struct path_case cases[] = {
	    {"/etc/systemd/system/m.wants", "/usr/lib/systemd/system/x.service",
	     "../../../../usr/lib/systemd/system/x.service"},
	    {"/etc/systemd/system/m.wants", "/etc/systemd/system/x.service", "../x.service"},
	    {"/a", "/a", "."},
	    {"/", "/a/b", "a/b"},
	    {"/a/b", "/", "../.."},
	    {"/ab", "/a", "../a"},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_string_equal(path_make_relative(&a, cases[i].x, cases[i].y),
				    cases[i].expected);
	}
}

static void test_questions(void **state)
{
	assert_true(path_is_below("/a/b", "/a"));
	assert_true(path_is_below("/a", "/a"));
	assert_true(path_is_below("/a", "/"));
	assert_false(path_is_below("/ab", "/a"));
	assert_false(path_is_below("/a", "/a/b"));
	assert_true(path_is_absolute("/"));
	assert_false(path_is_absolute(""));
	assert_true(path_is_normalized("/a/..b"));
	assert_false(path_is_normalized("/a/.."));
	assert_false(path_is_normalized("../a"));
}

static int free_arena(void **state)
{
	arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_simplify),  cmocka_unit_test(test_dirname_and_basename),
	    cmocka_unit_test(test_join),      cmocka_unit_test(test_make_relative),
	    cmocka_unit_test(test_questions),
	};

	return cmocka_run_group_tests(tests, NULL, free_arena);
}
