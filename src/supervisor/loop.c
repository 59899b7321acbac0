/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/diag.h"
#include "supervisor/notify.h"
#include "supervisor/machine.h"
#include "supervisor/pid_file.h"
#include "supervisor/service_bus.h"
#include "supervisor/tree.h"
#include "supervisor/trigger.h"

#define EVENTS_MAX 16
#define STACK_PAGES 16
/* How often a unit that is being killed is looked at although no child told us anything: forks can
 * outrun one look. */
#define RESCAN_SPAN (100 * USEC_PER_MSEC)
#define KILL_SPAN (20 * USEC_PER_MSEC)

int loop_watch(struct supervisor *s, int fd, enum source source, uint32_t index)
{
	/* A stored descriptor is only watched for its end. */
	struct epoll_event e = {
		.events = source == SOURCE_FD_STORE ? 0 : EPOLLIN,
		.data.u64 = (uint64_t)source | (uint64_t)index << 32,
	};

	return epoll_ctl(s->epoll_fd, EPOLL_CTL_ADD, fd, &e) < 0 ? -errno : 0;
}

int loop_init(struct supervisor *s)
{
	static const int signals[] = {
		SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGUSR1, SIGUSR2,
	};
	sigset_t set;
	int r;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		signal(signals[i], SIG_DFL);
		sigaddset(&set, signals[i]);
	}
	/* A limit of the caller's: a file that must not grow is a write that fails, not our death. */
	signal(SIGXFSZ, SIG_IGN);
	if (sigprocmask(SIG_SETMASK, &set, NULL) < 0) {
		return -errno;
	}
	s->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	s->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (s->epoll_fd < 0 || s->signal_fd < 0 || s->timer_fd < 0) {
		return -errno;
	}
	r = loop_watch(s, s->signal_fd, SOURCE_SIGNAL, 0);
	return r < 0 ? r : loop_watch(s, s->timer_fd, SOURCE_TIMER, 0);
}

void loop_close(struct supervisor *s, int *fd)
{
	if (*fd >= 0) {
		epoll_ctl(s->epoll_fd, EPOLL_CTL_DEL, *fd, NULL);
		close(TAKE_FD(*fd));
	}
}

