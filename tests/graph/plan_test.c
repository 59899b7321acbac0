/* SPDX-License-Identifier: MIT */
#include "world.h"

static void start_alone(void **state)
{
	world_unit("a.service");
	assert_string_equal(world_plan(JOB_START, "a.service"), "start a.service\n");
	assert_true(world.plan.steps[0].anchor);
	assert_true(world.plan.steps[0].matters);
}

static void start_pulls_in_by_order(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "b.service");
	world_depend("a.service", DEP_WANTS, "c.service missing.service");
	world_depend("a.service", DEP_AFTER, "b.service c.service");
	world_depend("c.service", DEP_AFTER, "b.service");
	world_depend("b.service", DEP_BINDS_TO, "d.service");
	world_depend("b.service", DEP_BEFORE, "d.service");
	world_unit("d.service");
	assert_string_equal(world_plan(JOB_START, "a.service"),
			    "start b.service\n"
			    "start d.service (after 1: b.service/start)\n"
			    "start c.service (after 1: b.service/start)\n"
			    "start a.service (after 2: b.service/start, c.service/start)\n");
}

static void failure_links(void **state)
{
	const struct plan_step *s;

	world_depend("a.service", DEP_REQUIRES, "b.service");
	world_depend("a.service", DEP_WANTS, "c.service");
	world_units("b.service c.service");
	world_plan(JOB_START, "a.service");
	s = world.plan.steps;
	for (size_t i = 0; i < world.plan.n_steps; i++) {
		const char *id = world.graph.nodes[s[i].node].unit->id;

		assert_int_equal(s[i].n_fail, streq(id, "b.service") ? 1 : 0);
		assert_int_equal(s[i].matters, !streq(id, "c.service"));
		if (s[i].n_fail) {
			uint32_t victim = world.plan.links[s[i].first_fail];

			assert_string_equal(world.graph.nodes[s[victim].node].unit->id,
					    "a.service");
		}
	}
}

static void active_ones_are_left_alone(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "b.service");
	world_depend("a.service", DEP_AFTER, "b.service");
	world_depend("b.service", DEP_WANTS, "c.service");
	world_unit("c.service");
	world_state("b.service", ACTIVE_ACTIVE);
	assert_string_equal(world_plan(JOB_START, "a.service"), "start a.service\n");
}

/* Another command has a job for each of these two. */
static void open_queued(const char *wanted, enum job_type type_b, enum job_type type_c)
{
	struct graph_node *b, *c;

	strv_add(&world.active, &world.arena, "c.service");
	world_open(wanted);
	b = graph_find(&world.graph, "b.service");
	b->queued = type_b;
	c = graph_find(&world.graph, "c.service");
	c->queued = type_c;
	b->is_queued = c->is_queued = true;
}

static void what_is_queued_elsewhere_is_not_redundant(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "b.service");
	world_depend("a.service", DEP_AFTER, "b.service");
	world_depend("a.service", DEP_CONFLICTS, "c.service");
	world_units("b.service c.service");
	world_state("b.service", ACTIVE_ACTIVE);
	open_queued("a.service", JOB_STOP, JOB_START);
	assert_int_equal(world_add(JOB_START, "a.service"), PLAN_OK);
	assert_string_equal(world_print(), "start b.service\n"
					   "stop c.service\n"
					   "start a.service (after 1: b.service/start)\n");
}

static void what_agrees_with_the_queue_is_redundant(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "b.service");
	world_depend("a.service", DEP_CONFLICTS, "c.service");
	world_units("b.service c.service");
	world_state("b.service", ACTIVE_ACTIVE);
	open_queued("a.service", JOB_RESTART, JOB_STOP);
	assert_int_equal(world_add(JOB_START, "a.service"), PLAN_OK);
	assert_string_equal(world_print(), "start a.service\n");
}

