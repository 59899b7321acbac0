/* SPDX-License-Identifier: MIT */
#include "unit/calendar.h"

#include <errno.h>
#include <time.h>

#include "unit/value.h"

static const char *const weekday_names[] = { "Monday", "Tuesday",  "Wednesday", "Thursday",
					     "Friday", "Saturday", "Sunday" };

static const struct {
	const char *name, *meaning;
} shortcuts[] = {
	{ "minutely", "*-*-* *:*:00" },
	{ "hourly", "*-*-* *:00:00" },
	{ "daily", "*-*-* 00:00:00" },
	{ "weekly", "Mon *-*-* 00:00:00" },
	{ "monthly", "*-*-01 00:00:00" },
	{ "quarterly", "*-01,04,07,10-01 00:00:00" },
	{ "semiannually", "*-01,07-01 00:00:00" },
	{ "semi-annually", "*-01,07-01 00:00:00" },
	{ "biannually", "*-01,07-01 00:00:00" },
	{ "bi-annually", "*-01,07-01 00:00:00" },
	{ "annually", "*-01-01 00:00:00" },
	{ "yearly", "*-01-01 00:00:00" },
	{ "anually", "*-01-01 00:00:00" },
};

/* What a field may hold. */
static const struct {
	int min, max;
} limits[CALENDAR_FIELD_MAX] = {
	[CALENDAR_YEAR] = { 1970, 2199 }, [CALENDAR_MONTH] = { 1, 12 },
	[CALENDAR_DAY] = { 1, 31 },	  [CALENDAR_HOUR] = { 0, 23 },
	[CALENDAR_MINUTE] = { 0, 59 },	  [CALENDAR_USEC] = { 0, 59999999 },
};

/* ---- one field ---- */

/* A number; for seconds with a fraction, in microseconds. */
static int parse_number(const char **s, enum calendar_field_id id, int *ret)
{
	const char *p = *s;
	int64_t n = 0;
	if (*p < '0' || *p > '9') {
		return -EINVAL;
	}
	for (; *p >= '0' && *p <= '9'; p++) {
		n = n * 10 + (*p - '0');
		if (n > 100000) {
			return -ERANGE;
		}
	}
	if (id == CALENDAR_USEC) {
		n *= (int64_t)USEC_PER_SEC;
		if (*p == '.' && p[1] >= '0' && p[1] <= '9') {
			int64_t scale = (int64_t)USEC_PER_SEC / 10;
			for (p++; scale > 0 && *p >= '0' && *p <= '9'; p++, scale /= 10) {
				n += (*p - '0') * scale;
			}
			/* The digit behind the last one that counts rounds it. */
			n += *p >= '5' && *p <= '9';
			p += strspn(p, "0123456789");
		}
		if (n > 1000 * (int64_t)USEC_PER_SEC) {
			return -ERANGE;
		}
	}
	*s = p;
	*ret = (int)n;
	return 0;
}

static int expand_year(enum calendar_field_id id, int n)
{
	if (id != CALENDAR_YEAR || n >= 100) {
		return n;
	}
	return n < 70 ? n + 2000 : n + 1900;
}

static int parse_range(const char **s, enum calendar_field_id id, struct calendar_range *ret)
{
	struct calendar_range r = { .to = -1 };
	int e = parse_number(s, id, &r.from);
	if (e < 0) {
		return e;
	}
	r.from = expand_year(id, r.from);
	if (str_has_prefix(*s, "..")) {
		*s += 2;
		e = parse_number(s, id, &r.to);
		if (e < 0) {
			return e;
		}
		r.to = expand_year(id, r.to);
		r.step = id == CALENDAR_USEC ? (int)USEC_PER_SEC : 1;
	}
	if (**s == '/') {
		(*s)++;
		e = parse_number(s, id, &r.step);
		if (e < 0) {
			return e;
		}
		if (r.step == 0) {
			return -ERANGE;
		}
	} else if (id == CALENDAR_USEC && r.to >= 0 && r.from + r.step > r.to) {
		/* Nothing in it is a whole second from its beginning. */
		return -EINVAL;
	}
	*ret = r;
	return 0;
}

