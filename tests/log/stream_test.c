/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/io.h"
#include "log/reader.h"

struct fixture {
	struct arena arena;
	char dir[64];
	struct place place;
	struct log_writer writer;
	struct log_stream stream;
	int write_end;
	struct log_entry *entries;
	size_t n;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int p[2];

	strcpy(f->dir, "/tmp/soloctl-log-XXXXXX");
	if (!mkdtemp(f->dir) || pipe2(p, O_CLOEXEC | O_NONBLOCK) < 0) {
		free(f);
		return -1;
	}
	f->place.log_dir = f->dir;
	log_writer_init(&f->writer, &f->place, "x.service");
	f->stream = (struct log_stream){.fd = p[0],
					.pid = 9,
					.identifier = "id",
					.level = 6,
					.level_prefix = true,
					.level_max = -1};
	f->write_end = p[1];
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	log_writer_finish(&f->writer);
	close(f->stream.fd);
	if (f->write_end >= 0) {
		close(f->write_end);
	}
	io_remove_tree(AT_FDCWD, f->dir);
	arena_free(&f->arena);
	free(f);
	return 0;
}

/* Writes bytes and lets the stream read them. */
static int feed(struct fixture *f, const char *text, size_t n)
{
	assert_int_equal(io_write_all(f->write_end, text, n), 0);
	return log_stream_read(&f->stream, &f->writer);
}

static void read_back(struct fixture *f)
{
	assert_int_equal(
		log_read_tail(&f->place, "x.service", 100, 0, &f->arena, &f->entries, &f->n), 0);
}

static void lines_in_pieces(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(log_stream_read(&f->stream, &f->writer), 1);
	assert_int_equal(feed(f, "one\ntw", 6), 1);
	assert_int_equal(feed(f, "o\n\nthree", 8), 1);
	read_back(f);
	assert_int_equal(f->n, 2);
	close(TAKE_FD(f->write_end));
	assert_int_equal(log_stream_read(&f->stream, &f->writer), 0);
	read_back(f);
	assert_int_equal(f->n, 3);
	assert_string_equal(f->entries[1].text, "two");
	assert_string_equal(f->entries[2].text, "three");
	assert_string_equal(f->entries[0].identifier, "id");
	assert_int_equal(f->entries[0].pid, 9);
}

static void prefixes(void **state)
{
	struct fixture *f = *state;
	static const char text[] = "<3>err\n<30>thirty\n<3>\n<8>eight\nplain\n<7>debug\n";

	f->stream.level_max = 6;
	feed(f, text, sizeof(text) - 1);
	f->stream.level_prefix = false;
	feed(f, "<1>kept\n", 8);
	read_back(f);
	assert_int_equal(f->n, 5);
	assert_int_equal(f->entries[0].priority, 3);
	assert_string_equal(f->entries[0].text, "err");
	assert_string_equal(f->entries[1].text, "<30>thirty");
	assert_string_equal(f->entries[2].text, "<8>eight");
	assert_int_equal(f->entries[3].priority, 6);
	assert_string_equal(f->entries[4].text, "<1>kept");
}

static void long_line_keeps_its_priority(void **state)
{
	struct fixture *f = *state;
	size_t n = 3 * LOG_LINE_MAX;
	char *text = arena_alloc(&f->arena, n + 8);

	memset(text, 'x', n);
	memcpy(text, "<2>", 3);
	/* A prefix at the cut is part of the text. */
	memcpy(text + LOG_LINE_MAX, "<5>", 3);
	text[n] = '\n';
	feed(f, text, n + 1);
	feed(f, "next\n", 5);
	read_back(f);
	assert_int_equal(f->n, 4);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(f->entries[i].priority, 2);
	}
	assert_int_equal(strncmp(f->entries[1].text, "<5>xx", 5), 0);
	assert_int_equal(f->entries[3].priority, 6);
}

static void cut_between_characters(void **state)
{
	struct fixture *f = *state;
	char *text = arena_alloc(&f->arena, LOG_LINE_MAX * 2);
	size_t total = 0;

	text[0] = 'a';
	for (size_t i = 1; i + 1 < LOG_LINE_MAX + 3; i += 2) {
		memcpy(text + i, "\303\274", 2);
	}
	text[LOG_LINE_MAX + 1] = '\n';
	feed(f, text, LOG_LINE_MAX + 2);
	read_back(f);
	assert_int_equal(f->n, 2);
	assert_int_equal(strlen(f->entries[0].text), LOG_LINE_MAX - 1);
	total = strlen(f->entries[0].text) + strlen(f->entries[1].text);
	assert_int_equal(total, LOG_LINE_MAX + 1);
}

/* A whole pipe at once, in which lines lie across the pieces that are read. */
static void many_lines_keep_their_order(void **state)
{
	struct fixture *f = *state;
	char *text = arena_alloc(&f->arena, 1 << 16);
	size_t n = 0;

	for (int i = 0; i < 4000; i++) {
		n += (size_t)sprintf(text + n, "line %d\n", i);
	}
	feed(f, text, n - 1);
	assert_int_equal(log_read_tail(&f->place, "x.service", 5000, 0, &f->arena, &f->entries, &f->n),
			 0);
	assert_int_equal(f->n, 3999);
	log_stream_finish(&f->stream, &f->writer);
	assert_int_equal(log_read_tail(&f->place, "x.service", 5000, 0, &f->arena, &f->entries, &f->n),
			 0);
	assert_int_equal(f->n, 4000);
	for (int i = 0; i < 4000; i++) {
		char expected[16];

		snprintf(expected, sizeof(expected), "line %d", i);
		assert_string_equal(f->entries[i].text, expected);
	}
}