static void what_comes_along_replaces_nothing_in_fail_mode(void **state)
{
	world_depend("a.service", DEP_WANTS, "b.service");
	world_units("b.service c.service");
	world_state("b.service", ACTIVE_ACTIVE);
	open_queued("a.service", JOB_STOP, JOB_START);
	assert_int_equal(world_add_mode(JOB_START, "a.service", JOB_MODE_FAIL), PLAN_OK);
	assert_string_equal(world_print(), "start a.service\n");
}

static void anchor_is_kept_when_active(void **state)
{
	world_depend("a.service", DEP_WANTS, "c.service");
	world_unit("c.service");
	world_state("a.service", ACTIVE_ACTIVE);
	assert_string_equal(world_plan(JOB_START, "a.service"),
			    "start a.service\nstart c.service\n");
}

static void stop_goes_in_reverse(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "b.service");
	world_depend("a.service", DEP_AFTER, "b.service");
	world_depend("p.service", DEP_PART_OF, "b.service");
	world_depend("w.service", DEP_WANTS, "b.service");
	world_depend("idle.service", DEP_REQUIRES, "b.service");
	world_unit("b.service");
	world_state("a.service b.service p.service w.service", ACTIVE_ACTIVE);
	assert_string_equal(world_plan(JOB_STOP, "b.service"),
			    "stop a.service\n"
			    "stop p.service\n"
			    "stop b.service (after 1: a.service/stop)\n");
}

static void restart_takes_dependents_along(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "b.service");
	world_depend("a.service", DEP_AFTER, "b.service");
	world_unit("b.service");
	world_state("a.service b.service", ACTIVE_ACTIVE);
	assert_string_equal(
		world_plan(JOB_RESTART, "b.service"),
		"stop a.service, restarting\n"
		"stop b.service, restarting (after 1: a.service/stop)\n"
		"start b.service (after 2: b.service/stop, a.service/stop)\n"
		"start a.service (after 3: b.service/stop, b.service/start, a.service/stop)\n");
	for (size_t i = 0; i < world.plan.n_steps; i++) {
		const struct plan_step *s = &world.plan.steps[i];

		assert_int_equal(world.plan.steps[s->pair].pair, i);
		assert_int_equal(world.plan.steps[s->pair].node, s->node);
		assert_int_equal(s->restarting, s->type == JOB_STOP);
	}
}

static void restart_of_a_dependent_leaves_the_rest(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "b.service");
	world_depend("a.service", DEP_WANTS, "new.service");
	world_units("b.service new.service");
	world_state("a.service b.service", ACTIVE_ACTIVE);
	assert_string_equal(world_plan(JOB_RESTART, "a.service"),
			    "stop a.service, restarting\n"
			    "start new.service\n"
			    "start a.service (after 1: a.service/stop)\n");
}

static void try_forms_collapse(void **state)
{
	world_units("down.service up.service");
	world_unit("up.service")->service.commands[SERVICE_EXEC_RELOAD].n = 1;
	world_unit("down.service")->service.commands[SERVICE_EXEC_RELOAD].n = 1;
	world_state("up.service", ACTIVE_ACTIVE);
	assert_string_equal(world_plan(JOB_TRY_RESTART, "down.service"), "nop down.service\n");
	assert_string_equal(world_plan(JOB_TRY_RELOAD, "down.service"), "nop down.service\n");
	assert_string_equal(world_plan(JOB_RELOAD_OR_START, "down.service"),
			    "start down.service\n");
	assert_string_equal(world_plan(JOB_RELOAD_OR_START, "up.service"), "reload up.service\n");
	assert_string_equal(world_plan(JOB_TRY_RELOAD, "up.service"), "reload up.service\n");
}

static void reload_or_restart_asks_the_unit(void **state)
{
	struct plan_request request = { .name = "a.service",
					.type = JOB_RESTART,
					.reload_if_possible = true };

	world_unit("a.service")->service.commands[SERVICE_EXEC_RELOAD].n = 1;
	world_state("a.service b.service", ACTIVE_ACTIVE);
	world_open("a.service b.service");
	assert_int_equal(plan_add(&world.plan, &request, NULL), PLAN_OK);
	request.name = "b.service";
	assert_int_equal(plan_add(&world.plan, &request, NULL), PLAN_OK);
	assert_string_equal(world_print(), "reload a.service\n"
					   "stop b.service, restarting\n"
					   "start b.service (after 1: b.service/stop)\n");
}

