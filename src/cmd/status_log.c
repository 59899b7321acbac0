/* SPDX-License-Identifier: MIT */
#include "status.h"

#include <stdio.h>
#include <time.h>

#include "log/reader.h"
#include "quote.h"

enum time_style { TIME_SYSLOG, TIME_FULL, TIME_ISO, TIME_UNIX };

/* How the time begins a line, by -o. */
static const struct {
	const char *output;
	enum time_style style;
	bool has_microseconds, has_zone;
} formats[] = {
	{ "short", TIME_SYSLOG, false, false },
	{ "short-full", TIME_FULL, false, true },
	{ "short-iso", TIME_ISO, false, true },
	{ "short-iso-precise", TIME_ISO, true, true },
	{ "short-precise", TIME_SYSLOG, true, false },
	{ "short-unix", TIME_UNIX, true, false },
	{ "with-unit", TIME_FULL, false, true },
};

static size_t format_time(char *buf, size_t n, enum time_style style, const struct tm *tm)
{
	switch (style) {
	case TIME_FULL:
		return strftime(buf, n, "%a %Y-%m-%d %H:%M:%S", tm);
	case TIME_ISO:
		return strftime(buf, n, "%Y-%m-%dT%H:%M:%S", tm);
	case TIME_UNIX:
		return strftime(buf, n, "%s", tm);
	default:
		return strftime(buf, n, "%b %d %H:%M:%S", tm);
	}
}

/* "+00:00" for the ISO forms, " UTC" for the others. */
static void print_zone(const struct tm *tm, const char *output)
{
	char zone[32];

	if (strstr(output, "iso")) {
		strftime(zone, sizeof zone, "%z", tm);
		printf("%.3s:%s", zone, zone + 3);
	} else {
		strftime(zone, sizeof zone, " %Z", tm);
		fputs(zone, stdout);
	}
}

static void print_time(const char *output, usec_t realtime)
{
	time_t seconds = (time_t)(realtime / USEC_PER_SEC);
	struct tm tm;
	size_t row = 0;
	char text[64];

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (streq(formats[i].output, output)) {
			row = i;
		}
	}
	localtime_r(&seconds, &tm);
	if (format_time(text, sizeof text, formats[row].style, &tm) > 0) {
		fputs(text, stdout);
	}
	if (formats[row].has_microseconds) {
		printf(".%06u", (unsigned)(realtime % USEC_PER_SEC));
	}
	if (formats[row].has_zone) {
		print_zone(&tm, output);
	}
}

static void print_json(const struct log_entry *e, const char *unit)
{
	printf("{\"__REALTIME_TIMESTAMP\":\"%llu\",\"PRIORITY\":\"%d\",\"SYSLOG_IDENTIFIER\":",
	       (unsigned long long)e->realtime, e->priority);
	quote_print_json(e->identifier, strlen(e->identifier));
	printf(",\"_PID\":\"%d\",\"_SYSTEMD_UNIT\":", (int)e->pid);
	quote_print_json(unit, strlen(unit));
	printf(",\"MESSAGE\":");
	quote_print_json(e->text, strlen(e->text));
	puts("}");
}

static void print_entry(const struct log_entry *e, const char *output, const char *unit,
			const char *host)
{
	if (str_has_prefix(output, "json")) {
		print_json(e, unit);
	} else if (streq(output, "cat")) {
		puts(e->text);
	} else {
		print_time(output, e->realtime);
		printf(" %s %s[%d]: %s\n", host, streq(output, "with-unit") ? unit : e->identifier,
		       (int)e->pid, e->text);
	}
}

void status_print_log(struct cmd *c, const struct cmd_unit *cu)
{
	const char *output = c->options.output ? c->options.output : "short";
	usec_t since = cu->record.inactive_exit_realtime;
	char host[256] = "localhost", *dot;
	struct log_entry *entries;
	size_t n;

	if (c->options.lines == 0 || cu->unit->load_state == UNIT_NOT_FOUND) {
		return;
	}
	if (log_read_tail(&c->place, cu->unit->id, c->options.lines, since, &c->arena, &entries,
			  &n) < 0 ||
	    n == 0) {
		return;
	}
	gethostname(host, sizeof host - 1);
	dot = strchr(host, '.');
	if (dot) {
		*dot = '\0';
	}
	putchar('\n');
	for (size_t i = 0; i < n; i++) {
		print_entry(&entries[i], output, cu->unit->id, host);
	}
}
