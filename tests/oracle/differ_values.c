/* SPDX-License-Identifier: MIT */

/* differ_values SEED COUNT: generated values through systemd's parsers of spans, sizes, words,
 * environment files … and through ours. */

#include <errno.h>

#include "differ.h"
#include "unit/command.h"
#include "unit/environment.h"
#include "unit/name.h"
#include "unit/value.h"

/* What systemd's extract_first_word() calls its flags. */
#define EXTRACT_RELAX (1 << 0)
#define EXTRACT_CUNESCAPE (1 << 1)
#define EXTRACT_UNESCAPE_RELAX (1 << 2)
#define EXTRACT_KEEP_QUOTE (1 << 4)
#define EXTRACT_UNQUOTE (1 << 5)
#define EXTRACT_RETAIN_ESCAPE (1 << 7)

static struct strbuf theirs;
static struct strbuf ours;
static struct strbuf input;
static struct arena arena;

static void compare(const char *what)
{
	differ_expect(what, strbuf_text(&input), input.n, strbuf_text(&theirs), strbuf_text(&ours));
	strbuf_reset(&theirs);
	strbuf_reset(&ours);
	arena_free(&arena);
}

/* A refused value is a refused value: which errno says so is not compared. */
static void note_number(struct strbuf *out, int r, uint64_t value)
{
	if (r < 0) {
		strbuf_add(out, "refused");
	} else {
		strbuf_addf(out, "%llu", (unsigned long long)value);
	}
}

static void compare_span(void)
{
	static const char *const pieces[] = {
		"1",	 "12",	      "0",	    "7.5",
		"3.",	 ".5",	      "9999999999", "18446744073709551615",
		"1.0000019", "5.1234567", " ",	    " ",
		"s",	 "sec",	      "second",	    "seconds",
		"m",	 "min",	      "minute",	    "minutes",
		"M",	 "month",     "months",	    "h",
		"hr",	 "hour",      "hours",	    "d",
		"day",	 "days",      "w",	    "week",
		"weeks",	 "y",	      "year",	    "years",
		"ms",	 "msec",      "us",	    "usec",
		"\xC2\xB5s", "\xCE\xBCs", "infinity",   "-",
		"+",	 "x",	      "\t",	    ".",
		"0x10",	 "\n",	      "e",
	};
	static int (*parse_time)(const char *, usec_t *, usec_t);
	usec_t unit = differ_random(2) ? USEC_PER_SEC : differ_random(2) ? 1 : USEC_PER_MINUTE;
	usec_t a = 0;
	usec_t b = 0;
	int r;

	if (!parse_time) {
		parse_time = differ_symbol("parse_time");
	}
	differ_compose(&input, pieces, ARRAY_SIZE(pieces), 6);
	r = parse_time(strbuf_text(&input), &a, unit);
	note_number(&theirs, r, a);
	r = value_parse_span(strbuf_text(&input), unit, &b);
	note_number(&ours, r, b);
	compare("span");
}

static void compare_size(void)
{
	static const char *const pieces[] = {
		"1",    "12",  "0",		 "7.5",
		"3.",   ".5",  "9999999999", "18446744073709551615",
		"1.25", "0.1", " ",		 "K",
		"M",    "G",   "T",		 "P",
		"E",    "B",   "k",		 "KB",
		"-",    "+",   "x",		 "\t",
		"16",   "15",  "0x10",	 "1.9999999999999999999",
	};
	static int (*parse_size)(const char *, uint64_t, uint64_t *);
	uint64_t a = 0;
	uint64_t b = 0;
	int r;

	if (!parse_size) {
		parse_size = differ_symbol("parse_size");
	}
	differ_compose(&input, pieces, ARRAY_SIZE(pieces), 6);
	r = parse_size(strbuf_text(&input), 1024, &a);
	note_number(&theirs, r, a);
	r = value_parse_size(strbuf_text(&input), &b);
	note_number(&ours, r, b);
	compare("size");
}

