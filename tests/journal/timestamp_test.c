/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "journal/timestamp.h"

/* Sun 2026-11-22 06:30:15.250000 UTC */
#define NOW (UINT64_C(1795329015250000))
#define MIDNIGHT (UINT64_C(1795305600000000))

struct row {
	const char *text;
	usec_t expected; /* 0: refused */
};

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		usec_t t = 7;
		int r = timestamp_parse(rows[i].text, NOW, &t);

		if (r != (rows[i].expected ? 0 : -EINVAL) ||
		    t != (rows[i].expected ? rows[i].expected : 7)) {
			fail_msg("'%s': %d, %llu", rows[i].text, r, (unsigned long long)t);
		}
	}
}

static void words_and_spans(void **state)
{
	static const struct row rows[] = {
		{ "now", NOW },
		{ "today", MIDNIGHT },
		{ "yesterday", MIDNIGHT - USEC_PER_DAY },
		{ "tomorrow", MIDNIGHT + USEC_PER_DAY },
		{ "tomorrow UTC", MIDNIGHT + USEC_PER_DAY },
		{ "-5min", NOW - 5 * USEC_PER_MINUTE },
		{ "+3h30min", NOW + 210 * USEC_PER_MINUTE },
		{ "-5s", NOW - 5 * USEC_PER_SEC },
		{ "1 hour ago", NOW - USEC_PER_HOUR },
		{ "11min ago", NOW - 11 * USEC_PER_MINUTE },
		{ "2h left", NOW + 2 * USEC_PER_HOUR },
		{ "@1395716396", UINT64_C(1395716396000000) },
		{ "@1395716396.5", UINT64_C(1395716396500000) },
		{ "", 0 },
		{ "xx", 0 },
		{ "-", 0 },
		{ "ago", 0 },
		{ "@", 0 },
		{ "todayx", 0 },
	};

	check_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void dates(void **state)
{
	static const struct row rows[] = {
		{ "2026-11-22", MIDNIGHT },
		{ "26-11-22", MIDNIGHT },
		{ "2026-11-22 06:30", MIDNIGHT + 390 * USEC_PER_MINUTE },
		{ "2026-11-22T06:30:15", NOW - 250000 },
		{ "2026-11-22 06:30:15.25", NOW },
		{ "2026-11-22T06:30:15Z", NOW - 250000 },
		{ "2026-11-22 07:30:15+01:00", NOW - 250000 },
		{ "2026-11-22T05:00:15-0130", NOW - 250000 },
		{ "Sun 2026-11-22 06:30:15 UTC", NOW - 250000 },
		{ "sunday 2026-11-22", MIDNIGHT },
		{ "06:30", MIDNIGHT + 390 * USEC_PER_MINUTE },
		{ "06:30:15.250000 UTC", NOW },
		{ "Mon 2026-11-22", 0 },
		{ "2026-02-31", 0 },
		{ "2026-13-01", 0 },
		{ "2026-11-22 25:00", 0 },
		{ "2026-11-22 06", 0 },
		{ "2026-11-22 06:30 Nowhere/At_All", 0 },
	};

	check_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void local_time(void **state)
{
	static const struct row rows[] = {
		{ "2026-11-22 07:30:15.25", NOW },
		{ "2026-11-22 06:30:15.25 UTC", NOW },
		{ "2026-11-22 07:30:15.25 XYZ", NOW },
		{ "today", MIDNIGHT - USEC_PER_HOUR },
	};

	setenv("TZ", "XYZ-1", 1);
	tzset();
	check_rows(rows, sizeof(rows) / sizeof(rows[0]));
	setenv("TZ", "UTC0", 1);
	tzset();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_spans),
		cmocka_unit_test(dates),
		cmocka_unit_test(local_time),
	};

	setenv("TZ", "UTC0", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
