/* SPDX-License-Identifier: MIT */

/* Commands of the lists: how they are started and which of them is the main process. */

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "base/diag.h"
#include "base/io.h"
#include "exec/spawn.h"
#include "supervisor/environment.h"
#include "supervisor/notify.h"
#include "supervisor/service_sockets.h"
#include "supervisor/tree.h"

void service_arm(struct supervisor *s, usec_t span)
{
	usec_t when = span == 0 ? 0 : usec_add(clock_monotonic(), span);

	loop_set_deadline(s, DEADLINE_STATE, when == USEC_INFINITY ? 0 : when);
}

static void say_diags(struct supervisor *s, const struct diag_list *diags)
{
	for (size_t i = 0; i < diags->n; i++) {
		say(s, diags->v[i].level, "%s", diags->v[i].text);
	}
}

/* Does the command speak with a socket instead of getting it passed? */
static bool speaks_with_socket(const struct exec_settings *e)
{
	return e->std_input.kind == STDIO_SOCKET || e->std_output.kind == STDIO_SOCKET ||
	       e->std_error.kind == STDIO_SOCKET;
}

/* The main process gets the sockets of the service, then the descriptors of the store. */
static void give_fds(struct supervisor *s, struct exec_request *r)
{
	struct given_fds none = { .connection = -1 }, *g;
	struct strv names = {0};
	size_t n = 0;
	int *fds;

	service_sockets_take(s);
	g = s->given ? s->given : &none;
	fds = arena_new_n(&s->scratch, int, g->n + s->n_stored + 2);
	if (g->connection >= 0) {
		fds[n++] = g->connection;
		strv_add(&names, &s->scratch, "connection");
	}
	for (size_t i = 0; i < g->n; i++) {
		fds[n++] = g->fds[i];
		strv_add(&names, &s->scratch, g->names.v[i]);
	}
	if (n == 1 && speaks_with_socket(&s->unit->exec)) {
		r->socket_fd = fds[0];
		io_set_nonblock(fds[0], false);
		n = 0;
		names = (struct strv){0};
	}
	for (size_t i = 0; i < s->n_stored; i++) {
		fds[n++] = s->stored[i].fd;
		strv_add(&names, &s->scratch, s->stored[i].name);
	}
	r->listen_fds = fds;
	r->n_listen_fds = n;
	r->listen_names = strv_join(&names, &s->scratch, ":");
}

static int spawn(struct supervisor *s, const struct command *c, enum service_command id,
		 struct exec_request *r, pid_t *ret_pid)
{
	struct strv manager = {0};
	struct strv extra = {0};
	struct diag_list diags = { .arena = &s->scratch };
	int which = r->is_control ? LOG_OF_CONTROL : LOG_OF_MAIN;
	int error;

	error = notify_open(s);
	if (error < 0) {
		say(s, DIAG_WARNING, "Failed to make the notify socket: %s", strerror(-error));
	}
	environment_of_manager(&s->place, &s->scratch, &manager);
	environment_of_command(s, id, &s->scratch, &extra);
	r->unit = s->unit;
	r->command = c;
	r->manager_environment = &manager;
	r->extra_environment = &extra;
	r->place = &s->place;
	r->main_pid = s->main.pid;
	if (s->unit->dependencies[DEP_JOINS_NAMESPACE_OF].n > 0) {
		/* Before it looks for others, others can see it. */
		publish(s);
	}
	r->stdin_fd = -1;
	r->log_fd = output_open(s, which, c);
	error = exec_spawn(r, &diags, ret_pid, NULL);
	say_diags(s, &diags);
	if (error < 0) {
		say(s, DIAG_WARNING, "Failed to run '%s' task: %s", service_state_name(s->state),
		    strerror(-error));
		return error;
	}
	output_set_pid(s, which, *ret_pid);
	return 0;
}