#define N_PREFIXES 6 /* of the pieces below */
static const char *const number_pieces[] = {
	"0x",	  "0b",
	"0o",	  "0B",
	"0O",	  "0X",
	"1",	  "0",
	"7",	  "12",
	"a",	  "F",
	"9",	  "-",
	"+",	  " ",
	"\t",	  "2147483647",
	"2147483648", "4294967295",
	"4294967296", "18446744073709551615",
	"true",	  "Yes",
	"on",	  "OFF",
	"n",	  "f",
	"T",	  "debug",
	"err",	  "warning",
	"emerg",	  "local0",
	"local7",	  "daemon",
	"authpriv",	  "127",
	"128",	  "SUCCESS",
	"DATAERR",	  "EXCEPTION",
	"KSM",	  "255",
	"256",	  "0755",
	"07777",	  "10000",
	"u",	  "644",
};

static void compare_number(void)
{
	static int (*parse_boolean)(const char *);
	static int (*parse_mode)(const char *, mode_t *);
	static int (*safe_atoi)(const char *, int *);
	static int (*safe_atou_full)(const char *, unsigned, unsigned *);
	static int (*log_level_from_string)(const char *);
	static int (*log_facility_unshifted_from_string)(const char *);
	const char *s;
	bool yes = false;
	mode_t mode_a = 0, mode_b = 0;
	int int_a = 0, int_b = 0;
	unsigned un_a = 0, un_b = 0;
	int r;

	if (!parse_boolean) {
		parse_boolean = differ_symbol("parse_boolean");
		parse_mode = differ_symbol("parse_mode");
		safe_atoi = differ_symbol("safe_atoi");
		safe_atou_full = differ_symbol("safe_atou_full");
		log_level_from_string = differ_symbol("log_level_from_string");
		log_facility_unshifted_from_string =
			differ_symbol("log_facility_unshifted_from_string");
	}
	differ_compose(&input, number_pieces, ARRAY_SIZE(number_pieces), 4);
	s = strbuf_text(&input);
	if (input.n > 0 && strcasestr(s + 1, "0b")) {
		/* newer C libraries know "0b" themselves, also behind a sign or another prefix */
		return;
	}
	r = parse_boolean(s);
	note_number(&theirs, r, (uint64_t)r);
	r = value_parse_bool(s, &yes);
	note_number(&ours, r, yes);
	compare("bool");
	r = parse_mode(s, &mode_a);
	note_number(&theirs, r, mode_a);
	r = value_parse_mode(s, &mode_b);
	note_number(&ours, r, mode_b);
	compare("mode");
	r = safe_atoi(s, &int_a);
	note_number(&theirs, r, (uint64_t)(int64_t)int_a);
	r = value_parse_int(s, &int_b);
	note_number(&ours, r, (uint64_t)(int64_t)int_b);
	compare("int");
	r = safe_atou_full(s, 0, &un_a);
	note_number(&theirs, r, un_a);
	r = value_parse_unsigned(s, &un_b);
	note_number(&ours, r, un_b);
	compare("unsigned");
	r = log_level_from_string(s);
	note_number(&theirs, r, (uint64_t)r);
	r = value_parse_log_level(s, &int_b);
	note_number(&ours, r, (uint64_t)int_b);
	compare("level");
	r = log_facility_unshifted_from_string(s);
	note_number(&theirs, r, (uint64_t)r << 3);
	r = value_parse_log_facility(s, &int_b);
	note_number(&ours, r, (uint64_t)int_b);
	compare("facility");
}

static void compare_status(void)
{
	static int (*exit_status_from_string)(const char *);
	struct exit_status_set set = {0};
	int r;

	if (!exit_status_from_string) {
		exit_status_from_string = differ_symbol("exit_status_from_string");
	}
	/* without the prefixes: theirs takes two of them in a status ("0b0b1") */
	differ_compose(&input, number_pieces + N_PREFIXES, ARRAY_SIZE(number_pieces) - N_PREFIXES,
		       3);
	r = exit_status_from_string(strbuf_text(&input));
	note_number(&theirs, r, (uint64_t)r);
	r = exit_status_set_add(&set, strbuf_text(&input));
	for (int i = 0; i < 256; i++) {
		if (exit_status_set_has_status(&set, i)) {
			note_number(&ours, 0, (uint64_t)i);
		}
	}
	if (r < 0 || ours.n == 0) {
		note_number(&ours, -EINVAL, 0);
	}
	compare("exit status");
}

