/* SPDX-License-Identifier: MIT */
#include "journal/timestamp.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "base/str.h"
#include "unit/value.h"

#define TEXT_MAX 128
#define NO_OFFSET 0x7fffffff

/* What a date is made of; the zone is a name for TZ, or an offset in seconds east of UTC. */
struct moment {
	struct tm tm;
	usec_t fraction;
	int weekday; /* -1: none was said */
	bool has_date;
	const char *zone;
	int offset;
};

static int parse_span(const char *s, size_t n, usec_t *ret)
{
	char text[TEXT_MAX];

	while (n > 0 && isspace((unsigned char)s[n - 1])) {
		n--;
	}
	if (n == 0 || n >= sizeof(text)) {
		return -EINVAL;
	}
	memcpy(text, s, n);
	text[n] = '\0';
	return value_parse_span(text, USEC_PER_SEC, ret) < 0 ? -EINVAL : 0;
}

static int earlier(usec_t now, usec_t span, usec_t *ret)
{
	*ret = now > span ? now - span : 0;
	return 0;
}

/* Relative to now: signs and "ago". -ENOENT: it is none of these. */
static int parse_relative(const char *s, usec_t now, usec_t *ret)
{
	size_t n = strlen(s);
	usec_t span;

	if (s[0] == '+' || s[0] == '-') {
		if (parse_span(s + 1, n - 1, &span) < 0) {
			return -EINVAL;
		}
		if (s[0] == '-') {
			return earlier(now, span, ret);
		}
		*ret = usec_add(now, span);
		return 0;
	}
	if (s[0] == '@') {
		return parse_span(s + 1, n - 1, ret);
	}
	if (str_has_suffix(s, " ago")) {
		return parse_span(s, n - 4, &span) < 0 ? -EINVAL : earlier(now, span, ret);
	}
	if (str_has_suffix(s, " left")) {
		if (parse_span(s, n - 5, &span) < 0) {
			return -EINVAL;
		}
		*ret = usec_add(now, span);
		return 0;
	}
	return -ENOENT;
}

/* "Sun", "Sunday", in any case, behind it a blank. How many bytes. */
static size_t skip_weekday(const char *s, int *ret)
{
	static const char *const days[] = { "sunday",	"monday", "tuesday", "wednesday",
					    "thursday", "friday", "saturday" };

	for (int i = 0; i < (int)ARRAY_SIZE(days); i++) {
		size_t lengths[] = { strlen(days[i]), 3 };

		for (size_t k = 0; k < ARRAY_SIZE(lengths); k++) {
			size_t n = lengths[k];

			if (strncasecmp(s, days[i], n) == 0 && s[n] == ' ') {
				*ret = i;
				return n + strspn(s + n, " ");
			}
		}
	}
	return 0;
}

/* "+02:00", "-0330", "+05". */
static int parse_offset(const char *s, int *ret)
{
	int hours = 0, minutes = 0, used = 0;

	if (s[0] != '+' && s[0] != '-') {
		return -EINVAL;
	}
	if (sscanf(s + 1, "%2d:%2d%n", &hours, &minutes, &used) != 2 || s[1 + used]) {
		minutes = 0;
		used = 0;
		if (sscanf(s + 1, "%2d%2d%n", &hours, &minutes, &used) != 2 || s[1 + used]) {
			minutes = 0;
			used = 0;
			if (sscanf(s + 1, "%2d%n", &hours, &used) != 1 || s[1 + used]) {
				return -EINVAL;
			}
		}
	}
	if (hours < 0 || hours > 24 || minutes < 0 || minutes > 59) {
		return -EINVAL;
	}
	*ret = (s[0] == '-' ? -60 : 60) * (hours * 60 + minutes);
	return 0;
}

static bool zone_exists(const char *name)
{
	char path[TEXT_MAX + 32];

	if (name[0] == '\0' || name[0] == '/' || strstr(name, "..")) {
		return false;
	}
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
	return isupper((unsigned char)name[0]) && access(path, R_OK) == 0;
}

/* Takes the zone off the end of the text. */
static void take_zone(char *s, struct moment *m)
{
	size_t n = strlen(s);
	char *last = strrchr(s, ' ');
	char *sign = strpbrk(s, ":") ? strpbrk(strpbrk(s, ":"), "+-") : NULL;

	m->offset = NO_OFFSET;
	if (n > 1 && s[n - 1] == 'Z' && isdigit((unsigned char)s[n - 2])) {
		s[n - 1] = '\0';
		m->offset = 0;
		return;
	}
	if (sign && parse_offset(sign, &m->offset) == 0) {
		*sign = '\0';
		if (sign > s && sign[-1] == ' ') {
			sign[-1] = '\0';
		}
		return;
	}
	if (!last) {
		return;
	}
	if (streq(last + 1, "UTC") || streq(last + 1, "Z")) {
		m->offset = 0;
	} else if (parse_offset(last + 1, &m->offset) < 0) {
		tzset();
		if (!streq(last + 1, tzname[0]) && !streq(last + 1, tzname[1])) {
			if (!zone_exists(last + 1)) {
				return;
			}
			m->zone = last + 1;
		}
	}
	*last = '\0';
}

