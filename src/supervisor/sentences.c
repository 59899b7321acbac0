/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/signals.h"
#include "exec/status.h"
#include "supervisor/life.h"

#define SENTENCE_MAX 1024

void say(struct supervisor *s, int priority, const char *format, ...)
{
	char text[SENTENCE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	log_writer_note(&s->log, priority, "%s: %s", s->name, text);
}

void say_job(struct supervisor *s, const char *before, const char *after)
{
	bool has_description = !streq(s->unit->description, s->name);

	log_writer_note(&s->log, str_has_prefix(before, "Failed") ? DIAG_ERROR : DIAG_INFO,
			"%s %s%s%s%s", before, s->name, has_description ? " - " : "",
			has_description ? s->unit->description : "", after);
}

const char *exit_code_name(int code)
{
	switch (code) {
	case CLD_EXITED:
		return "exited";
	case CLD_KILLED:
		return "killed";
	case CLD_DUMPED:
		return "dumped";
	default:
		return "";
	}
}

void say_exit(struct supervisor *s, const char *who, int code, int status, bool success)
{
	char buf[16];
	const char *name;

	if (success) {
		return;
	}
	if (code != CLD_EXITED) {
		name = signals_name(status, buf);
	} else {
		name = exec_step_name(status);
		name = name ? name : exit_status_name(status);
	}
	say(s, code == CLD_EXITED ? DIAG_NOTICE : DIAG_WARNING,
		"%s process exited, code=%s, status=%d%s%s", who, exit_code_name(code), status,
	    name ? "/" : "", name ? name : "");
}
