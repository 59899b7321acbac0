/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <fnmatch.h>
#include <stdio.h>
#include <strings.h>

#include "deps.h"
#include "glyph.h"
#include "list.h"

bool list_wants_legend(const struct cmd *c)
{
	return c->options.legend && (!c->options.quiet || c->options.legend_set);
}

bool list_wants_json(const struct cmd *c)
{
	return str_has_prefix(str_or_empty(c->options.output), "json");
}

void list_print(const struct cmd *c, const struct table *t, const char *const *heading)
{
	if (list_wants_json(c)) {
		table_print_json(t, heading, c->options.output);
	} else {
		table_print(t, list_wants_legend(c) ? heading : NULL);
	}
}

bool list_has_wanted_state(const struct cmd *c, const struct cmd_unit *cu)
{
	const struct strv *states = &c->options.states;

	return strv_contains(states, unit_load_state_name(cu->unit->load_state)) ||
	       strv_contains(states, active_state_name(cu->record.active)) ||
	       strv_contains(states, cmd_unit_sub(cu));
}

bool list_shows_unit(const struct cmd *c, const struct cmd_unit *cu)
{
	const struct cmd_options *o = &c->options;

	if (o->types.n > 0 && !strv_contains(&o->types, unit_type_name(cu->unit->type))) {
		return false;
	}
	if (o->states.n > 0) {
		return list_has_wanted_state(c, cu);
	}
	return o->all || cu->record.active != ACTIVE_INACTIVE || cmd_unit_has_job(cu);
}

bool list_matches(const struct strv *patterns, const char *name)
{
	STRV_FOREACH(pattern, patterns) {
		if (fnmatch(pattern, name, FNM_NOESCAPE) == 0) {
			return true;
		}
	}
	return patterns->n == 0;
}

/* By type, then by name without regard to case. */
static int compare_units(const void *x, const void *y)
{
	const struct unit *a = ((const struct cmd_unit *)x)->unit,
			  *b = ((const struct cmd_unit *)y)->unit;
	int r = strcmp(unit_type_name(a->type), unit_type_name(b->type));

	if (r == 0) {
		r = strcasecmp(a->id, b->id);
	}
	return r != 0 ? r : strcmp(a->id, b->id);
}

bool list_wants_inactive(const struct cmd *c)
{
	const struct strv *s = &c->options.states;

	return c->options.all || strv_contains(s, "inactive") || strv_contains(s, "dead") ||
	       strv_contains(s, "loaded") || strv_contains(s, "not-found") ||
	       strv_contains(s, "masked") || strv_contains(s, "bad-setting");
}

/* With --all a unit that is named in full is loaded even if nothing else refers to it. */
static void add_named(struct cmd *c, const struct strv *patterns, struct strv *loaded)
{
	STRV_FOREACH(name, patterns) {
		struct unit *u;

		if (name_is_valid(name, NAME_PLAIN | NAME_INSTANCE) &&
		    unit_store_get(&c->store, name, &u) >= 0 && u->load_state != UNIT_NOT_FOUND) {
			strv_add_unique(loaded, &c->arena, u->id);
		}
	}
}

/* Leaves those that match, and adds what they need. */
static int keep_with_dependencies(struct cmd *c, const struct strv *patterns, struct strv *loaded)
{
	struct strv kept = { 0 };

	STRV_FOREACH(name, loaded) {
		if (list_matches(patterns, name)) {
			strv_add(&kept, &c->arena, name);
		}
	}
	*loaded = kept;
	return deps_add_direct(c, loaded);
}

int list_collect(struct cmd *c, const struct strv *patterns, struct cmd_unit **ret, size_t *ret_n)
{
	const struct strv all = { 0 };
	struct strv loaded = { 0 };
	struct cmd_unit *units = NULL;
	size_t n = 0, cap = 0;
	int r = cmd_list_loaded(c, list_wants_inactive(c), &loaded);

	if (r < 0) {
		return r;
	}
	if (c->options.all) {
		add_named(c, patterns, &loaded);
	}
	if (c->options.with_dependencies) {
		r = keep_with_dependencies(c, patterns, &loaded);
		if (r < 0) {
			return r;
		}
		patterns = &all;
	}
	STRV_FOREACH(name, &loaded) {
		struct cmd_unit cu;

		if (!list_matches(patterns, name) || cmd_unit_get(c, name, &cu) < 0 ||
		    !list_shows_unit(c, &cu)) {
			continue;
		}
		*ARENA_PUSH(&c->arena, units, n, cap) = cu;
	}
	if (n > 0) {
		qsort(units, n, sizeof *units, compare_units);
	}
	*ret = units;
	*ret_n = n;
	return 0;
}

