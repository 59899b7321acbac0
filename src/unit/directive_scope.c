/* SPDX-License-Identifier: MIT */

/* [Scope]. */

#include "directive_internal.h"

#define MAN "systemd.scope(5)"

#define NOTE_SCOPE "a scope is a command of systemd-run, which nobody else watches"

/* Sorted by name in byte order. */
static const struct directive scope_rows[] = {
	VAIN("OOMPolicy", choice, scope.oom_policy, CHOICE_OOM_POLICY, NULL, choice,
	     "needs the memory events of a cgroup"),
	VAIN("RuntimeMaxSec", span, scope.runtime_max, 0, "RuntimeMaxUSec", span, NOTE_SCOPE),
	VAIN("RuntimeRandomizedExtraSec", span, scope.runtime_randomized_extra, 0,
	      "RuntimeRandomizedExtraUSec", span, NOTE_SCOPE),
	VAIN("TimeoutStopSec", span, scope.timeout_stop, DIRECTIVE_SPAN_ZERO_IS_INFINITE,
	      "TimeoutStopUSec", span, NOTE_SCOPE),
};

GROUP(scope, "Scope", scope_rows);
