/* SPDX-License-Identifier: MIT */
#include "status.h"

#include <stdio.h>

#include "glyph.h"
#include "journal/entry.h"

void status_print_log(struct cmd *c, const struct cmd_unit *cu)
{
	int output = c->options.output ? journal_output_find(c->options.output) : JOURNAL_SHORT;
	usec_t since = cu->record.inactive_exit_realtime;
	const struct strv all_fields = { 0 };
	struct journal_host host;
	struct journal_printer printer = {
		.output = (enum journal_output)output,
		.host = &host,
		.fields = &all_fields,
		.color = color_is_used(),
	};
	struct log_entry *entries;
	size_t n;

	if (c->options.lines == 0 || cu->unit->load_state == UNIT_NOT_FOUND ||
	    log_read_tail(&c->place, cu->unit->id, c->options.lines, since, &c->arena, &entries,
			  &n) < 0 ||
	    n == 0) {
		return;
	}
	journal_host_read(&host, &c->arena);
	putchar('\n');
	for (size_t i = 0; i < n; i++) {
		journal_print(&printer, &entries[i]);
	}
}
