/* SPDX-License-Identifier: MIT */

/* The words of settings that have a fixed set of them. Order is that of the enum in unit/unit.h
 * where there is one; else the default comes first. */

#include <errno.h>

#include "base/names.h"
#include "directive_internal.h"

static const char *const kill_mode[] = { "control-group", "mixed", "process", "none" };
static const char *const service_type[] = { "simple", "exec",	"forking",	 "oneshot",
					    "dbus",   "notify", "notify-reload", "idle" };
static const char *const restart[] = { "no",	      "on-success", "on-failure", "on-abnormal",
				       "on-watchdog", "on-abort",   "always" };
static const char *const notify_access[] = { "none", "main", "exec", "all" };
static const char *const timeout_failure[] = { "terminate", "abort", "kill" };
static const char *const action[] = {
	[ACTION_NONE] = "none",
	[ACTION_REBOOT] = "reboot",
	[ACTION_REBOOT_FORCE] = "reboot-force",
	[ACTION_REBOOT_IMMEDIATE] = "reboot-immediate",
	[ACTION_POWEROFF] = "poweroff",
	[ACTION_POWEROFF_FORCE] = "poweroff-force",
	[ACTION_POWEROFF_IMMEDIATE] = "poweroff-immediate",
	[ACTION_EXIT] = "exit",
	[ACTION_EXIT_FORCE] = "exit-force",
	[ACTION_SOFT_REBOOT] = "soft-reboot",
	[ACTION_SOFT_REBOOT_FORCE] = "soft-reboot-force",
	[ACTION_KEXEC] = "kexec",
	[ACTION_KEXEC_FORCE] = "kexec-force",
	[ACTION_HALT] = "halt",
	[ACTION_HALT_FORCE] = "halt-force",
	[ACTION_HALT_IMMEDIATE] = "halt-immediate",
};
static const char *const preserve[] = { "no", "yes", "restart" };
/* SCHED_* and IOPRIO_CLASS_* numbers of Linux. */
static const char *const sched_policy[] = { "other", "fifo", "rr", "batch", NULL, "idle" };
static const char *const io_class[] = { "none", "realtime", "best-effort", "idle" };
static const char *const oom_policy[] = { "continue", "stop", "kill" };
static const char *const job_mode[] = { "replace",
					"fail",
					"replace-irreversibly",
					"isolate",
					"flush",
					"ignore-dependencies",
					"ignore-requirements",
					"triggering",
					"restart-dependencies" };
static const char *const collect_mode[] = { "inactive", "inactive-or-failed" };
static const char *const protect_system[] = { "no", "yes", "full", "strict" };
static const char *const protect_home[] = { "no", "yes", "read-only", "tmpfs" };
static const char *const protect_proc[] = { "default", "noaccess", "invisible", "ptraceable" };
static const char *const proc_subset[] = { "all", "pid" };
static const char *const keyring_mode[] = { "private", "inherit", "shared" };
static const char *const bind_ipv6[] = { "default", "both", "ipv6-only" };
static const char *const device_policy[] = { "auto", "closed", "strict" };
static const char *const oom_preference[] = { "none", "avoid", "omit" };
static const char *const oom_action[] = { "auto", "kill" };
static const char *const utmp_mode[] = { "init", "login", "user" };
static const char *const numa_policy[] = { "", "default", "preferred", "bind", "interleave", "local" };
static const char *const mount_flags[] = { "", "shared", "slave", "private" };
static const char *const personality[] = {
	"",	    "x86",	   "x86-64", "arm",	  "arm-be",   "arm64",
	"arm64-be", "ppc",	   "ppc-le", "ppc64",	  "ppc64-le", "s390",
	"s390x",    "loongarch64", "mips64", "mips64-le", "mips",     "mips-le",
	"riscv32",  "riscv64",	   "parisc", "parisc64",  "sparc",    "sparc64",
};
static const char *const private_tmp[] = { "no", "yes", "connected", "disconnected" };
static const char *const private_users[] = { "no", "yes", "self", "identity" };
static const char *const protect_cgroups[] = { "no", "yes", "private", "strict" };
static const char *const timestamping[] = { "off", "us", "ns" };
static const char *const pressure_watch[] = { "auto", "yes", "no", "skip" };
static const char *const exit_type[] = { "main", "cgroup" };
static const char *const restart_mode[] = { "normal", "direct", "debug" };

static const char *const socket_protocol[] = { "", "udplite", "sctp", "mptcp" };

static const struct {
	const char *const *names;
	size_t n;
} choices[CHOICE_MAX] = {
#define CHOICE(id, table) [CHOICE_##id] = { table, ARRAY_SIZE(table) }
	CHOICE(KILL_MODE, kill_mode),
	CHOICE(SERVICE_TYPE, service_type),
	CHOICE(RESTART, restart),
	CHOICE(NOTIFY_ACCESS, notify_access),
	CHOICE(TIMEOUT_FAILURE, timeout_failure),
	CHOICE(ACTION, action),
	CHOICE(PRESERVE, preserve),
	CHOICE(SCHED_POLICY, sched_policy),
	CHOICE(IO_CLASS, io_class),
	CHOICE(OOM_POLICY, oom_policy),
	CHOICE(JOB_MODE, job_mode),
	CHOICE(COLLECT_MODE, collect_mode),
	CHOICE(PROTECT_SYSTEM, protect_system),
	CHOICE(PROTECT_HOME, protect_home),
	CHOICE(PROTECT_PROC, protect_proc),
	CHOICE(PROC_SUBSET, proc_subset),
	CHOICE(KEYRING_MODE, keyring_mode),
	CHOICE(BIND_IPV6, bind_ipv6),
	CHOICE(DEVICE_POLICY, device_policy),
	CHOICE(OOM_PREFERENCE, oom_preference),
	CHOICE(OOM_ACTION, oom_action),
	CHOICE(UTMP_MODE, utmp_mode),
	CHOICE(NUMA_POLICY, numa_policy),
	CHOICE(MOUNT_FLAGS, mount_flags),
	CHOICE(PERSONALITY, personality),
	CHOICE(PRIVATE_TMP, private_tmp),
	CHOICE(PRIVATE_USERS, private_users),
	CHOICE(PROTECT_CGROUPS, protect_cgroups),
	CHOICE(TIMESTAMPING, timestamping),
	CHOICE(PRESSURE_WATCH, pressure_watch),
	CHOICE(EXIT_TYPE, exit_type),
	CHOICE(RESTART_MODE, restart_mode),
	CHOICE(SOCKET_PROTOCOL, socket_protocol),
#undef CHOICE
};

int directive_choice_find(enum directive_choice_id id, const char *word)
{
	int i = names_find(choices[id].names, choices[id].n, word);
	if (i >= 0) {
		return i;
	}
	/* Where "yes" or "no" is among the words, every spelling of a boolean is. */
	bool b;
	if (value_parse_bool(word, &b) < 0) {
		return -EINVAL;
	}
	return names_find(choices[id].names, choices[id].n, b ? "yes" : "no");
}

const char *directive_choice_name(enum directive_choice_id id, int index)
{
	return names_at(choices[id].names, choices[id].n, index);
}
