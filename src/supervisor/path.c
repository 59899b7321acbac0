/* SPDX-License-Identifier: MIT */
#include "state/manager.h"
#include "supervisor/path.h"

#include <errno.h>
#include <fcntl.h>

#include "base/diag.h"
#include "base/io.h"
#include "supervisor/trigger.h"

struct path_life {
	struct path_look *looks;
	size_t n;
};

static void path_on_stop(struct supervisor *s, enum service_result result);

static const struct service_row rows[PATH_STATE_END - PATH_DEAD] = {
	[PATH_DEAD - PATH_DEAD] = { .sub = "dead", .active = ACTIVE_INACTIVE },
	[PATH_WAITING - PATH_DEAD] = { .sub = "waiting", .active = ACTIVE_ACTIVE,
				       .on_stop = path_on_stop },
	[PATH_RUNNING - PATH_DEAD] = { .sub = "running", .active = ACTIVE_ACTIVE,
				       .on_stop = path_on_stop },
	[PATH_FAILED - PATH_DEAD] = { .sub = "failed", .active = ACTIVE_FAILED },
};

static struct path_life *life(struct supervisor *s)
{
	return s->own;
}

static void unwatch_all(struct supervisor *s)
{
	for (size_t i = 0; i < life(s)->n; i++) {
		struct path_look *l = &life(s)->looks[i];

		loop_close(s, &l->inotify_fd);
		path_look_unwatch(l);
	}
}

static void enter_end(struct supervisor *s, enum service_result result)
{
	machine_merge_result(s, result);
	unwatch_all(s);
	machine_enter_end(s);
}

static void path_on_stop(struct supervisor *s, enum service_result result)
{
	enter_end(s, result);
}

static bool is_triggered_up(struct supervisor *s)
{
	struct record r;

	trigger_record(s, &r);
	return !active_state_is_down(r.active);
}

static void enter_running(struct supervisor *s, const char *path)
{
	const struct path_settings *v = &s->unit->path;
	struct trigger *t = s->trigger;
	struct strv variables = { 0 };
	pid_t pid = 0;

	/* A container that goes down starts nothing any more, and that is no failure. */
	if (manager_is_stopping(&s->place)) {
		return;
	}
	if (!trigger_is_allowed(&t->limit, v->trigger_limit_interval, v->trigger_limit_burst,
				clock_monotonic())) {
		say(s, DIAG_WARNING, "Trigger limit hit, refusing further activation.");
		enter_end(s, RESULT_TRIGGER_LIMIT_HIT);
		return;
	}
	if (path) {
		strv_add(&variables, &s->scratch, arena_printf(&s->scratch, "TRIGGER_PATH=%s", path));
	}
	unwatch_all(s);
	if (t->child == 0) {
		pid = !t->unit ? -ENOENT : trigger_start(s, t->unit->id, &variables);
	}
	if (pid < 0) {
		enter_end(s, RESULT_RESOURCES);
		return;
	}
	t->child = pid > 0 ? pid : t->child;
	if (s->state != PATH_RUNNING) {
		service_set_state(s, (enum service_state)PATH_RUNNING);
	}
}

/* The first path whose condition holds, or NULL. */
static const char *find_met(struct supervisor *s, bool initial, bool after_run)
{
	for (size_t i = 0; i < life(s)->n; i++) {
		if (path_look_is_met(&life(s)->looks[i], initial, after_run)) {
			return life(s)->looks[i].path;
		}
	}
	return NULL;
}

static int watch_all(struct supervisor *s)
{
	for (size_t i = 0; i < life(s)->n; i++) {
		struct path_look *l = &life(s)->looks[i];
		int r;

		loop_close(s, &l->inotify_fd);
		r = path_look_watch(l);
		if (r >= 0) {
			r = loop_watch(s, l->inotify_fd, SOURCE_MACHINE, (uint32_t)i);
		}
		if (r < 0) {
			say(s, DIAG_ERROR, "Failed to watch %s: %s", l->path, strerror(-r));
			return r;
		}
	}
	return 0;
}

