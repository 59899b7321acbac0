/* SPDX-License-Identifier: MIT */
#include "state/manager.h"
#include "supervisor/timer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/timerfd.h>

#include "base/diag.h"
#include "base/io.h"
#include "supervisor/trigger.h"

#define STAMP_DIR "/var/lib/systemd/timers"
#define USER_STAMP_DIR "/.local/share/systemd/timers"
#define NEVER ((time_t)1 << 40) /* a moment that the kernel takes and that does not come */
#define NEXT_ELAPSES_MAX 512

enum timer_source { TIMER_SOURCE_REALTIME, TIMER_SOURCE_TIMEZONE };

struct timer_life {
	struct arena arena; /* of the moments */
	struct timer_moment *moments;
	size_t n;
	int realtime_fd; /* timerfd of CLOCK_REALTIME, which also tells when the clock is set */
	int timezone_fd; /* inotify of /etc */
	char next_elapses[NEXT_ELAPSES_MAX];
};

static service_handler timer_on_stop;

#define ROW(state) [TIMER_##state - TIMER_DEAD]
static const struct service_row rows[TIMER_STATE_END - TIMER_DEAD] = {
	ROW(DEAD) = { .sub = "dead", .active = ACTIVE_INACTIVE },
	ROW(WAITING) = { .sub = "waiting", .active = ACTIVE_ACTIVE, .on_stop = timer_on_stop },
	ROW(RUNNING) = { .sub = "running", .active = ACTIVE_ACTIVE, .on_stop = timer_on_stop },
	ROW(ELAPSED) = { .sub = "elapsed", .active = ACTIVE_ACTIVE, .on_stop = timer_on_stop },
	ROW(FAILED) = { .sub = "failed", .active = ACTIVE_FAILED },
};

static struct timer_life *life(struct supervisor *s)
{
	return s->own;
}

static void set_state(struct supervisor *s, enum timer_state state)
{
	service_set_state(s, (enum service_state)state);
}

/* ---- the stamp of Persistent=yes ---- */

static const char *stamp_path(struct supervisor *s)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	struct arena *a = &s->scratch;

	if (!s->place.user_scope) {
		return arena_printf(a, STAMP_DIR "/stamp-%s", s->name);
	}
	return data && path_is_absolute(data)
		       ? arena_printf(a, "%s/systemd/timers/stamp-%s", data, s->name)
		       : arena_printf(a, "%s" USER_STAMP_DIR "/stamp-%s", str_or_empty(home), s->name);
}

static void write_stamp(struct supervisor *s, usec_t realtime)
{
	const char *path = stamp_path(s);
	struct timespec times[2];
	CLEANUP_CLOSE int fd = -1;

	io_make_dirs(AT_FDCWD, path_dirname(&s->scratch, path), 0755);
	fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, 0644);
	times[0] = times[1] = usec_to_timespec(realtime);
	if (fd < 0 || futimens(fd, times) < 0) {
		say(s, DIAG_WARNING, "Failed to write %s: %s", path, strerror(errno));
	}
}

static void read_stamp(struct supervisor *s)
{
	usec_t now = clock_realtime(), stamp;
	struct stat st;

	if (stat(stamp_path(s), &st) < 0) {
		write_stamp(s, now);
		return;
	}
	stamp = (usec_t)st.st_mtim.tv_sec * USEC_PER_SEC + (usec_t)st.st_mtim.tv_nsec / 1000;
	if (stamp < now) {
		s->record.last_trigger_realtime = stamp;
	} else {
		say(s, DIAG_WARNING, "Not using persistent file timestamp as it is in the future.");
	}
}

/* ---- when ---- */

static usec_t start_of_container(void)
{
	struct proc_stat st;
	long ticks = sysconf(_SC_CLK_TCK);

	return proc_read_stat(1, &st) < 0 || ticks <= 0
		       ? 0
		       : st.start_time * USEC_PER_SEC / (usec_t)ticks;
}

