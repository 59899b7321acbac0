/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>

#include "base/io.h"
#include "run.h"

#define CHUNK 16384

static const char *const directives[] = {"StandardInput", "StandardOutput", "StandardError"};

/* From one descriptor to another, to its end. What is at each end of the pump: */
struct flow {
	int from, to; /* from -1: finished */
};

/* 0 or -1 at the end. */
static int move_some(struct flow *f)
{
	char buf[CHUNK];
	ssize_t n = read(f->from, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
		return 0;
	}
	return n <= 0 || io_write_all(f->to, buf, (size_t)n) < 0 ? -1 : 0;
}

/* Until all that leads outwards (all but the first) has ended. */
static _Noreturn void pump(struct flow *flows, size_t n)
{
	size_t left = 0;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 1; i < n; i++) {
		left += flows[i].from >= 0;
	}
	while (left > 0 || (n > 0 && flows[0].from >= 0)) {
		struct pollfd polls[3];

		for (size_t i = 0; i < n; i++) {
			polls[i] = (struct pollfd){.fd = flows[i].from, .events = POLLIN};
		}
		if (poll(polls, n, -1) < 0) {
			continue;
		}
		for (size_t i = 0; i < n; i++) {
			if (flows[i].from < 0 || polls[i].revents == 0 ||
			    move_some(&flows[i]) == 0) {
				continue;
			}
			if (i == 0) {
				/* The end of the input must be seen by the service; on a terminal a
				 * first ^D ends only the line that is under way. */
				if (isatty(flows[i].to)) {
					io_write_all(flows[i].to, "\x04\x04", 2);
				}
				close(flows[i].to);
			} else {
				left--;
			}
			flows[i].from = -1;
			if (i > 0 && left == 0) {
				_exit(EXIT_SUCCESS);
			}
		}
	}
	_exit(EXIT_SUCCESS);
}

/* Can the service open it by /proc? Pipes and devices are then the same thing, files would lose
 * their place. */
static bool is_openable(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode));
}

static void set_stream(struct run *r, int i, int fd)
{
	strv_add(&r->streams, &r->c->arena,
		 arena_printf(&r->c->arena, "%s=file:/proc/%ld/fd/%d", directives[i],
			      (long)getpid(), fd));
}

/* Pipes in place of those streams that the service cannot open. */
static int open_pipes(struct run *r, struct run_streams *s, struct flow *flows)
{
	for (int i = 0; i < 3; i++) {
		int p[2];

		if (is_openable(i)) {
			set_stream(r, i, i);
			continue;
		}
		if (fcntl(i, F_GETFD) < 0) {
			continue;
		}
		if (pipe2(p, O_CLOEXEC) < 0) {
			return -errno;
		}
		/* Ours is the end that the service opens again: it stays valid as long as we hold
		 * it. */
		s->ends[i] = p[i == 0 ? 0 : 1];
		flows[i] = i == 0 ? (struct flow){STDIN_FILENO, p[1]} : (struct flow){p[0], i};
		set_stream(r, i, s->ends[i]);
	}
	return 0;
}

static struct termios saved_terminal;
static bool terminal_is_saved;

static void restore_terminal(void)
{
	if (terminal_is_saved) {
		tcsetattr(STDIN_FILENO, TCSADRAIN, &saved_terminal);
	}
}

static int open_terminal(struct run *r, struct run_streams *s, struct flow *flows)
{
	struct termios raw;
	struct winsize size;
	char name[64];
	const char *term = getenv("TERM");

	s->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (s->master < 0 || grantpt(s->master) < 0 || unlockpt(s->master) < 0 ||
	    ptsname_r(s->master, name, sizeof(name)) != 0) {
		return -errno;
	}
	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) {
		ioctl(s->master, TIOCSWINSZ, &size);
	}
	for (int i = 0; i < 3; i++) {
		strv_add(&r->streams, &r->c->arena,
			 arena_printf(&r->c->arena, "%s=tty", directives[i]));
	}
	strv_add(&r->streams, &r->c->arena, arena_printf(&r->c->arena, "TTYPath=%s", name));
	if (term) {
		strv_add(&r->environment, &r->c->arena,
			 arena_printf(&r->c->arena, "TERM=%s", term));
	}
	/* Held open, so that its end is ours and not the moment between two processes that use it.
	 */
	s->ends[0] = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (s->ends[0] < 0) {
		return -errno;
	}
	flows[0] = (struct flow){STDIN_FILENO, dup(s->master)};
	flows[1] = (struct flow){s->master, STDOUT_FILENO};
	if (tcgetattr(STDIN_FILENO, &saved_terminal) == 0) {
		terminal_is_saved = true;
		atexit(restore_terminal);
		raw = saved_terminal;
		cfmakeraw(&raw);
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	return 0;
}

int run_open_streams(struct run *r, struct run_streams *ret)
{
	struct run_streams s = {{-1, -1, -1}, -1, 0};
	struct flow flows[3] = {{-1, -1}, {-1, -1}, {-1, -1}};
	bool has_flow = false;
	int e = 0;

	if (r->pty || r->pipe) {
		e = r->pty ? open_terminal(r, &s, flows) : open_pipes(r, &s, flows);
	}
	for (int i = 0; i < 3; i++) {
		has_flow = has_flow || flows[i].from >= 0;
	}
	if (e == 0 && has_flow) {
		s.pump = fork();
		if (s.pump == 0) {
			for (int i = 0; i < 3; i++) {
				if (s.ends[i] >= 0) {
					close(s.ends[i]);
				}
			}
			pump(flows, 3);
		}
		/* The end of the input that the pump writes to is its own. */
		if (flows[0].to >= 0) {
			close(flows[0].to);
		}
	}
	*ret = s;
	return e < 0 ? e : s.pump < 0 ? -EAGAIN : 0;
}

void run_close_streams(struct run_streams *s)
{
	bool has_output = s->ends[1] >= 0 || s->ends[2] >= 0 || s->master >= 0;

	for (int i = 0; i < 3; i++) {
		if (s->ends[i] >= 0) {
			close(s->ends[i]);
		}
	}
	if (s->pump > 0) {
		/* Where only the input was pumped, nobody waits for the rest of it. */
		if (!has_output) {
			kill(s->pump, SIGTERM);
		}
		while (waitpid(s->pump, NULL, 0) < 0 && errno == EINTR) {
		}
	}
	if (s->master >= 0) {
		close(s->master);
	}
	restore_terminal();
}
