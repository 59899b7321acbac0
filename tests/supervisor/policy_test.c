/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "supervisor/policy.h"
#include "supervisor/service_table.h"

static void test_results(void **state)
{
	struct exit_status_set none = {0};
	struct exit_status_set some = {0};

	assert_int_equal(exit_status_set_add(&some, "5"), 0);
	assert_int_equal(exit_status_set_add(&some, "SIGKILL"), 0);
	assert_int_equal(policy_result(CLD_EXITED, 0, true, &none), RESULT_SUCCESS);
	assert_int_equal(policy_result(CLD_EXITED, 5, true, &none), RESULT_EXIT_CODE);
	assert_int_equal(policy_result(CLD_EXITED, 5, true, &some), RESULT_SUCCESS);
	assert_int_equal(policy_result(CLD_KILLED, SIGTERM, true, &none), RESULT_SUCCESS);
	assert_int_equal(policy_result(CLD_KILLED, SIGPIPE, true, &none), RESULT_SUCCESS);
	assert_int_equal(policy_result(CLD_KILLED, SIGTERM, false, &none), RESULT_SIGNAL);
	assert_int_equal(policy_result(CLD_KILLED, SIGKILL, true, &none), RESULT_SIGNAL);
	assert_int_equal(policy_result(CLD_KILLED, SIGKILL, false, &some), RESULT_SUCCESS);
	assert_int_equal(policy_result(CLD_DUMPED, SIGSEGV, true, &none), RESULT_CORE_DUMP);
}

/* The table of systemd.service(5), "Exit causes and the effect of the Restart= settings". */
static void test_restart_table(void **state)
{
	static const struct {
		enum service_result result;
		const char
		    *modes; /* no always on-success on-failure on-abnormal on-abort on-watchdog */
	} rows[] = {
		{ RESULT_SUCCESS, "-XX----" },	{ RESULT_EXIT_CODE, "-X-X---" },
		{ RESULT_SIGNAL, "-X-XXX-" },		{ RESULT_CORE_DUMP, "-X-XXX-" },
		{ RESULT_TIMEOUT, "-X-XX--" },	{ RESULT_WATCHDOG, "-X-XX-X" },
		{ RESULT_SKIP_CONDITION, "-------" },
	};
	static const enum service_restart modes[] = {
	    RESTART_NO,		 RESTART_ALWAYS,   RESTART_ON_SUCCESS,	RESTART_ON_FAILURE,
	    RESTART_ON_ABNORMAL, RESTART_ON_ABORT, RESTART_ON_WATCHDOG,
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (size_t m = 0; m < ARRAY_SIZE(modes); m++) {
			struct service_settings v = { .restart = modes[m] };

			assert_int_equal(policy_restarts(&v, rows[i].result, CLD_EXITED, 1),
					 rows[i].modes[m] == 'X');
		}
	}
}

static void test_force_and_prevent(void **state)
{
	struct service_settings v = { .restart = RESTART_NO };

	exit_status_set_add(&v.restart_force_status, "3");
	assert_true(policy_restarts(&v, RESULT_EXIT_CODE, CLD_EXITED, 3));
	assert_false(policy_restarts(&v, RESULT_EXIT_CODE, CLD_EXITED, 4));
	assert_false(policy_restarts(&v, RESULT_SIGNAL, CLD_KILLED, 3));
	exit_status_set_add(&v.restart_prevent_status, "3");
	assert_false(policy_restarts(&v, RESULT_EXIT_CODE, CLD_EXITED, 3));
}

static void test_delay(void **state)
{
	struct service_settings v = {
		.restart_usec = USEC_PER_SEC,
		.restart_steps = 3,
		.restart_max_delay = 8 * USEC_PER_SEC,
	};

	assert_int_equal(policy_restart_delay(&v, 1), USEC_PER_SEC);
	assert_in_range(policy_restart_delay(&v, 2), 1999000, 2001000);
	assert_in_range(policy_restart_delay(&v, 3), 3999000, 4001000);
	assert_int_equal(policy_restart_delay(&v, 4), 8 * USEC_PER_SEC);
	assert_int_equal(policy_restart_delay(&v, 400), 8 * USEC_PER_SEC);
	v.restart_steps = 0;
	assert_int_equal(policy_restart_delay(&v, 3), USEC_PER_SEC);
}

static void test_start_limit(void **state)
{
	struct unit u = { .start_limit_interval = 10 * USEC_PER_SEC, .start_limit_burst = 2 };
	char times[64] = "";

	assert_true(policy_start_allowed(&u, times, sizeof(times), 100 * USEC_PER_SEC));
	assert_true(policy_start_allowed(&u, times, sizeof(times), 101 * USEC_PER_SEC));
	assert_false(policy_start_allowed(&u, times, sizeof(times), 102 * USEC_PER_SEC));
	assert_string_equal(times, "100000000 2");
	assert_true(policy_start_allowed(&u, times, sizeof(times), 111 * USEC_PER_SEC));
	assert_string_equal(times, "111000000 1");
	u.start_limit_burst = 0;
	for (int i = 0; i < 20; i++) {
		assert_true(policy_start_allowed(&u, times, sizeof(times), 112 * USEC_PER_SEC));
	}
	u.start_limit_burst = 1000;
	for (int i = 1; i < 1000; i++) {
		assert_true(policy_start_allowed(&u, times, sizeof(times), 113 * USEC_PER_SEC));
	}
	assert_false(policy_start_allowed(&u, times, sizeof(times), 113 * USEC_PER_SEC));
}

/* Every state has a name and an active state; every state that lasts can be stopped or is being
 * stopped, and every clock that runs can run out. */
static void test_table(void **state)
{
	for (int i = 0; i < STATE_MAX; i++) {
		const struct service_row *row = &service_rows[i];

		assert_non_null(row->sub);
		assert_int_equal(service_state_parse(row->sub), i);
		if (row->active == ACTIVE_ACTIVATING || active_state_is_up(row->active)) {
			assert_non_null(row->on_stop);
		}
		if (row->active == ACTIVE_ACTIVATING || row->active == ACTIVE_DEACTIVATING ||
		    row->active == ACTIVE_RELOADING) {
			assert_non_null(row->on_time);
		}
	}
	for (int i = 0; i < RESULT_MAX; i++) {
		assert_non_null(service_result_name((enum service_result)i));
		assert_int_equal(service_result_parse(service_result_name((enum service_result)i)),
				 i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results),	      cmocka_unit_test(test_restart_table),
		cmocka_unit_test(test_force_and_prevent), cmocka_unit_test(test_delay),
		cmocka_unit_test(test_start_limit),	      cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
