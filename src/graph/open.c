/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "graph/graph.h"

/* What is being built; indices, since the arrays still move. */
struct opening {
	struct graph *g;
	struct arena *arena;
	size_t cap_nodes;
	bool *is_expanded; /* per node: what it pulls in was loaded too */
	size_t n_expanded, cap_expanded;
	uint32_t *queue; /* nodes still to expand */
	size_t n_queue, cap_queue;
	struct graph_edge *raw;
	size_t n_raw, cap_raw;
	const struct graph_seeds *seeds;
};

static const enum dep_kind pulling_kinds[] = {
	DEP_REQUIRES, DEP_REQUISITE, DEP_WANTS, DEP_BINDS_TO, DEP_UPHOLDS,
};

/* A unit with one of these towards another is restarted with it, and then pulls in its own. */
static const enum dep_kind following_kinds[] = {
	DEP_REQUIRES, DEP_REQUISITE, DEP_BINDS_TO, DEP_PART_OF, DEP_STOP_PROPAGATED_FROM,
};

static bool unit_has_edges(const struct unit *u)
{
	return u->load_state == UNIT_LOADED && !u->early;
}

/* While the graph is open for building, by_name holds index + 1. */
static int64_t opening_find(const struct opening *o, const char *name)
{
	return (int64_t)(uintptr_t)map_get(&o->g->by_name, name) - 1;
}

static void opening_name(struct opening *o, const char *name, size_t index)
{
	map_put(&o->g->by_name, name, (void *)(uintptr_t)(index + 1));
}

static int64_t opening_add_unit(struct opening *o, struct unit *u)
{
	struct graph *g = o->g;
	int64_t index = opening_find(o, u->id);

	if (index >= 0) {
		return index;
	}
	index = (int64_t)g->n_nodes;
	*ARENA_PUSH(o->arena, o->is_expanded, o->n_expanded, o->cap_expanded) = false;
	*ARENA_PUSH(o->arena, g->nodes, g->n_nodes, o->cap_nodes) = (struct graph_node){
		.unit = u,
		.state = o->seeds->state ? o->seeds->state(o->seeds->context, u) : ACTIVE_INACTIVE,
	};
	opening_name(o, u->id, (size_t)index);
	STRV_FOREACH(name, &u->names) {
		if (!map_has(&g->by_name, name)) {
			opening_name(o, name, (size_t)index);
		}
	}
	return index;
}

/* The node for a name, loaded if need be. -EINVAL: no unit can have this name. */
static int64_t opening_add(struct opening *o, const char *name)
{
	int64_t index = opening_find(o, name);
	struct unit *u;
	int r;

	if (index >= 0) {
		return index;
	}
	r = unit_store_get(o->g->store, name, &u);
	if (r < 0) {
		return r;
	}
	index = opening_add_unit(o, u);
	if (!map_has(&o->g->by_name, name)) {
		opening_name(o, name, (size_t)index);
	}
	return index;
}

static void opening_expand_later(struct opening *o, size_t index)
{
	if (!o->is_expanded[index]) {
		o->is_expanded[index] = true;
		*ARENA_PUSH(o->arena, o->queue, o->n_queue, o->cap_queue) = (uint32_t)index;
	}
}

static int opening_pull(struct opening *o, const char *name)
{
	int64_t index = opening_add(o, name);

	if (index == -EINVAL) {
		return 0;
	}
	if (index < 0) {
		return (int)index;
	}
	opening_expand_later(o, (size_t)index);
	return 0;
}

static void opening_connect(struct opening *o, size_t from, const char *name, enum dep_kind kind)
{
	int64_t to = opening_find(o, name);
	uint32_t atoms = graph_atoms(kind);
	uint32_t inverse = graph_atoms(dep_kind_inverse(kind));

	if (to < 0 || (size_t)to == from) {
		return;
	}
	if (atoms) {
		*ARENA_PUSH(o->arena, o->raw, o->n_raw, o->cap_raw) =
			(struct graph_edge){ (uint32_t)from, (uint32_t)to, atoms };
	}
	if (inverse) {
		*ARENA_PUSH(o->arena, o->raw, o->n_raw, o->cap_raw) =
			(struct graph_edge){ (uint32_t)to, (uint32_t)from, inverse };
	}
}

/*
 * The mount unit of each prefix of the path, "/" included, that has one: it is waited for, and
 * pulled in if a file asks for it (systemd.unit(5), RequiresMountsFor=).
 */
