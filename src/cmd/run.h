/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * systemd-run: systemd-run(1). run_options.c reads the words, run_unit.c writes the transient unit
 * files, run_stdio.c connects the caller's terminal or pipes with the service, run.c starts, waits
 * and tells, run_scope.c runs a command that is no service.
 */

#include "cmd/cmd.h"
#include "state/transient.h"
#include "units.h"

struct run {
	struct cmd *c;
	const char *unit; /* --unit= as typed */
	const char *description, *slice, *service_type, *directory, *user, *group, *nice;
	struct strv properties, timer_properties, path_properties,
	    socket_properties;	 /* NAME=value */
	struct strv environment; /* NAME=value, names without a value filled in */
	struct strv command;
	bool scope, wait, waits /* for --pipe and --pty, too */, pipe, pty, shell, collect, remain, same_dir, no_expand, expand,
	    ignore_failure, send_sighup;

	const char *name;    /* the service or scope */
	const char *trigger; /* the timer, path or socket that starts it; NULL none */
	struct strv files;   /* transient files that were made */
	struct strv streams; /* lines of [Service] about standard streams */
};

/* 0, or 1 with *ret_exit: all is done. */
int run_parse_options(struct run *r, int argc, char **argv, int *ret_exit);
/* Has the command a trigger, and of which type? UNIT_TYPE_MAX: none. */
enum unit_type run_trigger_type(const struct run *r);
/* "timer", "scope", "service": what is made, and what errors are about. */
const char *run_type_name(const struct run *r);
/* Writes the transient files; complains. 0 or -errno. */
int run_write_units(struct run *r);
void run_remove_units(struct run *r);

/* The caller's streams as paths that the service can open, and a process that pumps where it cannot
 * open them itself. */
struct run_streams {
	int ends[3]; /* what we keep open so that the paths stay valid; -1 none */
	int master;  /* of a terminal; -1 none */
	pid_t pump;  /* 0 none */
};
int run_open_streams(struct run *r, struct run_streams *ret);
/* --scope: to the end of the command, whose status it returns. */
int run_scope(struct run *r);
/* When the service has ended: takes what is still in the pipes. */
void run_close_streams(struct run_streams *s);
