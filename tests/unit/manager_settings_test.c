/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "unit/builtin.h"
#include "unit/manager_settings.h"

static void parse(struct manager_settings *s, struct arena *a, const char *text)
{
	char *copy = arena_strdup(a, text);

	manager_settings_parse(s, copy, strlen(copy), "test.conf", a);
}

static void test_defaults_are_systemds(void **state)
{
	struct manager_settings s;

	manager_settings_init(&s);
	assert_int_equal(s.timeout_start, 90 * USEC_PER_SEC);
	assert_int_equal(s.timeout_stop, 90 * USEC_PER_SEC);
	assert_int_equal(s.start_limit_burst, 5);
	assert_int_equal(s.std_output, STDIO_DEFAULT);
}

static void test_times(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	struct manager_settings s;

	manager_settings_init(&s);
	parse(&s, &a,
	      "[Manager]\nDefaultTimeoutStartSec=3\nDefaultTimeoutStopSec=2min\nDefaultRestartSec="
	      "0\n");
	assert_int_equal(s.timeout_start, 3 * USEC_PER_SEC);
	assert_int_equal(s.timeout_stop, 2 * USEC_PER_MINUTE);
	/* Not set itself, it follows. */
	assert_int_equal(s.timeout_abort, 2 * USEC_PER_MINUTE);
	assert_int_equal(s.restart_usec, 0);
	parse(&s, &a,
	      "[Manager]\nDefaultTimeoutStartSec=0\nDefaultTimeoutAbortSec="
	      "5\nDefaultTimeoutStopSec=nonsense\n");
	assert_int_equal(s.timeout_start, USEC_INFINITY);
	assert_int_equal(s.timeout_stop, 2 * USEC_PER_MINUTE);
	assert_int_equal(s.timeout_abort, 5 * USEC_PER_SEC);
}

static void test_other_sections_are_passed_over(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	struct manager_settings s;

	manager_settings_init(&s);
	parse(&s, &a,
	      "[Service]\nDefaultTimeoutStartSec=3\n[Manager]\nNobodyKnows="
	      "x\nDefaultStartLimitBurst=9\n");
	assert_int_equal(s.timeout_start, 90 * USEC_PER_SEC);
	assert_int_equal(s.start_limit_burst, 9);
}

static void test_limits_and_output_reach_units(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	struct unit u = {.type = UNIT_SERVICE};
	struct manager_settings s;

	manager_settings_init(&s);
	parse(&s, &a,
	      "[Manager]\nDefaultLimitNOFILE=10:20\nDefaultStandardOutput="
	      "null\nDefaultTimeoutStopSec=4\n");
	manager_settings_apply(&s, &u);
	assert_true(u.exec.limits[RLIMIT_NOFILE].set);
	assert_int_equal(u.exec.limits[RLIMIT_NOFILE].value.rlim_cur, 10);
	assert_int_equal(u.exec.limits[RLIMIT_NOFILE].value.rlim_max, 20);
	assert_false(u.exec.limits[RLIMIT_CORE].set);
	assert_int_equal(u.exec.std_output.kind, STDIO_NULL);
	assert_int_equal(u.service.timeout_stop, 4 * USEC_PER_SEC);
	assert_false(u.service.timeout_abort_set);
	parse(&s, &a, "[Manager]\nDefaultTimeoutAbortSec=5\n");
	manager_settings_apply(&s, &u);
	assert_true(u.service.timeout_abort_set);
	assert_int_equal(u.service.timeout_abort, 5 * USEC_PER_SEC);
	/* What cannot be read changes nothing. */
	parse(&s, &a,
	      "[Manager]\nDefaultTimeoutAbortSec=x\nDefaultLimitNOFILE=\nDefaultLimitNOFILE=3:2\n"
	      "DefaultOOMScoreAdjust=7\nDefaultOOMScoreAdjust=x\n");
	manager_settings_apply(&s, &u);
	assert_true(u.service.timeout_abort_set);
	assert_int_equal(u.service.timeout_abort, 5 * USEC_PER_SEC);
	assert_int_equal(u.exec.limits[RLIMIT_NOFILE].value.rlim_cur, 10);
	assert_true(u.exec.oom_score_adjust_set);
	assert_int_equal(u.exec.oom_score_adjust, 7);
	parse(&s, &a, "[Manager]\nDefaultTimeoutAbortSec=\n");
	manager_settings_apply(&s, &u);
	assert_false(u.service.timeout_abort_set);
}

static void test_environment_adds_up_and_resets(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	struct manager_settings s;

	manager_settings_init(&s);
	parse(&s, &a,
	      "[Manager]\nDefaultEnvironment=A=1 \"B=two words\"\nDefaultEnvironment=A=3\n");
	assert_string_equal(environment_get(&s.default_environment, "A"), "3");
	assert_string_equal(environment_get(&s.default_environment, "B"), "two words");
	parse(&s, &a, "[Manager]\nDefaultEnvironment=\n");
	assert_int_equal(s.default_environment.n, 0);
}

static void test_pass_environment(void **state)
{
	static const char *const outside[] = {"AWS_REGION=x", "AWS_KEY=y",
					      "HOME=/root",   "NOTIFY_SOCKET=/n",
					      "TERM=xterm",   "KUBERNETES_PORT=1"};
	CLEANUP_ARENA struct arena a = {0};
	struct manager_settings s;
	struct strv from = {0}, chosen = {0}, all = {0};

	for (size_t i = 0; i < ARRAY_SIZE(outside); i++) {
		strv_add(&from, &a, outside[i]);
	}
	manager_settings_init(&s);
	parse(&s, &a, "[Manager]\nX-PassEnvironment=AWS_* TERM\n");
	manager_settings_select(&s, &from, &a, &chosen);
	assert_int_equal(chosen.n, 3);
	assert_string_equal(environment_get(&chosen, "AWS_KEY"), "y");
	assert_string_equal(environment_get(&chosen, "TERM"), "xterm");
	parse(&s, &a, "[Manager]\nX-PassEnvironment=\nX-PassEnvironment=*\n");
	manager_settings_select(&s, &from, &a, &all);
	assert_int_equal(all.n, 3);
	assert_null(environment_get(&all, "NOTIFY_SOCKET"));
	assert_null(environment_get(&all, "HOME"));
}

static void test_boot_leaves_out(void **state)
{
	static const char *const out[] = {"systemd-udevd.service", "getty@tty1.service",
					  "dev-mqueue.mount", "systemd-logind.service", "x.swap"};
	static const char *const in[] = {"nginx.service",
					 "systemd-tmpfiles-setup.service",
					 "systemd-journald.service",
					 "sysinit.target",
					 "var-lib.mount",
					 "systemd-sysusers.service",
					 "dbus.socket"};

	for (size_t i = 0; i < ARRAY_SIZE(out); i++) {
		assert_non_null(builtin_boot_skip_reason(out[i]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(in); i++) {
		assert_null(builtin_boot_skip_reason(in[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_defaults_are_systemds),
	    cmocka_unit_test(test_times),
	    cmocka_unit_test(test_other_sections_are_passed_over),
	    cmocka_unit_test(test_limits_and_output_reach_units),
	    cmocka_unit_test(test_environment_adds_up_and_resets),
	    cmocka_unit_test(test_pass_environment),
	    cmocka_unit_test(test_boot_leaves_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
