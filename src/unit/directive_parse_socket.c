/* SPDX-License-Identifier: MIT */

/* What triggers: systemd.socket(5), systemd.timer(5), systemd.path(5); and swap priorities. */

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <strings.h>

#include "base/root.h"
#include "directive_internal.h"
#include "unit/calendar.h"

#define FD_NAME_MAX 255
#define SOCKET_PATH_SIZE 108 /* sun_path */

static bool socket_port_is_valid(const char *s)
{
	uint64_t port;
	return s[0] != '0' && str_to_u64(s, &port) == 0 && port < 65536;
}

/* "[::1]:53", "1.2.3.4:80": the numeric forms that a listening address may have. */
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

/* "vsock:2:1234", "vsock-stream::1234": the number of the machine may be left out. */
static bool socket_vsock_is_valid(struct arena *a, const char *s)
{
	const char *cid = strchr(s, ':');
	const char *port = cid ? strchr(cid + 1, ':') : NULL;
	unsigned number;
	if (!port || value_parse_unsigned(port + 1, &number) < 0) {
		return false;
	}
	cid = arena_strndup(a, cid + 1, (size_t)(port - cid - 1));
	return !*cid || value_parse_unsigned(cid, &number) == 0;
}

/* A family and a group, which is 0 where it is left out: "kobject-uevent 1". */
static int socket_check_netlink(struct arena *a, char **address)
{
	struct strv words = { 0 };
	unsigned group = 0;
	strv_split(&words, a, *address, " \t");
	if (words.n == 0 || words.n > 2 ||
	    words.v[0][strspn(words.v[0], "abcdefghijklmnopqrstuvwxyz0123456789-")] ||
	    (words.n == 2 && value_parse_unsigned(words.v[1], &group) < 0)) {
		return -EINVAL;
	}
	*address = arena_printf(a, "%s %u", words.v[0], group);
	return 0;
}

/* A lone port in any spelling of a number becomes a decimal one. */
static int socket_check_address(const struct directive_context *c, char **address)
{
	char *s = *address;
	unsigned port;
	bool zero_first = s[0] == '0' && s[1] >= '0' && s[1] <= '9';
	if (streq(c->directive->name, "ListenNetlink")) {
		return socket_check_netlink(c->arena, address);
	}
	if (*s == '/' || *s == '@') {
		return s[1] != '\0' && strlen(s) < SOCKET_PATH_SIZE ? 0 : -EINVAL;
	}
	if (streq(c->directive->name, "ListenSequentialPacket")) {
		return -EINVAL;
	}
	if (!zero_first && value_parse_unsigned(s, &port) == 0 && port > 0 && port < 65536) {
		*address = arena_printf(c->arena, "%u", port);
		return 0;
	}
	if (str_has_prefix(s, "vsock:") || str_has_prefix(s, "vsock-")) {
		return socket_vsock_is_valid(c->arena, s) ? 0 : -EINVAL;
	}
	return socket_ip_is_valid(c->arena, s) ? 0 : -EINVAL;
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
		if (socket_check_address(c, &address) < 0) {
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
	if (name_type(name) != UNIT_SERVICE) {
		return directive_warn(c, "Unit must be of type service, ignoring: %s", name);
	}
	if (!name_is_valid(name, NAME_PLAIN | NAME_INSTANCE)) {
		return directive_warn(c, "Failed to load unit %s, ignoring: Unit name %s is %s.", name,
				      name,
				      name_is_valid(name, NAME_TEMPLATE) ? "missing the instance name"
									 : "not valid");
	}
	*(const char **)place = name;
	return 0;
}

/* What the kernel takes, without what could be meant as an index or stands for all interfaces. */
static bool interface_name_is_valid(const char *s)
{
	static const char *const reserved[] = { ".", "..", "all", "default" };
	unsigned index;
	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++) {
		if (streq(s, reserved[i])) {
			return false;
		}
	}
	for (const char *p = s; *p; p++) {
		if (*p <= ' ' || *p > '~' || strchr(":/%", *p)) {
			return false;
		}
	}
	return strlen(s) < IF_NAMESIZE && value_parse_unsigned(s, &index) < 0;
}

int directive_parse_interface(const struct directive_context *c, const char *value, void *place)
{
	if (*value && !interface_name_is_valid(value)) {
		return directive_warn(c, "Invalid interface name, ignoring: %s", value);
	}
	return directive_parse_raw(c, value, place);
}

/* Other spellings of a choice's words; "" for none. */
struct alias {
	const char *spelling, *word;
};

static int parse_aliased(const struct directive_context *c, const struct alias *v, size_t n,
			 const char *value, void *place)
{
	for (size_t i = 0; i < n; i++) {
		if (strcasecmp(v[i].spelling, value) == 0) {
			value = v[i].word;
			break;
		}
	}
	return *value ? directive_parse_choice(c, value, place)
		      : directive_bad_value(c, value, -EINVAL);
}

int directive_parse_protocol(const struct directive_context *c, const char *value, void *place)
{
	static const struct alias aliases[] = {
		{ "udplite", "udplite" }, { "136", "udplite" }, { "sctp", "sctp" },
		{ "132", "sctp" },	  { "mptcp", "mptcp" }, { "262", "mptcp" },
	};
	return parse_aliased(c, aliases, ARRAY_SIZE(aliases), value, place);
}

int directive_parse_timestamping(const struct directive_context *c, const char *value, void *place)
{
	static const struct alias aliases[] = {
		{ "usec", "us" },
		{ "\xC2\xB5s", "us" },
		{ "\xCE\xBCs", "us" },
		{ "nsec", "ns" },
	};
	bool on;
	if (value_parse_bool(value, &on) == 0) {
		value = on ? "ns" : "off";
	}
	return parse_aliased(c, aliases, ARRAY_SIZE(aliases), value, place);
}

int directive_parse_bind_ipv6(const struct directive_context *c, const char *value, void *place)
{
	bool only;
	if (value_parse_bool(value, &only) == 0) {
		value = only ? "ipv6-only" : "both";
	}
	return directive_parse_choice(c, value, place);
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
	if (!*value) {
		*(int *)place = -1;
		return 0;
	}
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

bool directive_fd_name_is_valid(const char *name)
{
	for (const char *p = name; *p; p++) {
		if (*p < ' ' || *p > '~' || *p == ':') {
			return false;
		}
	}
	return *name && strlen(name) <= FD_NAME_MAX;
}

int directive_parse_fd_name(const struct directive_context *c, const char *value, void *place)
{
	char *name = NULL;
	if (*value && directive_expand(c, value, &name) < 0) {
		return -EINVAL;
	}
	if (name && !directive_fd_name_is_valid(name)) {
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
	if (*(const char **)place) {
		return directive_warn(c, "Multiple units to trigger specified, ignoring: %s", name);
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
