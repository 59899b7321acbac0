/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/macro.h"

/* The number for "TERM", "SIGTERM", "15", "RTMIN+3", "SIGRTMIN+3", "RTMAX-1", or -EINVAL (systemctl(1), --signal=). */
int signals_parse(const char *name);
/* "TERM", "RTMIN+3", or "15" where it has no name; in buf or static. */
const char *signals_name(int sig, char buf[static 16]);
