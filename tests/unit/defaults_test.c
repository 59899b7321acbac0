/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/defaults.h"
#include "unit/load.h"

struct fixture {
	struct arena arena;
	struct diag_list diags;
	struct unit unit;
};

static void load(struct fixture *f, const char *id, const char *text)
{
	*f = (struct fixture){ .unit = { .id = id, .type = name_type(id), .fragment_path = "/x" } };
	f->diags.arena = &f->arena;
	unit_defaults_init(&f->unit);
	strv_add(&f->unit.names, &f->arena, id);
	const struct load_context c = { .arena = &f->arena, .diags = &f->diags, .unit = &f->unit };
	assert_int_equal(load_text(&c, arena_strdup(&f->arena, text), strlen(text), "x"), 0);
	unit_defaults_finish(&f->unit, &f->arena, &f->diags);
}

/* ---- dependencies that systemd 257 showed for the same file, sorted ---- */

static const struct {
	const char *id, *text;
	const char *requires, *wants, *conflicts, *before, *after, *mounts;
} implied[] = {
	{ "s.service", "[Service]\nExecStart=/bin/true\n", "sysinit.target system.slice", "",
	  "shutdown.target", "shutdown.target",
	  "basic.target sysinit.target system.slice systemd-journald.socket", "" },
	{ "s.service",
	  "[Unit]\nDefaultDependencies=no\n[Service]\nExecStart=/bin/true\nStandardOutput=null\n",
	  "system.slice", "", "", "", "system.slice", "" },
	{ "s.service", "[Service]\nExecStart=/bin/true\nBusName=org.x.Y\n",
	  "dbus.socket sysinit.target system.slice", "", "shutdown.target", "shutdown.target",
	  "basic.target dbus.socket sysinit.target system.slice systemd-journald.socket", "" },
	{ "s.service",
	  "[Service]\nExecStart=/bin/true\nStateDirectory=x\nStandardOutput=file:/"
	  "o\nSockets=a.socket\n",
	  "sysinit.target system.slice", "a.socket", "shutdown.target", "shutdown.target",
	  "a.socket basic.target sysinit.target system.slice systemd-remount-fs.service",
	  "/var/lib/x" },
	{ "s.service", "[Service]\nExecStart=/bin/true\nPrivateTmp=yes\nStandardInput=tty\n",
	  "sysinit.target system.slice", "", "shutdown.target", "shutdown.target",
	  "basic.target sysinit.target system.slice systemd-tmpfiles-setup.service", "" },
	{ "s@i.service", "[Service]\nExecStart=/bin/true\nStandardOutput=null\n",
	  "sysinit.target system-s.slice", "", "shutdown.target", "shutdown.target",
	  "basic.target sysinit.target system-s.slice", "" },
	{ "s.socket", "[Socket]\nListenStream=/run/s\n", "sysinit.target system.slice", "",
	  "shutdown.target", "s.service shutdown.target sockets.target",
	  "sysinit.target system.slice", "/run/s" },
	{ "s.socket", "[Socket]\nListenStream=80\nAccept=yes\nExecStartPre=/bin/true\n",
	  "sysinit.target system.slice", "", "shutdown.target", "shutdown.target sockets.target",
	  "sysinit.target system.slice systemd-journald.socket", "" },
	{ "t.timer", "[Timer]\nOnBootSec=1\n", "sysinit.target", "", "shutdown.target",
	  "shutdown.target t.service timers.target", "sysinit.target", "" },
	{ "t.timer", "[Timer]\nOnCalendar=daily\nPersistent=yes\n", "sysinit.target", "",
	  "shutdown.target", "shutdown.target t.service timers.target",
	  "sysinit.target time-set.target time-sync.target", "/var/lib/systemd/timers" },
	{ "p.path", "[Path]\nPathExists=/a/b\n", "sysinit.target", "", "shutdown.target",
	  "p.service paths.target shutdown.target", "sysinit.target", "/a/b" },
	{ "x.target", "[Unit]\n", "", "", "shutdown.target", "shutdown.target", "", "" },
	{ "a-b.slice", "[Slice]\n", "a.slice", "", "shutdown.target", "shutdown.target", "a.slice",
	  "" },
	{ "mnt-x.mount", "[Mount]\nWhat=tmpfs\nType=tmpfs\n", "system.slice", "", "umount.target",
	  "local-fs.target umount.target",
	  "local-fs-pre.target swap.target system.slice systemd-journald.socket", "/mnt" },
	{ "mnt-x.mount", "[Mount]\nWhat=/dev/sda\nOptions=nofail,_netdev\n", "system.slice",
	  "network-online.target", "umount.target", "umount.target",
	  "network-online.target network.target remote-fs-pre.target system.slice "
	  "systemd-journald.socket",
	  "/mnt" },
	{ "mnt-x.mount", "[Mount]\nWhat=/srv/img\nOptions=bind\n", "system.slice", "",
	  "umount.target", "local-fs.target umount.target",
	  "local-fs-pre.target system.slice systemd-journald.socket", "/mnt /srv/img" },
	{ "mnt-x.automount", "[Automount]\n", "", "", "umount.target",
	  "local-fs.target mnt-x.mount umount.target", "local-fs-pre.target", "/mnt" },
	{ "dev-zz.swap", "[Swap]\nWhat=/dev/zz\n", "system.slice", "", "", "",
	  "system.slice systemd-journald.socket", "/dev/zz" },
};

