/* SPDX-License-Identifier: MIT */
/*
 * gauge ready SOCKET LOG N SECONDS COMMAND…   starts a container, its output to LOG; prints the pid of its init, the time in µs from that
 *                                             one's execve to the last of N services (trivial.c), and the pid of COMMAND, which stays
 * gauge memory INIT                           what manages, i.e. all of the container but its services: number of processes, KiB (PSS), and
 *                                             of INIT alone the private KiB
 * gauge idle SECONDS INIT…                    a line for each: INIT, and how often what manages woke up, a minute
 * gauge stop INIT SIGNAL SECONDS              sends the signal; prints the time in µs to the end of the container
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "trivial.h"

#define MAX_PROCESSES 4096
#define TEXT_MAX 4096

extern char **environ;

/* Processes that manage, with their context switches so far. */
struct group {
	long pid[MAX_PROCESSES];
	long switches[MAX_PROCESSES];
	int n;
};

static long long now_nsec(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* The text of a small file; empty if there is none. */
static const char *slurp(const char *path)
{
	static char text[TEXT_MAX];
	FILE *f = fopen(path, "r");
	size_t n = 0;

	if (f) {
		n = fread(text, 1, sizeof text - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	return text;
}

/* The sum of the numbers behind all lines that begin with the word. */
static long sum_lines(const char *text, const char *word)
{
	long sum = 0;

	for (const char *at = text; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, word, strlen(word)) == 0) {
			sum += strtol(strchr(at, ':') + 1, NULL, 10);
		}
	}
	return sum;
}

static long namespace_of(long pid)
{
	char path[64], target[64];
	ssize_t n;

	snprintf(path, sizeof path, "/proc/%ld/ns/pid", pid);
	n = readlink(path, target, sizeof target - 1);
	if (n < 6) {
		return -1;
	}
	target[n] = '\0';
	return strtol(target + strlen("pid:["), NULL, 10);
}

static bool is_service(long pid)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%ld/comm", pid);
	return strcmp(slurp(path), TRIVIAL_COMM "\n") == 0;
}

static long count_switches(long pid)
{
	char path[300];
	struct dirent *e;
	long sum = 0;
	DIR *d;

	snprintf(path, sizeof path, "/proc/%ld/task", pid);
	d = opendir(path);
	while (d && (e = readdir(d))) {
		if (isdigit((unsigned char)e->d_name[0])) {
			const char *text;

			snprintf(path, sizeof path, "/proc/%ld/task/%.20s/status", pid, e->d_name);
			text = slurp(path);
			sum += sum_lines(text, "voluntary_ctxt_switches:") + sum_lines(text, "nonvoluntary_ctxt_switches:");
		}
	}
	if (d) {
		closedir(d);
	}
	return sum;
}

/* Of the PID namespace of `init`. */
static void list_group(long init, struct group *ret)
{
	long ns = namespace_of(init);
	struct dirent *e;
	DIR *d = opendir("/proc");

	ret->n = 0;
	while (ns > 0 && d && (e = readdir(d)) && ret->n < MAX_PROCESSES) {
		long pid = strtol(e->d_name, NULL, 10);

		if (pid > 0 && namespace_of(pid) == ns && !is_service(pid)) {
			ret->pid[ret->n] = pid;
			ret->switches[ret->n++] = count_switches(pid);
		}
	}
	if (d) {
		closedir(d);
	}
}

/* Sleeps until something can be read. False: the deadline is over, or the child has ended. */
static bool await(int fd, pid_t child, long long deadline)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	siginfo_t info;
	int r = 0;

	while (r == 0 && now_nsec() < deadline) {
		info.si_pid = 0;
		if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid != 0) {
			return false;
		}
		r = poll(&p, 1, 500);
	}
	return r > 0;
}

/* One datagram before the deadline. 0 if none comes. */
static long hear(int fd, pid_t child, long long deadline, long long *ret_stamp)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct iovec data = {.iov_base = ret_stamp, .iov_len = sizeof *ret_stamp};
	struct msghdr m = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
	struct cmsghdr *c;
	struct ucred who;

	if (!await(fd, child, deadline) || recvmsg(fd, &m, 0) != sizeof *ret_stamp) {
		return 0;
	}
	c = CMSG_FIRSTHDR(&m);
	if (!c || c->cmsg_type != SCM_CREDENTIALS) {
		return 0;
	}
	memcpy(&who, CMSG_DATA(c), sizeof who);
	return who.pid;
}

