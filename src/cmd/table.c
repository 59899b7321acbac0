/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <stdio.h>

#include "glyph.h"

void table_add(struct table *t, const char *const *cells)
{
	struct table_row *row = ARENA_PUSH(t->arena, t->rows, t->n, t->cap);

	for (unsigned k = 0; k < t->n_columns; k++) {
		row->cells[k] = cells[k] ? cells[k] : "-";
	}
}

static void widen(const struct table *t, size_t *widths, const char *const *cells)
{
	for (unsigned k = 0; k < t->n_columns; k++) {
		size_t n = glyph_width(cells[k]);

		if (n > widths[k]) {
			widths[k] = n;
		}
	}
}

static void print_row(const struct table *t, const size_t *widths, const char *const *cells,
		      const char *indent)
{
	fputs(indent, stdout);
	for (unsigned k = 0; k < t->n_columns; k++) {
		bool is_right = t->right & 1u << k, is_last = k + 1 == t->n_columns;
		int pad = (int)(widths[k] - glyph_width(cells[k]));

		printf("%s%*s%s%*s", k > 0 ? " " : "", is_right ? pad : 0, "", cells[k],
		       is_right || is_last ? 0 : pad, "");
	}
	putchar('\n');
}

void table_print(const struct table *t, const char *const *heading, const char *indent)
{
	size_t widths[TABLE_COLUMNS] = { 0 };

	if (heading) {
		widen(t, widths, heading);
	}
	for (size_t i = 0; i < t->n; i++) {
		widen(t, widths, t->rows[i].cells);
	}
	if (heading) {
		print_row(t, widths, heading, indent);
	}
	for (size_t i = 0; i < t->n; i++) {
		print_row(t, widths, t->rows[i].cells, indent);
	}
}
