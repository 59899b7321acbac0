/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <errno.h>
#include <stdio.h>

#include "glyph.h"
#include "list.h"
#include "query.h"

/*
 * Jobs belong to clients; what runs is told by the records. They are numbered as they are listed.
 */
int cmd_list_jobs(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	static const char *const heading[] = { "JOB", "UNIT", "TYPE", "STATE" };
	struct table t = { .arena = &c->arena, .n_columns = 4, .right = 1, .numbers = 1 };
	struct strv names = { 0 };
	int r = cmd_need_place(c);

	if (r < 0 || ((r = place_list_units(&c->place, &c->arena, &names)) < 0 && r != -ENOENT)) {
		return 1;
	}
	STRV_FOREACH(name, &names) {
		struct record record;

		if (!list_matches(args, name) ||
		    record_read(&c->place, name, &c->arena, &record) < 0 ||
		    !str_or_empty(record.job)[0]) {
			continue;
		}
		table_add(&t, (const char *const[]){ arena_printf(&c->arena, "%zu", t.n + 1), name,
						     record.job, "running" });
	}
	if (t.n == 0) {
		if (list_wants_legend(c)) {
			puts("No jobs running.");
		}
		return 0;
	}
	list_print(c, &t, heading);
	if (list_wants_legend(c)) {
		printf("\n%zu jobs listed.\n", t.n);
	}
	return 0;
}

int cmd_list_machines(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	static const char *const heading[] = { " ", "NAME", "STATE", "FAILED", "JOBS" };
	struct table t = { .arena = &c->arena, .n_columns = 5, .numbers = 1u << 3 | 1u << 4 };
	const char *state = query_system_state(c);
	char host[256] = "localhost";
	struct strv names = { 0 };
	unsigned n_failed = 0;

	gethostname(host, sizeof host - 1);
	place_list_units(&c->place, &c->arena, &names);
	STRV_FOREACH(name, &names) {
		struct cmd_unit cu;

		n_failed += cmd_unit_get(c, name, &cu) >= 0 && cu.record.active == ACTIVE_FAILED;
	}
	if (list_matches(args, host)) {
		table_add(&t, (const char *const[]){ streq(state, "running") ? " " : glyph(GLYPH_DOT),
						     arena_printf(&c->arena, "%s (host)", host), state,
						     arena_printf(&c->arena, "%u", n_failed), "0" });
	}
	list_print(c, &t, heading);
	if (list_wants_legend(c)) {
		printf("\n%zu machines listed.\n", t.n);
	}
	return 0;
}
