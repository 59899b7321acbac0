/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"
#include "unit/dependency.h"
#include "unit/name.h"

static struct arena a;

static void types_have_names(void **state)
{
	for (int t = 0; t < UNIT_TYPE_MAX; t++) {
		assert_int_equal(unit_type_parse(unit_type_name(t)), t);
	}
	assert_null(unit_type_name(UNIT_TYPE_MAX));
	assert_int_equal(unit_type_parse("bogus"), -EINVAL);
	assert_int_equal(name_type("x.y.timer"), UNIT_TIMER);
	assert_int_equal(name_type("x"), -EINVAL);
	assert_int_equal(name_type("x."), -EINVAL);
}

static void names_are_classified(void **state)
{
	static const struct {
		const char *name;
		enum name_class class;
	} rows[] = {
		{ "a.service", NAME_PLAIN },       { "a-b_c:d\\x20.e.service", NAME_PLAIN },
		{ "-.slice", NAME_PLAIN },         { "a@.service", NAME_TEMPLATE },
		{ "a@b.service", NAME_INSTANCE },  { "a@b@c.service", NAME_INSTANCE },
		{ "a@b.c.socket", NAME_INSTANCE }, { "@a.service", NAME_INVALID },
		{ "@.service", NAME_INVALID },     { ".service", NAME_INVALID },
		{ "service", NAME_INVALID },       { "", NAME_INVALID },
		{ "a.bogus", NAME_INVALID },       { "a b.service", NAME_INVALID },
		{ "a/b.service", NAME_INVALID },   { "\xc3\xa9.service", NAME_INVALID },
		{ "a.service ", NAME_INVALID },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(name_classify(rows[i].name), rows[i].class);
	}
	assert_true(name_is_valid("a@.service", NAME_TEMPLATE | NAME_INSTANCE));
	assert_false(name_is_valid("a@.service", NAME_PLAIN));
}

/* 255 bytes are a name, 256 are not. */
static void length_is_limited(void **state)
{
	char name[300];

	memset(name, 'x', sizeof(name));
	strcpy(name + 247, ".service");
	assert_int_equal(name_classify(name), NAME_PLAIN);
	memset(name, 'x', sizeof(name));
	strcpy(name + 248, ".service");
	assert_int_equal(name_classify(name), NAME_INVALID);
}

static void names_have_parts(void **state)
{
	assert_string_equal(name_prefix(&a, "foo@bar@x.service"), "foo");
	assert_string_equal(name_prefix(&a, "foo.bar.service"), "foo.bar");
	assert_string_equal(name_instance(&a, "foo@bar@x.service"), "bar@x");
	assert_string_equal(name_instance(&a, "foo@.service"), "");
	assert_null(name_instance(&a, "foo.service"));
	assert_string_equal(name_template(&a, "foo@b.c.service"), "foo@.service");
	assert_null(name_template(&a, "foo.service"));
	assert_string_equal(name_without_suffix(&a, "foo@b.service"), "foo@b");
	assert_string_equal(name_with_instance(&a, "foo@.service", "x"), "foo@x.service");
	assert_string_equal(name_with_instance(&a, "foo@y.service", "x"), "foo@x.service");
	assert_null(name_with_instance(&a, "foo.service", "x"));
	assert_null(name_with_instance(&a, "foo@.service", ""));
	assert_null(name_with_instance(&a, "foo@.service", "a/b"));
	assert_string_equal(name_change_suffix(&a, "foo@1.socket", "service"), "foo@1.service");
}

/* Text, what escaping makes of it; undoing gives the text back. */
static void strings_are_escaped(void **state)
{
	static const char *const rows[][2] = {
		{ "hallo", "hallo" },         { "a/b", "a-b" },
		{ "a-b", "a\\x2db" },         { ".hidden", "\\x2ehidden" },
		{ "a.b_c:d", "a.b_c:d" },     { "x y@z\\", "x\\x20y\\x40z\\x5c" },
		{ "\xc3\xa9", "\\xc3\\xa9" }, { "", "" },
	};
	char *plain;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(name_escape(&a, rows[i][0]), rows[i][1]);
		assert_int_equal(name_unescape(&a, rows[i][1], &plain), 0);
		assert_string_equal(plain, rows[i][0]);
	}
	assert_int_equal(name_unescape(&a, "\\", &plain), -EINVAL);
	assert_int_equal(name_unescape(&a, "\\x", &plain), -EINVAL);
	assert_int_equal(name_unescape(&a, "\\x2", &plain), -EINVAL);
	assert_int_equal(name_unescape(&a, "\\x2g", &plain), -EINVAL);
	assert_int_equal(name_unescape(&a, "\\x00", &plain), -EINVAL);
	assert_int_equal(name_unescape(&a, "\\n", &plain), -EINVAL);
}

