/* SPDX-License-Identifier: MIT */
#include "words.h"

#include <signal.h>
#include <stdio.h>

#include "base/names.h"
#include "base/signals.h"
#include "base/str.h"
#include "install/install.h"
#include "unit/active.h"
#include "unit/name.h"

/* The order of systemd's own lists. */
static const char *const type_order[] = {
	"service",   "mount", "swap", "socket", "target", "device",
	"automount", "timer", "path", "slice",	"scope",
};
static const char *const load_states[] = { "stub",  "loaded", "not-found", "bad-setting",
					   "error", "merged", "masked" };

static const char *const active_states[] = {
	"active",     "reloading",    "inactive",    "failed",
	"activating", "deactivating", "maintenance", "refreshing",
};

static const struct {
	const char *type;
	const char *words; /* separated by blanks */
} substates[] = {
	{ "automount", "dead waiting running failed" },
	{ "device", "dead tentative plugged" },
	{ "mount", "dead mounting mounting-done mounted remounting unmounting remounting-sigterm "
		   "remounting-sigkill "
		   "unmounting-sigterm unmounting-sigkill failed cleaning" },
	{ "path", "dead waiting running failed" },
	{ "scope", "dead start-chown running abandoned stop-sigterm stop-sigkill failed" },
	{ "service", "dead condition start-pre start start-post running exited reload "
		     "reload-signal reload-notify "
		     "mounting stop stop-watchdog stop-sigterm stop-sigkill stop-post "
		     "final-watchdog final-sigterm "
		     "final-sigkill failed dead-before-auto-restart failed-before-auto-restart "
		     "dead-resources-pinned auto-restart auto-restart-queued cleaning" },
	{ "slice", "dead active" },
	{ "socket",
	  "dead start-pre start-chown start-post listening running stop-pre stop-pre-sigterm "
	  "stop-pre-sigkill stop-post final-sigterm final-sigkill failed cleaning" },
	{ "swap", "dead activating activating-done active deactivating deactivating-sigterm "
		  "deactivating-sigkill "
		  "failed cleaning" },
	{ "target", "dead active" },
	{ "timer", "dead waiting running elapsed failed" },
};

void words_print_unit_types(bool with_heading)
{
	if (with_heading) {
		puts("Available unit types:");
	}
	for (size_t i = 0; i < ARRAY_SIZE(type_order); i++) {
		puts(type_order[i]);
	}
}

bool words_is_load_state(const char *word)
{
	return NAMES_FIND(load_states, word) >= 0;
}

/* A heading, with an empty line in front of all but the first. */
static void print_heading(bool with_headings, const char *before, const char *what)
{
	if (with_headings) {
		printf("%sAvailable %s:\n", before, what);
	}
}

void words_print_states(bool with_headings)
{
	char what[64];

	print_heading(with_headings, "", "unit load states");
	for (size_t i = 0; i < ARRAY_SIZE(load_states); i++) {
		puts(load_states[i]);
	}
	print_heading(with_headings, "\n", "unit active states");
	for (size_t i = 0; i < ARRAY_SIZE(active_states); i++) {
		puts(active_states[i]);
	}
	print_heading(with_headings, "\n", "unit file states");
	for (enum unit_file_state s = 0; s < UNIT_FILE_STATE_MAX; s++) {
		puts(unit_file_state_name(s));
	}
	for (size_t i = 0; i < ARRAY_SIZE(substates); i++) {
		snprintf(what, sizeof what, "%s unit substates", substates[i].type);
		print_heading(with_headings, "\n", what);
		for (const char *p = substates[i].words; *p; p++) {
			putchar(*p == ' ' ? '\n' : *p);
		}
		putchar('\n');
	}
}

void words_print_signals(bool with_numbers)
{
	char buf[16];

	puts(with_numbers ? "SIGNAL NAME" : "0");
	for (int sig = 1; sig < _NSIG; sig++) {
		if (with_numbers) {
			printf("%-6d SIG%s\n", sig, signals_name(sig, buf));
		} else {
			puts(signals_name(sig, buf));
		}
	}
}
