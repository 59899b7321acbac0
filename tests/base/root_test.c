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
#include <stdlib.h>

#include "base/io.h"
#include "base/root.h"
#include "base/str.h"

static struct arena a;
static struct root top;
static struct root root;
static char dir[] = "/tmp/soloctl-root-XXXXXX";

/* Puts a link at path under the test's directory. */
static void make_link(const char *target, const char *path)
{
	assert_int_equal(symlinkat(target, top.fd, path), 0);
}

static void make_file(const char *path, const char *text)
{
	assert_int_equal(io_write_atomic(top.fd, path, text, strlen(text), 0644), 0);
}

/* The tree: outside/secret beside root/, with links that try to get there. */
static int make_tree(void **state)
{
	if (!mkdtemp(dir) || root_open(&top, dir, &a) < 0) {
		return -1;
	}
	assert_int_equal(io_make_dirs(top.fd, "root/usr/lib/systemd", 0755), 0);
	assert_int_equal(io_make_dirs(top.fd, "root/etc", 0755), 0);
	assert_int_equal(io_make_dirs(top.fd, "outside", 0755), 0);
	make_file("outside/secret", "secret");
	make_file("root/usr/lib/systemd/unit", "inside");
	make_link("usr/lib", "root/lib");
	make_link("/usr/lib/systemd/unit", "root/etc/absolute");
	make_link("../../../../usr/lib/systemd/unit", "root/etc/up");
	make_link("../../outside/secret", "root/etc/escape");
	make_link("../../outside", "root/etc/escape-dir");
	make_link("/missing/x", "root/etc/dangling");
	make_link("loop-b", "root/etc/loop-a");
	make_link("loop-a", "root/etc/loop-b");
	make_link("/", "root/etc/slash");
	return root_open(&root, path_join(&a, dir, "./root//"), &a);
}

static int remove_tree(void **state)
{
	int r;

	root_close(&root);
	root_close(&top);
	r = io_remove_tree(AT_FDCWD, dir);
	arena_free(&a);
	return r;
}

static void assert_chase(const char *path, unsigned flags, const char *expected)
{
	char *found = NULL;

	assert_int_equal(root_chase(&root, path, flags, &a, &found), 0);
	assert_string_equal(found, expected);
}

static void assert_chase_fails(const char *path, unsigned flags, int error)
{
	char *found = NULL;

	assert_int_equal(root_chase(&root, path, flags, &a, &found), error);
	assert_null(found);
}

static void test_open(void **state)
{
	struct root r;

	assert_string_equal(root.path, arena_printf(&a, "%s/root", dir));
	assert_int_equal(root_open(&r, NULL, &a), 0);
	assert_true(root_is_real(&r));
	root_close(&r);
	assert_int_equal(root_open(&r, "//.", &a), 0);
	assert_true(root_is_real(&r));
	root_close(&r);
	assert_int_equal(root_open(&r, ".", &a), 0);
	assert_false(root_is_real(&r));
	assert_int_equal(r.path[0], '/');
	root_close(&r);
	assert_int_equal(root_open(&r, "/nonexistent-directory", &a), -ENOENT);
	assert_int_equal(root_open(&r, path_join(&a, dir, "outside/secret"), &a), -ENOTDIR);
}

static void test_chase(void **state)
{
	assert_chase("/", 0, "/");
	assert_chase("/../..", 0, "/");
	assert_chase("//usr/./lib/", 0, "/usr/lib");
	assert_chase("/lib/systemd/unit", 0, "/usr/lib/systemd/unit");
	assert_chase("/etc/absolute", 0, "/usr/lib/systemd/unit");
	assert_chase("/etc/absolute", ROOT_CHASE_NOFOLLOW, "/etc/absolute");
	assert_chase("/lib/../../etc/up", 0, "/usr/lib/systemd/unit");
	assert_chase("/etc/up", 0, "/usr/lib/systemd/unit");
	assert_chase("/etc/slash/etc/slash/lib", 0, "/usr/lib");
	assert_chase("/etc/slash", 0, "/");
}

static void test_chase_stays_inside(void **state)
{
	assert_chase_fails("/etc/escape", 0, -ENOENT);
	assert_chase("/etc/escape", ROOT_CHASE_MISSING_OK, "/outside/secret");
	assert_chase("/etc/escape-dir/secret", ROOT_CHASE_MISSING_OK, "/outside/secret");
	assert_chase("/../../outside/secret", ROOT_CHASE_MISSING_OK, "/outside/secret");
}

