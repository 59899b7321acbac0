/* SPDX-License-Identifier: MIT */
#include "marks.h"

#include <errno.h>
#include <fcntl.h>

#include "base/io.h"
#include "base/names.h"

static const char *const known[] = { "needs-reload", "needs-restart" };

#define MARKS_MAX 256

const char *marks_read(struct cmd *c, const char *unit)
{
	char *text;
	const char *path = place_unit_file(&c->place, unit, "markers", &c->arena);

	return io_read_file(AT_FDCWD, path, MARKS_MAX, &c->arena, &text, NULL) < 0 ? "" : text;
}

/*
 * Only a unit that has a record has something to be restarted: marks of an inactive one would mean
 * nothing.
 */
static int write_marks(struct cmd *c, const struct cmd_unit *cu, const struct strv *marks)
{
	const char *path = place_unit_file(&c->place, cu->unit->id, "markers", &c->arena);
	const char *text = strv_join(marks, &c->arena, " ");

	if (active_state_is_down(cu->record.active) || cu->unit->early) {
		return 0;
	}
	if (marks->n == 0) {
		return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
	}
	return io_write_atomic(AT_FDCWD, path, text, strlen(text), 0644);
}

int marks_change(struct cmd *c, struct cmd_unit *cu, const char *words, const char **ret_bad)
{
	struct strv marks = { 0 }, changes = { 0 };
	bool is_first_plain = true;

	strv_split(&marks, &c->arena, marks_read(c, cu->unit->id), " ");
	strv_split(&changes, &c->arena, words, " \t");
	STRV_FOREACH(word, &changes) {
		const char *name = word[0] == '+' || word[0] == '-' ? word + 1 : word;

		if (NAMES_FIND(known, name) < 0) {
			*ret_bad = name;
			return -EINVAL;
		}
		if (name == word && is_first_plain) {
			marks.n = 0;
			is_first_plain = false;
		}
		if (word[0] == '-') {
			strv_remove(&marks, name);
		} else {
			strv_add_unique(&marks, &c->arena, name);
		}
	}
	strv_sort(&marks);
	return write_marks(c, cu, &marks);
}

int marks_take(struct cmd *c, struct strv *ret_restart, struct strv *ret_reload)
{
	struct strv names = { 0 };
	int r = cmd_need_place(c);

	if (r < 0) {
		return r;
	}
	r = place_list_units(&c->place, &c->arena, &names);
	if (r < 0) {
		return r == -ENOENT ? 0 : r;
	}
	STRV_FOREACH(name, &names) {
		const char *marks = marks_read(c, name);

		if (strstr(marks, "needs-restart")) {
			strv_add(ret_restart, &c->arena, name);
		} else if (strstr(marks, "needs-reload")) {
			strv_add(ret_reload, &c->arena, name);
		}
		unlink(place_unit_file(&c->place, name, "markers", &c->arena));
	}
	return 0;
}
