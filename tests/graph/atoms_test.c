/* SPDX-License-Identifier: MIT */
#include "world.h"

static bool has(enum dep_kind kind, uint32_t atom)
{
	return (graph_atoms(kind) & atom) == atom;
}

/* For each atom, the dependencies of which systemd.unit(5) says this, and no others. */
static const struct {
	uint32_t atom;
	enum dep_kind kinds[6];
	size_t n;
} rows[] = {
	/* brings the others up, and cannot be without them */
	{ ATOM_PULL_IN_START, { DEP_REQUIRES, DEP_BINDS_TO }, 2 },
	/* brings the others up, and goes on whatever becomes of them */
	{ ATOM_PULL_IN_START_IGNORED, { DEP_WANTS, DEP_UPHOLDS }, 2 },
	/* wants them up already, and does not start them */
	{ ATOM_PULL_IN_VERIFY, { DEP_REQUISITE }, 1 },
	/* one of the two only, whichever side wrote it */
	{ ATOM_PULL_IN_STOP, { DEP_CONFLICTS }, 1 },
	{ ATOM_PULL_IN_STOP_IGNORED, { DEP_CONFLICTED_BY }, 1 },
	{ ATOM_STOP_FAILURE_PROPAGATES, { DEP_CONFLICTED_BY }, 1 },
	/* the failure of a start is felt by those that cannot be without it */
	{ ATOM_START_FAILURE_PROPAGATES,
	  { DEP_REQUIRED_BY, DEP_REQUISITE_OF, DEP_BOUND_BY },
	  3 },
	/* a start that succeeds without the unit being there is no help to those that asked for it to be there */
	{ ATOM_INACTIVE_START_PROPAGATES, { DEP_REQUISITE_OF }, 1 },
	/* an explicit stop or restart is handed on */
	{ ATOM_STOP_PROPAGATES,
	  { DEP_REQUIRED_BY, DEP_REQUISITE_OF, DEP_BOUND_BY, DEP_CONSISTS_OF },
	  4 },
	{ ATOM_BOUND, { DEP_BINDS_TO }, 1 },
	{ ATOM_BOUND_BY, { DEP_BOUND_BY }, 1 },
	{ ATOM_STOP_WITH, { DEP_PROPAGATES_STOP_TO }, 1 },
	{ ATOM_RELOAD_PROPAGATES, { DEP_PROPAGATES_RELOAD_TO }, 1 },
	{ ATOM_BEFORE, { DEP_BEFORE }, 1 },
	{ ATOM_AFTER, { DEP_AFTER }, 1 },
	{ ATOM_UPHOLDS, { DEP_UPHOLDS }, 1 },
	{ ATOM_UPHELD_BY, { DEP_UPHELD_BY }, 1 },
	{ ATOM_ON_FAILURE, { DEP_ON_FAILURE }, 1 },
	{ ATOM_ON_SUCCESS, { DEP_ON_SUCCESS }, 1 },
	{ ATOM_TRIGGERS, { DEP_TRIGGERS }, 1 },
	{ ATOM_TRIGGERED_BY, { DEP_TRIGGERED_BY }, 1 },
	{ ATOM_NEEDS,
	  { DEP_REQUIRES, DEP_REQUISITE, DEP_WANTS, DEP_BINDS_TO, DEP_UPHOLDS },
	  5 },
	{ ATOM_NEEDED_BY,
	  { DEP_REQUIRED_BY, DEP_REQUISITE_OF, DEP_WANTED_BY, DEP_BOUND_BY, DEP_UPHELD_BY },
	  5 },
};

static void sentences(void **state)
{
	uint32_t all = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t n = 0;

		for (int kind = 0; kind < DEP_KIND_MAX; kind++) {
			n += has((enum dep_kind)kind, rows[i].atom);
		}
		for (size_t k = 0; k < rows[i].n; k++) {
			assert_true(has(rows[i].kinds[k], rows[i].atom));
		}
		assert_int_equal(n, rows[i].n);
		all |= rows[i].atom;
	}
	for (int kind = 0; kind < DEP_KIND_MAX; kind++) {
		assert_int_equal(graph_atoms((enum dep_kind)kind) & ~all, 0);
	}
	assert_int_equal(graph_atoms(DEP_KIND_MAX), 0);
}

/* An atom that has an inverse is there exactly where the inverse kind has that. */
static void inverses(void **state)
{
	static const uint32_t pairs[][2] = {
		{ ATOM_NEEDS, ATOM_NEEDED_BY },	       { ATOM_BOUND, ATOM_BOUND_BY },
		{ ATOM_UPHOLDS, ATOM_UPHELD_BY },      { ATOM_BEFORE, ATOM_AFTER },
		{ ATOM_TRIGGERS, ATOM_TRIGGERED_BY },  { ATOM_AFTER, ATOM_BEFORE },
		{ ATOM_PULL_IN_STOP, ATOM_PULL_IN_STOP_IGNORED },
	};

	for (int kind = 0; kind < DEP_KIND_MAX; kind++) {
		enum dep_kind inverse = dep_kind_inverse((enum dep_kind)kind);

		for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
			assert_int_equal(has((enum dep_kind)kind, pairs[i][0]),
					 has(inverse, pairs[i][1]));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(sentences),
		WORLD_TEST(inverses),
	};

	return cmocka_run_group_tests_name("atoms", tests, NULL, NULL);
}
