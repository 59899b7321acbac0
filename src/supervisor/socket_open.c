/* SPDX-License-Identifier: MIT */

/* The descriptors of a socket unit: made, set up, closed. */

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/io.h"
#include "exec/spawn.h"
#include "supervisor/socket.h"

#define SPECIAL_FLAGS (O_NONBLOCK | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW)
#define FLUSH_MAX 1024

static int make_parents(struct supervisor *s, const char *path)
{
	return io_make_dirs(AT_FDCWD, path_dirname(&s->scratch, path),
			    s->unit->socket.directory_mode);
}

/* ---- options ---- */

struct option_row {
	int level, name, value;
	bool wanted;
	const char *what;
};

/* An option that the kernel does not take is no reason not to listen. */
static void set_options(struct supervisor *s, int fd, const struct option_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (rows[i].wanted && setsockopt(fd, rows[i].level, rows[i].name, &rows[i].value,
						 sizeof(rows[i].value)) < 0) {
			say(s, DIAG_WARNING, "Setting %s failed: %s", rows[i].what,
			    strerror(errno));
		}
	}
}

static void set_unix_options(struct supervisor *s, int fd, int family)
{
	const struct socket_settings *v = &s->unit->socket;
	const struct option_row rows[] = {
		{ SOL_SOCKET, SO_PASSCRED, 1, v->pass_credentials, "SO_PASSCRED" },
		{ SOL_SOCKET, SO_PASSSEC, 1, v->pass_security, "SO_PASSSEC" },
		{ IPPROTO_IP, IP_PKTINFO, 1, v->pass_packet_info && family == AF_INET,
		  "IP_PKTINFO" },
		{ IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, v->pass_packet_info && family == AF_INET6,
		  "IPV6_RECVPKTINFO" },
		{ SOL_SOCKET, SO_TIMESTAMP, 1, streq_null(v->timestamping, "us"),
		  "SO_TIMESTAMP" },
		{ SOL_SOCKET, SO_TIMESTAMPNS, 1, streq_null(v->timestamping, "ns"),
		  "SO_TIMESTAMPNS" },
	};

	set_options(s, fd, rows, ARRAY_SIZE(rows));
}

static void set_stream_options(struct supervisor *s, int fd)
{
	const struct socket_settings *v = &s->unit->socket;
	const struct option_row rows[] = {
		{ SOL_SOCKET, SO_KEEPALIVE, 1, v->keep_alive, "SO_KEEPALIVE" },
		{ IPPROTO_TCP, TCP_KEEPIDLE, (int)(v->keep_alive_time / USEC_PER_SEC),
		  v->keep_alive_time > 0, "TCP_KEEPIDLE" },
		{ IPPROTO_TCP, TCP_KEEPINTVL, (int)(v->keep_alive_interval / USEC_PER_SEC),
		  v->keep_alive_interval > 0, "TCP_KEEPINTVL" },
		{ IPPROTO_TCP, TCP_KEEPCNT, (int)v->keep_alive_probes, v->keep_alive_probes > 0,
		  "TCP_KEEPCNT" },
		{ IPPROTO_TCP, TCP_DEFER_ACCEPT, (int)(v->defer_accept / USEC_PER_SEC),
		  v->defer_accept > 0, "TCP_DEFER_ACCEPT" },
		{ IPPROTO_TCP, TCP_NODELAY, 1, v->no_delay, "TCP_NODELAY" },
	};

	set_options(s, fd, rows, ARRAY_SIZE(rows));
	if (v->tcp_congestion && setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, v->tcp_congestion,
					    (socklen_t)strlen(v->tcp_congestion)) < 0) {
		say(s, DIAG_WARNING, "Setting TCP_CONGESTION failed: %s", strerror(errno));
	}
}

