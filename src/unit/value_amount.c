/* SPDX-License-Identifier: MIT */

/* Amounts: time spans and sizes. systemd.time(7), "Parsing Time Spans". */

#include <errno.h>

#include "unit/value.h"

#define BLANKS " \t\n\r"
#define DIGITS "0123456789"

struct span_unit {
	const char *suffix;
	usec_t factor;
};

/* The first suffix that the text begins with wins: longer words stand before their beginnings. */
static const struct span_unit span_units[] = {
	{"seconds", USEC_PER_SEC},
	{"second", USEC_PER_SEC},
	{"sec", USEC_PER_SEC},
	{"s", USEC_PER_SEC},
	{"minutes", USEC_PER_MINUTE},
	{"minute", USEC_PER_MINUTE},
	{"min", USEC_PER_MINUTE},
	{"months", USEC_PER_MONTH},
	{"month", USEC_PER_MONTH},
	{"M", USEC_PER_MONTH},
	{"msec", USEC_PER_MSEC},
	{"ms", USEC_PER_MSEC},
	{"m", USEC_PER_MINUTE},
	{"hours", USEC_PER_HOUR},
	{"hour", USEC_PER_HOUR},
	{"hr", USEC_PER_HOUR},
	{"h", USEC_PER_HOUR},
	{"days", USEC_PER_DAY},
	{"day", USEC_PER_DAY},
	{"d", USEC_PER_DAY},
	{"weeks", USEC_PER_WEEK},
	{"week", USEC_PER_WEEK},
	{"w", USEC_PER_WEEK},
	{"years", USEC_PER_YEAR},
	{"year", USEC_PER_YEAR},
	{"y", USEC_PER_YEAR},
	{"usec", 1},
	{"us", 1},
	{"\xC2\xB5s", 1},
	{"\xCE\xBCs", 1},
};

/* What a time is counted in, and what a number without a unit means. */
struct span_scale {
	usec_t per_usec; /* 1, or 1000 for nanoseconds */
	usec_t default_factor;
};

/* The text behind the unit at s; s itself and the factor untouched where there is none. */
static const char *span_unit(const struct span_scale *scale, const char *s, usec_t *factor)
{
	const char *nanoseconds = str_after_prefix(s, "nsec");

	nanoseconds = nanoseconds ? nanoseconds : str_after_prefix(s, "ns");
	if (scale->per_usec > 1 && nanoseconds) {
		*factor = 1;
		return nanoseconds;
	}
	for (size_t i = 0; i < ARRAY_SIZE(span_units); i++) {
		const char *rest = str_after_prefix(s, span_units[i].suffix);

		if (rest) {
			*factor = span_units[i].factor * scale->per_usec;
			return rest;
		}
	}
	return s;
}

/* The digits behind a decimal point, in parts of factor; what is below one microsecond is lost. */
static usec_t fraction_of(const char *digits, size_t n, usec_t factor)
{
	usec_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		factor /= 10;
		sum += (usec_t)(digits[i] - '0') * factor;
	}
	return sum;
}

/* One "12.5min" at *p, which is moved behind it; adds to *sum. */
static int span_add_part(const struct span_scale *scale, const char **p, usec_t *sum)
{
	usec_t factor = scale->default_factor;
	const char *point = NULL;
	const char *digits_end;
	const char *rest;
	size_t n_fraction = 0;
	long long whole;
	usec_t part;
	char *end;

	errno = 0;
	whole = strtoll(*p, &end, 10);
	if (errno != 0 || whole < 0) {
		return -ERANGE;
	}
	if (*end == '.') {
		point = end + 1;
		n_fraction = strspn(point, DIGITS);
		digits_end = point + n_fraction;
		if (n_fraction == 0) {
			return -EINVAL;
		}
	} else if (end == *p) {
		return -EINVAL;
	} else {
		digits_end = end;
	}
	rest = span_unit(scale, digits_end + strspn(digits_end, BLANKS), &factor);
	if (rest == digits_end && *rest != '\0') {
		return -EINVAL;
	}
	if ((usec_t)whole >= USEC_INFINITY / factor ||
		__builtin_mul_overflow((usec_t)whole, factor, &part) ||
		__builtin_add_overflow(*sum, part, sum) ||
		__builtin_add_overflow(*sum, fraction_of(point, n_fraction, factor), sum) ||
		*sum == USEC_INFINITY) {
		return -ERANGE;
	}
	*p = rest;
	return 0;
}

