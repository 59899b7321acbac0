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
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/io.h"
#include "base/root.h"
#include "base/str.h"

static struct arena a;
static int dir = -1;
static char dir_path[] = "/tmp/soloctl-io-XXXXXX";

static void test_read_file(void **state)
{
	char *text = NULL;
	size_t n = 0;

	assert_int_equal(io_write_atomic(dir, "f", "hello", 5, 0644), 0);
	assert_int_equal(io_read_file(dir, "f", 5, &a, &text, &n), 0);
	assert_string_equal(text, "hello");
	assert_int_equal(n, 5);
	assert_int_equal(io_read_file(dir, "f", 4, &a, &text, &n), -E2BIG);
	assert_int_equal(io_read_file(dir, "f", SIZE_MAX, &a, &text, NULL), 0);
	assert_int_equal(io_read_file(dir, "nope", 5, &a, &text, &n), -ENOENT);
	assert_int_equal(io_read_file(dir, ".", 5, &a, &text, &n), -EISDIR);
	assert_int_equal(io_read_file(AT_FDCWD, "/dev/null", 5, &a, &text, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(io_read_file(AT_FDCWD, "/dev/zero", 20000, &a, &text, &n), -E2BIG);
	assert_int_equal(mkfifoat(dir, "fifo", 0600), 0);
	assert_int_equal(io_read_file(dir, "fifo", 5, &a, &text, &n), -EINVAL);
}

static void test_read_file_of_unknown_size(void **state)
{
	char *text = NULL;
	size_t n = 0;

	assert_int_equal(io_read_file(AT_FDCWD, "/proc/self/smaps", (size_t)1 << 26, &a, &text, &n),
			 0);
	assert_true(n > 4096);
	assert_int_equal(strlen(text), n);
	assert_int_equal(io_read_file(AT_FDCWD, "/proc/self/smaps", 5000, &a, &text, &n), -E2BIG);
}

static void test_read_small_is_cut(void **state)
{
	char buf[4];

	assert_int_equal(io_write_atomic(dir, "f", "hello", 5, 0644), 0);
	assert_int_equal(io_read_small(dir, "f", buf, sizeof(buf)), 3);
	assert_string_equal(buf, "hel");
	assert_int_equal(io_read_small(dir, "nope", buf, sizeof(buf)), -ENOENT);
}

static void test_write_atomic(void **state)
{
	mode_t old = umask(077);
	struct stat st;
	/* proot takes no name of more than 254 bytes. */
	char long_name[255] = {0};

	memset(long_name, 'n', sizeof(long_name) - 1);
	assert_int_equal(io_make_dirs(dir, "w/x", 0755), 0);
	assert_int_equal(io_write_atomic(dir, "w/x/f", "1", 1, 0644), 0);
	umask(old);
	assert_int_equal(fstatat(dir, "w/x/f", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(io_write_atomic(dir, long_name, "1", 1, 0600), 0);
	assert_int_equal(io_write_atomic(dir, "nope/f", "1", 1, 0644), -ENOENT);
	/* A failure at the very end leaves no temporary file: x then holds f alone, and w just x.
	 */
	assert_int_equal(io_write_atomic(dir, "w/x", "1", 1, 0644), -EISDIR);
	assert_int_equal(unlinkat(dir, "w/x/f", 0), 0);
	assert_int_equal(unlinkat(dir, "w/x", AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(dir, "w", AT_REMOVEDIR), 0);
}

static void test_make_dirs(void **state)
{
	char *text = NULL;

	assert_int_equal(io_make_dirs(dir, "a//b/c/", 0755), 0);
	assert_int_equal(io_make_dirs(dir, "a/b/c", 0755), 0);
	assert_int_equal(io_make_dirs(dir, ".", 0755), 0);
	assert_int_equal(io_make_dirs(AT_FDCWD, "/", 0755), 0);
	assert_int_equal(io_make_dirs(dir, "", 0755), -ENOENT);
	assert_int_equal(io_write_atomic(dir, "a/file", "", 0, 0644), 0);
	assert_int_equal(io_make_dirs(dir, "a/file", 0755), -ENOTDIR);
	assert_int_equal(io_make_dirs(dir, "a/file/x", 0755), -ENOTDIR);
	assert_int_equal(io_read_file(dir, "a/file", 1, &a, &text, NULL), 0);
}

static void test_remove_tree_spares_what_links_name(void **state)
{
	struct stat st;

	assert_int_equal(io_make_dirs(dir, "keep", 0755), 0);
	assert_int_equal(io_write_atomic(dir, "keep/me", "", 0, 0644), 0);
	assert_int_equal(io_make_dirs(dir, "gone/x/y", 0755), 0);
	assert_int_equal(io_write_atomic(dir, "gone/x/f", "", 0, 0644), 0);
	assert_int_equal(symlinkat("../keep", dir, "gone/link"), 0);
	assert_int_equal(symlinkat("keep", dir, "toplink"), 0);
	assert_int_equal(io_remove_tree(dir, "gone"), 0);
	assert_int_equal(io_remove_tree(dir, "toplink"), 0);
	assert_int_equal(io_remove_tree(dir, "gone"), 0);
	assert_int_equal(fstatat(dir, "gone", &st, 0), -1);
	assert_int_equal(fstatat(dir, "keep/me", &st, 0), 0);
}

/* Runs in a child: closes all from 10 on but three, and tells by its exit status what is open. */
static void test_close_from(void **state)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		const int keep[] = {30, 10, 12};

		for (int fd = 10; fd < 40; fd++) {
			dup2(STDERR_FILENO, fd);
		}
		io_close_from(10, keep, ARRAY_SIZE(keep));
		for (int fd = 10; fd < 40; fd++) {
			bool kept = fd == 10 || fd == 12 || fd == 30;

			if ((fcntl(fd, F_GETFD) >= 0) != kept) {
				_exit(fd);
			}
		}
		io_close_from(0, NULL, 0);
		_exit(fcntl(2, F_GETFD) < 0 && fcntl(30, F_GETFD) < 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void test_set_cloexec_from(void **state)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		for (int fd = 9; fd < 40; fd += 3) {
			dup2(STDERR_FILENO, fd);
		}
		if (io_set_cloexec_from(10) < 0 || fcntl(9, F_GETFD) != 0) {
			_exit(1);
		}
		for (int fd = 12; fd < 40; fd += 3) {
			if (fcntl(fd, F_GETFD) != FD_CLOEXEC) {
				_exit(fd);
			}
		}
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* With the low numbers closed, /dev/null is opened on one of them, which must survive an exec as
 * well. */
static void test_null_stdio(void **state)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		close(0);
		close(1);
		if (io_null_stdio() < 0) {
			_exit(1);
		}
		for (int fd = 0; fd < 3; fd++) {
			struct stat st;

			if (fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode) || fcntl(fd, F_GETFD) != 0) {
				_exit(2);
			}
		}
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void test_flags(void **state)
{
	CLEANUP_CLOSE int fd = dup(STDERR_FILENO);
	CLEANUP_CLOSE int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	assert_int_equal(io_set_cloexec(fd, true), 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(io_set_cloexec(fd, false), 0);
	assert_int_equal(fcntl(fd, F_GETFD), 0);
	assert_int_equal(io_set_nonblock(null, true), 0);
	assert_true(fcntl(null, F_GETFL) & O_NONBLOCK);
	assert_int_equal(io_set_nonblock(null, false), 0);
	assert_false(fcntl(null, F_GETFL) & O_NONBLOCK);
	assert_int_equal(io_set_nonblock(-1, true), -EBADF);
}

static void test_self_exe(void **state)
{
	assert_string_equal(io_self_exe(&a, "systemctl"), "/proc/self/exe");
}

static int make_dir_for_tests(void **state)
{
	if (!mkdtemp(dir_path)) {
		return -1;
	}
	dir = open(dir_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? -1 : 0;
}

static int remove_dir(void **state)
{
	close(dir);
	arena_free(&a);
	return io_remove_tree(AT_FDCWD, dir_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read_file),
	    cmocka_unit_test(test_read_file_of_unknown_size),
	    cmocka_unit_test(test_read_small_is_cut),
	    cmocka_unit_test(test_write_atomic),
	    cmocka_unit_test(test_make_dirs),
	    cmocka_unit_test(test_remove_tree_spares_what_links_name),
	    cmocka_unit_test(test_close_from),
	    cmocka_unit_test(test_set_cloexec_from),
	    cmocka_unit_test(test_null_stdio),
	    cmocka_unit_test(test_flags),
	    cmocka_unit_test(test_self_exe),
	};

	return cmocka_run_group_tests(tests, make_dir_for_tests, remove_dir);
}
