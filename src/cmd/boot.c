/* SPDX-License-Identifier: MIT */

/* The processes that an init starts for its transactions: include/init/init.h, INIT_WORD_*. */

#include "cmd/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/inotify.h>

#include "base/io.h"
#include "base/root.h"
#include "cmd/runtime.h"
#include "init/init.h"
#include "start.h"
#include "state/control.h"
#include "state/manager.h"
#include "state/runtime.h"
#include "supervisor/policy.h"
#include "supervisor/supervisor.h"
#include "unit/builtin.h"

#define PING_WAIT 1000 /* milliseconds for a new supervisor to take over */
#define PING_MAX 64    /* new ones that are waited for together */
#define ORPHAN_WAIT 200 /* milliseconds between looks at a unit whose supervisor was killed */
#define ORPHAN_LOOKS 25 /* then nobody will put a new one over it */
#define EXIT_UNKNOWN 1

static void tell_state(struct cmd *c, enum manager_state state)
{
	struct manager m = {.state = state, .init = proc_id_of(getppid())};
	int r = manager_write(&c->place, &m);

	if (r < 0) {
		cmd_error("Failed to write the manager's state: %s", strerror(-r));
	}
}

static int boot(struct cmd *c, struct strv *words)
{
	struct strv names = {0};
	int status;

	/* Whatever is there belongs to another life of this file system. */
	if (getppid() == 1) {
		io_remove_tree(AT_FDCWD, c->place.dir);
	}
	tell_state(c, MANAGER_STARTING);
	/* A user's init has no runtime directory that tells before this that there is one. */
	c->situation = cmd_situation_detect(c);
	if (words->n == 0) {
		strv_add(&names, &c->arena, "default.target");
	} else if (cmd_mangle_names(c, words, ".service", false, &names) < 0) {
		return 1;
	}
	status = start_in_place(c, &names);
	tell_state(c, MANAGER_RUNNING);
	return status;
}

static int shut_down(struct cmd *c, struct strv *words)
{
	struct strv units = {0};
	int status;

	tell_state(c, MANAGER_STOPPING);
	c->options.job_mode = JOB_MODE_REPLACE_IRREVERSIBLY;
	c->options.job_mode_set = true;
	status = start_in_place(c, words);
	if (status != 0 && place_list_units(&c->place, &c->arena, &units) >= 0 && units.n > 0) {
		/* The target is masked or broken: without it, everything that there is. */
		c->options.job_mode_set = false;
		status = stop_in_place(c, &units);
	}
	return status;
}

/* ---- watching units until they have ended ---- */

enum living { LIVES, ORPHANED, ENDED };

static enum living unit_look(struct cmd *c, const char *name, struct arena *a, struct record *r)
{
	if (place_unit_is_supervised(&c->place, name)) {
		return LIVES;
	}
	record_init(r);
	if (record_read(&c->place, name, a, r) < 0 || r->supervisor.pid == 0) {
		return ENDED;
	}
	if (proc_id_is_alive(&r->supervisor)) {
		return LIVES;
	}
	/* Killed: init puts a new one there, which will tell. */
	return active_state_is_down(r->active) ? ENDED : ORPHANED;
}

/* A shell's rule: 128 and the signal. */
static int status_of(const struct record *r)
{
	const struct record_exit *e = &r->exec_main;

	if (r->active != ACTIVE_FAILED) {
		return 0;
	}
	if (e->exit_realtime == 0) {
		return EXIT_UNKNOWN;
	}
	if (e->code != CLD_EXITED) {
		return 128 + e->status;
	}
	return e->status ? e->status : EXIT_UNKNOWN;
}

/* Of all together; *ret_status is that of the first that failed. */
static enum living look(struct cmd *c, const struct strv *names, int *ret_status)
{
	CLEANUP_ARENA struct arena a = {0};
	enum living all = ENDED;

	*ret_status = 0;
	STRV_FOREACH(name, names)
	{
		struct record r;
		enum living one = unit_look(c, name, &a, &r);

		if (one == LIVES) {
			return LIVES;
		}
		all = one == ORPHANED ? ORPHANED : all;
		*ret_status = *ret_status    ? *ret_status
			      : one == ENDED ? status_of(&r)
					     : EXIT_UNKNOWN;
	}
	return all;
}

/* Services that somebody wants: those of our own, of the early boot, are no reason to stay. */
static void list_services(struct cmd *c, struct arena *a, struct strv *ret)
{
	struct strv all = {0};

	place_list_units(&c->place, a, &all);
	STRV_FOREACH(name, &all)
	{
		if (name_type(name) == UNIT_SERVICE && !builtin_find(name) &&
		    !builtin_is_early(name)) {
			strv_add(ret, a, name);
		}
	}
}

/* The units to look at this time, each directory being watched from now on. */
static void list_watched(struct cmd *c, const struct strv *words, int fd, struct arena *a,
			 struct strv *ret)
{
	struct strv all = {0};
	const uint32_t events =
	    IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_CLOSE_WRITE | IN_ONLYDIR;

	inotify_add_watch(fd, path_join(a, c->place.dir, "units"), events);
	if (words->n == 0) {
		list_services(c, a, &all);
		words = &all;
	}
	*ret = (struct strv){0};
	STRV_FOREACH(name, words)
	{
		inotify_add_watch(fd, place_unit_dir(&c->place, name, a), events);
		strv_add(ret, a, name);
	}
}

