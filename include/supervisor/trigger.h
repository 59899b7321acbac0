/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Units that start another one: sockets, timers, paths. The start is a job of our own binary, which ends when the job does. How the other unit
 * fares is seen in its record: one inotify descriptor watches its directory, and the directory above for its coming and going.
 */

#include "supervisor/life.h"

struct trigger_limit {		/* of activations, of looks at one socket */
	usec_t begin;			/* of the interval; monotonic, 0 none yet */
	unsigned n;			/* that were in it */
};

struct trigger {
	struct unit *unit;		/* what is triggered; NULL: sockets with Accept=yes */
	int inotify_fd;
	int parent_watch, unit_watch;	/* -1 none */
	pid_t child;			/* the job that starts it; 0 none */
	usec_t asked;			/* when it was begun; monotonic */
	usec_t inactive_exit, inactive_enter;	/* CLOCK_MONOTONIC, of the triggered unit; 0 never */
	struct trigger_limit limit;
};

/* Loads the unit that is triggered; called while the index of the store is open. */
void trigger_load(struct supervisor *s);
/* Watches its record from now on, where that is not done already. */
void trigger_watch(struct supervisor *s);
/* For SOURCE_TRIGGER. */
void trigger_changed(struct supervisor *s);
/* The record of the triggered unit now, in s->scratch. */
void trigger_record(struct supervisor *s, struct record *ret);
/*
 * Starts a unit by a job. variables: environment of the started service, "NAME=VALUE", with TRIGGER_UNIT= added; NULL: none. The pid, or -errno.
 */
pid_t trigger_start(struct supervisor *s, const char *unit, const struct strv *variables);
/*
 * What the end of the job (wait status) says beside the record r of the unit: its start limit was hit, so that it did not even try; or there is no
 * such unit to start.
 */
bool trigger_was_refused(struct supervisor *s, const struct record *r, int code, int status);
bool trigger_was_impossible(const struct record *r, int code, int status);
/* Counts one; false if that is one too many in the interval. */
bool trigger_is_allowed(struct trigger_limit *l, usec_t interval, unsigned burst, usec_t now);
