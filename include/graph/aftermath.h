/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What must happen next when a unit has ended by itself or has come up: SYSTEMD.md section 3. Pure, like the plan. The caller
 * runs the wishes as jobs of their own (`systemctl --no-block …`).
 */

#include "graph/graph.h"

enum aftermath_event {
	AFTERMATH_DEAD,		/* inactive, result success */
	AFTERMATH_FAILED,	/* failed (and no restart is pending) */
	AFTERMATH_STOPPED,	/* stopped by hand: only what upholds it is asked */
	AFTERMATH_STARTED,	/* a transaction that started it is over: is it needed (StopWhenUnneeded=)? */
	AFTERMATH_ACTIVE,	/* came up without a plan: retroactive start of Requires/Wants, stop of Conflicts */
};

struct aftermath_wish {
	const char *unit;
	enum job_type type;
	enum job_mode mode;
	bool monitor;		/* an OnFailure=/OnSuccess= unit: gets MONITOR_* variables */
};

/* BindsTo (BoundBy), Upholds, OnFailure, OnSuccess, PropagatesStopTo, StopWhenUnneeded. Array in the arena. */
int aftermath_list(const struct graph *g, const char *unit, enum aftermath_event event, struct arena *a,
		   struct aftermath_wish **ret, size_t *ret_n);
