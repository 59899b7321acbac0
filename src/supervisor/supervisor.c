/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/root.h"
#include "log/target.h"
#include "state/manager.h"
#include "state/runtime.h"
#include "state/transient.h"
#include "supervisor/machine.h"
#include "supervisor/notify.h"
#include "supervisor/relay.h"
#include "supervisor/service_bus.h"
#include "supervisor/trigger.h"

#define CONNECTION_FD 3
#define PROCESS_NAME "systemctl-super" /* 15 bytes, all that the kernel keeps */
#define EXIT_CANNOT 1

/* A life of our own: nothing of the caller's is kept but the connection. */
static void leave_caller(void)
{
	static const int keep[] = { CONNECTION_FD };

	prctl(PR_SET_NAME, PROCESS_NAME);
	setsid();
	io_null_stdio();
	io_close_from(CONNECTION_FD, keep, ARRAY_SIZE(keep));
	io_set_cloexec(CONNECTION_FD, true);
	umask(0022);
	/* What cannot be changed is as the caller has it. */
	if (chdir("/") < 0) {
		errno = 0;
	}
	setpriority(PRIO_PROCESS, 0, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

int supervisor_load(struct supervisor *s)
{
	struct unit_store_options options = {
		.scope = s->place.user_scope ? SEARCH_USER : SEARCH_SYSTEM,
		.early_active = !s->is_booted || geteuid() != 0,
	};
	struct unit_store store = {0};
	struct unit *u = NULL;
	int r = unit_store_open(&store, &options);

	if (r < 0) {
		return r;
	}
	r = unit_store_get(&store, s->name, &u);
	if (r == 0 && (!machine_of(u->type) || u->load_state == UNIT_NOT_FOUND)) {
		r = !machine_of(u->type) ? -EOPNOTSUPP : -ENOENT;
	}
	if (r < 0) {
		unit_store_close(&store);
		return r;
	}
	if (s->unit) {
		unit_store_close(&s->store);
	}
	s->store = store;
	s->unit = u;
	/* Others keep the name, and the unit's own goes when it is read anew. */
	if (!streq(s->name, u->id)) {
		s->name = arena_strdup(&s->arena, u->id);
	}
	s->machine = machine_of(u->type);
	trigger_load(s);
	/* Only a service has processes that it must not lose; what others start belongs to itself. */
	prctl(PR_SET_CHILD_SUBREAPER, u->type == UNIT_SERVICE);
	unit_store_drop_index(&s->store);
	return 0;
}

static void supervisor_init(struct supervisor *s)
{
	int *fds[] = {&s->epoll_fd, &s->signal_fd, &s->timer_fd,    &s->control_fd,
		      &s->lock_fd,  &s->notify_fd, &s->pid_file_fd, &s->main_fd, &s->exec_fd,
		      &s->reserve_fd};

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
		*fds[i] = -1;
	}
	for (size_t i = 0; i < CONNECTION_MAX; i++) {
		s->connections[i].fd = -1;
	}
	s->flush_restarts = true;
	record_init(&s->record);
	s->record.supervisor = proc_id_of(getpid());
}

/* What was before us: nothing, a failure with its counters, or a service that lost its supervisor.
 */
static void take_over(struct supervisor *s)
{
	struct record old;

	runtime_get(&s->place, s->unit, &s->arena, &old);
	s->state = s->machine->dead;
	if (s->unit->type == UNIT_SERVICE) {
		s->notify_access = supervisor_service(s)->notify_access;
	}
	publish_restore(s, &old);
	next_recall_starts(s);
	if (s->state == STATE_RUNNING) {
		publish(s);
		notify_open(s);
		output_reopen(s);
		service_bus_open(s);
		if (s->watchdog_usec > 0) {
			loop_set_deadline(s, DEADLINE_WATCHDOG,
					  usec_add(clock_monotonic(), s->watchdog_usec));
		}
		say(s, DIAG_NOTICE,
			"Its supervisor had been killed; main process %ld is watched again.",
		    (long)s->main.pid);
	}
}

static int open_everything(struct supervisor *s)
{
	int r;

	log_writer_init(&s->log, &s->place, s->name);
	log_writer_configure(&s->log, &s->place, s->name, s->is_booted);
	r = loop_init(s);
	if (r < 0) {
		return r;
	}
	take_over(s);
	s->control_fd = control_listen(&s->place, s->name);
	if (s->control_fd < 0) {
		return s->control_fd;
	}
	r = loop_watch(s, s->control_fd, SOURCE_CONTROL, 0);
	if (r < 0) {
		return r;
	}
	/* From now on there is room for what it says later, even on a full file system. */
	return record_write(&s->place, s->name, &s->record);
}

/* CollectMode=inactive-or-failed: a failure is forgotten like a clean end. */
static bool is_forgotten(const struct supervisor *s)
{
	return s->state == s->machine->dead ||
	       (s->state == s->machine->failed &&
		streq_null(s->unit->collect_mode, "inactive-or-failed"));
}

/* Somebody waits to see how it ended (systemd-run --wait), and will take the record away. */
static bool is_held(struct supervisor *s, struct arena *a)
{
	return access(place_unit_file(&s->place, s->name, RECORD_HELD, a), F_OK) == 0;
}

/* The end: a unit that is inactive leaves nothing behind, others their record. */
static void leave(struct supervisor *s)
{
	CLEANUP_ARENA struct arena a = {0};

	fd_store_clear(s);
	notify_close(s);
	output_close(s);
	log_writer_finish(&s->log);
	if (is_forgotten(s) && !is_held(s, &a)) {
		transient_remove_unit(&s->place, &s->store.search, s->unit);
		place_remove_unit(&s->place, s->name);
	} else {
		s->must_exit = true;
		publish(s);
		unlink(place_unit_file(&s->place, s->name, "lock", &a));
	}
	request_part(s);
}

static int refuse(int client, int error)
{
	char text[64], unread[8];

	/* A socket that is closed with a packet unread resets the connection, and our answer with it. */
	while (recv(client, unread, sizeof(unread), MSG_DONTWAIT) > 0) {
	}
	snprintf(text, sizeof(text), "failed resources %d", -error);
	control_send(client, text, NULL, 0);
	return error;
}

/* Nothing of ours may stay where there was nothing before. */
static int refuse_and_leave(struct supervisor *s, int error)
{
	struct record old;

	if (record_read(&s->place, s->name, &s->arena, &old) == -ENOENT) {
		place_remove_unit(&s->place, s->name);
	}
	return refuse(CONNECTION_FD, error);
}

/* A full file system shows now, and not when the service runs and its record cannot be written. */
static int sign_lock(struct supervisor *s)
{
	char pid[24];
	int n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());

	return io_write_all(s->lock_fd, pid, (size_t)n);
}

