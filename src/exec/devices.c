/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/root.h"
#include "exec/mounts.h"

/* What a program may count on: systemd.exec(5), PrivateDevices=. Those that this /dev has not are
 * left out. */
static const char *const kept[] = {
    "null", "zero", "full", "random", "urandom",   "tty",
    "ptmx", "pts",  "shm",  "mqueue", "hugepages", "log",
};

static const struct {
	const char *name, *target;
} links[] = {
    {"fd", "/proc/self/fd"},
    {"stdin", "/proc/self/fd/0"},
    {"stdout", "/proc/self/fd/1"},
    {"stderr", "/proc/self/fd/2"},
};

/* An entry of the old /dev, opened before the new one hides it. */
struct device {
	int fd;		  /* O_PATH; -1 there is none, or it is a link */
	const char *link; /* what it points to, or NULL */
	mode_t type;
};

static void open_kept(struct arena *a, const char *dir, struct device *devices)
{
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		const char *path = path_join(a, dir, kept[i]);
		char target[256];
		ssize_t n = readlink(path, target, sizeof(target));
		struct stat st;

		devices[i] = (struct device){.fd = -1};
		if (n > 0) {
			devices[i].link = arena_strndup(a, target, (size_t)n);
		} else if (stat(path, &st) == 0) {
			devices[i].fd = open(path, O_PATH | O_CLOEXEC);
			devices[i].type = st.st_mode & S_IFMT;
		}
	}
}

/* A mount of the old one works without CAP_MKNOD, and keeps what a container manager gave. */
static int put_device(struct arena *a, const char *dir, const char *name, const struct device *d)
{
	const char *path = path_join(a, dir, name);
	char source[64];
	int r;

	if (d->link) {
		return symlink(d->link, path) < 0 ? -errno : 0;
	}
	if (d->fd < 0) {
		return 0;
	}
	if (S_ISDIR(d->type)) {
		r = mkdir(path, 0755);
	} else {
		r = mknod(path, S_IFREG | 0644, 0);
	}
	snprintf(source, sizeof(source), "/proc/self/fd/%d", d->fd);
	return r < 0 || mount(source, path, NULL, MS_BIND | MS_REC, NULL) < 0 ? -errno : 0;
}

int mount_private_devices(struct arena *a, const char *dir)
{
	struct device devices[ARRAY_SIZE(kept)];
	int r;

	open_kept(a, dir, devices);
	r = mount("tmpfs", dir, "tmpfs", MS_NOSUID | MS_NOEXEC | MS_STRICTATIME,
		  "mode=0755,size=4m") < 0
		? -errno
		: 0;
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++) {
		r = r < 0 ? r : put_device(a, dir, kept[i], &devices[i]);
		if (devices[i].fd >= 0) {
			close(devices[i].fd);
		}
	}
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(links); i++) {
		r = symlink(links[i].target, path_join(a, dir, links[i].name)) < 0 ? -errno : 0;
	}
	if (r == 0 && mount(NULL, dir, NULL,
			    MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL) < 0) {
		r = -errno;
	}
	return r;
}
