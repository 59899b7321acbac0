/* SPDX-License-Identifier: MIT */
#include "show.h"

#include <stdarg.h>
#include <sys/wait.h>

#include "clean.h"
#include "graph/plan.h"
#include "jobs.h"
#include "marks.h"
#include "state/transient.h"
#include "triggers.h"

/* Collects into the map, skipping at once what nobody asked for. */
struct sink {
	struct cmd *c;
	struct map *map;
};

static void add(struct sink *s, const char *name, const char *value)
{
	if (show_wants(s->c, name)) {
		map_put(s->map, name, arena_strdup(&s->c->arena, str_or_empty(value)));
	}
}

static void PRINTF(3, 4) addf(struct sink *s, const char *name, const char *format, ...)
{
	va_list args;

	if (!show_wants(s->c, name)) {
		return;
	}
	va_start(args, format);
	map_put(s->map, name, arena_vprintf(&s->c->arena, format, args));
	va_end(args);
}

static void add_bool(struct sink *s, const char *name, bool value)
{
	add(s, name, value ? "yes" : "no");
}

/* NAMETimestamp and NAMETimestampMonotonic. */
static void add_stamp(struct sink *s, const char *name, usec_t realtime, usec_t monotonic)
{
	const char *text = arena_printf(&s->c->arena, "%sTimestamp", name);

	add(s, text, show_timestamp(s->c, realtime));
	addf(s, arena_printf(&s->c->arena, "%sMonotonic", text), "%llu",
	     (unsigned long long)monotonic);
}

static void add_id(struct sink *s, const char *name, uid_t id)
{
	if (id == (uid_t)-1) {
		add(s, name, "[not set]");
	} else {
		addf(s, name, "%u", (unsigned)id);
	}
}

/* Accounting that needs control groups. */
static void add_accounting(struct sink *s)
{
	static const char *const not_set[] = {
		"CPUUsageNSec",	     "IOReadBytes",	"IOReadOperations",   "IOWriteBytes",
		"IOWriteOperations", "MemoryAvailable", "MemoryCurrent",      "MemoryPeak",
		"MemorySwapCurrent", "MemorySwapPeak",	"MemoryZSwapCurrent", "TasksCurrent",
	};
	static const char *const no_data[] = { "IPEgressBytes", "IPEgressPackets", "IPIngressBytes",
					       "IPIngressPackets" };

	for (size_t i = 0; i < ARRAY_SIZE(not_set); i++) {
		add(s, not_set[i], "[not set]");
	}
	for (size_t i = 0; i < ARRAY_SIZE(no_data); i++) {
		add(s, no_data[i], "[no data]");
	}
}

/*
 * The pid and times of the main process in the line of ExecStart=, where there is one command only.
 */
static void fill_exec_start(struct sink *s, const struct cmd_unit *cu, const char *name)
{
	const struct record_exit *e = &cu->record.exec_main;
	const char *value = map_get(s->map, name),
		   *blank = value ? strstr(value, "start_time=[n/a]") : NULL;
	const char *code = e->code == CLD_EXITED   ? "exited"
			   : e->code == CLD_KILLED ? "killed"
						   : "dumped";
	const char *started = show_timestamp(s->c, e->start_realtime);

	if (!blank || cu->unit->service.commands[SERVICE_EXEC_START].n != 1 || e->pid == 0) {
		return;
	}
	if (e->code == 0) {
		map_put(s->map, name,
			arena_printf(&s->c->arena,
				     "%.*sstart_time=[%s] ; stop_time=[n/a] ; pid=%d ; code=(null) "
				     "; status=0/0 }",
				     (int)(blank - value), value, started, (int)e->pid));
		return;
	}
	map_put(s->map, name,
		arena_printf(
			&s->c->arena,
			"%.*sstart_time=[%s] ; stop_time=[%s] ; pid=%d ; code=%s ; status=%d%s }",
			(int)(blank - value), value, started,
			show_timestamp(s->c, e->exit_realtime), (int)e->pid, code, e->status,
			e->code == CLD_EXITED ? "" : "/0"));
}

