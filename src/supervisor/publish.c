/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>

#include "base/diag.h"
#include "supervisor/machine.h"
#include "supervisor/notify.h"

static void copy_text(char *to, size_t n, const char *from)
{
	snprintf(to, n, "%s", str_or_empty(from));
}

void publish(struct supervisor *s)
{
	struct record *r = &s->record;
	int error;

	r->active = service_state_active(s->state);
	r->sub = service_state_name(s->state);
	r->result =
	    service_result_name(s->result == RESULT_SKIP_CONDITION ? RESULT_SUCCESS : s->result);
	r->supervisor = s->must_exit ? (struct proc_id){0} : r->supervisor;
	r->main = s->main;
	r->control = s->control;
	r->control_command = NULL;
	if (s->control.pid > 0) {
		static const char *const names[SERVICE_COMMAND_MAX] = {
			[SERVICE_EXEC_CONDITION] = "ExecCondition",
			[SERVICE_EXEC_START_PRE] = "ExecStartPre",
			[SERVICE_EXEC_START] = "ExecStart",
			[SERVICE_EXEC_START_POST] = "ExecStartPost",
			[SERVICE_EXEC_RELOAD] = "ExecReload",
			[SERVICE_EXEC_STOP] = "ExecStop",
			[SERVICE_EXEC_STOP_POST] = "ExecStopPost",
		};

		r->control_command = names[s->command_id];
	}
	r->job = s->has_job ? job_type_name(s->job) : NULL;
	r->invocation_id = s->invocation_id;
	r->status_text = s->status_text;
	r->start_times = s->start_times;
	r->processes = s->processes;
	r->n_stored_fds = (unsigned)s->n_stored;
	r->reload_result = service_result_name(s->reload_result);
	r->joins = strv_join(&s->unit->dependencies[DEP_JOINS_NAMESPACE_OF], &s->scratch, " ");
	r->markers = s->markers;
	r->watchdog = s->watchdog_text;
	if (s->watchdog_usec > 0) {
		snprintf(s->watchdog_text, sizeof(s->watchdog_text), "%llu",
			 (unsigned long long)s->watchdog_usec);
	} else {
		s->watchdog_text[0] = '\0';
	}
	r->fragment_path = s->unit->fragment_path;
	r->loaded_mtime = s->unit->mtime;
	error = record_write(&s->place, s->name, r);
	if (error < 0) {
		say(s, DIAG_WARNING, "Failed to write the record of its state: %s",
		    strerror(-error));
	}
}

void publish_restore(struct supervisor *s, const struct record *old)
{
	int state = service_state_parse(old->sub);
	int result = service_result_parse(old->result);
	int clean = service_result_parse(str_or_empty(old->clean_result));
	struct proc_id ourselves = s->record.supervisor;

	s->record = *old;
	s->record.supervisor = ourselves;
	s->record.notify_access = NULL;
	s->record.clean_result = clean < 0 ? NULL : service_result_name(clean);
	notify_set_access(s, str_or_empty(old->notify_access));
	s->result = result < 0 ? RESULT_SUCCESS : (enum service_result)result;
	copy_text(s->invocation_id, sizeof(s->invocation_id), old->invocation_id);
	copy_text(s->status_text, sizeof(s->status_text), old->status_text);
	copy_text(s->start_times, sizeof(s->start_times), old->start_times);
	copy_text(s->processes, sizeof(s->processes), old->processes);
	copy_text(s->markers, sizeof(s->markers), old->markers);
	if (old->watchdog && old->watchdog[0]) {
		s->watchdog_usec = strtoull(old->watchdog, NULL, 10);
	}
	if (active_state_is_down(old->active)) {
		s->state = old->active == ACTIVE_FAILED ? s->machine->failed : s->machine->dead;
		return;
	}
	if (s->unit->type != UNIT_SERVICE) {
		s->state = s->machine->failed;
		return;
	}
	/* What was going on when the former supervisor died cannot be taken up again; that the
	 * service runs, can. */
	s->state = state == STATE_EXITED ? STATE_EXITED : STATE_RUNNING;
	if (proc_id_is_alive(&old->main)) {
		struct record_exit known = old->exec_main;

		service_set_main(s, old->main.pid);
		s->record.exec_main = known;
	}
}

void publish_add_process(struct supervisor *s, const char *command, pid_t pid, int code, int status)
{
	char entry[96];
	size_t used;
	int n = snprintf(entry, sizeof(entry), "%s %ld %s %d;", command, (long)pid,
			 exit_code_name(code), status);

	/* Where room is short, the oldest go. */
	used = strlen(s->processes);
	while (used + (size_t)n + 1 > sizeof(s->processes)) {
		char *rest = strchr(s->processes, ';');

		if (!rest) {
			return;
		}
		memmove(s->processes, rest + 1, strlen(rest + 1) + 1);
		used = strlen(s->processes);
	}
	memcpy(s->processes + used, entry, (size_t)n + 1);
}

void publish_new_invocation(struct supervisor *s)
{
	clock_random_id(s->invocation_id);
	s->status_text[0] = '\0';
	s->record.status_errno = 0;
	s->processes[0] = '\0';
}
