/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * UTF-8 as systemd accepts it: shortest form only, up to U+10FFFF, no surrogates, no non-characters
 * (U+FDD0..U+FDEF, U+xxFFFE, U+xxFFFF).
 */

#include "base/str.h"

bool utf8_is_valid(const char *s, size_t n);
/* Valid, and without control characters (C0, DEL and C1) other than tab: what journalctl shows of a field. */
bool utf8_is_printable(const char *s, size_t n);
/* Appends s with U+FFFD in place of each byte that is not part of a valid sequence: for messages. */
void utf8_add_valid(struct strbuf *out, const char *s, size_t n);
/*
 * Writes the 1 to 4 bytes of a code point; returns their number, 0 above U+10FFFF. Surrogates are
 * written as they are.
 */
size_t utf8_encode(uint32_t code, char buf[static 4]);
