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

static bool is_being_started(struct job_executor *x, const struct unit *u)
{
	struct record r;

	/* Between two automatic restarts, nobody is waited for; a supervisor that was killed will
	 * start nothing any more. */
	return record_read(x->place, u->id, x->arena, &r) == 0 && r.active == ACTIVE_ACTIVATING &&
	       !str_has_prefix(str_or_empty(r.sub), "auto-restart") &&
	       place_unit_is_supervised(x->place, u->id);
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

bool job_wait_for_others(struct job_executor *x, uint32_t i)
{
	struct job_step_run *run = &x->runs[i];
	const struct unit *u;

	if (x->plan->steps[i].ignore_order) {
		return false;
	}
	u = find_predecessor(x, x->plan->steps[i].node);
	if (!u) {
		return false;
	}
	/* Where nothing can be watched, the turn of every second is enough. */
	run->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (run->fd >= 0) {
		inotify_add_watch(run->fd, place_unit_dir(x->place, u->id, x->arena),
				  IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_DELETE_SELF);
	}
	if (!is_being_started(x, u)) {
		macro_close(&run->fd);
		run->fd = -1;
		return job_wait_for_others(x, i);
	}
	run->phase = JOB_RUNNING;
	run->is_waiting = true;
	return true;
}

void job_wait_end(struct job_executor *x, uint32_t i)
{
	struct job_step_run *run = &x->runs[i];

	macro_close(&run->fd);
	run->fd = -1;
	run->is_waiting = false;
	run->phase = JOB_WAITING;
	job_step_begin(x, i);
}