static int opening_pull_mount(struct opening *o, size_t index, const char *path, enum dep_kind kind)
{
	struct unit *u;
	char *name;
	int64_t mount;
	int r;

	if (name_from_path(o->arena, path, "mount", &name) < 0) {
		return 0;
	}
	r = unit_store_get(o->g->store, name, &u);
	if (r < 0) {
		return r == -EINVAL ? 0 : r;
	}
	if (u->load_state != UNIT_LOADED) {
		return 0;
	}
	mount = opening_add(o, name);
	if (mount < 0) {
		return (int)mount;
	}
	opening_connect(o, index, name, DEP_AFTER);
	if (o->g->nodes[mount].unit->fragment_path) {
		opening_connect(o, index, name, kind);
		opening_expand_later(o, (size_t)mount);
	}
	return 0;
}

static int opening_pull_mounts(struct opening *o, size_t index, const struct strv *paths,
			       enum dep_kind kind)
{
	STRV_FOREACH(path, paths) {
		char *prefix = arena_strdup(o->arena, path);

		for (size_t n = strlen(prefix); n > 1; n--) {
			bool is_whole = path[n] == '\0' || path[n] == '/';

			prefix[n] = '\0';
			if (is_whole && prefix[n - 1] != '/') {
				int r = opening_pull_mount(o, index, prefix, kind);

				if (r < 0) {
					return r;
				}
			}
		}
		if (prefix[0] == '/') {
			int r = opening_pull_mount(o, index, "/", kind);

			if (r < 0) {
				return r;
			}
		}
	}
	return 0;
}

static int opening_expand(struct opening *o, size_t index)
{
	struct unit *u = o->g->nodes[index].unit;
	int r;

	if (!unit_has_edges(u)) {
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(pulling_kinds); i++) {
		STRV_FOREACH(name, &u->dependencies[pulling_kinds[i]]) {
			r = opening_pull(o, name);
			if (r < 0) {
				return r;
			}
		}
	}
	r = opening_pull_mounts(o, index, &u->requires_mounts_for, DEP_REQUIRES);
	return r < 0 ? r : opening_pull_mounts(o, index, &u->wants_mounts_for, DEP_WANTS);
}

