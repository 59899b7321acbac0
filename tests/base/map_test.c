/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/map.h"

static void test_put_get_replace_remove(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	struct map m;
	int one = 1;
	int two = 2;

	map_init(&m, &a);
	assert_null(map_get(&m, "x"));
	map_remove(&m, "x");
	map_put(&m, "x", &one);
	assert_ptr_equal(map_get(&m, "x"), &one);
	map_put(&m, "x", &two);
	assert_ptr_equal(map_get(&m, "x"), &two);
	assert_int_equal(m.n, 1);
	map_put(&m, "null", NULL);
	assert_true(map_has(&m, "null"));
	assert_null(map_get(&m, "null"));
	map_remove(&m, "x");
	assert_false(map_has(&m, "x"));
	map_put(&m, "x", &one);
	assert_ptr_equal(map_get(&m, "x"), &one);
}

static void test_walk_is_in_order_of_insertion(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	struct map m;
	size_t i = 0;

	map_init(&m, &a);
	MAP_FOREACH(e, &m)
	{
		fail();
	}
	for (i = 0; i < 1000; i++) {
		map_put(&m, arena_printf(&a, "unit-%zu.service", i), (void *)(uintptr_t)(i + 1));
	}
	for (i = 0; i < 1000; i += 2) {
		map_remove(&m, arena_printf(&a, "unit-%zu.service", i));
	}
	i = 1;
	MAP_FOREACH(e, &m)
	{
		assert_string_equal(e->key, arena_printf(&a, "unit-%zu.service", i));
		assert_int_equal((uintptr_t)e->value, i + 1);
		i += 2;
	}
	assert_int_equal(i, 1001);
}

static void test_keys_that_come_and_go_take_no_room(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	struct map m;

	map_init(&m, &a);
	map_put(&m, "stays", &m);
	for (int i = 0; i < 100000; i++) {
		map_put(&m, "comes", &a);
		map_remove(&m, "comes");
	}
	assert_ptr_equal(map_get(&m, "stays"), &m);
	assert_false(map_has(&m, "comes"));
	assert_int_equal(arena_size(&a), 16 * 1024);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_put_get_replace_remove),
	    cmocka_unit_test(test_walk_is_in_order_of_insertion),
	    cmocka_unit_test(test_keys_that_come_and_go_take_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
