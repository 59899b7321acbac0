/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What differs between the types of units that have a supervisor: one state machine each. The numbers of all their states lie side by side
 * (service from 0, socket from 32, timer from 64, path from 80), so that a number alone tells the state.
 */

#include "supervisor/life.h"
#include "supervisor/service_table.h"

#define MACHINE_TIME_UP UINT32_MAX	/* no index of a descriptor */

struct machine {
	enum unit_type type;
	int first;			/* number of the first row */
	int n;
	const struct service_row *rows;
	int dead, failed;
	const char *started, *stopped, *start_failed;	/* what its log says of jobs: "Started UNIT." */
	void (*start)(struct supervisor *s);	/* a start is asked for, and the unit is down */
	void (*stop)(struct supervisor *s);	/* a stop is asked for, in any state */
	void (*reload)(struct supervisor *s);	/* NULL: there is nothing to reload */
	/* A child that is neither main nor control process of a service has ended; NULL for services. */
	void (*child_ended)(struct supervisor *s, pid_t pid, int code, int status);
	/* A descriptor that the machine watches (SOURCE_MACHINE) can be read, or DEADLINE_MACHINE has come. */
	void (*ready)(struct supervisor *s, uint32_t index);
	/* "fds UNIT" was asked on a connection; NULL: there are none. */
	void (*give_fds)(struct supervisor *s, uint32_t connection, const char *unit);
	/* The unit that this one triggers has changed its state. */
	void (*triggered)(struct supervisor *s, const struct record *r);
	/* The unit's files were read anew (daemon-reload), in any state; may be NULL. */
	void (*reread)(struct supervisor *s);
};

extern const struct machine machine_service, machine_socket, machine_timer, machine_path;

/* NULL for types that have none. */
const struct machine *machine_of(enum unit_type type);
/* The row of any state of any machine. */
const struct service_row *machine_row(int state);

/* ---- common to all machines but the service's: machine.c ---- */

/* Sets the clocks and results of a start that begins. False if the start limit is hit; then the unit has failed. */
bool machine_begin_start(struct supervisor *s, int failed);
/* A stop that begins: says "Stopping". False if there is nothing to stop. */
bool machine_begin_stop(struct supervisor *s);
/* Down: dead or failed by the result, the sentence of it, and what that means for others. */
void machine_enter_end(struct supervisor *s);
/* A start that cannot even begin: the unit stays as it is, those who asked are told. */
void machine_refuse_start(struct supervisor *s);
void machine_merge_result(struct supervisor *s, enum service_result result);
