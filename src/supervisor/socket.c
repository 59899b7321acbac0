/* SPDX-License-Identifier: MIT */
#include "state/manager.h"
#include "supervisor/socket.h"

#include <signal.h>
#include <sys/epoll.h>

#include "base/diag.h"

static service_handler on_start_pre_done, on_start_post_done, on_stop_pre_done, on_ended;
static service_handler on_start_pre_time, on_start_post_time, on_stop_pre_time;
static service_handler on_stop_pre_kill_time, on_stop_post_time, on_final_time;
static service_handler on_start_pre_stop;

#define ROW(state) [SOCKET_##state - SOCKET_DEAD]
static const struct service_row rows[SOCKET_STATE_END - SOCKET_DEAD] = {
	ROW(DEAD) = { .sub = "dead", .active = ACTIVE_INACTIVE },
	ROW(START_PRE) = { .sub = "start-pre", .active = ACTIVE_ACTIVATING,
			   .on_control = on_start_pre_done, .on_time = on_start_pre_time,
			   .on_stop = on_start_pre_stop },
	ROW(START_POST) = { .sub = "start-post", .active = ACTIVE_ACTIVATING,
			    .on_control = on_start_post_done, .on_time = on_start_post_time,
			    .on_stop = socket_enter_stop_pre },
	ROW(LISTENING) = { .sub = "listening", .active = ACTIVE_ACTIVE,
			   .on_stop = socket_enter_stop_pre },
	ROW(RUNNING) = { .sub = "running", .active = ACTIVE_ACTIVE,
			 .on_stop = socket_enter_stop_pre },
	ROW(STOP_PRE) = { .sub = "stop-pre", .active = ACTIVE_DEACTIVATING,
			  .on_control = on_stop_pre_done, .on_time = on_stop_pre_time },
	ROW(STOP_PRE_SIGTERM) = { .sub = "stop-pre-sigterm", .active = ACTIVE_DEACTIVATING,
				  .on_control = on_stop_pre_done,
				  .on_time = on_stop_pre_kill_time },
	ROW(STOP_PRE_SIGKILL) = { .sub = "stop-pre-sigkill", .active = ACTIVE_DEACTIVATING,
				  .on_control = on_stop_pre_done,
				  .on_time = socket_enter_stop_post },
	ROW(STOP_POST) = { .sub = "stop-post", .active = ACTIVE_DEACTIVATING,
			   .on_control = on_ended, .on_time = on_stop_post_time },
	ROW(FINAL_SIGTERM) = { .sub = "final-sigterm", .active = ACTIVE_DEACTIVATING,
			       .on_control = on_ended, .on_time = on_final_time },
	ROW(FINAL_SIGKILL) = { .sub = "final-sigkill", .active = ACTIVE_DEACTIVATING,
			       .on_control = on_ended, .on_time = on_ended },
	ROW(FAILED) = { .sub = "failed", .active = ACTIVE_FAILED },
};

static bool has_sockets(enum socket_state state)
{
	return state >= SOCKET_START_PRE && state <= SOCKET_STOP_PRE_SIGKILL;
}

/* Polls for traffic, or does not. */
static void poll_all(struct supervisor *s, bool on)
{
	for (size_t i = 0; i < socket_life(s)->n; i++) {
		const struct socket_fd *f = &socket_life(s)->fds[i];

		if (f->fd < 0) {
			continue;
		}
		epoll_ctl(s->epoll_fd, EPOLL_CTL_DEL, f->fd, NULL);
		if (on) {
			loop_watch(s, f->fd, SOURCE_MACHINE, (uint32_t)i);
		}
	}
}

void socket_set_state(struct supervisor *s, enum socket_state state)
{
	/* As with systemd, what counts is how often it is looked at from one activation to the next. */
	for (size_t i = 0; i < socket_life(s)->n; i++) {
		socket_life(s)->fds[i].poll_limit = (struct trigger_limit){0};
	}
	poll_all(s, state == SOCKET_LISTENING);
	if (!has_sockets(state)) {
		socket_close_all(s);
	}
	service_set_state(s, (enum service_state)state);
}

/* ---- the way up ---- */

