/* SPDX-License-Identifier: MIT */

/* Words: systemd.syntax(7), "Quoting". */

#include <errno.h>

#include "unit/utf8.h"
#include "unit/value.h"

#define BLANKS " \t\n\r"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The value of n digits of the base (8 or 16) at s, or -EINVAL. */
static int64_t escape_number(const char *s, size_t n, int base)
{
	int64_t value = 0;

	for (size_t i = 0; i < n; i++) {
		int digit = hex_digit(s[i]);

		if (digit < 0 || digit >= base) {
			return -EINVAL;
		}
		value = value * base + digit;
	}
	return value;
}

struct escape {
	char letter;
	char byte; /* what it stands for; 0: a code of so many hexadecimal digits */
	unsigned char n_digits;
};

static const struct escape escapes[] = {
	{.letter = 'a', .byte = '\a'},  {.letter = 'b', .byte = '\b'},  {.letter = 'f', .byte = '\f'},
	{.letter = 'n', .byte = '\n'},  {.letter = 'r', .byte = '\r'},  {.letter = 't', .byte = '\t'},
	{.letter = 'v', .byte = '\v'},  {.letter = '\\', .byte = '\\'}, {.letter = '"', .byte = '"'},
	{.letter = '\'', .byte = '\''}, {.letter = 's', .byte = ' '},   {.letter = 'x', .n_digits = 2},
	{.letter = 'u', .n_digits = 4}, {.letter = 'U', .n_digits = 8},
};

/* Resolves the escape whose text behind the backslash is s. Bytes of s used, or -EINVAL. */
static int unescape_one(const char *s, char buf[static 4], size_t *ret_n)
{
	int64_t code;

	for (size_t i = 0; i < ARRAY_SIZE(escapes); i++) {
		if (*s != escapes[i].letter) {
			continue;
		}
		buf[0] = escapes[i].byte;
		*ret_n = 1;
		if (escapes[i].n_digits == 0) {
			return 1;
		}
		code = escape_number(s + 1, escapes[i].n_digits, 16);
		if (code <= 0) {
			return -EINVAL;
		}
		if (*s == 'x') {
			buf[0] = (char)code;
			return 3;
		}
		*ret_n = code > UINT32_MAX ? 0 : utf8_encode((uint32_t)code, buf);
		if (*s == 'U' && !utf8_is_valid(buf, *ret_n)) {
			return -EINVAL;
		}
		return *ret_n > 0 ? 1 + escapes[i].n_digits : -EINVAL;
	}
	code = escape_number(s, 3, 8);
	if (code <= 0 || code > UINT8_MAX) {
		return -EINVAL;
	}
	buf[0] = (char)code;
	*ret_n = 1;
	return 3;
}

/* A word being taken. */
struct word {
	const char *p;
	unsigned flags;
	char quote; /* 0 outside of quotes */
	char *out;
	size_t n;
};

/* p is behind a backslash. 0, or -EINVAL. */
static int word_take_escape(struct word *w)
{
	size_t n = 0;
	int used;

	if (*w->p == '\0') {
		bool relaxed = w->flags & VALUE_WORD_RELAX;

		if ((w->flags & VALUE_WORD_UNESCAPE_RELAX) && (!w->quote || relaxed)) {
			w->out[w->n++] = '\\';
			return 0;
		}
		return relaxed ? 0 : -EINVAL;
	}
	if (!(w->flags & VALUE_WORD_CUNESCAPE)) {
		w->out[w->n++] = *w->p++;
		return 0;
	}
	used = unescape_one(w->p, w->out + w->n, &n);
	if (used > 0) {
		w->p += used;
		w->n += n;
		return 0;
	}
	if (!(w->flags & (VALUE_WORD_RELAX | VALUE_WORD_UNESCAPE_RELAX))) {
		return -EINVAL;
	}
	w->out[w->n++] = '\\';
	w->out[w->n++] = *w->p++;
	return 0;
}

/* Is c a quote that opens or closes here? Toggles it. */
static bool word_take_quote(struct word *w, char c)
{
	bool quotes = w->flags & (VALUE_WORD_UNQUOTE | VALUE_WORD_KEEP_QUOTES);

	if (w->quote ? c != w->quote : !quotes || (c != '\'' && c != '"')) {
		return false;
	}
	w->quote = w->quote ? '\0' : c;
	if (w->flags & VALUE_WORD_KEEP_QUOTES) {
		w->out[w->n++] = c;
	}
	return true;
}

static int word_take(struct word *w, const char *seps)
{
	int r;

	while (*w->p != '\0') {
		char c = *w->p;

		if (!w->quote && strchr(seps, c)) {
			return 0;
		}
		w->p++;
		if (word_take_quote(w, c)) {
			continue;
		}
		if (c == '\\' && !(w->flags & VALUE_WORD_RETAIN_ESCAPE)) {
			r = word_take_escape(w);
			if (r < 0) {
				return r;
			}
			continue;
		}
		w->out[w->n++] = c;
	}
	return w->quote && !(w->flags & VALUE_WORD_RELAX) ? -EINVAL : 0;
}

int value_next_word(const char **s, const char *seps, unsigned flags, struct arena *a, char **ret)
{
	struct word w = {.p = *s, .flags = flags};
	int r;

	if (!seps) {
		seps = BLANKS;
	}
	w.p += strspn(w.p, seps);
	if (*w.p == '\0') {
		*s = w.p;
		return 0;
	}
	/* no escape is shorter than what it stands for; four bytes more for the encoder */
	w.out = arena_alloc(a, strlen(w.p) + 5);
	r = word_take(&w, seps);
	if (r < 0) {
		return r;
	}
	w.out[w.n] = '\0';
	*s = w.p + strspn(w.p, seps);
	*ret = w.out;
	return 1;
}

int value_split_words(const char *s, unsigned flags, struct arena *a, struct strv *ret)
{
	char *word;
	int r;

	while ((r = value_next_word(&s, NULL, flags, a, &word)) > 0) {
		strv_add(ret, a, word);
	}
	return r;
}
