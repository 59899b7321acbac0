/* SPDX-License-Identifier: MIT */
#pragma once

/* The rows of the state machine of services: supervisor/service.h has them as text. */

#include "supervisor/life.h"

/* result is what the event says of the process that ended, RESULT_TIMEOUT when time is up, else success. */
typedef void service_handler(struct supervisor *s, enum service_result result);

struct service_row {
	const char *sub;		/* SubState */
	enum active_state active;
	service_handler *on_main;	/* the main process ended */
	service_handler *on_control;	/* the last control command of a list ended, or one of them badly */
	service_handler *on_empty;	/* no process is left */
	service_handler *on_time;	/* time is up */
	service_handler *on_stop;	/* a stop is asked for */
};
extern const struct service_row service_rows[STATE_MAX];

/* ---- service_handlers.c ---- */
service_handler service_on_condition_done, service_on_start_pre_done, service_on_start_done, service_on_start_post_done;
service_handler service_on_start_main_ended, service_on_busy_main_ended;
service_handler service_on_start_empty, service_on_start_post_empty;
service_handler service_on_reload_done, service_on_stop_done, service_on_kill_ended, service_on_stop_post_done, service_on_final_ended;
service_handler service_on_stop_kill, service_on_stop_restart;

/* ---- service_time.c ---- */
service_handler service_on_start_time, service_on_running_time, service_on_reload_time, service_on_stop_time, service_on_kill_time;
service_handler service_on_sigkill_time, service_on_stop_post_time, service_on_final_time, service_on_final_sigkill_time;
service_handler service_on_restart_time;
