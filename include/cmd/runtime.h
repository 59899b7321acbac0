/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The verbs that act on run-time state, and those that refuse. Each is the run member of a row in
 * src/cmd/verbs.c: systemctl(1). The words are the arguments behind the verb; the value is the exit
 * status, a negative errno counts as 1.
 */

#include "cmd/cmd.h"

/* start, stop, restart & co.: verb->argument is one of these */
enum cmd_start_kind {
	CMD_START,
	CMD_STOP,
	CMD_RELOAD,
	CMD_RESTART,
	CMD_TRY_RESTART,
	CMD_RELOAD_OR_RESTART,
	CMD_TRY_RELOAD_OR_RESTART,
	CMD_ISOLATE,
	CMD_DEFAULT,
	CMD_RESCUE,
	CMD_EMERGENCY,
};
int cmd_start(struct cmd *c, const struct cmd_verb *verb, struct strv *args);

/* is-active, is-failed (verb->argument 1), is-system-running, whoami */
int cmd_is_active(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_is_system_running(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_whoami(struct cmd *c, const struct cmd_verb *verb, struct strv *args);

int cmd_status(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_show(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_cat(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_help(struct cmd *c, const struct cmd_verb *verb, struct strv *args);

/* environment UNIT, command UNIT, default-services: habits of docker-systemctl-replacement */
int cmd_environment(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_command(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_default_services(struct cmd *c, const struct cmd_verb *verb, struct strv *args);

int cmd_list_units(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
/* list-sockets, list-timers, list-paths, list-automounts: verb->argument is the enum unit_type */
int cmd_list_triggers(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_list_jobs(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_list_machines(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_list_dependencies(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_cancel(struct cmd *c, const struct cmd_verb *verb, struct strv *args);

int cmd_kill(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_freeze(struct cmd *c, const struct cmd_verb *verb,
	       struct strv *args); /* freeze; thaw: verb->argument 1 */
int cmd_reset_failed(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_set_property(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_clean(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_edit(struct cmd *c, const struct cmd_verb *verb, struct strv *args);

int cmd_log(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_log_level(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_log_target(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
/* Makes the supervisors that run read their units and settings anew. */
void cmd_reread_all(struct cmd *c);

int cmd_daemon_reload(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_show_environment(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_set_environment(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_unset_environment(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_import_environment(struct cmd *c, const struct cmd_verb *verb, struct strv *args);

/* They are always heeded: "yes" is told, and may be set. */
int cmd_service_watchdogs(struct cmd *c, const struct cmd_verb *verb, struct strv *args);

/*
 * Verbs that this version does not have: "Verb 'x' is not supported by soloctl yet." on stderr,
 * status 1.
 */
int cmd_unsupported(struct cmd *c, const struct cmd_verb *verb, struct strv *args);

/*
 * `systemctl --soloctl-aftermath EVENT UNIT` (EVENT dead or failed): a supervisor executes it when its unit ended by itself;
 * the executor of a plan, after it, with EVENT stopped or started. Works out what must happen to other units and runs it as jobs. Not for
 * people.
 */
#define CMD_AFTERMATH_WORD "--soloctl-aftermath"
int cmd_aftermath(struct cmd *c, const char *event, const char *unit);
