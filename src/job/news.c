/* SPDX-License-Identifier: MIT */

/* Several commands at once: what one begins cancels what contradicts it and still waits in another. */

#include "state/news.h"

#include "executor.h"

static bool step_waits(const struct job_executor *x, uint32_t i)
{
	return x->runs[i].phase == JOB_WAITING || x->runs[i].is_waiting;
}

/* A restart is one until its stop is over. */
static enum job_type step_job_type(const struct plan_step *s)
{
	return s->restarting ? JOB_RESTART : s->type;
}

/* The start of a restart whose stop is at work: what becomes of it is for the supervisor to say. */
static bool is_half_done(const struct job_executor *x, uint32_t i)
{
	const struct plan_step *s = &x->plan->steps[i];

	return s->pair >= 0 && !s->restarting && x->runs[s->pair].phase != JOB_ENDED;
}

void job_announce(const struct job_executor *x)
{
	CLEANUP_STRBUF struct strbuf text = { 0 };

	for (uint32_t i = 0; i < x->plan->n_steps; i++) {
		const struct plan_step *s = &x->plan->steps[i];
		bool is_second_half = s->pair >= 0 && !s->restarting;

		if (s->type != JOB_NOP && !is_second_half) {
			strbuf_addf(&text, "%s %s\n", job_type_name(step_job_type(s)),
				    x->plan->graph->nodes[s->node].unit->id);
		}
	}
	if (text.n > 0 && !x->plan->yields) {
		news_tell(x->place, strbuf_text(&text));
	}
}

void job_listen(struct job_executor *x)
{
	bool has_waiting = false;

	for (uint32_t i = 0; i < x->plan->n_steps && x->news_fd < 0 && !has_waiting; i++) {
		has_waiting = step_waits(x, i);
	}
	if (has_waiting) {
		x->news_fd = news_listen(x->place);
	}
}

void job_unlisten(struct job_executor *x)
{
	if (x->news_fd >= 0) {
		news_unlisten(x->place, TAKE_FD(x->news_fd));
	}
}

/* The unit, and of a stop all that are stopped with it. */
static bool *find_concerned(struct job_executor *x, const struct graph_node *node, bool stops)
{
	const struct graph *g = x->plan->graph;
	bool *is_concerned = arena_new_n(x->arena, bool, g->n_nodes);
	uint32_t *queue = arena_new_n(x->arena, uint32_t, g->n_nodes);
	size_t n = 0;

	queue[n++] = (uint32_t)(node - g->nodes);
	is_concerned[queue[0]] = true;
	for (size_t k = 0; k < n && stops; k++) {
		GRAPH_FOREACH(e, g, queue[k], ATOM_STOP_PROPAGATES | ATOM_STOP_WITH) {
			if (!is_concerned[e->to]) {
				is_concerned[e->to] = true;
				queue[n++] = e->to;
			}
		}
	}
	return is_concerned;
}

static void take_news(struct job_executor *x, enum job_type type, const char *unit)
{
	const struct graph_node *node = graph_find(x->plan->graph, unit);
	const bool *is_concerned;
	enum job_type merged;

	if (!node) {
		return;
	}
	is_concerned = find_concerned(x, node, type == JOB_STOP);
	x->takes_news = true;
	for (uint32_t i = 0; i < x->plan->n_steps; i++) {
		const struct plan_step *s = &x->plan->steps[i];

		if (is_concerned[s->node] && step_waits(x, i) && !s->irreversible &&
		    !is_half_done(x, i) && job_type_merge(step_job_type(s), type, &merged) < 0) {
			job_step_end(x, i, JOB_CANCELED, NULL);
		}
	}
	x->takes_news = false;
}

void job_hear_news(struct job_executor *x)
{
	char text[NEWS_SIZE];

	while (news_hear(x->news_fd, text)) {
		struct strv lines = { 0 };

		strv_split(&lines, x->arena, text, "\n");
		STRV_FOREACH(line, &lines) {
			char *word = arena_strdup(x->arena, line), *unit = strchr(word, ' ');
			int type;

			if (!unit) {
				continue;
			}
			*unit++ = '\0';
			type = job_type_parse(word);
			if (type >= 0) {
				take_news(x, (enum job_type)type, unit);
			}
		}
	}
}
