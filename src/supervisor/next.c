/* SPDX-License-Identifier: MIT */

/* What happens next elsewhere when this unit ends: our own binary is asked for a job, as a person
 * would. */

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/signals.h"
#include "state/manager.h"
#include "supervisor/environment.h"
#include "unit/builtin.h"

#define OWN_NAME "systemctl"
#define EXIT_BY_SIGNAL 255 /* systemd.unit(5), FailureActionExitStatus= */
#define STARTS_VARIABLE "SOLOCTL_STARTS"
#define STARTS_MAX 16 /* units in a circle that is recognized */

/*
 * A clean end leaves no record that could count starts: an upheld unit that ends at once, or two
 * that are each other's OnSuccess=, would never meet their start limit. So the counts are handed on
 * along the chain, "UNIT BEGIN N;…", the youngest first.
 */
static const char *chain_of_starts(struct supervisor *s)
{
	struct arena *a = &s->scratch;
	const char *prefix = arena_printf(a, "%s ", s->name);
	struct strv known = { 0 }, chain = { 0 };

	strv_split(&known, a, str_or_empty(getenv(STARTS_VARIABLE)), ";");
	strv_add(&chain, a, arena_printf(a, "%s%s", prefix, s->start_times));
	STRV_FOREACH(entry, &known) {
		if (chain.n < STARTS_MAX && !str_has_prefix(entry, prefix)) {
			strv_add(&chain, a, entry);
		}
	}
	return strv_join(&chain, a, ";");
}

void next_recall_starts(struct supervisor *s)
{
	const char *prefix = arena_printf(&s->scratch, "%s ", s->name);
	struct strv known = { 0 };

	if (s->start_times[0]) {
		return;
	}
	strv_split(&known, &s->scratch, str_or_empty(getenv(STARTS_VARIABLE)), ";");
	STRV_FOREACH(entry, &known) {
		const char *times = str_after_prefix(entry, prefix);

		if (times) {
			snprintf(s->start_times, sizeof(s->start_times), "%s", times);
		}
	}
}

/* Our environment with MONITOR_* in it: what units of OnFailure= and OnSuccess= get to know. */
static char **monitor_environment(struct supervisor *s)
{
	extern char **environ;
	struct arena *a = &s->scratch;
	const struct record_exit *e = &s->record.exec_main;
	struct strv env = {0};
	char buf[16];

	for (char **p = environ; *p; p++) {
		strv_add(&env, a, *p);
	}
	environment_put(&env, a, arena_printf(a, "MONITOR_UNIT=%s", s->name));
	environment_put(&env, a, arena_printf(a, "MONITOR_INVOCATION_ID=%s", s->invocation_id));
	environment_put(&env, a, arena_printf(a, STARTS_VARIABLE "=%s", chain_of_starts(s)));
	environment_put(
	    &env, a, arena_printf(a, "MONITOR_SERVICE_RESULT=%s", service_result_name(s->result)));
	if (e->exit_realtime > 0) {
		environment_put(&env, a,
				arena_printf(a, "MONITOR_EXIT_CODE=%s", exit_code_name(e->code)));
		environment_put(
		    &env, a,
		    e->code == CLD_EXITED
			? arena_printf(a, "MONITOR_EXIT_STATUS=%d", e->status)
			: arena_printf(a, "MONITOR_EXIT_STATUS=%s", signals_name(e->status, buf)));
	}
	return strv_to_argv(&env, a);
}

/* It is nobody's business whether it succeeds: it says so in the units that it is about. */
static void run_ourselves(struct supervisor *s, char **argv, char **env)
{
	const char *exe = io_self_exe(&s->scratch, OWN_NAME);
	pid_t pid = exe ? proc_spawn(exe, argv, env, false) : 0;

	if (pid < 0) {
		say(s, DIAG_WARNING, "Failed to fork: %s", strerror(-pid));
	}
}

static bool is_alone(struct supervisor *s)
{
	return !place_has_units(&s->place, 2);
}

/* Does this unit pull in one that has a record, and may now be unneeded (StopWhenUnneeded=)? What the boot brought up stays until its end. */
static bool needs_somebody(struct supervisor *s)
{
	static const enum dep_kind kinds[] = { DEP_REQUIRES, DEP_REQUISITE, DEP_WANTS, DEP_BINDS_TO,
					       DEP_UPHOLDS };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		STRV_FOREACH(name, &s->unit->dependencies[kinds[i]]) {
			if (!builtin_is_early(name) &&
			    access(place_unit_dir(&s->place, name, &s->scratch), F_OK) == 0) {
				return true;
			}
		}
	}
	return false;
}

