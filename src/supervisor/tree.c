/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/signals.h"
#include "supervisor/tree.h"

#define COMM_OF_SUPERVISOR "systemctl-super"
#define COMM_OF_READER "journalctl"
/* The list of one process; a list that is cut would lose all of them. */
#define CHILDREN_MAX ((size_t)64 * 1024 * 1024)
#define ANCESTORS_MAX 1024
/* So often what forks while it is killed is followed at once; later ones are met when they come to
 * us as orphans. */
#define KILL_ROUNDS 16

#define SET_FIRST 64

/* Processes that were met; a pid alone has start time 0. In the supervisor's scratch arena. */
struct process_set {
	struct proc_id *slots; /* pid 0: free */
	size_t n, n_slots;
};

struct walk {
	struct supervisor *s;
	struct proc_stat *v;
	size_t n, cap;
	struct process_set met;
	bool any; /* one living process is enough to know */
};

/* ---- sets ---- */

/* Where it is, or would be. */
static struct proc_id *set_slot(const struct process_set *set, const struct proc_id *id)
{
	uint64_t hash = ((uint64_t)id->pid ^ id->start_time << 22) * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)(hash >> 32) & (set->n_slots - 1);

	while (set->slots[i].pid > 0 &&
	       (set->slots[i].pid != id->pid || set->slots[i].start_time != id->start_time)) {
		i = (i + 1) & (set->n_slots - 1);
	}
	return &set->slots[i];
}

static bool set_has(const struct process_set *set, const struct proc_id *id)
{
	return set->n > 0 && set_slot(set, id)->pid > 0;
}

static void set_grow(struct process_set *set, struct arena *a)
{
	struct process_set larger = { .n_slots = set->n_slots > 0 ? 2 * set->n_slots : SET_FIRST };

	larger.slots = arena_new_n(a, struct proc_id, larger.n_slots);
	larger.n = set->n;
	for (size_t i = 0; i < set->n_slots; i++) {
		if (set->slots[i].pid > 0) {
			*set_slot(&larger, &set->slots[i]) = set->slots[i];
		}
	}
	*set = larger;
}

static void set_add(struct process_set *set, const struct proc_id *id, struct arena *a)
{
	if (set_has(set, id)) {
		return;
	}
	if (2 * (set->n + 1) > set->n_slots) {
		set_grow(set, a);
	}
	*set_slot(set, id) = *id;
	set->n++;
}

/* ---- the walk ---- */

/* A supervisor that executes an older or newer binary than ours: its own record says so. */
static bool is_recorded_supervisor(struct supervisor *s, const struct proc_stat *st)
{
	char path[32];
	char text[512];
	struct record r;
	const char *unit;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%ld/cmdline", (long)st->pid);
	n = io_read_small(AT_FDCWD, path, text, sizeof(text));
	unit = n > 0 ? text + strlen(text) + 1 : NULL;
	return unit && unit < text + n && record_read(&s->place, unit, &s->scratch, &r) == 0 &&
	       r.supervisor.pid == st->pid && r.supervisor.start_time == st->start_time;
}

static bool is_foreign(struct walk *w, const struct proc_stat *st)
{
	if (st->pid == w->s->main.pid || st->pid == w->s->control.pid) {
		return false;
	}
	/* Who only reads acts for nobody: a service's `journalctl -f` ends with it. */
	if (streq(st->comm, COMM_OF_READER)) {
		return false;
	}
	return proc_has_our_exe(st->pid) ||
	       (streq(st->comm, COMM_OF_SUPERVISOR) && is_recorded_supervisor(w->s, st));
}

static bool walk_has(const struct walk *w, pid_t pid)
{
	return set_has(&w->met, &(struct proc_id){ .pid = pid });
}

static bool is_living(const struct proc_stat *st)
{
	return st->state != 'Z' && st->state != 'X';
}

/* Is no more known by walking on? */
static bool walk_is_over(const struct walk *w)
{
	return w->any && w->n > 0 && is_living(&w->v[w->n - 1]);
}

static void walk_add(struct walk *w, pid_t pid)
{
	struct proc_stat st;

	if (pid == getpid() || walk_has(w, pid) || proc_read_stat(pid, &st) < 0) {
		return;
	}
	if (!is_foreign(w, &st)) {
		*ARENA_PUSH(&w->s->scratch, w->v, w->n, w->cap) = st;
		set_add(&w->met, &(struct proc_id){ .pid = pid }, &w->s->scratch);
	}
}

static void walk_add_listed(struct walk *w, char *text)
{
	char *save = NULL;

	for (char *word = strtok_r(text, " \n", &save); word && !walk_is_over(w);
	     word = strtok_r(NULL, " \n", &save)) {
		walk_add(w, (pid_t)strtol(word, NULL, 10));
	}
}

