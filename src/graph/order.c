/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "transaction.h"

/*
 * Stops run before starts, whatever the units' order, so that a cycle is either one of stops or one
 * of starts; a restart takes part in both. Each phase is one depth-first sweep along the order in
 * which its jobs run.
 */
struct order_walk {
	struct transaction *tr;
	bool stopping;
	size_t depth;
};

enum color { COLOR_NEW, COLOR_ON_PATH, COLOR_DONE };

/*
 * The one type that a node's jobs amount to. Not yet merged, so that what contradicts itself counts
 * as its first job.
 */
static bool order_job_type(const struct transaction *tr, uint32_t node, enum job_type *ret)
{
	const struct queued_job *queued = &tr->builder->queue[node];
	const struct tr_job *first = tr->builder->jobs_of[node];
	enum job_type type = queued->type;

	if (first) {
		bool ignores = first->ignore_order;

		type = first->type;
		for (const struct tr_job *j = first->next_same; j; j = j->next_same) {
			(void)job_type_merge(type, j->type, &type);
		}
		if (queued->is_queued) {
			(void)job_type_merge(type, queued->type, &type);
		}
		*ret = type;
		return !ignores;
	}
	*ret = type;
	return queued->is_queued && !queued->ignore_order;
}

static bool order_is_in_phase(const struct order_walk *w, uint32_t node)
{
	enum job_type type;

	if (!order_job_type(w->tr, node, &type) || type == JOB_NOP) {
		return false;
	}
	return w->stopping ? type == JOB_STOP || type == JOB_RESTART : type != JOB_STOP;
}

static const char *order_job_name(const struct order_walk *w, uint32_t node)
{
	enum job_type type;

	(void)order_job_type(w->tr, node, &type);
	return job_type_name(type);
}

static bool transaction_node_matters(const struct transaction *tr, uint32_t node)
{
	for (const struct tr_job *j = tr->builder->jobs_of[node]; j; j = j->next_same) {
		if (j->matters) {
			return true;
		}
	}
	return false;
}

static void transaction_delete_node(struct transaction *tr, uint32_t node)
{
	while (tr->builder->jobs_of[node]) {
		transaction_delete_job(tr, tr->builder->jobs_of[node], true);
	}
}

/*
 * The path from the stack's top back to `start` is a cycle: reports it and deletes the first job of
 * it that may go.
 */
static enum plan_error order_break_cycle(struct order_walk *w, uint32_t start, bool *ret_deleted)
{
	struct transaction *tr = w->tr;
	struct diag_list *diags = tr->plan->diags;
	const char *id = tr_unit_id(tr, start);
	int64_t victim = -1;

	for (size_t i = w->depth; i-- > 0;) {
		uint32_t node = tr->builder->stack[i].node;
		bool is_first = i + 1 == w->depth;

		if (victim < 0 && tr->builder->jobs_of[node] &&
		    !transaction_node_matters(tr, node)) {
			victim = node;
		}
		diag_add(diags, DIAG_WARNING, -EDEADLK, NULL, 0, id, "Found %s on %s/%s",
			 is_first ? "ordering cycle" : "dependency", tr_unit_id(tr, node),
			 order_job_name(w, node));
		if (node == start) {
			break;
		}
	}
	if (victim < 0) {
		diag_add(diags, DIAG_WARNING, -EDEADLK, NULL, 0, id,
			 "Unable to break cycle starting with %s/%s", id, order_job_name(w, start));
		return transaction_fail(tr, PLAN_CYCLIC, start, JOB_START);
	}
	diag_add(diags, DIAG_WARNING, -EDEADLK, NULL, 0, id,
		 "Job %s/%s deleted to break ordering cycle starting with %s/%s",
		 tr_unit_id(tr, (uint32_t)victim), order_job_name(w, (uint32_t)victim), id,
		 order_job_name(w, start));
	transaction_delete_node(tr, (uint32_t)victim);
	*ret_deleted = true;
	return PLAN_OK;
}

static void order_push(struct order_walk *w, uint32_t node)
{
	struct plan_builder *b = w->tr->builder;

	b->colors[node] = COLOR_ON_PATH;
	b->stack[w->depth++] = (struct order_frame){ node, 0 };
}

/* Walks on from one node; stops at the first cycle. */
static enum plan_error order_sweep(struct order_walk *w, uint32_t root, bool *ret_deleted)
{
	struct graph *g = w->tr->g;
	struct plan_builder *b = w->tr->builder;
	uint32_t direction = w->stopping ? ATOM_AFTER : ATOM_BEFORE;

	w->depth = 0;
	order_push(w, root);
	while (w->depth > 0) {
		struct order_frame *top = &b->stack[w->depth - 1];
		const struct graph_node *node = &g->nodes[top->node];
		const struct graph_edge *e = &g->edges[node->first_edge + top->next_edge];

		if (top->next_edge == node->n_edges) {
			b->colors[top->node] = COLOR_DONE;
			w->depth--;
			continue;
		}
		top->next_edge++;
		if (!(e->atoms & direction) || b->colors[e->to] == COLOR_DONE ||
		    !order_is_in_phase(w, e->to)) {
			continue;
		}
		if (b->colors[e->to] == COLOR_ON_PATH) {
			return order_break_cycle(w, e->to, ret_deleted);
		}
		order_push(w, e->to);
	}
	return PLAN_OK;
}

static enum plan_error order_check_phase(struct transaction *tr, bool stopping, bool *ret_deleted)
{
	struct order_walk w = { .tr = tr, .stopping = stopping };

	memset(tr->builder->colors, COLOR_NEW, tr->g->n_nodes);
	for (size_t i = 0; i < tr->n_units; i++) {
		uint32_t node = tr->units[i];
		enum plan_error error;

		if (tr->builder->colors[node] != COLOR_NEW || !tr->builder->jobs_of[node] ||
		    !order_is_in_phase(&w, node)) {
			continue;
		}
		error = order_sweep(&w, node, ret_deleted);
		if (error != PLAN_OK || *ret_deleted) {
			return error;
		}
	}
	return PLAN_OK;
}

enum plan_error transaction_break_cycles(struct transaction *tr, bool collect)
{
	bool deleted = true;

	while (deleted) {
		enum plan_error error;

		deleted = false;
		if (collect) {
			transaction_collect_garbage(tr);
		}
		error = order_check_phase(tr, true, &deleted);
		if (error == PLAN_OK && !deleted) {
			error = order_check_phase(tr, false, &deleted);
		}
		if (error != PLAN_OK) {
			return error;
		}
	}
	return PLAN_OK;
}
