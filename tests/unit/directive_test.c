/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/io.h"
#include "unit/defaults.h"
#include "unit/directive.h"
#include "unit/load.h"

/* Every section of every type, once. */
static const struct {
	enum unit_type type;
	const char *section;
} sections[] = {
	{ UNIT_SERVICE, "Unit" },	 { UNIT_SERVICE, "Install" }, { UNIT_SERVICE, "Service" },
	{ UNIT_SOCKET, "Socket" },	 { UNIT_MOUNT, "Mount" },     { UNIT_SWAP, "Swap" },
	{ UNIT_AUTOMOUNT, "Automount" }, { UNIT_TIMER, "Timer" },     { UNIT_PATH, "Path" },
	{ UNIT_SLICE, "Slice" },	 { UNIT_SCOPE, "Scope" },
};

static enum unit_type type_of_section(const char *section)
{
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		if (streq(sections[i].section, section)) {
			return sections[i].type;
		}
	}
	fail_msg("no such section: %s", section);
	return UNIT_TYPE_MAX;
}

static void every_known_setting_has_a_row(void **state)
{
	struct arena a CLEANUP_ARENA = { 0 };
	char *text;
	assert_int_equal(
		io_read_file(AT_FDCWD, "units-testdata/directives.list", 1 << 20, &a, &text, NULL),
		0);
	struct strv lines = { 0 };
	strv_split(&lines, &a, text, "\n");
	size_t n = 0;
	STRV_FOREACH(line, &lines)
	{
		struct strv words = { 0 };
		strv_split(&words, &a, line, " ");
		if (line[0] == '#') {
			continue;
		}
		const struct directive *d =
			directive_find(type_of_section(words.v[0]), words.v[0], words.v[1]);
		if (!d) {
			fail_msg("no row: %s", line);
		}
		assert_string_equal(d->name, words.v[1]);
		assert_int_equal(d->effect == DIRECTIVE_OBSOLETE, words.n == 3);
		n++;
	}
	assert_true(n > 1300);
}

/* The other way round: what is in the table is in the list. */
static void no_row_is_invented(void **state)
{
	struct arena a CLEANUP_ARENA = { 0 };
	char *text;
	assert_int_equal(
		io_read_file(AT_FDCWD, "units-testdata/directives.list", 1 << 20, &a, &text, NULL),
		0);
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		const struct directive_group *groups[6];
		size_t n = directive_groups(sections[i].type, sections[i].section, groups);
		for (size_t g = 0; g < n; g++) {
			for (size_t k = 0; k < groups[g]->n; k++) {
				const char *line = arena_printf(&a, "\n%s %s", sections[i].section,
								groups[g]->rows[k].name);
				const char *found = strstr(text, line);
				while (found && !strchr(" \n", found[strlen(line)])) {
					found = strstr(found + 1, line);
				}
				if (!found) {
					fail_msg("not a setting of systemd:%s", line);
				}
			}
		}
	}
}

static void rows_are_sorted_and_complete(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		const struct directive_group *groups[6];
		size_t n = directive_groups(sections[i].type, sections[i].section, groups);
		assert_true(n > 0);
		for (size_t g = 0; g < n; g++) {
			const struct directive *rows = groups[g]->rows;
			for (size_t k = 0; k < groups[g]->n; k++) {
				if (k > 0 && strcmp(rows[k - 1].name, rows[k].name) >= 0) {
					fail_msg("%s: %s is out of order", groups[g]->name,
						 rows[k].name);
				}
				assert_true(str_has_prefix(groups[g]->man, "systemd.") &&
					    str_has_suffix(groups[g]->man, "(5)"));
				assert_true(rows[k].effect == DIRECTIVE_WORKS ||
					    (rows[k].note && *rows[k].note));
				assert_true(rows[k].effect == DIRECTIVE_OBSOLETE || rows[k].parse);
			}
		}
	}
}