static void make_life(struct supervisor *s)
{
	const struct socket_settings *v = &s->unit->socket;
	struct socket_life *l = arena_new(&s->arena, struct socket_life);

	l->n = v->n_ports;
	l->fds = arena_new_n(&s->arena, struct socket_fd, v->n_ports + 1);
	/* The unit's own strings go when it is read anew. */
	for (size_t i = 0; i < l->n; i++) {
		l->fds[i] = (struct socket_fd){
			.directive = v->ports[i].directive,
			.address = arena_strdup(&s->arena, v->ports[i].address),
			.fd = -1,
		};
	}
	l->fd_name = arena_strdup(&s->arena, v->fd_name ? v->fd_name : s->name);
	s->own = l;
}

/* The service that gets the sockets has to be there, and must not be running without them. */
static bool may_start(struct supervisor *s)
{
	const struct unit *service = s->trigger->unit;
	struct record r;

	if (s->unit->socket.accept) {
		return true;
	}
	if (!service || service->load_state != UNIT_LOADED) {
		say(s, DIAG_ERROR, "Socket service %s not loaded, refusing.",
		    str_or_empty(unit_triggered_name(s->unit, &s->scratch)));
		return false;
	}
	trigger_record(s, &r);
	if (!active_state_is_down(r.active) && !streq(r.sub, "auto-restart")) {
		say(s, DIAG_ERROR, "Socket service %s already active, refusing.", service->id);
		return false;
	}
	return true;
}

static void socket_start(struct supervisor *s)
{
	int r;

	if (!may_start(s)) {
		machine_refuse_start(s);
		return;
	}
	if (!machine_begin_start(s, SOCKET_FAILED)) {
		return;
	}
	s->record.n_accepted = s->record.n_connections = s->record.n_refused = 0;
	make_life(s);
	trigger_watch(s);
	r = socket_run(s, &s->unit->socket.start_pre, SOCKET_START_PRE);
	if (r == 0) {
		socket_enter_start(s);
	} else if (r < 0) {
		socket_enter_signal(s, SOCKET_FINAL_SIGTERM, RESULT_RESOURCES);
	}
}

void socket_enter_start(struct supervisor *s)
{
	int r = socket_open_all(s);

	if (r == 0) {
		r = socket_run(s, &s->unit->socket.start_post, SOCKET_START_POST);
	}
	if (r == 0) {
		socket_enter_listening(s);
	} else if (r < 0) {
		socket_enter_stop_pre(s, RESULT_RESOURCES);
	}
}

void socket_enter_listening(struct supervisor *s)
{
	const struct socket_settings *v = &s->unit->socket;

	for (size_t i = 0; v->flush_pending && !v->accept && i < socket_life(s)->n; i++) {
		socket_flush(&socket_life(s)->fds[i]);
	}
	service_arm(s, 0);
	socket_set_state(s, SOCKET_LISTENING);
}

/* ---- traffic ---- */

static void enter_running(struct supervisor *s)
{
	struct trigger *t = s->trigger;
	struct record r;
	pid_t pid = 0;

	trigger_record(s, &r);
	if (!t->unit) {
		socket_enter_stop_pre(s, RESULT_RESOURCES);
		return;
	}
	if (t->child == 0 && !active_state_is_up(r.active) && r.active != ACTIVE_ACTIVATING) {
		pid = trigger_start(s, t->unit->id, NULL);
	}
	if (pid < 0) {
		socket_enter_stop_pre(s, RESULT_RESOURCES);
		return;
	}
	t->child = pid > 0 ? pid : t->child;
	socket_set_state(s, SOCKET_RUNNING);
}

/* Nobody looks at it, and those who connect wait. */
static void pause_until(struct supervisor *s, const struct socket_fd *f, usec_t until)
{
	usec_t pending = s->deadlines[DEADLINE_MACHINE];

	epoll_ctl(s->epoll_fd, EPOLL_CTL_DEL, f->fd, NULL);
	if (until < USEC_INFINITY && (pending == 0 || until < pending)) {
		loop_set_deadline(s, DEADLINE_MACHINE, until + 1);
	}
}

