/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/proc.h"
#include "base/str.h"

/* A child that waits for a signal. */
static pid_t start_child(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "a) R 1 (b");
		for (;;) {
			pause();
		}
	}
	assert_true(pid > 0);
	return pid;
}

static void wait_for_zombie(pid_t pid)
{
	siginfo_t info;

	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
}

static void test_read_stat(void **state)
{
	struct proc_stat st;

	assert_int_equal(proc_read_stat(getpid(), &st), 0);
	assert_int_equal(st.pid, getpid());
	assert_int_equal(st.ppid, getppid());
	assert_int_equal(st.pgrp, getpgrp());
	assert_int_equal(st.session, getsid(0));
	assert_int_equal(st.state, 'R');
	assert_string_equal(st.comm, "proc_test");
	assert_true(st.start_time > 0);
	assert_int_equal(proc_read_stat(0, &st), -ESRCH);
	assert_int_equal(proc_read_stat(-5, &st), -ESRCH);
	assert_int_equal(proc_read_stat(0x7ffffff0, &st), -ESRCH);
}

static void test_name_may_hold_parentheses(void **state)
{
	pid_t pid = start_child();
	struct proc_stat st;

	do {
		assert_int_equal(proc_read_stat(pid, &st), 0);
	} while (streq(st.comm, "proc_test"));
	assert_string_equal(st.comm, "a) R 1 (b");
	assert_int_equal(st.ppid, getpid());
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void test_identity(void **state)
{
	pid_t pid = start_child();
	struct proc_id id = proc_id_of(pid);
	struct proc_id other = {.pid = pid, .start_time = id.start_time + 1};
	struct proc_id none = {0};
	int fd;

	assert_true(id.start_time > 0);
	assert_true(proc_id_is_alive(&id));
	assert_false(proc_id_is_alive(&other));
	assert_false(proc_id_is_alive(&none));
	assert_int_equal(proc_id_open(&other), -ESRCH);
	assert_int_equal(proc_id_open(&none), -ESRCH);
	fd = proc_id_open(&id);
	assert_true(fd >= 0 || fd == -ENOSYS);
	if (fd >= 0) {
		close(fd);
	}
	assert_int_equal(proc_id_kill(&other, SIGKILL), -ESRCH);
	assert_int_equal(proc_id_kill(&none, SIGKILL), -ESRCH);
	assert_true(proc_id_is_alive(&id));
	assert_int_equal(proc_id_kill(&id, SIGKILL), 0);
	wait_for_zombie(pid);
	assert_false(proc_id_is_alive(&id));
	waitpid(pid, NULL, 0);
	assert_false(proc_id_is_alive(&id));
	assert_int_equal(proc_id_kill(&id, SIGKILL), -ESRCH);
	assert_int_equal(proc_id_of(pid).start_time, 0);
}

static void test_descendants(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	struct proc_stat *list = NULL;
	size_t n = 0;
	int pipe_fds[2];
	pid_t grandchild = 0;
	pid_t child;

	assert_int_equal(pipe(pipe_fds), 0);
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		grandchild = start_child();
		if (write(pipe_fds[1], &grandchild, sizeof(grandchild)) < 0) {
			_exit(1);
		}
		for (;;) {
			pause();
		}
	}
	assert_int_equal(read(pipe_fds[0], &grandchild, sizeof(grandchild)), sizeof(grandchild));
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	assert_int_equal(proc_list_descendants(getpid(), &a, &list, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(list[0].pid, child);
	assert_int_equal(list[1].pid, grandchild);
	assert_int_equal(proc_list_descendants(grandchild, &a, &list, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(proc_list_descendants(1, &a, &list, &n), 0);
	assert_int_equal(proc_list_all(&a, &list, &n), 0);
	assert_true(n >= 3);
	kill(grandchild, SIGKILL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void test_command_line(void **state)
{
	CLEANUP_ARENA struct arena a = {0};
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl("/bin/sh", "sh", "-c", "kill -STOP $$", "a b", "\033[1m\n", NULL);
		_exit(1);
	}
	while (!str_has_prefix(proc_command_line(pid, &a), "sh ")) {
		usleep(1000);
	}
	assert_string_equal(proc_command_line(pid, &a), "sh -c kill -STOP $$ a b \\x1b[1m\\x0a");
	kill(pid, SIGKILL);
	wait_for_zombie(pid);
	/* "[sh]", but another name under proot, which executes a loader of its own. */
	assert_int_equal(proc_command_line(pid, &a)[0], '[');
	waitpid(pid, NULL, 0);
	assert_string_equal(proc_command_line(pid, &a), "n/a");
}

/* Of somebody else's child the status is known once it was reaped, where the kernel tells it. */
static void test_exit_of_others(void **state)
{
	static const int signals[] = { SIGTERM, SIGKILL, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		int gate[2], code = -1, status = -1, fd;
		struct proc_id id;
		pid_t pid;

		assert_int_equal(pipe(gate), 0);
		pid = fork();
		if (pid == 0) {
			char c;

			close(gate[1]);
			_exit(read(gate[0], &c, 1) == 0 ? 7 : 8);
		}
		id = proc_id_of(pid);
		fd = proc_id_open(&id);
		if (signals[i] > 0) {
			assert_int_equal(kill(pid, signals[i]), 0);
		}
		close(gate[0]);
		close(gate[1]);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		if (proc_read_exit(fd, &code, &status) == 0) {
			assert_int_equal(code, signals[i] > 0 ? CLD_KILLED : CLD_EXITED);
			assert_int_equal(status, signals[i] > 0 ? signals[i] : 7);
		} else {
			assert_int_equal(code, -1);
		}
		if (fd >= 0) {
			close(fd);
		}
	}
	assert_int_equal(proc_read_exit(-1, &(int){ 0 }, &(int){ 0 }), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_read_stat),	 cmocka_unit_test(test_name_may_hold_parentheses),
	    cmocka_unit_test(test_identity),	 cmocka_unit_test(test_descendants),
	    cmocka_unit_test(test_command_line),	 cmocka_unit_test(test_exit_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
