/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>

#include "base/io.h"
#include "base/root.h"
#include "state/place.h"

#define MARK "generated"

static const char *const output_dirs[] = {
	"/run/systemd/generator",
	"/run/systemd/generator.early",
	"/run/systemd/generator.late",
};

bool place_has_generated(const struct place *p)
{
	CLEANUP_ARENA struct arena a = {0};
	char epoch[sizeof(p->epoch) + 1];
	ssize_t n = io_read_small(AT_FDCWD, path_join(&a, p->dir, MARK), epoch, sizeof(epoch));

	return n > 0 && streq(epoch, p->epoch);
}

int place_mark_generated(const struct place *p)
{
	CLEANUP_ARENA struct arena a = {0};
	int r = io_make_dirs(AT_FDCWD, p->dir, p->user ? 0700 : 0755);

	if (r < 0) {
		return r;
	}
	return io_write_atomic(AT_FDCWD, path_join(&a, p->dir, MARK), p->epoch, strlen(p->epoch), 0644);
}

void place_drop_generated(const struct place *p)
{
	CLEANUP_ARENA struct arena a = {0};

	if (unlink(path_join(&a, p->dir, MARK)) < 0) {
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(output_dirs); i++) {
		io_remove_tree(AT_FDCWD, output_dirs[i]);
	}
	rmdir("/run/systemd");
}