static void note_limit(struct strbuf *out, int r, const struct rlimit *l)
{
	if (r == -EILSEQ) {
		strbuf_add(out, "soft above hard");
	} else if (r < 0) {
		strbuf_add(out, "refused");
	} else {
		strbuf_addf(out, "%llu:%llu", (unsigned long long)l->rlim_cur,
				(unsigned long long)l->rlim_max);
	}
}

static void compare_limit(void)
{
	static const char *const pieces[] = {
		"1",
		"5",
		"20",
		"40",
		"41",
		"-",
		"+",
		":",
		":",
		"infinity",
		"K",
		"M",
		"s",
		"min",
		" ",
		"1000",
		"18446744073709551615",
		"18446744073709551614",
		"0",
		"us",
		"ms",
		"x",
		"0x10",
		"1.5",
	};
	static int (*rlimit_parse)(int, const char *, struct rlimit *);
	struct rlimit a = {0};
	struct rlimit b = {0};
	int resource = (int)differ_random(16);
	int r;

	if (!rlimit_parse) {
		rlimit_parse = differ_symbol("rlimit_parse");
	}
	differ_compose(&input, pieces, ARRAY_SIZE(pieces), 5);
	r = rlimit_parse(resource, strbuf_text(&input), &a);
	note_limit(&theirs, r, &a);
	r = value_parse_limit(resource, strbuf_text(&input), &b);
	note_limit(&ours, r, &b);
	strbuf_addf(&theirs, " for resource %d", resource);
	strbuf_addf(&ours, " for resource %d", resource);
	compare("limit");
}

static const char *const word_pieces[] = {
	" ",	   " ",	      "\t",	     "\n",	    "\r",	   "'",
	"\"",	   "\\",      "\\\\",	     "\\n",	    "\\s",	   "\\x41",
	"\\x00",	   "\\x4",    "\\101",	     "\\000",	    "\\777",	   "\\u00e4",
	"\\U0001F600", "\\ud800", "\\U00110000", "\\U0000d800", "\\UFFFFFFFF", "\\q",
	"\\;",	   ";",	      "a",	     "bc",	    "\xC3\xA4",	   "$",
	"{",	   "}",	      "=",	     "\\\"",	    "\\'",	   "\\a\\b\\f\\r\\t\\v",
	":",	   "\\u0000", "\\x4g",	     "\\18",	    "\\400",
};

static void compare_words(void)
{
	static const struct {
		unsigned ours;
		int theirs;
	} flags[] = {
		{0, 0},
		{VALUE_WORD_UNQUOTE, EXTRACT_UNQUOTE},
		{VALUE_WORD_UNQUOTE | VALUE_WORD_CUNESCAPE, EXTRACT_UNQUOTE | EXTRACT_CUNESCAPE},
		{VALUE_WORD_UNQUOTE | VALUE_WORD_CUNESCAPE | VALUE_WORD_UNESCAPE_RELAX,
	     EXTRACT_UNQUOTE | EXTRACT_CUNESCAPE | EXTRACT_UNESCAPE_RELAX},
		{VALUE_WORD_UNQUOTE | VALUE_WORD_RELAX, EXTRACT_UNQUOTE | EXTRACT_RELAX},
		{VALUE_WORD_UNQUOTE | VALUE_WORD_CUNESCAPE | VALUE_WORD_RELAX |
		 VALUE_WORD_UNESCAPE_RELAX,
	     EXTRACT_UNQUOTE | EXTRACT_CUNESCAPE | EXTRACT_RELAX | EXTRACT_UNESCAPE_RELAX},
		{VALUE_WORD_UNQUOTE | VALUE_WORD_RETAIN_ESCAPE,
	     EXTRACT_UNQUOTE | EXTRACT_RETAIN_ESCAPE},
		{VALUE_WORD_KEEP_QUOTES, EXTRACT_KEEP_QUOTE},
		{VALUE_WORD_KEEP_QUOTES | VALUE_WORD_CUNESCAPE, EXTRACT_KEEP_QUOTE | EXTRACT_CUNESCAPE},
		{VALUE_WORD_RETAIN_ESCAPE, EXTRACT_RETAIN_ESCAPE},
	};
	static int (*extract_first_word)(const char **, char **, const char *, int);
	size_t i = differ_random(ARRAY_SIZE(flags));
	const char *seps = differ_random(4) ? NULL : ":;";
	const char *p;
	char *word = NULL;
	int r;

	if (!extract_first_word) {
		extract_first_word = differ_symbol("extract_first_word");
	}
	differ_compose(&input, word_pieces, ARRAY_SIZE(word_pieces), 12);
	p = strbuf_text(&input);
	while ((r = extract_first_word(&p, &word, seps, flags[i].theirs)) > 0) {
		strbuf_addf(&theirs, "<%s>", word);
		free(word);
	}
	strbuf_addf(&theirs, " %d flags %zu", r < 0 ? -1 : 0, i);
	p = strbuf_text(&input);
	while ((r = value_next_word(&p, seps, flags[i].ours, &arena, &word)) > 0) {
		strbuf_addf(&ours, "<%s>", word);
	}
	strbuf_addf(&ours, " %d flags %zu", r < 0 ? -1 : 0, i);
	compare("words");
}

