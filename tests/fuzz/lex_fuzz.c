/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "base/str.h"
#include "fuzz.h"
#include "unit/lex.h"
#include "unit/utf8.h"

struct seen {
	unsigned line;
	bool in_section;
	struct strbuf written; /* the events written as a unit file again, in the simplest form */
};

static bool is_stripped(const char *s)
{
	size_t n = strlen(s);

	return n == 0 || (!strchr(" \t\r\n", s[0]) && !strchr(" \t\r\n", s[n - 1]));
}

static int check_event(void *context, const struct lex_event *e)
{
	struct seen *seen = context;

	FUZZ_CHECK(e->line >= 1 && e->line > seen->line);
	seen->line = e->line;
	if (e->kind == LEX_SECTION) {
		FUZZ_CHECK(e->section && !strpbrk(e->section, "\"'\\\n"));
		seen->in_section = true;
		strbuf_addf(&seen->written, "[%s]\n", e->section);
		return 0;
	}
	FUZZ_CHECK((e->kind == LEX_OUTSIDE) == !seen->in_section);
	FUZZ_CHECK(!e->section == !seen->in_section);
	FUZZ_CHECK(e->key && e->value && is_stripped(e->key) && is_stripped(e->value));
	FUZZ_CHECK(utf8_is_valid(e->key, strlen(e->key)) &&
		   utf8_is_valid(e->value, strlen(e->value)));
	FUZZ_CHECK(!strchr(e->key, '=') && !strpbrk(e->value, "\r\n"));
	FUZZ_CHECK(e->kind != LEX_ASSIGNMENT || e->key[0] != '\0');
	FUZZ_CHECK(e->kind != LEX_NO_EQUALS || (e->key[0] == '\0' && !strchr(e->value, '=')));
	FUZZ_CHECK(e->kind != LEX_EMPTY_KEY || e->key[0] == '\0');
	if (e->kind == LEX_ASSIGNMENT) {
		strbuf_addf(&seen->written, "%s=%s\n", e->key, e->value);
	}
	return 0;
}

static int lex_copy(const char *text, size_t n, struct seen *seen, struct diag_list *diags)
{
	char *copy = malloc(n + 1);
	int r;

	if (n > 0) {
		memcpy(copy, text, n);
	}
	copy[n] = '\0';
	r = lex_text(copy, n, "fuzz", check_event, seen, diags);
	free(copy);
	return r;
}

static unsigned count_line_ends(const uint8_t *data, size_t size)
{
	unsigned n = 0;

	for (size_t i = 0; i < size; i++) {
		n += data[i] == '\n' || data[i] == '\r' || data[i] == '\0';
	}
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_ARENA struct arena a = {0};
	struct diag_list diags = {.arena = &a};
	struct seen first = {0};
	struct seen again = {0};
	int r = lex_copy((const char *)data, size, &first, &diags);

	FUZZ_CHECK(r == 0 || r == -EBADMSG || r == -EINVAL || r == -ENOBUFS);
	FUZZ_CHECK(diags.n == (r < 0));
	/* the last line without an end, and the one that a continuation at the end counts beyond it
	 */
	FUZZ_CHECK(first.line <= count_line_ends(data, size) + 2);
	/* what was understood, written plainly, is understood the same way, unless a key looks like
	 * something else at a line's start */
	if (r == 0 && !memchr(data, '\\', size) && !memmem(data, size, "\xEF\xBB\xBF", 3)) {
		FUZZ_CHECK(lex_copy(strbuf_text(&first.written), first.written.n, &again, NULL) ==
			   0);
		FUZZ_CHECK(streq(strbuf_text(&first.written), strbuf_text(&again.written)));
	}
	strbuf_free(&first.written);
	strbuf_free(&again.written);
	return 0;
}
