/* SPDX-License-Identifier: MIT */

/* What has no effect is said in the manual, and what the manual says is so: the table of directives
 * and the section of the page are one text. */

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "base/io.h"
#include "unit/directive.h"

#define PAGE "man/soloctl.7"
#define LINE_MAX_WIDTH 90
#define GROUPS_MAX 16

/* Where each group of rows is met first. */
static const struct {
	enum unit_type type;
	const char *section;
} sections[] = {
	{ UNIT_SERVICE, "Unit" },	 { UNIT_SERVICE, "Install" }, { UNIT_SERVICE, "Service" },
	{ UNIT_SOCKET, "Socket" },	 { UNIT_TIMER, "Timer" },     { UNIT_PATH, "Path" },
	{ UNIT_MOUNT, "Mount" },	 { UNIT_SWAP, "Swap" },	      { UNIT_AUTOMOUNT, "Automount" },
	{ UNIT_SCOPE, "Scope" },	 { UNIT_SLICE, "Slice" },
};

static bool is_vain(const struct directive *d)
{
	return d->effect == DIRECTIVE_NO_EFFECT;
}

/* ".Ql A= , B=" in lines that are not too long. */
static void add_names(struct strbuf *out, const struct directive_group *g, const char *note)
{
	size_t width = 0;

	for (size_t i = 0; i < g->n; i++) {
		const struct directive *d = &g->rows[i];

		if (!is_vain(d) || !streq(d->note, note)) {
			continue;
		}
		if (width == 0 || width + strlen(d->name) > LINE_MAX_WIDTH) {
			strbuf_addf(out, "%s.Ql %s=", width ? " ,\n" : "", d->name);
			width = 0;
		} else {
			strbuf_addf(out, " , %s=", d->name);
		}
		width += strlen(d->name) + 4;
	}
	strbuf_add(out, "\n");
}

static void add_group(struct strbuf *out, const struct directive_group *g, struct arena *a)
{
	struct strv notes = { 0 };

	for (size_t i = 0; i < g->n; i++) {
		if (is_vain(&g->rows[i])) {
			strv_add_unique(&notes, a, g->rows[i].note);
		}
	}
	if (notes.n == 0) {
		return;
	}
	strv_sort(&notes);
	strbuf_addf(out, ".Ss %s\n.Bl -tag -width Ds\n", g->man);
	STRV_FOREACH(note, &notes)
	{
		strbuf_addf(out, ".It %s\n", note);
		add_names(out, g, note);
	}
	strbuf_add(out, ".El\n");
}

static void the_page_lists_what_has_no_effect(void **state)
{
	CLEANUP_ARENA struct arena a = { 0 };
	CLEANUP_STRBUF struct strbuf wanted = { 0 };
	const struct directive_group *seen[GROUPS_MAX];
	size_t n_seen = 0;
	const char *begin, *end;
	char *page;

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		const struct directive_group *groups[6];
		size_t n = directive_groups(sections[i].type, sections[i].section, groups);

		for (size_t g = 0; g < n; g++) {
			bool is_new = true;

			for (size_t k = 0; k < n_seen; k++) {
				is_new = is_new && seen[k] != groups[g];
			}
			if (is_new) {
				assert_true(n_seen < GROUPS_MAX);
				seen[n_seen++] = groups[g];
				add_group(&wanted, groups[g], &a);
			}
		}
	}
	assert_int_equal(io_read_file(AT_FDCWD, PAGE, 1 << 20, &a, &page, NULL), 0);
	begin = strstr(page, "\n.Ss systemd.");
	end = begin ? strstr(begin, "\n.Sh ") : NULL;
	assert_non_null(end);
	begin++;
	end++;
	if ((size_t)(end - begin) != wanted.n || memcmp(begin, wanted.s, wanted.n) != 0) {
		/* cmocka's own words are cut. */
		puts(wanted.s);
		fail_msg("this belongs into " PAGE ", SETTINGS WITHOUT EFFECT");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_lists_what_has_no_effect),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
