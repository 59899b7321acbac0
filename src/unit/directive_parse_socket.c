/* SPDX-License-Identifier: MIT */

/* What triggers: systemd.socket(5), systemd.timer(5), systemd.path(5); and swap priorities. */

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/ip.h>

#include "base/root.h"
#include "directive_internal.h"
#include "unit/calendar.h"

/* "[::1]:53", "1.2.3.4:80", "80": the numeric forms that a listening address may have. */
static bool socket_port_is_valid(const char *s)
{
	uint64_t port;
	return str_to_u64(s, &port) == 0 && port > 0 && port < 65536;
}

static bool socket_ip_is_valid(struct arena *a, const char *s)
{
	struct in_addr v4;
	struct in6_addr v6;
	const char *colon = strrchr(s, ':');
	if (!colon) {
		return false;
	}
	char *host = arena_strndup(a, s, (size_t)(colon - s));
	size_t n = strlen(host);
	if (n > 2 && host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		char *scope = strchr(++host, '%');
		if (scope) {
			*scope = '\0';
		}
		return inet_pton(AF_INET6, host, &v6) == 1 && socket_port_is_valid(colon + 1);
	}
	return inet_pton(AF_INET, host, &v4) == 1 && socket_port_is_valid(colon + 1);
}

static bool socket_address_is_valid(struct arena *a, const char *s)
{
	if (*s == '/' || *s == '@') {
		return s[1] != '\0';
	}
	return socket_port_is_valid(s) || socket_ip_is_valid(a, s) || str_has_prefix(s, "vsock:") ||
	       str_has_prefix(s, "vsock-");
}

/* Directives whose value is a path. */
static bool socket_listens_on_path(const char *directive)
{
	static const char *const names[] = { "ListenFIFO", "ListenSpecial", "ListenMessageQueue",
					     "ListenUSBFunction" };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (streq(directive, names[i])) {
			return true;
		}
	}
	return false;
}

int directive_parse_socket_listen(const struct directive_context *c, const char *value, void *place)
{
	struct socket_settings *s = &c->unit->socket;
	if (!*value) {
		s->n_ports = 0;
		return 0;
	}
	char *address;
	if (socket_listens_on_path(c->directive->name)) {
		if (directive_expand_path(c, value, false, &address) < 0) {
			return -EINVAL;
		}
	} else {
		if (directive_expand(c, value, &address) < 0) {
			return -EINVAL;
		}
		bool netlink = streq(c->directive->name, "ListenNetlink");
		if (netlink ? strchr(address, '!') != NULL
			    : !socket_address_is_valid(c->arena, address)) {
			return directive_warn(c,
					      "Failed to parse address value in '%s', ignoring: %s",
					      value, strerror(EINVAL));
		}
	}
	*(struct socket_port *)ARENA_PUSH(c->arena, s->ports, s->n_ports, s->cap_ports) =
		(struct socket_port){ .directive = c->directive->name, .address = address };
	return 0;
}

int directive_parse_socket_service(const struct directive_context *c, const char *value,
				   void *place)
{
	char *name;
	if (directive_expand(c, value, &name) < 0) {
		return -EINVAL;
	}
	if (!name_is_valid(name, NAME_ANY) || name_type(name) != UNIT_SERVICE) {
		return directive_warn(c, "Unit must be of type service, ignoring: %s", name);
	}
	*(const char **)place = name;
	return 0;
}

int directive_parse_interface(const struct directive_context *c, const char *value, void *place)
{
	char *name = NULL;
	if (*value && directive_expand(c, value, &name) < 0) {
		return -EINVAL;
	}
	if (name && (strlen(name) >= IF_NAMESIZE || strpbrk(name, " \t/:%"))) {
		return directive_warn(c, "Invalid interface name, ignoring: %s", name);
	}
	*(const char **)place = name;
	return 0;
}

int directive_parse_ip_tos(const struct directive_context *c, const char *value, void *place)
{
	static const struct {
		const char *word;
		int tos;
	} words[] = {
		{ "low-delay", IPTOS_LOWDELAY },
		{ "throughput", IPTOS_THROUGHPUT },
		{ "reliability", IPTOS_RELIABILITY },
		{ "low-cost", IPTOS_LOWCOST },
	};
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (streq(value, words[i].word)) {
			*(int *)place = words[i].tos;
			return 0;
		}
	}
	int n;
	if (value_parse_int(value, &n) < 0 || n < 0 || n > 255) {
		return directive_bad_value(c, value, -EINVAL);
	}
	*(int *)place = n;
	return 0;
}

int directive_parse_fd_name(const struct directive_context *c, const char *value, void *place)
{
	char *name = NULL;
	if (*value && directive_expand(c, value, &name) < 0) {
		return -EINVAL;
	}
	if (name && (strchr(name, ':') || strlen(name) > 255)) {
		return directive_warn(c, "Invalid file descriptor name, ignoring: %s", name);
	}
	*(const char **)place = name;
	return 0;
}

/* ---- timers and paths ---- */

int directive_parse_timer(const struct directive_context *c, const char *value, void *place)
{
	struct timer_settings *t = &c->unit->timer;
	if (!*value) {
		t->n_triggers = 0;
		return 0;
	}
	struct timer_trigger new = { .directive = c->directive->name };
	char *full;
	if (directive_expand(c, value, &full) < 0) {
		return -EINVAL;
	}
	if (!streq(c->directive->name, "OnCalendar")) {
		if (value_parse_span(full, USEC_PER_SEC, &new.span) < 0) {
			return directive_warn(c, "Failed to parse timer value, ignoring: %s", full);
		}
	} else {
		struct calendar event;
		if (calendar_parse(full, c->arena, &event) < 0) {
			return directive_warn(c, "Failed to parse calendar specification, ignoring: %s", full);
		}
		new.calendar = calendar_format(&event, c->arena);
	}
	*(struct timer_trigger *)ARENA_PUSH(c->arena, t->triggers, t->n_triggers, t->cap_triggers) =
		new;
	return 0;
}

int directive_parse_path_watch(const struct directive_context *c, const char *value, void *place)
{
	struct path_settings *p = &c->unit->path;
	if (!*value) {
		p->n_watches = 0;
		return 0;
	}
	char *path;
	if (directive_expand_path(c, value, false, &path) < 0) {
		return -EINVAL;
	}
	*(struct path_watch *)ARENA_PUSH(c->arena, p->watches, p->n_watches, p->cap_watches) =
		(struct path_watch){ .directive = c->directive->name, .path = path };
	return 0;
}

int directive_parse_trigger_unit(const struct directive_context *c, const char *value, void *place)
{
	char *name;
	if (directive_expand(c, value, &name) < 0) {
		return -EINVAL;
	}
	if (!name_is_valid(name, NAME_ANY)) {
		return directive_warn(c, "Unit type not valid, ignoring: %s", name);
	}
	if (strv_contains(&c->unit->names, name)) {
		return directive_warn(c, "Units cannot trigger themselves, ignoring: %s", name);
	}
	*(const char **)place = name;
	return 0;
}

int directive_parse_swap_priority(const struct directive_context *c, const char *value, void *place)
{
	struct swap_settings *s = &c->unit->swap;
	if (!*value) {
		s->priority = -1;
		s->priority_set = false;
		return 0;
	}
	int n;
	if (value_parse_int(value, &n) < 0) {
		return directive_warn(c, "Invalid swap priority '%s', ignoring.", value);
	}
	if (n < -1 || n > 32767) {
		return directive_warn(c, "Swap priority '%s' out of range, ignoring.", value);
	}
	s->priority = n;
	s->priority_set = true;
	return 0;
}
