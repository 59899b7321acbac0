/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Units as verbs see them: what the files say and what they are doing, and the names that patterns
 * stand for.
 */

#include "cmd/cmd.h"
#include "graph/graph.h"
#include "state/control.h"
#include "state/runtime.h"

struct cmd_unit {
	struct unit *unit;
	struct record record; /* .job also of one that waits in another command */
	bool job_waits;
};

/*
 * Loads the unit and its state; place and store are opened as needed. 0 or -errno (message
 * printed).
 */
int cmd_unit_get(struct cmd *c, const char *name, struct cmd_unit *ret);
/*
 * The units that systemd would have in memory: those with a record, early and mounted ones;
 * with_inactive: what these and default.target pull in or order too. Canonical names, sorted. 0 or
 * -errno.
 */
int cmd_list_loaded(struct cmd *c, bool with_inactive, struct strv *ret);
/*
 * Words -> unit names: mangled; patterns stand for loaded units (active ones only without --all).
 * *ret_globs (may be NULL): there were patterns.
 */
int cmd_expand_names(struct cmd *c, const struct strv *words, const char *suffix, struct strv *ret,
		     bool *ret_globs);
/* A template is no unit: -EINVAL, with systemd's words printed; else 0. */
int cmd_refuse_template(const char *name);
/* The graph of wanted units and of all that have a record. 0 or -errno (message printed). */
int cmd_graph_open(struct cmd *c, const struct strv *wanted, struct graph *ret);
/* "Unit x.service not found.": why it is not loaded, as the error on the bus says it; NULL if it is. In the arena. */
const char *cmd_unit_load_complaint(struct cmd *c, const struct unit *u);
/* Does it have a job? */
bool cmd_unit_has_job(const struct cmd_unit *cu);
/* One request to the unit's supervisor and its answer (state/control.h). 0 or -errno. */
int cmd_ask_supervisor(struct cmd *c, const char *unit, const char *request,
		       char answer[static CONTROL_MESSAGE_MAX]);
/* The sub-state as it is shown; never NULL. */
const char *cmd_unit_sub(const struct cmd_unit *cu);
/* Does the unit that is running differ from its files (or has it lost them)? */
bool cmd_unit_needs_reload(const struct cmd_unit *cu);
/* Prints the hint to run daemon-reload where it does. */
void cmd_warn_changed(const struct cmd *c, const struct cmd_unit *cu);
/* The unit that a process belongs to, by the records' supervisors: name in the arena, or NULL (message printed). */
const char *cmd_unit_of_pid(struct cmd *c, pid_t pid);
/*
 * Processes of a unit: descendants of its supervisor, or of its main process where the supervisor
 * is dead; parents first.
 */
int cmd_unit_processes(struct cmd *c, const struct cmd_unit *cu, struct proc_stat **ret,
		       size_t *ret_n);
