/* SPDX-License-Identifier: MIT */

/* [Automount]. */

#include "directive_internal.h"

#define MAN "systemd.automount(5)"

/* Sorted by name in byte order. */
static const struct directive automount_rows[] = {
	WORKS("DirectoryMode", mode, automount.directory_mode, 0, NULL, mode),
	WORKS("ExtraOptions", string, automount.extra_options, 0, NULL, string),
	WORKS("TimeoutIdleSec", span, automount.timeout_idle, 0, "TimeoutIdleUSec", span),
	WORKS("Where", path, automount.where, 0, NULL, string),
};

GROUP(automount, "Automount", automount_rows);
