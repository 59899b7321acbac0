/* SPDX-License-Identifier: MIT */
#pragma once

#include "state/control.h"

#define RELAY_TRIES 400		/* of 5 ms: so long a supervisor that holds the lock may take to listen, or to end */

/*
 * Takes the life lock of a unit. Where somebody else lives, the client's requests are passed on to him until either side hangs up, then -EAGAIN.
 * first gets the client's first request if it had to be read before the lock was free ("" otherwise).
 */
int relay_or_lock(const struct place *p, const char *unit, int client, char first[static CONTROL_MESSAGE_MAX]);
