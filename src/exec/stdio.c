/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>

#include "base/io.h"
#include "exec/child.h"

#define TTY_DEFAULT "/dev/console"
#ifndef TIOCVHANGUP
#define TIOCVHANGUP 0x5437
#endif
#define PIPE_SAFE 4096	/* what every pipe takes without a reader */

static bool is_terminal(enum exec_stdio kind)
{
	return kind == STDIO_TTY || kind == STDIO_TTY_FORCE || kind == STDIO_TTY_FAIL;
}

bool exec_uses_terminal(const struct exec_request *r)
{
	const struct exec_settings *e = &r->unit->exec;

	return is_terminal(e->std_input.kind) || is_terminal(e->std_output.kind) ||
	       is_terminal(e->std_error.kind);
}

/* Puts fd over target and closes it. */
static int move_fd(int fd, int target)
{
	if (fd < 0) {
		return fd;
	}
	if (fd == target) {
		return io_set_cloexec(fd, false);
	}
	if (dup2(fd, target) < 0) {
		int error = -errno;

		close(fd);
		return error;
	}
	close(fd);
	return 0;
}

static int copy_fd(int fd, int target)
{
	return fd == target ? 0 : dup2(fd, target) < 0 ? -errno : 0;
}

static int open_as(const char *path, int flags, mode_t mode, int target)
{
	int fd = open(path, flags | O_CLOEXEC | O_NOCTTY, mode);

	return move_fd(fd < 0 ? -errno : fd, target);
}

static const char *tty_path(const struct exec_child *c)
{
	return c->settings->tty_path ? c->settings->tty_path : TTY_DEFAULT;
}

static void tty_reset(const struct exec_settings *e, int fd)
{
	struct termios t;

	if (!e->tty_reset || tcgetattr(fd, &t) < 0) {
		return;
	}
	t.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | ISTRIP | INLCR | IGNCR);
	t.c_iflag |= ICRNL | IMAXBEL;
	t.c_oflag |= ONLCR | OPOST;
	t.c_cflag |= CREAD;
	t.c_lflag = ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE;
	tcsetattr(fd, TCSANOW, &t);
}

/*
 * Makes the terminal ours: waits until its owner lets it go (tty), takes it away (tty-force) or
 * fails (tty-fail).
 */
static int tty_acquire(const struct exec_child *c, enum exec_stdio kind)
{
	CLEANUP_CLOSE int watch = kind == STDIO_TTY ? inotify_init1(IN_CLOEXEC) : -1;
	CLEANUP_CLOSE int fd = -1;

	if (watch >= 0 && inotify_add_watch(watch, tty_path(c), IN_CLOSE) < 0) {
		return -errno;
	}
	for (;;) {
		char events[1024];

		fd = open(tty_path(c), O_RDWR | O_NOCTTY | O_CLOEXEC);
		if (fd < 0) {
			return -errno;
		}
		if (!isatty(fd)) {
			return -ENOTTY;
		}
		if (ioctl(fd, TIOCSCTTY, kind == STDIO_TTY_FORCE) == 0) {
			break;
		}
		if (errno != EPERM || watch < 0) {
			return -errno;
		}
		close(TAKE_FD(fd));
		if (read(watch, events, sizeof(events)) < 0 && errno != EINTR) {
			return -errno;
		}
	}
	tty_reset(c->settings, fd);
	return TAKE_FD(fd);
}

/* A pipe that already holds all of it. */
static int open_data_pipe(const struct exec_settings *e)
{
	CLEANUP_CLOSE int fd = -1;
	CLEANUP_CLOSE int end = -1;
	int p[2];
	int r;

	if (pipe2(p, O_CLOEXEC) < 0) {
		return -errno;
	}
	fd = p[0];
	end = p[1];
	r = io_write_all(end, e->std_input_data, e->std_input_data_n);
	return r < 0 ? r : TAKE_FD(fd);
}

/* StandardInputText= and StandardInputData=: a file without a name. */
static int open_data(const struct exec_settings *e)
{
	CLEANUP_CLOSE int fd = memfd_create("data-fd", MFD_CLOEXEC);
	int r;

	if (fd < 0 && e->std_input_data_n <= PIPE_SAFE) {
		return open_data_pipe(e);
	}
	if (fd < 0) {
		fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	}
	if (fd < 0) {
		return -errno;
	}
	r = io_write_all(fd, e->std_input_data, e->std_input_data_n);
	if (r == 0 && lseek(fd, 0, SEEK_SET) < 0) {
		r = -errno;
	}
	return r < 0 ? r : TAKE_FD(fd);
}

