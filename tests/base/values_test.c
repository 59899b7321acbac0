/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>

#include "base/diag.h"
#include "base/names.h"

static const char *const words[] = {
    [0] = "inactive",
    [2] = "active",
};

static void test_names(void **state)
{
	assert_int_equal(NAMES_FIND(words, "inactive"), 0);
	assert_int_equal(NAMES_FIND(words, "active"), 2);
	assert_int_equal(NAMES_FIND(words, ""), -EINVAL);
	assert_int_equal(NAMES_FIND(words, NULL), -EINVAL);
	assert_string_equal(NAMES_AT(words, 2), "active");
	assert_null(NAMES_AT(words, 1));
	assert_null(NAMES_AT(words, 3));
	assert_null(NAMES_AT(words, -1));
}

static void test_diag_copies_and_returns_code(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	struct diag_list l = {.arena = &a};
	char file[] = "/etc/x";

	assert_int_equal(diag_add(NULL, DIAG_ERROR, -ENOENT, NULL, 0, NULL, "x"), -ENOENT);
	assert_int_equal(diag_add(&l, DIAG_WARNING, -EINVAL, file, 3, "u.service", "bad %s", "y"),
			 -EINVAL);
	file[0] = '!';
	assert_int_equal(diag_error(&l, -EPERM, "no"), -EPERM);
	diag_notice(&l, "%d", 5);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.v[0].level, DIAG_WARNING);
	assert_int_equal(l.v[0].line, 3);
	assert_string_equal(l.v[0].file, "/etc/x");
	assert_string_equal(l.v[0].unit, "u.service");
	assert_string_equal(l.v[0].text, "bad y");
	assert_null(l.v[1].file);
	assert_null(l.v[1].unit);
	assert_int_equal(l.v[2].code, 0);
	assert_string_equal(l.v[2].text, "5");
}

static void test_scope_closes_and_keeps_errno(void **state)
{
	int copy;

	errno = ENOTTY;
	{
		CLEANUP_CLOSE int fd = dup(STDERR_FILENO);
		CLEANUP_CLOSE int none = -1;

		(void)none;
		copy = fd;
		errno = ENOTTY;
	}
	assert_int_equal(errno, ENOTTY);
	assert_int_equal(fcntl(copy, F_GETFD), -1);
}

static void test_take_hands_over(void **state)
{
	int fd = 5;
	char *p = (char *)words;

	assert_int_equal(TAKE_FD(fd), 5);
	assert_int_equal(fd, -1);
	assert_ptr_equal(TAKE_PTR(p), words);
	assert_null(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_diag_copies_and_returns_code),
	    cmocka_unit_test(test_scope_closes_and_keeps_errno),
	    cmocka_unit_test(test_take_hands_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
