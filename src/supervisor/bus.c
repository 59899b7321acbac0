/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/str.h"
#include "supervisor/bus.h"

#define DAEMON "org.freedesktop.DBus"
#define DAEMON_PATH "/org/freedesktop/DBus"
#define FIXED_HEADER 16 /* up to and with the length of the fields */
#define PROTOCOL_VERSION 1

enum { TYPE_CALL = 1, TYPE_RETURN = 2, TYPE_ERROR = 3, TYPE_SIGNAL = 4 };
enum {
	FIELD_PATH = 1,
	FIELD_INTERFACE = 2,
	FIELD_MEMBER = 3,
	FIELD_REPLY_SERIAL = 5,
	FIELD_DESTINATION = 6,
	FIELD_SENDER = 7,
	FIELD_SIGNATURE = 8,
};
enum { SERIAL_HELLO = 1, SERIAL_MATCH, SERIAL_PID };

/* ---- addresses ---- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The value up to the next comma, with %XX resolved. Bytes, or -EINVAL. */
static ssize_t unescape(const char *value, size_t n, char *to, size_t room)
{
	size_t used = 0;

	for (size_t i = 0; i < n && value[i] != ','; i++) {
		char c = value[i];

		if (c == '%') {
			if (i + 2 >= n || hex_digit(value[i + 1]) < 0 ||
			    hex_digit(value[i + 2]) < 0) {
				return -EINVAL;
			}
			c = (char)(hex_digit(value[i + 1]) << 4 | hex_digit(value[i + 2]));
			i += 2;
		}
		if (used + 1 >= room) {
			return -EINVAL;
		}
		to[used++] = c;
	}
	return (ssize_t)used;
}

static int connect_one(const char *address, size_t n)
{
	static const char path_key[] = "unix:path=", abstract_key[] = "unix:abstract=";
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	bool abstract = n > sizeof(abstract_key) - 1 &&
			strncmp(address, abstract_key, sizeof(abstract_key) - 1) == 0;
	size_t skip = abstract ? sizeof(abstract_key) - 1 : sizeof(path_key) - 1;
	CLEANUP_CLOSE int fd = -1;
	ssize_t used;

	if (!abstract && (n <= skip || strncmp(address, path_key, skip) != 0)) {
		return -EPROTONOSUPPORT;
	}
	/* An abstract name begins behind a NUL. */
	used = unescape(address + skip, n - skip, sa.sun_path + abstract,
			sizeof(sa.sun_path) - abstract);
	if (used < 0) {
		return (int)used;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 ||
	    connect(fd, (struct sockaddr *)&sa,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)used + 1)) < 0) {
		return -errno;
	}
	return TAKE_FD(fd);
}

int bus_connect(const char *addresses)
{
	int r = -EPROTONOSUPPORT;

	while (*addresses) {
		size_t n = strcspn(addresses, ";");

		r = connect_one(addresses, n);
		if (r >= 0) {
			return r;
		}
		addresses += n + (addresses[n] == ';');
	}
	return r;
}

/* ---- what is sent ---- */

static void put_padding(struct strbuf *b, size_t to)
{
	while (b->n % to != 0) {
		strbuf_add_char(b, '\0');
	}
}

static void put_number(struct strbuf *b, uint32_t number)
{
	put_padding(b, sizeof(number));
	strbuf_add_n(b, &number, sizeof(number));
}

static void put_text(struct strbuf *b, const char *text)
{
	put_number(b, (uint32_t)strlen(text));
	strbuf_add_n(b, text, strlen(text) + 1);
}

static void put_field(struct strbuf *b, int code, char type, const char *text)
{
	put_padding(b, 8);
	strbuf_add_char(b, (char)code);
	strbuf_add_n(b, (const char[]){ 1, type, 0 }, 3);
	if (type == 'g') {
		strbuf_add_char(b, (char)strlen(text));
		strbuf_add_n(b, text, strlen(text) + 1);
	} else {
		put_text(b, text);
	}
}

static bool is_big_endian(void)
{
	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
}

