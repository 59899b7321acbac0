/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * show: properties by name, from files (unit/directive.h) and from what runs (show_runtime.c),
 * printed in systemd's order.
 */

#include "base/map.h"
#include "units.h"

const char *const *show_order(size_t *ret_n);
/* What units of a type have before that. */
const char *const *show_order_of_type(enum unit_type type, size_t *ret_n);
/* Does the invocation ask for this property (or for all)? */
bool show_wants(const struct cmd *c, const char *name);
/* A moment in the style of --timestamp=, in the arena. */
const char *show_timestamp(struct cmd *c, usec_t realtime);

/* Adds what no file says. */
void show_add_runtime(struct cmd *c, const struct cmd_unit *cu, struct map *properties);
struct show_list {		/* all that one command shows */
	struct strv names;
	struct deps *deps;	/* NULL until the first of them needs it */
	bool has_deps;		/* it could be opened */
};

/*
 * Adds dependencies of all kinds, the inverse ones included; loads more units. Nothing is done if
 * none is asked for.
 */
void show_add_dependencies(struct cmd *c, struct show_list *shown, const struct cmd_unit *cu,
			   struct map *properties);
/* The properties of the manager. */
void show_add_manager(struct cmd *c, struct map *properties);
