/* SPDX-License-Identifier: MIT */

/* Verbs that systemctl has not, and users of docker-systemctl-replacement are used to. */

#include "cmd/runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/io.h"
#include "graph/graph.h"
#include "supervisor/environment.h"
#include "units.h"

#define ENVIRONMENT_FILE_MAX ((size_t)1024 * 1024)

static int find_service(struct cmd *c, struct strv *args, struct cmd_unit *ret)
{
	struct strv names = {0};

	if (cmd_mangle_names(c, args, ".service", false, &names) < 0 ||
	    cmd_unit_get(c, names.v[0], ret) < 0) {
		return -EINVAL;
	}
	if (ret->unit->type != UNIT_SERVICE || ret->unit->load_state != UNIT_LOADED) {
		cmd_error("Unit %s is no service that could be loaded.", names.v[0]);
		return -ENOENT;
	}
	return 0;
}

/* What the unit's commands get, but for what depends on the moment (INVOCATION_ID, MAINPID …). */
int cmd_environment(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct strv env = {0};
	struct cmd_unit cu;

	if (find_service(c, args, &cu) < 0) {
		return 1;
	}
	environment_of_manager(&c->place, &c->arena, &env);
	STRV_FOREACH(assignment, &cu.unit->exec.environment)
	{
		environment_put(&env, &c->arena, assignment);
	}
	for (size_t i = 0; i < cu.unit->exec.n_env_files; i++) {
		const struct exec_env_file *file = &cu.unit->exec.env_files[i];
		char *text;
		size_t n;

		if (io_read_file(AT_FDCWD, file->path, ENVIRONMENT_FILE_MAX, &c->arena, &text,
				 &n) == 0) {
			environment_parse_file(text, n, file->path, &c->arena, &env, NULL);
		}
	}
	STRV_FOREACH(name, &cu.unit->exec.unset_environment)
	{
		environment_unset(&env, name);
	}
	strv_sort(&env);
	STRV_FOREACH(assignment, &env)
	{
		puts(assignment);
	}
	return 0;
}

/* The words of each ExecStart=, as they stand in the unit with specifiers replaced. */
int cmd_command(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	const struct command_list *list;
	struct cmd_unit cu;

	if (find_service(c, args, &cu) < 0) {
		return 1;
	}
	list = &cu.unit->service.commands[SERVICE_EXEC_START];
	for (size_t i = 0; i < list->n; i++) {
		printf("%s", list->v[i].path);
		for (size_t k = 1; k < list->v[i].argv.n; k++) {
			printf(" %s", list->v[i].argv.v[k]);
		}
		putchar('\n');
	}
	return 0;
}

/* The services that a boot would start, those of the early boot and of missing files left out. */
int cmd_default_services(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	static const uint32_t pulls = ATOM_PULL_IN_START | ATOM_PULL_IN_START_IGNORED;
	struct strv wanted = {0}, names = {0};
	struct graph graph;
	bool *seen;
	uint32_t *queue;
	size_t n = 0;

	strv_add(&wanted, &c->arena, "default.target");
	if (cmd_graph_open(c, &wanted, &graph) < 0) {
		return 1;
	}
	seen = arena_new_n(&c->arena, bool, graph.n_nodes);
	queue = arena_new_n(&c->arena, uint32_t, graph.n_nodes + 1);
	queue[n++] = (uint32_t)(graph_find(&graph, "default.target") - graph.nodes);
	seen[queue[0]] = true;
	for (size_t i = 0; i < n; i++) {
		const struct unit *u = graph.nodes[queue[i]].unit;

		if (u->type == UNIT_SERVICE && u->load_state == UNIT_LOADED && !u->early &&
		    !u->skipped && !u->builtin) {
			strv_add(&names, &c->arena, u->id);
		}
		GRAPH_FOREACH(e, &graph, queue[i], pulls)
		{
			if (!seen[e->to]) {
				seen[e->to] = true;
				queue[n++] = e->to;
			}
		}
	}
	strv_sort(&names);
	STRV_FOREACH(name, &names)
	{
		puts(name);
	}
	return 0;
}