static void compare_environment_file(void)
{
	static const char *const pieces[] = {
		"A",    "B=",	"=",	"C = ", "\n",	"\n",	"\r",	   "\r\n",
		" ",    "\t",	"#",	";",	"'",	"\"",	"\\",	   "\\\n",
		"\\\"", "$",	"`",	"\\$",	"\\`",	"\\\\", "x y",	   "export ",
		"1",    "\xC3\xA4", "\xFF", "\v",	"\x01", "\\a",	"# c\\\n", "A=",
	};
	static int (*load_env_file)(FILE *, const char *, char ***);
	struct strv env = {0};
	char **list = NULL;
	FILE *f;
	int r;

	if (!load_env_file) {
		load_env_file = differ_symbol("load_env_file");
	}
	differ_compose(&input, pieces, ARRAY_SIZE(pieces), 25);
	f = input.n ? fmemopen(input.s, input.n, "r") : fopen("/dev/null", "r");
	r = load_env_file(f, "f", &list);
	fclose(f);
	for (size_t i = 0; r >= 0 && list && list[i]; i++) {
		if (environment_assignment_is_valid(list[i])) {
			strbuf_addf(&theirs, "<%s>\n", list[i]);
		}
	}
	strbuf_add(&theirs, r < 0 ? "refused" : "");
	r = environment_parse_file(strbuf_text(&input), input.n, "f", &arena, &env, NULL);
	for (size_t i = 0; r >= 0 && i < env.n; i++) {
		strbuf_addf(&ours, "<%s>\n", env.v[i]);
	}
	strbuf_add(&ours, r < 0 ? "refused" : "");
	compare("environment file");
}

static void compare_assignment(void)
{
	static const char *const pieces[] = {"A",    "_b",   "1",	 "=",	 "\t", "\n", "\r",
					     "\x01", "\x7f", "\xC3\xA4", "\xFF", " ",  "-",  "$"};
	static bool (*env_assignment_is_valid)(const char *);

	if (!env_assignment_is_valid) {
		env_assignment_is_valid = differ_symbol("env_assignment_is_valid");
	}
	differ_compose(&input, pieces, ARRAY_SIZE(pieces), 5);
	note_number(&theirs, 0, env_assignment_is_valid(strbuf_text(&input)));
	note_number(&ours, 0, environment_assignment_is_valid(strbuf_text(&input)));
	compare("assignment");
}

