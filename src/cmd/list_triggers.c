/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <stdio.h>

#include "list.h"
#include "table.h"

typedef void row_adder(struct cmd *c, const struct unit *u, const char *activates, struct table *t);

/* "12345" listens on all addresses. */
static const char *port_text(struct cmd *c, const char *address)
{
	uint64_t port;

	return str_to_u64(address, &port) >= 0 ? arena_printf(&c->arena, "[::]:%s", address)
					       : address;
}

static void add_socket(struct cmd *c, const struct unit *u, const char *activates, struct table *t)
{
	for (size_t i = 0; i < u->socket.n_ports; i++) {
		const struct socket_port *port = &u->socket.ports[i];
		const char *type = str_after_prefix(port->directive, "Listen");
		const char *with_type[] = { port_text(c, port->address), type, u->id, activates };
		const char *without[] = { with_type[0], u->id, activates };

		table_add(t, c->options.show_types ? with_type : without);
	}
}

/* No timer runs yet, so none has a next time. */
static void add_timer(struct cmd *c, const struct unit *u, const char *activates, struct table *t)
{
	const char *cells[] = { NULL, NULL, NULL, NULL, u->id, activates };

	table_add(t, cells);
}

static void add_path(struct cmd *c, const struct unit *u, const char *activates, struct table *t)
{
	for (size_t i = 0; i < u->path.n_watches; i++) {
		const char *cells[] = { u->path.watches[i].path, u->path.watches[i].directive,
					u->id, activates };

		table_add(t, cells);
	}
}

static void add_automount(struct cmd *c, const struct unit *u, const char *activates,
			  struct table *t)
{
	char span[64];
	const char *idle = "0";

	if (u->automount.timeout_idle > 0 && u->automount.timeout_idle != USEC_INFINITY) {
		idle = arena_strdup(&c->arena, clock_format_span(span, sizeof span,
								 u->automount.timeout_idle, 0));
	}
	table_add(t, (const char *const[]){ NULL, u->automount.where, "no", idle, u->id });
}

static const struct trigger_list {
	enum unit_type type;
	const char *noun;
	unsigned n_columns, right;
	row_adder *add;
	const char *heading[TABLE_COLUMNS];
} lists[] = {
	{ UNIT_SOCKET, "sockets", 3, 0, add_socket, { "LISTEN", "UNIT", "ACTIVATES" } },
	{ UNIT_TIMER,
	  "timers",
	  6,
	  1u << 1,
	  add_timer,
	  { "NEXT", "LEFT", "LAST", "PASSED", "UNIT", "ACTIVATES" } },
	{ UNIT_PATH, "paths", 4, 0, add_path, { "PATH", "CONDITION", "UNIT", "ACTIVATES" } },
	{ UNIT_AUTOMOUNT,
	  "automounts",
	  5,
	  0,
	  add_automount,
	  { "WHAT", "WHERE", "MOUNTED", "IDLE TIMEOUT", "UNIT" } },
};

static int compare_first_cell(const void *x, const void *y)
{
	return strcmp(((const struct table_row *)x)->cells[0],
		      ((const struct table_row *)y)->cells[0]);
}

static void print_list(const struct cmd *c, const struct trigger_list *l, struct table *t)
{
	static const char *const with_types[] = { "LISTEN", "TYPE", "UNIT", "ACTIVATES" };
	bool has_types = l->type == UNIT_SOCKET && c->options.show_types;

	if (t->n > 0) {
		qsort(t->rows, t->n, sizeof *t->rows, compare_first_cell);
	}
	table_print(t, !list_wants_legend(c) ? NULL : has_types ? with_types : l->heading, "");
	if (!list_wants_legend(c)) {
		return;
	}
	printf("\n%zu %s listed.\n", t->n, l->noun);
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
	if (list_collect(c, args, &units, &n) < 0) {
		return 1;
	}
	for (size_t i = 0; i < n; i++) {
		const struct unit *u = units[i].unit;

		/* An early unit only counts as active: nothing of it is there to be listed. */
		if (u->type == l->type && (!u->early || c->options.all)) {
			l->add(c, u, unit_triggered_name(u, &c->arena), &t);
		}
	}
	print_list(c, l, &t);
	return 0;
}
