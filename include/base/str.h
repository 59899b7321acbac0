/* SPDX-License-Identifier: MIT */
#pragma once

/* Strings: questions, a growing buffer, and lists that live in an arena. */

#include <string.h>

#include "base/arena.h"
#include "base/macro.h"

static inline bool streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}
/* Equal, where NULL equals only NULL. */
bool streq_null(const char *a, const char *b);
/* The rest of s behind prefix, or NULL where s does not begin with it. */
const char *str_after_prefix(const char *s, const char *prefix);
/* Undoes "\040" and the like, as /proc/self/mountinfo and /proc/swaps write blanks (proc(5)); in place. */
void str_unescape_octal(char *s);
bool str_has_prefix(const char *s, const char *prefix);
bool str_has_suffix(const char *s, const char *suffix);
/* "" for NULL. */
static inline const char *str_or_empty(const char *s)
{
	return s ? s : "";
}
/* Parses a whole decimal number (no blanks, no sign for the unsigned form). 0, -EINVAL or -ERANGE. */
int str_to_u64(const char *s, uint64_t *ret);
int str_to_i64(const char *s, int64_t *ret);

/* A growing byte buffer on the heap; always NUL-terminated once something was added. */
struct strbuf {
	char *s;		/* owned; NULL while empty */
	size_t n;		/* bytes used, without the NUL */
	size_t cap;
};
void strbuf_free(struct strbuf *b);
#define CLEANUP_STRBUF CLEANUP(strbuf_free)
void strbuf_add(struct strbuf *b, const char *s);
void strbuf_add_n(struct strbuf *b, const void *bytes, size_t n);
void strbuf_add_char(struct strbuf *b, char c);
void strbuf_addf(struct strbuf *b, const char *format, ...) PRINTF(2, 3);
/* The n bytes as a JSON string, quotes included; bytes that are no UTF-8 stay as they are. */
void strbuf_add_json(struct strbuf *b, const char *s, size_t n);
/* Forgets the text, keeps the memory. */
void strbuf_reset(struct strbuf *b);
/* The text; "" while empty. */
const char *strbuf_text(const struct strbuf *b);

/* A list of strings. Strings and array live in the arena given to strv_add; v is never NULL-terminated. */
struct strv {
	const char **v;
	size_t n;
	size_t cap;
};
/* Adds the pointer itself (no copy). */
void strv_add(struct strv *l, struct arena *a, const char *s);
/* Adds the pointer unless an equal string is there; true if it was added. */
bool strv_add_unique(struct strv *l, struct arena *a, const char *s);
bool strv_contains(const struct strv *l, const char *s);
void strv_remove(struct strv *l, const char *s);
void strv_sort(struct strv *l);
/* Elements joined by sep, in the arena. */
char *strv_join(const struct strv *l, struct arena *a, const char *sep);
/* A NULL-terminated array of the same pointers, for execve. */
char **strv_to_argv(const struct strv *l, struct arena *a);
/* Splits at any of the characters in seps, drops empty pieces; copies into the arena. */
void strv_split(struct strv *l, struct arena *a, const char *s, const char *seps);
#define STRV_FOREACH(s, l) \
	for (size_t _i_##s = 0; _i_##s < (l)->n; _i_##s++) \
		for (const char *s = (l)->v[_i_##s], *_o_##s = ""; _o_##s; _o_##s = NULL)