static void sections_of_other_types_are_unknown(void **state)
{
	const struct directive_group *groups[6];
	assert_int_equal(directive_groups(UNIT_SERVICE, "Socket", groups), 0);
	assert_int_equal(directive_groups(UNIT_TARGET, "Service", groups), 0);
	assert_null(directive_find(UNIT_SERVICE, "Service", "Listen"));
	assert_null(directive_find(UNIT_SERVICE, "Unit", "ExecStart"));
}

/* ---- values ---- */

struct fixture {
	struct arena arena;
	struct diag_list diags;
	struct unit unit;
	struct map shown;
	int result;
};

static void load(struct fixture *f, const char *id, const char *text)
{
	*f = (struct fixture){ .unit = { .id = id, .type = name_type(id) } };
	f->diags.arena = &f->arena;
	unit_defaults_init(&f->unit);
	strv_add(&f->unit.names, &f->arena, id);
	const struct load_context c = { .arena = &f->arena, .diags = &f->diags, .unit = &f->unit };
	f->result = load_text(&c, arena_strdup(&f->arena, text), strlen(text), "x");
	unit_defaults_finish(&f->unit, &f->arena, &f->diags);
	directive_show(&f->unit, &f->arena, &f->shown);
}

#define ASSERT_SHOWN(f, name, value)                                                               \
	assert_string_equal((const char *)map_get(&(f)->shown, name), value)

