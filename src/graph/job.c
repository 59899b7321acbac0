/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "graph/plan.h"

#define CONFLICT (-EEXIST)
#define N_ROWS (JOB_NOP + 1)

/* What a job becomes beside each other one; try-restart and try-reload have become something else by then. */
#define MERGE(start, verify, stop, reload, restart, reload_or_start, nop)                          \
	{                                                                                          \
		[JOB_START] = start, [JOB_VERIFY_ACTIVE] = verify, [JOB_STOP] = stop,              \
		[JOB_RELOAD] = reload, [JOB_RESTART] = restart, [JOB_TRY_RESTART] = -EINVAL,       \
		[JOB_TRY_RELOAD] = -EINVAL, [JOB_RELOAD_OR_START] = reload_or_start,               \
		[JOB_NOP] = nop,                                                                   \
	}
#define VERIFY JOB_VERIFY_ACTIVE
#define BOTH JOB_RELOAD_OR_START

/*
 * A row and a column for each type that can stand in the queue. Ordered by how much a job does (nop
 * < verify-active < start, reload < reload-or-start < restart), the cell is the least job that does
 * both; stop agrees with nothing but itself and nop.
 */
/* clang-format off */
static const int merges[N_ROWS][N_ROWS] = {
	[JOB_START] = MERGE(JOB_START, JOB_START, CONFLICT, BOTH, JOB_RESTART, BOTH, JOB_START),
	[VERIFY] = MERGE(JOB_START, VERIFY, CONFLICT, JOB_RELOAD, JOB_RESTART, BOTH, VERIFY),
	[JOB_STOP] = MERGE(CONFLICT, CONFLICT, JOB_STOP, CONFLICT, CONFLICT, CONFLICT, JOB_STOP),
	[JOB_RELOAD] = MERGE(BOTH, JOB_RELOAD, CONFLICT, JOB_RELOAD, JOB_RESTART, BOTH, JOB_RELOAD),
	[JOB_RESTART] = MERGE(JOB_RESTART, JOB_RESTART, CONFLICT, JOB_RESTART, JOB_RESTART,
			      JOB_RESTART, JOB_RESTART),
	[JOB_TRY_RESTART] = { [JOB_START ... JOB_NOP] = -EINVAL },
	[JOB_TRY_RELOAD] = { [JOB_START ... JOB_NOP] = -EINVAL },
	[BOTH] = MERGE(BOTH, BOTH, CONFLICT, BOTH, JOB_RESTART, BOTH, BOTH),
	[JOB_NOP] = MERGE(JOB_START, VERIFY, JOB_STOP, JOB_RELOAD, JOB_RESTART, BOTH, JOB_NOP),
};
/* clang-format on */

#define S(state) (1u << (state))
#define DOWN_OR_GOING (S(ACTIVE_INACTIVE) | S(ACTIVE_FAILED) | S(ACTIVE_DEACTIVATING))

/*
 * The states in which a job adds nothing. A restart always does something, also while the unit
 * comes up: with the settings of now.
 */
static const unsigned redundant_in[JOB_TYPE_MAX] = {
	[JOB_START] = S(ACTIVE_ACTIVE) | S(ACTIVE_RELOADING),
	[JOB_VERIFY_ACTIVE] = S(ACTIVE_ACTIVE) | S(ACTIVE_RELOADING),
	[JOB_STOP] = S(ACTIVE_INACTIVE) | S(ACTIVE_FAILED),
	[JOB_RELOAD] = S(ACTIVE_RELOADING),
	[JOB_NOP] = ~0u,
};

static const struct {
	bool collapses;
	enum job_type when_down;
	enum job_type when_up;
} collapses[JOB_TYPE_MAX] = {
	[JOB_TRY_RESTART] = { true, JOB_NOP, JOB_RESTART },
	[JOB_TRY_RELOAD] = { true, JOB_NOP, JOB_RELOAD },
	[JOB_RELOAD_OR_START] = { true, JOB_START, JOB_RELOAD },
};

int job_type_merge(enum job_type a, enum job_type b, enum job_type *ret)
{
	int merged;

	if ((size_t)a >= N_ROWS || (size_t)b >= N_ROWS) {
		return -EINVAL;
	}
	merged = merges[a][b];
	if (merged < 0) {
		return merged;
	}
	*ret = (enum job_type)merged;
	return 0;
}

static bool job_type_stops(enum job_type t)
{
	return t == JOB_STOP || t == JOB_RESTART;
}

bool job_type_follows(enum job_type t, enum job_type other, uint32_t atoms)
{
	if (t == JOB_NOP || other == JOB_NOP) {
		return false;
	}
	if (job_type_stops(other)) {
		return !job_type_stops(t) || (atoms & ATOM_BEFORE);
	}
	return !job_type_stops(t) && (atoms & ATOM_AFTER);
}

bool job_type_is_redundant(enum job_type t, enum active_state s)
{
	return (size_t)t < JOB_TYPE_MAX && (redundant_in[t] & S(s));
}

enum job_type job_type_collapse(enum job_type t, enum active_state s)
{
	if ((size_t)t >= JOB_TYPE_MAX || !collapses[t].collapses) {
		return t;
	}
	return S(s) & DOWN_OR_GOING ? collapses[t].when_down : collapses[t].when_up;
}

bool job_unit_can_reload(const struct unit *u)
{
	if (u->load_state != UNIT_LOADED) {
		return false;
	}
	if (u->type == UNIT_SERVICE) {
		return u->service.commands[SERVICE_EXEC_RELOAD].n > 0 ||
		       u->service.type == SERVICE_NOTIFY_RELOAD;
	}
	return u->type == UNIT_MOUNT || u->dependencies[DEP_PROPAGATES_RELOAD_TO].n > 0;
}

/* The manager itself stands on these: they are never stopped. */
static bool unit_is_perpetual(const struct unit *u)
{
	static const char *const names[] = { "-.mount", "-.slice", "init.scope", "system.slice" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (streq(u->id, names[i])) {
			return true;
		}
	}
	return false;
}

static bool unit_can_start_and_stop(const struct unit *u)
{
	return u->type != UNIT_DEVICE && u->type != UNIT_SCOPE && !unit_is_perpetual(u);
}

bool job_type_is_applicable(enum job_type t, const struct unit *u)
{
	switch (t) {
	case JOB_STOP:
		return !unit_is_perpetual(u);
	case JOB_RESTART:
	case JOB_TRY_RESTART:
		return unit_can_start_and_stop(u);
	case JOB_RELOAD:
	case JOB_TRY_RELOAD:
	case JOB_RELOAD_OR_START:
		return job_unit_can_reload(u);
	default:
		return true;
	}
}
