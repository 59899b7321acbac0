/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The start family in three parts: start.c makes the plan, start_run.c runs it and tells how it
 * went, start_wait.c waits for the end of units.
 */

#include "graph/plan.h"
#include "units.h"

struct start_kind {
	const char *word; /* as in "Failed to start …" */
	enum job_type type;
	bool reload_if_possible;
	bool isolate;
	const char *unit; /* the unit that the verb stands for, where it names none */
};

struct start {
	struct cmd *c;
	const struct start_kind *kind;
	struct graph graph;
	struct plan plan;
	struct diag_list diags;
	bool in_place;	/* run by this very process: boot and shutdown */
	struct strv accepted; /* names that the plan has taken, in order */
};

/*
 * Runs (or prints, with --dry-run) the finished plan; status is that of the first name that could
 * not be planned. The exit status.
 */
int start_run(struct start *s, int status);
/* Starts units for an init, in this process. As `systemctl start` prints and exits. */
int start_in_place(struct cmd *c, const struct strv *names);
int stop_in_place(struct cmd *c, const struct strv *names);
/*
 * Waits until the units are down; not for_good: if only until they are restarted by Restart=. 1 if
 * one of them has failed, else 0.
 */
int start_wait_down(struct cmd *c, const struct strv *names, bool for_good);
