/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "cmd/cmd.h"

struct parsed {
	struct cmd c;
	struct strv words;
	int result, exit;
	char errors[1024]; /* what was written to stderr */
};

/* Runs the parser on NULL-terminated words behind "systemctl", with stdout and stderr caught. */
static void parse(struct parsed *p, char **argv)
{
	int argc = 0, saved_err = dup(2), saved_out = dup(1),
	    null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	FILE *caught = tmpfile();
	size_t n;

	while (argv[argc]) {
		argc++;
	}
	memset(p, 0, sizeof *p);
	p->c.argv0 = argv[0];
	fflush(stdout);
	fflush(stderr);
	dup2(fileno(caught), 2);
	dup2(null, 1);
	p->result = cmd_options_parse(&p->c, argc, argv, &p->words, &p->exit);
	fflush(stdout);
	fflush(stderr);
	dup2(saved_err, 2);
	dup2(saved_out, 1);
	rewind(caught);
	n = fread(p->errors, 1, sizeof p->errors - 1, caught);
	p->errors[n] = '\0';
	fclose(caught);
	close(null);
	close(saved_err);
	close(saved_out);
}
#define PARSE(p, ...) parse((p), (char *[]){ "systemctl", __VA_ARGS__, NULL })

static void assert_goes_on(const struct parsed *p, size_t n_words)
{
	assert_string_equal(p->errors, "");
	assert_int_equal(p->result, 0);
	assert_int_equal(p->words.n, n_words);
}

static void assert_refused(struct parsed *p, const char *message)
{
	assert_int_equal(p->result, 1);
	assert_int_equal(p->exit, 1);
	assert_string_equal(p->errors, message);
	arena_free(&p->c.arena);
}

static void test_options_stand_anywhere(void **state)
{
	struct parsed p;

	PARSE(&p, "start", "a.service", "--no-block", "-q", "b.service", "--job-mode=fail");
	assert_goes_on(&p, 3);
	assert_string_equal(p.words.v[2], "b.service");
	assert_true(p.c.options.no_block);
	assert_true(p.c.options.quiet);
	assert_int_equal(p.c.options.job_mode, JOB_MODE_FAIL);
	arena_free(&p.c.arena);

	PARSE(&p, "-q", "--", "is-enabled", "-x.mount", "--root=/x");
	assert_goes_on(&p, 3);
	assert_string_equal(p.words.v[1], "-x.mount");
	assert_null(p.c.options.root);
	arena_free(&p.c.arena);
}

static void test_values(void **state)
{
	struct parsed p;

	PARSE(&p, "--root", "/x//y/", "enable", "--lines=3", "-o", "cat", "-pId,Names", "-P",
	      "SubState", "-sHUP");
	assert_goes_on(&p, 1);
	assert_string_equal(p.c.options.root, "/x/y");
	assert_int_equal(p.c.options.lines, 3);
	assert_string_equal(p.c.options.output, "cat");
	assert_int_equal(p.c.options.properties.n, 3);
	assert_true(p.c.options.value_only);
	assert_int_equal(p.c.options.signal, 1);
	arena_free(&p.c.arena);

	PARSE(&p, "-tservice,socket", "--type", "loaded", "--state=failed,running", "--failed");
	assert_goes_on(&p, 0);
	assert_int_equal(p.c.options.types.n, 2);
	assert_int_equal(p.c.options.states.n, 3);
	arena_free(&p.c.arena);

	PARSE(&p, "--legend=no", "-ff", "--root=", "--user");
	assert_goes_on(&p, 0);
	assert_false(p.c.options.legend);
	assert_int_equal(p.c.options.force_level, 2);
	assert_null(p.c.options.root);
	assert_int_equal(p.c.options.scope, SEARCH_USER);
	arena_free(&p.c.arena);
}

