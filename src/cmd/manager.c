/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "job/generators.h"
#include "marks.h"
#include "state/control.h"
#include "unit/directive.h"

#define REREAD_WAIT 5000 /* milliseconds for one supervisor to read its unit */

/* Makes the supervisors that run read their units anew. */
static void reread_all(struct cmd *c)
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
	reread_all(c);
	return 0;
}

static bool is_known_setting(const struct cmd_unit *cu, const char *name)
{
	static const char *const sections[] = { "Unit",	 "Service", "Socket", "Mount", "Swap",
						"Slice", "Scope",   "Timer",  "Path" };

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		if (directive_find(cu->unit->type, sections[i], name)) {
			return true;
		}
	}
	return false;
}

/* Only marks can be set: what a unit is, its files say. */
static int set_one(struct cmd *c, struct cmd_unit *cu, const char *assignment)
{
	const char *equals = strchr(assignment, '='), *bad = NULL;
	char *name;
	int r;

	if (!equals) {
		cmd_error("Not an assignment: %s", assignment);
		return 1;
	}
	name = arena_strndup(&c->arena, assignment, (size_t)(equals - assignment));
	if (!streq(name, "Markers")) {
		if (is_known_setting(cu, name)) {
			cmd_error("Failed to set unit properties on %s: Property %s cannot be set "
				  "by this version of soloctl.",
				  cu->unit->id, name);
		} else {
			cmd_error("Unknown assignment: %s", assignment);
		}
		return 1;
	}
	if (cu->unit->load_state == UNIT_NOT_FOUND && active_state_is_down(cu->record.active)) {
		cmd_error("Failed to set unit properties on %s: Unit %s not found.", cu->unit->id,
			  cu->unit->id);
		return 1;
	}
	r = marks_change(c, cu, equals + 1, &bad);
	if (r == -EINVAL && bad) {
		cmd_error("Failed to set unit properties on %s: Unknown marker \"%s\".",
			  cu->unit->id, bad);
	} else if (r < 0) {
		cmd_error("Failed to set unit properties on %s: %s", cu->unit->id, strerror(-r));
	}
	return r < 0 ? 1 : 0;
}

int cmd_set_property(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct strv word = { 0 }, names = { 0 };
	struct cmd_unit cu;

	strv_add(&word, &c->arena, args->v[0]);
	if (cmd_mangle_names(c, &word, ".service", false, &names) < 0 ||
	    cmd_unit_get(c, names.v[0], &cu) < 0) {
		return 1;
	}
	for (size_t i = 1; i < args->n; i++) {
		int status = set_one(c, &cu, args->v[i]);

		if (status != 0) {
			return status;
		}
	}
	return 0;
}
