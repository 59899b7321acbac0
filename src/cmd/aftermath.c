/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "graph/aftermath.h"
#include "graph/plan.h"
#include "state/manager.h"
#include "units.h"

/* So often, and not more, systemd starts a unit because another one upholds it. */
#define UPHELD_INTERVAL (10 * USEC_PER_SEC)
#define UPHELD_BURST 16
#define UPHELD_VARIABLE "SOLOCTL_UPHELD"
#define END_MAX_MS 1000

static const char *const monitor_variables[] = {
	"MONITOR_SERVICE_RESULT", "MONITOR_EXIT_CODE", "MONITOR_EXIT_STATUS",
	"MONITOR_INVOCATION_ID",  "MONITOR_UNIT",
};

enum wish_kind {
	WISH_MONITOR, /* OnFailure=, OnSuccess= */
	WISH_PLAIN,
	WISH_UPHELD, /* the unit itself has to come up again */
};

static enum wish_kind wish_kind(const struct aftermath_wish *wish, const char *unit)
{
	if (wish->monitor) {
		return WISH_MONITOR;
	}
	return wish->type == JOB_START && streq(wish->unit, unit) ? WISH_UPHELD : WISH_PLAIN;
}

/* Each wish is a transaction, and those of one kind are one plan. False if there is nothing to do. */
static bool plan_wishes(struct cmd *c, const struct aftermath_wish *const *wishes, size_t n,
			struct plan *ret)
{
	struct diag_list *diags = arena_new(&c->arena, struct diag_list);
	struct graph *graph = arena_new(&c->arena, struct graph);
	struct strv wanted = { 0 };
	bool is_stopping;

	diags->arena = &c->arena;
	for (size_t i = 0; i < n; i++) {
		strv_add(&wanted, &c->arena, wishes[i]->unit);
	}
	if (n == 0 || cmd_graph_open(c, &wanted, graph) < 0) {
		return false;
	}
	is_stopping = manager_is_stopping(&c->place);
	plan_init(ret, graph, &c->arena, diags);
	for (size_t i = 0; i < n; i++) {
		struct plan_request request = { .name = wishes[i]->unit,
						.type = wishes[i]->type,
						.mode = wishes[i]->mode };

		if (wishes[i]->type == JOB_STOP || !is_stopping) {
			(void)plan_add(ret, &request, NULL);
		}
	}
	plan_finish(ret);
	return ret->n_steps > 0;
}

static void run_wishes(struct cmd *c, const struct aftermath_wish *const *wishes, size_t n)
{
	struct job_outcome *outcomes;
	struct plan plan;

	if (plan_wishes(c, wishes, n, &plan)) {
		(void)job_run(&plan, &c->place, &c->arena, &outcomes);
	}
}

/* Those of one kind, in order: how many. */
static size_t pick(const struct aftermath_wish *wishes, size_t n, const char *unit,
		   enum wish_kind kind, const struct aftermath_wish **ret)
{
	size_t n_picked = 0;

	for (size_t i = 0; i < n; i++) {
		if (wish_kind(&wishes[i], unit) == kind) {
			ret[n_picked++] = &wishes[i];
		}
	}
	return n_picked;
}

/*
 * Counts a start of what is upheld: 0, or how long it has to wait. Where the start limit is switched
 * off, a unit that ends at once would turn for ever; the supervisor that this process starts hands
 * the count on to the next one.
 */
static usec_t take_turn(struct arena *a)
{
	char *rest = NULL;
	usec_t now = clock_monotonic();
	usec_t begin = strtoull(str_or_empty(getenv(UPHELD_VARIABLE)), &rest, 10);
	unsigned long n = strtoul(rest, NULL, 10);

	if (begin == 0 || now < begin || now - begin > UPHELD_INTERVAL) {
		begin = now;
		n = 0;
	}
	if (n >= UPHELD_BURST) {
		return begin + UPHELD_INTERVAL - now + USEC_PER_MSEC;
	}
	setenv(UPHELD_VARIABLE,
	       arena_printf(a, "%llu %lu", (unsigned long long)begin, n + 1), 1);
	return 0;
}

/* Who called us ends now. If it were asked to start the unit once more, the count would get lost. */
static void await_supervisor(struct cmd *c, const char *unit)
{
	CLEANUP_CLOSE int fd = -1;
	struct pollfd end = { .events = POLLIN };
	struct record r;

	if (record_read(&c->place, unit, &c->arena, &r) == 0 && active_state_is_down(r.active) &&
	    r.supervisor.pid > 0) {
		fd = proc_id_open(&r.supervisor);
	}
	end.fd = fd;
	if (fd >= 0) {
		(void)poll(&end, 1, END_MAX_MS);
	}
}

/* After a pause, the unit may be up, or nobody may uphold it any more. */
static void start_upheld(struct cmd *c, const struct aftermath_wish *wish)
{
	usec_t pause = take_turn(&c->arena);
	struct timespec span = usec_to_timespec(pause);

	if (pause == 0) {
		await_supervisor(c, wish->unit);
		run_wishes(c, &wish, 1);
		return;
	}
	nanosleep(&span, NULL);
	cmd_aftermath(c, "stopped", wish->unit);
}

/*
 * A supervisor that is started inherits our environment, and only that of an OnFailure= or
 * OnSuccess= unit may know what was monitored. Nobody waits for it. What may have to wait comes last.
 */
static void fulfil(struct cmd *c, const struct aftermath_wish *wishes, size_t n, const char *unit)
{
	const struct aftermath_wish **some =
		arena_new_n(&c->arena, const struct aftermath_wish *, n + 1);
	struct plan plan;

	if (plan_wishes(c, some, pick(wishes, n, unit, WISH_MONITOR, some), &plan)) {
		(void)job_run_detached(&plan, &c->place);
	}
	for (size_t i = 0; i < ARRAY_SIZE(monitor_variables); i++) {
		unsetenv(monitor_variables[i]);
	}
	run_wishes(c, some, pick(wishes, n, unit, WISH_PLAIN, some));
	if (pick(wishes, n, unit, WISH_UPHELD, some) > 0) {
		start_upheld(c, some[0]);
	}
}

static int event_parse(const char *word)
{
	static const char *const words[] = {
		[AFTERMATH_DEAD] = "dead",
		[AFTERMATH_FAILED] = "failed",
		[AFTERMATH_STOPPED] = "stopped",
		[AFTERMATH_STARTED] = "started",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (streq(words[i], word)) {
			return (int)i;
		}
	}
	return -1;
}

int cmd_aftermath(struct cmd *c, const char *event, const char *unit)
{
	struct aftermath_wish *wishes;
	struct strv wanted = { 0 };
	struct graph graph;
	size_t n = 0;
	int what = event_parse(event);

	if (what < 0) {
		cmd_error("Unknown event '%s'.", event);
		return 1;
	}
	strv_add(&wanted, &c->arena, unit);
	if (cmd_graph_open(c, &wanted, &graph) < 0 ||
	    aftermath_list(&graph, unit, (enum aftermath_event)what, &c->arena, &wishes, &n) < 0) {
		return 1;
	}
	fulfil(c, wishes, n, unit);
	return 0;
}
