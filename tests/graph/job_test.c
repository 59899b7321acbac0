/* SPDX-License-Identifier: MIT */
#include "world.h"

#define N JOB_TYPE_MAX

static bool is_uncollapsed(int t)
{
	return t == JOB_TRY_RESTART || t == JOB_TRY_RELOAD;
}

/* The result, or the error; so that merges can be compared. */
static int merge(int a, int b)
{
	enum job_type t = JOB_TYPE_MAX;
	int r;

	if (a < 0 || b < 0) {
		return a < 0 ? a : b;
	}
	r = job_type_merge((enum job_type)a, (enum job_type)b, &t);
	if (r < 0) {
		assert_int_equal(t, JOB_TYPE_MAX);
		return r;
	}
	return (int)t;
}

static void all_pairs(void **state)
{
	for (int a = 0; a < N; a++) {
		for (int b = 0; b < N; b++) {
			int m = merge(a, b);

			assert_int_equal(m, merge(b, a));
			if (is_uncollapsed(a) || is_uncollapsed(b)) {
				assert_int_equal(m, -EINVAL);
				continue;
			}
			/*
			 * a stop goes with itself and with nothing to do, else there is always a
			 * job that does both
			 */
			if ((a == JOB_STOP) != (b == JOB_STOP) && a != JOB_NOP && b != JOB_NOP) {
				assert_int_equal(m, -EEXIST);
				continue;
			}
			assert_true(m >= 0 && !is_uncollapsed(m));
			/* what was merged in is in: merging it again changes nothing */
			assert_int_equal(merge(m, a), m);
			assert_int_equal(merge(m, b), m);
		}
		if (!is_uncollapsed(a)) {
			assert_int_equal(merge(a, a), a);
			assert_int_equal(merge(a, JOB_NOP), a);
		}
	}
	assert_int_equal(merge(JOB_TYPE_MAX, JOB_START), -EINVAL);
}

static void all_triples(void **state)
{
	for (int a = 0; a < N; a++) {
		for (int b = 0; b < N; b++) {
			for (int c = 0; c < N; c++) {
				int left = merge(merge(a, b), c);
				int right = merge(a, merge(b, c));

				if (is_uncollapsed(a) || is_uncollapsed(b) || is_uncollapsed(c)) {
					assert_true(left < 0 && right < 0);
				} else {
					assert_int_equal(left, right);
				}
			}
		}
	}
}

static void named_cells(void **state)
{
	assert_int_equal(merge(JOB_START, JOB_VERIFY_ACTIVE), JOB_START);
	assert_int_equal(merge(JOB_START, JOB_RELOAD), JOB_RELOAD_OR_START);
	assert_int_equal(merge(JOB_VERIFY_ACTIVE, JOB_RELOAD), JOB_RELOAD);
	assert_int_equal(merge(JOB_START, JOB_RESTART), JOB_RESTART);
	assert_int_equal(merge(JOB_RELOAD, JOB_RESTART), JOB_RESTART);
	assert_int_equal(merge(JOB_STOP, JOB_RESTART), -EEXIST);
}

/*
 * If both jobs are redundant in a state, so is what they merge to, as far as it still collapses to
 * something there.
 */
static void redundancy_survives_merging(void **state)
{
	for (int s = 0; s < ACTIVE_STATE_MAX; s++) {
		for (int a = 0; a < N; a++) {
			for (int b = 0; b < N; b++) {
				int m = merge(a, b);

				if (m < 0 ||
				    !job_type_is_redundant((enum job_type)a,
							   (enum active_state)s) ||
				    !job_type_is_redundant((enum job_type)b,
							   (enum active_state)s)) {
					continue;
				}
				m = (int)job_type_collapse((enum job_type)m, (enum active_state)s);
				assert_true(job_type_is_redundant((enum job_type)m,
								  (enum active_state)s));
			}
		}
	}
}

