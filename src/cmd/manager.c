/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "job/generators.h"
#include "state/control.h"

#define REREAD_WAIT 5000 /* milliseconds for one supervisor to read its unit */

/* Makes the supervisors that run read their units anew. */
void cmd_reread_all(struct cmd *c)
{
	struct strv names = { 0 };

	if (place_list_units(&c->place, &c->arena, &names) < 0) {
		return;
	}
	STRV_FOREACH(name, &names) {
		CLEANUP_CLOSE int fd = control_connect(&c->place, name);
		struct pollfd p = { .fd = fd, .events = POLLIN };

		if (fd >= 0 && control_send(fd, "reread", NULL, 0) == 0) {
			poll(&p, 1, REREAD_WAIT);
		}
	}
}

/*
 * daemon-reload; daemon-reexec (verb->argument 1) has no manager to execute, and leaves the
 * generators alone.
 */
int cmd_daemon_reload(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct diag_list diags = { .arena = &c->arena };
	bool has_run = false;
	int r;

	if (cmd_need_place(c) < 0 || cmd_need_store(c) < 0) {
		return 1;
	}
	if (verb->argument == 0) {
		r = generators_run(&c->place, &c->store.search, true, &diags, &has_run);
		for (size_t i = 0; i < diags.n; i++) {
			cmd_error("%s", diags.v[i].text);
		}
		if (r < 0) {
			cmd_error("Failed to run generators: %s", strerror(-r));
		}
	}
	cmd_reread_all(c);
	return 0;
}
