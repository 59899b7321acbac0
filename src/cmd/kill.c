/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <errno.h>
#include <signal.h>

#include "base/signals.h"
#include "start.h"
#include "state/control.h"
#include "state/transient.h"

/* "done N" -> N, "error ERRNO" -> -ERRNO. */
static int answer_value(const char *answer)
{
	const char *rest = strchr(answer, ' ');
	int n = rest ? atoi(rest + 1) : 0;

	return str_has_prefix(answer, "done") ? n : n > 0 ? -n : -EINVAL;
}

/* Without a supervisor: what can still be found gets the signal. The number of processes. */
static int kill_found(struct cmd *c, const struct cmd_unit *cu, bool only_main)
{
	struct proc_stat *processes;
	size_t n;
	int killed = 0;

	if (only_main) {
		return proc_id_is_alive(&cu->record.main) &&
		       proc_id_kill(&cu->record.main, c->options.signal) == 0;
	}
	if (cmd_unit_processes(c, cu, &processes, &n) < 0) {
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		struct proc_id id = { processes[i].pid, processes[i].start_time };

		killed += proc_id_kill(&id, c->options.signal) == 0;
	}
	return killed;
}

static const struct whom {
	const char *name;
	const char *request;   /* the word that the supervisor knows */
	const char *complaint; /* if there is no such process */
} whoms[] = {
	{ "all", "all", NULL },
	{ "all-fail", "all", "No matching processes to kill" },
	{ "cgroup", "all", NULL },
	{ "cgroup-fail", "all", "No matching processes to kill" },
	{ "control", "control", "No control process to kill" },
	{ "control-fail", "control", "No control process to kill" },
	{ "main", "main", "No main process to kill" },
	{ "main-fail", "main", "No main process to kill" },
};

static int complain(const char *name, const char *text)
{
	cmd_error("Failed to kill unit %s: %s", name, text);
	return 1;
}

static const struct whom *find_whom(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(whoms); i++) {
		if (streq(whoms[i].name, name)) {
			return &whoms[i];
		}
	}
	return NULL;
}

static int kill_one(struct cmd *c, const char *name)
{
	const char *who =
		c->options.kill_whom && c->options.kill_whom[0] ? c->options.kill_whom : "all";
	const struct whom *whom = find_whom(who);
	char answer[CONTROL_MESSAGE_MAX];
	const char *request;
	struct cmd_unit cu;
	char buf[16];
	int n;

	if (cmd_unit_get(c, name, &cu) < 0) {
		return 1;
	}
	if (cu.unit->load_state == UNIT_NOT_FOUND && active_state_is_down(cu.record.active)) {
		return complain(name, arena_printf(&c->arena, "Unit %s not loaded.", name));
	}
	if (!whom) {
		return complain(name, arena_printf(&c->arena, "Invalid whom argument: %s", who));
	}
	if (!cu.unit->has_exec && cu.unit->type != UNIT_SLICE && cu.unit->type != UNIT_SCOPE) {
		return complain(name, "Unit type does not support process killing.");
	}
	if (c->options.kill_value_set && (c->options.signal < SIGNALS_RTMIN || c->options.signal > SIGRTMAX)) {
		return complain(name, arena_printf(&c->arena,
						   "Value parameter only accepted for realtime signals "
						   "(SIGRTMIN…SIGRTMAX), refusing for signal SIG%s.",
						   signals_name(c->options.signal, buf)));
	}
	request =
		arena_printf(&c->arena, c->options.kill_value_set ? "kill %s %d %d" : "kill %s %d",
			     whom->request, c->options.signal, c->options.kill_value);
	n = cmd_ask_supervisor(c, cu.unit->id, request, answer);
	if (n == 0) {
		n = answer_value(answer);
	} else if (n != -EACCES && n != -EPERM) {
		n = streq(whom->request, "control")
			    ? 0
			    : kill_found(c, &cu, streq(whom->request, "main"));
	}
	if (n == -ESRCH) {
		n = 0;
	}
	if (n < 0) {
		return complain(name, strerror(-n));
	}
	return n == 0 && whom->complaint ? complain(name, whom->complaint) : 0;
}