static void assert_set(struct fixture *f, const struct strv *l, const char *expected,
		       const char *what)
{
	struct strv sorted = { 0 };
	STRV_FOREACH(s, l)
	{
		strv_add(&sorted, &f->arena, s);
	}
	strv_sort(&sorted);
	const char *got = strv_join(&sorted, &f->arena, " ");
	if (!streq(got, expected)) {
		fail_msg("%s %s: \"%s\", not \"%s\"", f->unit.id, what, got, expected);
	}
}

static void dependencies_are_implied(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(implied); i++) {
		struct fixture f;
		load(&f, implied[i].id, implied[i].text);
		assert_int_equal(f.unit.load_state, UNIT_LOADED);
		assert_set(&f, &f.unit.dependencies[DEP_REQUIRES], implied[i].requires, "Requires");
		assert_set(&f, &f.unit.dependencies[DEP_WANTS], implied[i].wants, "Wants");
		assert_set(&f, &f.unit.dependencies[DEP_CONFLICTS], implied[i].conflicts,
			   "Conflicts");
		assert_set(&f, &f.unit.dependencies[DEP_BEFORE], implied[i].before, "Before");
		assert_set(&f, &f.unit.dependencies[DEP_AFTER], implied[i].after, "After");
		assert_set(&f, &f.unit.requires_mounts_for, implied[i].mounts, "RequiresMountsFor");
		arena_free(&f.arena);
	}
}

/* ---- checks ---- */

static const struct {
	const char *id, *text, *fault;
} faults[] = {
	{ "v.service", "[Service]\nType=simple\n",
	  "Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing." },
	{ "v.service", "[Unit]\nDescription=x\n",
	  "Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing." },
	{ "v.service", "[Service]\nExecStart=/bin/true\nExecStart=/bin/false\n",
	  "Service has more than one ExecStart= setting, which is only allowed for Type=oneshot "
	  "services. Refusing." },
	{ "v.service", "[Service]\nType=oneshot\nExecStart=/bin/true\nRestart=always\n",
	  "Service has Restart= set to either always or on-success, which isn't allowed for "
	  "Type=oneshot services. "
	  "Refusing." },
	{ "v.service", "[Service]\nType=dbus\nExecStart=/bin/true\n",
	  "Service is of type D-Bus but no D-Bus service name has been specified. Refusing." },
	{ "v.service", "[Service]\nExecStop=/bin/true\n",
	  "Service has no ExecStart= and no SuccessAction= settings and does not have "
	  "RemainAfterExit=yes set. "
	  "Refusing." },
	{ "v.service", "[Service]\nType=oneshot\nExitType=cgroup\nExecStart=/bin/true\n",
	  "Service has ExitType=cgroup set, which isn't allowed for Type=oneshot services. "
	  "Refusing." },
	{ "v.service", "[Service]\nExecStart=/bin/true\nPAMName=x\nKillMode=process\n",
	  "Unit has PAM enabled. Kill mode must be set to 'control-group' or 'mixed'. Refusing." },
	{ "v.socket", "[Socket]\n",
	  "Unit has no Listen setting (ListenStream=, ListenDatagram=, ListenFIFO=, ...). "
	  "Refusing." },
	{ "v.socket", "[Socket]\nListenStream=80\nListenDatagram=81\nAccept=yes\n",
	  "Unit configured for accepting sockets, but sockets are non-accepting. Refusing." },
	{ "v.socket", "[Socket]\nListenStream=/a\nAccept=yes\nService=p.service\n",
	  "Explicit service configuration for accepting socket units not supported. Refusing." },
	{ "v.socket", "[Socket]\nListenStream=/a\nMaxConnections=0\n",
	  "MaxConnection= setting too small. Refusing." },
	{ "v.timer", "[Timer]\n", "Timer unit lacks value setting. Refusing." },
	{ "v.path", "[Path]\n", "Path unit lacks path setting. Refusing." },
	{ "v.mount", "[Mount]\nWhat=a\nWhere=/b\n",
	  "Where= setting doesn't match unit name. Refusing." },
	{ "b.mount", "[Mount]\nWhere=/b\n", "What= setting is missing. Refusing." },
	{ "v.automount", "[Automount]\nWhere=/b\n",
	  "Where= setting doesn't match unit name. Refusing." },
	{ "v.swap", "[Swap]\nWhat=/x\n",
	  "Value of What= and unit name do not match, not loading." },
};

