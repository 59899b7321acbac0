/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/proc.h"
#include "run.h"
#include "unit/directive.h"

#define FILE_HEAD                                                                                  \
	"# This is a transient unit file, created programmatically via the systemd API. Do not "   \
	"edit.\n"
#define SEARCH_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define UNQUOTED "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./=:,@%+-^~"

enum unit_type run_trigger_type(const struct run *r)
{
	return r->timer_properties.n > 0    ? UNIT_TIMER
	       : r->path_properties.n > 0   ? UNIT_PATH
	       : r->socket_properties.n > 0 ? UNIT_SOCKET
					    : UNIT_TYPE_MAX;
}

static enum unit_type made_type(const struct run *r)
{
	enum unit_type trigger = run_trigger_type(r);

	return trigger != UNIT_TYPE_MAX ? trigger : r->scope ? UNIT_SCOPE : UNIT_SERVICE;
}

const char *run_type_name(const struct run *r)
{
	return unit_type_name(made_type(r));
}

static int refuse(const struct run *r, const char *text)
{
	cmd_error("Failed to start transient %s unit: %s", run_type_name(r), text);
	return -EINVAL;
}

/* ---- names ---- */

/* A word of the command line as the name of a unit; NULL: told. */
static const char *mangle(struct run *r, const char *text, const char *suffix)
{
	struct strv word = {0}, names = {0};

	strv_add(&word, &r->c->arena, text);
	return cmd_mangle_names(r->c, &word, suffix, false, &names) < 0 ? NULL : names.v[0];
}

/* The name that --unit= gives must be one of what is made, or of the service that it triggers. */
static int check_name(struct run *r, const char *name)
{
	static const char *const properties[UNIT_TYPE_MAX] = {
		[UNIT_PATH] = "Paths",	       [UNIT_SCOPE] = "PIDs",
		[UNIT_SERVICE] = "ExecStart",  [UNIT_SOCKET] = "Listen",
		[UNIT_TIMER] = "TimersMonotonic",
	};
	enum unit_type made = made_type(r), type = (enum unit_type)name_type(name);

	if (type == UNIT_TARGET || type == UNIT_DEVICE || type == UNIT_SWAP) {
		return refuse(r, arena_printf(&r->c->arena,
					      "Unit type %s does not support transient units.",
					      unit_type_name(type)));
	}
	if (type != made && (type != UNIT_SERVICE || made == UNIT_SCOPE)) {
		return refuse(r, arena_printf(&r->c->arena,
					      "Cannot set property %s, or unknown property.",
					      properties[made]));
	}
	if (name_classify(name) == NAME_TEMPLATE) {
		return refuse(r, arena_printf(&r->c->arena,
					      "Unit name %s is missing the instance name.", name));
	}
	return 0;
}

static int make_names(struct run *r)
{
	struct arena *a = &r->c->arena;
	const char *suffix = r->scope ? "scope" : "service";
	struct proc_id self = proc_id_of(getpid());
	const char *name = r->unit ? mangle(r, r->unit, arena_printf(a, ".%s", suffix))
				   : arena_printf(a, "run-p%ld-i%llu.%s", (long)self.pid,
						  (unsigned long long)self.start_time, suffix);

	if (!name || check_name(r, name) < 0) {
		return -EINVAL;
	}
	r->name = name_change_suffix(a, name, suffix);
	r->trigger = run_trigger_type(r) == UNIT_TYPE_MAX
			 ? NULL
			 : name_change_suffix(a, name, run_type_name(r));
	return 0;
}

static int refuse_existing(struct run *r, const char *name)
{
	struct cmd_unit cu;

	if (cmd_unit_get(r->c, name, &cu) < 0) {
		return -EIO;
	}
	if (cu.unit->load_state == UNIT_NOT_FOUND && active_state_is_down(cu.record.active)) {
		return 0;
	}
	return refuse(r, arena_printf(&r->c->arena,
				      "Unit %s was already loaded or has a fragment file.", name));
}

/* ---- the command ---- */

/* An errno. */
static int look_at_file(struct run *r, const char *name)
{
	char real[PATH_MAX];
	struct stat st;

	if (stat(*name ? name : ".", &st) < 0) {
		return errno;
	}
	if (S_ISDIR(st.st_mode)) {
		return EISDIR;
	}
	if (!path_is_absolute(name) && realpath(name, real)) {
		r->command.v[0] = arena_strdup(&r->c->arena, real);
	}
	return 0;
}

static int look_in_path(struct run *r, const char *name)
{
	const char *path = getenv("PATH");
	struct strv dirs = {0};

	strv_split(&dirs, &r->c->arena, path ? path : SEARCH_PATH, ":");
	STRV_FOREACH(dir, &dirs)
	{
		const char *full = path_join(&r->c->arena, dir, name);

		if (access(full, X_OK) == 0) {
			r->command.v[0] = (char *)full;
			return 0;
		}
	}
	return ENOENT;
}

static int find_executable(struct run *r)
{
	const char *name = r->command.v[0];
	bool is_path = strchr(name, '/') || !*name;
	int error = is_path ? look_at_file(r, name) : look_in_path(r, name);

	if (error) {
		cmd_error("Failed to find executable %s: %s", name, strerror(error));
	}
	return -error;
}

