/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Markers=needs-restart needs-reload: what package scripts leave for `reload-or-restart --marked`.
 * They stand in a file of their own beside the record, which belongs to the supervisor.
 */

#include "units.h"

/* The marks of a unit, sorted and joined by blanks; "" none. In the arena. */
const char *marks_read(struct cmd *c, const char *unit);
/*
 * Applies "Markers=" words ("+needs-restart", "-needs-reload", "needs-reload") to the unit. 0;
 * -EINVAL an unknown marker (*ret_bad); -errno.
 */
int marks_change(struct cmd *c, struct cmd_unit *cu, const char *words, const char **ret_bad);
/* The marked units, and the marks are gone. 0 or -errno. */
int marks_take(struct cmd *c, struct strv *ret_restart, struct strv *ret_reload);