int loop_accept(struct supervisor *s, int listening, int flags, bool *ret_is_full)
{
	int fd;

	*ret_is_full = false;
	if (s->reserve_fd < 0) {
		s->reserve_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
	fd = accept4(listening, NULL, NULL, flags | SOCK_CLOEXEC);
	if (fd < 0 && (errno == EMFILE || errno == ENFILE) && s->reserve_fd >= 0) {
		close(TAKE_FD(s->reserve_fd));
		fd = accept4(listening, NULL, NULL, flags | SOCK_CLOEXEC);
		*ret_is_full = fd >= 0;
	}
	return fd < 0 ? -errno : fd;
}

void loop_set_deadline(struct supervisor *s, enum deadline which, usec_t monotonic)
{
	s->deadlines[which] = monotonic;
}

/* Sets the timer to the nearest deadline. */
static void arm_timer(struct supervisor *s)
{
	struct itimerspec spec = {0};
	usec_t nearest = 0;

	for (int i = 0; i < DEADLINE_MAX; i++) {
		usec_t when = s->deadlines[i];

		if (when > 0 && when != USEC_INFINITY && (nearest == 0 || when < nearest)) {
			nearest = when;
		}
	}
	if (nearest == s->armed) {
		return;
	}
	spec.it_value = usec_to_timespec(nearest);
	if (timerfd_settime(s->timer_fd, TFD_TIMER_ABSTIME, &spec, NULL) == 0) {
		s->armed = nearest;
	}
}

static bool deadline_passed(struct supervisor *s, enum deadline which, usec_t now)
{
	if (s->deadlines[which] == 0 || s->deadlines[which] > now) {
		return false;
	}
	s->deadlines[which] = 0;
	return true;
}

/* ---- ends of processes ---- */

static void child_ended(struct supervisor *s, const siginfo_t *info)
{
	if (s->machine->child_ended) {
		s->machine->child_ended(s, info->si_pid, info->si_code, info->si_status);
	} else if (info->si_pid == s->main.pid) {
		service_main_exited(s, info->si_code, info->si_status);
	} else if (info->si_pid == s->control.pid) {
		service_control_exited(s, info->si_code, info->si_status);
	}
}

static bool is_being_killed(const struct supervisor *s)
{
	return s->state >= STATE_STOP_WATCHDOG && s->state <= STATE_FINAL_SIGKILL &&
	       s->state != STATE_STOP_POST;
}

/* Of many that die, each end is told: to go through all that are left each time would take longer
 * than their dying. */
static void kill_rest(struct supervisor *s)
{
	usec_t now = clock_monotonic();

	if (now >= usec_add(s->rest_killed, KILL_SPAN)) {
		s->rest_killed = now;
		tree_kill(s, TREE_KILL);
	}
}

/* Looks whether the unit is empty, and gives SIGKILL to those that came since. */
static void look_at_rest(struct supervisor *s)
{
	bool may_be_empty = s->unit->type == UNIT_SERVICE && s->main.pid == 0 && s->control.pid == 0 &&
			    !active_state_is_down(service_state_active(s->state)) &&
			    s->state != STATE_AUTO_RESTART;

	if (may_be_empty && tree_is_empty(s)) {
		service_emptied(s);
		return;
	}
	if (s->state == STATE_STOP_SIGKILL || s->state == STATE_FINAL_SIGKILL) {
		kill_rest(s);
	}
	if (is_being_killed(s) && s->main.pid == 0 && s->control.pid == 0) {
		loop_set_deadline(s, DEADLINE_RESCAN, usec_add(clock_monotonic(), RESCAN_SPAN));
	}
}

static void reap(struct supervisor *s)
{
	siginfo_t info;

	/* What they said before they ended comes first. */
	service_exec_reported(s);
	notify_receive(s);
	output_drain(s);
	for (;;) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG) < 0 || info.si_pid == 0) {
			break;
		}
		child_ended(s, &info);
	}
	if (s->pid_file_fd >= 0) {
		service_pid_file_appeared(s);
	}
	look_at_rest(s);
}

/*
 * The end of a main process that is not our child: an orphan that came to us meanwhile has a status;
 * that of others the kernel may tell, and where it does not, they count as having ended well.
 */
static void main_vanished(struct supervisor *s)
{
	int code = CLD_EXITED, status = 0;
	siginfo_t info = {0};

	if (waitid(P_PID, (id_t)s->main.pid, &info, WEXITED | WNOHANG) == 0) {
		if (info.si_pid == 0) {
			return;
		}
		service_main_exited(s, info.si_code, info.si_status);
	} else {
		(void)proc_read_exit(s->main_fd, &code, &status);
		service_main_exited(s, code, status);
	}
	look_at_rest(s);
}

/* ---- sources ---- */

static void on_signal(struct supervisor *s)
{
	struct signalfd_siginfo info;
	bool child = false;

	while (read(s->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD) {
			child = true;
		} else if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) {
			request_cancel_starts(s);
			s->machine->stop(s);
		}
	}
	if (child) {
		reap(s);
	}
}

static void on_timer(struct supervisor *s)
{
	uint64_t expirations;
	usec_t now = clock_monotonic();

	if (read(s->timer_fd, &expirations, sizeof(expirations)) > 0) {
		s->armed = 0;
	}
	if (deadline_passed(s, DEADLINE_WATCHDOG, now)) {
		service_watchdog_expired(s, false);
	}
	if (deadline_passed(s, DEADLINE_STATE, now)) {
		service_timed_out(s);
	}
	if (deadline_passed(s, DEADLINE_MACHINE, now)) {
		s->machine->ready(s, MACHINE_TIME_UP);
	}
	if (deadline_passed(s, DEADLINE_RESCAN, now)) {
		if (s->main.pid > 0 && !s->main_is_child && s->main_fd < 0) {
			if (!proc_id_is_alive(&s->main)) {
				main_vanished(s);
			} else {
				loop_set_deadline(s, DEADLINE_RESCAN, now + USEC_PER_SEC);
			}
		}
		request_resume(s);
		look_at_rest(s);
	}
}

