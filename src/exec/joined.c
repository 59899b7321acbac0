/* SPDX-License-Identifier: MIT */

/* JoinsNamespaceOf=: what the processes of other units have for themselves is found through their directories in /proc. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "base/io.h"
#include "exec/child.h"
#include "state/record.h"

#define PRIVATE_TMP_PREFIX "systemd-private-"
#define PATIENT 1000	/* milliseconds */
#define IMPATIENT 100
#define PRIVATE_TMP_TAIL 6	/* what mkdtemp(3) makes different */

/* It has a supervisor, and so far no process. */
static bool is_about_to_run(const struct place *p, const char *name, const struct record *r)
{
	return !active_state_is_up(r->active) && !streq(r->sub, "auto-restart") &&
	       place_unit_is_supervised(p, name);
}

/*
 * How long a unit waits for another that is just being started, and may be waiting for it: who names the other is the more patient.
 */
static unsigned patience(const char *us, bool we_name, const char *other, bool other_names)
{
	return we_name && (!other_names || strcmp(us, other) > 0) ? PATIENT : IMPATIENT;
}

size_t exec_find_joined(const struct place *p, const struct unit *u, struct arena *a,
			struct exec_joined **ret, unsigned *ret_wait)
{
	const struct strv *named = &u->dependencies[DEP_JOINS_NAMESPACE_OF];
	struct strv units = {0};
	size_t n = 0, cap = 0;

	if (!p || (!u->exec.private_tmp && !u->exec.private_network && !u->exec.private_ipc)) {
		return 0;
	}
	place_list_units(p, a, &units);
	STRV_FOREACH(name, &units) {
		struct strv back = {0};
		bool we_name = strv_contains(named, name);
		struct proc_id *id;
		struct record r;

		if (streq(name, u->id)) {
			continue;
		}
		record_init(&r);
		record_read(p, name, a, &r);
		strv_split(&back, a, str_or_empty(r.joins), " ");
		if (!we_name && !strv_contains(&back, u->id)) {
			continue;
		}
		id = r.main.pid > 0 ? &r.main : &r.control;
		if (id->pid > 0 && proc_id_is_alive(id)) {
			*ARENA_PUSH(a, *ret, n, cap) = (struct exec_joined){ name, id->pid };
		} else if (ret_wait && is_about_to_run(p, name, &r)) {
			*ret_wait = patience(u->id, we_name, name, strv_contains(&back, u->id));
		}
	}
	return n;
}

static void find_joined(struct exec_child *c, unsigned *ret_wait)
{
	struct exec_joined *others = NULL;

	c->n_joined = exec_find_joined(c->request->place, c->request->unit, c->arena, &others,
				       ret_wait);
	c->joined = arena_new_n(c->arena, struct exec_joined, c->n_joined + 1);
	if (c->n_joined > 0) {
		memcpy(c->joined, others, c->n_joined * sizeof(*others));
	}
	if (c->request->main_pid > 0) {
		c->joined[c->n_joined++] =
			(struct exec_joined){ c->request->unit->id, c->request->main_pid };
	}
}

void exec_await_joined(struct exec_child *c)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	unsigned wait = 0, waited = 0;

	for (find_joined(c, &wait); waited < wait; waited++) {
		nanosleep(&pause, NULL);
		wait = 0;
		find_joined(c, &wait);
	}
	for (size_t i = 0; i < c->n_joined; i++) {
		for (waited = 0; waited < PATIENT && proc_has_our_exe(c->joined[i].pid); waited++) {
			/* As long as it has not executed, it is what we are. */
			nanosleep(&pause, NULL);
		}
	}
}

