/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "transaction.h"

static void job_mark_matters(struct tr_job *j)
{
	if (j->matters) {
		return;
	}
	j->matters = true;
	for (struct tr_link *l = j->wants; l; l = l->next_of_subject) {
		if (!l->is_dead && l->matters) {
			job_mark_matters(l->object);
		}
	}
}

static bool types_conflict(enum job_type a, enum job_type b)
{
	enum job_type merged;

	return job_type_merge(a, b, &merged) < 0;
}

static bool job_changes_queue(const struct transaction *tr, const struct tr_job *j)
{
	const struct queued_job *queued = &tr->builder->queue[j->node];

	return queued->is_queued && types_conflict(queued->type, j->type);
}

/* The same of what other commands have queued. */
static bool job_changes_others(const struct transaction *tr, const struct tr_job *j)
{
	const struct graph_node *node = &tr->g->nodes[j->node];

	return node->is_queued && types_conflict(node->queued, j->type);
}

/* --job-mode=fail: what merely comes along must not stop what runs, nor replace what is queued. */
static void transaction_minimize_impact(struct transaction *tr)
{
	bool again = true;

	while (again) {
		again = false;
		TR_FOREACH_JOB(j, tr) {
			bool stops = j->type == JOB_STOP &&
				     !active_state_is_down(tr_state(tr, j->node)) &&
				     tr_state(tr, j->node) != ACTIVE_DEACTIVATING;

			if (!j->matters &&
			    (stops || job_changes_queue(tr, j) || job_changes_others(tr, j))) {
				transaction_delete_job(tr, j, true);
				again = true;
			}
		}
	}
}

static bool transaction_keeps_unit(const struct transaction *tr, uint32_t node)
{
	for (const struct tr_job *j = tr->builder->jobs_of[node]; j; j = j->next_same) {
		if (j == tr->anchor || !job_type_is_redundant(j->type, tr_state(tr, node)) ||
		    job_changes_queue(tr, j) || job_changes_others(tr, j)) {
			return true;
		}
	}
	return false;
}

static void transaction_drop_redundant(struct transaction *tr)
{
	for (size_t i = 0; i < tr->n_units; i++) {
		uint32_t node = tr->units[i];

		if (transaction_keeps_unit(tr, node)) {
			continue;
		}
		while (tr->builder->jobs_of[node]) {
			transaction_delete_job(tr, tr->builder->jobs_of[node], false);
		}
	}
}

static bool job_is_wanted(const struct transaction *tr, const struct tr_job *j)
{
	if (j == tr->anchor) {
		return true;
	}
	for (const struct tr_link *l = j->wanted_by; l; l = l->next_of_object) {
		if (!l->is_dead) {
			return true;
		}
	}
	return false;
}

/*
 * Looks only at the newest job of each unit: measured, systemd keeps what stands behind one that is
 * wanted.
 */
void transaction_collect_garbage(struct transaction *tr)
{
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = 0; i < tr->n_units; i++) {
			struct tr_job *j = tr->builder->jobs_of[tr->units[i]];

			if (j && !job_is_wanted(tr, j)) {
				transaction_delete_job(tr, j, true);
				again = true;
			}
		}
	}
}

static bool job_is_conflict(const struct tr_job *j)
{
	for (const struct tr_link *l = j->wanted_by; l; l = l->next_of_object) {
		if (!l->is_dead && l->conflicts) {
			return true;
		}
	}
	return false;
}

/*
 * Which of two jobs that cannot both be has to go: the one that does not matter; of two such rather
 * the stop, unless it is there because another unit conflicts. NULL if both matter.
 */
static struct tr_job *jobs_choose_victim(struct tr_job *a, struct tr_job *b)
{
	struct tr_job *stop = a->type == JOB_STOP ? a : b;
	struct tr_job *other = stop == a ? b : a;

	if (a->matters && b->matters) {
		return NULL;
	}
	if (a->matters || b->matters) {
		return a->matters ? b : a;
	}
	return job_is_conflict(stop) ? other : stop;
}

static enum plan_error transaction_drop_conflict(struct transaction *tr, uint32_t node,
						 bool *ret_dropped)
{
	for (struct tr_job *a = tr->builder->jobs_of[node]; a; a = a->next_same) {
		for (struct tr_job *b = a->next_same; b; b = b->next_same) {
			struct tr_job *victim;

			if (!types_conflict(a->type, b->type)) {
				continue;
			}
			victim = jobs_choose_victim(a, b);
			if (!victim) {
				tr->failed_text =
					arena_printf(tr->arena,
						     "Transaction contains conflicting jobs '%s' "
						     "and '%s' for %s. "
						     "Probably contradicting requirement "
						     "dependencies configured.",
						     job_type_name(a->type), job_type_name(b->type),
						     tr_unit_id(tr, node));
				return transaction_fail(tr, PLAN_CONFLICTING, node, a->type);
			}
			transaction_delete_job(tr, victim, true);
			*ret_dropped = true;
			return PLAN_OK;
		}
	}
	return PLAN_OK;
}

static enum plan_error transaction_drop_conflicts(struct transaction *tr, bool collect)
{
	bool dropped = true;

	while (dropped) {
		dropped = false;
		for (size_t i = 0; i < tr->n_units && !dropped; i++) {
			enum plan_error error =
				transaction_drop_conflict(tr, tr->units[i], &dropped);

			if (error != PLAN_OK) {
				return error;
			}
		}
		if (dropped && collect) {
			transaction_collect_garbage(tr);
		}
	}
	return PLAN_OK;
}

