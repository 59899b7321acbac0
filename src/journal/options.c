/* SPDX-License-Identifier: MIT */
#include "journal/entry.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/names.h"
#include "journal/timestamp.h"
#include "unit/host.h"
#include "unit/name.h"
#include "unit/value.h"

#define LINES_DEFAULT 10
#define PAGER_LINES 1000
#define BOOT_ID_SIZE 33

/* The state of one parse. */
struct scan {
	struct journal_options *o;
	struct arena *arena;
	int argc;
	char **argv;
	int *ret_exit;
	const char **ret_what;
	usec_t now;
	bool has_vacuum;
};

enum { DONE = 1, FOREIGN = -EOPNOTSUPP };

static int fail(const struct scan *s, const char *format, ...) PRINTF(2, 3);
static int fail(const struct scan *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	*s->ret_exit = 1;
	return DONE;
}

/* ---- one function per option that has a value; `argument` is the row's ---- */

static int set_flag(struct scan *s, size_t offset, const char *value)
{
	*(bool *)((char *)s->o + offset) = true;
	return 0;
}

static int set_string(struct scan *s, size_t offset, const char *value)
{
	*(const char **)((char *)s->o + offset) = value;
	return 0;
}

static int set_list(struct scan *s, size_t offset, const char *value)
{
	strv_add((struct strv *)((char *)s->o + offset), s->arena, value);
	return 0;
}

static int set_action(struct scan *s, size_t action, const char *value)
{
	s->o->action = (enum journal_action)action;
	s->o->field = value;
	return 0;
}

static int set_nothing(struct scan *s, size_t argument, const char *value)
{
	return 0;
}

static int set_foreign(struct scan *s, size_t argument, const char *value)
{
	return FOREIGN;
}

static int set_help(struct scan *s, size_t argument, const char *value)
{
	journal_help_print();
	*s->ret_exit = 0;
	return DONE;
}

static int set_version(struct scan *s, size_t argument, const char *value)
{
	printf("systemd 257 (soloctl " SOLOCTL_VERSION ")\n");
	*s->ret_exit = 0;
	return DONE;
}

static int set_unit(struct scan *s, size_t argument, const char *value)
{
	bool is_escaped;
	char *name;

	if (name_mangle(s->arena, value, NAME_MANGLE_GLOB, ".service", &name, &is_escaped) < 0) {
		return fail(s, "Failed to add filter for units: Invalid argument");
	}
	if (is_escaped && !s->o->quiet) {
		fprintf(stderr, "%s\n", name_escaped_notice(s->arena, value, name, ".service"));
	}
	strv_add(&s->o->units, s->arena, name);
	return 0;
}

static int set_output(struct scan *s, size_t argument, const char *value)
{
	int output = journal_output_find(value);

	if (streq(value, "help")) {
		for (int i = 0; i < JOURNAL_OUTPUT_MAX; i++) {
			puts(journal_output_name((enum journal_output)i));
		}
		*s->ret_exit = 0;
		return DONE;
	}
	if (output < 0) {
		return fail(s, "Unknown output format '%s'.", value);
	}
	s->o->output = (enum journal_output)output;
	return 0;
}

static int set_fields(struct scan *s, size_t argument, const char *value)
{
	strv_split(&s->o->output_fields, s->arena, value, ",");
	return 0;
}

static int set_time(struct scan *s, size_t offset, const char *value)
{
	if (timestamp_parse(value, s->now, (usec_t *)((char *)s->o + offset)) < 0) {
		return fail(s, "Failed to parse timestamp: %s", value);
	}
	return 0;
}

/* "err": that and what is worse; "err..warning": from one to the other. */
static int set_priority(struct scan *s, size_t argument, const char *value)
{
	const char *dots = strstr(value, "..");
	int from = 0, to;

	if (!dots) {
		if (value_parse_log_level(value, &to) < 0) {
			return fail(s, "Unknown log level %s", value);
		}
	} else if (value_parse_log_level(
			   arena_strndup(s->arena, value, (size_t)(dots - value)), &from) < 0 ||
		   value_parse_log_level(dots + 2, &to) < 0) {
		return fail(s, "Failed to parse log level range %s", value);
	}
	s->o->priorities = 0;
	for (int i = from < to ? from : to; i <= (from < to ? to : from); i++) {
		s->o->priorities |= 1u << i;
	}
	return 0;
}

