/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/root.h"
#include "state/place.h"
#include "unit/environment.h"

#define SYSTEM_DIR "/run/soloctl"
#define SYSTEM_LOG_DIR "/var/log/soloctl"
#define SYSTEM_LOG_DIR_VOLATILE "/run/log/soloctl"
/* Names of files may have 255 bytes; what is longer than this is shortened, with room for the hash.
 */
#define UNIT_DIR_PLAIN_MAX 200
#define UNIT_DIR_KEPT 180
/* No unit name contains it: it marks a shortened directory name. */
#define SHORTENED_MARK '~'
#define NAME_FILE "name"
#define LOCK_FILE "lock"
#define ENVIRONMENT_MAX ((size_t)1024 * 1024)
#define RACE_TRIES 20

static void epoch_make(char *buf, size_t n)
{
	char boot_id[64] = "";
	struct proc_stat init = {0};
	struct stat ns = {0};
	ssize_t r =
	    io_read_small(AT_FDCWD, "/proc/sys/kernel/random/boot_id", boot_id, sizeof(boot_id));

	boot_id[r > 0 ? strcspn(boot_id, " \n") : 0] = '\0';
	if (stat("/proc/self/ns/pid", &ns) < 0) {
		ns.st_ino = 0;
	}
	if (proc_read_stat(1, &init) < 0) {
		init.start_time = 0;
	}
	snprintf(buf, n, "%.36s-%llu-%llu", boot_id, (unsigned long long)ns.st_ino,
		 (unsigned long long)init.start_time);
}

/* 0 where there is nothing, or a directory that only owner (or root) can change; -EPERM otherwise.
 */
static int check_owner(const char *dir, uid_t owner)
{
	struct stat st;

	if (lstat(dir, &st) < 0) {
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	}
	if (!S_ISDIR(st.st_mode) || (st.st_uid != owner && st.st_uid != 0)) {
		return -EPERM;
	}
	return st.st_mode & (S_IWGRP | S_IWOTH) ? -EPERM : 0;
}

static const char *user_dir(struct arena *a)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	const char *tmp = getenv("TMPDIR");
	char *standard = arena_printf(a, "/run/user/%lu", (unsigned long)geteuid());

	if (runtime && runtime[0] == '/') {
		return path_join(a, runtime, "soloctl");
	}
	if (access(standard, W_OK) == 0) {
		return path_join(a, standard, "soloctl");
	}
	return arena_printf(a, "%s/soloctl-%lu", tmp && tmp[0] == '/' ? tmp : "/tmp",
			    (unsigned long)geteuid());
}

/* Could a file be made in dir, once its missing parents were made? */
static bool can_write_below(const char *dir, struct arena *a)
{
	while (access(dir, F_OK) < 0 && errno == ENOENT && !streq(dir, "/")) {
		dir = path_dirname(a, dir);
	}
	return access(dir, W_OK) == 0;
}

static const char *default_log_dir(const struct place *p, struct arena *a)
{
	if (p->user) {
		return path_join(a, p->dir, "log");
	}
	/* Who may not write anywhere reads what the system's supervisors wrote. */
	if (geteuid() != 0 || can_write_below(SYSTEM_LOG_DIR, a)) {
		return access(SYSTEM_LOG_DIR_VOLATILE, F_OK) == 0 && geteuid() != 0
			   ? SYSTEM_LOG_DIR_VOLATILE
			   : SYSTEM_LOG_DIR;
	}
	return SYSTEM_LOG_DIR_VOLATILE;
}

int place_init(struct place *p, bool user, struct arena *a)
{
	const char *dir = getenv("SOLOCTL_RUNTIME_DIR");
	const char *log_dir = getenv("SOLOCTL_LOG_DIR");
	struct place found = { .user = user, .user_scope = user };
	int r;

	if (dir && dir[0] == '/') {
		found.dir = arena_strdup(a, dir);
	} else {
		/* Without root, the system's records are readable; where there are none, this is a
		 * container of one user. */
		found.user = user || (geteuid() != 0 && access(SYSTEM_DIR, F_OK) < 0);
		found.dir = found.user ? user_dir(a) : SYSTEM_DIR;
	}
	r = check_owner(found.dir, geteuid());
	if (r < 0) {
		return r;
	}
	found.log_dir =
	    log_dir && log_dir[0] == '/' ? arena_strdup(a, log_dir) : default_log_dir(&found, a);
	epoch_make(found.epoch, sizeof(found.epoch));
	*p = found;
	return 0;
}

/* FNV-1a, 64 bits: only has to keep long names apart. */
uint64_t place_hash_unit(const char *unit)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (; *unit; unit++) {
		h = (h ^ (unsigned char)*unit) * 0x100000001b3u;
	}
	return h;
}

