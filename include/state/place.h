/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Where run-time records live, and whose life they belong to (DESIGN.md section 2).
 * Layout below the place: units/UNIT/{state,lock,control}, notify/N, jobs/PID (news.h), jobs/PID.queue (queue.h), environment (set-environment), all made on demand;
 * everything goes away when the last unit stops.
 */

#include "base/arena.h"
#include "base/proc.h"
#include "base/str.h"

struct place {
	const char *dir;	/* "/run/soloctl", "$XDG_RUNTIME_DIR/soloctl" … */
	const char *log_dir;	/* "/var/log/soloctl", or "<runtime>/log" where that cannot be written */
	char epoch[96];		/* boot id + pid namespace inode + start time of PID 1 */
	bool user;	/* of one user, 0700; also for somebody without root who did not say --user */
	bool user_scope;	/* --user was said: the user's own unit files */
};

/* Finds the place; makes nothing. $SOLOCTL_RUNTIME_DIR and $SOLOCTL_LOG_DIR override (tests). 0; -EPERM a directory of that name is not ours. */
int place_init(struct place *p, bool user, struct arena *a);
/* Path of a unit's directory or of a file in it; in the arena. Unit names with more than 200 bytes are shortened with a hash. */
char *place_unit_dir(const struct place *p, const char *unit, struct arena *a);
char *place_unit_file(const struct place *p, const char *unit, const char *file, struct arena *a);
/* 64 bits that tell unit names apart, for names of files that must be short. */
uint64_t place_hash_unit(const char *unit);
/* Makes a directory of this name in the place, and those above it. 0 or -errno; whoever goes takes empty ones with him, perhaps just now. */
int place_make_dir(const struct place *p, const char *name, mode_t mode);
/* Makes the unit's directory (0755) and those above it. 0, -EROFS, -ENOSPC, -EACCES, -errno. */
int place_make_unit_dir(const struct place *p, const char *unit);
/* Removes a unit's directory, and the place itself where it was the last. */
int place_remove_unit(const struct place *p, const char *unit);
/* Ids of all units that have a directory there (any epoch), sorted. */
int place_list_units(const struct place *p, struct arena *a, struct strv *ret);
/* Only those whose name ends with suffix (".socket"). */
int place_list_units_of(const struct place *p, const char *suffix, struct arena *a, struct strv *ret);
/* Are there at least n? Also true if that cannot be known. */
bool place_has_units(const struct place *p, size_t n);

/* The life lock of a unit's supervisor: fd that holds it, or -EAGAIN (somebody lives), -errno. */
int place_lock_unit(const struct place *p, const char *unit);
/* Is the lock held by somebody? */
bool place_unit_is_supervised(const struct place *p, const char *unit);

/*
 * Have the generators run in this life (job/generators.h)? The mark goes away with the place, and then their output in /run/systemd/generator{,.early,.late} does too.
 */
bool place_has_generated(const struct place *p);
int place_mark_generated(const struct place *p);
/* With the last record: removes the mark and the output. */
void place_drop_generated(const struct place *p);

/* The manager's environment block: set-environment & co. */
int place_read_environment(const struct place *p, struct arena *a, struct strv *ret);
int place_write_environment(const struct place *p, const struct strv *env);
