/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The plan: what has to happen, in which order. A value: printed by --dry-run, proved by tests, only then run (job/run.h).
 * A restart is two steps, a stop with `restarting` set and a start that follows it; the rule "a stop always runs first" then
 * needs no case of its own.
 */

#include "graph/graph.h"

enum plan_error {
	PLAN_OK,
	PLAN_NOT_FOUND,			/* 5: "Unit x.service not found." / for stop-like jobs "not loaded." */
	PLAN_NOT_LOADED,		/* 5: "Unit x.service not loaded." */
	PLAN_MASKED,			/* 1 */
	PLAN_BAD_SETTING,		/* 1 */
	PLAN_LOAD_FAILED,		/* 6 */
	PLAN_NOT_APPLICABLE,		/* 3: job type is not applicable */
	PLAN_ONLY_BY_DEPENDENCY,	/* 4: RefuseManualStart/Stop */
	PLAN_NO_ISOLATION,		/* 4 */
	PLAN_MISSING_INSTANCE,		/* 1 */
	PLAN_CYCLIC,			/* 1 */
	PLAN_DESTRUCTIVE,		/* 4 */
	PLAN_INVALID_NAME,		/* 1 */
	PLAN_INVALID_MODE,		/* 1: a job mode that does not go with the job type */
	PLAN_CONFLICTING,		/* 1: requirements contradict each other */
	PLAN_ERROR_MAX,
};

struct plan_step {
	uint32_t node;			/* into graph.nodes */
	enum job_type type;		/* START, VERIFY_ACTIVE, STOP, RELOAD or NOP after all collapsing */
	bool restarting;		/* this stop is the first half of a restart (its start is `pair`) */
	int32_t pair;			/* index of the other half, -1 */
	bool anchor;			/* asked for by name */
	bool matters;			/* matters to an anchor: failing it fails the anchor */
	bool ignore_order;		/* JOB_MODE_IGNORE_DEPENDENCIES */
	bool irreversible;
	bool canceled;			/* an anchor that a later request replaced: type NOP, its result is JOB_CANCELED */
	uint32_t n_before;		/* steps that must be finished first */
	uint32_t first_next, n_next;	/* into plan.links: steps that wait for this one */
	uint32_t first_fail, n_fail;	/* into plan.links: steps that get the result "dependency" when this one does not succeed */
};

struct plan {
	struct graph *graph;
	struct arena *arena;
	struct plan_step *steps;
	size_t n_steps;
	uint32_t *links;
	size_t n_links;
	struct diag_list *diags;	/* cycles broken, jobs dropped */
	bool yields;			/* --job-mode=fail: nothing that other commands want is canceled for it */
	void *transaction;		/* the builder's own */
};

struct plan_request {
	const char *name;		/* a unit name that the graph has */
	enum job_type type;
	enum job_mode mode;
	bool manual;			/* asked for by a person: RefuseManual* apply */
	bool reload_if_possible;	/* reload-or-restart: restart becomes reload-or-start, try-restart try-reload, where the unit can reload */
};

void plan_init(struct plan *p, struct graph *g, struct arena *a, struct diag_list *diags);
/*
 * Adds one transaction; several merge as jobs in systemd's queue do. On an error the plan is as before, *ret_culprit (may be NULL) names the
 * unit that it is about (a missing Requires= for example), and a DIAG_ERROR has the sentence of SYSTEMD.md 1.3 after "Failed to start x: ".
 */
enum plan_error plan_add(struct plan *p, const struct plan_request *request, const char **ret_culprit);
/* Orders what was added: fills n_before, next, fail. After this nothing can be added. */
void plan_finish(struct plan *p);
/* One line a step, in an order in which they could run: "start nginx.service (after 2: a.service/start, b.service/stop)". */
void plan_print(const struct plan *p, struct strbuf *out);

/* The job-merge table: what two jobs for one unit become; -EEXIST if they conflict. Exhaustively tested. */
int job_type_merge(enum job_type a, enum job_type b, enum job_type *ret);
/*
 * Has a job for a unit to wait for one for another unit, which it is before or after (ATOM_BEFORE, ATOM_AFTER)? systemd.unit(5), Before=: starts
 * are in this order, stops in the other one, and a stop is always before a start.
 */
bool job_type_follows(enum job_type t, enum job_type other, uint32_t atoms);
/* b adds nothing to a unit in this state. */
bool job_type_is_redundant(enum job_type t, enum active_state s);
/* try-restart, try-reload, reload-or-start -> what they are for a unit in this state. */
enum job_type job_type_collapse(enum job_type t, enum active_state s);
/* Has the unit an answer to reload (services: ExecReload=, Type=notify-reload; mounts; the other types: PropagatesReloadTo=)? `show`'s CanReload. */
bool job_unit_can_reload(const struct unit *u);
/* Can such a job be enqueued for the unit at all (perpetual units are never stopped, devices never restarted …)? */
bool job_type_is_applicable(enum job_type t, const struct unit *u);
