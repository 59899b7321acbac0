/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>

#include "base/io.h"
#include "base/root.h"
#include "state/runtime.h"

#define MOUNTINFO_MAX ((size_t)4 * 1024 * 1024)
#define SWAPS_MAX ((size_t)64 * 1024)

/* Does a line of this file of /proc have `wanted` as its word number `column` (from 0)? */
static bool table_has(const char *file, size_t max, int column, const char *wanted)
{
	CLEANUP_ARENA struct arena a = {0};
	char *text;
	char *save_line = NULL;

	if (io_read_file(AT_FDCWD, file, max, &a, &text, NULL) < 0) {
		return false;
	}
	for (char *line = strtok_r(text, "\n", &save_line); line;
	     line = strtok_r(NULL, "\n", &save_line)) {
		char *save = NULL;
		char *word = strtok_r(line, " \t", &save);

		for (int i = 0; word && i < column; i++) {
			word = strtok_r(NULL, " \t", &save);
		}
		if (word) {
			str_unescape_octal(word);
			if (streq(word, wanted)) {
				return true;
			}
		}
	}
	return false;
}

static bool is_mounted(const struct unit *u, struct arena *a)
{
	return u->mount.where && table_has("/proc/self/mountinfo", MOUNTINFO_MAX, 4,
					   path_simplify(a, u->mount.where));
}

static bool is_swapped(const struct unit *u, struct arena *a)
{
	return u->swap.what &&
	       table_has("/proc/swaps", SWAPS_MAX, 0, path_simplify(a, u->swap.what));
}

static bool is_plugged(const struct unit *u, struct arena *a)
{
	char *path;

	return name_path_unescape(a, name_without_suffix(a, u->id), &path) == 0 &&
	       (path_is_below(path, "/dev") || path_is_below(path, "/sys")) &&
	       access(path, F_OK) == 0;
}

/* What the kernel itself tells about a unit: types that are there or not, whoever made them so. */
static const struct kernel_fact {
	bool (*is_there)(const struct unit *u, struct arena *a);
	const char *sub;
} kernel_facts[UNIT_TYPE_MAX] = {
	[UNIT_MOUNT] = { is_mounted, "mounted" },
	[UNIT_SWAP] = { is_swapped, "active" },
	[UNIT_DEVICE] = { is_plugged, "plugged" },
};

/* SubState of a unit that counts as active though nobody started it. */
static const char *const early_subs[UNIT_TYPE_MAX] = {
	[UNIT_SERVICE] = "exited", [UNIT_SOCKET] = "listening", [UNIT_TARGET] = "active",
	[UNIT_DEVICE] = "plugged", [UNIT_MOUNT] = "mounted",    [UNIT_AUTOMOUNT] = "waiting",
	[UNIT_SWAP] = "active",    [UNIT_TIMER] = "waiting",    [UNIT_PATH] = "waiting",
	[UNIT_SLICE] = "active",   [UNIT_SCOPE] = "running",
};

static void set_state(struct record *r, enum active_state active, const char *sub)
{
	r->active = active;
	r->sub = sub;
}

/* Nobody watched how it ended. */
static void settle_unwatched(struct record *r)
{
	r->control = (struct proc_id){0};
	r->control_command = NULL;
	r->job = NULL;
	if (proc_id_is_alive(&r->main)) {
		return;
	}
	if (streq(r->sub, "exited")) {
		return;
	}
	r->main = (struct proc_id){0};
	if (r->active == ACTIVE_DEACTIVATING && streq(r->result, "success")) {
		set_state(r, ACTIVE_INACTIVE, "dead");
		return;
	}
	if (streq(r->result, "success")) {
		r->result = "signal";
	}
	set_state(r, ACTIVE_FAILED, "failed");
}

/*
 * A supervisor that ends in good order has its last word in the record: only what still names it once
 * it is known to be gone was left by one that was killed.
 */
bool runtime_read(const struct place *p, const char *unit, struct arena *a, struct record *ret,
		  bool *ret_killed)
{
	struct proc_id gone = {0};

	for (;;) {
		const struct proc_id *id = &ret->supervisor;

		*ret_killed = false;
		record_init(ret);
		if (record_read(p, unit, a, ret) < 0) {
			return false;
		}
		if (id->pid == 0 || proc_id_is_alive(id)) {
			return true;
		}
		if (id->pid == gone.pid && id->start_time == gone.start_time) {
			*ret_killed = true;
			return true;
		}
		gone = *id;
	}
}

void runtime_get(const struct place *p, const struct unit *u, struct arena *a, struct record *ret)
{
	const struct kernel_fact *fact = &kernel_facts[u->type];
	bool known, was_killed;

	record_init(ret);
	if (u->early) {
		set_state(ret, ACTIVE_ACTIVE, early_subs[u->type]);
		return;
	}
	known = runtime_read(p, u->id, a, ret, &was_killed);
	if (was_killed) {
		ret->supervisor = (struct proc_id){0};
		if (!active_state_is_down(ret->active)) {
			settle_unwatched(ret);
		}
	}
	if (fact->is_there && (!known || ret->supervisor.pid == 0)) {
		if (fact->is_there(u, a)) {
			set_state(ret, ACTIVE_ACTIVE, fact->sub);
		} else if (active_state_is_up(ret->active)) {
			set_state(ret, ACTIVE_INACTIVE, "dead");
		}
	}
}

enum active_state runtime_active(const struct place *p, const struct unit *u)
{
	CLEANUP_ARENA struct arena a = {0};
	struct record r;

	runtime_get(p, u, &a, &r);
	return r.active;
}
