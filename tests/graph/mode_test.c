/* SPDX-License-Identifier: MIT */
#include "world.h"

static void check_error(enum job_type type, const char *name, enum plan_error error,
			const char *text, const char *culprit)
{
	struct plan_request request = { .name = name, .type = type, .manual = true };
	const char *found = "";

	world_open(name);
	assert_int_equal(plan_add(&world.plan, &request, &found), error);
	assert_string_equal(world_last_error(), text);
	assert_string_equal(found, culprit);
	assert_string_equal(world_print(), "");
}

static void sentences(void **state)
{
	world_make("masked.service", UNIT_MASKED);
	world_make("bad.service", UNIT_BAD_SETTING);
	world_make("broken.service", UNIT_LOAD_ERROR)->load_error =
		"Unit broken.service failed to load properly, please adjust/correct and reload "
		"service manager: Bad message";
	world_unit("manual.service")->refuse_manual_start = true;
	world_unit("stays.service")->refuse_manual_stop = true;
	world_unit("plain.service");
	world_depend("a.service", DEP_REQUIRES, "nosuchdep.service");
	world_depend("b.service", DEP_BINDS_TO, "c.service");
	world_depend("c.service", DEP_REQUIRES, "masked.service");
	check_error(JOB_START, "x.service", PLAN_NOT_FOUND, "Unit x.service not found.",
		    "x.service");
	check_error(JOB_TRY_RESTART, "x.service", PLAN_NOT_FOUND, "Unit x.service not found.",
		    "x.service");
	check_error(JOB_STOP, "x.service", PLAN_NOT_LOADED, "Unit x.service not loaded.",
		    "x.service");
	check_error(JOB_STOP, "bad.service", PLAN_NOT_LOADED, "Unit bad.service not loaded.",
		    "bad.service");
	check_error(JOB_START, "masked.service", PLAN_MASKED, "Unit masked.service is masked.",
		    "masked.service");
	check_error(JOB_START, "bad.service", PLAN_BAD_SETTING,
		    "Unit bad.service has a bad unit file setting.", "bad.service");
	check_error(JOB_START, "broken.service", PLAN_LOAD_FAILED,
		    "Unit broken.service failed to load properly, please adjust/correct and reload "
		    "service manager: Bad message",
		    "broken.service");
	check_error(JOB_RELOAD, "plain.service", PLAN_NOT_APPLICABLE,
		    "Job type reload is not applicable for unit plain.service.", "plain.service");
	check_error(
		JOB_START, "manual.service", PLAN_ONLY_BY_DEPENDENCY,
		"Operation refused, unit manual.service may be requested by dependency only (it is "
		"configured to refuse manual start/stop).",
		"manual.service");
	check_error(
		JOB_TRY_RESTART, "stays.service", PLAN_ONLY_BY_DEPENDENCY,
		"Operation refused, unit stays.service may be requested by dependency only (it is "
		"configured to refuse manual start/stop).",
		"stays.service");
	check_error(JOB_START, "t@.service", PLAN_MISSING_INSTANCE,
		    "Unit name t@.service is missing the instance name.", "t@.service");
	check_error(JOB_START, "a.service", PLAN_NOT_FOUND, "Unit nosuchdep.service not found.",
		    "nosuchdep.service");
	check_error(JOB_START, "b.service", PLAN_MASKED, "Unit masked.service is masked.",
		    "masked.service");
	check_error(JOB_START, "/", PLAN_INVALID_NAME, "Unit name / is not valid.", "/");
}

static void refusal_is_for_people_only(void **state)
{
	struct plan_request request = { .name = "manual.service", .type = JOB_START };

	world_unit("manual.service")->refuse_manual_start = true;
	world_open("manual.service");
	assert_int_equal(plan_add(&world.plan, &request, NULL), PLAN_OK);
}

static void a_failing_requirement_takes_only_its_own(void **state)
{
	world_depend("t.target", DEP_WANTS, "a.service b.service masked.service");
	world_depend("a.service", DEP_REQUIRES, "c.service nowhere.service");
	world_make("masked.service", UNIT_MASKED);
	world_units("b.service c.service");
	assert_string_equal(world_plan(JOB_START, "t.target"),
			    "start b.service\nstart t.target (after 1: b.service/start)\n");
	assert_int_equal(world.diags.n, 0);
}

static void an_error_leaves_the_plan(void **state)
{
	world_units("a.service");
	world_depend("b.service", DEP_REQUIRES, "a.service nowhere.service");
	world_open("a.service b.service");
	assert_int_equal(world_add(JOB_START, "a.service"), PLAN_OK);
	assert_int_equal(world_add(JOB_START, "b.service"), PLAN_NOT_FOUND);
	assert_string_equal(world_print(), "start a.service\n");
}

