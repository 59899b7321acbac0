/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The lexer: systemd's dialect on top of libinih. src/unit/lex.c is the only file that knows libinih. Its rules are those of
 * systemd.syntax(7) as measured; the design is described in src/README.md.
 */

#include "base/arena.h"
#include "base/diag.h"

enum lex_kind {
	LEX_SECTION,		/* section */
	LEX_ASSIGNMENT,		/* section, key, value (both stripped, never NULL; value may be "") */
	LEX_OUTSIDE,		/* an assignment before any section: key, value; section NULL */
	LEX_NO_EQUALS,		/* a line without '=': value is the line */
	LEX_EMPTY_KEY,		/* "=value" */
};

struct lex_event {
	enum lex_kind kind;
	const char *section;
	const char *key;
	const char *value;
	unsigned line;		/* last physical line of the logical line, 1-based; one more where the text ends inside a continuation */
};

/* Called per event; strings live until it returns. Non-zero stops the lexing and is returned. */
typedef int lex_handler(void *context, const struct lex_event *event);

/*
 * Lexes a whole text of n bytes (text is changed while lexing; text[n] must be writable and is NUL). filename is for diagnostics only.
 * 0; the handler's value; -EBADMSG bad section header, -EINVAL invalid UTF-8, -ENOBUFS overlong line, -EPROTO libinih disagreed:
 * in these the whole file is refused and one DIAG_ERROR with the line is added.
 */
int lex_text(char *text, size_t n, const char *filename, lex_handler *handler, void *context, struct diag_list *diags);
