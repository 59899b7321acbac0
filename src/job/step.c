/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "executor.h"
#include "state/control.h"
#include "state/manager.h"
#include "state/runtime.h"
#include "supervisor/supervisor.h"
#include "unit/condition.h"

#define MAX_TRIES 3

typedef void job_action(struct job_executor *x, uint32_t i, struct unit *u);

static struct unit *step_unit(const struct job_executor *x, uint32_t i)
{
	return x->plan->graph->nodes[x->plan->steps[i].node].unit;
}

/* Request texts of the three job types that a supervisor knows. */
static const char *request_of(const struct plan_step *s)
{
	switch (s->type) {
	case JOB_STOP:
		return s->restarting ? "stop restarting" : "stop";
	case JOB_RELOAD:
		return "reload";
	default:
		return "start";
	}
}

/* Asks the unit's supervisor, or a new one; the answer comes later. */
static void ask_supervisor(struct job_executor *x, uint32_t i, struct unit *u)
{
	struct job_step_run *run = &x->runs[i];
	const struct plan_step *s = &x->plan->steps[i];
	const char *request = request_of(s);

	run->phase = JOB_RUNNING;
	while (run->n_tries++ < MAX_TRIES) {
		if (s->type == JOB_START && s->pair >= 0 && x->runs[s->pair].fd >= 0) {
			run->fd = TAKE_FD(x->runs[s->pair].fd);
		} else {
			run->fd = control_connect(x->place, u->id);
		}
		if (run->fd < 0) {
			if (run->fd == -EACCES || run->fd == -EPERM) {
				break;
			}
			run->fd = supervisor_spawn(x->place, u->id, request);
			if (run->fd >= 0) {
				return;
			}
			break;
		}
		if (control_send(run->fd, request, NULL, 0) == 0) {
			return;
		}
		/* It ended between our connecting and sending. */
		macro_close(&run->fd);
		run->fd = -1;
	}
	job_log(x, u, 3, "%s: Failed to run '%s' task: %s", u->id, job_type_name(s->type),
		run->fd < 0 ? strerror(-run->fd) : "no supervisor");
	run->fd = -1;
	job_step_end(x, i, JOB_FAILED, "resources");
}

/*
 * A connection that closed without an answer: the supervisor was killed, or had nothing left to do.
 */
static void hear_nothing(struct job_executor *x, uint32_t i, struct unit *u)
{
	struct job_step_run *run = &x->runs[i];
	const struct plan_step *s = &x->plan->steps[i];

	macro_close(&run->fd);
	run->fd = -1;
	if (s->type == JOB_STOP && active_state_is_down(runtime_active(x->place, u))) {
		job_step_end(x, i, JOB_DONE, NULL);
	} else if (s->type != JOB_RELOAD && run->n_tries < MAX_TRIES) {
		ask_supervisor(x, i, u);
	} else {
		job_step_end(x, i, JOB_FAILED, "resources");
	}
}

void job_step_hear(struct job_executor *x, uint32_t i)
{
	struct unit *u = step_unit(x, i);
	char text[CONTROL_MESSAGE_MAX];
	size_t n_fds = 0;
	ssize_t n = control_receive(x->runs[i].fd, text, NULL, 0, &n_fds);
	char *rest;
	int result;

	if (n == -EAGAIN || n == -EINTR) {
		return;
	}
	if (n <= 0) {
		hear_nothing(x, i, u);
		return;
	}
	rest = strchr(text, ' ');
	if (rest) {
		*rest++ = '\0';
	}
	result = job_result_parse(text);
	/* A condition of the unit that was not met is no failure of the job. */
	if (result == JOB_SKIPPED) {
		result = JOB_DONE;
	}
	job_step_end(x, i, result < 0 ? JOB_FAILED : (enum job_result)result, rest);
}

/* BindsTo= together with After=: the unit that would have to be active at this very moment, NULL none. */
static const struct unit *find_inactive_bound(struct job_executor *x, uint32_t node)
{
	const struct graph *g = x->plan->graph;

	GRAPH_FOREACH(e, g, node, ATOM_BOUND) {
		uint32_t other = e->to;

		GRAPH_FOREACH(order, g, node, ATOM_AFTER) {
			if (order->to == other &&
			    !active_state_is_up(runtime_active(x->place, g->nodes[other].unit))) {
				return g->nodes[other].unit;
			}
		}
	}
	return NULL;
}