static int parse_scaled_span(const struct span_scale *scale, const char *s, usec_t *ret)
{
	const char *p = s + strspn(s, BLANKS);
	const char *rest = str_after_prefix(p, "infinity");
	usec_t sum = 0;
	int r;

	if (rest) {
		if (rest[strspn(rest, BLANKS)] != '\0') {
			return -EINVAL;
		}
		*ret = USEC_INFINITY;
		return 0;
	}
	if (*p == '\0') {
		return -EINVAL;
	}
	while (*p != '\0') {
		if (*p == '-') {
			return -ERANGE;
		}
		r = span_add_part(scale, &p, &sum);
		if (r < 0) {
			return r;
		}
		p += strspn(p, BLANKS);
	}
	*ret = sum;
	return 0;
}

int value_parse_span(const char *s, usec_t default_unit, usec_t *ret)
{
	const struct span_scale scale = {.per_usec = 1, .default_factor = default_unit};

	return parse_scaled_span(&scale, s, ret);
}

int value_parse_nsec(const char *s, uint64_t *ret)
{
	static const struct span_scale scale = {.per_usec = 1000, .default_factor = 1};

	return parse_scaled_span(&scale, s, ret);
}

/*
 * Largest first: in "1G500M" a later part must have a smaller unit than the one before. "" counts
 * bytes.
 */
static const char *const size_units[] = {"E", "P", "T", "G", "M", "K", "B", ""};
#define SIZE_LARGEST_POWER 6

static uint64_t size_factor(size_t unit)
{
	return unit >= SIZE_LARGEST_POWER ? 1 : (uint64_t)1 << (10 * (SIZE_LARGEST_POWER - unit));
}

/* The digits behind a point as a fraction; -ERANGE if there are more than a 64-bit number holds. */
static int decimal_fraction(const char *digits, size_t n, double *ret)
{
	CLEANUP_ARENA struct arena scratch = {0};
	double fraction;
	uint64_t number;
	int r;

	if (n == 0) {
		*ret = 0;
		return 0;
	}
	r = str_to_u64(arena_strndup(&scratch, digits, n), &number);
	if (r < 0) {
		return r;
	}
	fraction = (double)number;
	for (size_t i = 0; i < n; i++) {
		fraction /= 10;
	}
	*ret = fraction;
	return 0;
}

/*
 * One "1.5G" at *p; units before *first_unit are refused, *first_unit is moved behind the one
 * found.
 */
static int size_add_part(const char **p, size_t *first_unit, uint64_t *sum)
{
	double fraction = 0;
	uint64_t part;
	uint64_t whole;
	char *end;

	errno = 0;
	whole = strtoull(*p, &end, 10);
	if (errno != 0) {
		return -errno;
	}
	if (end == *p) {
		return -EINVAL;
	}
	if (*end == '.') {
		size_t n = strspn(end + 1, DIGITS);
		int r = decimal_fraction(end + 1, n, &fraction);

		if (r < 0) {
			return r;
		}
		end += 1 + n;
	}
	end += strspn(end, BLANKS);
	for (size_t i = *first_unit; i < ARRAY_SIZE(size_units); i++) {
		const char *rest = str_after_prefix(end, size_units[i]);

		if (!rest) {
			continue;
		}
		if (__builtin_mul_overflow(whole + (fraction > 0), size_factor(i), &part)) {
			return -ERANGE;
		}
		part = whole * size_factor(i) + (uint64_t)(fraction * (double)size_factor(i));
		*first_unit = i + 1;
		*p = rest;
		return __builtin_add_overflow(*sum, part, sum) ? -ERANGE : 0;
	}
	return -EINVAL;
}

int value_parse_size(const char *s, uint64_t *ret)
{
	size_t first_unit = 0;
	uint64_t sum = 0;
	int r;

	do {
		s += strspn(s, BLANKS);
		if (*s == '-') {
			return -ERANGE;
		}
		r = size_add_part(&s, &first_unit, &sum);
		if (r < 0) {
			return r;
		}
	} while (*s != '\0');
	*ret = sum;
	return 0;
}
