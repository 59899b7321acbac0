/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The state machine of a path unit: systemd.path(5).
 *
 *   state     start asked          a watched path has changed    the triggered unit went up    … went down             stop asked
 *   dead      running | waiting    .                             .                             .                       answered at once
 *   waiting   answered at once     running, if it is met         running                       .                       dead
 *   running   answered at once     . (nothing is watched)        .                             running | waiting       dead
 *   failed    running | waiting    .                             .                             .                       answered at once
 *
 * To go to running is to start the unit, if it is not up; waiting watches, and looks once more after that. Too many activations (TriggerLimitBurst=)
 * or a unit that failed for its start limit end in failed.
 */

#include "supervisor/machine.h"

enum path_state { PATH_DEAD = 80, PATH_WAITING, PATH_RUNNING, PATH_FAILED, PATH_STATE_END };

/* ---- path_watch.c: one path and the directories above it ---- */

#define PATH_LEVELS 64

struct path_look {		/* one PathExists= … */
	const char *directive, *path;
	int inotify_fd;
	int watches[PATH_LEVELS];	/* of "/", "/a", "/a/b" … */
	const char *names[PATH_LEVELS];	/* the component that is waited for in each; NULL any */
	int n_levels;
	int primary;			/* of the path itself, -1 while it does not exist */
	bool existed;
};

/* What of systemd.path(5) holds now. initial: the unit has just been started; after_run: the triggered unit has just ended. */
bool path_look_is_met(struct path_look *l, bool initial, bool after_run);
/* Watches the path, or as much of it as exists. 0 or -errno. */
int path_look_watch(struct path_look *l);
/* Takes the events. 2: the path itself has changed in the way that is waited for; 1: something to look at; 0 nothing. */
int path_look_read(struct path_look *l);
void path_look_unwatch(struct path_look *l);
