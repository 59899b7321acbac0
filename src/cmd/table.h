/* SPDX-License-Identifier: MIT */
#pragma once

/* Lists: in columns, each as wide as its widest cell, one blank between, nothing behind the last; or as JSON. */

#include "base/arena.h"

#define TABLE_COLUMNS 8

struct table {
	struct arena *arena;
	unsigned n_columns;
	unsigned right;	  /* bit per column that is aligned to the right */
	unsigned numbers; /* bit per column that holds JSON of its own: numbers, true, false */
	struct table_row {
		const char *cells[TABLE_COLUMNS];
		uint64_t key;	      /* for who sorts; 0 */
		size_t index;	      /* likewise */
		bool is_continuation; /* belongs to the row before it */
	} * rows;
	size_t n, cap;
};

/* Adds a row; cells are not copied. NULL is "-", and null in JSON. */
void table_add(struct table *t, const char *const *cells);
/* Prints it in columns; heading may be NULL. */
void table_print(const struct table *t, const char *const *heading);
/*
 * Prints it as an array of objects, whose members are called as the heading says, in small letters; columns without a heading are left out. The
 * last cell of a row that others continue is an array. form: "json", "json-pretty", "json-sse" or "json-seq".
 */
void table_print_json(const struct table *t, const char *const *heading, const char *form);
