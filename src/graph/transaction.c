/* SPDX-License-Identifier: MIT */
#include "transaction.h"

/* What a job type pulls in, in this order; the failure of one that is not `required` is ignored. */
struct pull_rule {
	uint32_t atom;
	enum job_type type;
	unsigned flags;
	bool required;
};

static const struct pull_rule start_rules[] = {
	{ ATOM_PULL_IN_START, JOB_START, TR_MATTERS, true },
	{ ATOM_PULL_IN_START_IGNORED, JOB_START, 0, false },
	{ ATOM_PULL_IN_VERIFY, JOB_VERIFY_ACTIVE, TR_MATTERS, true },
	{ ATOM_PULL_IN_STOP, JOB_STOP, TR_MATTERS | TR_CONFLICTS, true },
	{ ATOM_PULL_IN_STOP_IGNORED, JOB_STOP, 0, false },
};
static const struct pull_rule stop_rule = {
	ATOM_STOP_PROPAGATES,
	JOB_STOP,
	TR_MATTERS,
	true,
};
/* What is not up is not to come up because another unit was restarted. */
static const struct pull_rule restart_rule = {
	ATOM_STOP_PROPAGATES,
	JOB_TRY_RESTART,
	TR_MATTERS,
	true,
};
static const struct pull_rule reload_rule = {
	ATOM_RELOAD_PROPAGATES,
	JOB_TRY_RELOAD,
	0,
	false,
};

enum plan_error transaction_fail(struct transaction *tr, enum plan_error error, uint32_t node,
				 enum job_type type)
{
	tr->failed_node = node;
	tr->failed_type = type;
	return error;
}

static struct tr_job *transaction_get_job(struct transaction *tr, enum job_type type, uint32_t node,
					  bool *ret_is_new)
{
	struct tr_job **list = &tr->builder->jobs_of[node];
	struct tr_job *j;

	*ret_is_new = false;
	for (j = *list; j; j = j->next_same) {
		if (j->type == type) {
			return j;
		}
	}
	if (!tr->builder->is_touched[node]) {
		tr->builder->is_touched[node] = true;
		*ARENA_PUSH(tr->arena, tr->units, tr->n_units, tr->cap_units) = node;
	}
	j = arena_new(tr->arena, struct tr_job);
	*j = (struct tr_job){ .node = node, .type = type, .next_same = *list };
	*list = j;
	*ret_is_new = true;
	return j;
}

static void transaction_link(struct transaction *tr, struct tr_job *subject, struct tr_job *object,
			     unsigned flags)
{
	struct tr_link *l = arena_new(tr->arena, struct tr_link);

	*l = (struct tr_link){
		.subject = subject,
		.object = object,
		.next_of_subject = subject->wants,
		.next_of_object = object->wanted_by,
		.matters = flags & TR_MATTERS,
		.conflicts = flags & TR_CONFLICTS,
	};
	subject->wants = l;
	object->wanted_by = l;
}

void transaction_delete_job(struct transaction *tr, struct tr_job *j, bool with_dependents)
{
	struct tr_job **p = &tr->builder->jobs_of[j->node];

	if (j->is_deleted) {
		return;
	}
	j->is_deleted = true;
	while (*p != j) {
		p = &(*p)->next_same;
	}
	*p = j->next_same;
	for (struct tr_link *l = j->wants; l; l = l->next_of_subject) {
		l->is_dead = true;
	}
	for (struct tr_link *l = j->wanted_by; l; l = l->next_of_object) {
		if (l->is_dead) {
			continue;
		}
		l->is_dead = true;
		if (l->matters && with_dependents) {
			transaction_delete_job(tr, l->subject, true);
		}
	}
}

static enum plan_error unit_check_loaded(const struct unit *u)
{
	static const enum plan_error errors[UNIT_LOAD_STATE_MAX] = {
		[UNIT_LOADED] = PLAN_OK,
		[UNIT_NOT_FOUND] = PLAN_NOT_FOUND,
		[UNIT_BAD_SETTING] = PLAN_BAD_SETTING,
		[UNIT_LOAD_ERROR] = PLAN_LOAD_FAILED,
		[UNIT_MASKED] = PLAN_MASKED,
	};

