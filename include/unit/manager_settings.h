/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * [Manager] of system.conf (user.conf) and its drop-ins: systemd-system.conf(5). The main file is the first of /etc, /run, /usr/local/lib and
 * /usr/lib systemd/system.conf, drop-ins are the *.conf files of system.conf.d in all four, by name. Settings that are about cgroups, hardware watchdogs and the
 * machine have no effect in a container and are passed over.
 */

#include "unit/unit.h"

struct manager_settings {
	usec_t timeout_start, timeout_stop, timeout_abort;
	bool timeout_abort_set;
	usec_t restart_usec;
	usec_t start_limit_interval;
	unsigned start_limit_burst;
	usec_t timer_accuracy;
	struct exec_limit limits[EXEC_LIMIT_MAX];
	enum exec_stdio std_output, std_error;	/* STDIO_DEFAULT: not set */
	int oom_score_adjust; bool oom_score_adjust_set;
	struct strv default_environment;	/* DefaultEnvironment=: for every service */
	struct strv manager_environment;	/* ManagerEnvironment=: joins PID 1's own, so that PassEnvironment= finds it */
	struct strv pass_environment;		/* X-PassEnvironment=: names or globs of PID 1's variables for every service */
	int log_level;				/* LogLevel=; -1 not set */
	const char *log_target;			/* LogTarget=: "console", "journal", "journal-or-kmsg", "kmsg", "auto", "null"; NULL not set */
};

/* Reads them anew; what cannot be read or understood counts as not set. Strings are in the arena. */
void manager_settings_read(bool user, struct arena *a, struct manager_settings *ret);
/* One file's text over what is there; for tests, too. text is changed. */
void manager_settings_parse(struct manager_settings *s, char *text, size_t n, const char *file, struct arena *a);
/* Those of an installation without such files. */
void manager_settings_init(struct manager_settings *s);
/* Into a unit that has its built-in defaults, before its files are read. */
void manager_settings_apply(const struct manager_settings *s, struct unit *u);
/*
 * Those of `from` (a whole environment) that X-PassEnvironment= names. A glob does not match what belongs to a login or to one service
 * (HOME, PWD, TERM, NOTIFY_SOCKET …): these must be named.
 */
void manager_settings_select(const struct manager_settings *s, const struct strv *from, struct arena *a, struct strv *ret);