static void test_abbreviations(void **state)
{
	struct parsed p;

	PARSE(&p, "--no-leg", "--runt", "--prop=X", "--kill-wh=main", "--fail");
	assert_goes_on(&p, 0);
	assert_false(p.c.options.legend);
	assert_true(p.c.options.runtime);
	assert_int_equal(p.c.options.properties.n, 1);
	assert_string_equal(p.c.options.kill_whom, "main");
	assert_int_equal(p.c.options.job_mode, JOB_MODE_FAIL);
	arena_free(&p.c.arena);

	PARSE(&p, "--no");
	assert_refused(&p, "systemctl: option '--no' is ambiguous; possibilities: '--no-block' "
			   "'--no-legend' '--no-pager' "
			   "'--no-wall' '--no-warn' '--no-reload' '--no-ask-password' '--now'\n");
	PARSE(&p, "--k");
	assert_refused(&p, "systemctl: option '--k' is ambiguous; possibilities: '--kill-whom' "
			   "'--kill-value'\n");
}

static void test_refusals(void **state)
{
	struct parsed p;

	PARSE(&p, "status", "--bogus");
	assert_refused(&p, "systemctl: unrecognized option '--bogus'\n");
	PARSE(&p, "--bogus=1");
	assert_refused(&p, "systemctl: unrecognized option '--bogus=1'\n");
	PARSE(&p, "-t");
	assert_refused(&p, "systemctl: option requires an argument -- 't'\n");
	PARSE(&p, "--root");
	assert_refused(&p, "systemctl: option '--root' requires an argument\n");
	PARSE(&p, "--quiet=yes");
	assert_refused(&p, "systemctl: option '--quiet' doesn't allow an argument\n");
	PARSE(&p, "-qZ");
	assert_refused(&p, "systemctl: invalid option -- 'Z'\n");
	PARSE(&p, "cat", "-.slice");
	assert_refused(&p, "systemctl: invalid option -- '.'\nHint: to specify units starting with "
			   "a dash, use \"--\":\n"
			   "      systemctl [OPTIONS...] COMMAND -- -.slice ...\n");
	PARSE(&p, "--type=bogus");
	assert_refused(&p, "Unknown unit type or load state 'bogus'.\nUse -t help to see a list of "
			   "allowed values.\n");
	PARSE(&p, "-n", "x");
	assert_refused(&p, "Failed to parse lines 'x'\n");
	PARSE(&p, "--signal=0");
	assert_refused(&p, "Failed to parse signal string \"0\".\n");
	PARSE(&p, "--wait", "--no-block", "start", "x");
	assert_refused(&p, "--wait may not be combined with --no-block.\n");
	PARSE(&p, "start", "--marked");
	assert_refused(&p, "--marked may only be used with 'reload-or-restart'.\n");
	PARSE(&p, "--marked", "reload-or-restart", "x");
	assert_refused(&p, "No additional arguments allowed with 'reload-or-restart --marked'.\n");
	PARSE(&p, "--image=/x", "--root=/y", "get-default");
	assert_refused(&p, "Please specify either --root= or --image=, the combination of both is "
			   "not supported.\n");
}

static void test_lists_of_values_end_well(void **state)
{
	static char *const lists[] = {
		"--help",	 "--version",	     "--type=help",
		"--state=help",	 "--signal=help",    "--signal=list",
		"--output=help", "--timestamp=help", "--preset-mode=help",
		"--what=help",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		struct parsed p;

		PARSE(&p, lists[i], "--bogus");
		assert_string_equal(p.errors, "");
		assert_int_equal(p.result, 1);
		assert_int_equal(p.exit, 0);
		arena_free(&p.c.arena);
	}
}

/* A job mode that does not exist is an error of the verb that would use it. */
static void test_unknown_job_mode_is_kept(void **state)
{
	struct parsed p;

	PARSE(&p, "--job-mode=bogus", "get-default");
	assert_goes_on(&p, 1);
	assert_int_equal(p.c.options.job_mode, JOB_MODE_MAX);
	assert_string_equal(p.c.options.job_mode_text, "bogus");
	arena_free(&p.c.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_stand_anywhere),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_abbreviations),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_lists_of_values_end_well),
		cmocka_unit_test(test_unknown_job_mode_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
