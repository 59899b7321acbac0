/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include "world.h"

/*
 * Random graphs against a naive reading of the law: it knows nothing of atoms, transactions or
 * edges, only the names that the units list.
 */

#define MAX_UNITS 200
#define ROUNDS 400

static uint64_t seed;

static unsigned dice(unsigned n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed % n);
}

static const char *unit_name(unsigned i)
{
	return arena_printf(&world.arena, i % 7 == 6 ? "u%u.target" : "u%u.service", i);
}

/* with_cycles: After= points anywhere; else only to smaller numbers. */
static void make_world(unsigned n, bool with_cycles)
{
	static const enum dep_kind kinds[] = {
		DEP_REQUIRES, DEP_WANTS,     DEP_WANTS,	  DEP_BINDS_TO,
		DEP_PART_OF,  DEP_REQUISITE, DEP_UPHOLDS, DEP_PROPAGATES_STOP_TO,
	};

	for (unsigned i = 0; i < n; i++) {
		unsigned n_deps = dice(4);

		world_unit(unit_name(i))->default_dependencies = with_cycles && dice(2);
		for (unsigned k = 0; k < n_deps; k++) {
			unsigned to = dice(n);
			const char *name = unit_name(to);

			world_depend(unit_name(i), kinds[dice(ARRAY_SIZE(kinds))], name);
			if (dice(2)) {
				bool forward = with_cycles ? dice(2) : to < i;

				world_depend(unit_name(i), forward ? DEP_AFTER : DEP_BEFORE, name);
			}
		}
		if (dice(20) == 0) {
			world_depend(unit_name(i), DEP_CONFLICTS, unit_name(dice(n)));
		}
		if (dice(3) == 0) {
			world_state(unit_name(i), dice(5) ? ACTIVE_ACTIVE : ACTIVE_FAILED);
		}
	}
}

struct placed {
	int stop; /* when in the run the unit's step came, -1 none */
	int start;
	enum job_type type;
};

/* Runs the plan by its counters. Everything must get its turn: otherwise there is a cycle left. */
static void run_plan(struct placed *placed)
{
	const struct plan *p = &world.plan;
	uint32_t *pending = arena_new_n(&world.arena, uint32_t, p->n_steps + 1);
	bool *done = arena_new_n(&world.arena, bool, p->n_steps + 1);
	int now = 0;

	for (size_t i = 0; i < world.graph.n_nodes; i++) {
		placed[i] = (struct placed){ -1, -1, JOB_NOP };
	}
	for (size_t i = 0; i < p->n_steps; i++) {
		pending[i] = p->steps[i].n_before;
	}
	for (size_t round = 0; round < p->n_steps; round++) {
		for (size_t i = 0; i < p->n_steps; i++) {
			const struct plan_step *s = &p->steps[i];

			if (done[i] || pending[i] > 0) {
				continue;
			}
			done[i] = true;
			*(s->type == JOB_STOP ? &placed[s->node].stop : &placed[s->node].start) =
				now++;
			placed[s->node].type =
				s->restarting || s->pair >= 0 ? JOB_RESTART : s->type;
			for (uint32_t l = 0; l < s->n_next; l++) {
				assert_true(pending[p->links[s->first_next + l]]-- > 0);
			}
		}
	}
	assert_int_equal(now, p->n_steps);
}

static void check_before(const struct placed *a, const struct placed *b)
{
	/* a Before= b: starts in that order, stops in the other, stops before starts */
	if (a->start >= 0 && b->start >= 0) {
		assert_true(a->start < b->start);
	}
	if (a->stop >= 0 && b->stop >= 0) {
		assert_true(b->stop < a->stop);
	}
	if (a->stop >= 0 && b->start >= 0) {
		assert_true(a->stop < b->start);
	}
	if (b->stop >= 0 && a->start >= 0) {
		assert_true(b->stop < a->start);
	}
}

static const struct placed *placed_of(const struct placed *placed, const char *name)
{
	return &placed[graph_find(&world.graph, name) - world.graph.nodes];
}

static void check_order(const struct placed *placed)
{
	for (size_t i = 0; i < world.graph.n_nodes; i++) {
		const struct unit *u = world.graph.nodes[i].unit;

		STRV_FOREACH(name, &u->dependencies[DEP_AFTER]) {
			if (graph_find(&world.graph, name) && !streq(name, u->id)) {
				check_before(placed_of(placed, name), &placed[i]);
			}
		}
		STRV_FOREACH(name, &u->dependencies[DEP_BEFORE]) {
			if (graph_find(&world.graph, name) && !streq(name, u->id)) {
				check_before(&placed[i], placed_of(placed, name));
			}
		}
	}
}

static bool is_up(const char *name)
{
	return active_state_is_up(graph_find(&world.graph, name)->state);
}

/*
 * What starts has its requirements: up and staying so, or coming in the same plan. What is stopped
 * has no dependents left.
 */
