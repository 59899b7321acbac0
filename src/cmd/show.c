/* SPDX-License-Identifier: MIT */
#include "show.h"

#include <stdio.h>

#include "base/names.h"
#include "cmd/runtime.h"
#include "list.h"
#include "status.h"
#include "unit/directive.h"

bool show_wants(const struct cmd *c, const char *name)
{
	return c->options.properties.n == 0 || strv_contains(&c->options.properties, name);
}

const char *show_timestamp(struct cmd *c, usec_t realtime)
{
	char buf[96];

	return arena_strdup(&c->arena, status_format_timestamp(c, buf, sizeof buf, realtime));
}

/* Lists of which each element is a line of its own: without any, even who asks for them sees nothing. */
static bool is_list_of_lines(const char *name)
{
	static const char *const names[] = {
		"BPFProgram", "DeviceAllow", "EnvironmentFiles", "IODeviceLatencyTargetUSec",
		"IODeviceWeight", "IOReadBandwidthMax", "IOReadIOPSMax", "IOWriteBandwidthMax",
		"IOWriteIOPSMax", "Listen", "LogFilterPatterns", "OpenFile", "Paths", "RootImageOptions",
		"SocketBindAllow", "SocketBindDeny", "TimersCalendar", "TimersMonotonic",
	};

	if (str_has_suffix(name, "DirectorySymlink")) {
		return true;
	}
	if (str_has_prefix(name, "Exec")) {
		return !str_has_prefix(name, "ExecMain") && !str_has_suffix(name, "Paths") &&
		       !str_has_suffix(name, "Path");
	}
	return NAMES_FIND(names, name) >= 0;
}

/* One property; each line of the value is one of its own. */
static void print_property(const struct cmd *c, const char *name, const char *value)
{
	bool is_asked = c->options.properties.n > 0;
	bool is_unset = str_has_suffix(name, "ActionExitStatus") && streq(value, "[not set]");

	if (!*value && is_list_of_lines(name)) {
		return;
	}
	/* "~" is a list that leaves nothing out: as good as empty. */
	if ((!*value || streq(value, "~") || is_unset) && !c->options.all && !is_asked) {
		return;
	}
	do {
		const char *end = strchrnul(value, '\n');

		if (!c->options.value_only) {
			printf("%s=", name);
		}
		printf("%.*s\n", (int)(end - value), value);
		value = *end ? end + 1 : end;
	} while (*value);
}

/* Those of the list that have not been printed yet. */
static void print_in_order(struct cmd *c, const struct map *properties, const char *const *order,
			   size_t n, struct map *known)
{
	for (size_t i = 0; i < n; i++) {
		const char *value = map_get(properties, order[i]);

		if (value && !map_has(known, order[i]) && show_wants(c, order[i])) {
			print_property(c, order[i], value);
		}
		map_put(known, order[i], known);
	}
}

/* Prints the properties that were asked for and are not empty; those asked for by name in any case. */
static void print_properties(struct cmd *c, enum unit_type type, const struct map *properties)
{
	const char *const *order;
	struct map known;
	size_t n;

	map_init(&known, &c->arena);
	order = show_order_of_type(type, &n);
	print_in_order(c, properties, order, n, &known);
	order = show_order(&n);
	print_in_order(c, properties, order, n, &known);
	MAP_FOREACH(e, properties) {
		if (!map_has(&known, e->key) && show_wants(c, e->key)) {
			print_property(c, e->key, e->value);
		}
	}
}

static int show_unit(struct cmd *c, struct show_list *shown, const char *name)
{
	struct map properties;
	struct cmd_unit cu;

	if (cmd_refuse_template(name) < 0 || cmd_unit_get(c, name, &cu) < 0) {
		return 1;
	}
	directive_show(cu.unit, &c->arena, &properties);
	show_add_dependencies(c, shown, &cu, &properties);
	show_add_runtime(c, &cu, &properties);
	print_properties(c, cu.unit->type, &properties);
	return 0;
}

static int show_manager(struct cmd *c)
{
	struct map properties;

	map_init(&properties, &c->arena);
	if (cmd_need_place(c) < 0 || cmd_need_store(c) < 0) {
		return 1;
	}
	show_add_manager(c, &properties);
	MAP_FOREACH(e, &properties) {
		if (show_wants(c, e->key)) {
			print_property(c, e->key, e->value);
		}
	}
	return 0;
}

int cmd_show(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct show_list shown = { 0 };
	struct strv words = { 0 };
	int status = 0;

	if (args->n == 0 && c->options.types.n == 0 && c->options.states.n == 0) {
		return show_manager(c);
	}
	STRV_FOREACH(word, args) {
		uint64_t id;

		if (str_to_u64(word, &id) >= 0) {
			cmd_error("Failed to get properties: Unknown object "
				  "'/org/freedesktop/systemd1/job/%s'.",
				  word);
			status = 1;
		} else {
			strv_add(&words, &c->arena, word);
		}
	}
	if ((args->n == 0 ? list_add_shown(c, &shown.names)
			  : cmd_expand_names(c, &words, ".service", &shown.names, NULL)) < 0) {
		return 1;
	}
	for (size_t i = 0; i < shown.names.n; i++) {
		if (i > 0) {
			putchar('\n');
		}
		if (show_unit(c, &shown, shown.names.v[i]) != 0) {
			return 1;
		}
	}
	return status;
}
