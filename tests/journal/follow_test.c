/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/io.h"
#include "base/root.h"
#include "log/reader.h"

#define WAIT 5000 /* milliseconds that an event may take */

struct fixture {
	struct arena arena;
	char top[64];
	struct place place; /* log_dir is "log" in top */
	const char *path, *old; /* of the log of a.service */
	struct log_set *set;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->top, "/tmp/soloctl-follow-XXXXXX");
	if (!mkdtemp(f->top)) {
		free(f);
		return -1;
	}
	f->place.log_dir = path_join(&f->arena, f->top, "log");
	f->path = path_join(&f->arena, f->place.log_dir, "a.service.log");
	f->old = arena_printf(&f->arena, "%s.1", f->path);
	*state = f;
	return mkdir(f->place.log_dir, 0700);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	log_set_free(&f->set);
	io_remove_tree(AT_FDCWD, f->top);
	arena_free(&f->arena);
	free(f);
	return 0;
}

static void append(const char *path, const char *text, size_t n)
{
	CLEANUP_CLOSE int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(io_write_all(fd, text, n), 0);
}

static void say(struct fixture *f, unsigned second, const char *word)
{
	const char *line = arena_printf(&f->arena, "2026-11-22T05:00:%02u.000000Z <6> a[5]: %s\n",
					second, word);

	append(f->path, line, strlen(line));
}

/* The texts that are there now, with a blank behind each. */
static const char *heard(struct fixture *f)
{
	const char *text = "";
	struct log_entry e;

	while (log_set_next(f->set, &e) > 0) {
		text = arena_printf(&f->arena, "%s%s ", text, e.text);
	}
	return text;
}

static const char *heard_now(struct fixture *f)
{
	log_set_refresh(f->set);
	return heard(f);
}

static void begin(struct fixture *f)
{
	say(f, 1, "one");
	assert_int_equal(log_set_open(&f->place, NULL, NULL, 0, &f->set), 0);
	assert_true(log_set_watch(f->set) >= 0);
	assert_string_equal(heard(f), "one ");
}

static void file_that_is_emptied_begins_anew(void **state)
{
	struct fixture *f = *state;

	begin(f);
	say(f, 2, "a longer line than what comes behind it");
	assert_string_equal(heard_now(f), "a longer line than what comes behind it ");
	assert_int_equal(truncate(f->path, 0), 0);
	say(f, 3, "two");
	assert_string_equal(heard_now(f), "two ");
}

static void two_rotations_between_two_looks(void **state)
{
	struct fixture *f = *state;

	begin(f);
	say(f, 2, "two");
	assert_int_equal(rename(f->path, f->old), 0);
	say(f, 3, "three");
	assert_int_equal(rename(f->path, f->old), 0);
	say(f, 4, "four");
	/* "two" went with its file. */
	assert_string_equal(heard_now(f), "three four ");
	/* What was read is not read again because its successor is removed. */
	assert_int_equal(unlink(f->path), 0);
	assert_string_equal(heard_now(f), "");
	say(f, 5, "five");
	assert_string_equal(heard_now(f), "five ");
}

static void file_that_vanished_comes_back(void **state)
{
	struct fixture *f = *state;

	begin(f);
	assert_int_equal(unlink(f->path), 0);
	assert_string_equal(heard_now(f), "");
	say(f, 2, "two");
	assert_string_equal(heard_now(f), "two ");
}

static void await_event(struct fixture *f)
{
	struct pollfd p = { .fd = log_set_watch(f->set), .events = POLLIN };

	assert_int_equal(poll(&p, 1, WAIT), 1);
}

static void directory_that_vanished_comes_back(void **state)
{
	struct fixture *f = *state;

	begin(f);
	assert_int_equal(io_remove_tree(AT_FDCWD, f->place.log_dir), 0);
	await_event(f);
	assert_string_equal(heard_now(f), "");
	assert_int_equal(mkdir(f->place.log_dir, 0700), 0);
	await_event(f);
	assert_string_equal(heard_now(f), "");
	say(f, 2, "two");
	await_event(f);
	assert_string_equal(heard_now(f), "two ");
}

static void bytes_that_are_no_lines_are_passed_over(void **state)
{
	struct fixture *f = *state;
	size_t n = (size_t)1024 * 1024;
	char *noise = arena_alloc(&f->arena, n);

	begin(f);
	append(f->path, noise, n);
	append(f->path, "\n", 1);
	memset(noise, 'x', n);
	say(f, 2, "two");
	append(f->path, noise, n);
	assert_string_equal(heard_now(f), "two ");
	say(f, 3, "lost");
	say(f, 4, "four");
	assert_string_equal(heard_now(f), "four ");
}

/* Without descriptors nothing can be opened, whoever we are. */
static void file_that_cannot_be_opened_waits(void **state)
{
	struct fixture *f = *state;
	struct rlimit before, none;

	begin(f);
	say(f, 2, "two");
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = 0;
	alarm(WAIT / 1000);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_string_equal(heard_now(f), "");
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	alarm(0);
	assert_string_equal(heard_now(f), "two ");
}

/* Nobody's own process: the files belong to somebody else. */
static int nobody_reads(struct fixture *f)
{
	struct log_set *set = NULL;
	struct log_entry e;
	int r;

	alarm(WAIT / 1000);
	if (setgid(65534) < 0 || setuid(65534) < 0 || log_set_open(&f->place, NULL, NULL, 0, &set) < 0) {
		return 1;
	}
	r = log_set_next(set, &e) == 0 && log_set_is_refused(set) ? 0 : 2;
	log_set_free(&set);
	return r;
}

static void files_of_others_are_refused(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t pid;

	if (geteuid() != 0) {
		skip();
	}
	begin(f);
	assert_false(log_set_is_refused(f->set));
	assert_int_equal(chmod(f->top, 0755), 0);
	assert_int_equal(chmod(f->place.log_dir, 0755), 0);
	pid = fork();
	if (pid == 0) {
		_exit(nobody_reads(f));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(file_that_is_emptied_begins_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(two_rotations_between_two_looks, setup, teardown),
		cmocka_unit_test_setup_teardown(file_that_vanished_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(directory_that_vanished_comes_back, setup, teardown),
		cmocka_unit_test_setup_teardown(bytes_that_are_no_lines_are_passed_over, setup, teardown),
		cmocka_unit_test_setup_teardown(file_that_cannot_be_opened_waits, setup, teardown),
		cmocka_unit_test_setup_teardown(files_of_others_are_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
