/* SPDX-License-Identifier: MIT */

/* [Mount]. */

#include "directive_internal.h"

#define MAN "systemd.mount(5)"

#define NOTE_TYPE "file systems are mounted by who runs the container: mount units cannot be started"

/* Sorted by name in byte order. */
static const struct directive mount_rows[] = {
	VAIN("DirectoryMode", mode, mount.directory_mode, 0, NULL, mode, NOTE_TYPE),
	VAIN("ForceUnmount", bool, mount.force_unmount, 0, NULL, bool, NOTE_TYPE),
	VAIN("LazyUnmount", bool, mount.lazy_unmount, 0, NULL, bool, NOTE_TYPE),
	VAIN("Options", string, mount.options, 0, NULL, string, NOTE_TYPE),
	VAIN("ReadWriteOnly", bool, mount.read_write_only, 0, NULL, bool, NOTE_TYPE),
	VAIN("SloppyOptions", bool, mount.sloppy_options, 0, NULL, bool, NOTE_TYPE),
	VAIN("TimeoutSec", span, mount.timeout, DIRECTIVE_SPAN_ZERO_IS_INFINITE, "TimeoutUSec",
	      span, NOTE_TYPE),
	VAIN("Type", string, mount.type, 0, NULL, string, NOTE_TYPE),
	VAIN("What", string, mount.what, 0, NULL, string, NOTE_TYPE),
	VAIN("Where", path, mount.where, 0, NULL, string, NOTE_TYPE),
};

GROUP(mount, "Mount", mount_rows);
