/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/search.h"

static struct arena a;
static struct root root;

static const char *joined(const struct search_path *p)
{
	return strv_join(&p->dirs, &a, "\n");
}

static void system_path_is_in_order(void **state)
{
	struct search_path p;

	assert_int_equal(search_path_init(&p, SEARCH_SYSTEM, &root, &a), 0);
	assert_string_equal(
		joined(&p),
		"/etc/systemd/system.control\n/run/systemd/system.control\n/run/systemd/transient\n"
		"/run/systemd/generator.early\n/etc/systemd/system\n/etc/systemd/system.attached\n"
		"/run/systemd/system\n/run/systemd/system.attached\n/run/systemd/generator\n"
		"/usr/local/lib/systemd/system\n/usr/lib/systemd/system\n/run/systemd/"
		"generator.late");
	assert_string_equal(p.persistent_config, "/etc/systemd/system");
	assert_string_equal(p.runtime_config, "/run/systemd/system");
	assert_true(search_path_is_generator(&p, "/run/systemd/generator.late"));
	assert_false(search_path_is_generator(&p, "/etc/systemd/system"));
	assert_string_equal(search_path_dir_of(&p, "/etc/systemd/system/a.service"),
			    "/etc/systemd/system");
	assert_null(search_path_dir_of(&p, "/etc/systemd/system/a.service.d/x.conf"));
	assert_null(search_path_dir_of(&p, "a.service"));
}

static void global_path_has_no_control(void **state)
{
	struct search_path p;

	assert_int_equal(search_path_init(&p, SEARCH_GLOBAL, &root, &a), 0);
	assert_string_equal(
		joined(&p),
		"/etc/systemd/user\n/run/systemd/user\n/usr/local/share/systemd/user\n"
		"/usr/share/systemd/user\n/usr/local/lib/systemd/user\n/usr/lib/systemd/user");
	assert_null(p.persistent_control);
	assert_null(p.generator);
}

static void user_path_follows_the_environment(void **state)
{
	struct search_path p;
	struct root fake;

	setenv("HOME", "/home/x", 1);
	setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
	setenv("XDG_CONFIG_HOME", "/cc", 1);
	setenv("XDG_CONFIG_DIRS", "/etc/xdg:/c2", 1);
	setenv("XDG_DATA_DIRS", "/d1:/usr/share", 1);
	unsetenv("XDG_DATA_HOME");
	assert_int_equal(search_path_init(&p, SEARCH_USER, &root, &a), 0);
	assert_string_equal(
		joined(&p),
		"/cc/systemd/user.control\n/run/user/7/systemd/user.control\n/run/user/7/systemd/"
		"transient\n"
		"/run/user/7/systemd/generator.early\n/cc/systemd/user\n/etc/xdg/systemd/user\n"
		"/c2/systemd/user\n/etc/systemd/user\n/run/user/7/systemd/user\n/run/systemd/user\n"
		"/run/user/7/systemd/generator\n/home/x/.local/share/systemd/user\n/d1/systemd/"
		"user\n"
		"/usr/share/systemd/user\n/usr/local/lib/systemd/user\n/usr/local/share/systemd/"
		"user\n"
		"/usr/lib/systemd/user\n/run/user/7/systemd/generator.late");
	unsetenv("XDG_RUNTIME_DIR");
	assert_int_equal(search_path_init(&p, SEARCH_USER, &root, &a), 0);
	assert_null(p.runtime_config);
	assert_null(p.transient);
	assert_int_equal(root_open(&fake, "units-testdata", &a), 0);
	assert_int_equal(search_path_init(&p, SEARCH_USER, &fake, &a), -EINVAL);
	root_close(&fake);
}

static void variable_replaces_or_prepends(void **state)
{
	struct search_path p;

	setenv("SYSTEMD_UNIT_PATH", "/x:/y//z/", 1);
	assert_int_equal(search_path_init(&p, SEARCH_SYSTEM, &root, &a), 0);
	assert_string_equal(joined(&p), "/x\n/y/z");
	setenv("SYSTEMD_UNIT_PATH", "/x:/run/systemd/system:", 1);
	assert_int_equal(search_path_init(&p, SEARCH_SYSTEM, &root, &a), 0);
	assert_int_equal(p.dirs.n, 13);
	assert_string_equal(p.dirs.v[1], "/run/systemd/system");
	assert_string_equal(p.dirs.v[2], "/etc/systemd/system.control");
	setenv("SYSTEMD_UNIT_PATH", "", 1);
	assert_int_equal(search_path_init(&p, SEARCH_SYSTEM, &root, &a), 0);
	assert_int_equal(p.dirs.n, 0);
	unsetenv("SYSTEMD_UNIT_PATH");
}

static int open_root(void **state)
{
	unsetenv("SYSTEMD_UNIT_PATH");
	return root_open(&root, "/", &a);
}

static int close_root(void **state)
{
	root_close(&root);
	arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(system_path_is_in_order),
		cmocka_unit_test(global_path_has_no_control),
		cmocka_unit_test(user_path_follows_the_environment),
		cmocka_unit_test(variable_replaces_or_prepends),
	};

	return cmocka_run_group_tests(tests, open_root, close_root);
}
