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
static bool is_activating(struct job_executor *x, const struct unit *u, struct record *ret)
{
	return record_read(x->place, u->id, x->arena, ret) == 0 && ret->active == ACTIVE_ACTIVATING &&
	       place_unit_is_supervised(x->place, u->id);
}

/* Between two automatic restarts, nobody is waited for. */
static bool is_being_started(struct job_executor *x, const struct unit *u)
{
	struct record r;

	return is_activating(x, u, &r) && !str_has_prefix(str_or_empty(r.sub), "auto-restart");
}

static const struct unit *find_predecessor(struct job_executor *x, uint32_t node)
{
	const struct graph *g = x->plan->graph;

	GRAPH_FOREACH(e, g, node, ATOM_AFTER) {
		const struct graph_node *other = &g->nodes[e->to];

		if (other->state == ACTIVE_ACTIVATING && !has_step(x->plan, e->to) &&
		    is_being_started(x, other->unit)) {
			return other->unit;
		}
	}
	return NULL;
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
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	if (fd >= 0) {
		inotify_add_watch(fd, place_unit_dir(x->place, u->id, x->arena),
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
	const struct unit *u;

	if (x->plan->steps[i].ignore_order) {
		return false;
	}
	u = find_predecessor(x, x->plan->steps[i].node);
	if (!u) {
		return false;
	}
	wait_for_change(x, i, u);
	if (!is_being_started(x, u)) {
		stop_waiting(&x->runs[i]);
		return job_wait_for_others(x, i);
	}
	return true;
}

bool job_wait_for_start(struct job_executor *x, uint32_t i, const struct unit *u)
{
	struct record r;

	if (!is_activating(x, u, &r)) {
		return false;
	}
	wait_for_change(x, i, u);
	if (!is_activating(x, u, &r)) {
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