static int opening_drain(struct opening *o)
{
	while (o->n_queue > 0) {
		int r = opening_expand(o, o->queue[--o->n_queue]);

		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static bool opening_stops_with(struct opening *o, const struct unit *u)
{
	bool any = false;

	STRV_FOREACH(name, &u->dependencies[DEP_PROPAGATES_STOP_TO]) {
		int64_t index = opening_find(o, name);

		if (index >= 0 && !o->is_expanded[index]) {
			opening_expand_later(o, (size_t)index);
			any = true;
		}
	}
	return any;
}

static bool opening_follows(const struct opening *o, const struct unit *u)
{
	for (size_t i = 0; i < ARRAY_SIZE(following_kinds); i++) {
		STRV_FOREACH(name, &u->dependencies[following_kinds[i]]) {
			int64_t index = opening_find(o, name);

			if (index >= 0 && o->is_expanded[index]) {
				return true;
			}
		}
	}
	return false;
}

/*
 * Active units count with what they are. What they pull in matters only to those that may be
 * restarted with one of the wanted units, so that the files of a whole running system are not read
 * for one start.
 */
static int opening_follow_active(struct opening *o)
{
	bool again = true;
	int r;

	while (again) {
		again = false;
		for (size_t i = 0; i < o->g->n_nodes; i++) {
			const struct unit *u = o->g->nodes[i].unit;

			if (o->is_expanded[i]) {
				again |= opening_stops_with(o, u);
			} else if (unit_has_edges(u) && opening_follows(o, u)) {
				opening_expand_later(o, i);
				again = true;
			}
		}
		r = opening_drain(o);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static int opening_load(struct opening *o)
{
	int r;

	if (o->seeds->wanted) {
		STRV_FOREACH(name, o->seeds->wanted) {
			r = opening_pull(o, name);
			if (r < 0) {
				return r;
			}
		}
	}
	r = opening_drain(o);
	if (r < 0) {
		return r;
	}
	if (o->seeds->active) {
		STRV_FOREACH(name, o->seeds->active) {
			int64_t index = opening_add(o, name);

			if (index < 0 && index != -EINVAL) {
				return (int)index;
			}
		}
	}
	return opening_follow_active(o);
}

static void opening_connect_unit(struct opening *o, size_t index)
{
	const struct unit *u = o->g->nodes[index].unit;

	if (!unit_has_edges(u)) {
		return;
	}
	for (int kind = 0; kind < DEP_KIND_MAX; kind++) {
		STRV_FOREACH(name, &u->dependencies[kind]) {
			opening_connect(o, index, name, (enum dep_kind)kind);
		}
	}
}

/*
 * Raw edges -> edges, grouped by from in the order in which they were found, one for each pair of
 * nodes.
 */
static void opening_group_edges(struct opening *o)
{
	struct graph *g = o->g;
	uint32_t *place = arena_new_n(o->arena, uint32_t, g->n_nodes + 2);
	uint32_t *seen = arena_new_n(o->arena, uint32_t, g->n_nodes + 1);
	struct graph_edge *grouped = arena_new_n(o->arena, struct graph_edge, o->n_raw + 1);
	uint32_t n = 0;

	for (size_t i = 0; i < o->n_raw; i++) {
		place[o->raw[i].from + 1]++;
	}
	for (size_t i = 0; i < g->n_nodes; i++) {
		place[i + 1] += place[i];
	}
	/* afterwards place[i] is where the edges of node i end */
	for (size_t i = 0; i < o->n_raw; i++) {
		grouped[place[o->raw[i].from]++] = o->raw[i];
	}
	/*
	 * seen[to] is the place + 1 of the edge from the node at hand to `to`; that of an earlier
	 * node is not above first_edge
	 */
	for (size_t i = 0; i < g->n_nodes; i++) {
		uint32_t k = i > 0 ? place[i - 1] : 0;

		g->nodes[i].first_edge = n;
		for (; k < place[i]; k++) {
			uint32_t to = grouped[k].to;

			if (seen[to] > g->nodes[i].first_edge) {
				grouped[seen[to] - 1].atoms |= grouped[k].atoms;
				continue;
			}
			grouped[n++] = grouped[k];
			seen[to] = n;
		}
		g->nodes[i].n_edges = n - g->nodes[i].first_edge;
	}
	g->edges = grouped;
	g->n_edges = n;
}

static struct graph_edge *graph_edge_between(const struct graph *g, size_t from, size_t to)
{
	GRAPH_FOREACH(e, g, from, ~0u) {
		if (e->to == to) {
			return e;
		}
	}
	return NULL;
}

/*
 * A target comes after what it wants or requires (systemd.target(5), "Automatic Dependencies"),
 * unless either side wants no default dependencies or the order was turned round by hand. Such a
 * pair has an edge in both directions already.
 */
static void graph_order_target(struct graph *g, size_t index)
{
	const struct unit *target = g->nodes[index].unit;

	if (target->type != UNIT_TARGET || !target->default_dependencies ||
	    !unit_has_edges(target)) {
		return;
	}
	GRAPH_FOREACH(e, g, index, ATOM_NEEDS) {
		const struct unit *member = g->nodes[e->to].unit;
		struct graph_edge *back;

		if (member->load_state != UNIT_LOADED || !member->default_dependencies ||
		    (e->atoms & ATOM_BEFORE)) {
			continue;
		}
		back = graph_edge_between(g, e->to, index);
		if (back) {
			e->atoms |= ATOM_AFTER;
			back->atoms |= ATOM_BEFORE;
		}
	}
}

int graph_open(struct graph *g, struct unit_store *store, const struct graph_seeds *seeds,
	       struct arena *a)
{
	struct opening o = { .g = g, .arena = a, .seeds = seeds };
	int r;

	*g = (struct graph){ .arena = a, .store = store };
	map_init(&g->by_name, a);
	r = opening_load(&o);
	if (r < 0) {
		return r;
	}
	for (size_t i = 0; i < g->n_nodes; i++) {
		opening_connect_unit(&o, i);
	}
	opening_group_edges(&o);
	for (size_t i = 0; i < g->n_nodes; i++) {
		graph_order_target(g, i);
	}
	MAP_FOREACH(entry, &g->by_name) {
		entry->value = &g->nodes[(uintptr_t)entry->value - 1];
	}
	return 0;
}

struct graph_node *graph_find(const struct graph *g, const char *name)
{
	return map_get(&g->by_name, name);
}
