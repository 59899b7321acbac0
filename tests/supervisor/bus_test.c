/* SPDX-License-Identifier: MIT */

/* The client of a message bus, with a bus of our own at the other end of a socket pair. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/str.h"
#include "supervisor/bus.h"

#define NAME "org.example.Name"
#define DAEMON "org.freedesktop.DBus"

struct fixture {
	struct bus_client client;
	int bus;
	struct bus_news news;
};

static int setup(void **state)
{
	static struct fixture f;
	int fds[2];

	memset(&f, 0, sizeof(f));
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	assert_int_equal(bus_begin(&f.client, fds[0], NAME), 0);
	f.bus = fds[1];
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	close(f->client.fd);
	if (f->bus >= 0) {
		close(f->bus);
	}
	return 0;
}

static int next(struct fixture *f)
{
	return bus_read(&f->client, NAME, &f->news);
}

static void put_padding(struct strbuf *b, size_t to)
{
	while (b->n % to != 0) {
		strbuf_add_char(b, '\0');
	}
}

static void put_number(struct strbuf *b, uint32_t n, bool big)
{
	unsigned char bytes[4];

	for (int i = 0; i < 4; i++) {
		bytes[i] = (unsigned char)(n >> 8 * (big ? 3 - i : i));
	}
	put_padding(b, 4);
	strbuf_add_n(b, bytes, 4);
}

static void put_text(struct strbuf *b, const char *text, bool big)
{
	put_number(b, (uint32_t)strlen(text), big);
	strbuf_add_n(b, text, strlen(text) + 1);
}

/* What one message of the bus consists of. */
struct spec {
	char type; /* 2 return, 3 error, 4 signal */
	bool big;
	uint32_t reply_serial;
	const char *sender, *member;
	const char *texts[3]; /* of the body */
	uint32_t number;      /* the body, where there are no texts */
	size_t filler;	      /* more bytes behind the body */
};

static void put_message(struct strbuf *out, const struct spec *m)
{
	CLEANUP_STRBUF struct strbuf fields = {0};
	CLEANUP_STRBUF struct strbuf body = {0};
	CLEANUP_STRBUF struct strbuf all = {0};

	if (m->reply_serial) {
		strbuf_add_n(&fields, "\5\1u", 4);
		put_number(&fields, m->reply_serial, m->big);
	}
	if (m->member) {
		put_padding(&fields, 8);
		strbuf_add_n(&fields, "\3\1s", 4);
		put_text(&fields, m->member, m->big);
	}
	put_padding(&fields, 8);
	strbuf_add_n(&fields, "\7\1s", 4);
	put_text(&fields, m->sender, m->big);
	for (size_t i = 0; i < 3 && m->texts[i]; i++) {
		put_text(&body, m->texts[i], m->big);
	}
	if (!m->texts[0]) {
		put_number(&body, m->number, m->big);
	}
	for (size_t i = 0; i < m->filler; i++) {
		strbuf_add_char(&body, 'x');
	}
	strbuf_add_char(&all, m->big ? 'B' : 'l');
	strbuf_add_char(&all, m->type);
	strbuf_add_n(&all, "\0\1", 2);
	put_number(&all, (uint32_t)body.n, m->big);
	put_number(&all, 77, m->big);
	put_number(&all, (uint32_t)fields.n, m->big);
	strbuf_add_n(&all, fields.s, fields.n);
	put_padding(&all, 8);
	strbuf_add_n(&all, strbuf_text(&body), body.n);
	strbuf_add_n(out, all.s, all.n);
}

static void say(struct fixture *f, const struct spec *m)
{
	CLEANUP_STRBUF struct strbuf out = {0};

	put_message(&out, m);
	assert_int_equal(send(f->bus, out.s, out.n, 0), out.n);
}

static void let_in(struct fixture *f)
{
	static const char ok[] = "OK 0123456789abcdef\r\n";

	assert_int_equal(send(f->bus, ok, sizeof(ok) - 1, 0), sizeof(ok) - 1);
}

static const struct spec owned = { .type = 4, .sender = DAEMON, .member = "NameOwnerChanged",
				   .texts = { NAME, "", ":1.5" } };
static const struct spec lost = { .type = 4, .sender = DAEMON, .member = "NameOwnerChanged",
				  .texts = { NAME, ":1.5", "" } };

static void says_everything_at_once(void **state)
{
	struct fixture *f = *state;
	char buf[2048];
	char wanted[64];
	ssize_t n = recv(f->bus, buf, sizeof(buf), 0);
	int used = snprintf(wanted, sizeof(wanted), "%cAUTH EXTERNAL ", 0);

	assert_true(n > 0);
	assert_memory_equal(buf, wanted, (size_t)used);
	assert_non_null(memmem(buf, (size_t)n, "\r\nBEGIN\r\n", 9));
	assert_non_null(memmem(buf, (size_t)n, "Hello", 6));
	assert_non_null(memmem(buf, (size_t)n, "AddMatch", 9));
	assert_non_null(memmem(buf, (size_t)n, "arg0='" NAME "'", sizeof(NAME) + 6));
	assert_non_null(memmem(buf, (size_t)n, "GetConnectionUnixProcessID", 27));
}

