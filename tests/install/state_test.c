/* SPDX-License-Identifier: MIT */
#include "tree.h"

#include <errno.h>

static void assert_state(struct tree *t, const char *unit, enum unit_file_state expected)
{
	enum unit_file_state state;

	assert_int_equal(install_unit_file_state(&t->in, unit, &state), 0);
	assert_string_equal(unit_file_state_name(state), unit_file_state_name(expected));
}

static void test_names_are_complete(void **state)
{
	for (int s = 0; s < UNIT_FILE_STATE_MAX; s++) {
		assert_non_null(unit_file_state_name((enum unit_file_state)s));
	}
	assert_null(unit_file_state_name(UNIT_FILE_STATE_MAX));
}

static void test_states(void **state)
{
	struct tree *t = *state;

	tree_file(t, VENDOR "enabled.service", "[Install]\nWantedBy=multi-user.target\n");
	tree_link(t, CONFIG "multi-user.target.wants/enabled.service", VENDOR "enabled.service");
	tree_file(t, VENDOR "runtime.service", "[Install]\nWantedBy=multi-user.target\n");
	tree_link(t, "/run/systemd/system/multi-user.target.wants/runtime.service",
		  VENDOR "runtime.service");
	tree_file(t, VENDOR "vendor.service", "[Install]\nWantedBy=multi-user.target\n");
	tree_link(t, VENDOR "multi-user.target.wants/vendor.service", VENDOR "vendor.service");
	tree_file(t, VENDOR "static.service", "[Service]\n");
	tree_file(t, VENDOR "also.service", "[Install]\nAlso=enabled.service\n");
	tree_link(t, VENDOR "alias.service", "static.service");
	tree_file(t, "/opt/linked.service", "[Install]\nWantedBy=multi-user.target\n");
	tree_link(t, CONFIG "linked.service", "/opt/linked.service");
	tree_link(t, "/run/systemd/system/linked-runtime.service", "/opt/linked.service");
	tree_link(t, CONFIG "masked.service", "/dev/null");
	tree_file(t, "/run/systemd/system/masked-runtime.service", "");
	tree_file(t, "/run/systemd/generator/generated.service", "[Service]\n");
	tree_file(t, "/run/systemd/transient/transient.service", "[Service]\n");
	tree_reopen(t);
	assert_state(t, "enabled.service", UNIT_FILE_ENABLED);
	assert_state(t, "runtime.service", UNIT_FILE_ENABLED_RUNTIME);
	assert_state(t, "vendor.service", UNIT_FILE_DISABLED);
	assert_state(t, "static.service", UNIT_FILE_STATIC);
	assert_state(t, "also.service", UNIT_FILE_INDIRECT);
	assert_state(t, "alias.service", UNIT_FILE_ALIAS);
	assert_state(t, "linked.service", UNIT_FILE_LINKED);
	assert_state(t, "masked.service", UNIT_FILE_MASKED);
	assert_state(t, "masked-runtime.service", UNIT_FILE_MASKED_RUNTIME);
	assert_state(t, "generated.service", UNIT_FILE_GENERATED);
	assert_state(t, "transient.service", UNIT_FILE_TRANSIENT);
}

static void test_templates(void **state)
{
	struct tree *t = *state;

	tree_file(t, VENDOR "t@.service", "[Install]\nWantedBy=multi-user.target\n");
	tree_link(t, CONFIG "multi-user.target.wants/t@1.service", VENDOR "t@.service");
	tree_file(t, VENDOR "d@.service",
		  "[Install]\nWantedBy=multi-user.target\nDefaultInstance=x\n");
	tree_link(t, CONFIG "multi-user.target.wants/d@x.service", VENDOR "d@.service");
	tree_link(t, VENDOR "multi-user.target.wants/d@y.service", VENDOR "d@.service");
	tree_reopen(t);
	assert_state(t, "t@.service", UNIT_FILE_INDIRECT);
	assert_state(t, "t@1.service", UNIT_FILE_ENABLED);
	assert_state(t, "t@2.service", UNIT_FILE_DISABLED);
	assert_state(t, "d@.service", UNIT_FILE_ENABLED);
	assert_state(t, "d@y.service", UNIT_FILE_STATIC);
}

