/* SPDX-License-Identifier: MIT */
#include "supervisor/trigger.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/wait.h>

#include "base/diag.h"
#include "base/io.h"
#include "state/runtime.h"
#include "supervisor/machine.h"

#define OWN_NAME "systemctl"
#define STATE_FILE "state"
/* Records are written under another name and renamed. */
#define UNIT_EVENTS (IN_MOVED_TO | IN_DELETE_SELF | IN_ONLYDIR)
#define PARENT_EVENTS (IN_CREATE | IN_ONLYDIR)

void trigger_load(struct supervisor *s)
{
	const char *name = unit_triggered_name(s->unit, &s->store.arena);
	struct unit *u = NULL;

	if (s->unit->type == UNIT_SERVICE) {
		return;
	}
	if (!s->trigger) {
		s->trigger = arena_new(&s->arena, struct trigger);
		*s->trigger = (struct trigger){
			.inotify_fd = -1, .parent_watch = -1, .unit_watch = -1
		};
	}
	s->trigger->unit = NULL;
	if (s->unit->type == UNIT_SOCKET && s->unit->socket.accept) {
		return;
	}
	s->trigger->unit = unit_store_get(&s->store, name, &u) == 0 ? u : NULL;
}

void trigger_record(struct supervisor *s, struct record *ret)
{
	record_init(ret);
	if (s->trigger->unit) {
		runtime_get(&s->place, s->trigger->unit, &s->scratch, ret);
	}
}

static void watch_unit_dir(struct supervisor *s)
{
	struct trigger *t = s->trigger;
	const char *dir = place_unit_dir(&s->place, t->unit->id, &s->scratch);

	if (t->unit_watch < 0) {
		t->unit_watch = inotify_add_watch(t->inotify_fd, dir, UNIT_EVENTS);
	}
}

/* Moments that a record had before it was removed are remembered; that it is gone, is one. */
static void note_moments(struct trigger *t, const struct record *r, bool is_gone)
{
	if (r->inactive_exit_monotonic > t->inactive_exit) {
		t->inactive_exit = r->inactive_exit_monotonic;
	}
	if (r->inactive_enter_monotonic > t->inactive_enter) {
		t->inactive_enter = r->inactive_enter_monotonic;
	}
	if (is_gone && active_state_is_down(r->active)) {
		t->inactive_enter = clock_monotonic();
	}
}

void trigger_watch(struct supervisor *s)
{
	struct trigger *t = s->trigger;
	struct record r;
	char *dir;

	if (!t->unit || t->inotify_fd >= 0) {
		return;
	}
	t->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (t->inotify_fd < 0) {
		say(s, DIAG_WARNING, "Failed to watch %s: %s", t->unit->id, strerror(errno));
		return;
	}
	dir = path_dirname(&s->scratch, place_unit_dir(&s->place, t->unit->id, &s->scratch));
	t->parent_watch = inotify_add_watch(t->inotify_fd, dir, PARENT_EVENTS);
	watch_unit_dir(s);
	trigger_record(s, &r);
	note_moments(t, &r, false);
	loop_watch(s, t->inotify_fd, SOURCE_TRIGGER, 0);
}

/* Does the event say that the record may have changed? */
static bool is_about_unit(struct supervisor *s, const struct inotify_event *e, const char *base)
{
	struct trigger *t = s->trigger;

	if (e->mask & IN_Q_OVERFLOW) {
		return true;
	}
	if (e->wd == t->parent_watch) {
		return e->len > 0 && streq(e->name, base);
	}
	if (e->wd != t->unit_watch) {
		return false;
	}
	if (e->mask & IN_IGNORED) {
		t->unit_watch = -1;
		return true;
	}
	return (e->mask & IN_DELETE_SELF) || (e->len > 0 && streq(e->name, STATE_FILE));
}

void trigger_changed(struct supervisor *s)
{
	_Alignas(struct inotify_event) char buf[4096];
	struct trigger *t = s->trigger;
	const char *base =
		t->unit ? path_basename(place_unit_dir(&s->place, t->unit->id, &s->scratch)) : "";
	bool has_changed = false, is_gone = false;
	struct record r;
	ssize_t n;

	while ((n = read(t->inotify_fd, buf, sizeof(buf))) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *e = (const void *)(buf + at);

			is_gone = is_gone || (e->wd == t->unit_watch && (e->mask & IN_IGNORED));
			has_changed = is_about_unit(s, e, base) || has_changed;
			at += (ssize_t)(sizeof(*e) + e->len);
		}
	}
	if (!has_changed || !t->unit) {
		return;
	}
	watch_unit_dir(s);
	trigger_record(s, &r);
	note_moments(t, &r, is_gone);
	if (s->machine->triggered) {
		s->machine->triggered(s, &r);
	}
}

/* Our environment with the variables of this trigger in it; the supervisor of the unit takes them from there. */
static char **trigger_environment(struct supervisor *s, const char *unit,
				  const struct strv *variables)
{
	extern char **environ;
	struct arena *a = &s->scratch;
	struct strv env = { 0 };

	for (char **p = environ; *p; p++) {
		strv_add(&env, a, *p);
	}
	environment_put(&env, a, arena_printf(a, "SOLOCTL_TRIGGERED=%s", unit));
	if (variables) {
		environment_put(&env, a, arena_printf(a, "TRIGGER_UNIT=%s", s->name));
	}
	for (size_t i = 0; variables && i < variables->n; i++) {
		environment_put(&env, a, variables->v[i]);
	}
	return strv_to_argv(&env, a);
}

pid_t trigger_start(struct supervisor *s, const char *unit, const struct strv *variables)
{
	const char *exe = io_self_exe(&s->scratch, OWN_NAME);
	char **env = trigger_environment(s, unit, variables);
	char *argv[6] = { OWN_NAME, "start", "--quiet" };
	size_t n = 3;
	pid_t pid;

	if (s->place.user_scope) {
		argv[n++] = "--user";
	}
	argv[n++] = (char *)unit;
	pid = exe ? proc_spawn(exe, argv, env, false) : -ENOENT;
	if (pid < 0) {
		say(s, DIAG_WARNING, "Failed to queue the start of %s: %s", unit,
		    exe ? strerror(-pid) : "our own binary is not to be found");
		return pid;
	}
	s->trigger->asked = clock_monotonic();
	return pid;
}

/* Exit statuses of jobs that were not even begun: cmd/start.c. */
#define STATUS_REFUSED 4
#define STATUS_NOT_FOUND 5
#define STATUS_NOT_LOADED 6

bool trigger_was_refused(struct supervisor *s, const struct record *r, int code, int status)
{
	return code == CLD_EXITED && status != 0 && r->active == ACTIVE_FAILED &&
	       r->inactive_exit_monotonic < s->trigger->asked;
}

bool trigger_was_impossible(const struct record *r, int code, int status)
{
	return code == CLD_EXITED && active_state_is_down(r->active) &&
	       (status == STATUS_REFUSED || status == STATUS_NOT_FOUND ||
		status == STATUS_NOT_LOADED || status == 127);
}

bool trigger_is_allowed(struct trigger_limit *l, usec_t interval, unsigned burst, usec_t now)
{
	if (interval == 0 || burst == 0) {
		return true;
	}
	if (l->begin == 0 || now - l->begin > interval) {
		*l = (struct trigger_limit){ .begin = now };
	}
	if (l->n >= burst) {
		return false;
	}
	l->n++;
	return true;
}
