/* SPDX-License-Identifier: MIT */

/* [Mount]. */

#include "directive_internal.h"

#define MAN "systemd.mount(5)"

/* Sorted by name in byte order. */
static const struct directive mount_rows[] = {
	WORKS("DirectoryMode", mode, mount.directory_mode, 0, NULL, mode),
	WORKS("ForceUnmount", bool, mount.force_unmount, 0, NULL, bool),
	WORKS("LazyUnmount", bool, mount.lazy_unmount, 0, NULL, bool),
	WORKS("Options", string, mount.options, 0, NULL, string),
	WORKS("ReadWriteOnly", bool, mount.read_write_only, 0, NULL, bool),
	WORKS("SloppyOptions", bool, mount.sloppy_options, 0, NULL, bool),
	WORKS("TimeoutSec", span, mount.timeout, DIRECTIVE_SPAN_ZERO_IS_INFINITE, "TimeoutUSec",
	      span),
	WORKS("Type", string, mount.type, 0, NULL, string),
	WORKS("What", string, mount.what, 0, NULL, string),
	WORKS("Where", path, mount.where, 0, NULL, string),
};

GROUP(mount, "Mount", mount_rows);
