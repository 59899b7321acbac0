/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include "base/io.h"
#include "base/str.h"
#include "condition_internal.h"

#define DEVICE_DEPTH_MAX 16
/* musl has no braces in globs. */
#ifndef GLOB_BRACE
#define GLOB_BRACE 0
#endif

int condition_test_path_exists(const char *parameter)
{
	return access(parameter, F_OK) == 0;
}

int condition_test_path_exists_glob(const char *parameter)
{
	glob_t found;
	int r = glob(parameter, GLOB_NOSORT | GLOB_BRACE, NULL, &found);

	if (r == 0) {
		r = found.gl_pathc > 0;
		globfree(&found);
		return r;
	}
	return r == GLOB_NOMATCH ? 0 : r == GLOB_NOSPACE ? -ENOMEM : -EIO;
}

int condition_test_path_is_directory(const char *parameter)
{
	struct stat st;

	return stat(parameter, &st) == 0 && S_ISDIR(st.st_mode);
}

int condition_test_path_is_symbolic_link(const char *parameter)
{
	struct stat st;

	return lstat(parameter, &st) == 0 && S_ISLNK(st.st_mode);
}

int condition_test_file_not_empty(const char *parameter)
{
	struct stat st;

	return stat(parameter, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
}

int condition_test_file_is_executable(const char *parameter)
{
	struct stat st;

	return stat(parameter, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0111);
}

/*
 * Files that editors and package managers leave behind; a directory of nothing else counts as
 * empty.
 */
static bool is_hidden_or_backup(const char *name)
{
	static const char *const suffixes[] = {
		"~",         ".rpmnew",    ".rpmsave",  ".rpmorig",     ".dpkg-old",    ".dpkg-new",
		".dpkg-tmp", ".dpkg-dist", ".dpkg-bak", ".dpkg-backup", ".dpkg-remove", ".ucf-new",
		".ucf-old",  ".ucf-dist",  ".swp",      ".bak",         ".old",         ".new",
	};

	if (name[0] == '.' || streq(name, "lost+found") || streq(name, "aquota.user") ||
	    streq(name, "aquota.group")) {
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		if (str_has_suffix(name, suffixes[i])) {
			return true;
		}
	}
	return false;
}

int condition_test_directory_not_empty(const char *parameter)
{
	CLEANUP_CLOSEDIR DIR *d = opendir(parameter);
	struct dirent *de;

	if (!d) {
		/* One that may not be read is one that is there: systemd takes it as not empty. */
		return errno != ENOENT && errno != ENOTDIR;
	}
	while ((de = readdir(d))) {
		if (!is_hidden_or_backup(de->d_name)) {
			return 1;
		}
	}
	return 0;
}

int condition_test_path_is_read_write(const char *parameter)
{
	struct statvfs fs;

	if (statvfs(parameter, &fs) < 0) {
		return errno != ENOENT;
	}
	if (fs.f_flag & ST_RDONLY) {
		return 0;
	}
	return access(parameter, W_OK) == 0 || errno != EROFS;
}

/* ---- mount points ---- */

/* Is this resolved path one of those in /proc/self/mountinfo? -ENOENT without /proc. */
static int is_in_mountinfo(const char *path)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	CLEANUP_FREE char *line = NULL;
	size_t cap = 0;
	int found = 0;

	if (!f) {
		return -errno;
	}
	while (!found && getline(&line, &cap, f) >= 0) {
		CLEANUP_FREE char *where = NULL;

		if (sscanf(line, "%*s %*s %*s %*s %ms", &where) == 1) {
			str_unescape_octal(where);
			found = streq(where, path);
		}
	}
	fclose(f);
	return found;
}

int condition_test_path_is_mount_point(const char *parameter)
{
	CLEANUP_FREE char *path = realpath(parameter, NULL);
	CLEANUP_FREE char *parent = NULL;
	struct stat st, above;
	int r;

	if (!path) {
		return 0;
	}
	if (streq(path, "/")) {
		return 1;
	}
	r = is_in_mountinfo(path);
	if (r != -ENOENT) {
		return r;
	}
	if (asprintf(&parent, "%s/..", path) < 0) {
		parent = NULL;
		return -ENOMEM;
	}
	return stat(path, &st) == 0 && stat(parent, &above) == 0 && st.st_dev != above.st_dev;
}

/* ---- encryption ---- */

static int device_is_encrypted(const char *sysfs, unsigned depth)
{
	CLEANUP_CLOSEDIR DIR *d = NULL;
	char path[PATH_MAX], uuid[128];
	struct dirent *de;

	snprintf(path, sizeof(path), "%s/dm/uuid", sysfs);
	if (io_read_small(AT_FDCWD, path, uuid, sizeof(uuid)) > 0 &&
	    str_has_prefix(uuid, "CRYPT-")) {
		return 1;
	}
	snprintf(path, sizeof(path), "%s/slaves", sysfs);
	d = opendir(path);
	while (d && depth < DEVICE_DEPTH_MAX && (de = readdir(d))) {
		if (de->d_name[0] == '.') {
			continue;
		}
		snprintf(path, sizeof(path), "/sys/class/block/%s", de->d_name);
		if (device_is_encrypted(path, depth + 1) > 0) {
			return 1;
		}
	}
	return 0;
}

int condition_test_path_is_encrypted(const char *parameter)
{
	char path[PATH_MAX];
	struct stat st;

	if (stat(parameter, &st) < 0) {
		return 0;
	}
	if (S_ISBLK(st.st_mode)) {
		st.st_dev = st.st_rdev;
	}
	/*
	 * A partition has no layers of its own but those of "..", the disk; the layers above both
	 * are found from either.
	 */
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", major(st.st_dev), minor(st.st_dev));
	return device_is_encrypted(path, 0);
}
