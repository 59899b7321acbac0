/* SPDX-License-Identifier: MIT */
#include "log/target.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/root.h"
#include "log/journald.h"
#include "state/manager.h"
#include "unit/host.h"
#include "unit/lex.h"
#include "unit/value.h"

#define CONSOLE "/proc/1/fd/1"
#define TARGET_FILE "log-target"
#define LEVEL_FILE "log-level"
#define CONFIG_MAX ((size_t)1024 * 1024)
#define LEVEL_DEFAULT 6

static const struct target {
	const char *word;
	bool has_console, has_files, has_notes;
} targets[] = {
	{ "auto", true, true, true },
	{ "console", true, false, true },
	{ "console-prefixed", true, false, true },
	{ "journal", false, true, true },
	{ "journal-or-kmsg", false, true, true },
	{ "kmsg", false, true, true },
	{ "null", true, true, false },
	{ "syslog", false, true, true },
	{ "syslog-or-kmsg", false, true, true },
};

static const char *const levels[] = { "emerg",	 "alert",  "crit", "err",
				      "warning", "notice", "info", "debug" };

static const struct target *target_find(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		if (streq(targets[i].word, word)) {
			return &targets[i];
		}
	}
	return NULL;
}

const char *log_target_word(const char *word)
{
	const struct target *t = target_find(word);

	return t ? t->word : NULL;
}

const char *log_level_word(int level)
{
	return level >= 0 && level < (int)ARRAY_SIZE(levels) ? levels[level] : NULL;
}

static void settings_set_target(struct log_settings *s, const char *word)
{
	s->target = word && log_target_word(word) ? log_target_word(word) : s->target;
}

static void settings_set_level(struct log_settings *s, const char *word)
{
	int level;

	if (word && value_parse_log_level(word, &level) == 0) {
		s->level = level;
	}
}

static int config_take(void *context, const struct lex_event *e)
{
	if (e->kind != LEX_ASSIGNMENT || !streq(e->section, "Manager")) {
		return 0;
	}
	if (streq(e->key, "LogTarget")) {
		settings_set_target(context, e->value);
	} else if (streq(e->key, "LogLevel")) {
		settings_set_level(context, e->value);
	}
	return 0;
}

/* By the name of the file; the first directory that has one of a name hides the others'. */
static int compare_names(const void *x, const void *y)
{
	return strcmp(path_basename(*(const char *const *)x), path_basename(*(const char *const *)y));
}

static void list_drop_ins(const char *dir, struct arena *a, struct strv *names, struct strv *files)
{
	const char *path = path_join(a, dir, "system.conf.d");
	CLEANUP_CLOSEDIR DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		if (str_has_suffix(e->d_name, ".conf") &&
		    strv_add_unique(names, a, arena_strdup(a, e->d_name))) {
			strv_add(files, a, path_join(a, path, e->d_name));
		}
	}
}

/* The drop-in that counts last is the one whose name sorts last, wherever it lies. */
static void config_read(struct log_settings *s, struct arena *a)
{
	static const char *const dirs[] = { "/etc/systemd", "/run/systemd",
					    "/usr/local/lib/systemd", "/usr/lib/systemd" };
	struct strv names = { 0 }, files = { 0 };
	size_t n;
	char *text;

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		const char *path = path_join(a, dirs[i], "system.conf");

		if (io_read_file(AT_FDCWD, path, CONFIG_MAX, a, &text, &n) == 0) {
			lex_text(text, n, path, config_take, s, NULL);
			break;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		list_drop_ins(dirs[i], a, &names, &files);
	}
	if (files.n > 1) {
		qsort(files.v, files.n, sizeof(*files.v), compare_names);
	}
	STRV_FOREACH(path, &files) {
		if (io_read_file(AT_FDCWD, path, CONFIG_MAX, a, &text, &n) == 0) {
			lex_text(text, n, path, config_take, s, NULL);
		}
	}
}

