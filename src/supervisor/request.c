/* SPDX-License-Identifier: MIT */

/* People who ask: connections to the control socket, one request each at a time. */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/io.h"
#include "base/signals.h"
#include "log/target.h"
#include "supervisor/machine.h"
#include "supervisor/request.h"
#include "supervisor/tree.h"

/* Where there is no room, people wait before the door. */
static void set_accepting(struct supervisor *s, bool accepting)
{
	struct epoll_event e = {
		.events = accepting ? EPOLLIN : 0,
		.data.u64 = SOURCE_CONTROL,
	};

	epoll_ctl(s->epoll_fd, EPOLL_CTL_MOD, s->control_fd, &e);
}

static void connection_close(struct supervisor *s, struct connection *c)
{
	loop_close(s, &c->fd);
	*c = (struct connection){.fd = -1};
	set_accepting(s, true);
}

void request_watch(struct supervisor *s, struct connection *c, bool reading)
{
	struct epoll_event e = {
		.events = reading ? EPOLLIN : 0,
		.data.u64 = SOURCE_CONNECTION | (uint64_t)(c - s->connections) << 32,
	};

	epoll_ctl(s->epoll_fd, EPOLL_CTL_MOD, c->fd, &e);
}

void request_answer(struct supervisor *s, struct connection *c, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (c->request != REQUEST_NONE) {
		c->request = REQUEST_NONE;
		c->begun = false;
		request_watch(s, c, true);
	}
	/* Who does not read has no right to keep us waiting. */
	if (control_send(c->fd, text, NULL, 0) < 0) {
		connection_close(s, c);
	}
}

static void request_run(struct supervisor *s, struct connection *c, const char *text);

static bool peer_is_inside(struct supervisor *s, int fd)
{
	struct ucred peer;
	socklen_t n = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) == 0 && peer.pid > 0 &&
	       tree_has(s, peer.pid);
}

static void connection_add(struct supervisor *s, int fd, bool is_inside, const char *first)
{
	for (uint32_t i = 0; i < CONNECTION_MAX; i++) {
		struct connection *c = &s->connections[i];

		if (!request_is_free(c)) {
			continue;
		}
		io_set_nonblock(fd, true);
		*c = (struct connection){.fd = fd, .is_new = true, .is_inside = is_inside};
		if (loop_watch(s, fd, SOURCE_CONNECTION, i) < 0) {
			connection_close(s, c);
			return;
		}
		if (first && first[0]) {
			request_run(s, c, first);
		} else {
			request_receive(s, i);
		}
		return;
	}
	control_send(fd, "error 11", NULL, 0);
	close(fd);
}

void request_adopt(struct supervisor *s, int fd, const char *first)
{
	connection_add(s, fd, false, first);
}

static bool has_room(const struct supervisor *s)
{
	for (size_t i = 0; i < CONNECTION_MAX; i++) {
		if (request_is_free(&s->connections[i])) {
			return true;
		}
	}
	return false;
}

void request_resume(struct supervisor *s)
{
	if (s->control_fd >= 0 && has_room(s)) {
		set_accepting(s, true);
	}
}

/* Whoever knocks while there is no memory for a connection would wake us without end. */
static void accept_later(struct supervisor *s)
{
	usec_t when = usec_add(clock_monotonic(), USEC_PER_SEC);
	usec_t *deadline = &s->deadlines[DEADLINE_RESCAN];

	set_accepting(s, false);
	loop_set_deadline(s, DEADLINE_RESCAN, *deadline > 0 && *deadline < when ? *deadline : when);
}

/* An unread packet would take the answer with it when the connection is closed. */
static void refuse(struct supervisor *s, int fd)
{
	char *text = arena_alloc(&s->scratch, CONTROL_MESSAGE_MAX);

	(void)control_receive(fd, text, NULL, 0, NULL);
	control_send(fd, "error 24", NULL, 0);
	close(fd);
}

void request_accept(struct supervisor *s)
{
	while (has_room(s)) {
		bool is_full;
		int fd = loop_accept(s, s->control_fd, SOCK_NONBLOCK, &is_full);

		if (fd == -EMFILE || fd == -ENFILE || fd == -ENOMEM || fd == -ENOBUFS) {
			accept_later(s);
		}
		if (fd < 0) {
			return;
		}
		if (is_full) {
			refuse(s, fd);
			continue;
		}
		if (!control_peer_is_trusted(fd)) {
			close(fd);
			continue;
		}
		connection_add(s, fd, peer_is_inside(s, fd), NULL);
	}
	set_accepting(s, false);
}

/* ---- requests that are answered at once ---- */

static void do_kill(struct supervisor *s, struct connection *c, struct strv *words)
{
	const char *whom = words->n > 1 ? words->v[1] : "";
	int sig = words->n > 2 ? signals_parse(words->v[2]) : -EINVAL;
	bool main = str_has_prefix(whom, "main");
	bool control = str_has_prefix(whom, "control");
	int64_t value = 0;
	size_t n = 0;

	if (sig < 0 || (!main && !control && !str_has_prefix(whom, "all")) ||
	    (words->n > 3 && str_to_i64(words->v[3], &value) < 0)) {
		request_answer(s, c, "error %d", EINVAL);
		return;
	}
	if (main || control) {
		const struct proc_id *id = main ? &s->main : &s->control;
		union sigval v = { .sival_int = (int)value };

		if (id->pid == 0) {
			request_answer(s, c, "error %d", ESRCH);
			return;
		}
		if (words->n > 3) {
			n = proc_id_is_alive(id) && sigqueue(id->pid, sig, v) == 0;
		} else {
			n = proc_id_kill(id, sig) == 0;
		}
	} else {
		n = tree_signal_all(s, sig);
	}
	request_answer(s, c, "done %zu", n);
}

