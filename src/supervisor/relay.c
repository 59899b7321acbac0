/* SPDX-License-Identifier: MIT */

/*
 * Two people start a unit at the same moment: the supervisor that comes second finds the lock held
 * and passes what its client says to the first one, until either hangs up.
 */

#include <errno.h>
#include <poll.h>
#include <time.h>

#include "supervisor/relay.h"

static const struct timespec turn = { .tv_nsec = 5 * 1000 * 1000 };

static bool pass_on(int from, int to)
{
	char text[CONTROL_MESSAGE_MAX];
	ssize_t n = control_receive(from, text, NULL, 0, NULL);

	return n > 0 && control_send(to, text, NULL, 0) == 0;
}

/* False if the other side hung up before it answered anything. */
static bool relay(int client, int other)
{
	struct pollfd p[] = {{.fd = client, .events = POLLIN}, { .fd = other, .events = POLLIN }};
	char text[CONTROL_MESSAGE_MAX];
	bool answered = false;

	for (;;) {
		if (poll(p, 2, -1) < 0 && errno != EINTR) {
			return true;
		}
		if (p[1].revents) {
			ssize_t n = control_receive(other, text, NULL, 0, NULL);

			if (n <= 0 || control_send(client, text, NULL, 0) < 0) {
				return answered;
			}
			answered = true;
		}
		if (p[0].revents && !pass_on(client, other)) {
			return true;
		}
	}
}

int relay_or_lock(const struct place *p, const char *unit, int client,
		  char first[static CONTROL_MESSAGE_MAX])
{
	first[0] = '\0';
	for (int i = 0; i < RELAY_TRIES; i++) {
		CLEANUP_CLOSE int other = -1;
		int lock = place_lock_unit(p, unit);

		if (lock != -EAGAIN) {
			return lock;
		}
		if (first[0] == '\0' && control_receive(client, first, NULL, 0, NULL) <= 0) {
			return -EAGAIN;
		}
		other = control_connect(p, unit);
		if (other >= 0 && control_send(other, first, NULL, 0) == 0 &&
		    relay(client, other)) {
			return -EAGAIN;
		}
		nanosleep(&turn, NULL);
	}
	control_send(client, "failed resources", NULL, 0);
	return -EAGAIN;
}
