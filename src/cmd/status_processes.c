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
 * The commands of one kind out of the record's list of entries like "ExecStart 42 exited 0"; which
 * command each was is told by counting.
 */
static void print_commands(struct cmd *c, const struct command_list *list, const char *kind,
			   const struct strv *entries)
{
	size_t n = 0;

	STRV_FOREACH(entry, entries) {
		struct strv words = { 0 };

		strv_split(&words, &c->arena, entry, " ");
		/* The main process of a forking service is none of the list. */
		if (words.n != 4 || !streq(words.v[0], kind) || n >= list->n) {
			continue;
		}
		printf("    Process: %s %s=%s ", words.v[1], kind,
		       strv_join(&list->v[n++].argv, &c->arena, " "));
		print_exit(words.v[2], atoi(words.v[3]));
		putchar('\n');
	}
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
	struct strv entries = { 0 };

	if (cu->unit->type != UNIT_SERVICE) {
		return;
	}
	strv_split(&entries, &c->arena, str_or_empty(cu->record.processes), ";");
	for (size_t i = 0; i < SERVICE_COMMAND_MAX; i++) {
		print_commands(c, &cu->unit->service.commands[i], command_names[i], &entries);
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
	enum unit_type type = cu->unit->type;
	bool is_socket = type == UNIT_SOCKET && !cu->unit->early;

	if (active_state_is_down(cu->record.active) || type == UNIT_TIMER || type == UNIT_PATH ||
	    cmd_unit_processes(c, cu, &processes, &n) < 0 || (n == 0 && !is_socket)) {
		return;
	}
	printf("     CGroup: ");
	print_group_path(cu->unit);
	putchar('\n');
	status_print_branches(c, cu, "             ");
}