static int open_socket(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int on = 1, fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof a.sun_path) {
		return -1;
	}
	strcpy(a.sun_path, path);
	unlink(path);
	if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0 || setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0) {
		return -1;
	}
	return fd;
}

static int ready(char **words)
{
	int fd = open_socket(words[0]), n = atoi(words[2]);
	long long started, stamp, last = 0, deadline = now_nsec() + atoi(words[3]) * 1000000000LL;
	posix_spawn_file_actions_t actions;
	long init;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, words[1], O_WRONLY | O_CREAT | O_APPEND, 0600);
	posix_spawn_file_actions_adddup2(&actions, 1, 2);
	if (fd < 0 || posix_spawnp(&pid, words[4], &actions, NULL, words + 4, environ) != 0) {
		perror("gauge ready");
		return 1;
	}
	init = hear(fd, pid, deadline, &started);
	for (int i = 0; init > 0 && i < n; i++) {
		if (hear(fd, pid, deadline, &stamp) <= 0) {
			fprintf(stderr, "gauge: %d of %d services came\n", i, n);
			init = 0;
		}
		last = stamp > last ? stamp : last;
	}
	if (init <= 0) {
		kill(pid, SIGKILL);
		return 1;
	}
	printf("%ld %lld %ld\n", init, (last - started) / 1000, (long)pid);
	return 0;
}

static int memory(char **words)
{
	static struct group group;
	long init = atol(words[0]), pss = 0, own = 0;

	list_group(init, &group);
	for (int i = 0; i < group.n; i++) {
		char path[64];
		const char *text;

		snprintf(path, sizeof path, "/proc/%ld/smaps_rollup", group.pid[i]);
		text = slurp(path);
		pss += sum_lines(text, "Pss:");
		own += group.pid[i] == init ? sum_lines(text, "Private_") : 0;
	}
	printf("%d %ld %ld\n", group.n, pss, own);
	return own == 0;
}

/* What happened between the two; a process that came meanwhile counts with all that it did. */
static long compare(const struct group *before, const struct group *after)
{
	long sum = 0;

	for (int i = 0; i < after->n; i++) {
		sum += after->switches[i];
		for (int k = 0; k < before->n; k++) {
			if (before->pid[k] == after->pid[i]) {
				sum -= before->switches[k];
			}
		}
	}
	return sum;
}

static int idle(char **words)
{
	int seconds = atoi(words[0]), n = 0;
	struct group *groups, after;

	while (words[n + 1]) {
		n++;
	}
	groups = calloc(n, sizeof *groups);
	if (!groups || seconds < 1) {
		return 2;
	}
	for (int i = 0; i < n; i++) {
		list_group(atol(words[i + 1]), &groups[i]);
	}
	sleep(seconds);
	for (int i = 0; i < n; i++) {
		list_group(atol(words[i + 1]), &after);
		if (after.n == 0) {
			fprintf(stderr, "gauge: %s is gone\n", words[i + 1]);
			return 1;
		}
		printf("%s %ld\n", words[i + 1], compare(&groups[i], &after) * 60 / seconds);
	}
	return 0;
}

static int stop(char **words)
{
	int fd = (int)syscall(SYS_pidfd_open, atoi(words[0]), 0);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	long long started = now_nsec();

	if (fd < 0 || syscall(SYS_pidfd_send_signal, fd, atoi(words[1]), NULL, 0) < 0) {
		perror("gauge stop");
		return 1;
	}
	if (poll(&p, 1, atoi(words[2]) * 1000) <= 0) {
		fprintf(stderr, "gauge: %s did not end\n", words[0]);
		return 1;
	}
	printf("%lld\n", (now_nsec() - started) / 1000);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *word;
		int n_words;
		int (*run)(char **words);
	} verbs[] = {{"idle", 2, idle}, {"memory", 1, memory}, {"ready", 5, ready}, {"stop", 3, stop}};

	for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof verbs[0]; i++) {
		if (strcmp(argv[1], verbs[i].word) == 0 && argc >= 2 + verbs[i].n_words) {
			return verbs[i].run(argv + 2);
		}
	}
	fprintf(stderr, "usage: gauge ready SOCKET LOG N SECONDS COMMAND… | memory INIT | idle SECONDS INIT… | stop INIT SIGNAL SECONDS\n");
	return 2;
}
