/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "unit/command.h"

static struct arena arena;
static struct command_list list;
static struct diag_list diags;

static int setup(void **state)
{
	list = (struct command_list){0};
	diags = (struct diag_list){.arena = &arena};
	return 0;
}

static int teardown(void **state)
{
	arena_free(&arena);
	return 0;
}

static int parse(const char *value)
{
	static const struct specifier_scope scope = {.id = "foo@bar.service"};

	return command_parse(value, &scope, &arena, &list, &diags, "x.service", 7);
}

/* "FLAGS PATH: ARG|ARG" of the last command */
static const char *last(void)
{
	const struct command *c = &list.v[list.n - 1];

	return arena_printf(&arena, "%u %s: %s", c->flags, c->path,
				strv_join(&c->argv, &arena, "|"));
}

static const char *last_text(void)
{
	assert_true(diags.n > 0);
	assert_int_equal(diags.v[diags.n - 1].line, 7);
	assert_string_equal(diags.v[diags.n - 1].file, "x.service");
	return diags.v[diags.n - 1].text;
}

static void expect(const char *value, size_t n, const char *command)
{
	list = (struct command_list){0};
	diags.n = 0;
	assert_int_equal(parse(value), 0);
	assert_int_equal(diags.n, 0);
	assert_int_equal(list.n, n);
	assert_string_equal(last(), command);
}

static void test_words(void **state)
{
	expect("/bin/true", 1, "0 /bin/true: /bin/true");
	expect("/bin/echo 'a'b\"c\" \"x y\" \\x41 \\; '' \"a;b\"", 1,
	       "0 /bin/echo: /bin/echo|abc|x y|A|;||a;b");
	expect("/x//y/./z z", 1, "0 /x/y/z: /x//y/./z|z");
	expect("\"/bin/tr ue\" %n %%", 1, "0 /bin/tr ue: /bin/tr ue|foo@bar.service|%");
	expect("sleep infinity", 1, "0 sleep: sleep|infinity");
}

static void test_several(void **state)
{
	expect("/bin/a x ; /bin/b y", 2, "0 /bin/b: /bin/b|y");
	expect("; /bin/a ; ; -/bin/b ;", 2, "1 /bin/b: /bin/b");
	expect("/bin/a \\; /bin/b", 1, "0 /bin/a: /bin/a|;|/bin/b");
	expect("/bin/a x; y", 1, "0 /bin/a: /bin/a|x;|y");
	assert_int_equal(parse("/bin/c"), 0);
	assert_int_equal(list.n, 2);
	assert_int_equal(parse("  "), 0);
	assert_int_equal(list.n, 0);
}

static void test_prefixes(void **state)
{
	expect("-/bin/a", 1, "1 /bin/a: /bin/a");
	expect("@-/bin/a zero one", 1, "1 /bin/a: zero|one");
	expect(":-+/bin/a", 1, "7 /bin/a: /bin/a");
	expect("!/bin/a", 1, "8 /bin/a: /bin/a");
	expect("!!:/bin/a", 1, "18 /bin/a: /bin/a");
	assert_int_equal(parse("!+/bin/a"), -ENOEXEC);
	assert_string_equal(last_text(),
				"Neither a valid executable name nor an absolute path: +/bin/a");
	assert_int_equal(parse("--bin"), 0);
	assert_string_equal(last(), "1 -bin: -bin");
	assert_int_equal(parse("!!!/bin/a"), -ENOEXEC);
}

struct refusal {
	const char *value;
	int error;
	const char *text;
};

static void test_refusals(void **state)
{
	static const struct refusal cases[] = {
		{"./rel", -ENOEXEC, "Neither a valid executable name nor an absolute path: ./rel"},
		{"-./rel", -EINVAL,
	     "Neither a valid executable name nor an absolute path, ignoring: ./rel"},
		{"/bin/", -ENOEXEC, "Executable path specifies a directory: /bin/"},
		{"-..", -EINVAL, "Executable path specifies a directory, ignoring: .."},
		{"@/bin/a", -ENOEXEC, "Empty executable name or zeroeth argument: @/bin/a"},
		{"@/bin/a ; /x", -ENOEXEC, "Empty executable name or zeroeth argument: @/bin/a ; /x"},
		{"-", -EINVAL, "Empty path in command line, ignoring: -"},
		{"\"\" x", -ENOEXEC, "Empty path in command line: \"\" x"},
		{"\"/a'b\"", -ENOEXEC, "Executable path contains special characters: /a'b"},
		{"\"/bin/true x", -EINVAL, "Unbalanced quoting, ignoring: \"\"/bin/true x\""},
		{"/bin/true \"x", -ENOEXEC, "Unbalanced quoting, ignoring: \"/bin/true \"x\""},
		{"-/bin/true \"x", -EINVAL, "Unbalanced quoting, ignoring: \"-/bin/true \"x\""},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(parse(cases[i].value), cases[i].error);
		assert_string_equal(last_text(), cases[i].text);
		assert_int_equal(list.n, 0);
	}
}

static void test_unknown_escape(void **state)
{
	assert_int_equal(parse("/bin/a b\\q c"), 0);
	assert_string_equal(last(), "0 /bin/a: /bin/a|b\\q|c");
	assert_int_equal(diags.n, 1);
	assert_int_equal(diags.v[0].level, DIAG_WARNING);
	assert_string_equal(last_text(), "Ignoring unknown escape sequences: \"b\\q\"");
}

/* The command up to the unusable one stays, as in systemd. */
static void test_partly_usable(void **state)
{
	assert_int_equal(parse("/bin/a ; -b/c ; /bin/d"), -EINVAL);
	assert_int_equal(list.n, 1);
	assert_string_equal(last(), "0 /bin/a: /bin/a");
}

static void expect_expanded(const char *value, const char *words)
{
	static const char *const entries[] = {"A=one", "B=two  'in one' ", "E=", "Q=x \"y"};
	const struct strv env = {.v = (const char **)entries, .n = ARRAY_SIZE(entries)};
	struct strv argv;

	list = (struct command_list){0};
	assert_int_equal(parse(value), 0);
	command_expand(&list.v[0], &env, &arena, &argv);
	assert_string_equal(strv_join(&argv, &arena, "|"), words);
}

static void test_expansion(void **state)
{
	expect_expanded("/x $A ${A} x$A x${A}y", "/x|one|one|x$A|xoney");
	expect_expanded("/x $B ${B}", "/x|two|in one|two  'in one' ");
	expect_expanded("/x $E $NOPE ${NOPE} ${E} end", "/x|||end");
	expect_expanded("/x $$A $$ x$$y ${A:-no} ${A", "/x|$A|$|x$y|${A:-no}|${A");
	expect_expanded("/x $Q", "/x|x|y");
	expect_expanded(":/x $A ${A} $$", "/x|$A|${A}|$$");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_words, setup, teardown),
		cmocka_unit_test_setup_teardown(test_several, setup, teardown),
		cmocka_unit_test_setup_teardown(test_prefixes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown_escape, setup, teardown),
		cmocka_unit_test_setup_teardown(test_partly_usable, setup, teardown),
		cmocka_unit_test_setup_teardown(test_expansion, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
