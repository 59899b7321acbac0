/* SPDX-License-Identifier: MIT */
#include "cmd/personalities.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/clock.h"
#include "cmd/cmd.h"
#include "unit/value.h"

#define FDS_MAX 64
#define BARRIER_WAIT 5000 /* milliseconds; as long as systemd-notify(1) waits */

struct notify {
	struct arena arena;
	struct strv lines;
	int fds[FDS_MAX];
	size_t n_fds;
	const char *fd_name, *user;
	bool booted, no_block, execute;
};

static const char help[] = "systemd-notify [OPTIONS...] [VARIABLE=VALUE...]\n"
			   "systemd-notify [OPTIONS...] --exec [VARIABLE=VALUE...] ; "
			   "CMDLINE...\n\nTell a service's supervisor how it is doing.\n\n"
			   "  -h --help            Show this help\n"
			   "     --version         Show the version\n"
			   "     --ready           The start, or the reload, is complete\n"
			   "     --reloading       The configuration is being read anew\n"
			   "     --stopping        The end has begun\n"
			   "     --pid[=PID]       The main process\n"
			   "     --uid=USER        Send as this user\n"
			   "     --status=TEXT     What it is doing\n"
			   "     --booted          Was the system booted with systemd?\n"
			   "     --no-block        Do not wait until the message was taken\n"
			   "     --exec            Execute the command line behind ';' afterwards\n"
			   "     --fd=FD           Pass a descriptor along\n"
			   "     --fdname=NAME     Its name\n";

static void add(struct notify *n, const char *line)
{
	strv_add(&n->lines, &n->arena, line);
}

static int add_pid(struct notify *n, const char *text)
{
	int pid = 0;

	if (!text || streq(text, "auto") || streq(text, "parent")) {
		pid = getppid();
		/* Who is started by the service manager itself is the service. */
		pid = (!text || streq(text, "auto")) && pid == 1 ? getpid() : pid;
	} else if (streq(text, "self")) {
		pid = getpid();
	} else if (value_parse_int(text, &pid) < 0 || pid <= 0) {
		cmd_error("Failed to refer to --pid='%s': Invalid argument", text);
		return -EINVAL;
	}
	add(n, arena_printf(&n->arena, "MAINPID=%d", pid));
	return 0;
}

static int add_fd(struct notify *n, const char *text)
{
	int fd;

	if (value_parse_int(text, &fd) < 0 || fd < 0 || n->n_fds == FDS_MAX) {
		cmd_error("Failed to parse file descriptor: %s", text);
		return -EINVAL;
	}
	if (fcntl(fd, F_GETFD) < 0) {
		cmd_error("Specified file descriptor '%s' not passed or specified more than once: %s", text,
			  strerror(ENOENT));
		return -EBADF;
	}
	n->fds[n->n_fds++] = fd;
	return 0;
}

enum {
	READY = 256,
	RELOADING,
	STOPPING,
	PID,
	USER,
	STATUS,
	BOOTED,
	NO_BLOCK,
	EXEC,
	FD,
	FDNAME,
	VERSION
};

static int apply(struct notify *n, int option)
{
	switch (option) {
	case READY:
		add(n, "READY=1");
		return 0;
	case RELOADING:
		add(n, arena_printf(&n->arena, "RELOADING=1\nMONOTONIC_USEC=%llu",
				    (unsigned long long)clock_monotonic()));
		return 0;
	case STOPPING:
		add(n, "STOPPING=1");
		return 0;
	case PID:
		return add_pid(n, optarg);
	case STATUS:
		add(n, arena_printf(&n->arena, "STATUS=%s", optarg));
		return 0;
	case USER:
		n->user = optarg;
		return 0;
	case BOOTED:
		n->booted = true;
		return 0;
	case NO_BLOCK:
		n->no_block = true;
		return 0;
	case EXEC:
		n->execute = true;
		return 0;
	case FD:
		return add_fd(n, optarg);
	case FDNAME:
		n->fd_name = optarg;
		return 0;
	case VERSION:
		cmd_version_print();
		return 1;
	case 'h':
		fputs(help, stdout);
		return 1;
	default:
		return -EINVAL;
	}
}

static int parse_options(struct notify *n, int argc, char **argv)
{
	static const struct option longs[] = {
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, VERSION},
	    {"ready", no_argument, NULL, READY},
	    {"reloading", no_argument, NULL, RELOADING},
	    {"stopping", no_argument, NULL, STOPPING},
	    {"pid", optional_argument, NULL, PID},
	    {"uid", required_argument, NULL, USER},
	    {"status", required_argument, NULL, STATUS},
	    {"booted", no_argument, NULL, BOOTED},
	    {"no-block", no_argument, NULL, NO_BLOCK},
	    {"exec", no_argument, NULL, EXEC},
	    {"fd", required_argument, NULL, FD},
	    {"fdname", required_argument, NULL, FDNAME},
	    {NULL, 0, NULL, 0},
	};
	int option, r = 0;

	while (r == 0 && (option = getopt_long(argc, argv, "+h", longs, NULL)) >= 0) {
		r = apply(n, option);
	}
	return r;
}

