/* SPDX-License-Identifier: MIT */
#include "tree.h"

#include <errno.h>
#include <sys/wait.h>
#include <time.h>

#define WANTS CONFIG "multi-user.target.wants/"

static int enable(struct tree *t, const char *words, unsigned flags)
{
	struct strv names = tree_names(t, words);

	return install_enable(&t->in, &names, flags, &t->changes);
}

static int disable(struct tree *t, const char *words)
{
	struct strv names = tree_names(t, words);
	bool has_info;

	return install_disable(&t->in, &names, 0, &t->changes, &has_info);
}

static void test_enable_and_disable(void **state)
{
	struct tree *t = *state;

	tree_file(t, VENDOR "a.service",
		  "[Install]\nWantedBy=multi-user.target\nAlias=b.service\nAlso=c.service "
		  "gone.service\n");
	tree_file(t, VENDOR "c.service", "[Install]\nRequiredBy=multi-user.target\n");
	assert_int_equal(enable(t, "a.service", 0), 3);
	tree_assert_link(t, WANTS "a.service", VENDOR "a.service");
	tree_assert_link(t, CONFIG "b.service", VENDOR "a.service");
	tree_assert_link(t, CONFIG "multi-user.target.requires/c.service", VENDOR "c.service");
	assert_int_equal(t->changes.n, 4);
	assert_int_equal(t->changes.v[0].kind, CHANGE_SYMLINK);
	assert_int_equal(t->changes.v[2].kind, CHANGE_SYMLINK);
	assert_int_equal(disable(t, "a.service"), 0);
	tree_assert_link(t, WANTS "a.service", NULL);
	tree_assert_link(t, CONFIG "b.service", NULL);
	assert_int_equal(access(tree_full(t, CONFIG "multi-user.target.wants"), F_OK), -1);
}

