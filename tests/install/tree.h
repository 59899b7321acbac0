/* SPDX-License-Identifier: MIT */
#pragma once

/* A tree in a temporary directory, and what install does in it. */

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/str.h"
#include "install/install.h"

#define VENDOR "/usr/lib/systemd/system/"
#define CONFIG "/etc/systemd/system/"

struct tree {
	char path[64];
	struct arena arena;
	struct install in;
	struct change_list changes;
};

static inline const char *tree_full(const struct tree *t, const char *path)
{
	static char full[2][PATH_MAX];
	static unsigned n;

	n++;
	snprintf(full[n % 2], PATH_MAX, "%s%s", t->path, path);
	return full[n % 2];
}

static inline void tree_make_parent(const struct tree *t, const char *path)
{
	struct arena a = {0};

	assert_int_equal(io_make_dirs(AT_FDCWD, path_dirname(&a, tree_full(t, path)), 0755), 0);
	arena_free(&a);
}

static inline void tree_file(const struct tree *t, const char *path, const char *text)
{
	FILE *f;

	tree_make_parent(t, path);
	f = fopen(tree_full(t, path), "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static inline void tree_link(const struct tree *t, const char *path, const char *target)
{
	tree_make_parent(t, path);
	assert_int_equal(symlink(target, tree_full(t, path)), 0);
}

/* Opens the unit files anew, with an empty list of changes. */
static inline void tree_open(struct tree *t)
{
	t->changes = (struct change_list){.arena = &t->arena};
	assert_int_equal(install_open(&t->in, t->path, SEARCH_SYSTEM, &t->arena), 0);
}

static inline void tree_reopen(struct tree *t)
{
	install_close(&t->in);
	tree_open(t);
}

static inline int tree_setup(void **state)
{
	static struct tree t;

	t = (struct tree){.path = "/tmp/install-test.XXXXXX"};
	assert_non_null(mkdtemp(t.path));
	tree_file(&t, VENDOR "multi-user.target", "[Unit]\n");
	tree_open(&t);
	*state = &t;
	return 0;
}

static inline int tree_teardown(void **state)
{
	struct tree *t = *state;

	install_close(&t->in);
	arena_free(&t->arena);
	return io_remove_tree(AT_FDCWD, t->path);
}

/* The link at path leads to target; NULL: there is nothing. */
static inline void tree_assert_link(const struct tree *t, const char *path, const char *target)
{
	char text[PATH_MAX];
	ssize_t n = readlink(tree_full(t, path), text, sizeof text - 1);

	if (!target) {
		assert_int_equal(n, -1);
		return;
	}
	assert_true(n > 0);
	text[n] = '\0';
	assert_string_equal(text, target);
}

static inline struct strv tree_names(struct tree *t, const char *words)
{
	struct strv names = {0};

	strv_split(&names, &t->arena, words, " ");
	return names;
}

#define INSTALL_TEST(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)
