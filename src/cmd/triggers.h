/* SPDX-License-Identifier: MIT */
#pragma once

/* What units that trigger others have to show: connections and their services, moments of timers. */

#include "base/map.h"
#include "units.h"

/* Services of the connections of a socket with Accept=yes, in the arena. */
void triggers_find_instances(struct cmd *c, const struct unit *socket, struct strv *ret);
/* The socket that has such an instance, or NULL. */
const char *triggers_find_socket(struct cmd *c, const char *instance);
/* The next moment of a timer as a time of day; 0 none. */
usec_t triggers_next_elapse(const struct record *r);
/* NAccepted=, NextElapseUSecRealtime= and the like, for `show`; wants: was it asked for? */
void triggers_show(struct cmd *c, const struct cmd_unit *cu, struct map *properties);
/* Lines of `status`: "Trigger:" of a timer, "Accepted:" of a socket. */
void triggers_print_status(struct cmd *c, const struct cmd_unit *cu);