/* The list of children that is open at path; text holds the beginning of it, cut at its end. */
static void walk_add_long_list(struct walk *w, int dir, const char *path, char *text)
{
	char *last = strrchr(text, ' '), *more;

	if (w->any && last) {
		*last = '\0';
		walk_add_listed(w, text);
	}
	if (!walk_is_over(w) &&
	    io_read_file(dir, path, CHILDREN_MAX, &w->s->scratch, &more, NULL) == 0) {
		walk_add_listed(w, more);
	}
}

/* The children of all threads of a process; false where the kernel does not list them. */
static bool walk_add_children(struct walk *w, pid_t pid)
{
	char path[64];
	char text[4096];
	CLEANUP_CLOSEDIR DIR *d = NULL;
	struct dirent *e;

	snprintf(path, sizeof(path), "/proc/%ld/task", (long)pid);
	d = opendir(path);
	if (!d) {
		return pid != getpid();
	}
	while ((e = readdir(d))) {
		ssize_t n;

		if (e->d_name[0] == '.') {
			continue;
		}
		snprintf(path, sizeof(path), "%.20s/children", e->d_name);
		n = io_read_small(dirfd(d), path, text, sizeof(text));
		if (n < 0 && pid == getpid()) {
			return false;
		}
		if (n == (ssize_t)sizeof(text) - 1) {
			walk_add_long_list(w, dirfd(d), path, text);
		} else if (n > 0) {
			walk_add_listed(w, text);
		}
	}
	return true;
}

/* Follows the lists of children from process number `done` on. */
static void walk_follow(struct walk *w, size_t done)
{
	for (; done < w->n && !walk_is_over(w); done++) {
		walk_add_children(w, w->v[done].pid);
	}
}

/* The older way: everything that has one of ours as its parent, in a list of all processes. */
static void walk_all(struct walk *w, pid_t root)
{
	struct proc_stat *found = NULL;
	size_t n = 0;

	if (proc_list_descendants(root, &w->s->scratch, &found, &n) < 0) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (found[i].ppid == root || walk_has(w, found[i].ppid)) {
			walk_add(w, found[i].pid);
		}
	}
}

/* A main process that is nobody's child of ours: what a former supervisor left. */
static void walk_adopted(struct walk *w)
{
	pid_t main = w->s->main.pid;
	struct proc_stat *all = NULL;
	size_t n = 0;

	if (w->s->main_is_child || main == 0) {
		return;
	}
	walk_add(w, main);
	if (proc_list_all(&w->s->scratch, &all, &n) == 0) {
		for (size_t i = 0; i < n; i++) {
			if (all[i].session == main) {
				walk_add(w, all[i].pid);
			}
		}
	}
	walk_follow(w, 0);
}

/* No child at all: then, for a subreaper, no descendant either. */
static bool is_childless(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 && errno == ECHILD;
}

static void walk(struct walk *w)
{
	if (!is_childless()) {
		if (walk_add_children(w, getpid())) {
			walk_follow(w, 0);
		} else {
			walk_all(w, getpid());
		}
	}
	if (!walk_is_over(w)) {
		walk_adopted(w);
	}
}

static bool has_proc(void)
{
	return access("/proc/self/stat", F_OK) == 0;
}

void tree_list(struct supervisor *s, struct proc_stat **ret, size_t *ret_n)
{
	struct walk w = { .s = s };
	size_t n = 0;

	walk(&w);
	for (size_t i = 0; i < w.n; i++) {
		const struct proc_stat *st = &w.v[i];

		if (st->pid != s->main.pid && st->pid != s->control.pid && is_living(st)) {
			w.v[n++] = *st;
		}
	}
	*ret = w.v;
	*ret_n = n;
}

bool tree_is_empty(struct supervisor *s)
{
	struct walk w = { .s = s, .any = true };
	bool is_empty = true;

	if (s->main.pid > 0 || s->control.pid > 0) {
		return false;
	}
	if (!has_proc()) {
		return is_childless();
	}
	walk(&w);
	for (size_t i = 0; i < w.n; i++) {
		is_empty = is_empty && !is_living(&w.v[i]);
	}
	return is_empty;
}

bool tree_has(struct supervisor *s, pid_t pid)
{
	for (int i = 0; i < ANCESTORS_MAX && pid > 1; i++) {
		struct proc_stat st;

		if (pid == getpid() || pid == s->main.pid) {
			return true;
		}
		if (proc_read_stat(pid, &st) < 0) {
			return false;
		}
		if (!s->main_is_child && s->main.pid > 0 && st.session == s->main.pid) {
			return true;
		}
		pid = st.ppid;
	}
	return false;
}

