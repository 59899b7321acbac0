/* SPDX-License-Identifier: MIT */

/* Addresses of sockets, names of connections, and the tables of the machines. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/un.h>

#include "supervisor/path.h"
#include "supervisor/socket.h"
#include "supervisor/timer.h"
#include "supervisor/trigger.h"

static struct sockaddr_storage address;
static socklen_t size;

static int parse(const char *text)
{
	return socket_address_parse(text, true, &address, &size);
}

static void test_unix(void **state)
{
	const struct sockaddr_un *un = (const struct sockaddr_un *)&address;
	char text[sizeof(un->sun_path) + 2];

	assert_int_equal(parse("/run/x"), 0);
	assert_int_equal(un->sun_family, AF_UNIX);
	assert_string_equal(un->sun_path, "/run/x");
	assert_int_equal(size, offsetof(struct sockaddr_un, sun_path) + 7);
	assert_int_equal(parse("@x"), 0);
	assert_memory_equal(un->sun_path, "\0x", 2);
	assert_int_equal(size, offsetof(struct sockaddr_un, sun_path) + 2);
	memset(text, 'a', sizeof(text));
	text[0] = '/';
	text[sizeof(un->sun_path) - 1] = '\0';
	assert_int_equal(parse(text), 0);
	text[sizeof(un->sun_path) - 1] = 'a';
	text[sizeof(un->sun_path)] = '\0';
	assert_int_equal(parse(text), -EINVAL);
}

static void test_ip(void **state)
{
	const struct sockaddr_in *in = (const struct sockaddr_in *)&address;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&address;

	assert_int_equal(parse("10.1.2.3:80"), 0);
	assert_int_equal(in->sin_family, AF_INET);
	assert_int_equal(ntohs(in->sin_port), 80);
	assert_int_equal(ntohl(in->sin_addr.s_addr), 0x0a010203);
	assert_int_equal(parse("[::1]:65535"), 0);
	assert_int_equal(in6->sin6_family, AF_INET6);
	assert_int_equal(ntohs(in6->sin6_port), 65535);
	assert_true(IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr));
	assert_int_equal(parse("80"), 0);
	assert_int_equal(in6->sin6_family, AF_INET6);
	assert_int_equal(socket_address_parse("80", false, &address, &size), 0);
	assert_int_equal(in->sin_family, AF_INET);
	assert_int_equal(in->sin_addr.s_addr, 0);
}

static void test_bad(void **state)
{
	static const char *const bad[] = { "",	       "x",	     "0",	  "65536",
					   "1.2.3.4",  "1.2.3.4:",   "1.2.3:80", "[::1]",
					   "[::g]:80", "[::1]:99999" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(parse(bad[i]), -EINVAL);
	}
	assert_int_equal(parse("vsock:2:80"), -EAFNOSUPPORT);
}

static void test_netlink(void **state)
{
	int family = -1;
	unsigned groups = 9;

	assert_int_equal(socket_netlink_parse("route 1361", &family, &groups), 0);
	assert_int_equal(family, NETLINK_ROUTE);
	assert_int_equal(groups, 1361);
	assert_int_equal(socket_netlink_parse("audit", &family, &groups), 0);
	assert_int_equal(family, NETLINK_AUDIT);
	assert_int_equal(groups, 0);
	assert_int_equal(socket_netlink_parse("no-such 1", &family, &groups), -EINVAL);
	assert_int_equal(socket_netlink_parse("", &family, &groups), -EINVAL);
}

static void test_instance_name(void **state)
{
	CLEANUP_ARENA struct arena a = { 0 };
	char peer[64], wanted[64];
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	snprintf(wanted, sizeof(wanted), "7-%d-%u", (int)getpid(), (unsigned)getuid());
	assert_string_equal(socket_instance_name(fds[0], 7, peer, &a), wanted);
	snprintf(wanted, sizeof(wanted), "uid %u", (unsigned)getuid());
	assert_string_equal(peer, wanted);
	close(fds[0]);
	close(fds[1]);
	assert_null(socket_instance_name(-1, 7, peer, &a));
}

/* So many in an interval that begins with the first. */
static void test_limit(void **state)
{
	struct trigger_limit t = { 0 };

	for (usec_t i = 0; i < 3; i++) {
		assert_true(trigger_is_allowed(&t, 100, 3, 1000 + i));
	}
	assert_false(trigger_is_allowed(&t, 100, 3, 1100));
	assert_true(trigger_is_allowed(&t, 100, 3, 1101));
	assert_true(trigger_is_allowed(&t, 0, 0, 1));
}

/* The numbers of all states lie apart, and each row says what it is called. */
static void test_rows(void **state)
{
	static const struct machine *const machines[] = { &machine_service, &machine_socket,
							  &machine_timer, &machine_path };

	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		const struct machine *m = machines[i];

		assert_ptr_equal(machine_of(m->type), m);
		if (i > 0) {
			assert_true(machines[i - 1]->first + machines[i - 1]->n <= m->first);
		}
		for (int n = 0; n < m->n; n++) {
			const struct service_row *row = machine_row(m->first + n);
			bool is_down = active_state_is_down(row->active);

			assert_non_null(row->sub);
			/* Who is up can be stopped; who is down has nothing to wait for. */
			assert_true(!is_down || (!row->on_time && !row->on_control));
			assert_true(!active_state_is_up(row->active) || row->on_stop);
		}
		assert_string_equal(machine_row(m->dead)->sub, "dead");
		assert_string_equal(machine_row(m->failed)->sub, "failed");
	}
	assert_null(machine_of(UNIT_MOUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unix),	      cmocka_unit_test(test_ip),
		cmocka_unit_test(test_bad),	      cmocka_unit_test(test_netlink),
		cmocka_unit_test(test_instance_name), cmocka_unit_test(test_limit),
		cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