static void compare_expansion(void)
{
	static const char *const pieces[] = {
		"$",  "$",	"{", "}", "${", "${A}", "$A",	   "$$",      "A",     "B",  "C",  "D",
		":-", ":+", "x", " ", "\\", "'",	"${A:-y}", "${NOPE}", "$NOPE", "$B", "$C", "-",
	};
	static const char *const list[] = {"A=one", "B=two  words 'and quoted' ",
					   "C=", "D=un\\balanced \"quote\\"};
	static int (*replace_env_argv)(char **, char **, char ***, char ***, char ***);
	struct strv env = {.v = (const char **)list, .n = ARRAY_SIZE(list)};
	struct command c = {0};
	struct strv argv;
	char **expanded = NULL;
	int r;

	if (!replace_env_argv) {
		replace_env_argv = differ_symbol("replace_env_argv");
	}
	differ_compose(&input, pieces, ARRAY_SIZE(pieces), 6);
	/* theirs does not end a list whose only word vanishes: there is always a first word in real
	 * commands */
	strv_add(&c.argv, &arena, "first");
	strv_add(&c.argv, &arena, strbuf_text(&input));
	r = replace_env_argv(strv_to_argv(&c.argv, &arena), strv_to_argv(&env, &arena), &expanded,
			     NULL, NULL);
	for (size_t i = 0; r >= 0 && expanded && expanded[i]; i++) {
		strbuf_addf(&theirs, "<%s>", expanded[i]);
	}
	command_expand(&c, &env, &arena, &argv);
	for (size_t i = 0; i < argv.n; i++) {
		strbuf_addf(&ours, "<%s>", argv.v[i]);
	}
	compare("expansion");
}

static void compare_name(void)
{
	static const char *const pieces[] = {
		"foo",     "a",	   "@",
		"@",       ".x",	   "-",
		"/",       "//",	   "/dev/",
		"/sys",    "\\",	   "\\x2d",
		" ",       "*",	   "?",
		"[a]",     "!",	   ":",
		"_",       "\xC3\xA4", ".service",
		".socket", ".mount",   ".device",
		".target", ".slice",   ".servic",
		"%",       "\x01",	   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	};
	static int (*unit_name_mangle_with_suffix)(const char *, const char *, int, const char *,
						   char **);
	static bool (*unit_name_is_valid)(const char *, int);
	unsigned flags = differ_random(2) ? NAME_MANGLE_GLOB : 0;
	const char *suffix = differ_random(3) ? ".service" : ".target";
	char *name = NULL;
	int r;

	if (!unit_name_mangle_with_suffix) {
		unit_name_mangle_with_suffix = differ_symbol("unit_name_mangle_with_suffix");
		unit_name_is_valid = differ_symbol("unit_name_is_valid");
	}
	differ_compose(&input, pieces, ARRAY_SIZE(pieces), 8);
	for (int mask = 1; mask < 8; mask++) {
		note_number(&theirs, 0, unit_name_is_valid(strbuf_text(&input), mask));
		note_number(&ours, 0, name_is_valid(strbuf_text(&input), (unsigned)mask));
	}
	compare("name");
	r = unit_name_mangle_with_suffix(strbuf_text(&input), NULL, flags ? 1 : 0, suffix, &name);
	strbuf_add(&theirs, r < 0 ? "refused" : name);
	free(r < 0 ? NULL : name);
	name = NULL;
	r = name_mangle(&arena, strbuf_text(&input), flags, suffix, &name, NULL);
	strbuf_add(&ours, r < 0 ? "refused" : name);
	compare(flags ? "mangled name or pattern" : "mangled name");
}

int main(int argc, char **argv)
{
	static void (*const comparisons[])(void) = {
		compare_span,      compare_size,  compare_number,		compare_status,
		compare_limit,     compare_words, compare_environment_file, compare_assignment,
		compare_expansion, compare_name,
	};
	unsigned long count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;

	if (count == 0) {
		fprintf(stderr, "usage: %s SEED COUNT\n", argv[0]);
		return 2;
	}
	differ_symbol("parse_time");
	differ_capture_log();
	differ_seed(strtoul(argv[1], NULL, 10));
	for (unsigned long i = 0; i < count; i++) {
		for (size_t j = 0; j < ARRAY_SIZE(comparisons); j++) {
			comparisons[j]();
		}
	}
	printf("%lu values of each kind: equal\n", count);
	return 0;
}
