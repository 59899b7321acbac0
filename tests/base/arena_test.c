/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void test_alloc_is_zeroed_and_aligned(void **state)
{
	CLEANUP_ARENA struct arena a = {0};

	for (size_t n = 0; n < 300; n++) {
		unsigned char *p = arena_alloc(&a, n);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(p[i], 0);
		}
		memset(p, 0xff, n);
	}
}

static void test_first_chunk_is_small_and_chunks_grow(void **state)
{
	CLEANUP_ARENA struct arena a = {0};

	assert_int_equal(arena_size(&a), 0);
	arena_alloc(&a, 1);
	assert_int_equal(arena_size(&a), 16 * 1024);
	for (int i = 0; i < 1000; i++) {
		arena_alloc(&a, 1000);
	}
	assert_true(arena_size(&a) > 1000 * 1000);
	assert_true(arena_size(&a) < 1400 * 1000);
	arena_free(&a);
	assert_int_equal(arena_size(&a), 0);
	assert_non_null(arena_alloc(&a, 1));
}

static void test_big_request_leaves_the_newest_chunk(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	char *small = arena_alloc(&a, 16);
	char *big = arena_alloc(&a, 1000 * 1000);

	memset(big, 1, 1000 * 1000);
	assert_ptr_equal(arena_alloc(&a, 16), small + 16);
}

static void test_big_request_first(void **state)
{
	CLEANUP_ARENA struct arena a = {0};

	memset(arena_alloc(&a, 100 * 1000), 1, 100 * 1000);
	memset(arena_alloc(&a, 100 * 1000), 1, 100 * 1000);
}

static void test_strings(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	char bytes[3] = {'a', 'b', 'c'};

	assert_null(arena_strdup(&a, NULL));
	assert_string_equal(arena_strdup(&a, "x y"), "x y");
	assert_string_equal(arena_strndup(&a, bytes, 3), "abc");
	assert_string_equal(arena_strndup(&a, "ab", 10), "ab");
	assert_string_equal(arena_printf(&a, "%s=%d", "k", 7), "k=7");
	assert_string_equal(arena_printf(&a, "%s", ""), "");
	assert_int_equal(strlen(arena_printf(&a, "%40000d", 1)), 40000);
}

static void test_push_keeps_what_was_there(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	size_t *in_one_go = NULL;
	size_t *mixed = NULL;
	size_t n = 0;
	size_t cap = 0;
	size_t n_mixed = 0;
	size_t cap_mixed = 0;

	for (size_t i = 0; i < 1000; i++) {
		*ARENA_PUSH(&a, in_one_go, n, cap) = i;
	}
	for (size_t i = 0; i < 20000; i++) {
		*ARENA_PUSH(&a, mixed, n_mixed, cap_mixed) = i;
		arena_alloc(&a, 8);
	}
	for (size_t i = 0; i < n_mixed; i++) {
		assert_int_equal(mixed[i], i);
		assert_int_equal(in_one_go[i % n], i % n);
	}
	assert_int_equal(n, 1000);
	assert_int_equal(n_mixed, 20000);
}

static void test_last_array_grows_in_place(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	char *list = NULL;
	char *first;
	size_t n = 0;
	size_t cap = 0;

	*ARENA_PUSH(&a, list, n, cap) = 'a';
	first = list;
	for (int i = 0; i < 5000; i++) {
		*ARENA_PUSH(&a, list, n, cap) = 'b';
	}
	assert_ptr_equal(list, first);
	assert_int_equal(arena_size(&a), 16 * 1024);
}

static void test_n_may_be_larger_than_twice_cap(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	size_t cap = 0;
	int *v = arena_grow(&a, NULL, 100, &cap, sizeof(int));

	v[100] = 1;
	assert_true(cap > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_alloc_is_zeroed_and_aligned),
	    cmocka_unit_test(test_first_chunk_is_small_and_chunks_grow),
	    cmocka_unit_test(test_big_request_leaves_the_newest_chunk),
	    cmocka_unit_test(test_big_request_first),
	    cmocka_unit_test(test_strings),
	    cmocka_unit_test(test_push_keeps_what_was_there),
	    cmocka_unit_test(test_last_array_grows_in_place),
	    cmocka_unit_test(test_n_may_be_larger_than_twice_cap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