char *place_unit_dir(const struct place *p, const char *unit, struct arena *a)
{
	if (strlen(unit) <= UNIT_DIR_PLAIN_MAX) {
		return arena_printf(a, "%s/units/%s", p->dir, unit);
	}
	return arena_printf(a, "%s/units/%.*s%c%016llx", p->dir, UNIT_DIR_KEPT, unit,
			    SHORTENED_MARK, (unsigned long long)place_hash_unit(unit));
}

char *place_unit_file(const struct place *p, const char *unit, const char *file, struct arena *a)
{
	return arena_printf(a, "%s/%s", place_unit_dir(p, unit, a), file);
}

static int make_dir_below(const struct place *p, const char *dir, mode_t mode, struct arena *a)
{
	mode_t old = umask(0022);
	int r = 0;

	if (mkdir(dir, mode) < 0 && errno != EEXIST) {
		/* The parents are missing, or there is nothing to be done. */
		r = io_make_dirs(AT_FDCWD, path_dirname(a, p->dir), 0755);
		r = r < 0 ? r : io_make_dirs(AT_FDCWD, p->dir, p->user ? 0700 : 0755);
		r = r < 0 ? r : io_make_dirs(AT_FDCWD, dir, mode);
	}
	umask(old);
	return r;
}

int place_make_dir(const struct place *p, const char *name, mode_t mode)
{
	CLEANUP_ARENA struct arena a = {0};
	int r = make_dir_below(p, path_join(&a, p->dir, name), mode, &a);

	return r < 0 ? r : check_owner(p->dir, geteuid());
}

static int make_unit_dir_once(const struct place *p, const char *unit, struct arena *a)
{
	int r = make_dir_below(p, place_unit_dir(p, unit, a), 0755, a);

	/* Below /tmp, somebody else may have made it since we looked. */
	r = r < 0 ? r : check_owner(p->dir, geteuid());
	if (r == 0 && strlen(unit) > UNIT_DIR_PLAIN_MAX) {
		r = io_write_atomic(AT_FDCWD, place_unit_file(p, unit, NAME_FILE, a), unit,
				    strlen(unit), 0644);
	}
	return r;
}

int place_make_unit_dir(const struct place *p, const char *unit)
{
	CLEANUP_ARENA struct arena a = {0};
	int r = -ENOENT;

	/* The last unit that goes takes the directories above with it, perhaps just now. */
	for (int i = 0; i < RACE_TRIES && r == -ENOENT; i++) {
		r = make_unit_dir_once(p, unit, &a);
	}
	return r;
}

/* Everything but the lock. */
static int empty_unit_dir(const char *dir)
{
	CLEANUP_CLOSEDIR DIR *d = opendir(dir);
	struct dirent *e;
	int result = 0;

	if (!d) {
		return errno == ENOENT ? 0 : -errno;
	}
	while ((e = readdir(d))) {
		int r = 0;

		if (!streq(e->d_name, ".") && !streq(e->d_name, "..") && !streq(e->d_name, LOCK_FILE)) {
			r = io_remove_tree(dirfd(d), e->d_name);
		}
		result = result < 0 ? result : r;
	}
	return result;
}

int place_remove_unit(const struct place *p, const char *unit)
{
	CLEANUP_ARENA struct arena a = {0};
	const char *above[] = { "units", "notify" };
	char *dir = place_unit_dir(p, unit, &a);
	int r;

	r = empty_unit_dir(dir);
	/* Only now: who waits for the lock has a directory of his own from here on, and rmdir fails. */
	unlink(path_join(&a, dir, LOCK_FILE));
	if (rmdir(dir) < 0 && errno != ENOENT && errno != ENOTEMPTY && errno != EEXIST && r == 0) {
		r = -errno;
	}
	/* rmdir refuses what is in use. */
	for (size_t i = 0; i < ARRAY_SIZE(above); i++) {
		if (rmdir(path_join(&a, p->dir, above[i])) == 0 && i == 0) {
			place_drop_generated(p);
		}
	}
	rmdir(p->dir);
	return r;
}

/* The id whose directory has this name. */
static const char *unit_of_dir(const struct place *p, const char *name, struct arena *a)
{
	char *text;

	if (!strchr(name, SHORTENED_MARK)) {
		return arena_strdup(a, name);
	}
	if (io_read_file(AT_FDCWD, arena_printf(a, "%s/units/%s/" NAME_FILE, p->dir, name), 4096, a,
			 &text, NULL) < 0) {
		return NULL;
	}
	return text;
}

/* Those that end with suffix, until there are max. Of a shortened name the end is known only from
 * its file. */
static int list_units(const struct place *p, const char *suffix, size_t max, struct arena *a,
		      struct strv *ret)
{
	CLEANUP_CLOSEDIR DIR *d = opendir(path_join(a, p->dir, "units"));
	struct dirent *e;

