/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <errno.h>
#include <fcntl.h>

#include "base/io.h"
#include "marks.h"
#include "state/control.h"
#include "unit/directive.h"

#define DROPIN_HEAD                                                                                \
	"# This is a drop-in unit file extension, created via \"systemctl set-property\"\n"        \
	"# or an equivalent operation. Do not edit.\n"

/* What a running unit can be told, and where that is written. */
struct property {
	const char *section;
	const char *name, *value;
	const struct directive *directive;
	const char *stored; /* the value as it is written */
};

static bool is_in_group(const char *group, enum unit_type type, const char *section,
			const char *name)
{
	const struct directive_group *groups[6];
	size_t n = directive_groups(type, section, groups);

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; streq(groups[i]->name, group) && k < groups[i]->n; k++) {
			if (streq(groups[i]->rows[k].name, name)) {
				return true;
			}
		}
	}
	return false;
}

/* The section named after the unit's type: "Service". */
static const char *own_section(struct cmd *c, enum unit_type type)
{
	char *name = arena_strdup(&c->arena, unit_type_name(type));

	name[0] = (char)(name[0] - 'a' + 'A');
	return name;
}

/* Resource control can be set, except what decides how the unit's processes are laid out. */
static bool is_settable(const struct unit *u, const struct property *p)
{
	static const char *const fixed[] = {"Delegate", "DelegateSubgroup", "Slice",
					    "MemoryPressureWatch", "MemoryPressureThresholdSec"};

	for (size_t i = 0; i < ARRAY_SIZE(fixed); i++) {
		if (streq(fixed[i], p->name)) {
			return false;
		}
	}
	return streq(p->name, "Description") || is_in_group("cgroup", u->type, p->section, p->name);
}

static int find_property(struct cmd *c, const struct unit *u, struct property *p)
{
	p->section = own_section(c, u->type);
	p->directive = directive_find(u->type, p->section, p->name);
	if (streq(p->name, "Description")) {
		p->section = "Unit";
		p->directive = directive_find(u->type, "Unit", p->name);
	}
	if (!p->directive) {
		cmd_error("Unknown assignment: %s=%s", p->name, p->value);
		return -EINVAL;
	}
	if (!is_settable(u, p)) {
		cmd_error("Failed to set unit properties on %s: Cannot set property %s, or unknown "
			  "property.",
			  u->id, p->directive->show ? p->directive->show : p->name);
		return -EINVAL;
	}
	return 0;
}

static bool is_printed(const char *name)
{
	return str_has_prefix(name, "Memory") || str_has_prefix(name, "Allowed");
}

/* As it is stored: amounts as the number that they mean, booleans in one word, shares with two
 * decimals. */
static const char *canonical_value(struct cmd *c, const struct unit *u, const struct property *p)
{
	CLEANUP_STRBUF struct strbuf text = {0};
	size_t n = strlen(p->value);
	bool b;

	if (n > 1 && p->value[n - 1] == '%') {
		return arena_printf(&c->arena, "%.2f%%", atof(p->value));
	}
	if (strstr(p->name, "Accounting") && value_parse_bool(p->value, &b) == 0) {
		return b ? "yes" : "no";
	}
	if (!is_printed(p->name) || !p->directive->print) {
		return p->value;
	}
	if (!*p->value) {
		return str_has_prefix(p->name, "Memory") ? "infinity" : "";
	}
	p->directive->print(u, p->directive, (const char *)u + p->directive->offset, &text);
	return arena_strdup(&c->arena, strbuf_text(&text));
}

/* Lets the directive's own parser look at the value; a copy of the unit takes it. Nothing is written before all words have passed. */
static int check_value(struct cmd *c, const struct unit *u, struct property *p)
{
	struct diag_list diags = {.arena = &c->arena};
	struct unit *copy = arena_new(&c->arena, struct unit);
	struct directive_context context = {
	    .unit = copy,
	    .arena = &c->arena,
	    .diags = &diags,
	    .file = "",
	    .directive = p->directive,
	};

	*copy = *u;
	copy->assignments = NULL;
	copy->n_assignments = copy->cap_assignments = 0;
	if (streq(p->section, "Unit")) {
		p->stored = p->value;
		return 0;
	}
	if (*p->value && (directive_assign(&context, p->value) < 0 || diags.n > 0)) {
		cmd_error("Failed to parse %s=%s: Invalid argument", p->name, p->value);
		return -EINVAL;
	}
	p->stored = canonical_value(c, copy, p);
	return 0;
}

