/* SPDX-License-Identifier: MIT */
#pragma once

#include "log/writer.h"

struct log_entry {
	usec_t realtime;
	int priority;
	const char *identifier;
	pid_t pid;
	const char *text;
};

/* The last max entries of a unit's files (old file included) that are not older than since (0 = all), oldest first; in the arena. */
int log_read_tail(const struct place *p, const char *unit, size_t max, usec_t since, struct arena *a,
		  struct log_entry **ret, size_t *ret_n);