static void check_requirements(const struct placed *placed)
{
	static const enum dep_kind kinds[] = { DEP_REQUIRES, DEP_BINDS_TO, DEP_REQUISITE };

	for (size_t i = 0; i < world.graph.n_nodes; i++) {
		const struct unit *u = world.graph.nodes[i].unit;

		for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
			STRV_FOREACH(name, &u->dependencies[kinds[k]]) {
				const struct placed *other;

				if (!graph_find(&world.graph, name)) {
					assert_true(placed[i].type != JOB_START &&
						    placed[i].type != JOB_RESTART);
					continue;
				}
				other = placed_of(placed, name);
				if (placed[i].type == JOB_START || placed[i].type == JOB_RESTART) {
					assert_int_not_equal(other->type, JOB_STOP);
					assert_true(other->start >= 0 || is_up(name));
				}
				if (other->type == JOB_STOP && is_up(u->id)) {
					assert_int_equal(placed[i].type, JOB_STOP);
				}
			}
		}
	}
}

/*
 * No unit has two jobs, nothing is left that should have been collapsed, and only starts can fail
 * for another's sake.
 */
static void check_single(void)
{
	const struct plan *p = &world.plan;
	uint8_t *seen = arena_new_n(&world.arena, uint8_t, world.graph.n_nodes + 1);

	for (size_t i = 0; i < p->n_steps; i++) {
		const struct plan_step *s = &p->steps[i];

		assert_true(s->type == JOB_START || s->type == JOB_STOP || s->type == JOB_RELOAD ||
			    s->type == JOB_VERIFY_ACTIVE || s->type == JOB_NOP);
		seen[s->node]++;
		assert_true(seen[s->node] <= (s->pair >= 0 ? 2 : 1));
		for (uint32_t l = 0; l < s->n_fail; l++) {
			enum job_type t = p->steps[p->links[s->first_fail + l]].type;

			assert_true(t == JOB_START || t == JOB_VERIFY_ACTIVE);
		}
	}
}

static bool diags_tell_of_deleted_jobs(void)
{
	for (size_t i = 0; i < world.diags.n; i++) {
		if (strstr(world.diags.v[i].text, "deleted to break")) {
			return true;
		}
	}
	return false;
}

static void play(uint64_t start, bool with_cycles, unsigned *n_ok)
{
	static const enum job_type types[] = { JOB_START, JOB_START, JOB_STOP, JOB_RESTART,
					       JOB_TRY_RESTART };
	struct placed *placed;
	unsigned n;
	enum plan_error error;
	const char *name;

	seed = start * 2654435761u + 88172645463325252u;
	world_begin(NULL);
	n = 2 + dice(MAX_UNITS - 1);
	make_world(n, with_cycles);
	name = unit_name(dice(n));
	world_open(name);
	error = world_add(types[dice(ARRAY_SIZE(types))], name);
	if (error == PLAN_OK) {
		(*n_ok)++;
		world_print();
		placed = arena_new_n(&world.arena, struct placed, world.graph.n_nodes + 1);
		run_plan(placed);
		check_order(placed);
		check_single();
		check_requirements(placed);
	} else {
		assert_true(error == PLAN_CONFLICTING || (with_cycles && error == PLAN_CYCLIC));
		assert_string_equal(world_print(), "");
	}
	assert_true(with_cycles || !diags_tell_of_deleted_jobs());
	world_end(NULL);
}

static void without_cycles(void **state)
{
	unsigned n_ok = 0;

	for (uint64_t i = 1; i <= ROUNDS; i++) {
		play(i, false, &n_ok);
	}
	assert_true(n_ok > ROUNDS / 2);
}

static void with_cycles(void **state)
{
	unsigned n_ok = 0;

	for (uint64_t i = 1; i <= ROUNDS; i++) {
		play(i + ROUNDS, true, &n_ok);
	}
	assert_true(n_ok > ROUNDS / 4);
}

/* A thousand units of the usual kind, of which each names a dozen others. */
static void a_thousand_units(void **state)
{
	usec_t best = USEC_INFINITY;

	for (int round = 0; round < 5; round++) {
		usec_t begin, took;

		world_begin(NULL);
		world_unit("basic.target");
		for (unsigned i = 0; i < 1000; i++) {
			const char *name = unit_name(i * 7);

			world_depend("all.target", DEP_WANTS, name);
			world_depend(name, DEP_REQUIRES, "basic.target system.slice");
			world_depend(name, DEP_AFTER, "basic.target system.slice");
			world_depend(name, DEP_BEFORE, "shutdown.target");
			world_depend(name, DEP_CONFLICTS, "shutdown.target");
			for (unsigned k = 1; k <= 5 && k <= i; k++) {
				world_depend(name, DEP_AFTER, unit_name((i - k) * 7));
			}
		}
		world_unit("system.slice");
		begin = clock_monotonic();
		world_open("all.target");
		assert_int_equal(world_add(JOB_START, "all.target"), PLAN_OK);
		plan_finish(&world.plan);
		took = clock_monotonic() - begin;
		assert_int_equal(world.plan.n_steps, 1003);
		best = took < best ? took : best;
		world_end(NULL);
	}
	print_message("1000 units: %llu us\n", (unsigned long long)best);
	assert_true(best < 50 * USEC_PER_MSEC);
	world_begin(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_cycles),
		cmocka_unit_test(with_cycles),
		cmocka_unit_test(a_thousand_units),
	};

	return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