/* Double quotes where a shell would want them. */
static void add_described(struct strbuf *out, const char *word)
{
	if (*word && word[strspn(word, UNQUOTED)] == '\0') {
		strbuf_add(out, word);
		return;
	}
	strbuf_add_char(out, '"');
	for (; *word; word++) {
		strbuf_addf(out, strchr("\"\\$`", *word) ? "\\%c" : "%c", *word);
	}
	strbuf_add_char(out, '"');
}

static const char *describe(struct run *r)
{
	CLEANUP_STRBUF struct strbuf text = {0};

	if (r->description || r->command.n == 0) {
		return r->description ? r->description
				      : arena_printf(&r->c->arena, "[systemd-run] %s", r->unit);
	}
	strbuf_add(&text, "[systemd-run]");
	STRV_FOREACH(word, &r->command)
	{
		strbuf_add_char(&text, ' ');
		add_described(&text, word);
	}
	return arena_strdup(&r->c->arena, strbuf_text(&text));
}

/* Specifiers are for people who write unit files: what stands on a command line is meant as it
 * stands. */
static void add_literal(struct strbuf *out, const char *value)
{
	for (; *value; value++) {
		strbuf_add(out, *value == '%' ? "%%" : (char[]){*value, '\0'});
	}
}

static void add_quoted(struct strbuf *out, const char *word)
{
	strbuf_add_char(out, '"');
	for (; *word; word++) {
		if (*word == '\n') {
			strbuf_add(out, "\\n");
		} else if (*word == '"' || *word == '\\') {
			strbuf_addf(out, "\\%c", *word);
		} else {
			strbuf_add(out, *word == '%' ? "%%" : (char[]){*word, '\0'});
		}
	}
	strbuf_add_char(out, '"');
}

static void add_command(const struct run *r, struct strbuf *out)
{
	strbuf_addf(out, "ExecStart=\nExecStart=%s%s", r->ignore_failure ? "-" : "",
		    r->no_expand ? ":" : "");
	for (size_t i = 0; i < r->command.n; i++) {
		strbuf_add(out, i > 0 ? " " : "");
		add_quoted(out, r->command.v[i]);
	}
	strbuf_add_char(out, '\n');
}

/* ---- settings ---- */

static const char *type_section(struct run *r, enum unit_type type)
{
	char *name = arena_strdup(&r->c->arena, unit_type_name(type));

	name[0] = (char)(name[0] - 'a' + 'A');
	return name;
}

/* Does the directive's own parser take the value, and without a word? */
static bool is_taken(struct run *r, enum unit_type type, const struct directive *d, const char *value)
{
	struct diag_list diags = {.arena = &r->c->arena};
	struct unit *scratch = arena_new(&r->c->arena, struct unit);
	struct specifier_scope scope = {0};
	struct directive_context context = {
	    .unit = scratch,
	    .scope = &scope,
	    .arena = &r->c->arena,
	    .diags = &diags,
	    .file = "",
	    .directive = d,
	};

	scratch->type = type;
	scratch->id = r->name;
	if (directive_assign(&context, value) < 0) {
		return false;
	}
	for (size_t i = 0; i < diags.n; i++) {
		if (diags.v[i].level <= DIAG_WARNING) {
			return false;
		}
	}
	return true;
}

/* "NAME=VALUE" into the section that knows the name. 0 or -EINVAL (printed). */
static int add_property(struct run *r, enum unit_type type, const char *word, struct strbuf *unit,
			struct strbuf *own)
{
	const char *equals = strchr(word, '='), *section = type_section(r, type);
	char *name = arena_strndup(&r->c->arena, word, (size_t)(equals - word));
	const struct directive *d = directive_find(type, section, name);
	struct strbuf *out = d ? own : unit;

	d = d ? d : directive_find(type, "Unit", name);
	if (!d || d->effect == DIRECTIVE_OBSOLETE) {
		cmd_error("Unknown assignment: %s", word);
		return -EINVAL;
	}
	/* What holds a specifier is looked at when the unit is loaded. */
	if (equals[1] && !strchr(equals, '%') && !is_taken(r, type, d, equals + 1)) {
		cmd_error("Failed to parse %s: Invalid argument", word);
		return -EINVAL;
	}
	strbuf_addf(out, "%s=", name);
	add_literal(out, equals + 1);
	strbuf_add_char(out, '\n');
	return 0;
}

static int add_properties(struct run *r, enum unit_type type, const struct strv *words,
			  struct strbuf *unit, struct strbuf *own)
{
	STRV_FOREACH(word, words)
	{
		if (add_property(r, type, word, unit, own) < 0) {
			return -EINVAL;
		}
	}
	return 0;
}

static void add_setting(struct strbuf *out, const char *name, const char *value)
{
	if (value) {
		strbuf_addf(out, "%s=", name);
		add_literal(out, value);
		strbuf_add_char(out, '\n');
	}
}

