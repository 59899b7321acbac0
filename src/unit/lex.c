/* SPDX-License-Identifier: MIT */

/*
 * The reader (lex_read) turns systemd's dialect into lines that libinih cannot misread, libinih
 * tokenizes them, and the handler (lex_take) puts the events together again. What libinih is fed:
 *
 *     KEY=VALUE            a line that fits into its buffer, as it is
 *     KEY=PART<more>       a longer value: its first part,
 *     <go on>=<start>PART<more>  … its middle parts and its last (without <more>)
 *     <key>=<start>PART    part of a key that does not fit itself, before …
 *     <long>=VALUE         … its value
 *     <bare>=LINE          a line without '='
 *     [NAME] <section>=    a section header, and a line that makes it visible if nothing follows
 *
 * Bytes that never occur in UTF-8 stand for the marks, and for the characters that mean something
 * to libinih and nothing to systemd.
 */

#include <errno.h>
#include <ini.h>

#include "base/str.h"
#include "unit/lex.h"
#include "unit/utf8.h"

#define BLANKS " \t\r\n"
#define LINE_LIMIT ((size_t)1024 * 1024)
#define BOM "\xEF\xBB\xBF"
/* libinih keeps 49 bytes of a section's name (INI_MAX_SECTION of its oldest releases) */
#define SECTION_FED 40
/* a buffer that holds a section header and the parts of any line */
#define ROOM_LEAST 80

#define MARK_MORE '\xFF'
#define MARK_START '\xFE'
#define NAME_GO_ON "\xFDg"
#define NAME_KEY "\xFDk"
#define NAME_LONG "\xFDl"
#define NAME_BARE "\xFDn"
#define NAME_SECTION "\xFDs"

struct lex {
	/* where the reader is */
	char *text;
	size_t n;
	size_t at;
	unsigned line;
	bool started;
	bool bom_seen;
	/* the logical line it holds */
	char *logical;
	size_t logical_n;
	/* what is still to be fed of it: parts of a key, then name=rest */
	const char *key_rest;
	size_t key_rest_n;
	const char *name;
	size_t name_n;
	const char *rest;
	size_t rest_n;
	bool feeding;
	bool first;
	bool section_mark;
	/* the handler's side */
	const char *section; /* NULL before the first header */
	struct strbuf section_buf;
	struct strbuf key;
	struct strbuf value;
	bool joining;
	bool bare;
	bool long_key;
	/* shared */
	int error;
	const char *filename;
	lex_handler *handler;
	void *context;
	struct diag_list *diags;
};

static char to_spare(char c)
{
	switch (c) {
	case ';':
		return '\xC0';
	case ':':
		return '\xC1';
	case '#':
		return '\xF5';
	case ']':
		return '\xF6';
	case '\v':
		return '\xF7';
	case '\f':
		return '\xF8';
	default:
		return c;
	}
}

static char from_spare(char c)
{
	switch ((unsigned char)c) {
	case 0xC0:
		return ';';
	case 0xC1:
		return ':';
	case 0xF5:
		return '#';
	case 0xF6:
		return ']';
	case 0xF7:
		return '\v';
	case 0xF8:
		return '\f';
	default:
		return c;
	}
}

/* ---- physical and logical lines ---- */

static unsigned end_kind(char c)
{
	switch (c) {
	case '\0':
		return 1;
	case '\n':
		return 2;
	case '\r':
		return 4;
	default:
		return 0;
	}
}

/*
 * The next physical line without its end: LF, CR, NUL, or a run of different ones that a NUL
 * closes. 1, 0 at the end, -ENOBUFS.
 */
static int lex_next_physical(struct lex *l, char **ret, size_t *ret_n)
{
	size_t start = l->at;
	size_t i = start;
	unsigned seen = 0;

	if (start >= l->n) {
		return 0;
	}
	while (i < l->n && end_kind(l->text[i]) == 0) {
		i++;
	}
	if (i - start >= LINE_LIMIT) {
		/* reported, as systemd does, at the last line that could be read */
		return diag_add(l->diags, DIAG_ERROR, -ENOBUFS, l->filename, l->line, NULL,
				"Line too long");
	}
	l->line++;
	*ret = l->text + start;
	*ret_n = i - start;
	while (i < l->n && !(seen & 1)) {
		unsigned kind = end_kind(l->text[i]);

		if (kind == 0 || (seen & kind)) {
			break;
		}
		seen |= kind;
		i++;
	}
	l->at = i;
	return 1;
}

