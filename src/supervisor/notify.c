/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/diag.h"
#include "base/io.h"
#include "base/root.h"
#include "supervisor/notify.h"
#include "supervisor/tree.h"

#define MESSAGE_MAX 4096
#define MESSAGE_FDS_MAX 253
#define ANCESTRY_TRIES 3
/* More than a socket's queue usually holds: all that was said before a process ended is taken, but
 * who never stops talking does not keep us from everything else. */
#define MESSAGES_PER_CALL 1024
#define REFUSALS_PER_SECOND 5

/* ---- the socket ---- */

/*
 * A path that fits into an address, else a name without a file. proot translates the paths of bind(2) and connect(2), and not
 * those that sendmsg(2) is given, which is what services use: there it is a name. So it is for a service with a root of its own, where
 * no path of ours leads to, unless it has a network of its own too, where no name of ours is heard.
 */
static bool wants_path(const struct supervisor *s)
{
	const struct exec_settings *e = &s->unit->exec;

	return geteuid() == proc_own_uid() && (!e->root_directory || e->private_network);
}

static int bind_socket(struct supervisor *s, int fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	bool has_paths = wants_path(s);
	struct stat root = {0};
	char *dir = path_join(&s->scratch, s->place.dir, "notify");
	/* By the unit, not by us: a service that outlives us speaks to who comes after us. */
	unsigned long long name = place_hash_unit(s->name);
	int n = snprintf(s->notify_path, sizeof(s->notify_path), "%s/%016llx", dir, name);
	mode_t old;
	int r;

	if (has_paths && n < (int)sizeof(address.sun_path) && io_make_dirs(AT_FDCWD, dir, 0755) == 0) {
		memcpy(address.sun_path, s->notify_path, (size_t)n + 1);
		unlink(s->notify_path);
		old = umask(0);
		r = bind(fd, (struct sockaddr *)&address, sizeof(address));
		umask(old);
		if (r == 0) {
			return 0;
		}
	}
	/* Several roots may share one PID namespace. */
	(void)stat("/", &root);
	n = snprintf(s->notify_path, sizeof(s->notify_path), "@soloctl/%s/%llx/%016llx",
		     s->place.epoch, (unsigned long long)root.st_ino, name);
	n = n < (int)sizeof(address.sun_path) ? n : (int)sizeof(address.sun_path) - 1;
	memcpy(address.sun_path, s->notify_path, (size_t)n);
	address.sun_path[0] = '\0';
	return bind(fd, (struct sockaddr *)&address,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)n)) < 0
		   ? -errno
		   : 0;
}

int notify_open(struct supervisor *s)
{
	CLEANUP_CLOSE int fd = -1;
	int on = 1;
	int r;

	if (s->notify_fd >= 0 ||
	    (s->notify_access == NOTIFY_NONE && supervisor_service(s)->fd_store_max == 0)) {
		return 0;
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0) {
		return -errno;
	}
	r = bind_socket(s, fd);
	if (r < 0) {
		s->notify_path[0] = '\0';
		return r;
	}
	r = loop_watch(s, fd, SOURCE_NOTIFY, 0);
	if (r < 0) {
		return r;
	}
	s->notify_fd = TAKE_FD(fd);
	return 0;
}

void notify_close(struct supervisor *s)
{
	if (s->notify_fd < 0) {
		return;
	}
	loop_close(s, &s->notify_fd);
	if (s->notify_path[0] == '/') {
		unlink(s->notify_path);
	}
	s->notify_path[0] = '\0';
}

/* ---- one message ---- */

struct message {
	const struct ucred *sender;
	int *fds;
	size_t n_fds;
	bool ready, reloading, stopping, store, poll, remove;
	usec_t stamp;
	char name[64];
};

static void on_main_pid(struct supervisor *s, struct message *m, const char *value)
{
	int64_t pid = 0;
	struct proc_id id;

	if (str_to_i64(value, &pid) < 0 || pid <= 1 || pid > INT32_MAX) {
		say(s, DIAG_WARNING,
		    "Failed to parse MAINPID= field in notification message, ignoring.");
		return;
	}
	id = proc_id_of((pid_t)pid);
	if (pid == s->main.pid || pid == getpid() || pid == s->control.pid ||
	    !proc_id_is_alive(&id)) {
		return;
	}
	if (!tree_has(s, (pid_t)pid) && m->sender->uid != 0) {
		say(s, DIAG_WARNING, "New main PID %ld does not belong to service, refusing.",
		    (long)pid);
		return;
	}
	service_forget_main(s);
	service_set_main(s, (pid_t)pid);
	publish(s);
}

