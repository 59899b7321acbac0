/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The state machine of a socket unit: systemd.socket(5). "kill" is stop-pre-sigterm or, after stop-post, final-sigterm for the control
 * process; a kill that finds nobody goes on at once. Commands that a list does not have are passed over.
 *
 *   state               control command ended        time is up          traffic            service up | down     stop asked
 *   dead, failed        .                            .                   .                  .                     answered at once
 *   start-pre           open, start-post | final     final-sigterm       .                  .                     final-sigterm
 *   start-post          listening | stop-pre         stop-pre            .                  .                     stop-pre
 *   listening           .                            .                   running            running | .           stop-pre
 *   running             .                            .                   . (not polled)     . | listening         stop-pre
 *   stop-pre            stop-post                    stop-pre-sigterm    .                  .                     joined
 *   stop-pre-sigterm    stop-post                    stop-pre-sigkill    .                  .                     joined
 *   stop-pre-sigkill    stop-post                    stop-post           .                  .                     joined
 *   stop-post           ended                        final-sigterm       .                  .                     joined
 *   final-sigterm       ended                        final-sigkill       .                  .                     joined
 *   final-sigkill       ended                        ended               .                  .                     joined
 *
 * The sockets are made on the way from start-pre to start-post and closed on the way to stop-post. With Accept=yes traffic starts an instance
 * for each connection, and the unit stays listening. A socket that was looked at too often (PollLimitBurst=) is not looked at for a while. "ended" is dead or failed by the first result that is not success.
 */

#include <sys/socket.h>

#include "supervisor/machine.h"
#include "supervisor/trigger.h"

enum socket_state {
	SOCKET_DEAD = 32, SOCKET_START_PRE, SOCKET_START_POST, SOCKET_LISTENING, SOCKET_RUNNING,
	SOCKET_STOP_PRE, SOCKET_STOP_PRE_SIGTERM, SOCKET_STOP_PRE_SIGKILL, SOCKET_STOP_POST,
	SOCKET_FINAL_SIGTERM, SOCKET_FINAL_SIGKILL, SOCKET_FAILED, SOCKET_STATE_END,
};

struct socket_fd {		/* one ListenStream= … */
	const char *directive, *address;
	int fd;			/* -1 closed */
	const char *path;	/* what it has in the file system; NULL nothing */
	struct trigger_limit poll_limit;
};

struct socket_instance {	/* a connection of Accept=yes */
	char *name;		/* the service; NULL: the place is free */
	int fd;			/* the connection, until the service takes it; -1 then */
	int held_fd;		/* the control connection of the service, which ends when the service does; -1 */
	pid_t child;		/* the job that starts it; 0 */
	char peer[64];		/* who: for MaxConnectionsPerSource= */
};

struct socket_life {
	struct socket_fd *fds;
	size_t n;
	struct socket_instance *instances;
	size_t n_places;
	const char *fd_name;
	size_t command_index;	/* in the list that the state runs */
};

/* SOURCE_MACHINE: below this the listening descriptors, from it on the instances. */
#define SOCKET_FIRST_INSTANCE 0x10000

static inline struct socket_life *socket_life(struct supervisor *s)
{
	return s->own;
}

/* ---- socket.c ---- */

void socket_set_state(struct supervisor *s, enum socket_state state);
void socket_enter_start(struct supervisor *s);
void socket_enter_listening(struct supervisor *s);
void socket_enter_stop_pre(struct supervisor *s, enum service_result result);
void socket_enter_stop_post(struct supervisor *s, enum service_result result);
/* Kills the control process, if there is one. */
void socket_enter_signal(struct supervisor *s, enum socket_state state, enum service_result result);

/* ---- socket_process.c ---- */

/* Runs the first command of a list. 1 running and state entered, 0 nothing to run, -errno (already logged). */
int socket_run(struct supervisor *s, const struct command_list *list, enum socket_state state);
/* The control process has ended: the next command, or the state's handler. */
void socket_control_ended(struct supervisor *s, int code, int status);

/* ---- socket_open.c ---- */

/* Makes all that are not there. 0 or -errno, logged. */
int socket_open_all(struct supervisor *s);
void socket_close_all(struct supervisor *s);
/* Throws away what has come in meanwhile: FlushPending=. */
void socket_flush(const struct socket_fd *f);

/* ---- socket_address.c: pure ---- */


/*
 * "/run/x", "@x", "80", "1.2.3.4:80", "[::1]:80", "[fe80::1%lo]:80" -> an address with its size. "80" is IPv6, or IPv4 where has_ipv6 is not set.
 * 0; -EINVAL; -EAFNOSUPPORT (vsock).
 */
int socket_address_parse(const char *text, bool has_ipv6, struct sockaddr_storage *ret, socklen_t *ret_size);
/* "route 1361": family and groups. 0 or -EINVAL. */
int socket_netlink_parse(const char *text, int *ret_family, unsigned *ret_groups);
/*
 * The instance of a connection, as systemd names it: "3-1234-0" (number, pid, uid), "3-10.0.0.1:80-10.0.0.2:4711". In the arena, NULL if the
 * connection is gone. peer gets who it is.
 */
const char *socket_instance_name(int fd, unsigned number, char peer[static 64], struct arena *a);

/* ---- socket_accept.c ---- */

/* Takes one connection and starts its service. */
void socket_accept(struct supervisor *s, const struct socket_fd *f);
/* Something about the instance at this place: its service has ended. */
void socket_instance_ready(struct supervisor *s, uint32_t place);
/* A job that starts an instance has ended; false if pid is none of them. */
bool socket_instance_child_ended(struct supervisor *s, pid_t pid, int code, int status);
void socket_drop_instances(struct supervisor *s);
/* The request "fds UNIT" (state/control.h). */
void socket_give_fds(struct supervisor *s, uint32_t connection, const char *unit);
