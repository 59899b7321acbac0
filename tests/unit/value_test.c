/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "unit/utf8.h"
#include "unit/value.h"

static void test_bool(void **state)
{
	bool b = false;

	assert_int_equal(value_parse_bool("YES", &b), 0);
	assert_true(b);
	assert_int_equal(value_parse_bool("oFf", &b), 0);
	assert_false(b);
	assert_int_equal(value_parse_bool("maybe", &b), -EINVAL);
	assert_int_equal(value_parse_bool("", &b), -EINVAL);
	assert_int_equal(value_parse_bool("10", &b), -EINVAL);
}

struct span_case {
	const char *text;
	usec_t span;
};

static void test_span(void **state)
{
	static const struct span_case good[] = {
		{"5", 5 * USEC_PER_SEC},
		{" 1min 30s ", 90 * USEC_PER_SEC},
		{"1min30s", 90 * USEC_PER_SEC},
		{"2 34", 36 * USEC_PER_SEC},
		{"0", 0},
		{"1.5h", 90 * USEC_PER_MINUTE},
		{".5", USEC_PER_SEC / 2},
		{"1M", USEC_PER_MONTH},
		{"1m", USEC_PER_MINUTE},
		{"1month", USEC_PER_MONTH},
		{"7ms 3us", 7003},
		{"1y 1w", USEC_PER_YEAR + USEC_PER_WEEK},
		{"3\xC2\xB5s", 3},
		{"infinity", USEC_INFINITY},
		{" infinity ", USEC_INFINITY},
	};
	static const char *const bad[] = {
		"",		 " ",  "s",	"5x",	      "-1",
		"1.2.3",	 "3.", "1 s s", "infinity 1", "18446744073709551615",
		"99999999y",
	};
	usec_t t = 42;

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(value_parse_span(good[i].text, USEC_PER_SEC, &t), 0);
		assert_int_equal(t, good[i].span);
	}
	t = 42;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_true(value_parse_span(bad[i], USEC_PER_SEC, &t) < 0);
	}
	assert_int_equal(t, 42);
	assert_int_equal(value_parse_span("7", 1, &t), 0);
	assert_int_equal(t, 7);
}

static void test_nanoseconds(void **state)
{
	uint64_t n = 42;

	assert_int_equal(value_parse_nsec("5", &n), 0);
	assert_int_equal(n, 5);
	assert_int_equal(value_parse_nsec("100us 50ns", &n), 0);
	assert_int_equal(n, 100050);
	assert_int_equal(value_parse_nsec("1.5us", &n), 0);
	assert_int_equal(n, 1500);
	assert_int_equal(value_parse_nsec("1s 2 nsec", &n), 0);
	assert_int_equal(n, 1000000002);
	assert_int_equal(value_parse_nsec("infinity", &n), 0);
	assert_true(n == UINT64_MAX);
	assert_int_equal(value_parse_nsec("5x", &n), -EINVAL);
	assert_int_equal(value_parse_span("5ns", 1, &n), -EINVAL);
	/* The least number of years that is too many to be counted. */
	assert_int_equal(value_parse_span("584541y", 1, &n), 0);
	assert_int_equal(value_parse_span("584542y", 1, &n), -ERANGE);
}

static void test_size(void **state)
{
	uint64_t n = 42;

	assert_int_equal(value_parse_size("1K", &n), 0);
	assert_int_equal(n, 1024);
	assert_int_equal(value_parse_size("1.5G", &n), 0);
	assert_int_equal(n, 3ULL << 29);
	assert_int_equal(value_parse_size("1G 500M 7", &n), 0);
	assert_int_equal(n, (1ULL << 30) + (500ULL << 20) + 7);
	assert_int_equal(value_parse_size("infinity", &n), -EINVAL);
	assert_int_equal(value_parse_size("15E", &n), 0);
	assert_int_equal(value_parse_size("16E", &n), -ERANGE);
	assert_int_equal(value_parse_size("1M 1G", &n), -EINVAL);
	assert_int_equal(value_parse_size("1k", &n), -EINVAL);
	assert_int_equal(value_parse_size("-1", &n), -ERANGE);
	assert_int_equal(value_parse_size("", &n), -EINVAL);
}

