/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/io.h"
#include "executor.h"
#include "state/runtime.h"

#define ATOMS_FAILURE (ATOM_START_FAILURE_PROPAGATES | ATOM_STOP_FAILURE_PROPAGATES)

static const struct unit *step_unit(const struct job_executor *x, uint32_t i)
{
	return x->plan->graph->nodes[x->plan->steps[i].node].unit;
}

static bool has_edge(const struct graph *g, uint32_t from, uint32_t to, uint32_t atoms)
{
	GRAPH_FOREACH(e, g, from, atoms) {
		if (e->to == to) {
			return true;
		}
	}
	return false;
}

/* A restart is none of a start until its stop is over. What a stop has canceled does not run for long. */
static bool can_fail(const struct job_executor *x, uint32_t i, enum job_result cause)
{
	int32_t pair = x->plan->steps[i].pair;

	if (x->takes_news || (pair >= 0 && x->runs[pair].phase != JOB_ENDED)) {
		return false;
	}
	return x->runs[i].phase == JOB_WAITING ||
	       (x->runs[i].phase == JOB_RUNNING && cause != JOB_CANCELED);
}

/* A step that did not succeed takes those with it that are bound to its success. */
static void fail_dependents(struct job_executor *x, uint32_t i, uint32_t atoms)
{
	const struct plan_step *s = &x->plan->steps[i];
	enum job_result cause = x->answers[i].result;

	for (uint32_t k = 0; k < s->n_fail; k++) {
		uint32_t other = x->plan->links[s->first_fail + k];

		if (can_fail(x, other, cause) &&
		    has_edge(x->plan->graph, s->node, x->plan->steps[other].node, atoms)) {
			const struct unit *u = step_unit(x, other);

			job_log(x, u, 4, "Dependency failed for %s.", job_unit_title(x, u));
			job_log(x, u, 5, "%s: Job %s/%s failed with result 'dependency'.", u->id,
				u->id, job_type_name(x->plan->steps[other].type));
			job_step_end(x, other, JOB_DEPENDENCY, NULL);
		}
	}
}

static void release_next(struct job_executor *x, uint32_t i)
{
	const struct plan_step *s = &x->plan->steps[i];

	for (uint32_t k = 0; k < s->n_next; k++) {
		uint32_t other = x->plan->links[s->first_next + k];

		if (--x->runs[other].n_pending == 0 && x->runs[other].phase == JOB_WAITING) {
			x->ready[x->n_ready++] = other;
		}
	}
}

static size_t count_connections(const struct job_executor *x)
{
	size_t n = 0;

	for (size_t i = 0; i < x->plan->n_steps; i++) {
		n += x->runs[i].fd >= 0;
	}
	return n;
}

/* Connections that are kept for the start that follows may take half of the room, so that no stop waits for ever. */
static bool can_keep_connection(const struct job_executor *x)
{
	return count_connections(x) <= x->max_connections / 2;
}

/*
 * What was asked for; and all that stops, although systemd waits for no more: while an image is built, the end of a command is that of
 * all processes, and a database would be killed before it is down.
 */
static bool is_awaited(const struct job_executor *x, const struct plan_step *s)
{
	return !x->nobody_waits && (s->anchor || s->type == JOB_STOP);
}

void job_step_end(struct job_executor *x, uint32_t i, enum job_result result,
		  const char *unit_result)
{
	struct job_step_run *run = &x->runs[i];
	const struct plan_step *s = &x->plan->steps[i];
	struct job_answer *answer = &x->answers[i];

	if (run->phase == JOB_ENDED) {
		return;
	}
	run->phase = JOB_ENDED;
	run->is_waiting = false;
	x->n_ended++;
	x->n_awaited -= is_awaited(x, s);
	answer->result = result;
	snprintf(answer->unit_result, sizeof answer->unit_result, "%s", str_or_empty(unit_result));
	/* The start of a restart goes on with the connection on which its stop succeeded. */
	if (run->fd >= 0 && !(s->restarting && result == JOB_DONE && can_keep_connection(x))) {
		macro_close(&run->fd);
		run->fd = -1;
	}
	if (result == JOB_DEPENDENCY || result == JOB_TIMEOUT) {
		job_start_on_failure(x, step_unit(x, i));
	}
	/* Nobody may be kept from starting the unit any more, be it that somebody else has started it. */
	if (s->type == JOB_START && s->pair >= 0 && x->runs[s->pair].fd >= 0 &&
	    x->runs[s->pair].phase == JOB_ENDED) {
		macro_close(&x->runs[s->pair].fd);
		x->runs[s->pair].fd = -1;
	}
	if (result != JOB_DONE && result != JOB_SKIPPED) {
		fail_dependents(x, i, ATOMS_FAILURE);
	} else if (result == JOB_SKIPPED && s->type == JOB_VERIFY_ACTIVE) {
		fail_dependents(x, i, ATOMS_FAILURE);
	} else if (s->type == JOB_START && s->n_fail > 0 &&
		   !active_state_is_up(runtime_active(x->place, step_unit(x, i)))) {
		/* Skipped by a condition, or a oneshot that is over: no failure, but not there. */
		fail_dependents(x, i, ATOM_INACTIVE_START_PROPAGATES);
	}
	if (s->restarting && result != JOB_DONE) {
		job_step_end(x, (uint32_t)s->pair, result, unit_result);
	}
	release_next(x, i);
}

