/* SPDX-License-Identifier: MIT */

/* Services on their way down: systemd.kill(5), systemd.service(5), TimeoutStopSec=. */

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/root.h"
#include "world.h"

/* How many living processes have this word in their command line. */
static size_t count_processes(struct world *w, const char *word)
{
	struct proc_stat *list;
	size_t n = 0;
	size_t found = 0;

	assert_int_equal(proc_list_descendants(getpid(), &w->arena, &list, &n), 0);
	for (size_t i = 0; i < n; i++) {
		found += list[i].state != 'Z' &&
			 strstr(proc_command_line(list[i].pid, &w->arena), word) != NULL;
	}
	return found;
}

static void wait_for_processes(struct world *w, const char *word, size_t n)
{
	for (int i = 0; i < 1000 && count_processes(w, word) != n; i++) {
		usleep(10000);
	}
	assert_int_equal(count_processes(w, word), n);
}

static void test_control_group(void **state)
{
	struct world *w = *state;

	world_unit(w, "a.service",
		   "[Service]\nExecStart=/bin/sh -c 'setsid sh -c \"sleep 7771 & setsid env -i "
		   "sleep 7772 & "
		   "wait\" & sleep 7773; wait'\n");
	assert_answer(w, "a.service", "start", "done");
	wait_for_processes(w, "sleep 777", 5);
	assert_answer(w, "a.service", "stop", "done");
	assert_int_equal(count_processes(w, "777"), 0);
}

static void test_mixed(void **state)
{
	struct world *w = *state;

	world_unit(
	    w, "a.service",
		"[Service]\nKillMode=mixed\nExecStart=/bin/sh -c 'sleep 7771 & sleep 7772 & wait'\n");
	assert_answer(w, "a.service", "start", "done");
	wait_for_processes(w, "sleep 777", 3);
	assert_answer(w, "a.service", "stop", "done");
	assert_int_equal(count_processes(w, "777"), 0);
	assert_said(w, "a.service", "(sleep) with signal SIGKILL.");
	assert_said(w, "a.service", "a.service: Deactivated successfully.");
}

static void test_process(void **state)
{
	struct world *w = *state;
	struct proc_stat *list;
	size_t n;

	world_unit(w, "a.service",
		   "[Service]\nKillMode=process\nExecStart=/bin/sh -c 'sleep 7771 & wait'\n");
	assert_answer(w, "a.service", "start", "done");
	wait_for_processes(w, "7771", 2);
	assert_answer(w, "a.service", "stop", "done");
	assert_true(world_wait(w, "a.service", "dead"));
	assert_int_equal(count_processes(w, "sleep 7771"), 1);
	assert_said(w, "a.service", "(sleep) remains running after unit stopped.");
	assert_int_equal(proc_list_descendants(getpid(), &w->arena, &list, &n), 0);
	for (size_t i = 0; i < n; i++) {
		kill(list[i].pid, SIGKILL);
	}
}

