/* SPDX-License-Identifier: MIT */

/* Environment files: systemd.exec(5), EnvironmentFile=. */

#include <errno.h>

#include "unit/environment.h"
#include "unit/utf8.h"

#define BLANKS " \t\n\r"

/* What is read so far of one file. */
struct file_parser {
	const char *p;
	const char *end;
	const char *filename;
	struct arena *arena;
	struct strv assignments; /* the last of each name, valid or not */
	struct diag_list *diags;
	unsigned line;
	struct strbuf key;
	struct strbuf value;
	size_t kept; /* bytes of value that stripping must leave: up to the last quote, escape or
			non-blank */
};

static bool is_newline(char c)
{
	return c == '\n' || c == '\r';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || is_newline(c);
}

/* The next character, or -1 at the end. */
static int next(struct file_parser *f)
{
	if (f->p >= f->end) {
		return -1;
	}
	f->line += *f->p == '\n';
	return (unsigned char)*f->p++;
}

static int finish_assignment(struct file_parser *f)
{
	while (f->key.n > 0 && is_blank(f->key.s[f->key.n - 1])) {
		f->key.s[--f->key.n] = '\0';
	}
	if (f->value.n > f->kept) {
		f->value.s[f->value.n = f->kept] = '\0';
	}
	if (!utf8_is_valid(strbuf_text(&f->key), f->key.n)) {
		return diag_add(f->diags, DIAG_ERROR, -EINVAL, f->filename, f->line, NULL,
				"invalid UTF-8 in key '%s', ignoring.", strbuf_text(&f->key));
	}
	if (!utf8_is_valid(strbuf_text(&f->value), f->value.n)) {
		return diag_add(f->diags, DIAG_ERROR, -EINVAL, f->filename, f->line, NULL,
				"invalid UTF-8 value for key %s: '%s', ignoring.",
				strbuf_text(&f->key), strbuf_text(&f->value));
	}
	environment_put(
		&f->assignments, f->arena,
		arena_printf(f->arena, "%s=%s", strbuf_text(&f->key), strbuf_text(&f->value)));
	return 0;
}

static void add_kept(struct file_parser *f, char c)
{
	strbuf_add_char(&f->value, c);
	f->kept = f->value.n;
}

/* Behind a backslash outside of quotes: a newline joins, anything else is itself. */
static void take_bare_escape(struct file_parser *f)
{
	int c = next(f);

	f->kept = f->value.n;
	if (c >= 0 && !is_newline((char)c)) {
		add_kept(f, (char)c);
	}
}

static void take_single_quoted(struct file_parser *f)
{
	int c;

	while ((c = next(f)) >= 0 && c != '\'') {
		add_kept(f, (char)c);
	}
}

static void take_double_quoted(struct file_parser *f)
{
	int c;

	while ((c = next(f)) >= 0 && c != '"') {
		if (c != '\\') {
			add_kept(f, (char)c);
			continue;
		}
		c = next(f);
		if (c < 0) {
			return;
		}
		if (!strchr("\"\\`$\n", c)) {
			add_kept(f, '\\');
		}
		if (c != '\n') {
			add_kept(f, (char)c);
		}
	}
}

/*
 * The unquoted rest of a value from its first character on, to the end of the line. Quotes in it
 * are text.
 */
static void take_bare(struct file_parser *f, int c)
{
	for (; c >= 0 && !is_newline((char)c); c = next(f)) {
		if (c == '\\') {
			take_bare_escape(f);
		} else if (is_blank((char)c)) {
			strbuf_add_char(&f->value, (char)c);
		} else {
			add_kept(f, (char)c);
		}
	}
}

/* Quoted pieces, with blanks between them dropped, then perhaps an unquoted rest. */
static void take_value(struct file_parser *f)
{
	int c;

	while ((c = next(f)) >= 0 && !is_newline((char)c)) {
		if (c == '\'') {
			take_single_quoted(f);
		} else if (c == '"') {
			take_double_quoted(f);
		} else if (!is_blank((char)c)) {
			take_bare(f, c);
			return;
		}
	}
}

/* The key from its first character on, which may even be an '='. True if a (further) '=' ended it.
 */
static bool take_key(struct file_parser *f, int first)
{
	int c = first;

	do {
		strbuf_add_char(&f->key, (char)c);
		c = next(f);
	} while (c >= 0 && c != '=' && !is_newline((char)c));
	return c == '=';
}

static void skip_line(struct file_parser *f)
{
	int c;

	do {
		c = next(f);
	} while (c >= 0 && !is_newline((char)c));
}

static int parse_lines(struct file_parser *f)
{
	int r = 0;
	int c;

	while (r >= 0 && (c = next(f)) >= 0) {
		if (is_blank((char)c)) {
			continue;
		}
		if (c == '#' || c == ';') {
			skip_line(f);
			continue;
		}
		strbuf_reset(&f->key);
		strbuf_reset(&f->value);
		f->kept = 0;
		if (take_key(f, c)) {
			take_value(f);
			r = finish_assignment(f);
		}
	}
	return r;
}

static void put_valid(const struct file_parser *f, struct strv *env)
{
	for (size_t i = 0; i < f->assignments.n; i++) {
		const char *assignment = f->assignments.v[i];

		if (environment_assignment_is_valid(assignment)) {
			environment_put(env, f->arena, assignment);
		} else {
			diag_add(f->diags, DIAG_WARNING, -EINVAL, NULL, 0, NULL,
				 "Ignoring invalid environment assignment '%s': %s", assignment,
				 f->filename);
		}
	}
}

int environment_parse_file(const char *text, size_t n, const char *filename, struct arena *a,
			   struct strv *env, struct diag_list *diags)
{
	struct file_parser f = {
		.p = text,
		.end = text + n,
		.filename = filename,
		.arena = a,
		.diags = diags,
		.line = 1,
	};
	int r;

	if (memchr(text, '\0', n)) {
		return diag_add(diags, DIAG_ERROR, -EINVAL, filename, 0, NULL,
				"File contains a NUL byte");
	}
	r = parse_lines(&f);
	if (r >= 0) {
		put_valid(&f, env);
	}
	strbuf_free(&f.key);
	strbuf_free(&f.value);
	return r;
}
