/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "transaction.h"

/* In a sentence, %u is the unit, %t the job type, %w why it could not be loaded. */
struct error_text {
	int code;
	const char *sentence;
};

static const struct error_text errors[PLAN_ERROR_MAX] = {
	[PLAN_NOT_FOUND] = { -ENOENT, "Unit %u not found." },
	[PLAN_NOT_LOADED] = { -ENOENT, "Unit %u not loaded." },
	[PLAN_MASKED] = { -ERFKILL, "Unit %u is masked." },
	[PLAN_BAD_SETTING] = { -ENOEXEC, "Unit %u has a bad unit file setting." },
	/* The loader has the whole sentence. */
	[PLAN_LOAD_FAILED] = { -EIO, "%w" },
	[PLAN_NOT_APPLICABLE] = { -EBADR, "Job type %t is not applicable for unit %u." },
	[PLAN_ONLY_BY_DEPENDENCY] = {
		-EPERM,
		"Operation refused, unit %u may be requested by dependency only "
		"(it is configured to refuse manual start/stop).",
	},
	[PLAN_NO_ISOLATION] = { -EPERM, "Operation refused, unit may not be isolated." },
	[PLAN_MISSING_INSTANCE] = { -EINVAL, "Unit name %u is missing the instance name." },
	[PLAN_CYCLIC] = {
		-EDEADLK,
		"Transaction order is cyclic. See system logs for details.",
	},
	[PLAN_DESTRUCTIVE] = { -EDEADLK, "Transaction is destructive." },
	[PLAN_INVALID_NAME] = { -EINVAL, "Unit name %u is not valid." },
	[PLAN_INVALID_MODE] = { -EINVAL, "Invalid job mode specified." },
	[PLAN_CONFLICTING] = { -EDEADLK, "Transaction contains conflicting jobs." },
};

/* Modes that go with one type of job only. */
static const struct {
	enum job_mode mode;
	enum job_type type;
	const char *sentence;
} mode_types[] = {
	{ JOB_MODE_ISOLATE, JOB_START, "Isolate is only valid for start." },
	{ JOB_MODE_TRIGGERING, JOB_STOP, "--job-mode=triggering is only valid for stop." },
	{ JOB_MODE_RESTART_DEPENDENCIES, JOB_START,
	  "--job-mode=restart-dependencies is only valid for start." },
};

static const unsigned mode_flags[JOB_MODE_MAX] = {
	[JOB_MODE_IGNORE_DEPENDENCIES] = TR_IGNORE_REQUIREMENTS | TR_IGNORE_ORDER,
	[JOB_MODE_IGNORE_REQUIREMENTS] = TR_IGNORE_REQUIREMENTS,
	[JOB_MODE_RESTART_DEPENDENCIES] = TR_START_AS_RESTART,
};

static const enum job_type reload_types[JOB_TYPE_MAX] = {
	[JOB_RESTART] = JOB_RELOAD_OR_START,
	[JOB_TRY_RESTART] = JOB_TRY_RELOAD,
};

static const char *error_format(struct arena *a, enum plan_error error, const char *unit,
				enum job_type type, const char *why)
{
	CLEANUP_STRBUF struct strbuf text = {0};

	for (const char *s = errors[error].sentence; *s; s++) {
		if (*s != '%') {
			strbuf_add_char(&text, *s);
			continue;
		}
		s++;
		if (*s == 'u') {
			strbuf_add(&text, unit);
		} else {
			strbuf_add(&text, *s == 't' ? job_type_name(type) : str_or_empty(why));
		}
	}
	return arena_strdup(a, strbuf_text(&text));
}

const char *transaction_error_text(const struct transaction *tr, enum plan_error error)
{
	const struct unit *u = tr->g->nodes[tr->failed_node].unit;

	if (tr->failed_text) {
		return tr->failed_text;
	}
	return error_format(tr->arena, error, u->id, tr->failed_type, u->load_error);
}

void plan_init(struct plan *p, struct graph *g, struct arena *a, struct diag_list *diags)
{
	struct plan_builder *b = arena_new(a, struct plan_builder);
	size_t n = g->n_nodes;

	*b = (struct plan_builder){
		.queue = arena_new_n(a, struct queued_job, n),
		.queue_nodes = arena_new_n(a, uint32_t, n),
		.was_queued = arena_new_n(a, bool, n),
		.jobs_of = arena_new_n(a, struct tr_job *, n),
		.is_touched = arena_new_n(a, bool, n),
		.colors = arena_new_n(a, uint8_t, n),
		.stack = arena_new_n(a, struct order_frame, n),
	};
	*p = (struct plan){ .graph = g, .arena = a, .diags = diags, .transaction = b };
}