static void test_numbers(void **state)
{
	mode_t mode;
	int i;
	unsigned u;

	assert_int_equal(value_parse_mode("0755", &mode), 0);
	assert_int_equal(mode, 0755);
	assert_int_equal(value_parse_mode("10000", &mode), -ERANGE);
	assert_int_equal(value_parse_mode("8", &mode), -EINVAL);
	assert_int_equal(value_parse_mode("-1", &mode), -EINVAL);
	assert_int_equal(value_parse_int("-0x10", &i), 0);
	assert_int_equal(i, -16);
	assert_int_equal(value_parse_int("0b101", &i), 0);
	assert_int_equal(i, 5);
	assert_int_equal(value_parse_int("2147483648", &i), -ERANGE);
	assert_int_equal(value_parse_int("1 ", &i), -EINVAL);
	assert_int_equal(value_parse_unsigned("4294967295", &u), 0);
	assert_int_equal(u, 4294967295u);
	assert_int_equal(value_parse_unsigned("-1", &u), -ERANGE);
	assert_int_equal(value_parse_unsigned("", &u), -EINVAL);
}

static void test_log_words(void **state)
{
	int n;

	assert_int_equal(value_parse_log_level("err", &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(value_parse_log_level("7", &n), 0);
	assert_int_equal(n, 7);
	assert_int_equal(value_parse_log_level("8", &n), -EINVAL);
	assert_int_equal(value_parse_log_facility("local7", &n), 0);
	assert_int_equal(n, 23 << 3);
	assert_int_equal(value_parse_log_facility("daemon", &n), 0);
	assert_int_equal(n, 3 << 3);
	assert_int_equal(value_parse_log_facility("nobody", &n), -EINVAL);
}

struct limit_case {
	int resource;
	const char *text;
	rlim_t soft;
	rlim_t hard;
};

static void test_limit(void **state)
{
	static const struct limit_case good[] = {
		{RLIMIT_NOFILE, "1024:4096", 1024, 4096},
		{RLIMIT_NOFILE, "infinity", RLIM_INFINITY, RLIM_INFINITY},
		{RLIMIT_CORE, "0:infinity", 0, RLIM_INFINITY},
		{RLIMIT_AS, "1K:1.5M", 1024, 3 << 19},
		{RLIMIT_CPU, "1500ms", 2, 2},
		{RLIMIT_CPU, "1min:1h", 60, 3600},
		{RLIMIT_RTTIME, "5:1ms", 5, 1000},
		{RLIMIT_NICE, "+5", 15, 15},
		{RLIMIT_NICE, "-5", 25, 25},
		{RLIMIT_NICE, "30:40", 30, 40},
	};
	struct rlimit l = {1, 2};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(value_parse_limit(good[i].resource, good[i].text, &l), 0);
		assert_true(l.rlim_cur == good[i].soft && l.rlim_max == good[i].hard);
	}
	l = (struct rlimit){1, 2};
	assert_int_equal(value_parse_limit(RLIMIT_NOFILE, "2:1", &l), -EILSEQ);
	assert_true(value_parse_limit(RLIMIT_NOFILE, "1K", &l) < 0);
	assert_true(value_parse_limit(RLIMIT_NOFILE, ":1", &l) < 0);
	assert_true(value_parse_limit(RLIMIT_NOFILE, "1:2:3", &l) < 0);
	assert_true(value_parse_limit(RLIMIT_NICE, "+20", &l) < 0);
	assert_true(value_parse_limit(99, "1", &l) < 0);
	assert_true(l.rlim_cur == 1 && l.rlim_max == 2);
}

static void test_exit_status(void **state)
{
	struct exit_status_set s = {0};

	assert_int_equal(exit_status_set_add(&s, "DATAERR"), 0);
	assert_int_equal(exit_status_set_add(&s, "143"), 0);
	assert_int_equal(exit_status_set_add(&s, "SIGKILL"), 0);
	assert_int_equal(exit_status_set_add(&s, "TERM"), 0);
	assert_int_equal(exit_status_set_add(&s, "256"), -ERANGE);
	assert_int_equal(exit_status_set_add(&s, "NOSUCH"), -EINVAL);
	for (int i = -1; i < 300; i++) {
		assert_int_equal(exit_status_set_has_status(&s, i), i == 65 || i == 143);
		assert_int_equal(exit_status_set_has_signal(&s, i), i == SIGKILL || i == SIGTERM);
	}
	assert_string_equal(exit_status_name(3), "NOTIMPLEMENTED");
	assert_string_equal(exit_status_name(203), "EXEC");
	assert_null(exit_status_name(223));
	assert_null(exit_status_name(-1));
	assert_null(exit_status_name(256));
	assert_null(exit_status_name_basic(3));
	assert_string_equal(exit_status_name_basic(1), "FAILURE");
	assert_string_equal(exit_status_name_basic(245), "KSM");
}

/* The words joined by "|", or "bad". */
static const char *split(const char *s, unsigned flags, struct arena *a)
{
	struct strv words = {0};

	return value_split_words(s, flags, a, &words) < 0 ? "bad" : strv_join(&words, a, "|");
}

static void test_words(void **state)
{
	const unsigned usual = VALUE_WORD_UNQUOTE | VALUE_WORD_CUNESCAPE;
	CLEANUP_ARENA struct arena a = {0};

	assert_string_equal(split(" a  b\tc\n", usual, &a), "a|b|c");
	assert_string_equal(split("'a'b\"c\" \"x y\" ''", usual, &a), "abc|x y|");
	assert_string_equal(split("\\x41\\101\\u00e4\\U0001F600\\s\\n'\\t'", usual, &a),
				"AA\xC3\xA4\xF0\x9F\x98\x80 \n\t");
	assert_string_equal(split("a\\q", usual, &a), "bad");
	assert_string_equal(split("a\\x00", usual, &a), "bad");
	assert_string_equal(split("a\\U0000d800", usual, &a), "bad");
	assert_string_equal(split("a \"b", usual, &a), "bad");
	assert_string_equal(split("a\\", usual, &a), "bad");
	assert_string_equal(split("a\\q \"b c", usual | VALUE_WORD_RELAX, &a), "a\\q|b c");
	assert_string_equal(split("a\\q b\\", usual | VALUE_WORD_UNESCAPE_RELAX, &a), "a\\q|b\\");
	assert_string_equal(split("a\\q \"b", usual | VALUE_WORD_UNESCAPE_RELAX, &a), "bad");
	assert_string_equal(
		split("dev-a\\x2db.device 'c d'", VALUE_WORD_UNQUOTE | VALUE_WORD_RETAIN_ESCAPE, &a),
		"dev-a\\x2db.device|c d");
	assert_string_equal(split("\"a b\"c d", VALUE_WORD_KEEP_QUOTES, &a), "\"a b\"c|d");
	assert_string_equal(split("'a b'", 0, &a), "'a|b'");
}

static void test_utf8(void **state)
{
	char buf[4];

	assert_true(utf8_is_valid("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", 10));
	assert_false(utf8_is_valid("\xC3", 1));
	assert_false(utf8_is_valid("\xC0\x80", 2));
	assert_false(utf8_is_valid("\xE0\x80\x80", 3));
	assert_false(utf8_is_valid("\xED\xA0\x80", 3));
	assert_false(utf8_is_valid("\xEF\xBF\xBE", 3));
	assert_false(utf8_is_valid("\xF4\x90\x80\x80", 4));
	for (uint32_t code = 1; code < 0x110000; code += 97) {
		size_t n = utf8_encode(code, buf);
		bool character = (code < 0xD800 || code > 0xDFFF) &&
				 (code < 0xFDD0 || code > 0xFDEF) && (code & 0xFFFE) != 0xFFFE;

		assert_int_equal(utf8_is_valid(buf, n), character);
	}
	assert_int_equal(utf8_encode(0x110000, buf), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bool),	cmocka_unit_test(test_span),
		cmocka_unit_test(test_nanoseconds),
		cmocka_unit_test(test_size),	cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_log_words),	cmocka_unit_test(test_limit),
		cmocka_unit_test(test_exit_status), cmocka_unit_test(test_words),
		cmocka_unit_test(test_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