static struct timer_now now_of(struct supervisor *s, bool clock_was_set)
{
	const struct record *r = &s->record;
	bool is_up = active_state_is_up(machine_row(s->state)->active);
	usec_t realtime = clock_realtime(), monotonic = clock_monotonic();
	usec_t ended = s->unit->timer.defer_reactivation ? s->trigger->inactive_enter : 0;

	return (struct timer_now){
		.realtime = realtime,
		.monotonic = monotonic,
		.unit_ended_realtime = ended > 0 ? realtime - (monotonic - ended) : 0,
		.started_realtime = is_up ? r->inactive_exit_realtime : 0,
		.started_monotonic = is_up ? r->inactive_exit_monotonic : 0,
		.boot_monotonic = start_of_container(),
		.last_realtime = r->last_trigger_realtime,
		.last_monotonic = r->last_trigger_monotonic,
		.unit_inactive_exit = s->trigger->inactive_exit,
		.unit_inactive_enter = s->trigger->inactive_enter,
		.clock_was_set = clock_was_set,
	};
}

static usec_t delay_of(struct supervisor *s)
{
	const struct timer_settings *v = &s->unit->timer;

	if (!v->fixed_random_delay) {
		return clock_random_span(v->randomized_delay);
	}
	return v->randomized_delay > 0 && v->randomized_delay != USEC_INFINITY
		       ? place_hash_unit(s->name) % v->randomized_delay
		       : 0;
}

static void arm_realtime(struct supervisor *s, usec_t when)
{
	const struct timer_settings *v = &s->unit->timer;
	struct itimerspec spec = { .it_value.tv_sec = NEVER };
	struct timer_life *l = life(s);

	if (when == 0 && !v->on_clock_change && l->realtime_fd < 0) {
		return;
	}
	if (l->realtime_fd < 0) {
		l->realtime_fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
		loop_watch(s, l->realtime_fd, SOURCE_MACHINE, TIMER_SOURCE_REALTIME);
	}
	if (when > 0) {
		spec.it_value = usec_to_timespec(when);
	}
	/* Told once that the clock was set, the kernel wants to hear of the timer again. */
	for (int i = 0; i < 2; i++) {
		if (timerfd_settime(l->realtime_fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
				    &spec, NULL) == 0) {
			return;
		}
	}
}

static void disarm(struct supervisor *s)
{
	loop_set_deadline(s, DEADLINE_MACHINE, 0);
	loop_close(s, &life(s)->realtime_fd);
	s->record.next_elapse_realtime = 0;
	s->record.next_elapse_monotonic = 0;
}

static void note_next(struct supervisor *s)
{
	struct timer_life *l = life(s);
	size_t used = 0;

	l->next_elapses[0] = '\0';
	for (size_t i = 0; i < l->n && used + 24 < sizeof(l->next_elapses); i++) {
		used += (size_t)snprintf(l->next_elapses + used, sizeof(l->next_elapses) - used,
					 "%llu ", (unsigned long long)l->moments[i].next);
	}
	s->record.next_elapses = l->next_elapses;
}

/* ---- states ---- */

static void enter_end(struct supervisor *s, enum service_result result)
{
	machine_merge_result(s, result);
	disarm(s);
	loop_close(s, &life(s)->timezone_fd);
	machine_enter_end(s);
}

static void timer_on_stop(struct supervisor *s, enum service_result result)
{
	enter_end(s, result);
}

static void enter_elapsed(struct supervisor *s, bool stays)
{
	disarm(s);
	note_next(s);
	if (s->unit->timer.remain_after_elapse || stays) {
		set_state(s, TIMER_ELAPSED);
	} else {
		enter_end(s, RESULT_SUCCESS);
	}
}

static void wait_from(struct supervisor *s, const struct timer_now *now)
{
	const struct timer_settings *v = &s->unit->timer;
	struct timer_next next;

	timer_find_next(life(s)->moments, life(s)->n, now, &next);
	if (next.realtime == 0 && next.monotonic == 0 && !v->on_clock_change &&
	    !v->on_timezone_change) {
		enter_elapsed(s, next.stays);
		return;
	}
	if (next.monotonic > 0) {
		next.monotonic = usec_add(next.monotonic, delay_of(s));
	}
	if (next.realtime > 0) {
		next.realtime = usec_add(next.realtime, delay_of(s));
	}
	s->record.next_elapse_realtime = next.realtime;
	s->record.next_elapse_monotonic = next.monotonic;
	note_next(s);
	loop_set_deadline(s, DEADLINE_MACHINE, next.monotonic);
	arm_realtime(s, next.realtime);
	set_state(s, TIMER_WAITING);
}

