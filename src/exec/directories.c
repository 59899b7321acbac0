/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/root.h"
#include "exec/child.h"

#define PRIVATE "private"
#define DEPTH_MAX 256

/*
 * Where each kind lives: for root, and for a user below the directory that a variable names or
 * below $HOME.
 */
static const struct directory_kind {
	const char *prefix;
	const char *variable;		/* of the command's environment */
	const char *user_variable;
	const char *user_prefix;	/* below $HOME; NULL: without the variable there is none */
	const char *user_below;		/* below what the user's variable names */
	const char *setting;
	enum exec_step step;
} kinds[EXEC_DIRECTORY_MAX] = {
	[EXEC_DIRECTORY_RUNTIME] = { "/run", "RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR", NULL, NULL,
				     "RuntimeDirectory", EXEC_RUNTIME_DIRECTORY },
	[EXEC_DIRECTORY_STATE] = { "/var/lib", "STATE_DIRECTORY", "XDG_STATE_HOME", ".local/state",
				   NULL, "StateDirectory", EXEC_STATE_DIRECTORY },
	[EXEC_DIRECTORY_CACHE] = { "/var/cache", "CACHE_DIRECTORY", "XDG_CACHE_HOME", ".cache",
				   NULL, "CacheDirectory", EXEC_CACHE_DIRECTORY },
	[EXEC_DIRECTORY_LOGS] = { "/var/log", "LOGS_DIRECTORY", "XDG_STATE_HOME", ".local/state",
				  "log", "LogsDirectory", EXEC_LOGS_DIRECTORY },
	[EXEC_DIRECTORY_CONFIGURATION] = { "/etc", "CONFIGURATION_DIRECTORY", "XDG_CONFIG_HOME",
					   ".config", NULL, "ConfigurationDirectory",
					   EXEC_CONFIGURATION_DIRECTORY },
};

/* All that the making of one directory needs. */
struct making {
	struct exec_child *child;	/* NULL: nobody reads warnings */
	struct arena *arena;
	const struct exec_settings *settings;
	const struct exec_identity *identity;
	enum exec_directory_kind kind;
	const char *prefix;
	bool chown;
};

const char *exec_directory_variable_name(enum exec_directory_kind kind)
{
	return kinds[kind].variable;
}

static const char *kind_prefix(enum exec_directory_kind kind, struct arena *a)
{
	const struct directory_kind *k = &kinds[kind];
	const char *dir;
	const char *home;

	if (geteuid() == 0) {
		return k->prefix;
	}
	dir = getenv(k->user_variable);
	home = getenv("HOME");
	if (!dir && k->user_prefix && home) {
		dir = path_join(a, home, k->user_prefix);
	}
	if (!dir) {
		return k->prefix;
	}
	return k->user_below ? path_join(a, dir, k->user_below) : dir;
}

/* "name:link:flags" -> its pieces; link may be NULL. */
static const char *split_entry(const char *entry, struct arena *a, const char **ret_link)
{
	const char *colon = strchr(entry, ':');

	*ret_link = NULL;
	if (!colon) {
		return entry;
	}
	if (colon[1] != '\0' && colon[1] != ':') {
		*ret_link = arena_strndup(a, colon + 1, strcspn(colon + 1, ":"));
	}
	return arena_strndup(a, entry, (size_t)(colon - entry));
}

char *exec_directory_variable(const struct exec_settings *e, enum exec_directory_kind kind,
			      struct arena *a)
{
	const char *prefix;
	struct strv full = {0};
	const char *link;

	if (e->directories[kind].paths.n == 0) {
		return NULL;
	}
	prefix = kind_prefix(kind, a);
	STRV_FOREACH(entry, &e->directories[kind].paths) {
		strv_add_unique(&full, a, path_join(a, prefix, split_entry(entry, a, &link)));
	}
	return strv_join(&full, a, ":");
}

/* Where DynamicUser= puts it below "private", which nobody but root and the service can enter. */
static bool is_private(const struct exec_settings *e, enum exec_directory_kind kind)
{
	if (!e->dynamic_user || kind == EXEC_DIRECTORY_CONFIGURATION) {
		return false;
	}
	return kind != EXEC_DIRECTORY_RUNTIME || e->runtime_directory_preserve != EXEC_PRESERVE_NO;
}