	return u->early ? PLAN_OK : errors[u->load_state];
}

static void transaction_warn_ignored(struct transaction *tr, enum plan_error error)
{
	if (error == PLAN_NOT_FOUND || error == PLAN_MASKED || error == PLAN_NOT_APPLICABLE) {
		return;
	}
	diag_add(tr->plan->diags, DIAG_WARNING, 0, NULL, 0, tr_unit_id(tr, tr->failed_node),
		 "Cannot add dependency job, ignoring: %s", transaction_error_text(tr, error));
}

/* A job that cannot be for this kind of unit is no obstacle for those that bring it along. */
static enum plan_error transaction_pull(struct transaction *tr, struct tr_job *j,
					const struct pull_rule *rule, unsigned flags)
{
	GRAPH_FOREACH(e, tr->g, j->node, rule->atom) {
		enum job_type type = job_type_collapse(rule->type, tr_state(tr, e->to));
		enum plan_error error;

		if (type == JOB_NOP) {
			continue;
		}
		error = transaction_add_job(tr, type, e->to, j, rule->flags | flags);
		if (error == PLAN_OK || error == PLAN_NOT_APPLICABLE) {
			continue;
		}
		if (rule->required) {
			return error;
		}
		transaction_warn_ignored(tr, error);
	}
	return PLAN_OK;
}

static bool transaction_will_start(const struct transaction *tr, uint32_t node)
{
	for (struct tr_job *j = tr->builder->jobs_of[node]; j; j = j->next_same) {
		if (j->type == JOB_START || j->type == JOB_RESTART) {
			return true;
		}
	}
	return false;
}

/*
 * PropagatesStopTo=, after everything else is known: what the same transaction starts is restarted
 * instead.
 */
static enum plan_error transaction_pull_stop_with(struct transaction *tr, struct tr_job *j,
						  unsigned flags)
{
	GRAPH_FOREACH(e, tr->g, j->node, ATOM_STOP_WITH) {
		bool will_start = transaction_will_start(tr, e->to);
		enum job_type type = job_type_collapse(will_start ? JOB_TRY_RESTART : JOB_STOP,
						       tr_state(tr, e->to));
		enum plan_error error;

		/* Measured: the start of what is not up is not dropped any more, whatever brought it. */
		if (will_start && type == JOB_NOP) {
			type = JOB_START;
		}
		if (type == JOB_NOP) {
			continue;
		}
		error = transaction_add_job(tr, type, e->to, j, TR_MATTERS | TR_STOP_WITH | flags);
		if (error != PLAN_OK && error != PLAN_NOT_APPLICABLE) {
			return error;
		}
	}
	return PLAN_OK;
}

static enum plan_error transaction_add_dependencies(struct transaction *tr, struct tr_job *j,
						    unsigned flags)
{
	bool starts = j->type == JOB_START || j->type == JOB_RESTART;
	bool restarts = j->type == JOB_RESTART || (starts && (flags & TR_START_AS_RESTART));
	unsigned kept = flags & TR_IGNORE_ORDER;
	enum plan_error error = PLAN_OK;

	for (size_t i = 0; starts && error == PLAN_OK && i < ARRAY_SIZE(start_rules); i++) {
		error = transaction_pull(tr, j, &start_rules[i], kept);
	}
	if (error == PLAN_OK && (j->type == JOB_STOP || restarts)) {
		error = transaction_pull(tr, j, restarts ? &restart_rule : &stop_rule, kept);
		if (error == PLAN_OK && (flags & TR_STOP_WITH)) {
			error = transaction_pull_stop_with(tr, j, kept);
		}
	}
	if (error == PLAN_OK && j->type == JOB_RELOAD) {
		error = transaction_pull(tr, j, &reload_rule, kept);
	}
	return error;
}

bool transaction_passes_reload_on(const struct transaction *tr, uint32_t node)
{
	const struct unit *u = tr->g->nodes[node].unit;

	if (u->load_state != UNIT_LOADED || u->type == UNIT_SERVICE) {
		return false;
	}
	GRAPH_FOREACH(e, tr->g, node, ATOM_RELOAD_PROPAGATES) {
		return true;
	}
	return false;
}

