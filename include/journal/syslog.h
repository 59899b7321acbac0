/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * soloctl-syslog.service: listens at /dev/log where nobody else does, and writes what is said there into the log of the unit whose
 * process said it (LOG_DIR/UNIT.syslog.log), or into LOG_DIR/syslog.log.
 */

#include <sys/types.h>

#define SYSLOG_ARGV0 "systemctl-syslog"

struct syslog_message {
	int level;		/* facility * 8 + priority; user.notice where the message does not say */
	const char *identifier;	/* "unknown" where there is none */
	pid_t pid;		/* that the message claims; 0 none */
	const char *text;
};

/* Takes a message of RFC 3164 (with or without time and host) or RFC 5424 apart, in place; message[n] must be writable. */
void syslog_message_parse(char *message, size_t n, struct syslog_message *ret);

/* The program; it ends at SIGTERM. */
int syslog_main(int argc, char **argv);
