/* SPDX-License-Identifier: MIT */

/* sd_notify(3). */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "world.h"

static void test_ready(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(w, "a.service",
		   "[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sh -c 'sleep 0.1; "
		   "@exe notify "
		   "\"READY=1\\\\nSTATUS=hello world\\\\nERRNO=2\" && exec sleep 1000'\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_record(w, "a.service", &r));
	assert_string_equal(r.status_text, "hello world");
	assert_int_equal(r.status_errno, 2);
	assert_said(w, "a.service", "Starting a.service...");
	assert_said(w, "a.service", "Started a.service.");
	assert_answer(w, "a.service", "stop", "done");
}

static void test_never_ready(void **state)
{
	struct world *w = *state;

	world_unit(w, "a.service", "[Service]\nType=notify\nExecStart=/bin/true\n");
	assert_answer(w, "a.service", "start", "failed protocol");
	world_unit(w, "b.service",
		   "[Service]\nType=notify\nTimeoutStartSec=300ms\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "b.service", "start", "failed timeout");
	assert_said(w, "b.service", "b.service: start operation timed out. Terminating.");
}

static void test_access(void **state)
{
	struct world *w = *state;

	world_unit(
	    w, "a.service",
		"[Service]\nType=notify\nTimeoutStartSec=500ms\nExecStart=/bin/sh -c '@exe notify "
		"READY=1; sleep 1000'\n");
	assert_answer(w, "a.service", "start", "failed timeout");
	assert_said(w, "a.service", "but reception only permitted for main PID");
	world_unit(w, "b.service",
		   "[Service]\nType=notify\nExecStart=/bin/sh -c 'exec @exe notify "
		   "READY=1'\nRemainAfterExit=yes\n");
	assert_answer(w, "b.service", "start", "done");
	assert_answer(w, "b.service", "stop", "done");
}

static void test_extend_timeout(void **state)
{
	struct world *w = *state;

	world_unit(
	    w, "a.service",
		"[Service]\nType=notify\nNotifyAccess=all\nTimeoutStartSec=200ms\nExecStart=/bin/sh -c "
		"'@exe notify EXTEND_TIMEOUT_USEC=3000000; sleep 0.6; @exe notify READY=1; exec sleep "
		"1000'\n");
	assert_answer(w, "a.service", "start", "done");
	assert_answer(w, "a.service", "stop", "done");
}

static void test_main_pid(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(
	    w, "a.service",
		"[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sh -c '(setsid sleep 7771 & "
		"@exe notify \"MAINPID=$$!\\\\nREADY=1\")'\n");
	assert_answer(w, "a.service", "start", "done");
	usleep(100000);
	assert_true(world_record(w, "a.service", &r));
	assert_string_equal(r.sub, "running");
	assert_non_null(strstr(proc_command_line(r.main.pid, &w->arena), "7771"));
	assert_int_equal(kill(r.main.pid, SIGKILL), 0);
	assert_true(world_wait(w, "a.service", "failed"));
	assert_true(world_record(w, "a.service", &r));
	assert_string_equal(r.result, "signal");
}

static void test_reload(void **state)
{
	struct world *w = *state;

	world_unit(w, "a.service",
		   "[Service]\nType=notify-reload\nNotifyAccess=all\nExecStart=/bin/sh -c 'trap "
		   "\"@exe notify "
		   "RELOADING=1; sleep 0.1; echo again >@/f; @exe notify READY=1\" HUP; @exe "
		   "notify READY=1; "
		   "while :; do sleep 0.05; done'\n");
	assert_answer(w, "a.service", "start", "done");
	assert_answer(w, "a.service", "reload", "done");
	assert_string_equal(world_file(w, "f", NULL), "again\n");
	assert_answer(w, "a.service", "stop", "done");
}

static void test_stopping_and_barrier(void **state)
{
	struct world *w = *state;

	world_unit(
	    w, "a.service",
		"[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sh -c '@exe notify READY=1 "
		"barrier && echo passed >@/f; while test ! -e @/stop; do sleep 0.02; done; @exe notify "
		"STOPPING=1; sleep 0.3'\n");
	assert_answer(w, "a.service", "start", "done");
	world_file(w, "f", "passed");
	world_unit(w, "../stop", "");
	assert_true(world_wait(w, "a.service", "stop-sigterm"));
	assert_true(world_wait(w, "a.service", "dead"));
}

static void test_fd_store(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(w, "a.service",
		   "[Service]\nFileDescriptorStoreMax=2\nNotifyAccess=all\nRestart="
		   "always\nRestartSec=10ms\n"
		   "ExecStart=/bin/sh -c 'echo \"fds=$LISTEN_FDS names=$LISTEN_FDNAMES "
		   "store=$FDSTORE\" >>@/f; "
		   "@exe notify X=1 \"FDSTORE=1\\\\nFDNAME=kept\\\\nFDPOLL=0\"; echo >>@/f; exec "
		   "sleep 1000'\n");
	assert_answer(w, "a.service", "start", "done");
	world_file(w, "f", "\n\n");
	assert_true(world_record(w, "a.service", &r));
	usleep(50000);
	kill(r.main.pid, SIGKILL);
	world_file(w, "f", "fds=1 names=kept store=2");
	assert_answer(w, "a.service", "stop", "done");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		world_test(test_ready),
		world_test(test_never_ready),
		world_test(test_access),
		world_test(test_extend_timeout),
		world_test(test_main_pid),
		world_test(test_reload),
		world_test(test_stopping_and_barrier),
		world_test(test_fd_store),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
