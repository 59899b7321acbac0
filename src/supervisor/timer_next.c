/* SPDX-License-Identifier: MIT */
#include "supervisor/timer.h"

static usec_t base_active(const struct timer_now *now)
{
	return now->started_monotonic > 0 ? now->started_monotonic : now->monotonic;
}

/* The time that the host was up before the container started does not count. */
static usec_t base_boot(const struct timer_now *now)
{
	return now->boot_monotonic;
}

static usec_t latest(usec_t a, usec_t b)
{
	return a > b ? a : b;
}

static usec_t base_unit_active(const struct timer_now *now)
{
	return latest(now->unit_inactive_exit, now->last_monotonic);
}

static usec_t base_unit_inactive(const struct timer_now *now)
{
	return latest(now->unit_inactive_enter, now->last_monotonic);
}

static const struct timer_base {
	const char *directive;
	usec_t (*base)(const struct timer_now *now); /* monotonic; 0: has not been yet */
	bool follows_unit;			     /* else it elapses once */
} bases[] = {
	{ "OnActiveSec", base_active, false },
	{ "OnBootSec", base_boot, false },
	{ "OnStartupSec", base_boot, false },
	{ "OnUnitActiveSec", base_unit_active, true },
	{ "OnUnitInactiveSec", base_unit_inactive, true },
};

static const struct timer_base *base_of(const struct timer_moment *m)
{
	const struct timer_base *b = bases;

	while (!streq(b->directive, m->directive)) {
		b++;
	}
	return b;
}

static void take_nearest(usec_t *nearest, usec_t when)
{
	if (*nearest == 0 || when < *nearest) {
		*nearest = when;
	}
}

static void find_calendar(struct timer_moment *m, const struct timer_now *now,
			  struct timer_next *ret)
{
	usec_t after = now->last_realtime > 0	    ? now->last_realtime
		       : now->started_realtime > 0 ? now->started_realtime
						    : now->realtime;

	if (now->unit_ended_realtime > 0) {
		after = latest(now->unit_ended_realtime, now->last_realtime);
	}
	if (calendar_next(m->calendar, after, &m->next) == 0) {
		take_nearest(&ret->realtime, m->next);
	}
}

static void find_monotonic(struct timer_moment *m, const struct timer_now *now,
			   struct timer_next *ret)
{
	const struct timer_base *b = base_of(m);
	bool has_elapsed = now->last_realtime > 0 || now->last_monotonic > 0;
	usec_t base = b->base(now), next;

	ret->stays = ret->stays || b->follows_unit;
	if (b->follows_unit && base == 0) {
		return;
	}
	next = usec_add(base, m->span);
	if (next == USEC_INFINITY) {
		return;
	}
	if (!b->follows_unit && has_elapsed && !now->clock_was_set && next < now->monotonic) {
		m->disabled = true;
		return;
	}
	/* 0 is no moment. */
	m->next = latest(next, 1);
	take_nearest(&ret->monotonic, m->next);
}

void timer_find_next(struct timer_moment *moments, size_t n, const struct timer_now *now,
		     struct timer_next *ret)
{
	*ret = (struct timer_next){ 0 };
	for (size_t i = 0; i < n; i++) {
		struct timer_moment *m = &moments[i];

		m->next = 0;
		if (m->disabled) {
			continue;
		}
		if (m->calendar) {
			find_calendar(m, now, ret);
		} else {
			find_monotonic(m, now, ret);
		}
	}
}

void timer_enable_moments(struct timer_moment *moments, size_t n, bool unit)
{
	for (size_t i = 0; i < n; i++) {
		if (!moments[i].calendar &&
		    (unit ? base_of(&moments[i])->follows_unit
			  : streq(moments[i].directive, "OnActiveSec"))) {
			moments[i].disabled = false;
		}
	}
}
