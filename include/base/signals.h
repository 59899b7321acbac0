/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/macro.h"

/*
 * SIGRTMIN as container managers and systemd mean it. musl's own is one more, since it keeps one signal more for itself than glibc; its
 * sigaddset() refuses this one, its sigfillset() leaves it out.
 */
#define SIGNALS_RTMIN 34

/* The number for "TERM", "SIGTERM", "15", "RTMIN+3", "SIGRTMIN+3", "RTMAX-1", or -EINVAL (systemctl(1), --signal=). */
int signals_parse(const char *name);
/* "TERM", "RTMIN+3", or "15" where it has no name; in buf or static. */
const char *signals_name(int sig, char buf[static 16]);