static int parse_field(const char *s, enum calendar_field_id id, struct arena *a,
		       struct calendar *c)
{
	struct calendar_field *f = &c->fields[id];
	if (streq(s, "*")) {
		return 0;
	}
	for (;;) {
		struct calendar_range r;
		int e = parse_range(&s, id, &r);
		if (e < 0) {
			return e;
		}
		*(struct calendar_range *)ARENA_PUSH(a, f->v, f->n, f->cap) = r;
		if (*s == '\0') {
			return 0;
		}
		if (*s++ != ',') {
			return -EINVAL;
		}
	}
}

static int compare_ranges(const void *x, const void *y)
{
	const struct calendar_range *a = x, *b = y;
	int r = (a->from > b->from) - (a->from < b->from);
	r = r ? r : (a->to > b->to) - (a->to < b->to);
	return r ? r : (a->step > b->step) - (a->step < b->step);
}

/* A range ends with the last value that it reaches, and is a lone value if that is all; sorted, each once. */
static void normalize_field(struct calendar_field *f)
{
	size_t kept = 0;
	for (size_t i = 0; i < f->n; i++) {
		struct calendar_range *r = &f->v[i];
		if (r->to > r->from && r->step > 0) {
			r->to -= (r->to - r->from) % r->step;
		}
		if (r->to == r->from) {
			r->to = -1;
			r->step = 0;
		}
	}
	if (f->n > 1) {
		qsort(f->v, f->n, sizeof(*f->v), compare_ranges);
	}
	for (size_t i = 0; i < f->n; i++) {
		if (kept == 0 || compare_ranges(&f->v[kept - 1], &f->v[i]) != 0) {
			f->v[kept++] = f->v[i];
		}
	}
	f->n = kept;
}

/* Whether each range has more than its first value, all within the limits. */
static bool field_is_valid(const struct calendar *c, enum calendar_field_id id)
{
	const struct calendar_field *f = &c->fields[id];
	bool backwards = id == CALENDAR_DAY && c->end_of_month;
	/* Days that are in no shorter month do not count from its end. */
	int min = limits[id].min, max = limits[id].max - (backwards ? 3 : 0);
	for (size_t i = 0; i < f->n; i++) {
		struct calendar_range r = f->v[i];
		if (r.from < min || r.from > max || r.step > max - min || r.to > max) {
			return false;
		}
		bool reaches = r.to >= 0   ? r.from + r.step <= r.to
			       : backwards ? r.from - r.step >= min
					   : r.from + r.step <= max;
		if (!reaches) {
			return false;
		}
	}
	return true;
}

/* ---- the parts of an event ---- */

/* Splits text at any of seps into at most max pieces; -EINVAL if there are more. */
static int split(char *text, const char *seps, char **pieces, size_t max)
{
	size_t n = 0;
	for (char *p = text;; p++) {
		if (n == max) {
			return -EINVAL;
		}
		pieces[n++] = p;
		p += strcspn(p, seps);
		if (!*p) {
			return (int)n;
		}
		*p = '\0';
	}
}

static int parse_date(char *s, struct arena *a, struct calendar *c)
{
	char *pieces[3];
	char *tilde = strchr(s, '~');
	if (tilde) {
		c->end_of_month = true;
		if (strpbrk(tilde + 1, "-~")) {
			return -EINVAL;
		}
	}
	int n = split(s, "-~", pieces, 3);
	if (n < 2) {
		return -EINVAL;
	}
	for (int i = 0; i < n; i++) {
		int e = parse_field(pieces[i], (enum calendar_field_id)(CALENDAR_DAY - (n - 1) + i),
				    a, c);
		if (e < 0) {
			return e;
		}
	}
	return 0;
}

