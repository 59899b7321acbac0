/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/active.h"

/* Each value has a name of its own that leads back to it. */
#define CHECK_TABLE(max, name, parse)                                       \
	do {                                                                \
		for (int i = 0; i < (max); i++) {                           \
			assert_non_null(name(i));                           \
			assert_int_equal(parse(name(i)), i);                \
		}                                                           \
		assert_null(name(max));                                     \
		assert_int_equal(parse("no such word"), -EINVAL);           \
		assert_int_equal(parse(""), -EINVAL);                       \
	} while (0)

static void tables(void **state)
{
	CHECK_TABLE(ACTIVE_STATE_MAX, active_state_name, active_state_parse);
	CHECK_TABLE(JOB_MODE_MAX, job_mode_name, job_mode_parse);
	CHECK_TABLE(JOB_RESULT_MAX, job_result_name, job_result_parse);
	for (int i = 0; i < JOB_TYPE_MAX; i++) {
		assert_non_null(job_type_name(i));
	}
	assert_null(job_type_name(JOB_TYPE_MAX));
}

static void questions(void **state)
{
	assert_true(active_state_is_up(ACTIVE_RELOADING));
	assert_false(active_state_is_up(ACTIVE_ACTIVATING));
	assert_true(active_state_is_down(ACTIVE_FAILED));
	assert_false(active_state_is_down(ACTIVE_DEACTIVATING));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables),
		cmocka_unit_test(questions),
	};

	return cmocka_run_group_tests_name("active", tests, NULL, NULL);
}
