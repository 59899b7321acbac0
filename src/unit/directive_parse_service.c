/* SPDX-License-Identifier: MIT */

/* [Service] and kill settings: systemd.service(5), systemd.kill(5). */

#include <errno.h>

#include "base/root.h"
#include "directive_internal.h"

int directive_parse_kill_mode(const struct directive_context *c, const char *value, void *place)
{
	int i = *value ? directive_choice_find(CHOICE_KILL_MODE, value) : KILL_CONTROL_GROUP;
	if (i < 0) {
		return directive_warn(c, "Failed to parse kill mode specification, ignoring: %s",
				      value);
	}
	*(enum kill_mode *)place = i;
	if (i == KILL_NONE) {
		directive_warn(
			c,
			"Unit uses KillMode=none. This is unsafe, as it disables systemd's process "
			"lifecycle management for the service. Please update the service to use a "
			"safer KillMode=, such as 'mixed' or 'control-group'. Support for "
			"KillMode=none is deprecated and will eventually be removed.");
	}
	return 0;
}

int directive_parse_service_type(const struct directive_context *c, const char *value, void *place)
{
	int i = directive_choice_find(CHOICE_SERVICE_TYPE, value);
	if (i < 0) {
		return directive_bad_value(c, value, -EINVAL);
	}
	*(enum service_type *)place = i;
	c->unit->service.type_set = true;
	return 0;
}

int directive_parse_notify_access(const struct directive_context *c, const char *value, void *place)
{
	int i = directive_choice_find(CHOICE_NOTIFY_ACCESS, value);
	if (i < 0) {
		return directive_bad_value(c, value, -EINVAL);
	}
	*(enum notify_access *)place = i;
	c->unit->service.notify_access_set = true;
	return 0;
}

/* A span where 0 means no limit; the message names the setting only. */
static int service_parse_timeout(const struct directive_context *c, const char *value, usec_t *ret)
{
	usec_t span;
	if (value_parse_span(value, USEC_PER_SEC, &span) < 0) {
		return directive_warn(c, "Failed to parse %s= parameter, ignoring: %s",
				      c->directive->name, value);
	}
	*ret = span ? span : USEC_INFINITY;
	return 0;
}

int directive_parse_timeout_start(const struct directive_context *c, const char *value, void *place)
{
	struct service_settings *s = &c->unit->service;
	if (service_parse_timeout(c, value, &s->timeout_start) < 0) {
		return -EINVAL;
	}
	s->timeout_start_set = true;
	return 0;
}

int directive_parse_timeout_both(const struct directive_context *c, const char *value, void *place)
{
	struct service_settings *s = &c->unit->service;
	if (service_parse_timeout(c, value, &s->timeout_start) < 0) {
		return -EINVAL;
	}
	s->timeout_start_set = true;
	s->timeout_stop = s->timeout_start;
	return 0;
}

int directive_parse_timeout_abort(const struct directive_context *c, const char *value, void *place)
{
	struct service_settings *s = &c->unit->service;
	if (!*value) {
		s->timeout_abort_set = false;
		return 0;
	}
	usec_t span;
	if (value_parse_span(value, USEC_PER_SEC, &span) < 0) {
		return directive_warn(c, "Failed to parse TimeoutAbortSec= setting, ignoring: %s",
				      value);
	}
	/* Unlike in its siblings, 0 is no time at all. */
	s->timeout_abort = span;
	s->timeout_abort_set = true;
	return 0;
}

int directive_parse_exit_statuses(const struct directive_context *c, const char *value, void *place)
{
	struct exit_status_set *s = place;
	if (!*value) {
		*s = (struct exit_status_set){ 0 };
		return 0;
	}
	for (const char *p = value;;) {
		char *word;
		int r = value_next_word(&p, NULL, 0, c->arena, &word);
		if (r < 0) {
			return directive_warn(c, "Failed to parse %s: %s", c->directive->name,
					      value);
		}
		if (r == 0) {
			return 0;
		}
		if (exit_status_set_add(s, word) < 0) {
			directive_warn(c, "Failed to parse value, ignoring: %s", word);
		}
	}
}

int directive_parse_pid_file(const struct directive_context *c, const char *value, void *place)
{
	if (!*value) {
		*(const char **)place = NULL;
		return 0;
	}
	char *path;
	if (directive_expand(c, value, &path) < 0) {
		return -EINVAL;
	}
	if (!path_is_absolute(path)) {
		path = path_join(c->arena, "/run", path);
	}
	path = path_simplify(c->arena, path);
	if (!path_is_normalized(path)) {
		return directive_warn(c, "PIDFile= path is not normalized, ignoring: %s", path);
	}
	const char *rest = str_after_prefix(path, "/var/run/");
	if (rest) {
		char *modern = path_join(c->arena, "/run", rest);
		diag_add(c->diags, DIAG_NOTICE, 0, c->file, c->line, c->unit->id,
			 "PIDFile= references a path below legacy directory /var/run/, updating %s "
			 "→ %s; please "
			 "update the unit file accordingly.",
			 path, modern);
		path = modern;
	}
	*(const char **)place = path;
	return 0;
}

/* D-Bus specification, "Valid Names": well-known names, at least two elements. */
static bool bus_name_is_valid(const char *s)
{
	bool start = true, dot = false;
	if (strlen(s) > 255) {
		return false;
	}
	for (const char *p = s; *p; p++) {
		bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_' ||
			      *p == '-';
		bool digit = *p >= '0' && *p <= '9';
		if (*p == '.') {
			if (start) {
				return false;
			}
			dot = start = true;
		} else if (letter || (digit && !start)) {
			start = false;
		} else {
			return false;
		}
	}
	return dot && !start;
}

int directive_parse_bus_name(const struct directive_context *c, const char *value, void *place)
{
	char *name;
	if (directive_expand(c, value, &name) < 0) {
		return -EINVAL;
	}
	if (!bus_name_is_valid(name)) {
		return directive_warn(c, "Invalid bus name, ignoring: %s", name);
	}
	*(const char **)place = name;
	return 0;
}

int directive_parse_sockets(const struct directive_context *c, const char *value, void *place)
{
	char *name;
	int r;
	for (const char *p = value; (r = directive_next_word_as(c, &p, value, 0, &name)) > 0;) {
		if (!name_is_valid(name, NAME_ANY) || name_type(name) != UNIT_SOCKET) {
			directive_warn(c, "Unit must be of type socket, ignoring: %s", name);
			continue;
		}
		strv_add_unique(place, c->arena, name);
		unit_add_dependency(c->unit, c->arena, DEP_WANTS, name, true);
		unit_add_dependency(c->unit, c->arena, DEP_AFTER, name, true);
	}
	return r;
}

int directive_parse_slice(const struct directive_context *c, const char *value, void *place)
{
	char *name;
	if (directive_expand(c, value, &name) < 0) {
		return -EINVAL;
	}
	if (!name_is_valid(name, NAME_PLAIN)) {
		return directive_warn(
			c, "Failed to load slice unit %s, ignoring: Unit name %s is not valid.",
			name, name);
	}
	if (name_type(name) != UNIT_SLICE) {
		return directive_warn(c, "Failed to assign slice %s to unit %s, ignoring: %s", name,
				      c->unit->id, strerror(EINVAL));
	}
	*(const char **)place = name;
	return 0;
}
