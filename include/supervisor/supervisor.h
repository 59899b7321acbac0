/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The process that stays. `systemctl-supervise UNIT` (argv[0]) is our own binary executed by supervisor_spawn; main() hands over to
 * supervisor_main at once. See include/supervisor/service.h for the state machine and include/state/control.h for what it can be asked.
 */

#include "state/place.h"
#include "unit/unit.h"

#define SUPERVISOR_ARGV0 "systemctl-supervise"

/*
 * Starts a supervisor for unit and sends it `request` as its first packet on a fresh connection (descriptor 3 of the child). The supervisor is a
 * child in a session of its own, stdio on /dev/null, no other descriptor kept; its parent does not have to reap it for long: it double-forks
 * if the caller is not to stay its parent.
 * Returns the connection (CLOEXEC) on which the answer will come, or -errno (-EAGAIN, -ENOMEM: the machine is full).
 */
int supervisor_spawn(const struct place *p, const char *unit, const char *request);

/* The whole life of a supervisor process. argv[1] is the unit; returns the exit status. */
int supervisor_main(int argc, char **argv);
