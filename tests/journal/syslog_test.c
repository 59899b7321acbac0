/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "journal/syslog.h"

static const struct row {
	const char *message;
	int level;
	const char *identifier;
	pid_t pid;
	const char *text;
} rows[] = {
	/* As libc writes them. */
	{ "<38>Nov 22 05:37:41 sshd[812]: Accepted key", 38, "sshd", 812, "Accepted key" },
	{ "<13>Nov  2 05:37:41 root: hello", 13, "root", 0, "hello" },
	{ "<78>Nov 22 05:37:41 CRON[9]: (root) CMD (true: it)", 78, "CRON", 9, "(root) CMD (true: it)" },
	/* As others do. */
	{ "<30>Nov 22 05:37:41 myhost ntpd[3]: synced\n", 30, "ntpd", 3, "synced" },
	{ "<14>2026-11-22T05:37:41.123456+00:00 myhost app: iso", 14, "app", 0, "iso" },
	{ "<11>tag: no time", 11, "tag", 0, "no time" },
	{ "<11>tag:no blank", 11, "tag", 0, "no blank" },
	{ "no priority at all", 13, "unknown", 0, "no priority at all" },
	{ "<999>too high", 13, "unknown", 0, "<999>too high" },
	{ "<3>kernel: like", 11, "kernel", 0, "like" },
	{ "<13>", 13, "unknown", 0, "" },
	{ "", 13, "unknown", 0, "" },
	{ "<13>a[b: odd", 13, "unknown", 0, "a[b: odd" },
	/* RFC 5424 */
	{ "<165>1 2026-11-22T05:37:41.003Z host app 42 ID47 - text", 165, "app", 42, "text" },
	{ "<165>1 2026-11-22T05:37:41.003Z host app - - [x@1 a=\"b]\\\"\" c=\"d\"][y] more text", 165,
	  "app", 0, "more text" },
	{ "<34>1 - - - - - - \xef\xbb\xbf" "bom", 34, "unknown", 0, "bom" },
	{ "<34>1 2026-11-22T05:37:41Z host app", 34, "app", 0, "" },
	{ "<34>1 - [", 34, "unknown", 0, "" },
};

static void messages(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		char buf[256];
		struct syslog_message m;

		strcpy(buf, r->message);
		syslog_message_parse(buf, strlen(buf), &m);
		if (m.level != r->level || m.pid != r->pid || strcmp(m.identifier, r->identifier) ||
		    strcmp(m.text, r->text)) {
			fail_msg("'%s': %d '%s' %d '%s'", r->message, m.level, m.identifier,
				 (int)m.pid, m.text);
		}
	}
}

/* Every shortened message too: nothing is read beyond its end. */
static void shortened_messages(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t n = 0; n <= strlen(rows[i].message); n++) {
			char *exact = test_malloc(n + 1);
			struct syslog_message m;

			memcpy(exact, rows[i].message, n);
			syslog_message_parse(exact, n, &m);
			assert_true(m.level >= 8 && m.level <= 191);
			assert_true(strlen(m.text) <= n);
			test_free(exact);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages),
		cmocka_unit_test(shortened_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
