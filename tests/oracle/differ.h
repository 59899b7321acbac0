/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Differential tests of the parsers: the same input goes through ours and through the functions of a systemd 257 that is
 * not installed here but lies in a tree. The programs are run through that tree's own dynamic loader; see tests/oracle/differ.
 */

#include <stdio.h>

#include "base/str.h"

/* The function of libsystemd-shared, or the end of the program. */
void *differ_symbol(const char *name);
/* From here on, what systemd logs goes to a memory file; differ_take_log returns it since the last call (static storage). */
void differ_capture_log(void);
const char *differ_take_log(void);

/* A repeatable random number below n. */
unsigned differ_random(unsigned n);
void differ_seed(unsigned long seed);
/* Up to max random pieces one after another, in out (reset before). */
void differ_compose(struct strbuf *out, const char *const *pieces, size_t n_pieces, unsigned max);

/* Prints both sides and ends the program with 1 unless they are equal. */
void differ_expect(const char *what, const char *input, size_t n, const char *theirs, const char *ours);
