/* SPDX-License-Identifier: MIT */
#include "deps.h"
#include "show.h"
#include "unit/directive.h"

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

/* Opened once for all units that are shown. */
static const struct deps *need_deps(struct cmd *c, struct show_list *shown)
{
	if (!shown->deps) {
		shown->deps = arena_new(&c->arena, struct deps);
		shown->has_deps = deps_open(c, &shown->names, shown->deps) >= 0;
	}
	return shown->has_deps ? shown->deps : NULL;
}

void show_add_dependencies(struct cmd *c, struct show_list *shown, const struct cmd_unit *cu,
			   struct map *properties)
{
	const struct deps *deps;

	if (!wants_any(c) || cu->unit->load_state == UNIT_NOT_FOUND) {
		return;
	}
	deps = need_deps(c, shown);
	if (!deps) {
		return;
	}
	for (enum dep_kind k = 0; k < DEP_KIND_MAX; k++) {
		const char *name = property_name(k);
		CLEANUP_STRBUF struct strbuf text = { 0 };
		struct strv found = { 0 };

		if (name && show_wants(c, name)) {
			deps_collect(c, deps, cu->unit, k, &found);
			directive_quote_list(&found, &text);
			map_put(properties, name, arena_strdup(&c->arena, strbuf_text(&text)));
		}
	}
}