static void socket_ready(struct supervisor *s, uint32_t index)
{
	const struct socket_settings *v = &s->unit->socket;
	usec_t now = clock_monotonic();
	struct socket_fd *f;

	if (index == MACHINE_TIME_UP) {
		/* The end of a pause: one that still lasts begins anew. */
		poll_all(s, s->state == SOCKET_LISTENING);
		return;
	}
	if (index >= SOCKET_FIRST_INSTANCE) {
		socket_instance_ready(s, index - SOCKET_FIRST_INSTANCE);
		return;
	}
	if (s->state != SOCKET_LISTENING || index >= socket_life(s)->n) {
		return;
	}
	f = &socket_life(s)->fds[index];
	/* A container that goes down starts nothing any more, and that is no failure. */
	if (manager_is_stopping(&s->place)) {
		poll_all(s, false);
		return;
	}
	if (!trigger_is_allowed(&f->poll_limit, v->poll_limit_interval, v->poll_limit_burst, now)) {
		pause_until(s, f, usec_add(f->poll_limit.begin, v->poll_limit_interval));
		return;
	}
	if (!trigger_is_allowed(&s->trigger->limit, v->trigger_limit_interval,
				v->trigger_limit_burst, now)) {
		say(s, DIAG_WARNING, "Trigger limit hit, refusing further activation.");
		socket_enter_stop_pre(s, RESULT_TRIGGER_LIMIT_HIT);
	} else if (v->accept) {
		socket_accept(s, f);
	} else {
		enter_running(s);
	}
}

/* States of a service in which it has given the sockets back, or will not look at them any more. */
static bool is_service_over(const struct record *r)
{
	return active_state_is_down(r->active) || streq(r->sub, "auto-restart") ||
	       streq(r->sub, "final-sigterm") || streq(r->sub, "final-sigkill");
}

static void socket_triggered(struct supervisor *s, const struct record *r)
{
	bool is_known = s->state == SOCKET_RUNNING || s->state == SOCKET_LISTENING;

	if (!is_known || s->trigger->child > 0) {
		return;
	}
	if (r->active == ACTIVE_FAILED && streq_null(r->result, "start-limit-hit")) {
		socket_enter_stop_pre(s, RESULT_SERVICE_START_LIMIT_HIT);
	} else if (is_service_over(r)) {
		if (s->state == SOCKET_RUNNING) {
			socket_enter_listening(s);
		}
	} else if (streq(r->sub, "running") && s->state == SOCKET_LISTENING) {
		socket_set_state(s, SOCKET_RUNNING);
	}
}

static void trigger_ended(struct supervisor *s, int code, int status)
{
	struct record r;

	s->trigger->child = 0;
	trigger_record(s, &r);
	if (s->state != SOCKET_RUNNING && s->state != SOCKET_LISTENING) {
		return;
	}
	if (trigger_was_refused(s, &r, code, status)) {
		socket_enter_stop_pre(s, RESULT_SERVICE_START_LIMIT_HIT);
	} else if (trigger_was_impossible(&r, code, status)) {
		say(s, DIAG_WARNING, "Failed to queue service startup job.");
		socket_enter_stop_pre(s, RESULT_RESOURCES);
	} else {
		socket_triggered(s, &r);
	}
}

static void socket_child_ended(struct supervisor *s, pid_t pid, int code, int status)
{
	if (pid == s->control.pid) {
		socket_control_ended(s, code, status);
	} else if (pid == s->trigger->child) {
		trigger_ended(s, code, status);
	} else if (s->own) {
		socket_instance_child_ended(s, pid, code, status);
	}
}

/* ---- the way down ---- */

static void socket_stop(struct supervisor *s)
{
	service_handler *handler = machine_row(s->state)->on_stop;

	if (machine_begin_stop(s) && handler) {
		handler(s, RESULT_SUCCESS);
	}
}

void socket_enter_stop_pre(struct supervisor *s, enum service_result result)
{
	int r;

	if (s->control.pid > 0) {
		socket_enter_signal(s, SOCKET_STOP_PRE_SIGTERM, result);
		return;
	}
	machine_merge_result(s, result);
	r = socket_run(s, &s->unit->socket.stop_pre, SOCKET_STOP_PRE);
	if (r <= 0) {
		socket_enter_stop_post(s, r < 0 ? RESULT_RESOURCES : RESULT_SUCCESS);
	}
}

