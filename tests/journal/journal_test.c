/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/root.h"
#include "journal/journal.h"

struct fixture {
	struct arena arena;
	char dir[64];
	struct place place;
	struct journal_host host;
	struct log_set *set;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->dir, "/tmp/soloctl-journal-XXXXXX");
	if (!mkdtemp(f->dir)) {
		free(f);
		return -1;
	}
	f->place.log_dir = f->dir;
	f->host = (struct journal_host){ .boot_id = "00000000000000000000000000000001",
					 .machine_id = "00000000000000000000000000000002",
					 .name = "box", .boot_offset = 1000 * USEC_PER_SEC };
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	log_set_free(&f->set);
	io_remove_tree(AT_FDCWD, f->dir);
	arena_free(&f->arena);
	free(f);
	return 0;
}

/* Appends a line of the second `second` of an hour. */
static void add_line(struct fixture *f, const char *file, unsigned second, const char *rest)
{
	char *path = path_join(&f->arena, f->dir, file);
	CLEANUP_CLOSE int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	char *line = arena_printf(&f->arena, "2026-11-22T05:%02u:%02u.000000Z %s\n", second / 60,
				  second % 60, rest);

	assert_true(fd >= 0);
	assert_int_equal(io_write_all(fd, line, strlen(line)), 0);
}

/* All texts that come now, with a blank behind each. */
static const char *read_texts(struct fixture *f, const struct journal_options *o)
{
	struct strbuf b = { 0 };
	struct log_entry e;
	const char *text;

	while (log_set_next(f->set, &e) > 0) {
		if (!o || journal_wants_entry(o, &f->host, &e)) {
			strbuf_addf(&b, "%s ", e.text);
		}
	}
	text = arena_strdup(&f->arena, strbuf_text(&b));
	strbuf_free(&b);
	return text;
}

static void logs_are_merged_by_time(void **state)
{
	struct fixture *f = *state;

	add_line(f, "a.service.log.1", 1, "<6> a[5]: a1");
	add_line(f, "a.service.log", 4, "<6> a[5]: a4");
	add_line(f, "b.service.log", 2, "<6> b[6]: b2");
	add_line(f, "b.service.log", 5, "<6> b[6]: b5");
	add_line(f, "b.service.syslog.log", 3, "<38> sshd[7]: b3");
	add_line(f, "syslog.log", 6, "<13> root[8]: none6");
	add_line(f, "other", 1, "<6> x[1]: not a log");
	assert_int_equal(log_set_open(&f->place, NULL, NULL, 0, &f->set), 0);
	assert_string_equal(read_texts(f, NULL), "a1 b2 b3 a4 b5 none6 ");
	/* What comes later is found, in files that are there and in new ones. */
	add_line(f, "b.service.log", 7, "<6> b[6]: b7");
	add_line(f, "c.service.log", 8, "<6> c[6]: c8");
	log_set_refresh(f->set);
	assert_string_equal(read_texts(f, NULL), "b7 c8 ");
}

static void rotation_while_reading_loses_nothing(void **state)
{
	struct fixture *f = *state;
	char *path = path_join(&f->arena, f->dir, "a.service.log");
	struct log_entry e;

	for (unsigned i = 0; i < 1000; i++) {
		add_line(f, "a.service.log", i, "<6> a[5]: x");
	}
	assert_int_equal(log_set_open(&f->place, NULL, NULL, 0, &f->set), 0);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(log_set_next(f->set, &e), 1);
	}
	assert_int_equal(rename(path, arena_printf(&f->arena, "%s.1", path)), 0);
	add_line(f, "a.service.log", 2000, "<6> a[5]: last");
	for (int i = 10; i < 1000; i++) {
		assert_int_equal(log_set_next(f->set, &e), 1);
		assert_string_equal(e.text, "x");
	}
	assert_string_equal(read_texts(f, NULL), "last ");
}

static void units_are_chosen_by_name_and_pattern(void **state)
{
	static const struct {
		const char *unit, *name;
		bool expected;
	} rows[] = {
		{ "a.service", "a.service", true },   { "a.service", "b.service", false },
		{ "a*", "abc.service", true },	      { "a*", "b.service", false },
		{ "a.service", NULL, false },	      { "a.service", "a.servic", false },
		{ "a.servic", "a.service", false },   { "[ab].service", "b.service", true },
	};
	struct fixture *f = *state;
	struct journal_options all = { 0 };

	assert_true(journal_wants_log(&all, NULL));
	assert_true(journal_wants_log(&all, "x.service"));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct journal_options o = { 0 };

		strv_add(&o.units, &f->arena, rows[i].unit);
		if (journal_wants_log(&o, rows[i].name) != rows[i].expected) {
			fail_msg("%s, %s", rows[i].unit, str_or_empty(rows[i].name));
		}
	}
}

