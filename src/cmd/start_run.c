/* SPDX-License-Identifier: MIT */
#include "start.h"

#include <stdio.h>

/* "Job for x failed because …": by the unit's Result=. */
static const struct {
	const char *result, *reason;
} reasons[] = {
	{ "core-dump", "a fatal signal was delivered causing the control process to dump core" },
	{ "exit-code", "the control process exited with error code" },
	{ "protocol", "the service did not take the steps required by its unit configuration" },
	{ "resources", "of unavailable resources or another system error" },
	{ "signal", "a fatal signal was delivered to the control process" },
	{ "start-limit-hit", "start of the service was attempted too often" },
	{ "timeout", "a timeout was exceeded" },
	{ "watchdog", "the service failed to send watchdog ping" },
};

/* The sentence for every other result; %s is the unit. NULL: nothing to say. */
static const char *const sentences[JOB_RESULT_MAX] = {
	[JOB_CANCELED] = "Job for %s canceled.",
	[JOB_TIMEOUT] = "Job for %s timed out.",
	[JOB_DEPENDENCY] = "A dependency job for %s failed. See 'journalctl -xe' for details.",
	[JOB_INVALID] = "%s is not active, cannot reload.",
	[JOB_ASSERT] = "Assertion failed on job for %s.",
	[JOB_UNSUPPORTED] = "Operation on or unit type of %s not supported on this system.",
	[JOB_COLLECTED] = "Queued job for %s was garbage collected.",
	[JOB_ONCE] = "Unit %s was started already once and can't be started again.",
	[JOB_FROZEN] = "Cannot perform operation on frozen unit %s.",
};

static void print_failed(const struct cmd *c, const char *name, const char *result)
{
	const char *user = c->options.user ? " --user" : "", *reason = NULL;
	const char *error = result ? str_after_prefix(result, "resources ") : NULL;

	if (error) {
		cmd_error("Failed to supervise %s in %s: %s", name, c->place.dir, strerror(atoi(error)));
		result = "resources";
	}
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (streq_null(reasons[i].result, result)) {
			reason = reasons[i].reason;
		}
	}
	/* Only of services systemctl asks why. */
	if (name_type(name) != UNIT_SERVICE) {
		cmd_error("Job failed. See \"journalctl%s -xe\" for details.", user);
		return;
	}
	if (reason) {
		cmd_error("Job for %s failed because %s.", name, reason);
	} else {
		cmd_error("Job for %s failed.", name);
	}
	cmd_error("See \"systemctl%s status %s\" and \"journalctl%s -xeu %s\" for details.", user,
		  name, user, name);
	if (streq_null(result, "start-limit-hit")) {
		cmd_error("To force a start use \"systemctl%s reset-failed %s\"", user, name);
		cmd_error("followed by \"systemctl%s start %s\" again.", user, name);
	}
}

/* Says how the job for name ended; its exit status. */
static int print_outcome(const struct start *s, const char *name, const struct job_outcome *outcome)
{
	if (outcome->result == JOB_DONE || outcome->result == JOB_SKIPPED) {
		return 0;
	}
	if (s->c->options.quiet) {
		return 1;
	}
	if (outcome->result == JOB_FAILED) {
		print_failed(s->c, name, outcome->unit_result);
	} else {
		CLEANUP_STRBUF struct strbuf text = { 0 };
		const char *sentence = sentences[outcome->result], *hole = strstr(sentence, "%s");

		strbuf_add_n(&text, sentence, (size_t)(hole - sentence));
		strbuf_add(&text, name);
		strbuf_add(&text, hole + 2);
		cmd_error("%s", strbuf_text(&text));
	}
	return 1;
}

/*
 * The outcome of the job for a name: of a restart the half that decides. NULL if no step was
 * needed.
 */
static const struct job_outcome *find_outcome(const struct start *s,
					      const struct job_outcome *outcomes, const char *name)
{
	const struct graph_node *node = graph_find(&s->graph, name);
	const struct job_outcome *found = NULL;

	for (size_t i = 0; node && i < s->plan.n_steps; i++) {
		const struct plan_step *step = &s->plan.steps[i];

		if (step->node != (uint32_t)(node - s->graph.nodes)) {
			continue;
		}
		/* A later name took its place. */
		if (step->canceled) {
			return &outcomes[i];
		}
		if (!found || !step->restarting || outcomes[i].result != JOB_DONE) {
			found = &outcomes[i];
		}
	}
	return found;
}