static void on_status(struct supervisor *s, struct message *m, const char *value)
{
	if (!streq(s->status_text, value)) {
		snprintf(s->status_text, sizeof(s->status_text), "%s", value);
		publish(s);
	}
}

static void on_errno(struct supervisor *s, struct message *m, const char *value)
{
	int64_t number;

	if (str_to_i64(value, &number) == 0 && number >= 0 && number < 4096) {
		s->record.status_errno = (int)number;
		publish(s);
	}
}

static void on_watchdog(struct supervisor *s, struct message *m, const char *value)
{
	if (streq(value, "trigger")) {
		service_watchdog_expired(s, true);
	} else if (streq(value, "1") && s->watchdog_usec > 0 &&
		   s->deadlines[DEADLINE_WATCHDOG] > 0) {
		loop_set_deadline(s, DEADLINE_WATCHDOG,
				  usec_add(clock_monotonic(), s->watchdog_usec));
	}
}

static void on_watchdog_usec(struct supervisor *s, struct message *m, const char *value)
{
	uint64_t span;

	if (str_to_u64(value, &span) < 0) {
		return;
	}
	s->watchdog_usec = span == USEC_INFINITY ? 0 : span;
	loop_set_deadline(s, DEADLINE_WATCHDOG,
			  span > 0 && span != USEC_INFINITY ? usec_add(clock_monotonic(), span)
							    : 0);
	publish(s);
}

static void on_extend_timeout(struct supervisor *s, struct message *m, const char *value)
{
	uint64_t span;
	usec_t when;

	if (str_to_u64(value, &span) < 0 || s->deadlines[DEADLINE_STATE] == 0) {
		return;
	}
	when = usec_add(clock_monotonic(), span);
	if (when > s->deadlines[DEADLINE_STATE]) {
		loop_set_deadline(s, DEADLINE_STATE, when == USEC_INFINITY ? 0 : when);
	}
}

void notify_set_access(struct supervisor *s, const char *word)
{
	static const char *const names[] = {
	    [NOTIFY_NONE] = "none",
	    [NOTIFY_MAIN] = "main",
	    [NOTIFY_EXEC] = "exec",
	    [NOTIFY_ALL] = "all",
	};

	for (int i = 0; i < (int)ARRAY_SIZE(names); i++) {
		if (streq(names[i], word)) {
			s->notify_access = (enum notify_access)i;
			s->record.notify_access = names[i];
		}
	}
}

static void on_access(struct supervisor *s, struct message *m, const char *value)
{
	notify_set_access(s, value);
	publish(s);
}

#define ON_FLAG(flag, wanted)                                                                      \
	static void on_##flag(struct supervisor *s, struct message *m, const char *value)          \
	{                                                                                          \
		if (streq(value, wanted)) {                                                        \
			m->flag = true;                                                            \
		}                                                                                  \
	}
ON_FLAG(ready, "1")
ON_FLAG(reloading, "1")
ON_FLAG(stopping, "1")
ON_FLAG(store, "1")
ON_FLAG(remove, "1")

static void on_poll(struct supervisor *s, struct message *m, const char *value)
{
	m->poll = !streq(value, "0");
}

static void on_name(struct supervisor *s, struct message *m, const char *value)
{
	snprintf(m->name, sizeof(m->name), "%s", value);
}

static void on_stamp(struct supervisor *s, struct message *m, const char *value)
{
	uint64_t stamp;

	if (str_to_u64(value, &stamp) == 0) {
		m->stamp = stamp;
	}
}

static const struct notify_field {
	const char *prefix;
	void (*take)(struct supervisor *s, struct message *m, const char *value);
} notify_fields[] = {
	{ "ERRNO=", on_errno },
	{ "EXTEND_TIMEOUT_USEC=", on_extend_timeout },
	{ "FDNAME=", on_name },
	{ "FDPOLL=", on_poll },
	{ "FDSTORE=", on_store },
	{ "FDSTOREREMOVE=", on_remove },
	{ "MAINPID=", on_main_pid },
	{ "MONOTONIC_USEC=", on_stamp },
	{ "NOTIFYACCESS=", on_access },
	{ "READY=", on_ready },
	{ "RELOADING=", on_reloading },
	{ "STATUS=", on_status },
	{ "STOPPING=", on_stopping },
	{ "WATCHDOG=", on_watchdog },
	{ "WATCHDOG_USEC=", on_watchdog_usec },
};

static void take_line(struct supervisor *s, struct message *m, const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(notify_fields); i++) {
		const char *value = str_after_prefix(line, notify_fields[i].prefix);

		if (value) {
			notify_fields[i].take(s, m, value);
			return;
		}
	}
}