static void values_are_shown_as_systemctl_shows_them(void **state)
{
	struct fixture f;
	load(&f, "full.service",
	     "[Unit]\nJobTimeoutSec=5min\nStartLimitIntervalSec=30\nOnFailureJobMode=fail\n"
	     "Documentation=man:foo(1) https://x.org/y\nSuccessActionExitStatus=7\n"
	     "[Service]\nType=notify\nExecStartPre=-/bin/true \"a b\"\nExecStartPre=+@/bin/sh mysh "
	     "-c 'exit 0'\n"
	     "ExecStart=!/usr/bin/sleep "
	     "infinity\nRestartSec=1.5\nTimeoutStartSec=0\nTimeoutStopSec=90\n"
	     "TimeoutAbortSec=5\nRuntimeMaxSec=1d\nSuccessExitStatus=75 DATAERR SIGUSR1 250\n"
	     "PIDFile=foo.pid\nRestart=on-failure\nRestartMode=direct\nUMask=077\nLimitNOFILE=1024:"
	     "4096\n"
	     "LimitCPU=1min\nLimitNICE=+5\nLimitRTTIME=2s\nEnvironment=A=1 \"B=x y\" 'C=q\"uote'\n"
	     "Environment=A=2\nEnvironmentFile=/etc/a\nEnvironmentFile=-/etc/b*\nCPUAffinity=0 "
	     "1-3\n"
	     "TimerSlackNSec=100us\nWorkingDirectory=-/tmp\nStandardOutput=append:/tmp/"
	     "o\nSyslogFacility=local3\n"
	     "SyslogLevel=err\nRuntimeDirectory=ra rb:rc\nCapabilityBoundingSet=CAP_CHOWN "
	     "CAP_KILL\n"
	     "CapabilityBoundingSet=CAP_SYS_ADMIN\nSecureBits=keep-caps "
	     "noroot\nSystemCallErrorNumber=EPERM\n"
	     "IOSchedulingClass=idle\nKillMode=mixed\nKillSignal=SIGINT\nCPUQuota=150%\nMemoryMax="
	     "1G\n"
	     "ManagedOOMMemoryPressureLimit=50%\nDelegate=cpu memory\nIODeviceWeight=/dev/sda 300\n"
	     "StandardInputText=a\\x41\nSlice=plain.slice\n");
	assert_int_equal(f.result, 0);
	assert_int_equal(f.unit.load_state, UNIT_LOADED);
	assert_int_equal(f.diags.n, 0);
	static const char *const expected[][2] = {
		{ "Type", "notify" },
		{ "NotifyAccess", "main" },
		{ "RestartUSec", "1.500000s" },
		{ "TimeoutStartUSec", "infinity" },
		{ "TimeoutStopUSec", "1min 30s" },
		{ "TimeoutAbortUSec", "5s" },
		{ "RuntimeMaxUSec", "1d" },
		{ "SuccessExitStatus", "65 75 250 USR1" },
		{ "PIDFile", "/run/foo.pid" },
		{ "RestartMode", "direct" },
		{ "UMask", "0077" },
		{ "LimitNOFILE", "4096" },
		{ "LimitNOFILESoft", "1024" },
		{ "LimitCPU", "60" },
		{ "LimitNICE", "15" },
		{ "LimitRTTIME", "2000000" },
		{ "Environment", "A=2 \"B=x y\" \"C=q\\\"uote\"" },
		{ "EnvironmentFiles", "/etc/a (ignore_errors=no)\n/etc/b* (ignore_errors=yes)" },
		{ "CPUAffinity", "0-3" },
		{ "TimerSlackNSec", "100000" },
		{ "WorkingDirectory", "!/tmp" },
		{ "StandardOutput", "append" },
		{ "StandardError", "inherit" },
		{ "SyslogPriority", "155" },
		{ "SyslogFacility", "19" },
		{ "RuntimeDirectory", "ra rb" },
		{ "RuntimeDirectorySymlink", "ra:\nrb:rc" },
		{ "CapabilityBoundingSet", "cap_chown cap_kill cap_sys_admin" },
		{ "SecureBits", "17" },
		{ "SystemCallErrorNumber", "1" },
		{ "IOSchedulingClass", "3" },
		{ "KillMode", "mixed" },
		{ "KillSignal", "2" },
		{ "RestartKillSignal", "2" },
		{ "CPUQuotaPerSecUSec", "1.500000s" },
		{ "MemoryMax", "1073741824" },
		{ "MemoryHigh", "infinity" },
		{ "ManagedOOMMemoryPressureLimit", "2147483648" },
		{ "Delegate", "yes" },
		{ "DelegateControllers", "cpu memory" },
		{ "IODeviceWeight", "/dev/sda 300" },
		{ "StandardInput", "data" },
		{ "StandardInputData", "YUEK" },
		{ "JobTimeoutUSec", "5min" },
		{ "JobRunningTimeoutUSec", "5min" },
		{ "StartLimitIntervalUSec", "30s" },
		{ "OnFailureJobMode", "fail" },
		{ "Documentation", "\"man:foo(1)\" https://x.org/y" },
		{ "SuccessActionExitStatus", "7" },
		{ "FailureActionExitStatus", "[not set]" },
		{ "Slice", "plain.slice" },
		{ "ExecStartPreEx",
		  "{ path=/bin/true ; argv[]=/bin/true a b ; flags=ignore-failure ; "
		  "start_time=[n/a] ; "
		  "stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }\n"
		  "{ path=/bin/sh ; argv[]=mysh -c exit 0 ; flags=privileged ; start_time=[n/a] ; "
		  "stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }" },
		{ "ExecStart",
		  "{ path=/usr/bin/sleep ; argv[]=/usr/bin/sleep infinity ; ignore_errors=no ; "
		  "start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		ASSERT_SHOWN(&f, expected[i][0], expected[i][1]);
	}
	arena_free(&f.arena);
}

static void defaults_are_shown(void **state)
{
	static const char *const expected[][2] = {
		{ "Type", "simple" },
		{ "TimeoutStartUSec", "1min 30s" },
		{ "RestartUSec", "100ms" },
		{ "KeyringMode", "private" },
		{ "StandardOutput", "journal" },
		{ "CPUWeight", "[not set]" },
		{ "MemoryMax", "infinity" },
		{ "SystemCallFilter", "~" },
		{ "IgnoreOnIsolate", "no" },
		{ "FileDescriptorStorePreserve", "restart" },
		{ "LogRateLimitIntervalUSec", "0" },
		{ "SystemCallErrorNumber", "2147483646" },
		{ "Slice", "system.slice" },
		{ "CollectMode", "inactive" },
		{ "ReloadSignal", "1" },
		{ "UtmpMode", "init" },
	};
	struct fixture f;
	load(&f, "plain.service", "[Service]\nExecStart=/bin/true\n");
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		ASSERT_SHOWN(&f, expected[i][0], expected[i][1]);
	}
	arena_free(&f.arena);
}