static void enter_waiting(struct supervisor *s, bool clock_was_set)
{
	struct timer_now now = now_of(s, clock_was_set);

	wait_from(s, &now);
}

/* After a reload, systemd counts what is relative to the start from the reload (measured). */
static void arm_anew(struct supervisor *s)
{
	struct timer_now now = now_of(s, false);

	now.started_realtime = 0;
	now.started_monotonic = 0;
	wait_from(s, &now);
}

static void enter_running(struct supervisor *s)
{
	struct trigger *t = s->trigger;
	struct record *r = &s->record;
	struct arena *a = &s->scratch;
	struct strv variables = { 0 };
	pid_t pid = 0;

	/* A container that goes down starts nothing any more, and that is no failure. */
	if (manager_is_stopping(&s->place)) {
		disarm(s);
		return;
	}
	r->last_trigger_realtime = clock_realtime();
	r->last_trigger_monotonic = clock_monotonic();
	strv_add(&variables, a,
		 arena_printf(a, "TRIGGER_TIMER_REALTIME_USEC=%llu",
			      (unsigned long long)r->last_trigger_realtime));
	strv_add(&variables, a,
		 arena_printf(a, "TRIGGER_TIMER_MONOTONIC_USEC=%llu",
			      (unsigned long long)r->last_trigger_monotonic));
	if (t->child == 0) {
		pid = !t->unit ? -ENOENT : trigger_start(s, t->unit->id, &variables);
	}
	if (pid < 0) {
		enter_end(s, RESULT_RESOURCES);
		return;
	}
	t->child = pid > 0 ? pid : t->child;
	if (s->unit->timer.persistent) {
		write_stamp(s, r->last_trigger_realtime);
	}
	disarm(s);
	note_next(s);
	set_state(s, TIMER_RUNNING);
}

/* ---- events ---- */

static void watch_timezone(struct supervisor *s)
{
	int fd;

	if (!s->unit->timer.on_timezone_change) {
		return;
	}
	fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fd >= 0 && inotify_add_watch(fd, "/etc", IN_CREATE | IN_MOVED_TO) >= 0 &&
	    loop_watch(s, fd, SOURCE_MACHINE, TIMER_SOURCE_TIMEZONE) == 0) {
		life(s)->timezone_fd = fd;
	} else {
		say(s, DIAG_WARNING, "Failed to watch the time zone: %s", strerror(errno));
		macro_close(&fd);
	}
}

/* What the unit file says about when; what was before goes. */
static void make_moments(struct supervisor *s)
{
	const struct timer_settings *v = &s->unit->timer;
	struct timer_life *l = life(s);
	struct arena *a;

	if (!l) {
		l = arena_new(&s->arena, struct timer_life);
		l->realtime_fd = l->timezone_fd = -1;
		s->own = l;
	}
	a = &l->arena;
	arena_free(a);
	l->moments = arena_new_n(a, struct timer_moment, v->n_triggers + 1);
	l->n = v->n_triggers;
	for (size_t i = 0; i < v->n_triggers; i++) {
		struct calendar *calendar = NULL;

		if (v->triggers[i].calendar) {
			calendar = arena_new(a, struct calendar);
			calendar_parse(arena_strdup(a, v->triggers[i].calendar), a, calendar);
		}
		l->moments[i] = (struct timer_moment){
			.directive = arena_strdup(a, v->triggers[i].directive),
			.span = v->triggers[i].span,
			.calendar = calendar,
		};
	}
}

/* The files were read anew: what is waited for is what they say now, beginning now. */
static void timer_reread(struct supervisor *s)
{
	if (!life(s) || !active_state_is_up(machine_row(s->state)->active)) {
		return;
	}
	make_moments(s);
	loop_close(s, &life(s)->timezone_fd);
	watch_timezone(s);
	if (s->state == TIMER_WAITING) {
		disarm(s);
		arm_anew(s);
	}
}