/* Up to the first request. 0, 1: somebody else took it, -errno. */
static int begin(struct supervisor *s)
{
	char first[CONTROL_MESSAGE_MAX];
	int r;

	s->lock_fd = relay_or_lock(&s->place, s->name, CONNECTION_FD, first);
	if (s->lock_fd < 0) {
		return s->lock_fd == -EAGAIN ? 1 : refuse(CONNECTION_FD, s->lock_fd);
	}
	s->is_booted = manager_is_booted();
	r = sign_lock(s);
	if (r == 0) {
		r = supervisor_load(s);
	}
	if (r == 0) {
		r = open_everything(s);
	}
	if (r < 0) {
		return refuse_and_leave(s, r);
	}
	request_adopt(s, CONNECTION_FD, first);
	return 0;
}

int supervisor_main(int argc, char **argv)
{
	static struct supervisor supervisor;
	struct supervisor *s = &supervisor;
	bool user = argc > 2 && streq(argv[2], "--user");
	int r;

	if (argc < 2) {
		return EXIT_CANNOT;
	}
	leave_caller();
	supervisor_init(s);
	r = place_init(&s->place, user, &s->arena);
	if (r < 0) {
		refuse(CONNECTION_FD, r);
		return EXIT_CANNOT;
	}
	s->name = argv[1];
	r = begin(s);
	if (r != 0) {
		return r < 0 ? EXIT_CANNOT : 0;
	}
	loop_run(s);
	leave(s);
	return 0;
}
