/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/builtin.h"
#include "unit/index.h"
#include "unit/name.h"

#define ETC "/etc/systemd/system/"
#define USR "/usr/lib/systemd/system/"

static struct arena a;
static struct root root;
static struct search_path search;
static struct unit_index x;

/* What each name of the fake root is, and where looking it up ends. */
static const struct {
	const char *name;
	int kind; /* -1: not in the index */
	const char *target;
	const char *end; /* canonical name; NULL: loop */
	const char *path; /* of the end; NULL: nothing */
} rows[] = {
	{ "a.service", INDEX_FILE, NULL, "a.service", USR "a.service" },
	{ "alias-absolute.service", INDEX_ALIAS, "a.service", "a.service", USR "a.service" },
	{ "alias-relative.service", INDEX_ALIAS, "a.service", "a.service", USR "a.service" },
	{ "alias-chain.service", INDEX_ALIAS, "alias-absolute.service", "a.service",
	  USR "a.service" },
	{ "wrong-type.socket", -1, NULL, "wrong-type.socket", NULL },
	{ "wrong-class@.service", -1, NULL, "wrong-class@.service", NULL },
	{ "one.mount", -1, NULL, "one.mount", NULL },
	{ "b.service", INDEX_FILE, NULL, "b.service", USR "b.service" },
	{ "c.service", INDEX_MASKED, NULL, "c.service", ETC "c.service" },
	{ "empty.service", INDEX_MASKED, NULL, "empty.service", ETC "empty.service" },
	{ "linked.service", INDEX_LINKED, "/opt/elsewhere.service", "linked.service",
	  ETC "linked.service" },
	{ "dangling.service", INDEX_LINKED, "/opt/nowhere.service", "dangling.service",
	  ETC "dangling.service" },
	{ "alias@.service", INDEX_ALIAS, "t@.service", "t@.service", USR "t@.service" },
	{ "alias@9.service", INDEX_ALIAS, "t@.service", "t@9.service", USR "t@.service" },
	{ "t@7.service", INDEX_FILE, NULL, "t@7.service", USR "t@.service" },
	{ "other@1.service", INDEX_ALIAS, "t@1.service", "t@1.service", USR "t@.service" },
	{ "t@2.service", INDEX_ALIAS, "t@.service", "t@2.service", USR "t@.service" },
	{ "other@3.service", -1, NULL, "other@3.service", NULL },
	{ "loop-1.service", INDEX_ALIAS, "loop-2.service", NULL, NULL },
	{ "dead.service", INDEX_ALIAS, "nothing.service", "dead.service", NULL },
	{ "chain-7.service", INDEX_ALIAS, "chain-6.service", "a.service", USR "a.service" },
	{ "chain-8.service", INDEX_ALIAS, "chain-7.service", NULL, NULL },
	{ "in valid.service", -1, NULL, "in valid.service", NULL },
	{ "nosuffix", -1, NULL, "nosuffix", NULL },
	{ "multi-user.target", -1, NULL, "multi-user.target", NULL },
};

static void names_are_found(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct index_entry *e = unit_index_find(&x, rows[i].name);

		if (rows[i].kind < 0) {
			assert_null(e);
			continue;
		}
		assert_non_null(e);
		assert_int_equal(e->kind, rows[i].kind);
		if (rows[i].target) {
			assert_string_equal(e->target, rows[i].target);
		}
	}
	assert_string_equal(unit_index_find(&x, "c.service")->dir, "/etc/systemd/system");
}

static void aliases_are_followed(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct index_entry *e = NULL;
		const char *name = NULL;
		int r = unit_index_resolve(&x, rows[i].name, &a, &name, &e);

		assert_int_equal(r, rows[i].end ? 0 : -ELOOP);
		if (!rows[i].end) {
			continue;
		}
		assert_string_equal(name, rows[i].end);
		assert_int_equal(e != NULL, rows[i].path != NULL);
		if (e) {
			assert_string_equal(e->path, rows[i].path);
		}
	}
}

