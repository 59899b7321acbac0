/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/io.h"
#include "job/run.h"
#include "state/runtime.h"
#include "supervisor/supervisor.h"

/*
 * Real plans on a directory of unit files of their own; the supervisors are this very program,
 * executed under their name.
 */
struct world {
	char dir[64];
	struct arena arena;
	struct place place;
	struct unit_store store;
};

static void write_unit(struct world *w, const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof path, "%s/units/%s", w->dir, name);
	assert_int_equal(io_write_atomic(AT_FDCWD, path, text, strlen(text), 0644), 0);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	char path[256];

	strcpy(w->dir, "/tmp/soloctl-job-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(path, sizeof path, "%s/units", w->dir);
	assert_int_equal(mkdir(path, 0755), 0);
	setenv("SYSTEMD_UNIT_PATH", path, 1);
	snprintf(path, sizeof path, "%s/run", w->dir);
	setenv("SOLOCTL_RUNTIME_DIR", path, 1);
	snprintf(path, sizeof path, "%s/log", w->dir);
	setenv("SOLOCTL_LOG_DIR", path, 1);
	assert_int_equal(place_init(&w->place, false, &w->arena), 0);
	*state = w;
	return 0;
}

static enum active_state ask(void *context, const struct unit *u)
{
	return runtime_active(context, u);
}

/* Plans one request on fresh units. */
static void make_plan(struct world *w, const char *name, enum job_type type, struct graph *g,
		      struct plan *plan)
{
	struct unit_store_options options = { .scope = SEARCH_SYSTEM, .early_active = true };
	struct diag_list *diags = arena_new(&w->arena, struct diag_list);
	struct plan_request request = {
		.name = name, .type = type, .mode = JOB_MODE_REPLACE, .manual = true
	};
	struct strv *wanted = arena_new(&w->arena, struct strv),
		    *active = arena_new(&w->arena, struct strv);
	struct graph_seeds seeds = {
		.wanted = wanted, .active = active, .state = ask, .context = &w->place
	};

	diags->arena = &w->arena;
	strv_add(wanted, &w->arena, name);
	place_list_units(&w->place, &w->arena, active);
	assert_int_equal(unit_store_open(&w->store, &options), 0);
	assert_int_equal(graph_open(g, &w->store, &seeds, &w->arena), 0);
	plan_init(plan, g, &w->arena, diags);
	assert_int_equal(plan_add(plan, &request, NULL), PLAN_OK);
	plan_finish(plan);
}

/* Runs it; the outcome of the named unit's (last) step. */
static struct job_outcome run(struct world *w, const char *name, enum job_type type)
{
	struct job_outcome *outcomes, found = { JOB_DONE, "" };
	struct graph g;
	struct plan plan;

	make_plan(w, name, type, &g, &plan);
	assert_int_equal(job_run(&plan, &w->place, &w->arena, &outcomes), 0);
	for (size_t i = 0; i < plan.n_steps; i++) {
		if (streq(g.nodes[plan.steps[i].node].unit->id, name) &&
		    !plan.steps[i].restarting) {
			found = outcomes[i];
		}
	}
	unit_store_close(&w->store);
	return found;
}

static enum active_state state_of(struct world *w, const char *name)
{
	struct unit_store_options options = { .scope = SEARCH_SYSTEM, .early_active = true };
	struct unit_store store;
	struct unit *u;
	enum active_state s;

	assert_int_equal(unit_store_open(&store, &options), 0);
	assert_int_equal(unit_store_get(&store, name, &u), 0);
	s = runtime_active(&w->place, u);
	unit_store_close(&store);
	return s;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	struct strv names = { 0 };

	place_list_units(&w->place, &w->arena, &names);
	STRV_FOREACH(name, &names) {
		run(w, name, JOB_STOP);
	}
	io_remove_tree(AT_FDCWD, w->dir);
	arena_free(&w->arena);
	free(w);
	return 0;
}

#define SLEEPER "[Service]\nExecStart=/bin/sleep 1000\n"

static void test_start_and_stop(void **state)
{
	struct world *w = *state;

	write_unit(w, "a.service", SLEEPER);
	assert_int_equal(run(w, "a.service", JOB_START).result, JOB_DONE);
	assert_int_equal(state_of(w, "a.service"), ACTIVE_ACTIVE);
	assert_int_equal(run(w, "a.service", JOB_START).result, JOB_DONE);
	assert_int_equal(run(w, "a.service", JOB_RESTART).result, JOB_DONE);
	assert_int_equal(state_of(w, "a.service"), ACTIVE_ACTIVE);
	assert_int_equal(run(w, "a.service", JOB_STOP).result, JOB_DONE);
	assert_int_equal(state_of(w, "a.service"), ACTIVE_INACTIVE);
	assert_int_equal(run(w, "a.service", JOB_STOP).result, JOB_DONE);
}

