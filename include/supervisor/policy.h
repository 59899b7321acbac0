/* SPDX-License-Identifier: MIT */
#pragma once

/* Decisions of a service that need no process: systemd.service(5), Restart= and siblings; systemd.unit(5), StartLimitBurst=. Pure. */

#include "supervisor/service.h"

/* What an end means. code is CLD_*; is_daemon: SIGHUP, SIGINT, SIGTERM and SIGPIPE are clean. */
enum service_result policy_result(int code, int status, bool is_daemon, const struct exit_status_set *success);
/* Restart=, RestartPreventExitStatus=, RestartForceExitStatus=. code 0: the main process has not ended. */
bool policy_restarts(const struct service_settings *v, enum service_result result, int code, int status);
/* The delay before restart number n (from 1): RestartSec=, RestartSteps=, RestartMaxDelaySec=. */
usec_t policy_restart_delay(const struct service_settings *v, unsigned n);
/*
 * Start limit: times says when the running interval began and how many starts it has seen ("MONOTONIC_USEC N"; room for n bytes); this start is
 * counted. False if it is one too many.
 */
bool policy_start_allowed(const struct unit *u, char *times, size_t n, usec_t now);
