/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

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

/* ---- names ---- */

static int make_names(struct run *r)
{
	struct arena *a = &r->c->arena;
	enum unit_type trigger = run_trigger_type(r);
	const char *suffix = r->scope ? ".scope" : ".service";
	struct strv word = {0}, names = {0};
	struct proc_id self = proc_id_of(getpid());

	if (r->unit) {
		int type = name_type(r->unit);

		strv_add(&word, a,
			 type == UNIT_TIMER || type == UNIT_PATH || type == UNIT_SOCKET
			     ? name_change_suffix(a, r->unit, "service")
			     : r->unit);
		if (cmd_mangle_names(r->c, &word, suffix, false, &names) < 0) {
			return -EINVAL;
		}
		r->name = names.v[0];
	} else {
		r->name = arena_printf(a, "run-p%ld-i%llu%s", (long)self.pid,
				       (unsigned long long)self.start_time, suffix);
	}
	if (!str_has_suffix(r->name, suffix)) {
		cmd_error("Failed to start transient service unit: Cannot set property ExecStart, "
			  "or unknown property.");
		return -EINVAL;
	}
	r->base = name_without_suffix(a, r->name);
	r->trigger = trigger == UNIT_TYPE_MAX
			 ? NULL
			 : arena_printf(a, "%s.%s", r->base, unit_type_name(trigger));
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
	cmd_error(
	    "Failed to start transient %s unit: Unit %s was already loaded or has a fragment file.",
	    unit_type_name(cu.unit->type), name);
	return -EEXIST;
}

/* ---- the command ---- */

static int find_executable(struct run *r)
{
	struct arena *a = &r->c->arena;
	const char *name = r->command.v[0], *path = getenv("PATH");
	struct strv dirs = {0};

	if (strchr(name, '/')) {
		char real[4096];

		if (!path_is_absolute(name) && realpath(name, real)) {
			r->command.v[0] = arena_strdup(a, real);
		}
		return 0;
	}
	strv_split(&dirs, a, path ? path : SEARCH_PATH, ":");
	STRV_FOREACH(dir, &dirs)
	{
		const char *full = path_join(a, dir, name);

		if (access(full, X_OK) == 0) {
			r->command.v[0] = (char *)full;
			return 0;
		}
	}
	cmd_error("Failed to find executable %s: No such file or directory", name);
	return -ENOENT;
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
		return r->description ? r->description : r->name;
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
	if (r->slice) {
		add_setting(&own, "Slice",
			    str_has_suffix(r->slice, ".slice")
				? r->slice
				: arena_printf(&r->c->arena, "%s.slice", r->slice));
	}
	if (r->service_type && !is_taken(r, UNIT_SERVICE, directive_find(UNIT_SERVICE, "Service", "Type"), r->service_type)) {
		cmd_error("Failed to start transient service unit: Invalid Type setting: %s",
			  r->service_type);
		return -EINVAL;
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
	int e = make_names(r);

	e = e < 0 || r->command.n == 0 ? e : find_executable(r);
	/* With a trigger and no command it is a unit that is there already which is to be started.
	 */
	e = e < 0 || (r->trigger && r->command.n == 0) ? e : refuse_existing(r, r->name);
	e = e < 0 || !r->trigger ? e : refuse_existing(r, r->trigger);
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