static void add_service(struct run *r, struct strbuf *own)
{
	char here[4096];

	add_setting(own, "RemainAfterExit", r->remain ? "yes" : NULL);
	add_setting(own, "Type", r->service_type ? r->service_type : r->shell ? "exec" : NULL);
	add_setting(own, "User", r->user);
	add_setting(own, "Group", r->group);
	add_setting(own, "Nice", r->nice);
	add_setting(own, "SendSIGHUP", r->send_sighup ? "yes" : NULL);
	add_setting(own, "WorkingDirectory",
		    r->directory				? r->directory
		    : r->same_dir && getcwd(here, sizeof(here)) ? here
								: NULL);
	for (size_t i = 0; i < r->environment.n; i++) {
		strbuf_add(own, i == 0 ? "Environment=" : " ");
		add_quoted(own, r->environment.v[i]);
		strbuf_add(own, i + 1 == r->environment.n ? "\n" : "");
	}
	STRV_FOREACH(line, &r->streams)
	{
		strbuf_addf(own, "%s\n", line);
	}
	if (r->command.n > 0) {
		add_command(r, own);
	}
}

/* ---- files ---- */

static int write_file(struct run *r, const char *name, const char *section, struct strbuf *unit,
		      struct strbuf *own)
{
	const char *dir = r->c->store.search.transient;
	const char *path = path_join(&r->c->arena, dir, name);
	CLEANUP_STRBUF struct strbuf text = {0};
	int e = io_make_dirs(AT_FDCWD, dir, 0755);

	strbuf_addf(&text, FILE_HEAD "[Unit]\nDescription=");
	add_literal(&text, describe(r));
	strbuf_addf(&text, "\n%s%s\n[%s]\n%s", r->collect ? "CollectMode=inactive-or-failed\n" : "",
		    strbuf_text(unit), section, strbuf_text(own));
	e = e < 0 ? e
		  : io_write_atomic(AT_FDCWD, path, strbuf_text(&text), strlen(strbuf_text(&text)),
				    0644);
	if (e < 0) {
		cmd_error("Failed to create transient unit file %s: %s", path, strerror(-e));
		return e;
	}
	strv_add(&r->files, &r->c->arena, path);
	return 0;
}

static int write_command_unit(struct run *r)
{
	CLEANUP_STRBUF struct strbuf unit = {0}, own = {0};
	enum unit_type type = r->scope ? UNIT_SCOPE : UNIT_SERVICE;

	if (add_properties(r, type, &r->properties, &unit, &own) < 0) {
		return -EINVAL;
	}
	if (r->slice && *r->slice) {
		const char *slice = mangle(r, r->slice, ".slice");

		if (!slice) {
			return -EINVAL;
		}
		if (name_type(slice) != UNIT_SLICE) {
			return refuse(r, arena_printf(&r->c->arena,
						      "Unit name '%s' is not a slice", slice));
		}
		add_setting(&own, "Slice", slice);
	}
	if (r->service_type && !is_taken(r, UNIT_SERVICE, directive_find(UNIT_SERVICE, "Service", "Type"), r->service_type)) {
		return refuse(r, arena_printf(&r->c->arena, "Invalid Type setting: %s",
					      r->service_type));
	}
	if (!r->scope) {
		add_service(r, &own);
	}
	return write_file(r, r->name, type_section(r, type), &unit, &own);
}

static int write_trigger(struct run *r)
{
	CLEANUP_STRBUF struct strbuf unit = {0}, own = {0};
	enum unit_type type = run_trigger_type(r);
	const struct strv *words = type == UNIT_TIMER  ? &r->timer_properties
				   : type == UNIT_PATH ? &r->path_properties
						       : &r->socket_properties;

	if (add_properties(r, type, words, &unit, &own) < 0) {
		return -EINVAL;
	}
	strbuf_add(&own, type == UNIT_TIMER ? "RemainAfterElapse=no\n" : "");
	return write_file(r, r->trigger, type_section(r, type), &unit, &own);
}

int run_write_units(struct run *r)
{
	int e;

	if (!r->c->store.search.transient) {
		cmd_error("Failed to connect to user scope bus via local transport: "
			  "$DBUS_SESSION_BUS_ADDRESS and $XDG_RUNTIME_DIR not defined");
		return -ENXIO;
	}
	e = make_names(r);
	e = e < 0 || r->command.n == 0 ? e : find_executable(r);
	e = e < 0 || !r->trigger ? e : refuse_existing(r, r->trigger);
	/* With a trigger and no command it is a unit that is there already which is to be started.
	 */
	e = e < 0 || (r->trigger && r->command.n == 0) ? e : refuse_existing(r, r->name);
	if (e < 0) {
		return e;
	}
	e = r->command.n > 0 ? write_command_unit(r) : 0;
	e = e < 0 || !r->trigger ? e : write_trigger(r);
	if (e < 0) {
		run_remove_units(r);
		return e;
	}
	/* The index was made before the files were. */
	unit_store_close(&r->c->store);
	r->c->store_ready = false;
	return cmd_need_store(r->c);
}

void run_remove_units(struct run *r)
{
	STRV_FOREACH(path, &r->files)
	{
		unlink(path);
	}
	if (r->c->store_ready) {
		transient_remove_dir(&r->c->store.search);
	}
}
