/* SPDX-License-Identifier: MIT */
#include "state/transient.h"
#include "status.h"

#include <stdio.h>
#include <time.h>

#include "glyph.h"
#include "jobs.h"
#include "triggers.h"

#define INDENT "             " /* what stands below a label */

char *status_format_timestamp(const struct cmd *c, char *buf, size_t n, usec_t realtime)
{
	const char *style = c->options.timestamp ? c->options.timestamp : "pretty";
	struct tm tm;
	time_t seconds = (time_t)(realtime / USEC_PER_SEC);
	char day[64], zone[32], fraction[16] = "";
	bool is_utc = strstr(style, "utc") != NULL;

	if (realtime == 0 || realtime == USEC_INFINITY || streq(style, "pretty")) {
		return clock_format_timestamp(buf, n, realtime);
	}
	if (streq(style, "unix")) {
		snprintf(buf, n, "@%llu", (unsigned long long)seconds);
		return buf;
	}
	if (is_utc) {
		gmtime_r(&seconds, &tm);
	} else {
		localtime_r(&seconds, &tm);
	}
	if (str_has_prefix(style, "us")) {
		snprintf(fraction, sizeof fraction, ".%06u", (unsigned)(realtime % USEC_PER_SEC));
	}
	strftime(day, sizeof day, "%a %Y-%m-%d %H:%M:%S", &tm);
	strftime(zone, sizeof zone, "%Z", &tm);
	snprintf(buf, n, "%s%s %s", day, fraction, is_utc ? "UTC" : zone);
	return buf;
}

/* Have the lines of its file been heeded? */
static bool has_settings(const struct unit *u)
{
	return u->load_state == UNIT_LOADED || u->load_state == UNIT_BAD_SETTING;
}

static void print_title(const struct cmd_unit *cu)
{
	const struct unit *u = cu->unit;

	printf("%s %s", glyph_of_state(cu->record.active), u->id);
	if (u->description && !streq(u->description, u->id)) {
		printf(" - %s", u->description);
	}
	putchar('\n');
}

/* "(PATH; enabled; preset: enabled)" */
static void print_file_state(struct cmd *c, const struct unit *u, const char *path)
{
	enum unit_file_state state;
	enum preset_verdict verdict;

	printf(" (%s", path);
	if (cmd_need_unit_files(c) < 0) {
		puts(")");
		return;
	}
	if (!u->fragment_path) {
		printf("; generated");
	} else if (install_unit_file_state(&c->unit_files, u->id, &state) >= 0) {
		printf("; %s", unit_file_state_name(state));
		if (unit_file_state_has_preset(state) &&
		    install_query_preset(&c->unit_files, u->id, &verdict) >= 0) {
			printf("; preset: %s", preset_verdict_name(verdict));
		}
	}
	puts(")");
}

static void print_loaded(struct cmd *c, const struct unit *u)
{
	const char *path = u->fragment_path ? u->fragment_path : u->source_path;
	bool is_bad = u->load_state != UNIT_LOADED && u->load_state != UNIT_MASKED;

	printf("     Loaded: %s%s%s", is_bad ? color_red() : "",
	       unit_load_state_name(u->load_state), is_bad ? color_off() : "");
	if (u->load_state != UNIT_LOADED) {
		printf(" (Reason: %s)\n", str_or_empty(cmd_unit_load_complaint(c, u)));
	} else if (path) {
		print_file_state(c, u, path);
	} else {
		putchar('\n');
	}
}

/* Files of one directory in one branch. */
static void print_dropins(struct cmd *c, const struct unit *u)
{
	const char *dir = NULL;

	for (size_t i = 0; i < u->dropin_paths.n; i++) {
		const char *path = u->dropin_paths.v[i], *own = path_dirname(&c->arena, path);
		bool is_last = i + 1 == u->dropin_paths.n ||
			       !streq(path_dirname(&c->arena, u->dropin_paths.v[i + 1]), own);

		if (!streq_null(dir, own)) {
			printf("%s%s\n" INDENT "%s", dir ? INDENT : "    Drop-In: ", own,
			       glyph(GLYPH_LAST));
			dir = own;
		}
		printf("%s%s", path_basename(path), is_last ? "\n" : ", ");
	}
}

