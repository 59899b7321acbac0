/* SPDX-License-Identifier: MIT */
#include "unit/utf8.h"

static bool is_character(uint32_t code)
{
	if (code >= 0xD800 && code <= 0xDFFF) {
		return false;
	}
	if (code >= 0xFDD0 && code <= 0xFDEF) {
		return false;
	}
	return (code & 0xFFFE) != 0xFFFE && code <= 0x10FFFF;
}

/*
 * The length of the sequence that a first byte announces, its own bits, and the least code point of
 * that length.
 */
static size_t first_byte(unsigned char c, uint32_t *ret_bits, uint32_t *ret_least)
{
	if (c >= 0xC2 && c <= 0xDF) {
		*ret_bits = c & 0x1F;
		*ret_least = 0x80;
		return 2;
	}
	if ((c & 0xF0) == 0xE0) {
		*ret_bits = c & 0x0F;
		*ret_least = 0x800;
		return 3;
	}
	if (c >= 0xF0 && c <= 0xF4) {
		*ret_bits = c & 0x07;
		*ret_least = 0x10000;
		return 4;
	}
	return 0;
}

/* The length of the sequence at s, or 0 if it is invalid. */
static size_t sequence_length(const unsigned char *s, size_t n)
{
	uint32_t code = 0;
	uint32_t least = 0;
	size_t length;

	if (s[0] < 0x80) {
		return 1;
	}
	length = first_byte(s[0], &code, &least);
	if (length == 0 || length > n) {
		return 0;
	}
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xC0) != 0x80) {
			return 0;
		}
		code = code << 6 | (s[i] & 0x3F);
	}
	return code >= least && is_character(code) ? length : 0;
}

bool utf8_is_valid(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t i = 0;

	while (i < n) {
		size_t length = sequence_length(s + i, n - i);

		if (length == 0) {
			return false;
		}
		i += length;
	}
	return true;
}

/* C1, U+0080 to U+009F, is C2 80 to C2 9F. */
static bool is_control(const unsigned char *s, size_t n)
{
	return (s[0] < ' ' && s[0] != '\t') || s[0] == 0x7F || (s[0] == 0xC2 && n > 1 && s[1] < 0xA0);
}

bool utf8_is_printable(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;

	for (size_t i = 0; i < n; i++) {
		if (is_control(s + i, n - i)) {
			return false;
		}
	}
	return utf8_is_valid(text, n);
}

void utf8_add_valid(struct strbuf *out, const char *s, size_t n)
{
	size_t i = 0;

	while (i < n) {
		size_t length = sequence_length((const unsigned char *)s + i, n - i);

		if (length == 0) {
			strbuf_add(out, "\xEF\xBF\xBD");
			i++;
			continue;
		}
		strbuf_add_n(out, s + i, length);
		i += length;
	}
}

size_t utf8_encode(uint32_t code, char buf[static 4])
{
	static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
	size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	if (code > 0x10FFFF) {
		return 0;
	}
	if (code < 0x80) {
		buf[0] = (char)code;
		return 1;
	}
	for (size_t i = n - 1; i > 0; i--) {
		buf[i] = (char)(0x80 | (code & 0x3F));
		code >>= 6;
	}
	buf[0] = (char)(lead[n] | code);
	return n;
}
