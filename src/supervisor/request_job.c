/* SPDX-License-Identifier: MIT */

/* Requests that take their time, as jobs: what begins when, what joins or replaces what, and who is told when it ends. */

#include "supervisor/machine.h"
#include "supervisor/request.h"

/* Nobody must have been told that the files have changed. A unit whose files are gone is started as it was. */
static void read_files_anew(struct supervisor *s)
{
	if (s->has_started) {
		(void)supervisor_load(s);
	}
	s->has_started = true;
}

/* Who has stopped the unit to start it again knows best when that is to be. */
static bool somebody_holds(const struct supervisor *s)
{
	for (size_t i = 0; i < CONNECTION_MAX; i++) {
		if (!request_is_free(&s->connections[i]) && s->connections[i].holding) {
			return true;
		}
	}
	return false;
}

static bool is_plain_stop(const struct connection *c)
{
	return c->request == REQUEST_STOP && !c->restarting;
}

static void cancel_stops(struct supervisor *s)
{
	for (size_t i = 0; i < CONNECTION_MAX; i++) {
		struct connection *c = &s->connections[i];

		if (!request_is_free(c) && is_plain_stop(c)) {
			request_answer(s, c, "canceled");
		}
	}
}

/* Starts and reloads become part of a restart: they are done when that is. */
static void join_restart(struct supervisor *s)
{
	for (size_t i = 0; i < CONNECTION_MAX; i++) {
		struct connection *c = &s->connections[i];

		if (!request_is_free(c) && (c->request == REQUEST_START || c->request == REQUEST_RELOAD)) {
			c->request = REQUEST_START;
			c->begun = false;
		}
	}
}

static void begin_start(struct supervisor *s, struct connection *c)
{
	if (!c->restarting && somebody_holds(s)) {
		return;
	}
	switch (service_ready_to_start(s)) {
	case READINESS_DONE:
		request_answer(s, c, "done");
		break;
	case READINESS_NOW:
		c->begun = true;
		read_files_anew(s);
		if (s->state == STATE_AUTO_RESTART) {
			service_restart_now(s, true);
			break;
		}
		s->flush_restarts = true;
		s->machine->start(s);
		break;
	case READINESS_JOIN:
		c->begun = true;
		if (!s->has_job) {
			/* The one that it began with was canceled. */
			s->job = JOB_START;
			s->has_job = true;
			publish(s);
		}
		break;
	case READINESS_RELOAD:
		c->request = REQUEST_RELOAD;
		break;
	case READINESS_LATER:
		cancel_stops(s);
		break;
	case READINESS_REFUSED:
		break;
	}
}

static void begin_stop(struct supervisor *s, struct connection *c)
{
	if (c->restarting) {
		cancel_stops(s);
		join_restart(s);
	} else {
		request_cancel_starts(s);
	}
	c->begun = true;
	s->restart_asked = c->restarting;
	s->restart_inside = c->restarting && (s->restart_inside || c->is_inside);
	s->machine->stop(s);
	request_settle(s);
}

static void begin_reload(struct supervisor *s, struct connection *c)
{
	if (!s->machine->reload) {
		request_answer(s, c, "invalid");
		return;
	}
	switch (service_ready_to_reload(s)) {
	case READINESS_NOW:
		c->begun = true;
		s->machine->reload(s);
		request_settle(s);
		break;
	case READINESS_JOIN:
		c->request = REQUEST_START;
		c->begun = true;
		break;
	case READINESS_REFUSED:
		request_answer(s, c, "invalid");
		break;
	default:
		break;
	}
}

void request_advance(struct supervisor *s)
{
	static void (*const begin[])(struct supervisor *, struct connection *) = {
		[REQUEST_START] = begin_start,
		[REQUEST_STOP] = begin_stop,
		[REQUEST_RELOAD] = begin_reload,
	};

	for (size_t i = 0; i < CONNECTION_MAX; i++) {
		struct connection *c = &s->connections[i];

		if (!request_is_free(c) && c->request != REQUEST_NONE && !c->begun) {
			begin[c->request](s, c);
		}
	}
	/* Who asked for the restart was one of those that were stopped, and cannot ask for the
	 * second half. */
	if (s->restart_inside && active_state_is_down(service_state_active(s->state))) {
		s->restart_inside = false;
		s->flush_restarts = true;
		s->machine->start(s);
	}
}

