/* SPDX-License-Identifier: MIT */
#pragma once

/* Time in microseconds. */

#include <time.h>

#include "base/macro.h"

typedef uint64_t usec_t;
#define USEC_INFINITY ((usec_t)-1)
#define USEC_PER_MSEC ((usec_t)1000)
#define USEC_PER_SEC ((usec_t)1000000)
#define USEC_PER_MINUTE (60 * USEC_PER_SEC)
#define USEC_PER_HOUR (60 * USEC_PER_MINUTE)
#define USEC_PER_DAY (24 * USEC_PER_HOUR)
#define USEC_PER_WEEK (7 * USEC_PER_DAY)
#define USEC_PER_MONTH ((usec_t)2629800 * USEC_PER_SEC)
#define USEC_PER_YEAR ((usec_t)31557600 * USEC_PER_SEC)

usec_t clock_realtime(void);	/* since the epoch */
usec_t clock_monotonic(void);	/* since boot, without sleep */
/* An unpredictable span below limit; 0 where that is 0 or infinite. */
usec_t clock_random_span(usec_t limit);
#define CLOCK_ID_SIZE 33
/* 32 hexadecimal digits that no other has, as sd_id128_randomize(3) makes them. */
void clock_random_id(char ret[static CLOCK_ID_SIZE]);
/* a + b, USEC_INFINITY if either is or the sum overflows. */
usec_t usec_add(usec_t a, usec_t b);
static inline struct timespec usec_to_timespec(usec_t t)
{
	return (struct timespec){ (time_t)(t / USEC_PER_SEC), (long)(t % USEC_PER_SEC * 1000) };
}

/* Text: a moment as `show` and `status` print it ("Sun 2026-11-22 04:16:00 UTC"); "" for 0 and infinity. */
char *clock_format_timestamp(char *buf, size_t n, usec_t realtime);
/* "5s ago", "1h 2min left": systemd's relative form. */
char *clock_format_relative(char *buf, size_t n, usec_t then, usec_t now);
/* "1min 30s", "infinity", "0": systemd's time span form; parts below accuracy are left out. */
char *clock_format_span(char *buf, size_t n, usec_t span, usec_t accuracy);