void next_after_end(struct supervisor *s, bool failed)
{
	char *argv[6] = { OWN_NAME };
	size_t n = 1;
	enum dep_kind kind = failed ? DEP_ON_FAILURE : DEP_ON_SUCCESS;
	bool has_follower = s->unit->dependencies[kind].n > 0 && s->result != RESULT_SKIP_CONDITION;

	/* In a stop that was asked for, the plan has already dealt with those that depend on us; in a
	 * restart, those that we need stay needed. */
	if (!has_follower &&
	    (is_alone(s) || (s->stop_asked && (s->restart_asked || !needs_somebody(s))))) {
		return;
	}
	/* Everything is on its way down already. */
	if (s->is_booted && manager_is_stopping(&s->place)) {
		return;
	}
	if (s->place.user_scope) {
		argv[n++] = "--user";
	}
	argv[n++] = "--soloctl-aftermath";
	argv[n++] = failed ? "failed" : "dead";
	argv[n] = (char *)s->name;
	run_ourselves(s, argv, monitor_environment(s));
}

static const struct action {
	const char *name; /* as in the unit file */
	const char *verb;
	int force;
} actions[ACTION_MAX] = {
	[ACTION_REBOOT] = { "reboot", "reboot", 0 },
	[ACTION_REBOOT_FORCE] = { "reboot-force", "reboot", 1 },
	[ACTION_REBOOT_IMMEDIATE] = { "reboot-immediate", "reboot", 2 },
	[ACTION_POWEROFF] = { "poweroff", "poweroff", 0 },
	[ACTION_POWEROFF_FORCE] = { "poweroff-force", "poweroff", 1 },
	[ACTION_POWEROFF_IMMEDIATE] = { "poweroff-immediate", "poweroff", 2 },
	[ACTION_EXIT] = { "exit", "exit", 0 },
	[ACTION_EXIT_FORCE] = { "exit-force", "exit", 1 },
	[ACTION_SOFT_REBOOT] = { "soft-reboot", "soft-reboot", 0 },
	[ACTION_SOFT_REBOOT_FORCE] = { "soft-reboot-force", "soft-reboot", 1 },
	[ACTION_KEXEC] = { "kexec", "kexec", 0 },
	[ACTION_KEXEC_FORCE] = { "kexec-force", "kexec", 1 },
	[ACTION_HALT] = { "halt", "halt", 0 },
	[ACTION_HALT_FORCE] = { "halt-force", "halt", 1 },
	[ACTION_HALT_IMMEDIATE] = { "halt-immediate", "halt", 2 },
};

/* Where none was set, that of the main process; 255 if a signal ended it; -1 if there was none. */
static int own_exit_status(const struct supervisor *s)
{
	const struct record_exit *e = &s->record.exec_main;

	if (e->exit_realtime == 0) {
		return -1;
	}
	return e->code == CLD_EXITED ? e->status : EXIT_BY_SIGNAL;
}

const char *next_action_name(enum emergency_action action)
{
	return actions[action].name;
}

size_t next_action_words(enum emergency_action action, const char *ret[static 4])
{
	const struct action *a = &actions[action];
	size_t n = 0;

	if (a->verb) {
		ret[n++] = a->verb;
		for (int i = 0; i < a->force; i++) {
			ret[n++] = "--force";
		}
	}
	ret[n] = NULL;
	return n;
}

void next_action(struct supervisor *s, enum emergency_action action, int exit_status,
		 const char *reason)
{
	extern char **environ;
	const struct action *a = &actions[action];
	const char *words[4];
	char *argv[6] = { OWN_NAME };
	size_t n = next_action_words(action, words);

	if (n == 0) {
		return;
	}
	if (!s->is_booted) {
		say(s, DIAG_NOTICE, "%s%s: there is no running manager to do it, ignoring.", reason,
		    a->name);
		return;
	}
	say(s, DIAG_NOTICE, "%s%s is being carried out.", reason, a->name);
	memcpy(argv + 1, words, n * sizeof(*words));
	n++;
	if (exit_status < 0) {
		exit_status = own_exit_status(s);
	}
	if (streq(a->verb, "exit") && exit_status >= 0) {
		argv[n++] = arena_printf(&s->scratch, "%d", exit_status);
	}
	run_ourselves(s, argv, environ);
}
