/* SPDX-License-Identifier: MIT */

/*
 * revival UNIT TIMES: kills the unit's supervisor with SIGKILL and waits until its record names another one, so often; prints the least of the
 * milliseconds that this took, or "never".
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 10000 /* milliseconds */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

static int read_supervisor(const char *unit)
{
	char path[512], line[1024];
	int pid = 0;
	FILE *f;

	snprintf(path, sizeof path, "/run/soloctl/units/%s/state", unit);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f)) {
		if (strncmp(line, "SUPERVISOR=", 11) == 0) {
			pid = atoi(line + 11);
		}
	}
	if (f) {
		fclose(f);
	}
	return pid;
}

/* Milliseconds, or -1. */
static double measure_one(const char *unit)
{
	const struct timespec pause = {.tv_nsec = 500000};
	int old = read_supervisor(unit), new = old;
	double begin = now();

	if (old <= 1 || kill(old, SIGKILL) < 0) {
		return -1;
	}
	while (new <= 1 || new == old) {
		if (now() - begin > PATIENCE) {
			return -1;
		}
		nanosleep(&pause, NULL);
		new = read_supervisor(unit);
	}
	return now() - begin;
}

int main(int argc, char **argv)
{
	double least = -1;

	for (int i = 0; argc > 2 && i < atoi(argv[2]); i++) {
		double one = measure_one(argv[1]);

		if (one < 0) {
			puts("never");
			return 1;
		}
		least = least < 0 || one < least ? one : least;
	}
	printf("%.1f\n", least);
	return 0;
}