static int watch(struct cmd *c, struct strv *words)
{
	CLEANUP_CLOSE int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	/* Without inotify there is nothing to sleep on but time. */
	int timeout = fd < 0 ? 500 : -1;
	struct strv names = {0};
	int status = 0, n_orphaned = 0;

	if (words->n > 0 && cmd_mangle_names(c, words, ".service", false, &names) < 0) {
		return 1;
	}
	for (;;) {
		CLEANUP_ARENA struct arena a = {0};
		struct pollfd p = {.fd = fd, .events = POLLIN};
		struct strv watched;
		enum living living;
		char events[4096];

		list_watched(c, &names, fd, &a, &watched);
		living = look(c, &watched, &status);
		n_orphaned = living == ORPHANED ? n_orphaned + 1 : 0;
		if (living == ENDED || n_orphaned > ORPHAN_LOOKS) {
			return status;
		}
		/* To look at an orphan is an event in its directory, too. */
		poll(&p, fd >= 0 && living == LIVES, living == ORPHANED ? ORPHAN_WAIT : timeout);
		while (fd >= 0 && read(fd, events, sizeof events) > 0) {
		}
	}
}

/* ---- supervisors that were killed ---- */

/* Its service lives on, or it has died with its supervisor: then the restart policy decides. The
 * connection of a new one that says when it has taken over, or 0: there is nothing to wait for. */
static int revive_unit(struct cmd *c, const char *name)
{
	struct record r;
	struct cmd_unit cu;
	bool restarts, was_killed;
	int fd;

	if (!runtime_read(&c->place, name, &c->arena, &r, &was_killed) || !was_killed ||
	    cmd_unit_get(c, name, &cu) < 0) {
		return 0;
	}
	restarts = cu.unit->type == UNIT_SERVICE && !active_state_is_down(r.active) &&
		   cu.record.active == ACTIVE_FAILED &&
		   policy_restarts(&cu.unit->service, RESULT_SIGNAL, CLD_KILLED, SIGKILL);
	fd = supervisor_spawn(&c->place, name, restarts ? "start" : "ping");
	if (fd >= 0 && restarts) {
		close(fd);
		return 0;
	}
	return fd;
}

/* Is it a want that passes, so that the next try may succeed? */
static bool is_want(int error)
{
	static const int wants[] = {EAGAIN, EDQUOT, EMFILE, ENFILE, ENOMEM, ENOSPC};

	for (size_t i = 0; i < ARRAY_SIZE(wants); i++) {
		if (wants[i] == error) {
			return true;
		}
	}
	return false;
}

/* 1 if one of them is in want of something, else status. */
static int wait_for_answers(struct pollfd *fds, size_t *n, int status)
{
	char answer[CONTROL_MESSAGE_MAX];

	for (size_t i = 0; i < *n; i++) {
		const char *error = NULL;
		ssize_t r = 0;

		if (poll(&fds[i], 1, PING_WAIT) > 0) {
			r = control_receive(fds[i].fd, answer, NULL, 0, NULL);
		}
		if (r > 0) {
			error = str_after_prefix(answer, "failed resources ");
		}
		status = (r == 0 && fds[i].revents) || (error && is_want(atoi(error))) ? 1 : status;
		close(fds[i].fd);
	}
	*n = 0;
	return status;
}

static int revive(struct cmd *c, struct strv *words)
{
	struct pollfd fds[PING_MAX];
	struct strv names = {0};
	struct manager m;
	size_t n = 0;
	int status = 0;

	manager_read(&c->place, &m);
	if (words->n > 0 && m.state == MANAGER_STARTING) {
		tell_state(c, MANAGER_RUNNING);
	}
	if (place_list_units(&c->place, &c->arena, &names) < 0) {
		return 1;
	}
	STRV_FOREACH(name, &names)
	{
		int fd = revive_unit(c, name);

		status = fd < 0 ? 1 : status;
		if (fd > 0) {
			fds[n++] = (struct pollfd){.fd = fd, .events = POLLIN};
		}
		if (n == PING_MAX) {
			status = wait_for_answers(fds, &n, status);
		}
	}
	return wait_for_answers(fds, &n, status);
}

static const struct step {
	const char *word;
	int (*run)(struct cmd *c, struct strv *words);
} steps[] = {
    {INIT_WORD_BOOT, boot},
    {INIT_WORD_REVIVE, revive},
    {INIT_WORD_SHUTDOWN, shut_down},
    {INIT_WORD_WATCH, watch},
};

bool cmd_boot_is_word(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		if (streq(steps[i].word, word)) {
			return true;
		}
	}
	return false;
}

int cmd_boot_step(struct cmd *c, int argc, char **argv)
{
	struct strv words = {0};
	int i = 2;

	if (argc > i && streq(argv[i], "--user")) {
		c->options.user = true;
		c->options.scope = SEARCH_USER;
		i++;
	}
	for (; i < argc; i++) {
		strv_add(&words, &c->arena, argv[i]);
	}
	c->situation = cmd_situation_detect(c);
	if (cmd_need_place(c) < 0) {
		return 1;
	}
	for (size_t k = 0; k < ARRAY_SIZE(steps); k++) {
		if (streq(steps[k].word, argv[1])) {
			return steps[k].run(c, &words);
		}
	}
	return 1;
}
