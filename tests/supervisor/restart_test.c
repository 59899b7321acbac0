/* SPDX-License-Identifier: MIT */

/* Automatic restarts, limits, and what happens when somebody is killed: systemd.service(5),
 * Restart=; systemd.unit(5), StartLimitBurst=. */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "supervisor/supervisor.h"
#include "world.h"

static void test_on_failure(void **state)
{
	struct world *w = *state;
	struct record before, after;

	world_unit(w, "a.service", "[Service]\nRestart=on-failure\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_record(w, "a.service", &before));
	assert_int_equal(kill(before.main.pid, SIGKILL), 0);
	assert_said(w, "a.service", "Scheduled restart job, restart counter is at 1.");
	assert_true(world_wait(w, "a.service", "running"));
	assert_true(world_record(w, "a.service", &after));
	assert_int_equal(after.n_restarts, 1);
	assert_int_not_equal(after.main.pid, before.main.pid);
	assert_string_not_equal(after.invocation_id, before.invocation_id);
	assert_said(w, "a.service", "Main process exited, code=killed, status=9/KILL");
	assert_said(w, "a.service", "a.service: Failed with result 'signal'.");
	/* An end by SIGTERM is clean. */
	assert_int_equal(kill(after.main.pid, SIGTERM), 0);
	assert_true(world_wait(w, "a.service", "dead"));
}

static void test_start_limit(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(w, "a.service",
		   "[Unit]\nStartLimitBurst=3\n[Service]\nRestart=always\nRestartSec=10ms\n"
		   "ExecStart=/bin/sh -c 'echo x >>@/f; exit 1'\n");
	assert_answer(w, "a.service", "start", "done");
	assert_said(w, "a.service", "a.service: Start request repeated too quickly.");
	assert_true(world_wait(w, "a.service", "failed"));
	assert_string_equal(world_file(w, "f", NULL), "x\nx\nx\n");
	assert_true(world_record(w, "a.service", &r));
	assert_string_equal(r.result, "exit-code");
	assert_int_equal(r.n_restarts, 3);
	assert_said(w, "a.service", "Failed to start a.service.");
	/* The counters outlive their supervisor. */
	assert_answer(w, "a.service", "start", "failed exit-code");
	assert_answer(w, "a.service", "reset-failed", "done");
	assert_true(world_wait(w, "a.service", "dead"));
	assert_answer(w, "a.service", "start", "done");
	assert_said(w, "a.service", "restart counter is at 1.");
	assert_answer(w, "a.service", "stop", "done");
}

/* Who starts us because somebody ended has the starts of the whole chain with it. */
static void test_start_limit_of_chain(void **state)
{
	struct world *w = *state;
	char chain[64];

	world_unit(w, "a.service",
		   "[Unit]\nStartLimitBurst=3\n[Service]\nType=oneshot\nExecStart=/bin/true\n");
	snprintf(chain, sizeof(chain), "b.service 1 9;a.service %llu 2",
		 (unsigned long long)clock_monotonic());
	setenv("SOLOCTL_STARTS", chain, 1);
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_wait(w, "a.service", "dead"));
	chain[strlen(chain) - 1] = '3';
	setenv("SOLOCTL_STARTS", chain, 1);
	assert_answer(w, "a.service", "start", "failed start-limit-hit");
	/* Long ago. */
	setenv("SOLOCTL_STARTS", "a.service 1 3", 1);
	assert_answer(w, "a.service", "reset-failed", "done");
	assert_answer(w, "a.service", "start", "done");
	unsetenv("SOLOCTL_STARTS");
}

/* What has failed already, and is not even tried, calls nobody again. */
static void test_failed_stays_failed(void **state)
{
	struct world *w = *state;
	const char *calls;

	world_unit(w, "a.service",
		   "[Unit]\nStartLimitBurst=1\nOnFailure=b.service\n[Service]\nType=oneshot\n"
		   "ExecStart=/bin/false\n");
	world_unit(w, "c.service", "[Unit]\nOnSuccess=d.service\n[Service]\nExecStart=/bin/true\n");
	assert_answer(w, "a.service", "start", "failed exit-code");
	world_file(w, "aftermath", "--soloctl-aftermath failed a.service ");
	assert_answer(w, "a.service", "start", "failed exit-code");
	assert_said(w, "a.service", "Start request repeated too quickly.");
	assert_answer(w, "c.service", "start", "done");
	world_file(w, "aftermath", "--soloctl-aftermath dead c.service ");
	calls = strstr(world_file(w, "aftermath", NULL), "failed a.service ");
	assert_null(strstr(calls + 1, "failed a.service "));
}