/* Parses the words and reads the logs of the fixture through them. */
static const char *filtered(struct fixture *f, const char *words)
{
	struct strv l = { 0 };
	struct journal_options o;
	const char *what, *texts;
	int status;

	strv_add(&l, &f->arena, "journalctl");
	strv_split(&l, &f->arena, words, "|");
	assert_int_equal(journal_options_parse(&o, (int)l.n, strv_to_argv(&l, &f->arena), &f->arena,
					       &status, &what), 0);
	log_set_free(&f->set);
	assert_int_equal(log_set_open(&f->place, journal_wants_log, &o, 0, &f->set), 0);
	texts = read_texts(f, &o);
	journal_options_finish(&o);
	return texts;
}

static void filters(void **state)
{
	static const struct {
		const char *words, *expected;
	} rows[] = {
		{ "-q", "begun one Two three cron " },
		{ "-u|a", "begun one Two " },
		{ "-u|a|-p|err", "one " },
		{ "-p|0..4", "one three " },
		{ "-p|4..3", "one three " },
		{ "-t|b", "three " },
		{ "-t|a|-t|b", "one Two three " },
		{ "-T|systemd|-T|CRON", "one Two three " },
		{ "-g|two", "Two " },
		{ "-g|TWO", "" },
		{ "-g|TWO|--case-sensitive=no", "Two " },
		{ "-g|two|--case-sensitive", "" },
		{ "-g|^t.*e$", "three " },
		{ "--since|2026-11-22 05:00:03 UTC", "Two three cron " },
		{ "--until|2026-11-22 05:00:02 UTC", "begun one " },
		{ "-k", "" },
		{ "--facility|cron", "cron " },
		{ "--facility|daemon", "begun one Two three " },
		{ "_SYSTEMD_UNIT=a.service", "one Two " },
		{ "UNIT=a.service", "begun " },
		{ "_PID=5|_PID=6", "one Two three " },
		{ "_PID=5|PRIORITY=3", "one " },
		{ "_PID=5|PRIORITY=3|+|_PID=9", "one cron " },
		{ "_TRANSPORT=syslog", "cron " },
	};
	struct fixture *f = *state;

	add_line(f, "a.service.log", 1, "<6> systemd[1]: begun");
	add_line(f, "a.service.log", 2, "<3> a[5]: one");
	add_line(f, "a.service.log", 3, "<6> a[5]: Two");
	add_line(f, "b.service.log", 4, "<4> b[6]: three");
	add_line(f, "syslog.log", 5, "<78> CRON[9]: cron");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *texts = filtered(f, rows[i].words);

		if (!streq(texts, rows[i].expected)) {
			fail_msg("%s: '%s'", rows[i].words, texts);
		}
	}
}

static void cursors_point_at_entries(void **state)
{
	struct fixture *f = *state;
	struct log_entry e = { .realtime = 5000, .identifier = "x", .text = "text", .pid = 3 };
	struct log_entry other = e, later = e;
	struct journal_fields fields;
	struct journal_cursor c;

	other.text = "other";
	later.realtime = 5001;
	journal_fields_make(&e, &f->host, &fields);
	assert_int_equal(journal_cursor_parse(fields.cursor, &c), 0);
	assert_int_equal(journal_cursor_compare(&e, &c), 0);
	assert_true(journal_cursor_compare(&other, &c) < 0);
	assert_true(journal_cursor_compare(&later, &c) > 0);
	assert_int_equal(journal_cursor_parse("x", &c), -EINVAL);
	assert_int_equal(journal_cursor_parse("", &c), -EINVAL);
	assert_int_equal(journal_cursor_parse("t=zz;x=1", &c), -EINVAL);
}