static int make_parents(struct arena *a, const char *path)
{
	return io_make_dirs(AT_FDCWD, path_dirname(a, path), 0755);
}

static int chown_entry(int dirfd, const char *name, const struct exec_identity *id, bool strip,
		       unsigned depth);

/*
 * A set-uid or set-gid file: the kernel takes the bits away with the owner. They are given back, as
 * systemd does, unless the user is one who is gone tomorrow. By descriptor: its new owner may put a
 * link in its place at once.
 */
static int chown_special(int dirfd, const char *name, const struct exec_identity *id, bool strip)
{
	CLEANUP_CLOSE int fd =
		openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || fchown(fd, id->uid, id->gid) < 0) {
		return -errno;
	}
	return fchmod(fd, st.st_mode & (strip ? 01777 : 07777)) < 0 ? -errno : 0;
}

/* Takes fd. */
static int chown_children(int fd, const struct exec_identity *id, bool strip, unsigned depth)
{
	CLEANUP_CLOSEDIR DIR *d = fdopendir(fd);
	struct dirent *entry;
	int r = 0;

	if (!d) {
		close(fd);
		return -errno;
	}
	while (r == 0 && (entry = readdir(d))) {
		if (!streq(entry->d_name, ".") && !streq(entry->d_name, "..")) {
			r = chown_entry(fd, entry->d_name, id, strip, depth + 1);
		}
	}
	return r;
}

static int chown_entry(int dirfd, const char *name, const struct exec_identity *id, bool strip,
		       unsigned depth)
{
	struct stat st;
	int fd, r = 0;

	if (depth > DEPTH_MAX) {
		return -ELOOP;
	}
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		return errno == ENOENT ? 0 : -errno;
	}
	if (S_ISDIR(st.st_mode)) {
		fd = openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		r = fd < 0 ? -errno : chown_children(fd, id, strip, depth);
	}
	if (r == 0 && (st.st_mode & 06000) && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))) {
		return chown_special(dirfd, name, id, strip);
	}
	if (r == 0 && fchownat(dirfd, name, id->uid, id->gid, AT_SYMLINK_NOFOLLOW) < 0) {
		r = -errno;
	}
	return r;
}

/*
 * Gives the tree to the user, unless its top is his already: then what is below is his own
 * business.
 */
static int give_tree(const struct making *m, const char *path)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	mode_t mode = m->settings->directories[m->kind].mode;
	bool strip = m->settings->dynamic_user;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0) {
		return -errno;
	}
	if ((st.st_mode & 07777) != mode && fchmod(fd, mode) < 0) {
		return -errno;
	}
	if (!m->chown || (st.st_uid == m->identity->uid && st.st_gid == m->identity->gid)) {
		return 0;
	}
	r = chown_children(dup(fd), m->identity, strip, 0);
	if (r < 0 || fchown(fd, m->identity->uid, m->identity->gid) < 0) {
		return r < 0 ? r : -errno;
	}
	return fchmod(fd, mode) < 0 ? -errno : 0;
}

/*
 * A link that is right already stays; another one, or an empty directory in its place, gives way.
 */
static int make_link(struct arena *a, const char *target, const char *path)
{
	const char *relative = path_make_relative(a, path_dirname(a, path), target);
	char now[4096];
	ssize_t n = readlink(path, now, sizeof(now) - 1);

	if (n >= 0) {
		now[n] = '\0';
		if (streq(now, relative) || streq(now, target)) {
			return 0;
		}
		if (unlink(path) < 0) {
			return -errno;
		}
	} else if (errno == EINVAL && rmdir(path) < 0) {
		return -errno == -ENOTEMPTY || errno == EEXIST ? -EEXIST : -errno;
	}
	return symlink(relative, path) < 0 ? -errno : 0;
}

