/* SPDX-License-Identifier: MIT */
#include "units.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

#include "base/io.h"
#include "jobs.h"
#include "unit/builtin.h"

#define MOUNTINFO_MAX (1024 * 1024)

int cmd_unit_get(struct cmd *c, const char *name, struct cmd_unit *ret)
{
	int r = cmd_need_place(c);

	if (r >= 0) {
		r = cmd_need_store(c);
	}
	if (r < 0) {
		return r;
	}
	r = unit_store_get(&c->store, name, &ret->unit);
	if (r < 0) {
		cmd_error("Failed to load unit %s: %s", name, strerror(-r));
		return r;
	}
	runtime_get(&c->place, ret->unit, &c->arena, &ret->record);
	jobs_complete(c, ret);
	return 0;
}

int cmd_refuse_template(const char *name)
{
	if (name_classify(name) != NAME_TEMPLATE) {
		return 0;
	}
	cmd_error("Failed to get properties: Unit name %s is neither a valid invocation ID nor unit name.", name);
	return -EINVAL;
}

const char *cmd_unit_load_complaint(struct cmd *c, const struct unit *u)
{
	static const char *const endings[UNIT_LOAD_STATE_MAX] = {
		[UNIT_NOT_FOUND] = "not found.",
		[UNIT_MASKED] = "is masked.",
	};
	const char *ending = endings[u->load_state];

	return ending ? arena_printf(&c->arena, "Unit %s %s", u->id, ending) : u->load_error;
}

const char *cmd_unit_sub(const struct cmd_unit *cu)
{
	if (cu->record.sub && cu->record.sub[0]) {
		return cu->record.sub;
	}
	return cu->record.active == ACTIVE_ACTIVE   ? "active"
	       : cu->record.active == ACTIVE_FAILED ? "failed"
						    : "dead";
}

bool cmd_unit_needs_reload(const struct cmd_unit *cu)
{
	const struct record *r = &cu->record;

	if (active_state_is_down(r->active) || !r->fragment_path || !r->fragment_path[0]) {
		return false;
	}
	return !streq(r->fragment_path,
		      str_or_empty(cu->unit->fragment_path ? cu->unit->fragment_path
							   : cu->unit->source_path)) ||
	       r->loaded_mtime != cu->unit->mtime;
}

void cmd_warn_changed(const struct cmd *c, const struct cmd_unit *cu)
{
	if (cmd_unit_needs_reload(cu)) {
		cmd_error("Warning: The unit file, source configuration file or drop-ins of %s "
			  "changed on disk. "
			  "Run 'systemctl%s daemon-reload' to reload units.",
			  cu->unit->id, c->options.user ? " --user" : "");
	}
}

int cmd_ask_supervisor(struct cmd *c, const char *unit, const char *request,
		       char answer[static CONTROL_MESSAGE_MAX])
{
	CLEANUP_CLOSE int fd = control_connect(&c->place, unit);
	size_t n_fds = 0;
	ssize_t n;
	int r;

	if (fd < 0) {
		return TAKE_FD(fd);
	}
	r = control_send(fd, request, NULL, 0);
	if (r < 0) {
		return r;
	}
	do {
		n = control_receive(fd, answer, NULL, 0, &n_fds);
	} while (n == -EINTR);
	return n < 0 ? (int)n : n == 0 ? -ECONNRESET : 0;
}

static enum active_state ask_state(void *context, const struct unit *u)
{
	return runtime_active(context, u);
}

int cmd_graph_open(struct cmd *c, const struct strv *wanted, struct graph *ret)
{
	struct strv *active = arena_new(&c->arena, struct strv);
	struct graph_seeds seeds = {
		.wanted = wanted, .active = active, .state = ask_state, .context = &c->place
	};
	int r = cmd_need_place(c);

	if (r >= 0) {
		r = cmd_need_store(c);
	}
	if (r >= 0) {
		r = place_list_units(&c->place, &c->arena, active);
		if (r == -ENOENT) {
			r = 0;
		}
	}
	if (r >= 0) {
		c->queue_ready = false;
		jobs_add_units(c, active);
		r = graph_open(ret, &c->store, &seeds, &c->arena);
	}
	if (r >= 0) {
		jobs_mark_nodes(c, ret);
	}
	if (r < 0) {
		cmd_error("Failed to load units: %s", strerror(-r));
	}
	return r;
}

static bool is_loaded(struct cmd *c, const char *name)
{
	struct unit *u;

	return name_is_valid(name, NAME_ANY) && unit_store_get(&c->store, name, &u) >= 0 &&
	       u->load_state == UNIT_LOADED;
}

/*
 * The units of what is mounted, where a file makes one of it: field 5 of each line, with octal
 * escapes, as proc(5) says.
 */
