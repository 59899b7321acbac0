/* SPDX-License-Identifier: MIT */

/* For /etc/ld.so.preload: the wall clock jumps by a day, forth and back, each time that it is asked for once /tmp/jump is there. */

#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define DAY 86400

int clock_gettime(clockid_t clock, struct timespec *t)
{
	static int n;
	int r = (int)syscall(SYS_clock_gettime, clock, t);

	if (r == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) && access("/tmp/jump", F_OK) == 0) {
		t->tv_sec += n++ % 2 ? DAY : -DAY;
	}
	return r;
}
