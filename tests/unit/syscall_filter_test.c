/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/syscall_filter.h"

/* The list that words come to: "+" or "-", then its calls, with the numbers of their verdicts. */
static const char *resolve(struct arena *a, const char *text)
{
	struct strv words = { 0 }, shown = { 0 };
	struct syscall_list l;

	strv_split(&words, a, text, " ");
	syscall_list_resolve(&words, a, &l);
	strv_add(&shown, a, l.allows ? "+" : "-");
	for (size_t i = 0; i < l.n; i++) {
		if (i > 0) {
			assert_true(strcmp(l.calls[i - 1].name, l.calls[i].name) < 0);
		}
		strv_add(&shown, a,
			 l.calls[i].verdict == SYSCALL_LISTED
				 ? l.calls[i].name
				 : arena_printf(a, "%s:%d", l.calls[i].name, l.calls[i].verdict));
	}
	return strv_join(&shown, a, " ");
}

static void lists_of_what_is_forbidden(void **state)
{
	CLEANUP_ARENA struct arena a = { 0 };

	assert_string_equal(resolve(&a, ""), "-");
	assert_string_equal(resolve(&a, "~@swap"), "- swapoff swapon");
	assert_string_equal(resolve(&a, "~@swap ~swapon ~mount"), "- mount swapoff swapon");
	assert_string_equal(resolve(&a, "~@swap swapon"), "- swapoff");
	assert_string_equal(resolve(&a, "~@swap swapon ~swapon"), "- swapoff swapon");
	assert_string_equal(resolve(&a, "~swapon:EBADF ~swapoff:kill"), "- swapoff:-2 swapon:9");
	assert_string_equal(resolve(&a, "~swapon:EBADF ~swapon"), "- swapon");
	/* What is allowed cannot have an error. */
	assert_string_equal(resolve(&a, "~swapon swapon:EBADF"), "- swapon");
	assert_string_equal(resolve(&a, "~@no-such-group"), "-");
}

static void lists_of_what_is_allowed(void **state)
{
	CLEANUP_ARENA struct arena a = { 0 };
	const char *usual = resolve(&a, "read");

	assert_string_equal(usual, resolve(&a, "@default read"));
	assert_non_null(strstr(usual, " execve "));
	assert_non_null(strstr(usual, " read"));
	assert_string_equal(usual, resolve(&a, "read mount ~mount"));
	assert_string_equal(usual, resolve(&a, "read mount:EPERM"));
	assert_null(strstr(resolve(&a, "read ~execve"), "execve"));
	assert_non_null(strstr(resolve(&a, "read ~execve:EPERM"), " execve:1 "));
	assert_non_null(strstr(resolve(&a, "read ~execve:EPERM execve"), " execve "));
}

/* Groups in groups, none of which is missing. */
static void groups_are_known(void **state)
{
	static const char *const names[] = { "@default", "@system-service", "@privileged",
					     "@file-system", "@sandbox", "@timer" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		CLEANUP_ARENA struct arena a = { 0 };
		struct strv words = { 0 };

		strv_split(&words, &a, str_or_empty(syscall_group_words(names[i])), " ");
		assert_true(words.n > 0);
		STRV_FOREACH(word, &words)
		{
			assert_true(*word != '@' || syscall_group_words(word));
		}
	}
	assert_null(syscall_group_words("@no-such-group"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_of_what_is_forbidden),
		cmocka_unit_test(lists_of_what_is_allowed),
		cmocka_unit_test(groups_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
