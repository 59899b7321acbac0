/* SPDX-License-Identifier: MIT */
#include "deps.h"
#include "show.h"

/* Names in `show` that are not those of unit files. */
static const char *property_name(enum dep_kind kind)
{
	switch (kind) {
	case DEP_IN_SLICE:
		return NULL; /* that is Slice=, a setting */
	case DEP_SLICE_OF:
		return "SliceOf";
	default:
		return dep_kind_name(kind);
	}
}

static bool wants_any(const struct cmd *c)
{
	for (enum dep_kind k = 0; k < DEP_KIND_MAX; k++) {
		const char *name = property_name(k);

		if (name && show_wants(c, name)) {
			return true;
		}
	}
	return false;
}

void show_add_dependencies(struct cmd *c, const struct cmd_unit *cu, struct map *properties)
{
	struct strv names = { 0 };
	struct graph graph;

	if (!wants_any(c) || cu->unit->load_state == UNIT_NOT_FOUND) {
		return;
	}
	strv_add(&names, &c->arena, cu->unit->id);
	if (deps_open(c, &names, &graph) < 0) {
		return;
	}
	for (enum dep_kind k = 0; k < DEP_KIND_MAX; k++) {
		const char *name = property_name(k);
		struct strv found = { 0 };

		if (name && show_wants(c, name)) {
			deps_collect(c, &graph, cu->unit, k, &found);
			map_put(properties, name, strv_join(&found, &c->arena, " "));
		}
	}
}
