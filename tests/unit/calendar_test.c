/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

#include "unit/calendar.h"

/* What `systemd-analyze calendar --base-time="2026-11-22 04:00:00 UTC"` of systemd 257 says; NULL: refused, "never". */
static const struct {
	const char *text, *normalized, *next;
} events[] = {
	{ "daily", "*-*-* 00:00:00", "Mon 2026-11-23 00:00:00 UTC" },
	{ "*-*-*/2", NULL, NULL },
	{ "*/2-*-*", NULL, NULL },
	{ "*:0/15", "*-*-* *:00/15:00", "Sun 2026-11-22 04:15:00 UTC" },
	{ "*:0/15:30", "*-*-* *:00/15:30", "Sun 2026-11-22 04:00:30 UTC" },
	{ "Mon,Tue *-*-*", "Mon,Tue *-*-* 00:00:00", "Mon 2026-11-23 00:00:00 UTC" },
	{ "Mon..Fri 03:00", "Mon..Fri *-*-* 03:00:00", "Mon 2026-11-23 03:00:00 UTC" },
	{ "Mon-Wed,Fri 3:4", "Mon..Wed,Fri *-*-* 03:04:00", "Mon 2026-11-23 03:04:00 UTC" },
	{ "Sat,Sun,Mon", "Mon,Sat,Sun *-*-* 00:00:00", "Mon 2026-11-23 00:00:00 UTC" },
	{ "2030-01-02", "2030-01-02 00:00:00", "Wed 2030-01-02 00:00:00 UTC" },
	{ "01-02", "*-01-02 00:00:00", "Sat 2027-01-02 00:00:00 UTC" },
	{ "*-02~03", "*-02~03 00:00:00", "Fri 2027-02-26 00:00:00 UTC" },
	{ "*-*~1 12:00", "*-*~01 12:00:00", "Mon 2026-11-30 12:00:00 UTC" },
	{ "Mon *-05~07/1", "Mon *-05~07/1 00:00:00", "Mon 2027-05-31 00:00:00 UTC" },
	{ "10:00 UTC", "*-*-* 10:00:00 UTC", "Sun 2026-11-22 10:00:00 UTC" },
	{ "10:00 Europe/Berlin", "*-*-* 10:00:00 Europe/Berlin", "Sun 2026-11-22 09:00:00 UTC" },
	{ "12:00:01.5", "*-*-* 12:00:01.500000", "Sun 2026-11-22 12:00:01 UTC" },
	{ "*-*-1..7 18:00", "*-*-01..07 18:00:00", "Tue 2026-12-01 18:00:00 UTC" },
	{ "*-1,3,5-* 0:0", "*-01,03,05-* 00:00:00", "Fri 2027-01-01 00:00:00 UTC" },
	{ "quarterly", "*-01,04,07,10-01 00:00:00", "Fri 2027-01-01 00:00:00 UTC" },
	{ "semiannually", "*-01,07-01 00:00:00", "Fri 2027-01-01 00:00:00 UTC" },
	{ "biannually", "*-01,07-01 00:00:00", "Fri 2027-01-01 00:00:00 UTC" },
	{ "weekly", "Mon *-*-* 00:00:00", "Mon 2026-11-23 00:00:00 UTC" },
	{ "yearly", "*-01-01 00:00:00", "Fri 2027-01-01 00:00:00 UTC" },
	{ "annually", "*-01-01 00:00:00", "Fri 2027-01-01 00:00:00 UTC" },
	{ "monthly", "*-*-01 00:00:00", "Tue 2026-12-01 00:00:00 UTC" },
	{ "hourly", "*-*-* *:00:00", "Sun 2026-11-22 05:00:00 UTC" },
	{ "minutely", "*-*-* *:*:00", "Sun 2026-11-22 04:01:00 UTC" },
	{ "2030-02-31", "2030-02-31 00:00:00", "never" },
	{ "12:00:60", NULL, NULL },
	{ "0:0..0,45/60", NULL, NULL },
	{ "23/1:16", NULL, NULL },
	{ "*-*~29", NULL, NULL },
	{ "12:00:0..59/70", "*-*-* 12:00:00", "Sun 2026-11-22 12:00:00 UTC" },
	{ "3..24:0", NULL, NULL },
	{ "12:00:00.1234567", "*-*-* 12:00:00.123457", "Sun 2026-11-22 12:00:00 UTC" },
	{ "3..24/4:0", "*-*-* 03..23/4:00:00", "Sun 2026-11-22 07:00:00 UTC" },
	{ "15:59..59/7", "*-*-* 15:59:00", "Sun 2026-11-22 15:59:00 UTC" },
	{ "6,0,6:0", "*-*-* 00,06:00:00", "Sun 2026-11-22 06:00:00 UTC" },
	{ "2199-12..12~*", "2199-12-* 00:00:00", "Sun 2199-12-01 00:00:00 UTC" },
	{ "thu utc", "Thu *-*-* 00:00:00 UTC", "Thu 2026-11-26 00:00:00 UTC" },
	{ "Foo", NULL, NULL },
	{ "25:00", NULL, NULL },
	{ "*:60", NULL, NULL },
	{ "*-13-01", NULL, NULL },
	{ "*-*-1/0", NULL, NULL },
	{ "5..3:0", NULL, NULL },
	{ "Wednesday,thu 2:3", "Wed,Thu *-*-* 02:03:00", "Wed 2026-11-25 02:03:00 UTC" },
	{ "*-*-* *:*:*", "*-*-* *:*:*", "Sun 2026-11-22 04:00:01 UTC" },
	{ "*:*:*", "*-*-* *:*:*", "Sun 2026-11-22 04:00:01 UTC" },
	{ "0/2:0", "*-*-* 00/2:00:00", "Sun 2026-11-22 06:00:00 UTC" },
	{ "08:05:40", "*-*-* 08:05:40", "Sun 2026-11-22 08:05:40 UTC" },
	{ "05:40", "*-*-* 05:40:00", "Sun 2026-11-22 05:40:00 UTC" },
	{ "2003-03-05 05:40", "2003-03-05 05:40:00", "never" },
	{ "Tue 2030-01-01", "Tue 2030-01-01 00:00:00", "Tue 2030-01-01 00:00:00 UTC" },
	{ "@1893456000", "2030-01-01 00:00:00 UTC", "Tue 2030-01-01 00:00:00 UTC" },
	{ "*-*-* 0:0:0/0.5", "*-*-* 00:00:00/0.500000", "Mon 2026-11-23 00:00:00 UTC" },
	{ "*-*-05..01", NULL, NULL },
	{ "Mon..Tue", "Mon,Tue *-*-* 00:00:00", "Mon 2026-11-23 00:00:00 UTC" },
	{ "Thu,Fri 2030-*-1,5 11:12:13",
	  "Thu,Fri 2030-*-01,05 11:12:13", "Fri 2030-02-01 11:12:13 UTC" },
	{ "*-*~0", NULL, NULL },
	{ "*-*-0", NULL, NULL },
	{ "1..3-*-*", "2001..2003-*-* 00:00:00", "never" },
	{ "*-1..6/2-*", "*-01..05/2-* 00:00:00", "Fri 2027-01-01 00:00:00 UTC" },
	{ "Fri..Mon", NULL, NULL },
	{ "*:2/3", "*-*-* *:02/3:00", "Sun 2026-11-22 04:02:00 UTC" },
};

