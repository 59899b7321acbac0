/* SPDX-License-Identifier: MIT */
/*
 * What the services of the boot scenarios are made of. Every line goes to /ev/log, with the monotonic clock in milliseconds before it.
 * Where a file /ev/lag is, each waits so many seconds before each line.
 *
 * ev WORD…               writes a line and ends; `ev -STATUS WORD…` ends with that status
 * serve NAME [OPTION…]   a service of Type=notify: writes `start NAME`, says READY=1, writes `signal TERM NAME` for what it gets, and ends
 *   ready=SECONDS        says READY=1 that much later
 *   never                never says it
 *   ignore               writes that SIGTERM came, and lives on
 *   linger=SECONDS       ends that much after the signal, and writes `end NAME`
 *   status=N             ends with N
 *   child                leaves a process of NAME-child that behaves likewise but lingers three times as long, and is ready before the service is
 *   life=SECONDS         ends by itself after that time, with the status, and writes `end NAME`
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

struct service {
	const char *name;
	double ready, linger, life;
	bool never, ignores, has_child;
	int status;
};

static struct timespec span(double seconds)
{
	return (struct timespec){.tv_sec = (time_t)seconds,
				 .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9)};
}

static void rest(double seconds)
{
	struct timespec t = span(seconds);

	nanosleep(&t, NULL);
}

static double lag(void)
{
	FILE *f = fopen("/ev/lag", "re");
	double seconds = 0;

	if (f && fscanf(f, "%lf", &seconds) != 1) {
		exit(97);
	}
	if (f) {
		fclose(f);
	}
	return seconds;
}

static void note(const char *verb, const char *more, const char *name)
{
	struct timespec t;
	char line[512];
	int n, fd;

	rest(lag());
	fd = open("/ev/log", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	clock_gettime(CLOCK_MONOTONIC, &t);
	n = snprintf(line, sizeof line, "%lld %s%s%s%s%s\n",
		     t.tv_sec * 1000LL + t.tv_nsec / 1000000, verb, *more ? " " : "", more,
		     *name ? " " : "", name);
	if (fd < 0 || write(fd, line, (size_t)n) != n) {
		exit(99);
	}
	close(fd);
}

static int ev(int argc, char **argv)
{
	char words[400] = "";
	int status = 0;

	for (int i = 1; i < argc; i++) {
		if (i == 1 && argv[i][0] == '-' && argv[i][1] != '-') {
			status = atoi(argv[i] + 1);
			continue;
		}
		strncat(words, *words ? " " : "", sizeof words - strlen(words) - 1);
		strncat(words, argv[i], sizeof words - strlen(words) - 1);
	}
	note(words, "", "");
	return status;
}

static void say_ready(void)
{
	static const char text[] = "READY=1";
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	const char *path = getenv("NOTIFY_SOCKET");
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t n = path ? strlen(path) : 0;

	if (fd < 0 || n == 0 || n >= sizeof a.sun_path) {
		return;
	}
	memcpy(a.sun_path, path, n);
	if (a.sun_path[0] == '@') {
		a.sun_path[0] = '\0';
	}
	sendto(fd, text, sizeof text - 1, 0, (void *)&a,
	       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
	close(fd);
}

static void take_option(struct service *s, const char *word)
{
	const char *value = strchr(word, '=');

	value = value ? value + 1 : "";
	switch (word[0]) {
	case 'r':
		s->ready = atof(value);
		break;
	case 'n':
		s->never = true;
		break;
	case 'i':
		s->ignores = true;
		break;
	case 'l':
		*(word[2] == 'f' ? &s->life : &s->linger) = atof(value);
		break;
	case 's':
		s->status = atoi(value);
		break;
	case 'c':
		s->has_child = true;
		break;
	default:
		exit(98);
	}
}

/* Until something ends it. */
static int live(const struct service *s, const sigset_t *signals)
{
	for (;;) {
		struct timespec t = span(s->life);
		int sig = s->life > 0 ? sigtimedwait(signals, NULL, &t) : sigwaitinfo(signals, NULL);

		/* Stopped and continued, as all are before the end. */
		if (sig < 0 && errno == EINTR) {
			continue;
		}
		if (sig < 0) {
			break;
		}
		note("signal", sigabbrev_np(sig), s->name);
		if (s->ignores) {
			continue;
		}
		if (s->linger <= 0) {
			return s->status;
		}
		rest(s->linger);
		break;
	}
	note("end", "", s->name);
	return s->status;
}

static int serve(int argc, char **argv)
{
	struct service s = {.name = argc > 1 ? argv[1] : ""};
	static char child[200];
	sigset_t signals;
	int fds[2];
	char c;

	for (int i = 2; i < argc; i++) {
		take_option(&s, argv[i]);
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (s.has_child && pipe(fds) == 0 && fork() == 0) {
		snprintf(child, sizeof child, "%s-child", s.name);
		s.name = child;
		s.linger *= 3;
		close(fds[0]);
		close(fds[1]);
		return live(&s, &signals);
	}
	if (s.has_child) {
		close(fds[1]);
		(void)!read(fds[0], &c, 1);
	}
	note("start", "", s.name);
	rest(s.ready);
	if (!s.never) {
		say_ready();
	}
	return live(&s, &signals);
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');

	return strcmp(slash ? slash + 1 : argv[0], "serve") == 0 ? serve(argc, argv) : ev(argc, argv);
}
