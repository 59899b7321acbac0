/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A client of a message bus that wants to know one thing: who owns a name. It connects, says everything that it will ever say in one piece (EXTERNAL
 * authentication, Hello, AddMatch for NameOwnerChanged, GetConnectionUnixProcessID) and then only reads, without ever blocking.
 * D-Bus Specification, "Authentication Protocol", "Message Protocol", "Message Bus Messages".
 */

#include <sys/types.h>

#include "base/arena.h"

#define BUS_SYSTEM_ADDRESS "unix:path=/run/dbus/system_bus_socket"
#define BUS_MESSAGE_MAX 2048	/* longer ones are none that we asked for, and are passed over */

struct bus_client {
	int fd;				/* CLOEXEC, non-blocking; -1: not connected */
	bool is_authenticated;
	uint64_t n_skip;		/* bytes of a message that is too long, still to come */
	size_t n;			/* bytes in buf */
	unsigned char buf[BUS_MESSAGE_MAX];
};

enum bus_news_kind {
	BUS_OWNER_PID,			/* the first answer: the name is owned by process `pid` (0: one that the bus cannot name) */
	BUS_NO_OWNER,			/* the first answer: nobody owns it */
	BUS_NAME_OWNED,			/* from now on somebody (else) owns it */
	BUS_NAME_LOST,			/* from now on nobody does */
};

struct bus_news {
	enum bus_news_kind kind;
	pid_t pid;
};

/*
 * Connects to the first address of a list ("unix:path=…;unix:abstract=…") that answers. The descriptor; -EPROTONOSUPPORT if none has a
 * transport that we know, -errno.
 */
int bus_connect(const char *addresses);
/* Says what there is to say about name on a fresh connection, which c owns from now on. 0 or -errno, then fd stays the caller's. */
int bus_begin(struct bus_client *c, int fd, const char *name);
/* The next piece of news about name: 1; 0 when nothing more has come; -ECONNRESET, -EACCES (we are not let in), -EPROTO, -errno: no use any more. */
int bus_read(struct bus_client *c, const char *name, struct bus_news *ret);
