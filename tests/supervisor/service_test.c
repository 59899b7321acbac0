/* SPDX-License-Identifier: MIT */

/* Types of services on their way up: systemd.service(5), Type=. The sentences are those that
 * systemd 257's journal has. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "world.h"

static void test_simple(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(w, "a.service",
		   "[Unit]\nDescription=An A\n[Service]\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_record(w, "a.service", &r));
	assert_string_equal(r.sub, "running");
	assert_int_equal(r.active, ACTIVE_ACTIVE);
	assert_true(proc_id_is_alive(&r.main));
	assert_true(proc_id_is_alive(&r.supervisor));
	assert_int_equal(strlen(r.invocation_id), 32);
	assert_true(r.active_enter_realtime > 0);
	assert_answer(w, "a.service", "start", "done");
	assert_answer(w, "a.service", "bogus", "error 22");
	assert_answer(w, "a.service", "stop", "done");
	assert_true(world_wait(w, "a.service", "dead"));
	assert_false(proc_id_is_alive(&r.main));
	assert_said(w, "a.service", "Started a.service - An A.");
	assert_said(w, "a.service", "Stopping a.service - An A...");
	assert_said(w, "a.service", "a.service: Deactivated successfully.");
	assert_said(w, "a.service", "Stopped a.service - An A.");
	assert_unsaid(w, "a.service", "Starting");
}

static void test_simple_fails(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(w, "a.service", "[Service]\nExecStart=/bin/sh -c 'echo out; exit 3'\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_wait(w, "a.service", "failed"));
	assert_true(world_record(w, "a.service", &r));
	assert_string_equal(r.result, "exit-code");
	assert_int_equal(r.exec_main.code, CLD_EXITED);
	assert_int_equal(r.exec_main.status, 3);
	assert_said(w, "a.service",
			"a.service: Main process exited, code=exited, status=3/NOTIMPLEMENTED");
	assert_said(w, "a.service", "a.service: Failed with result 'exit-code'.");
	assert_said(w, "a.service", "]: out");
	assert_unsaid(w, "a.service", "Failed to start");
}

static void test_missing_binary(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(w, "a.service", "[Service]\nExecStart=/nonexistent/x\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_wait(w, "a.service", "failed"));
	assert_true(world_record(w, "a.service", &r));
	assert_int_equal(r.exec_main.status, 203);
	world_unit(w, "e.service", "[Service]\nType=exec\nExecStart=/nonexistent/x\n");
	assert_answer(w, "e.service", "start", "failed exit-code");
	assert_said(w, "e.service", "Main process exited, code=exited, status=203/EXEC");
	assert_said(w, "e.service", "Failed to start e.service.");
}

static void test_exec(void **state)
{
	struct world *w = *state;

	world_unit(w, "a.service", "[Service]\nType=exec\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "a.service", "start", "done");
	assert_answer(w, "a.service", "stop", "done");
}

static void test_oneshot(void **state)
{
	struct world *w = *state;

	world_unit(
	    w, "a.service",
		"[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo 1 >>@/f'\n"
		"ExecStart=-/bin/false\nExecStart=/bin/sh -c 'echo 2 >>@/f'\nExecStopPost=/bin/sh -c "
		"'echo $SERVICE_RESULT $EXIT_CODE $EXIT_STATUS >>@/f'\n");
	assert_answer(w, "a.service", "start", "done");
	assert_string_equal(world_file(w, "f", "success"), "1\n2\nsuccess exited 0\n");
	assert_true(world_wait(w, "a.service", "dead"));
	assert_said(w, "a.service", "Starting a.service...");
	assert_said(w, "a.service", "Finished a.service.");
	world_unit(w, "b.service",
		   "[Service]\nType=oneshot\nExecStart=/bin/false\nExecStart=/bin/touch @/no\n");
	assert_answer(w, "b.service", "start", "failed exit-code");
	assert_said(w, "b.service", "Failed to start b.service.");
	assert_true(world_wait(w, "b.service", "failed"));
}

static void test_remain_after_exit(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(
	    w, "a.service",
		"[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'echo up >>@/f'\n"
		"ExecStop=/bin/sh -c 'echo down >>@/f'\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_wait(w, "a.service", "exited"));
	/* Nothing is left to be supervised: only the record stays. */
	for (int i = 0; i < 100 && place_unit_is_supervised(&w->place, "a.service"); i++) {
		usleep(10000);
	}
	assert_true(world_record(w, "a.service", &r));
	assert_int_equal(r.supervisor.pid, 0);
	assert_answer(w, "a.service", "start", "done");
	assert_answer(w, "a.service", "stop", "done");
	assert_string_equal(world_file(w, "f", "down"), "up\ndown\n");
	assert_true(world_wait(w, "a.service", "dead"));
}