/* With -T: all jobs of the transaction, as if they had numbers. */
static void print_transaction(const struct start *s)
{
	for (size_t i = 0; i < s->plan.n_steps; i++) {
		const struct plan_step *step = &s->plan.steps[i];
		bool is_restart = step->pair >= 0;

		if (step->restarting) {
			continue;
		}
		printf("Enqueued %s job %zu %s/%s.\n", step->anchor ? "anchor" : "auxiliary", i + 1,
		       s->graph.nodes[step->node].unit->id,
		       is_restart ? "restart" : job_type_name(step->type));
	}
	fflush(stdout);
}

/* Perhaps not yet: nobody waits for what comes along. */
static bool is_stopped(const struct start *s, uint32_t node)
{
	for (size_t i = 0; i < s->plan.n_steps; i++) {
		if (s->plan.steps[i].node == node && s->plan.steps[i].type == JOB_STOP) {
			return true;
		}
	}
	return false;
}

/* systemctl stop x.service, while x.socket is there to start it again. */
static void warn_triggers(const struct start *s, const char *name)
{
	const struct graph_node *node = graph_find(&s->graph, name);
	struct strv active = { 0 };

	if (!node || s->c->options.no_warn) {
		return;
	}
	GRAPH_FOREACH(e, &s->graph, node - s->graph.nodes, ATOM_TRIGGERED_BY) {
		const struct unit *trigger = s->graph.nodes[e->to].unit;
		enum active_state state = runtime_active(&s->c->place, trigger);

		if ((!active_state_is_up(state) && state != ACTIVE_ACTIVATING) || is_stopped(s, e->to)) {
			continue;
		}
		strv_add_unique(&active, &s->c->arena, trigger->id);
	}
	if (active.n > 0) {
		strv_sort(&active);
		cmd_notice(s->c, "Stopping '%s', but its triggering units are still active:", name);
		cmd_notice(s->c, "%s", strv_join(&active, &s->c->arena, ", "));
	}
}

static void warn_before(const struct start *s)
{
	if (s->c->options.no_warn) {
		return;
	}
	STRV_FOREACH(name, &s->accepted) {
		struct cmd_unit cu;

		if (cmd_unit_get(s->c, name, &cu) >= 0) {
			cmd_warn_changed(s->c, &cu);
		}
	}
}

static int run_plan(struct start *s, int status)
{
	struct job_outcome *outcomes;
	int r = (s->in_place ? job_run_in_place : job_run)(&s->plan, &s->c->place, &s->c->arena,
							 &outcomes);
	bool has_failed = false;

	if (r < 0) {
		cmd_error("Failed to run jobs: %s", strerror(-r));
		return r;
	}
	STRV_FOREACH(name, &s->accepted) {
		const struct job_outcome *outcome = find_outcome(s, outcomes, name);

		if (outcome && print_outcome(s, name, outcome) != 0) {
			has_failed = true;
		} else if (s->c->options.show_transaction) {
			printf("Job for %s finished.\n", name);
		}
		if (s->kind->type == JOB_STOP) {
			warn_triggers(s, name);
		}
	}
	return has_failed ? 1 : status;
}

int start_run(struct start *s, int status)
{
	struct cmd *c = s->c;

	if (c->options.dry_run) {
		CLEANUP_STRBUF struct strbuf text = { 0 };

		plan_print(&s->plan, &text);
		fputs(strbuf_text(&text), stdout);
		return status;
	}
	if (s->accepted.n == 0) {
		return status;
	}
	warn_before(s);
	if (c->options.show_transaction) {
		print_transaction(s);
	}
	if (c->options.no_block) {
		int r = s->plan.n_steps > 0 ? job_run_detached(&s->plan, &c->place) : 0;

		if (r < 0) {
			cmd_error("Failed to run jobs: %s", strerror(-r));
			return 1;
		}
		return status;
	}
	status = run_plan(s, status);
	if (c->options.wait && s->kind->type != JOB_STOP) {
		int r = start_wait_down(c, &s->accepted, false);

		status = status == 0 ? r : status;
	}
	return status;
}
