/* SPDX-License-Identifier: MIT */
#pragma once

/* The sockets of a service: systemd.socket(5), sd_listen_fds(3). Their supervisors are asked for them at each start of the main process. */

#include "exec/spawn.h"
#include "supervisor/life.h"

#define GIVEN_MAX 1024

struct given_fds {
	int fds[GIVEN_MAX];
	size_t n;
	struct strv names;	/* of each, in the scratch arena */
	int connection;		/* of an instance of Accept=yes: stays; -1 none */
	int line;		/* to the socket's supervisor, which learns from its end that we have ended; -1 */
};

/* Asks. Fills s->given, which is NULL where there is nothing. */
void service_sockets_take(struct supervisor *s);
/* Closes the listening ones again, once the main process has them. */
void service_sockets_release(struct supervisor *s);