int cmd_kill(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct strv names = { 0 };
	int status = 0;

	if (cmd_expand_names(c, args, ".service", &names, NULL) < 0) {
		return 1;
	}
	STRV_FOREACH(name, &names) {
		if (kill_one(c, name) != 0) {
			status = 1;
		}
	}
	return c->options.wait && status == 0 ? start_wait_down(c, &names, false) : status;
}

static int freeze_one(struct cmd *c, const char *name, const char *word)
{
	char answer[CONTROL_MESSAGE_MAX];
	struct cmd_unit cu;
	int r;

	if (cmd_unit_get(c, name, &cu) < 0) {
		return 1;
	}
	if (cu.unit->load_state == UNIT_NOT_FOUND && active_state_is_down(cu.record.active)) {
		cmd_error("Failed to add reference to unit %s: Unit %s not found.", name, name);
		return 1;
	}
	r = cmd_ask_supervisor(c, cu.unit->id, word, answer);
	if (r == 0) {
		r = answer_value(answer);
	}
	if (r == -ENOENT || r == -ECONNREFUSED || active_state_is_down(cu.record.active)) {
		cmd_error("Failed to %s unit %s: Unit is not active", word, name);
		return 1;
	}
	if (r < 0) {
		cmd_error("Failed to %s unit %s: %s", word, name, strerror(-r));
		return 1;
	}
	return 0;
}

int cmd_freeze(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct strv names = { 0 };
	int status = 0;

	if (cmd_expand_names(c, args, ".service", &names, NULL) < 0) {
		return 1;
	}
	STRV_FOREACH(name, &names) {
		if (freeze_one(c, name, verb->argument ? "thaw" : "freeze") != 0) {
			status = 1;
		}
	}
	return status;
}

/* A supervisor forgets; without one, a failed record goes and another loses its counters. */
static int reset_one(struct cmd *c, const struct cmd_unit *cu)
{
	char answer[CONTROL_MESSAGE_MAX];
	struct record r = cu->record;

	if (cmd_ask_supervisor(c, cu->unit->id, "reset-failed", answer) == 0) {
		return 0;
	}
	if (active_state_is_down(r.active)) {
		const char *path = cu->unit->fragment_path;

		if (path && path_is_below(path, c->store.search.transient)) {
			unlink(path);
			transient_remove_dir(&c->store.search);
		}
		return place_remove_unit(&c->place, cu->unit->id);
	}
	if (cu->unit->early || (r.n_restarts == 0 && !str_or_empty(r.start_times)[0])) {
		return 0;
	}
	r.n_restarts = 0;
	r.start_times = "";
	return record_write(&c->place, cu->unit->id, &r);
}

int cmd_reset_failed(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct strv names = { 0 };
	int status = 0;

	if (args->n > 0) {
		if (cmd_expand_names(c, args, ".service", &names, NULL) < 0) {
			return 1;
		}
	} else if (cmd_need_place(c) < 0) {
		return 1;
	} else {
		place_list_units(&c->place, &c->arena, &names);
	}
	STRV_FOREACH(name, &names) {
		struct cmd_unit cu;
		int r;

		if (cmd_unit_get(c, name, &cu) < 0) {
			return 1;
		}
		if (args->n > 0 && cu.unit->load_state == UNIT_NOT_FOUND &&
		    cu.record.active == ACTIVE_INACTIVE) {
			cmd_error("Failed to reset failed state of unit %s: Unit %s not loaded.",
				  name, name);
			status = 1;
			continue;
		}
		r = reset_one(c, &cu);
		if (r < 0 && r != -ENOENT) {
			cmd_error("Failed to reset failed state of unit %s: %s", name,
				  strerror(-r));
			status = 1;
		}
	}
	return status;
}