static void add_service(struct sink *s, const struct cmd_unit *cu)
{
	const struct record *r = &cu->record;

	addf(s, "MainPID", "%d", (int)(proc_id_is_alive(&r->main) ? r->main.pid : 0));
	addf(s, "ControlPID", "%d", (int)r->control.pid);
	addf(s, "NFileDescriptorStore", "%u", r->n_stored_fds);
	add(s, "StatusText", r->status_text);
	addf(s, "StatusErrno", "%d", r->status_errno);
	if (str_or_empty(r->notify_access)[0]) {
		add(s, "NotifyAccess", r->notify_access);
	}
	add(s, "Result", str_or_empty(r->result)[0] ? r->result : "success");
	add(s, "ReloadResult", str_or_empty(r->reload_result)[0] ? r->reload_result : "success");
	add(s, "CleanResult", str_or_empty(r->clean_result)[0] ? r->clean_result : "success");
	add(s, "LiveMountResult", "success");
	add_id(s, "UID", r->uid);
	add_id(s, "GID", r->gid);
	addf(s, "NRestarts", "%u", r->n_restarts);
	add(s, "WatchdogTimestampMonotonic", "0");
	if (r->inactive_exit_monotonic == 0) {
		add(s, "WatchdogUSec", "infinity");
	}
	if (str_or_empty(r->watchdog)[0]) {
		char span[64];
		uint64_t usec;

		if (str_to_u64(r->watchdog, &usec) >= 0) {
			add(s, "WatchdogUSec", clock_format_span(span, sizeof span, usec, 0));
		}
	}
	add_stamp(s, "ExecMainStart", r->exec_main.start_realtime, r->exec_main.start_monotonic);
	add_stamp(s, "ExecMainExit", r->exec_main.exit_realtime, r->exec_main.exit_monotonic);
	add_stamp(s, "ExecMainHandoff", r->exec_main.start_realtime, r->exec_main.start_monotonic);
	addf(s, "ExecMainPID", "%d", (int)r->exec_main.pid);
	addf(s, "ExecMainCode", "%d", r->exec_main.code);
	addf(s, "ExecMainStatus", "%d", r->exec_main.status);
	fill_exec_start(s, cu, "ExecStart");
	fill_exec_start(s, cu, "ExecStartEx");
	add_accounting(s);
}

static void add_load(struct sink *s, const struct unit *u)
{
	static const char *const errors[UNIT_LOAD_STATE_MAX] = {
		[UNIT_NOT_FOUND] = "NoSuchUnit",
		[UNIT_BAD_SETTING] = "BadUnitSetting",
		[UNIT_LOAD_ERROR] = "LoadFailed",
		[UNIT_MASKED] = "UnitMasked",
	};

	add(s, "LoadState", unit_load_state_name(u->load_state));
	add(s, "LoadError", "");
	if (errors[u->load_state]) {
		addf(s, "LoadError", "org.freedesktop.systemd1.%s \"%s\"", errors[u->load_state],
		     cmd_unit_load_complaint(s->c, u));
	}
}

static void add_file_state(struct sink *s, const struct unit *u)
{
	enum unit_file_state state;
	enum preset_verdict verdict;
	struct install *in = &s->c->unit_files;

	add(s, "UnitFileState", "");
	add(s, "UnitFilePreset", "");
	if ((!show_wants(s->c, "UnitFileState") && !show_wants(s->c, "UnitFilePreset")) ||
	    (u->load_state == UNIT_NOT_FOUND || u->builtin) ||
	    cmd_need_unit_files(s->c) < 0) {
		return;
	}
	if (u->source_path && !u->fragment_path) {
		add(s, "UnitFileState", "generated");
	} else if (install_unit_file_state(in, u->id, &state) >= 0) {
		add(s, "UnitFileState", unit_file_state_name(state));
		if (state != UNIT_FILE_MASKED && install_query_preset(in, u->id, &verdict) >= 0) {
			add(s, "UnitFilePreset", preset_verdict_name(verdict));
		}
	}
}