static void redundancy(void **state)
{
	static const struct {
		enum job_type type;
		unsigned states;
	} expected[] = {
		{ JOB_START, 1u << ACTIVE_ACTIVE | 1u << ACTIVE_RELOADING },
		{ JOB_VERIFY_ACTIVE, 1u << ACTIVE_ACTIVE | 1u << ACTIVE_RELOADING },
		{ JOB_STOP, 1u << ACTIVE_INACTIVE | 1u << ACTIVE_FAILED },
		{ JOB_RELOAD, 1u << ACTIVE_RELOADING },
		{ JOB_RESTART, 0 },
		{ JOB_NOP, (1u << ACTIVE_STATE_MAX) - 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		for (int s = 0; s < ACTIVE_STATE_MAX; s++) {
			assert_int_equal(
				job_type_is_redundant(expected[i].type, (enum active_state)s),
				(expected[i].states >> s) & 1);
		}
	}
}

/* systemd.unit(5), Before=, After= */
static void following(void **state)
{
	static const enum job_type starts[] = { JOB_START, JOB_VERIFY_ACTIVE, JOB_RELOAD };
	static const enum job_type stops[] = { JOB_STOP, JOB_RESTART };

	for (size_t i = 0; i < ARRAY_SIZE(starts); i++) {
		assert_true(job_type_follows(starts[i], JOB_START, ATOM_AFTER));
		assert_false(job_type_follows(starts[i], JOB_START, ATOM_BEFORE));
		for (size_t k = 0; k < ARRAY_SIZE(stops); k++) {
			assert_true(job_type_follows(starts[i], stops[k], ATOM_AFTER));
			assert_true(job_type_follows(starts[i], stops[k], ATOM_BEFORE));
			assert_false(job_type_follows(stops[k], starts[i], ATOM_AFTER));
			assert_false(job_type_follows(stops[k], starts[i], ATOM_BEFORE));
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(stops); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(stops); k++) {
			assert_true(job_type_follows(stops[i], stops[k], ATOM_BEFORE));
			assert_false(job_type_follows(stops[i], stops[k], ATOM_AFTER));
		}
	}
	assert_false(job_type_follows(JOB_NOP, JOB_STOP, ATOM_AFTER));
	assert_false(job_type_follows(JOB_START, JOB_NOP, ATOM_AFTER));
}

static void collapsing(void **state)
{
	for (int s = 0; s < ACTIVE_STATE_MAX; s++) {
		bool down = s == ACTIVE_INACTIVE || s == ACTIVE_FAILED || s == ACTIVE_DEACTIVATING;
		enum active_state as = (enum active_state)s;

		assert_int_equal(job_type_collapse(JOB_TRY_RESTART, as),
				 down ? JOB_NOP : JOB_RESTART);
		assert_int_equal(job_type_collapse(JOB_TRY_RELOAD, as),
				 down ? JOB_NOP : JOB_RELOAD);
		assert_int_equal(job_type_collapse(JOB_RELOAD_OR_START, as),
				 down ? JOB_START : JOB_RELOAD);
		for (int t = 0; t < N; t++) {
			enum job_type once = job_type_collapse((enum job_type)t, as);

			assert_int_equal(job_type_collapse(once, as), once);
		}
	}
}

static void applicability(void **state)
{
	struct unit *u = world_unit("-.slice");

	assert_false(job_type_is_applicable(JOB_STOP, u));
	assert_false(job_type_is_applicable(JOB_RESTART, u));
	assert_true(job_type_is_applicable(JOB_START, u));
	u = world_unit("a.service");
	assert_true(job_type_is_applicable(JOB_RESTART, u));
	assert_false(job_type_is_applicable(JOB_RELOAD, u));
	u->service.commands[SERVICE_EXEC_RELOAD].n = 1;
	assert_true(job_type_is_applicable(JOB_RELOAD, u));
	assert_true(job_unit_can_reload(world_unit("mnt.mount")));
	assert_false(job_unit_can_reload(world_unit("a.timer")));
	/* measured: handing a reload on makes a target reloadable, but not a service */
	world_depend("b.service", DEP_PROPAGATES_RELOAD_TO, "a.service");
	world_depend("b.target", DEP_PROPAGATES_RELOAD_TO, "a.service");
	assert_false(job_unit_can_reload(world_unit("b.service")));
	assert_true(job_unit_can_reload(world_unit("b.target")));
	assert_false(job_type_is_applicable(JOB_RESTART, world_unit("dev-sda.device")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(all_pairs),	   WORLD_TEST(all_triples),
		WORLD_TEST(named_cells),   WORLD_TEST(redundancy_survives_merging),
		WORLD_TEST(redundancy),	   WORLD_TEST(collapsing),
		WORLD_TEST(following),	   WORLD_TEST(applicability),
	};

	return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