static void set_common_options(struct supervisor *s, int fd)
{
	const struct socket_settings *v = &s->unit->socket;
	const struct option_row rows[] = {
		{ SOL_SOCKET, SO_BROADCAST, 1, v->broadcast, "SO_BROADCAST" },
		{ SOL_SOCKET, SO_PRIORITY, v->priority, v->priority >= 0, "SO_PRIORITY" },
		{ SOL_SOCKET, SO_RCVBUF, (int)v->receive_buffer, v->receive_buffer > 0,
		  "SO_RCVBUF" },
		{ SOL_SOCKET, SO_SNDBUF, (int)v->send_buffer, v->send_buffer > 0, "SO_SNDBUF" },
		{ SOL_SOCKET, SO_MARK, v->mark, v->mark >= 0, "SO_MARK" },
		{ IPPROTO_IP, IP_TOS, v->ip_tos, v->ip_tos >= 0, "IP_TOS" },
		{ IPPROTO_IP, IP_TTL, v->ip_ttl, v->ip_ttl >= 0, "IP_TTL" },
	};

	set_options(s, fd, rows, ARRAY_SIZE(rows));
}

/* What has to stand before the address is bound. */
static void set_bind_options(struct supervisor *s, int fd, int family)
{
	const struct socket_settings *v = &s->unit->socket;
	bool is_ip = family == AF_INET || family == AF_INET6;
	const struct option_row rows[] = {
		{ SOL_SOCKET, SO_REUSEADDR, 1, true, "SO_REUSEADDR" },
		{ SOL_SOCKET, SO_REUSEPORT, 1, v->reuse_port, "SO_REUSEPORT" },
		{ IPPROTO_IP, IP_FREEBIND, 1, v->free_bind && is_ip, "IP_FREEBIND" },
		{ IPPROTO_IP, IP_TRANSPARENT, 1, v->transparent && is_ip, "IP_TRANSPARENT" },
		{ IPPROTO_IPV6, IPV6_V6ONLY, streq_null(v->bind_ipv6_only, "ipv6-only"),
		  family == AF_INET6 && v->bind_ipv6_only &&
			  !streq(v->bind_ipv6_only, "default"),
		  "IPV6_V6ONLY" },
	};

	set_options(s, fd, rows, ARRAY_SIZE(rows));
}

/* ---- addresses ---- */

static int protocol_of(const struct socket_settings *v)
{
	static const struct {
		const char *name;
		int number;
	} protocols[] = { { "udplite", IPPROTO_UDPLITE },
			  { "sctp", IPPROTO_SCTP },
			  { "mptcp", 262 } };

	for (size_t i = 0; v->protocol && i < ARRAY_SIZE(protocols); i++) {
		if (streq(protocols[i].name, v->protocol)) {
			return protocols[i].number;
		}
	}
	return 0;
}

/* A socket that somebody left in the file system is in the way, and of no use. */
static int bind_to(struct supervisor *s, struct socket_fd *f, int fd,
		   const struct sockaddr_storage *address, socklen_t size)
{
	const char *path = f->address[0] == '/' ? f->address : NULL;
	mode_t before;
	int r = 0;

	if (path) {
		make_parents(s, path);
	}
	before = umask(~s->unit->socket.socket_mode & 0777);
	if (bind(fd, (const struct sockaddr *)address, size) < 0) {
		r = -errno;
		if (r == -EADDRINUSE && path && unlink(path) == 0) {
			r = bind(fd, (const struct sockaddr *)address, size) < 0 ? -errno : 0;
		}
	}
	umask(before);
	if (r == 0) {
		f->path = path;
	}
	return r;
}

static int open_socket(struct supervisor *s, struct socket_fd *f, int type)
{
	const struct socket_settings *v = &s->unit->socket;
	struct sockaddr_storage address;
	socklen_t size;
	CLEANUP_CLOSE int fd = -1;
	int r = socket_address_parse(f->address, access("/proc/net/if_inet6", F_OK) == 0, &address,
				     &size);

	if (r < 0) {
		return r;
	}
	fd = socket(address.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK,
		    address.ss_family == AF_UNIX ? 0 : protocol_of(v));
	if (fd < 0) {
		return -errno;
	}
	set_bind_options(s, fd, address.ss_family);
	if (v->bind_to_device && address.ss_family != AF_UNIX &&
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, v->bind_to_device,
		       (socklen_t)strlen(v->bind_to_device) + 1) < 0) {
		return -errno;
	}
	r = bind_to(s, f, fd, &address, size);
	if (r < 0) {
		return r;
	}
	set_common_options(s, fd);
	set_unix_options(s, fd, address.ss_family);
	if (type != SOCK_DGRAM) {
		if (address.ss_family != AF_UNIX) {
			set_stream_options(s, fd);
		}
		if (listen(fd, v->backlog > INT32_MAX ? INT32_MAX : (int)v->backlog) < 0) {
			return -errno;
		}
	}
	f->fd = TAKE_FD(fd);
	return 0;
}