int exec_open_path(const char *path, int flags, mode_t umask_bits)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	CLEANUP_CLOSE int fd = open(path, flags | O_CLOEXEC | O_NOCTTY, 0666 & ~umask_bits);

	if (fd >= 0) {
		return TAKE_FD(fd);
	}
	if (errno != ENXIO || strlen(path) >= sizeof(sa.sun_path)) {
		return -errno;
	}
	strcpy(sa.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0) {
		return -errno;
	}
	return TAKE_FD(fd);
}

/* fd:NAME: the passed descriptor of that name. A copy, or -ENOENT. */
static int find_named(const struct exec_child *c, const char *name)
{
	const char *names = str_or_empty(c->request->listen_names);

	for (size_t i = 0; i < c->n_listen_fds; i++) {
		size_t n = strcspn(names, ":");

		if (name && strlen(name) == n && strncmp(names, name, n) == 0) {
			int fd = fcntl(c->listen_fds[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

			return fd < 0 ? -errno : fd;
		}
		names += n + (names[n] == ':');
	}
	return -ENOENT;
}

static bool same_file(const struct exec_stream *x, const struct exec_stream *y)
{
	return streq_null(x->argument, y->argument);
}

static bool is_file(enum exec_stdio kind)
{
	return kind == STDIO_FILE || kind == STDIO_APPEND || kind == STDIO_TRUNCATE;
}

/*
 * What standard input really becomes: a control process gets neither the socket nor the terminal.
 */
static enum exec_stdio input_kind(const struct exec_child *c)
{
	enum exec_stdio kind = c->settings->std_input.kind;

	if (kind == STDIO_DEFAULT) {
		kind = c->settings->std_input_data_n > 0 ? STDIO_DATA : STDIO_NULL;
	}
	if (c->request->is_control && (is_terminal(kind) || kind == STDIO_SOCKET)) {
		return STDIO_NULL;
	}
	if (kind == STDIO_SOCKET && c->socket_fd < 0) {
		return STDIO_NULL;
	}
	return kind;
}

static int apply_input(struct exec_child *c, enum exec_stdio kind)
{
	const struct exec_stream *in = &c->settings->std_input;

	switch (kind) {
	case STDIO_TTY:
	case STDIO_TTY_FORCE:
	case STDIO_TTY_FAIL:
		return move_fd(tty_acquire(c, kind), STDIN_FILENO);
	case STDIO_SOCKET:
		return copy_fd(c->socket_fd, STDIN_FILENO);
	case STDIO_DATA:
		return move_fd(open_data(c->settings), STDIN_FILENO);
	case STDIO_FD:
		return move_fd(c->stdin_fd >= 0 ? c->stdin_fd : find_named(c, in->argument),
			       STDIN_FILENO);
	case STDIO_FILE: {
		/* One descriptor for both where output goes to the same file. */
		bool both = (is_file(c->settings->std_output.kind) &&
			     same_file(in, &c->settings->std_output)) ||
			    (is_file(c->settings->std_error.kind) &&
			     same_file(in, &c->settings->std_error));

		c->subject = in->argument;
		return move_fd(exec_open_path(in->argument, both ? O_RDWR | O_CREAT : O_RDONLY,
					 c->settings->umask), STDIN_FILENO);
	}
	default:
		return open_as("/dev/null", O_RDONLY, 0, STDIN_FILENO);
	}
}

/*
 * An output that is not set (or "inherit") goes where the other side goes: standard error to where
 * standard output is, standard output to where standard input came from, and to the log where that
 * is nothing, or nothing that could be written to.
 */
static enum exec_stdio output_kind(const struct exec_child *c, const struct exec_stream *out)
{
	enum exec_stdio kind = out->kind == STDIO_DEFAULT ? STDIO_INHERIT : out->kind;

	if (kind == STDIO_SOCKET && c->socket_fd < 0) {
		kind = STDIO_INHERIT;
	}
	return kind == STDIO_INHERIT && !exec_output_follows(c->settings) ? STDIO_JOURNAL : kind;
}

static int open_tty(const struct exec_child *c, int target)
{
	CLEANUP_CLOSE int fd = open(tty_path(c), O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 || !isatty(fd)) {
		return fd < 0 ? -errno : -ENOTTY;
	}
	return move_fd(TAKE_FD(fd), target);
}

/* Where input is a terminal that this process did not get, its output still goes there. */
static int inherit_input(const struct exec_child *c, enum exec_stdio input, int target)
{
	if (input == STDIO_NULL && is_terminal(c->settings->std_input.kind)) {
		return open_tty(c, target);
	}
	if (input == STDIO_NULL || input == STDIO_DATA) {
		return open_as("/dev/null", O_WRONLY, 0, target);
	}
	return copy_fd(STDIN_FILENO, target);
}

static int apply_log(const struct exec_child *c, int target)
{
	return c->log_fd >= 0 ? copy_fd(c->log_fd, target)
			      : open_as("/dev/null", O_WRONLY, 0, target);
}

static int apply_output_file(struct exec_child *c, const struct exec_stream *out, int target)
{
	const struct exec_stream *in = &c->settings->std_input;
	int flags = O_WRONLY | O_CREAT;

	flags |= out->kind == STDIO_APPEND ? O_APPEND : out->kind == STDIO_TRUNCATE ? O_TRUNC : 0;
	c->subject = out->argument;
	if (in->kind == STDIO_FILE && same_file(in, out)) {
		return copy_fd(STDIN_FILENO, target);
	}
	return move_fd(exec_open_path(out->argument, flags, c->settings->umask), target);
}

static int apply_output(struct exec_child *c, const struct exec_stream *out, enum exec_stdio input,
			int target)
{
	switch (output_kind(c, out)) {
	case STDIO_NULL:
		return open_as("/dev/null", O_WRONLY, 0, target);
	case STDIO_TTY:
	case STDIO_TTY_FORCE:
	case STDIO_TTY_FAIL:
		return is_terminal(input) ? copy_fd(STDIN_FILENO, target) : open_tty(c, target);
	case STDIO_KMSG:
	case STDIO_KMSG_CONSOLE:
		return open_as("/dev/kmsg", O_WRONLY, 0, target) == 0 ? 0 : apply_log(c, target);
	case STDIO_SOCKET:
		return copy_fd(c->socket_fd, target);
	case STDIO_FD:
		return move_fd(find_named(c, out->argument), target);
	case STDIO_FILE:
	case STDIO_APPEND:
	case STDIO_TRUNCATE:
		return apply_output_file(c, out, target);
	case STDIO_INHERIT:
		return inherit_input(c, input, target);
	default:
		return apply_log(c, target);
	}
}

/* Does standard error share the descriptor of standard output? */
static bool error_follows_output(const struct exec_settings *e)
{
	const struct exec_stream *out = &e->std_output;
	const struct exec_stream *err = &e->std_error;

	if (err->kind == STDIO_DEFAULT || err->kind == STDIO_INHERIT) {
		return true;
	}
	return err->kind == out->kind && same_file(out, err);
}

/* TTYVHangup=: who still has the terminal open from before is cut off; where we may not, they stay. */
static void tty_hang_up(const struct exec_child *c)
{
	CLEANUP_CLOSE int fd = -1;

	if (!c->settings->tty_vhangup || !exec_uses_terminal(c->request)) {
		return;
	}
	fd = open(tty_path(c), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && isatty(fd)) {
		ioctl(fd, TIOCVHANGUP);
	}
}

/* TTYRows=, TTYColumns=: what is not said stays as the terminal has it. */
static void tty_resize(const struct exec_child *c)
{
	const char *rows = unit_assignment(c->request->unit, "TTYRows");
	const char *columns = unit_assignment(c->request->unit, "TTYColumns");
	int fd = isatty(STDIN_FILENO) ? STDIN_FILENO : STDOUT_FILENO;
	struct winsize size;

	if ((!rows && !columns) || ioctl(fd, TIOCGWINSZ, &size) < 0) {
		return;
	}
	size.ws_row = rows ? (unsigned short)atoi(rows) : size.ws_row;
	size.ws_col = columns ? (unsigned short)atoi(columns) : size.ws_col;
	ioctl(fd, TIOCSWINSZ, &size);
}

int exec_apply_stdio(struct exec_child *c)
{
	enum exec_stdio input = input_kind(c);
	int r;

	tty_hang_up(c);
	c->step = EXEC_STDIN;
	r = apply_input(c, input);
	if (r < 0) {
		return r;
	}
	c->step = EXEC_STDOUT;
	r = apply_output(c, &c->settings->std_output, input, STDOUT_FILENO);
	if (r < 0) {
		return r;
	}
	c->step = EXEC_STDERR;
	r = error_follows_output(c->settings)
		    ? copy_fd(STDOUT_FILENO, STDERR_FILENO)
		    : apply_output(c, &c->settings->std_error, input, STDERR_FILENO);
	c->subject = r < 0 ? c->subject : NULL;
	tty_resize(c);
	return r;
}