static void test_order_is_kept(void **state)
{
	struct world *w = *state;
	char text[512], *order;

	snprintf(text, sizeof text,
		 "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'sleep 0.1; echo -n one >> "
		 "%s/order'\n",
		 w->dir);
	write_unit(w, "one.service", text);
	snprintf(text, sizeof text,
		 "[Unit]\nRequires=one.service\nAfter=one.service\n[Service]\nType=oneshot\n"
		 "ExecStart=/bin/sh -c 'echo -n two >> %s/order'\n",
		 w->dir);
	write_unit(w, "two.service", text);
	assert_int_equal(run(w, "two.service", JOB_START).result, JOB_DONE);
	snprintf(text, sizeof text, "%s/order", w->dir);
	assert_int_equal(io_read_file(AT_FDCWD, text, 100, &w->arena, &order, NULL), 0);
	assert_string_equal(order, "onetwo");
}

static void test_failures(void **state)
{
	struct world *w = *state;
	struct job_outcome outcome;

	write_unit(w, "bad.service", "[Service]\nType=oneshot\nExecStart=/bin/false\n");
	write_unit(w, "needs.service", "[Unit]\nRequires=bad.service\nAfter=bad.service\n" SLEEPER);
	write_unit(w, "wants.service", "[Unit]\nWants=bad.service\nAfter=bad.service\n" SLEEPER);
	outcome = run(w, "bad.service", JOB_START);
	assert_int_equal(outcome.result, JOB_FAILED);
	assert_string_equal(outcome.unit_result, "exit-code");
	assert_int_equal(state_of(w, "bad.service"), ACTIVE_FAILED);
	assert_int_equal(run(w, "needs.service", JOB_START).result, JOB_DEPENDENCY);
	assert_int_equal(state_of(w, "needs.service"), ACTIVE_INACTIVE);
	assert_int_equal(run(w, "wants.service", JOB_START).result, JOB_DONE);
	assert_int_equal(state_of(w, "wants.service"), ACTIVE_ACTIVE);
}

static void test_conditions(void **state)
{
	struct world *w = *state;

	write_unit(w, "c.service", "[Unit]\nConditionPathExists=/nonexistent\n" SLEEPER);
	write_unit(w, "a.service", "[Unit]\nAssertPathExists=/nonexistent\n" SLEEPER);
	assert_int_equal(run(w, "c.service", JOB_START).result, JOB_DONE);
	assert_int_equal(state_of(w, "c.service"), ACTIVE_INACTIVE);
	assert_int_equal(run(w, "a.service", JOB_START).result, JOB_ASSERT);
}

static void test_targets_are_records(void **state)
{
	struct world *w = *state;

	write_unit(w, "a.service", SLEEPER);
	write_unit(w, "t.target", "[Unit]\nRequires=a.service\n");
	assert_int_equal(run(w, "t.target", JOB_START).result, JOB_DONE);
	assert_int_equal(state_of(w, "t.target"), ACTIVE_ACTIVE);
	assert_int_equal(state_of(w, "a.service"), ACTIVE_ACTIVE);
	assert_int_equal(run(w, "t.target", JOB_STOP).result, JOB_DONE);
	assert_int_equal(state_of(w, "t.target"), ACTIVE_INACTIVE);
	assert_int_equal(state_of(w, "a.service"), ACTIVE_ACTIVE);
}

static void test_reload_of_what_does_not_run(void **state)
{
	struct world *w = *state;

	write_unit(w, "r.service", SLEEPER "ExecReload=/bin/true\n");
	assert_int_equal(run(w, "r.service", JOB_RELOAD).result, JOB_INVALID);
	assert_int_equal(run(w, "r.service", JOB_START).result, JOB_DONE);
	assert_int_equal(run(w, "r.service", JOB_RELOAD).result, JOB_DONE);
}

static void test_job_timeout(void **state)
{
	struct world *w = *state;
	usec_t before = clock_monotonic();

	write_unit(w, "slow.service",
		   "[Unit]\nJobTimeoutSec=200ms\n[Service]\nType=oneshot\nExecStart=/bin/sleep "
		   "1000\n");
	assert_int_equal(run(w, "slow.service", JOB_START).result, JOB_TIMEOUT);
	assert_true(clock_monotonic() - before < 5 * USEC_PER_SEC);
}

