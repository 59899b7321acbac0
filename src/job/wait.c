/* SPDX-License-Identifier: MIT */
#include <sys/inotify.h>

#include "base/io.h"
#include "executor.h"
#include "state/runtime.h"

static bool has_step(const struct plan *plan, uint32_t node)
{
	for (size_t i = 0; i < plan->n_steps; i++) {
		if (plan->steps[i].node == node) {
			return true;
		}
	}
	return false;
}

/* A supervisor that was killed will start nothing any more. */
static bool is_activating(struct job_executor *x, const struct unit *u, struct arena *a,
			  struct record *ret)
{
	return record_read(x->place, u->id, a, ret) == 0 && ret->active == ACTIVE_ACTIVATING &&
	       place_unit_is_supervised(x->place, u->id);
}

/* Between two automatic restarts, nobody is waited for. */
static bool is_being_started(struct job_executor *x, const struct unit *u)
{
	CLEANUP_ARENA struct arena a = { 0 };
	struct record r;

	return is_activating(x, u, &a, &r) && !str_has_prefix(str_or_empty(r.sub), "auto-restart");
}

/* A stop that somebody asked for: nobody waits for a unit that ends by itself. */
static bool is_being_stopped(struct job_executor *x, const struct unit *u)
{
	CLEANUP_ARENA struct arena a = { 0 };
	struct record r;

	return record_read(x->place, u->id, &a, &r) == 0 && r.active == ACTIVE_DEACTIVATING &&
	       streq_null(r.job, "stop") && place_unit_is_supervised(x->place, u->id);
}

/* What step i has to wait for. */
struct blocker {
	const struct unit *unit; /* NULL nothing */
	bool is_queued;		 /* its job waits itself */
};

static bool is_running_blocker(struct job_executor *x, const struct graph_edge *e, enum job_type type)
{
	const struct graph_node *other = &x->plan->graph->nodes[e->to];
	enum active_state state = x->is_late ? runtime_active(x->place, other->unit) : other->state;

	switch (state) {
	case ACTIVE_ACTIVATING:
		return job_type_follows(type, JOB_START, e->atoms) && is_being_started(x, other->unit);
	case ACTIVE_DEACTIVATING:
		return job_type_follows(type, JOB_STOP, e->atoms) && is_being_stopped(x, other->unit);
	default:
		return false;
	}
}

/* The job of another command that was there before ours; if both waited for each other, neither would ever begin. */
static bool is_queued_blocker(struct job_executor *x, const struct queued_job *job,
			      const struct graph_edge *e, enum job_type type)
{
	int other = job_type_parse(job->type);
	bool is_older = job->since < x->started ||
			(job->since == x->started && job->owner < getpid());

	return is_older && other >= 0 && streq(job->unit, x->plan->graph->nodes[e->to].unit->id) &&
	       job_type_follows(type, (enum job_type)other, e->atoms);
}

static struct blocker find_blocker(struct job_executor *x, uint32_t i)
{
	const struct plan_step *s = &x->plan->steps[i];
	CLEANUP_ARENA struct arena a = { 0 };
	struct queued_job *jobs;
	size_t n;

	if (s->ignore_order || queue_list(x->place, &a, &jobs, &n) < 0) {
		return (struct blocker){ 0 };
	}
	GRAPH_FOREACH(e, x->plan->graph, s->node, ATOM_AFTER | ATOM_BEFORE) {
		const struct unit *other = x->plan->graph->nodes[e->to].unit;

		if (has_step(x->plan, e->to)) {
			continue;
		}
		if (is_running_blocker(x, e, s->type)) {
			return (struct blocker){ .unit = other };
		}
		for (size_t k = 0; k < n; k++) {
			if (is_queued_blocker(x, &jobs[k], e, s->type)) {
				return (struct blocker){ .unit = other, .is_queued = true };
			}
		}
	}
	return (struct blocker){ 0 };
}

void job_wait_at(struct job_executor *x, uint32_t i, int fd)
{
	x->runs[i].fd = fd;
	x->runs[i].phase = JOB_RUNNING;
	x->runs[i].is_waiting = true;
}

/* Step i begins anew when something has happened to u. */
static void wait_for_change(struct job_executor *x, uint32_t i, const struct unit *u)
{
	CLEANUP_ARENA struct arena a = { 0 };
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd >= 0) {
		inotify_add_watch(fd, place_unit_dir(x->place, u->id, &a),
				  IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_DELETE_SELF);
	}
	job_wait_at(x, i, fd);
}

/* It has happened before the watch was there. */
static void stop_waiting(struct job_step_run *run)
{
	macro_close(&run->fd);
	run->fd = -1;
	run->is_waiting = false;
	run->phase = JOB_WAITING;
}

bool job_wait_for_others(struct job_executor *x, uint32_t i)
{
	struct blocker b = find_blocker(x, i);

	while (b.unit) {
		struct blocker again;

		if (b.is_queued) {
			job_wait_at(x, i, queue_watch(x->place));
		} else {
			wait_for_change(x, i, b.unit);
		}
		again = find_blocker(x, i);
		if (again.unit == b.unit && again.is_queued == b.is_queued) {
			return true;
		}
		stop_waiting(&x->runs[i]);
		b = again;
	}
	return false;
}

bool job_wait_for_start(struct job_executor *x, uint32_t i, const struct unit *u)
{
	CLEANUP_ARENA struct arena a = { 0 };
	struct record r;

	if (!is_activating(x, u, &a, &r)) {
		return false;
	}
	wait_for_change(x, i, u);
	if (!is_activating(x, u, &a, &r)) {
		stop_waiting(&x->runs[i]);
		return false;
	}
	return true;
}

void job_wait_end(struct job_executor *x, uint32_t i)
{
	stop_waiting(&x->runs[i]);
	job_step_begin(x, i);
}
