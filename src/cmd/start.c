/* SPDX-License-Identifier: MIT */
#include "start.h"

#include <errno.h>

#include "cmd/boot.h"
#include "cmd/runtime.h"
#include "job/generators.h"
#include "marks.h"
#include "state/manager.h"

/* What each word asks for. */
static const struct start_kind kinds[] = {
	[CMD_START] = { "start", JOB_START },
	[CMD_STOP] = { "stop", JOB_STOP },
	[CMD_RELOAD] = { "reload", JOB_RELOAD },
	[CMD_RESTART] = { "restart", JOB_RESTART },
	[CMD_TRY_RESTART] = { "try-restart", JOB_TRY_RESTART },
	[CMD_RELOAD_OR_RESTART] = { "reload-or-restart", JOB_RESTART, .reload_if_possible = true },
	[CMD_TRY_RELOAD_OR_RESTART] = { "reload-or-try-restart", JOB_TRY_RESTART,
					.reload_if_possible = true },
	[CMD_ISOLATE] = { "start", JOB_START, .isolate = true },
	[CMD_DEFAULT] = { "start", JOB_START, .isolate = true, .unit = "default.target" },
	[CMD_RESCUE] = { "start", JOB_START, .isolate = true, .unit = "rescue.target" },
	[CMD_EMERGENCY] = { "start", JOB_START, .isolate = true, .unit = "emergency.target" },
};

/*
 * Exit status of each error, and whether a line follows that says where to look for more:
 * SYSTEMD.md 1.3.
 */
static const struct {
	int status;
	bool without_hint;
} errors[PLAN_ERROR_MAX] = {
	[PLAN_NOT_FOUND] = { 5, true },	   [PLAN_NOT_LOADED] = { 5, true },
	[PLAN_MASKED] = { 1, true },	   [PLAN_BAD_SETTING] = { 1 },
	[PLAN_LOAD_FAILED] = { 1 },	   [PLAN_NOT_APPLICABLE] = { 3, true },
	[PLAN_ONLY_BY_DEPENDENCY] = { 4 }, [PLAN_NO_ISOLATION] = { 4 },
	[PLAN_MISSING_INSTANCE] = { 1 },   [PLAN_CYCLIC] = { 1 },
	[PLAN_DESTRUCTIVE] = { 4 },	   [PLAN_INVALID_NAME] = { 1 },
	[PLAN_INVALID_MODE] = { 1 },	   [PLAN_CONFLICTING] = { 1 },
};

static void print_hint(const struct cmd *c, const char *name)
{
	cmd_error("See %s logs and 'systemctl%s status %s' for details.",
		  c->options.user ? "user" : "system", c->options.user ? " --user" : "", name);
}

/* The sentence of the last error, and the warnings before it that somebody should see. */
static const char *last_error(const struct diag_list *diags, size_t from)
{
	const char *text = NULL;

	for (size_t i = from; i < diags->n; i++) {
		if (diags->v[i].level == DIAG_ERROR) {
			text = diags->v[i].text;
		}
	}
	return text ? text : "Invalid argument";
}

static int add_one(struct start *s, const char *name, const struct start_kind *kind,
		   enum job_mode mode)
{
	struct plan_request request = {
		.name = name,
		.type = kind->type,
		.mode = mode,
		.manual = true,
		.reload_if_possible = kind->reload_if_possible,
	};
	size_t n_diags = s->diags.n;
	enum plan_error e = plan_add(&s->plan, &request, NULL);

	if (e == PLAN_OK) {
		strv_add(&s->accepted, &s->c->arena, name);
		return 0;
	}
	/* Nothing to restart is no mistake of who asks to restart only what runs. */
	if (e == PLAN_MASKED && (kind->type == JOB_TRY_RESTART || kind->type == JOB_TRY_RELOAD)) {
		return 0;
	}
	if (s->c->options.transient) {
		cmd_error("Failed to start transient %s unit: %s", s->c->options.transient,
			  last_error(&s->diags, n_diags));
		return -EINVAL;
	}
	cmd_error("Failed to %s %s: %s", kind->word, name, last_error(&s->diags, n_diags));
	if (!errors[e].without_hint) {
		print_hint(s->c, name);
	}
	return errors[e].status;
}

/* The generators of a container that does not boot run before its first unit does. */
static int prepare_store(struct cmd *c)
{
	struct diag_list diags = { .arena = &c->arena };
	bool has_run = false;
	int r = cmd_need_place(c);

	if (r >= 0) {
		r = cmd_need_store(c);
	}
	if (r < 0) {
		return r;
	}
	generators_run(&c->place, &c->store.search, false, &diags, &has_run);
	for (size_t i = 0; i < diags.n; i++) {
		if (diags.v[i].level <= DIAG_WARNING) {
			cmd_notice(c, "%s:%u: %s", str_or_empty(diags.v[i].file), diags.v[i].line, diags.v[i].text);
		}
	}
	if (has_run) {
		unit_store_close(&c->store);
		c->store_ready = false;
		r = cmd_need_store(c);
	}
	return r;
}

static enum job_mode mode_of(const struct cmd *c, const struct start_kind *kind)
{
	if (kind->isolate) {
		return JOB_MODE_ISOLATE;
	}
	return c->options.job_mode_set ? c->options.job_mode : JOB_MODE_REPLACE;
}

static int refuse_mode(const struct cmd *c, const struct start_kind *kind, const struct strv *names)
{
	STRV_FOREACH(name, names) {
		cmd_error("Failed to %s %s: Job mode %s invalid", kind->word, name,
			  c->options.job_mode_text);
		print_hint(c, name);
	}
	return 1;
}