enum plan_error transaction_add_job(struct transaction *tr, enum job_type type, uint32_t node,
				    struct tr_job *by, unsigned flags)
{
	const struct unit *u = tr->g->nodes[node].unit;
	enum plan_error error = type == JOB_STOP ? PLAN_OK : unit_check_loaded(u);
	struct tr_job *j;
	bool is_new;

	if (error == PLAN_OK && !job_type_is_applicable(type, u) &&
	    !(type == JOB_RELOAD && transaction_passes_reload_on(tr, node))) {
		error = PLAN_NOT_APPLICABLE;
	}
	if (error != PLAN_OK) {
		return transaction_fail(tr, error, node, type);
	}
	j = transaction_get_job(tr, type, node, &is_new);
	j->ignore_order |= (flags & TR_IGNORE_ORDER) != 0;
	if (by) {
		transaction_link(tr, by, j, flags);
	} else {
		tr->anchor = j;
	}
	if (!is_new || (flags & TR_IGNORE_REQUIREMENTS) || type == JOB_NOP) {
		return PLAN_OK;
	}
	error = transaction_add_dependencies(tr, j, flags);
	if (error != PLAN_OK) {
		transaction_delete_job(tr, j, false);
	}
	return error;
}

static bool unit_is_ignored_on_isolate(const struct unit *u)
{
	static const bool by_type[UNIT_TYPE_MAX] = {
		[UNIT_DEVICE] = true, [UNIT_MOUNT] = true, [UNIT_AUTOMOUNT] = true,
		[UNIT_SWAP] = true,   [UNIT_SLICE] = true, [UNIT_SCOPE] = true,
	};

	if (u->early) {
		return true;
	}
	return u->ignore_on_isolate >= 0 ? u->ignore_on_isolate : by_type[u->type];
}

#define TRIGGER_DEPTH 8 /* triggers of triggers; a ring of them must end */

/*
 * A trigger that is stopped itself, for whatever reason, keeps nothing; so the order of the units
 * does not matter.
 */
static bool transaction_isolates(const struct transaction *tr, uint32_t node, unsigned depth)
{
	if (unit_is_ignored_on_isolate(tr->g->nodes[node].unit)) {
		return false;
	}
	for (const struct tr_job *j = tr->builder->jobs_of[node]; j; j = j->next_same) {
		if (j->type != JOB_STOP) {
			return false;
		}
	}
	GRAPH_FOREACH(e, tr->g, node, ATOM_TRIGGERED_BY) {
		if (depth < TRIGGER_DEPTH && !transaction_isolates(tr, e->to, depth + 1)) {
			return false;
		}
	}
	return true;
}

static bool node_is_idle(const struct transaction *tr, uint32_t node)
{
	return active_state_is_down(tr_state(tr, node)) && !tr->builder->queue[node].is_queued &&
	       !tr->g->nodes[node].is_queued;
}

enum plan_error transaction_add_isolation(struct transaction *tr)
{
	for (uint32_t i = 0; i < tr->g->n_nodes; i++) {
		enum plan_error error;

		if (node_is_idle(tr, i) || !transaction_isolates(tr, i, 0)) {
			continue;
		}
		error = transaction_add_job(tr, JOB_STOP, i, tr->anchor, TR_MATTERS);
		if (error != PLAN_OK) {
			transaction_warn_ignored(tr, error);
		}
	}
	return PLAN_OK;
}

enum plan_error transaction_add_triggers(struct transaction *tr, uint32_t node)
{
	GRAPH_FOREACH(e, tr->g, node, ATOM_TRIGGERED_BY) {
		enum plan_error error;

		if (node_is_idle(tr, e->to) || tr->builder->jobs_of[e->to]) {
			continue;
		}
		error = transaction_add_job(tr, JOB_STOP, e->to, tr->anchor, TR_MATTERS);
		if (error != PLAN_OK) {
			return error;
		}
	}
	return PLAN_OK;
}
