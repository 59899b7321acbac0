/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Runs a plan: each step starts as soon as the number of steps before it is 0 (pending[i] == 0), all that can run at once do. A step asks the
 * unit's supervisor (or starts one), or, for types without a process, writes the record. One poll loop, no threads, no polling.
 */

#include "base/diag.h"
#include "graph/plan.h"
#include "state/place.h"

struct job_outcome {
	enum job_result result;
	const char *unit_result;	/* Result= word of the unit where result is JOB_FAILED: "exit-code", "timeout" … */
};

/*
 * Runs until what was asked for (plan_step.anchor) and all that stops has ended; what else is left goes on without the caller. outcomes has one
 * element per step (in the arena). JobTimeoutSec=/JobRunningTimeoutSec= are kept. 0 or -errno.
 */
int job_run(const struct plan *plan, const struct place *place, struct arena *a, struct job_outcome **ret);
/* Runs to the end, with all steps run by the caller: if it is killed, no further step begins. For the transactions of boot and shutdown. */
int job_run_in_place(const struct plan *plan, const struct place *place, struct arena *a, struct job_outcome **ret);
/*
 * Runs to the end in a process of its own that outlives the caller (--no-block): returns as soon as what can run runs, and the rest is queued
 * for all to see (state/queue.h).
 */
int job_run_detached(const struct plan *plan, const struct place *place);