static bool is_loaded(const struct unit *u)
{
	return u->load_state == UNIT_LOADED;
}

static void add_abilities(struct sink *s, const struct cmd_unit *cu)
{
	const struct unit *u = cu->unit;

	add_bool(s, "CanStart", is_loaded(u) && !u->refuse_manual_start);
	add_bool(s, "CanStop", !u->refuse_manual_stop && job_type_is_applicable(JOB_STOP, u));
	add_bool(s, "CanReload", is_loaded(u) && job_unit_can_reload(u));
	add_bool(s, "CanIsolate", is_loaded(u) && u->allow_isolate);
	add_bool(s, "CanFreeze", u->has_exec);
	add(s, "CanClean", clean_list(u, &s->c->arena));
	add(s, "CanLiveMount", "no");
}

static void add_state(struct sink *s, const struct cmd_unit *cu)
{
	const struct record *r = &cu->record;

	add(s, "ActiveState", active_state_name(r->active));
	add(s, "SubState", cmd_unit_sub(cu));
	add(s, "FreezerState", r->frozen ? "frozen" : "running");
	add_stamp(s, "StateChange", r->state_change_realtime, r->state_change_monotonic);
	add_stamp(s, "InactiveExit", r->inactive_exit_realtime, r->inactive_exit_monotonic);
	add_stamp(s, "ActiveEnter", r->active_enter_realtime, r->active_enter_monotonic);
	add_stamp(s, "ActiveExit", r->active_exit_realtime, r->active_exit_monotonic);
	add_stamp(s, "InactiveEnter", r->inactive_enter_realtime, r->inactive_enter_monotonic);
	add_bool(s, "ConditionResult", r->condition_result);
	add_bool(s, "AssertResult", r->assert_result);
	add_stamp(s, "Condition", r->condition_realtime, r->condition_monotonic);
	add_stamp(s, "Assert", r->condition_realtime, r->condition_monotonic);
	add(s, "InvocationID", r->invocation_id);
	add(s, "Markers", marks_read(s->c, cu->unit->id));
	add_bool(s, "NeedDaemonReload", cmd_unit_needs_reload(cu));
	add(s, "Job", cmd_unit_has_job(cu) ? jobs_number(s->c, cu->unit->id) : "");
	add(s, "Refs", "");
}

void show_add_runtime(struct cmd *c, const struct cmd_unit *cu, struct map *properties)
{
	struct sink s = { c, properties };
	const struct unit *u = cu->unit;

	if (u->type == UNIT_SERVICE) {
		add_service(&s, cu);
	} else if (u->has_exec || u->type == UNIT_TIMER || u->type == UNIT_PATH ||
		   u->type == UNIT_SCOPE) {
		add(&s, "Result",
		    str_or_empty(cu->record.result)[0] ? cu->record.result : "success");
	}
	triggers_show(c, cu, properties);
	add(&s, "Id", u->id);
	add(&s, "Names", strv_join(&u->names, &c->arena, " "));
	add(&s, "Following", "");
	add(&s, "Description", u->description);
	add_load(&s, u);
	add_state(&s, cu);
	add(&s, "FragmentPath", u->fragment_path);
	add(&s, "SourcePath", u->source_path);
	add(&s, "DropInPaths", strv_join(&u->dropin_paths, &c->arena, " "));
	add_file_state(&s, u);
	add_abilities(&s, cu);
	add_bool(&s, "Transient", transient_is_unit(&c->store.search, u));
	add_bool(&s, "Perpetual", is_loaded(u) && !job_type_is_applicable(JOB_STOP, u));
	add_bool(&s, "DebugInvocation", cu->record.debug_invocation);
}