bool exec_share_namespace(struct exec_child *c, int type)
{
	const char *word = type == CLONE_NEWNET ? "net" : "ipc";
	struct stat ours, theirs;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/ns/%s", word);
	if (stat(path, &ours) < 0) {
		return false;
	}
	for (size_t i = 0; i < c->n_joined; i++) {
		CLEANUP_CLOSE int fd = -1;

		snprintf(path, sizeof(path), "/proc/%ld/ns/%s", (long)c->joined[i].pid,
			 word);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		/* One that it has in common with us already is not private. */
		if (fd >= 0 && fstat(fd, &theirs) == 0 && theirs.st_ino != ours.st_ino &&
		    setns(fd, type) == 0) {
			return true;
		}
	}
	return false;
}

/* systemd-private-BOOT-UNIT-XXXXXX */
static bool is_private_tmp_of(const char *name, const char *unit)
{
	size_t n = strlen(name), n_unit = strlen(unit);
	const char *at;

	if (n < n_unit + PRIVATE_TMP_TAIL + 2) {
		return false;
	}
	at = name + n - PRIVATE_TMP_TAIL - n_unit - 2;
	return at[0] == '-' && strncmp(at + 1, unit, n_unit) == 0 && at[n_unit + 1] == '-';
}

char *exec_private_tmp_find(const char *dir, const char *unit, const struct stat *inner,
			    struct arena *a)
{
	CLEANUP_CLOSEDIR DIR *d = opendir(dir);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		char *path;
		struct stat st;

		if (!str_has_prefix(entry->d_name, PRIVATE_TMP_PREFIX) ||
		    (unit && !is_private_tmp_of(entry->d_name, unit))) {
			continue;
		}
		/* Everybody may make names in /tmp; only root's directory is ours. */
		if (fstatat(dirfd(d), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISDIR(st.st_mode) || st.st_uid != 0 || (st.st_mode & 077) != 0) {
			continue;
		}
		path = path_join(a, dir, entry->d_name);
		if (!inner || (stat(path_join(a, path, "tmp"), &st) == 0 &&
			       st.st_ino == inner->st_ino && st.st_dev == inner->st_dev)) {
			return path;
		}
	}
	return NULL;
}

/* Without the dashes, as systemd writes it. */
static void read_boot_id(char *id, size_t size)
{
	size_t n = 0;

	io_read_small(AT_FDCWD, "/proc/sys/kernel/random/boot_id", id, size);
	for (const char *s = id; *s && *s != '\n'; s++) {
		if (*s != '-') {
			id[n++] = *s;
		}
	}
	id[n] = '\0';
}

char *exec_private_tmp_name(const char *dir, const char *unit, const char *tail, struct arena *a)
{
	char id[40] = "0";

	read_boot_id(id, sizeof(id));
	return arena_printf(a, "%s/" PRIVATE_TMP_PREFIX "%s-%s-%s", dir, id, unit, tail);
}

char *exec_private_tmp_of_process(const char *dir, pid_t pid, const char *unit, struct arena *a)
{
	struct stat st;

	if (pid <= 0 || stat(arena_printf(a, "/proc/%ld/root%s", (long)pid, dir), &st) < 0) {
		return NULL;
	}
	return exec_private_tmp_find(dir, unit, &st, a);
}

bool exec_private_tmp_is_made(const char *unit)
{
	CLEANUP_ARENA struct arena arena = {0};

	return exec_private_tmp_find("/tmp", unit, NULL, &arena) ||
	       exec_private_tmp_find("/var/tmp", unit, NULL, &arena);
}

bool exec_private_tmp_hand_over(const char *unit, const struct exec_joined *to)
{
	static const char *const dirs[] = { "/tmp", "/var/tmp" };
	CLEANUP_ARENA struct arena arena = {0};
	bool is_done = false;

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		char *path = exec_private_tmp_of_process(dirs[i], to->pid, unit, &arena);

		is_done = (path &&
			   rename(path, exec_private_tmp_name(dirs[i], to->unit,
							      path + strlen(path) - PRIVATE_TMP_TAIL,
							      &arena)) == 0) || is_done;
	}
	return is_done;
}
