/* SPDX-License-Identifier: MIT */
#include "tree.h"

#include <errno.h>
#include <sys/resource.h>

static void test_mask_and_unmask(void **state)
{
	struct tree *t = *state;
	struct strv names = tree_names(t, "a.service");

	assert_true(install_mask(&t->in, &names, 0, &t->changes) >= 0);
	tree_assert_link(t, CONFIG "a.service", "/dev/null");
	assert_int_equal(install_unmask(&t->in, &names, INSTALL_RUNTIME, &t->changes), 0);
	tree_assert_link(t, CONFIG "a.service", "/dev/null");
	assert_int_equal(install_unmask(&t->in, &names, 0, &t->changes), 0);
	tree_assert_link(t, CONFIG "a.service", NULL);
}

static void test_only_a_link_is_replaced(void **state)
{
	struct tree *t = *state;
	struct strv names = tree_names(t, "a.service b.service");

	tree_file(t, CONFIG "a.service", "[Unit]\n");
	tree_link(t, CONFIG "b.service", "/opt/b.service");
	assert_int_equal(install_mask(&t->in, &names, 0, &t->changes), -EEXIST);
	tree_assert_link(t, CONFIG "b.service", "/opt/b.service");
	assert_int_equal(install_mask(&t->in, &names, INSTALL_FORCE, &t->changes), -EEXIST);
	tree_assert_link(t, CONFIG "b.service", "/dev/null");
	assert_int_equal(access(tree_full(t, CONFIG "a.service"), R_OK), 0);
}

static void test_revert(void **state)
{
	struct tree *t = *state;
	struct strv names = tree_names(t, "a.service own.service unknown.service");

	tree_file(t, VENDOR "a.service", "[Unit]\n");
	tree_file(t, CONFIG "a.service", "[Unit]\n");
	tree_file(t, CONFIG "a.service.d/x.conf", "[Unit]\n");
	tree_file(t, CONFIG "own.service", "[Unit]\n");
	assert_int_equal(install_revert(&t->in, &names, &t->changes), 0);
	assert_int_equal(access(tree_full(t, CONFIG "a.service"), F_OK), -1);
	assert_int_equal(access(tree_full(t, CONFIG "a.service.d"), F_OK), -1);
	assert_int_equal(access(tree_full(t, CONFIG "own.service"), F_OK), 0);
}

static void test_link(void **state)
{
	struct tree *t = *state;
	struct strv names = tree_names(t, "/opt/l.service");

	assert_int_equal(install_link(&t->in, &names, 0, &t->changes), -ENOENT);
	tree_file(t, "/opt/l.service", "[Unit]\n");
	assert_int_equal(install_link(&t->in, &names, 0, &t->changes), 0);
	tree_assert_link(t, CONFIG "l.service", "/opt/l.service");
}

/* Links may be where nobody could look for them: that is told, and what was found goes. */
static void test_directory_that_cannot_be_read(void **state)
{
	enum { LEVELS = 40, DESCRIPTORS = 24 };
	struct tree *t = *state;
	struct strv names = tree_names(t, "a.service");
	struct rlimit before, few;
	CLEANUP_STRBUF struct strbuf deep = {0};
	bool has_info;
	int r;

	strbuf_add(&deep, CONFIG);
	for (int i = 0; i < LEVELS; i++) {
		strbuf_add(&deep, "d/");
	}
	strbuf_add(&deep, "x");
	tree_file(t, VENDOR "a.service", "[Install]\nWantedBy=multi-user.target\n");
	tree_file(t, strbuf_text(&deep), "");
	tree_link(t, CONFIG "multi-user.target.wants/a.service", VENDOR "a.service");
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = DESCRIPTORS;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	r = install_disable(&t->in, &names, 0, &t->changes, &has_info);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(r, -EMFILE);
	tree_assert_link(t, CONFIG "multi-user.target.wants/a.service", NULL);
}

static void test_default_target(void **state)
{
	struct tree *t = *state;
	const char *name;

	assert_int_equal(install_get_default(&t->in, &name), -ENOENT);
	assert_true(install_set_default(&t->in, "multi-user.target", 0, &t->changes) >= 0);
	assert_int_equal(install_get_default(&t->in, &name), 0);
	assert_string_equal(name, "multi-user.target");
	assert_int_equal(install_set_default(&t->in, "nope.target", 0, &t->changes), -ENOENT);
	assert_int_equal(install_set_default(&t->in, "default.target", 0, &t->changes), -EINVAL);
	assert_int_equal(install_set_default(&t->in, "a.service", 0, &t->changes), -EINVAL);
}

/* Images without the systemd package have only our own targets, but only outside of --root=. */
static void test_builtin_targets(void **state)
{
	struct tree *t = *state;
	const char *name;

	assert_int_equal(unlink(tree_full(t, VENDOR "multi-user.target")), 0);
	t->in.with_builtin = true;
	assert_int_equal(install_get_default(&t->in, &name), 0);
	assert_string_equal(name, "graphical.target");
	assert_true(install_set_default(&t->in, "multi-user.target", 0, &t->changes) >= 0);
	tree_assert_link(t, CONFIG "default.target", VENDOR "multi-user.target");
	assert_int_equal(install_unit_exists(&t->in, "multi-user.target"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    INSTALL_TEST(test_mask_and_unmask), INSTALL_TEST(test_only_a_link_is_replaced),
	    INSTALL_TEST(test_revert),		INSTALL_TEST(test_link),
	    INSTALL_TEST(test_directory_that_cannot_be_read),
	    INSTALL_TEST(test_default_target),	INSTALL_TEST(test_builtin_targets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
