/* SPDX-License-Identifier: MIT */

/* [Scope]. */

#include "directive_internal.h"

#define MAN "systemd.scope(5)"

/* Sorted by name in byte order. */
static const struct directive scope_rows[] = {
	VAIN("OOMPolicy", choice, scope.oom_policy, CHOICE_OOM_POLICY, NULL, choice,
	     "needs the memory events of a cgroup"),
	WORKS("RuntimeMaxSec", span, scope.runtime_max, 0, "RuntimeMaxUSec", span),
	WORKS("RuntimeRandomizedExtraSec", span, scope.runtime_randomized_extra, 0,
	      "RuntimeRandomizedExtraUSec", span),
	WORKS("TimeoutStopSec", span, scope.timeout_stop, DIRECTIVE_SPAN_ZERO_IS_INFINITE,
	      "TimeoutStopUSec", span),
};

GROUP(scope, "Scope", scope_rows);
