/* SPDX-License-Identifier: MIT */
#pragma once

#include "units.h"

/* The word that is-system-running prints. */
const char *query_system_state(struct cmd *c);
/* The program under the name `runlevel`. */
int cmd_runlevel_main(int argc, char **argv);