/* A word of a file in the place, or NULL. */
static const char *place_word(const struct place *p, const char *file, struct arena *a)
{
	char *text;

	if (io_read_file(AT_FDCWD, path_join(a, p->dir, file), 64, a, &text, NULL) < 0) {
		return NULL;
	}
	text[strcspn(text, "\n")] = '\0';
	return text;
}

void log_settings_read(const struct place *p, struct arena *a, struct log_settings *ret)
{
	struct log_settings s = { .target = "auto", .level = LEVEL_DEFAULT };
	struct strv env = { 0 };

	config_read(&s, a);
	host_read_manager_environment(a, &env);
	STRV_FOREACH(assignment, &env) {
		settings_set_target(&s, str_after_prefix(assignment, "SYSTEMD_LOG_TARGET="));
		settings_set_level(&s, str_after_prefix(assignment, "SYSTEMD_LOG_LEVEL="));
	}
	settings_set_target(&s, place_word(p, TARGET_FILE, a));
	settings_set_level(&s, place_word(p, LEVEL_FILE, a));
	*ret = s;
}

static int settings_write(const struct place *p, const char *file, const char *word)
{
	CLEANUP_ARENA struct arena a = { 0 };
	const char *text = arena_printf(&a, "%s\n", word);
	int r = io_make_dirs(AT_FDCWD, p->dir, p->user ? 0700 : 0755);

	return r < 0 ? r
		     : io_write_atomic(AT_FDCWD, path_join(&a, p->dir, file), text, strlen(text),
				       0644);
}

int log_settings_write_target(const struct place *p, const char *target)
{
	return settings_write(p, TARGET_FILE, target);
}

int log_settings_write_level(const struct place *p, int level)
{
	return settings_write(p, LEVEL_FILE, log_level_word(level));
}

/*
 * The standard output of whoever is the init: PID 1, or one that is not the first process (podman run
 * --init, proot). NULL: there is none.
 */
static const char *console_path(const struct place *p, bool is_booted, struct arena *a)
{
	struct manager manager;

	if (is_booted) {
		return CONSOLE;
	}
	manager_read(p, &manager);
	return manager.state == MANAGER_NONE
		       ? NULL
		       : arena_printf(a, "/proc/%ld/fd/1", (long)manager.init.pid);
}

/* Opened anew, so that not waiting for it is our own affair and not that of the init. */
static void writer_open_console(struct log_writer *w, const char *path)
{
	struct stat st;

	if (!path) {
		return;
	}
	w->console_fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_APPEND | O_CLOEXEC);
	/* Who threw its output away wants none; a line would only cost time. */
	if (w->console_fd >= 0 && fstat(w->console_fd, &st) == 0 && S_ISCHR(st.st_mode)) {
		w->console_has_color = isatty(w->console_fd);
	}
}

void log_writer_configure(struct log_writer *w, const struct place *p, const char *unit,
			  bool is_booted)
{
	CLEANUP_ARENA struct arena a = { 0 };
	struct log_settings s;
	const struct target *t;

	log_settings_read(p, &a, &s);
	t = target_find(s.target);
	w->level_max = s.level;
	w->has_no_notes = !t->has_notes;
	log_writer_close_outputs(w);
	if (t->has_console) {
		writer_open_console(w, console_path(p, is_booted, &a));
	}
	w->has_no_file = !t->has_files && w->console_fd >= 0;
	/* A journald cannot take its own lines while it writes them. */
	w->journal_unit = log_journald_may_be_used(p) && t->has_files && unit &&
					  !str_has_prefix(unit, "systemd-journald")
				  ? unit
				  : NULL;
	w->journal_has_lines = w->console_fd >= 0;
	w->journal_tried = 0;
}

void log_unit_note(const struct place *p, const char *unit, int priority, const char *sentence)
{
	struct log_writer w;

	log_writer_init(&w, p, unit);
	log_writer_configure(&w, p, unit, manager_is_booted());
	log_writer_note(&w, priority, "%s", sentence);
	log_writer_finish(&w);
	log_writer_close_outputs(&w);
}