static void sockets_timers_and_paths_are_shown(void **state)
{
	struct fixture f;
	load(&f, "f.socket",
	     "[Socket]\nListenStream=/run/"
	     "f\nListenStream=80\nListenDatagram=[::1]:53\nSocketProtocol=sctp\n");
	ASSERT_SHOWN(&f, "Listen", "/run/f (Stream)\n[::]:80 (Stream)\n[::1]:53 (Datagram)");
	ASSERT_SHOWN(&f, "FileDescriptorName", "f.socket");
	ASSERT_SHOWN(&f, "SocketProtocol", "132");
	ASSERT_SHOWN(&f, "TriggerLimitBurst", "20");
	ASSERT_SHOWN(&f, "Backlog", "2147483647");
	ASSERT_SHOWN(&f, "Triggers", "f.service");
	arena_free(&f.arena);

	load(&f, "f.timer", "[Timer]\nOnBootSec=1h\nOnActiveSec=5\nUnit=x.service\n");
	ASSERT_SHOWN(&f, "TimersMonotonic",
		     "{ OnActiveUSec=5s ; next_elapse=0 }\n{ OnBootUSec=1h ; next_elapse=0 }");
	ASSERT_SHOWN(&f, "Unit", "x.service");
	ASSERT_SHOWN(&f, "AccuracyUSec", "1min");
	arena_free(&f.arena);

	load(&f, "f.path", "[Path]\nPathExists=/a\nPathChanged=/b\n");
	ASSERT_SHOWN(&f, "Paths", "/b (PathChanged)\n/a (PathExists)");
	arena_free(&f.arena);
}

static void empty_values_reset(void **state)
{
	struct fixture f;
	load(&f, "x.service",
	     "[Service]\nExecStart=/bin/false\nExecStart=\nExecStart=/bin/"
	     "true\nEnvironment=A=1\nEnvironment=\n"
	     "User=daemon\nUser=\nMemoryMax=5\nMemoryMax="
	     "\nDeviceAllow=/dev/a\n"
	     "DeviceAllow=\nEnvironmentFile=/"
	     "a\nEnvironmentFile=\nSuccessExitStatus=3\nSuccessExitStatus=\n");
	assert_int_equal(f.diags.n, 0);
	assert_int_equal(f.unit.service.commands[SERVICE_EXEC_START].n, 1);
	assert_null(f.unit.exec.user);
	ASSERT_SHOWN(&f, "Environment", "");
	ASSERT_SHOWN(&f, "MemoryMax", "infinity");
	ASSERT_SHOWN(&f, "DeviceAllow", "");
	ASSERT_SHOWN(&f, "EnvironmentFiles", "");
	ASSERT_SHOWN(&f, "SuccessExitStatus", "");
	arena_free(&f.arena);
}

/* ---- what is said about bad lines: texts as the log of systemd 257 has them ---- */