static bool is_comment(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && (s[i] == ' ' || s[i] == '\t')) {
		i++;
	}
	return i < n && (s[i] == '#' || s[i] == ';');
}

static bool ends_in_backslash(const char *s, size_t n)
{
	size_t backslashes = 0;

	while (backslashes < n && s[n - 1 - backslashes] == '\\') {
		backslashes++;
	}
	return backslashes % 2 == 1;
}

/* Joins physical lines in place into l->logical, NUL-terminated. 1, 0 at the end, -ENOBUFS. */
static int lex_next_logical(struct lex *l)
{
	bool continues = false;
	char *s = l->text;
	size_t n = 0;
	int r;

	while ((r = lex_next_physical(l, &s, &n)) > 0) {
		if (is_comment(s, n)) {
			continue;
		}
		if (!l->bom_seen && n >= 3 && memcmp(s, BOM, 3) == 0) {
			l->bom_seen = true;
			s += 3;
			n -= 3;
		}
		if (!continues) {
			l->logical = s;
			l->logical_n = 0;
		}
		if (l->logical_n + n > LINE_LIMIT) {
			return diag_add(l->diags, DIAG_ERROR, -ENOBUFS, l->filename, l->line, NULL,
					"Continuation line too long");
		}
		memmove(l->logical + l->logical_n, s, n);
		l->logical_n += n;
		l->logical[l->logical_n] = '\0';
		if (!ends_in_backslash(l->logical, l->logical_n)) {
			return 1;
		}
		l->logical[l->logical_n - 1] = ' ';
		continues = true;
	}
	if (r == 0 && continues) {
		/* systemd counts a line beyond the end here, and its messages are the measure */
		l->line++;
		return 1;
	}
	return r;
}

static void lex_strip_logical(struct lex *l)
{
	size_t skip = strspn(l->logical, BLANKS);

	l->logical += skip;
	l->logical_n -= skip;
	while (l->logical_n > 0 && strchr(BLANKS, l->logical[l->logical_n - 1])) {
		l->logical_n--;
	}
	l->logical[l->logical_n] = '\0';
}

/* ---- the reader: what libinih is fed ---- */

/* Appends mapped bytes at out[at]; the caller has made sure of the room. */
static size_t put(char *out, size_t at, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		out[at + i] = to_spare(s[i]);
	}
	return at + n;
}

static char *finish_line(char *out, size_t at)
{
	out[at] = '\n';
	out[at + 1] = '\0';
	return out;
}

/* NAME=[<start>]PART[<more>] with as much of *rest as fits into room bytes; *rest moves on. */
static char *feed_part(char *out, size_t room, const char *name, size_t name_n, bool start_mark,
		       const char **rest, size_t *rest_n)
{
	size_t space = room - 2 - name_n - 3;
	size_t n = *rest_n < space ? *rest_n : space;
	size_t at = 0;

	/* name may hold marks, which put() leaves alone */
	at = put(out, at, name, name_n);
	out[at++] = '=';
	if (start_mark) {
		out[at++] = MARK_START;
	}
	at = put(out, at, *rest, n);
	*rest += n;
	*rest_n -= n;
	if (*rest_n > 0) {
		out[at++] = MARK_MORE;
	}
	return finish_line(out, at);
}

static char *feed_next(struct lex *l, char *out, size_t room)
{
	char *line;

	if (l->key_rest_n > 0) {
		return feed_part(out, room, NAME_KEY, strlen(NAME_KEY), true, &l->key_rest,
				 &l->key_rest_n);
	}
	if (l->first) {
		l->first = false;
		line = feed_part(out, room, l->name, l->name_n, false, &l->rest, &l->rest_n);
	} else {
		line = feed_part(out, room, NAME_GO_ON, strlen(NAME_GO_ON), true, &l->rest,
				 &l->rest_n);
	}
	l->feeding = l->rest_n > 0;
	return line;
}

