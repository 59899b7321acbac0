/* SPDX-License-Identifier: MIT */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>

#include "base/signals.h"
#include "cmd/personalities.h"
#include "cmd/runtime.h"
#include "start.h"
#include "unit/value.h"
#include "units.h"

#define EXIT_EXCEPTION 255
#define LEAVE_TRIES 500 /* of 10 ms: so long a supervisor may take to go, once its unit is down */

/* As `systemctl start`; negative: it was not even tried. */
static int start_unit(struct run *r)
{
	const char *name = r->trigger ? r->trigger : r->name;
	const bool was_quiet = r->c->options.quiet;
	struct strv args = {0};
	int status;

	strv_add(&args, &r->c->arena, name);
	r->c->options.quiet = was_quiet || r->waits;
	r->c->options.transient = run_type_name(r);
	status = cmd_start(r->c, cmd_verb_find("start"), &args);
	r->c->options.quiet = was_quiet;
	return status;
}

/* ---- waiting for a service ---- */

static char *held_path(struct run *r)
{
	return place_unit_file(&r->c->place, r->name, RECORD_HELD, &r->c->arena);
}

/* The record of a unit that we wait for must outlive it. */
static int hold_record(struct run *r)
{
	int e = place_make_unit_dir(&r->c->place, r->name);
	int fd = e < 0 ? e : open(held_path(r), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	if (e == 0 && fd >= 0) {
		close(fd);
	}
	return e < 0 ? e : fd < 0 ? -errno : 0;
}

static const char *code_name(int code)
{
	return code == CLD_EXITED ? "exited" : code == CLD_DUMPED ? "dumped" : "killed";
}

static void print_end(const struct run *r, const struct record *record)
{
	const struct record_exit *e = &record->exec_main;
	const char *name = e->code == CLD_EXITED ? exit_status_name(e->status) : NULL;
	char text[64], buf[16];

	if (r->c->options.quiet) {
		return;
	}
	cmd_error("Finished with result: %s", str_or_empty(record->result));
	if (e->code == CLD_EXITED) {
		cmd_error("Main processes terminated with: code=exited, status=%d%s%s", e->status,
			  name ? "/" : "", str_or_empty(name));
	} else if (e->code != 0) {
		cmd_error("Main processes terminated with: code=%s, status=%d/%s",
			  code_name(e->code), e->status,
			  signals_name(e->status, buf));
	}
	if (record->inactive_exit_monotonic > 0 &&
	    record->inactive_enter_monotonic > record->inactive_exit_monotonic) {
		usec_t span = record->inactive_enter_monotonic - record->inactive_exit_monotonic;

		clock_format_span(text, sizeof(text), span, USEC_PER_MSEC);
		cmd_error("Service runtime: %s", text);
	}
}

/* Until the supervisor has gone too: what it writes last would be left behind. */
static void await_leave(struct run *r)
{
	for (int i = 0; i < LEAVE_TRIES && place_unit_is_supervised(&r->c->place, r->name); i++) {
		poll(NULL, 0, 10);
	}
}

/* What the service ended with, as far as it counts. */
static int exit_status_of(const struct record *record)
{
	const char *result = str_or_empty(record->result);

	if (!result[0] || streq(result, "success")) {
		return 0;
	}
	if (streq(result, "exit-code") && record->exec_main.status > 0) {
		return record->exec_main.status;
	}
	return streq(result, "signal") || streq(result, "core-dump") ? EXIT_EXCEPTION : 1;
}

static int await_end(struct run *r)
{
	struct record record = {.result = "success"};
	struct strv names = {0};

	strv_add(&names, &r->c->arena, r->name);
	start_wait_down(r->c, &names, true);
	await_leave(r);
	/* There is none of a start that was skipped. */
	record_read(&r->c->place, r->name, &r->c->arena, &record);
	if (r->wait) {
		print_end(r, &record);
	}
	if (record.active != ACTIVE_FAILED || r->collect) {
		place_remove_unit(&r->c->place, r->name);
		run_remove_units(r);
	} else {
		unlink(held_path(r));
	}
	return exit_status_of(&record);
}

static void print_running(struct run *r)
{
	struct record record;
	bool has_id = record_read(&r->c->place, r->name, &r->c->arena, &record) == 0 &&
		      record.invocation_id && *record.invocation_id;

	if (r->trigger) {
		cmd_notice(r->c, "Running %s as unit: %s", strrchr(r->trigger, '.') + 1,
			   r->trigger);
		if (r->command.n > 0) {
			cmd_notice(r->c, "Will run service as unit: %s", r->name);
		}
	} else if (has_id && !r->c->options.no_block) {
		cmd_notice(r->c, "Running as unit: %s; invocation ID: %s", r->name,
			   record.invocation_id);
	} else {
		cmd_notice(r->c, "Running as unit: %s", r->name);
	}
}

static int run_service(struct run *r)
{
	struct run_streams streams = {{-1, -1, -1}, -1, 0};
	int status = run_open_streams(r, &streams);

	if (status < 0) {
		cmd_error("Failed to set up standard streams: %s", strerror(-status));
		return 1;
	}
	if (run_write_units(r) < 0) {
		run_close_streams(&streams);
		return 1;
	}
	status = r->waits ? hold_record(r) : 0;
	if (status == 0) {
		status = start_unit(r);
	} else {
		cmd_error("Failed to start transient service unit: %s", strerror(-status));
	}
	/* Who waits for the end is told of a failure by it. */
	if (status == 0 || (status > 0 && r->waits)) {
		print_running(r);
		status = r->waits ? await_end(r) : 0;
	} else {
		struct record record;

		/* A unit that failed stays to be looked at; one that could not even be tried does
		 * not. */
		unlink(held_path(r));
		if (r->collect || record_read(&r->c->place, r->name, &r->c->arena, &record) < 0) {
			place_remove_unit(&r->c->place, r->name);
			run_remove_units(r);
		}
	}
	run_close_streams(&streams);
	return status < 0 ? 1 : status;
}

int cmd_run_main(int argc, char **argv)
{
	struct cmd c = {.argv0 = argv[0],
			.options = {.lines = 10, .signal = SIGTERM, .legend = true}};
	struct run r = {.c = &c};
	int status;

	if (run_parse_options(&r, argc, argv, &status) == 0) {
		c.situation = cmd_situation_detect(&c);
		if (c.situation == CMD_OFFLINE_CHROOT) {
			cmd_error("Running in chroot, no unit can be started.");
			status = 1;
		} else if (cmd_need_place(&c) < 0 || cmd_need_store(&c) < 0) {
			status = 1;
		} else {
			if (r.shell && r.command.n == 0) {
				const char *shell = getenv("SHELL");

				strv_add(&r.command, &c.arena, shell ? shell : "/bin/sh");
			}
			status = r.scope ? run_scope(&r) : run_service(&r);
		}
	}
	if (c.store_ready) {
		unit_store_close(&c.store);
	}
	arena_free(&c.arena);
	return status;
}