static void test_bound_unit_needs_the_other(void **state)
{
	struct world *w = *state;

	write_unit(w, "base.service", "[Unit]\nConditionPathExists=/nonexistent\n" SLEEPER);
	write_unit(w, "bound.service",
		   "[Unit]\nBindsTo=base.service\nAfter=base.service\n" SLEEPER);
	assert_int_equal(run(w, "bound.service", JOB_START).result, JOB_DEPENDENCY);
}

/* Measured: a unit's own conditions come before what it is bound to. */
static void test_bound_unit_that_is_skipped(void **state)
{
	struct world *w = *state;

	write_unit(w, "base.service", "[Unit]\nConditionPathExists=/nonexistent\n" SLEEPER);
	write_unit(w, "bound.service",
		   "[Unit]\nConditionPathExists=/nonexistent\n"
		   "BindsTo=base.service\nAfter=base.service\n" SLEEPER);
	assert_int_equal(run(w, "bound.service", JOB_START).result, JOB_DONE);
	assert_int_equal(state_of(w, "bound.service"), ACTIVE_INACTIVE);
}

static void test_requisite_of_what_did_not_stay(void **state)
{
	struct world *w = *state;

	write_unit(w, "skipped.service", "[Unit]\nConditionPathExists=/nonexistent\n" SLEEPER);
	write_unit(w, "over.service", "[Service]\nType=oneshot\nExecStart=/bin/true\n");
	write_unit(w, "a.service",
		   "[Unit]\nRequires=skipped.service\nRequisite=skipped.service\n"
		   "After=skipped.service\n" SLEEPER);
	write_unit(w, "b.service",
		   "[Unit]\nRequires=over.service\nRequisite=over.service\n"
		   "After=over.service\n" SLEEPER);
	assert_int_equal(run(w, "a.service", JOB_START).result, JOB_DEPENDENCY);
	assert_int_equal(run(w, "b.service", JOB_START).result, JOB_DEPENDENCY);
}

static void test_detached_run_outlives_its_caller(void **state)
{
	struct world *w = *state;
	struct graph g;
	struct plan plan;

	write_unit(w, "d.service", SLEEPER);
	make_plan(w, "d.service", JOB_START, &g, &plan);
	assert_int_equal(job_run_detached(&plan, &w->place), 0);
	unit_store_close(&w->store);
	for (int i = 0; i < 200 && state_of(w, "d.service") != ACTIVE_ACTIVE; i++) {
		usleep(10000);
	}
	assert_int_equal(state_of(w, "d.service"), ACTIVE_ACTIVE);
}

/* Nobody ran it, so there is nothing to stop, and nothing to keep a record of. */
static void test_stop_of_an_early_unit(void **state)
{
	struct world *w = *state;
	struct strv names = { 0 };

	write_unit(w, "syslog.socket", "[Socket]\nListenDatagram=/run/systemd/journal/syslog\n");
	assert_int_equal(run(w, "syslog.socket", JOB_STOP).result, JOB_DONE);
	place_list_units(&w->place, &w->arena, &names);
	assert_int_equal(names.n, 0);
}

static void write_teller(struct world *w, const char *word)
{
	char text[256];

	snprintf(text, sizeof text,
		 "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'echo -n %s > %s/word'\n", word,
		 w->dir);
	write_unit(w, "teller.service", text);
}

static void test_restart_reads_the_files_anew(void **state)
{
	struct world *w = *state;
	const char *path = arena_printf(&w->arena, "%s/word", w->dir);
	char *word;

	write_teller(w, "old");
	assert_int_equal(run(w, "teller.service", JOB_START).result, JOB_DONE);
	write_teller(w, "new");
	assert_int_equal(run(w, "teller.service", JOB_RESTART).result, JOB_DONE);
	assert_int_equal(io_read_file(AT_FDCWD, path, 100, &w->arena, &word, NULL), 0);
	assert_string_equal(word, "new");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_start_and_stop, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_order_is_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_failures, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_conditions, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_targets_are_records, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_reload_of_what_does_not_run, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_job_timeout, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bound_unit_needs_the_other, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_bound_unit_that_is_skipped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_requisite_of_what_did_not_stay, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_detached_run_outlives_its_caller, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_stop_of_an_early_unit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_restart_reads_the_files_anew, set_up, tear_down),
	};

	if (streq(path_basename(argv[0]), SUPERVISOR_ARGV0)) {
		return supervisor_main(argc, argv);
	}
	/* What follows an end is asked of our own binary: it must not play the tests once more. */
	if (argc > 1) {
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
