/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>

#include "base/io.h"
#include "supervisor/life.h"

#define READER_NAME "systemctl-log"
/* A process of our own that has been forked and not yet executed still holds everything. */
#define EXEC_MS 20

bool output_has_writers(const struct log_stream *stream)
{
	struct pollfd p = { .fd = stream->fd, .events = POLLIN };

	return poll(&p, 1, EXEC_MS) >= 0 && !(p.revents & POLLHUP);
}

/* Only what a reader needs: neither the lock of the unit nor a connection may live on in it. */
static void leave_supervisor(struct supervisor *s)
{
	int keep[LOG_OF_MAX + 3] = { s->log.fd, s->log.console_fd, s->log.journal_fd };
	size_t n = 3;
	sigset_t none;

	for (int i = 0; i < LOG_OF_MAX; i++) {
		keep[n++] = s->streams[i] ? s->streams[i]->fd : -1;
	}
	io_close_from(STDERR_FILENO + 1, keep, n);
	prctl(PR_SET_NAME, READER_NAME);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void read_to_end(struct supervisor *s)
{
	struct pollfd p[LOG_OF_MAX];
	int n_left = 0;

	for (int i = 0; i < LOG_OF_MAX; i++) {
		p[i] = (struct pollfd){ .fd = s->streams[i] ? s->streams[i]->fd : -1,
					.events = POLLIN };
		n_left += p[i].fd >= 0;
	}
	while (n_left > 0 && poll(p, LOG_OF_MAX, -1) >= 0) {
		for (int i = 0; i < LOG_OF_MAX; i++) {
			if (p[i].fd >= 0 && p[i].revents &&
			    log_stream_read(s->streams[i], &s->log) != 1) {
				p[i].fd = -1;
				n_left--;
			}
		}
	}
}

bool output_leave_reader(struct supervisor *s)
{
	pid_t pid = fork();

	if (pid == 0) {
		leave_supervisor(s);
		read_to_end(s);
		_exit(0);
	}
	return pid > 0;
}
