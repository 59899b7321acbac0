/* SPDX-License-Identifier: MIT */

/* [Automount]. */

#include "directive_internal.h"

#define MAN "systemd.automount(5)"

#define NOTE_TYPE "file systems are mounted by who runs the container: automount units cannot be started"

/* Sorted by name in byte order. */
static const struct directive automount_rows[] = {
	VAIN("DirectoryMode", mode, automount.directory_mode, 0, NULL, mode, NOTE_TYPE),
	VAIN("ExtraOptions", string, automount.extra_options, 0, NULL, string, NOTE_TYPE),
	VAIN("TimeoutIdleSec", span, automount.timeout_idle, DIRECTIVE_SPAN_ZERO_IS_INFINITE,
	     "TimeoutIdleUSec", span, NOTE_TYPE),
	VAIN("Where", path, automount.where, 0, NULL, string, NOTE_TYPE),
};

GROUP(automount, "Automount", automount_rows);
