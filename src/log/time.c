/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "log/writer.h"

/*
 * Our own calendar: the C library's reads time zone files for it, and their tables would stay in
 * the memory of every supervisor that has written a line.
 */
#define SECONDS_PER_DAY 86400
#define YEAR_FIRST 1970
#define YEAR_LAST 9999

static bool year_is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned month_days(unsigned year, unsigned month)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 1 && year_is_leap(year) ? 29 : days[month];
}

static unsigned year_days(unsigned year)
{
	return year_is_leap(year) ? 366 : 365;
}

void log_time_format(char buf[static LOG_TIME_SIZE + 1], usec_t realtime)
{
	char text[80];
	uint64_t seconds = realtime / USEC_PER_SEC;
	uint64_t days = seconds / SECONDS_PER_DAY;
	unsigned in_day = (unsigned)(seconds % SECONDS_PER_DAY);
	unsigned year = YEAR_FIRST;
	unsigned month = 0;

	while (year < YEAR_LAST && days >= year_days(year)) {
		days -= year_days(year++);
	}
	while (month < 11 && days >= month_days(year, month)) {
		days -= month_days(year, month++);
	}
	snprintf(text, sizeof(text), "%04u-%02u-%02uT%02u:%02u:%02u.%06uZ", year, month + 1,
		 (unsigned)days % 31 + 1, in_day / 3600, in_day / 60 % 60, in_day % 60,
		 (unsigned)(realtime % USEC_PER_SEC));
	memcpy(buf, text, LOG_TIME_SIZE);
	buf[LOG_TIME_SIZE] = '\0';
}

/* n digits at s, or -EINVAL. */
static int parse_digits(const char *s, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9') {
			return -EINVAL;
		}
		value = value * 10 + (s[i] - '0');
	}
	return value;
}

/* The numbers of a line's time: where they stand, how long they are, and what they may be. */
static const struct time_field {
	unsigned char offset, n;
	int least, most;
	char after;
} time_fields[] = {
	{ 0, 4, YEAR_FIRST, YEAR_LAST, '-' },
	{ 5, 2, 1, 12, '-' },
	{ 8, 2, 1, 31, 'T' },
	{ 11, 2, 0, 23, ':' },
	{ 14, 2, 0, 59, ':' },
	{ 17, 2, 0, 60, '.' },
	{ 20, 6, 0, 999999, 'Z' },
};

int log_time_parse(const char *s, usec_t *ret)
{
	int v[ARRAY_SIZE(time_fields)];
	uint64_t days = 0;
	uint64_t seconds;

	for (size_t i = 0; i < ARRAY_SIZE(time_fields); i++) {
		const struct time_field *f = &time_fields[i];

		v[i] = parse_digits(s + f->offset, f->n);
		if (v[i] < f->least || v[i] > f->most || s[f->offset + f->n] != f->after) {
			return -EINVAL;
		}
	}
	for (int year = YEAR_FIRST; year < v[0]; year++) {
		days += year_days((unsigned)year);
	}
	for (int month = 0; month < v[1] - 1; month++) {
		days += month_days((unsigned)v[0], (unsigned)month);
	}
	days += (uint64_t)v[2] - 1;
	seconds = days * SECONDS_PER_DAY + (uint64_t)(v[3] * 3600 + v[4] * 60 + v[5]);
	*ret = seconds * USEC_PER_SEC + (uint64_t)v[6];
	return 0;
}