static int lex_refuse_header(struct lex *l, const char *what)
{
	return diag_add(l->diags, DIAG_ERROR, -EBADMSG, l->filename, l->line, NULL, "%s '%s'", what,
			l->logical);
}

static bool is_safe_name(const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < ' ' || *s == 0x7F || strchr("\"'\\", *s)) {
			return false;
		}
	}
	return true;
}

static char *feed_section(struct lex *l, char *out)
{
	size_t n = l->logical_n - 2;
	size_t at = 1;

	if (l->logical_n < 2 || l->logical[l->logical_n - 1] != ']') {
		l->error = lex_refuse_header(l, "Invalid section header");
		return NULL;
	}
	l->logical[l->logical_n - 1] = '\0';
	if (!is_safe_name(l->logical + 1)) {
		l->logical[l->logical_n - 1] = ']';
		l->error = lex_refuse_header(l, "Bad characters in section header");
		return NULL;
	}
	strbuf_reset(&l->section_buf);
	strbuf_add_n(&l->section_buf, l->logical + 1, n);
	l->section = strbuf_text(&l->section_buf);
	l->section_mark = true;
	out[0] = '[';
	at = put(out, at, l->logical + 1, n < SECTION_FED ? n : SECTION_FED);
	out[at++] = ']';
	return finish_line(out, at);
}

/* Sets up the feeding of a line that does not fit into room, or that has no '='. */
static char *feed_in_parts(struct lex *l, const char *equals, char *out, size_t room)
{
	l->feeding = true;
	l->first = true;
	if (!equals) {
		l->name = NAME_BARE;
		l->name_n = strlen(NAME_BARE);
		l->rest = l->logical;
		l->rest_n = l->logical_n;
		return feed_next(l, out, room);
	}
	l->name = l->logical;
	l->name_n = (size_t)(equals - l->logical);
	l->rest = equals + 1 + strspn(equals + 1, BLANKS);
	l->rest_n = l->logical_n - (size_t)(l->rest - l->logical);
	if (l->name_n > room / 2) {
		while (strchr(BLANKS, l->name[l->name_n - 1])) {
			l->name_n--;
		}
		l->key_rest = l->name;
		l->key_rest_n = l->name_n;
		l->name = NAME_LONG;
		l->name_n = strlen(NAME_LONG);
	}
	return feed_next(l, out, room);
}

static int lex_refuse_text(struct lex *l)
{
	CLEANUP_STRBUF struct strbuf shown = {0};

	utf8_add_valid(&shown, l->logical, l->logical_n);
	return diag_add(l->diags, DIAG_ERROR, -EINVAL, l->filename, l->line, NULL,
			"String is not UTF-8 clean, ignoring assignment: %s", strbuf_text(&shown));
}

static char *feed_line(struct lex *l, char *out, size_t room)
{
	const char *equals;

	if (!utf8_is_valid(l->logical, l->logical_n)) {
		l->error = lex_refuse_text(l);
		return NULL;
	}
	if (l->logical[0] == '[') {
		return feed_section(l, out);
	}
	equals = strchr(l->logical, '=');
	if (equals && l->logical_n + 2 <= room) {
		return finish_line(out, put(out, 0, l->logical, l->logical_n));
	}
	return feed_in_parts(l, equals, out, room);
}

/* libinih's fgets(): one line of at most room bytes, newline and NUL included. */
static char *lex_read(char *out, int room, void *stream)
{
	struct lex *l = stream;
	int r;

	if (l->error != 0) {
		return NULL;
	}
	if (room < ROOM_LEAST) {
		l->error = -EPROTO;
		return NULL;
	}
	if (!l->started) {
		/* libinih would take a BOM off the first line */
		l->started = true;
		return finish_line(out, 0);
	}
	if (l->section_mark) {
		l->section_mark = false;
		return finish_line(out, put(out, 0, NAME_SECTION "=", strlen(NAME_SECTION) + 1));
	}
	if (l->feeding) {
		return feed_next(l, out, (size_t)room);
	}
	while ((r = lex_next_logical(l)) > 0) {
		lex_strip_logical(l);
		if (l->logical_n > 0) {
			return feed_line(l, out, (size_t)room);
		}
	}
	l->error = r;
	return NULL;
}

