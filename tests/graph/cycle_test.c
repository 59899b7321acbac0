/* SPDX-License-Identifier: MIT */
#include "world.h"

static const char *diags_text(void)
{
	CLEANUP_STRBUF struct strbuf out = {0};

	for (size_t i = 0; i < world.diags.n; i++) {
		const struct diag *d = &world.diags.v[i];

		strbuf_addf(&out, "%s: %s\n", d->unit, d->text);
	}
	return arena_strdup(&world.arena, strbuf_text(&out));
}

static void broken_at_what_does_not_matter(void **state)
{
	world_depend("a.service", DEP_WANTS, "b.service");
	world_depend("a.service", DEP_AFTER, "b.service");
	world_depend("b.service", DEP_AFTER, "a.service");
	assert_string_equal(world_plan(JOB_START, "a.service"), "start a.service\n");
	assert_string_equal(
		diags_text(),
		"a.service: Found ordering cycle on b.service/start\n"
		"a.service: Found dependency on a.service/start\n"
		"a.service: Job b.service/start deleted to break ordering cycle starting with "
		"a.service/start\n");
}

static void cyclic_when_all_matter(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "b.service");
	world_depend("a.service", DEP_AFTER, "b.service");
	world_depend("b.service", DEP_AFTER, "a.service");
	world_open("a.service");
	assert_int_equal(world_add(JOB_START, "a.service"), PLAN_CYCLIC);
	assert_string_equal(
		diags_text(),
		"a.service: Found ordering cycle on b.service/start\n"
		"a.service: Found dependency on a.service/start\n"
		"a.service: Unable to break cycle starting with a.service/start\n"
		"a.service: Transaction order is cyclic. See system logs for details.\n");
	assert_string_equal(world_print(), "");
}

static void several_are_broken(void **state)
{
	world_depend("t.target", DEP_WANTS, "a.service b.service c.service d.service");
	world_depend("a.service", DEP_AFTER, "b.service");
	world_depend("b.service", DEP_AFTER, "a.service");
	world_depend("c.service", DEP_AFTER, "d.service");
	world_depend("d.service", DEP_AFTER, "c.service");
	world_plan(JOB_START, "t.target");
	assert_int_equal(world.plan.n_steps, 3);
	assert_int_equal(world.diags.n, 6);
}

static void stops_have_cycles_of_their_own(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "z.service");
	world_depend("b.service", DEP_REQUIRES, "z.service");
	world_depend("a.service", DEP_AFTER, "b.service");
	world_depend("b.service", DEP_AFTER, "a.service");
	world_unit("z.service");
	world_state("a.service b.service z.service", ACTIVE_ACTIVE);
	world_open("z.service");
	assert_int_equal(world_add(JOB_STOP, "z.service"), PLAN_CYCLIC);
}

/* One is stopped, one started: a stop always runs first, and there is no cycle. */
static void stop_and_start_are_none(void **state)
{
	world_depend("a.service", DEP_CONFLICTS, "b.service");
	world_depend("a.service", DEP_AFTER, "b.service");
	world_depend("b.service", DEP_AFTER, "a.service");
	world_state("b.service", ACTIVE_ACTIVE);
	assert_string_equal(world_plan(JOB_START, "a.service"),
			    "stop b.service\nstart a.service (after 1: b.service/stop)\n");
	assert_int_equal(world.diags.n, 0);
}

static void across_requests(void **state)
{
	world_depend("a.service", DEP_AFTER, "b.service");
	world_depend("b.service", DEP_AFTER, "a.service");
	world_open("a.service b.service");
	assert_int_equal(world_add(JOB_START, "a.service"), PLAN_OK);
	assert_int_equal(world_add(JOB_START, "b.service"), PLAN_CYCLIC);
	assert_string_equal(world_print(), "start a.service\n");
}

static void no_job_no_cycle(void **state)
{
	world_depend("a.service", DEP_WANTS, "b.service");
	world_depend("a.service", DEP_AFTER, "b.service");
	world_depend("b.service", DEP_AFTER, "c.service");
	world_depend("c.service", DEP_AFTER, "a.service");
	world_state("c.service", ACTIVE_ACTIVE);
	assert_string_equal(world_plan(JOB_START, "a.service"),
			    "start b.service\nstart a.service (after 1: b.service/start)\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(broken_at_what_does_not_matter),
		WORLD_TEST(cyclic_when_all_matter),
		WORLD_TEST(several_are_broken),
		WORLD_TEST(stops_have_cycles_of_their_own),
		WORLD_TEST(stop_and_start_are_none),
		WORLD_TEST(across_requests),
		WORLD_TEST(no_job_no_cycle),
	};

	return cmocka_run_group_tests_name("cycle", tests, NULL, NULL);
}
