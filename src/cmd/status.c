/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <stdio.h>

#include "deps.h"
#include "list.h"
#include "status.h"

/* Prints one unit; the exit status: 0 active, 3 not, 4 there is none. */
static int show_one(struct cmd *c, const char *name, bool *is_first)
{
	struct cmd_unit cu;

	if (cmd_unit_get(c, name, &cu) < 0) {
		return 1;
	}
	if (cu.unit->load_state == UNIT_NOT_FOUND && cu.record.active == ACTIVE_INACTIVE) {
		cmd_error("Unit %s could not be found.", name);
		return 4;
	}
	if (!*is_first) {
		putchar('\n');
	}
	*is_first = false;
	cmd_warn_changed(c, &cu);
	status_print_unit(c, &cu);
	return active_state_is_up(cu.record.active) ? 0 : 3;
}

static int show_list(struct cmd *c, const struct strv *names, bool is_first)
{
	int status = 0;

	STRV_FOREACH(name, names) {
		int r;

		if (cmd_refuse_template(name) < 0) {
			return 1;
		}
		r = show_one(c, name, &is_first);
		status = status == 0 ? r : status;
	}
	return status;
}

static int show_pid(struct cmd *c, pid_t pid, bool *is_first)
{
	const char *unit = cmd_unit_of_pid(c, pid);

	return unit ? show_one(c, unit, is_first) : 1;
}

static int show_loaded(struct cmd *c, bool is_first)
{
	struct strv names = { 0 };

	return list_add_shown(c, &names) < 0 ? 1 : show_list(c, &names, is_first);
}

int cmd_status(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	bool is_filtered = c->options.types.n > 0 || c->options.states.n > 0, is_first = true;
	struct strv words = { 0 }, names = { 0 };
	int status = 0, r;

	if (args->n == 0) {
		if (!is_filtered) {
			status_print_system(c);
		}
		return is_filtered || c->options.all ? show_loaded(c, is_filtered) : 0;
	}
	STRV_FOREACH(word, args) {
		uint64_t pid;

		if (str_to_u64(word, &pid) >= 0 && pid <= INT32_MAX) {
			r = show_pid(c, (pid_t)pid, &is_first);
			status = status == 0 ? r : status;
		} else {
			strv_add(&words, &c->arena, word);
		}
	}
	if (cmd_expand_names(c, &words, ".service", &names, NULL) < 0 ||
	    (c->options.with_dependencies && deps_add_direct(c, &names) < 0)) {
		return 1;
	}
	r = show_list(c, &names, is_first);
	return status == 0 ? r : status;
}
