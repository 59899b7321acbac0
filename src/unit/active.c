/* SPDX-License-Identifier: MIT */
#include "base/names.h"
#include "unit/active.h"

static const char *const active_states[] = {
	[ACTIVE_INACTIVE] = "inactive",
	[ACTIVE_ACTIVE] = "active",
	[ACTIVE_RELOADING] = "reloading",
	[ACTIVE_FAILED] = "failed",
	[ACTIVE_ACTIVATING] = "activating",
	[ACTIVE_DEACTIVATING] = "deactivating",
	[ACTIVE_MAINTENANCE] = "maintenance",
};

static const char *const job_types[] = {
	[JOB_START] = "start",
	[JOB_VERIFY_ACTIVE] = "verify-active",
	[JOB_STOP] = "stop",
	[JOB_RELOAD] = "reload",
	[JOB_RESTART] = "restart",
	[JOB_TRY_RESTART] = "try-restart",
	[JOB_TRY_RELOAD] = "try-reload",
	[JOB_RELOAD_OR_START] = "reload-or-start",
	[JOB_NOP] = "nop",
};

static const char *const job_modes[] = {
	[JOB_MODE_REPLACE] = "replace",
	[JOB_MODE_FAIL] = "fail",
	[JOB_MODE_REPLACE_IRREVERSIBLY] = "replace-irreversibly",
	[JOB_MODE_ISOLATE] = "isolate",
	[JOB_MODE_FLUSH] = "flush",
	[JOB_MODE_IGNORE_DEPENDENCIES] = "ignore-dependencies",
	[JOB_MODE_IGNORE_REQUIREMENTS] = "ignore-requirements",
	[JOB_MODE_TRIGGERING] = "triggering",
	[JOB_MODE_RESTART_DEPENDENCIES] = "restart-dependencies",
};

static const char *const job_results[] = {
	[JOB_DONE] = "done",
	[JOB_CANCELED] = "canceled",
	[JOB_TIMEOUT] = "timeout",
	[JOB_FAILED] = "failed",
	[JOB_DEPENDENCY] = "dependency",
	[JOB_SKIPPED] = "skipped",
	[JOB_INVALID] = "invalid",
	[JOB_ASSERT] = "assert",
	[JOB_UNSUPPORTED] = "unsupported",
	[JOB_COLLECTED] = "collected",
	[JOB_ONCE] = "once",
	[JOB_FROZEN] = "frozen",
};

const char *active_state_name(enum active_state s)
{
	return NAMES_AT(active_states, (int)s);
}

int active_state_parse(const char *s)
{
	return NAMES_FIND(active_states, s);
}

const char *job_type_name(enum job_type t)
{
	return NAMES_AT(job_types, (int)t);
}

int job_type_parse(const char *s)
{
	return NAMES_FIND(job_types, s);
}

const char *job_mode_name(enum job_mode m)
{
	return NAMES_AT(job_modes, (int)m);
}

int job_mode_parse(const char *s)
{
	return NAMES_FIND(job_modes, s);
}

const char *job_result_name(enum job_result r)
{
	return NAMES_AT(job_results, (int)r);
}

int job_result_parse(const char *s)
{
	return NAMES_FIND(job_results, s);
}
