/* SPDX-License-Identifier: MIT */

/* FDSTORE=: descriptors that a service keeps over its restarts; systemd.service(5),
 * FileDescriptorStoreMax=. */

#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/diag.h"
#include "supervisor/notify.h"

static void drop(struct supervisor *s, size_t i)
{
	loop_close(s, &s->stored[i].fd);
	s->stored[i] = s->stored[--s->n_stored];
}

/* The same open file, as far as the kernel tells: containers often refuse kcmp. */
static bool is_same_file(int a, int b)
{
	struct stat x, y;
	long r = syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, a, b);

	if (r >= 0) {
		return r == 0;
	}
	/* Two descriptors of one device may be quite different things. */
	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino && !S_ISCHR(x.st_mode) && !S_ISBLK(x.st_mode) &&
	       fcntl(a, F_GETFL) == fcntl(b, F_GETFL);
}

static bool is_stored(const struct supervisor *s, int fd)
{
	for (size_t i = 0; i < s->n_stored; i++) {
		if (is_same_file(s->stored[i].fd, fd)) {
			return true;
		}
	}
	return false;
}

void fd_store_add(struct supervisor *s, int *fds, size_t n, const char *name, bool poll)
{
	size_t max = supervisor_service(s)->fd_store_max;

	max = max > FD_STORE_MAX ? FD_STORE_MAX : max;
	if (!s->stored && max > 0) {
		s->stored = arena_new_n(&s->arena, struct stored_fd, FD_STORE_MAX);
	}
	for (size_t i = 0; i < n; i++) {
		struct stored_fd *stored;

		if (is_stored(s, fds[i])) {
			close(fds[i]);
			continue;
		}
		if (s->n_stored >= max) {
			say(s, DIAG_WARNING,
				"Got more fds for the fd store than allowed, closing.");
			close(fds[i]);
			continue;
		}
		stored = &s->stored[s->n_stored++];
		stored->fd = fds[i];
		snprintf(stored->name, sizeof(stored->name), "%s", name[0] ? name : "stored");
		if (poll) {
			/* Files cannot be polled, and do not end. */
			loop_watch(s, fds[i], SOURCE_FD_STORE, (uint32_t)fds[i]);
		}
	}
	publish(s);
}

void fd_store_remove(struct supervisor *s, const char *name)
{
	for (size_t i = s->n_stored; i-- > 0;) {
		if (streq(s->stored[i].name, name)) {
			drop(s, i);
		}
	}
	publish(s);
}

void fd_store_remove_fd(struct supervisor *s, int fd)
{
	for (size_t i = s->n_stored; i-- > 0;) {
		if (s->stored[i].fd == fd) {
			drop(s, i);
		}
	}
	publish(s);
}

void fd_store_clear(struct supervisor *s)
{
	while (s->n_stored > 0) {
		drop(s, s->n_stored - 1);
	}
}
