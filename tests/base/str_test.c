/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

static void test_questions(void **state)
{
	assert_true(streq_null(NULL, NULL));
	assert_false(streq_null("a", NULL));
	assert_false(streq_null(NULL, "a"));
	assert_true(streq_null("a", "a"));
	assert_string_equal(str_after_prefix("foobar", "foo"), "bar");
	assert_string_equal(str_after_prefix("foo", "foo"), "");
	assert_null(str_after_prefix("fo", "foo"));
	assert_true(str_has_prefix("x", ""));
	assert_true(str_has_suffix("a.service", ".service"));
	assert_false(str_has_suffix("ice", ".service"));
	assert_true(str_has_suffix("a", ""));
	assert_string_equal(str_or_empty(NULL), "");
}

static void test_u64(void **state)
{
	uint64_t v = 7;

	assert_int_equal(str_to_u64("", &v), -EINVAL);
	assert_int_equal(str_to_u64(" 1", &v), -EINVAL);
	assert_int_equal(str_to_u64("1 ", &v), -EINVAL);
	assert_int_equal(str_to_u64("-1", &v), -EINVAL);
	assert_int_equal(str_to_u64("+1", &v), -EINVAL);
	assert_int_equal(str_to_u64("0x1", &v), -EINVAL);
	assert_int_equal(str_to_u64("18446744073709551616", &v), -ERANGE);
	assert_int_equal(str_to_u64("99999999999999999999999", &v), -ERANGE);
	assert_int_equal(v, 7);
	assert_int_equal(str_to_u64("18446744073709551615", &v), 0);
	assert_true(v == UINT64_MAX);
	assert_int_equal(str_to_u64("007", &v), 0);
	assert_int_equal(v, 7);
}

static void test_i64(void **state)
{
	int64_t v = 7;

	assert_int_equal(str_to_i64("-", &v), -EINVAL);
	assert_int_equal(str_to_i64("--1", &v), -EINVAL);
	assert_int_equal(str_to_i64("-+1", &v), -EINVAL);
	assert_int_equal(str_to_i64("9223372036854775808", &v), -ERANGE);
	assert_int_equal(str_to_i64("-9223372036854775809", &v), -ERANGE);
	assert_int_equal(v, 7);
	assert_int_equal(str_to_i64("-9223372036854775808", &v), 0);
	assert_true(v == INT64_MIN);
	assert_int_equal(str_to_i64("-0", &v), 0);
	assert_int_equal(v, 0);
	assert_int_equal(str_to_i64("+5", &v), 0);
	assert_int_equal(v, 5);
}

static void test_strbuf(void **state)
{
	CLEANUP_STRBUF struct strbuf b = {0};

	assert_string_equal(strbuf_text(&b), "");
	strbuf_add(&b, "");
	assert_string_equal(b.s, "");
	strbuf_add(&b, "ab");
	strbuf_add_char(&b, 'c');
	strbuf_add_n(&b, "defg", 2);
	strbuf_addf(&b, "%d", 42);
	assert_string_equal(strbuf_text(&b), "abcde42");
	assert_int_equal(b.n, 7);
	strbuf_addf(&b, "%1000d", 1);
	assert_int_equal(b.n, 1007);
	assert_int_equal(strlen(b.s), 1007);
	strbuf_reset(&b);
	assert_string_equal(strbuf_text(&b), "");
	assert_true(b.cap > 1007);
	for (int i = 0; i < 10000; i++) {
		strbuf_add_char(&b, 'x');
	}
	assert_int_equal(strlen(b.s), 10000);
}

static void test_strv(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	struct strv l = {0};
	char **argv;

	assert_string_equal(strv_join(&l, &a, " "), "");
	strv_split(&l, &a, "  b  a\tb ", " \t");
	assert_int_equal(l.n, 3);
	assert_string_equal(strv_join(&l, &a, ", "), "b, a, b");
	assert_true(strv_contains(&l, "a"));
	assert_false(strv_contains(&l, "c"));
	assert_false(strv_add_unique(&l, &a, "a"));
	assert_true(strv_add_unique(&l, &a, "c"));
	strv_sort(&l);
	assert_string_equal(strv_join(&l, &a, ""), "abbc");
	strv_remove(&l, "b");
	assert_string_equal(strv_join(&l, &a, " "), "a c");
	argv = strv_to_argv(&l, &a);
	assert_string_equal(argv[1], "c");
	assert_null(argv[2]);
}

static void test_foreach_and_break(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	struct strv l = {0};
	size_t n = 0;

	strv_split(&l, &a, "a b c", " ");
	STRV_FOREACH(s, &l)
	{
		assert_int_equal(s[0], 'a' + (int)n);
		n++;
	}
	assert_int_equal(n, 3);
}

static void test_octal(void **state)
{
	char blank[] = "/mnt/a\\040b\\134c", none[] = "/plain", cut[] = "x\\04", other[] = "\\n\\900";

	str_unescape_octal(blank);
	assert_string_equal(blank, "/mnt/a b\\c");
	str_unescape_octal(none);
	assert_string_equal(none, "/plain");
	str_unescape_octal(cut);
	assert_string_equal(cut, "x\\04");
	str_unescape_octal(other);
	assert_string_equal(other, "\\n\\900");
}

static void test_json(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		const char *expected;
	} rows[] = {
		{ "", 0, "\"\"" },
		{ "a/b", 3, "\"a/b\"" },
		{ "q\"\\", 3, "\"q\\\"\\\\\"" },
		{ "\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\"" },
		{ "\a\0\x7f", 3, "\"\\u0007\\u0000\x7f\"" },
		{ "\xc3\xa4", 2, "\"\xc3\xa4\"" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP_STRBUF struct strbuf b = { 0 };

		strbuf_add_json(&b, rows[i].text, rows[i].n);
		assert_string_equal(strbuf_text(&b), rows[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json), cmocka_unit_test(test_octal),
	    cmocka_unit_test(test_questions), cmocka_unit_test(test_u64),
	    cmocka_unit_test(test_i64),	      cmocka_unit_test(test_strbuf),
	    cmocka_unit_test(test_strv),      cmocka_unit_test(test_foreach_and_break),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
