/* SPDX-License-Identifier: MIT */
#include "status.h"

#include <stdio.h>

#include "glyph.h"
#include "query.h"

struct summary {
	struct cmd_unit *units;
	size_t n, cap;
	size_t n_failed, n_jobs;
	size_t n_running; /* units that have processes, the first of units */
	usec_t since;	  /* the oldest start */
};

static void collect(struct cmd *c, struct summary *s)
{
	struct strv names = { 0 };

	if (cmd_list_loaded(c, false, &names) < 0) {
		return;
	}
	STRV_FOREACH(name, &names) {
		struct proc_stat *processes;
		struct cmd_unit cu;
		size_t n;

		if (cmd_unit_get(c, name, &cu) < 0) {
			continue;
		}
		s->n_failed += cu.record.active == ACTIVE_FAILED;
		s->n_jobs += cmd_unit_has_job(&cu);
		if (cu.record.inactive_exit_realtime > 0 &&
		    cu.record.inactive_exit_realtime < s->since) {
			s->since = cu.record.inactive_exit_realtime;
		}
		*ARENA_PUSH(&c->arena, s->units, s->n, s->cap) = cu;
		if (cmd_unit_processes(c, &cu, &processes, &n) >= 0 && n > 0) {
			s->units[s->n - 1] = s->units[s->n_running];
			s->units[s->n_running++] = cu;
		}
	}
}

void status_print_system(struct cmd *c)
{
	const char *state = query_system_state(c);
	struct summary s = { .since = USEC_INFINITY };
	char host[256] = "localhost", stamp[96], ago[96];

	collect(c, &s);
	gethostname(host, sizeof host - 1);
	printf("%s%s%s %s\n", streq(state, "running") ? color_green() : color_red(),
	       glyph(GLYPH_DOT), color_off(), host);
	printf("    State: %s\n    Units: %zu loaded (incl. loaded aliases)\n     Jobs: %zu "
	       "queued\n   Failed: %zu units\n",
	       state, s.n, s.n_jobs, s.n_failed);
	if (s.since != USEC_INFINITY) {
		printf("    Since: %s; %s\n",
		       status_format_timestamp(c, stamp, sizeof stamp, s.since),
		       clock_format_relative(ago, sizeof ago, s.since, clock_realtime()));
	}
	printf("  systemd: 257 (soloctl %s)\n", SOLOCTL_VERSION);
	if (s.n_running == 0) {
		return;
	}
	printf("   CGroup: /\n");
	for (size_t i = 0; i < s.n_running; i++) {
		bool is_last = i + 1 == s.n_running;

		printf("           %s%s\n", glyph(is_last ? GLYPH_LAST : GLYPH_BRANCH),
		       s.units[i].unit->id);
		status_print_branches(c, &s.units[i],
				      arena_printf(&c->arena, "           %s",
						   glyph(is_last ? GLYPH_SPACE : GLYPH_VERTICAL)));
	}
}
