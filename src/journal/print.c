/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/names.h"
#include "journal/entry.h"
#include "unit/utf8.h"

#define TAB_WIDTH 8
#define PRIORITIES 8
#define ZONE_SIZE 40

static const char *const outputs[JOURNAL_OUTPUT_MAX] = {
	[JOURNAL_SHORT] = "short",
	[JOURNAL_SHORT_FULL] = "short-full",
	[JOURNAL_SHORT_ISO] = "short-iso",
	[JOURNAL_SHORT_ISO_PRECISE] = "short-iso-precise",
	[JOURNAL_SHORT_PRECISE] = "short-precise",
	[JOURNAL_SHORT_MONOTONIC] = "short-monotonic",
	[JOURNAL_SHORT_DELTA] = "short-delta",
	[JOURNAL_SHORT_UNIX] = "short-unix",
	[JOURNAL_VERBOSE] = "verbose",
	[JOURNAL_EXPORT] = "export",
	[JOURNAL_JSON] = "json",
	[JOURNAL_JSON_PRETTY] = "json-pretty",
	[JOURNAL_JSON_SSE] = "json-sse",
	[JOURNAL_JSON_SEQ] = "json-seq",
	[JOURNAL_CAT] = "cat",
	[JOURNAL_WITH_UNIT] = "with-unit",
};

const char *journal_output_name(enum journal_output output)
{
	return NAMES_AT(outputs, (int)output);
}

int journal_output_find(const char *name)
{
	return NAMES_FIND(outputs, name);
}

/* Errors, warnings, notices and debug messages; NULL: as the terminal has it. */
static const char *const colors[PRIORITIES] = {
	"\x1b[0;1;31m", "\x1b[0;1;31m", "\x1b[0;1;31m", "\x1b[0;1;31m",
	"\x1b[0;1;38:5:185m", "\x1b[0;1;39m", NULL, "\x1b[0;38:5:245m",
};

/* How the time begins a line. Names of days and months are English in every locale. */
static const struct {
	bool is_short; /* month and day, no year */
	char separator; /* between date and time */
	bool has_weekday, has_microseconds, has_offset, has_zone;
} times[JOURNAL_OUTPUT_MAX] = {
	[JOURNAL_SHORT] = { true, ' ' },
	[JOURNAL_SHORT_FULL] = { false, ' ', .has_weekday = true, .has_zone = true },
	[JOURNAL_SHORT_ISO] = { false, 'T', .has_offset = true },
	[JOURNAL_SHORT_ISO_PRECISE] = { false, 'T', .has_microseconds = true, .has_offset = true },
	[JOURNAL_SHORT_PRECISE] = { true, ' ', .has_microseconds = true },
	[JOURNAL_WITH_UNIT] = { false, ' ', .has_weekday = true, .has_zone = true },
	[JOURNAL_VERBOSE] = { false, ' ', .has_weekday = true, .has_microseconds = true,
			      .has_zone = true },
};

static void print_date(enum journal_output output, const struct tm *tm)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	if (times[output].is_short) {
		printf("%s %02d", months[tm->tm_mon], tm->tm_mday);
		return;
	}
	if (times[output].has_weekday) {
		printf("%s ", days[tm->tm_wday]);
	}
	printf("%04d-%02d-%02d", tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday);
}

static void print_calendar(const struct journal_printer *p, usec_t realtime)
{
	time_t seconds = (time_t)(realtime / USEC_PER_SEC);
	char zone[ZONE_SIZE] = "";
	struct tm tm;

	if (p->utc) {
		gmtime_r(&seconds, &tm);
	} else {
		localtime_r(&seconds, &tm);
	}
	print_date(p->output, &tm);
	printf("%c%02d:%02d:%02d", times[p->output].separator, tm.tm_hour, tm.tm_min, tm.tm_sec);
	if (times[p->output].has_microseconds) {
		printf(".%06u", (unsigned)(realtime % USEC_PER_SEC));
	}
	if (times[p->output].has_offset) {
		strftime(zone, sizeof(zone), "%z", &tm);
		printf("%.3s:%s", zone, zone + 3);
	}
	if (times[p->output].has_zone) {
		strftime(zone, sizeof(zone), "%Z", &tm);
		printf(" %s", p->utc ? "UTC" : zone);
	}
}

static void print_seconds(usec_t t)
{
	printf("%5" PRIu64 ".%06" PRIu64, t / USEC_PER_SEC, t % USEC_PER_SEC);
}

static void print_time(struct journal_printer *p, const struct log_entry *e)
{
	usec_t offset = p->host->boot_offset;
	usec_t monotonic = e->realtime > offset ? e->realtime - offset : 0;

	switch (p->output) {
	case JOURNAL_SHORT_UNIX:
		printf("%" PRIu64 ".%06" PRIu64, e->realtime / USEC_PER_SEC,
		       e->realtime % USEC_PER_SEC);
		break;
	case JOURNAL_SHORT_MONOTONIC:
	case JOURNAL_SHORT_DELTA:
		putchar('[');
		print_seconds(monotonic);
		if (p->output == JOURNAL_SHORT_DELTA && p->last == 0) {
			printf("%16s", "");
		} else if (p->output == JOURNAL_SHORT_DELTA) {
			printf(" <");
			print_seconds(e->realtime > p->last ? e->realtime - p->last : 0);
			printf(" >");
		}
		putchar(']');
		break;
	default:
		print_calendar(p, e->realtime);
	}
	p->last = e->realtime;
}

/* What journalctl prints in place of bytes that a terminal might act upon. */
static void print_blob(size_t n)
{
	printf("[%zuB blob data]", n);
}

