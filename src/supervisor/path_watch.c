/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <string.h>
#include <sys/inotify.h>

#include "supervisor/path.h"

#ifndef GLOB_BRACE /* not every C library has it */
#define GLOB_BRACE 0
#endif
#define GLOB_CHARS "*?["
#define SELF_EVENTS (IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB)
#define CHANGE_EVENTS                                                                              \
	(SELF_EVENTS | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)
#define PARENT_EVENTS (SELF_EVENTS | IN_CREATE | IN_MOVED_TO)

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static bool glob_exists(const char *pattern)
{
	glob_t found = { 0 };
	bool any = glob(pattern, GLOB_NOSORT | GLOB_BRACE, NULL, &found) == 0 && found.gl_pathc > 0;

	globfree(&found);
	return any;
}

static bool is_filled(const char *path)
{
	CLEANUP_CLOSEDIR DIR *d = opendir(path);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		if (!streq(e->d_name, ".") && !streq(e->d_name, "..")) {
			return true;
		}
	}
	return false;
}

static const struct path_kind {
	const char *directive;
	bool (*is_met)(const char *path);	/* NULL: an event decides */
	uint32_t events;			/* of the path itself */
	bool has_wildcards;
} kinds[] = {
	{ "PathExists", exists, SELF_EVENTS, false },
	{ "PathExistsGlob", glob_exists, SELF_EVENTS, true },
	{ "PathChanged", NULL, CHANGE_EVENTS, false },
	{ "PathModified", NULL, CHANGE_EVENTS | IN_MODIFY, false },
	{ "DirectoryNotEmpty", is_filled, PARENT_EVENTS, false },
};

static const struct path_kind *kind_of(const struct path_look *l)
{
	const struct path_kind *k = kinds;

	while (!streq(k->directive, l->directive)) {
		k++;
	}
	return k;
}

bool path_look_is_met(struct path_look *l, bool initial, bool after_run)
{
	const struct path_kind *k = kind_of(l);
	bool exists_now, has_turned;

	if (k->is_met) {
		return k->is_met(l->path);
	}
	exists_now = exists(l->path);
	has_turned = exists_now != l->existed;
	l->existed = exists_now;
	return has_turned && !initial && !after_run;
}

void path_look_unwatch(struct path_look *l)
{
	macro_close(&l->inotify_fd);
	l->inotify_fd = -1;
	l->primary = -1;
	l->n_levels = 0;
}

/* One level; path is cut off behind it. False if it is not there. */
static bool watch_level(struct path_look *l, const char *path, uint32_t events, const char *name)
{
	int watch = inotify_add_watch(l->inotify_fd, path, events);

	if (watch < 0) {
		return false;
	}
	l->watches[l->n_levels] = watch;
	l->names[l->n_levels++] = name;
	return true;
}

int path_look_watch(struct path_look *l)
{
	const struct path_kind *k = kind_of(l);
	const char *path = l->path;
	char prefix[PATH_MAX];
	size_t n = 0;

	path_look_unwatch(l);
	l->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (l->inotify_fd < 0 || strlen(path) >= sizeof(prefix)) {
		return l->inotify_fd < 0 ? -errno : -ENAMETOOLONG;
	}
	for (;;) {
		const char *rest = path + n + strspn(path + n, "/");
		size_t length = strcspn(rest, "/");
		bool any = k->has_wildcards && strpbrk(rest, GLOB_CHARS);

		memcpy(prefix, path, n);
		strcpy(prefix + n, n == 0 ? "/" : "");
		if (*rest == '\0') {
			uint32_t events = k->events | (n == 0 ? PARENT_EVENTS : 0);

			if (watch_level(l, prefix, events, NULL)) {
				l->primary = l->watches[l->n_levels - 1];
			}
			return 0;
		}
		if (l->n_levels == PATH_LEVELS - 1 ||
		    !watch_level(l, prefix, PARENT_EVENTS, any ? NULL : rest)) {
			return 0;
		}
		n = (size_t)(rest - path) + length;
	}
}

/* A directory on the way tells of many things; only the component that is waited for matters. */
static bool is_on_the_way(const struct path_look *l, const struct inotify_event *e)
{
	for (int i = 0; i < l->n_levels; i++) {
		const char *name = l->names[i];

		if (l->watches[i] != e->wd) {
			continue;
		}
		if (e->len == 0 || !name) {
			return true;
		}
		if (str_has_prefix(name, e->name) && strchr("/", name[strlen(e->name)])) {
			return true;
		}
	}
	return false;
}

int path_look_read(struct path_look *l)
{
	_Alignas(struct inotify_event) char buf[4096];
	bool by_event = !kind_of(l)->is_met;
	int result = 0;
	ssize_t n;

	if (l->inotify_fd < 0) {
		return 0;
	}
	while ((n = read(l->inotify_fd, buf, sizeof(buf))) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *e = (const void *)(buf + at);

			if (e->mask & IN_Q_OVERFLOW) {
				result = by_event ? 2 : 1;
			} else if (e->wd == l->primary && by_event) {
				result = 2;
			} else if (result == 0 && is_on_the_way(l, e)) {
				result = 1;
			}
			at += (ssize_t)(sizeof(*e) + e->len);
		}
	}
	return result;
}
