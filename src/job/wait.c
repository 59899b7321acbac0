/* SPDX-License-Identifier: MIT */
#include <sys/inotify.h>

#include "base/io.h"
#include "executor.h"
#include "state/runtime.h"

/* A supervisor that was killed will start nothing any more. */
static bool is_activating(struct job_executor *x, const struct unit *u, struct arena *a,
			  struct record *ret)
{
	return record_read(x->place, u->id, a, ret) == 0 && ret->active == ACTIVE_ACTIVATING &&
	       place_unit_is_supervised(x->place, u->id);
}

/* What step i has to wait for. */
struct blocker {
	const struct unit *unit; /* NULL nothing */
	bool is_queued;		 /* its job waits itself */
};

/* Between two automatic restarts nobody is waited for, and of stops only for those that somebody asked for. */
static bool is_running_blocker(struct job_executor *x, const struct graph_edge *e, enum job_type type)
{
	const struct graph_node *other = &x->plan->graph->nodes[e->to];
	bool was_changing = other->state == ACTIVE_ACTIVATING || other->state == ACTIVE_DEACTIVATING;
	CLEANUP_ARENA struct arena a = { 0 };
	struct record r;
	bool follows;

	if ((!was_changing && !x->is_late) || record_read(x->place, other->unit->id, &a, &r) < 0) {
		return false;
	}
	switch (r.active) {
	case ACTIVE_ACTIVATING:
		follows = job_type_follows(type, JOB_START, e->atoms) &&
			  !str_has_prefix(str_or_empty(r.sub), "auto-restart");
		break;
	case ACTIVE_DEACTIVATING:
		follows = job_type_follows(type, JOB_STOP, e->atoms) && streq_null(r.job, "stop");
		break;
	default:
		follows = false;
	}
	return follows && place_unit_is_supervised(x->place, other->unit->id);
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

		if (x->has_step[e->to]) {
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
