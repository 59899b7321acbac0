/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/root.h"
#include "job/tmpfiles.h"

struct world {
	struct arena arena;
	struct diag_list diags;
	char dir[64];
};

static int setup(void **state)
{
	static struct world w;

	w = (struct world){ .dir = "/tmp/tmpfiles-test.XXXXXX" };
	w.diags.arena = &w.arena;
	*state = &w;
	return mkdtemp(w.dir) ? 0 : -1;
}

static int teardown(void **state)
{
	struct world *w = *state;

	io_remove_tree(AT_FDCWD, w->dir);
	arena_free(&w->arena);
	return 0;
}

static mode_t mode_of(struct world *w, const char *path)
{
	struct stat st;

	return lstat(path_join(&w->arena, w->dir, path), &st) < 0 ? 0 : st.st_mode;
}

static void test_directories(void **state)
{
	struct world *w = *state;

	tmpfiles_create_from("# comment\n"
			     "d /run/mysqld 0750 - - -\n"
			     "D! /run/deep/er 2775\n"
			     "d\t\"/run/with blank\"\n",
			     "t.conf", w->dir, &w->diags);
	assert_int_equal(mode_of(w, "run/mysqld"), S_IFDIR | 0750);
	assert_int_equal(mode_of(w, "run/deep/er"), S_IFDIR | 02775);
	assert_int_equal(mode_of(w, "run/deep"), S_IFDIR | 0755);
	assert_int_equal(mode_of(w, "run/with blank"), S_IFDIR | 0755);
	assert_int_equal(w->diags.n, 0);
	/* Again: only mode and owner follow. */
	tmpfiles_create_from("d /run/mysqld 0700\n", "t.conf", w->dir, &w->diags);
	assert_int_equal(mode_of(w, "run/mysqld"), S_IFDIR | 0700);
}

static void test_files_and_links(void **state)
{
	struct world *w = *state;
	char text[64];

	tmpfiles_create_from("f /run/a 0600 - - - one two\n"
			     "L /run/l - - - - ../target\n"
			     "p /run/p 0620\n",
			     "t.conf", w->dir, &w->diags);
	assert_true(io_read_small(AT_FDCWD, path_join(&w->arena, w->dir, "run/a"), text, sizeof(text)) > 0);
	assert_string_equal(text, "one two");
	assert_int_equal(mode_of(w, "run/a"), S_IFREG | 0600);
	assert_int_equal(mode_of(w, "run/l") & S_IFMT, S_IFLNK);
	assert_int_equal(mode_of(w, "run/p"), S_IFIFO | 0620);
	tmpfiles_create_from("f /run/a - - - - other\n"
			     "f /run/b - - - - \\x41\\tb\\n  \n"
			     "L+ /run/l - - - - %%other\n"
			     "L? /run/none - - - - /no/such/file\n",
			     "t.conf", w->dir, &w->diags);
	assert_true(io_read_small(AT_FDCWD, path_join(&w->arena, w->dir, "run/a"), text, sizeof(text)) > 0);
	assert_string_equal(text, "one two");
	assert_true(io_read_small(AT_FDCWD, path_join(&w->arena, w->dir, "run/b"), text, sizeof(text)) > 0);
	assert_string_equal(text, "A\tb\n");
	assert_int_equal(readlink(path_join(&w->arena, w->dir, "run/l"), text, sizeof(text)), 6);
	assert_memory_equal(text, "%other", 6);
	assert_int_equal(mode_of(w, "run/none"), 0);
	tmpfiles_create_from("F /run/a - - - - new\n", "t.conf", w->dir, &w->diags);
	io_read_small(AT_FDCWD, path_join(&w->arena, w->dir, "run/a"), text, sizeof(text));
	assert_string_equal(text, "new");
	assert_int_equal(w->diags.n, 0);
}

static void test_bad_lines_are_told_and_passed(void **state)
{
	struct world *w = *state;

	tmpfiles_create_from("d\n"
			     "d relative\n"
			     "d /run/../etc/x\n"
			     "d /run/m 99\n"
			     "d /run/u - no-such-user\n"
			     "d /run/a - - - 1x\n"
			     "f /run/e - - - - a\\qb\n"
			     "z /run/z 0644\n"
			     "d? /run/q\n"
			     "d /run/ok\n",
			     "t.conf", w->dir, &w->diags);
	assert_int_equal(w->diags.n, 9);
	for (size_t i = 0; i < 9; i++) {
		assert_string_equal(w->diags.v[i].file, "t.conf");
		assert_int_equal(w->diags.v[i].line, i + 1);
	}
	assert_int_equal(w->diags.v[7].level, DIAG_DEBUG);
	assert_int_equal(mode_of(w, "run/ok"), S_IFDIR | 0755);
	assert_int_equal(mode_of(w, "run/m"), 0);
	assert_int_equal(mode_of(w, "run/u"), 0);
}

/* What exists already: only what a line says of it changes. */
static void test_what_exists(void **state)
{
	struct world *w = *state;

	tmpfiles_create_from("d /run/kept 0750\nd /run/masked 0700\nf /run/file 0640\nd /run/full/inner\n", "t.conf", w->dir, &w->diags);
	tmpfiles_create_from("d /run/kept\n"
			     "d /run/masked ~2777\n"
			     "f /run/file :0600\n"
			     "d /run/new :0711\n"
			     "f= /run/full 0604\n",
			     "t.conf", w->dir, &w->diags);
	assert_int_equal(mode_of(w, "run/kept"), S_IFDIR | 0750);
	assert_int_equal(mode_of(w, "run/masked"), S_IFDIR | 02777);
	assert_int_equal(mode_of(w, "run/file"), S_IFREG | 0640);
	assert_int_equal(mode_of(w, "run/new"), S_IFDIR | 0711);
	assert_int_equal(mode_of(w, "run/full"), S_IFREG | 0604);
	assert_int_equal(w->diags.n, 0);
	tmpfiles_create_from("d /run/file 0700\n"
			     "d /run/new 0700\n"
			     "d /run/new 0755\n",
			     "t.conf", w->dir, &w->diags);
	assert_int_equal(w->diags.n, 2);
	assert_int_equal(w->diags.v[0].line, 1);
	assert_int_equal(w->diags.v[1].line, 3);
	assert_int_equal(mode_of(w, "run/file"), S_IFREG | 0640);
	assert_int_equal(mode_of(w, "run/new"), S_IFDIR | 0700);
}

/* A link in the way is never followed. */
static void test_link_in_the_way(void **state)
{
	struct world *w = *state;
	char *outside = path_join(&w->arena, w->dir, "outside");

	assert_int_equal(mkdir(path_join(&w->arena, w->dir, "run"), 0755), 0);
	assert_int_equal(mkdir(outside, 0755), 0);
	assert_int_equal(symlink(outside, path_join(&w->arena, w->dir, "run/x")), 0);
	tmpfiles_create_from("d /run/x 0700\n", "t.conf", w->dir, &w->diags);
	assert_int_equal(w->diags.n, 1);
	assert_int_equal(mode_of(w, "outside"), S_IFDIR | 0755);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_directories, setup, teardown),
		cmocka_unit_test_setup_teardown(test_files_and_links, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_exists, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_lines_are_told_and_passed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_link_in_the_way, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
