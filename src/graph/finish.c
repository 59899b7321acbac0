/* SPDX-License-Identifier: MIT */
#include "transaction.h"

/* Builds plan.links in two rounds over the same edges: the first counts, the second fills. */
struct finishing {
	struct plan *plan;
	int32_t *stops; /* per node: its step that stops, -1 */
	int32_t *starts; /* per node: its step that starts, reloads or verifies, -1 */
	uint32_t *next_at; /* per step: where its next link goes */
	uint32_t *fail_at;
	bool fills;
};

static int32_t plan_push_step(struct plan *p, const struct queued_job *queued, uint32_t node,
			      enum job_type type)
{
	struct plan_step *s = &p->steps[p->n_steps];

	*s = (struct plan_step){
		.node = node,
		.type = type,
		.pair = -1,
		.anchor = queued->anchor || queued->canceled,
		.matters = queued->matters,
		.ignore_order = queued->ignore_order,
		.irreversible = queued->irreversible,
	};
	return (int32_t)p->n_steps++;
}

static void finishing_add_steps(struct finishing *f, const struct queued_job *queued, uint32_t node)
{
	struct plan *p = f->plan;
	int32_t i;

	if (queued->canceled) {
		i = plan_push_step(p, queued, node, JOB_NOP);
		p->steps[i].canceled = true;
	}
	if (!queued->is_queued) {
		return;
	}
	if (queued->type == JOB_RESTART) {
		i = f->stops[node] = plan_push_step(p, queued, node, JOB_STOP);
		f->starts[node] = plan_push_step(p, queued, node, JOB_START);
		p->steps[i].restarting = true;
		p->steps[i].pair = f->starts[node];
		p->steps[i + 1].pair = i;
		return;
	}
	i = plan_push_step(p, queued, node, queued->type);
	if (queued->type == JOB_STOP) {
		f->stops[node] = i;
	} else if (queued->type != JOB_NOP) {
		f->starts[node] = i;
	}
}

static void finishing_link(struct finishing *f, int32_t first, int32_t then)
{
	struct plan_step *s = f->plan->steps;

	if (first < 0 || then < 0) {
		return;
	}
	if (f->fills) {
		f->plan->links[f->next_at[first]++] = (uint32_t)then;
	} else {
		s[first].n_next++;
		s[then].n_before++;
	}
}

static void finishing_link_ordered(struct finishing *f, int32_t first, int32_t then)
{
	const struct plan_step *s = f->plan->steps;

	if (first >= 0 && then >= 0 && !s[first].ignore_order && !s[then].ignore_order) {
		finishing_link(f, first, then);
	}
}

static void finishing_fail(struct finishing *f, int32_t step, int32_t victim)
{
	struct plan_step *s = f->plan->steps;

	if (step < 0 || victim < 0 || s[victim].type == JOB_RELOAD || s[step].type == JOB_RELOAD) {
		return;
	}
	if (f->fills) {
		f->plan->links[f->fail_at[step]++] = (uint32_t)victim;
	} else {
		s[step].n_fail++;
	}
}

static void finishing_visit_edge(struct finishing *f, const struct graph_edge *e)
{
	uint32_t from = e->from, to = e->to;
	bool both = (e->atoms & ATOM_BEFORE) && (e->atoms & ATOM_AFTER);

	if (e->atoms & ATOM_BEFORE) {
		finishing_link_ordered(f, f->stops[to], f->stops[from]);
		finishing_link_ordered(f, f->starts[from], f->starts[to]);
		if (!both || from < to) {
			finishing_link_ordered(f, f->stops[to], f->starts[from]);
			finishing_link_ordered(f, f->stops[from], f->starts[to]);
		}
	}
	if (e->atoms & ATOM_START_FAILURE_PROPAGATES) {
		finishing_fail(f, f->starts[from], f->starts[to]);
	}
	if ((e->atoms & ATOM_STOP_FAILURE_PROPAGATES) && f->starts[from] < 0) {
		finishing_fail(f, f->stops[from], f->starts[to]);
	}
}