static void test_what_is_right_is_not_rewritten(void **state)
{
	struct tree *t = *state;
	struct stat before, after;

	tree_file(t, VENDOR "a.service", "[Install]\nWantedBy=multi-user.target\n");
	assert_int_equal(enable(t, "a.service", 0), 1);
	assert_int_equal(lstat(tree_full(t, WANTS "a.service"), &before), 0);
	tree_reopen(t);
	assert_int_equal(enable(t, "a.service", INSTALL_FORCE), 1);
	assert_int_equal(t->changes.n, 0);
	assert_int_equal(lstat(tree_full(t, WANTS "a.service"), &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

static void test_dry_run_changes_nothing(void **state)
{
	struct tree *t = *state;

	tree_file(t, VENDOR "a.service", "[Install]\nWantedBy=multi-user.target\n");
	assert_int_equal(enable(t, "a.service", INSTALL_DRY_RUN), 1);
	assert_int_equal(t->changes.v[0].kind, CHANGE_SYMLINK);
	tree_assert_link(t, WANTS "a.service", NULL);
}

static void test_templates(void **state)
{
	struct tree *t = *state;

	tree_file(t, VENDOR "t@.service",
		  "[Install]\nWantedBy=multi-user.target\nDefaultInstance=one\n");
	tree_file(t, VENDOR "u@.service", "[Install]\nWantedBy=multi-user.target\n");
	assert_int_equal(enable(t, "t@.service u@two.service", 0), 2);
	tree_assert_link(t, WANTS "t@one.service", VENDOR "t@.service");
	tree_assert_link(t, WANTS "u@two.service", VENDOR "u@.service");
	assert_int_equal(enable(t, "u@.service", 0), -EIDRM);
	assert_int_equal(disable(t, "u@.service"), 0);
	tree_assert_link(t, WANTS "u@two.service", NULL);
	tree_assert_link(t, WANTS "t@one.service", VENDOR "t@.service");
}

static void test_errors(void **state)
{
	struct tree *t = *state;

	tree_link(t, VENDOR "dangling.service", "gone.service");
	tree_link(t, VENDOR "masked.service", "/dev/null");
	tree_link(t, VENDOR "other.service", "multi-user.target");
	tree_link(t, CONFIG "self.service", VENDOR "self.service");
	tree_file(t, VENDOR "self.service", "[Install]\nWantedBy=multi-user.target\n");
	tree_file(t, "/run/systemd/generator/made.service",
		  "[Install]\nWantedBy=multi-user.target\n");
	assert_int_equal(enable(t, "missing.service", 0), -ENOENT);
	assert_int_equal(enable(t, "dangling.service", 0), -ENOLINK);
	assert_int_equal(enable(t, "masked.service", 0), -ERFKILL);
	assert_int_equal(enable(t, "other.service", 0), -EXDEV);
	assert_int_equal(enable(t, "self.service", 0), -ELOOP);
	assert_int_equal(enable(t, "made.service", 0), -EADDRNOTAVAIL);
	assert_int_equal(enable(t, "nosuffix", 0), -EINVAL);
	assert_int_equal(t->changes.v[0].kind, CHANGE_ERROR);
	assert_string_equal(t->changes.v[0].path, "missing.service");
}

static void test_linked_unit(void **state)
{
	struct tree *t = *state;

	tree_file(t, "/opt/l.service", "[Install]\nWantedBy=multi-user.target\nAlias=m.service\n");
	assert_int_equal(enable(t, "/opt/l.service", 0), 2);
	tree_assert_link(t, CONFIG "l.service", "/opt/l.service");
	tree_assert_link(t, CONFIG "m.service", CONFIG "l.service");
	tree_assert_link(t, WANTS "l.service", "/opt/l.service");
	assert_int_equal(disable(t, "l.service"), 0);
	tree_assert_link(t, CONFIG "l.service", NULL);
}

/* Links that lead out of the root are followed inside it. */
static void test_nothing_leaves_the_root(void **state)
{
	struct tree *t = *state;
	char outside[] = "/tmp/install-outside.XXXXXX";
	struct tree other;

	assert_non_null(mkdtemp(outside));
	snprintf(other.path, sizeof other.path, "%s", outside);
	tree_file(t, VENDOR "a.service",
		  "[Install]\nWantedBy=multi-user.target\nAlias=b.service\n");
	tree_link(t, CONFIG "multi-user.target.wants", outside);
	tree_link(t, CONFIG "deep", "../../../../../../../../../../../../tmp");
	assert_int_equal(enable(t, "a.service", 0), 2);
	tree_assert_link(&other, "/a.service", NULL);
	assert_int_equal(access(tree_full(t, outside), F_OK), 0);
	assert_int_equal(disable(t, "a.service"), 0);
	assert_int_equal(rmdir(outside), 0);
}

static void enable_or_disable_in_child(struct tree *t, unsigned i)
{
	char name[32];

	snprintf(name, sizeof name, "n%u.service", i);
	tree_reopen(t);
	for (unsigned round = 0; round < 3; round++) {
		if (enable(t, name, 0) != 1 || disable(t, name) != 0) {
			_exit(1);
		}
	}
	_exit(i % 2 == 0 && enable(t, name, 0) != 1);
}

static void test_two_hundred_at_once(void **state)
{
	struct tree *t = *state;
	char path[64];
	int status;

	for (unsigned i = 0; i < 200; i++) {
		snprintf(path, sizeof path, VENDOR "n%u.service", i);
		tree_file(t, path, "[Install]\nWantedBy=multi-user.target\n");
	}
	for (unsigned i = 0; i < 200; i++) {
		if (fork() == 0) {
			enable_or_disable_in_child(t, i);
		}
	}
	for (unsigned i = 0; i < 200; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	for (unsigned i = 0; i < 200; i++) {
		snprintf(path, sizeof path, WANTS "n%u.service", i);
		assert_int_equal(faccessat(AT_FDCWD, tree_full(t, path), F_OK, AT_SYMLINK_NOFOLLOW),
				 i % 2 ? -1 : 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    INSTALL_TEST(test_enable_and_disable),
	    INSTALL_TEST(test_what_is_right_is_not_rewritten),
	    INSTALL_TEST(test_dry_run_changes_nothing),
	    INSTALL_TEST(test_templates),
	    INSTALL_TEST(test_errors),
	    INSTALL_TEST(test_linked_unit),
	    INSTALL_TEST(test_nothing_leaves_the_root),
	    INSTALL_TEST(test_two_hundred_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