static void timer_start(struct supervisor *s)
{
	if (!s->trigger->unit || s->trigger->unit->load_state != UNIT_LOADED) {
		say(s, DIAG_ERROR, "Refusing to start, unit %s to trigger not loaded.",
		    str_or_empty(unit_triggered_name(s->unit, &s->scratch)));
		machine_refuse_start(s);
		return;
	}
	if (!machine_begin_start(s, TIMER_FAILED)) {
		return;
	}
	make_moments(s);
	s->record.last_trigger_realtime = 0;
	s->record.last_trigger_monotonic = 0;
	if (s->unit->timer.persistent) {
		read_stamp(s);
	}
	watch_timezone(s);
	trigger_watch(s);
	enter_waiting(s, false);
}

static void timer_stop(struct supervisor *s)
{
	if (machine_begin_stop(s)) {
		enter_end(s, RESULT_SUCCESS);
	}
}

static void clock_was_set(struct supervisor *s)
{
	usec_t now = clock_realtime();

	if (s->unit->timer.on_clock_change) {
		enter_running(s);
		return;
	}
	if (s->record.last_trigger_realtime > now) {
		s->record.last_trigger_realtime = now;
	}
	enter_waiting(s, true);
}

static void realtime_ready(struct supervisor *s)
{
	uint64_t n;
	ssize_t got = read(life(s)->realtime_fd, &n, sizeof(n));
	bool was_set = got < 0 && errno == ECANCELED;

	if (s->state != TIMER_WAITING || (got < 0 && !was_set)) {
		return;
	}
	if (was_set) {
		clock_was_set(s);
	} else {
		enter_running(s);
	}
}

static void timezone_ready(struct supervisor *s)
{
	_Alignas(struct inotify_event) char buf[4096];
	bool has_changed = false;
	ssize_t n;

	while ((n = read(life(s)->timezone_fd, buf, sizeof(buf))) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *e = (const void *)(buf + at);

			has_changed = has_changed || (e->len > 0 && streq(e->name, "localtime"));
			at += (ssize_t)(sizeof(*e) + e->len);
		}
	}
	if (has_changed && s->state == TIMER_WAITING) {
		enter_running(s);
	}
}

static void timer_ready(struct supervisor *s, uint32_t index)
{
	if (!life(s)) {
		return;
	}
	if (index == TIMER_SOURCE_REALTIME && life(s)->realtime_fd >= 0) {
		realtime_ready(s);
	} else if (index == TIMER_SOURCE_TIMEZONE && life(s)->timezone_fd >= 0) {
		timezone_ready(s);
	} else if (index == MACHINE_TIME_UP && s->state == TIMER_WAITING) {
		enter_running(s);
	}
}

static void timer_triggered(struct supervisor *s, const struct record *r)
{
	bool is_running = s->state == TIMER_RUNNING;

	if (!active_state_is_up(machine_row(s->state)->active)) {
		return;
	}
	timer_enable_moments(life(s)->moments, life(s)->n, true);
	if (!is_running || (s->trigger->child == 0 && active_state_is_down(r->active))) {
		enter_waiting(s, false);
	}
}

static void timer_child_ended(struct supervisor *s, pid_t pid, int code, int status)
{
	struct record r;

	if (pid != s->trigger->child) {
		return;
	}
	s->trigger->child = 0;
	trigger_record(s, &r);
	timer_triggered(s, &r);
}

const struct machine machine_timer = {
	.type = UNIT_TIMER,
	.first = TIMER_DEAD,
	.n = TIMER_STATE_END - TIMER_DEAD,
	.rows = rows,
	.dead = TIMER_DEAD,
	.failed = TIMER_FAILED,
	.started = "Started",
	.stopped = "Stopped",
	.start_failed = "Failed to start",
	.start = timer_start,
	.stop = timer_stop,
	.child_ended = timer_child_ended,
	.ready = timer_ready,
	.triggered = timer_triggered,
	.reread = timer_reread,
};