static void test_forking(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(w, "a.service",
		   "[Service]\nType=forking\nExecStart=/bin/sh -c 'setsid sleep 1000 &'\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_record(w, "a.service", &r));
	assert_true(proc_id_is_alive(&r.main));
	assert_answer(w, "a.service", "stop", "done");
	assert_false(proc_id_is_alive(&r.main));
}

static void test_pid_file(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(
	    w, "a.service",
		"[Service]\nType=forking\nPIDFile=@/a.pid\n"
		"ExecStart=/bin/sh -c '(sleep 1001 & sleep 0.2; echo $$! >@/a.pid; sleep 1002)&'\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_record(w, "a.service", &r));
	assert_non_null(strstr(proc_command_line(r.main.pid, &w->arena), "1001"));
	assert_answer(w, "a.service", "stop", "done");
	assert_string_equal(world_file(w, "a.pid", NULL), "");
	world_unit(w, "b.service",
		   "[Service]\nType=forking\nPIDFile=@/b.pid\nExecStart=/bin/true\n");
	assert_answer(w, "b.service", "start", "failed protocol");
	assert_said(w, "b.service", "(yet?) after start: No such file or directory");
	world_unit(w, "c.service",
		   "[Service]\nType=forking\nPIDFile=@/b.pid\nTimeoutStartSec=500ms\n"
		   "ExecStart=/bin/sh -c 'sleep 1000 &'\n");
	assert_answer(w, "c.service", "start", "failed timeout");
	assert_said(w, "c.service", "c.service: start operation timed out. Terminating.");
}

static void test_foreign_pid_file(void **state)
{
	struct world *w = *state;

	if (geteuid() != 0) {
		skip();
	}
	world_unit(
	    w, "a.service",
		"[Service]\nType=forking\nPIDFile=@/a.pid\nTimeoutStartSec=500ms\nExecStart=/bin/sh "
		"-c 'sleep 1000 & echo 2 >@/a.pid; chown 65534 @/a.pid'\n");
	/* Process 2 may or may not exist; in neither case may it become ours. */
	assert_answer(w, "a.service", "start", "failed timeout");
}

static void test_condition_and_pre(void **state)
{
	struct world *w = *state;

	world_unit(w, "a.service",
		   "[Service]\nExecCondition=/bin/sh -c 'exit 3'\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "a.service", "start", "skipped");
	assert_true(world_wait(w, "a.service", "dead"));
	assert_said(w, "a.service", "a.service: Skipped due to 'exec-condition'.");
	assert_said(w, "a.service", "Condition check resulted in a.service being skipped.");
	world_unit(w, "b.service",
		   "[Service]\nExecCondition=/bin/sh -c 'exit 255'\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "b.service", "start", "failed exit-code");
	world_unit(w, "c.service",
		   "[Service]\nExecStartPre=/bin/sh -c 'echo pre >>@/f'\nExecStartPre=/bin/false\n"
		   "ExecStart=/bin/sleep 1000\nExecStop=/bin/sh -c 'echo stop >>@/f'\n"
		   "ExecStopPost=/bin/sh -c 'echo post $SERVICE_RESULT >>@/f'\n");
	assert_answer(w, "c.service", "start", "failed exit-code");
	assert_string_equal(world_file(w, "f", "post"), "pre\npost exit-code\n");
	assert_said(w, "c.service", "Control process exited, code=exited, status=1/FAILURE");
}

static void test_start_post(void **state)
{
	struct world *w = *state;

	world_unit(
	    w, "a.service",
		"[Service]\nExecStart=/bin/sleep 1000\nExecStartPost=/bin/sh -c 'echo $MAINPID >@/f'\n"
		"ExecStop=/bin/sh -c 'echo stop $MAINPID >>@/f'\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(atoi(world_file(w, "f", "\n")) > 1);
	assert_answer(w, "a.service", "stop", "done");
	assert_true(atoi(strstr(world_file(w, "f", "stop"), "stop ") + 5) > 1);
	world_unit(w, "b.service",
		   "[Service]\nExecStart=/bin/sleep 1000\nExecStartPost=/bin/false\n");
	assert_answer(w, "b.service", "start", "failed exit-code");
}

static void test_reload(void **state)
{
	struct world *w = *state;

	world_unit(
	    w, "a.service",
		"[Service]\nExecStart=/bin/sleep 1000\nExecReload=/bin/sh -c 'echo $MAINPID >@/f'\n");
	assert_answer(w, "a.service", "reload", "invalid");
	assert_answer(w, "a.service", "start", "done");
	assert_answer(w, "a.service", "reload", "done");
	assert_true(atoi(world_file(w, "f", "\n")) > 1);
	assert_said(w, "a.service", "Reloading a.service...");
	assert_said(w, "a.service", "Reloaded a.service.");
	assert_answer(w, "a.service", "stop", "done");
	world_unit(w, "b.service", "[Service]\nExecStart=/bin/sleep 1000\nExecReload=/bin/false\n");
	assert_answer(w, "b.service", "start", "done");
	assert_answer(w, "b.service", "reload", "failed success");
	assert_said(w, "b.service", "Reload failed for b.service.");
	assert_answer(w, "b.service", "stop", "done");
}

static void test_environment(void **state)
{
	struct world *w = *state;
	const char *text;

	setenv("LEAK", "x", 1);
	world_unit(
	    w, "a.service",
		"[Service]\nType=oneshot\nExecStart=/bin/sh -c 'env >@/f; ls -l /proc/$$$$/fd >@/g'\n");
	assert_answer(w, "a.service", "start", "done");
	text = world_file(w, "f", "INVOCATION_ID=");
	assert_non_null(strstr(text, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"));
	assert_null(strstr(text, "LEAK"));
	assert_null(strstr(text, "SOLOCTL"));
	assert_null(strstr(text, "NOTIFY_SOCKET"));
	assert_non_null(strstr(world_file(w, "g", NULL), "/dev/null"));
}

/* Where there is no bus, a service counts as started once executed, and its log says so. */
static void test_dbus_without_a_bus(void **state)
{
	struct world *w = *state;

	setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus", 1);
	world_unit(w, "a.service", "[Service]\nType=dbus\nBusName=org.example.A\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_wait(w, "a.service", "running"));
	assert_said(w, "a.service", "There is no bus to watch for the name 'org.example.A'");
	assert_answer(w, "a.service", "stop", "done");
	unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		world_test(test_simple),	       world_test(test_simple_fails),
		world_test(test_missing_binary),   world_test(test_exec),
		world_test(test_oneshot),	       world_test(test_remain_after_exit),
		world_test(test_forking),	       world_test(test_pid_file),
		world_test(test_foreign_pid_file), world_test(test_condition_and_pre),
		world_test(test_start_post),       world_test(test_reload),
		world_test(test_environment),      world_test(test_dbus_without_a_bus),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