static void reload_propagates(void **state)
{
	world_depend("a.service", DEP_PROPAGATES_RELOAD_TO, "b.service c.service");
	world_depend("d.service", DEP_RELOAD_PROPAGATED_FROM, "a.service");
	world_units("b.service c.service d.service");
	world_unit("a.service")->service.commands[SERVICE_EXEC_RELOAD].n = 1;
	world_unit("b.service")->service.commands[SERVICE_EXEC_RELOAD].n = 1;
	world_unit("c.service")->service.commands[SERVICE_EXEC_RELOAD].n = 1;
	world_unit("d.service")->service.type = SERVICE_NOTIFY_RELOAD;
	world_state("a.service b.service d.service", ACTIVE_ACTIVE);
	assert_string_equal(world_plan(JOB_RELOAD, "a.service"),
			    "reload a.service\nreload b.service\nreload d.service\n");
}

static void conflicts_are_stopped_first(void **state)
{
	world_depend("a.service", DEP_CONFLICTS, "b.service idle.service nowhere.service");
	world_depend("c.service", DEP_CONFLICTS, "a.service");
	world_depend("a.service", DEP_BEFORE, "c.service");
	world_units("idle.service");
	world_state("b.service c.service", ACTIVE_ACTIVE);
	assert_string_equal(world_plan(JOB_START, "a.service"),
			    "stop b.service\n"
			    "stop c.service\n"
			    "start a.service (after 1: c.service/stop)\n");
}

static void conflict_that_does_not_matter_goes(void **state)
{
	world_depend("a.target", DEP_WANTS, "x.service y.service");
	world_depend("x.service", DEP_CONFLICTS, "y.service");
	world_unit("y.service");
	assert_string_equal(world_plan(JOB_START, "a.target"),
			    "start x.service\nstart a.target (after 1: x.service/start)\n");
}

static void contradiction_is_an_error(void **state)
{
	world_depend("a.target", DEP_REQUIRES, "x.service y.service");
	world_depend("x.service", DEP_CONFLICTS, "y.service");
	world_unit("y.service");
	world_open("a.target");
	assert_int_equal(world_add(JOB_START, "a.target"), PLAN_CONFLICTING);
	assert_string_equal(
		world_last_error(),
		"Transaction contains conflicting jobs 'stop' and 'start' for a.target. "
		"Probably contradicting requirement dependencies configured.");
	assert_string_equal(world_print(), "");
}

static void verify_is_not_a_start(void **state)
{
	world_depend("a.service", DEP_REQUISITE, "b.service");
	world_unit("b.service");
	assert_string_equal(world_plan(JOB_START, "a.service"),
			    "start a.service\nverify-active b.service\n");
	assert_int_equal(world.plan.steps[1].n_fail, 1);
	world_open("a.service b.service");
	assert_int_equal(world_add(JOB_START, "a.service"), PLAN_OK);
	assert_int_equal(world_add(JOB_START, "b.service"), PLAN_OK);
	assert_string_equal(world_print(), "start a.service\nstart b.service\n");
}

static void targets_come_after_members(void **state)
{
	world_depend("t.target", DEP_WANTS, "a.service b.service c.service");
	world_depend("t.target", DEP_BEFORE, "c.service");
	world_unit("a.service");
	world_unit("b.service")->default_dependencies = false;
	world_unit("c.service");
	assert_string_equal(world_plan(JOB_START, "t.target"),
			    "start a.service\n"
			    "start b.service\n"
			    "start t.target (after 1: a.service/start)\n"
			    "start c.service (after 1: t.target/start)\n");
}

