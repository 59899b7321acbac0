/* SPDX-License-Identifier: MIT */

/* Resource limits: systemd.exec(5), LimitCPU= and the table below it. */

#include <errno.h>

#include "unit/value.h"

#define NICE_RANGE 20

enum limit_kind {
	LIMIT_NUMBER,
	LIMIT_BYTES,
	LIMIT_SECONDS,
	LIMIT_MICROSECONDS,
	LIMIT_NICE,
};

static const enum limit_kind limit_kinds[] = {
	[RLIMIT_CPU] = LIMIT_SECONDS,    [RLIMIT_FSIZE] = LIMIT_BYTES,
	[RLIMIT_DATA] = LIMIT_BYTES,     [RLIMIT_STACK] = LIMIT_BYTES,
	[RLIMIT_CORE] = LIMIT_BYTES,     [RLIMIT_RSS] = LIMIT_BYTES,
	[RLIMIT_NPROC] = LIMIT_NUMBER,   [RLIMIT_NOFILE] = LIMIT_NUMBER,
	[RLIMIT_MEMLOCK] = LIMIT_BYTES,  [RLIMIT_AS] = LIMIT_BYTES,
	[RLIMIT_LOCKS] = LIMIT_NUMBER,   [RLIMIT_SIGPENDING] = LIMIT_NUMBER,
	[RLIMIT_MSGQUEUE] = LIMIT_BYTES, [RLIMIT_NICE] = LIMIT_NICE,
	[RLIMIT_RTPRIO] = LIMIT_NUMBER,  [RLIMIT_RTTIME] = LIMIT_MICROSECONDS,
};

static int parse_time_limit(const char *s, usec_t unit, rlim_t *ret)
{
	usec_t span;
	int r = value_parse_span(s, unit, &span);

	if (r < 0) {
		return r;
	}
	*ret = span == USEC_INFINITY ? RLIM_INFINITY : span / unit + (span % unit != 0);
	return 0;
}

/* "+5" and "-5" are nice levels, a plain number is the kernel's own form: 20 minus the level. */
static int parse_nice_limit(const char *s, rlim_t *ret)
{
	uint64_t level;
	int r = value_parse_u64(*s == '+' || *s == '-' ? s + 1 : s, &level);

	if (r < 0) {
		return r;
	}
	if (*s == '+') {
		if (level >= NICE_RANGE) {
			return -ERANGE;
		}
		*ret = NICE_RANGE - level;
		return 0;
	}
	if (level > (*s == '-' ? NICE_RANGE : 2 * NICE_RANGE)) {
		return -ERANGE;
	}
	*ret = *s == '-' ? NICE_RANGE + level : level;
	return 0;
}

static int parse_one_limit(enum limit_kind kind, const char *s, rlim_t *ret)
{
	uint64_t number;
	int r;

	if (streq(s, "infinity") && kind != LIMIT_NICE) {
		*ret = RLIM_INFINITY;
		return 0;
	}
	switch (kind) {
	case LIMIT_SECONDS:
		return parse_time_limit(s, USEC_PER_SEC, ret);
	case LIMIT_MICROSECONDS:
		return parse_time_limit(s, 1, ret);
	case LIMIT_NICE:
		return parse_nice_limit(s, ret);
	case LIMIT_BYTES:
		r = value_parse_size(s, &number);
		break;
	default:
		r = value_parse_u64(s, &number);
		break;
	}
	if (r < 0) {
		return r;
	}
	/* the largest number would mean "no limit", which has a word of its own */
	if (number >= RLIM_INFINITY) {
		return -ERANGE;
	}
	*ret = number;
	return 0;
}

int value_parse_limit(int resource, const char *s, struct rlimit *ret)
{
	CLEANUP_ARENA struct arena scratch = {0};
	const char *colon = strchr(s, ':');
	enum limit_kind kind;
	struct rlimit limit;
	size_t n_hard;
	int r;

	if (resource < 0 || (size_t)resource >= ARRAY_SIZE(limit_kinds)) {
		return -EINVAL;
	}
	kind = limit_kinds[resource];
	if (!colon) {
		r = parse_one_limit(kind, s, &limit.rlim_cur);
		limit.rlim_max = limit.rlim_cur;
	} else {
		r = parse_one_limit(kind, arena_strndup(&scratch, s, (size_t)(colon - s)),
					&limit.rlim_cur);
		/* a colon may end the second one, too */
		n_hard = strlen(colon + 1);
		if (n_hard > 1 && colon[n_hard] == ':') {
			n_hard--;
		}
		r = r < 0 ? r
			  : parse_one_limit(kind, arena_strndup(&scratch, colon + 1, n_hard),
						&limit.rlim_max);
	}
	if (r < 0) {
		return r;
	}
	if (limit.rlim_cur > limit.rlim_max) {
		return -EILSEQ;
	}
	*ret = limit;
	return 0;
}
