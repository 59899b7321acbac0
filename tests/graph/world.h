/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A world of hand-made units for the tests of this floor: no disk, no store. It takes the place of
 * unit/store.c at link time.
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "graph/aftermath.h"
#include "graph/plan.h"

struct world {
	struct arena arena;
	struct unit_store store;
	struct map states;	/* id -> active state + 1 */
	struct strv active;
	struct graph graph;
	struct diag_list diags;
	struct plan plan;
	unsigned n_loads;
};

static struct world world;

static struct unit *world_make(const char *name, enum unit_load_state load_state)
{
	struct unit *u = arena_new(&world.arena, struct unit);

	u->id = arena_strdup(&world.arena, name);
	u->type = (enum unit_type)name_type(name);
	u->load_state = load_state;
	u->fragment_path = load_state == UNIT_LOADED ? "/test" : NULL;
	u->default_dependencies = true;
	u->ignore_on_isolate = -1;
	strv_add(&u->names, &world.arena, u->id);
	map_put(&world.store.units, u->id, u);
	return u;
}

int unit_store_get(struct unit_store *s, const char *name, struct unit **ret)
{
	struct unit *u = map_get(&s->units, name);

	if (!name_is_valid(name, NAME_ANY)) {
		return -EINVAL;
	}
	world.n_loads++;
	*ret = u ? u : world_make(name, UNIT_NOT_FOUND);
	return 0;
}

static int world_begin(void **state)
{
	(void)state;
	world = (struct world){0};
	world.diags.arena = &world.arena;
	map_init(&world.store.units, &world.arena);
	map_init(&world.states, &world.arena);
	return 0;
}

static int world_end(void **state)
{
	(void)state;
	arena_free(&world.arena);
	return 0;
}

static inline struct unit *world_unit(const char *name)
{
	struct unit *u = map_get(&world.store.units, name);

	return u ? u : world_make(name, UNIT_LOADED);
}

static inline void world_alias(const char *name, const char *alias)
{
	struct unit *u = world_unit(name);

	strv_add(&u->names, &world.arena, alias);
	map_put(&world.store.units, alias, u);
}

/*
 * world_depend("a.service", DEP_REQUIRES, "b.service c.service"): the unit on the left exists
 * afterwards, those on the right need not.
 */
static inline void world_depend(const char *name, enum dep_kind kind, const char *others)
{
	struct unit *u = world_unit(name);

	strv_split(&u->dependencies[kind], &world.arena, others, " ");
}

/* Makes units that need no dependency of their own. */
static inline void world_units(const char *names)
{
	struct strv list = {0};

	strv_split(&list, &world.arena, names, " ");
	STRV_FOREACH(name, &list) {
		world_unit(name);
	}
}

static inline void world_state(const char *names, enum active_state s)
{
	struct strv list = {0};

	strv_split(&list, &world.arena, names, " ");
	STRV_FOREACH(name, &list) {
		map_put(&world.states, world_unit(name)->id, (void *)((uintptr_t)s + 1));
		if (!active_state_is_down(s)) {
			strv_add_unique(&world.active, &world.arena, name);
		}
	}
}

static enum active_state world_get_state(void *context, const struct unit *u)
{
	uintptr_t s = (uintptr_t)map_get(&world.states, u->id);

	(void)context;
	if (u->early) {
		return ACTIVE_ACTIVE;
	}
	return s ? (enum active_state)(s - 1) : ACTIVE_INACTIVE;
}

static inline void world_open(const char *wanted)
{
	struct strv list = {0};
	struct graph_seeds seeds = {
		.wanted = &list, .active = &world.active, .state = world_get_state,
	};

	strv_split(&list, &world.arena, wanted, " ");
	assert_int_equal(graph_open(&world.graph, &world.store, &seeds, &world.arena), 0);
	plan_init(&world.plan, &world.graph, &world.arena, &world.diags);
}

static inline enum plan_error world_add_mode(enum job_type type, const char *name,
					     enum job_mode mode)
{
	struct plan_request request = { .name = name, .type = type, .mode = mode, .manual = true };

	return plan_add(&world.plan, &request, NULL);
}

static inline enum plan_error world_add(enum job_type type, const char *name)
{
	return world_add_mode(type, name, JOB_MODE_REPLACE);
}

/* The plan as text; the world's arena holds it. */
static inline const char *world_print(void)
{
	CLEANUP_STRBUF struct strbuf out = {0};

	plan_finish(&world.plan);
	plan_print(&world.plan, &out);
	return arena_strdup(&world.arena, strbuf_text(&out));
}

/* One job for one unit, and the plan that it makes. */
static inline const char *world_plan(enum job_type type, const char *name)
{
	world_open(name);
	assert_int_equal(world_add(type, name), PLAN_OK);
	return world_print();
}

static inline const char *world_last_error(void)
{
	const struct diag *d = world.diags.n ? &world.diags.v[world.diags.n - 1] : NULL;

	return d && d->level == DIAG_ERROR ? d->text : "";
}

/* "start a.service monitor, stop b.service": the wishes, as text. */
static inline const char *world_wishes(const char *name, enum aftermath_event event)
{
	CLEANUP_STRBUF struct strbuf out = {0};
	struct aftermath_wish *wishes;
	size_t n;

	world_open(name);
	assert_int_equal(aftermath_list(&world.graph, name, event, &world.arena, &wishes, &n), 0);
	for (size_t i = 0; i < n; i++) {
		strbuf_addf(&out, "%s%s %s %s%s", i ? ", " : "", job_type_name(wishes[i].type),
			    wishes[i].unit, job_mode_name(wishes[i].mode),
			    wishes[i].monitor ? " monitor" : "");
	}
	return arena_strdup(&world.arena, strbuf_text(&out));
}

#define WORLD_TEST(f) cmocka_unit_test_setup_teardown(f, world_begin, world_end)
