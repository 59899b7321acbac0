/* SPDX-License-Identifier: MIT */
#pragma once

/* Lists in columns: each as wide as its widest cell, one blank between, nothing behind the last. */

#include "base/arena.h"

#define TABLE_COLUMNS 8

struct table {
	struct arena *arena;
	unsigned n_columns;
	unsigned right; /* bit per column that is aligned to the right */
	struct table_row {
		const char *cells[TABLE_COLUMNS];
		uint64_t key;	      /* for who sorts; 0 */
		size_t index;	      /* likewise */
		bool is_continuation; /* belongs to the row before it */
	} * rows;
	size_t n, cap;
};

/* Adds a row; cells are not copied. NULL is "-". */
void table_add(struct table *t, const char *const *cells);
/* Prints it; heading may be NULL. Every line begins with indent. */
void table_print(const struct table *t, const char *const *heading, const char *indent);