/*
 * --job-mode=fail: jobs of other commands must not be replaced either.
 */
static int refuse_destructive(struct start *s)
{
	struct cmd *c = s->c;

	for (size_t i = 0; i < s->plan.n_steps; i++) {
		const struct plan_step *step = &s->plan.steps[i];
		const char *id = s->graph.nodes[step->node].unit->id;
		enum job_type type = step->pair >= 0 ? JOB_RESTART : step->type, merged;
		struct cmd_unit cu;
		int queued;

		if (cmd_unit_get(c, id, &cu) < 0) {
			continue;
		}
		queued = job_type_parse(str_or_empty(cu.record.job));
		if (queued < 0 || job_type_merge((enum job_type)queued, type, &merged) == 0) {
			continue;
		}
		cmd_error("Failed to %s %s: Transaction for %s/%s is destructive (%s has '%s' job "
			  "queued, but '%s' is included in transaction).",
			  s->kind->word, s->accepted.v[0], s->accepted.v[0],
			  job_type_name(s->kind->type), id, cu.record.job, job_type_name(type));
		print_hint(c, s->accepted.v[0]);
		return errors[PLAN_DESTRUCTIVE].status;
	}
	return 0;
}

/* Plans all names, then runs; `s` is set up here. */
static int start_names(struct cmd *c, const struct start_kind *kind, const struct strv *names,
		       bool in_place)
{
	struct start s = {
		.c = c, .kind = kind, .diags = { .arena = &c->arena }, .in_place = in_place
	};
	enum job_mode mode = mode_of(c, kind);
	int status = 0;

	if (mode == JOB_MODE_MAX) {
		return refuse_mode(c, kind, names);
	}
	if (prepare_store(c) < 0 || cmd_graph_open(c, names, &s.graph) < 0) {
		return 1;
	}
	plan_init(&s.plan, &s.graph, &c->arena, &s.diags);
	STRV_FOREACH(name, names) {
		int r = add_one(&s, name, kind, mode);

		status = status == 0 ? r : status;
	}
	plan_finish(&s.plan);
	if (mode == JOB_MODE_FAIL && s.accepted.n > 0) {
		int r = refuse_destructive(&s);

		if (r > 0) {
			return r;
		}
	}
	return start_run(&s, status);
}

/* Units that `set-property Markers=` marked: restart those that need it, reload the others. */
static int start_marked(struct cmd *c)
{
	struct strv restart = { 0 }, reload = { 0 };
	int status = 0;

	if (marks_take(c, &restart, &reload) < 0) {
		return 1;
	}
	if (restart.n > 0) {
		status = start_names(c, &kinds[CMD_TRY_RESTART], &restart, false);
	}
	if (reload.n > 0) {
		int r = start_names(c, &kinds[CMD_TRY_RELOAD_OR_RESTART], &reload, false);

		status = status == 0 ? r : status;
	}
	return status;
}

int start_in_place(struct cmd *c, const struct strv *names)
{
	return start_names(c, &kinds[CMD_START], names, true);
}

int stop_in_place(struct cmd *c, const struct strv *names)
{
	return start_names(c, &kinds[CMD_STOP], names, true);
}

static void warn_globs(void)
{
	cmd_error("Warning: systemctl start called with a glob pattern.");
	cmd_error("Hint: unit globs expand to loaded units, so start will usually have no effect.\n"
		  "      Passing --all will also load units which are pulled in by other units.\n"
		  "      See systemctl(1) for more details.");
}

/*
 * What an init of ours has to say: the targets of shutdown are its affair, and while it shuts down nothing is started. True: *ret_status is all.
 */
static bool ask_init(struct cmd *c, const struct start_kind *kind, const struct strv *names, int *ret_status)
{
	struct manager m = { 0 };
	int signal = kind->type == JOB_START && names->n == 1 ? cmd_power_signal_of_target(names->v[0]) : -1;

	if (kind->type == JOB_STOP || kind->type == JOB_RELOAD || c->options.dry_run || cmd_need_place(c) < 0) {
		return false;
	}
	manager_read(&c->place, &m);
	if (m.init.pid > 0 && signal >= 0) {
		*ret_status = cmd_power_ask(c, signal, -1);
		return true;
	}
	if (m.state != MANAGER_STOPPING) {
		return false;
	}
	STRV_FOREACH(name, names) {
		cmd_error("Failed to %s %s: Transaction for %s/%s is destructive (shutdown.target has 'start' job queued, but 'stop' is "
			  "included in transaction).",
			  kind->word, name, name, kind->word);
	}
	*ret_status = errors[PLAN_DESTRUCTIVE].status;
	return true;
}

int cmd_start(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	const struct start_kind *kind = &kinds[verb->argument];
	struct strv names = { 0 };
	bool has_globs = false;
	int r, status;

	if (c->options.wait && verb->argument != CMD_START && verb->argument != CMD_RESTART) {
		cmd_error("--wait may only be used with the 'start' or 'restart' commands.");
		return 1;
	}
	if (c->options.marked) {
		return start_marked(c);
	}
	if (kind->unit) {
		strv_add(&names, &c->arena, kind->unit);
		return start_names(c, kind, &names, false);
	}
	r = cmd_expand_names(c, args, kind->isolate ? ".target" : ".service", &names, &has_globs);
	if (r < 0) {
		return 1;
	}
	if (has_globs && kind->type == JOB_START && !c->options.all) {
		warn_globs();
	}
	if (ask_init(c, kind, &names, &status)) {
		return status;
	}
	return names.n > 0 ? start_names(c, kind, &names, false) : 0;
}
