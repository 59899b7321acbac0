/* SPDX-License-Identifier: MIT */

/* What happens when the clock of a state has run out. */

#include "base/diag.h"
#include "supervisor/service_table.h"
#include "supervisor/tree.h"

/* How a timeout ends the processes: which state, and the word for the log. */
static const struct failure_mode {
	enum service_state state;
	const char *word;
} failure_modes[] = {
	[TIMEOUT_TERMINATE] = { STATE_STOP_SIGTERM, "Terminating" },
	[TIMEOUT_ABORT] = { STATE_STOP_WATCHDOG, "Aborting" },
	[TIMEOUT_KILL] = { STATE_STOP_SIGKILL, "Killing" },
};

void service_on_start_time(struct supervisor *s, enum service_result result)
{
	enum timeout_failure_mode mode = supervisor_service(s)->timeout_start_failure_mode;

	if (mode == TIMEOUT_KILL && !s->unit->kill.send_sigkill) {
		say(s, DIAG_WARNING, "%s operation timed out. Skipping SIGKILL.",
		    service_state_name(s->state));
		service_enter_stop_post(s, result);
		return;
	}
	say(s, DIAG_WARNING, "%s operation timed out. %s.", service_state_name(s->state),
	    failure_modes[mode].word);
	service_enter_signal(s, failure_modes[mode].state, result);
}

void service_on_running_time(struct supervisor *s, enum service_result result)
{
	say(s, DIAG_WARNING, "Service reached runtime time limit. Stopping.");
	service_enter_stop(s, result);
}

void service_on_reload_time(struct supervisor *s, enum service_result result)
{
	say(s, DIAG_WARNING, "Reload operation timed out. Killing reload process.");
	service_kill_control(s);
	s->reload_result = result;
	service_enter_running(s, RESULT_SUCCESS);
}

void service_on_stop_time(struct supervisor *s, enum service_result result)
{
	enum timeout_failure_mode mode = supervisor_service(s)->timeout_stop_failure_mode;

	if (mode == TIMEOUT_KILL && !s->unit->kill.send_sigkill) {
		say(s, DIAG_WARNING, "Stopping timed out. Skipping SIGKILL.");
		service_enter_stop_post(s, result);
		return;
	}
	say(s, DIAG_WARNING, "Stopping timed out. %s.", failure_modes[mode].word);
	service_enter_signal(s, failure_modes[mode].state, result);
}

void service_on_kill_time(struct supervisor *s, enum service_result result)
{
	const char *name = service_state_name(s->state);

	if (s->state == STATE_STOP_SIGTERM &&
	    supervisor_service(s)->timeout_stop_failure_mode == TIMEOUT_ABORT) {
		say(s, DIAG_WARNING, "State '%s' timed out. Aborting.", name);
		service_enter_signal(s, STATE_STOP_WATCHDOG, result);
	} else if (s->unit->kill.send_sigkill) {
		say(s, DIAG_WARNING, "State '%s' timed out. Killing.", name);
		service_enter_signal(s, STATE_STOP_SIGKILL, result);
	} else {
		say(s, DIAG_WARNING, "State '%s' timed out. Skipping SIGKILL.", name);
		service_enter_stop_post(s, result);
	}
}

void service_on_sigkill_time(struct supervisor *s, enum service_result result)
{
	say(s, DIAG_WARNING, "Processes still around after SIGKILL. Ignoring.");
	service_enter_stop_post(s, result);
}

void service_on_stop_post_time(struct supervisor *s, enum service_result result)
{
	enum timeout_failure_mode mode = supervisor_service(s)->timeout_stop_failure_mode;
	static const enum service_state final[] = {
		[TIMEOUT_TERMINATE] = STATE_FINAL_SIGTERM,
		[TIMEOUT_ABORT] = STATE_FINAL_WATCHDOG,
		[TIMEOUT_KILL] = STATE_FINAL_SIGKILL,
	};

	if (mode == TIMEOUT_KILL && !s->unit->kill.send_sigkill) {
		say(s, DIAG_WARNING,
			"State 'stop-post' timed out. Skipping SIGKILL. Entering failed mode.");
		service_enter_dead(s, result, false);
		return;
	}
	say(s, DIAG_WARNING, "State 'stop-post' timed out. %s.", failure_modes[mode].word);
	service_enter_signal(s, final[mode], result);
}

void service_on_final_time(struct supervisor *s, enum service_result result)
{
	const char *name = service_state_name(s->state);

	if (s->unit->kill.send_sigkill) {
		say(s, DIAG_WARNING, "State '%s' timed out. Killing.", name);
		service_enter_signal(s, STATE_FINAL_SIGKILL, result);
	} else {
		say(s, DIAG_WARNING,
			"State '%s' timed out. Skipping SIGKILL. Entering failed mode.", name);
		service_enter_dead(s, result, false);
	}
}

void service_on_final_sigkill_time(struct supervisor *s, enum service_result result)
{
	say(s, DIAG_WARNING, "Processes still around after final SIGKILL. Entering failed mode.");
	service_enter_dead(s, result, true);
}

void service_on_restart_time(struct supervisor *s, enum service_result result)
{
	service_restart_now(s, false);
}
