/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The executor of a plan. A step goes WAITING -> (all steps before it have ended) -> RUNNING ->
 * ENDED; one that needs no process goes from WAITING to ENDED at once. The end of a step is
 * announced to those that wait for it and to those that it lets fail.
 *
 *   state    event                        next     what is done
 *   WAITING  last step before it ended    RUNNING  the action of its unit type and job type
 *   WAITING  a step it depends on failed  ENDED    result `dependency`
 *   RUNNING  answer of the supervisor     ENDED    result of the answer
 *   RUNNING  connection closed            RUNNING  asked again, twice at most; then ENDED, failed
 *   WAITING  ordered after a unit that    RUNNING  waits until that has changed, then begins anew
 *            another command starts
 *   WAITING  another command announces    ENDED    result `canceled`
 *            what contradicts it
 *   any      deadline passed              ENDED    result `timeout`
 *
 * The jobs of those that depend on a start that failed end also while they run; what they have begun
 * goes on. The stop of a restart that does not end well ends the start, too.
 */

#include "job/run.h"
#include "state/queue.h"

enum job_phase { JOB_WAITING, JOB_RUNNING, JOB_ENDED };

#define JOB_RESULT_TEXT 32

/* What becomes of a step, in memory that the client and a forked executor share. */
struct job_answer {
	enum job_result result;
	char unit_result[JOB_RESULT_TEXT];
};

struct job_step_run {
	enum job_phase phase;
	uint32_t n_pending;
	int fd;			/* connection to the supervisor, -1 none; a start takes its stop's over */
	bool is_waiting;	/* for a unit that another command starts, a scope that ends; fd tells of changes there */
	unsigned n_tries;
	usec_t deadline;	/* monotonic; USEC_INFINITY none */
};

struct job_executor {
	const struct plan *plan;
	const struct place *place;
	struct arena *arena;
	bool in_place;	/* a transaction of the init itself */
	struct job_step_run *runs;  /* one per step */
	struct job_answer *answers; /* one per step */
	uint32_t *ready;	    /* steps whose last predecessor has ended */
	size_t n_ready;
	size_t n_ended;
	size_t n_awaited; /* steps that the client waits for and that have not ended */
	int client_fd; /* closed when n_awaited is 0, so that the client need not wait for the rest; -1 none */
	bool *is_told; /* shared with the client: that it was closed for this reason */
	size_t max_connections; /* open at once */
	usec_t started; /* monotonic */
	bool nobody_waits; /* no client */
	bool is_late; /* units may no more be what they were when the graph was built */
	int news_fd; /* what other commands announce; -1 until a step has to wait, or nobody waits for us any more */
	struct queue queue; /* what is still to be done, for others; as long as news_fd is there */
	bool takes_news; /* all that is concerned is canceled, so that nothing fails for what depends on it */
};

/* Starts step i: it is RUNNING or ENDED afterwards. */
void job_step_begin(struct job_executor *x, uint32_t i);
/*
 * Before=, After=: a job waits for those of other commands that are ordered before it, running ones and those that were there before this
 * command. True if step i, RUNNING now, has to wait.
 */
bool job_wait_for_others(struct job_executor *x, uint32_t i);
/* Step i begins anew when there is something to be read at fd, which is its own from now on; -1: it looks every second. */
void job_wait_at(struct job_executor *x, uint32_t i, int fd);
/* A look whether u is active waits while somebody starts it. True if step i has to. */
bool job_wait_for_start(struct job_executor *x, uint32_t i, const struct unit *u);
/* Something may have changed for step i, which waits: it begins anew. */
void job_wait_end(struct job_executor *x, uint32_t i);
/* Something can be read from the connection of step i. */
void job_step_hear(struct job_executor *x, uint32_t i);
/* Tells other commands what this one is going to do. */
void job_announce(const struct job_executor *x);
/* Listens to what others announce, and shows them what is still to be done, once a step has to wait or nobody waits for us; the end of that. */
void job_listen(struct job_executor *x);
void job_unlisten(struct job_executor *x);
/* Cancels what waits and is contradicted. */
void job_hear_news(struct job_executor *x);
/* The job of u has timed out: JobTimeoutAction=, by our own binary. */
void job_timeout_act(struct job_executor *x, const struct unit *u);
/* Ends step i and tells those that wait for it. */
void job_step_end(struct job_executor *x, uint32_t i, enum job_result result,
		  const char *unit_result);

/* Units that are no more than a record: targets. They write and remove it. 0 or -errno. */
int job_record_start(struct job_executor *x, struct unit *u);
int job_record_stop(struct job_executor *x, struct unit *u);
/* OnFailure= of a unit whose job failed without the unit having tried: nobody else starts them. */
void job_start_on_failure(struct job_executor *x, const struct unit *u);
/*
 * What follows when all steps have ended. Upholds= of units that stay up: what was stopped by hand is
 * started again; not after a plan that starts something, since two units that conflict and are both
 * upheld would never come to rest. StopWhenUnneeded= of what was started: is it needed?
 */
void job_follow(struct job_executor *x);
/* "x.service - Its Description", as log lines name a unit; in the arena. */
const char *job_unit_title(struct job_executor *x, const struct unit *u);
/* A line in the unit's log. */
void job_log(struct job_executor *x, const struct unit *u, int priority, const char *format, ...)
	PRINTF(4, 5);
