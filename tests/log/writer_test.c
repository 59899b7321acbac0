/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/io.h"
#include "log/reader.h"

struct fixture {
	struct arena arena;
	char dir[64];
	struct place place;
	struct log_writer writer;
	struct log_entry *entries;
	size_t n;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->dir, "/tmp/soloctl-log-XXXXXX");
	if (!mkdtemp(f->dir)) {
		free(f);
		return -1;
	}
	f->place.log_dir = arena_printf(&f->arena, "%s/new/log", f->dir);
	log_writer_init(&f->writer, &f->place, "x.service");
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	log_writer_finish(&f->writer);
	io_remove_tree(AT_FDCWD, f->dir);
	arena_free(&f->arena);
	free(f);
	return 0;
}

static void read_all(struct fixture *f, size_t max)
{
	assert_int_equal(
		log_read_tail(&f->place, "x.service", max, 0, &f->arena, &f->entries, &f->n), 0);
}

static void add(struct fixture *f, const char *text)
{
	log_writer_add(&f->writer, 6, "prog", 42, text, strlen(text));
}

static void times(void **state)
{
	static const struct {
		usec_t t;
		const char *text;
	} cases[] = {
		{0, "1970-01-01T00:00:00.000000Z"},
		{UINT64_C(951782400) * USEC_PER_SEC, "2000-02-29T00:00:00.000000Z"},
		{UINT64_C(951868799) * USEC_PER_SEC + 999999, "2000-02-29T23:59:59.999999Z"},
		{UINT64_C(1795320960) * USEC_PER_SEC + 123456, "2026-11-22T04:16:00.123456Z"},
		{UINT64_C(4102444799) * USEC_PER_SEC, "2099-12-31T23:59:59.000000Z"},
		{UINT64_C(253402300799) * USEC_PER_SEC, "9999-12-31T23:59:59.000000Z"},
	};
	char buf[LOG_TIME_SIZE + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		usec_t t = 1;

		log_time_format(buf, cases[i].t);
		assert_string_equal(buf, cases[i].text);
		assert_int_equal(log_time_parse(buf, &t), 0);
		assert_int_equal(t, cases[i].t);
	}
	assert_int_equal(log_time_parse("2026-13-22T04:16:00.123456Z", &(usec_t){0}), -EINVAL);
	assert_int_equal(log_time_parse("2026-1", &(usec_t){0}), -EINVAL);
	assert_int_equal(log_time_parse("", &(usec_t){0}), -EINVAL);
}