/* A call of the bus itself with one text as argument, or none. */
static void put_call(struct strbuf *out, uint32_t serial, const char *member, const char *argument)
{
	CLEANUP_STRBUF struct strbuf message = {0};
	CLEANUP_STRBUF struct strbuf fields = {0};
	CLEANUP_STRBUF struct strbuf body = {0};
	const char head[] = { is_big_endian() ? 'B' : 'l', TYPE_CALL, 0, PROTOCOL_VERSION };

	put_field(&fields, FIELD_PATH, 'o', DAEMON_PATH);
	put_field(&fields, FIELD_INTERFACE, 's', DAEMON);
	put_field(&fields, FIELD_MEMBER, 's', member);
	put_field(&fields, FIELD_DESTINATION, 's', DAEMON);
	if (argument) {
		put_field(&fields, FIELD_SIGNATURE, 'g', "s");
		put_text(&body, argument);
	}
	strbuf_add_n(&message, head, sizeof(head));
	put_number(&message, (uint32_t)body.n);
	put_number(&message, serial);
	put_number(&message, (uint32_t)fields.n);
	strbuf_add_n(&message, fields.s, fields.n);
	put_padding(&message, 8);
	strbuf_add_n(&message, strbuf_text(&body), body.n);
	strbuf_add_n(out, message.s, message.n);
}

static void put_authentication(struct strbuf *out)
{
	char uid[16];

	snprintf(uid, sizeof(uid), "%lu", (unsigned long)geteuid());
	strbuf_add_char(out, '\0');
	strbuf_add(out, "AUTH EXTERNAL ");
	for (const char *c = uid; *c; c++) {
		strbuf_addf(out, "%02x", (unsigned)*c);
	}
	strbuf_add(out, "\r\nBEGIN\r\n");
}

int bus_begin(struct bus_client *c, int fd, const char *name)
{
	CLEANUP_STRBUF struct strbuf out = {0};
	CLEANUP_STRBUF struct strbuf rule = {0};
	ssize_t n;

	strbuf_addf(&rule,
		    "type='signal',sender='" DAEMON "',path='" DAEMON_PATH "',interface='" DAEMON
		    "',member='NameOwnerChanged',arg0='%s'",
		    name);
	put_authentication(&out);
	put_call(&out, SERIAL_HELLO, "Hello", NULL);
	put_call(&out, SERIAL_MATCH, "AddMatch", strbuf_text(&rule));
	put_call(&out, SERIAL_PID, "GetConnectionUnixProcessID", name);
	/* A fresh socket has room for this in one piece. */
	n = send(fd, out.s, out.n, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n != (ssize_t)out.n) {
		return n < 0 ? -errno : -ENOBUFS;
	}
	c->fd = fd;
	c->is_authenticated = false;
	c->n_skip = 0;
	c->n = 0;
	return 0;
}

/* ---- what comes ---- */

/* Reads values of a message one after the other; reading past the end gives nothing and is
 * remembered. */
struct cursor {
	const unsigned char *bytes;
	size_t at, n;
	bool is_swapped;
	bool is_over;
};

static const unsigned char *take(struct cursor *c, size_t n, size_t alignment)
{
	size_t at = (c->at + alignment - 1) / alignment * alignment;

	if (c->is_over || at > c->n || n > c->n - at) {
		c->is_over = true;
		return NULL;
	}
	c->at = at + n;
	return c->bytes + at;
}

static uint32_t take_number(struct cursor *c)
{
	const unsigned char *p = take(c, sizeof(uint32_t), sizeof(uint32_t));
	uint32_t number = 0;

	if (p) {
		memcpy(&number, p, sizeof(number));
	}
	return c->is_swapped ? __builtin_bswap32(number) : number;
}

/* n bytes and a NUL; "" where there is no such text. */
static const char *take_text(struct cursor *c, size_t n)
{
	const unsigned char *p = n < BUS_MESSAGE_MAX ? take(c, n + 1, 1) : NULL;

	if (!p || p[n] != '\0') {
		c->is_over = true;
		return "";
	}
	return (const char *)p;
}

static unsigned take_byte(struct cursor *c)
{
	const unsigned char *p = take(c, 1, 1);

	return p ? *p : 0;
}

struct message {
	unsigned type;
	uint32_t reply_serial;
	const char *sender, *member;
	struct cursor body;
};

static void take_field(struct cursor *c, struct message *m)
{
	unsigned code;
	const char *signature, *text = "";
	uint32_t number = 0;

	take(c, 0, 8);
	code = take_byte(c);
	signature = take_text(c, take_byte(c));
	if (streq(signature, "s") || streq(signature, "o")) {
		text = take_text(c, take_number(c));
	} else if (streq(signature, "g")) {
		text = take_text(c, take_byte(c));
	} else if (streq(signature, "u")) {
		number = take_number(c);
	} else {
		c->is_over = true;
	}
	if (code == FIELD_SENDER) {
		m->sender = text;
	} else if (code == FIELD_MEMBER) {
		m->member = text;
	} else if (code == FIELD_REPLY_SERIAL) {
		m->reply_serial = number;
	}
}

