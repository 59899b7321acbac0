/* SPDX-License-Identifier: MIT */

/* Accept=yes: one service for each connection. And the hand-over of descriptors to services. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include "base/diag.h"
#include "supervisor/request.h"
#include "supervisor/socket.h"
#include "supervisor/trigger.h"

#define PASSED_MAX 253 /* what the kernel takes in one message */

static void drop_instance(struct supervisor *s, struct socket_instance *i)
{
	loop_close(s, &i->held_fd);
	macro_close(&i->fd);
	free(i->name);
	*i = (struct socket_instance){ .fd = -1, .held_fd = -1 };
	s->record.n_connections--;
	if (!s->must_exit) {
		publish(s);
	}
}

void socket_drop_instances(struct supervisor *s)
{
	struct socket_life *l = socket_life(s);

	for (size_t i = 0; l && i < l->n_places; i++) {
		if (l->instances[i].name) {
			drop_instance(s, &l->instances[i]);
		}
	}
}

static struct socket_instance *find_place(struct socket_life *l)
{
	size_t n = l->n_places;
	struct socket_instance *grown;

	for (size_t i = 0; i < n; i++) {
		if (!l->instances[i].name) {
			return &l->instances[i];
		}
	}
	grown = reallocarray(l->instances, n + 16, sizeof(*grown));
	if (!grown) {
		return NULL;
	}
	for (size_t i = n; i < n + 16; i++) {
		grown[i] = (struct socket_instance){ .fd = -1, .held_fd = -1 };
	}
	l->instances = grown;
	l->n_places = n + 16;
	return &l->instances[n];
}

static unsigned count_peer(const struct socket_life *l, const char *peer)
{
	unsigned n = 0;

	for (size_t i = 0; i < l->n_places; i++) {
		n += l->instances[i].name && streq(l->instances[i].peer, peer);
	}
	return n;
}

/* False if the connection has to be refused. */
static bool has_room(struct supervisor *s, const char *peer)
{
	const struct socket_settings *v = &s->unit->socket;
	bool has_room = true;

	if (s->record.n_connections >= v->max_connections) {
		say(s, DIAG_WARNING, "Too many incoming connections (%u), dropping connection.",
		    s->record.n_connections);
		has_room = false;
	} else if (v->max_connections_per_source > 0 && peer[0] &&
		   count_peer(socket_life(s), peer) >= v->max_connections_per_source) {
		say(s, DIAG_WARNING,
		    "Too many incoming connections (%u) from source %s, dropping connection.",
		    v->max_connections_per_source, peer);
		has_room = false;
	}
	if (!has_room) {
		s->record.n_refused++;
		publish(s);
	}
	return has_room;
}

static void start_instance(struct supervisor *s, int fd, const char *name, const char *peer)
{
	struct socket_instance *i = find_place(socket_life(s));
	pid_t pid = i ? trigger_start(s, name, NULL) : -ENOMEM;

	if (pid < 0) {
		close(fd);
		socket_enter_stop_pre(s, RESULT_RESOURCES);
		return;
	}
	i->name = strdup(name);
	i->fd = fd;
	i->child = pid;
	snprintf(i->peer, sizeof(i->peer), "%s", peer);
	s->record.n_accepted++;
	s->record.n_connections++;
	publish(s);
}

void socket_accept(struct supervisor *s, const struct socket_fd *f)
{
	const char *prefix = name_prefix(&s->scratch, s->name), *instance;
	bool is_full;
	CLEANUP_CLOSE int fd = loop_accept(s, f->fd, 0, &is_full);
	char peer[64];

	if (fd < 0) {
		return;
	}
	if (is_full) {
		say(s, DIAG_WARNING, "Too many open files, dropping connection.");
		s->record.n_refused++;
		return;
	}
	instance = socket_instance_name(fd, s->record.n_accepted, peer, &s->scratch);
	if (!instance || !has_room(s, peer)) {
		return;
	}
	start_instance(s, TAKE_FD(fd),
		       arena_printf(&s->scratch, "%s@%s.service", prefix, instance), peer);
}

void socket_instance_ready(struct supervisor *s, uint32_t place)
{
	struct socket_life *l = socket_life(s);

	if (l && place < l->n_places && l->instances[place].name) {
		drop_instance(s, &l->instances[place]);
	}
}

bool socket_instance_child_ended(struct supervisor *s, pid_t pid, int code, int status)
{
	static const struct record down = { .active = ACTIVE_INACTIVE };
	struct socket_life *l = socket_life(s);

	for (size_t n = 0; n < l->n_places; n++) {
		struct socket_instance *i = &l->instances[n];

		if (!i->name || i->child != pid) {
			continue;
		}
		i->child = 0;
		if (i->held_fd >= 0) {
			return true;
		}
		/* Nobody came to take the connection. */
		drop_instance(s, i);
		if (trigger_was_impossible(&down, code, status)) {
			say(s, DIAG_WARNING,
			    "Failed to queue service startup job (Maybe the service file is missing or not a "
			    "template unit?)");
			socket_enter_stop_pre(s, RESULT_RESOURCES);
		}
		return true;
	}
	return false;
}

/* ---- the request "fds UNIT" ---- */

static struct socket_instance *find_instance(struct socket_life *l, const char *unit)
{
	for (size_t i = 0; i < l->n_places; i++) {
		if (l->instances[i].name && l->instances[i].fd >= 0 &&
		    streq(l->instances[i].name, unit)) {
			return &l->instances[i];
		}
	}
	return NULL;
}

/* The service gets its connection, and we the line over which we learn that it has ended. */
static void give_connection(struct supervisor *s, uint32_t connection, struct socket_instance *i)
{
	size_t place = (size_t)(i - socket_life(s)->instances);
	int fd = request_detach(s, connection);

	if (control_send(fd, "connection", &i->fd, 1) < 0) {
		close(fd);
		return;
	}
	macro_close(&i->fd);
	i->fd = -1;
	i->held_fd = fd;
	loop_watch(s, fd, SOURCE_MACHINE, (uint32_t)(SOCKET_FIRST_INSTANCE + place));
}

static void give_sockets(struct supervisor *s, uint32_t connection)
{
	struct socket_life *l = socket_life(s);
	struct strv names = { 0 };
	int fds[PASSED_MAX];
	size_t n = 0;

	for (size_t i = 0; i < l->n && n < PASSED_MAX; i++) {
		if (l->fds[i].fd >= 0) {
			fds[n++] = l->fds[i].fd;
			strv_add(&names, &s->scratch, l->fd_name);
		}
	}
	request_answer_fds(s, connection,
			   arena_printf(&s->scratch, "fds %s", strv_join(&names, &s->scratch, ":")),
			   fds, n);
}

void socket_give_fds(struct supervisor *s, uint32_t connection, const char *unit)
{
	const struct unit *service = s->trigger->unit;
	struct socket_instance *i = socket_life(s) ? find_instance(socket_life(s), unit) : NULL;

	if (i) {
		give_connection(s, connection, i);
	} else if (socket_life(s) && service &&
		   (streq(service->id, unit) || strv_contains(&service->names, unit))) {
		give_sockets(s, connection);
	} else {
		request_answer_fds(s, connection, "fds", NULL, 0);
	}
}
