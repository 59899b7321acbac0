/* SPDX-License-Identifier: MIT */

/* Services that behave badly, and callers that hand down bad things: the supervisor answers all the
 * same. */

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/io.h"
#include "base/root.h"
#include "world.h"

#define N_CLIENTS 100
/* Their pids take more than 64 KiB in the list of children of the first one. */
#define N_CHILDREN 14000
#define N_FLOODERS 3
#define STRINGIFY_(x) #x
#define STRINGIFY(x) STRINGIFY_(x)

/* PROGRAM flood: says that it is ready, and then never stops talking. */
static int play_flood(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	bool is_child = false;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", getenv("NOTIFY_SOCKET"));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    send(fd, "READY=1", 7, 0) < 0) {
		return 1;
	}
	for (int i = 0; i < N_FLOODERS && !is_child; i++) {
		is_child = fork() == 0;
	}
	for (unsigned i = 0;; i++) {
		char text[64];
		int n = snprintf(text, sizeof(text), "STATUS=%ld %u", (long)getpid(), i);

		if (send(fd, text, (size_t)n, 0) < 0) {
			return 0;
		}
	}
}

static void test_talker(void **state)
{
	struct world *w = *state;

	world_unit(w, "a.service",
		   "[Service]\nType=notify\nNotifyAccess=all\nExecStart=@exe flood\n");
	assert_answer(w, "a.service", "start", "done");
	usleep(200000);
	assert_answer(w, "a.service", "ping", "done");
	assert_answer(w, "a.service", "stop", "done");
}

static void test_refused_talker(void **state)
{
	struct world *w = *state;
	const char *text;
	int n = 0;

	world_unit(w, "a.service", "[Service]\nType=notify\nExecStart=@exe flood\n");
	assert_answer(w, "a.service", "start", "done");
	usleep(500000);
	assert_answer(w, "a.service", "stop", "done");
	text = world_log(w, "a.service", "Got notification message");
	while ((text = strstr(text, "Got notification message"))) {
		text++;
		n++;
	}
	assert_in_range(n, 1, 20);
}

/* Setting the process up never comes to an end; whoever waits for it must not. */
static void test_exec_never_comes(void **state)
{
	struct world *w = *state;
	int fd;

	world_unit(w, "a.service",
		   "[Service]\nType=exec\nTimeoutStartSec=1\nStandardOutput=append:@/fifo\n"
		   "ExecStart=/bin/sleep 1000\n");
	assert_int_equal(mkfifo(path_join(&w->arena, w->dir, "fifo"), 0600), 0);
	assert_answer(w, "a.service", "start", "failed timeout");
	fd = world_send(w, "a.service", "start");
	assert_true(world_wait(w, "a.service", "start"));
	assert_answer(w, "a.service", "stop", "done");
	assert_string_equal(world_answer(w, fd), "canceled");
	close(fd);
}

static void test_exec_ends_at_once(void **state)
{
	struct world *w = *state;

	world_unit(w, "a.service",
		   "[Service]\nType=exec\nExecStart=/bin/true\nExecStartPost=/bin/touch @/post\n");
	assert_answer(w, "a.service", "start", "done");
	assert_int_equal(access(path_join(&w->arena, w->dir, "post"), F_OK), 0);
	world_unit(w, "b.service", "[Service]\nType=exec\nExecStart=/nonexistent/program\n");
	assert_answer(w, "b.service", "start", "failed exit-code");
	assert_answer(w, "b.service", "reset-failed", "done");
}