static void rate_counts_each_importance(void **state)
{
	struct log_rate r = {0};
	unsigned n = 7;

	(void)state;
	log_rate_init(&r, USEC_INFINITY, 0);
	assert_int_equal(r.interval, 0);
	log_rate_init(&r, 0, 5);
	assert_true(log_rate_allows(&r, 6, 1, &n) && r.interval == 0);
	log_rate_init(&r, USEC_INFINITY, 2);
	assert_int_equal(r.interval, 30 * USEC_PER_SEC);
	log_rate_init(&r, 10, 0);
	assert_int_equal(r.burst, 10000);
	log_rate_init(&r, 10, 2);
	assert_true(log_rate_allows(&r, 6, 100, &n));
	assert_true(log_rate_allows(&r, 5, 101, &n));
	assert_false(log_rate_allows(&r, 6, 102, &n));
	assert_false(log_rate_allows(&r, 5, 110, &n));
	assert_true(log_rate_allows(&r, 3, 110, &n));
	assert_true(log_rate_allows(&r, 4, 110, &n));
	assert_true(log_rate_allows(&r, 7, 110, &n));
	assert_true(log_rate_allows(&r, 2, 110, &n));
	assert_true(log_rate_allows(&r, 0, 110, &n));
	assert_false(log_rate_allows(&r, 1, 110, &n));
	assert_int_equal(n, 0);
	assert_true(log_rate_allows(&r, 6, 111, &n));
	assert_int_equal(n, 2);
	assert_int_equal(log_rate_take_suppressed(&r), 1);
	assert_int_equal(log_rate_take_suppressed(&r), 0);
}

static void suppressed_lines_are_told(void **state)
{
	struct fixture *f = *state;
	static const char text[] = "one\ntwo\nthree\n<3>error\nfour\n";
	struct log_rate r = {0};

	log_rate_init(&r, 3600 * USEC_PER_SEC, 2);
	f->stream.rate = &r;
	f->stream.unit = "x.service";
	feed(f, text, sizeof(text) - 1);
	log_stream_finish(&f->stream, &f->writer);
	read_back(f);
	assert_int_equal(f->n, 4);
	assert_string_equal(f->entries[1].text, "two");
	assert_string_equal(f->entries[2].text, "error");
	assert_string_equal(f->entries[3].text, "Suppressed 2 messages from x.service");
}

static void send(struct fixture *f, const char *text)
{
	feed(f, text, strlen(text));
}

static void patterns_choose(void **state)
{
	struct fixture *f = *state;
	struct log_filter filter = {0};
	struct strv patterns = {0};

	f->stream.filter = &filter;
	strv_add(&patterns, &f->arena, "~^drop|nois[ey]");
	log_filter_set(&filter, &patterns);
	send(f, "drop this\nkeep 1\n<4>drop that\nthe noise\nto drop\n");
	strv_add(&patterns, &f->arena, "^keep");
	strv_add(&patterns, &f->arena, "b+$");
	strv_add(&patterns, &f->arena, "(");
	log_filter_set(&filter, &patterns);
	assert_int_equal(filter.n, 3);
	send(f, "neither\nkeep 2\nkeep noise\nabb\n");
	log_filter_set(&filter, &(struct strv){0});
	send(f, "drop\n");
	read_back(f);
	assert_int_equal(f->n, 5);
	assert_string_equal(f->entries[0].text, "keep 1");
	assert_string_equal(f->entries[1].text, "to drop");
	assert_string_equal(f->entries[2].text, "keep 2");
	assert_string_equal(f->entries[3].text, "abb");
	assert_string_equal(f->entries[4].text, "drop");
}

static void blanks_at_the_end_go(void **state)
{
	struct fixture *f = *state;

	feed(f, "  text \t\r\n   \n", 14);
	read_back(f);
	assert_int_equal(f->n, 2);
	assert_string_equal(f->entries[0].text, "  text");
	assert_string_equal(f->entries[1].text, "   ");
}

static void zero_bytes_and_garbage(void **state)
{
	struct fixture *f = *state;
	char *text = arena_alloc(&f->arena, 3000);

	memset(text, 0x80, 3000);
	text[0] = '\0';
	text[2999] = '\n';
	feed(f, text, 3000);
	read_back(f);
	assert_int_equal(f->n, 2);
	assert_int_equal(f->entries[0].text[0], '?');
	assert_int_equal(strlen(f->entries[0].text) + strlen(f->entries[1].text), 2999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lines_in_pieces, setup, teardown),
		cmocka_unit_test_setup_teardown(prefixes, setup, teardown),
		cmocka_unit_test_setup_teardown(long_line_keeps_its_priority, setup, teardown),
		cmocka_unit_test_setup_teardown(cut_between_characters, setup, teardown),
		cmocka_unit_test_setup_teardown(many_lines_keep_their_order, setup, teardown),
		cmocka_unit_test(rate_counts_each_importance),
		cmocka_unit_test_setup_teardown(suppressed_lines_are_told, setup, teardown),
		cmocka_unit_test_setup_teardown(patterns_choose, setup, teardown),
		cmocka_unit_test_setup_teardown(blanks_at_the_end_go, setup, teardown),
		cmocka_unit_test_setup_teardown(zero_bytes_and_garbage, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
