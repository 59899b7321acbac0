/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The jobs that commands at work have still to do, for all to see: list-jobs, and commands whose own jobs are ordered after them. Beside its
 * FIFO (news.h) a command keeps PLACE/jobs/PID.queue: a line with the moment it began (monotonic, us), then one per job: "STATE TYPE UNIT".
 * What runs in a supervisor's hands is in that unit's record, too (record.job).
 */

#include "base/clock.h"
#include "state/place.h"

enum queue_state {
	QUEUE_ENDED = '-', /* not to be done any more, or not yet: the start of a restart whose stop is at work */
	QUEUE_WAITING = 'w',
	QUEUE_RUNNING = 'r',
};

struct queued_job {
	const char *unit;
	const char *type; /* as job_type_name() says it; "restart" until the stop of it is over, "start" then; NULL: not to be seen */
	bool is_running;
	pid_t owner;
	usec_t since; /* monotonic: when its command began */
};

struct queue {
	int fd;
	struct queue_line {
		size_t offset; /* of its STATE; 0 none */
		enum queue_state state;
	} *lines;
};

/* Begins with n jobs (unit, type), all QUEUE_ENDED. In the arena. 0, or -errno and fd < 0. */
int queue_open(struct queue *q, const struct place *p, const struct queued_job *jobs, size_t n, usec_t since, struct arena *a);
/* Says so if the state of job i is another one than before. */
void queue_set(struct queue *q, size_t i, enum queue_state state);
/* Ends it, removes the file. */
void queue_close(struct queue *q, const struct place *p);
/* What is left behind by a command of this number that was killed. */
void queue_forget(const struct place *p, pid_t owner);
/* All jobs that wait or run in any command, but for those of this process; in the arena. 0 (also where there is none) or -errno. */
int queue_list(const struct place *p, struct arena *a, struct queued_job **ret, size_t *ret_n);
/* A descriptor that can be read when any of them changes; -errno. */
int queue_watch(const struct place *p);
/* Sleeps as long as has_one says that it finds one in a list like that, but no longer than this. */
typedef bool queue_has_fn(void *context, const struct queued_job *jobs, size_t n);
void queue_wait(const struct place *p, queue_has_fn *has_one, void *context, usec_t longest);
