/* SPDX-License-Identifier: MIT */

/* Places, locks, records and the control channel, in a directory of their own. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/io.h"
#include "state/control.h"
#include "state/news.h"
#include "state/queue.h"
#include "state/runtime.h"

struct fixture {
	struct arena arena;
	struct place place;
	char dir[32];
};

static int setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){0};
	snprintf(f.dir, sizeof(f.dir), "/tmp/soloctl-state-XXXXXX");
	assert_non_null(mkdtemp(f.dir));
	setenv("SOLOCTL_RUNTIME_DIR", arena_printf(&f.arena, "%s/r", f.dir), 1);
	setenv("SOLOCTL_LOG_DIR", f.dir, 1);
	assert_int_equal(place_init(&f.place, false, &f.arena), 0);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	io_remove_tree(AT_FDCWD, f->dir);
	arena_free(&f->arena);
	return 0;
}

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static void test_place(void **state)
{
	struct fixture *f = *state;
	struct strv units = {0};

	assert_false(exists(f->place.dir));
	assert_int_equal(place_list_units(&f->place, &f->arena, &units), 0);
	assert_int_equal(units.n, 0);
	assert_int_equal(place_make_unit_dir(&f->place, "b.service"), 0);
	assert_int_equal(place_make_unit_dir(&f->place, "a.service"), 0);
	assert_int_equal(place_make_unit_dir(&f->place, "a.service"), 0);
	assert_int_equal(place_list_units(&f->place, &f->arena, &units), 0);
	assert_int_equal(units.n, 2);
	assert_string_equal(units.v[0], "a.service");
	assert_true(place_has_units(&f->place, 2));
	assert_false(place_has_units(&f->place, 3));
	assert_int_equal(place_list_units_of(&f->place, ".socket", &f->arena, &units), 0);
	assert_int_equal(units.n, 0);
	assert_int_equal(place_list_units_of(&f->place, "a.service", &f->arena, &units), 0);
	assert_int_equal(units.n, 1);
	assert_int_equal(place_remove_unit(&f->place, "a.service"), 0);
	assert_true(exists(f->place.dir));
	assert_int_equal(place_remove_unit(&f->place, "b.service"), 0);
	assert_false(exists(f->place.dir));
	assert_int_equal(place_remove_unit(&f->place, "b.service"), 0);
}

static void test_long_name(void **state)
{
	struct fixture *f = *state;
	char name[256];
	struct strv units = {0};
	struct record r;
	int listener;
	int fd;

	memset(name, 'x', sizeof(name));
	strcpy(name + 255 - strlen(".service"), ".service");
	record_init(&r);
	assert_int_equal(record_write(&f->place, name, &r), 0);
	assert_int_equal(place_list_units(&f->place, &f->arena, &units), 0);
	assert_string_equal(units.v[0], name);
	assert_int_equal(place_list_units_of(&f->place, "x.service", &f->arena, &units), 0);
	assert_int_equal(units.n, 1);
	assert_int_equal(place_list_units_of(&f->place, "x.socket", &f->arena, &units), 0);
	assert_int_equal(units.n, 0);
	assert_int_equal(record_read(&f->place, name, &f->arena, &r), 0);
	listener = control_listen(&f->place, name);
	assert_true(listener >= 0);
	fd = control_connect(&f->place, name);
	assert_true(fd >= 0);
	close(fd);
	close(listener);
	place_remove_unit(&f->place, name);
}

static void test_foreign_place(void **state)
{
	struct fixture *f = *state;
	struct place p;

	assert_int_equal(mkdir(f->place.dir, 0755), 0);
	assert_int_equal(chmod(f->place.dir, 0777), 0);
	assert_int_equal(place_init(&p, false, &f->arena), -EPERM);
	assert_int_equal(rmdir(f->place.dir), 0);
	assert_int_equal(symlink("/tmp", f->place.dir), 0);
	assert_int_equal(place_init(&p, false, &f->arena), -EPERM);
}

static void test_lock(void **state)
{
	struct fixture *f = *state;
	int fd = place_lock_unit(&f->place, "a.service");
	int next;

	assert_true(fd >= 0);
	assert_true(place_unit_is_supervised(&f->place, "a.service"));
	assert_int_equal(place_lock_unit(&f->place, "a.service"), -EAGAIN);
	/* The directory goes while it is held: the next one gets a lock of its own. */
	assert_int_equal(place_remove_unit(&f->place, "a.service"), 0);
	next = place_lock_unit(&f->place, "a.service");
	assert_true(next >= 0);
	close(fd);
	assert_true(place_unit_is_supervised(&f->place, "a.service"));
	close(next);
	assert_false(place_unit_is_supervised(&f->place, "a.service"));
	assert_false(place_unit_is_supervised(&f->place, "b.service"));
}