#define BASE ((usec_t)1795320000 * USEC_PER_SEC)	/* 2026-11-22 04:00:00 UTC */

static void events_are_what_systemd_makes_of_them(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		struct arena a CLEANUP_ARENA = {0};
		struct calendar c;
		int r = calendar_parse(events[i].text, &a, &c);
		if (!events[i].normalized) {
			assert_true(r == -EINVAL || r == -ERANGE);
			continue;
		}
		assert_int_equal(r, 0);
		assert_string_equal(calendar_format(&c, &a), events[i].normalized);
		usec_t next;
		char buf[64];
		if (calendar_next(&c, BASE, &next) < 0) {
			assert_string_equal(events[i].next, "never");
			continue;
		}
		assert_true(next > BASE);
		assert_string_equal(clock_format_timestamp(buf, sizeof(buf), next), events[i].next);
		/* The normalized form means the same. */
		struct calendar again;
		usec_t next_again;
		assert_int_equal(calendar_parse(events[i].normalized, &a, &again), 0);
		assert_int_equal(calendar_next(&again, BASE, &next_again), 0);
		assert_true(next_again == next);
	}
}

static void seconds_and_fractions_follow_one_another(void **state)
{
	struct arena a CLEANUP_ARENA = {0};
	struct calendar c;
	usec_t t = BASE;
	assert_int_equal(calendar_parse("*:*:*", &a, &c), 0);
	assert_int_equal(calendar_next(&c, t, &t), 0);
	assert_true(t == BASE + USEC_PER_SEC);
	assert_int_equal(calendar_parse("*:*:0/0.5", &a, &c), 0);
	assert_int_equal(calendar_next(&c, t, &t), 0);
	assert_true(t == BASE + 3 * USEC_PER_SEC / 2);
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	tzset();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_are_what_systemd_makes_of_them),
		cmocka_unit_test(seconds_and_fractions_follow_one_another),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
