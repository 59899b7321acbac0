/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/store.h"
#include "unit/sysv.h"

static struct unit_store store;

static int open_store(void **state)
{
	return unit_store_open(&store,
			       &(struct unit_store_options){ .root = "units-testdata/sysv" });
}

static int close_store(void **state)
{
	unit_store_close(&store);
	return 0;
}

static struct unit *get(const char *name)
{
	struct unit *u = NULL;
	assert_int_equal(unit_store_get(&store, name, &u), 0);
	return u;
}

static void assert_list(const struct strv *l, const char *expected)
{
	struct arena a CLEANUP_ARENA = { 0 };
	assert_string_equal(strv_join(l, &a, " "), expected);
}

/* The same text as systemd-sysv-generator of 257 makes of these scripts, its first comment aside.
 */
static void an_lsb_header_becomes_a_unit_file(void **state)
{
	struct arena a CLEANUP_ARENA = { 0 };
	char *text;
	assert_int_equal(sysv_unit_text(&store.index, "lsb.service", &a, &text), 0);
	assert_string_equal(text, "[Unit]\n"
				  "Documentation=man:systemd-sysv-generator(8)\n"
				  "SourcePath=/etc/init.d/lsb\n"
				  "Description=LSB: short text %%n here\n"
				  "Before=nss-lookup.target\n"
				  "Before=later.service\n"
				  "Before=gdm.service\n"
				  "Before=multi-user.target\n"
				  "Before=graphical.target\n"
				  "Before=chk.service\n"
				  "After=network-online.target\n"
				  "After=remote-fs.target\n"
				  "After=plain.service\n"
				  "After=foo.service\n"
				  "After=rpcbind.target\n"
				  "After=time-sync.target\n"
				  "After=earlier.service\n"
				  "Wants=nss-lookup.target\n"
				  "Wants=network-online.target\n"
				  "\n"
				  "[Service]\n"
				  "Type=forking\n"
				  "Restart=no\n"
				  "TimeoutSec=5min\n"
				  "IgnoreSIGPIPE=no\n"
				  "KillMode=process\n"
				  "GuessMainPID=no\n"
				  "RemainAfterExit=yes\n"
				  "SuccessExitStatus=5 6\n"
				  "ExecStart=/etc/init.d/lsb start\n"
				  "ExecStop=/etc/init.d/lsb stop\n");
}

/* Whatever the generator makes of what nobody should write. */
static void odd_headers_are_read_as_systemd_reads_them(void **state)
{
	struct arena a CLEANUP_ARENA = { 0 };
	char *text;
	assert_int_equal(sysv_unit_text(&store.index, "odd.service", &a, &text), 0);
	*strstr(text, "\n\n") = '\0';
	assert_string_equal(text, "[Unit]\n"
				  "Documentation=man:systemd-sysv-generator(8)\n"
				  "SourcePath=/etc/init.d/odd\n"
				  "Description=LSB: the\n"
				  "Before=network-online.target\n"
				  "Before=network.target\n"
				  "Before=lsb.service\n"
				  "Before=rescue.target\n"
				  "Before=chk.service\n"
				  "After=a\\x20b.service\n"
				  "After=foo.socket\n"
				  "After=lsb.service\n"
				  "Wants=network-online.target\n"
				  "Wants=network.target");
	assert_non_null(strstr(text + strlen(text) + 1, "ExecReload=/etc/init.d/odd reload\n"));
}

static void a_script_loads_as_a_service(void **state)
{
	struct unit *u = get("lsb.service");
	assert_int_equal(u->load_state, UNIT_LOADED);
	assert_string_equal(u->description, "LSB: short text %n here");
	assert_string_equal(u->source_path, "/etc/init.d/lsb");
	assert_null(u->fragment_path);
	assert_int_equal(u->service.type, SERVICE_FORKING);
	assert_int_equal(u->service.timeout_start, 300 * USEC_PER_SEC);
	assert_int_equal(u->kill.mode, KILL_PROCESS);
	assert_true(u->service.remain_after_exit);
	assert_true(exit_status_set_has_status(&u->service.success_status, 6));
	assert_true(u->mtime > 0);
}

static void chkconfig_comments_count(void **state)
{
	struct unit *u = get("chk.service");
	assert_string_equal(u->description, "SYSV: Chk more desc");
	assert_string_equal(u->service.pid_file, "/run/chk.pid");
	assert_false(u->service.remain_after_exit);
	/* The numbers of the links order it behind lsb, but not against a native unit. */
	assert_true(strv_contains(&u->dependencies[DEP_AFTER], "lsb.service"));
	assert_false(strv_contains(&u->dependencies[DEP_AFTER], "native.service"));
}

static void small_cases(void **state)
{
	assert_string_equal(get("shy.service")->source_path, "/etc/init.d/shy.sh");
	assert_string_equal(get("shy.service")->description, "LSB: Shy");
	assert_string_equal(get("bare.service")->description, "bare.service");
	assert_int_equal(get("noexec.service")->load_state, UNIT_NOT_FOUND);
	assert_int_equal(get("bare.target")->load_state, UNIT_NOT_FOUND);
	assert_int_equal(get("reloads.service")->service.commands[SERVICE_EXEC_RELOAD].n, 1);
	assert_null(get("native.service")->source_path);
	assert_string_equal(get("other-facility.service")->id, "lsb.service");
}

static void runlevels_are_wanted_by_targets(void **state)
{
	assert_list(&get("multi-user.target")->dependencies[DEP_WANTS], "chk.service lsb.service");
	struct arena a CLEANUP_ARENA = { 0 };
	struct strv names = { 0 };
	sysv_list_wanted(&store.root, "graphical.target", &a, &names);
	assert_list(&names, "lsb.service");
	names.n = 0;
	sysv_list_names(&store.root, &a, &names);
	assert_list(
		&names,
		"bare.service chk.service lsb.service native.service odd.service reloads.service shy.service");
	names.n = 0;
	sysv_list_wanted(&store.root, "rescue.target", &a, &names);
	assert_list(&names, "odd.service");
	assert_int_equal(get("odd.dpkg-old.service")->load_state, UNIT_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_lsb_header_becomes_a_unit_file),
		cmocka_unit_test(odd_headers_are_read_as_systemd_reads_them),
		cmocka_unit_test(a_script_loads_as_a_service),
		cmocka_unit_test(chkconfig_comments_count),
		cmocka_unit_test(small_cases),
		cmocka_unit_test(runlevels_are_wanted_by_targets),
	};
	return cmocka_run_group_tests(tests, open_store, close_store);
}
