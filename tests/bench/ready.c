/* SPDX-License-Identifier: MIT */
/*
 * ready serve FILE                  a service: notes the monotonic clock in FILE, says READY=1, and lives
 * ready talk N                      writes N lines as fast as it can, and ends
 * ready fork                        leaves a daemon and ends
 * ready measure N FILE START… -- STOP…   runs both commands N times by turns; prints the median time in µs from what FILE notes to
 *                                   the end of START
 */
#include <fcntl.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double now_usec(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static void live(void)
{
	for (;;) {
		pause();
	}
}

static int serve(const char *file)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	const char *path = getenv("NOTIFY_SOCKET");
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t n = path ? strlen(path) : 0;
	double now;
	FILE *f = fopen(file, "w");

	if (fd < 0 || n == 0 || n >= sizeof a.sun_path || !f) {
		return 1;
	}
	memcpy(a.sun_path, path, n);
	if (a.sun_path[0] == '@') {
		a.sun_path[0] = '\0';
	}
	now = now_usec();
	if (sendto(fd, "READY=1", 7, 0, (void *)&a, offsetof(struct sockaddr_un, sun_path) + n) < 0) {
		return 1;
	}
	fprintf(f, "%.1f\n", now);
	fclose(f);
	live();
	return 0;
}

static int talk(int n)
{
	for (int i = 0; i < n; i++) {
		printf("line %d of a service that has a lot to say and says it all at once\n", i);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}

static int leave_daemon(void)
{
	if (fork() == 0) {
		setsid();
		live();
	}
	return 0;
}

static void run(char **argv)
{
	pid_t pid;
	int status;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0 || waitpid(pid, &status, 0) < 0 || status != 0) {
		fprintf(stderr, "%s failed\n", argv[0]);
		exit(1);
	}
}

static double read_stamp(const char *file)
{
	double stamp = 0;
	FILE *f;

	/* The service may still be writing. */
	for (int i = 0; i < 1000 && stamp <= 0; i++) {
		f = fopen(file, "r");
		if (f && fscanf(f, "%lf", &stamp) != 1) {
			stamp = 0;
		}
		if (f) {
			fclose(f);
		}
		usleep(1000);
	}
	return stamp;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int measure(int n, const char *file, char **start)
{
	double *times = calloc(n, sizeof(double));
	char **stop = start;

	while (*stop && strcmp(*stop, "--") != 0) {
		stop++;
	}
	if (!*stop || !times) {
		return 2;
	}
	*stop++ = NULL;
	for (int i = 0; i < n; i++) {
		double ended;

		unlink(file);
		run(start);
		ended = now_usec();
		times[i] = ended - read_stamp(file);
		run(stop);
	}
	qsort(times, n, sizeof(double), compare);
	printf("%.0f\n", times[n / 2]);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "serve") == 0) {
		return serve(argv[2]);
	}
	if (argc == 3 && strcmp(argv[1], "talk") == 0) {
		return talk(atoi(argv[2]));
	}
	if (argc == 2 && strcmp(argv[1], "fork") == 0) {
		return leave_daemon();
	}
	if (argc > 5 && strcmp(argv[1], "measure") == 0 && atoi(argv[2]) > 0) {
		return measure(atoi(argv[2]), argv[3], argv + 4);
	}
	fprintf(stderr, "usage: ready serve FILE | talk N | fork | measure N FILE START… -- STOP…\n");
	return 2;
}
