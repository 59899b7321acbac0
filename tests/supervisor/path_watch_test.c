/* SPDX-License-Identifier: MIT */

/* Paths that are watched, also while they do not exist. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/io.h"
#include "supervisor/path.h"

static char dir[64];
static char path[128];

static int setup(void **state)
{
	snprintf(dir, sizeof(dir), "/tmp/path-watch.XXXXXX");
	assert_non_null(mkdtemp(dir));
	return 0;
}

static int teardown(void **state)
{
	return io_remove_tree(AT_FDCWD, dir);
}

static const char *at(const char *rest)
{
	snprintf(path, sizeof(path), "%s/%s", dir, rest);
	return path;
}

static void write_file(const char *rest)
{
	int fd = open(at(rest), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
}

static struct path_look look(const char *directive, const char *rest, char *storage)
{
	strcpy(storage, at(rest));
	return (struct path_look){
		.directive = directive, .path = storage, .inotify_fd = -1, .primary = -1
	};
}

static void test_exists(void **state)
{
	char storage[128];
	struct path_look l = look("PathExists", "a/b", storage);

	assert_false(path_look_is_met(&l, true, false));
	assert_int_equal(path_look_watch(&l), 0);
	assert_int_equal(path_look_read(&l), 0);
	write_file("other");
	assert_int_equal(path_look_read(&l), 0);
	assert_int_equal(mkdir(at("a"), 0755), 0);
	assert_int_equal(path_look_read(&l), 1);
	assert_int_equal(path_look_watch(&l), 0);
	write_file("a/c");
	assert_int_equal(path_look_read(&l), 0);
	write_file("a/b");
	assert_int_equal(path_look_read(&l), 1);
	assert_true(path_look_is_met(&l, false, false));
	path_look_unwatch(&l);
	assert_int_equal(path_look_read(&l), 0);
}

static void test_changed(void **state)
{
	char storage[128];
	struct path_look l = look("PathChanged", "f", storage);
	int fd;

	assert_false(path_look_is_met(&l, true, false));
	write_file("f");
	/* It has come since: a change, unless the unit has just been started or its service has just ended. */
	assert_false(path_look_is_met(&l, false, true));
	unlink(at("f"));
	assert_true(path_look_is_met(&l, false, false));
	write_file("f");
	path_look_is_met(&l, true, false);
	assert_int_equal(path_look_watch(&l), 0);
	fd = open(at("f"), O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(fd, "y", 1), 1);
	assert_int_equal(path_look_read(&l), 0);
	close(fd);
	assert_int_equal(path_look_read(&l), 2);
	path_look_unwatch(&l);
}

static void test_modified(void **state)
{
	char storage[128];
	struct path_look l = look("PathModified", "f", storage);
	int fd;

	write_file("f");
	path_look_is_met(&l, true, false);
	assert_int_equal(path_look_watch(&l), 0);
	fd = open(at("f"), O_WRONLY | O_CLOEXEC);
	assert_int_equal(write(fd, "y", 1), 1);
	assert_int_equal(path_look_read(&l), 2);
	close(fd);
	path_look_unwatch(&l);
}

static void test_glob(void **state)
{
	char storage[128];
	struct path_look l = look("PathExistsGlob", "in/*.job", storage);

	assert_false(path_look_is_met(&l, false, false));
	assert_int_equal(mkdir(at("in"), 0755), 0);
	assert_int_equal(path_look_watch(&l), 0);
	write_file("in/1.job");
	assert_int_equal(path_look_read(&l), 1);
	assert_true(path_look_is_met(&l, false, false));
	path_look_unwatch(&l);
}

static void test_not_empty(void **state)
{
	char storage[128];
	struct path_look l = look("DirectoryNotEmpty", "spool", storage);

	assert_false(path_look_is_met(&l, false, false));
	assert_int_equal(mkdir(at("spool"), 0755), 0);
	assert_false(path_look_is_met(&l, false, false));
	assert_int_equal(path_look_watch(&l), 0);
	write_file("spool/1");
	assert_int_equal(path_look_read(&l), 1);
	assert_true(path_look_is_met(&l, false, false));
	path_look_unwatch(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_exists, setup, teardown),
		cmocka_unit_test_setup_teardown(test_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_modified, setup, teardown),
		cmocka_unit_test_setup_teardown(test_glob, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_empty, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
