/* SPDX-License-Identifier: MIT */
#pragma once

/* What the list-… verbs share: which units are shown, and in which order. */

#include "table.h"
#include "units.h"

/* Headings and hints? */
bool list_wants_legend(const struct cmd *c);
/* -o json & co. */
bool list_wants_json(const struct cmd *c);
/* Prints the table in the form that was asked for. */
void list_print(const struct cmd *c, const struct table *t, const char *const *heading);
/* --type=, --state=, --all. */
bool list_shows_unit(const struct cmd *c, const struct cmd_unit *cu);
/* Do they choose units, too, that are only in memory and do nothing? Else the closure need not be loaded. */
bool list_wants_inactive(const struct cmd *c);
/* Does the name match one of the patterns, or are there none? */
bool list_matches(const struct strv *patterns, const char *name);
/* Is it in one of the states of --state=? */
bool list_has_wanted_state(const struct cmd *c, const struct cmd_unit *cu);
/* The loaded units that are to be shown, sorted; in the arena. 0 or -errno. */
int list_collect(struct cmd *c, const struct strv *patterns, struct cmd_unit **ret, size_t *ret_n);
/* Adds the names of all that --type=, --state= and --all choose. 0 or -errno. */
int list_add_shown(struct cmd *c, struct strv *names);
