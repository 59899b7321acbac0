/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What an init of soloctl (init/init.h) tells the commands of its container: PLACE/manager has three lines, the epoch, the state word, and "PID START"
 * of the init. It is written by the processes that init starts for its transactions, never by init itself.
 */

#include "state/place.h"

#define MANAGER_RUNTIME_DIR "/run/systemd/system"	/* its being there is what sd_booted(3) asks */
#define MANAGER_COMM "systemd"				/* PID 1's name: facter, chef and others look at it */

enum manager_state {		/* systemctl(1), is-system-running */
	MANAGER_NONE,		/* there is no init of ours */
	MANAGER_STARTING,
	MANAGER_RUNNING,
	MANAGER_STOPPING,
	MANAGER_STATE_MAX,
};

struct manager {
	enum manager_state state;
	struct proc_id init;
};

/* Is soloctl (or systemd) PID 1 of this container? Asked without a place: comm of PID 1 and the runtime directory, or for users without root, the file. */
bool manager_is_booted(void);
/* What the file says; MANAGER_NONE where there is none, it is of another epoch, or the init it names is gone. */
void manager_read(const struct place *p, struct manager *ret);
/* Does an init of ours take the container down? Then nothing is started any more but what belongs to that. */
bool manager_is_stopping(const struct place *p);
/* 0 or -errno. */
int manager_write(const struct place *p, const struct manager *m);