int list_add_shown(struct cmd *c, struct strv *names)
{
	const struct strv all = { 0 };
	struct cmd_unit *units;
	size_t n;
	int r = list_collect(c, &all, &units, &n);

	for (size_t i = 0; r >= 0 && i < n; i++) {
		strv_add(names, &c->arena, units[i].unit->id);
	}
	return r;
}

/* A dot before what is not as it should be. */
static const char *mark_of(const struct cmd_unit *cu)
{
	bool is_settled = cu->record.active == ACTIVE_ACTIVE || cu->record.active == ACTIVE_INACTIVE;
	bool is_bad = !is_settled || cu->unit->load_state != UNIT_LOADED;

	return is_bad ? glyph(GLYPH_DOT) : " ";
}

static void print_legend(const struct cmd *c, size_t n, bool has_jobs)
{
	const char *arrow = glyph(GLYPH_ARROW);

	if (n > 0) {
		printf("\nLegend: LOAD   %s Reflects whether the unit definition was properly "
		       "loaded.\n"
		       "        ACTIVE %s The high-level unit activation state, i.e. "
		       "generalization of SUB.\n"
		       "        SUB    %s The low-level unit activation state, values depend on "
		       "unit type.\n",
		       arrow, arrow, arrow);
	}
	if (has_jobs) {
		printf("        JOB    %s Pending job for the unit.\n", arrow);
	}
	printf("\n%zu loaded units listed.", n);
	if (c->options.states.n > 0) {
		putchar('\n');
		return;
	}
	puts(c->options.all ? "" : " Pass --all to see loaded but inactive units, too.");
	puts("To show all installed unit files use 'systemctl list-unit-files'.");
}

enum column {
	COLUMN_MARK,
	COLUMN_UNIT,
	COLUMN_LOAD,
	COLUMN_ACTIVE,
	COLUMN_SUB,
	COLUMN_JOB,
	COLUMN_DESCRIPTION
};

/* The cells without those of columns that are not shown. */
static void pick_cells(const struct cmd *c, bool has_jobs, const char *const *cells,
		       const char **ret)
{
	for (enum column k = COLUMN_MARK; k <= COLUMN_DESCRIPTION; k++) {
		if ((k != COLUMN_MARK || !c->options.plain) && (k != COLUMN_JOB || has_jobs)) {
			*ret++ = cells[k];
		}
	}
}

int cmd_list_units(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	static const char *const heading[] = { " ",   "UNIT", "LOAD",	    "ACTIVE",
					       "SUB", "JOB",  "DESCRIPTION" };
	const char *row[COLUMN_DESCRIPTION + 1];
	struct table t = { .arena = &c->arena };
	struct cmd_unit *units;
	bool has_jobs = false;
	size_t n;

	if (list_collect(c, args, &units, &n) < 0) {
		return 1;
	}
	for (size_t i = 0; i < n; i++) {
		has_jobs |= cmd_unit_has_job(&units[i]);
	}
	t.n_columns = COLUMN_DESCRIPTION + has_jobs - c->options.plain;
	for (size_t i = 0; i < n; i++) {
		const struct cmd_unit *cu = &units[i];
		const char *cells[] = {
			mark_of(cu),
			cu->unit->id,
			unit_load_state_name(cu->unit->load_state),
			active_state_name(cu->record.active),
			cu->unit->skipped && cu->record.active == ACTIVE_INACTIVE
				? "skipped"
				: cmd_unit_sub(cu),
			str_or_empty(cu->record.job),
			str_or_empty(cu->unit->description),
		};

		pick_cells(c, has_jobs, cells, row);
		table_add(&t, row);
	}
	pick_cells(c, has_jobs, heading, row);
	list_print(c, &t, row);
	if (list_wants_legend(c)) {
		print_legend(c, n, has_jobs);
	}
	return 0;
}
