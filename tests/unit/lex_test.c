/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/str.h"
#include "unit/lex.h"

static int note_event(void *context, const struct lex_event *e)
{
	static const char kinds[] = "SAONE"; /* in the order of enum lex_kind */

	strbuf_addf(context, "%c%u [%s] ", kinds[e->kind], e->line, str_or_empty(e->section));
	strbuf_add(context, str_or_empty(e->key));
	strbuf_add(context, "=");
	strbuf_add(context, str_or_empty(e->value));
	strbuf_add(context, "\n");
	return 0;
}

/* Lexes n bytes; the events are in out. */
static int lex_bytes(const char *text, size_t n, struct strbuf *out, struct diag_list *diags)
{
	char *copy = malloc(n + 1);
	int r;

	memcpy(copy, text, n);
	copy[n] = '\0';
	strbuf_reset(out);
	r = lex_text(copy, n, "x.service", note_event, out, diags);
	free(copy);
	return r;
}

static void expect(const char *text, const char *events)
{
	CLEANUP_STRBUF struct strbuf out = {0};

	assert_int_equal(lex_bytes(text, strlen(text), &out, NULL), 0);
	assert_string_equal(strbuf_text(&out), events);
}

static void expect_refused(const char *text, int error, unsigned line, const char *message)
{
	CLEANUP_ARENA struct arena a = {0};
	CLEANUP_STRBUF struct strbuf out = {0};
	struct diag_list diags = {.arena = &a};

	assert_int_equal(lex_bytes(text, strlen(text), &out, &diags), error);
	assert_int_equal(diags.n, 1);
	assert_int_equal(diags.v[0].level, DIAG_ERROR);
	assert_int_equal(diags.v[0].code, error);
	assert_int_equal(diags.v[0].line, line);
	assert_string_equal(diags.v[0].file, "x.service");
	assert_string_equal(diags.v[0].text, message);
}

static void test_plain(void **state)
{
	expect("", "");
	expect("[A]\nB=c\n\n D = e f \n[A]\n[X]",
	       "S1 [A] =\nA2 [A] B=c\nA4 [A] D=e f\nS5 [A] =\nS6 [X] =\n");
	expect("[A]\nB=\nB=1\nB=1=2", "S1 [A] =\nA2 [A] B=\nA3 [A] B=1\nA4 [A] B=1=2\n");
	expect("K=v\n=v\nnothing", "O1 [] K=v\nO2 [] =v\nO3 [] =nothing\n");
	expect("[A]\nnothing\n=v\n", "S1 [A] =\nN2 [A] =nothing\nE3 [A] =v\n");
}

static void test_what_libinih_would_misread(void **state)
{
	expect("[A]\nB=1\n  C=2\n  [D]\n", "S1 [A] =\nA2 [A] B=1\nA3 [A] C=2\nS4 [D] =\n");
	expect("[A]\nB=x ; y # z\nC:D=e\nF: g\n",
	       "S1 [A] =\nA2 [A] B=x ; y # z\nA3 [A] C:D=e\nN4 [A] =F: g\n");
	expect("[a]b]\n[c ;d]\n[]\nK=\n", "S1 [a]b] =\nS2 [c ;d] =\nS3 [] =\nA4 [] K=\n");
	expect("[A]\nB=\v\f x \v\n", "S1 [A] =\nA2 [A] B=\v\f x \v\n");
	expect("[A]\nB= [x]\nC=\"a ;b\"\n", "S1 [A] =\nA2 [A] B=[x]\nA3 [A] C=\"a ;b\"\n");
}

static void test_continuation(void **state)
{
	expect("[A]\nB=a \\\n  b\nC=d", "S1 [A] =\nA3 [A] B=a    b\nA4 [A] C=d\n");
	expect("[A]\nB=a\\\\\nC=d\\\\\\\ne", "S1 [A] =\nA2 [A] B=a\\\\\nA4 [A] C=d\\\\ e\n");
	expect("[A]\nB=a\\\n# no \\\n; no\nb\n", "S1 [A] =\nA5 [A] B=a b\n");
	expect("[A]\nB=a\\\n\nC=d", "S1 [A] =\nA3 [A] B=a\nA4 [A] C=d\n");
	expect("[A]\nB=a\\\n[C]\nD=e\n", "S1 [A] =\nA3 [A] B=a [C]\nA4 [A] D=e\n");
	expect("[A]\nB=a\\", "S1 [A] =\nA3 [A] B=a\n");
	expect("# c \\\n[A]\n", "S2 [A] =\n");
}