static const char *const facilities[] = {
	"kern", "user", "mail", "daemon", "auth",   "syslog", "lpr",	"news",
	"uucp", "cron", "authpriv", "ftp", "12",     "13",     "14",	"15",
	"local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
};

static int set_facility(struct scan *s, size_t argument, const char *value)
{
	struct strv words = { 0 };

	if (streq(value, "help")) {
		puts("Available facilities:");
		for (size_t i = 0; i < ARRAY_SIZE(facilities); i++) {
			puts(facilities[i]);
		}
		*s->ret_exit = 0;
		return DONE;
	}
	strv_split(&words, s->arena, value, ",");
	STRV_FOREACH(word, &words) {
		int facility = NAMES_FIND(facilities, word);
		uint64_t number;

		if (facility < 0 && str_to_u64(word, &number) == 0 &&
		    number < ARRAY_SIZE(facilities)) {
			facility = (int)number;
		}
		if (facility < 0) {
			return fail(s, "Bad --facility= argument \"%s\".", word);
		}
		s->o->facilities |= 1u << facility;
	}
	return 0;
}

static int set_case(struct scan *s, size_t argument, const char *value)
{
	bool b = true;

	if (value && value_parse_bool(value, &b) < 0) {
		return fail(s, "Bad --case-sensitive= argument \"%s\": Invalid argument", value);
	}
	s->o->case_sensitive = b;
	return 0;
}

/* -EINVAL: no number of lines. */
static int parse_lines(struct journal_options *o, const char *value)
{
	bool oldest = value[0] == '+';
	uint64_t n;

	if (streq(value, "all")) {
		o->lines = -1;
		return 0;
	}
	if (str_to_u64(value + oldest, &n) < 0 || n > INT_MAX) {
		return -EINVAL;
	}
	o->lines = (long)n;
	o->lines_oldest = oldest;
	return 0;
}

/* The value may also be the next word, if that looks like one. */
static int set_lines(struct scan *s, size_t argument, const char *value)
{
	struct journal_options *o = s->o;

	o->lines_set = true;
	if (value) {
		return parse_lines(o, value) < 0 ? fail(s, "Failed to parse --lines='%s'.", value)
						 : 0;
	}
	if (optind < s->argc && parse_lines(o, s->argv[optind]) == 0) {
		optind++;
		return 0;
	}
	o->lines = LINES_DEFAULT;
	return 0;
}

static bool is_boot_id(const char *s)
{
	return strspn(s, "0123456789abcdefABCDEF") == BOOT_ID_SIZE - 1;
}

/*
 * There is one boot: this one, number 0, -0 and 1. 0; -EINVAL: not even a description of a boot;
 * DONE: of one that is not known.
 */
static int parse_boot(struct scan *s, const char *value)
{
	char id[BOOT_ID_SIZE] = "";
	const char *rest = value;
	int64_t offset = 0;

	s->o->this_boot = !streq(value, "all");
	if (!s->o->this_boot) {
		return 0;
	}
	if (is_boot_id(value)) {
		rest += BOOT_ID_SIZE - 1;
		host_read_boot_id(id);
		if (strncasecmp(id, value, BOOT_ID_SIZE - 1) != 0) {
			return fail(s, "No journal boot entry found for the specified boot (%s+0).",
				    value);
		}
	}
	if (*rest && str_to_i64(rest + (*rest == '+'), &offset) < 0) {
		return -EINVAL;
	}
	if (offset < 0 || offset > 1) {
		return fail(s, "No journal boot entry found for the specified boot (%+lld).",
			    (long long)offset);
	}
	return 0;
}

