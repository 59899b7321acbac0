/* SPDX-License-Identifier: MIT */
#pragma once

/* Sets of processors and of memory nodes, and which of the former belong to which of the latter: CPUAffinity=, NUMAMask=. */

#include "base/str.h"

#define NUMBER_SET_BITS 8192
#define NUMBER_SET_WORD (8 * sizeof(unsigned long))

struct number_set {
	unsigned long bits[NUMBER_SET_BITS / NUMBER_SET_WORD];	/* as the kernel wants them */
};

static inline bool number_set_has(const struct number_set *s, size_t i)
{
	return i < NUMBER_SET_BITS && (s->bits[i / NUMBER_SET_WORD] >> i % NUMBER_SET_WORD & 1);
}
/* Adds "3", "0-7" …; what is no such word, or beyond the size of a set, adds nothing. */
void number_set_add(struct number_set *s, const struct strv *words);
size_t number_set_count(const struct number_set *s);

/* The words of all memory nodes that the kernel knows; "0" where it does not say. */
void numa_add_all_nodes(struct arena *a, struct strv *ret);
/* Adds the processors of the nodes. -ENOENT: there is no such node; -errno. */
int numa_add_processors(const struct strv *nodes, struct number_set *processors);