	if (!d) {
		return errno == ENOENT ? 0 : -errno;
	}
	while (ret->n < max && (e = readdir(d))) {
		const char *unit;

		if (e->d_name[0] == '.' ||
		    (!strchr(e->d_name, SHORTENED_MARK) && !str_has_suffix(e->d_name, suffix))) {
			continue;
		}
		unit = unit_of_dir(p, e->d_name, a);
		if (unit && str_has_suffix(unit, suffix)) {
			strv_add(ret, a, unit);
		}
	}
	return 0;
}

int place_list_units(const struct place *p, struct arena *a, struct strv *ret)
{
	return place_list_units_of(p, "", a, ret);
}

int place_list_units_of(const struct place *p, const char *suffix, struct arena *a,
			struct strv *ret)
{
	struct strv list = {0};
	int r = list_units(p, suffix, SIZE_MAX, a, &list);

	if (r == 0) {
		strv_sort(&list);
		*ret = list;
	}
	return r;
}

bool place_has_units(const struct place *p, size_t n)
{
	CLEANUP_ARENA struct arena a = {0};
	struct strv list = {0};

	return list_units(p, "", n, &a, &list) < 0 || list.n >= n;
}

/* Is the locked file still the one that has this name? Its directory may have been removed between
 * open and lock. */
static bool lock_is_current(int fd, const char *path)
{
	struct stat mine;
	struct stat there;

	return fstat(fd, &mine) == 0 && stat(path, &there) == 0 && mine.st_ino == there.st_ino &&
	       mine.st_dev == there.st_dev;
}

int place_lock_unit(const struct place *p, const char *unit)
{
	CLEANUP_ARENA struct arena a = {0};
	char *path = place_unit_file(p, unit, LOCK_FILE, &a);

	for (int i = 0; i < RACE_TRIES; i++) {
		CLEANUP_CLOSE int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

		if (fd < 0 && errno == ENOENT) {
			int r = place_make_unit_dir(p, unit);

			if (r < 0) {
				return r;
			}
			continue;
		}
		if (fd < 0) {
			return -errno;
		}
		if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
			return errno == EWOULDBLOCK ? -EAGAIN : -errno;
		}
		if (lock_is_current(fd, path)) {
			return TAKE_FD(fd);
		}
	}
	return -EAGAIN;
}

bool place_unit_is_supervised(const struct place *p, const char *unit)
{
	CLEANUP_ARENA struct arena a = {0};
	/* Not for writing: closing it would be an event to those who watch the directory, us among them. */
	CLEANUP_CLOSE int fd = open(place_unit_file(p, unit, LOCK_FILE, &a), O_RDONLY | O_CLOEXEC);

	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

/* One assignment a line; backslash and newline of a value are escaped. */
static void add_escaped(struct strbuf *b, const char *s)
{
	for (; *s; s++) {
		if (*s == '\n' || *s == '\\') {
			strbuf_add_char(b, '\\');
		}
		strbuf_add_char(b, *s == '\n' ? 'n' : *s);
	}
	strbuf_add_char(b, '\n');
}

static void unescape_line(char *s)
{
	char *out = s;

	for (; *s; s++) {
		if (*s == '\\' && s[1]) {
			s++;
			*out++ = *s == 'n' ? '\n' : *s;
		} else {
			*out++ = *s;
		}
	}
	*out = '\0';
}

int place_read_environment(const struct place *p, struct arena *a, struct strv *ret)
{
	struct strv list = {0};
	char *text;
	int r = io_read_file(AT_FDCWD, path_join(a, p->dir, "environment"), ENVIRONMENT_MAX, a,
			     &text, NULL);

	if (r < 0 && r != -ENOENT && r != -ENOTDIR) {
		return r;
	}
	if (r == 0) {
		size_t n_epoch = strlen(p->epoch);

		/* Set in another life of this file system: it is void. */
		if (strncmp(text, p->epoch, n_epoch) == 0 && text[n_epoch] == '\n') {
			strv_split(&list, a, text + n_epoch, "\n");
		}
	}
	for (size_t i = 0; i < list.n; i++) {
		char *s = arena_strdup(a, list.v[i]);

		unescape_line(s);
		list.v[i] = s;
	}
	*ret = list;
	return 0;
}

int place_write_environment(const struct place *p, const struct strv *env)
{
	CLEANUP_ARENA struct arena a = {0};
	CLEANUP_STRBUF struct strbuf b = {0};
	char *path = path_join(&a, p->dir, "environment");
	int r;

	if (env->n == 0) {
		if (unlink(path) < 0 && errno != ENOENT && errno != ENOTDIR) {
			return -errno;
		}
		rmdir(p->dir);
		return 0;
	}
	r = io_make_dirs(AT_FDCWD, p->dir, p->user ? 0700 : 0755);
	if (r < 0) {
		return r;
	}
	add_escaped(&b, p->epoch);
	STRV_FOREACH(s, env)
	{
		add_escaped(&b, s);
	}
	return io_write_atomic(AT_FDCWD, path, b.s, b.n, 0644);
}