static void do_freeze(struct supervisor *s, struct connection *c, struct strv *words)
{
	if (!active_state_is_up(service_state_active(s->state))) {
		request_answer(s, c, "error %d", EHOSTDOWN);
		return;
	}
	tree_signal_all(s, SIGSTOP);
	s->record.frozen = true;
	publish(s);
	request_answer(s, c, "done");
}

static void do_thaw(struct supervisor *s, struct connection *c, struct strv *words)
{
	tree_signal_all(s, SIGCONT);
	s->record.frozen = false;
	publish(s);
	request_answer(s, c, "done");
}

static void do_reset_failed(struct supervisor *s, struct connection *c, struct strv *words)
{
	s->start_times[0] = '\0';
	s->record.n_restarts = 0;
	s->result = RESULT_SUCCESS;
	s->reload_result = RESULT_SUCCESS;
	if (s->state == s->machine->failed) {
		service_set_state(s, s->machine->dead);
	} else {
		publish(s);
	}
	request_answer(s, c, "done");
}

/*
 * The files of a service are gone, and that was announced: what runs goes on and can be stopped, but
 * no command is run for it any more, and it does not come back.
 */
static void forget_files(struct supervisor *s)
{
	for (size_t i = 0; i < SERVICE_COMMAND_MAX; i++) {
		s->unit->service.commands[i].n = 0;
	}
	s->unit->load_state = UNIT_NOT_FOUND;
	s->unit->service.restart = RESTART_NO;
	s->unit->fragment_path = NULL;
	s->unit->mtime = 0;
}

static void do_reread(struct supervisor *s, struct connection *c, struct strv *words)
{
	int r = supervisor_load(s);

	if (r == -ENOENT && s->unit->type == UNIT_SERVICE) {
		forget_files(s);
		r = 0;
	}
	if (r < 0) {
		request_answer(s, c, "error %d", -r);
		return;
	}
	log_writer_configure(&s->log, &s->place, s->name, s->is_booted);
	if (s->machine->reread) {
		s->machine->reread(s);
	}
	publish(s);
	request_answer(s, c, "done");
}

static void do_ping(struct supervisor *s, struct connection *c, struct strv *words)
{
	request_answer(s, c, "done");
}

static void do_fds(struct supervisor *s, struct connection *c, struct strv *words)
{
	if (s->machine->give_fds && words->n > 1) {
		s->machine->give_fds(s, (uint32_t)(c - s->connections), words->v[1]);
	} else {
		request_answer(s, c, "error %d", EINVAL);
	}
}

void request_answer_fds(struct supervisor *s, uint32_t connection, const char *text, const int *fds,
			size_t n)
{
	struct connection *c = &s->connections[connection];

	if (control_send(c->fd, text, fds, n) < 0) {
		connection_close(s, c);
	}
}

int request_detach(struct supervisor *s, uint32_t connection)
{
	struct connection *c = &s->connections[connection];
	int fd = c->fd;

	epoll_ctl(s->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	*c = (struct connection){.fd = -1};
	set_accepting(s, true);
	return fd;
}

static void do_cancel(struct supervisor *s, struct connection *c, struct strv *words)
{
	request_cancel_all(s);
	request_answer(s, c, "done");
}

/* ---- requests that take their time ---- */

static void do_start(struct supervisor *s, struct connection *c, struct strv *words)
{
	c->holding = false;
	c->request = REQUEST_START;
	c->begun = false;
}

static void do_stop(struct supervisor *s, struct connection *c, struct strv *words)
{
	c->restarting = words->n > 1 && streq(words->v[1], "restarting");
	c->request = REQUEST_STOP;
	c->begun = false;
}

static void do_reload(struct supervisor *s, struct connection *c, struct strv *words)
{
	c->request = REQUEST_RELOAD;
	c->begun = false;
}

/* Few: they are tried in this order. */
static const struct request_row {
	const char *name;
	void (*run)(struct supervisor *s, struct connection *c, struct strv *words);
} request_rows[] = {
	{ "start", do_start },   {"stop", do_stop},
	{ "reload", do_reload }, { "kill", do_kill },
	{ "freeze", do_freeze }, { "thaw", do_thaw },
	{ "reread", do_reread }, { "reset-failed", do_reset_failed },
	{ "ping", do_ping },     { "fds", do_fds },
	{ "cancel", do_cancel },
};

static void request_run(struct supervisor *s, struct connection *c, const char *text)
{
	struct strv words = {0};

	c->is_new = false;
	strv_split(&words, &s->scratch, text, " ");
	for (size_t i = 0; words.n > 0 && i < ARRAY_SIZE(request_rows); i++) {
		if (streq(request_rows[i].name, words.v[0])) {
			request_rows[i].run(s, c, &words);
			if (c->fd >= 0 && c->request != REQUEST_NONE) {
				request_watch(s, c, false);
			}
			return;
		}
	}
	request_answer(s, c, "error %d", EINVAL);
}

void request_receive(struct supervisor *s, uint32_t index)
{
	struct connection *c = &s->connections[index];
	char *text;
	ssize_t n;

	if (index >= CONNECTION_MAX || request_is_free(c)) {
		return;
	}
	if (c->request != REQUEST_NONE) {
		/* Only the end of the connection wakes us here. What it asked for goes on. */
		connection_close(s, c);
		return;
	}
	text = arena_alloc(&s->scratch, CONTROL_MESSAGE_MAX);
	n = control_receive(c->fd, text, NULL, 0, NULL);
	if (n == -EAGAIN) {
		return;
	}
	if (n <= 0) {
		connection_close(s, c);
		return;
	}
	request_run(s, c, text);
}
