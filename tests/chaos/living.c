/* SPDX-License-Identifier: MIT */
/*
 * living NAME KIND: a process of a service for the campaigns; its NAME finds it in /proc.
 *   plain           lives until a signal ends it
 *   family          with a child, and a grandchild in a session of its own
 *   stubborn        ignores SIGTERM
 *   notify          says READY=1 after a moment
 *   forking FILE    leaves a daemon in a session of its own, its pid in FILE
 *   talker          writes lines for ever
 *   brief           lives for two seconds
 */
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void live(void)
{
	for (;;) {
		pause();
	}
}

static void become_family(char **argv)
{
	(void)argv;
	if (fork() == 0) {
		if (fork() == 0) {
			setsid();
		}
		live();
	}
	live();
}

static void become_stubborn(char **argv)
{
	(void)argv;
	signal(SIGTERM, SIG_IGN);
	live();
}

static void become_notify(char **argv)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	const char *path = getenv("NOTIFY_SOCKET");
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t n = path ? strlen(path) : 0;

	(void)argv;
	if (fd < 0 || n == 0 || n >= sizeof a.sun_path) {
		exit(1);
	}
	memcpy(a.sun_path, path, n);
	if (a.sun_path[0] == '@') {
		a.sun_path[0] = '\0';
	}
	usleep(50000);
	if (sendto(fd, "READY=1", 7, 0, (void *)&a, offsetof(struct sockaddr_un, sun_path) + n) < 0) {
		exit(1);
	}
	live();
}

static void become_forking(char **argv)
{
	pid_t pid = fork();
	FILE *f;

	if (pid < 0) {
		exit(1);
	}
	if (pid == 0) {
		setsid();
		live();
	}
	f = fopen(argv[3], "w");
	if (!f || fprintf(f, "%ld\n", (long)pid) < 0 || fclose(f) != 0) {
		kill(pid, SIGKILL);
		exit(1);
	}
	exit(0);
}

static void become_talker(char **argv)
{
	static const char line[] = "all work and no play makes a dull log\n";

	(void)argv;
	for (;;) {
		if (write(1, line, sizeof line - 1) < 0) {
			exit(1);
		}
		usleep(100);
	}
}

static void become_brief(char **argv)
{
	(void)argv;
	usleep(2000000);
	exit(0);
}

static void become_plain(char **argv)
{
	(void)argv;
	live();
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*become)(char **argv);
	} kinds[] = {
		{"plain", become_plain},   {"family", become_family},	{"stubborn", become_stubborn},
		{"notify", become_notify}, {"forking", become_forking}, {"talker", become_talker},
		{"brief", become_brief},
	};

	for (size_t i = 0; argc > 2 && i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strcmp(kinds[i].name, argv[2]) == 0 && (argc > 3 || kinds[i].become != become_forking)) {
			kinds[i].become(argv);
		}
	}
	fprintf(stderr, "usage: living NAME KIND [FILE]\n");
	return 2;
}
