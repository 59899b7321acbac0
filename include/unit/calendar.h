/* SPDX-License-Identifier: MIT */
#pragma once

/* Calendar events: systemd.time(7), "Calendar Events". OnCalendar= and `systemd-analyze calendar`. */

#include "base/clock.h"
#include "base/str.h"

/* "5", "1..7", "0/15", "1..9/2". */
struct calendar_range {
	int from;
	int to;			/* -1: from alone, or with a step up to the end */
	int step;		/* 0: none */
};
struct calendar_field {
	struct calendar_range *v;	/* none: any value ("*") */
	size_t n;
	size_t cap;
};
enum calendar_field_id {
	CALENDAR_YEAR,
	CALENDAR_MONTH,		/* 1..12 */
	CALENDAR_DAY,		/* 1..31, or from the end of the month */
	CALENDAR_HOUR,
	CALENDAR_MINUTE,
	CALENDAR_USEC,		/* seconds in microseconds */
	CALENDAR_FIELD_MAX,
};
struct calendar {
	unsigned weekdays;	/* bit 0 = Monday; 0 = any */
	bool end_of_month;	/* days count from the last one, which is 1 */
	struct calendar_field fields[CALENDAR_FIELD_MAX];
	const char *zone;	/* NULL: local time; "UTC"; or a name of the time zone database */
};

/* All memory is in the arena. 0; -EINVAL, -ERANGE. */
int calendar_parse(const char *s, struct arena *a, struct calendar *ret);
/* The normalized form: "Mon..Fri *-*-* 03:00:00". In the arena. */
char *calendar_format(const struct calendar *c, struct arena *a);
/* The first moment after `after` (realtime) that matches. 0, or -ENOENT: never again. */
int calendar_next(const struct calendar *c, usec_t after, usec_t *ret);
