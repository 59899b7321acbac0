/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A journald of the image that runs: services write to its stream socket, and sentences of ours go to it as well as to the file.
 * Nothing here ever blocks.
 */

#include "log/writer.h"

struct log_journald_stream {
	const char *identifier;
	const char *unit;
	int level;		/* default priority */
	bool level_prefix;	/* honour <N> */
};

/* Is this the system's own place, whose services may log to the system's journald? (Tests and users have places of their own.) */
bool log_journald_may_be_used(const struct place *p);
/* Does one listen at present? */
bool log_journald_listens(void);
/* A stream that a service may have as its standard output; -ENOENT or -ECONNREFUSED where nobody listens, -errno. */
int log_journald_connect(const struct log_journald_stream *s);

struct log_journald_entry {
	const char *unit;
	const char *identifier;
	pid_t pid;		/* whose line it is; the journal takes ours for it, and has this as SYSLOG_PID= */
	int level;		/* priority, perhaps with a facility */
	const char *text;	/* of n bytes, without a newline */
	size_t n;
};
/* A socket for log_journald_send. -ENOENT or -ECONNREFUSED where nobody listens, -errno. */
int log_journald_open(void);
/* 0; lost entries of a journald that is too slow are no error; -errno: it is gone. `journalctl -u UNIT` shows the entry if root sends it. */
int log_journald_send(int fd, const struct log_journald_entry *e);