static bool is_shown(const struct journal_printer *p, const char *s)
{
	return p->all || utf8_is_printable(s, strlen(s));
}

/* Tabs as blanks, so that columns do not depend on what stands before. */
static void print_text(const struct journal_printer *p, const char *s)
{
	size_t n, n_tabs = 0;

	if (!is_shown(p, s)) {
		for (n = 0; s[n]; n++) {
			n_tabs += s[n] == '\t';
		}
		print_blob(n + n_tabs * (TAB_WIDTH - 1));
		return;
	}
	if (p->all) {
		fputs(s, stdout);
		return;
	}
	while ((n = strcspn(s, "\t")), s[n]) {
		printf("%.*s%*s", (int)n, s, TAB_WIDTH, "");
		s += n + 1;
	}
	fputs(s, stdout);
}

static void print_colored(const struct journal_printer *p, const struct log_entry *e, bool raw)
{
	const char *color = p->color ? colors[e->priority % PRIORITIES] : NULL;

	fputs(str_or_empty(color), stdout);
	if (raw) {
		fputs(e->text, stdout);
	} else {
		print_text(p, e->text);
	}
	puts(color ? "\x1b[0m" : "");
}

static void print_short(struct journal_printer *p, const struct log_entry *e)
{
	const char *source = is_shown(p, e->identifier) ? e->identifier : "unknown";

	if (p->output == JOURNAL_WITH_UNIT) {
		source = log_entry_is_note(e) ? "init.scope" : e->unit ? e->unit : source;
	}
	print_time(p, e);
	if (!p->no_hostname) {
		printf(" %s", p->host->name);
	}
	printf(" %s", source);
	if (e->pid > 0) {
		printf("[%ld]", (long)e->pid);
	}
	fputs(": ", stdout);
	print_colored(p, e, false);
}

/* A string, or the numbers of its bytes where a parser would not take it. */
static void print_json_value(const char *s, bool pretty)
{
	CLEANUP_STRBUF struct strbuf b = { 0 };
	const char *end = pretty ? "\n\t]" : "]";

	if (utf8_is_printable(s, strlen(s))) {
		strbuf_add_json(&b, s, strlen(s));
		end = "";
	}
	for (size_t i = 0; *end && s[i]; i++) {
		strbuf_addf(&b, "%c%s%u", i == 0 ? '[' : ',', pretty ? "\n\t\t" : "",
			    (unsigned char)s[i]);
	}
	printf("%s%s", strbuf_text(&b), end);
}

/* Addresses, and with them the boot, are printed whatever was asked for. */
static bool is_asked(const struct journal_printer *p, const struct journal_fields *f, size_t i)
{
	return p->fields->n == 0 || i < f->n_addresses || streq(f->v[i].name, "_BOOT_ID") ||
	       strv_contains(p->fields, f->v[i].name);
}

static void print_json(const struct journal_printer *p, const struct journal_fields *f)
{
	bool pretty = p->output == JOURNAL_JSON_PRETTY;
	bool first = true;

	fputs(p->output == JOURNAL_JSON_SSE ? "data: {"
	      : p->output == JOURNAL_JSON_SEQ ? "\x1e{"
					      : "{",
	      stdout);
	for (size_t i = 0; i < f->n; i++) {
		if (!is_asked(p, f, i)) {
			continue;
		}
		fputs(first ? "" : ",", stdout);
		fputs(pretty ? "\n\t" : "", stdout);
		printf(pretty ? "\"%s\" : " : "\"%s\":", f->v[i].name);
		print_json_value(f->v[i].value, pretty);
		first = false;
	}
	puts(pretty ? "\n}" : p->output == JOURNAL_JSON_SSE ? "}\n" : "}");
}

/* verbose */
static void print_fields(const struct journal_printer *p, const struct journal_fields *f)
{
	for (size_t i = f->n_addresses; i < f->n; i++) {
		const char *name = f->v[i].name, *value = f->v[i].value;

		if (p->fields->n > 0 && !strv_contains(p->fields, name)) {
			continue;
		}
		printf("    %s=", name);
		if (is_shown(p, value)) {
			puts(value);
		} else {
			print_blob(strlen(value));
			putchar('\n');
		}
	}
}

/* "NAME=VALUE"; what is no text as the name, its length in eight bytes, the least first, and itself. */
static void print_export(const struct journal_printer *p, const struct journal_fields *f)
{
	for (size_t i = 0; i < f->n; i++) {
		const char *value = f->v[i].value;
		uint64_t n = strlen(value);

		if (!is_asked(p, f, i)) {
			continue;
		}
		fputs(f->v[i].name, stdout);
		putchar(utf8_is_printable(value, n) ? '=' : '\n');
		for (int k = 0; !utf8_is_printable(value, n) && k < 8; k++) {
			putchar((int)(n >> 8 * k & 0xff));
		}
		puts(value);
	}
	putchar('\n');
}

void journal_print(struct journal_printer *p, const struct log_entry *e)
{
	struct journal_fields f;

	if (p->output == JOURNAL_CAT) {
		print_colored(p, e, true);
		return;
	}
	if (p->output < JOURNAL_VERBOSE || p->output == JOURNAL_WITH_UNIT) {
		print_short(p, e);
		return;
	}
	journal_fields_make(e, p->host, &f);
	if (p->output == JOURNAL_VERBOSE) {
		print_calendar(p, e->realtime);
		printf(" [%s]\n", f.cursor);
		print_fields(p, &f);
	} else if (p->output == JOURNAL_EXPORT) {
		print_export(p, &f);
	} else {
		print_json(p, &f);
	}
}
