/* SPDX-License-Identifier: MIT */
#include "world.h"

static bool knows(const char *name)
{
	return graph_find(&world.graph, name) != NULL;
}

static const struct graph_edge *edge(const char *from, const char *to)
{
	const struct graph_node *a = graph_find(&world.graph, from);
	const struct graph_node *b = graph_find(&world.graph, to);

	GRAPH_FOREACH(e, &world.graph, a - world.graph.nodes, ~0u) {
		if (e->to == (uint32_t)(b - world.graph.nodes)) {
			return e;
		}
	}
	return NULL;
}

static void only_the_closure_is_loaded(void **state)
{
	world_depend("a.service", DEP_WANTS, "b.service");
	world_depend("a.service", DEP_AFTER, "far.service");
	world_depend("a.service", DEP_CONFLICTS, "shutdown.target");
	world_depend("a.service", DEP_ON_FAILURE, "mail.service");
	world_depend("b.service", DEP_REQUIRES, "c.service");
	world_units("c.service far.service shutdown.target mail.service other.service");
	world_open("a.service");
	assert_int_equal(world.graph.n_nodes, 3);
	assert_int_equal(world.n_loads, 3);
}

static void active_units_are_not_followed_without_need(void **state)
{
	world_depend("busy.service", DEP_WANTS, "more.service");
	world_depend("part.service", DEP_PART_OF, "a.service");
	world_depend("part.service", DEP_WANTS, "helper.service");
	world_depend("second.service", DEP_PART_OF, "part.service");
	world_depend("second.service", DEP_WANTS, "third.service");
	world_depend("a.service", DEP_PROPAGATES_STOP_TO, "with.service");
	world_depend("with.service", DEP_WANTS, "fourth.service");
	world_units("more.service helper.service third.service fourth.service");
	world_state("second.service busy.service part.service with.service", ACTIVE_ACTIVE);
	world_open("a.service");
	assert_true(knows("busy.service"));
	assert_false(knows("more.service"));
	assert_true(knows("helper.service"));
	assert_true(knows("third.service"));
	assert_true(knows("fourth.service"));
}

/* RequiresMountsFor=: of the prefixes of a path, only those that are mount points matter. */
static void directories_are_no_mounts(void **state)
{
	struct unit *u = world_unit("a.service");

	strv_add(&u->requires_mounts_for, &world.arena, "/srv/data/file");
	world_units("srv-data.mount");
	world_open("a.service");
	assert_true(knows("srv-data.mount"));
	assert_false(knows("srv.mount"));
}

static void missing_ones_are_nodes(void **state)
{
	world_depend("a.service", DEP_WANTS, "nowhere.service");
	world_open("a.service not/valid");
	assert_int_equal(graph_find(&world.graph, "nowhere.service")->unit->load_state,
			 UNIT_NOT_FOUND);
	assert_false(knows("not/valid"));
	assert_false(knows("never.service"));
}

static void edges_are_one_for_a_pair(void **state)
{
	world_depend("a.service", DEP_REQUIRES, "b.service alias.service a.service");
	world_depend("a.service", DEP_AFTER, "b.service");
	world_depend("b.service", DEP_BEFORE, "a.service");
	world_unit("b.service");
	world_alias("b.service", "alias.service");
	world_open("a.service");
	assert_int_equal(world.graph.n_edges, 2);
	assert_int_equal(edge("a.service", "alias.service")->atoms,
			 graph_atoms(DEP_REQUIRES) | ATOM_AFTER);
	assert_int_equal(edge("b.service", "a.service")->atoms,
			 graph_atoms(DEP_REQUIRED_BY) | ATOM_BEFORE);
}

static void edges_are_sorted(void **state)
{
	world_depend("t.target", DEP_WANTS, "a.service b.service c.service");
	world_depend("c.service", DEP_AFTER, "a.service b.service");
	world_depend("a.service", DEP_CONFLICTS, "b.service");
	world_open("t.target");
	for (uint32_t i = 0, at = 0; i < world.graph.n_nodes; i++) {
		const struct graph_node *n = &world.graph.nodes[i];

		assert_int_equal(n->first_edge, at);
		for (uint32_t k = 0; k < n->n_edges; k++) {
			assert_int_equal(world.graph.edges[at++].from, i);
		}
	}
	assert_true(edge("t.target", "a.service")->atoms & ATOM_AFTER);
	assert_true(edge("a.service", "t.target")->atoms & ATOM_BEFORE);
}

static void states_are_asked_for(void **state)
{
	world_depend("a.service", DEP_WANTS, "b.service");
	world_state("b.service", ACTIVE_FAILED);
	world_open("a.service");
	assert_int_equal(graph_find(&world.graph, "b.service")->state, ACTIVE_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(only_the_closure_is_loaded),
		WORLD_TEST(active_units_are_not_followed_without_need),
		WORLD_TEST(directories_are_no_mounts),
		WORLD_TEST(missing_ones_are_nodes),
		WORLD_TEST(edges_are_one_for_a_pair),
		WORLD_TEST(edges_are_sorted),
		WORLD_TEST(states_are_asked_for),
	};

	return cmocka_run_group_tests_name("open", tests, NULL, NULL);
}
