/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <unistd.h>

#include "base/io.h"
#include "executor.h"

#define OWN_NAME "systemctl"
#define N_OPTIONS 5

static void run_detached(const char *exe, char **argv)
{
	sigset_t none;

	if (fork() != 0) {
		return;
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	io_null_stdio();
	io_close_from(3, NULL, 0);
	execv(exe, argv);
	_exit(127);
}

void job_start_on_failure(struct job_executor *x, const struct unit *u)
{
	const struct strv *units = &u->dependencies[DEP_ON_FAILURE];
	const char *mode = str_or_empty(u->on_failure_job_mode);
	const char *exe = units->n > 0 ? io_self_exe(x->arena, OWN_NAME) : NULL;
	size_t n = 0;
	char **argv;

	if (!exe) {
		return;
	}
	argv = arena_new_n(x->arena, char *, units->n + N_OPTIONS + 1);
	argv[n++] = OWN_NAME;
	if (x->place->user_scope) {
		argv[n++] = "--user";
	}
	argv[n++] = "--no-block";
	argv[n++] = arena_printf(x->arena, "--job-mode=%s", mode[0] ? mode : "replace");
	argv[n++] = "start";
	STRV_FOREACH(name, units) {
		argv[n++] = (char *)name;
	}
	argv[n] = NULL;
	run_detached(exe, argv);
}
