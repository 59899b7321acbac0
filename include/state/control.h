/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The control channel to a unit's supervisor: SOCK_SEQPACKET at units/UNIT/control, mode 0600; the peer must be root or the owner (SO_PEERCRED).
 * A request is one packet of words separated by blanks; each request gets one answer when its work is finished, so a client that wants
 * to wait just reads. Requests on one connection are answered in order.
 *
 *   start                   -> "done" | "failed RESULT" | "canceled" | "timeout" | "skipped" | "dependency"
 *   stop [restarting]       -> "done" | "failed RESULT" | "canceled"; with `restarting` the supervisor stays for the start that follows on the same
 *                              connection (or ends if the connection closes)
 *   reload                  -> "done" | "failed RESULT" | "canceled" | "invalid" (not active)
 *   kill WHOM SIGNAL [VALUE]-> "done N" (N processes signalled) | "error ERRNO"        WHOM: main control all
 *   freeze, thaw            -> "done" | "error ERRNO"
 *   reread                  -> "done": load the unit anew (daemon-reload)
 *   reset-failed            -> "done": forget failed state, start-limit counters, restart counter
 *   fds UNIT                -> "fds NAME:…" with the listening sockets attached (SCM_RIGHTS) if this socket unit starts that service;
 *                              "connection" with one, for an instance of Accept=yes, which keeps the line open as long as it lives; else "fds"
 *   cancel                  -> "done": all requests under way are "canceled"; what they have begun goes on
 *   ping                    -> "done"
 * Anything else            -> "error 22".
 *
 * A request takes the place of those that contradict it, which are "canceled": a stop that of starts, restarts and reloads, a start or restart that of
 * stops. A start or reload becomes part of a restart that comes after it, and a reload part of a start that it finds under way.
 *
 * RESULT is the unit's Result= word ("exit-code", "timeout" …); a supervisor that cannot work at all says "failed resources ERRNO". A supervisor that is started by a client gets the first connection as
 * descriptor 3 (a socketpair), with the request already in it: nobody has to wait for its socket to appear.
 */

#include <signal.h>

#include "state/place.h"

#define CONTROL_MESSAGE_MAX 4096
/* A scope has no supervisor and no socket: what is asked of the systemd-run that holds it (record.control) is only to stop, and by this signal. */
#define SCOPE_STOP_SIGNAL SIGRTMAX

/* Connects. fd, -ENOENT/-ECONNREFUSED no supervisor, -EACCES, -errno. Works for paths longer than sun_path (through /proc/self/fd or chdir in a child). */
int control_connect(const struct place *p, const char *unit);
/* Binds and listens; an old socket file is replaced (the caller holds the life lock). fd or -errno. */
int control_listen(const struct place *p, const char *unit);
/* One packet. fds may be NULL. 0 or -errno. */
int control_send(int fd, const char *text, const int *fds, size_t n_fds);
/* One packet: NUL-terminated text in buf; received descriptors (CLOEXEC) in fds (room for max_fds), *ret_n_fds. Bytes, 0 = closed, -errno. */
ssize_t control_receive(int fd, char buf[static CONTROL_MESSAGE_MAX], int *fds, size_t max_fds, size_t *ret_n_fds);
/* Peer is root or the owner of this process. */
bool control_peer_is_trusted(int fd);
