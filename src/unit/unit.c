/* SPDX-License-Identifier: MIT */
#include "unit/unit.h"

#include "base/names.h"
#include "base/str.h"
#include "unit/directive.h"

static const char *const load_states[] = {
	[UNIT_LOADED] = "loaded",	    [UNIT_NOT_FOUND] = "not-found",
	[UNIT_BAD_SETTING] = "bad-setting", [UNIT_LOAD_ERROR] = "error",
	[UNIT_MASKED] = "masked",
};

const char *unit_load_state_name(enum unit_load_state s)
{
	return NAMES_AT(load_states, s);
}

static const char *socket_triggered_name(const struct unit *u, struct arena *a)
{
	if (u->socket.service) {
		return u->socket.service;
	}
	if (!u->socket.accept) {
		return name_change_suffix(a, u->id, "service");
	}
	/* One instance per connection: the template that belongs to the socket's prefix. */
	return arena_printf(a, "%s@.service", name_prefix(a, u->id));
}

/* A template name stands for the instance that belongs to this unit. */
static const char *unit_resolve_template(const struct unit *u, struct arena *a, const char *name)
{
	if (name_classify(name) != NAME_TEMPLATE) {
		return name;
	}
	const char *instance = name_instance(a, u->id);
	if (!instance || !*instance) {
		instance = name_prefix(a, u->id);
	}
	const char *full = name_with_instance(a, name, instance);
	return full ? full : name;
}

const char *unit_triggered_name(const struct unit *u, struct arena *a)
{
	switch (u->type) {
	case UNIT_SOCKET:
		return socket_triggered_name(u, a);
	case UNIT_TIMER:
		return u->timer.unit ? unit_resolve_template(u, a, u->timer.unit)
				     : name_change_suffix(a, u->id, "service");
	case UNIT_PATH:
		return u->path.unit ? unit_resolve_template(u, a, u->path.unit)
				    : name_change_suffix(a, u->id, "service");
	case UNIT_AUTOMOUNT:
		return name_change_suffix(a, u->id, "mount");
	default:
		return NULL;
	}
}

bool unit_add_dependency(struct unit *u, struct arena *a, enum dep_kind kind, const char *name,
			 bool implicit)
{
	name = unit_resolve_template(u, a, name);
	if (strv_contains(&u->names, name) || streq(name, u->id)) {
		return false;
	}
	if (strv_contains(&u->dependencies[kind], name)) {
		if (!implicit) {
			strv_remove(&u->implicit[kind], name);
		}
		return false;
	}
	name = arena_strdup(a, name);
	strv_add(&u->dependencies[kind], a, name);
	if (implicit) {
		strv_add(&u->implicit[kind], a, name);
	}
	return true;
}

bool exec_output_follows(const struct exec_settings *x)
{
	switch (x->std_input.kind) {
	case STDIO_SOCKET:
	case STDIO_TTY:
	case STDIO_TTY_FORCE:
	case STDIO_TTY_FAIL:
	case STDIO_FD:
		return true;
	default:
		return false;
	}
}

const char *unit_assignment(const struct unit *u, const char *setting)
{
	for (size_t i = u->n_assignments; i-- > 0;) {
		if (streq(u->assignments[i].directive->name, setting)) {
			return u->assignments[i].value;
		}
	}
	return NULL;
}
