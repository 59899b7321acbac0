/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <stdio.h>

#include "list.h"
#include "status.h"
#include "triggers.h"

typedef void row_adder(struct cmd *c, const struct cmd_unit *cu, const char *activates, struct table *t);

#define TIMER_UNIT_COLUMN 4

/* "12345" listens on all addresses. */
static const char *port_text(struct cmd *c, const char *address)
{
	uint64_t port;

	return str_to_u64(address, &port) >= 0 ? arena_printf(&c->arena, "[::]:%s", address)
					       : address;
}

/* What a connection activates is known only while there is one; further ones have a line of their own. */
static void add_socket(struct cmd *c, const struct cmd_unit *cu, const char *activates,
		       struct table *t)
{
	const struct unit *u = cu->unit;
	struct strv names = { 0 };

	if (u->socket.accept) {
		triggers_find_instances(c, u, &names);
	} else {
		strv_add(&names, &c->arena, activates);
	}
	for (size_t i = 0; i < u->socket.n_ports; i++) {
		const struct socket_port *port = &u->socket.ports[i];
		const char *listen = port_text(c, port->address), *unit = u->id;
		const char *type = str_after_prefix(port->directive, "Listen");
		size_t n = 0;

		do {
			const char *name = n < names.n ? names.v[n] : NULL;
			const char *with_type[] = { listen, type, unit, name };
			const char *without[] = { listen, unit, name };

			table_add(t, c->options.show_types ? with_type : without);
			t->rows[t->n - 1].is_continuation = n > 0;
			listen = type = unit = "";
		} while (++n < names.n);
	}
}

/* "5min 3s", without the word that the heading says already. */
static const char *left_text(struct cmd *c, usec_t next, usec_t now)
{
	char text[96], *word;

	if (next == 0) {
		return NULL;
	}
	clock_format_relative(text, sizeof text, next, now);
	word = strstr(text, " left");
	if (word) {
		*word = '\0';
	}
	return arena_strdup(&c->arena, text);
}

static const char *stamp_text(struct cmd *c, usec_t when)
{
	char text[96];

	return when == 0 ? NULL
			 : arena_strdup(&c->arena,
					status_format_timestamp(c, text, sizeof text, when));
}

/* Moments as JSON: microseconds since the epoch. */
static const char *usec_text(struct cmd *c, usec_t when)
{
	return arena_printf(&c->arena, "%llu", (unsigned long long)when);
}

static void add_timer(struct cmd *c, const struct cmd_unit *cu, const char *activates,
		      struct table *t)
{
	usec_t now = clock_realtime(), next = triggers_next_elapse(&cu->record);
	usec_t last = cu->record.last_trigger_realtime;
	const char *cells[] = { stamp_text(c, next), left_text(c, next, now), stamp_text(c, last),
				left_text(c, last, now), cu->unit->id, activates };

	if (list_wants_json(c)) {
		cells[0] = cells[1] = next > 0 ? usec_text(c, next) : NULL;
		cells[2] = cells[3] = usec_text(c, last);
	}
	table_add(t, cells);
	t->rows[t->n - 1].key = next > 0 ? next : USEC_INFINITY;
}

static void add_path(struct cmd *c, const struct cmd_unit *cu, const char *activates,
		     struct table *t)
{
	const struct unit *u = cu->unit;

	for (size_t i = 0; i < u->path.n_watches; i++) {
		const char *cells[] = { u->path.watches[i].path, u->path.watches[i].directive,
					u->id, activates };

		table_add(t, cells);
	}
}

static void add_automount(struct cmd *c, const struct cmd_unit *cu, const char *activates,
			  struct table *t)
{
	const struct unit *u = cu->unit;
	usec_t timeout = u->automount.timeout_idle;
	const char *idle = "0";
	char span[64];

	if (timeout > 0 && timeout != USEC_INFINITY) {
		idle = list_wants_json(c) ? usec_text(c, timeout)
					  : arena_strdup(&c->arena, clock_format_span(span, sizeof span,
										      timeout, 0));
	}
	table_add(t, (const char *const[]){ NULL, u->automount.where,
					    list_wants_json(c) ? "false" : "no", idle, u->id });
}