static void paths_are_escaped(void **state)
{
	char *s;

	assert_int_equal(name_path_escape(&a, "//var///lib/", &s), 0);
	assert_string_equal(s, "var-lib");
	assert_int_equal(name_path_escape(&a, "/", &s), 0);
	assert_string_equal(s, "-");
	assert_int_equal(name_path_escape(&a, "/a-b/.c", &s), 0);
	assert_string_equal(s, "a\\x2db-.c");
	assert_int_equal(name_path_escape(&a, "/a/../b", &s), -EINVAL);
	assert_int_equal(name_path_unescape(&a, "var-lib", &s), 0);
	assert_string_equal(s, "/var/lib");
	assert_int_equal(name_path_unescape(&a, "-", &s), 0);
	assert_string_equal(s, "/");
	assert_int_equal(name_path_unescape(&a, "-a", &s), -EINVAL);
	assert_int_equal(name_path_unescape(&a, "a-", &s), -EINVAL);
	assert_int_equal(name_path_unescape(&a, "a--b", &s), -EINVAL);
	assert_int_equal(name_path_unescape(&a, "..-b", &s), -EINVAL);
	assert_int_equal(name_path_unescape(&a, "", &s), -EINVAL);
	assert_int_equal(name_from_path(&a, "/var/lib", "mount", &s), 0);
	assert_string_equal(s, "var-lib.mount");
	assert_int_equal(name_from_path(&a, "/", "mount", &s), 0);
	assert_string_equal(s, "-.mount");
}

static void typed_words_become_names(void **state)
{
	static const struct {
		const char *word;
		unsigned flags;
		const char *name; /* NULL: -EINVAL */
		bool escaped;
	} rows[] = {
		{ "foo", 0, "foo.service", false },
		{ "foo.socket", 0, "foo.socket", false },
		{ "foo.bogus", 0, "foo.bogus.service", false },
		{ ".service", 0, ".service.service", false },
		{ "foo@x", 0, "foo@x.service", false },
		{ "foo@", 0, "foo@.service", false },
		{ "foo/bar", 0, "foo-bar.service", true },
		{ "f o.service", 0, "f\\x20o.service", true },
		{ "/dev/sda", 0, "dev-sda.device", false },
		{ "/sys/x", 0, "sys-x.device", false },
		{ "/home//x/", 0, "home-x.mount", false },
		{ "/", 0, "-.mount", false },
		{ "/a/../b", 0, "-a-..-b.service", true },
		{ "foo*", 0, "foo\\x2a.service", true },
		{ "foo*", NAME_MANGLE_GLOB, "foo*", false },
		{ "[ab]?.s*", NAME_MANGLE_GLOB, "[ab]?.s*", false },
		{ "f o*", NAME_MANGLE_GLOB, "f\\x20o*", true },
		{ "foo", NAME_MANGLE_GLOB, "foo.service", false },
		{ "-", 0, "-.service", false },
		{ "", 0, NULL, false },
		{ "@a", 0, NULL, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *name = NULL;
		bool escaped = !rows[i].escaped;
		int r = name_mangle(&a, rows[i].word, rows[i].flags, ".service", &name, &escaped);

		assert_int_equal(r, rows[i].name ? 0 : -EINVAL);
		if (rows[i].name) {
			assert_string_equal(name, rows[i].name);
			assert_int_equal(escaped, rows[i].escaped);
		}
	}
}

static void dependencies_have_inverses(void **state)
{
	for (int k = 0; k < DEP_KIND_MAX; k++) {
		assert_non_null(dep_kind_name(k));
		assert_int_equal(dep_kind_parse(dep_kind_name(k)), k);
		assert_int_equal(dep_kind_inverse(dep_kind_inverse(k)), k);
	}
	assert_int_equal(dep_kind_inverse(DEP_PART_OF), DEP_CONSISTS_OF);
	assert_int_equal(dep_kind_parse("Bogus"), -EINVAL);
}

static int free_arena(void **state)
{
	arena_free(&a);
	return 0;
}

static void test_escaped_notice(void **state)
{
	assert_string_equal(name_escaped_notice(&a, "a/b", "a-b.service", ".service"),
			    "Invalid unit name \"a/b\" escaped as \"a-b\" (maybe you should use systemd-escape?).");
	assert_string_equal(name_escaped_notice(&a, "a/b.socket", "a-b.socket", ".service"),
			    "Invalid unit name \"a/b.socket\" escaped as \"a-b.socket\" (maybe you should use systemd-escape?).");
	assert_string_equal(name_escaped_notice(&a, "a*", "a\\x2a.service", ".service"),
			    "Invalid unit name \"a*\" escaped as \"a\\x2a\".");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escaped_notice),
		cmocka_unit_test(types_have_names),
		cmocka_unit_test(names_are_classified),
		cmocka_unit_test(length_is_limited),
		cmocka_unit_test(names_have_parts),
		cmocka_unit_test(strings_are_escaped),
		cmocka_unit_test(paths_are_escaped),
		cmocka_unit_test(typed_words_become_names),
		cmocka_unit_test(dependencies_have_inverses),
	};

	return cmocka_run_group_tests(tests, NULL, free_arena);
}