static void news_of_the_name(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(next(f), 0);
	let_in(f);
	assert_int_equal(next(f), 0);
	say(f, &(struct spec){ .type = 2, .reply_serial = 1, .sender = DAEMON, .texts = { ":1.9" } });
	say(f, &(struct spec){ .type = 3, .reply_serial = 3, .sender = DAEMON, .texts = { "none" } });
	assert_int_equal(next(f), 1);
	assert_int_equal(f->news.kind, BUS_NO_OWNER);
	assert_int_equal(next(f), 0);
	say(f, &owned);
	say(f, &lost);
	assert_int_equal(next(f), 1);
	assert_int_equal(f->news.kind, BUS_NAME_OWNED);
	assert_int_equal(next(f), 1);
	assert_int_equal(f->news.kind, BUS_NAME_LOST);
	assert_int_equal(next(f), 0);
}

static void the_first_owner(void **state)
{
	struct fixture *f = *state;

	let_in(f);
	say(f, &(struct spec){ .type = 2, .big = true, .reply_serial = 3, .sender = DAEMON, .number = 4711 });
	assert_int_equal(next(f), 1);
	assert_int_equal(f->news.kind, BUS_OWNER_PID);
	assert_int_equal(f->news.pid, 4711);
}

static void byte_by_byte(void **state)
{
	CLEANUP_STRBUF struct strbuf out = {0};
	struct fixture *f = *state;

	strbuf_add(&out, "OK 00\r\n");
	put_message(&out, &owned);
	for (size_t i = 0; i + 1 < out.n; i++) {
		assert_int_equal(send(f->bus, out.s + i, 1, 0), 1);
		assert_int_equal(next(f), 0);
	}
	assert_int_equal(send(f->bus, out.s + out.n - 1, 1, 0), 1);
	assert_int_equal(next(f), 1);
	assert_int_equal(f->news.kind, BUS_NAME_OWNED);
}

/* Anybody may send a signal to anybody; only the bus says who owns what. */
static void strangers_are_not_believed(void **state)
{
	struct fixture *f = *state;
	struct spec m = lost;

	let_in(f);
	m.sender = ":1.66";
	say(f, &m);
	m = lost;
	m.texts[0] = "org.example.Other";
	say(f, &m);
	m = owned;
	m.filler = 3 * BUS_MESSAGE_MAX;
	say(f, &m);
	m = owned;
	m.texts[2] = NULL;
	say(f, &m);
	assert_int_equal(next(f), 0);
	say(f, &owned);
	assert_int_equal(next(f), 1);
	assert_int_equal(f->news.kind, BUS_NAME_OWNED);
}

static void not_let_in(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(send(f->bus, "REJECTED EXTERNAL\r\n", 19, 0), 19);
	assert_int_equal(next(f), -EACCES);
}

static void nonsense(void **state)
{
	struct fixture *f = *state;

	let_in(f);
	assert_int_equal(send(f->bus, "GET / HTTP/1.1\r\n", 16, 0), 16);
	assert_int_equal(next(f), -EPROTO);
}

static void gone(void **state)
{
	struct fixture *f = *state;

	let_in(f);
	say(f, &owned);
	/* What was not read of ours would make the end of the connection a reset. */
	char buf[4096];
	assert_true(recv(f->bus, buf, sizeof(buf), 0) > 0);
	close(TAKE_FD(f->bus));
	assert_int_equal(next(f), 1);
	assert_int_equal(next(f), -ECONNRESET);
}

static void addresses(void **state)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	int n = snprintf(sa.sun_path + 1, sizeof(sa.sun_path) - 1, "soloctl bus %d", (int)getpid());
	CLEANUP_CLOSE int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char text[200];
	int fd;

	assert_int_equal(bind(listener, (struct sockaddr *)&sa,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n)), 0);
	assert_int_equal(listen(listener, 5), 0);
	assert_int_equal(bus_connect(""), -EPROTONOSUPPORT);
	assert_int_equal(bus_connect("tcp:host=localhost,port=1"), -EPROTONOSUPPORT);
	assert_int_equal(bus_connect("unix:path=/nonexistent/bus"), -ENOENT);
	assert_int_equal(bus_connect("unix:path=/%zz"), -EINVAL);
	snprintf(text, sizeof(text),
		 "unix:path=/nonexistent;unix:abstract=soloctl%%20bus%%20%d,guid=00;tcp:port=1", (int)getpid());
	fd = bus_connect(text);
	assert_true(fd >= 0);
	close(fd);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(says_everything_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(news_of_the_name, setup, teardown),
		cmocka_unit_test_setup_teardown(the_first_owner, setup, teardown),
		cmocka_unit_test_setup_teardown(byte_by_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(strangers_are_not_believed, setup, teardown),
		cmocka_unit_test_setup_teardown(not_let_in, setup, teardown),
		cmocka_unit_test_setup_teardown(nonsense, setup, teardown),
		cmocka_unit_test_setup_teardown(gone, setup, teardown),
		cmocka_unit_test(addresses),
	};

	if (argc > 0 && streq(argv[0], "systemctl")) {
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
