/* SPDX-License-Identifier: MIT */

/*
 * Several commands at once: what one begins cancels what contradicts it and still waits in another; and each shows what it has still
 * to do.
 */

#include "state/news.h"

#include "executor.h"

#define REPLACED_MAX USEC_PER_SEC

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

/* Does one of our jobs contradict this one? Who began after us has heard nothing of it. */
static bool is_replaced(const struct job_executor *x, const struct queued_job *job)
{
	int type = job->is_running || job->since > x->started ? -1 : job_type_parse(job->type);
	enum job_type merged;

	for (uint32_t i = 0; i < x->plan->n_steps && type >= 0; i++) {
		const struct plan_step *s = &x->plan->steps[i];

		if (s->type != JOB_NOP && !is_half_done(x, i) &&
		    streq(x->plan->graph->nodes[s->node].unit->id, job->unit)) {
			return job_type_merge((enum job_type)type, step_job_type(s), &merged) < 0;
		}
	}
	return false;
}

static bool has_replaced(void *context, const struct queued_job *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (is_replaced(context, &jobs[i])) {
			return true;
		}
	}
	return false;
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
		/* What was canceled for us is not to be seen beside what we do. */
		queue_wait(x->place, has_replaced, (void *)x, REPLACED_MAX);
	}
}

static bool has_to_listen(const struct job_executor *x)
{
	bool has_waiting = x->n_awaited == 0;

	for (uint32_t i = 0; i < x->plan->n_steps && !has_waiting; i++) {
		has_waiting = step_waits(x, i);
	}
	return has_waiting;
}

static void open_queue(struct job_executor *x)
{
	const struct plan *plan = x->plan;
	struct queued_job *jobs = arena_new_n(x->arena, struct queued_job, plan->n_steps + 1);

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct plan_step *s = &plan->steps[i];

		jobs[i].unit = plan->graph->nodes[s->node].unit->id;
		jobs[i].type = s->type == JOB_NOP ? NULL : job_type_name(step_job_type(s));
	}
	(void)queue_open(&x->queue, x->place, jobs, plan->n_steps, x->started, x->arena);
}

static enum queue_state queue_state_of(const struct job_executor *x, uint32_t i)
{
	if (x->runs[i].phase == JOB_ENDED || is_half_done(x, i)) {
		return QUEUE_ENDED;
	}
	return step_waits(x, i) ? QUEUE_WAITING : QUEUE_RUNNING;
}

void job_listen(struct job_executor *x)
{
	if (x->news_fd < 0 && has_to_listen(x)) {
		x->news_fd = news_listen(x->place);
		if (x->news_fd >= 0) {
			open_queue(x);
		}
	}
	/* What begins comes before what ends, so that a restart is never seen to have none of its halves. */
	for (uint32_t k = 0; k < 2 * x->plan->n_steps && x->queue.fd >= 0; k++) {
		uint32_t i = k % (uint32_t)x->plan->n_steps;
		enum queue_state state = queue_state_of(x, i);

		if ((state == QUEUE_ENDED) == (k >= x->plan->n_steps)) {
			queue_set(&x->queue, i, state);
		}
	}
}

void job_unlisten(struct job_executor *x)
{
	if (x->news_fd >= 0) {
		queue_close(&x->queue, x->place);
		news_unlisten(x->place, TAKE_FD(x->news_fd));
	}
}

/* The unit, and of a stop all that are stopped with it. */
static bool *find_concerned(struct job_executor *x, const struct graph_node *node, bool stops,
			    struct arena *a)
{
	const struct graph *g = x->plan->graph;
	bool *is_concerned = arena_new_n(a, bool, g->n_nodes);
	uint32_t *queue = arena_new_n(a, uint32_t, g->n_nodes);
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

/* systemctl cancel. What runs is canceled by its supervisor. */
static void take_cancel(struct job_executor *x, const char *unit)
{
	for (uint32_t i = 0; i < x->plan->n_steps; i++) {
		if (step_waits(x, i) && !is_half_done(x, i) &&
		    streq(x->plan->graph->nodes[x->plan->steps[i].node].unit->id, unit)) {
			job_step_end(x, i, JOB_CANCELED, NULL);
		}
	}
}

static void take_news(struct job_executor *x, enum job_type type, const char *unit)
{
	CLEANUP_ARENA struct arena a = { 0 };
	const struct graph_node *node = graph_find(x->plan->graph, unit);
	const bool *is_concerned;
	enum job_type merged;

	if (!node) {
		return;
	}
	is_concerned = find_concerned(x, node, type == JOB_STOP, &a);
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
		CLEANUP_ARENA struct arena a = { 0 };
		struct strv lines = { 0 };

		strv_split(&lines, &a, text, "\n");
		STRV_FOREACH(line, &lines) {
			char *word = arena_strdup(&a, line), *unit = strchr(word, ' ');
			int type;

			if (!unit) {
				continue;
			}
			*unit++ = '\0';
			type = job_type_parse(word);
			if (streq(word, NEWS_CANCEL)) {
				take_cancel(x, unit);
			} else if (type >= 0) {
				take_news(x, (enum job_type)type, unit);
			}
		}
	}
}