static void finishing_visit(struct finishing *f)
{
	const struct graph *g = f->plan->graph;

	for (size_t i = 0; i < f->plan->n_steps; i++) {
		const struct plan_step *s = &f->plan->steps[i];

		if (s->restarting) {
			finishing_link(f, (int32_t)i, s->pair);
		}
		if (s->canceled || (s->pair >= 0 && !s->restarting)) {
			continue;
		}
		GRAPH_FOREACH(e, g, s->node,
			      ATOM_BEFORE | ATOM_START_FAILURE_PROPAGATES |
				      ATOM_STOP_FAILURE_PROPAGATES) {
			finishing_visit_edge(f, e);
		}
	}
}

static void finishing_place_links(struct finishing *f)
{
	struct plan *p = f->plan;

	for (size_t i = 0; i < p->n_steps; i++) {
		struct plan_step *s = &p->steps[i];

		s->first_next = f->next_at[i] = (uint32_t)p->n_links;
		p->n_links += s->n_next;
		s->first_fail = f->fail_at[i] = (uint32_t)p->n_links;
		p->n_links += s->n_fail;
	}
	p->links = arena_new_n(p->arena, uint32_t, p->n_links + 1);
}

void plan_finish(struct plan *p)
{
	const struct plan_builder *b = p->transaction;
	size_t n = p->graph->n_nodes;
	size_t max_steps = b->n_queue_nodes * 3 + 1;
	struct finishing f = {
		.plan = p,
		.stops = arena_new_n(p->arena, int32_t, n + 1),
		.starts = arena_new_n(p->arena, int32_t, n + 1),
		.next_at = arena_new_n(p->arena, uint32_t, max_steps),
		.fail_at = arena_new_n(p->arena, uint32_t, max_steps),
	};

	p->steps = arena_new_n(p->arena, struct plan_step, max_steps);
	for (size_t i = 0; i < n; i++) {
		f.stops[i] = f.starts[i] = -1;
	}
	for (size_t i = 0; i < b->n_queue_nodes; i++) {
		finishing_add_steps(&f, &b->queue[b->queue_nodes[i]], b->queue_nodes[i]);
	}
	finishing_visit(&f);
	finishing_place_links(&f);
	f.fills = true;
	finishing_visit(&f);
}

static void plan_print_step(const struct plan *p, uint32_t i, struct strbuf *out)
{
	const struct plan_step *s = &p->steps[i];

	strbuf_addf(out, "%s %s", job_type_name(s->type), p->graph->nodes[s->node].unit->id);
	if (s->restarting) {
		strbuf_add(out, ", restarting");
	}
	if (s->canceled) {
		strbuf_add(out, ", canceled");
	}
}

/* The steps before step i, by walking the links backwards. */
static void plan_print_before(const struct plan *p, uint32_t i, struct strbuf *out)
{
	const char *separator = "";

	strbuf_addf(out, " (after %u: ", p->steps[i].n_before);
	for (size_t k = 0; k < p->n_steps; k++) {
		const struct plan_step *s = &p->steps[k];

		for (uint32_t l = s->first_next; l < s->first_next + s->n_next; l++) {
			if (p->links[l] == i) {
				strbuf_addf(out, "%s%s/%s", separator,
					    p->graph->nodes[s->node].unit->id,
					    job_type_name(s->type));
				separator = ", ";
			}
		}
	}
	strbuf_add_char(out, ')');
}

void plan_print(const struct plan *p, struct strbuf *out)
{
	uint32_t *pending = arena_new_n(p->arena, uint32_t, p->n_steps + 1);
	uint32_t *ready = arena_new_n(p->arena, uint32_t, p->n_steps + 1);
	size_t n_ready = 0;

	for (size_t i = 0; i < p->n_steps; i++) {
		pending[i] = p->steps[i].n_before;
		if (pending[i] == 0) {
			ready[n_ready++] = (uint32_t)i;
		}
	}
	for (size_t next = 0; next < n_ready; next++) {
		const struct plan_step *s = &p->steps[ready[next]];

		plan_print_step(p, ready[next], out);
		if (s->n_before > 0) {
			plan_print_before(p, ready[next], out);
		}
		strbuf_add_char(out, '\n');
		for (uint32_t l = s->first_next; l < s->first_next + s->n_next; l++) {
			if (--pending[p->links[l]] == 0) {
				ready[n_ready++] = p->links[l];
			}
		}
	}
}