static void add_mounts(struct cmd *c, struct strv *ret)
{
	char *text, *name;

	if (io_read_file(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &c->arena, &text, NULL) <
	    0) {
		return;
	}
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		struct strv fields = { 0 };
		char *path;

		strv_split(&fields, &c->arena, line, " ");
		if (fields.n < 5) {
			continue;
		}
		path = (char *)fields.v[4];
		str_unescape_octal(path);
		if (name_from_path(&c->arena, path, "mount", &name) >= 0 && is_loaded(c, name)) {
			strv_add_unique(ret, &c->arena, name);
		}
	}
}

static int add_early(struct cmd *c, struct strv *ret)
{
	struct strv names = { 0 };
	int r;

	if (c->situation == CMD_BOOTED || c->options.user) {
		return 0;
	}
	r = unit_store_list_names(&c->store, &c->arena, &names);
	if (r < 0) {
		return r;
	}
	STRV_FOREACH(name, &names) {
		if (builtin_is_early(name)) {
			strv_add_unique(ret, &c->arena, name);
		}
	}
	return 0;
}

static int add_closure(struct cmd *c, struct strv *ret)
{
	struct strv wanted = { 0 };
	struct graph graph;
	int r;

	strv_add(&wanted, &c->arena, "default.target");
	STRV_FOREACH(name, ret) {
		strv_add_unique(&wanted, &c->arena, name);
	}
	r = cmd_graph_open(c, &wanted, &graph);
	if (r < 0) {
		return r;
	}
	for (size_t i = 0; i < graph.n_nodes; i++) {
		strv_add_unique(ret, &c->arena, graph.nodes[i].unit->id);
	}
	return 0;
}

int cmd_list_loaded(struct cmd *c, bool with_inactive, struct strv *ret)
{
	struct strv found = { 0 };
	int r = cmd_need_place(c);

	if (r >= 0) {
		r = cmd_need_store(c);
	}
	if (r < 0) {
		return r;
	}
	place_list_units(&c->place, &c->arena, &found);
	jobs_add_units(c, &found);
	add_mounts(c, &found);
	r = add_early(c, &found);
	if (r >= 0 && with_inactive) {
		r = add_closure(c, &found);
	}
	if (r < 0) {
		return r;
	}
	STRV_FOREACH(name, &found) {
		struct unit *u;

		if (unit_store_get(&c->store, name, &u) >= 0) {
			strv_add_unique(ret, &c->arena, u->id);
		}
	}
	strv_sort(ret);
	return 0;
}

int cmd_unit_processes(struct cmd *c, const struct cmd_unit *cu, struct proc_stat **ret,
		       size_t *ret_n)
{
	const struct record *r = &cu->record;
	struct proc_stat *below = NULL, *all, self;
	size_t n = 0;
	int e;

	*ret = NULL;
	*ret_n = 0;
	if (proc_id_is_alive(&r->supervisor)) {
		return proc_list_descendants(r->supervisor.pid, &c->arena, ret, ret_n);
	}
	if (!proc_id_is_alive(&r->main) || proc_read_stat(r->main.pid, &self) < 0) {
		return 0;
	}
	e = proc_list_descendants(r->main.pid, &c->arena, &below, &n);
	if (e < 0) {
		return e;
	}
	all = arena_new_n(&c->arena, struct proc_stat, n + 1);
	all[0] = self;
	for (size_t i = 0; i < n; i++) {
		all[i + 1] = below[i];
	}
	*ret = all;
	*ret_n = n + 1;
	return 0;
}

static const char *find_unit_of_pid(struct cmd *c, pid_t pid)
{
	struct strv names = { 0 };

	if (cmd_need_place(c) < 0 || place_list_units(&c->place, &c->arena, &names) < 0) {
		return NULL;
	}
	STRV_FOREACH(name, &names) {
		struct cmd_unit cu;
		struct proc_stat *processes;
		size_t n;

		if (cmd_unit_get(c, name, &cu) < 0 ||
		    cmd_unit_processes(c, &cu, &processes, &n) < 0) {
			continue;
		}
		for (size_t i = 0; i < n; i++) {
			if (processes[i].pid == pid) {
				return cu.unit->id;
			}
		}
	}
	return NULL;
}

const char *cmd_unit_of_pid(struct cmd *c, pid_t pid)
{
	const char *unit;

	if (kill(pid, 0) < 0 && errno == ESRCH) {
		cmd_error("PID %d doesn't exist or is already gone.", (int)pid);
		return NULL;
	}
	unit = find_unit_of_pid(c, pid);
	if (!unit) {
		cmd_error("PID %d does not belong to any loaded unit.", (int)pid);
	}
	return unit;
}