static void on_pid_file(struct supervisor *s)
{
	char buf[1024];

	while (read(s->pid_file_fd, buf, sizeof(buf)) > 0) {
	}
	service_pid_file_appeared(s);
}

static void on_event(struct supervisor *s, enum source source, uint32_t index)
{
	switch (source) {
	case SOURCE_SIGNAL:
		on_signal(s);
		break;
	case SOURCE_TIMER:
		on_timer(s);
		break;
	case SOURCE_CONTROL:
		request_accept(s);
		break;
	case SOURCE_CONNECTION:
		request_receive(s, index);
		break;
	case SOURCE_NOTIFY:
		notify_receive(s);
		break;
	case SOURCE_LOG:
		output_read(s, index);
		break;
	case SOURCE_PID_FILE:
		if (s->pid_file_fd >= 0) {
			on_pid_file(s);
		}
		break;
	case SOURCE_MAIN:
		if (s->main_fd >= 0) {
			main_vanished(s);
		}
		break;
	case SOURCE_FD_STORE:
		fd_store_remove_fd(s, (int)index);
		break;
	case SOURCE_TRIGGER:
		trigger_changed(s);
		break;
	case SOURCE_MACHINE:
		s->machine->ready(s, index);
		break;
	case SOURCE_BUS:
		service_bus_ready(s);
		break;
	case SOURCE_EXEC:
		service_exec_reported(s);
		break;
	case SOURCE_MAX:
		break;
	}
}

/* Nothing is left that needs a process: the record, if one stays, speaks for itself. */
static bool is_finished(struct supervisor *s)
{
	if (request_is_waiting(s)) {
		return false;
	}
	if (active_state_is_down(service_state_active(s->state))) {
		return true;
	}
	return s->state == STATE_EXITED && s->n_stored == 0 && tree_is_empty(s);
}

/* Gives the socket up; false if somebody came in just before. */
static bool close_control(struct supervisor *s)
{
	CLEANUP_ARENA struct arena a = {0};

	unlink(place_unit_file(&s->place, s->name, "control", &a));
	request_accept(s);
	if (!is_finished(s)) {
		loop_close(s, &s->control_fd);
		s->control_fd = control_listen(&s->place, s->name);
		if (s->control_fd >= 0) {
			loop_watch(s, s->control_fd, SOURCE_CONTROL, 0);
		}
		return false;
	}
	loop_close(s, &s->control_fd);
	return true;
}

/*
 * Loading a unit and starting a process go deeper than waiting does: those pages would stay ours
 * for the life of the unit.
 */
static __attribute__((noinline)) void give_back_memory(void)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t top = ((uintptr_t)__builtin_frame_address(0) - page) & ~(page - 1);

	(void)madvise((void *)(top - STACK_PAGES * page), STACK_PAGES * page, MADV_DONTNEED);
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

void loop_run(struct supervisor *s)
{
	struct epoll_event events[EVENTS_MAX];
	bool has_worked = true;

	for (;;) {
		int n;

		request_advance(s);
		if (is_finished(s)) {
			if (close_control(s)) {
				return;
			}
			/* Who came in just before has a request that nothing else would begin. */
			request_part(s);
			continue;
		}
		request_part(s);
		arena_free(&s->scratch);
		arm_timer(s);
		if (has_worked) {
			give_back_memory();
		}
		n = epoll_wait(s->epoll_fd, events, EVENTS_MAX, -1);
		has_worked = false;
		for (int i = 0; i < n; i++) {
			/* What a service writes comes often, and needs little. */
			has_worked = has_worked || (uint32_t)events[i].data.u64 != SOURCE_LOG;
			on_event(s, (enum source)(uint32_t)events[i].data.u64,
				 (uint32_t)(events[i].data.u64 >> 32));
		}
	}
}