static void test_environment(void **state)
{
	struct fixture *f = *state;
	struct strv env = {0};
	struct strv back = {0};

	strv_add(&env, &f->arena, "A=1");
	strv_add(&env, &f->arena, "B=two\nlines and a \\");
	assert_int_equal(place_write_environment(&f->place, &env), 0);
	assert_int_equal(place_read_environment(&f->place, &f->arena, &back), 0);
	assert_int_equal(back.n, 2);
	assert_string_equal(back.v[1], env.v[1]);
	snprintf(f->place.epoch, sizeof(f->place.epoch), "another");
	assert_int_equal(place_read_environment(&f->place, &f->arena, &back), 0);
	assert_int_equal(back.n, 0);
	env.n = 0;
	assert_int_equal(place_write_environment(&f->place, &env), 0);
	assert_false(exists(f->place.dir));
}

static struct record sample(void)
{
	struct record r;

	record_init(&r);
	r.active = ACTIVE_ACTIVE;
	r.sub = "running";
	r.result = "exit-code";
	r.supervisor = (struct proc_id){12, 34};
	r.main = (struct proc_id){56, 78};
	r.exec_main = (struct record_exit){56, CLD_EXITED, 3, 1, 2, 3, 4};
	r.n_restarts = 7;
	r.status_text = "one\ntwo = \\n \\";
	r.uid = 1000;
	r.gid = 0;
	r.active_enter_realtime = 1234567890123456;
	r.condition_result = true;
	r.start_times = "1 2 3";
	r.frozen = true;
	return r;
}

static void test_record(void **state)
{
	struct fixture *f = *state;
	struct record r = sample();
	struct record back;
	struct stat before, after;
	char *path = place_unit_file(&f->place, "a.service", "state", &f->arena);

	assert_int_equal(record_read(&f->place, "a.service", &f->arena, &back), -ENOENT);
	assert_int_equal(record_write(&f->place, "a.service", &r), 0);
	assert_int_equal(record_read(&f->place, "a.service", &f->arena, &back), 0);
	assert_int_equal(back.active, ACTIVE_ACTIVE);
	assert_string_equal(back.sub, "running");
	assert_string_equal(back.result, "exit-code");
	assert_int_equal(back.main.pid, 56);
	assert_int_equal(back.main.start_time, 78);
	assert_memory_equal(&back.exec_main, &r.exec_main, sizeof(r.exec_main));
	assert_int_equal(back.n_restarts, 7);
	assert_string_equal(back.status_text, r.status_text);
	assert_int_equal(back.uid, 1000);
	assert_int_equal(back.gid, 0);
	assert_true(back.active_enter_realtime == r.active_enter_realtime);
	assert_true(back.condition_result && back.frozen && !back.assert_result);
	assert_string_equal(back.start_times, "1 2 3");
	assert_int_equal(stat(path, &before), 0);
	assert_int_equal(before.st_mode & 0777, 0644);
	/* What is there already is not written again. */
	assert_int_equal(record_write(&f->place, "a.service", &r), 0);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	snprintf(f->place.epoch, sizeof(f->place.epoch), "another");
	assert_int_equal(record_read(&f->place, "a.service", &f->arena, &back), -ENOENT);
}

static void test_bad_record(void **state)
{
	struct fixture *f = *state;
	static const char *const bad[] = { "", "\n", "ACTIVE=active\n", "=\n=\n", "EPOCH\n" };
	static const char odd[] =
		"EPOCH=e\nACTIVE=bogus\nMAIN=x y\nN_RESTARTS=-1\nNEW_KEY=1\nSUB=a\\";
	struct record r;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(record_parse(bad[i], strlen(bad[i]), &f->arena, &r), -EBADMSG);
	}
	assert_int_equal(record_parse(odd, strlen(odd), &f->arena, &r), 0);
	assert_int_equal(r.active, ACTIVE_INACTIVE);
	assert_int_equal(r.main.pid, 0);
	assert_int_equal(r.n_restarts, 0);
	assert_string_equal(r.sub, "a\\");
}

