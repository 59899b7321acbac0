/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>

#include "base/str.h"

bool streq_null(const char *a, const char *b)
{
	return a == b || (a && b && streq(a, b));
}

const char *str_after_prefix(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) == 0 ? s + n : NULL;
}

void str_unescape_octal(char *s)
{
	char *out = s;

	for (; *s; s++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] && s[3]) {
			*out++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
			s += 3;
		} else {
			*out++ = *s;
		}
	}
	*out = '\0';
}

bool str_has_prefix(const char *s, const char *prefix)
{
	return str_after_prefix(s, prefix) != NULL;
}

bool str_has_suffix(const char *s, const char *suffix)
{
	size_t n = strlen(s);
	size_t m = strlen(suffix);

	return n >= m && streq(s + n - m, suffix);
}

int str_to_u64(const char *s, uint64_t *ret)
{
	uint64_t value = 0;

	if (*s == '\0' || strspn(s, "0123456789") != strlen(s)) {
		return -EINVAL;
	}
	for (; *s; s++) {
		if (__builtin_mul_overflow(value, (uint64_t)10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*s - '0'), &value)) {
			return -ERANGE;
		}
	}
	*ret = value;
	return 0;
}

int str_to_i64(const char *s, int64_t *ret)
{
	bool negative = *s == '-';
	uint64_t limit = negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
	uint64_t value;
	int r = str_to_u64(*s == '-' || *s == '+' ? s + 1 : s, &value);

	if (r < 0) {
		return r;
	}
	if (value > limit) {
		return -ERANGE;
	}
	*ret = negative ? (int64_t)(0 - value) : (int64_t)value;
	return 0;
}

void strbuf_free(struct strbuf *b)
{
	free(b->s);
	*b = (struct strbuf){0};
}

static void strbuf_reserve(struct strbuf *b, size_t n)
{
	size_t need;
	size_t cap = b->cap ? b->cap : 64;

	if (__builtin_add_overflow(b->n, n, &need) || need > SIZE_MAX / 4) {
		arena_out_of_memory();
	}
	need++;
	if (need <= b->cap) {
		return;
	}
	while (cap < need) {
		cap *= 2;
	}
	b->s = realloc(b->s, cap);
	if (!b->s) {
		arena_out_of_memory();
	}
	b->cap = cap;
}

void strbuf_add_n(struct strbuf *b, const void *bytes, size_t n)
{
	strbuf_reserve(b, n);
	if (n > 0) {
		memcpy(b->s + b->n, bytes, n);
	}
	b->n += n;
	b->s[b->n] = '\0';
}

void strbuf_add(struct strbuf *b, const char *s)
{
	strbuf_add_n(b, s, strlen(s));
}

void strbuf_add_char(struct strbuf *b, char c)
{
	strbuf_add_n(b, &c, 1);
}

void strbuf_addf(struct strbuf *b, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0) {
		arena_out_of_memory();
	}
	strbuf_reserve(b, (size_t)n);
	va_start(args, format);
	vsnprintf(b->s + b->n, (size_t)n + 1, format, args);
	va_end(args);
	b->n += (size_t)n;
}

void strbuf_add_json(struct strbuf *b, const char *s, size_t n)
{
	static const char from[] = "\b\f\n\r\t\"\\", to[] = "bfnrt\"\\";

	strbuf_add_char(b, '"');
	for (size_t i = 0; i < n; i++) {
		const char *special = s[i] ? strchr(from, s[i]) : NULL;

		if (special) {
			strbuf_addf(b, "\\%c", to[special - from]);
		} else if ((unsigned char)s[i] < ' ') {
			strbuf_addf(b, "\\u%04x", (unsigned char)s[i]);
		} else {
			strbuf_add_char(b, s[i]);
		}
	}
	strbuf_add_char(b, '"');
}

void strbuf_reset(struct strbuf *b)
{
	b->n = 0;
	if (b->s) {
		b->s[0] = '\0';
	}
}

const char *strbuf_text(const struct strbuf *b)
{
	return str_or_empty(b->s);
}

void strv_add(struct strv *l, struct arena *a, const char *s)
{
	*ARENA_PUSH(a, l->v, l->n, l->cap) = s;
}

bool strv_contains(const struct strv *l, const char *s)
{
	for (size_t i = 0; i < l->n; i++) {
		if (streq(l->v[i], s)) {
			return true;
		}
	}
	return false;
}

bool strv_add_unique(struct strv *l, struct arena *a, const char *s)
{
	if (strv_contains(l, s)) {
		return false;
	}
	strv_add(l, a, s);
	return true;
}

void strv_remove(struct strv *l, const char *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (!streq(l->v[i], s)) {
			l->v[kept++] = l->v[i];
		}
	}
	l->n = kept;
}

static int compare_strings(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

void strv_sort(struct strv *l)
{
	if (l->n > 1) {
		qsort(l->v, l->n, sizeof(*l->v), compare_strings);
	}
}

char *strv_join(const struct strv *l, struct arena *a, const char *sep)
{
	size_t n_sep = strlen(sep);
	size_t n = 1;
	char *text;
	char *end;

	for (size_t i = 0; i < l->n; i++) {
		n += strlen(l->v[i]) + n_sep;
	}
	text = end = arena_alloc(a, n);
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0) {
			end = mempcpy(end, sep, n_sep);
		}
		end = mempcpy(end, l->v[i], strlen(l->v[i]));
	}
	return text;
}

char **strv_to_argv(const struct strv *l, struct arena *a)
{
	char **argv = arena_new_n(a, char *, l->n + 1);

	for (size_t i = 0; i < l->n; i++) {
		argv[i] = (char *)l->v[i];
	}
	return argv;
}

void strv_split(struct strv *l, struct arena *a, const char *s, const char *seps)
{
	for (;;) {
		size_t n;

		s += strspn(s, seps);
		n = strcspn(s, seps);
		if (n == 0) {
			return;
		}
		strv_add(l, a, arena_strndup(a, s, n));
		s += n;
	}
}