static int open_stream(struct supervisor *s, struct socket_fd *f)
{
	return open_socket(s, f, SOCK_STREAM);
}

static int open_datagram(struct supervisor *s, struct socket_fd *f)
{
	return open_socket(s, f, SOCK_DGRAM);
}

static int open_seqpacket(struct supervisor *s, struct socket_fd *f)
{
	return open_socket(s, f, SOCK_SEQPACKET);
}

static int open_fifo(struct supervisor *s, struct socket_fd *f)
{
	const struct socket_settings *v = &s->unit->socket;
	CLEANUP_CLOSE int fd = -1;
	mode_t before;
	struct stat st;

	make_parents(s, f->address);
	before = umask(~v->socket_mode & 0777);
	if (mkfifo(f->address, v->socket_mode) < 0 && errno != EEXIST) {
		umask(before);
		return -errno;
	}
	umask(before);
	fd = open(f->address, O_RDWR | SPECIAL_FLAGS);
	if (fd < 0 || fstat(fd, &st) < 0) {
		return -errno;
	}
	if (!S_ISFIFO(st.st_mode)) {
		return -EEXIST;
	}
	if (v->pipe_size > 0 && fcntl(fd, F_SETPIPE_SZ, (int)v->pipe_size) < 0) {
		say(s, DIAG_WARNING, "Setting pipe size failed: %s", strerror(errno));
	}
	f->path = f->address;
	f->fd = TAKE_FD(fd);
	return 0;
}

static int open_special(struct supervisor *s, struct socket_fd *f)
{
	CLEANUP_CLOSE int fd =
		open(f->address, (s->unit->socket.writable ? O_RDWR : O_RDONLY) | SPECIAL_FLAGS);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		return -errno;
	}
	if (!S_ISREG(st.st_mode) && !S_ISCHR(st.st_mode)) {
		return -EEXIST;
	}
	f->fd = TAKE_FD(fd);
	return 0;
}

static int open_netlink(struct supervisor *s, struct socket_fd *f)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	CLEANUP_CLOSE int fd = -1;
	int family, r = socket_netlink_parse(f->address, &family, &address.nl_groups);

	if (r < 0) {
		return r;
	}
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, family);
	if (fd < 0) {
		return -errno;
	}
	set_common_options(s, fd);
	set_unix_options(s, fd, AF_NETLINK);
	if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		return -errno;
	}
	f->fd = TAKE_FD(fd);
	return 0;
}

static int open_queue(struct supervisor *s, struct socket_fd *f)
{
	const struct socket_settings *v = &s->unit->socket;
	struct mq_attr attr = { .mq_maxmsg = v->mq_max_messages,
				.mq_msgsize = v->mq_message_size };
	bool has_size = v->mq_max_messages > 0 && v->mq_message_size > 0;
	mode_t before = umask(~v->socket_mode & 0777);
	int fd = mq_open(f->address, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_CREAT, v->socket_mode,
			 has_size ? &attr : NULL);

	umask(before);
	if (fd < 0) {
		return -errno;
	}
	f->fd = fd;
	return 0;
}

static int open_refused(struct supervisor *s, struct socket_fd *f)
{
	return -EOPNOTSUPP;
}