/*
 * The index in `ready` of a step for which there is a descriptor, -1 none: a plan may have more
 * steps than this process may have open files.
 */
static ssize_t find_affordable(const struct job_executor *x)
{
	bool has_room = count_connections(x) < x->max_connections;

	for (size_t k = x->n_ready; k > 0; k--) {
		int32_t pair = x->plan->steps[x->ready[k - 1]].pair;

		if (has_room || (pair >= 0 && x->runs[pair].fd >= 0)) {
			return k - 1;
		}
	}
	return -1;
}

static void begin_ready(struct job_executor *x)
{
	ssize_t k;

	while ((k = find_affordable(x)) >= 0) {
		uint32_t i = x->ready[k];

		x->ready[k] = x->ready[--x->n_ready];
		if (x->runs[i].phase == JOB_WAITING) {
			job_step_begin(x, i);
		}
	}
}

static void end_overdue(struct job_executor *x)
{
	usec_t now = clock_monotonic();

	for (uint32_t i = 0; i < x->plan->n_steps; i++) {
		if (x->runs[i].phase != JOB_ENDED && x->runs[i].deadline <= now) {
			const struct unit *u = step_unit(x, i);

			job_log(x, u, 4, "%s: Job %s/%s timed out.", u->id, u->id,
				job_type_name(x->plan->steps[i].type));
			job_step_end(x, i, JOB_TIMEOUT, NULL);
			job_timeout_act(x, u);
		}
	}
}

/* Milliseconds until the nearest deadline, rounded up; -1 none. */
static int poll_timeout(const struct job_executor *x)
{
	usec_t nearest = USEC_INFINITY, now = clock_monotonic();

	for (uint32_t i = 0; i < x->plan->n_steps; i++) {
		if (x->runs[i].is_waiting && now + USEC_PER_SEC < nearest) {
			nearest = now + USEC_PER_SEC;
		}
		if (x->runs[i].phase != JOB_ENDED && x->runs[i].deadline < nearest) {
			nearest = x->runs[i].deadline;
		}
	}
	if (nearest == USEC_INFINITY) {
		return -1;
	}
	if (nearest <= now) {
		return 0;
	}
	nearest = (nearest - now) / USEC_PER_MSEC + 1;
	return nearest > 1000000000 ? 1000000000 : (int)nearest;
}

/* Waits for any of the connections. */
static void listen_once(struct job_executor *x, struct pollfd *fds, uint32_t *steps)
{
	nfds_t n = 0;
	bool is_quiet;

	for (uint32_t i = 0; i < x->plan->n_steps; i++) {
		if (x->runs[i].phase == JOB_RUNNING) {
			fds[n].fd = x->runs[i].fd;
			fds[n].events = POLLIN;
			fds[n].revents = 0;
			steps[n++] = i;
		}
	}
	fds[n].fd = x->news_fd;
	fds[n].events = POLLIN;
	fds[n].revents = 0;
	is_quiet = poll(fds, n + 1, poll_timeout(x)) == 0;
	if (!is_quiet && fds[n].revents) {
		job_hear_news(x);
	}
	for (nfds_t k = 0; k < n; k++) {
		struct job_step_run *run = &x->runs[steps[k]];

		if (run->phase == JOB_RUNNING && run->is_waiting && (is_quiet || fds[k].revents)) {
			job_wait_end(x, steps[k]);
		} else if (run->phase == JOB_RUNNING && !is_quiet && fds[k].revents) {
			job_step_hear(x, steps[k]);
		}
	}
	end_overdue(x);
}

static usec_t queue_deadline(const struct job_executor *x, const struct unit *u)
{
	bool has = u->job_timeout > 0 && u->job_timeout != USEC_INFINITY;

	return has ? usec_add(x->started, u->job_timeout) : USEC_INFINITY;
}

/* Some descriptors are ours, some are for what a step opens for a moment. */
static size_t max_connections(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY) {
		return SIZE_MAX;
	}
	return limit.rlim_cur > 64 ? limit.rlim_cur - 32 : 32;
}

/* What is left came along with what was asked for: nobody waits for that. */
static void let_client_go(struct job_executor *x)
{
	if (x->n_awaited == 0 && x->client_fd >= 0) {
		*x->is_told = true;
		close(TAKE_FD(x->client_fd));
	}
}

