/* SPDX-License-Identifier: MIT */
#include "supervisor/service_sockets.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/diag.h"
#include "state/control.h"

#define PATIENCE 5 /* seconds; a supervisor answers at once or is not well */
#define MESSAGE_FDS 253

static struct given_fds *given_of(struct supervisor *s)
{
	if (!s->given) {
		s->given = arena_new(&s->arena, struct given_fds);
		s->given->connection = -1;
		s->given->line = -1;
	}
	return s->given;
}

/* Names of several descriptors come as one word with colons. */
static void keep_listening(struct supervisor *s, const char *names, int *fds, size_t n)
{
	struct given_fds *g = given_of(s);
	struct strv words = { 0 };

	strv_split(&words, &s->scratch, names, ":");
	for (size_t i = 0; i < n; i++) {
		if (g->n == GIVEN_MAX) {
			close(fds[i]);
			continue;
		}
		g->fds[g->n++] = fds[i];
		strv_add(&g->names, &s->scratch, i < words.n ? words.v[i] : "unknown");
	}
}

static void ask(struct supervisor *s, const char *socket_unit)
{
	char *text = arena_alloc(&s->scratch, CONTROL_MESSAGE_MAX);
	const struct timeval patience = { .tv_sec = PATIENCE };
	int fds[MESSAGE_FDS];
	size_t n = 0;
	CLEANUP_CLOSE int fd = control_connect(&s->place, socket_unit);

	if (fd < 0) {
		return;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (control_send(fd, arena_printf(&s->scratch, "fds %s", s->name), NULL, 0) < 0 ||
	    control_receive(fd, text, fds, MESSAGE_FDS, &n) <= 0) {
		say(s, DIAG_WARNING, "Failed to get the sockets of %s.", socket_unit);
		return;
	}
	if (streq(text, "connection") && n == 1) {
		given_of(s)->connection = fds[0];
		given_of(s)->line = TAKE_FD(fd);
	} else if (n > 0) {
		keep_listening(s, str_has_prefix(text, "fds ") ? text + 4 : "", fds, n);
	}
}

void service_sockets_take(struct supervisor *s)
{
	struct strv units = { 0 };

	if (s->given && s->given->connection >= 0) {
		return;
	}
	if (place_list_units_of(&s->place, ".socket", &s->scratch, &units) < 0) {
		return;
	}
	STRV_FOREACH(name, &units) {
		ask(s, name);
	}
}

void service_sockets_release(struct supervisor *s)
{
	struct given_fds *g = s->given;

	for (size_t i = 0; g && i < g->n; i++) {
		close(g->fds[i]);
	}
	if (g) {
		g->n = 0;
		g->names = (struct strv){ 0 };
	}
}
