/* SPDX-License-Identifier: MIT */

/* JobTimeoutAction=: what a job that took too long does to the whole system. systemd.unit(5). */

#include "base/diag.h"
#include "base/io.h"
#include "base/proc.h"
#include "executor.h"
#include "state/manager.h"
#include "supervisor/life.h"

#define OWN_NAME "systemctl"

extern char **environ;

void job_timeout_act(struct job_executor *x, const struct unit *u)
{
	const char *argv[5] = { OWN_NAME };
	const char *name = next_action_name(u->job_timeout_action);
	const char *exe;

	if (next_action_words(u->job_timeout_action, argv + 1) == 0) {
		return;
	}
	if (!manager_is_booted()) {
		job_log(x, u, DIAG_NOTICE,
			"%s: JobTimeoutAction=%s: there is no running manager to do it, ignoring.",
			u->id, name);
		return;
	}
	job_log(x, u, DIAG_NOTICE, "%s: JobTimeoutAction=%s is being carried out.", u->id, name);
	exe = io_self_exe(x->arena, OWN_NAME);
	if (exe) {
		(void)proc_spawn(exe, (char **)argv, environ, false);
	}
}