/* The moment at which the present state began. */
static usec_t state_since(const struct record *r)
{
	switch (r->active) {
	case ACTIVE_ACTIVE:
	case ACTIVE_RELOADING:
		return r->active_enter_realtime;
	case ACTIVE_INACTIVE:
	case ACTIVE_FAILED:
		return r->inactive_enter_realtime;
	case ACTIVE_ACTIVATING:
		return r->inactive_exit_realtime;
	default:
		return r->active_exit_realtime;
	}
}

static const char *color_of_state(enum active_state s)
{
	return s == ACTIVE_FAILED ? color_red() : active_state_is_up(s) ? color_green() : "";
}

static void print_active(struct cmd *c, const struct cmd_unit *cu)
{
	const struct record *r = &cu->record;
	const char *active = active_state_name(r->active), *sub = cmd_unit_sub(cu);
	usec_t since = state_since(r);
	char stamp[96], ago[96];

	printf("     Active: %s%s", color_of_state(r->active), active);
	if (!streq(active, sub)) {
		printf(" (%s)", sub);
	}
	fputs(color_of_state(r->active)[0] ? color_off() : "", stdout);
	if (str_or_empty(r->result)[0] && !streq(r->result, "success")) {
		printf(" (Result: %s)", r->result);
	}
	if (r->frozen) {
		printf(" (frozen)");
	}
	if (since > 0) {
		printf(" since %s; %s", status_format_timestamp(c, stamp, sizeof stamp, since),
		       clock_format_relative(ago, sizeof ago, since, clock_realtime()));
	}
	putchar('\n');
	if (active_state_is_down(r->active) && r->active_enter_monotonic > 0 &&
	    r->active_exit_monotonic >= r->active_enter_monotonic) {
		usec_t lasted = r->active_exit_monotonic - r->active_enter_monotonic;

		printf("   Duration: %s\n",
		       clock_format_span(stamp, sizeof stamp, lasted, USEC_PER_MSEC));
	}
}

/* What a start that was skipped for its conditions leaves to be said. */
static void print_condition(struct cmd *c, const struct cmd_unit *cu)
{
	const struct record *r = &cu->record;
	char stamp[96], ago[96];

	if (r->condition_realtime == 0 || r->condition_result) {
		return;
	}
	printf("  Condition: start condition unmet at %s; %s\n",
	       status_format_timestamp(c, stamp, sizeof stamp, r->condition_realtime),
	       clock_format_relative(ago, sizeof ago, r->condition_realtime, clock_realtime()));
}

static void print_state_line(struct cmd *c, const char *label, const char *name, bool is_first)
{
	struct cmd_unit cu;

	if (cmd_unit_get(c, name, &cu) >= 0) {
		printf("%s%s %s\n", is_first ? label : INDENT, glyph_of_state(cu.record.active),
		       cu.unit->id);
	}
}

static bool has_namesake(struct cmd *c, const struct unit *u)
{
	static const enum unit_type types[] = { UNIT_AUTOMOUNT, UNIT_PATH, UNIT_SOCKET,
						UNIT_TIMER };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		const char *name = name_change_suffix(&c->arena, u->id, unit_type_name(types[i]));

		if (name && !streq(name, u->id) && unit_index_find(&c->store.index, name)) {
			return true;
		}
	}
	return false;
}

/*
 * Where there is a timer of the same name, say, all that default.target pulls in is loaded to see whether it does. A trigger of
 * another name is known if it was ever started.
 */
static const struct strv *trigger_candidates(struct cmd *c, const struct unit *u)
{
	struct strv *known;

	if (has_namesake(c, u)) {
		if (!c->loaded_ready) {
			c->loaded_ready = true;
			cmd_list_loaded(c, true, &c->loaded);
		}
		return &c->loaded;
	}
	known = arena_new(&c->arena, struct strv);
	place_list_units(&c->place, &c->arena, known);
	return known;
}