static void test_runtime(void **state)
{
	struct fixture *f = *state;
	struct unit u = { .id = "a.service", .type = UNIT_SERVICE };
	struct unit early = { .id = "sysinit.target", .type = UNIT_TARGET, .early = true };
	struct unit root_mount = { .id = "-.mount", .type = UNIT_MOUNT, .mount.where = "/" };
	struct record r = sample();
	struct record back;

	assert_int_equal(runtime_active(&f->place, &u), ACTIVE_INACTIVE);
	assert_int_equal(runtime_active(&f->place, &early), ACTIVE_ACTIVE);
	assert_int_equal(runtime_active(&f->place, &root_mount), ACTIVE_ACTIVE);
	/* Supervisor and main process are gone. */
	r.result = "success";
	record_write(&f->place, "a.service", &r);
	runtime_get(&f->place, &u, &f->arena, &back);
	assert_int_equal(back.active, ACTIVE_FAILED);
	assert_string_equal(back.sub, "failed");
	assert_string_equal(back.result, "signal");
	/* The main process lives without its supervisor. */
	r.main = proc_id_of(getpid());
	record_write(&f->place, "a.service", &r);
	assert_int_equal(runtime_active(&f->place, &u), ACTIVE_ACTIVE);
	/* A pid that came round is another process. */
	r.main.start_time++;
	record_write(&f->place, "a.service", &r);
	assert_int_equal(runtime_active(&f->place, &u), ACTIVE_FAILED);
	/* A finished oneshot has no supervisor. */
	r.main = (struct proc_id){0};
	r.supervisor = (struct proc_id){0};
	r.sub = "exited";
	record_write(&f->place, "a.service", &r);
	assert_int_equal(runtime_active(&f->place, &u), ACTIVE_ACTIVE);
}

static void test_control(void **state)
{
	struct fixture *f = *state;
	char text[CONTROL_MESSAGE_MAX];
	int listener, client, server;
	int fds[2];
	int got[1];
	size_t n = 0;

	assert_int_equal(control_connect(&f->place, "a.service"), -ENOENT);
	assert_int_equal(place_make_unit_dir(&f->place, "a.service"), 0);
	listener = control_listen(&f->place, "a.service");
	assert_true(listener >= 0);
	client = control_connect(&f->place, "a.service");
	assert_true(client >= 0);
	server = accept(listener, NULL, NULL);
	assert_true(control_peer_is_trusted(server));
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(control_send(client, "kill main 9", fds, 2), 0);
	assert_int_equal(control_receive(server, text, got, 1, &n), strlen("kill main 9"));
	assert_string_equal(text, "kill main 9");
	/* One descriptor was asked for, the other was closed. */
	assert_int_equal(n, 1);
	assert_true(fcntl(got[0], F_GETFD) & FD_CLOEXEC);
	close(got[0]);
	close(client);
	assert_int_equal(control_receive(server, text, NULL, 0, NULL), 0);
	assert_true(control_send(server, "x", NULL, 0) < 0);
	close(server);
	close(listener);
	assert_int_equal(control_connect(&f->place, "a.service"), -ECONNREFUSED);
}

