/* SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "base/names.h"
#include "supervisor/socket.h"

static int parse_port(const char *text, in_port_t *ret)
{
	uint64_t port;

	if (str_to_u64(text, &port) < 0 || port == 0 || port > 65535) {
		return -EINVAL;
	}
	*ret = htons((uint16_t)port);
	return 0;
}

static int parse_unix(const char *text, struct sockaddr_storage *ret, socklen_t *ret_size)
{
	struct sockaddr_un *un = (struct sockaddr_un *)ret;
	size_t n = strlen(text);

	if (n >= sizeof(un->sun_path) + (text[0] == '@')) {
		return -EINVAL;
	}
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, text, n);
	if (text[0] == '@') {
		un->sun_path[0] = '\0';
	} else {
		n++;
	}
	*ret_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
	return 0;
}

static int parse_ipv6(char *host, in_port_t port, struct sockaddr_storage *ret, socklen_t *ret_size)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret;
	char *scope = strchr(host, '%');

	if (scope) {
		*scope++ = '\0';
		in6->sin6_scope_id = if_nametoindex(scope);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = port;
	*ret_size = sizeof(*in6);
	return inet_pton(AF_INET6, host, &in6->sin6_addr) == 1 ? 0 : -EINVAL;
}

static int parse_any(in_port_t port, bool has_ipv6, struct sockaddr_storage *ret,
		     socklen_t *ret_size)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ret;
	struct sockaddr_in *in = (struct sockaddr_in *)ret;

	if (has_ipv6) {
		in6->sin6_family = AF_INET6;
		in6->sin6_port = port;
		*ret_size = sizeof(*in6);
	} else {
		in->sin_family = AF_INET;
		in->sin_port = port;
		*ret_size = sizeof(*in);
	}
	return 0;
}

int socket_address_parse(const char *text, bool has_ipv6, struct sockaddr_storage *ret,
			 socklen_t *ret_size)
{
	struct sockaddr_in *in = (struct sockaddr_in *)ret;
	char host[INET6_ADDRSTRLEN + IF_NAMESIZE + 4];
	const char *colon = strrchr(text, ':');
	in_port_t port;
	size_t n;

	memset(ret, 0, sizeof(*ret));
	if (text[0] == '/' || text[0] == '@') {
		return parse_unix(text, ret, ret_size);
	}
	if (str_has_prefix(text, "vsock")) {
		return -EAFNOSUPPORT;
	}
	if (!colon && parse_port(text, &port) == 0) {
		return parse_any(port, has_ipv6, ret, ret_size);
	}
	if (!colon || parse_port(colon + 1, &port) < 0) {
		return -EINVAL;
	}
	n = (size_t)(colon - text);
	if (n >= sizeof(host)) {
		return -EINVAL;
	}
	memcpy(host, text, n);
	host[n] = '\0';
	if (host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		return parse_ipv6(host + 1, port, ret, ret_size);
	}
	in->sin_family = AF_INET;
	in->sin_port = port;
	*ret_size = sizeof(*in);
	return inet_pton(AF_INET, host, &in->sin_addr) == 1 ? 0 : -EINVAL;
}

/* By number: linux/netlink.h. */
static const char *const netlink_families[] = {
	[NETLINK_ROUTE] = "route",
	[NETLINK_FIREWALL] = "firewall",
	[NETLINK_SOCK_DIAG] = "inet-diag",
	[NETLINK_NFLOG] = "nflog",
	[NETLINK_XFRM] = "xfrm",
	[NETLINK_SELINUX] = "selinux",
	[NETLINK_ISCSI] = "iscsi",
	[NETLINK_AUDIT] = "audit",
	[NETLINK_FIB_LOOKUP] = "fib-lookup",
	[NETLINK_CONNECTOR] = "connector",
	[NETLINK_NETFILTER] = "netfilter",
	[NETLINK_IP6_FW] = "ip6-fw",
	[NETLINK_DNRTMSG] = "dnrtmsg",
	[NETLINK_KOBJECT_UEVENT] = "kobject-uevent",
	[NETLINK_GENERIC] = "generic",
	[NETLINK_SCSITRANSPORT] = "scsitransport",
	[NETLINK_ECRYPTFS] = "ecryptfs",
	[NETLINK_RDMA] = "rdma",
};

int socket_netlink_parse(const char *text, int *ret_family, unsigned *ret_groups)
{
	char word[32];
	unsigned groups = 0;
	int n = sscanf(text, "%31s %u", word, &groups), family;

	if (n < 1) {
		return -EINVAL;
	}
	family = NAMES_FIND(netlink_families, word);
	if (family < 0) {
		return -EINVAL;
	}
	*ret_family = family;
	*ret_groups = groups;
	return 0;
}

/* "10.0.0.1:80", or "[::1]:80" as systemd has it in names. */
static bool format_ip(const struct sockaddr_storage *a, char *buf, size_t n, char peer[static 64])
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)a;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)a;
	const void *address = &in->sin_addr;
	unsigned port = ntohs(a->ss_family == AF_INET ? in->sin_port : in6->sin6_port);
	int family = a->ss_family;

	if (family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
		address = &in6->sin6_addr.s6_addr[12];
		family = AF_INET;
	} else if (family == AF_INET6) {
		address = &in6->sin6_addr;
	}
	if (!inet_ntop(family, address, peer, 64)) {
		return false;
	}
	snprintf(buf, n, "%s:%u", peer, port);
	return true;
}

const char *socket_instance_name(int fd, unsigned number, char peer[static 64], struct arena *a)
{
	struct sockaddr_storage local, remote;
	socklen_t n_local = sizeof(local), n_remote = sizeof(remote);
	char from[96], to[96];
	struct ucred who;
	socklen_t n_who = sizeof(who);

	peer[0] = '\0';
	if (getsockname(fd, (struct sockaddr *)&local, &n_local) < 0) {
		return NULL;
	}
	if (local.ss_family == AF_UNIX) {
		if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n_who) < 0) {
			return arena_printf(a, "%u-unknown", number);
		}
		snprintf(peer, 64, "uid %u", (unsigned)who.uid);
		return arena_printf(a, "%u-%d-%u", number, (int)who.pid, (unsigned)who.uid);
	}
	if ((local.ss_family != AF_INET && local.ss_family != AF_INET6) ||
	    getpeername(fd, (struct sockaddr *)&remote, &n_remote) < 0 ||
	    !format_ip(&local, to, sizeof(to), peer) ||
	    !format_ip(&remote, from, sizeof(from), peer)) {
		return NULL;
	}
	return arena_printf(a, "%u-%s-%s", number, to, from);
}
