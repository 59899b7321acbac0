/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <stdio.h>
#include <errno.h>
#include <stdlib.h>

#include "unit/directive.h"

#define UNIT_TEST(name)                                    \
	static void name##_body(struct harness *h);        \
	static void name(void **state)                     \
	{                                                  \
		struct harness h;                          \
		(void)state;                               \
		HARNESS_NEEDS_ISOLATION();                 \
		harness_init(&h);                          \
		name##_body(&h);                           \
		harness_finish(&h);                        \
	}                                                  \
	static void name##_body(struct harness *h)

static void add(struct harness *h, enum exec_directory_kind kind, const char *entry)
{
	strv_add(&h->unit.exec.directories[kind].paths, &h->arena, entry);
}

static int sh(const char *script)
{
	return system(script);
}

UNIT_TEST(owner_mode_and_variable)
{
	h->unit.exec.user = "svc";
	h->unit.exec.umask = 0077;
	h->unit.exec.directories[EXEC_DIRECTORY_RUNTIME].mode = 0750;
	add(h, EXEC_DIRECTORY_RUNTIME, "one");
	add(h, EXEC_DIRECTORY_RUNTIME, "two/deep");
	harness_run_shell(
		h,
		"echo $RUNTIME_DIRECTORY; stat -c '%n %a %u %g' /run/one /run/two /run/two/deep");
	assert_output(h, "/run/one:/run/two/deep\n/run/one 750 4001 4002\n/run/two 755 0 0\n"
			 "/run/two/deep 750 4001 4002\n");
	exec_directories_remove(&h->unit, true);
	assert_int_not_equal(sh("test -e /run/one -o -e /run/two/deep"), 0);
}

UNIT_TEST(preserve)
{
	add(h, EXEC_DIRECTORY_RUNTIME, "kept:kept-link");
	h->unit.exec.runtime_directory_preserve = EXEC_PRESERVE_RESTART;
	harness_run_shell(h, "readlink /run/kept-link; echo x >/run/kept/file");
	assert_output(h, "kept\n");
	exec_directories_remove(&h->unit, true);
	assert_int_equal(sh("test -e /run/kept/file"), 0);
	h->unit.exec.runtime_directory_preserve = EXEC_PRESERVE_YES;
	exec_directories_remove(&h->unit, false);
	assert_int_equal(sh("test -e /run/kept/file"), 0);
	h->unit.exec.runtime_directory_preserve = EXEC_PRESERVE_RESTART;
	exec_directories_remove(&h->unit, false);
	assert_int_not_equal(sh("test -e /run/kept -o -L /run/kept-link"), 0);
}

UNIT_TEST(five_kinds)
{
	static const char *const names[] = { "k-run", "k-state", "k-cache", "k-logs" };

	for (int i = 0; i < EXEC_DIRECTORY_CONFIGURATION; i++) {
		add(h, (enum exec_directory_kind)i, names[i]);
	}
	harness_run_shell(h, "env | grep _DIRECTORY= | sort; ls -d /run/k-run /var/*/k-*");
	assert_output(h, "CACHE_DIRECTORY=/var/cache/k-cache\nLOGS_DIRECTORY=/var/log/k-logs\n"
			 "RUNTIME_DIRECTORY=/run/k-run\nSTATE_DIRECTORY=/var/lib/k-state\n"
			 "/run/k-run\n/var/cache/k-cache\n/var/lib/k-state\n/var/log/k-logs\n");
}

UNIT_TEST(existing_tree_changes_hands_once)
{
	h->unit.exec.user = "svc";
	assert_int_equal(
		sh("mkdir -p /var/lib/old/sub; touch /var/lib/old/f; chmod 6755 /var/lib/old/f; "
		   "ln -s /etc/passwd /var/lib/old/link"),
		0);
	add(h, EXEC_DIRECTORY_STATE, "old");
	harness_run_shell(
		h, "stat -c '%n %a %u' /var/lib/old /var/lib/old/sub /var/lib/old/f /etc/passwd");
	assert_output(h,
		      "/var/lib/old 755 4001\n/var/lib/old/sub 755 4001\n/var/lib/old/f 6755 4001\n"
		      "/etc/passwd 644 0\n");
	/* Its top is the user's now: a file of root that somebody puts there stays root's. */
	assert_int_equal(sh("touch /var/lib/old/roots"), 0);
	harness_run_shell(h, "stat -c %u /var/lib/old/roots");
	assert_output(h, "0\n");
}

