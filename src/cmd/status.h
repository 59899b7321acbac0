/* SPDX-License-Identifier: MIT */
#pragma once

/* The parts of what status prints about a unit; each prints whole lines, or nothing. */

#include "units.h"

/* "Sun 2026-11-22 04:16:00 UTC" in the style of --timestamp=; "" for 0. */
char *status_format_timestamp(const struct cmd *c, char *buf, size_t n, usec_t realtime);

void status_print_unit(struct cmd *c, const struct cmd_unit *cu);
/* "Process: …", "Main PID: …" */
void status_print_processes(struct cmd *c, const struct cmd_unit *cu);
/* "CGroup: …" and the tree of processes below it. */
void status_print_tree(struct cmd *c, const struct cmd_unit *cu);
/* The processes of one unit as branches; indent stands before each line. */
void status_print_branches(struct cmd *c, const struct cmd_unit *cu, const char *indent);
/* An empty line and the last lines of the log. */
void status_print_log(struct cmd *c, const struct cmd_unit *cu);
/* status without arguments: the system as a whole. */
void status_print_system(struct cmd *c);