static void test_missing_and_bad(void **state)
{
	struct tree *t = *state;
	enum unit_file_state s;

	tree_link(t, VENDOR "dangling.service", "gone.service");
	assert_int_equal(install_unit_file_state(&t->in, "missing.service", &s), -ENOENT);
	assert_int_equal(install_unit_file_state(&t->in, "dangling.service", &s), -ENOLINK);
	assert_int_equal(install_unit_file_state(&t->in, "nosuffix", &s), -EINVAL);
	assert_int_equal(install_unit_exists(&t->in, "missing.service"), 0);
	assert_int_equal(install_unit_exists(&t->in, "multi-user.target"), 1);
}

static void test_list(void **state)
{
	struct tree *t = *state;
	struct strv states = {0}, patterns = tree_names(t, "[a-c]*");
	struct unit_file_entry *v;
	size_t n;

	tree_file(t, VENDOR "b.service", "[Service]\n");
	tree_file(t, VENDOR "A.service", "[Service]\n");
	tree_file(t, VENDOR "a.socket", "[Install]\nWantedBy=multi-user.target\n");
	tree_file(t, VENDOR "c.service", "[Service]\n");
	tree_file(t, CONFIG "c.service", "[Install]\nWantedBy=multi-user.target\n");
	tree_reopen(t);
	assert_int_equal(install_list_unit_files(&t->in, &states, &patterns, &t->arena, &v, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(v[0].path, VENDOR "b.service");
	assert_string_equal(v[1].path, CONFIG "c.service");
	assert_string_equal(v[2].path, VENDOR "a.socket");
	states = tree_names(t, "static");
	patterns = (struct strv){0};
	assert_int_equal(install_list_unit_files(&t->in, &states, &patterns, &t->arena, &v, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(v[0].path, VENDOR "A.service");
}

static void test_list_of_init_scripts(void **state)
{
	struct tree *t = *state;
	struct strv states = {0}, patterns = tree_names(t, "*.service");
	struct unit_file_entry *v;
	size_t n;

	tree_file(t, VENDOR "native.service", "[Service]\n");
	tree_link(t, CONFIG "masked.service", "/dev/null");
	tree_file(t, "/etc/init.d/native", "#!/bin/sh\n");
	tree_file(t, "/etc/init.d/masked", "#!/bin/sh\n");
	tree_file(t, "/etc/init.d/script", "#!/bin/sh\n");
	for (size_t i = 0; i < 3; i++) {
		static const char *const scripts[] = {"native", "masked", "script"};

		assert_int_equal(chmod(tree_full(t, arena_printf(&t->arena, "/etc/init.d/%s", scripts[i])), 0755), 0);
	}
	tree_reopen(t);
	assert_int_equal(install_list_unit_files(&t->in, &states, &patterns, &t->arena, &v, &n), 0);
	assert_int_equal(n, 2);
	t->in.with_scripts = true;
	assert_int_equal(install_list_unit_files(&t->in, &states, &patterns, &t->arena, &v, &n), 0);
	assert_int_equal(n, 3);
	assert_string_equal(v[2].path, "/run/systemd/generator.late/script.service");
	assert_int_equal(v[2].state, UNIT_FILE_GENERATED);
	states = tree_names(t, "masked");
	assert_int_equal(install_list_unit_files(&t->in, &states, &patterns, &t->arena, &v, &n), 0);
	assert_int_equal(n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    INSTALL_TEST(test_names_are_complete),
	    INSTALL_TEST(test_states),
	    INSTALL_TEST(test_templates),
	    INSTALL_TEST(test_missing_and_bad),
	    INSTALL_TEST(test_list),
	    INSTALL_TEST(test_list_of_init_scripts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