/* In a directory that is not root's, a link to a file of root's makes nobody else the main process. */
static void test_pid_file_link(void **state)
{
	struct world *w = *state;
	char *dir = path_join(&w->arena, w->dir, "theirs");
	char *link = path_join(&w->arena, dir, "pid");
	char *target = path_join(&w->arena, w->dir, "other.pid");
	struct record r;
	FILE *f;

	if (geteuid() != 0) {
		skip();
	}
	world_unit(w, "b.service", "[Service]\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "b.service", "start", "done");
	assert_true(world_record(w, "b.service", &r));
	f = fopen(target, "we");
	assert_non_null(f);
	fprintf(f, "%ld\n", (long)r.main.pid);
	fclose(f);
	assert_int_equal(mkdir(dir, 0755), 0);
	assert_int_equal(chown(dir, 65534, 65534), 0);
	assert_int_equal(symlink(target, link), 0);
	world_unit(w, "a.service",
		   "[Service]\nType=forking\nPIDFile=@/theirs/pid\nTimeoutStartSec=1\n"
		   "ExecStart=/bin/sh -c 'sleep 1000 &'\n");
	assert_answer(w, "a.service", "start", "failed timeout");
	assert_said(w, "a.service", "does not belong to service");
	assert_true(proc_id_is_alive(&r.main));
	assert_answer(w, "a.service", "reset-failed", "done");
	assert_answer(w, "b.service", "stop", "done");
}

static void test_many_clients(void **state)
{
	struct world *w = *state;
	int fds[N_CLIENTS];

	world_unit(w, "a.service",
		   "[Service]\nExecStart=/bin/sleep 1000\nExecStop=/bin/sleep 2\n");
	assert_answer(w, "a.service", "start", "done");
	for (int i = 0; i < N_CLIENTS; i++) {
		fds[i] = world_send(w, "a.service", "stop");
		assert_true(fds[i] >= 0);
	}
	for (int i = 0; i < N_CLIENTS; i++) {
		const char *text = world_answer(w, fds[i]);

		/* Who waited longest may find it gone. */
		assert_true(streq(text, "done") || streq(text, "closed"));
		assert_true(i >= 64 || streq(text, "done"));
		close(fds[i]);
	}
}

static void test_many_processes(void **state)
{
	struct world *w = *state;
	struct rlimit limit;
	struct proc_stat *list;
	size_t n_left = 0;
	size_t n = 0;

	/* So many processes are a load for the whole machine: only where that was asked for. */
	if (!streq(str_or_empty(getenv("SOLOCTL_FULL")), "yes") || getrlimit(RLIMIT_NPROC, &limit) < 0 ||
	    limit.rlim_cur < 2 * N_CHILDREN) {
		skip();
	}
	assert_int_equal(mkfifo(path_join(&w->arena, w->dir, "fifo"), 0600), 0);
	world_unit(w, "a.service",
		   "[Service]\nRuntimeMaxSec=60\nExecStart=/bin/sh -c 'i=0; while [ $$i -lt " STRINGIFY(N_CHILDREN)
		   " ]; do read x <@/fifo & i=$$((i+1)); done; touch @/ready; wait'\n");
	assert_answer(w, "a.service", "start", "done");
	for (int i = 0; i < 2000 && access(path_join(&w->arena, w->dir, "ready"), F_OK) < 0; i++) {
		usleep(10000);
	}
	assert_answer(w, "a.service", "stop", "done");
	assert_int_equal(proc_list_descendants(getpid(), &w->arena, &list, &n), 0);
	for (size_t i = 0; i < n; i++) {
		n_left += list[i].state != 'Z' && !streq(list[i].comm, "systemctl-super");
	}
	assert_int_equal(n_left, 0);
}

/* What executes our binary acts for the system, but not under the name of the log's reader. */
static void test_reader_ends(void **state)
{
	struct world *w = *state;
	char *link = path_join(&w->arena, w->dir, "journalctl");
	char exe[4096] = "";
	struct proc_stat *list;
	size_t n = 0;

	assert_true(readlink("/proc/self/exe", exe, sizeof(exe) - 1) > 0);
	assert_int_equal(symlink(exe, link), 0);
	world_unit(w, "a.service",
		   "[Service]\nExecStart=/bin/sh -c '@/journalctl wait & exec sleep 1000'\n");
	assert_answer(w, "a.service", "start", "done");
	usleep(200000);
	assert_answer(w, "a.service", "stop", "done");
	assert_int_equal(proc_list_descendants(getpid(), &w->arena, &list, &n), 0);
	for (size_t i = 0; i < n; i++) {
		assert_true(list[i].state == 'Z' || !streq(list[i].comm, "journalctl"));
	}
}

/* A file that is larger than the caller's limit stops the log, not the supervisor. */
static void test_file_size_limit(void **state)
{
	struct world *w = *state;
	struct rlimit before;
	struct rlimit small;
	char filler[8192];
	struct record r;

	memset(filler, 'x', sizeof(filler) - 1);
	filler[sizeof(filler) - 1] = '\0';
	world_unit(w, "a.service", "[Service]\nExecStart=/bin/sleep 1000\n");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){ 4096, before.rlim_max };
	assert_int_equal(io_write_atomic(AT_FDCWD, arena_printf(&w->arena, "%s/log/a.service.log",
								w->dir),
					 filler, sizeof(filler) - 1, 0640),
			 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_answer(w, "a.service", "start", "done");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_true(world_record(w, "a.service", &r));
	assert_true(proc_id_is_alive(&r.supervisor));
	assert_answer(w, "a.service", "stop", "done");
}

static usec_t cpu_time_of(pid_t pid)
{
	clockid_t clock;
	struct timespec t;

	assert_int_equal(clock_getcpuclockid(pid, &clock), 0);
	assert_int_equal(clock_gettime(clock, &t), 0);
	return (usec_t)t.tv_sec * USEC_PER_SEC + (usec_t)t.tv_nsec / 1000;
}

static unsigned first_free_descriptor(struct world *w, pid_t pid)
{
	for (unsigned fd = 0;; fd++) {
		struct stat st;

		if (lstat(arena_printf(&w->arena, "/proc/%ld/fd/%u", (long)pid, fd), &st) < 0) {
			return fd;
		}
	}
}

/* No descriptor is left for whoever comes: he is told so, and nobody is kept busy by his knocking. */
static void test_no_descriptors(void **state)
{
	struct world *w = *state;
	struct rlimit before, few, none;
	struct record r;
	struct pollfd p = { .events = POLLIN };
	usec_t used;
	int held;

	world_unit(w, "a.service", "[Service]\nExecStart=/bin/sleep 1000\n");
	assert_answer(w, "a.service", "start", "done");
	/* Once this one is answered, those before it have been closed. */
	held = world_send(w, "a.service", "ping");
	assert_string_equal(world_answer(w, held), "done");
	assert_true(world_record(w, "a.service", &r));
	assert_int_equal(prlimit(r.supervisor.pid, RLIMIT_NOFILE, NULL, &before), 0);
	few = none = before;
	few.rlim_cur = first_free_descriptor(w, r.supervisor.pid);
	none.rlim_cur = 0;
	assert_int_equal(prlimit(r.supervisor.pid, RLIMIT_NOFILE, &few, NULL), 0);
	for (int i = 0; i < 3; i++) {
		CLEANUP_CLOSE int fd = control_connect(&w->place, "a.service");

		assert_string_equal(world_answer(w, fd), "error 24");
	}
	assert_int_equal(prlimit(r.supervisor.pid, RLIMIT_NOFILE, &none, NULL), 0);
	used = cpu_time_of(r.supervisor.pid);
	p.fd = control_connect(&w->place, "a.service");
	assert_true(p.fd >= 0);
	assert_int_equal(poll(&p, 1, 1000), 0);
	assert_true(cpu_time_of(r.supervisor.pid) - used < 500 * USEC_PER_MSEC);
	assert_int_equal(prlimit(r.supervisor.pid, RLIMIT_NOFILE, &before, NULL), 0);
	close(p.fd);
	close(held);
	assert_answer(w, "a.service", "stop", "done");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		world_test(test_no_descriptors),
		world_test(test_talker),	   world_test(test_refused_talker),
		world_test(test_exec_never_comes), world_test(test_exec_ends_at_once),
		world_test(test_pid_file_link),	   world_test(test_many_clients),
		world_test(test_many_processes),   world_test(test_file_size_limit),
		world_test(test_reader_ends),
	};

	if (argc > 1 && streq(argv[1], "flood")) {
		return play_flood();
	}
	if (argc > 1 && streq(argv[1], "wait")) {
		return pause();
	}
	world_main(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
