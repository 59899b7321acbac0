/* SPDX-License-Identifier: MIT */

/* [Swap]. */

#include "directive_internal.h"

#define MAN "systemd.swap(5)"

#define NOTE_TYPE "swap space belongs to the host: swap units cannot be started"

/* Sorted by name in byte order. */
static const struct directive swap_rows[] = {
	VAIN("Options", string, swap.options, 0, NULL, string, NOTE_TYPE),
	VAIN("Priority", swap_priority, swap.priority, 0, NULL, int, NOTE_TYPE),
	VAIN("TimeoutSec", span, swap.timeout, DIRECTIVE_SPAN_ZERO_IS_INFINITE, "TimeoutUSec",
	      span, NOTE_TYPE),
	VAIN("What", path, swap.what, 0, NULL, string, NOTE_TYPE),
};

GROUP(swap, "Swap", swap_rows);
