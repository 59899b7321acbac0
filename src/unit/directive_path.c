/* SPDX-License-Identifier: MIT */

/* [Path]. */

#include "directive_internal.h"

#define MAN "systemd.path(5)"

/* Sorted by name in byte order. */
static const struct directive path_rows[] = {
	WORKS("DirectoryMode", mode, path.directory_mode, 0, NULL, mode),
	WORKS("DirectoryNotEmpty", path_watch, path.watches, 0, NULL, none),
	WORKS("MakeDirectory", bool, path.make_directory, 0, NULL, bool),
	WORKS("PathChanged", path_watch, path.watches, 0, NULL, none),
	WORKS("PathExists", path_watch, path.watches, 0, "Paths", paths),
	WORKS("PathExistsGlob", path_watch, path.watches, 0, NULL, none),
	WORKS("PathModified", path_watch, path.watches, 0, NULL, none),
	WORKS("TriggerLimitBurst", unsigned, path.trigger_limit_burst, 0, NULL, unsigned),
	WORKS("TriggerLimitIntervalSec", span, path.trigger_limit_interval, 0,
	      "TriggerLimitIntervalUSec", span),
	WORKS("Unit", trigger_unit, path.unit, 0, NULL, triggered),
};

GROUP(path, "Path", path_rows);
