/* SPDX-License-Identifier: MIT */
#include "status.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>

#include "base/io.h"
#include "base/names.h"
#include "base/signals.h"
#include "glyph.h"
#include "quote.h"
#include "unit/value.h"

#define COMMAND_LINE_MAX 4096

static const char *const command_names[SERVICE_COMMAND_MAX] = {
	[SERVICE_EXEC_CONDITION] = "ExecCondition", [SERVICE_EXEC_START_PRE] = "ExecStartPre",
	[SERVICE_EXEC_START] = "ExecStart",	    [SERVICE_EXEC_START_POST] = "ExecStartPost",
	[SERVICE_EXEC_RELOAD] = "ExecReload",	    [SERVICE_EXEC_STOP] = "ExecStop",
	[SERVICE_EXEC_STOP_POST] = "ExecStopPost",
};

/* "(code=exited, status=1/FAILURE)" */
static void print_exit(const char *code, int status)
{
	char buf[16];
	const char *name = exit_status_name_basic(status);

	if (!streq(code, "exited")) {
		printf("(code=%s, signal=%s)", code, signals_name(status, buf));
	} else if (name) {
		printf("(code=exited, status=%d/%s)", status, name);
	} else {
		printf("(code=exited, status=%d)", status);
	}
}

/*
 * One entry of the record's list, "ExecStart 42 exited 0"; which command of the list it was is told
 * by counting.
 */
static void print_process(struct cmd *c, const struct unit *u, char *entry, size_t *counts)
{
	struct strv words = { 0 };
	const struct command_list *list;
	int kind;

	strv_split(&words, &c->arena, entry, " ");
	if (words.n != 4 || (kind = NAMES_FIND(command_names, words.v[0])) < 0) {
		return;
	}
	list = &u->service.commands[kind];
	/* The main process of a forking service is none of the list. */
	if (counts[kind] >= list->n) {
		return;
	}
	printf("    Process: %s %s=%s ", words.v[1], words.v[0],
	       strv_join(&list->v[counts[kind]++].argv, &c->arena, " "));
	print_exit(words.v[2], atoi(words.v[3]));
	putchar('\n');
}

static const char *comm_of(pid_t pid, struct proc_stat *st)
{
	return proc_read_stat(pid, st) < 0 ? NULL : st->comm;
}

static void print_pids(const struct record *r)
{
	struct proc_stat st;
	bool has_main = r->main.pid > 0 || r->exec_main.pid > 0;
	const char *comm;

	if (r->main.pid > 0 && proc_id_is_alive(&r->main)) {
		comm = comm_of(r->main.pid, &st);
		printf("   Main PID: %d (%s)", (int)r->main.pid, comm ? comm : "n/a");
	} else if (r->exec_main.pid > 0) {
		const char *code = r->exec_main.code == CLD_DUMPED   ? "dumped"
				   : r->exec_main.code == CLD_KILLED ? "killed"
								     : "exited";

		printf("   Main PID: %d ", (int)r->exec_main.pid);
		print_exit(code, r->exec_main.status);
	}
	if (r->control.pid > 0) {
		comm = comm_of(r->control.pid, &st);
		printf("%s%d", has_main ? "; Control PID: " : "  Cntrl PID: ", (int)r->control.pid);
		if (comm) {
			printf(" (%s)", comm);
		}
		has_main = true;
	}
	if (has_main) {
		putchar('\n');
	}
}

void status_print_processes(struct cmd *c, const struct cmd_unit *cu)
{
	size_t counts[SERVICE_COMMAND_MAX] = { 0 };
	char *text = arena_strdup(&c->arena, str_or_empty(cu->record.processes)), *save;

	if (cu->unit->type != UNIT_SERVICE || cu->unit->load_state != UNIT_LOADED) {
		return;
	}
	for (char *entry = strtok_r(text, ";", &save); entry; entry = strtok_r(NULL, ";", &save)) {
		print_process(c, cu->unit, entry, counts);
	}
	print_pids(&cu->record);
}

static void print_command_line(const struct proc_stat *p)
{
	char path[64], text[COMMAND_LINE_MAX];
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%d/cmdline", (int)p->pid);
	n = io_read_small(AT_FDCWD, path, text, sizeof text);
	/* Who writes a title over its arguments leaves the rest empty. */
	while (n > 1 && !text[n - 1] && !text[n - 2]) {
		n--;
	}
	if (n <= 0) {
		printf("[%s]", p->comm);
		return;
	}
	for (ssize_t i = 0; i < n; i += (ssize_t)strlen(text + i) + 1) {
		if (i > 0) {
			putchar(' ');
		}
		quote_print_argument(text + i);
	}
}

static int compare_pids(const void *x, const void *y)
{
	const struct proc_stat *a = x, *b = y;

	return (a->pid > b->pid) - (a->pid < b->pid);
}

void status_print_branches(struct cmd *c, const struct cmd_unit *cu, const char *indent)
{
	struct proc_stat *processes;
	size_t n;
	int width;

	if (cmd_unit_processes(c, cu, &processes, &n) < 0 || n == 0) {
		return;
	}
	qsort(processes, n, sizeof *processes, compare_pids);
	width = snprintf(NULL, 0, "%d", (int)processes[n - 1].pid);
	for (size_t i = 0; i < n; i++) {
		printf("%s%s%*d ", indent, glyph(i + 1 == n ? GLYPH_LAST : GLYPH_BRANCH), width,
		       (int)processes[i].pid);
		print_command_line(&processes[i]);
		putchar('\n');
	}
}

/*
 * "/system.slice/system-getty.slice/getty@tty1.service": a slice lies in those that its name begins
 * with.
 */
static void print_group_path(const struct unit *u)
{
	const char *slice = u->slice ? u->slice : "system.slice";

	for (const char *dash = strchr(slice, '-'); dash && dash > slice;
	     dash = strchr(dash + 1, '-')) {
		printf("/%.*s.slice", (int)(dash - slice), slice);
	}
	if (!streq(slice, "-.slice")) {
		printf("/%s", slice);
	}
	printf("/%s", u->id);
}

void status_print_tree(struct cmd *c, const struct cmd_unit *cu)
{
	struct proc_stat *processes;
	size_t n;

	bool is_socket = cu->unit->type == UNIT_SOCKET && !cu->unit->early;

	if (active_state_is_down(cu->record.active) || cu->unit->type == UNIT_TIMER || cu->unit->type == UNIT_PATH ||
	    cmd_unit_processes(c, cu, &processes, &n) < 0 || (n == 0 && !is_socket)) {
		return;
	}
	printf("     CGroup: ");
	print_group_path(cu->unit);
	putchar('\n');
	status_print_branches(c, cu, "             ");
}
