/* SPDX-License-Identifier: MIT */
#include "base/io.h"
#include "base/proc.h"
#include "executor.h"

#define OWN_NAME "systemctl"
#define N_OPTIONS 5

extern char **environ;

static char **new_arguments(struct job_executor *x, size_t n_units, size_t *ret_n)
{
	char **argv = arena_new_n(x->arena, char *, n_units + N_OPTIONS + 1);
	size_t n = 0;

	argv[n++] = OWN_NAME;
	if (x->place->user_scope) {
		argv[n++] = "--user";
	}
	*ret_n = n;
	return argv;
}

void job_start_on_failure(struct job_executor *x, const struct unit *u)
{
	const struct strv *units = &u->dependencies[DEP_ON_FAILURE];
	const char *mode = str_or_empty(u->on_failure_job_mode);
	const char *exe = units->n > 0 ? io_self_exe(x->arena, OWN_NAME) : NULL;
	char **argv;
	size_t n;

	if (!exe) {
		return;
	}
	argv = new_arguments(x, units->n, &n);
	argv[n++] = "--no-block";
	argv[n++] = arena_printf(x->arena, "--job-mode=%s", mode[0] ? mode : "replace");
	argv[n++] = "start";
	STRV_FOREACH(name, units) {
		argv[n++] = (char *)name;
	}
	argv[n] = NULL;
	(void)proc_spawn(exe, argv, environ, true);
}

/* Is the unit of this step one that another, which stays, wants to see up? */
static bool step_is_upheld(const struct job_executor *x, const bool *has_step, uint32_t i)
{
	const struct graph *g = x->plan->graph;

	GRAPH_FOREACH(e, g, x->plan->steps[i].node, ATOM_UPHELD_BY) {
		if (active_state_is_up(g->nodes[e->to].state) && !has_step[e->to]) {
			return true;
		}
	}
	return false;
}

static void run_aftermath(struct job_executor *x, const char *event, const char *unit)
{
	const char *exe = io_self_exe(x->arena, OWN_NAME);
	size_t n;
	char **argv = new_arguments(x, 0, &n);

	if (exe) {
		argv[n++] = "--soloctl-aftermath";
		argv[n++] = (char *)event;
		argv[n++] = (char *)unit;
		(void)proc_spawn(exe, argv, environ, true);
	}
}

void job_follow(struct job_executor *x)
{
	const struct plan *plan = x->plan;
	bool *has_step = arena_new_n(x->arena, bool, plan->graph->n_nodes + 1);
	bool only_stops = true;

	for (uint32_t i = 0; i < plan->n_steps; i++) {
		has_step[plan->steps[i].node] = true;
		only_stops = only_stops && plan->steps[i].type == JOB_STOP;
	}
	for (uint32_t i = 0; i < plan->n_steps; i++) {
		const struct unit *u = plan->graph->nodes[plan->steps[i].node].unit;

		if (only_stops && step_is_upheld(x, has_step, i)) {
			run_aftermath(x, "stopped", u->id);
		} else if (plan->steps[i].type == JOB_START && u->stop_when_unneeded) {
			run_aftermath(x, "started", u->id);
		}
	}
}