/* All jobs of a unit become its first one, or the anchor if it is among them. */
static void transaction_merge_unit(struct transaction *tr, uint32_t node)
{
	struct tr_job *keep = tr->builder->jobs_of[node];
	struct tr_job *others = keep;

	for (struct tr_job *j = keep; j; j = j->next_same) {
		keep = j == tr->anchor ? j : keep;
	}
	while (others) {
		struct tr_job *j = others;

		others = j->next_same;
		if (j == keep) {
			continue;
		}
		(void)job_type_merge(keep->type, j->type, &keep->type);
		keep->type = job_type_collapse(keep->type, tr_state(tr, node));
		keep->matters |= j->matters;
		keep->ignore_order &= j->ignore_order;
		while (j->wants) {
			struct tr_link *l = j->wants;

			j->wants = l->next_of_subject;
			l->subject = keep;
			l->next_of_subject = keep->wants;
			keep->wants = l;
		}
		while (j->wanted_by) {
			struct tr_link *l = j->wanted_by;

			j->wanted_by = l->next_of_object;
			l->object = keep;
			l->next_of_object = keep->wanted_by;
			keep->wanted_by = l;
		}
		transaction_delete_job(tr, j, false);
	}
}

static enum plan_error transaction_check_destructive(struct transaction *tr)
{
	TR_FOREACH_JOB(j, tr) {
		const struct queued_job *queued = &tr->builder->queue[j->node];

		if (!job_changes_queue(tr, j) ||
		    (tr->mode != JOB_MODE_FAIL && !queued->irreversible)) {
			continue;
		}
		tr->failed_text =
			arena_printf(tr->arena,
				     "Transaction for %s/%s is destructive (%s has '%s' job "
				     "queued, but '%s' is included in transaction).",
				     tr_unit_id(tr, tr->anchor->node),
				     job_type_name(tr->anchor->type), tr_unit_id(tr, j->node),
				     job_type_name(queued->type), job_type_name(j->type));
		return transaction_fail(tr, PLAN_DESTRUCTIVE, j->node, j->type);
	}
	return PLAN_OK;
}

static void queue_cancel(struct queued_job *queued)
{
	*queued = (struct queued_job){ .canceled = queued->anchor || queued->canceled };
}

/* isolate and flush clear the queue of all that this transaction has no job for. */
static void transaction_cancel_rest(struct transaction *tr)
{
	struct plan_builder *b = tr->builder;

	for (size_t i = 0; i < b->n_queue_nodes; i++) {
		uint32_t node = b->queue_nodes[i];

		if (!b->jobs_of[node]) {
			queue_cancel(&b->queue[node]);
		}
	}
}

static void transaction_enqueue_job(struct transaction *tr, const struct tr_job *j)
{
	struct plan_builder *b = tr->builder;
	struct queued_job *queued = &b->queue[j->node];
	struct queued_job wanted = {
		.is_queued = true,
		.anchor = j == tr->anchor,
		.matters = j->matters,
		.ignore_order = j->ignore_order,
		.irreversible = tr->mode == JOB_MODE_REPLACE_IRREVERSIBLY,
		.type = j->type,
	};

	if (!b->was_queued[j->node]) {
		b->was_queued[j->node] = true;
		b->queue_nodes[b->n_queue_nodes++] = j->node;
	}
	if (queued->is_queued && job_changes_queue(tr, j)) {
		queue_cancel(queued);
	}
	if (queued->is_queued) {
		(void)job_type_merge(queued->type, j->type, &wanted.type);
		wanted.type = job_type_collapse(wanted.type, tr_state(tr, j->node));
		wanted.anchor |= queued->anchor;
		wanted.matters |= queued->matters;
		wanted.ignore_order &= queued->ignore_order;
		wanted.irreversible |= queued->irreversible;
	}
	wanted.canceled = queued->canceled;
	*queued = wanted;
}

enum plan_error transaction_activate(struct transaction *tr)
{
	bool collect = tr->mode != JOB_MODE_ISOLATE;
	enum plan_error error;

	job_mark_matters(tr->anchor);
	if (tr->mode == JOB_MODE_FAIL) {
		transaction_minimize_impact(tr);
	}
	transaction_drop_redundant(tr);
	error = transaction_break_cycles(tr, collect);
	if (error == PLAN_OK) {
		error = transaction_drop_conflicts(tr, collect);
	}
	if (error != PLAN_OK) {
		return error;
	}
	for (size_t i = 0; i < tr->n_units; i++) {
		transaction_merge_unit(tr, tr->units[i]);
	}
	transaction_drop_redundant(tr);
	/*
	 * Again, since a job that stood behind a conflicting one was not seen the first time. As
	 * with systemd, nothing is collected any more.
	 */
	error = transaction_break_cycles(tr, false);
	if (error == PLAN_OK) {
		error = transaction_check_destructive(tr);
	}
	if (error != PLAN_OK) {
		return error;
	}
	if (tr->mode == JOB_MODE_ISOLATE || tr->mode == JOB_MODE_FLUSH) {
		transaction_cancel_rest(tr);
	}
	TR_FOREACH_JOB(j, tr) {
		transaction_enqueue_job(tr, j);
	}
	return PLAN_OK;
}