static int parse_time(char *s, struct arena *a, struct calendar *c)
{
	char *pieces[3];
	int n = split(s, ":", pieces, 3);
	if (n < 2) {
		return -EINVAL;
	}
	for (int i = 0; i < n; i++) {
		int e = parse_field(pieces[i], (enum calendar_field_id)(CALENDAR_HOUR + i), a, c);
		if (e < 0) {
			return e;
		}
	}
	return n == 2 ? parse_field("0", CALENDAR_USEC, a, c) : 0;
}

/* "Mon" or "Monday" at *s; its number, or -EINVAL. */
static int parse_weekday(const char **s)
{
	for (int i = 0; i < 7; i++) {
		size_t n = strlen(weekday_names[i]);
		if (strncasecmp(*s, weekday_names[i], n) != 0) {
			n = 3;
		}
		if (strncasecmp(*s, weekday_names[i], n) == 0) {
			*s += n;
			return i;
		}
	}
	return -EINVAL;
}

static int parse_weekdays(const char *s, struct calendar *c)
{
	while (*s) {
		int from = parse_weekday(&s), to = from;
		size_t dots = str_has_prefix(s, "..") ? 2 : *s == '-';
		if (from >= 0 && dots) {
			s += dots;
			to = parse_weekday(&s);
		}
		if (from < 0 || to < from) {
			return -EINVAL;
		}
		for (int i = from; i <= to; i++) {
			c->weekdays |= 1u << i;
		}
		if (*s && *s++ != ',') {
			return -EINVAL;
		}
	}
	c->weekdays = c->weekdays == 0x7f ? 0 : c->weekdays;
	return 0;
}

