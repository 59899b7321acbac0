/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "base/io.h"
#include "base/str.h"
#include "state/control.h"

#define SOCKET_FILE "control"
#define BACKLOG 64
#define FDS_MAX 253 /* SCM_MAX_FD of the kernel */

typedef int address_call(int fd, const struct sockaddr *address, socklen_t n);

static int call_with_path(address_call *call, int fd, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t n = strlen(path);

	if (n >= sizeof(address.sun_path)) {
		return -ENAMETOOLONG;
	}
	memcpy(address.sun_path, path, n + 1);
	if (call(fd, (struct sockaddr *)&address,
		 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + 1)) < 0) {
		return -errno;
	}
	return 0;
}

/* Without /proc: a child that shares the socket goes to the directory, where the name is short. */
static int call_in_child(address_call *call, int fd, const char *dir)
{
	int status;
	pid_t pid = fork();

	if (pid < 0) {
		return -errno;
	}
	if (pid == 0) {
		int r = chdir(dir) < 0 ? -errno : call_with_path(call, fd, SOCKET_FILE);

		_exit(-r & 0xff);
	}
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			return -errno;
		}
	}
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EIO;
}

static int call_in_dir(address_call *call, int fd, const char *dir)
{
	CLEANUP_CLOSE int dir_fd = -1;
	char path[64];
	struct sockaddr_un address;

	if (strlen(dir) + sizeof("/" SOCKET_FILE) <= sizeof(address.sun_path)) {
		char whole[sizeof(address.sun_path)];

		snprintf(whole, sizeof(whole), "%s/%s", dir, SOCKET_FILE);
		return call_with_path(call, fd, whole);
	}
	dir_fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir_fd < 0) {
		return -errno;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", dir_fd);
	if (access(path, F_OK) < 0) {
		return call_in_child(call, fd, dir);
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d/%s", dir_fd, SOCKET_FILE);
	return call_with_path(call, fd, path);
}

int control_connect(const struct place *p, const char *unit)
{
	CLEANUP_ARENA struct arena a = {0};
	CLEANUP_CLOSE int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int r;

	if (fd < 0) {
		return -errno;
	}
	r = call_in_dir(connect, fd, place_unit_dir(p, unit, &a));
	if (r < 0) {
		return r == -ENOTDIR ? -ENOENT : r;
	}
	return TAKE_FD(fd);
}

int control_listen(const struct place *p, const char *unit)
{
	CLEANUP_ARENA struct arena a = {0};
	CLEANUP_CLOSE int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mode_t old;
	int r;

	if (fd < 0) {
		return -errno;
	}
	if (unlink(place_unit_file(p, unit, SOCKET_FILE, &a)) < 0 && errno != ENOENT) {
		return -errno;
	}
	old = umask(0177);
	r = call_in_dir(bind, fd, place_unit_dir(p, unit, &a));
	umask(old);
	if (r < 0) {
		return r;
	}
	return listen(fd, BACKLOG) < 0 ? -errno : TAKE_FD(fd);
}

int control_send(int fd, const char *text, const int *fds, size_t n_fds)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int) * FDS_MAX)];
	} ancillary;
	struct iovec iov = { .iov_base = (void *)text, .iov_len = strlen(text) };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (n_fds > FDS_MAX || iov.iov_len >= CONTROL_MESSAGE_MAX) {
		return -E2BIG;
	}
	if (n_fds > 0) {
		struct cmsghdr *c = &ancillary.header;

		message.msg_control = ancillary.bytes;
		message.msg_controllen = CMSG_SPACE(sizeof(int) * n_fds);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * n_fds);
		memcpy(CMSG_DATA(c), fds, sizeof(int) * n_fds);
	}
	while (sendmsg(fd, &message, MSG_NOSIGNAL) < 0) {
		if (errno != EINTR) {
			return -errno;
		}
	}
	return 0;
}

/* Keeps up to max_fds of the descriptors that came along, closes the others. */
static size_t take_fds(struct msghdr *message, int *fds, size_t max_fds)
{
	size_t n = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		size_t n_here = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) {
			continue;
		}
		for (size_t i = 0; i < n_here; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
			if (n < max_fds) {
				fds[n++] = fd;
			} else {
				close(fd);
			}
		}
	}
	return n;
}

ssize_t control_receive(int fd, char buf[static CONTROL_MESSAGE_MAX], int *fds, size_t max_fds,
			size_t *ret_n_fds)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int) * FDS_MAX)];
	} ancillary;
	struct iovec iov = { .iov_base = buf, .iov_len = CONTROL_MESSAGE_MAX - 1 };
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = ancillary.bytes,
		.msg_controllen = sizeof(ancillary.bytes),
	};
	ssize_t n;
	size_t n_fds;

	do {
		n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return errno == ECONNRESET ? 0 : -errno;
	}
	buf[n] = '\0';
	n_fds = take_fds(&message, fds, max_fds);
	if (ret_n_fds) {
		*ret_n_fds = n_fds;
	}
	return n;
}

bool control_peer_is_trusted(int fd)
{
	struct ucred peer;
	socklen_t n = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &n) < 0) {
		return false;
	}
	return peer.uid == 0 || peer.uid == proc_own_uid();
}
