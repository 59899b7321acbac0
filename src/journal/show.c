/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>

#include "base/io.h"
#include "journal/journal.h"
#include "unit/name.h"

#define GREP_FOUND_NOTHING 1
#define CURSOR_MAX 4096

/* An entry that is kept until it is known whether, and when, it is printed. */
struct kept {
	struct log_entry entry;
	char *memory;
};

struct show {
	const struct journal_options *o;
	struct journal_host host;
	struct journal_printer printer;
	struct log_set *set;
	struct journal_cursor cursor;
	bool has_cursor, skips_cursor, is_behind_cursor;
	struct kept *kept; /* a ring of the last ones */
	size_t n_kept, cap_kept, first_kept;
	size_t n_shown;
	char last_cursor[160];
};

static int fail(const char *what, int error)
{
	fprintf(stderr, "%s: %s\n", what, strerror(-error));
	return 1;
}

static void show_entry(struct show *s, const struct log_entry *e)
{
	journal_print(&s->printer, e);
	s->n_shown++;
	if (s->o->show_cursor || s->o->cursor_file) {
		struct journal_fields f;

		journal_fields_make(e, &s->host, &f);
		snprintf(s->last_cursor, sizeof(s->last_cursor), "%s", f.cursor);
	}
}

static void kept_set(struct kept *k, const struct log_entry *e)
{
	const char *parts[] = { e->identifier, e->text, e->unit };
	const char **to[] = { &k->entry.identifier, &k->entry.text, &k->entry.unit };
	size_t n = 0;
	char *p;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		n += parts[i] ? strlen(parts[i]) + 1 : 0;
	}
	k->memory = realloc(k->memory, n);
	if (!k->memory) {
		arena_out_of_memory();
	}
	k->entry = *e;
	p = k->memory;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (parts[i]) {
			*to[i] = strcpy(p, parts[i]);
			p += strlen(p) + 1;
		}
	}
}

/* Keeps the last `lines` of them, or all. */
static void keep(struct show *s, const struct log_entry *e)
{
	size_t max = s->o->lines < 0 ? SIZE_MAX : (size_t)s->o->lines;

	if (max == 0) {
		return;
	}
	if (s->n_kept == max) {
		kept_set(&s->kept[s->first_kept], e);
		s->first_kept = (s->first_kept + 1) % max;
		return;
	}
	if (s->n_kept == s->cap_kept) {
		s->cap_kept = s->cap_kept ? 2 * s->cap_kept : 64;
		s->kept = realloc(s->kept, s->cap_kept * sizeof(*s->kept));
		if (!s->kept) {
			arena_out_of_memory();
		}
	}
	s->kept[s->n_kept] = (struct kept){ 0 };
	kept_set(&s->kept[s->n_kept++], e);
}

static void show_kept(struct show *s)
{
	for (size_t i = 0; i < s->n_kept; i++) {
		size_t k = s->o->reverse ? s->n_kept - 1 - i : i;

		show_entry(s, &s->kept[(s->first_kept + k) % s->n_kept].entry);
	}
	for (size_t i = 0; i < s->n_kept; i++) {
		free(s->kept[i].memory);
	}
	free(s->kept);
	s->kept = NULL;
	s->n_kept = s->cap_kept = s->first_kept = 0;
}

static bool is_behind_cursor(struct show *s, const struct log_entry *e)
{
	int r;

	if (!s->has_cursor || s->is_behind_cursor) {
		return true;
	}
	r = journal_cursor_compare(e, &s->cursor);
	s->is_behind_cursor = r >= 0;
	return r > 0 || (r == 0 && !s->skips_cursor);
}

static bool wants(struct show *s, const struct log_entry *e)
{
	return is_behind_cursor(s, e) && journal_wants_entry(s->o, &s->host, e);
}

/* What is there now. */
static void show_present(struct show *s)
{
	bool keeps = s->o->reverse || (s->o->lines >= 0 && !s->o->lines_oldest);
	struct log_entry e;

	while (log_set_next(s->set, &e) > 0) {
		if (!wants(s, &e)) {
			continue;
		}
		if (keeps) {
			keep(s, &e);
			continue;
		}
		if (s->o->lines >= 0 && s->n_shown >= (size_t)s->o->lines) {
			return;
		}
		show_entry(s, &e);
	}
	show_kept(s);
}