static void isolate(void **state)
{
	world_depend("t.target", DEP_WANTS, "kept.service new.service");
	world_unit("t.target")->allow_isolate = true;
	world_unit("pinned.service")->ignore_on_isolate = 1;
	world_unit("sysinit.target")->early = true;
	world_depend("kept.socket", DEP_TRIGGERS, "lazy.service");
	world_depend("t.target", DEP_REQUIRES, "kept.socket");
	world_depend("gone.socket", DEP_TRIGGERS, "gone.service");
	world_depend("gone.service", DEP_AFTER, "gone.socket");
	world_units("new.service lazy.service a.slice mnt.mount -.mount");
	world_state("kept.service pinned.service kept.socket lazy.service gone.socket gone.service "
		    "a.slice mnt.mount sysinit.target -.mount",
		    ACTIVE_ACTIVE);
	world_open("t.target");
	assert_int_equal(world_add_mode(JOB_START, "t.target", JOB_MODE_ISOLATE), PLAN_OK);
	assert_string_equal(world_print(), "start new.service\n"
					   "stop gone.service\n"
					   "start t.target (after 1: new.service/start)\n"
					   "stop gone.socket (after 1: gone.service/stop)\n");
}

/* What a unit would have brought along that is stopped itself. */
static void isolate_collects_nothing(void **state)
{
	world_depend("t.target", DEP_WANTS, "a.service");
	world_unit("t.target")->allow_isolate = true;
	world_depend("a.service", DEP_WANTS, "b.service");
	world_depend("b.service", DEP_WANTS, "c.service");
	world_depend("b.service", DEP_PART_OF, "part.service");
	world_units("c.service part.service");
	world_state("a.service b.service part.service", ACTIVE_ACTIVE);
	world_open("t.target");
	assert_int_equal(world_add_mode(JOB_START, "t.target", JOB_MODE_ISOLATE), PLAN_OK);
	assert_non_null(strstr(world_print(), "start c.service\n"));
	assert_non_null(strstr(world_print(), "stop b.service"));
}

static void isolate_is_refused(void **state)
{
	world_unit("t.target");
	world_open("t.target no.target");
	assert_int_equal(world_add_mode(JOB_START, "t.target", JOB_MODE_ISOLATE),
			 PLAN_NO_ISOLATION);
	assert_string_equal(world_last_error(), "Operation refused, unit may not be isolated.");
	assert_int_equal(world_add_mode(JOB_START, "no.target", JOB_MODE_ISOLATE),
			 PLAN_NO_ISOLATION);
	assert_int_equal(world_add_mode(JOB_STOP, "t.target", JOB_MODE_ISOLATE), PLAN_INVALID_MODE);
	assert_string_equal(world_last_error(), "Isolate is only valid for start.");
}

static void isolate_and_flush_clear_the_queue(void **state)
{
	static const enum job_mode modes[] = { JOB_MODE_ISOLATE, JOB_MODE_FLUSH };

	world_unit("t.target")->allow_isolate = true;
	world_unit("a.service");
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		world_open("t.target a.service");
		assert_int_equal(world_add(JOB_START, "a.service"), PLAN_OK);
		assert_int_equal(world_add_mode(JOB_START, "t.target", modes[i]), PLAN_OK);
		if (modes[i] == JOB_MODE_FLUSH) {
			assert_string_equal(world_print(),
					    "nop a.service, canceled\nstart t.target\n");
		}
	}
}

static void ignoring(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "b.service");
	world_depend("a.service", DEP_AFTER, "b.service");
	world_unit("b.service");
	world_open("a.service b.service");
	world_add(JOB_START, "b.service");
	world_add_mode(JOB_START, "a.service", JOB_MODE_IGNORE_REQUIREMENTS);
	assert_string_equal(world_print(),
			    "start b.service\nstart a.service (after 1: b.service/start)\n");
	world_open("a.service b.service");
	world_add(JOB_START, "b.service");
	world_add_mode(JOB_START, "a.service", JOB_MODE_IGNORE_DEPENDENCIES);
	assert_string_equal(world_print(), "start b.service\nstart a.service\n");
	world_open("a.service");
	world_add_mode(JOB_START, "a.service", JOB_MODE_IGNORE_DEPENDENCIES);
	assert_string_equal(world_print(), "start a.service\n");
}

static void fail_mode_spares_what_runs(void **state)
{
	world_depend("a.service", DEP_WANTS, "b.service");
	world_depend("b.service", DEP_CONFLICTS, "c.service");
	world_depend("must.service", DEP_CONFLICTS, "c.service");
	world_unit("b.service");
	world_state("c.service", ACTIVE_ACTIVE);
	world_open("a.service must.service");
	assert_int_equal(world_add_mode(JOB_START, "a.service", JOB_MODE_FAIL), PLAN_OK);
	assert_string_equal(world_print(), "start a.service\n");
	world_open("a.service must.service");
	assert_int_equal(world_add_mode(JOB_START, "must.service", JOB_MODE_FAIL), PLAN_OK);
	assert_string_equal(world_print(), "start must.service\nstop c.service\n");
}