static void faults_make_bad_setting(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		struct fixture f;
		load(&f, faults[i].id, faults[i].text);
		assert_int_equal(f.unit.load_state, UNIT_BAD_SETTING);
		assert_non_null(f.unit.load_error);
		assert_int_equal(f.diags.n, 1);
		assert_string_equal(f.diags.v[0].text, faults[i].fault);
		assert_int_equal(f.diags.v[0].level, DIAG_ERROR);
		arena_free(&f.arena);
	}
}

/* ---- derived settings ---- */

static void service_settings_are_derived(void **state)
{
	struct fixture f;
	load(&f, "s.service", "[Service]\nType=oneshot\nExecStart=/bin/true\n");
	assert_true(f.unit.service.timeout_start == USEC_INFINITY);
	arena_free(&f.arena);

	load(&f, "s.service", "[Service]\nType=oneshot\nTimeoutSec=5\nExecStart=/bin/true\n");
	assert_int_equal(f.unit.service.timeout_start, 5 * USEC_PER_SEC);
	assert_int_equal(f.unit.service.timeout_abort, 5 * USEC_PER_SEC);
	arena_free(&f.arena);

	load(&f, "s.service", "[Unit]\nSuccessAction=exit\n");
	assert_int_equal(f.unit.service.type, SERVICE_ONESHOT);
	assert_int_equal(f.unit.load_state, UNIT_LOADED);
	arena_free(&f.arena);

	load(&f, "s.service", "[Service]\nExecStart=/bin/true\nWatchdogSec=5\nNotifyAccess=none\n");
	assert_int_equal(f.unit.service.notify_access, NOTIFY_MAIN);
	arena_free(&f.arena);

	load(&f, "s.service",
	     "[Service]\nExecStart=/bin/"
	     "true\nRestartSteps=5\nRestartSec=10\nRestartMaxDelaySec=5\n");
	assert_int_equal(f.unit.service.restart_usec, 5 * USEC_PER_SEC);
	assert_int_equal(f.diags.n, 1);
	arena_free(&f.arena);

	load(&f, "s.service",
	     "[Service]\nExecStart=/bin/true\nDynamicUser=yes\nPrivateDevices=yes\n");
	assert_string_equal(f.unit.exec.user, "s");
	assert_string_equal(f.unit.exec.protect_system, "strict");
	assert_true(f.unit.exec.no_new_privileges);
	assert_true(f.unit.exec.capability_bounding_set_set);
	assert_false(f.unit.exec.capability_bounding_set >> 27 & 1);
	arena_free(&f.arena);
}

static void a_user_manager_has_no_early_boot(void **state)
{
	struct fixture f = { .unit = { .id = "s.service", .type = UNIT_SERVICE, .user = true } };
	unit_defaults_init(&f.unit);
	strv_add(&f.unit.names, &f.arena, f.unit.id);
	f.unit.success_action = ACTION_EXIT;
	unit_defaults_finish(&f.unit, &f.arena, NULL);
	assert_set(&f, &f.unit.dependencies[DEP_REQUIRES], "app.slice basic.target", "Requires");
	assert_set(&f, &f.unit.dependencies[DEP_AFTER], "app.slice basic.target", "After");
	arena_free(&f.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dependencies_are_implied),
		cmocka_unit_test(faults_make_bad_setting),
		cmocka_unit_test(service_settings_are_derived),
		cmocka_unit_test(a_user_manager_has_no_early_boot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
