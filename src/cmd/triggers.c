/* SPDX-License-Identifier: MIT */
#include "triggers.h"

#include <stdio.h>

#include "show.h"
#include "status.h"

/* "e.socket" -> "e@": what all its instances begin with. */
static const char *instance_prefix(struct cmd *c, const char *socket)
{
	return arena_printf(&c->arena, "%s@", name_prefix(&c->arena, socket));
}

static bool is_connection(const char *name, const char *prefix)
{
	const char *rest = str_after_prefix(name, prefix);

	return rest && rest[0] >= '0' && rest[0] <= '9' && name_type(name) == UNIT_SERVICE;
}

void triggers_find_instances(struct cmd *c, const struct unit *socket, struct strv *ret)
{
	const char *prefix = instance_prefix(c, socket->id);
	struct strv units = { 0 };

	place_list_units(&c->place, &c->arena, &units);
	STRV_FOREACH(name, &units) {
		struct record r;

		if (is_connection(name, prefix) &&
		    record_read(&c->place, name, &c->arena, &r) == 0 &&
		    !active_state_is_down(r.active)) {
			strv_add(ret, &c->arena, name);
		}
	}
}

const char *triggers_find_socket(struct cmd *c, const char *instance)
{
	const char *at = strchr(instance, '@'), *socket;
	struct record r;

	if (!at || !is_connection(instance, arena_strndup(&c->arena, instance,
							  (size_t)(at + 1 - instance)))) {
		return NULL;
	}
	socket = arena_printf(&c->arena, "%.*s.socket", (int)(at - instance), instance);
	return record_read(&c->place, socket, &c->arena, &r) == 0 ? socket : NULL;
}

usec_t triggers_next_elapse(const struct record *r)
{
	usec_t realtime = r->next_elapse_realtime, now = clock_monotonic(), wall = clock_realtime();
	usec_t then;

	if (r->next_elapse_monotonic == 0) {
		return realtime;
	}
	then = wall + r->next_elapse_monotonic - now;
	return realtime > 0 && realtime < then ? realtime : then;
}

/* ---- show ---- */

static void put(struct cmd *c, struct map *properties, const char *name, const char *value)
{
	if (show_wants(c, name)) {
		map_put(properties, name, arena_strdup(&c->arena, str_or_empty(value)));
	}
}

static void put_number(struct cmd *c, struct map *properties, const char *name, unsigned n)
{
	put(c, properties, name, arena_printf(&c->arena, "%u", n));
}

static void show_socket(struct cmd *c, const struct cmd_unit *cu, struct map *properties)
{
	const struct record *r = &cu->record;

	put_number(c, properties, "ControlPID", (unsigned)r->control.pid);
	put_number(c, properties, "NAccepted", r->n_accepted);
	put_number(c, properties, "NConnections", r->n_connections);
	put_number(c, properties, "NRefused", r->n_refused);
	put(c, properties, "UID", "[not set]");
	put(c, properties, "GID", "[not set]");
}

/* "{ OnActiveUSec=1h ; next_elapse=2h 3min }": the latest of the file first, as systemd has it. */
static void add_moment(struct cmd *c, const struct timer_trigger *t, usec_t next,
		       struct strbuf *out)
{
	char span[64], elapse[64];

	if (t->calendar) {
		const char *when = show_timestamp(c, next);

		strbuf_addf(out, "%s{ OnCalendar=%s ; next_elapse=%s }", out->n > 0 ? "\n" : "",
			    t->calendar, when && when[0] ? when : "(null)");
		return;
	}
	strbuf_addf(out, "%s{ %.*sUSec=%s ; next_elapse=%s }", out->n > 0 ? "\n" : "",
		    (int)(strlen(t->directive) - strlen("Sec")), t->directive,
		    clock_format_span(span, sizeof(span), t->span, 1),
		    clock_format_span(elapse, sizeof(elapse), next, 1));
}

static void show_moments(struct cmd *c, const struct cmd_unit *cu, struct map *properties)
{
	const struct timer_settings *v = &cu->unit->timer;
	CLEANUP_STRBUF struct strbuf monotonic = { 0 }, calendar = { 0 };
	struct strv words = { 0 };

	strv_split(&words, &c->arena, str_or_empty(cu->record.next_elapses), " ");
	if (words.n != v->n_triggers) {
		return;
	}
	for (size_t i = v->n_triggers; i-- > 0;) {
		uint64_t next = 0;

		str_to_u64(words.v[i], &next);
		add_moment(c, &v->triggers[i], next,
			   v->triggers[i].calendar ? &calendar : &monotonic);
	}
	put(c, properties, "TimersMonotonic", strbuf_text(&monotonic));
	put(c, properties, "TimersCalendar", strbuf_text(&calendar));
}

static void show_timer(struct cmd *c, const struct cmd_unit *cu, struct map *properties)
{
	const struct record *r = &cu->record;
	bool is_waiting = streq_null(r->sub, "waiting");
	char span[64];

	put(c, properties, "NextElapseUSecRealtime", show_timestamp(c, r->next_elapse_realtime));
	put(c, properties, "NextElapseUSecMonotonic",
	    is_waiting ? clock_format_span(span, sizeof(span), r->next_elapse_monotonic, 1)
		       : "infinity");
	put(c, properties, "LastTriggerUSec", show_timestamp(c, r->last_trigger_realtime));
	put(c, properties, "LastTriggerUSecMonotonic",
	    clock_format_span(span, sizeof(span), r->last_trigger_monotonic, 1));
	show_moments(c, cu, properties);
}

void triggers_show(struct cmd *c, const struct cmd_unit *cu, struct map *properties)
{
	struct strv instances = { 0 };
	const char *socket;

	if (cu->unit->type == UNIT_SOCKET) {
		show_socket(c, cu, properties);
		if (cu->unit->socket.accept) {
			triggers_find_instances(c, cu->unit, &instances);
			put(c, properties, "Triggers", strv_join(&instances, &c->arena, " "));
		}
	} else if (cu->unit->type == UNIT_TIMER) {
		show_timer(c, cu, properties);
	} else if (cu->unit->type == UNIT_SERVICE) {
		socket = triggers_find_socket(c, cu->unit->id);
		if (socket) {
			put(c, properties, "TriggeredBy", socket);
		}
	}
}

/* ---- status ---- */

static void print_timer(struct cmd *c, const struct record *r)
{
	usec_t next = triggers_next_elapse(r);
	char stamp[96], left[96];

	if (next == 0) {
		puts("    Trigger: n/a");
		return;
	}
	printf("    Trigger: %s; %s\n", status_format_timestamp(c, stamp, sizeof(stamp), next),
	       clock_format_relative(left, sizeof(left), next, clock_realtime()));
}

static void print_socket(const struct unit *u, const struct record *r)
{
	if (!u->socket.accept) {
		return;
	}
	printf("   Accepted: %u; Connected: %u;", r->n_accepted, r->n_connections);
	if (r->n_refused > 0) {
		printf("  Refused: %u", r->n_refused);
	}
	putchar('\n');
}

void triggers_print_status(struct cmd *c, const struct cmd_unit *cu)
{
	if (cu->unit->type == UNIT_TIMER) {
		print_timer(c, &cu->record);
	} else if (cu->unit->type == UNIT_SOCKET) {
		print_socket(cu->unit, &cu->record);
	}
}
