/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The graph: units by index in a flat array, edges as (from, to, atoms) sorted by from. Pure: once it is built (graph_open loads the
 * closure through the store) nothing here touches a process or the disk. The law is SYSTEMD.md section 3.
 */

#include "unit/active.h"
#include "unit/store.h"

/* What one dependency kind makes two units do to each other; a kind is a mask of these. Algorithms test bits, not names. */
enum graph_atom {
	ATOM_PULL_IN_START = 1 << 0,		/* start B with A; failure to enqueue fails A */
	ATOM_PULL_IN_START_IGNORED = 1 << 1,	/* start B with A; failure ignored */
	ATOM_PULL_IN_VERIFY = 1 << 2,		/* B must be active */
	ATOM_PULL_IN_STOP = 1 << 3,		/* stop B when A starts (Conflicts) */
	ATOM_PULL_IN_STOP_IGNORED = 1 << 4,	/* the same, failure ignored (ConflictedBy) */
	ATOM_START_FAILURE_PROPAGATES = 1 << 5,	/* A's start failing fails B's start */
	ATOM_STOP_PROPAGATES = 1 << 6,		/* explicit stop (restart) of A stops (try-restarts) B */
	ATOM_BOUND = 1 << 7,			/* A cannot be active without B, by whatever cause */
	ATOM_STOP_WITH = 1 << 8,		/* PropagatesStopTo */
	ATOM_RELOAD_PROPAGATES = 1 << 9,
	ATOM_BEFORE = 1 << 10,			/* A before B */
	ATOM_AFTER = 1 << 11,
	ATOM_UPHOLDS = 1 << 12,
	ATOM_ON_FAILURE = 1 << 13,
	ATOM_ON_SUCCESS = 1 << 14,
	ATOM_TRIGGERS = 1 << 15,
	ATOM_TRIGGERED_BY = 1 << 16,
	ATOM_NEEDED_BY = 1 << 17,		/* keeps A from being "unneeded" (RequiredBy, WantedBy, BoundBy, RequisiteOf, UpheldBy) */
	ATOM_NEEDS = 1 << 18,			/* inverse of the above: B should be looked at when A stops (StopWhenUnneeded) */
	ATOM_BOUND_BY = 1 << 19,		/* inverse of BOUND: B must stop when A ends */
	ATOM_STOP_FAILURE_PROPAGATES = 1 << 20,	/* A's stop failing fails B's start (ConflictedBy) */
	ATOM_UPHELD_BY = 1 << 21,		/* inverse of UPHOLDS: A is started again while B is active */
	ATOM_INACTIVE_START_PROPAGATES = 1 << 22, /* A's start succeeding without A being active fails B's start (RequisiteOf) */
};

struct graph_edge {
	uint32_t from;
	uint32_t to;
	uint32_t atoms;
};

struct graph_node {
	struct unit *unit;
	enum active_state state;	/* when the graph was built */
	bool is_queued;			/* another command has a job for it, */
	enum job_type queued;		/* this one: what contradicts it is never redundant */
	uint32_t first_edge;		/* into edges */
	uint32_t n_edges;
};

struct graph {
	struct arena *arena;
	struct unit_store *store;
	struct graph_node *nodes;
	size_t n_nodes;
	struct graph_edge *edges;	/* both directions: an edge and its inverse */
	size_t n_edges;
	struct map by_name;		/* id and aliases -> struct graph_node */
};

/* The state of a unit at the moment of asking. */
typedef enum active_state graph_state_fn(void *context, const struct unit *u);

struct graph_seeds {
	const struct strv *wanted;	/* names that jobs will be asked for */
	const struct strv *active;	/* ids of all units with a record: they bring the inverse dependencies */
	graph_state_fn *state;
	void *context;
};

/*
 * Loads the closure of wanted (and of the active units) over all dependency kinds that can pull in, order or stop, and makes the edges, inverses
 * and targets' implied After= included. Units that are not found or broken stay in as nodes. 0 or -errno. Memory is in the arena.
 */
int graph_open(struct graph *g, struct unit_store *store, const struct graph_seeds *seeds, struct arena *a);
/* The node of a unit by any of its names, or NULL. */
struct graph_node *graph_find(const struct graph *g, const char *name);
/* All edges of node i having any of the atoms: GRAPH_FOREACH(e, g, i, ATOM_BEFORE) { … e->to … } */
#define GRAPH_FOREACH(e, g, i, mask)                                                              \
	for (struct graph_edge *e = (g)->edges + (g)->nodes[i].first_edge;                        \
	     e < (g)->edges + (g)->nodes[i].first_edge + (g)->nodes[i].n_edges; e++)              \
		if (e->atoms & (mask))

/* Atoms of a dependency kind: one table, its test proves it against the sentences of systemd.unit(5). */
uint32_t graph_atoms(enum dep_kind kind);
