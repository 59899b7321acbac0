/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <stdio.h>
#include <strings.h>

#include "deps.h"
#include "glyph.h"
#include "list.h"

#define MAX_DEPTH 128

static const enum dep_kind reverse[] = {
	DEP_REQUIRED_BY, DEP_REQUISITE_OF, DEP_WANTED_BY, DEP_PART_OF, DEP_BOUND_BY, DEP_UPHELD_BY,
};
static const enum dep_kind after[] = { DEP_AFTER };
static const enum dep_kind before[] = { DEP_BEFORE };

struct tree {
	struct cmd *c;
	struct deps deps;
	const enum dep_kind *kinds;
	size_t n_kinds;
	bool is_plain;
	struct strv opened;	 /* those above, against loops; with --plain all whose dependencies were listed */
	bool is_last[MAX_DEPTH]; /* does the branch at this depth end here? */
};

/* Targets behind all others; within each by name. */
static int compare_names(const void *x, const void *y)
{
	const char *a = *(const char *const *)x, *b = *(const char *const *)y;
	bool a_target = str_has_suffix(a, ".target"), b_target = str_has_suffix(b, ".target");

	return a_target != b_target ? a_target - b_target : strcasecmp(a, b);
}

static void collect(struct tree *t, const struct unit *u, struct strv *ret)
{
	for (size_t i = 0; i < t->n_kinds; i++) {
		deps_collect(t->c, &t->deps, u, t->kinds[i], ret);
	}
	if (ret->n > 0) {
		qsort(ret->v, ret->n, sizeof *ret->v, compare_names);
	}
}

static void print_branch(struct tree *t, const char *mark, const char *name, size_t depth, bool is_last)
{
	if (t->is_plain) {
		printf("  %s\n", name);
		return;
	}
	printf("%s ", mark);
	for (size_t i = 0; i < depth; i++) {
		fputs(glyph(t->is_last[i] ? GLYPH_SPACE : GLYPH_VERTICAL), stdout);
	}
	printf("%s%s\n", glyph(is_last ? GLYPH_LAST : GLYPH_BRANCH), name);
}

/* Types and states leave units out, and with them what only they need. */
static bool is_shown(const struct tree *t, const struct cmd_unit *cu)
{
	const struct cmd_options *o = &t->c->options;

	return (o->types.n == 0 || strv_contains(&o->types, unit_type_name(cu->unit->type))) &&
	       (o->states.n == 0 || list_has_wanted_state(t->c, cu));
}

static void print_below(struct tree *t, const struct unit *u, size_t depth)
{
	struct strv names = { 0 };
	bool is_loop = false;

	if (depth >= MAX_DEPTH) {
		return;
	}
	strv_add(&t->opened, &t->c->arena, u->id);
	collect(t, u, &names);
	for (size_t i = 0; i < names.n; i++) {
		struct cmd_unit cu;

		if (strv_contains(&t->opened, names.v[i])) {
			is_loop = true;
			continue;
		}
		if (cmd_unit_get(t->c, names.v[i], &cu) < 0 || !is_shown(t, &cu)) {
			continue;
		}
		t->is_last[depth] = i + 1 == names.n;
		print_branch(t, glyph_of_state(cu.record.active), cu.unit->id, depth,
			     t->is_last[depth] && !is_loop);
		if (t->c->options.all || cu.unit->type == UNIT_TARGET) {
			print_below(t, cu.unit, depth + 1);
		}
	}
	if (is_loop && !t->is_plain) {
		print_branch(t, " ", "...", depth, true);
	}
	if (!t->is_plain) {
		strv_remove(&t->opened, u->id);
	}
}

static void choose_kinds(struct tree *t)
{
	const struct cmd_options *o = &t->c->options;

	t->kinds = o->after ? after : o->before ? before : o->reverse ? reverse : deps_forward;
	t->n_kinds = o->after || o->before ? 1 : ARRAY_SIZE(deps_forward);
}

int cmd_list_dependencies(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct tree t = { .c = c,
			  .is_plain = c->options.plain || c->options.types.n > 0 ||
				      c->options.states.n > 0 };
	struct strv names = { 0 };
	int status = 0;

	choose_kinds(&t);
	if (args->n == 0) {
		strv_add(&names, &c->arena, "default.target");
	} else if (cmd_expand_names(c, args, ".service", &names, NULL) < 0) {
		return 1;
	}
	if (deps_open(c, &names, &t.deps) < 0) {
		return 1;
	}
	for (size_t i = 0; i < names.n; i++) {
		struct cmd_unit cu;

		if (name_classify(names.v[i]) == NAME_TEMPLATE) {
			cmd_error("Failed to get properties of %s: Unit name %s is neither a valid "
				  "invocation ID nor unit name.",
				  names.v[i], names.v[i]);
			status = 1;
		}
		printf("%s%s\n", i > 0 ? "\n" : "", names.v[i]);
		if (status == 0 && cmd_unit_get(c, names.v[i], &cu) >= 0) {
			print_below(&t, cu.unit, 0);
		}
	}
	return status;
}
