/* SPDX-License-Identifier: MIT */
#pragma once

#include "units.h"

/* The word that is-system-running prints. */
const char *query_system_state(struct cmd *c);
/* Loaded units, and how many of them have failed or have a job. */
struct query_counts {
	size_t n_units;
	unsigned n_failed, n_jobs;
};
struct query_counts query_count(struct cmd *c);
/* The program under the name `runlevel`. */
int cmd_runlevel_main(int argc, char **argv);
