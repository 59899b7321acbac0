/* SPDX-License-Identifier: MIT */
#include "deps.h"

const enum dep_kind deps_forward[6] = {
	DEP_REQUIRES, DEP_REQUISITE, DEP_WANTS, DEP_CONSISTS_OF, DEP_BINDS_TO, DEP_UPHOLDS,
};

static const char *id_of(const struct graph *g, const char *name)
{
	const struct graph_node *node = graph_find(g, name);

	return node ? node->unit->id : name;
}

static void declare(struct deps *d, struct arena *a, const struct unit *from, enum dep_kind kind)
{
	STRV_FOREACH(name, &from->dependencies[kind]) {
		const char *id = id_of(&d->graph, name);
		struct strv *kinds = map_get(&d->declared, id);

		if (!kinds) {
			kinds = arena_new_n(a, struct strv, DEP_KIND_MAX);
			map_put(&d->declared, id, kinds);
		}
		/* By two of its names, perhaps. */
		if (kinds[kind].n == 0 || !streq(kinds[kind].v[kinds[kind].n - 1], from->id)) {
			strv_add(&kinds[kind], a, from->id);
		}
	}
}

int deps_open(struct cmd *c, const struct strv *names, struct deps *ret)
{
	struct strv *wanted = arena_new(&c->arena, struct strv);
	int r;

	STRV_FOREACH(name, names) {
		strv_add(wanted, &c->arena, name);
	}
	strv_add_unique(wanted, &c->arena, "default.target");
	r = cmd_graph_open(c, wanted, &ret->graph);
	if (r < 0) {
		return r;
	}
	map_init(&ret->declared, &c->arena);
	for (size_t i = 0; i < ret->graph.n_nodes; i++) {
		for (int kind = 0; kind < DEP_KIND_MAX; kind++) {
			declare(ret, &c->arena, ret->graph.nodes[i].unit, (enum dep_kind)kind);
		}
	}
	return 0;
}

void deps_collect(struct cmd *c, const struct deps *d, const struct unit *u, enum dep_kind kind,
		  struct strv *ret)
{
	const struct strv *declared = map_get(&d->declared, u->id);

	STRV_FOREACH(name, &u->dependencies[kind]) {
		strv_add_unique(ret, &c->arena, id_of(&d->graph, name));
	}
	if (declared) {
		STRV_FOREACH(id, &declared[dep_kind_inverse(kind)]) {
			if (!streq(id, u->id)) {
				strv_add_unique(ret, &c->arena, id);
			}
		}
	}
}

int deps_add_direct(struct cmd *c, struct strv *names)
{
	struct deps deps;
	size_t n = names->n;
	int r = deps_open(c, names, &deps);

	for (size_t i = 0; r >= 0 && i < n; i++) {
		const struct graph_node *node = graph_find(&deps.graph, names->v[i]);

		for (size_t k = 0; node && k < ARRAY_SIZE(deps_forward); k++) {
			deps_collect(c, &deps, node->unit, deps_forward[k], names);
		}
	}
	return r;
}