static void aliases_are_listed(void **state)
{
	struct strv *names = map_get(&x.aliases, "a.service");

	assert_non_null(names);
	assert_string_equal(
		strv_join(names, &a, " "),
		"alias-absolute.service alias-chain.service alias-relative.service chain-1.service "
		"chain-2.service chain-3.service chain-4.service chain-5.service chain-6.service "
		"chain-7.service");
	assert_null(map_get(&x.aliases, "b.service"));
}

static void dropin_dirs_are_in_search_order(void **state)
{
	struct strv *dirs = map_get(&x.dropin_dirs, "a.service.d");

	assert_string_equal(strv_join(dirs, &a, " "),
			    "/etc/systemd/system/a.service.d /run/systemd/system/a.service.d "
			    "/usr/lib/systemd/system/a.service.d");
	assert_non_null(map_get(&x.dropin_dirs, "multi.target.wants"));
	assert_non_null(map_get(&x.dropin_dirs, "a.service.upholds"));
	assert_null(map_get(&x.dropin_dirs, "b.service.d"));
}

/* No basic.target in the tree: soloctl's units fill the place of systemd's, but hide no file. */
static void builtin_units_come_last(void **state)
{
	struct unit_index y;
	const struct index_entry *e;
	const char *name;

	assert_int_equal(unit_index_open(&y, &root, &search, true), 0);
	assert_int_equal(unit_index_find(&y, "multi-user.target")->kind, INDEX_BUILTIN);
	assert_int_equal(unit_index_find(&y, "a.service")->kind, INDEX_FILE);
	assert_int_equal(unit_index_resolve(&y, "runlevel3.target", &a, &name, &e), 0);
	assert_string_equal(name, "multi-user.target");
	assert_int_equal(unit_index_resolve(&y, "default.target", &a, &name, &e), 0);
	assert_string_equal(name, "graphical.target");
	assert_null(e->path);
	unit_index_close(&y);
}

static void builtin_table_is_whole(void **state)
{
	size_t n;
	const struct builtin_unit *all = builtin_all(&n);

	for (size_t i = 0; i < n; i++) {
		assert_true(name_is_valid(all[i].name, NAME_PLAIN));
		assert_ptr_equal(builtin_find(all[i].name), &all[i]);
		assert_true(!all[i].text != !all[i].alias);
		assert_true(i == 0 || strcmp(all[i - 1].name, all[i].name) < 0);
		if (all[i].alias) {
			assert_non_null(builtin_find(all[i].alias));
			assert_int_equal(name_type(all[i].alias), name_type(all[i].name));
		} else {
			assert_true(str_has_prefix(all[i].text, "[Unit]\nDescription="));
		}
	}
	assert_null(builtin_find("nosuch.target"));
}

static void early_units_are_known(void **state)
{
	static const char *const early[] = {
		"-.mount",
		"-.slice",
		"basic.target",
		"init.scope",
		"local-fs.target",
		"network-online.target",
		"network.target",
		"sockets.target",
		"sysinit.target",
		"syslog.socket",
		"system.slice",
		"systemd-tmpfiles-setup.service",
		"time-set.target",
		"tmp.mount",
		"veritysetup.target",
	};

	for (size_t i = 0; i < ARRAY_SIZE(early); i++) {
		assert_true(builtin_is_early(early[i]));
	}
	assert_false(builtin_is_early("multi-user.target"));
	assert_false(builtin_is_early("dbus.socket"));
	assert_false(builtin_is_early("a.service"));
}

static int open_index(void **state)
{
	unsetenv("SYSTEMD_UNIT_PATH");
	if (root_open(&root, "units-testdata/index", &a) < 0) {
		return -1;
	}
	return search_path_init(&search, SEARCH_SYSTEM, &root, &a) < 0 ||
	       unit_index_open(&x, &root, &search, false) < 0;
}

static int close_index(void **state)
{
	unit_index_close(&x);
	root_close(&root);
	arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found),
		cmocka_unit_test(aliases_are_followed),
		cmocka_unit_test(aliases_are_listed),
		cmocka_unit_test(dropin_dirs_are_in_search_order),
		cmocka_unit_test(builtin_units_come_last),
		cmocka_unit_test(builtin_table_is_whole),
		cmocka_unit_test(early_units_are_known),
	};

	return cmocka_run_group_tests(tests, open_index, close_index);
}
