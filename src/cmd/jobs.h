/* SPDX-License-Identifier: MIT */
#pragma once

/* Jobs as list-jobs and all that shows units tells of them: what supervisors are asked for just now, and what waits in commands at work. */

#include "units.h"

/* Adds what waits in other commands to what the unit's record says. */
void jobs_complete(struct cmd *c, struct cmd_unit *cu);
/* Adds the units that have a job in other commands. */
void jobs_add_units(struct cmd *c, struct strv *names);
/* Notes in the graph which units have one there. */
void jobs_mark_nodes(struct cmd *c, struct graph *g);
/* The number of a unit's job, for as long as it has one. */
const char *jobs_number(struct cmd *c, const char *unit);