static bool parse_message(const unsigned char *bytes, size_t n, size_t n_fields, bool is_swapped,
			  struct message *ret)
{
	struct cursor c = { bytes, FIXED_HEADER, FIXED_HEADER + n_fields, is_swapped, false };

	*ret = (struct message){ .type = bytes[1], .sender = "", .member = "" };
	while (!c.is_over && c.at < c.n) {
		take_field(&c, ret);
	}
	ret->body = (struct cursor){ bytes, (c.n + 7) / 8 * 8, n, is_swapped, false };
	return !c.is_over && ret->body.at <= n;
}

/* Anybody on the bus can send us signals; only the bus itself is believed. */
static bool message_tells(struct message *m, const char *name, struct bus_news *ret)
{
	if (!streq(m->sender, DAEMON)) {
		return false;
	}
	if (m->reply_serial == SERIAL_PID && m->type == TYPE_RETURN) {
		*ret = (struct bus_news){ BUS_OWNER_PID, (pid_t)take_number(&m->body) };
		return true;
	}
	if (m->reply_serial == SERIAL_PID && m->type == TYPE_ERROR) {
		*ret = (struct bus_news){ BUS_NO_OWNER, 0 };
		return true;
	}
	if (m->type == TYPE_SIGNAL && streq(m->member, "NameOwnerChanged")) {
		const char *whose = take_text(&m->body, take_number(&m->body));
		const char *owner;

		take_text(&m->body, take_number(&m->body));
		owner = take_text(&m->body, take_number(&m->body));
		*ret = (struct bus_news){ *owner ? BUS_NAME_OWNED : BUS_NAME_LOST, 0 };
		return !m->body.is_over && streq(whose, name);
	}
	return false;
}

static void drop_bytes(struct bus_client *c, uint64_t n)
{
	size_t here = n < c->n ? (size_t)n : c->n;

	memmove(c->buf, c->buf + here, c->n - here);
	c->n -= here;
	c->n_skip = n - here;
}

/* The answer to our authentication is a line. 1 we are in, 0 not yet known, -errno. */
static int read_authentication(struct bus_client *c)
{
	unsigned char *end = memchr(c->buf, '\n', c->n);

	if (!end) {
		return c->n < sizeof(c->buf) ? 0 : -EPROTO;
	}
	if (c->n < 3 || memcmp(c->buf, "OK ", 3) != 0) {
		return -EACCES;
	}
	c->is_authenticated = true;
	drop_bytes(c, (uint64_t)(end - c->buf) + 1);
	return 1;
}

/* 1 a message was taken (*ret_tells: with news), 0 it is not whole yet, -EPROTO. */
static int read_message(struct bus_client *c, const char *name, struct bus_news *ret,
			bool *ret_tells)
{
	struct cursor head = { c->buf, 4, FIXED_HEADER, false, false };
	uint32_t n_body, n_fields;
	struct message m;
	uint64_t n;

	if (c->n < FIXED_HEADER) {
		return 0;
	}
	if ((c->buf[0] != 'l' && c->buf[0] != 'B') || c->buf[3] != PROTOCOL_VERSION) {
		return -EPROTO;
	}
	head.is_swapped = (c->buf[0] == 'B') != is_big_endian();
	n_body = take_number(&head);
	take_number(&head);
	n_fields = take_number(&head);
	n = FIXED_HEADER + ((uint64_t)n_fields + 7) / 8 * 8 + n_body;
	if (n > sizeof(c->buf)) {
		drop_bytes(c, n);
		return 1;
	}
	if (c->n < n) {
		return 0;
	}
	*ret_tells = parse_message(c->buf, (size_t)n, n_fields, head.is_swapped, &m) &&
		     message_tells(&m, name, ret);
	drop_bytes(c, n);
	return 1;
}

static int fill(struct bus_client *c)
{
	ssize_t n = recv(c->fd, c->buf + c->n, sizeof(c->buf) - c->n, MSG_DONTWAIT);

	if (n < 0) {
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	}
	if (n == 0) {
		return -ECONNRESET;
	}
	c->n += (size_t)n;
	if (c->n_skip > 0) {
		drop_bytes(c, c->n_skip);
	}
	return 1;
}

int bus_read(struct bus_client *c, const char *name, struct bus_news *ret)
{
	bool tells = false;

	while (!tells) {
		int r = c->is_authenticated ? read_message(c, name, ret, &tells)
					    : read_authentication(c);

		r = r == 0 ? fill(c) : r;
		if (r <= 0) {
			return r;
		}
	}
	return 1;
}