static void test_force_and_prevent(void **state)
{
	struct world *w = *state;

	world_unit(w, "a.service",
		   "[Service]\nRestart=always\nRestartSec=10ms\nRestartPreventExitStatus=7\n"
		   "ExecStart=/bin/sh -c 'echo x >>@/f; exit 7'\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_wait(w, "a.service", "failed"));
	assert_string_equal(world_file(w, "f", NULL), "x\n");
	world_unit(w, "b.service",
		   "[Service]\nRestartForceExitStatus=8\nRestartSec=10ms\n"
		   "ExecStart=/bin/sh -c 'echo y >>@/g; test $(wc -l <@/g) = 3 || exit 8'\n");
	assert_answer(w, "b.service", "start", "done");
	world_file(w, "g", "y\ny\ny\n");
	assert_true(world_wait(w, "b.service", "dead"));
}

static void test_requests_in_auto_restart(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(
	    w, "a.service",
		"[Service]\nRestart=always\nRestartSec=60\n"
		"ExecStart=/bin/sh -c 'test -e @/once && exec sleep 1000; touch @/once; exit 1'\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_wait(w, "a.service", "auto-restart"));
	assert_answer(w, "a.service", "start", "done");
	assert_said(w, "a.service", "immediately on client request, restart counter is at 1.");
	assert_true(world_record(w, "a.service", &r));
	assert_string_equal(r.sub, "running");
	assert_int_equal(kill(r.main.pid, SIGKILL), 0);
	assert_true(world_wait(w, "a.service", "auto-restart"));
	assert_answer(w, "a.service", "stop", "done");
	assert_true(world_wait(w, "a.service", "dead"));
	assert_unsaid(w, "a.service", "Stopping");
}

static void test_condition_of_restart(void **state)
{
	struct world *w = *state;

	world_unit(
	    w, "a.service",
		"[Unit]\nConditionPathExists=!@/gone\n[Service]\nRestart=always\nRestartSec=10ms\n"
		"ExecStart=/bin/touch @/gone\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_wait(w, "a.service", "dead"));
	assert_said(w, "a.service", "was skipped because of an unmet condition check");
}

static void test_oneshot_restart(void **state)
{
	struct world *w = *state;

	world_unit(w, "a.service",
		   "[Service]\nType=oneshot\nRestart=on-failure\nRestartSec=10ms\n"
		   "ExecStart=/bin/sh -c 'echo x >>@/f; test $(wc -l <@/f) = 3'\n");
	assert_answer(w, "a.service", "start", "failed exit-code");
	world_file(w, "f", "x\nx\nx\n");
	assert_true(world_wait(w, "a.service", "dead"));
	assert_said(w, "a.service", "Finished a.service.");
}

static void test_watchdog(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(
	    w, "a.service",
		"[Service]\nType=notify\nNotifyAccess=all\nWatchdogSec=300ms\nExecStart=/bin/sh -c "
		"'echo $WATCHDOG_USEC $WATCHDOG_PID $$$$ >@/f; @exe notify READY=1; for i in 1 2 3 4 "
		"5; do sleep "
		"0.1; @exe notify WATCHDOG=1; done; echo fed >>@/f; exec sleep 1000'\n");
	assert_answer(w, "a.service", "start", "done");
	world_file(w, "f", "fed");
	assert_true(world_wait(w, "a.service", "failed"));
	assert_true(str_has_prefix(world_file(w, "f", NULL), "300000 "));
	assert_true(world_record(w, "a.service", &r));
	assert_string_equal(r.result, "watchdog");
	assert_said(w, "a.service", "a.service: Watchdog timeout (limit 300ms)!");
	assert_said(w, "a.service", "(sleep) with signal SIGABRT.");
}

static void test_runtime_max(void **state)
{
	struct world *w = *state;

	world_unit(w, "a.service", "[Service]\nRuntimeMaxSec=200ms\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_wait(w, "a.service", "failed"));
	assert_said(w, "a.service", "Service reached runtime time limit. Stopping.");
	assert_said(w, "a.service", "a.service: Failed with result 'timeout'.");
}

static void test_aftermath(void **state)
{
	struct world *w = *state;

	world_unit(
	    w, "a.service",
		"[Unit]\nOnFailure=b.service\nOnSuccess=c.service\n[Service]\nExecStart=/bin/sh -c "
		"'test -e @/ok && exit 0; exit 4'\n");
	assert_answer(w, "a.service", "start", "done");
	world_file(w, "aftermath",
		   "--soloctl-aftermath failed a.service result=exit-code code=exited status=4\n");
	world_unit(w, "../ok", "");
	assert_true(world_wait(w, "a.service", "failed"));
	assert_answer(w, "a.service", "start", "done");
	world_file(w, "aftermath",
		   "--soloctl-aftermath dead a.service result=success code=exited status=0\n");
	assert_true(world_wait(w, "a.service", "dead"));
	/* Nobody else is there, and nobody is named: nothing is to be done. */
	world_unit(w, "d.service", "[Service]\nExecStart=/bin/true\n");
	assert_answer(w, "d.service", "start", "done");
	assert_true(world_wait(w, "d.service", "dead"));
	assert_null(strstr(world_file(w, "aftermath", NULL), "d.service"));
}

/* What a unit needed may be unneeded when it has been stopped; what a boot brings up never is. */
static void test_aftermath_of_stop(void **state)
{
	struct world *w = *state;

	world_unit(w, "needed.service", "[Service]\nExecStart=/bin/sleep 1000\n");
	world_unit(w, "early.service",
		   "[Unit]\nRequires=sysinit.target basic.target\n[Service]\nExecStart=/bin/sleep 1000\n");
	world_unit(w, "needy.service",
		   "[Unit]\nRequires=needed.service\n[Service]\nExecStart=/bin/sleep 1000\n");
	assert_int_equal(place_make_unit_dir(&w->place, "sysinit.target"), 0);
	assert_answer(w, "needed.service", "start", "done");
	assert_answer(w, "early.service", "start", "done");
	assert_answer(w, "early.service", "stop", "done");
	assert_answer(w, "needy.service", "start", "done");
	assert_answer(w, "needy.service", "stop", "done");
	world_file(w, "aftermath", "--soloctl-aftermath dead needy.service ");
	assert_null(strstr(world_file(w, "aftermath", NULL), "early.service"));
	assert_answer(w, "needed.service", "stop", "done");
	place_remove_unit(&w->place, "sysinit.target");
}

/* The supervisor is killed, the service lives: the next one takes it over. */
static void test_adoption(void **state)
{
	struct world *w = *state;
	struct record before, after;

	world_unit(
	    w, "a.service",
		"[Service]\nExecStart=/bin/sh -c 'sleep 7771 & echo up >@/f; sleep 7772 & wait'\n");
	assert_answer(w, "a.service", "start", "done");
	world_file(w, "f", "up");
	assert_true(world_record(w, "a.service", &before));
	assert_int_equal(kill(before.supervisor.pid, SIGKILL), 0);
	for (int i = 0; i < 100 && place_unit_is_supervised(&w->place, "a.service"); i++) {
		usleep(10000);
	}
	assert_true(proc_id_is_alive(&before.main));
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_record(w, "a.service", &after));
	assert_int_equal(after.main.pid, before.main.pid);
	assert_int_not_equal(after.supervisor.pid, before.supervisor.pid);
	assert_string_equal(after.invocation_id, before.invocation_id);
	assert_answer(w, "a.service", "stop", "done");
	assert_true(world_wait(w, "a.service", "dead"));
	assert_false(proc_id_is_alive(&before.main));
}

/* Its end is seen by who has taken it over, and its status where the kernel tells it (Linux 6.15). */
static void test_adopted_service_fails(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(w, "a.service",
		   "[Service]\nExecStart=/bin/sh -c 'while test ! -e @/go; do sleep 0.02; done; exit 7'\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_record(w, "a.service", &r));
	assert_int_equal(kill(r.supervisor.pid, SIGKILL), 0);
	for (int i = 0; i < 100 && place_unit_is_supervised(&w->place, "a.service"); i++) {
		usleep(10000);
	}
	assert_answer(w, "a.service", "ping", "done");
	assert_true(world_wait(w, "a.service", "running"));
	world_unit(w, "../go", "");
	for (int i = 0; i < 500 && place_unit_is_supervised(&w->place, "a.service"); i++) {
		usleep(10000);
	}
	if (world_record(w, "a.service", &r)) {
		assert_string_equal(r.result, "exit-code");
		assert_int_equal(r.exec_main.status, 7);
	}
}

/* What a service writes and tells after its supervisor was replaced is heard by the new one. */
static void test_adopted_service_speaks(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(w, "a.service",
		   "[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sh -c '@exe notify READY=1; "
		   "while test ! -e @/speak; do sleep 0.02; done; echo still here; @exe notify "
		   "STATUS=later; sleep 1000'\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_record(w, "a.service", &r));
	assert_int_equal(kill(r.supervisor.pid, SIGKILL), 0);
	for (int i = 0; i < 100 && place_unit_is_supervised(&w->place, "a.service"); i++) {
		usleep(10000);
	}
	assert_answer(w, "a.service", "ping", "done");
	world_unit(w, "../speak", "");
	assert_said(w, "a.service", "still here");
	for (int i = 0; i < 300; i++) {
		assert_true(world_record(w, "a.service", &r));
		if (streq_null(r.status_text, "later")) {
			break;
		}
		usleep(10000);
	}
	assert_string_equal(r.status_text, "later");
	assert_answer(w, "a.service", "stop", "done");
}

static void test_adopted_service_ends(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(w, "a.service", "[Service]\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_record(w, "a.service", &r));
	assert_int_equal(kill(r.supervisor.pid, SIGKILL), 0);
	for (int i = 0; i < 100 && place_unit_is_supervised(&w->place, "a.service"); i++) {
		usleep(10000);
	}
	assert_answer(w, "a.service", "ping", "done");
	assert_true(world_wait(w, "a.service", "running"));
	assert_int_equal(kill(r.main.pid, SIGTERM), 0);
	assert_true(world_wait(w, "a.service", "dead"));
	/* Both killed: the next start finds a failed unit and starts it. */
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_record(w, "a.service", &r));
	assert_int_equal(kill(r.supervisor.pid, SIGKILL), 0);
	assert_int_equal(kill(r.main.pid, SIGKILL), 0);
	for (int i = 0; i < 100 && place_unit_is_supervised(&w->place, "a.service"); i++) {
		usleep(10000);
	}
	assert_answer(w, "a.service", "start", "done");
	assert_answer(w, "a.service", "stop", "done");
}

static void test_two_starts_at_once(void **state)
{
	struct world *w = *state;
	int fds[6];
	struct record r;

	world_unit(w, "a.service",
		   "[Service]\nExecStartPre=/bin/sh -c 'echo x >>@/f; sleep "
		   "0.1'\nExecStart=/bin/sleep 1000\n");
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		fds[i] = supervisor_spawn(&w->place, "a.service", "start");
	}
	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		assert_string_equal(world_answer(w, fds[i]), "done");
		close(fds[i]);
	}
	assert_string_equal(world_file(w, "f", NULL), "x\n");
	assert_true(world_record(w, "a.service", &r));
	assert_answer(w, "a.service", "stop", "done");
	assert_true(world_wait(w, "a.service", "dead"));
}

static void test_reread(void **state)
{
	struct world *w = *state;

	world_unit(w, "a.service", "[Service]\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "a.service", "start", "done");
	world_unit(w, "a.service",
		   "[Service]\nExecStart=/bin/sleep 1000\nExecStop=/bin/touch "
		   "@/stopped\nExecStopPost=/bin/sh -c 'echo end >@/f'\n");
	assert_answer(w, "a.service", "reread", "done");
	assert_answer(w, "a.service", "stop", "done");
	assert_string_equal(world_file(w, "f", "end"), "end\n");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		world_test(test_on_failure),
		world_test(test_start_limit),
		world_test(test_start_limit_of_chain),
		world_test(test_failed_stays_failed),
		world_test(test_force_and_prevent),
		world_test(test_requests_in_auto_restart),
		world_test(test_condition_of_restart),
		world_test(test_oneshot_restart),
		world_test(test_watchdog),
		world_test(test_runtime_max),
		world_test(test_aftermath),
		world_test(test_aftermath_of_stop),
		world_test(test_adoption),
		world_test(test_adopted_service_ends),
		world_test(test_adopted_service_fails),
		world_test(test_adopted_service_speaks),
		world_test(test_two_starts_at_once),
		world_test(test_reread),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
