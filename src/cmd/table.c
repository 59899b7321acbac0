/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <ctype.h>
#include <stdio.h>

#include "base/str.h"
#include "glyph.h"

void table_add(struct table *t, const char *const *cells)
{
	struct table_row *row = ARENA_PUSH(t->arena, t->rows, t->n, t->cap);

	for (unsigned k = 0; k < t->n_columns; k++) {
		row->cells[k] = cells[k];
	}
}

static const char *cell_text(const char *cell)
{
	return cell ? cell : "-";
}

static void widen(const struct table *t, size_t *widths, const char *const *cells)
{
	for (unsigned k = 0; k < t->n_columns; k++) {
		size_t n = glyph_width(cell_text(cells[k]));

		if (n > widths[k]) {
			widths[k] = n;
		}
	}
}

static void print_row(const struct table *t, const size_t *widths, const char *const *cells)
{
	for (unsigned k = 0; k < t->n_columns; k++) {
		bool is_right = t->right & 1u << k, is_last = k + 1 == t->n_columns;
		const char *text = cell_text(cells[k]);
		int pad = (int)(widths[k] - glyph_width(text));

		printf("%s%*s%s%*s", k > 0 ? " " : "", is_right ? pad : 0, "", text,
		       is_right || is_last ? 0 : pad, "");
	}
	putchar('\n');
}

void table_print(const struct table *t, const char *const *heading)
{
	size_t widths[TABLE_COLUMNS] = { 0 };

	if (heading) {
		widen(t, widths, heading);
	}
	for (size_t i = 0; i < t->n; i++) {
		widen(t, widths, t->rows[i].cells);
	}
	if (heading) {
		print_row(t, widths, heading);
	}
	for (size_t i = 0; i < t->n; i++) {
		print_row(t, widths, t->rows[i].cells);
	}
}

/* ---- JSON ---- */

static void add_name(struct strbuf *out, const char *heading)
{
	for (const char *p = heading; *p; p++) {
		strbuf_add_char(out, *p == ' ' ? '_' : (char)tolower((unsigned char)*p));
	}
}

static void add_cell(struct strbuf *out, const struct table *t, unsigned column, const char *cell)
{
	if (!cell || t->numbers & 1u << column) {
		strbuf_add(out, cell ? cell : "null");
	} else {
		strbuf_add_json(out, cell, strlen(cell));
	}
}

/* The last cells of row i and of the `more` rows that continue it. */
static void add_array(struct strbuf *out, const struct table *t, size_t i, size_t more, bool pretty)
{
	for (size_t k = 0; k <= more; k++) {
		strbuf_add(out, k == 0 ? "[" : ",");
		strbuf_add(out, pretty ? "\n\t\t\t" : "");
		add_cell(out, t, t->n_columns - 1, t->rows[i + k].cells[t->n_columns - 1]);
	}
	strbuf_add(out, pretty ? "\n\t\t]" : "]");
}

static void add_object(struct strbuf *out, const struct table *t, const char *const *heading,
		       size_t i, size_t more, bool pretty)
{
	const char *separator = "{";

	for (unsigned k = 0; k < t->n_columns; k++) {
		if (heading[k][0] == ' ') {
			continue;
		}
		strbuf_addf(out, "%s%s\"", separator, pretty ? "\n\t\t" : "");
		add_name(out, heading[k]);
		strbuf_add(out, pretty ? "\" : " : "\":");
		if (more > 0 && k + 1 == t->n_columns) {
			add_array(out, t, i, more, pretty);
		} else {
			add_cell(out, t, k, t->rows[i].cells[k]);
		}
		separator = ",";
	}
	strbuf_add(out, pretty ? "\n\t}" : "}");
}

void table_print_json(const struct table *t, const char *const *heading, const char *form)
{
	CLEANUP_STRBUF struct strbuf out = {0};
	bool pretty = streq(form, "json-pretty");

	strbuf_add(&out, streq(form, "json-sse") ? "data: [" : streq(form, "json-seq") ? "\x1e[" : "[");
	for (size_t i = 0, more; i < t->n; i += more + 1) {
		for (more = 0; i + more + 1 < t->n && t->rows[i + more + 1].is_continuation; more++) {
		}
		strbuf_add(&out, i > 0 ? "," : "");
		strbuf_add(&out, pretty ? "\n\t" : "");
		add_object(&out, t, heading, i, more, pretty);
	}
	strbuf_add(&out, pretty && t->n > 0 ? "\n]\n" : "]\n");
	strbuf_add(&out, streq(form, "json-sse") ? "\n" : "");
	fwrite(out.s, 1, out.n, stdout);
}