static void writes_and_reads_back(void **state)
{
	struct fixture *f = *state;
	struct stat st;

	assert_int_equal(
		log_read_tail(&f->place, "x.service", 10, 0, &f->arena, &f->entries, &f->n), 0);
	assert_int_equal(f->n, 0);
	add(f, "first");
	log_writer_add(&f->writer, 3, "a b[c]", 7, "with\001 \tcontrol\033[0m", 18);
	log_writer_note(&f->writer, 5, "Started %s.", "x.service");
	read_all(f, 10);
	assert_int_equal(f->n, 3);
	assert_string_equal(f->entries[0].text, "first");
	assert_string_equal(f->entries[0].identifier, "prog");
	assert_int_equal(f->entries[0].pid, 42);
	assert_int_equal(f->entries[0].priority, 6);
	assert_true(clock_realtime() - f->entries[0].realtime < 60 * USEC_PER_SEC);
	assert_string_equal(f->entries[1].identifier, "a b[c]");
	assert_string_equal(f->entries[1].text, "with? \tcontrol?[0m");
	assert_int_equal(f->entries[1].priority, 3);
	assert_string_equal(f->entries[2].text, "Started x.service.");
	assert_string_equal(f->entries[2].identifier, "systemd");
	read_all(f, 1);
	assert_int_equal(f->n, 1);
	assert_string_equal(f->entries[0].text, "Started x.service.");
	assert_int_equal(stat(f->writer.path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

static void since_cuts(void **state)
{
	struct fixture *f = *state;
	usec_t middle;

	add(f, "old");
	usleep(2000);
	middle = clock_realtime();
	add(f, "new");
	assert_int_equal(
		log_read_tail(&f->place, "x.service", 10, middle, &f->arena, &f->entries, &f->n), 0);
	assert_int_equal(f->n, 1);
	assert_string_equal(f->entries[0].text, "new");
}

static void rotates_and_stays_bounded(void **state)
{
	struct fixture *f = *state;
	char text[1001];
	struct stat st;
	char *old = arena_printf(&f->arena, "%s.1", f->writer.path);

	memset(text, 'x', 1000);
	text[1000] = '\0';
	for (int i = 0; i < 3000; i++) {
		snprintf(text, 6, "%05d", i);
		text[5] = 'x';
		add(f, text);
	}
	assert_int_equal(stat(f->writer.path, &st), 0);
	assert_true(st.st_size <= LOG_FILE_MAX);
	assert_int_equal(stat(old, &st), 0);
	assert_true(st.st_size <= LOG_FILE_MAX);
	read_all(f, 1500);
	assert_int_equal(f->n, 1500);
	assert_int_equal(strncmp(f->entries[0].text, "01500", 5), 0);
	assert_int_equal(strncmp(f->entries[1499].text, "02999", 5), 0);
	/* A writer that comes later goes on in the same file, and rotates it when it is full. */
	log_writer_finish(&f->writer);
	log_writer_init(&f->writer, &f->place, "x.service");
	add(f, "again");
	read_all(f, 2);
	assert_string_equal(f->entries[1].text, "again");
	assert_int_equal(strncmp(f->entries[0].text, "02999", 5), 0);
}

static void lost_lines_are_counted(void **state)
{
	struct fixture *f = *state;
	struct rlimit old, none = {0};

	add(f, "before");
	/* A limit of the file's size is what a full disk looks like, without one. */
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	none = (struct rlimit){f->writer.size + 10, old.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	add(f, "lost one");
	add(f, "lost two");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	add(f, "after");
	read_all(f, 10);
	assert_int_equal(f->n, 3);
	assert_string_equal(f->entries[0].text, "before");
	assert_string_equal(f->entries[1].text, "2 lines were lost: the log could not be written.");
	assert_string_equal(f->entries[2].text, "after");
}

/* Half a line is taken back, and nothing of what another writer has put before it. */
static void lost_lines_are_ours_alone(void **state)
{
	struct fixture *f = *state;
	struct log_writer other;
	struct rlimit old, some;
	struct stat st;

	log_writer_init(&other, &f->place, "x.service");
	add(f, "ours");
	log_writer_add(&other, 6, "other", 7, "theirs", 6);
	assert_int_equal(stat(f->writer.path, &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	some = (struct rlimit){(rlim_t)st.st_size + 10, old.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &some), 0);
	add(f, "lost");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	add(f, "after");
	log_writer_finish(&other);
	read_all(f, 10);
	assert_int_equal(f->n, 4);
	assert_string_equal(f->entries[1].text, "theirs");
	assert_string_equal(f->entries[3].text, "after");
}

static void never_writes_through_a_link(void **state)
{
	struct fixture *f = *state;
	char *target = arena_printf(&f->arena, "%s/target", f->dir);

	io_make_dirs(AT_FDCWD, f->place.log_dir, 0755);
	assert_int_equal(symlink(target, f->writer.path), 0);
	add(f, "x");
	assert_int_equal(f->writer.n_dropped, 1);
	assert_int_not_equal(access(target, F_OK), 0);
	unlink(f->writer.path);
	assert_int_equal(mkfifo(f->writer.path, 0600), 0);
	add(f, "y");
	assert_int_equal(f->writer.n_dropped, 2);
}

static void long_lines_are_cut(void **state)
{
	struct fixture *f = *state;
	char *text = arena_alloc(&f->arena, 5001);

	memset(text, 'z', 5000);
	add(f, text);
	read_all(f, 10);
	assert_int_equal(f->n, 3);
	assert_int_equal(strlen(f->entries[0].text), LOG_LINE_MAX);
	assert_int_equal(strlen(f->entries[2].text), 5000 - 2 * LOG_LINE_MAX);
}

static void long_unit_names(void **state)
{
	struct fixture *f = *state;
	char name[256], path[2][512];

	memset(name, 'n', 255);
	strcpy(name + 247, ".service");
	log_path(path[0], sizeof(path[0]), &f->place, name);
	name[200] = 'm';
	log_path(path[1], sizeof(path[1]), &f->place, name);
	assert_string_not_equal(path[0], path[1]);
	assert_true(strlen(strrchr(path[0], '/')) < 250);
	log_writer_init(&f->writer, &f->place, name);
	add(f, "long");
	assert_int_equal(log_read_tail(&f->place, name, 5, 0, &f->arena, &f->entries, &f->n), 0);
	assert_int_equal(f->n, 1);
}

static void console_gets_a_copy(void **state)
{
	struct fixture *f = *state;
	char text[256] = "";
	int p[2];

	assert_int_equal(pipe2(p, O_CLOEXEC | O_NONBLOCK), 0);
	f->writer.console_fd = p[1];
	add(f, "hello");
	assert_true(read(p[0], text, sizeof(text) - 1) > 0);
	assert_string_equal(text, "prog[42]: hello\n");
	for (int i = 0; i < 20000; i++) {
		add(f, "a console that nobody reads");
	}
	close(p[0]);
	close(p[1]);
}

/* As fast as they come: no two lines have the same time, and none is later than the next. */
static void times_rise(void **state)
{
	struct fixture *f = *state;
	char file[64 * 1024], console[4096];
	struct log_batch b = { .file = file, .file_max = sizeof(file),
			       .console = console, .console_max = sizeof(console) };

	log_writer_collect(&f->writer, &b);
	for (int i = 0; i < 2000; i++) {
		add(f, "x");
	}
	log_writer_flush(&f->writer);
	read_all(f, 3000);
	assert_int_equal(f->n, 2000);
	for (size_t i = 1; i < f->n; i++) {
		assert_true(f->entries[i].realtime > f->entries[i - 1].realtime);
	}
}

/* Of lines that go out together those that fit are kept, whole, and the others are counted. */
static void half_a_batch_fits(void **state)
{
	struct fixture *f = *state;
	struct rlimit old, some;
	char file[8192], console[4096];
	struct log_batch b = { .file = file, .file_max = sizeof(file),
			       .console = console, .console_max = sizeof(console) };

	add(f, "0");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	some = (struct rlimit){f->writer.size * 4 + 5, old.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &some), 0);
	log_writer_collect(&f->writer, &b);
	for (int i = 0; i < 10; i++) {
		add(f, "x");
	}
	log_writer_flush(&f->writer);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(f->writer.n_dropped, 7);
	add(f, "after");
	read_all(f, 20);
	assert_int_equal(f->n, 6);
	assert_string_equal(f->entries[3].text, "x");
	assert_string_equal(f->entries[4].text, "7 lines were lost: the log could not be written.");
	assert_string_equal(f->entries[5].text, "after");
}

/* What a full console cannot take is counted line by line, and told when there is room again. */
static void console_loses_lines(void **state)
{
	struct fixture *f = *state;
	char file[64 * 1024], console[4096], text[65536], told[80];
	struct log_batch b = { .file = file, .file_max = sizeof(file),
			       .console = console, .console_max = sizeof(console) };
	size_t n_lines = 0;
	ssize_t n;
	int p[2];

	assert_int_equal(pipe2(p, O_CLOEXEC | O_NONBLOCK), 0);
	f->writer.console_fd = p[1];
	log_writer_collect(&f->writer, &b);
	for (int i = 0; i < 5000; i++) {
		add(f, "a console that nobody reads");
	}
	log_writer_flush(&f->writer);
	while ((n = read(p[0], text, sizeof(text))) > 0) {
		/* No line is torn. */
		assert_int_equal(text[n - 1], '\n');
		assert_int_equal(n % (ssize_t)strlen("prog[42]: a console that nobody reads\n"), 0);
		n_lines += (size_t)n / strlen("prog[42]: a console that nobody reads\n");
	}
	assert_in_range(n_lines, 1, 4999);
	add(f, "after");
	snprintf(told, sizeof(told), "systemd[1]: %zu lines were lost: the console was full.\n",
		 5000 - n_lines);
	n = read(p[0], text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	assert_non_null(strstr(text, told));
	assert_non_null(strstr(text, "prog[42]: after\n"));
	close(p[0]);
	close(p[1]);
}

/* A supervisor and a client write into the same file, and both see that it is full. */
static void two_writers_rotate_once(void **state)
{
	struct fixture *f = *state;
	struct log_writer other;
	char old[600];
	struct stat st;

	while (f->writer.size + 200 < LOG_FILE_MAX) {
		add(f, "a line that fills the file, together with many others like itself");
	}
	other = f->writer;
	other.fd = open(f->writer.path, O_WRONLY | O_APPEND | O_CLOEXEC);
	for (int i = 0; i < 3; i++) {
		add(f, "a line that fills the file, together with many others like itself");
		log_writer_add(&other, 6, "other", 1, "a line that fills the file, and a half", 38);
		log_writer_add(&other, 6, "other", 1, "a line that fills the file, and a half", 38);
	}
	log_writer_finish(&other);
	snprintf(old, sizeof(old), "%s.1", f->writer.path);
	assert_int_equal(stat(old, &st), 0);
	assert_true(st.st_size > LOG_FILE_MAX / 2);
}

static void foreign_lines_are_passed_over(void **state)
{
	struct fixture *f = *state;
	static const char text[] = "garbage\n\n2026-11-22T04:16:00.123456Z <999> x[1]: y\n"
				   "2026-11-22T04:16:00.123456Z <1> no source\n2026";
	int fd;

	add(f, "good");
	fd = open(f->writer.path, O_WRONLY | O_APPEND | O_CLOEXEC);
	assert_int_equal(io_write_all(fd, text, sizeof(text) - 1), 0);
	close(fd);
	read_all(f, 10);
	assert_int_equal(f->n, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times),
		cmocka_unit_test_setup_teardown(writes_and_reads_back, setup, teardown),
		cmocka_unit_test_setup_teardown(since_cuts, setup, teardown),
		cmocka_unit_test_setup_teardown(rotates_and_stays_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(lost_lines_are_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(never_writes_through_a_link, setup, teardown),
		cmocka_unit_test_setup_teardown(long_lines_are_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(long_unit_names, setup, teardown),
		cmocka_unit_test_setup_teardown(console_gets_a_copy, setup, teardown),
		cmocka_unit_test_setup_teardown(times_rise, setup, teardown),
		cmocka_unit_test_setup_teardown(lost_lines_are_ours_alone, setup, teardown),
		cmocka_unit_test_setup_teardown(half_a_batch_fits, setup, teardown),
		cmocka_unit_test_setup_teardown(console_loses_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(two_writers_rotate_once, setup, teardown),
		cmocka_unit_test_setup_teardown(foreign_lines_are_passed_over, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
