/* SPDX-License-Identifier: MIT */
#include "journal/syslog.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/io.h"
#include "base/proc.h"
#include "base/str.h"
#include "log/reader.h"
#include "log/target.h"
#include "state/manager.h"
#include "supervisor/supervisor.h"

#define SOCKET_PATH "/dev/log"
#define DATAGRAM_MAX 8192
#define BUFFER_WANTED (1024 * 1024)
#define ANCESTORS_MAX 64
#define UNIT_MAX 256
/* As much of the supervisor's name as the kernel keeps. */
#define SUPERVISOR_COMM "systemctl-super"

struct listener {
	int fd;
	ino_t inode; /* of the socket in the file system */
	struct place place;
	struct log_writer console; /* whose console is used for all */
};

static int fail(const char *what)
{
	fprintf(stderr, "<3>%s: %s\n", what, strerror(errno));
	return 1;
}

/* Tells the supervisor that messages will be heard from now on. */
static void notify_ready(void)
{
	static const char text[] = "READY=1";
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	CLEANUP_CLOSE int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t n = path ? strlen(path) : 0;

	if (fd < 0 || n == 0 || n >= sizeof(sa.sun_path)) {
		return;
	}
	memcpy(sa.sun_path, path, n);
	if (path[0] == '@') {
		sa.sun_path[0] = '\0';
	}
	sendto(fd, text, sizeof(text) - 1, MSG_NOSIGNAL, (struct sockaddr *)&sa,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
}

/* Somebody who listens there is left alone; what nobody listens at any more goes. */
static int listener_bind(struct listener *l)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX, .sun_path = SOCKET_PATH };
	int one = 1, size = BUFFER_WANTED;
	struct stat st;

	l->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0) {
		return -errno;
	}
	if (connect(l->fd, (struct sockaddr *)&sa, sizeof(sa)) == 0) {
		errno = EADDRINUSE;
		return -errno;
	}
	unlink(SOCKET_PATH);
	if (bind(l->fd, (struct sockaddr *)&sa, sizeof(sa)) < 0 || chmod(SOCKET_PATH, 0666) < 0) {
		return -errno;
	}
	setsockopt(l->fd, SOL_SOCKET, SO_PASSCRED, &one, sizeof(one));
	setsockopt(l->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	l->inode = lstat(SOCKET_PATH, &st) == 0 ? st.st_ino : 0;
	return 0;
}

/* The socket of another daemon that came after us stays. */
static void listener_unlink(const struct listener *l)
{
	struct stat st;

	if (lstat(SOCKET_PATH, &st) == 0 && st.st_ino == l->inode) {
		unlink(SOCKET_PATH);
	}
}

/* The unit of the supervisor that the process descends from. False: it belongs to none, or is gone. */
static bool find_unit(pid_t pid, char unit[static UNIT_MAX])
{
	struct proc_stat st;

	for (int i = 0; i < ANCESTORS_MAX && pid > 1 && proc_read_stat(pid, &st) == 0; i++) {
		if (streq(st.comm, SUPERVISOR_COMM)) {
			char path[64], line[2 * UNIT_MAX];
			ssize_t n;
			size_t first;

			snprintf(path, sizeof(path), "/proc/%ld/cmdline", (long)pid);
			n = io_read_small(AT_FDCWD, path, line, sizeof(line));
			first = n > 0 ? strlen(line) + 1 : 0;
			if (n <= (ssize_t)first || !streq(line, SUPERVISOR_ARGV0)) {
				return false;
			}
			snprintf(unit, UNIT_MAX, "%.*s", UNIT_MAX - 1, line + first);
			return true;
		}
		pid = st.ppid;
	}
	return false;
}

static void write_message(struct listener *l, const struct syslog_message *m, pid_t sender)
{
	char unit[UNIT_MAX], name[UNIT_MAX + sizeof(LOG_SYSLOG_SUFFIX)];
	struct log_writer w;
	pid_t pid = sender > 0 ? sender : m->pid;

	if (sender > 0 && find_unit(sender, unit)) {
		snprintf(name, sizeof(name), "%s" LOG_SYSLOG_SUFFIX, unit);
	} else {
		snprintf(name, sizeof(name), LOG_SYSLOG_NAME);
	}
	log_writer_init(&w, &l->place, name);
	w.console_fd = l->console.console_fd;
	w.console_has_color = l->console.console_has_color;
	w.n_console_dropped = l->console.n_console_dropped;
	w.has_no_file = l->console.has_no_file;
	log_writer_add(&w, m->level, m->identifier, pid, m->text, strlen(m->text));
	l->console.n_console_dropped = w.n_console_dropped;
	log_writer_finish(&w);
}

/* False: there is none at present. */
static bool receive(struct listener *l)
{
	char text[DATAGRAM_MAX + 1];
	union {
		char bytes[CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr align;
	} control;
	struct iovec iov = { text, DATAGRAM_MAX };
	struct msghdr header = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control,
				 .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(l->fd, &header, MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = n < 0 ? NULL : CMSG_FIRSTHDR(&header);
	struct syslog_message m;
	pid_t sender = 0;

	if (n < 0) {
		return errno == EINTR;
	}
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_CREDENTIALS) {
		struct ucred credentials;

		memcpy(&credentials, CMSG_DATA(c), sizeof(credentials));
		sender = credentials.pid;
	}
	syslog_message_parse(text, (size_t)n, &m);
	if (m.text[0]) {
		write_message(l, &m, sender);
	}
	return true;
}

static int listen_until_stopped(struct listener *l, int signals)
{
	struct pollfd fds[] = { { .fd = l->fd, .events = POLLIN },
				{ .fd = signals, .events = POLLIN } };

	for (;;) {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR) {
			return fail("Failed to wait for messages");
		}
		while (receive(l)) {
			continue;
		}
		if (fds[1].revents) {
			return 0;
		}
	}
}

int syslog_main(int argc, char **argv)
{
	CLEANUP_ARENA struct arena a = { 0 };
	CLEANUP_CLOSE int signals = -1;
	struct listener l = { .fd = -1 };
	sigset_t set;
	int r = place_init(&l.place, false, &a);

	if (r < 0) {
		errno = -r;
		return fail("Failed to find the runtime directory");
	}
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0 || listener_bind(&l) < 0) {
		return fail("Failed to listen at " SOCKET_PATH);
	}
	log_writer_init(&l.console, &l.place, LOG_SYSLOG_NAME);
	log_writer_configure(&l.console, &l.place, NULL, manager_is_booted());
	notify_ready();
	r = listen_until_stopped(&l, signals);
	listener_unlink(&l);
	close(l.fd);
	log_writer_close_outputs(&l.console);
	return r;
}
