/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

static void assert_span(usec_t span, usec_t accuracy, const char *expected)
{
	char buf[128];

	assert_string_equal(clock_format_span(buf, sizeof(buf), span, accuracy), expected);
}

static void test_span(void **state)
{
	usec_t all = USEC_PER_YEAR + 2 * USEC_PER_MONTH + 3 * USEC_PER_WEEK + 4 * USEC_PER_DAY +
		     5 * USEC_PER_HOUR + 6 * USEC_PER_MINUTE + 7 * USEC_PER_SEC + 8009;

	assert_span(0, 0, "0");
	assert_span(USEC_INFINITY, 0, "infinity");
	assert_span(all, 0, "1y 2month 3w 4d 5h 6min 7.008009s");
	assert_span(all, USEC_PER_MSEC, "1y 2month 3w 4d 5h 6min 7.008s");
	assert_span(all, USEC_PER_SEC, "1y 2month 3w 4d 5h 6min 7s");
	assert_span(all, USEC_PER_HOUR, "1y 2month 3w 4d 5h");
	assert_span(1500000, 0, "1.500000s");
	assert_span(1500000, USEC_PER_MSEC, "1.500s");
	assert_span(1500000, USEC_PER_SEC, "1s");
	assert_span(1500, 0, "1.500ms");
	assert_span(1000, 0, "1ms");
	assert_span(999, 0, "999us");
	assert_span(999, USEC_PER_MSEC, "999us");
	assert_span(60500000, 0, "1min 500ms");
	assert_span(90 * USEC_PER_SEC, USEC_PER_SEC, "1min 30s");
	assert_span(USEC_INFINITY - 1, 0, "584542y 2w 2d 20h 1min 49.551614s");
}

static void test_span_in_little_room(void **state)
{
	char buf[8];

	assert_string_equal(clock_format_span(buf, sizeof(buf), 90 * USEC_PER_SEC, 0), "1min");
	assert_string_equal(clock_format_span(buf, 1, 90 * USEC_PER_SEC, 0), "");
}

static const struct {
	usec_t seconds;
	const char *text;
} relative[] = {
    {1, "1s"},
    {59, "59s"},
    {60, "1min 0s"},
    {62, "1min 2s"},
    {299, "4min 59s"},
    {300, "5min"},
    {3599, "59min"},
    {3600, "1h 0min"},
    {7380, "2h 3min"},
    {21599, "5h 59min"},
    {21600, "6h"},
    {89999, "24h"},
    {90000, "1 day 1h"},
    {172799, "1 day 23h"},
    {172800, "2 days"},
    {604799, "6 days"},
    {604800, "1 week 0 days"},
    {1300000, "2 weeks 1 day"},
    {2629799, "4 weeks 2 days"},
    {2629800, "1 month 0 days"},
    {5400000, "2 months 1 day"},
    {31557599, "11 months 30 days"},
    {31557600, "1 year 0 months"},
    {34300000, "1 year 1 month"},
    {70000000, "2 years 2 months"},
};

static void test_relative(void **state)
{
	usec_t now = 100 * USEC_PER_YEAR;
	char buf[128];
	char expected[128];

	for (size_t i = 0; i < ARRAY_SIZE(relative); i++) {
		usec_t d = relative[i].seconds * USEC_PER_SEC;

		snprintf(expected, sizeof(expected), "%s ago", relative[i].text);
		assert_string_equal(clock_format_relative(buf, sizeof(buf), now - d, now),
				    expected);
		snprintf(expected, sizeof(expected), "%s left", relative[i].text);
		assert_string_equal(clock_format_relative(buf, sizeof(buf), now + d, now),
				    expected);
	}
	assert_string_equal(clock_format_relative(buf, sizeof(buf), now - 298000, now),
			    "298ms ago");
	assert_string_equal(clock_format_relative(buf, sizeof(buf), now - 3, now), "3us ago");
	assert_string_equal(clock_format_relative(buf, sizeof(buf), now, now), "now");
	assert_string_equal(clock_format_relative(buf, sizeof(buf), 0, now), "");
	assert_string_equal(clock_format_relative(buf, sizeof(buf), USEC_INFINITY, now), "");
}

static void test_timestamp(void **state)
{
	char buf[64];

	setenv("TZ", "UTC0", 1);
	tzset();
	assert_string_equal(clock_format_timestamp(buf, sizeof(buf), 1795320960 * USEC_PER_SEC),
			    "Sun 2026-11-22 04:16:00 UTC");
	assert_string_equal(clock_format_timestamp(buf, sizeof(buf), 1),
			    "Thu 1970-01-01 00:00:00 UTC");
	assert_string_equal(clock_format_timestamp(buf, sizeof(buf), 253402214399 * USEC_PER_SEC),
			    "Thu 9999-12-30 23:59:59 UTC");
	assert_string_equal(clock_format_timestamp(buf, sizeof(buf), 253402214400 * USEC_PER_SEC),
			    "--- XXXX-XX-XX XX:XX:XX");
	assert_string_equal(clock_format_timestamp(buf, sizeof(buf), 0), "");
	assert_string_equal(clock_format_timestamp(buf, sizeof(buf), USEC_INFINITY), "");
	setenv("TZ", "CET-1", 1);
	tzset();
	assert_string_equal(clock_format_timestamp(buf, sizeof(buf), 1700000000 * USEC_PER_SEC),
			    "Tue 2023-11-14 23:13:20 CET");
	assert_string_equal(clock_format_timestamp(buf, 10, 1700000000 * USEC_PER_SEC), "");
}

static void test_add_and_clocks(void **state)
{
	assert_true(usec_add(1, 2) == 3);
	assert_true(usec_add(USEC_INFINITY, 0) == USEC_INFINITY);
	assert_true(usec_add(USEC_INFINITY, 1) == USEC_INFINITY);
	assert_true(usec_add(USEC_INFINITY - 1, 5) == USEC_INFINITY);
	assert_true(clock_realtime() > 1700000000 * USEC_PER_SEC);
	assert_true(clock_monotonic() > 0);
}

static void random_spans(void **state)
{
	bool differs = false;

	(void)state;
	assert_int_equal(clock_random_span(0), 0);
	assert_int_equal(clock_random_span(USEC_INFINITY), 0);
	assert_int_equal(clock_random_span(1), 0);
	for (int i = 0; i < 64; i++) {
		usec_t span = clock_random_span(USEC_PER_DAY);

		assert_true(span < USEC_PER_DAY);
		differs = differs || span != clock_random_span(USEC_PER_DAY);
	}
	assert_true(differs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_spans),
	    cmocka_unit_test(test_span),	   cmocka_unit_test(test_span_in_little_room),
	    cmocka_unit_test(test_relative),	   cmocka_unit_test(test_timestamp),
	    cmocka_unit_test(test_add_and_clocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