/* What outlives its unit can go on writing, and is read: a broken pipe would kill it. */
static void test_leftover_writes(void **state)
{
	struct world *w = *state;

	world_unit(w, "a.service",
		   "[Service]\nKillMode=process\nExecStart=/bin/sh -c '"
		   "(trap \"\" TERM; echo ready >@/ready; while [ ! -e @/go ]; do sleep 0.05; done; echo late; printf later; echo over >@/over) & "
		   "exec sleep 7771'\n");
	assert_answer(w, "a.service", "start", "done");
	world_file(w, "ready", "ready");
	assert_answer(w, "a.service", "stop", "done");
	assert_true(world_wait(w, "a.service", "dead"));
	assert_false(place_unit_is_supervised(&w->place, "a.service"));
	/* The next life of the unit writes to the same log. */
	world_unit(w, "a.service", "[Service]\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "a.service", "start", "done");
	close(open(path_join(&w->arena, w->dir, "go"), O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
	world_file(w, "over", "over");
	assert_said(w, "a.service", ": late\n");
	assert_said(w, "a.service", ": later\n");
	assert_answer(w, "a.service", "stop", "done");
}

static void test_stop_timeout(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(w, "a.service",
		   "[Service]\nTimeoutStopSec=300ms\nExecStart=/bin/sh -c 'trap \"\" TERM; echo "
		   "ready >@/f; "
		   "while :; do sleep 0.05; done'\n");
	assert_answer(w, "a.service", "start", "done");
	world_file(w, "f", "ready");
	assert_answer(w, "a.service", "stop", "done");
	assert_true(world_wait(w, "a.service", "failed"));
	assert_true(world_record(w, "a.service", &r));
	assert_string_equal(r.result, "timeout");
	assert_said(w, "a.service", "State 'stop-sigterm' timed out. Killing.");
	assert_said(w, "a.service", "Main process exited, code=killed, status=9/KILL");
}

static void test_exec_stop_timeout(void **state)
{
	struct world *w = *state;

	world_unit(
	    w, "a.service",
		"[Service]\nTimeoutStopSec=300ms\nExecStart=/bin/sleep 1000\nExecStop=/bin/sleep 1000\n"
		"ExecStopPost=/bin/sleep 1000\n");
	assert_answer(w, "a.service", "start", "done");
	assert_answer(w, "a.service", "stop", "done");
	assert_true(world_wait(w, "a.service", "failed"));
	assert_said(w, "a.service", "Stopping timed out. Terminating.");
	assert_said(w, "a.service", "State 'stop-post' timed out. Terminating.");
}

static void test_fork_bomb(void **state)
{
	struct world *w = *state;

	/* Every process starts another one and dies: nobody stays long enough to be looked up. */
	world_unit(w, "a.service", "[Service]\nTimeoutStopSec=1s\nExecStart=/bin/sh @/bomb\n");
	world_unit(w, "../bomb", "trap '' TERM\nsh @/bomb7777 &\nsh @/bomb7777 &\nsleep 7777\n");
	world_unit(w, "../bomb7777", "trap '' TERM\nsleep 0.02\nsh @/bomb7777 &\nexit 0\n");
	assert_answer(w, "a.service", "start", "done");
	usleep(200000);
	assert_answer(w, "a.service", "stop", "done");
	assert_int_equal(count_processes(w, "7777"), 0);
}

static void test_hang_up_and_cont(void **state)
{
	struct world *w = *state;

	world_unit(
	    w, "a.service",
		"[Service]\nSendSIGHUP=yes\nKillSignal=SIGUSR1\nExecStart=/bin/sh -c 'trap \"echo hup "
		">>@/f; exit 0\" HUP; trap \"echo usr1 >>@/f\" USR1; echo ready >@/f; while :; do "
		"sleep "
		"0.05; done'\n");
	assert_answer(w, "a.service", "start", "done");
	world_file(w, "f", "ready");
	assert_answer(w, "a.service", "stop", "done");
	assert_non_null(strstr(world_file(w, "f", NULL), "hup"));
	world_unit(w, "b.service", "[Service]\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "b.service", "start", "done");
	assert_answer(w, "b.service", "freeze", "done");
	assert_answer(w, "b.service", "stop", "done");
}

static void test_stop_during_start(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = -1;

	world_unit(w, "a.service",
		   "[Service]\nExecStartPre=/bin/sleep 1000\nExecStart=/bin/sleep 1000\n");
	fd = world_send(w, "a.service", "start");
	assert_true(world_wait(w, "a.service", "start-pre"));
	assert_answer(w, "a.service", "stop", "done");
	assert_string_equal(world_answer(w, fd), "canceled");
	/* A killed ExecStartPre= is a failure, also when it was asked for. */
	assert_true(world_wait(w, "a.service", "failed"));
	assert_said(w, "a.service", "a.service: Failed with result 'signal'.");
}

static void test_start_during_stop(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = -1;
	struct record r;

	world_unit(w, "a.service",
		   "[Service]\nExecStart=/bin/sleep 1000\nExecStop=/bin/sleep 0.3\n");
	assert_answer(w, "a.service", "start", "done");
	fd = world_send(w, "a.service", "stop");
	assert_true(world_wait(w, "a.service", "stop"));
	assert_answer(w, "a.service", "start", "done");
	assert_string_equal(world_answer(w, fd), "canceled");
	assert_true(world_record(w, "a.service", &r));
	assert_string_equal(r.sub, "running");
	assert_answer(w, "a.service", "stop", "done");
}

static void test_stop_during_restart(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = -1;

	world_unit(w, "a.service",
		   "[Service]\nExecStart=/bin/sleep 1000\nExecStop=/bin/sleep 0.3\n");
	assert_answer(w, "a.service", "start", "done");
	fd = world_send(w, "a.service", "stop restarting");
	assert_true(world_wait(w, "a.service", "stop"));
	assert_answer(w, "a.service", "stop", "done");
	assert_string_equal(world_answer(w, fd), "canceled");
}

static void test_restart_during_start(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int first = -1, second = -1;

	world_unit(w, "a.service",
		   "[Service]\nExecStartPre=/bin/sh -c 'test -e @/go || exec sleep 1000'\n"
		   "ExecStart=/bin/sleep 1000\n");
	first = world_send(w, "a.service", "start");
	assert_true(world_wait(w, "a.service", "start-pre"));
	assert_int_equal(io_write_atomic(AT_FDCWD, path_join(&w->arena, w->dir, "go"), "", 0, 0644), 0);
	second = world_send(w, "a.service", "stop restarting");
	assert_string_equal(world_answer(w, second), "done");
	assert_int_equal(control_send(second, "start", NULL, 0), 0);
	assert_string_equal(world_answer(w, second), "done");
	assert_string_equal(world_answer(w, first), "done");
	assert_answer(w, "a.service", "stop", "done");
}

static void test_restart(void **state)
{
	struct world *w = *state;
	CLEANUP_CLOSE int fd = -1;
	struct record before, after;

	world_unit(w, "a.service",
		   "[Service]\nRestartKillSignal=SIGINT\nExecStart=/bin/sh -c 'trap \"echo int "
		   ">@/f; exit 0\" "
		   "INT; echo up >@/g; while :; do sleep 0.05; done'\n");
	assert_answer(w, "a.service", "start", "done");
	world_file(w, "g", "up");
	assert_true(world_record(w, "a.service", &before));
	fd = world_send(w, "a.service", "stop restarting");
	assert_string_equal(world_answer(w, fd), "done");
	assert_true(place_unit_is_supervised(&w->place, "a.service"));
	assert_int_equal(control_send(fd, "start", NULL, 0), 0);
	assert_string_equal(world_answer(w, fd), "done");
	assert_true(world_record(w, "a.service", &after));
	assert_int_equal(after.supervisor.pid, before.supervisor.pid);
	assert_int_not_equal(after.main.pid, before.main.pid);
	assert_string_equal(world_file(w, "f", "int"), "int\n");
	/* Whoever hangs up between the halves has only stopped it. */
	close(fd);
	fd = world_send(w, "a.service", "stop restarting");
	assert_string_equal(world_answer(w, fd), "done");
	close(fd);
	fd = -1;
	assert_true(world_wait(w, "a.service", "dead"));
}

static void test_kill_request(void **state)
{
	struct world *w = *state;

	world_unit(
	    w, "a.service",
		"[Service]\nExecStart=/bin/sh -c 'trap \"echo got >>@/f\" USR1; sleep 7771 & echo up "
		">@/f; while :; do sleep 0.05; done'\n");
	assert_answer(w, "a.service", "start", "done");
	world_file(w, "f", "up");
	assert_answer(w, "a.service", "kill main USR1", "done 1");
	assert_string_equal(world_file(w, "f", "got"), "up\ngot\n");
	assert_answer(w, "a.service", "kill control TERM", "error 3");
	assert_answer(w, "a.service", "kill all BOGUS", "error 22");
	assert_answer(w, "a.service", "kill some TERM", "error 22");
	assert_answer(w, "a.service", "stop", "done");
}

static void test_restart_from_inside(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(
	    w, "a.service",
		"[Service]\nExecStart=/bin/sh -c 'echo up >>@/f; test -e @/once || { touch @/once; "
		"@exe ask a.service stop restarting; }; sleep 1000'\nPassEnvironment=WORLD_DIR\n"
		"Environment=SOLOCTL_RUNTIME_DIR=@/run\n");
	assert_answer(w, "a.service", "start", "done");
	world_file(w, "f", "up\nup\n");
	assert_true(world_wait(w, "a.service", "running"));
	assert_true(world_record(w, "a.service", &r));
	assert_answer(w, "a.service", "stop", "done");
}

/* A service that starts another one: the other does not belong to it, and lives on when it is stopped. */
static void test_started_from_inside(void **state)
{
	struct world *w = *state;
	struct record r;

	world_unit(w, "a.service",
		   "[Service]\nEnvironment=SOLOCTL_RUNTIME_DIR=@/run SOLOCTL_LOG_DIR=@/log\n"
		   "Environment=SYSTEMD_UNIT_PATH=@/units\n"
		   "ExecStart=/bin/sh -c '@exe ask b.service start; exec sleep 1000'\n");
	world_unit(w, "b.service", "[Service]\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "a.service", "start", "done");
	assert_true(world_wait(w, "b.service", "running"));
	assert_answer(w, "a.service", "stop", "done");
	assert_true(world_wait(w, "a.service", "dead"));
	assert_true(world_record(w, "b.service", &r));
	assert_true(proc_id_is_alive(&r.main));
	assert_true(proc_id_is_alive(&r.supervisor));
	assert_unsaid(w, "a.service", "remains running");
	assert_answer(w, "b.service", "stop", "done");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		world_test(test_control_group),	world_test(test_mixed),
		world_test(test_process),		world_test(test_leftover_writes),
		world_test(test_stop_timeout),
		world_test(test_exec_stop_timeout), world_test(test_fork_bomb),
		world_test(test_hang_up_and_cont),	world_test(test_stop_during_start),
		world_test(test_start_during_stop), world_test(test_stop_during_restart),
		world_test(test_restart_during_start), world_test(test_restart),
		world_test(test_kill_request),	world_test(test_restart_from_inside),
		world_test(test_started_from_inside),
	};

	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