/* Until nobody reads us any more. */
static int show_coming(struct show *s)
{
	struct log_entry e;

	for (;;) {
		struct pollfd fds[] = {
			{ .fd = log_set_watch(s->set), .events = POLLIN },
			{ .fd = STDOUT_FILENO },
		};

		if (fflush(stdout) != 0) {
			return 1;
		}
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR) {
			return fail("Failed to wait for the logs", -errno);
		}
		if (fds[1].revents) {
			return 0;
		}
		log_set_refresh(s->set);
		while (log_set_next(s->set, &e) > 0) {
			if (wants(s, &e)) {
				show_entry(s, &e);
			}
		}
	}
}

/* --cursor=, --after-cursor=, or what an earlier run left in --cursor-file=. */
static int read_cursor(struct show *s, struct arena *a)
{
	const char *text = s->o->cursor ? s->o->cursor : s->o->after_cursor;
	char *file;
	int r;

	if (s->o->cursor_file) {
		r = io_read_file(AT_FDCWD, s->o->cursor_file, CURSOR_MAX, a, &file, NULL);
		if (r < 0 && r != -ENOENT) {
			fprintf(stderr, "Failed to read cursor file %s: %s\n", s->o->cursor_file,
				strerror(-r));
			return r;
		}
		if (r == 0) {
			file[strcspn(file, "\n")] = '\0';
			text = file;
		}
	}
	if (!text) {
		return 0;
	}
	r = journal_cursor_parse(text, &s->cursor);
	if (r < 0) {
		fail("Failed to seek to cursor", r);
		return r;
	}
	s->has_cursor = true;
	s->skips_cursor = !s->o->cursor;
	return 0;
}

static int write_cursor(const struct show *s)
{
	char text[sizeof(s->last_cursor) + 1];
	int n = snprintf(text, sizeof(text), "%s\n", s->last_cursor);
	int r;

	if (s->o->show_cursor) {
		printf("-- cursor: %s\n", s->last_cursor);
	}
	if (!s->o->cursor_file) {
		return 0;
	}
	r = io_write_atomic(AT_FDCWD, s->o->cursor_file, text, (size_t)n, 0644);
	return r < 0 ? fail("Failed to write cursor file", r) : 0;
}

/* The logs of the units that were asked for. 0, or the exit status. */
static int show_open(struct show *s, const struct place *p)
{
	struct journal_options *o = (struct journal_options *)s->o;
	usec_t since = o->since;
	int r;

	if (o->this_boot && s->host.boot_realtime > since) {
		since = s->host.boot_realtime;
	}
	if (access(p->log_dir, F_OK) < 0 && errno == ENOENT && !o->quiet) {
		fprintf(stderr, "No journal files were found.\n");
	}
	r = log_set_open(p, journal_wants_log, o, since, &s->set);
	return r < 0 ? fail("Failed to open the logs", r) : 0;
}

/* Patterns that no log has a name for; units that were named need none. */
static bool has_unmatched_patterns(const struct show *s)
{
	STRV_FOREACH(unit, &s->o->units) {
		if (!name_is_glob(unit)) {
			return false;
		}
	}
	return s->o->units.n > 0 && log_set_is_empty(s->set);
}

static bool prints_lines(enum journal_output output)
{
	return output <= JOURNAL_VERBOSE || output == JOURNAL_WITH_UNIT;
}

static int show_all(struct show *s, const struct place *p, struct arena *a)
{
	const struct journal_options *o = s->o;
	int r;

	if (read_cursor(s, a) < 0) {
		return 1;
	}
	r = show_open(s, p);
	if (r != 0) {
		return r;
	}
	if (has_unmatched_patterns(s) && !o->follow) {
		return fail("Failed to add filter for units", -ENODATA);
	}
	if (log_set_is_refused(s->set)) {
		fputs("No journal files were opened due to insufficient permissions.\n", stderr);
		return 1;
	}
	if (o->follow) {
		r = log_set_watch(s->set);
		if (r < 0) {
			return fail("Failed to watch the logs", r);
		}
	}
	show_present(s);
	if (o->follow) {
		return show_coming(s);
	}
	if (s->n_shown == 0 && !o->quiet && prints_lines(o->output)) {
		puts("-- No entries --");
	}
	r = s->n_shown > 0 ? write_cursor(s) : 0;
	return r == 0 && o->pattern && s->n_shown == 0 ? GREP_FOUND_NOTHING : r;
}

int journal_show(struct journal_options *o, const struct place *p, struct arena *a)
{
	struct show s = { .o = o };
	int r;

	journal_host_read(&s.host, a);
	s.printer = (struct journal_printer){
		.output = o->output,
		.host = &s.host,
		.fields = &o->output_fields,
		.utc = o->utc,
		.no_hostname = o->no_hostname,
		.color = o->color,
		.all = o->all,
	};
	r = show_all(&s, p, a);
	log_set_free(&s.set);
	return r;
}
