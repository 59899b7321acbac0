/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/clock.h"

/*
 * A moment as people write it: systemd.time(7), "Parsing Timestamps". "now", "today", "yesterday", "tomorrow"; "@SECONDS"; spans with a
 * sign or with "ago" or "left"; dates with or without time, weekday, fraction and time zone. ret in microseconds since the epoch. 0 or -EINVAL.
 */
int timestamp_parse(const char *s, usec_t now, usec_t *ret);
