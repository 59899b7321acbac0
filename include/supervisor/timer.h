/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The state machine of a timer unit: systemd.timer(5).
 *
 *   state     start asked          its moment comes    the clock was set     the triggered unit changed    stop asked
 *   dead      waiting | elapsed    .                   .                     .                             answered at once
 *   waiting   answered at once     running             waiting (anew)        waiting (anew) | elapsed      dead
 *   running   answered at once     .                   .                     down: waiting | elapsed       dead
 *   elapsed   answered at once     .                   .                     waiting | elapsed             dead
 *   failed    waiting | elapsed    .                   .                     .                             answered at once
 *
 * Running starts the unit. A timer that has no moment any more is elapsed, or dead with RemainAfterElapse=no.
 */

#include "supervisor/machine.h"
#include "unit/calendar.h"

enum timer_state { TIMER_DEAD = 64, TIMER_WAITING, TIMER_RUNNING, TIMER_ELAPSED, TIMER_FAILED, TIMER_STATE_END };

/* ---- timer_next.c: when; pure ---- */

struct timer_now {
	usec_t realtime, monotonic;
	usec_t started_realtime, started_monotonic;	/* when the timer unit became active; 0: now */
	usec_t boot_monotonic;				/* when this container started */
	usec_t last_realtime, last_monotonic;		/* the last time it elapsed; 0 never */
	usec_t unit_inactive_exit, unit_inactive_enter;	/* of the triggered unit, monotonic; 0 never */
	usec_t unit_ended_realtime;	/* DeferReactivation=: when the triggered unit last became inactive; 0 never, or it does not matter */
	bool clock_was_set;
};

struct timer_moment {		/* one OnActiveSec= … */
	const char *directive;
	usec_t span;
	const struct calendar *calendar;	/* NULL for the others */
	usec_t next;		/* realtime for calendars, else monotonic; 0 none */
	bool disabled;		/* has elapsed, and will not again */
};

struct timer_next {
	usec_t realtime, monotonic;	/* the nearest of each clock; 0 none */
	bool stays;			/* a trigger follows the unit's state: the timer may get a moment again */
};

/* Fills the moments' next and disabled. */
void timer_find_next(struct timer_moment *moments, size_t n, const struct timer_now *now, struct timer_next *ret);
/* May those that follow the unit's state (unit), or the activation of the timer, elapse again? */
void timer_enable_moments(struct timer_moment *moments, size_t n, bool unit);