UNIT_TEST(file_in_the_way)
{
	assert_int_equal(sh("mkdir -p /var/cache; touch /var/cache/file"), 0);
	add(h, EXEC_DIRECTORY_CACHE, "file");
	harness_run_shell(h, "echo");
	assert_int_equal(harness_exit_status(h), 239);
	assert_output(
		h, "<3>test.service: Failed to set up special execution directory in /var/cache: "
		   "Not a directory\n"
		   "<3>test.service: Failed at step CACHE_DIRECTORY spawning /bin/sh: Not a "
		   "directory\n");
}

UNIT_TEST(paths_that_lead_out_are_refused)
{
	add(h, EXEC_DIRECTORY_STATE, "../../etc/x");
	harness_run_shell(h, "echo");
	assert_int_equal(harness_exit_status(h), 238);
}

UNIT_TEST(dynamic_user_directories)
{
	char *uid;

	h->unit.exec.dynamic_user = true;
	assert_int_equal(
		sh("mkdir -p /var/lib/dyn/sub; touch /var/lib/dyn/f; chmod 4755 /var/lib/dyn/f"),
		0);
	add(h, EXEC_DIRECTORY_STATE, "dyn");
	add(h, EXEC_DIRECTORY_CACHE, "a/b");
	add(h, EXEC_DIRECTORY_RUNTIME, "dynr");
	harness_run_shell(
		h,
		"readlink /var/lib/dyn /var/cache/a/b; echo $STATE_DIRECTORY; touch "
		"$STATE_DIRECTORY/new && "
		"touch /var/cache/a/b/new && stat -c %a /var/lib/dyn/f && test ! -L /run/dynr && "
		"touch /run/dynr/x && echo yes");
	assert_output(h, "private/dyn\n../private/a/b\n/var/lib/dyn\n755\nyes\n");
	/* Without DynamicUser= it comes back to its place, and to its new owner. */
	h->unit.exec.dynamic_user = false;
	h->unit.exec.directories[EXEC_DIRECTORY_CACHE].paths.n = 0;
	harness_run_shell(h, "test ! -L /var/lib/dyn && stat -c '%u' /var/lib/dyn/new /run/dynr/x");
	uid = h->output;
	assert_string_equal(uid, "0\n0\n");
}

UNIT_TEST(make_without_a_child)
{
	struct exec_identity id = { .set = true, .uid = 4001, .gid = 4002 };
	enum exec_step step = EXEC_OK;

	add(h, EXEC_DIRECTORY_LOGS, "made");
	assert_int_equal(exec_directories_make(&h->unit, &id, &step), 0);
	assert_int_equal(sh("test \"$(stat -c %u:%g /var/log/made)\" = 4001:4002"), 0);
	assert_int_equal(sh("touch /var/log/plain"), 0);
	add(h, EXEC_DIRECTORY_LOGS, "plain/x");
	assert_int_equal(exec_directories_make(&h->unit, &id, &step), -ENOTDIR);
	assert_int_equal(step, EXEC_LOGS_DIRECTORY);
}

