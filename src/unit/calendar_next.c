/* SPDX-License-Identifier: MIT */

/* The next moment that matches a calendar event: field by field from the year down; a field that
 * moves resets those below it. */

#include <errno.h>
#include <time.h>

#include "unit/calendar.h"

struct moment {
	struct tm tm;
	int usec; /* within the minute */
};

/* Normalizes tm; in the event's zone. */
static time_t moment_to_time(const struct calendar *c, struct tm *tm)
{
	tm->tm_isdst = -1;
	return c->zone && streq(c->zone, "UTC") ? timegm(tm) : mktime(tm);
}

static void moment_from_time(const struct calendar *c, time_t t, struct tm *ret)
{
	if (c->zone && streq(c->zone, "UTC")) {
		gmtime_r(&t, ret);
	} else {
		localtime_r(&t, ret);
	}
}

static int days_in_month(const struct tm *tm)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year = tm->tm_year + 1900;
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return tm->tm_mon == 1 && leap ? 29 : days[tm->tm_mon];
}

/* The smallest value of the range that is at least min, or -1. */
static int range_match(struct calendar_range r, int min, int max)
{
	int value = r.from;
	if (value < min && r.step) {
		value += (min - value + r.step - 1) / r.step * r.step;
	}
	bool over = r.to >= 0 ? value > r.to : value > max;
	return value < min || over ? -1 : value;
}

static int field_match(const struct calendar_field *f, int min, int max)
{
	int best = -1;
	if (f->n == 0) {
		return min <= max ? min : -1;
	}
	for (size_t i = 0; i < f->n; i++) {
		int v = range_match(f->v[i], min, max);
		if (v >= 0 && (best < 0 || v < best)) {
			best = v;
		}
	}
	return best;
}

/* Days that count from the end become days of this month. */
static int day_match(const struct calendar *c, const struct tm *tm)
{
	const struct calendar_field *f = &c->fields[CALENDAR_DAY];
	int last = days_in_month(tm), best = -1;
	if (!c->end_of_month || f->n == 0) {
		return field_match(f, tm->tm_mday, last);
	}
	for (size_t i = 0; i < f->n; i++) {
		struct calendar_range r = f->v[i];
		r.from = last + 1 - f->v[i].from;
		if (f->v[i].to >= 0) {
			r.to = r.from;
			r.from = last + 1 - f->v[i].to;
		}
		int v = r.from < 1 && !r.step ? -1 : range_match(r, tm->tm_mday, last);
		if (v >= 0 && (best < 0 || v < best)) {
			best = v;
		}
	}
	return best;
}

static void reset_below(struct moment *m, enum calendar_field_id id)
{
	if (id < CALENDAR_MONTH) {
		m->tm.tm_mon = 0;
	}
	if (id < CALENDAR_DAY) {
		m->tm.tm_mday = 1;
	}
	if (id < CALENDAR_HOUR) {
		m->tm.tm_hour = 0;
	}
	if (id < CALENDAR_MINUTE) {
		m->tm.tm_min = 0;
	}
	if (id < CALENDAR_USEC) {
		m->usec = 0;
	}
}

static int *moment_place(struct moment *m, enum calendar_field_id id)
{
	switch (id) {
	case CALENDAR_YEAR:
		return &m->tm.tm_year;
	case CALENDAR_MONTH:
		return &m->tm.tm_mon;
	case CALENDAR_DAY:
		return &m->tm.tm_mday;
	case CALENDAR_HOUR:
		return &m->tm.tm_hour;
	case CALENDAR_MINUTE:
		return &m->tm.tm_min;
	default:
		return &m->usec;
	}
}

/* From the value in struct tm to the one in the event. */
static int field_offset(enum calendar_field_id id)
{
	return id == CALENDAR_YEAR ? 1900 : id == CALENDAR_MONTH;
}