static void test_line_ends(void **state)
{
	CLEANUP_STRBUF struct strbuf out = {0};
	static const char nul[] = "[A]\0B=1\n\0C=2\r\rD=3";

	expect("[A]\r\nB=1\rC=2\n\rD=3\r\n\r\nE=4",
	       "S1 [A] =\nA2 [A] B=1\nA3 [A] C=2\nA4 [A] D=3\nA6 [A] E=4\n");
	assert_int_equal(lex_bytes(nul, sizeof(nul) - 1, &out, NULL), 0);
	assert_string_equal(strbuf_text(&out), "S1 [A] =\nA2 [A] B=1\nA3 [A] C=2\nA5 [A] D=3\n");
}

static void test_byte_order_mark(void **state)
{
	expect("\xEF\xBB\xBF[A]\nB=1\n", "S1 [A] =\nA2 [A] B=1\n");
	expect("\n\xEF\xBB\xBF[A]\n\xEF\xBB\xBF"
	       "B=1\n",
	       "S2 [A] =\nA3 [A] \xEF\xBB\xBF"
	       "B=1\n");
}

static void test_refusals(void **state)
{
	expect_refused("[A]\n[B] x\n", -EBADMSG, 2, "Invalid section header '[B] x'");
	expect_refused("\n[B\nA=1\n", -EBADMSG, 2, "Invalid section header '[B'");
	expect_refused("[\"B\"]\n", -EBADMSG, 1, "Bad characters in section header '[\"B\"]'");
	expect_refused("[", -EBADMSG, 1, "Invalid section header '['");
	expect_refused("[A]\nB=\xFFx\nC=1\n", -EINVAL, 2,
		       "String is not UTF-8 clean, ignoring assignment: B=\xEF\xBF\xBDx");
	expect("# \xFF\n[A]\n", "S2 [A] =\n");
}

/* Every length around the size of libinih's buffer, for value, key, section and bare line. */
static void test_every_length(void **state)
{
	CLEANUP_STRBUF struct strbuf text = {0};
	CLEANUP_STRBUF struct strbuf want = {0};
	CLEANUP_STRBUF struct strbuf long_word = {0};

	for (unsigned n = 1; n < 700; n++) {
		strbuf_add_char(&long_word, n % 7 == 0	  ? ' '
						: n % 11 == 0 ? ';'
							  : (char)('a' + n % 26));
		if (n % 7 == 0) {
			continue;
		}
		const char *s = strbuf_text(&long_word);

		strbuf_reset(&text);
		strbuf_reset(&want);
		strbuf_addf(&text, "[%s]\nK=   %s  \n%s = v %s\n%s\n", s, s, s, s, s);
		strbuf_addf(&want, "S1 [%s] =\nA2 [%s] K=%s\nA3 [%s] %s=v %s\nN4 [%s] =%s\n", s, s,
				s, s, s, s, s, s);
		expect(strbuf_text(&text), strbuf_text(&want));
	}
}

static void test_length_limits(void **state)
{
	const size_t limit = (size_t)1024 * 1024;
	CLEANUP_ARENA struct arena a = {0};
	CLEANUP_STRBUF struct strbuf out = {0};
	char *text = arena_alloc(&a, 2 * limit + 16);

	memset(text, 'x', 2 * limit);
	memcpy(text, "[A]\nK=", 6);
	assert_int_equal(lex_bytes(text, limit - 1 + 4, &out, NULL), 0);
	assert_int_equal(out.n, strlen("S1 [A] =\nA2 [A] \n") + limit - 1);
	assert_int_equal(lex_bytes(text, limit + 4, &out, NULL), -ENOBUFS);
	/* two lines that join to exactly the limit, and to one byte more */
	text[limit / 2] = '\\';
	text[limit / 2 + 1] = '\n';
	assert_int_equal(lex_bytes(text, limit + 4 + 1, &out, NULL), 0);
	assert_int_equal(lex_bytes(text, limit + 4 + 2, &out, NULL), -ENOBUFS);
}

static int stop_at_second(void *context, const struct lex_event *e)
{
	int *n = context;

	return ++*n == 2 ? -ECANCELED : 0;
}

static void test_handler_stops(void **state)
{
	char text[] = "[A]\nB=1\nC=2\n";
	int n = 0;

	assert_int_equal(lex_text(text, strlen(text), "x", stop_at_second, &n, NULL), -ECANCELED);
	assert_int_equal(n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_what_libinih_would_misread),
		cmocka_unit_test(test_continuation),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_byte_order_mark),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_length_limits),
		cmocka_unit_test(test_handler_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
