/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "log/target.h"
#include "query.h"
#include "show.h"
#include "supervisor/environment.h"
#include "unit/search.h"

/* Settings of system.conf as they are when nobody changed them: systemd-system.conf(5). */
static const struct {
	const char *name, *value;
} fixed[] = {
	{ "ConfirmSpawn", "no" },
	{ "ShowStatus", "no" },
	{ "DefaultStandardOutput", "journal" },
	{ "DefaultStandardError", "inherit" },
	{ "RuntimeWatchdogUSec", "0" },
	{ "RebootWatchdogUSec", "10min" },
	{ "ServiceWatchdogs", "yes" },
	{ "DefaultTimerAccuracyUSec", "1min" },
	{ "DefaultTimeoutStartUSec", "1min 30s" },
	{ "DefaultTimeoutStopUSec", "1min 30s" },
	{ "DefaultTimeoutAbortUSec", "1min 30s" },
	{ "DefaultDeviceTimeoutUSec", "1min 30s" },
	{ "DefaultRestartUSec", "100ms" },
	{ "DefaultStartLimitIntervalUSec", "10s" },
	{ "DefaultStartLimitBurst", "5" },
	{ "TimerSlackNSec", "50000" },
	{ "DefaultOOMPolicy", "stop" },
	{ "DefaultOOMScoreAdjust", "0" },
	{ "CtrlAltDelBurstAction", "reboot-force" },
};

/* "x86_64" -> "x86-64": the words of ConditionArchitecture=. */
static char *architecture(struct cmd *c)
{
	struct utsname name;
	char *text;

	if (uname(&name) < 0) {
		return "";
	}
	text = arena_strdup(&c->arena, streq(name.machine, "aarch64") ? "arm64" : name.machine);
	for (char *p = text; *p; p++) {
		*p = *p == '_' ? '-' : *p;
	}
	return text;
}

static void add_counts(struct cmd *c, struct map *properties)
{
	struct strv loaded = { 0 };
	unsigned n_failed = 0, n_jobs = 0;

	cmd_list_loaded(c, false, &loaded);
	STRV_FOREACH(name, &loaded) {
		struct cmd_unit cu;

		if (cmd_unit_get(c, name, &cu) >= 0) {
			n_failed += cu.record.active == ACTIVE_FAILED;
			n_jobs += cmd_unit_has_job(&cu);
		}
	}
	map_put(properties, "NNames", arena_printf(&c->arena, "%zu", loaded.n));
	map_put(properties, "NFailedUnits", arena_printf(&c->arena, "%u", n_failed));
	map_put(properties, "NJobs", arena_printf(&c->arena, "%u", n_jobs));
}

/* When PID 1 started counts as the start of user space. */
static void add_start(struct cmd *c, struct map *properties)
{
	struct proc_stat st;
	usec_t monotonic, now = clock_realtime(), uptime = clock_monotonic();

	if (proc_read_stat(1, &st) < 0) {
		return;
	}
	monotonic = st.start_time * (USEC_PER_SEC / (usec_t)sysconf(_SC_CLK_TCK));
	map_put(properties, "UserspaceTimestamp",
		(void *)show_timestamp(c, now - (uptime > monotonic ? uptime - monotonic : 0)));
	map_put(properties, "UserspaceTimestampMonotonic",
		arena_printf(&c->arena, "%llu", (unsigned long long)monotonic));
}

void show_add_manager(struct cmd *c, struct map *properties)
{
	struct log_settings log;
	struct strv env = { 0 };

	log_settings_read(&c->place, &c->arena, &log);
	map_put(properties, "Version", "257 (soloctl " SOLOCTL_VERSION ")");
	map_put(properties, "Architecture", architecture(c));
	add_start(c, properties);
	map_put(properties, "LogLevel", (void *)log_level_word(log.level));
	/* What systemd makes of "auto". */
	map_put(properties, "LogTarget",
		(void *)(streq(log.target, "auto") ? "journal" : log.target));
	add_counts(c, properties);
	environment_of_manager(&c->place, &c->arena, &env);
	map_put(properties, "Environment", strv_join(&env, &c->arena, " "));
	map_put(properties, "UnitPath", strv_join(&c->store.search.dirs, &c->arena, " "));
	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++) {
		map_put(properties, fixed[i].name, (void *)fixed[i].value);
	}
	map_put(properties, "SystemState", (void *)query_system_state(c));
}
