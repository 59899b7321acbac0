/* SPDX-License-Identifier: MIT */

/*
 * orphans N [ROUND]: makes N processes whose parent has ended, ROUND of them at a time, all of which end together. Ends when no process
 * of its making is left that has not at least ended: that they are reaped is the affair of whoever inherits them.
 */

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUND 1000

/* The pipe's writing end is never written to: it closes with the last one that has it. */
static void wait_for_end(int fd)
{
	char c;

	if (read(fd, &c, 1) > 0) {
		_exit(2);
	}
}

static void make_round(long n, const int release[2], const int ended[2])
{
	close(ended[0]);
	close(release[1]);
	for (long i = 0; i < n; i++) {
		if (fork() == 0) {
			wait_for_end(release[0]);
			_exit(0);
		}
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	long left = argc > 1 ? atol(argv[1]) : 0, round = argc > 2 ? atol(argv[2]) : ROUND;

	while (left > 0) {
		long n = left < round ? left : round;
		int release[2], ended[2];
		pid_t pid;

		if (pipe(release) < 0 || pipe(ended) < 0) {
			return 1;
		}
		pid = fork();
		if (pid == 0) {
			make_round(n, release, ended);
		}
		if (pid < 0 || waitpid(pid, NULL, 0) != pid) {
			return 1;
		}
		close(ended[1]);
		close(release[0]);
		close(release[1]);
		wait_for_end(ended[0]);
		close(ended[0]);
		left -= n;
	}
	return 0;
}
