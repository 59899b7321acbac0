/* SPDX-License-Identifier: MIT */
#include "jobs.h"

#include <errno.h>
#include <stdio.h>

#include "cmd/runtime.h"
#include "glyph.h"
#include "list.h"
#include "state/news.h"
#include "state/queue.h"

#define GONE_MAX USEC_PER_SEC

/* What waits in other commands, as it was when somebody first asked. */
static void need_queue(struct cmd *c)
{
	if (!c->queue_ready) {
		c->queue_ready = true;
		(void)queue_list(&c->place, &c->arena, &c->queue, &c->n_queue);
	}
}

bool cmd_unit_has_job(const struct cmd_unit *cu)
{
	return str_or_empty(cu->record.job)[0] != '\0';
}

void jobs_complete(struct cmd *c, struct cmd_unit *cu)
{
	const struct queued_job *found = NULL;

	need_queue(c);
	for (size_t i = 0; i < c->n_queue; i++) {
		if (streq(c->queue[i].unit, cu->unit->id) && (!found || c->queue[i].is_running)) {
			found = &c->queue[i];
		}
	}
	/* Who stops a unit to start it again, knows more than its supervisor does. */
	cu->job_waits = found && !found->is_running && !cmd_unit_has_job(cu);
	if (found && (found->is_running || !cmd_unit_has_job(cu))) {
		cu->record.job = found->type;
	}
}

void jobs_add_units(struct cmd *c, struct strv *names)
{
	need_queue(c);
	for (size_t i = 0; i < c->n_queue; i++) {
		strv_add_unique(names, &c->arena, c->queue[i].unit);
	}
}

void jobs_mark_nodes(struct cmd *c, struct graph *g)
{
	for (size_t i = 0; i < c->n_queue; i++) {
		struct graph_node *node = graph_find(g, c->queue[i].unit);
		int type = job_type_parse(c->queue[i].type);

		if (node && type >= 0 && (!node->is_queued || c->queue[i].is_running)) {
			node->is_queued = true;
			node->queued = (enum job_type)type;
		}
	}
}

/* Nobody counts jobs, so the unit's name has to give the number: there is but one of each. */
const char *jobs_number(struct cmd *c, const char *unit)
{
	return arena_printf(&c->arena, "%u", (unsigned)(place_hash_unit(unit) >> 33) + 1);
}

/* All units that have a job, sorted by name. */
static int collect(struct cmd *c, struct cmd_unit **ret, size_t *ret_n)
{
	struct strv names = { 0 };
	struct cmd_unit *units = NULL;
	size_t n = 0, cap = 0;
	int r = cmd_need_place(c);

	if (r < 0 || ((r = place_list_units(&c->place, &c->arena, &names)) < 0 && r != -ENOENT)) {
		return r;
	}
	jobs_add_units(c, &names);
	strv_sort(&names);
	STRV_FOREACH(name, &names) {
		struct cmd_unit cu;

		if (cmd_unit_get(c, name, &cu) >= 0 && cmd_unit_has_job(&cu)) {
			*ARENA_PUSH(&c->arena, units, n, cap) = cu;
		}
	}
	*ret = units;
	*ret_n = n;
	return 0;
}

/* ---- list-jobs ---- */

struct listing {
	struct cmd *c;
	struct table table;
	const struct cmd_unit *units;
	size_t n;
	struct graph graph;
};

static enum job_type job_type_of(const struct cmd_unit *cu)
{
	int type = job_type_parse(cu->record.job);

	return type < 0 ? JOB_NOP : (enum job_type)type;
}

/* Rows for the jobs that follow the one of `cu`, or that it follows. */
static void add_ordered(struct listing *l, const struct cmd_unit *cu, bool blocked)
{
	const struct graph_node *node = graph_find(&l->graph, cu->unit->id);

	for (size_t i = 0; node && i < l->n; i++) {
		const struct cmd_unit *other = &l->units[i];
		struct arena *a = &l->c->arena;

		GRAPH_FOREACH(e, &l->graph, (uint32_t)(node - l->graph.nodes), ATOM_AFTER | ATOM_BEFORE) {
			uint32_t inverse = (e->atoms & ATOM_AFTER ? ATOM_BEFORE : 0) |
					   (e->atoms & ATOM_BEFORE ? ATOM_AFTER : 0);
			bool follows = blocked ? job_type_follows(job_type_of(other), job_type_of(cu), inverse)
					       : job_type_follows(job_type_of(cu), job_type_of(other), e->atoms);

			if (follows && l->graph.nodes[e->to].unit == other->unit) {
				table_add(&l->table,
					  (const char *const[]){ glyph(GLYPH_LAST),
								 arena_printf(a, "\t%s job %s (%s/%s)",
									      blocked ? "blocking" : "waiting for",
									      jobs_number(l->c, other->unit->id),
									      other->unit->id, other->record.job),
								 NULL, NULL });
			}
		}
	}
}