static void test_chase_missing(void **state)
{
	assert_chase_fails("/etc/dangling", 0, -ENOENT);
	assert_chase_fails("/nope", ROOT_CHASE_NOFOLLOW, -ENOENT);
	assert_chase("/nope", ROOT_CHASE_NOFOLLOW | ROOT_CHASE_MISSING_OK, "/nope");
	assert_chase("/etc/dangling", ROOT_CHASE_MISSING_OK, "/missing/x");
	assert_chase("/lib/nope/a//b", ROOT_CHASE_MISSING_OK, "/usr/lib/nope/a/b");
	/* Behind a missing part that is taken back, links count again. */
	assert_chase("/nope/../etc/absolute", ROOT_CHASE_MISSING_OK, "/usr/lib/systemd/unit");
	assert_chase("/nope/x/../../etc/absolute", ROOT_CHASE_MISSING_OK, "/usr/lib/systemd/unit");
}

static void test_chase_errors(void **state)
{
	char *name = arena_alloc(&a, 10001);

	assert_chase_fails("/etc/loop-a", 0, -ELOOP);
	assert_chase_fails("/etc/loop-a", ROOT_CHASE_MISSING_OK, -ELOOP);
	assert_chase_fails("/usr/lib/systemd/unit/x", 0, -ENOTDIR);
	assert_chase_fails("/usr/lib/systemd/unit/..", 0, -ENOTDIR);
	memset(name, 'a', 10000);
	assert_chase_fails(name, ROOT_CHASE_MISSING_OK, -ENAMETOOLONG);
}

static void test_look_and_read(void **state)
{
	struct stat st;
	char *text = NULL;
	size_t n = 0;

	assert_int_equal(root_stat(&root, "/etc/absolute", &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(root_lstat(&root, "/etc/absolute", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(root_lstat(&root, "/", &st), 0);
	assert_int_equal(root_stat(&root, "/etc/escape", &st), -ENOENT);
	assert_int_equal(root_readlink(&root, "/etc/absolute", &a, &text), 0);
	assert_string_equal(text, "/usr/lib/systemd/unit");
	assert_int_equal(root_readlink(&root, "/etc", &a, &text), -EINVAL);
	assert_int_equal(root_read_file(&root, "/etc/absolute", 100, &a, &text, &n), 0);
	assert_string_equal(text, "inside");
	assert_int_equal(n, 6);
	assert_int_equal(root_read_file(&root, "/etc/escape", 100, &a, &text, NULL), -ENOENT);
	assert_int_equal(root_read_file(&root, "/etc", 100, &a, &text, NULL), -EISDIR);
}

static void test_openat(void **state)
{
	struct stat st;
	int fd = root_openat(&root, "/etc/up", O_RDONLY, 0);

	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	assert_int_equal(root_openat(&root, "/etc/up", O_RDONLY | O_NOFOLLOW, 0), -ELOOP);
	assert_int_equal(root_openat(&root, "/etc/escape", O_RDONLY, 0), -ENOENT);
	assert_int_equal(root_openat(&root, "/etc/escape", O_WRONLY | O_CREAT, 0644), -ENOENT);
	assert_int_equal(root_openat(&root, "/etc/up", O_WRONLY | O_CREAT | O_EXCL, 0644), -EEXIST);
	fd = root_openat(&root, "/lib/new", O_WRONLY | O_CREAT, 0644);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(fstatat(top.fd, "root/usr/lib/new", &st, 0), 0);
	fd = root_openat(&root, "/nope/../etc/absolute", O_WRONLY | O_CREAT, 0644);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(fstatat(top.fd, "root/usr/lib/systemd/unit", &st, 0), 0);
}

static void test_real_root_leaves_links_to_the_kernel(void **state)
{
	CLEANUP_CLOSE int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct root r;
	struct stat st;
	char *text = NULL;
	int fd;

	assert_int_equal(root_open(&r, "/", &a), 0);
	assert_int_equal(root_stat(&r, "/", &st), 0);
	fd = root_openat(&r, arena_printf(&a, "/proc/self/fd/%d", null), O_RDONLY, 0);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(root_read_file(&r, arena_printf(&a, "%s/root/usr/lib/systemd/unit", dir),
					100, &a, &text, NULL),
			 0);
	assert_string_equal(text, "inside");
	root_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_open),
	    cmocka_unit_test(test_chase),
	    cmocka_unit_test(test_chase_stays_inside),
	    cmocka_unit_test(test_chase_missing),
	    cmocka_unit_test(test_chase_errors),
	    cmocka_unit_test(test_look_and_read),
	    cmocka_unit_test(test_openat),
	    cmocka_unit_test(test_real_root_leaves_links_to_the_kernel),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
