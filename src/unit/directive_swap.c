/* SPDX-License-Identifier: MIT */

/* [Swap]. */

#include "directive_internal.h"

#define MAN "systemd.swap(5)"

/* Sorted by name in byte order. */
static const struct directive swap_rows[] = {
	WORKS("Options", string, swap.options, 0, NULL, string),
	WORKS("Priority", swap_priority, swap.priority, 0, NULL, int),
	WORKS("TimeoutSec", span, swap.timeout, DIRECTIVE_SPAN_ZERO_IS_INFINITE, "TimeoutUSec",
	      span),
	WORKS("What", path, swap.what, 0, NULL, string),
};

GROUP(swap, "Swap", swap_rows);