static const struct trigger_list {
	enum unit_type type;
	const char *noun;
	unsigned n_columns, right, numbers;
	row_adder *add;
	const char *heading[TABLE_COLUMNS];
} lists[] = {
	{ UNIT_SOCKET, "sockets", 3, 0, 0, add_socket, { "LISTEN", "UNIT", "ACTIVATES" } },
	{ UNIT_TIMER,
	  "timers",
	  6,
	  1u << 1 | 1u << 3,
	  0xf,
	  add_timer,
	  { "NEXT", "LEFT", "LAST", "PASSED", "UNIT", "ACTIVATES" } },
	{ UNIT_PATH, "paths", 4, 0, 0, add_path, { "PATH", "CONDITION", "UNIT", "ACTIVATES" } },
	{ UNIT_AUTOMOUNT,
	  "automounts",
	  5,
	  0,
	  1u << 2 | 1u << 3,
	  add_automount,
	  { "WHAT", "WHERE", "MOUNTED", "IDLE TIMEOUT", "UNIT" } },
};

/* By the key, then by the first cell, paths last; timers, whose first cell is the moment, by name. */
static int compare_rows(const void *x, const void *y)
{
	const struct table_row *a = x, *b = y;
	int column = a->key > 0 ? TIMER_UNIT_COLUMN : 0;

	if (a->key != b->key) {
		return a->key < b->key ? -1 : 1;
	}
	const char *left = str_or_empty(a->cells[column]), *right = str_or_empty(b->cells[column]);

	if (path_is_absolute(left) != path_is_absolute(right)) {
		return path_is_absolute(left) ? 1 : -1;
	}
	return strcmp(left, right);
}

/* Lines that continue the one before them move along with it. */
static void sort_rows(struct table *t, struct arena *a)
{
	struct table_row *heads = arena_new_n(a, struct table_row, t->n + 1);
	struct table_row *sorted = arena_new_n(a, struct table_row, t->n + 1);
	size_t n_heads = 0, n = 0;

	for (size_t i = 0; i < t->n; i++) {
		t->rows[i].index = i;
		if (!t->rows[i].is_continuation) {
			heads[n_heads++] = t->rows[i];
		}
	}
	qsort(heads, n_heads, sizeof *heads, compare_rows);
	for (size_t i = 0; i < n_heads; i++) {
		size_t at = heads[i].index;

		do {
			sorted[n++] = t->rows[at++];
		} while (at < t->n && t->rows[at].is_continuation);
	}
	t->rows = sorted;
}

static size_t count_heads(const struct table *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		n += !t->rows[i].is_continuation;
	}
	return n;
}

static void print_list(const struct cmd *c, const struct trigger_list *l, struct table *t)
{
	static const char *const with_types[] = { "LISTEN", "TYPE", "UNIT", "ACTIVATES" };
	bool has_types = l->type == UNIT_SOCKET && c->options.show_types;

	if (t->n > 0) {
		sort_rows(t, t->arena);
	}
	list_print(c, t, has_types ? with_types : l->heading);
	if (!list_wants_legend(c)) {
		return;
	}
	printf("\n%zu %s listed.\n", count_heads(t), l->noun);
	if (!c->options.all) {
		printf("Pass --all to see loaded but inactive %s, too.\n", l->noun);
	}
}

int cmd_list_triggers(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	const struct trigger_list *l = lists;
	struct table t = { .arena = &c->arena };
	struct cmd_unit *units;
	size_t n;

	while (l->type != (enum unit_type)verb->argument) {
		l++;
	}
	t.n_columns = l->n_columns + (l->type == UNIT_SOCKET && c->options.show_types);
	t.right = l->right;
	t.numbers = l->numbers;
	if (list_collect(c, args, &units, &n) < 0) {
		return 1;
	}
	for (size_t i = 0; i < n; i++) {
		const struct unit *u = units[i].unit;

		/* An early unit only counts as active: nothing of it is there to be listed. */
		if (u->type == l->type && (!u->early || c->options.all)) {
			l->add(c, &units[i], unit_triggered_name(u, &c->arena), &t);
		}
	}
	print_list(c, l, &t);
	return 0;
}