static const struct {
	const char *line, *text;
	int result;
} bad_lines[] = {
	{ "Restart=bogus", "Failed to parse Restart=bogus, ignoring: Invalid argument", 0 },
	{ "RestartSec=", "Failed to parse RestartSec=, ignoring: Invalid argument", 0 },
	{ "RemainAfterExit=x", "Failed to parse RemainAfterExit=x, ignoring: Invalid argument", 0 },
	{ "KillMode=foo", "Failed to parse kill mode specification, ignoring: foo", 0 },
	{ "TimeoutSec=foo", "Failed to parse TimeoutSec= parameter, ignoring: foo", 0 },
	{ "Nice=99", "Nice priority out of range, ignoring: 99", 0 },
	{ "LimitNOFILE=5:3", "Soft resource limit chosen higher than hard limit, ignoring: 5:3",
	  0 },
	{ "OOMScoreAdjust=5000", "OOM score adjust value out of range, ignoring: 5000", 0 },
	{ "StandardOutput=bogus", "Failed to parse output specifier, ignoring: bogus", 0 },
	{ "StandardInput=file:rel", "StandardInput= path is not absolute: rel", 0 },
	{ "WorkingDirectory=rel", "WorkingDirectory= path is not absolute: rel", -ENOEXEC },
	{ "User=a/b", "Invalid user/group name or numeric ID: a/b", -ENOEXEC },
	{ "User=nobody", "Special user nobody configured, this is not safe!", 0 },
	{ "DynamicUser=x", "Failed to parse DynamicUser=x: Invalid argument", -ENOEXEC },
	{ "EnvironmentFile=rel", "EnvironmentFile= path is not absolute, ignoring: rel", 0 },
	{ "Environment=BAD", "Invalid environment assignment, ignoring: BAD", 0 },
	{ "Environment=A=%Q", "Failed to resolve specifiers in A=%Q, ignoring: Invalid slot", 0 },
	{ "PassEnvironment=a=b", "Invalid environment name for PassEnvironment, ignoring: a=b", 0 },
	{ "RuntimeDirectory=/a", "RuntimeDirectory= path is absolute, ignoring: /a", 0 },
	{ "RuntimeDirectory=../x", "RuntimeDirectory= path is not normalized, ignoring: ../x", 0 },
	{ "Slice=foo.service",
	  "Failed to assign slice foo.service to unit x.service, ignoring: Invalid argument", 0 },
	{ "CPUShares=200",
	  "Unit uses CPUShares=; please use CPUWeight= instead. Support for CPUShares= will be "
	  "removed "
	  "soon.",
	  0 },
	{ "MemoryMax=x", "Invalid memory limit 'x', ignoring: Invalid argument", 0 },
	{ "NetClass=5", "Support for option NetClass= has been removed and it is ignored", 0 },
	{ "Bogus=1", "Unknown key 'Bogus' in section [Service], ignoring.", 0 },
	{ "SuccessExitStatus=bo", "Failed to parse value, ignoring: bo", 0 },
	{ "Sockets=a.service", "Unit must be of type socket, ignoring: a.service", 0 },
	{ "BusName=bo gus", "Invalid bus name, ignoring: bo gus", 0 },
	{ "no equals sign", "Missing '=', ignoring line.", 0 },
	{ "=x", "Missing key name before '=', ignoring line.", 0 },
};

static void bad_lines_are_told_in_the_words_of_systemd(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad_lines); i++) {
		struct fixture f;
		struct strbuf text CLEANUP_STRBUF = { 0 };
		strbuf_addf(&text, "[Service]\nExecStart=/bin/true\n%s\n", bad_lines[i].line);
		load(&f, "x.service", strbuf_text(&text));
		assert_int_equal(f.result, bad_lines[i].result);
		assert_true(f.diags.n >= 1);
		assert_string_equal(f.diags.v[0].text, bad_lines[i].text);
		assert_int_equal(f.diags.v[0].line, 3);
		arena_free(&f.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_known_setting_has_a_row),
		cmocka_unit_test(no_row_is_invented),
		cmocka_unit_test(rows_are_sorted_and_complete),
		cmocka_unit_test(sections_of_other_types_are_unknown),
		cmocka_unit_test(values_are_shown_as_systemctl_shows_them),
		cmocka_unit_test(defaults_are_shown),
		cmocka_unit_test(sockets_timers_and_paths_are_shown),
		cmocka_unit_test(empty_values_reset),
		cmocka_unit_test(bad_lines_are_told_in_the_words_of_systemd),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
