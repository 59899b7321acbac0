/* SPDX-License-Identifier: MIT */
#pragma once

/* What the list-… verbs share: which units are shown, and in which order. */

#include "units.h"

/* Headings and hints? */
bool list_wants_legend(const struct cmd *c);
/* --type=, --state=, --all. */
bool list_shows_unit(const struct cmd *c, const struct cmd_unit *cu);
/* Does the name match one of the patterns, or are there none? */
bool list_matches(const struct strv *patterns, const char *name);
/* For qsort over struct cmd_unit: by type, then by name without regard to case. */
int list_compare_units(const void *x, const void *y);
/* The loaded units that are to be shown, sorted; in the arena. 0 or -errno. */
int list_collect(struct cmd *c, const struct strv *patterns, struct cmd_unit **ret, size_t *ret_n);