static void enter_waiting(struct supervisor *s, bool initial, bool after_run)
{
	const char *met;

	if (is_triggered_up(s)) {
		unwatch_all(s);
		if (s->state != PATH_RUNNING) {
			service_set_state(s, (enum service_state)PATH_RUNNING);
		}
		return;
	}
	met = find_met(s, initial, after_run);
	if (!met && watch_all(s) < 0) {
		enter_end(s, RESULT_RESOURCES);
		return;
	}
	/* It may have come while it was not watched yet. */
	met = met ? met : find_met(s, false, after_run);
	if (met) {
		enter_running(s, met);
	} else if (s->state != PATH_WAITING) {
		service_set_state(s, (enum service_state)PATH_WAITING);
	}
}

static void make_looks(struct supervisor *s)
{
	const struct path_settings *v = &s->unit->path;

	s->own = arena_new(&s->arena, struct path_life);
	life(s)->looks = arena_new_n(&s->arena, struct path_look, v->n_watches);
	life(s)->n = v->n_watches;
	for (size_t i = 0; i < v->n_watches; i++) {
		/* The unit's own strings go when it is read anew. */
		life(s)->looks[i] = (struct path_look){
			.directive = v->watches[i].directive,
			.path = arena_strdup(&s->arena, v->watches[i].path),
			.inotify_fd = -1,
			.primary = -1,
		};
		if (v->make_directory && !streq(v->watches[i].directive, "PathExists") &&
		    !streq(v->watches[i].directive, "PathExistsGlob")) {
			int r = io_make_dirs(AT_FDCWD, v->watches[i].path, v->directory_mode);

			if (r < 0) {
				say(s, DIAG_WARNING, "Failed to make %s: %s", v->watches[i].path,
				    strerror(-r));
			}
		}
	}
}

static void path_start(struct supervisor *s)
{
	if (!s->trigger->unit || s->trigger->unit->load_state != UNIT_LOADED) {
		say(s, DIAG_ERROR, "Refusing to start, unit %s to trigger not loaded.",
		    str_or_empty(unit_triggered_name(s->unit, &s->scratch)));
		machine_refuse_start(s);
		return;
	}
	if (!machine_begin_start(s, PATH_FAILED)) {
		return;
	}
	make_looks(s);
	trigger_watch(s);
	enter_waiting(s, true, false);
}

static void path_stop(struct supervisor *s)
{
	if (machine_begin_stop(s)) {
		enter_end(s, RESULT_SUCCESS);
	}
}

static void path_ready(struct supervisor *s, uint32_t index)
{
	struct path_look *l = life(s) && index < life(s)->n ? &life(s)->looks[index] : NULL;
	int seen = l ? path_look_read(l) : 0;

	if (s->state != PATH_WAITING || seen == 0) {
		return;
	}
	if (seen == 2) {
		enter_running(s, l->path);
	} else {
		enter_waiting(s, false, false);
	}
}

static void path_triggered(struct supervisor *s, const struct record *r)
{
	if (s->state != PATH_WAITING && s->state != PATH_RUNNING) {
		return;
	}
	if (streq_null(r->result, "start-limit-hit") && active_state_is_down(r->active)) {
		enter_end(s, RESULT_UNIT_START_LIMIT_HIT);
		return;
	}
	if (s->trigger->child > 0) {
		return;
	}
	if (s->state == PATH_RUNNING && active_state_is_down(r->active)) {
		enter_waiting(s, false, true);
	} else if (s->state == PATH_WAITING && !active_state_is_down(r->active)) {
		unwatch_all(s);
		service_set_state(s, (enum service_state)PATH_RUNNING);
	}
}

static void path_child_ended(struct supervisor *s, pid_t pid, int code, int status)
{
	struct record r;

	if (pid != s->trigger->child) {
		return;
	}
	s->trigger->child = 0;
	trigger_record(s, &r);
	if (active_state_is_up(machine_row(s->state)->active) &&
	    trigger_was_refused(s, &r, code, status)) {
		enter_end(s, RESULT_UNIT_START_LIMIT_HIT);
	} else {
		path_triggered(s, &r);
	}
}

const struct machine machine_path = {
	.type = UNIT_PATH,
	.first = PATH_DEAD,
	.n = PATH_STATE_END - PATH_DEAD,
	.rows = rows,
	.dead = PATH_DEAD,
	.failed = PATH_FAILED,
	.started = "Started",
	.stopped = "Stopped",
	.start_failed = "Failed to start",
	.start = path_start,
	.stop = path_stop,
	.child_ended = path_child_ended,
	.ready = path_ready,
	.triggered = path_triggered,
};
