/* SPDX-License-Identifier: MIT */
#include "cmd/cmd.h"

#define MAX_WORD 32
#define MAX_DISTANCE 5

/* Of words that are equally near, the first here is meant: measured on systemd 257. */
static const char *const candidates[] = {
	"list-units",
	"list-unit-files",
	"list-automounts",
	"list-paths",
	"list-sockets",
	"list-timers",
	"list-jobs",
	"list-machines",
	"clear-jobs",
	"cancel",
	"start",
	"stop",
	"condstop",
	"reload",
	"restart",
	"try-restart",
	"reload-or-restart",
	"reload-or-try-restart",
	"try-reload-or-restart",
	"force-reload",
	"condreload",
	"condrestart",
	"isolate",
	"kill",
	"clean",
	"freeze",
	"thaw",
	"is-active",
	"check",
	"is-failed",
	"show",
	"cat",
	"status",
	"help",
	"daemon-reload",
	"daemon-reexec",
	"log-level",
	"log-target",
	"service-log-level",
	"service-log-target",
	"service-watchdogs",
	"show-environment",
	"set-environment",
	"unset-environment",
	"import-environment",
	"halt",
	"poweroff",
	"reboot",
	"kexec",
	"soft-reboot",
	"sleep",
	"suspend",
	"hibernate",
	"hybrid-sleep",
	"suspend-then-hibernate",
	"default",
	"rescue",
	"emergency",
	"exit",
	"reset-failed",
	"enable",
	"disable",
	"is-enabled",
	"reenable",
	"preset",
	"preset-all",
	"mask",
	"unmask",
	"link",
	"revert",
	"switch-root",
	"list-dependencies",
	"set-default",
	"get-default",
	"set-property",
	"is-system-running",
	"add-wants",
	"add-requires",
	"edit",
	"bind",
	"mount-image",
	"whoami",
};

static size_t least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/*
 * Levenshtein: how many letters must be put in, taken out or changed. One row of the matrix at a
 * time.
 */
static size_t edit_distance(const char *a, const char *b)
{
	size_t n = strlen(b), row[MAX_WORD + 1];

	if (n > MAX_WORD || strlen(a) > MAX_WORD) {
		return MAX_WORD;
	}
	for (size_t k = 0; k <= n; k++) {
		row[k] = k;
	}
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t k = 1; k <= n; k++) {
			size_t change = diagonal + (a[i] != b[k - 1]);

			diagonal = row[k];
			row[k] = least(row[k] + 1, row[k - 1] + 1, change);
		}
	}
	return row[n];
}

/* The shortest verb that begins with word. */
static const char *find_by_prefix(const char *word)
{
	const char *best = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(candidates) && *word; i++) {
		if (str_has_prefix(candidates[i], word) &&
		    (!best || strlen(candidates[i]) < strlen(best))) {
			best = candidates[i];
		}
	}
	return best;
}

const char *cmd_verb_suggest(const char *word)
{
	size_t best_distance = MAX_DISTANCE + 1;
	const char *best = find_by_prefix(word);

	if (best) {
		return best;
	}
	for (size_t i = 0; i < ARRAY_SIZE(candidates); i++) {
		size_t distance = edit_distance(word, candidates[i]);

		if (distance < best_distance) {
			best_distance = distance;
			best = candidates[i];
		}
	}
	return best;
}
