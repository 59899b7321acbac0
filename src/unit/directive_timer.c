/* SPDX-License-Identifier: MIT */

/* [Timer]. */

#include "directive_internal.h"

#define MAN "systemd.timer(5)"

/* Sorted by name in byte order. */
static const struct directive timer_rows[] = {
	VAIN("AccuracySec", span, timer.accuracy, 0, "AccuracyUSec", span,
	     "a timer elapses exactly at its moment"),
	WORKS("DeferReactivation", bool, timer.defer_reactivation, 0, NULL, bool),
	WORKS("FixedRandomDelay", bool, timer.fixed_random_delay, 0, NULL, bool),
	WORKS("OnActiveSec", timer, timer.triggers, 0, "TimersMonotonic", timers_monotonic),
	WORKS("OnBootSec", timer, timer.triggers, 0, NULL, none),
	WORKS("OnCalendar", timer, timer.triggers, 0, "TimersCalendar", timers_calendar),
	WORKS("OnClockChange", bool, timer.on_clock_change, 0, NULL, bool),
	WORKS("OnStartupSec", timer, timer.triggers, 0, NULL, none),
	WORKS("OnTimezoneChange", bool, timer.on_timezone_change, 0, NULL, bool),
	WORKS("OnUnitActiveSec", timer, timer.triggers, 0, NULL, none),
	WORKS("OnUnitInactiveSec", timer, timer.triggers, 0, NULL, none),
	WORKS("Persistent", bool, timer.persistent, 0, NULL, bool),
	WORKS("RandomizedDelaySec", span, timer.randomized_delay, 0, "RandomizedDelayUSec", span),
	WORKS("RemainAfterElapse", bool, timer.remain_after_elapse, 0, NULL, bool),
	WORKS("Unit", trigger_unit, timer.unit, 0, NULL, triggered),
	VAIN("WakeSystem", bool, timer.wake_system, 0, NULL, bool,
	     "a container cannot wake its host"),
};

GROUP(timer, "Timer", timer_rows);