static void say_kill(struct supervisor *s, const struct proc_id *id, const char *comm, int sig)
{
	struct proc_stat st;
	char buf[16];

	if (!comm && proc_read_stat(id->pid, &st) == 0) {
		comm = st.comm;
	}
	say(s, DIAG_NOTICE, "Killing process %ld (%s) with signal SIG%s.", (long)id->pid,
	    comm ? comm : "n/a", signals_name(sig, buf));
}

/* A child that we have not reaped keeps its pid, even as a zombie; all others are told apart by
 * their start time. */
static size_t signal_known(struct supervisor *s, const struct proc_id *id, int sig)
{
	bool is_child = id == &s->control || (id == &s->main && s->main_is_child);

	if (id->pid == 0) {
		return 0;
	}
	return is_child ? kill(id->pid, sig) == 0 : proc_id_kill(id, sig) == 0;
}

static int signal_of(const struct kill_settings *k, enum tree_kill how)
{
	switch (how) {
	case TREE_KILL:
		return k->final_signal;
	case TREE_WATCHDOG:
		return k->watchdog_signal;
	case TREE_RESTART:
		return k->restart_signal ? k->restart_signal : k->signal;
	case TREE_TERMINATE:
		break;
	}
	return k->signal;
}

/* What belongs to a signal that asks to end: a hang-up for shells, and a wake-up for what is
 * stopped. */
static void signal_extra(struct supervisor *s, const struct proc_id *id, int sig, bool asks)
{
	if (asks && s->unit->kill.send_sighup) {
		signal_known(s, id, SIGHUP);
	}
	if (sig != SIGKILL && sig != SIGCONT) {
		signal_known(s, id, SIGCONT);
	}
}

/* All others, round by round until a round finds nobody new. */
static size_t kill_others(struct supervisor *s, int sig, enum tree_kill how)
{
	bool asks = how == TREE_TERMINATE || how == TREE_RESTART;
	struct process_set seen = {0};
	bool found = true;

	if (!has_proc()) {
		/* Nobody can be listed; the main process leads a group that most have stayed in.
		 * Where nobody is left, the number may be somebody else's by now. */
		return !is_childless() && s->record.exec_main.pid > 0 && kill(-s->record.exec_main.pid, sig) == 0;
	}
	for (int round = 0; found && round < KILL_ROUNDS; round++) {
		struct proc_stat *list;
		size_t n;

		found = false;
		tree_list(s, &list, &n);
		for (size_t i = 0; i < n; i++) {
			struct proc_id id = {list[i].pid, list[i].start_time};

			if (set_has(&seen, &id)) {
				continue;
			}
			if (!asks) {
				say_kill(s, &id, list[i].comm, sig);
			}
			if (proc_id_kill(&id, sig) == 0) {
				found = true;
				signal_extra(s, &id, sig, asks);
				set_add(&seen, &id, &s->scratch);
			}
		}
	}
	return seen.n;
}

size_t tree_kill(struct supervisor *s, enum tree_kill how)
{
	const struct kill_settings *k = &s->unit->kill;
	const struct proc_id *known[] = {&s->main, &s->control};
	bool asks = how == TREE_TERMINATE || how == TREE_RESTART;
	int sig = signal_of(k, how);
	size_t n = 0;

	if (k->mode == KILL_NONE) {
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (!asks && known[i]->pid > 0) {
			say_kill(s, known[i], NULL, sig);
		}
		if (signal_known(s, known[i], sig) > 0) {
			signal_extra(s, known[i], sig, asks);
			n++;
		}
	}
	if (k->mode == KILL_CONTROL_GROUP || (k->mode == KILL_MIXED && how == TREE_KILL)) {
		n += kill_others(s, sig, how);
	}
	return n;
}

size_t tree_signal_all(struct supervisor *s, int sig)
{
	size_t n_sent = signal_known(s, &s->main, sig) + signal_known(s, &s->control, sig);
	struct proc_stat *list;
	size_t n;

	tree_list(s, &list, &n);
	for (size_t i = 0; i < n; i++) {
		struct proc_id id = {list[i].pid, list[i].start_time};

		n_sent += proc_id_kill(&id, sig) == 0;
	}
	return n_sent;
}

pid_t tree_guess_main(struct supervisor *s)
{
	struct proc_stat *list;
	size_t n;
	pid_t found = 0;

	tree_list(s, &list, &n);
	for (size_t i = 0; i < n; i++) {
		if (list[i].ppid != getpid()) {
			continue;
		}
		if (found > 0) {
			return 0;
		}
		found = list[i].pid;
	}
	return found;
}