static int set_boot(struct scan *s, size_t argument, const char *value)
{
	int r;

	if (value) {
		r = parse_boot(s, value);
		return r == -EINVAL ? fail(s, "Failed to parse boot descriptor '%s'", value) : r;
	}
	s->o->this_boot = true;
	if (optind < s->argc) {
		r = parse_boot(s, s->argv[optind]);
		if (r != -EINVAL) {
			optind++;
			return r;
		}
		s->o->this_boot = true;
	}
	return 0;
}

static int set_kernel(struct scan *s, size_t argument, const char *value)
{
	s->o->kernel = s->o->this_boot = true;
	return 0;
}

static int set_pager_end(struct scan *s, size_t argument, const char *value)
{
	s->o->pager_end = true;
	if (!s->o->lines_set) {
		s->o->lines = PAGER_LINES;
	}
	return 0;
}

static int set_vacuum(struct scan *s, size_t offset, const char *value)
{
	static const char *const kinds[] = { "size", "time", "files" };
	struct journal_options *o = s->o;
	int kind = offset == offsetof(struct journal_options, vacuum_size)   ? 0
		   : offset == offsetof(struct journal_options, vacuum_time) ? 1
									     : 2;
	int r;

	switch (kind) {
	case 0:
		r = value_parse_size(value, &o->vacuum_size);
		break;
	case 1:
		r = value_parse_span(value, USEC_PER_SEC, &o->vacuum_time);
		break;
	default:
		r = str_to_u64(value, &o->vacuum_files);
	}
	if (r < 0) {
		return fail(s, "Failed to parse vacuum %s: %s", kinds[kind], value);
	}
	if (o->action != JOURNAL_ROTATE) {
		o->action = JOURNAL_VACUUM;
	}
	s->has_vacuum = true;
	return 0;
}

/* ---- the table ---- */

#define AT(member) offsetof(struct journal_options, member)
enum { NO = no_argument, REQUIRED = required_argument, MAYBE = optional_argument };