/*
 * The unit is down, and we are about to leave: who hears of it may end the container at once, and must not find a record half
 * removed. So the answer waits for the end of leave().
 */
static void answer_at_parting(struct connection *c, const char *text)
{
	c->request = REQUEST_NONE;
	c->begun = false;
	c->parting = text;
}

void request_part(struct supervisor *s)
{
	for (size_t i = 0; i < CONNECTION_MAX; i++) {
		struct connection *c = &s->connections[i];

		if (!request_is_free(c) && c->parting) {
			const char *text = TAKE_PTR(c->parting);

			request_watch(s, c, true);
			request_answer(s, c, "%s", text);
		}
	}
}

static void settle_start(struct supervisor *s, struct connection *c, enum active_state active)
{
	if (active_state_is_up(active)) {
		request_answer(s, c, "done");
	} else if (!active_state_is_down(active)) {
		return;
	} else if (s->result == RESULT_SUCCESS) {
		answer_at_parting(c, "done");
	} else if (s->result == RESULT_SKIP_CONDITION) {
		answer_at_parting(c, "skipped");
	} else {
		request_answer(s, c, "failed %s", service_result_name(s->result));
	}
}

static void settle_stop(struct supervisor *s, struct connection *c, enum active_state active)
{
	if (active_state_is_down(active) && c->restarting) {
		c->holding = true;
		request_answer(s, c, "done");
	} else if (active_state_is_down(active)) {
		answer_at_parting(c, "done");
	}
}

static void settle_reload(struct supervisor *s, struct connection *c, enum active_state active)
{
	if (active == ACTIVE_ACTIVE && s->reload_result == RESULT_SUCCESS) {
		request_answer(s, c, "done");
	} else if (active == ACTIVE_RELOADING || active == ACTIVE_ACTIVATING) {
		return;
	} else if (active == ACTIVE_ACTIVE || active_state_is_down(active)) {
		request_answer(s, c, "failed %s", service_result_name(s->result));
	}
}

void request_settle(struct supervisor *s)
{
	static void (*const settle[])(struct supervisor *, struct connection *,
				      enum active_state) = {
		[REQUEST_START] = settle_start,
		[REQUEST_STOP] = settle_stop,
		[REQUEST_RELOAD] = settle_reload,
	};
	enum active_state active = service_state_active(s->state);

	for (size_t i = 0; i < CONNECTION_MAX; i++) {
		struct connection *c = &s->connections[i];

		if (!request_is_free(c) && c->request != REQUEST_NONE && c->begun) {
			settle[c->request](s, c, active);
		}
	}
}

void request_cancel_starts(struct supervisor *s)
{
	for (size_t i = 0; i < CONNECTION_MAX; i++) {
		struct connection *c = &s->connections[i];

		if (!request_is_free(c) && c->request != REQUEST_NONE && !is_plain_stop(c)) {
			request_answer(s, c, "canceled");
		}
	}
}

void request_cancel_all(struct supervisor *s)
{
	s->has_job = s->restart_asked = s->restart_inside = false;
	publish(s);
	cancel_stops(s);
	request_cancel_starts(s);
}

void request_fail_starts(struct supervisor *s)
{
	for (size_t i = 0; i < CONNECTION_MAX; i++) {
		struct connection *c = &s->connections[i];

		if (!request_is_free(c) && c->request == REQUEST_START && c->begun) {
			request_answer(s, c, "failed %s", service_result_name(RESULT_SUCCESS));
		}
	}
}

bool request_is_waiting(const struct supervisor *s)
{
	if (s->restart_inside) {
		return true;
	}
	for (size_t i = 0; i < CONNECTION_MAX; i++) {
		const struct connection *c = &s->connections[i];

		if (!request_is_free(c) && (c->request != REQUEST_NONE || c->holding || c->is_new)) {
			return true;
		}
	}
	return false;
}