void socket_enter_stop_post(struct supervisor *s, enum service_result result)
{
	int r;

	machine_merge_result(s, result);
	socket_close_all(s);
	r = socket_run(s, &s->unit->socket.stop_post, SOCKET_STOP_POST);
	if (r <= 0) {
		socket_enter_signal(s, SOCKET_FINAL_SIGTERM,
				    r < 0 ? RESULT_RESOURCES : RESULT_SUCCESS);
	}
}

static void enter_end(struct supervisor *s)
{
	service_kill_control(s);
	socket_drop_instances(s);
	socket_close_all(s);
	machine_enter_end(s);
}

void socket_enter_signal(struct supervisor *s, enum socket_state state, enum service_result result)
{
	bool is_final = state == SOCKET_FINAL_SIGTERM || state == SOCKET_FINAL_SIGKILL;
	bool is_last = state == SOCKET_STOP_PRE_SIGKILL || state == SOCKET_FINAL_SIGKILL;

	machine_merge_result(s, result);
	if (s->control.pid > 0 &&
	    kill(s->control.pid, is_last ? SIGKILL : s->unit->kill.signal) == 0) {
		if (!is_last) {
			kill(s->control.pid, SIGCONT);
		}
		service_arm(s, s->unit->socket.timeout);
		socket_set_state(s, state);
	} else if (is_final) {
		enter_end(s);
	} else {
		socket_enter_stop_post(s, RESULT_SUCCESS);
	}
}

/* ---- rows ---- */

static void on_start_pre_done(struct supervisor *s, enum service_result result)
{
	if (result == RESULT_SUCCESS) {
		socket_enter_start(s);
	} else {
		socket_enter_signal(s, SOCKET_FINAL_SIGTERM, result);
	}
}

static void on_start_post_done(struct supervisor *s, enum service_result result)
{
	if (result == RESULT_SUCCESS) {
		socket_enter_listening(s);
	} else {
		socket_enter_stop_pre(s, result);
	}
}

static void on_stop_pre_done(struct supervisor *s, enum service_result result)
{
	socket_enter_stop_post(s, result);
}

static void on_ended(struct supervisor *s, enum service_result result)
{
	machine_merge_result(s, result);
	enter_end(s);
}

static void say_time(struct supervisor *s, const char *what)
{
	say(s, DIAG_WARNING, "%s timed out. Terminating.", what);
}

static void on_start_pre_time(struct supervisor *s, enum service_result result)
{
	say_time(s, "Starting");
	socket_enter_signal(s, SOCKET_FINAL_SIGTERM, result);
}

static void on_start_post_time(struct supervisor *s, enum service_result result)
{
	say_time(s, "Starting");
	socket_enter_stop_pre(s, result);
}

static void on_stop_pre_time(struct supervisor *s, enum service_result result)
{
	say_time(s, "Stopping");
	socket_enter_signal(s, SOCKET_STOP_PRE_SIGTERM, result);
}

static void on_stop_pre_kill_time(struct supervisor *s, enum service_result result)
{
	say_time(s, "Stopping");
	socket_enter_signal(s, SOCKET_STOP_PRE_SIGKILL, result);
}

static void on_stop_post_time(struct supervisor *s, enum service_result result)
{
	say_time(s, "Stopping");
	socket_enter_signal(s, SOCKET_FINAL_SIGTERM, result);
}

static void on_final_time(struct supervisor *s, enum service_result result)
{
	say_time(s, "Stopping");
	socket_enter_signal(s, SOCKET_FINAL_SIGKILL, result);
}

static void on_start_pre_stop(struct supervisor *s, enum service_result result)
{
	socket_enter_signal(s, SOCKET_FINAL_SIGTERM, result);
}

const struct machine machine_socket = {
	.type = UNIT_SOCKET,
	.first = SOCKET_DEAD,
	.n = SOCKET_STATE_END - SOCKET_DEAD,
	.rows = rows,
	.dead = SOCKET_DEAD,
	.failed = SOCKET_FAILED,
	.started = "Listening on",
	.stopped = "Closed",
	.start_failed = "Failed to listen on",
	.start = socket_start,
	.stop = socket_stop,
	.child_ended = socket_child_ended,
	.ready = socket_ready,
	.give_fds = socket_give_fds,
	.triggered = socket_triggered,
};