/* What the lines say together; stopping is stronger than ready, ready than reloading. */
static void take_message(struct supervisor *s, struct message *m, char *text)
{
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		take_line(s, m, line);
	}
	if (m->store && m->n_fds > 0) {
		fd_store_add(s, m->fds, m->n_fds, m->name, m->poll);
		m->n_fds = 0;
	}
	if (m->remove && m->name[0]) {
		fd_store_remove(s, m->name);
	}
	if (m->stopping) {
		service_notified_stopping(s);
	} else if (m->ready) {
		service_notified_ready(s);
	} else if (m->reloading) {
		service_notified_reloading(s, m->stamp);
	}
}

/* ---- who may speak ---- */

static bool is_allowed(struct supervisor *s, const struct ucred *sender)
{
	struct proc_stat st;

	if (sender->pid == s->main.pid && s->main.pid > 0) {
		return s->notify_access != NOTIFY_NONE;
	}
	if (sender->pid == s->control.pid && s->control.pid > 0) {
		return s->notify_access >= NOTIFY_EXEC;
	}
	if (s->notify_access != NOTIFY_ALL) {
		return false;
	}
	/* A process whose parent ends while we look has another one the next time. */
	for (int i = 0; i < ANCESTRY_TRIES; i++) {
		if (tree_has(s, sender->pid)) {
			return true;
		}
	}
	/* It has ended and was reaped: what is left of it is who it was. */
	return proc_read_stat(sender->pid, &st) == -ESRCH &&
	       (sender->uid == 0 || sender->uid == proc_own_uid() || sender->uid == s->record.uid);
}

/* Anybody may send: a stranger must not be able to fill the unit's log. */
static bool may_say_refused(struct supervisor *s)
{
	usec_t now = clock_monotonic();

	if (s->refusals_since == 0 || now - s->refusals_since > USEC_PER_SEC) {
		s->refusals_since = now;
		s->n_refusals = 0;
	}
	return s->n_refusals++ < REFUSALS_PER_SECOND;
}

static void say_refused(struct supervisor *s, const struct ucred *sender)
{
	if (!may_say_refused(s)) {
		return;
	}
	if (s->notify_access == NOTIFY_MAIN && s->main.pid > 0) {
		say(s, DIAG_WARNING,
		    "Got notification message from PID %ld, but reception only permitted for main "
		    "PID %ld",
		    (long)sender->pid, (long)s->main.pid);
	} else {
		say(s, DIAG_WARNING,
		    "Got notification message from PID %ld, but reception is not permitted",
		    (long)sender->pid);
	}
}

static void take_ancillary(struct msghdr *header, struct ucred *ret_sender, int *fds, size_t *ret_n)
{
	size_t n = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
		if (c->cmsg_level != SOL_SOCKET) {
			continue;
		}
		if (c->cmsg_type == SCM_CREDENTIALS) {
			memcpy(ret_sender, CMSG_DATA(c), sizeof(*ret_sender));
		} else if (c->cmsg_type == SCM_RIGHTS) {
			size_t n_here = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

			n_here = n_here > MESSAGE_FDS_MAX - n ? MESSAGE_FDS_MAX - n : n_here;
			memcpy(fds + n, CMSG_DATA(c), n_here * sizeof(int));
			n += n_here;
		}
	}
	*ret_n = n;
}

/* One message; false when there is none. */
static bool receive_one(struct supervisor *s)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int) * MESSAGE_FDS_MAX) +
			   CMSG_SPACE(sizeof(struct ucred))];
	} ancillary;
	char text[MESSAGE_MAX + 1];
	int fds[MESSAGE_FDS_MAX];
	struct ucred sender = {0};
	struct iovec iov = {.iov_base = text, .iov_len = MESSAGE_MAX};
	struct msghdr header = {
	    .msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = ancillary.bytes,
	    .msg_controllen = sizeof(ancillary.bytes),
	};
	struct message m = {.sender = &sender, .fds = fds, .poll = true};
	ssize_t n = recvmsg(s->notify_fd, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

	if (n < 0) {
		return false;
	}
	text[n] = '\0';
	take_ancillary(&header, &sender, fds, &m.n_fds);
	if (sender.pid > 0 && !(header.msg_flags & MSG_TRUNC)) {
		if (is_allowed(s, &sender)) {
			take_message(s, &m, text);
		} else {
			say_refused(s, &sender);
		}
	}
	/* Closing them is also the answer that BARRIER=1 waits for. */
	for (size_t i = 0; i < m.n_fds; i++) {
		close(fds[i]);
	}
	return true;
}

void notify_receive(struct supervisor *s)
{
	for (int i = 0; i < MESSAGES_PER_CALL && s->notify_fd >= 0 && receive_one(s); i++) {
	}
}