static enum plan_error plan_report(struct plan *p, enum plan_error error, const char *unit,
				   const char *text, const char **ret_culprit)
{
	(void)diag_add(p->diags, DIAG_ERROR, errors[error].code, NULL, 0, unit, "%s", text);
	if (ret_culprit) {
		*ret_culprit = arena_strdup(p->arena, unit);
	}
	return error;
}

static bool request_is_refused(enum job_type type, const struct graph_node *node)
{
	const struct unit *u = node->unit;

	switch (type) {
	case JOB_START:
		return u->refuse_manual_start;
	case JOB_STOP:
		return u->refuse_manual_stop;
	case JOB_RESTART:
	case JOB_TRY_RESTART:
		return u->refuse_manual_start || u->refuse_manual_stop;
	case JOB_RELOAD_OR_START:
		return job_type_collapse(type, node->state) == JOB_START && u->refuse_manual_start;
	default:
		return false;
	}
}

static bool unit_has_no_file(const struct unit *u)
{
	return u->load_state == UNIT_NOT_FOUND || u->load_state == UNIT_LOAD_ERROR ||
	       u->load_state == UNIT_BAD_SETTING;
}

/* What systemd refuses before it looks at any dependency. */
static enum plan_error request_check(const struct plan_request *request, enum job_type type,
				     const struct graph_node *node, const char **ret_text)
{
	if (type == JOB_STOP && unit_has_no_file(node->unit) && node->state == ACTIVE_INACTIVE) {
		return PLAN_NOT_LOADED;
	}
	if (request->manual && request_is_refused(type, node)) {
		return PLAN_ONLY_BY_DEPENDENCY;
	}
	for (size_t i = 0; i < ARRAY_SIZE(mode_types); i++) {
		if (request->mode == mode_types[i].mode && type != mode_types[i].type) {
			*ret_text = mode_types[i].sentence;
			return PLAN_INVALID_MODE;
		}
	}
	if (request->mode == JOB_MODE_ISOLATE && !node->unit->allow_isolate) {
		return PLAN_NO_ISOLATION;
	}
	return PLAN_OK;
}

static enum plan_error plan_transact(struct transaction *tr, enum job_type type, uint32_t node)
{
	enum plan_error error;

	error = transaction_add_job(tr, type, node, NULL,
				    TR_MATTERS | TR_STOP_WITH | mode_flags[tr->mode]);
	if (error == PLAN_OK && tr->mode == JOB_MODE_ISOLATE) {
		error = transaction_add_isolation(tr);
	}
	if (error == PLAN_OK && tr->mode == JOB_MODE_TRIGGERING) {
		error = transaction_add_triggers(tr, node);
	}
	return error == PLAN_OK ? transaction_activate(tr) : error;
}

static void transaction_finish(struct transaction *tr)
{
	for (size_t i = 0; i < tr->n_units; i++) {
		tr->builder->jobs_of[tr->units[i]] = NULL;
		tr->builder->is_touched[tr->units[i]] = false;
	}
}

enum plan_error plan_add(struct plan *p, const struct plan_request *request,
			 const char **ret_culprit)
{
	const struct graph_node *node = graph_find(p->graph, request->name);
	struct transaction tr = {
		.plan = p,
		.g = p->graph,
		.arena = p->arena,
		.builder = p->transaction,
		.mode = request->mode,
	};
	enum job_type type = request->type;
	const char *text = NULL;
	enum plan_error error;

	if (name_is_valid(request->name, NAME_TEMPLATE)) {
		error = PLAN_MISSING_INSTANCE;
	} else {
		error = node ? PLAN_OK : PLAN_INVALID_NAME;
	}
	if (error == PLAN_OK) {
		if (request->reload_if_possible && reload_types[type] != JOB_START &&
		    (job_unit_can_reload(node->unit) ||
		     transaction_passes_reload_on(&tr, (uint32_t)(node - p->graph->nodes)))) {
			type = reload_types[type];
		}
		error = request_check(request, type, node, &text);
	}
	if (error != PLAN_OK) {
		const char *id =
			error == PLAN_MISSING_INSTANCE || !node ? request->name : node->unit->id;

		text = text ? text : error_format(p->arena, error, id, type, NULL);
		return plan_report(p, error, id, text, ret_culprit);
	}
	p->yields |= request->mode == JOB_MODE_FAIL;
	error = plan_transact(&tr, job_type_collapse(type, node->state),
			      (uint32_t)(node - p->graph->nodes));
	transaction_finish(&tr);
	if (error != PLAN_OK) {
		return plan_report(p, error, tr_unit_id(&tr, tr.failed_node),
				   transaction_error_text(&tr, error), ret_culprit);
	}
	return PLAN_OK;
}
