/* SPDX-License-Identifier: MIT */
#include "world.h"

static void nothing(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "b.service");
	world_depend("c.service", DEP_REQUIRES, "a.service");
	world_depend("p.service", DEP_PART_OF, "a.service");
	world_unit("b.service");
	world_state("b.service c.service p.service", ACTIVE_ACTIVE);
	assert_string_equal(world_wishes("a.service", AFTERMATH_FAILED), "");
	assert_string_equal(world_wishes("a.service", AFTERMATH_DEAD), "");
	assert_string_equal(world_wishes("nowhere.service", AFTERMATH_DEAD), "");
}

static void bound_units_stop(void **state)
{
	world_depend("x.service", DEP_BINDS_TO, "a.service");
	world_depend("idle.service", DEP_BINDS_TO, "a.service");
	world_depend("going.service", DEP_BINDS_TO, "a.service");
	world_depend("a.service", DEP_PROPAGATES_STOP_TO, "x.service y.service");
	world_units("idle.service y.service");
	world_state("x.service y.service", ACTIVE_ACTIVE);
	world_state("going.service", ACTIVE_DEACTIVATING);
	assert_string_equal(world_wishes("a.service", AFTERMATH_DEAD),
			    "stop x.service replace, stop y.service replace");
}

static void monitors(void **state)
{
	struct unit *u = world_unit("a.service");

	world_depend("a.service", DEP_ON_FAILURE, "mail.service unknown@a.service");
	world_depend("a.service", DEP_ON_SUCCESS, "next.service");
	world_units("mail.service next.service");
	assert_string_equal(
		world_wishes("a.service", AFTERMATH_FAILED),
		"start mail.service replace monitor, start unknown@a.service replace monitor");
	assert_string_equal(world_wishes("a.service", AFTERMATH_DEAD),
			    "start next.service fail monitor");
	u->on_failure_job_mode = "isolate";
	assert_string_equal(
		world_wishes("a.service", AFTERMATH_FAILED),
		"start mail.service isolate monitor, start unknown@a.service isolate monitor");
}

static void upheld_units_come_back(void **state)
{
	world_depend("boss.service", DEP_UPHOLDS, "a.service");
	world_unit("a.service");
	assert_string_equal(world_wishes("a.service", AFTERMATH_DEAD), "");
	world_state("boss.service", ACTIVE_ACTIVE);
	assert_string_equal(world_wishes("a.service", AFTERMATH_DEAD), "start a.service fail");
	assert_string_equal(world_wishes("a.service", AFTERMATH_FAILED), "start a.service fail");
	assert_string_equal(world_wishes("a.service", AFTERMATH_STOPPED), "start a.service fail");
}

static void units_that_nobody_needs_do_not_stay(void **state)
{
	struct unit *lib;

	world_depend("boss.service", DEP_WANTS, "lib.service");
	lib = world_unit("lib.service");
	world_state("lib.service", ACTIVE_ACTIVE);
	assert_string_equal(world_wishes("lib.service", AFTERMATH_STARTED), "");
	lib->stop_when_unneeded = true;
	assert_string_equal(world_wishes("lib.service", AFTERMATH_STARTED), "stop lib.service fail");
	world_state("boss.service", ACTIVE_ACTIVATING);
	assert_string_equal(world_wishes("lib.service", AFTERMATH_STARTED), "");
}

static void unneeded_units_stop(void **state)
{
	world_depend("a.service", DEP_WANTS, "lib.service shared.service forever.service");
	world_depend("lib.service", DEP_REQUIRES, "base.service");
	world_depend("b.service", DEP_REQUIRES, "shared.service");
	world_unit("lib.service")->stop_when_unneeded = true;
	world_unit("base.service")->stop_when_unneeded = true;
	world_unit("shared.service")->stop_when_unneeded = true;
	world_unit("forever.service");
	world_state("a.service b.service lib.service base.service shared.service forever.service",
		    ACTIVE_ACTIVE);
	assert_string_equal(world_wishes("a.service", AFTERMATH_DEAD),
			    "stop lib.service fail, stop base.service fail");
}

static void coming_up_unplanned(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "r.service before.service up.service");
	world_depend("a.service", DEP_AFTER, "before.service");
	world_depend("a.service", DEP_WANTS, "w.service missing.service");
	world_depend("a.service", DEP_UPHOLDS, "u.service");
	world_depend("a.service", DEP_CONFLICTS, "c.service idle.service");
	world_units("r.service before.service w.service u.service idle.service");
	world_state("up.service c.service", ACTIVE_ACTIVE);
	assert_string_equal(
		world_wishes("a.service", AFTERMATH_ACTIVE),
		"start r.service replace, start w.service fail, start u.service replace, "
		"stop c.service replace");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(nothing),
		WORLD_TEST(bound_units_stop),
		WORLD_TEST(monitors),
		WORLD_TEST(upheld_units_come_back),
		WORLD_TEST(units_that_nobody_needs_do_not_stay),
		WORLD_TEST(unneeded_units_stop),
		WORLD_TEST(coming_up_unplanned),
	};

	return cmocka_run_group_tests_name("aftermath", tests, NULL, NULL);
}