static int run_control(struct supervisor *s, enum service_command id, size_t index)
{
	const struct service_settings *v = supervisor_service(s);
	struct exec_request r = {
		.is_control = true,
		.is_start = id == SERVICE_EXEC_START,
		.socket_fd = -1,
	};
	pid_t pid = 0;
	int error;

	/* The first process of a forking service hands the descriptors on. */
	if (id == SERVICE_EXEC_START) {
		r.is_control = false;
		give_fds(s, &r);
	}
	error = spawn(s, &v->commands[id].v[index], id, &r, &pid);
	service_sockets_release(s);
	if (error < 0) {
		return error;
	}
	s->control = proc_id_of(pid);
	s->command_id = id;
	s->command_index = index;
	return 1;
}

int service_run_control(struct supervisor *s, enum service_command id, enum service_state state,
			usec_t timeout)
{
	int r;

	if (supervisor_service(s)->commands[id].n == 0) {
		return 0;
	}
	r = run_control(s, id, 0);
	if (r > 0) {
		service_arm(s, timeout);
		service_set_state(s, state);
	}
	return r;
}

int service_run_next_control(struct supervisor *s)
{
	const struct service_settings *v = supervisor_service(s);
	size_t next = s->command_index + 1;
	bool is_stop =
	    s->command_id == SERVICE_EXEC_STOP || s->command_id == SERVICE_EXEC_STOP_POST;
	int r;

	if (next >= v->commands[s->command_id].n) {
		return 0;
	}
	r = run_control(s, s->command_id, next);
	if (r > 0) {
		service_arm(s, is_stop ? v->timeout_stop : v->timeout_start);
		publish(s);
	}
	return r;
}

int service_run_main(struct supervisor *s)
{
	const struct service_settings *v = supervisor_service(s);
	const struct command *c = &v->commands[SERVICE_EXEC_START].v[s->main_index];
	struct exec_request r = {
		.is_start = true,
		.wait_for_exec = v->type == SERVICE_EXEC || v->type == SERVICE_DBUS,
		.socket_fd = -1,
		/* Nothing of what comes before execve (a terminal, a pipe without a reader) may keep us. */
		.ret_report_fd = &s->exec_fd,
	};
	pid_t pid = 0;
	int error;

	loop_close(s, &s->exec_fd);
	give_fds(s, &r);
	error = spawn(s, c, SERVICE_EXEC_START, &r, &pid);
	service_sockets_release(s);
	if (error < 0) {
		return error;
	}
	service_set_main(s, pid);
	if (s->exec_fd >= 0) {
		loop_watch(s, s->exec_fd, SOURCE_EXEC, 0);
	}
	return 0;
}

void service_exec_reported(struct supervisor *s)
{
	struct diag_list diags = { .arena = &s->scratch };
	struct exec_failure failure = {0};
	bool is_over;

	if (s->exec_fd < 0) {
		return;
	}
	is_over = exec_read_report(s->exec_fd, s->name, &diags, &failure);
	say_diags(s, &diags);
	if (!is_over) {
		return;
	}
	loop_close(s, &s->exec_fd);
	/* If it failed, the process is about to end with the status that tells why. */
	if (failure.step == EXEC_OK && s->state == STATE_START) {
		service_enter_executed(s);
	}
}

void service_set_main(struct supervisor *s, pid_t pid)
{
	struct record_exit *e = &s->record.exec_main;
	siginfo_t info;

	s->main = proc_id_of(pid);
	s->main_known = true;
	s->main_is_child = waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
	*e = (struct record_exit){
		.pid = pid,
		.start_realtime = clock_realtime(),
		.start_monotonic = clock_monotonic(),
	};
	output_set_pid(s, LOG_OF_MAIN, pid);
	if (s->main_is_child) {
		return;
	}
	/* Somebody else's child: its end is seen, its exit status is not. */
	s->main_fd = proc_id_open(&s->main);
	if (s->main_fd >= 0) {
		loop_watch(s, s->main_fd, SOURCE_MAIN, 0);
	} else {
		loop_set_deadline(s, DEADLINE_RESCAN, usec_add(clock_monotonic(), USEC_PER_SEC));
	}
}

void service_forget_main(struct supervisor *s)
{
	loop_close(s, &s->main_fd);
	s->main = (struct proc_id){0};
}

void service_kill_control(struct supervisor *s)
{
	if (s->control.pid > 0) {
		kill(s->control.pid, SIGKILL);
		s->control = (struct proc_id){0};
	}
}
