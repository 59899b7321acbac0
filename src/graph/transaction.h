/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One transaction: what one plan_add asks for, until it is sound and joins the queue. Private to
 * this floor. A unit may have several jobs in it; links say which job wants which.
 *
 *   add        the anchor and, by the atoms of its edges, all that it brings along
 *   matters    jobs without which the anchor cannot be are marked
 *   minimize   --job-mode=fail only: jobs that stop what runs go, unless they matter
 *   redundant  units whose jobs would all change nothing are dropped
 *   garbage    what nobody wants any more goes
 *   cycles     one job of each ordering cycle goes that does not matter, or all fails
 *   conflicts  of jobs for one unit that contradict each other one goes, or all fails
 *   merge      the jobs of a unit become one; then once more redundant and cycles
 *   enqueue    the queue's own job is merged with, or replaced
 */

#include "graph/plan.h"

struct tr_job;

struct tr_link {
	struct tr_job *subject;		/* this job ... */
	struct tr_job *object;		/* ... wants this one */
	struct tr_link *next_of_subject;
	struct tr_link *next_of_object;
	bool matters;			/* without the object the subject cannot be */
	bool conflicts;			/* the object is a stop because of Conflicts= */
	bool is_dead;
};

struct tr_job {
	uint32_t node;
	enum job_type type;
	bool matters;			/* to the anchor */
	bool ignore_order;
	bool is_deleted;
	struct tr_job *next_same;	/* the next job of this unit */
	struct tr_link *wants;
	struct tr_link *wanted_by;
};

/* What earlier transactions left for a unit: at most one job. */
struct queued_job {
	bool is_queued;
	bool anchor;
	bool matters;
	bool ignore_order;
	bool irreversible;
	bool canceled;			/* an earlier anchor lost its job */
	enum job_type type;
};

struct order_frame {
	uint32_t node;
	uint32_t next_edge;
};

/* plan.transaction: lives from plan_init to plan_finish. Arrays have one element per node. */
struct plan_builder {
	struct queued_job *queue;
	uint32_t *queue_nodes;		/* in the order in which they came */
	size_t n_queue_nodes;
	bool *was_queued;		/* is in queue_nodes */
	struct tr_job **jobs_of;	/* newest first; NULL between transactions */
	bool *is_touched;		/* is in transaction.units */
	uint8_t *colors;		/* scratch of order.c */
	struct order_frame *stack;
};

enum tr_flags {
	TR_MATTERS = 1 << 0,
	TR_CONFLICTS = 1 << 1,
	TR_IGNORE_REQUIREMENTS = 1 << 2,
	TR_IGNORE_ORDER = 1 << 3,
	TR_START_AS_RESTART = 1 << 4,	/* a start restarts what a restart would */
	TR_STOP_WITH = 1 << 5,		/* PropagatesStopTo= is followed */
};

struct transaction {
	struct plan *plan;
	struct graph *g;
	struct arena *arena;
	struct plan_builder *builder;
	enum job_mode mode;
	struct tr_job *anchor;
	uint32_t *units;		/* nodes that have (had) jobs */
	size_t n_units, cap_units;
	enum job_type failed_type;	/* what the error is about */
	uint32_t failed_node;
	const char *failed_text;	/* NULL: the sentence of the error's own */
};

/* Iterates over all jobs; the one at hand may be deleted meanwhile. */
#define TR_FOREACH_JOB(j, tr)                                                             \
	for (size_t _u = 0; _u < (tr)->n_units; _u++)                                     \
		for (struct tr_job *j = (tr)->builder->jobs_of[(tr)->units[_u]]; j;       \
		     j = j->next_same)

static inline const char *tr_unit_id(const struct transaction *tr, uint32_t node)
{
	return tr->g->nodes[node].unit->id;
}
static inline enum active_state tr_state(const struct transaction *tr, uint32_t node)
{
	return tr->g->nodes[node].state;
}

/* transaction.c: adds a job and all that it brings along. `by` NULL: this is the anchor. */
enum plan_error transaction_add_job(struct transaction *tr, enum job_type type, uint32_t node,
				    struct tr_job *by, unsigned flags);
/* Does the unit reload by what others are told, be it that only their files say so (ReloadPropagatedFrom=)? Never a service. */
bool transaction_passes_reload_on(const struct transaction *tr, uint32_t node);
/* isolate: stops all that is up and has no job. triggering: stops what triggers the node. */
enum plan_error transaction_add_isolation(struct transaction *tr);
enum plan_error transaction_add_triggers(struct transaction *tr, uint32_t node);
/* Deletes a job; with dependents also those for which it matters. */
void transaction_delete_job(struct transaction *tr, struct tr_job *j, bool with_dependents);
/* Notes what the error is about, and returns it. */
enum plan_error transaction_fail(struct transaction *tr, enum plan_error error, uint32_t node,
				 enum job_type type);

/* The sentence for the error that the transaction failed with. In the arena. */
const char *transaction_error_text(const struct transaction *tr, enum plan_error error);

/* order.c: breaks ordering cycles; PLAN_CYCLIC if one cannot be. collect: garbage goes first. */
enum plan_error transaction_break_cycles(struct transaction *tr, bool collect);
/* activate.c: deletes jobs that no other job wants. */
void transaction_collect_garbage(struct transaction *tr);

/* Makes the transaction sound and adds it to the queue. */
enum plan_error transaction_activate(struct transaction *tr);