/* Somebody else: nobody hears himself. */
static void tell(struct fixture *f, const char *text)
{
	pid_t pid = fork();

	if (pid == 0) {
		news_tell(&f->place, text);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void test_news(void **state)
{
	struct fixture *f = *state;
	const char *dead = path_join(&f->arena, f->place.dir, "jobs/1");
	CLEANUP_STRBUF struct strbuf many = {0};
	char text[NEWS_SIZE];
	size_t n = 0;
	int fd;

	tell(f, "stop a.service\n");
	fd = news_listen(&f->place);
	assert_true(fd >= 0);
	assert_false(news_hear(fd, text));
	assert_int_equal(mkfifo(dead, 0600), 0);
	tell(f, "stop a.service\nstart b.service\n");
	assert_false(exists(dead));
	assert_true(news_hear(fd, text));
	assert_string_equal(text, "stop a.service\nstart b.service\n");
	assert_false(news_hear(fd, text));
	news_tell(&f->place, "stop a.service\n");
	assert_false(news_hear(fd, text));
	for (int i = 0; i < 1000; i++) {
		strbuf_add(&many, "restart a.service\n");
	}
	tell(f, strbuf_text(&many));
	while (news_hear(fd, text)) {
		assert_string_equal(strrchr(text, ' '), " a.service\n");
		n += strlen(text);
	}
	assert_int_equal(n, many.n);
	news_unlisten(&f->place, fd);
	assert_false(exists(f->place.dir));
}

/* Another process that has jobs to do, until the descriptor that it returns is closed. */
static pid_t occupy(struct fixture *f, int *ret_fd)
{
	static const struct queued_job jobs[] = {
		{ .unit = "a.service", .type = "start" },
		{ .unit = "b.service" },
		{ .unit = "c.service", .type = "restart" },
		{ .unit = "d.service", .type = "stop" },
	};
	int ends[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		struct queue q;
		int fd = news_listen(&f->place);

		close(ends[1]);
		queue_open(&q, &f->place, jobs, ARRAY_SIZE(jobs), 17, &f->arena);
		for (size_t i = 0; i < ARRAY_SIZE(jobs); i++) {
			queue_set(&q, i, i == 3 ? QUEUE_RUNNING : QUEUE_WAITING);
		}
		queue_set(&q, 0, QUEUE_ENDED);
		(void)!read(ends[0], &byte, 1);
		queue_close(&q, &f->place);
		news_unlisten(&f->place, fd);
		_exit(0);
	}
	close(ends[0]);
	*ret_fd = ends[1];
	return pid;
}

/* All have been set when two of them are left. */
static size_t await_two(struct fixture *f, struct queued_job **ret)
{
	size_t n = 0;

	for (int i = 0; i < 1000; i++) {
		assert_int_equal(queue_list(&f->place, &f->arena, ret, &n), 0);
		if (n == 2 && (*ret)[1].is_running) {
			break;
		}
		usleep(10000);
	}
	return n;
}

static bool has_any(void *context, const struct queued_job *jobs, size_t n)
{
	return n > 0;
}

static void test_queue(void **state)
{
	struct fixture *f = *state;
	struct queued_job *jobs;
	size_t n = 1;
	pid_t pid;
	int fd;

	assert_int_equal(queue_list(&f->place, &f->arena, &jobs, &n), 0);
	assert_int_equal(n, 0);
	pid = occupy(f, &fd);
	n = await_two(f, &jobs);
	assert_int_equal(n, 2);
	assert_string_equal(jobs[0].unit, "c.service");
	assert_string_equal(jobs[0].type, "restart");
	assert_false(jobs[0].is_running);
	assert_int_equal(jobs[0].owner, pid);
	assert_int_equal(jobs[0].since, 17);
	assert_string_equal(jobs[1].unit, "d.service");
	assert_true(jobs[1].is_running);
	close(fd);
	queue_wait(&f->place, has_any, NULL, 10 * USEC_PER_SEC);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(queue_list(&f->place, &f->arena, &jobs, &n), 0);
	assert_int_equal(n, 0);
	assert_false(exists(f->place.dir));
}

/* What a killed command leaves is not listed, and goes when the next one has something to tell. */
static void test_queue_of_the_dead(void **state)
{
	struct fixture *f = *state;
	struct queued_job *jobs;
	size_t n;
	pid_t pid;
	int fd;

	pid = occupy(f, &fd);
	assert_int_equal(await_two(f, &jobs), 2);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(fd);
	assert_int_equal(queue_list(&f->place, &f->arena, &jobs, &n), 0);
	assert_int_equal(n, 0);
	assert_true(exists(arena_printf(&f->arena, "%s/jobs/%ld.queue", f->place.dir, (long)pid)));
	tell(f, "stop a.service\n");
	assert_false(exists(path_join(&f->arena, f->place.dir, "jobs")));
}

/* Of another life's, an image may have kept the file without the FIFO. */
static void test_queue_without_reader(void **state)
{
	struct fixture *f = *state;
	struct queued_job *jobs;
	size_t n;
	pid_t pid;
	int fd;

	pid = occupy(f, &fd);
	assert_int_equal(await_two(f, &jobs), 2);
	assert_int_equal(unlink(arena_printf(&f->arena, "%s/jobs/%ld", f->place.dir, (long)pid)), 0);
	assert_int_equal(queue_list(&f->place, &f->arena, &jobs, &n), 0);
	assert_int_equal(n, 0);
	close(fd);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Who may not do anything may list jobs all the same. */
static void test_queue_is_readable(void **state)
{
	struct fixture *f = *state;
	const char *dir = path_join(&f->arena, f->place.dir, "jobs"), *file;
	mode_t old = umask(0077);
	struct queued_job *jobs;
	struct stat st;
	pid_t pid;
	int fd;

	pid = occupy(f, &fd);
	umask(old);
	assert_int_equal(await_two(f, &jobs), 2);
	file = arena_printf(&f->arena, "%s/%ld", dir, (long)pid);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0755);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(arena_printf(&f->arena, "%s.queue", file), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	close(fd);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_place, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_foreign_place, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lock, setup, teardown),
		cmocka_unit_test_setup_teardown(test_environment, setup, teardown),
		cmocka_unit_test_setup_teardown(test_record, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_record, setup, teardown),
		cmocka_unit_test_setup_teardown(test_runtime, setup, teardown),
		cmocka_unit_test_setup_teardown(test_control, setup, teardown),
		cmocka_unit_test_setup_teardown(test_queue, setup, teardown),
		cmocka_unit_test_setup_teardown(test_queue_of_the_dead, setup, teardown),
		cmocka_unit_test_setup_teardown(test_queue_without_reader, setup, teardown),
		cmocka_unit_test_setup_teardown(test_queue_is_readable, setup, teardown),
		cmocka_unit_test_setup_teardown(test_news, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