/* A time zone at the end: UTC, or a name for which the database has a file. */
static bool is_zone(const char *s, struct arena *a)
{
	if (strcasecmp(s, "UTC") == 0) {
		return true;
	}
	if (!((*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z')) || strstr(s, "..")) {
		return false;
	}
	return access(arena_printf(a, "/usr/share/zoneinfo/%s", s), F_OK) == 0;
}

static int parse_epoch(const char *s, struct arena *a, struct calendar *c)
{
	uint64_t seconds;
	struct tm tm;
	int e = str_to_u64(s, &seconds);
	time_t t = (time_t)seconds;
	if (e < 0 || !gmtime_r(&t, &tm)) {
		return -EINVAL;
	}
	char *text = arena_printf(a, "%04d-%02d-%02d %02d:%02d:%02d UTC", tm.tm_year + 1900,
				  tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return calendar_parse(text, a, c);
}

static int parse_parts(struct strv *parts, struct arena *a, struct calendar *c)
{
	size_t i = 0;
	bool weekday =
		parts->n && ((parts->v[0][0] | 0x20) >= 'a' && (parts->v[0][0] | 0x20) <= 'z');
	if (weekday && parse_weekdays(parts->v[i++], c) < 0) {
		return -EINVAL;
	}
	bool date = false, time = false;
	for (; i < parts->n; i++) {
		char *part = arena_strdup(a, parts->v[i]);
		bool is_time = strchr(part, ':');
		if (time || (date && !is_time)) {
			return -EINVAL;
		}
		int e = is_time ? parse_time(part, a, c) : parse_date(part, a, c);
		if (e < 0) {
			return e;
		}
		date |= !is_time;
		time |= is_time;
	}
	if (!date && !time && !weekday) {
		return -EINVAL;
	}
	for (int f = CALENDAR_HOUR; !time && f <= CALENDAR_USEC; f++) {
		parse_field("0", f, a, c);
	}
	return 0;
}

int calendar_parse(const char *s, struct arena *a, struct calendar *ret)
{
	if (*s == '@') {
		return parse_epoch(s + 1, a, ret);
	}
	struct calendar c = { 0 };
	struct strv parts = { 0 };
	strv_split(&parts, a, s, " \t");
	if (parts.n > 1 && is_zone(parts.v[parts.n - 1], a)) {
		const char *zone = parts.v[--parts.n];
		c.zone = strcasecmp(zone, "UTC") == 0 ? "UTC" : zone;
	}
	for (size_t i = 0; parts.n == 1 && i < ARRAY_SIZE(shortcuts); i++) {
		if (strcasecmp(parts.v[0], shortcuts[i].name) == 0) {
			parts.n = 0;
			strv_split(&parts, a, shortcuts[i].meaning, " ");
		}
	}
	int e = parse_parts(&parts, a, &c);
	if (e < 0) {
		return e;
	}
	for (int id = 0; id < CALENDAR_FIELD_MAX; id++) {
		normalize_field(&c.fields[id]);
		if (!field_is_valid(&c, id)) {
			return -EINVAL;
		}
	}
	*ret = c;
	return 0;
}

/* ---- the normalized form ---- */

static void format_number(enum calendar_field_id id, int n, struct strbuf *out)
{
	if (id != CALENDAR_USEC) {
		strbuf_addf(out, id == CALENDAR_YEAR ? "%04d" : "%02d", n);
		return;
	}
	strbuf_addf(out, "%02d", n / (int)USEC_PER_SEC);
	if (n % (int)USEC_PER_SEC) {
		strbuf_addf(out, ".%06d", n % (int)USEC_PER_SEC);
	}
}

static void format_step(enum calendar_field_id id, int n, struct strbuf *out)
{
	if (id != CALENDAR_USEC) {
		strbuf_addf(out, "/%d", n);
		return;
	}
	strbuf_addf(out, "/%d", n / (int)USEC_PER_SEC);
	if (n % (int)USEC_PER_SEC) {
		strbuf_addf(out, ".%06d", n % (int)USEC_PER_SEC);
	}
}

static void format_field(const struct calendar *c, enum calendar_field_id id, struct strbuf *out)
{
	const struct calendar_field *f = &c->fields[id];
	int unit = id == CALENDAR_USEC ? (int)USEC_PER_SEC : 1;
	if (f->n == 0) {
		strbuf_add_char(out, '*');
	}
	for (size_t i = 0; i < f->n; i++) {
		const struct calendar_range *r = &f->v[i];
		strbuf_add(out, i ? "," : "");
		format_number(id, r->from, out);
		if (r->to >= 0) {
			strbuf_add(out, "..");
			format_number(id, r->to, out);
		}
		if (r->step && !(r->to >= 0 && r->step == unit)) {
			format_step(id, r->step, out);
		}
	}
}

static void format_weekdays(unsigned days, struct strbuf *out)
{
	bool any = false;
	for (int i = 0; i < 7; i++) {
		if (!(days >> i & 1)) {
			continue;
		}
		int last = i;
		while (last < 6 && days >> (last + 1) & 1) {
			last++;
		}
		strbuf_addf(out, "%s%.3s", any ? "," : "", weekday_names[i]);
		if (last > i) {
			strbuf_addf(out, "%s%.3s", last > i + 1 ? ".." : ",", weekday_names[last]);
		}
		any = true;
		i = last;
	}
	strbuf_add(out, any ? " " : "");
}

char *calendar_format(const struct calendar *c, struct arena *a)
{
	static const char separators[CALENDAR_FIELD_MAX] = { '-', '-', ' ', ':', ':', 0 };
	CLEANUP_STRBUF struct strbuf out = { 0 };
	format_weekdays(c->weekdays, &out);
	for (int i = 0; i < CALENDAR_FIELD_MAX; i++) {
		format_field(c, i, &out);
		bool tilde = i == CALENDAR_MONTH && c->end_of_month && c->fields[CALENDAR_DAY].n > 0;
		if (separators[i]) {
			strbuf_add_char(&out, tilde ? '~' : separators[i]);
		}
	}
	if (c->zone) {
		strbuf_addf(&out, " %s", c->zone);
	}
	return arena_strdup(a, strbuf_text(&out));
}
