/* SPDX-License-Identifier: MIT */

/* When timers elapse: no process, no clock. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "supervisor/timer.h"

#define S USEC_PER_SEC
#define MONOTONIC (1000 * S)
#define REALTIME ((usec_t)1700000000 * S) /* Tue 2023-11-14 22:13:20 UTC */

static struct timer_now fresh(void)
{
	return (struct timer_now){ .realtime = REALTIME,
				   .monotonic = MONOTONIC,
				   .boot_monotonic = 100 * S };
}

static struct timer_next next_of(struct timer_moment *moments, size_t n,
				 const struct timer_now *now)
{
	struct timer_next next;

	timer_find_next(moments, n, now, &next);
	return next;
}

static void test_each_base(void **state)
{
	struct timer_now now = fresh();
	struct timer_moment active = { .directive = "OnActiveSec", .span = 10 * S };
	struct timer_moment boot = { .directive = "OnBootSec", .span = 10 * S };
	struct timer_moment startup = { .directive = "OnStartupSec", .span = 20 * S };
	struct timer_moment unit_active = { .directive = "OnUnitActiveSec", .span = 10 * S };
	struct timer_moment unit_inactive = { .directive = "OnUnitInactiveSec", .span = 10 * S };

	assert_int_equal(next_of(&active, 1, &now).monotonic, MONOTONIC + 10 * S);
	now.started_monotonic = MONOTONIC - 4 * S;
	assert_int_equal(next_of(&active, 1, &now).monotonic, MONOTONIC + 6 * S);
	assert_int_equal(next_of(&boot, 1, &now).monotonic, 110 * S);
	assert_int_equal(next_of(&startup, 1, &now).monotonic, 120 * S);
	assert_int_equal(next_of(&unit_active, 1, &now).monotonic, 0);
	assert_int_equal(next_of(&unit_inactive, 1, &now).monotonic, 0);
	now.unit_inactive_exit = 900 * S;
	now.unit_inactive_enter = 950 * S;
	assert_int_equal(next_of(&unit_active, 1, &now).monotonic, 910 * S);
	assert_int_equal(next_of(&unit_inactive, 1, &now).monotonic, 960 * S);
	now.last_realtime = REALTIME - S;
	now.last_monotonic = 990 * S;
	assert_int_equal(next_of(&unit_active, 1, &now).monotonic, 1000 * S);
}

static void test_nearest_wins(void **state)
{
	struct timer_now now = fresh();
	struct timer_moment moments[] = {
		{ .directive = "OnActiveSec", .span = 30 * S },
		{ .directive = "OnActiveSec", .span = 10 * S },
		{ .directive = "OnActiveSec", .span = USEC_INFINITY },
	};

	assert_int_equal(next_of(moments, 3, &now).monotonic, MONOTONIC + 10 * S);
	assert_int_equal(moments[0].next, MONOTONIC + 30 * S);
	assert_int_equal(moments[2].next, 0);
}

/* What elapses once does not come again, until it is enabled anew or the clock was set. */
static void test_once(void **state)
{
	struct timer_now now = fresh();
	struct timer_moment m = { .directive = "OnActiveSec", .span = 10 * S };

	now.started_monotonic = MONOTONIC - 20 * S;
	/* Not yet elapsed: late, and due at once. */
	assert_int_equal(next_of(&m, 1, &now).monotonic, MONOTONIC - 10 * S);
	now.last_realtime = REALTIME - 10 * S;
	now.last_monotonic = MONOTONIC - 10 * S;
	now.clock_was_set = true;
	assert_false(m.disabled);
	assert_int_equal(next_of(&m, 1, &now).monotonic, MONOTONIC - 10 * S);
	now.clock_was_set = false;
	assert_int_equal(next_of(&m, 1, &now).monotonic, 0);
	assert_true(m.disabled);
	timer_enable_moments(&m, 1, true);
	assert_true(m.disabled);
	timer_enable_moments(&m, 1, false);
	assert_false(m.disabled);
}

static void test_stays(void **state)
{
	struct timer_now now = fresh();
	struct timer_moment once = { .directive = "OnActiveSec", .span = 10 * S };
	struct timer_moment again = { .directive = "OnUnitActiveSec", .span = 10 * S };

	assert_false(next_of(&once, 1, &now).stays);
	assert_true(next_of(&again, 1, &now).stays);
}

static void test_calendar(void **state)
{
	CLEANUP_ARENA struct arena a = { 0 };
	struct timer_now now = fresh();
	struct calendar daily;
	struct timer_moment m = { .directive = "OnCalendar", .calendar = &daily };
	usec_t midnight = (usec_t)1700006400 * S;

	assert_int_equal(calendar_parse("*-*-* 00:00:00 UTC", &a, &daily), 0);
	assert_int_equal(next_of(&m, 1, &now).realtime, midnight);
	assert_int_equal(next_of(&m, 1, &now).monotonic, 0);
	/* A stamp of two days ago: what was missed is due at once. */
	now.last_realtime = REALTIME - 2 * USEC_PER_DAY;
	assert_int_equal(next_of(&m, 1, &now).realtime, midnight - 2 * USEC_PER_DAY);
	/* DeferReactivation=: not what was missed while the unit ran. */
	now.unit_ended_realtime = REALTIME - 3 * S;
	assert_int_equal(next_of(&m, 1, &now).realtime, midnight);
	now.last_realtime = REALTIME - S;
	now.unit_ended_realtime = REALTIME - 3 * USEC_PER_DAY;
	assert_int_equal(next_of(&m, 1, &now).realtime, midnight);
}

static void test_calendar_over(void **state)
{
	CLEANUP_ARENA struct arena a = { 0 };
	struct timer_now now = fresh();
	struct calendar once;
	struct timer_moment m = { .directive = "OnCalendar", .calendar = &once };

	assert_int_equal(calendar_parse("1999-12-24", &a, &once), 0);
	assert_int_equal(next_of(&m, 1, &now).realtime, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_base), cmocka_unit_test(test_nearest_wins),
		cmocka_unit_test(test_once),	  cmocka_unit_test(test_stays),
		cmocka_unit_test(test_calendar),  cmocka_unit_test(test_calendar_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