/* Is the directory below another one of the unit, whose link leads to it already? */
static bool has_parent(const struct making *m, const char *name)
{
	STRV_FOREACH(entry, &m->settings->directories[m->kind].paths) {
		size_t n = strcspn(entry, ":");

		if (strncmp(name, entry, n) == 0 && name[n] == '/') {
			return true;
		}
	}
	return false;
}

/*
 * PREFIX/private/NAME with a link PREFIX/NAME to it; a directory from before DynamicUser= moves
 * there.
 */
static int make_private(const struct making *m, const char *path, const char *name,
			const char **ret_target)
{
	const char *private = path_join(m->arena, m->prefix, PRIVATE);
	const char *target = path_join(m->arena, private, name);
	struct stat st;
	int r = io_make_dirs(AT_FDCWD, m->prefix, 0755);

	if (r == 0 && mkdir(private, 0700) < 0 && errno != EEXIST) {
		r = -errno;
	}
	/*
	 * systemd's 0700 is opened to the service by a mount namespace; without one, it must at
	 * least be passed through.
	 */
	if (r == 0 && chmod(private, 0711) < 0) {
		r = -errno;
	}
	if (r == 0) {
		r = make_parents(m->arena, target);
	}
	if (r < 0) {
		return r;
	}
	*ret_target = target;
	if (has_parent(m, name)) {
		return mkdir(target, m->settings->directories[m->kind].mode) < 0 && errno != EEXIST ? -errno : 0;
	}
	if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && lstat(target, &st) < 0) {
		if (rename(path, target) < 0) {
			return -errno;
		}
	}
	if (mkdir(target, m->settings->directories[m->kind].mode) < 0 && errno != EEXIST) {
		return -errno;
	}
	return make_link(m->arena, target, path);
}

/* A unit that no longer is DynamicUser= finds its directory behind the link, and takes it back. */
static int take_back(const struct making *m, const char *path, const char *name)
{
	const char *target = path_join(m->arena, path_join(m->arena, m->prefix, PRIVATE), name);
	struct stat st, st_target;

	if (lstat(path, &st) < 0 || !S_ISLNK(st.st_mode) || stat(path, &st) < 0 ||
	    stat(target, &st_target) < 0 || st.st_ino != st_target.st_ino ||
	    st.st_dev != st_target.st_dev) {
		return 0;
	}
	if (unlink(path) < 0 || rename(target, path) < 0) {
		return -errno;
	}
	return 0;
}

/* 1: it is there already, and its owner and mode are the administrator's. */
static int make_plain(const struct making *m, const char *path, const char *name)
{
	mode_t mode = m->settings->directories[m->kind].mode;
	struct stat st;
	int r = 0;

	if (m->kind != EXEC_DIRECTORY_CONFIGURATION) {
		r = take_back(m, path, name);
	}
	if (r < 0) {
		return r;
	}
	if (mkdir(path, mode) == 0) {
		return 0;
	}
	if (errno != EEXIST || stat(path, &st) < 0) {
		return -errno;
	}
	if (m->kind != EXEC_DIRECTORY_CONFIGURATION) {
		return 0;
	}
	if (m->child && (st.st_mode & 07777) != mode) {
		exec_child_warn(m->child, "%s: %s '%s' already exists but the mode is different. "
				"(File system: %o %sMode: %o)", m->child->request->unit->id,
				kinds[m->kind].setting, name, st.st_mode & 07777,
				kinds[m->kind].setting, mode);
	}
	return 1;
}

static int make_one(const struct making *m, const char *entry)
{
	const char *link;
	const char *name = split_entry(entry, m->arena, &link);
	const char *path = path_join(m->arena, m->prefix, name);
	const char *target = path;
	int r;

	if (path_is_absolute(name) || !path_is_normalized(name)) {
		return -EINVAL;
	}
	r = make_parents(m->arena, path);
	if (r < 0) {
		return r;
	}
	r = is_private(m->settings, m->kind) ? make_private(m, path, name, &target)
					     : make_plain(m, path, name);
	if (r == 0) {
		r = give_tree(m, target);
	}
	if (r >= 0 && link && path_is_normalized(link) && !path_is_absolute(link)) {
		link = path_join(m->arena, m->prefix, link);
		r = make_parents(m->arena, link);
		r = r < 0 ? r : make_link(m->arena, path, link);
	}
	return r < 0 ? r : 0;
}