static const struct opener {
	const char *directive;
	int (*open)(struct supervisor *s, struct socket_fd *f);
} openers[] = {
	{ "ListenStream", open_stream },   { "ListenDatagram", open_datagram },
	{ "ListenFIFO", open_fifo },	   { "ListenSequentialPacket", open_seqpacket },
	{ "ListenSpecial", open_special }, { "ListenNetlink", open_netlink },
	{ "ListenMessageQueue", open_queue }, { "ListenUSBFunction", open_refused },
};

static int open_one(struct supervisor *s, struct socket_fd *f)
{
	const struct opener *o = openers;

	while (!streq(o->directive, f->directive)) {
		o++;
	}
	return o->open(s, f);
}

/* ---- owner and links ---- */

static int give_away(struct supervisor *s)
{
	const struct socket_settings *v = &s->unit->socket;
	struct exec_settings e = { .user = v->socket_user, .group = v->socket_group };
	struct exec_identity id = { 0 };
	enum exec_step step;
	int r;

	if (!v->socket_user && !v->socket_group) {
		return 0;
	}
	r = exec_identity_resolve(&e, &s->scratch, &id, &step);
	if (r < 0) {
		say(s, DIAG_ERROR, "Failed to resolve %s: %s",
		    v->socket_user ? v->socket_user : v->socket_group, strerror(-r));
		machine_merge_result(s, RESULT_EXIT_CODE);
		return r;
	}
	for (size_t i = 0; i < socket_life(s)->n; i++) {
		const char *path = socket_life(s)->fds[i].path;

		if (path && lchown(path, v->socket_user ? id.uid : (uid_t)-1, id.gid) < 0) {
			say(s, DIAG_ERROR, "Failed to change the owner of %s: %s", path,
			    strerror(errno));
			machine_merge_result(s, RESULT_EXIT_CODE);
			return -errno;
		}
	}
	return 0;
}

static void make_links(struct supervisor *s)
{
	const char *path = NULL;

	for (size_t i = 0; !path && i < socket_life(s)->n; i++) {
		path = socket_life(s)->fds[i].path;
	}
	for (size_t i = 0; path && i < s->unit->socket.symlinks.n; i++) {
		const char *link = s->unit->socket.symlinks.v[i];

		make_parents(s, link);
		if (symlink(path, link) < 0 && errno != EEXIST) {
			say(s, DIAG_WARNING, "Failed to create symlink %s to %s, ignoring: %s",
			    link, path, strerror(errno));
		}
	}
}

int socket_open_all(struct supervisor *s)
{
	int r;

	for (size_t i = 0; i < socket_life(s)->n; i++) {
		struct socket_fd *f = &socket_life(s)->fds[i];

		r = f->fd < 0 ? open_one(s, f) : 0;
		if (r < 0) {
			say(s, DIAG_ERROR, "Failed to create listening socket (%s): %s",
			    f->address, strerror(-r));
			return r;
		}
	}
	r = give_away(s);
	if (r == 0) {
		make_links(s);
	}
	return r;
}

void socket_close_all(struct supervisor *s)
{
	const struct socket_settings *v = &s->unit->socket;
	bool any = false;

	for (size_t i = 0; socket_life(s) && i < socket_life(s)->n; i++) {
		struct socket_fd *f = &socket_life(s)->fds[i];

		any = any || f->fd >= 0;
		if (f->fd >= 0 && v->remove_on_stop) {
			if (f->path) {
				unlink(f->path);
			} else if (streq(f->directive, "ListenMessageQueue")) {
				mq_unlink(f->address);
			}
		}
		loop_close(s, &f->fd);
	}
	for (size_t i = 0; any && v->remove_on_stop && i < v->symlinks.n; i++) {
		unlink(v->symlinks.v[i]);
	}
}

void socket_flush(const struct socket_fd *f)
{
	struct pollfd p = { .fd = f->fd, .events = POLLIN };
	char buf[2048];

	if (f->fd >= 0) {
		io_set_nonblock(f->fd, true);
	}
	for (int i = 0; i < FLUSH_MAX && f->fd >= 0 && poll(&p, 1, 0) > 0; i++) {
		int fd = accept4(f->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0) {
			close(fd);
		} else if (read(f->fd, buf, sizeof(buf)) <= 0) {
			return;
		}
	}
}
