/* SPDX-License-Identifier: MIT */
#pragma once

/* ActiveState and job words: the vocabulary that graph, state, supervisor, job and cmd share. */

#include "base/macro.h"

enum active_state {
	ACTIVE_INACTIVE,
	ACTIVE_ACTIVE,
	ACTIVE_RELOADING,
	ACTIVE_FAILED,
	ACTIVE_ACTIVATING,
	ACTIVE_DEACTIVATING,
	ACTIVE_MAINTENANCE,
	ACTIVE_STATE_MAX,
};
const char *active_state_name(enum active_state s);
int active_state_parse(const char *s);
static inline bool active_state_is_up(enum active_state s)
{
	return s == ACTIVE_ACTIVE || s == ACTIVE_RELOADING;
}
static inline bool active_state_is_down(enum active_state s)
{
	return s == ACTIVE_INACTIVE || s == ACTIVE_FAILED;
}

enum job_type {
	JOB_START,
	JOB_VERIFY_ACTIVE,
	JOB_STOP,
	JOB_RELOAD,
	JOB_RESTART,
	JOB_TRY_RESTART,	/* -> restart or nop when enqueued */
	JOB_TRY_RELOAD,		/* -> reload or nop */
	JOB_RELOAD_OR_START,	/* -> reload or start */
	JOB_NOP,
	JOB_TYPE_MAX,
};
int job_type_parse(const char *s);	/* -EINVAL */
const char *job_type_name(enum job_type t);	/* "start", "verify-active", "reload-or-start" … as list-jobs prints them */

enum job_mode {
	JOB_MODE_REPLACE, JOB_MODE_FAIL, JOB_MODE_REPLACE_IRREVERSIBLY, JOB_MODE_ISOLATE, JOB_MODE_FLUSH,
	JOB_MODE_IGNORE_DEPENDENCIES, JOB_MODE_IGNORE_REQUIREMENTS, JOB_MODE_TRIGGERING, JOB_MODE_RESTART_DEPENDENCIES,
	JOB_MODE_MAX,
};
const char *job_mode_name(enum job_mode m);
int job_mode_parse(const char *s);	/* --job-mode= */

enum job_result {
	JOB_DONE, JOB_CANCELED, JOB_TIMEOUT, JOB_FAILED, JOB_DEPENDENCY, JOB_SKIPPED, JOB_INVALID, JOB_ASSERT,
	JOB_UNSUPPORTED, JOB_COLLECTED, JOB_ONCE, JOB_FROZEN, JOB_RESULT_MAX,
};
const char *job_result_name(enum job_result r);
int job_result_parse(const char *s);