/* One datagram. 1 sent, 0 nobody listens, -errno. */
static int send_text(const char *text, const int *fds, size_t n_fds)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char control[CMSG_SPACE(FDS_MAX * sizeof(int))] = {0};
	struct iovec iov = {.iov_base = (void *)text, .iov_len = strlen(text)};
	struct msghdr m = {.msg_name = &address, .msg_iov = &iov, .msg_iovlen = 1};
	CLEANUP_CLOSE int fd = -1;
	size_t n = path ? strlen(path) : 0;

	if (n == 0) {
		return 0;
	}
	if ((path[0] != '/' && path[0] != '@') || n >= sizeof(address.sun_path)) {
		return -EAFNOSUPPORT;
	}
	memcpy(address.sun_path, path, n);
	address.sun_path[0] = path[0] == '@' ? '\0' : path[0];
	m.msg_namelen = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	if (n_fds > 0) {
		struct cmsghdr *head;

		m.msg_control = control;
		m.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		head = CMSG_FIRSTHDR(&m);
		*head = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
					 .cmsg_type = SCM_RIGHTS,
					 .cmsg_len = CMSG_LEN(n_fds * sizeof(int))};
		memcpy(CMSG_DATA(head), fds, n_fds * sizeof(int));
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return fd < 0 || sendmsg(fd, &m, MSG_NOSIGNAL) < 0 ? -errno : 1;
}

/* The other end of the pipe is closed when all messages before have been worked on. */
static int await_barrier(void)
{
	int p[2], r;

	if (pipe2(p, O_CLOEXEC) < 0) {
		return -errno;
	}
	r = send_text("BARRIER=1", &p[1], 1);
	close(p[1]);
	if (r > 0) {
		struct pollfd wait = {.fd = p[0]};

		r = poll(&wait, 1, BARRIER_WAIT) > 0 ? 1 : -ETIMEDOUT;
	}
	close(p[0]);
	return r;
}

static int become(const char *user)
{
	struct passwd *pw = getpwnam(user);
	int uid;

	if (pw) {
		return setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) < 0 ||
			       setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) < 0
			   ? -errno
			   : 0;
	}
	return value_parse_int(user, &uid) < 0			   ? -ESRCH
	       : setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid) < 0 ? -errno
								   : 0;
}

static int notify(struct notify *n)
{
	int r = n->user ? become(n->user) : 0;

	if (r < 0) {
		cmd_error("Failed to change to user %s: %s", n->user, strerror(-r));
		return 1;
	}
	r = send_text(strv_join(&n->lines, &n->arena, "\n"), n->fds, n->n_fds);
	if (r > 0 && !n->no_block) {
		r = await_barrier();
	}
	if (r < 0) {
		cmd_error("Failed to notify init system: %s", strerror(-r));
		return 1;
	}
	if (r == 0) {
		cmd_error("No status data could be sent: $NOTIFY_SOCKET was not set");
		return 1;
	}
	return 0;
}

static int refuse(const char *text)
{
	cmd_error("%s", text);
	return 1;
}

static int run(struct notify *n, int argc, char **argv)
{
	char **command = NULL;

	for (int i = optind; i < argc && !command; i++) {
		if (n->execute && streq(argv[i], ";")) {
			command = argv + i + 1;
		} else {
			add(n, argv[i]);
		}
	}
	if (n->fd_name && n->n_fds == 0) {
		return refuse("No file descriptors passed, but --fdname= set, refusing.");
	}
	if (n->execute && !command) {
		return refuse("If --exec is used argument list must contain ';' separator, refusing.");
	}
	if (command && !*command) {
		return refuse("Empty command line specified after ';' separator, refusing.");
	}
	if (n->n_fds > 0) {
		add(n, "FDSTORE=1");
		if (n->fd_name) {
			add(n, arena_printf(&n->arena, "FDNAME=%s", n->fd_name));
		}
	}
	if (n->execute && n->lines.n == 0) {
		return refuse("No notify message specified while --exec, refusing.");
	}
	if (n->lines.n == 0 && n->booted) {
		return access("/run/systemd/system", F_OK) == 0 ? 0 : 1;
	}
	if (n->lines.n == 0) {
		fputs(help, stdout);
		return 1;
	}
	if (notify(n) != 0) {
		return 1;
	}
	if (command) {
		execvp(command[0], command);
		cmd_error("Failed to execute command line: %s", strerror(errno));
		return 1;
	}
	return 0;
}

int cmd_notify_main(int argc, char **argv)
{
	struct notify n = {0};
	int r = parse_options(&n, argc, argv);
	int status = r < 0 ? 1 : r > 0 ? 0 : run(&n, argc, argv);

	arena_free(&n.arena);
	return status;
}