static void early_units_pull_in_nothing(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "sysinit.target");
	world_depend("a.service", DEP_AFTER, "sysinit.target");
	world_depend("sysinit.target", DEP_WANTS, "udev.service");
	world_unit("sysinit.target")->early = true;
	world_unit("udev.service");
	assert_string_equal(world_plan(JOB_START, "a.service"), "start a.service\n");
	assert_null(graph_find(&world.graph, "udev.service"));
}

static void mounts_for_paths(void **state)
{
	strv_add(&world_unit("a.service")->requires_mounts_for, &world.arena, "/srv/data//x");
	strv_add(&world_unit("a.service")->wants_mounts_for, &world.arena, "/var");
	world_units("srv-data.mount var.mount");
	world_unit("-.mount")->fragment_path = NULL;
	assert_string_equal(world_plan(JOB_START, "a.service"),
			    "start srv-data.mount\n"
			    "start var.mount\n"
			    "start a.service (after 2: srv-data.mount/start, var.mount/start)\n");
	assert_int_equal(world.plan.steps[2].n_fail + world.plan.steps[1].n_fail, 1);
}

static void aliases_lead_to_one_job(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "alias.service b.service");
	world_depend("a.service", DEP_AFTER, "alias.service");
	world_unit("b.service");
	world_alias("b.service", "alias.service");
	assert_string_equal(world_plan(JOB_START, "a.service"),
			    "start b.service\nstart a.service (after 1: b.service/start)\n");
}

static void requests_merge(void **state)
{
	world_depend("a.service", DEP_AFTER, "b.service");
	world_units("b.service");
	world_state("a.service", ACTIVE_ACTIVE);
	world_open("a.service b.service");
	assert_int_equal(world_add(JOB_START, "a.service"), PLAN_OK);
	assert_int_equal(world_add(JOB_RESTART, "a.service"), PLAN_OK);
	assert_int_equal(world_add(JOB_START, "b.service"), PLAN_OK);
	assert_string_equal(world_print(),
			    "stop a.service, restarting\n"
			    "start b.service (after 1: a.service/stop)\n"
			    "start a.service (after 2: a.service/stop, b.service/start)\n");
}

static void later_request_replaces(void **state)
{
	world_units("a.service");
	world_open("a.service");
	assert_int_equal(world_add(JOB_START, "a.service"), PLAN_OK);
	assert_int_equal(world_add(JOB_STOP, "a.service"), PLAN_OK);
	assert_string_equal(world_print(), "nop a.service, canceled\nstop a.service\n");
	assert_true(world.plan.steps[0].canceled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(start_alone),
		WORLD_TEST(start_pulls_in_by_order),
		WORLD_TEST(failure_links),
		WORLD_TEST(active_ones_are_left_alone),
		WORLD_TEST(what_is_queued_elsewhere_is_not_redundant),
		WORLD_TEST(what_agrees_with_the_queue_is_redundant),
		WORLD_TEST(what_comes_along_replaces_nothing_in_fail_mode),
		WORLD_TEST(anchor_is_kept_when_active),
		WORLD_TEST(stop_goes_in_reverse),
		WORLD_TEST(restart_takes_dependents_along),
		WORLD_TEST(restart_of_a_dependent_leaves_the_rest),
		WORLD_TEST(try_forms_collapse),
		WORLD_TEST(reload_or_restart_asks_the_unit),
		WORLD_TEST(reload_propagates),
		WORLD_TEST(conflicts_are_stopped_first),
		WORLD_TEST(conflict_that_does_not_matter_goes),
		WORLD_TEST(contradiction_is_an_error),
		WORLD_TEST(verify_is_not_a_start),
		WORLD_TEST(targets_come_after_members),
		WORLD_TEST(early_units_pull_in_nothing),
		WORLD_TEST(mounts_for_paths),
		WORLD_TEST(aliases_lead_to_one_job),
		WORLD_TEST(requests_merge),
		WORLD_TEST(later_request_replaces),
	};

	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