static int make_all(struct making *m, enum exec_step *ret_step, const char **ret_path)
{
	for (int kind = 0; kind < EXEC_DIRECTORY_MAX; kind++) {
		m->kind = (enum exec_directory_kind)kind;
		m->prefix = kind_prefix(m->kind, m->arena);
		STRV_FOREACH(entry, &m->settings->directories[kind].paths) {
			int r = make_one(m, entry);

			if (r < 0) {
				*ret_step = kinds[kind].step;
				*ret_path = arena_printf(m->arena, "in %s", m->prefix);
				return r;
			}
		}
	}
	return 0;
}

/* Without User= it is root that owns them, also where somebody else did before. */
static struct making making_of(const struct unit *u, const struct exec_identity *id,
			       struct arena *a)
{
	return (struct making){
		.arena = a,
		.settings = &u->exec,
		.identity = id,
		.chown = geteuid() == 0,
	};
}

int exec_directories_make(const struct unit *u, const struct exec_identity *id,
			  enum exec_step *ret_step)
{
	CLEANUP_ARENA struct arena arena = {0};
	struct making m = making_of(u, id, &arena);
	const char *path;

	return make_all(&m, ret_step, &path);
}

int exec_apply_directories(struct exec_child *c)
{
	struct making m = making_of(c->request->unit, &c->identity, c->arena);

	m.child = c;
	return make_all(&m, &c->step, &c->subject);
}

static int remove_dir(const char *path, struct diag_list *diags)
{
	int r = io_remove_tree(AT_FDCWD, path);

	/* Another file system in it is not entered; what that leaves is a directory that is not empty. */
	r = r == -EXDEV ? -ENOTEMPTY : r;
	return r == 0 ? 0 : diag_error(diags, r, "Failed to remove '%s': %s", path, strerror(-r));
}

/* Goes on with the others where one cannot be removed; that of the first is returned. */
static int remove_kind(const struct unit *u, enum exec_directory_kind kind, struct arena *a,
		       struct diag_list *diags)
{
	const char *prefix = kind_prefix(kind, a);
	int result = 0;

	STRV_FOREACH(entry, &u->exec.directories[kind].paths) {
		const char *link;
		const char *name = split_entry(entry, a, &link);
		int r;

		if (path_is_absolute(name) || !path_is_normalized(name)) {
			continue;
		}
		if (u->exec.dynamic_user) {
			r = remove_dir(path_join(a, prefix, path_join(a, PRIVATE, name)), diags);
			result = result < 0 ? result : r;
		}
		r = remove_dir(path_join(a, prefix, name), diags);
		result = result < 0 ? result : r;
		if (link && path_is_normalized(link) && !path_is_absolute(link)) {
			unlink(path_join(a, prefix, link));
		}
	}
	return result;
}

void exec_directories_remove(const struct unit *u, bool restarting)
{
	CLEANUP_ARENA struct arena arena = {0};
	enum exec_preserve preserve = u->exec.runtime_directory_preserve;

	exec_credentials_remove(u);
	if (u->exec.private_tmp || u->exec.dynamic_user) {
		exec_private_tmp_remove(u->id);
	}
	if (preserve == EXEC_PRESERVE_NO || (preserve == EXEC_PRESERVE_RESTART && !restarting)) {
		remove_kind(u, EXEC_DIRECTORY_RUNTIME, &arena, NULL);
	}
}

int exec_directories_clean(const struct unit *u, unsigned kinds_mask, struct diag_list *diags)
{
	CLEANUP_ARENA struct arena arena = {0};
	int result = 0;

	for (int kind = 0; kind < EXEC_DIRECTORY_MAX; kind++) {
		if (kinds_mask >> kind & 1) {
			int r = remove_kind(u, (enum exec_directory_kind)kind, &arena, diags);

			result = result < 0 ? result : r;
		}
	}
	return result;
}