static void execute(struct job_executor *x)
{
	size_t n = x->plan->n_steps;
	struct pollfd *fds = arena_new_n(x->arena, struct pollfd, n + 1);
	uint32_t *steps = arena_new_n(x->arena, uint32_t, n + 1);

	x->runs = arena_new_n(x->arena, struct job_step_run, n + 1);
	x->ready = arena_new_n(x->arena, uint32_t, n + 1);
	x->started = clock_monotonic();
	x->news_fd = x->queue.fd = -1;
	x->max_connections = max_connections();
	for (uint32_t i = 0; i < n; i++) {
		x->runs[i].fd = -1;
		x->runs[i].n_pending = x->plan->steps[i].n_before;
		x->runs[i].deadline = queue_deadline(x, step_unit(x, i));
		x->n_awaited += is_awaited(x, &x->plan->steps[i]);
		if (x->runs[i].n_pending == 0) {
			x->ready[x->n_ready++] = i;
		}
	}
	job_announce(x);
	begin_ready(x);
	x->is_late = true;
	while (x->n_ended < n) {
		job_listen(x);
		let_client_go(x);
		listen_once(x, fds, steps);
		begin_ready(x);
	}
	job_unlisten(x);
	if (!x->in_place) {
		job_follow(x);
	}
}

/*
 * One step is in its supervisor's hands as soon as it was asked. More of them must not stop
 * half-way where the client is interrupted: they are run by a process of its own session that has
 * none of the client's descriptors, and the client only waits for it.
 */
static bool needs_own_process(const struct plan *plan)
{
	return plan->n_steps > 1;
}

static void enter_own_session(int client_fd)
{
	setsid();
	io_null_stdio();
	io_close_from(3, &client_fd, client_fd >= 0);
}

static void wait_for_end(int fd)
{
	char byte;

	while (read(fd, &byte, 1) < 0 && errno == EINTR) {
	}
}

static int run_in_child(struct job_executor *x)
{
	CLEANUP_CLOSE int fd = -1;
	int ends[2] = { -1, -1 }, status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0) {
		return -errno;
	}
	fd = ends[0];
	pid = fork();
	if (pid < 0) {
		close(ends[1]);
		execute(x);
		return 0;
	}
	if (pid == 0) {
		enter_own_session(ends[1]);
		x->client_fd = ends[1];
		execute(x);
		_exit(0);
	}
	close(ends[1]);
	wait_for_end(fd);
	if (*x->is_told) {
		return 0;
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			return -errno;
		}
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECHILD;
}

/* What the client and its executor share. */
struct board {
	bool is_told;
	struct job_answer answers[];
};

static int run(const struct plan *plan, const struct place *place, bool in_place, struct arena *a,
	       struct job_outcome **ret)
{
	struct job_executor x = {
		.plan = plan, .place = place, .arena = a, .in_place = in_place, .client_fd = -1
	};
	size_t size = sizeof(struct board) + plan->n_steps * sizeof(struct job_answer);
	struct job_outcome *outcomes = arena_new_n(a, struct job_outcome, plan->n_steps + 1);
	struct board *board;
	int r = 0;

	board = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (board == MAP_FAILED) {
		return -errno;
	}
	x.answers = board->answers;
	x.is_told = &board->is_told;
	for (size_t i = 0; i < plan->n_steps; i++) {
		x.answers[i].result = JOB_CANCELED; /* what an executor that was killed leaves */
	}
	if (needs_own_process(plan) && !in_place) {
		r = run_in_child(&x);
	} else {
		execute(&x);
	}
	for (size_t i = 0; i < plan->n_steps; i++) {
		outcomes[i].result = x.answers[i].result;
		outcomes[i].unit_result = arena_strdup(a, x.answers[i].unit_result);
	}
	munmap(board, size);
	if (r >= 0) {
		*ret = outcomes;
	}
	return r;
}

int job_run(const struct plan *plan, const struct place *place, struct arena *a,
	    struct job_outcome **ret)
{
	return run(plan, place, false, a, ret);
}

int job_run_in_place(const struct plan *plan, const struct place *place, struct arena *a,
		     struct job_outcome **ret)
{
	return run(plan, place, true, a, ret);
}

int job_run_detached(const struct plan *plan, const struct place *place)
{
	struct job_executor x = { .plan = plan, .place = place, .nobody_waits = true };
	CLEANUP_CLOSE int fd = -1;
	bool is_told = false;
	struct arena a = { 0 };
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0) {
		return -errno;
	}
	fd = ends[0];
	pid = fork();
	if (pid != 0) {
		close(ends[1]);
		if (pid > 0) {
			wait_for_end(fd);
		}
		return pid < 0 ? -errno : 0;
	}
	enter_own_session(ends[1]);
	x.client_fd = ends[1];
	x.is_told = &is_told;
	x.arena = &a;
	x.answers = arena_new_n(&a, struct job_answer, plan->n_steps + 1);
	execute(&x);
	_exit(0);
}
