/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>

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

#define ENV "env | grep -E '^(USER|LOGNAME|HOME|SHELL)=' | sort | tr '\\n' ' '"
#define IDS "echo $(id -u) $(id -g) $(id -G)"

UNIT_TEST(without_user)
{
	harness_run_shell(h, ENV "; " IDS);
	assert_output(h, "USER=root 0 0 0\n");
	h->unit.exec.set_login_environment = 1;
	harness_run_shell(h, ENV);
	assert_output(h, "HOME=/root LOGNAME=root SHELL=/bin/sh USER=root ");
}

UNIT_TEST(groups_of_the_caller_do_not_reach_it)
{
	gid_t groups[] = { 4003, 4004 };

	assert_int_equal(setgroups(2, groups), 0);
	harness_run_shell(h, IDS);
	assert_output(h, "0 0 0\n");
	assert_int_equal(setgroups(0, NULL), 0);
}

UNIT_TEST(user_by_name_and_number)
{
	h->unit.exec.user = "svc";
	harness_run_shell(h, ENV "; " IDS);
	assert_output(h, "HOME=/run/home LOGNAME=svc USER=svc 4001 4002 4002 4003\n");
	h->unit.exec.user = "4001";
	h->unit.exec.set_login_environment = 0;
	harness_run_shell(h, ENV "; " IDS);
	assert_output(h, "USER=svc 4001 4002 4002 4003\n");
}

UNIT_TEST(nobody_has_no_home)
{
	h->unit.exec.user = "nobody";
	harness_run_shell(h, ENV);
	assert_output(h, "LOGNAME=nobody USER=nobody ");
	h->unit.exec.working_directory = "~";
	harness_run_shell(h, "pwd");
	assert_output(h, "/\n");
	h->unit.exec.user = "homeless";
	harness_run_shell(h, "pwd");
	assert_int_equal(harness_exit_status(h), 200);
}

UNIT_TEST(unknown_user_is_217)
{
	h->unit.exec.user = "nosuch";
	harness_run_shell(h, "id");
	assert_int_equal(harness_exit_status(h), 217);
	assert_output(h,
		      "<3>test.service: Failed to determine user credentials: No such process\n"
		      "<3>test.service: Failed at step USER spawning /bin/sh: No such process\n");
	h->unit.exec.user = "4711";
	harness_run_shell(h, "id");
	assert_int_equal(harness_exit_status(h), 217);
}

UNIT_TEST(unknown_group_is_216)
{
	h->unit.exec.group = "nosuch";
	harness_run_shell(h, "id");
	assert_int_equal(harness_exit_status(h), 216);
	h->unit.exec.group = "4711";
	harness_run_shell(h, "id");
	assert_int_equal(harness_exit_status(h), 216);
	h->unit.exec.group = NULL;
	strv_add(&h->unit.exec.supplementary_groups, &h->arena, "nosuch");
	harness_run_shell(h, "id");
	assert_int_equal(harness_exit_status(h), 216);
}

UNIT_TEST(group_and_supplementary_groups)
{
	h->unit.exec.group = "more";
	strv_add(&h->unit.exec.supplementary_groups, &h->arena, "extra");
	harness_run_shell(h, ENV "; " IDS);
	assert_output(h, "USER=root 0 4004 4004 4003\n");
	h->unit.exec.user = "svc";
	h->unit.exec.supplementary_groups.v[0] = "nogroup";
	harness_run_shell(h, IDS);
	assert_output(h, "4001 4004 4004 4003 65534\n");
}

UNIT_TEST(privileged_prefixes)
{
	h->unit.exec.user = "svc";
	h->unit.exec.no_new_privileges = true;
	h->command.flags = COMMAND_FULLY_PRIVILEGED;
	harness_run_shell(h, "id -u; echo $USER; grep -c 'NoNewPrivs:.1' /proc/$$/status");
	assert_output(h, "0\nsvc\n0\n");
	h->command.flags = COMMAND_NO_SETUID;
	harness_run_shell(h, "id -u; grep -c 'NoNewPrivs:.1' /proc/$$/status");
	assert_output(h, "0\n1\n");
	h->command.flags = COMMAND_AMBIENT_MAGIC;
	harness_run_shell(h, "id -u");
	assert_output(h, "4001\n");
	h->command.flags = 0;
	h->unit.service.permissions_start_only = true;
	h->request.is_start = false;
	harness_run_shell(h, "id -u");
	assert_output(h, "0\n");
	h->request.is_start = true;
	harness_run_shell(h, "id -u");
	assert_output(h, "4001\n");
}

UNIT_TEST(dynamic_user)
{
	int uid = 0, gid = 0;

	h->unit.exec.dynamic_user = true;
	harness_run_shell(h, IDS "; grep NoNew /proc/$$/status; " ENV);
	assert_int_equal(sscanf(h->output, "%d %d", &uid, &gid), 2);
	assert_true(uid >= 61184 && uid <= 65519);
	assert_int_equal(uid, gid);
	assert_non_null(strstr(h->output, "NoNewPrivs:\t1\nLOGNAME=test USER=test "));
	h->unit.exec.user = "svc";
	harness_run_shell(h, IDS "; " ENV);
	assert_output(h, "4001 4002 4002 4003\nLOGNAME=svc USER=svc ");
}

UNIT_TEST(resolving_tells_the_step)
{
	struct exec_identity id = { .uid = 42 };
	enum exec_step step = EXEC_OK;

	h->unit.exec.user = "root";
	assert_int_equal(exec_identity_resolve(&h->unit.exec, &h->arena, &id, &step), 0);
	assert_true(id.set);
	assert_int_equal(id.uid, 0);
	assert_string_equal(id.home, "/root");
	h->unit.exec.user = "4294967295";
	assert_int_equal(exec_identity_resolve(&h->unit.exec, &h->arena, &id, &step), -ESRCH);
	assert_int_equal(step, EXEC_USER);
	assert_int_equal(id.uid, 0);
	h->unit.exec.user = "65535";
	assert_int_equal(exec_identity_resolve(&h->unit.exec, &h->arena, &id, &step), -ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_user),
		cmocka_unit_test(groups_of_the_caller_do_not_reach_it),
		cmocka_unit_test(user_by_name_and_number),
		cmocka_unit_test(nobody_has_no_home),
		cmocka_unit_test(unknown_user_is_217),
		cmocka_unit_test(unknown_group_is_216),
		cmocka_unit_test(group_and_supplementary_groups),
		cmocka_unit_test(privileged_prefixes),
		cmocka_unit_test(dynamic_user),
		cmocka_unit_test(resolving_tells_the_step),
	};

	return cmocka_run_group_tests(tests, harness_group_setup, NULL);
}
