/* SPDX-License-Identifier: MIT */
#include "log/journald.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/io.h"

#define STREAM_PATH "/run/systemd/journal/stdout"
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

bool log_journald_note(const char *unit, int priority, const char *text)
{
	CLEANUP_CLOSE int fd = open_socket(SOCK_DGRAM, NATIVE_PATH);
	CLEANUP_STRBUF struct strbuf message = { 0 };

	if (fd < 0) {
		return false;
	}
	/* A journal shows to whom asks for a unit what names it as the object, if root says so. */
	strbuf_addf(&message,
		    "PRIORITY=%d\nSYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER=systemd\nUNIT=%s\n"
		    "OBJECT_SYSTEMD_UNIT=%s\nMESSAGE=%s\n",
		    priority, unit, unit, text);
	return send(fd, message.s, message.n, MSG_NOSIGNAL) == (ssize_t)message.n;
}
