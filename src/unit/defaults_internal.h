/* SPDX-License-Identifier: MIT */
#pragma once

/* The steps of unit_defaults_finish(), by file: defaults_dependency.c, defaults_verify.c. */

#include "unit/defaults.h"

/* The path that a unit is named after ("srv-x.mount" -> "/srv/x"), NULL if it is none. In the
 * arena. */
char *defaults_path_of_name(const struct unit *u, struct arena *a);
/* What settings imply whether DefaultDependencies= is on or off. */
void defaults_add_implicit(struct unit *u, struct arena *a);
/* DefaultDependencies=yes. */
void defaults_add_by_type(struct unit *u, struct arena *a);
/* Slice= (or its default) with Requires= and After=. */
void defaults_add_slice(struct unit *u, struct arena *a);
/* NULL, or why the unit cannot be used, as systemd's log says it. Warnings go to diags. */
const char *defaults_verify(struct unit *u, struct arena *a, struct diag_list *diags);
/* Does this mount need the network? By type or the option _netdev. */
bool defaults_mount_is_network(const struct unit *u);