/* The C library knows zones only by a variable of the environment. */
static time_t to_seconds(struct moment *m, struct tm *tm)
{
	char old[TEXT_MAX];
	const char *before = getenv("TZ");
	time_t t;

	if (m->offset != NO_OFFSET) {
		return timegm(tm) - m->offset;
	}
	if (!m->zone) {
		tm->tm_isdst = -1;
		return mktime(tm);
	}
	snprintf(old, sizeof(old), "%s", before ? before : "");
	setenv("TZ", m->zone, 1);
	tzset();
	tm->tm_isdst = -1;
	t = mktime(tm);
	if (before) {
		setenv("TZ", old, 1);
	} else {
		unsetenv("TZ");
	}
	tzset();
	return t;
}

/* The day of now there, at midnight. */
static void set_today(struct moment *m, usec_t now)
{
	time_t t = (time_t)(now / USEC_PER_SEC);

	if (m->offset != NO_OFFSET) {
		t += m->offset;
		gmtime_r(&t, &m->tm);
	} else {
		localtime_r(&t, &m->tm);
	}
	m->tm.tm_hour = m->tm.tm_min = m->tm.tm_sec = 0;
}

/* The time of day, if the text is one to its end. */
static bool parse_clock(const char *s, struct moment *m)
{
	int h, min, sec = 0, used = 0;

	if (!isdigit((unsigned char)s[0]) || sscanf(s, "%2d:%2d%n", &h, &min, &used) != 2) {
		return false;
	}
	if (s[used] == ':') {
		int more = 0;

		if (!isdigit((unsigned char)s[used + 1]) ||
		    sscanf(s + used + 1, "%2d%n", &sec, &more) != 1) {
			return false;
		}
		used += 1 + more;
		if (s[used] == '.' && isdigit((unsigned char)s[used + 1])) {
			usec_t unit = USEC_PER_SEC;

			for (used++; isdigit((unsigned char)s[used]); used++) {
				unit /= 10;
				m->fraction += (usec_t)(s[used] - '0') * unit;
			}
		}
	}
	if (s[used] || h > 23 || min > 59 || sec > 60) {
		return false;
	}
	m->tm.tm_hour = h;
	m->tm.tm_min = min;
	m->tm.tm_sec = sec;
	return true;
}

static bool parse_date(const char **s, struct moment *m)
{
	int year, month, day, used = 0;
	size_t digits = strspn(*s, "0123456789");

	if ((digits != 2 && digits != 4) ||
	    sscanf(*s, "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || used == 0) {
		return false;
	}
	if (digits == 2) {
		year += year >= 69 ? 1900 : 2000;
	}
	if (month < 1 || month > 12 || day < 1 || day > 31) {
		return false;
	}
	m->tm = (struct tm){ .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day };
	m->has_date = true;
	*s += used;
	return true;
}

static const struct {
	const char *word;
	int days;
} day_words[] = { { "today", 0 }, { "yesterday", -1 }, { "tomorrow", 1 } };

/* The text without weekday and zone. */
static int parse_parts(const char *s, struct moment *m, usec_t now)
{
	set_today(m, now);
	for (size_t i = 0; i < ARRAY_SIZE(day_words); i++) {
		if (streq(s, day_words[i].word)) {
			m->tm.tm_mday += day_words[i].days;
			return 0;
		}
	}
	if (parse_date(&s, m)) {
		if (*s == '\0') {
			return 0;
		}
		if (*s != ' ' && *s != 'T') {
			return -EINVAL;
		}
		s++;
	}
	return parse_clock(s, m) ? 0 : -EINVAL;
}

int timestamp_parse(const char *s, usec_t now, usec_t *ret)
{
	struct moment m = { .weekday = -1 };
	char text[TEXT_MAX];
	struct tm tm;
	time_t seconds;
	int r = parse_relative(s, now, ret);

	if (r != -ENOENT) {
		return r;
	}
	if (streq(s, "now")) {
		*ret = now;
		return 0;
	}
	s += skip_weekday(s, &m.weekday);
	if (strlen(s) >= sizeof(text)) {
		return -EINVAL;
	}
	strcpy(text, s);
	take_zone(text, &m);
	if (parse_parts(text, &m, now) < 0) {
		return -EINVAL;
	}
	tm = m.tm;
	seconds = to_seconds(&m, &tm);
	/* 31 February became March: there is no such day. */
	if (seconds < 0 || (m.has_date && m.tm.tm_mday != tm.tm_mday && m.offset == NO_OFFSET) || (m.weekday >= 0 && m.weekday != tm.tm_wday)) {
		return -EINVAL;
	}
	*ret = (usec_t)seconds * USEC_PER_SEC + m.fraction;
	return 0;
}