static const struct row {
	const char *name; /* NULL: a letter alone */
	char letter;
	int has_value;
	int (*set)(struct scan *s, size_t argument, const char *value);
	size_t argument;
} rows[] = {
	{ "after-cursor", 0, REQUIRED, set_string, AT(after_cursor) },
	{ "all", 'a', NO, set_flag, AT(all) },
	{ "boot", 'b', MAYBE, set_boot, 0 },
	{ "case-sensitive", 0, MAYBE, set_case, 0 },
	{ "catalog", 'x', NO, set_nothing, 0 },
	{ "cursor", 'c', REQUIRED, set_string, AT(cursor) },
	{ "cursor-file", 0, REQUIRED, set_string, AT(cursor_file) },
	{ "directory", 'D', REQUIRED, set_string, AT(directory) },
	{ "disk-usage", 0, NO, set_action, JOURNAL_DISK_USAGE },
	{ "dmesg", 'k', NO, set_kernel, 0 },
	{ "dump-catalog", 0, NO, set_foreign, 0 },
	{ "exclude-identifier", 'T', REQUIRED, set_list, AT(excluded_identifiers) },
	{ "facility", 0, REQUIRED, set_facility, 0 },
	{ "field", 'F', REQUIRED, set_action, JOURNAL_LIST_VALUES },
	{ "fields", 'N', NO, set_action, JOURNAL_LIST_FIELDS },
	{ "file", 'i', REQUIRED, set_foreign, 0 },
	{ "flush", 0, NO, set_action, JOURNAL_NOTHING },
	{ "follow", 'f', NO, set_flag, AT(follow) },
	{ "force", 0, NO, set_nothing, 0 },
	{ "full", 'l', NO, set_nothing, 0 },
	{ "grep", 'g', REQUIRED, set_string, AT(pattern) },
	{ "header", 0, NO, set_foreign, 0 },
	{ "help", 'h', NO, set_help, 0 },
	{ "identifier", 't', REQUIRED, set_list, AT(identifiers) },
	{ "image", 0, REQUIRED, set_foreign, 0 },
	{ "image-policy", 0, REQUIRED, set_foreign, 0 },
	{ "interval", 0, REQUIRED, set_foreign, 0 },
	{ "invocation", 0, REQUIRED, set_foreign, 0 },
	{ NULL, 'I', NO, set_foreign, 0 },
	{ "lines", 'n', MAYBE, set_lines, 0 },
	{ "list-boots", 0, NO, set_action, JOURNAL_LIST_BOOTS },
	{ "list-catalog", 0, NO, set_foreign, 0 },
	{ "list-invocations", 0, NO, set_foreign, 0 },
	{ "list-namespaces", 0, NO, set_foreign, 0 },
	{ "machine", 'M', REQUIRED, set_foreign, 0 },
	{ "merge", 'm', NO, set_flag, AT(merge) },
	{ "namespace", 0, REQUIRED, set_foreign, 0 },
	{ "no-full", 0, NO, set_nothing, 0 },
	{ "no-hostname", 0, NO, set_flag, AT(no_hostname) },
	{ "no-pager", 0, NO, set_flag, AT(no_pager) },
	{ "no-tail", 0, NO, set_flag, AT(no_tail) },
	{ "output", 'o', REQUIRED, set_output, 0 },
	{ "output-fields", 0, REQUIRED, set_fields, 0 },
	{ "pager-end", 'e', NO, set_pager_end, 0 },
	{ "priority", 'p', REQUIRED, set_priority, 0 },
	{ "quiet", 'q', NO, set_flag, AT(quiet) },
	{ "relinquish-var", 0, NO, set_action, JOURNAL_NOTHING },
	{ "reverse", 'r', NO, set_flag, AT(reverse) },
	{ "root", 0, REQUIRED, set_string, AT(root) },
	{ "rotate", 0, NO, set_action, JOURNAL_ROTATE },
	{ "setup-keys", 0, NO, set_foreign, 0 },
	{ "show-cursor", 0, NO, set_flag, AT(show_cursor) },
	{ "since", 'S', REQUIRED, set_time, AT(since) },
	{ "smart-relinquish-var", 0, NO, set_action, JOURNAL_NOTHING },
	{ "sync", 0, NO, set_action, JOURNAL_NOTHING },
	{ "system", 0, NO, set_nothing, 0 },
	{ "truncate-newline", 0, NO, set_nothing, 0 },
	{ "unit", 'u', REQUIRED, set_unit, 0 },
	{ "until", 'U', REQUIRED, set_time, AT(until) },
	{ "update-catalog", 0, NO, set_action, JOURNAL_NOTHING },
	{ "user", 0, NO, set_flag, AT(user) },
	{ "user-unit", 0, REQUIRED, set_unit, 0 },
	{ "utc", 0, NO, set_flag, AT(utc) },
	{ "vacuum-files", 0, REQUIRED, set_vacuum, AT(vacuum_files) },
	{ "vacuum-size", 0, REQUIRED, set_vacuum, AT(vacuum_size) },
	{ "vacuum-time", 0, REQUIRED, set_vacuum, AT(vacuum_time) },
	{ "verify", 0, NO, set_foreign, 0 },
	{ "verify-key", 0, REQUIRED, set_foreign, 0 },
	{ "version", 0, NO, set_version, 0 },
};

#define LONG_BASE 256 /* above all letters */

/* What getopt wants: long options numbered by row, and a string of letters. */
static void make_getopt(struct option *longs, char *letters)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].name) {
			*longs++ = (struct option){ rows[i].name, rows[i].has_value, NULL,
						    LONG_BASE + (int)i };
		}
		if (rows[i].letter) {
			*letters++ = rows[i].letter;
			for (int k = 0; k < rows[i].has_value; k++) {
				*letters++ = ':';
			}
		}
	}
	*longs = (struct option){ 0 };
	*letters = '\0';
}

static const struct row *find_row(int c)
{
	if (c >= LONG_BASE) {
		return &rows[c - LONG_BASE];
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].letter == c) {
			return &rows[i];
		}
	}
	return NULL;
}

/* ---- what only all together can tell ---- */

static bool is_field_name(const char *s, size_t n)
{
	return n > 0 && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") >= n;
}