static int moment_match(const struct calendar *c, struct moment *m, enum calendar_field_id id)
{
	static const int max[] = { 2199, 12, 31, 23, 59, 59999999 };
	/* "*" in seconds means each whole one. */
	static struct calendar_range whole_seconds = { .from = 0,
						       .to = -1,
						       .step = (int)USEC_PER_SEC };
	static const struct calendar_field any_second = { .v = &whole_seconds, .n = 1 };
	const struct calendar_field *f = &c->fields[id];
	if (id == CALENDAR_USEC && f->n == 0) {
		f = &any_second;
	}
	int offset = field_offset(id);
	return id == CALENDAR_DAY ? day_match(c, &m->tm)
				  : field_match(f, *moment_place(m, id) + offset, max[id]);
}

static bool weekday_matches(const struct calendar *c, struct moment *m)
{
	moment_to_time(c, &m->tm);
	return c->weekdays == 0 || c->weekdays >> (m->tm.tm_wday + 6) % 7 & 1;
}

/* One pass over the fields. 1: all match; 0: something moved up, look again; -ENOENT. */
static int moment_advance(const struct calendar *c, struct moment *m)
{
	for (int id = CALENDAR_YEAR; id < CALENDAR_FIELD_MAX; id++) {
		int *place = moment_place(m, id), value = moment_match(c, m, id) - field_offset(id);
		bool matches = value + field_offset(id) >= 0;
		if (!matches && id == CALENDAR_YEAR) {
			return -ENOENT;
		}
		if (!matches) {
			++*moment_place(m, id - 1);
			reset_below(m, id - 1);
			moment_to_time(c, &m->tm);
			return 0;
		}
		if (value != *place) {
			*place = value;
			reset_below(m, id);
		}
		if (id == CALENDAR_DAY && !weekday_matches(c, m)) {
			m->tm.tm_mday++;
			reset_below(m, CALENDAR_DAY);
			moment_to_time(c, &m->tm);
			return 0;
		}
	}
	return 1;
}

/* 230 years of weeks and some: an event that was not met by then never is. */
#define STEPS_MAX 100000

static int next_in_zone(const struct calendar *c, usec_t after, usec_t *ret)
{
	struct moment m;
	moment_from_time(c, (time_t)((after + 1) / USEC_PER_SEC), &m.tm);
	m.usec = (int)(m.tm.tm_sec * (int)USEC_PER_SEC + (int)((after + 1) % USEC_PER_SEC));
	m.tm.tm_sec = 0;
	for (int i = 0; i < STEPS_MAX; i++) {
		int r = moment_advance(c, &m);
		if (r < 0) {
			return r;
		}
		if (r == 0) {
			continue;
		}
		struct tm tm = m.tm;
		time_t t = moment_to_time(c, &tm);
		usec_t found = (usec_t)t * USEC_PER_SEC + (usec_t)m.usec;
		/* An hour that a change of the clock skips or repeats. */
		if (found <= after || tm.tm_hour != m.tm.tm_hour) {
			m.tm.tm_hour++;
			reset_below(&m, CALENDAR_HOUR);
			moment_to_time(c, &m.tm);
			continue;
		}
		*ret = found;
		return 0;
	}
	return -ENOENT;
}

int calendar_next(const struct calendar *c, usec_t after, usec_t *ret)
{
	if (!c->zone || streq(c->zone, "UTC")) {
		return next_in_zone(c, after, ret);
	}
	const char *old = getenv("TZ");
	CLEANUP_FREE char *saved = old ? strdup(old) : NULL;
	CLEANUP_STRBUF struct strbuf zone = { 0 };
	strbuf_addf(&zone, ":%s", c->zone);
	setenv("TZ", strbuf_text(&zone), 1);
	tzset();
	int r = next_in_zone(c, after, ret);
	if (saved) {
		setenv("TZ", saved, 1);
	} else {
		unsetenv("TZ");
	}
	tzset();
	return r;
}
