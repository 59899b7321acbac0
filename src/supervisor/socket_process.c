/* SPDX-License-Identifier: MIT */

/* ExecStartPre= and its siblings of a socket unit. */

#include <errno.h>
#include <sys/wait.h>

#include "base/diag.h"
#include "exec/spawn.h"
#include "supervisor/environment.h"
#include "supervisor/policy.h"
#include "supervisor/socket.h"

/* PassFileDescriptorsToExec=: before the sockets are made there are none to pass. */
static void pass_sockets(struct supervisor *s, struct exec_request *r)
{
	const struct socket_life *l = socket_life(s);
	const char *word = unit_assignment(s->unit, "PassFileDescriptorsToExec");
	struct strv names = { 0 };
	int *fds = arena_new_n(&s->scratch, int, l->n + 1);
	size_t n = 0;

	for (size_t i = 0; word && streq(word, "yes") && i < l->n; i++) {
		if (l->fds[i].fd >= 0) {
			fds[n++] = l->fds[i].fd;
			strv_add(&names, &s->scratch, l->fd_name);
		}
	}
	if (n > 0) {
		r->is_control = false;
		r->listen_fds = fds;
		r->n_listen_fds = n;
		r->listen_names = strv_join(&names, &s->scratch, ":");
	}
}

static int run_command(struct supervisor *s, const struct command *c)
{
	struct strv manager = { 0 }, extra = { 0 };
	struct diag_list diags = { .arena = &s->scratch };
	struct exec_failure failure = { 0 };
	struct exec_request r = {
		.unit = s->unit,
		.command = c,
		.is_control = true,
		.manager_environment = &manager,
		.extra_environment = &extra,
		.stdin_fd = -1,
		.socket_fd = -1,
	};
	pid_t pid = 0;
	int error;

	environment_of_manager(&s->place, &s->scratch, &manager);
	strv_add(&extra, &s->scratch,
		 arena_printf(&s->scratch, "INVOCATION_ID=%s", s->invocation_id));
	pass_sockets(s, &r);
	r.log_fd = output_open(s, LOG_OF_CONTROL, c);
	error = exec_spawn(&r, &diags, &pid, &failure);
	for (size_t i = 0; i < diags.n; i++) {
		say(s, diags.v[i].level, "%s", diags.v[i].text);
	}
	if (error < 0) {
		say(s, DIAG_WARNING, "Failed to run %s: %s", c->path, strerror(-error));
		return error;
	}
	output_set_pid(s, LOG_OF_CONTROL, pid);
	s->control = proc_id_of(pid);
	service_arm(s, s->unit->socket.timeout);
	return 1;
}

/* The list that the state runs; NULL where it only kills. */
static const struct command_list *list_of(struct supervisor *s)
{
	const struct socket_settings *v = &s->unit->socket;

	switch (s->state) {
	case SOCKET_START_PRE:
		return &v->start_pre;
	case SOCKET_START_POST:
		return &v->start_post;
	case SOCKET_STOP_PRE:
		return &v->stop_pre;
	case SOCKET_STOP_POST:
		return &v->stop_post;
	default:
		return NULL;
	}
}

int socket_run(struct supervisor *s, const struct command_list *list, enum socket_state state)
{
	int r;

	if (list->n == 0) {
		return 0;
	}
	r = run_command(s, &list->v[0]);
	if (r > 0) {
		socket_life(s)->command_index = 0;
		socket_set_state(s, state);
	}
	return r;
}

void socket_control_ended(struct supervisor *s, int code, int status)
{
	static const struct exit_status_set none = { 0 };
	struct socket_life *l = socket_life(s);
	enum service_result result = policy_result(code, status, false, &none);
	service_handler *handler = machine_row(s->state)->on_control;
	const struct command_list *list = list_of(s);

	s->control = (struct proc_id){ 0 };
	say_exit(s, "Control", code, status, result == RESULT_SUCCESS);
	if (list && l->command_index < list->n &&
	    (list->v[l->command_index].flags & COMMAND_IGNORE_FAILURE)) {
		result = RESULT_SUCCESS;
	}
	if (result == RESULT_SUCCESS && list && ++l->command_index < list->n) {
		if (run_command(s, &list->v[l->command_index]) > 0) {
			publish(s);
			return;
		}
		result = RESULT_RESOURCES;
	}
	if (handler) {
		handler(s, result);
	}
}
