/* SPDX-License-Identifier: MIT */
#include "graph/aftermath.h"

#define UP_OR_COMING(s) (active_state_is_up(s) || (s) == ACTIVE_ACTIVATING)
#define DOWN_OR_GOING(s) (active_state_is_down(s) || (s) == ACTIVE_DEACTIVATING)

struct wishes {
	const struct graph *g;
	struct arena *arena;
	struct aftermath_wish *v;
	size_t n, cap;
	bool *is_gone; /* per node: the unit that ended, and those that are wished to stop */
};

static void wishes_add_name(struct wishes *w, struct aftermath_wish wish)
{
	for (size_t i = 0; i < w->n; i++) {
		if (w->v[i].type == wish.type && streq(w->v[i].unit, wish.unit)) {
			w->v[i].monitor |= wish.monitor;
			return;
		}
	}
	*ARENA_PUSH(w->arena, w->v, w->n, w->cap) = wish;
}

static void wishes_add(struct wishes *w, uint32_t node, enum job_type type, enum job_mode mode)
{
	if (type == JOB_STOP) {
		w->is_gone[node] = true;
	}
	wishes_add_name(w,
			(struct aftermath_wish){ w->g->nodes[node].unit->id, type, mode, false });
}

static bool node_is_loaded(const struct graph *g, uint32_t node)
{
	return g->nodes[node].unit->load_state == UNIT_LOADED;
}

static void wishes_stop_bound(struct wishes *w, uint32_t node)
{
	GRAPH_FOREACH(e, w->g, node, ATOM_BOUND_BY | ATOM_STOP_WITH) {
		if (!DOWN_OR_GOING(w->g->nodes[e->to].state)) {
			wishes_add(w, e->to, JOB_STOP, JOB_MODE_REPLACE);
		}
	}
}

/*
 * OnFailure=, OnSuccess=. Nothing else needs these units in the graph, so that they may well be
 * known by name only.
 */
static void wishes_start_monitors(struct wishes *w, uint32_t node, enum aftermath_event event)
{
	const struct unit *u = w->g->nodes[node].unit;
	bool failed = event == AFTERMATH_FAILED;
	const struct strv *names = &u->dependencies[failed ? DEP_ON_FAILURE : DEP_ON_SUCCESS];
	const char *word = failed ? u->on_failure_job_mode : u->on_success_job_mode;
	int mode = word ? job_mode_parse(word) : -1;

	if (mode < 0) {
		mode = failed ? JOB_MODE_REPLACE : JOB_MODE_FAIL;
	}
	STRV_FOREACH(name, names) {
		const struct graph_node *monitor = graph_find(w->g, name);

		if (!monitor || monitor->unit->load_state == UNIT_LOADED) {
			wishes_add_name(
				w, (struct aftermath_wish){ monitor ? monitor->unit->id : name,
							    JOB_START, (enum job_mode)mode, true });
		}
	}
}

static void wishes_start_upheld(struct wishes *w, uint32_t node)
{
	GRAPH_FOREACH(e, w->g, node, ATOM_UPHELD_BY) {
		if (active_state_is_up(w->g->nodes[e->to].state) && !w->is_gone[e->to]) {
			wishes_add(w, node, JOB_START, JOB_MODE_FAIL);
			return;
		}
	}
}

static bool node_is_unneeded(const struct wishes *w, uint32_t node)
{
	const struct graph_node *n = &w->g->nodes[node];

	if (!n->unit->stop_when_unneeded || n->state != ACTIVE_ACTIVE || w->is_gone[node]) {
		return false;
	}
	GRAPH_FOREACH(e, w->g, node, ATOM_NEEDED_BY) {
		if (!w->is_gone[e->to] && !active_state_is_down(w->g->nodes[e->to].state)) {
			return false;
		}
	}
	return true;
}

static void wishes_stop_if_unneeded(struct wishes *w, uint32_t node)
{
	if (node_is_unneeded(w, node)) {
		wishes_add(w, node, JOB_STOP, JOB_MODE_FAIL);
	}
}

/*
 * StopWhenUnneeded=: what the unit needed, and then what that needed. Each wish to stop is followed
 * in its turn.
 */
static void wishes_stop_unneeded(struct wishes *w, uint32_t node)
{
	uint32_t *queue = arena_new_n(w->arena, uint32_t, w->g->n_nodes + 1);
	size_t n = 0;

	queue[n++] = node;
	for (uint32_t i = 0; i < w->g->n_nodes; i++) {
		if (w->is_gone[i] && i != node) {
			queue[n++] = i;
		}
	}
	for (size_t i = 0; i < n; i++) {
		GRAPH_FOREACH(e, w->g, queue[i], ATOM_NEEDS) {
			if (node_is_unneeded(w, e->to)) {
				wishes_add(w, e->to, JOB_STOP, JOB_MODE_FAIL);
				queue[n++] = e->to;
			}
		}
	}
}

static void wishes_after_end(struct wishes *w, uint32_t node, enum aftermath_event event)
{
	w->is_gone[node] = true;
	wishes_stop_bound(w, node);
	wishes_start_monitors(w, node, event);
	wishes_start_upheld(w, node);
	wishes_stop_unneeded(w, node);
}

/* What is ordered before the unit was to be there first; starting it now would be too late. */
static void wishes_after_start(struct wishes *w, uint32_t node)
{
	GRAPH_FOREACH(e, w->g, node, ATOM_PULL_IN_START | ATOM_PULL_IN_START_IGNORED) {
		bool replace = e->atoms & (ATOM_PULL_IN_START | ATOM_UPHOLDS);

		if (!(e->atoms & ATOM_AFTER) && node_is_loaded(w->g, e->to) &&
		    !UP_OR_COMING(w->g->nodes[e->to].state)) {
			wishes_add(w, e->to, JOB_START, replace ? JOB_MODE_REPLACE : JOB_MODE_FAIL);
		}
	}
	GRAPH_FOREACH(e, w->g, node, ATOM_PULL_IN_STOP | ATOM_PULL_IN_STOP_IGNORED) {
		if (!DOWN_OR_GOING(w->g->nodes[e->to].state)) {
			wishes_add(w, e->to, JOB_STOP, JOB_MODE_REPLACE);
		}
	}
}

int aftermath_list(const struct graph *g, const char *unit, enum aftermath_event event,
		   struct arena *a, struct aftermath_wish **ret, size_t *ret_n)
{
	struct wishes w = { .g = g, .arena = a, .is_gone = arena_new_n(a, bool, g->n_nodes + 1) };
	const struct graph_node *node = graph_find(g, unit);

	if (node && event == AFTERMATH_ACTIVE) {
		wishes_after_start(&w, (uint32_t)(node - g->nodes));
	} else if (node && event == AFTERMATH_STARTED) {
		wishes_stop_if_unneeded(&w, (uint32_t)(node - g->nodes));
	} else if (node && event == AFTERMATH_STOPPED) {
		wishes_start_upheld(&w, (uint32_t)(node - g->nodes));
	} else if (node) {
		wishes_after_end(&w, (uint32_t)(node - g->nodes), event);
	}
	*ret = w.v;
	*ret_n = w.n;
	return 0;
}