UNIT_TEST(credentials)
{
	struct exec_settings *e = &h->unit.exec;

	e->user = "svc";
	assert_int_equal(sh("mkdir -p /run/credstore /tmp/dir; echo stored >/run/credstore/s.one; "
			    "echo file >/tmp/c; "
			    "chmod 600 /tmp/c; echo 1 >/tmp/dir/a; echo 2 >/tmp/dir/b"),
			 0);
	strv_add(&e->load_credential, &h->arena, "c:/tmp/c");
	strv_add(&e->load_credential, &h->arena, "d:/tmp/dir");
	strv_add(&e->load_credential, &h->arena, "nothing");
	strv_add(&e->load_credential, &h->arena, "default:/nonexistent");
	strv_add(&e->import_credential, &h->arena, "s.*");
	strv_add(&e->set_credential, &h->arena, "default:x\\ty");
	strv_add(&e->set_credential, &h->arena, "c:not used");
	harness_run_shell(
		h,
		"cd $CREDENTIALS_DIRECTORY && pwd && ls | tr '\\n' ' ' && cat c d_b default s.one; "
		"stat -c '%a %u' . c; touch x || :");
	assert_output(h,
		      "/run/credentials/test.service\nc d_a d_b default s.one file\n2\nx\tystored\n"
		      "500 4001\n400 4001\ntouch: cannot touch 'x': Permission denied\n");
	exec_directories_remove(&h->unit, false);
	assert_int_not_equal(sh("test -e /run/credentials"), 0);
	strv_add(&e->load_credential, &h->arena, "gone:/nonexistent");
	harness_run_shell(h, "echo");
	assert_int_equal(harness_exit_status(h), 243);
}

/* One that can be done without does not hide one that cannot. */
UNIT_TEST(credentials_that_nobody_can_decrypt)
{
	static const struct directive load = { .name = "LoadCredentialEncrypted" };
	struct unit_assignment assignments[] = {
		{ .directive = &load, .value = "token:/etc/token" },
		{ .directive = &load, .value = "nothing" },
	};

	h->unit.assignments = assignments + 1;
	h->unit.n_assignments = 1;
	harness_run_shell(h, "echo ran");
	assert_output(h, "ran\n");
	h->unit.assignments = assignments;
	h->unit.n_assignments = 2;
	harness_run_shell(h, "echo ran");
	assert_int_equal(harness_exit_status(h), 243);
	assert_non_null(strstr(h->output, "LoadCredentialEncrypted=token (there is no key"));
}

/* What is mounted there stays; what lies beside it goes. */
UNIT_TEST(clean_names_what_it_cannot_remove)
{
	add(h, EXEC_DIRECTORY_STATE, "above");
	add(h, EXEC_DIRECTORY_STATE, "busy");
	add(h, EXEC_DIRECTORY_STATE, "free");
	assert_int_equal(sh("cd /var && mkdir -p lib/above/sub lib/busy lib/free/sub && "
			    "mount -t tmpfs x lib/busy && mount -t tmpfs x lib/above/sub"), 0);
	assert_int_equal(exec_directories_clean(&h->unit, 1 << EXEC_DIRECTORY_STATE, &h->diags),
			 -ENOTEMPTY);
	assert_int_equal(h->diags.n, 2);
	assert_int_equal(h->diags.v[0].code, -ENOTEMPTY);
	assert_string_equal(h->diags.v[1].text,
			    "Failed to remove '/var/lib/busy': Device or resource busy");
	assert_int_not_equal(sh("test -e /var/lib/free"), 0);
	assert_int_equal(sh("umount /var/lib/busy /var/lib/above/sub"), 0);
	assert_int_equal(exec_directories_clean(&h->unit, 1 << EXEC_DIRECTORY_STATE, NULL), 0);
	assert_int_not_equal(sh("test -e /var/lib/busy -o -e /var/lib/above"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(owner_mode_and_variable),
		cmocka_unit_test(preserve),
		cmocka_unit_test(five_kinds),
		cmocka_unit_test(existing_tree_changes_hands_once),
		cmocka_unit_test(file_in_the_way),
		cmocka_unit_test(paths_that_lead_out_are_refused),
		cmocka_unit_test(dynamic_user_directories),
		cmocka_unit_test(make_without_a_child),
		cmocka_unit_test(clean_names_what_it_cannot_remove),
		cmocka_unit_test(credentials),
		cmocka_unit_test(credentials_that_nobody_can_decrypt),
	};

	return cmocka_run_group_tests(tests, harness_group_setup, NULL);
}
