/* SPDX-License-Identifier: MIT */
#include "log/journald.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/io.h"

#define STREAM_PATH "/run/systemd/journal/stdout"
#define FACILITY_DAEMON 3
#define NATIVE_PATH "/run/systemd/journal/socket"

bool log_journald_may_be_used(const struct place *p)
{
	return !p->user && geteuid() == 0 && streq(p->dir, "/run/soloctl");
}

static int open_socket(int type, const char *path)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	CLEANUP_CLOSE int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0) {
		return -errno;
	}
	strcpy(sa.sun_path, path);
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0) {
		return -errno;
	}
	return TAKE_FD(fd);
}

bool log_journald_listens(void)
{
	CLEANUP_CLOSE int fd = open_socket(SOCK_DGRAM, NATIVE_PATH);

	return fd >= 0;
}

int log_journald_connect(const struct log_journald_stream *s)
{
	CLEANUP_CLOSE int fd = open_socket(SOCK_STREAM, STREAM_PATH);
	CLEANUP_STRBUF struct strbuf head = { 0 };
	int r;

	if (fd < 0) {
		return fd;
	}
	/* Identifier, unit, priority, level prefix; forward to syslog, kmsg, console. */
	strbuf_addf(&head, "%s\n%s\n%d\n%d\n0\n0\n0\n", s->identifier, s->unit, s->level,
		    s->level_prefix);
	r = io_write_all(fd, head.s, head.n);
	if (r < 0) {
		return r;
	}
	shutdown(fd, SHUT_RD);
	io_set_nonblock(fd, false);
	return TAKE_FD(fd);
}

int log_journald_open(void)
{
	return open_socket(SOCK_DGRAM, NATIVE_PATH);
}

int log_journald_send(int fd, const struct log_journald_entry *e)
{
	CLEANUP_STRBUF struct strbuf b = { 0 };

	/* A journal shows to whom asks for a unit what names it as the object, if root says so. */
	strbuf_addf(&b,
		    "PRIORITY=%d\nSYSLOG_FACILITY=%d\nSYSLOG_IDENTIFIER=%s\nSYSLOG_PID=%ld\n"
		    "UNIT=%s\nOBJECT_SYSTEMD_UNIT=%s\nMESSAGE=%.*s\n",
		    e->level & 7, e->level > 7 ? e->level >> 3 : FACILITY_DAEMON, e->identifier,
		    (long)e->pid, e->unit, e->unit, (int)e->n, e->text);
	if (send(fd, b.s, b.n, MSG_NOSIGNAL) < 0 && errno != EAGAIN && errno != EINTR &&
	    errno != EMSGSIZE && errno != ENOBUFS) {
		return -errno;
	}
	return 0;
}
