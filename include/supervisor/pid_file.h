/* SPDX-License-Identifier: MIT */
#pragma once

/* PIDFile=: systemd.service(5). */

#include "supervisor/life.h"

/* Reads it. 1: the main process is another one now; 0: it is what it was; -errno: there is none, or it is not to be trusted (said in the log if `loud`). */
int pid_file_load(struct supervisor *s, bool loud);
/* Waits for it: an inotify watch on its directory (or the nearest that exists). 0 or -errno. */
int pid_file_watch(struct supervisor *s);
void pid_file_unwatch(struct supervisor *s);
