/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "supervisor/policy.h"

#define ROOT_STEPS 60

/* A daemon that was told to end, or whose reader went away, has not failed. */
static bool is_clean_signal(int sig)
{
	return sig == SIGHUP || sig == SIGINT || sig == SIGTERM || sig == SIGPIPE;
}

enum service_result policy_result(int code, int status, bool is_daemon,
				  const struct exit_status_set *success)
{
	if (code == CLD_EXITED) {
		bool clean = status == 0 || exit_status_set_has_status(success, status);

		return clean ? RESULT_SUCCESS : RESULT_EXIT_CODE;
	}
	if (code == CLD_KILLED && ((is_daemon && is_clean_signal(status)) ||
				   exit_status_set_has_signal(success, status))) {
		return RESULT_SUCCESS;
	}
	return code == CLD_DUMPED ? RESULT_CORE_DUMP : RESULT_SIGNAL;
}

static bool set_has(const struct exit_status_set *set, int code, int status)
{
	return code == CLD_EXITED ? exit_status_set_has_status(set, status)
				  : code != 0 && exit_status_set_has_signal(set, status);
}

#define BIT(result) (1u << RESULT_##result)
#define UNCLEAN (~(BIT(SUCCESS) | BIT(SKIP_CONDITION)))

/* Results after which each mode restarts. */
static const unsigned restart_results[RESTART_MAX] = {
	[RESTART_NO] = 0,
	[RESTART_ON_SUCCESS] = BIT(SUCCESS),
	[RESTART_ON_FAILURE] = UNCLEAN,
	[RESTART_ON_ABNORMAL] = UNCLEAN & ~BIT(EXIT_CODE),
	[RESTART_ON_WATCHDOG] = BIT(WATCHDOG),
	[RESTART_ON_ABORT] = BIT(SIGNAL) | BIT(CORE_DUMP),
	[RESTART_ALWAYS] = ~BIT(SKIP_CONDITION),
};

bool policy_restarts(const struct service_settings *v, enum service_result result, int code,
		     int status)
{
	if (set_has(&v->restart_prevent_status, code, status)) {
		return false;
	}
	if (set_has(&v->restart_force_status, code, status)) {
		return true;
	}
	return restart_results[v->restart] >> result & 1;
}

static double power(double x, unsigned n)
{
	double y = 1;

	for (; n > 0; n--) {
		y *= x;
	}
	return y;
}

/* The factor that, multiplied `steps` times, makes ratio: by halving, which needs no libm. */
static double step_factor(double ratio, unsigned steps)
{
	double low = 1;
	double high = ratio;

	for (int i = 0; i < ROOT_STEPS; i++) {
		double middle = (low + high) / 2;

		if (power(middle, steps) < ratio) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return (low + high) / 2;
}

usec_t policy_restart_delay(const struct service_settings *v, unsigned n)
{
	double factor;

	if (n <= 1 || v->restart_steps == 0 || v->restart_usec == 0 ||
	    v->restart_max_delay == USEC_INFINITY || v->restart_usec >= v->restart_max_delay) {
		return v->restart_usec;
	}
	if (n > v->restart_steps) {
		return v->restart_max_delay;
	}
	factor =
	    step_factor((double)v->restart_max_delay / (double)v->restart_usec, v->restart_steps);
	return (usec_t)((double)v->restart_usec * power(factor, n - 1));
}

bool policy_start_allowed(const struct unit *u, char *times, size_t n, usec_t now)
{
	char *rest = NULL;
	usec_t begin = strtoull(times, &rest, 10);
	unsigned long count = strtoul(rest, NULL, 10);

	if (u->start_limit_interval == 0 || u->start_limit_burst == 0) {
		return true;
	}
	if (begin == 0 || now < begin || now - begin > u->start_limit_interval) {
		begin = now;
		count = 0;
	}
	if (count >= u->start_limit_burst) {
		return false;
	}
	snprintf(times, n, "%llu %lu", (unsigned long long)begin, count + 1);
	return true;
}