static void destructive(void **state)
{
	world_unit("a.service");
	world_open("a.service");
	world_add(JOB_START, "a.service");
	assert_int_equal(world_add_mode(JOB_STOP, "a.service", JOB_MODE_FAIL), PLAN_DESTRUCTIVE);
	assert_string_equal(
		world_last_error(),
		"Transaction for a.service/stop is destructive (a.service has 'start' job "
		"queued, but 'stop' is included in transaction).");
	assert_string_equal(world_print(), "start a.service\n");
	world_open("a.service");
	world_add_mode(JOB_STOP, "a.service", JOB_MODE_REPLACE_IRREVERSIBLY);
	assert_int_equal(world_add(JOB_START, "a.service"), PLAN_DESTRUCTIVE);
	assert_string_equal(world_print(), "stop a.service\n");
	assert_true(world.plan.steps[0].irreversible);
}

static void triggering(void **state)
{
	world_depend("a.socket", DEP_TRIGGERS, "a.service");
	world_depend("b.timer", DEP_TRIGGERS, "a.service");
	world_unit("a.service");
	world_state("a.service a.socket", ACTIVE_ACTIVE);
	world_open("a.service");
	assert_int_equal(world_add_mode(JOB_STOP, "a.service", JOB_MODE_TRIGGERING), PLAN_OK);
	assert_string_equal(world_print(), "stop a.service\nstop a.socket\n");
	assert_int_equal(world_add_mode(JOB_START, "a.service", JOB_MODE_TRIGGERING),
			 PLAN_INVALID_MODE);
}

static void restart_dependencies(void **state)
{
	world_depend("a.service", DEP_PART_OF, "b.service");
	world_depend("c.service", DEP_REQUIRES, "b.service");
	world_units("b.service c.service");
	world_state("a.service", ACTIVE_ACTIVE);
	world_open("b.service");
	assert_int_equal(world_add_mode(JOB_START, "b.service", JOB_MODE_RESTART_DEPENDENCIES),
			 PLAN_OK);
	assert_string_equal(world_print(), "start b.service\n"
					   "stop a.service, restarting\n"
					   "start a.service (after 1: a.service/stop)\n");
}

static void propagates_stop_to(void **state)
{
	world_depend("a.service", DEP_PROPAGATES_STOP_TO, "b.service");
	world_depend("c.service", DEP_STOP_PROPAGATED_FROM, "b.service");
	world_depend("d.service", DEP_REQUIRES, "a.service");
	world_depend("d.service", DEP_PROPAGATES_STOP_TO, "e.service");
	world_units("a.service b.service e.service");
	world_state("a.service b.service c.service d.service e.service", ACTIVE_ACTIVE);
	world_open("a.service");
	world_add(JOB_STOP, "a.service");
	assert_string_equal(world_print(),
			    "stop a.service\nstop d.service\nstop b.service\nstop c.service\n");
}

/* A restart does not drop the start of what it would stop, even if that is wanted by one that is up already. */
static void propagates_stop_to_what_starts(void **state)
{
	world_depend("a.service", DEP_WANTS, "c.service");
	world_depend("a.service", DEP_PROPAGATES_STOP_TO, "b.service");
	world_depend("c.service", DEP_WANTS, "b.service d.service");
	world_units("b.service d.service");
	world_state("a.service c.service", ACTIVE_ACTIVE);
	world_open("a.service");
	assert_int_equal(world_add(JOB_RESTART, "a.service"), PLAN_OK);
	assert_non_null(strstr(world_print(), "start b.service\n"));
	assert_null(strstr(world_print(), "d.service"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(sentences),
		WORLD_TEST(refusal_is_for_people_only),
		WORLD_TEST(a_failing_requirement_takes_only_its_own),
		WORLD_TEST(an_error_leaves_the_plan),
		WORLD_TEST(isolate),
		WORLD_TEST(isolate_collects_nothing),
		WORLD_TEST(isolate_is_refused),
		WORLD_TEST(isolate_and_flush_clear_the_queue),
		WORLD_TEST(ignoring),
		WORLD_TEST(fail_mode_spares_what_runs),
		WORLD_TEST(destructive),
		WORLD_TEST(triggering),
		WORLD_TEST(restart_dependencies),
		WORLD_TEST(propagates_stop_to),
		WORLD_TEST(propagates_stop_to_what_starts),
	};

	return cmocka_run_group_tests_name("mode", tests, NULL, NULL);
}
