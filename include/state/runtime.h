/* SPDX-License-Identifier: MIT */
#pragma once

/* The state of a unit now, as everybody asks it: record, lock, early units, and what the kernel itself tells (mounts, devices, slices). */

#include "state/record.h"
#include "unit/unit.h"

/*
 * Fills ret with the unit's record, or a fresh one. Early units are active (sub as systemd would say). A record whose supervisor is dead tells the
 * truth: main process alive -> as recorded; gone -> failed or inactive. Mount units: /proc/self/mountinfo. Never fails: without a record it is inactive.
 */
void runtime_get(const struct place *p, const struct unit *u, struct arena *a, struct record *ret);
/*
 * Only the record, as it stands. *ret_killed: its supervisor was killed. One that ended in good order while we looked is not taken for that. False:
 * there is no record.
 */
bool runtime_read(const struct place *p, const char *unit, struct arena *a, struct record *ret, bool *ret_killed);
/* Only the ActiveState. */
enum active_state runtime_active(const struct place *p, const struct unit *u);
