/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* The last second but one day of the year 9999: beyond it some time zone would need a fifth digit.
 */
#define FORMATTABLE_MAX ((usec_t)253402214399 * USEC_PER_SEC)

static usec_t clock_read(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t) < 0) {
		return 0;
	}
	return (usec_t)t.tv_sec * USEC_PER_SEC + (usec_t)t.tv_nsec / 1000;
}

usec_t clock_realtime(void)
{
	return clock_read(CLOCK_REALTIME);
}

usec_t clock_monotonic(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

usec_t clock_random_span(usec_t limit)
{
	uint64_t n;

	if (limit == 0 || limit == USEC_INFINITY) {
		return 0;
	}
	/* Early in the life of a machine there may be none; what comes then differs at least. */
	if (getrandom(&n, sizeof(n), GRND_NONBLOCK) != (ssize_t)sizeof(n)) {
		n = (clock_monotonic() ^ clock_realtime() ^ (uint64_t)getpid() << 32) *
		    UINT64_C(0x9e3779b97f4a7c15);
	}
	return n % limit;
}

usec_t usec_add(usec_t a, usec_t b)
{
	usec_t sum;

	/* Infinity plus zero does not overflow, and is infinity all the same. */
	return __builtin_add_overflow(a, b, &sum) ? USEC_INFINITY : sum;
}

char *clock_format_timestamp(char *buf, size_t n, usec_t realtime)
{
	/* Not strftime's %a: the names are English in every locale. */
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	time_t seconds = (time_t)(realtime / USEC_PER_SEC);
	struct tm tm;
	size_t used;

	if (n == 0) {
		return buf;
	}
	buf[0] = '\0';
	if (realtime == 0 || realtime == USEC_INFINITY) {
		return buf;
	}
	if (realtime > FORMATTABLE_MAX || !localtime_r(&seconds, &tm)) {
		snprintf(buf, n, "--- XXXX-XX-XX XX:XX:XX");
		return buf;
	}
	used = (size_t)snprintf(buf, n, "%s ", days[tm.tm_wday]);
	if (used >= n || strftime(buf + used, n - used, "%Y-%m-%d %H:%M:%S %Z", &tm) == 0) {
		buf[0] = '\0';
	}
	return buf;
}

/*
 * The forms of the relative time: from `least` on, the count of `unit` and, where `rest` is given,
 * of what remains in `rest`. Names of two forms are singular and plural; those of one are the same
 * for both and stand without a blank.
 */
struct relative_form {
	usec_t least;
	usec_t unit;
	const char *one;
	const char *many;
	usec_t rest;
	const char *rest_one;
	const char *rest_many;
};

static const struct relative_form relative_forms[] = {
    {USEC_PER_YEAR, USEC_PER_YEAR, " year", " years", USEC_PER_MONTH, " month", " months"},
    {USEC_PER_MONTH, USEC_PER_MONTH, " month", " months", USEC_PER_DAY, " day", " days"},
    {USEC_PER_WEEK, USEC_PER_WEEK, " week", " weeks", USEC_PER_DAY, " day", " days"},
    {2 * USEC_PER_DAY, USEC_PER_DAY, " day", " days", 0, NULL, NULL},
    {25 * USEC_PER_HOUR, USEC_PER_DAY, " day", " days", USEC_PER_HOUR, "h", "h"},
    {6 * USEC_PER_HOUR, USEC_PER_HOUR, "h", "h", 0, NULL, NULL},
    {USEC_PER_HOUR, USEC_PER_HOUR, "h", "h", USEC_PER_MINUTE, "min", "min"},
    {5 * USEC_PER_MINUTE, USEC_PER_MINUTE, "min", "min", 0, NULL, NULL},
    {USEC_PER_MINUTE, USEC_PER_MINUTE, "min", "min", USEC_PER_SEC, "s", "s"},
    {USEC_PER_SEC, USEC_PER_SEC, "s", "s", 0, NULL, NULL},
    {USEC_PER_MSEC, USEC_PER_MSEC, "ms", "ms", 0, NULL, NULL},
    {1, 1, "us", "us", 0, NULL, NULL},
};

char *clock_format_relative(char *buf, size_t n, usec_t then, usec_t now)
{
	const struct relative_form *f = relative_forms;
	const char *word = now > then ? " ago" : " left";
	usec_t d = now > then ? now - then : then - now;
	usec_t count;
	usec_t rest;

	if (n == 0) {
		return buf;
	}
	buf[0] = '\0';
	if (then == 0 || then == USEC_INFINITY) {
		return buf;
	}
	if (d == 0) {
		snprintf(buf, n, "now");
		return buf;
	}
	while (d < f->least) {
		f++;
	}
	count = d / f->unit;
	if (f->rest == 0) {
		snprintf(buf, n, "%" PRIu64 "%s%s", count, count == 1 ? f->one : f->many, word);
		return buf;
	}
	rest = d % f->unit / f->rest;
	snprintf(buf, n, "%" PRIu64 "%s %" PRIu64 "%s%s", count, count == 1 ? f->one : f->many,
		 rest, rest == 1 ? f->rest_one : f->rest_many, word);
	return buf;
}

struct span_unit {
	usec_t usec;
	const char *suffix;
	int digits; /* of the fraction, down to the microsecond */
};

static const struct span_unit span_units[] = {
    {USEC_PER_YEAR, "y", 0}, {USEC_PER_MONTH, "month", 0}, {USEC_PER_WEEK, "w", 0},
    {USEC_PER_DAY, "d", 0},  {USEC_PER_HOUR, "h", 0},	   {USEC_PER_MINUTE, "min", 0},
    {USEC_PER_SEC, "s", 6},  {USEC_PER_MSEC, "ms", 3},	   {1, "us", 0},
};

/* One part, such as "30s" or "1.500s"; what is left of the span comes back. A fraction takes it
 * all. */
static usec_t span_format_part(char *part, size_t n, const struct span_unit *u, usec_t span,
			       usec_t accuracy)
{
	usec_t whole = span / u->usec;
	usec_t fraction = span % u->usec;
	int digits = u->digits;

	for (usec_t step = accuracy; step > 1; step /= 10) {
		fraction /= 10;
		digits--;
	}
	if (digits > 0 && digits <= 6 && span < USEC_PER_MINUTE && span % u->usec > 0) {
		snprintf(part, n, "%" PRIu64 ".%0*" PRIu64 "%s", whole, digits, fraction,
			 u->suffix);
		return 0;
	}
	snprintf(part, n, "%" PRIu64 "%s", whole, u->suffix);
	return span % u->usec;
}

char *clock_format_span(char *buf, size_t n, usec_t span, usec_t accuracy)
{
	size_t used = 0;

	if (n == 0) {
		return buf;
	}
	if (span == USEC_INFINITY || span == 0) {
		snprintf(buf, n, "%s", span == 0 ? "0" : "infinity");
		return buf;
	}
	buf[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(span_units) && span > 0; i++) {
		char part[40];

		if (span < accuracy && used > 0) {
			break;
		}
		if (span < span_units[i].usec) {
			continue;
		}
		span = span_format_part(part, sizeof(part), &span_units[i], span, accuracy);
		if (used + strlen(part) + 2 > n) {
			break;
		}
		used += (size_t)snprintf(buf + used, n - used, "%s%s", used > 0 ? " " : "", part);
	}
	return buf;
}

void clock_random_id(char ret[static CLOCK_ID_SIZE])
{
	unsigned char bytes[CLOCK_ID_SIZE / 2];
	usec_t now[] = { clock_monotonic(), (usec_t)getpid() };

	if (getrandom(bytes, sizeof(bytes), GRND_NONBLOCK) != (ssize_t)sizeof(bytes)) {
		memcpy(bytes, now, sizeof(bytes));
	}
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
	}
}