/* ---- the handler: from libinih's pairs to events ---- */

/* Adds a piece to b; true if more follows. */
static bool join(struct strbuf *b, const char *s)
{
	size_t n = strlen(s);
	bool more = n > 0 && s[n - 1] == MARK_MORE;

	if (more) {
		n--;
	}
	if (n > 0 && *s == MARK_START) {
		s++;
		n--;
	}
	strbuf_add_n(b, s, n);
	for (size_t i = b->n - n; i < b->n; i++) {
		b->s[i] = from_spare(b->s[i]);
	}
	return more;
}

static int lex_emit(struct lex *l)
{
	struct lex_event e = {
		.kind = LEX_ASSIGNMENT,
		.section = l->section,
		.key = strbuf_text(&l->key),
		.value = strbuf_text(&l->value),
		.line = l->line,
	};

	if (!l->section) {
		e.kind = LEX_OUTSIDE;
	} else if (l->bare) {
		e.kind = LEX_NO_EQUALS;
	} else if (e.key[0] == '\0') {
		e.kind = LEX_EMPTY_KEY;
	}
	return l->handler(l->context, &e);
}

static int lex_take_section(struct lex *l, const char *fed)
{
	struct lex_event e = {.kind = LEX_SECTION, .section = l->section, .line = l->line};
	size_t n = strlen(fed);

	if (!l->section || n > strlen(l->section)) {
		return -EPROTO;
	}
	for (size_t i = 0; i < n; i++) {
		if (from_spare(fed[i]) != l->section[i]) {
			return -EPROTO;
		}
	}
	return l->handler(l->context, &e);
}

static int lex_take_value(struct lex *l, const char *value)
{
	l->joining = join(&l->value, value);
	return l->joining ? 0 : lex_emit(l);
}

static int lex_take_pair(struct lex *l, const char *section, const char *name, const char *value)
{
	if (streq(name, NAME_SECTION)) {
		return lex_take_section(l, section);
	}
	if (streq(name, NAME_GO_ON)) {
		return l->joining ? lex_take_value(l, value) : -EPROTO;
	}
	if (l->joining) {
		return -EPROTO;
	}
	if (!l->long_key) {
		strbuf_reset(&l->key);
	}
	if (streq(name, NAME_KEY)) {
		l->long_key = true;
		join(&l->key, value);
		return 0;
	}
	strbuf_reset(&l->value);
	l->bare = streq(name, NAME_BARE);
	if (!l->bare && !l->long_key) {
		join(&l->key, name);
	}
	l->long_key = false;
	return lex_take_value(l, value);
}

static int lex_take(void *user, const char *section, const char *name, const char *value)
{
	struct lex *l = user;

	if (l->error == 0) {
		l->error = lex_take_pair(l, section, name, value ? value : "");
	}
	return 1;
}

int lex_text(char *text, size_t n, const char *filename, lex_handler *handler, void *context,
	     struct diag_list *diags)
{
	struct lex l = {
		.text = text,
		.n = n,
		.filename = filename,
		.handler = handler,
		.context = context,
		.diags = diags,
	};
	int r = ini_parse_stream(lex_read, &l, lex_take, &l);

	if (l.error == 0 && (r != 0 || l.joining)) {
		l.error = r == -2 ? -ENOMEM : -EPROTO;
	}
	if (l.error == -EPROTO) {
		diag_add(diags, DIAG_ERROR, -EPROTO, filename, l.line, NULL,
			 "The tokenizer disagrees about this line");
	}
	strbuf_free(&l.section_buf);
	strbuf_free(&l.key);
	strbuf_free(&l.value);
	return l.error;
}
