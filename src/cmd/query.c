/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <poll.h>
#include <stdio.h>

#include "query.h"
#include "state/manager.h"

#define BOOT_POLL 100 /* milliseconds between two looks at a boot */

/* Prints the state of each unit and judges them as is-active or is-failed does. */
int cmd_is_active(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	bool asks_failed = verb->argument == 1, has_good = false, has_found = false;
	struct strv names = { 0 };

	if (args->n == 0) {
		const char *state = query_system_state(c);

		if (!c->options.quiet) {
			puts(state);
		}
		return streq(state, "degraded") ? 0 : 1;
	}
	if (cmd_expand_names(c, args, ".service", &names, NULL) < 0) {
		return 1;
	}
	STRV_FOREACH(name, &names) {
		struct cmd_unit cu;
		enum active_state state;

		if (cmd_unit_get(c, name, &cu) < 0) {
			return 1;
		}
		state = cu.record.active;
		if (!c->options.quiet) {
			puts(active_state_name(state));
		}
		has_good |= asks_failed ? state == ACTIVE_FAILED : active_state_is_up(state);
		has_found |= cu.unit->load_state != UNIT_NOT_FOUND || !active_state_is_down(state);
	}
	if (has_good) {
		return 0;
	}
	return !has_found ? 4 : asks_failed ? 1 : 3;
}

static bool is_up(struct cmd *c, const char *name)
{
	struct record r;

	return record_read(&c->place, name, &c->arena, &r) >= 0 && active_state_is_up(r.active);
}

/*
 * What an init of ours is at, if there is one; else "degraded" if any unit has failed, or "running".
 */
const char *query_system_state(struct cmd *c)
{
	struct strv names = { 0 };
	struct manager manager;

	if (cmd_need_place(c) < 0) {
		return "running";
	}
	manager_read(&c->place, &manager);
	if (manager.state == MANAGER_STARTING ||
	    (manager.state == MANAGER_NONE && c->situation == CMD_BOOTED && !c->options.user)) {
		return manager.state == MANAGER_NONE ? "initializing" : "starting";
	}
	if (manager.state == MANAGER_STOPPING) {
		return "stopping";
	}
	if (place_list_units(&c->place, &c->arena, &names) < 0) {
		return "running";
	}
	if (is_up(c, "rescue.target") || is_up(c, "emergency.target")) {
		return "maintenance";
	}
	STRV_FOREACH(name, &names) {
		struct cmd_unit cu;

		if (cmd_unit_get(c, name, &cu) >= 0 && cu.record.active == ACTIVE_FAILED) {
			return "degraded";
		}
	}
	return "running";
}

int cmd_is_system_running(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	bool is_offline = c->situation == CMD_OFFLINE_ROOT || c->situation == CMD_OFFLINE_CHROOT;
	const char *state = is_offline ? "offline" : query_system_state(c);

	while (c->options.wait && (streq(state, "initializing") || streq(state, "starting"))) {
		poll(NULL, 0, BOOT_POLL);
		state = query_system_state(c);
	}
	if (!c->options.quiet) {
		puts(state);
	}
	return streq(state, "running") ? 0 : 1;
}

static int print_unit_of(struct cmd *c, pid_t pid)
{
	const char *unit = cmd_unit_of_pid(c, pid);

	if (unit) {
		puts(unit);
	}
	return unit ? 0 : 1;
}

int cmd_whoami(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	int status = 0;

	if (args->n == 0) {
		return print_unit_of(c, getpid());
	}
	STRV_FOREACH(word, args) {
		uint64_t pid;

		if (str_to_u64(word, &pid) < 0 || pid == 0 || pid > INT32_MAX) {
			cmd_error("Invalid PID specified: %s", word);
			return 1;
		}
		if (print_unit_of(c, (pid_t)pid) != 0) {
			status = 1;
		}
	}
	return status;
}

/*
 * runlevel(8): the previous one is not known, the present one is told by the target that is active.
 */
int cmd_runlevel_main(int argc, char **argv)
{
	static const struct {
		const char *target;
		char level;
	} levels[] = {
		{ "graphical.target", '5' },
		{ "multi-user.target", '3' },
		{ "rescue.target", '1' },
	};
	struct cmd c = { .argv0 = argv[0] };
	char level = 0;

	c.situation = cmd_situation_detect(&c);
	for (size_t i = 0; i < ARRAY_SIZE(levels) && !level && c.situation != CMD_OFFLINE_CHROOT;
	     i++) {
		struct cmd_unit cu;

		if (cmd_unit_get(&c, levels[i].target, &cu) >= 0 &&
		    active_state_is_up(cu.record.active)) {
			level = levels[i].level;
		}
	}
	if (c.store_ready) {
		unit_store_close(&c.store);
	}
	arena_free(&c.arena);
	if (!level) {
		puts("unknown");
		return 1;
	}
	printf("N %c\n", level);
	return 0;
}