/* Loaded units that trigger this one. */
static void print_triggered_by(struct cmd *c, const struct unit *u)
{
	struct strv found = { 0 };

	STRV_FOREACH(name, trigger_candidates(c, u)) {
		struct unit *other;
		const char *triggered;

		if (unit_store_get(&c->store, name, &other) < 0 || other == u) {
			continue;
		}
		triggered = unit_triggered_name(other, &c->arena);
		if (other->type == UNIT_SOCKET && other->socket.accept) {
			triggered = streq_null(triggers_find_socket(c, u->id), other->id) ? u->id : NULL;
		}
		if (other->load_state == UNIT_LOADED && triggered && streq(triggered, u->id)) {
			strv_add_unique(&found, &c->arena, other->id);
		}
	}
	for (size_t i = 0; i < found.n; i++) {
		print_state_line(c, "TriggeredBy: ", found.v[i], i == 0);
	}
}

/* systemctl gives the dot before them the colour of the unit itself. */
static void print_triggers(struct cmd *c, const struct cmd_unit *cu)
{
	const struct unit *u = cu->unit;
	const char *name = has_settings(u) ? unit_triggered_name(u, &c->arena) : NULL;
	const char *color = color_of_state(cu->record.active);
	struct strv names = { 0 };

	if (name && u->type == UNIT_SOCKET && u->socket.accept) {
		triggers_find_instances(c, u, &names);
	} else if (name) {
		strv_add(&names, &c->arena, name);
	}
	for (size_t i = 0; i < names.n; i++) {
		printf("%s%s%s%s %s\n", i == 0 ? "   Triggers: " : INDENT, color,
		       glyph(GLYPH_DOT), *color ? color_off() : "", names.v[i]);
	}
}

static void print_type_lines(const struct unit *u)
{
	const char *where = u->type == UNIT_MOUNT       ? u->mount.where
			    : u->type == UNIT_AUTOMOUNT ? u->automount.where
							: NULL;
	const char *what = u->type == UNIT_MOUNT  ? u->mount.what
			   : u->type == UNIT_SWAP ? u->swap.what
						  : NULL;

	if (!has_settings(u)) {
		return;
	}
	if (where) {
		printf("      Where: %s\n", where);
	}
	if (what) {
		printf("       What: %s\n", what);
	}
	for (size_t i = 0; u->type == UNIT_SOCKET && i < u->socket.n_ports; i++) {
		const struct socket_port *port = &u->socket.ports[i];
		uint64_t number;

		printf("%s%s%s (%s)\n", i == 0 ? "     Listen: " : INDENT,
		       str_to_u64(port->address, &number) >= 0 ? "[::]:" : "", port->address,
		       str_after_prefix(port->directive, "Listen"));
	}
}

static void print_docs(const struct unit *u)
{
	for (size_t i = 0; i < u->documentation.n; i++) {
		printf("%s%s\n", i == 0 ? "       Docs: " : INDENT, u->documentation.v[i]);
	}
}

void status_print_unit(struct cmd *c, const struct cmd_unit *cu)
{
	const struct unit *u = cu->unit;
	const struct record *r = &cu->record;

	print_title(cu);
	print_loaded(c, u);
	if (transient_is_unit(&c->store.search, u)) {
		puts("  Transient: yes");
	}
	print_dropins(c, u);
	print_active(c, cu);
	if (cmd_unit_has_job(cu)) {
		printf("        Job: %s\n", jobs_number(c, u->id));
	}
	print_condition(c, cu);
	if (str_or_empty(r->invocation_id)[0]) {
		printf(" Invocation: %s\n", r->invocation_id);
	}
	print_triggered_by(c, u);
	if (u->type == UNIT_TIMER) {
		triggers_print_status(c, cu);
	}
	print_triggers(c, cu);
	print_type_lines(u);
	if (u->type == UNIT_SOCKET) {
		triggers_print_status(c, cu);
	}
	print_docs(u);
	status_print_processes(c, cu);
	if (str_or_empty(r->status_text)[0]) {
		printf("     Status: \"%s\"\n", r->status_text);
	}
	if (r->status_errno > 0) {
		printf("      Error: code: %d (%s)\n", r->status_errno, strerror(r->status_errno));
	}
	status_print_tree(c, cu);
	status_print_log(c, cu);
}
