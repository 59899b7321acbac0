/* SPDX-License-Identifier: MIT */
#pragma once

/* The notify socket: sd_notify(3), systemd.service(5), NotifyAccess=. */

#include "supervisor/life.h"

/* Makes the socket if NotifyAccess= wants one and it is not there. 0 or -errno. */
int notify_open(struct supervisor *s);
void notify_close(struct supervisor *s);
/* Takes all messages that are there. */
void notify_receive(struct supervisor *s);

/* NOTIFYACCESS=: the word holds until the next start; an unknown one changes nothing. */
void notify_set_access(struct supervisor *s, const char *word);

/* ---- fd_store.c ---- */

/* Keeps the descriptors under a name, or closes them. */
void fd_store_add(struct supervisor *s, int *fds, size_t n, const char *name, bool poll);
void fd_store_remove(struct supervisor *s, const char *name);
void fd_store_remove_fd(struct supervisor *s, int fd);
void fd_store_clear(struct supervisor *s);