/* True if the step has ended. */
static bool end_by_binding(struct job_executor *x, uint32_t i, struct unit *u)
{
	const struct unit *other = find_inactive_bound(x, x->plan->steps[i].node);

	if (!other) {
		return false;
	}
	job_log(x, u, 4, "%s: Bound to unit %s, but unit isn't active.", u->id, other->id);
	job_log(x, u, 4, "Dependency failed for %s.", job_unit_title(x, u));
	job_log(x, u, 5, "%s: Job %s/start failed with result 'dependency'.", u->id, u->id);
	job_step_end(x, i, JOB_DEPENDENCY, NULL);
	return true;
}

/* Conditions and assertions at the moment of starting. True if the step has ended. */
static bool end_by_conditions(struct job_executor *x, uint32_t i, struct unit *u)
{
	const struct condition *failed = NULL;

	if (!condition_list_is_met(&u->conditions, &failed)) {
		job_log(x, u, 6, "%s skipped, unmet condition check %s=%s%s%s",
			job_unit_title(x, u),
			failed ? condition_kind_name((enum condition_kind)failed->kind, false) : "",
			failed && failed->trigger ? "|" : "", failed && failed->negate ? "!" : "",
			failed ? str_or_empty(failed->parameter) : "");
		job_step_end(x, i, JOB_DONE, NULL);
		return true;
	}
	if (!condition_list_is_met(&u->assertions, &failed)) {
		job_log(x, u, 6, "%s: Starting requested but asserts failed.", u->id);
		job_log(x, u, 3, "Assertion failed for %s.", job_unit_title(x, u));
		job_step_end(x, i, JOB_ASSERT, NULL);
		return true;
	}
	return false;
}

/* What every start begins with. True if there is nothing more to do. */
static bool is_start_over(struct job_executor *x, uint32_t i, struct unit *u,
			  enum active_state state)
{
	if (state == ACTIVE_ACTIVE || (state == ACTIVE_RELOADING && !x->plan->steps[i].anchor)) {
		job_step_end(x, i, JOB_DONE, NULL);
		return true;
	}
	/* Its supervisor knows what there is to wait for. */
	if (state == ACTIVE_ACTIVATING || state == ACTIVE_RELOADING) {
		return false;
	}
	return end_by_conditions(x, i, u) || end_by_binding(x, i, u);
}

static void start_supervised(struct job_executor *x, uint32_t i, struct unit *u)
{
	if (!is_start_over(x, i, u, runtime_active(x->place, u))) {
		ask_supervisor(x, i, u);
	}
}

static void stop_supervised(struct job_executor *x, uint32_t i, struct unit *u)
{
	/*
	 * A supervisor that waits to restart its unit, or that keeps a failed one's processes,
	 * still has something to stop. An early unit only counts as active: nobody runs it.
	 */
	if ((u->early || active_state_is_down(runtime_active(x->place, u))) &&
	    !place_unit_is_supervised(x->place, u->id)) {
		job_step_end(x, i, JOB_DONE, NULL);
		return;
	}
	ask_supervisor(x, i, u);
}

static void reload_supervised(struct job_executor *x, uint32_t i, struct unit *u)
{
	enum active_state state = runtime_active(x->place, u);

	if (active_state_is_down(state) || state == ACTIVE_DEACTIVATING) {
		job_step_end(x, i, JOB_INVALID, NULL);
		return;
	}
	ask_supervisor(x, i, u);
}

static void start_record(struct job_executor *x, uint32_t i, struct unit *u)
{
	int r;

	if (is_start_over(x, i, u, runtime_active(x->place, u))) {
		return;
	}
	r = job_record_start(x, u);
	job_step_end(x, i, r < 0 ? JOB_FAILED : JOB_DONE, r < 0 ? "resources" : NULL);
}

static void stop_record(struct job_executor *x, uint32_t i, struct unit *u)
{
	int r = job_record_stop(x, u);

	job_step_end(x, i, r < 0 ? JOB_FAILED : JOB_DONE, r < 0 ? "resources" : NULL);
}

/* Slices and scopes have no life of their own without cgroups. */
static void start_nothing(struct job_executor *x, uint32_t i, struct unit *u)
{
	job_step_end(x, i, JOB_DONE, NULL);
}

/* What the kernel or somebody else made active is fine as it is; nothing here can make it so. */
static void start_foreign(struct job_executor *x, uint32_t i, struct unit *u)
{
	if (is_start_over(x, i, u, runtime_active(x->place, u))) {
		return;
	}
	job_step_end(x, i, JOB_UNSUPPORTED, NULL);
}

static void stop_foreign(struct job_executor *x, uint32_t i, struct unit *u)
{
	bool is_down = active_state_is_down(runtime_active(x->place, u));

	job_step_end(x, i, is_down ? JOB_DONE : JOB_UNSUPPORTED, NULL);
}