static int open_graph(struct listing *l)
{
	struct strv wanted = { 0 };

	for (size_t i = 0; i < l->n; i++) {
		strv_add(&wanted, &l->c->arena, l->units[i].unit->id);
	}
	return cmd_graph_open(l->c, &wanted, &l->graph);
}

int cmd_list_jobs(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	static const char *const heading[] = { "JOB", "UNIT", "TYPE", "STATE" };
	struct listing l = { .c = c, .table = { .arena = &c->arena, .n_columns = 4 } };
	struct cmd_unit *units;
	size_t n_listed = 0;

	if (collect(c, &units, &l.n) < 0) {
		return 1;
	}
	l.units = units;
	if ((c->options.jobs_before || c->options.jobs_after) && open_graph(&l) < 0) {
		return 1;
	}
	for (size_t i = 0; i < l.n; i++) {
		if (!list_matches(args, units[i].unit->id)) {
			continue;
		}
		n_listed++;
		table_add(&l.table, (const char *const[]){ jobs_number(c, units[i].unit->id), units[i].unit->id,
							   units[i].record.job,
							   units[i].job_waits ? "waiting" : "running" });
		if (c->options.jobs_after) {
			add_ordered(&l, &units[i], true);
		}
		if (c->options.jobs_before) {
			add_ordered(&l, &units[i], false);
		}
	}
	if (n_listed == 0) {
		if (list_wants_legend(c)) {
			puts(l.n > 0 ? "No jobs listed." : "No jobs running.");
		}
		return 0;
	}
	table_print(&l.table, list_wants_legend(c) ? heading : NULL);
	if (list_wants_legend(c)) {
		printf("\n%zu jobs listed.\n", n_listed);
	}
	return 0;
}

/* ---- cancel ---- */

static bool has_unit(void *context, const struct queued_job *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (streq(jobs[i].unit, context)) {
			return true;
		}
	}
	return false;
}

/* Commands have been told of what waits in them; requests may wait in a supervisor, too, for the end of a restart. */
static int cancel_one(struct cmd *c, const struct cmd_unit *cu)
{
	char answer[CONTROL_MESSAGE_MAX];
	int r = cmd_ask_supervisor(c, cu->unit->id, "cancel", answer);

	if (r < 0 && r != -ENOENT && r != -ECONNREFUSED) {
		cmd_error("Failed to cancel job %s: %s", jobs_number(c, cu->unit->id), strerror(-r));
		return 1;
	}
	/* Whoever has been told, or has heard it from a supervisor, takes the job out of its queue. */
	queue_wait(&c->place, has_unit, (void *)cu->unit->id, GONE_MAX);
	return 0;
}

/* The unit whose job has this number; NULL none. */
static const struct cmd_unit *find_numbered(struct cmd *c, const struct cmd_unit *units, size_t n,
					    const char *number)
{
	for (size_t i = 0; i < n; i++) {
		if (streq(jobs_number(c, units[i].unit->id), number)) {
			return &units[i];
		}
	}
	return NULL;
}

static int cancel(struct cmd *c, const struct cmd_unit *units, size_t n)
{
	CLEANUP_STRBUF struct strbuf text = { 0 };
	int status = 0;

	for (size_t i = 0; i < n; i++) {
		strbuf_addf(&text, NEWS_CANCEL " %s\n", units[i].unit->id);
	}
	news_tell(&c->place, strbuf_text(&text));
	for (size_t i = 0; i < n; i++) {
		status |= cancel_one(c, &units[i]);
	}
	return status;
}

int cmd_cancel(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct cmd_unit *units;
	int status = 0;
	size_t n;

	if (collect(c, &units, &n) < 0) {
		return 1;
	}
	if (args->n == 0) {
		return cancel(c, units, n);
	}
	STRV_FOREACH(word, args) {
		const struct cmd_unit *cu;
		uint64_t id = 0;
		int r = word[0] == '-' ? -ERANGE : str_to_u64(word, &id);

		if (r == 0 && id > UINT32_MAX) {
			r = -ERANGE;
		}
		if (r < 0) {
			cmd_error("Failed to parse job id \"%s\": %s", word, strerror(-r));
			return 1;
		}
		cu = find_numbered(c, units, n, arena_printf(&c->arena, "%llu", (unsigned long long)id));
		if (!cu) {
			cmd_error("Failed to cancel job %s, ignoring: Job %s does not exist.", word, word);
			status = 1;
			continue;
		}
		status |= cancel(c, cu, 1);
	}
	return status;
}
