/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "journal/entry.h"

static const struct journal_host host = { .name = "box", .boot_offset = USEC_PER_SEC };

/* What is printed of an entry with this text, without what stands before its message. */
static const char *printed(struct arena *a, enum journal_output output, bool all, const char *text)
{
	struct strv fields = { 0 };
	struct journal_printer p = {
		.output = output, .host = &host, .fields = &fields, .utc = true, .all = all
	};
	struct log_entry e = { .realtime = 3 * USEC_PER_SEC, .priority = 6, .facility = -1,
			       .identifier = "id", .pid = 5, .text = text, .unit = "a.service" };
	char line[4096] = "";
	int saved = dup(STDOUT_FILENO);
	FILE *file = tmpfile();
	char *start;
	size_t n;

	assert_non_null(file);
	strv_add(&fields, a, "MESSAGE");
	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	journal_print(&p, &e);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	rewind(file);
	n = fread(line, 1, sizeof(line) - 1, file);
	fclose(file);
	start = memmem(line, n, "MESSAGE", 7);
	start = start ? start : memmem(line, n, "id[5]: ", 7);
	start = start ? start : line;
	/* A NUL is seen as a dot, so that lengths of the export form can be. */
	for (char *c = start; c < line + n; c++) {
		*c = *c ? *c : '.';
	}
	return arena_strdup(a, start);
}

/* As Debian 13's journalctl prints them. */
static void bytes_that_are_no_text(void **state)
{
	static const struct {
		enum journal_output output;
		bool all;
		const char *text, *expected;
	} rows[] = {
		{ JOURNAL_SHORT, false, "a\tb", "id[5]: a        b\n" },
		{ JOURNAL_SHORT, true, "a\tb", "id[5]: a\tb\n" },
		{ JOURNAL_SHORT, false, "bad \xff\xfe utf8", "id[5]: [11B blob data]\n" },
		{ JOURNAL_SHORT, true, "bad \xff\xfe utf8", "id[5]: bad \xff\xfe utf8\n" },
		{ JOURNAL_SHORT, false, "c1\t\xc2\x9b", "id[5]: [12B blob data]\n" },
		{ JOURNAL_SHORT, false, "\xc3\xa4 \xc2\xa0", "id[5]: \xc3\xa4 \xc2\xa0\n" },
		{ JOURNAL_CAT, false, "bad \xff\xfe utf8", "bad \xff\xfe utf8\n" },
		{ JOURNAL_VERBOSE, false, "c1\t\xc2\x9b", "MESSAGE=[5B blob data]\n" },
		{ JOURNAL_VERBOSE, true, "c1\t\xc2\x9b", "MESSAGE=c1\t\xc2\x9b\n" },
		{ JOURNAL_EXPORT, false, "text", "MESSAGE=text\n\n" },
		{ JOURNAL_EXPORT, true, "b\xff", "MESSAGE\n\x02.......b\xff\n\n" },
		{ JOURNAL_JSON, false, "q\"\\/\t\xc3\xa4", "MESSAGE\":\"q\\\"\\\\/\\t\xc3\xa4\"}\n" },
		{ JOURNAL_JSON, true, "b\xff", "MESSAGE\":[98,255]}\n" },
		{ JOURNAL_JSON, false, "\xed\xa0\x80", "MESSAGE\":[237,160,128]}\n" },
		{ JOURNAL_JSON, false, "\x7f", "MESSAGE\":[127]}\n" },
		{ JOURNAL_JSON_PRETTY, false, "b\xff", "MESSAGE\" : [\n\t\t98,\n\t\t255\n\t]\n}\n" },
		{ JOURNAL_JSON_SSE, false, "x", "MESSAGE\":\"x\"}\n\n" },
	};
	CLEANUP_ARENA struct arena a = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *text = printed(&a, rows[i].output, rows[i].all, rows[i].text);

		if (!streq(text, rows[i].expected)) {
			fail_msg("row %zu: '%s'", i, text);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_that_are_no_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