/* Settings that add up: a line that empties what files say, then one for each word. */
static bool is_list(const char *name)
{
	static const char *const lists[] = {
	    "AllowedCPUs",    "AllowedMemoryNodes", "BPFProgram",	  "DeviceAllow",
	    "IPAddressAllow", "IPAddressDeny",	    "IPEgressFilterPath", "IPIngressFilterPath",
	    "NFTSet",	      "SocketBindAllow",    "SocketBindDeny",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		if (streq(lists[i], name)) {
			return true;
		}
	}
	return false;
}

static void reread(struct cmd *c, const char *unit)
{
	CLEANUP_CLOSE int fd = control_connect(&c->place, unit);
	char answer[CONTROL_MESSAGE_MAX];
	size_t n_fds;

	if (fd >= 0 && control_send(fd, "reread", NULL, 0) == 0) {
		control_receive(fd, answer, NULL, 0, &n_fds);
	}
}

static int store_property(struct cmd *c, const struct unit *u, const struct property *p)
{
	const char *value = p->stored;
	const char *control = c->options.runtime ? c->store.search.runtime_control
						 : c->store.search.persistent_control;
	const char *dir = arena_printf(&c->arena, "%s/%s.d", control, u->id);
	/* A share of all memory or tasks is another property on the bus, and has a file of its own.
	 */
	bool is_share = *value && value[strlen(value) - 1] == '%' && !streq(p->name, "CPUQuota");
	const char *path =
	    arena_printf(&c->arena, "%s/50-%s%s.conf", dir, p->name, is_share ? "Scale" : "");
	CLEANUP_STRBUF struct strbuf text = {0};
	int r = io_make_dirs(AT_FDCWD, dir, 0755);

	strbuf_addf(&text, DROPIN_HEAD "[%s]\n%s%s", p->section, is_list(p->name) ? p->name : "",
		    is_list(p->name) ? "=\n" : "");
	if (!is_list(p->name) || *value) {
		strbuf_addf(&text, "%s=%s\n", p->name, value);
	}
	r = r < 0 ? r
		  : io_write_atomic(AT_FDCWD, path, strbuf_text(&text), strlen(strbuf_text(&text)),
				    0644);
	if (r < 0) {
		cmd_error("Failed to set unit properties on %s: %s: %s", u->id, path, strerror(-r));
	}
	return r;
}

static int set_marks(struct cmd *c, struct cmd_unit *cu, const char *words)
{
	const char *bad = NULL;
	int r = marks_change(c, cu, words, &bad);

	if (r == -EINVAL && bad) {
		cmd_error("Failed to set unit properties on %s: Unknown marker \"%s\".",
			  cu->unit->id, bad);
	} else if (r < 0) {
		cmd_error("Failed to set unit properties on %s: %s", cu->unit->id, strerror(-r));
	}
	return r;
}

static int parse_properties(struct cmd *c, const struct unit *u, const struct strv *args,
			    struct property *ret)
{
	for (size_t i = 1; i < args->n; i++) {
		const char *equals = strchr(args->v[i], '=');
		struct property *p = &ret[i - 1];

		if (!equals) {
			cmd_error("Not an assignment: %s", args->v[i]);
			return -EINVAL;
		}
		*p = (struct property){
		    .name = arena_strndup(&c->arena, args->v[i], (size_t)(equals - args->v[i])),
		    .value = equals + 1};
		if (!streq(p->name, "Markers") &&
		    (find_property(c, u, p) < 0 || check_value(c, u, p) < 0)) {
			return -EINVAL;
		}
	}
	return 0;
}

int cmd_set_property(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct property *properties = arena_new_n(&c->arena, struct property, args->n);
	struct strv word = {0}, names = {0};
	struct cmd_unit cu;
	int r;

	strv_add(&word, &c->arena, args->v[0]);
	if (cmd_mangle_names(c, &word, ".service", false, &names) < 0 ||
	    cmd_unit_get(c, names.v[0], &cu) < 0 ||
	    parse_properties(c, cu.unit, args, properties) < 0) {
		return 1;
	}
	if (cu.unit->load_state == UNIT_NOT_FOUND && active_state_is_down(cu.record.active)) {
		cmd_error("Failed to set unit properties on %s: Unit %s not found.", cu.unit->id,
			  cu.unit->id);
		return 1;
	}
	for (size_t i = 0; i + 1 < args->n; i++) {
		const struct property *p = &properties[i];

		r = streq(p->name, "Markers") ? set_marks(c, &cu, p->value)
					      : store_property(c, cu.unit, p);
		if (r < 0) {
			return 1;
		}
	}
	reread(c, cu.unit->id);
	return 0;
}
