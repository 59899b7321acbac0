/* SPDX-License-Identifier: MIT */

/* Sockets, timers and paths as `show` prints them. */

#include <limits.h>
#include <netinet/in.h>

#include "base/clock.h"
#include "directive_internal.h"

void directive_print_listen(const struct unit *u, const struct directive *d, const void *place,
			    struct strbuf *out)
{
	const struct socket_settings *s = &u->socket;
	for (size_t i = 0; i < s->n_ports; i++) {
		const char *address = s->ports[i].address;
		/* A bare port listens on all addresses. */
		bool port = address[strspn(address, "0123456789")] == '\0';
		strbuf_addf(out, "%s%s%s (%s)", i ? "\n" : "", port ? "[::]:" : "", address,
			    s->ports[i].directive + strlen("Listen"));
	}
}

void directive_print_timers_monotonic(const struct unit *u, const struct directive *d,
				      const void *place, struct strbuf *out)
{
	const struct timer_settings *t = &u->timer;
	char buf[128];
	bool any = false;
	/* systemd shows the latest first. */
	for (size_t i = t->n_triggers; i-- > 0;) {
		if (t->triggers[i].calendar) {
			continue;
		}
		strbuf_addf(out, "%s{ %.*sUSec=%s ; next_elapse=0 }", any ? "\n" : "",
			    (int)(strlen(t->triggers[i].directive) - strlen("Sec")),
			    t->triggers[i].directive,
			    clock_format_span(buf, sizeof(buf), t->triggers[i].span, 1));
		any = true;
	}
}

void directive_print_timers_calendar(const struct unit *u, const struct directive *d,
				     const void *place, struct strbuf *out)
{
	const struct timer_settings *t = &u->timer;
	bool any = false;
	for (size_t i = t->n_triggers; i-- > 0;) {
		if (t->triggers[i].calendar) {
			strbuf_addf(out, "%s{ OnCalendar=%s ; next_elapse=(null) }",
				    any ? "\n" : "", t->triggers[i].calendar);
			any = true;
		}
	}
}

void directive_print_paths(const struct unit *u, const struct directive *d, const void *place,
			   struct strbuf *out)
{
	const struct path_settings *p = &u->path;
	for (size_t i = p->n_watches; i-- > 0;) {
		strbuf_addf(out, "%s (%s)%s", p->watches[i].path, p->watches[i].directive,
			    i ? "\n" : "");
	}
}

void directive_print_triggered(const struct unit *u, const struct directive *d, const void *place,
			       struct strbuf *out)
{
	struct arena a CLEANUP_ARENA = { 0 };
	strbuf_add(out, str_or_empty(unit_triggered_name(u, &a)));
}

void directive_print_fd_name(const struct unit *u, const struct directive *d, const void *place,
			     struct strbuf *out)
{
	const char *name = *(const char *const *)place;
	strbuf_add(out, name ? name : u->socket.accept ? "connection" : u->id);
}

void directive_print_protocol(const struct unit *u, const struct directive *d, const void *place,
			      struct strbuf *out)
{
	static const struct {
		const char *name;
		int number;
	} protocols[] = { { "udplite", IPPROTO_UDPLITE },
			  { "sctp", IPPROTO_SCTP },
			  { "mptcp", 262 } };
	const char *name = *(const char *const *)place;
	for (size_t i = 0; name && i < ARRAY_SIZE(protocols); i++) {
		if (streq(name, protocols[i].name)) {
			strbuf_addf(out, "%d", protocols[i].number);
			return;
		}
	}
	strbuf_add(out, "0");
}

void directive_print_backlog(const struct unit *u, const struct directive *d, const void *place,
			     struct strbuf *out)
{
	unsigned n = *(const unsigned *)place;
	strbuf_addf(out, "%d", n > INT_MAX ? INT_MAX : (int)n);
}
