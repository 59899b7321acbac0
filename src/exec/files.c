/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>

#include "base/names.h"
#include "base/root.h"
#include "exec/child.h"

enum open_option { OPEN_READ_ONLY, OPEN_APPEND, OPEN_TRUNCATE, OPEN_GRACEFUL };

static const char *const open_options[] = {
	[OPEN_READ_ONLY] = "read-only",
	[OPEN_APPEND] = "append",
	[OPEN_TRUNCATE] = "truncate",
	[OPEN_GRACEFUL] = "graceful",
};

static const int open_flags[] = {
	[OPEN_READ_ONLY] = O_RDONLY,
	[OPEN_APPEND] = O_APPEND,
	[OPEN_TRUNCATE] = O_TRUNC,
	[OPEN_GRACEFUL] = 0,
};

/* "PATH[:NAME[:OPTIONS]]", taken apart. */
struct open_file {
	const char *path, *name;
	int flags;
	bool graceful;
};

static int parse_open_file(const char *word, struct arena *a, struct open_file *ret)
{
	size_t n = strcspn(word, ":");
	struct open_file f = { .path = arena_strndup(a, word, n), .flags = O_RDWR };
	struct strv options = {0};
	const char *name = word[n] ? word + n + 1 : "";
	size_t n_name = strcspn(name, ":");

	f.name = n_name > 0 ? arena_strndup(a, name, n_name) : path_basename(f.path);
	if (name[n_name]) {
		strv_split(&options, a, name + n_name + 1, ",");
	}
	STRV_FOREACH(option, &options) {
		int i = NAMES_FIND(open_options, option);

		if (i < 0) {
			return -EINVAL;
		}
		f.graceful = f.graceful || i == OPEN_GRACEFUL;
		f.flags = i == OPEN_READ_ONLY ? (f.flags & ~O_ACCMODE) | O_RDONLY
					      : f.flags | open_flags[i];
	}
	*ret = f;
	return 0;
}

int exec_apply_open_files(struct exec_child *c)
{
	struct exec_request *r = &c->own;
	const struct strv *words = &c->settings->open_file;
	int *fds;

	if (words->n == 0 || r->is_control) {
		return 0;
	}
	fds = arena_new_n(c->arena, int, r->n_listen_fds + words->n);
	if (r->n_listen_fds > 0) {
		memcpy(fds, r->listen_fds, r->n_listen_fds * sizeof(int));
	}
	r->listen_fds = fds;
	STRV_FOREACH(word, words) {
		struct open_file f = {0};
		int fd = parse_open_file(word, c->arena, &f);

		fd = fd < 0 ? fd : exec_open_path(f.path, f.flags, c->settings->umask);
		if (fd < 0 && f.graceful) {
			continue;
		}
		if (fd < 0) {
			c->sentence = "Failed to open";
			c->subject = word;
			return fd;
		}
		fds[r->n_listen_fds] = fd;
		r->listen_names = r->n_listen_fds++ > 0
					  ? arena_printf(c->arena, "%s:%s",
							 str_or_empty(r->listen_names), f.name)
					  : f.name;
	}
	return 0;
}
