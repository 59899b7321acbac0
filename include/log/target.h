/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Where lines go and how much is said: systemd(1), SYSTEMD_LOG_TARGET and SYSTEMD_LOG_LEVEL; systemd-system.conf(5), LogTarget= and
 * LogLevel=; `systemctl log-target` and `log-level`, which come first. In a booted container:
 *     auto (or nothing set)                          files and console
 *     console, console-prefixed                      console only
 *     journal, journal-or-kmsg, kmsg, syslog, …      files only
 *     null                                           services' lines as with auto, but none of our own sentences
 * The console is the standard output of soloctl's init, whether that is PID 1 or not. Without one, lines always go to the files.
 */

#include "log/writer.h"

struct log_settings {
	const char *target;	/* a word of log_target_word, "auto" */
	int level;		/* 0..7 */
};

/* The settings in force, strings in the arena. */
void log_settings_read(const struct place *p, struct arena *a, struct log_settings *ret);
/* What the verbs set, for the time that the place exists. 0 or -errno. */
int log_settings_write_target(const struct place *p, const char *target);
int log_settings_write_level(const struct place *p, int level);
/* The word as systemd says it back ("syslog" for "syslog"), or NULL for one that is none. */
const char *log_target_word(const char *word);
/* "emerg" … "debug". */
const char *log_level_word(int level);

/*
 * Makes a writer as the settings say; in a booted container it gets PID 1's standard output as its console, in another one that of an
 * init of ours which is not PID 1.
 */
void log_writer_configure(struct log_writer *w, const struct place *p, const char *unit, bool is_booted);
/* One sentence of ours about a unit, by who has no writer for it. */
void log_unit_note(const struct place *p, const char *unit, int priority, const char *sentence);