/* systemd-run, whose child the command is, stops it as TimeoutStopSec= wants, and goes. */
static void stop_scope(struct job_executor *x, uint32_t i, struct unit *u)
{
	struct record r;

	if (active_state_is_down(runtime_active(x->place, u)) ||
	    record_read(x->place, u->id, x->arena, &r) < 0) {
		job_step_end(x, i, JOB_DONE, NULL);
		return;
	}
	if (r.control.pid <= 0 || proc_id_kill(&r.control, SCOPE_STOP_SIGNAL) < 0) {
		job_step_end(x, i, JOB_UNSUPPORTED, NULL);
		return;
	}
	job_wait_at(x, i, proc_id_open(&r.control));
}

/* Others are told: PropagatesReloadTo=. */
static void reload_nothing(struct job_executor *x, uint32_t i, struct unit *u)
{
	bool is_up = active_state_is_up(runtime_active(x->place, u));

	job_step_end(x, i, is_up ? JOB_DONE : JOB_INVALID, NULL);
}

static const struct job_actor {
	job_action *start, *stop, *reload;
} actors[UNIT_TYPE_MAX] = {
	[UNIT_SERVICE] = { start_supervised, stop_supervised, reload_supervised },
	[UNIT_TARGET] = { start_record, stop_record, reload_nothing },
	[UNIT_SLICE] = { start_nothing, start_nothing, reload_nothing },
	[UNIT_SOCKET] = { start_supervised, stop_supervised, reload_nothing },
	[UNIT_DEVICE] = { start_foreign, stop_foreign, reload_nothing },
	[UNIT_MOUNT] = { start_foreign, stop_foreign, reload_nothing },
	[UNIT_AUTOMOUNT] = { start_foreign, stop_foreign, reload_nothing },
	[UNIT_SWAP] = { start_foreign, stop_foreign, reload_nothing },
	[UNIT_TIMER] = { start_supervised, stop_supervised, reload_nothing },
	[UNIT_PATH] = { start_supervised, stop_supervised, reload_nothing },
	[UNIT_SCOPE] = { start_foreign, stop_scope, reload_nothing },
};

static void verify_active(struct job_executor *x, uint32_t i, struct unit *u)
{
	bool is_up = active_state_is_up(runtime_active(x->place, u));

	/* A stop is announced before it is done: was it one that made an end of what we waited for? */
	job_hear_news(x);
	if (x->runs[i].phase != JOB_ENDED) {
		job_step_end(x, i, is_up ? JOB_DONE : JOB_SKIPPED, NULL);
	}
}

/* True if the step does not have to wait for those of other commands: JobRunningTimeoutSec= counts from now. */
static bool is_free_to_run(struct job_executor *x, uint32_t i, const struct unit *u)
{
	usec_t *deadline = &x->runs[i].deadline, at;

	/* The end of the container waits for nobody. */
	if (!(x->in_place && x->plan->steps[i].type == JOB_STOP) && job_wait_for_others(x, i)) {
		return false;
	}
	if (u->job_running_timeout > 0 && u->job_running_timeout != USEC_INFINITY) {
		at = usec_add(clock_monotonic(), u->job_running_timeout);
		*deadline = at < *deadline ? at : *deadline;
	}
	return true;
}

/* While the container goes down, only what belongs to that is started. */
static bool is_too_late(const struct job_executor *x)
{
	return !x->in_place && manager_is_stopping(x->place);
}

void job_step_begin(struct job_executor *x, uint32_t i)
{
	const struct plan_step *s = &x->plan->steps[i];
	struct unit *u = step_unit(x, i);
	const struct job_actor *actor = &actors[u->type];

	switch (s->type) {
	case JOB_START:
		if (is_too_late(x)) {
			job_step_end(x, i, JOB_CANCELED, NULL);
			break;
		}
		if (u->skipped && !s->anchor && active_state_is_down(runtime_active(x->place, u))) {
			job_log(x, u, 6, "%s skipped at boot: %s", job_unit_title(x, u), u->skipped);
			job_step_end(x, i, JOB_DONE, NULL);
			break;
		}
		if (is_free_to_run(x, i, u)) {
			actor->start(x, i, u);
		}
		break;
	case JOB_STOP:
		if (is_free_to_run(x, i, u)) {
			actor->stop(x, i, u);
		}
		break;
	case JOB_RELOAD:
		if (is_free_to_run(x, i, u)) {
			actor->reload(x, i, u);
		}
		break;
	case JOB_VERIFY_ACTIVE:
		if (!job_wait_for_start(x, i, u)) {
			verify_active(x, i, u);
		}
		break;
	default:
		job_step_end(x, i, s->canceled ? JOB_CANCELED : JOB_DONE, NULL);
	}
}
