/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>

#include "base/signals.h"

static const struct {
	const char *name;
	int sig;
} names[] = {
    {"TERM", 15},
    {"SIGTERM", 15},
    {"15", 15},
    {"+15", 15},
    {" 15", 15},
    {"0x0f", 15},
    {"32", 32},
    {"64", 64},
    {"HUP", 1},
    {"IO", SIGIO},
    {"STKFLT", 16},
    {"RTMIN", 34},
    {"SIGRTMIN+0", 34},
    {"RTMIN+3", 37},
    {"RTMIN+03", 37},
    {"SIGRTMIN+30", 64},
    {"RTMAX", 64},
    {"RTMAX-0", 64},
    {"RTMAX-30", 34},
    {"0b1111", 15},
    {"0o17", 15},
    {"0", -EINVAL},
    {"-1", -EINVAL},
    {"65", -EINVAL},
    {"15x", -EINVAL},
    {"", -EINVAL},
    {"SIG", -EINVAL},
    {"SIG15", -EINVAL},
    {"term", -EINVAL},
    {"SIGSIGTERM", -EINVAL},
    {"POLL", -EINVAL},
    {"IOT", -EINVAL},
    {"CLD", -EINVAL},
    {"RTMIN+31", -EINVAL},
    {"RTMIN-1", -EINVAL},
    {"RTMIN+", -EINVAL},
    {"RTMIN+ 3", -EINVAL},
    {"RTMIN3", -EINVAL},
    {"RTMAX-31", -EINVAL},
    {"RTMAX+0", -EINVAL},
};

static void test_parse(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (signals_parse(names[i].name) != names[i].sig) {
			print_error("%s\n", names[i].name);
		}
		assert_int_equal(signals_parse(names[i].name), names[i].sig);
	}
}

static void test_every_name_parses_back(void **state)
{
	char buf[16];

	for (int sig = 1; sig <= 64; sig++) {
		assert_int_equal(signals_parse(signals_name(sig, buf)), sig);
	}
	for (int sig = 1; sig < 32; sig++) {
		assert_true(signals_name(sig, buf) != buf);
	}
	assert_string_equal(signals_name(37, buf), "RTMIN+3");
	assert_string_equal(signals_name(34, buf), "RTMIN+0");
	assert_string_equal(signals_name(32, buf), "32");
	assert_string_equal(signals_name(-2147483647, buf), "-2147483647");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_every_name_parses_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
