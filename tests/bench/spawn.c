/* SPDX-License-Identifier: MIT */
/*
 * spawn N COMMAND… [-- COMMAND…]: runs the command (or both, by turns) N times, stdio on /dev/null, and prints the median time of
 * each in microseconds, from posix_spawn to wait.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now_usec(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static double run(char **argv, const posix_spawn_file_actions_t *actions)
{
	double started = now_usec();
	pid_t pid;
	int status;

	if (posix_spawnp(&pid, argv[0], actions, NULL, argv, environ) != 0) {
		perror(argv[0]);
		exit(1);
	}
	while (waitpid(pid, &status, 0) < 0) {
	}
	if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 3)) {
		fprintf(stderr, "%s ended with wait status %d\n", argv[0], status);
		exit(1);
	}
	return now_usec() - started;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int n = argc > 2 ? atoi(argv[1]) : 0;
	char **commands[2] = {argv + 2, NULL};
	posix_spawn_file_actions_t actions;
	double *times[2];

	if (n < 1) {
		fprintf(stderr, "usage: spawn N COMMAND… [-- COMMAND…]\n");
		return 1;
	}
	for (char **a = argv + 2; *a; a++) {
		if (!commands[1] && strcmp(*a, "--") == 0) {
			*a = NULL;
			commands[1] = a + 1;
		}
	}
	posix_spawn_file_actions_init(&actions);
	for (int fd = 0; fd < 3; fd++) {
		posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
	}
	for (int k = 0; k < 2; k++) {
		times[k] = calloc(n, sizeof(double));
	}
	for (int i = 0; i < n; i++) {
		for (int k = 0; k < 2 && commands[k]; k++) {
			times[k][i] = run(commands[k], &actions);
		}
	}
	for (int k = 0; k < 2 && commands[k]; k++) {
		qsort(times[k], n, sizeof(double), compare);
		printf("%.0f\n", times[k][n / 2]);
	}
	return 0;
}
