/* SPDX-License-Identifier: MIT */
/*
 * trivial                 a service: tells /bench/ready the monotonic clock, and lives (s6 gives it a word that means nothing to it)
 * trivial /COMMAND ARG…   the first process of a container: does the same, and becomes the command
 */
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "trivial.h"

static int tell(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = TRIVIAL_SOCKET};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct timespec now;
	long long stamp;

	clock_gettime(CLOCK_MONOTONIC, &now);
	stamp = now.tv_sec * 1000000000LL + now.tv_nsec;
	return fd < 0 || sendto(fd, &stamp, sizeof stamp, 0, (struct sockaddr *)&a, sizeof a) < 0 || close(fd) < 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && argv[1][0] == '/') {
		if (tell() != 0) {
			return 1;
		}
		execv(argv[1], argv + 1);
		return 127;
	}
	prctl(PR_SET_NAME, TRIVIAL_COMM);
	if (tell() != 0) {
		return 1;
	}
	for (;;) {
		pause();
	}
}
