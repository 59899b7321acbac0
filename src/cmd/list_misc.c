/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <errno.h>
#include <stdio.h>

#include "glyph.h"
#include "list.h"
#include "query.h"

int cmd_list_machines(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	static const char *const heading[] = { " ", "NAME", "STATE", "FAILED", "JOBS" };
	struct table t = { .arena = &c->arena, .n_columns = 5, .numbers = 1u << 3 | 1u << 4 };
	const char *state = query_system_state(c);
	char host[256] = "localhost";
	struct strv names = { 0 };
	unsigned n_failed = 0, n_jobs = 0;

	gethostname(host, sizeof host - 1);
	cmd_list_loaded(c, false, &names);
	STRV_FOREACH(name, &names) {
		struct cmd_unit cu;

		if (cmd_unit_get(c, name, &cu) >= 0) {
			n_failed += cu.record.active == ACTIVE_FAILED;
			n_jobs += cmd_unit_has_job(&cu);
		}
	}
	if (list_matches(args, host)) {
		table_add(&t, (const char *const[]){ streq(state, "running") ? " " : glyph(GLYPH_DOT),
						     arena_printf(&c->arena, "%s (host)", host), state,
						     arena_printf(&c->arena, "%u", n_failed),
						     arena_printf(&c->arena, "%u", n_jobs) });
	}
	list_print(c, &t, heading);
	if (list_wants_legend(c)) {
		printf("\n%zu machines listed.\n", t.n);
	}
	return 0;
}
