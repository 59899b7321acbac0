/* SPDX-License-Identifier: MIT */
#include "deps.h"

const enum dep_kind deps_forward[6] = {
	DEP_REQUIRES, DEP_REQUISITE, DEP_WANTS, DEP_CONSISTS_OF, DEP_BINDS_TO, DEP_UPHOLDS,
};

int deps_open(struct cmd *c, const struct strv *names, struct graph *ret)
{
	struct strv *wanted = arena_new(&c->arena, struct strv);

	STRV_FOREACH(name, names) {
		strv_add(wanted, &c->arena, name);
	}
	strv_add_unique(wanted, &c->arena, "default.target");
	return cmd_graph_open(c, wanted, ret);
}

static const char *id_of(const struct graph *g, const char *name)
{
	const struct graph_node *node = graph_find(g, name);

	return node ? node->unit->id : name;
}

void deps_collect(struct cmd *c, const struct graph *g, const struct unit *u, enum dep_kind kind,
		  struct strv *ret)
{
	enum dep_kind inverse = dep_kind_inverse(kind);

	STRV_FOREACH(name, &u->dependencies[kind]) {
		strv_add_unique(ret, &c->arena, id_of(g, name));
	}
	for (size_t i = 0; i < g->n_nodes; i++) {
		const struct unit *other = g->nodes[i].unit;

		STRV_FOREACH(name, &other->dependencies[inverse]) {
			if (other != u && streq(id_of(g, name), u->id)) {
				strv_add_unique(ret, &c->arena, other->id);
				break;
			}
		}
	}
}

int deps_add_direct(struct cmd *c, struct strv *names)
{
	struct graph graph;
	size_t n = names->n;
	int r = deps_open(c, names, &graph);

	for (size_t i = 0; r >= 0 && i < n; i++) {
		const struct graph_node *node = graph_find(&graph, names->v[i]);

		for (size_t k = 0; node && k < ARRAY_SIZE(deps_forward); k++) {
			deps_collect(c, &graph, node->unit, deps_forward[k], names);
		}
	}
	return r;
}