static int check_match(struct scan *s, const char *word)
{
	const char *equals = strchr(word, '=');

	if (word[0] == '/') {
		if (access(word, F_OK) < 0) {
			return fail(s, "Couldn't canonicalize path '%s': %s", word, strerror(errno));
		}
		*s->ret_what = word;
		return FOREIGN;
	}
	if (!equals || !is_field_name(word, (size_t)(equals - word))) {
		return fail(s, "Failed to add match '%s': Invalid argument", word);
	}
	return 0;
}

static int check_together(struct scan *s)
{
	struct journal_options *o = s->o;
	char error[JOURNAL_PATTERN_ERROR_SIZE];

	if (o->since > 0 && o->until < USEC_INFINITY && o->since > o->until) {
		return fail(s, "--since= must be before --until=.");
	}
	if (o->follow && o->reverse) {
		return fail(s, "Please specify either --reverse or --follow, not both.");
	}
	if (o->lines_oldest && (o->follow || o->reverse)) {
		return fail(s, "--lines=+N is unsupported when --reverse or --follow is specified.");
	}
	if (!!o->since + !!o->cursor + !!o->after_cursor + !!o->cursor_file > 1) {
		return fail(s, "Please specify only one of --since=, --cursor=, --cursor-file=, and "
			       "--after-cursor=.");
	}
	if (o->merge && (o->this_boot || o->action == JOURNAL_LIST_BOOTS)) {
		return fail(s, "Using --boot or --list-boots with --merge is not supported.");
	}
	if (o->action == JOURNAL_LIST_VALUES && !is_field_name(o->field, strlen(o->field))) {
		return fail(s, "Failed to query unique data objects: Invalid argument");
	}
	if (o->follow && !o->lines_set && !o->no_tail && !o->since) {
		o->lines = LINES_DEFAULT;
	}
	if (o->pattern && journal_pattern_compile(o, error) < 0) {
		return fail(s, "Bad pattern \"%s\": %s", o->pattern, error);
	}
	return 0;
}

static int take_words(struct scan *s)
{
	struct journal_options *o = s->o;
	bool has_words = optind < s->argc, has_term = false;

	if (optind < s->argc && o->action != JOURNAL_SHOW && o->action != JOURNAL_LIST_VALUES &&
	    o->action != JOURNAL_LIST_FIELDS) {
		return fail(s, "Extraneous arguments starting with '%s'", s->argv[optind]);
	}
	while (optind < s->argc) {
		const char *word = s->argv[optind++];
		bool is_or = streq(word, "+");
		int r = is_or ? 0 : check_match(s, word);

		if (r != 0) {
			return r;
		}
		if (is_or && !has_term) {
			break;
		}
		has_term = !is_or;
		strv_add(&o->matches, s->arena, word);
	}
	if (has_words && !has_term) {
		return fail(s, "\"+\" can only be used between terms.");
	}
	return 0;
}

int journal_options_parse(struct journal_options *o, int argc, char **argv, struct arena *a,
			  int *ret_exit, const char **ret_what)
{
	struct scan s = { o, a, argc, argv, ret_exit, ret_what, clock_realtime(), false };
	struct option longs[ARRAY_SIZE(rows) + 1];
	char letters[3 * ARRAY_SIZE(rows) + 1];
	int c, r;

	*o = (struct journal_options){ .until = USEC_INFINITY, .case_sensitive = -1, .lines = -1 };
	make_getopt(longs, letters);
	optind = 0;
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) >= 0) {
		const struct row *row = find_row(c);

		if (!row) {
			*ret_exit = 1;
			return DONE;
		}
		r = row->set(&s, row->argument, optarg);
		if (r == FOREIGN) {
			*ret_what = row->name ? arena_printf(a, "--%s", row->name)
					      : arena_printf(a, "-%c", row->letter);
		}
		if (r != 0) {
			return r;
		}
	}
	r = take_words(&s);
	return r != 0 ? r : check_together(&s);
}

void journal_options_finish(struct journal_options *o)
{
	if (o->has_regex) {
		regfree(&o->regex);
	}
}