static void notes_are_systemds(void **state)
{
	struct fixture *f = *state;
	struct log_entry e = { .realtime = 5000, .identifier = "systemd", .text = "Started x.",
			       .pid = 1, .unit = "x.service", .facility = -1, .priority = 6 };
	struct journal_fields fields;

	journal_fields_make(&e, &f->host, &fields);
	assert_string_equal(journal_fields_get(&fields, "_SYSTEMD_UNIT"), "init.scope");
	assert_string_equal(journal_fields_get(&fields, "UNIT"), "x.service");
	assert_string_equal(journal_fields_get(&fields, "_TRANSPORT"), "journal");
	assert_string_equal(journal_fields_get(&fields, "SYSLOG_FACILITY"), "3");
	assert_null(journal_fields_get(&fields, "NONE"));
	e.pid = 44;
	journal_fields_make(&e, &f->host, &fields);
	assert_string_equal(journal_fields_get(&fields, "_SYSTEMD_UNIT"), "x.service");
	assert_null(journal_fields_get(&fields, "UNIT"));
}

static void bytes(void **state)
{
	static const struct {
		uint64_t n;
		const char *expected;
	} rows[] = {
		{ 0, "0B" }, { 1023, "1023B" }, { 1024, "1K" }, { 3774873, "3.5M" },
		{ 8388608, "8M" }, { 4294967296, "4G" }, { 3790000, "3.6M" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char buf[32];

		assert_string_equal(journal_format_bytes(buf, sizeof(buf), rows[i].n),
				    rows[i].expected);
	}
}

static size_t count_files(struct fixture *f)
{
	size_t n = 0;

	for (char c = 'a'; c <= 'c'; c++) {
		for (int old = 0; old < 2; old++) {
			n += access(arena_printf(&f->arena, "%s/%c.service.log%s", f->dir, c,
						 old ? ".1" : ""), F_OK) == 0;
		}
	}
	return n;
}

static void vacuum_removes_only_old_files(void **state)
{
	struct fixture *f = *state;
	struct journal_options o = { .quiet = true, .vacuum_files = 1 };

	for (char c = 'a'; c <= 'c'; c++) {
		add_line(f, arena_printf(&f->arena, "%c.service.log", c), 1, "<6> x[1]: x");
	}
	assert_int_equal(journal_rotate(&f->place, &f->arena), 0);
	add_line(f, "a.service.log", 2, "<6> x[1]: x");
	assert_int_equal(count_files(f), 4);
	assert_int_equal(journal_vacuum(&o, &f->place, &f->arena), 0);
	assert_int_equal(count_files(f), 2);
	o = (struct journal_options){ .quiet = true, .vacuum_time = USEC_PER_HOUR };
	assert_int_equal(journal_vacuum(&o, &f->place, &f->arena), 0);
	assert_int_equal(count_files(f), 2);
	o.vacuum_time = USEC_INFINITY;
	assert_int_equal(journal_vacuum(&o, &f->place, &f->arena), 0);
	assert_int_equal(count_files(f), 2);
	o = (struct journal_options){ .quiet = true, .vacuum_size = 1 };
	assert_int_equal(journal_vacuum(&o, &f->place, &f->arena), 0);
	assert_int_equal(count_files(f), 1);
}

static void writer_follows_rotation_and_vacuum(void **state)
{
	struct fixture *f = *state;
	struct journal_options o = { .quiet = true, .vacuum_size = 1 };
	struct log_writer w;

	log_writer_init(&w, &f->place, "a.service");
	log_writer_add(&w, 6, "x", 1, "before", 6);
	assert_int_equal(journal_rotate(&f->place, &f->arena), 0);
	assert_int_equal(journal_vacuum(&o, &f->place, &f->arena), 0);
	assert_int_equal(count_files(f), 0);
	log_writer_add(&w, 6, "x", 1, "behind", 6);
	log_writer_finish(&w);
	assert_int_equal(log_set_open(&f->place, NULL, NULL, 0, &f->set), 0);
	assert_string_equal(read_texts(f, NULL), "behind ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(logs_are_merged_by_time, setup, teardown),
		cmocka_unit_test_setup_teardown(rotation_while_reading_loses_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(units_are_chosen_by_name_and_pattern, setup, teardown),
		cmocka_unit_test_setup_teardown(filters, setup, teardown),
		cmocka_unit_test_setup_teardown(cursors_point_at_entries, setup, teardown),
		cmocka_unit_test_setup_teardown(notes_are_systemds, setup, teardown),
		cmocka_unit_test(bytes),
		cmocka_unit_test_setup_teardown(vacuum_removes_only_old_files, setup, teardown),
		cmocka_unit_test_setup_teardown(writer_follows_rotation_and_vacuum, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
