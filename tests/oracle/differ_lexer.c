/* SPDX-License-Identifier: MIT */

/*
 * differ_lexer FILE…: each file through systemd's config_parse() and through lex_text().
 * differ_lexer --random SEED COUNT: generated texts.
 */

#include <errno.h>
#include <fcntl.h>

#include "base/io.h"
#include "differ.h"
#include "unit/lex.h"

static const char known_sections[] = "Unit\0Service\0Install\0A\0T\0a ;b\0a]b\0";
static const char filename[] = "f";

#define CONFIG_PARSE_WARN (1 << 1)
#define MESSAGE_COMPARED ((size_t)2000)

struct stat;
typedef int config_callback(const char *unit, const char *file, unsigned line, const char *section,
				unsigned section_line, const char *key, int type, const char *value,
				void *data, void *userdata);
typedef int config_lookup(const void *table, const char *section, const char *key,
			  config_callback **ret, int *ret_type, void **ret_data, void *userdata);
static int (*config_parse)(const char *unit, const char *file, FILE *f, const char *sections,
			   config_lookup *lookup, const void *table, int flags, void *userdata,
			   struct stat *ret);

static struct strbuf theirs;
static struct strbuf ours;

/* systemd cuts what it logs at about 2 KiB; so only the beginning of a message is compared. */
static void add_cut(struct strbuf *out, const char *text, size_t n)
{
	while (n > 0) {
		const char *newline = memchr(text, '\n', n);
		size_t line = newline ? (size_t)(newline - text) + 1 : n;

		strbuf_add_n(out, text, line < MESSAGE_COMPARED ? line : MESSAGE_COMPARED);
		text += line;
		n -= line;
	}
}

/* The log without the summary that follows a refusal. */
static void note_log(struct strbuf *out, const char *log)
{
	const char *summary = strstr(log, "Failed to parse file");

	while (summary && summary > log && summary[-1] != '\n') {
		summary--;
	}
	add_cut(out, log, summary ? (size_t)(summary - log) : strlen(log));
}

static void note_assignment(struct strbuf *out, unsigned line, const char *section, const char *key,
				const char *value)
{
	strbuf_addf(out, "%u [%s] <%s>=<", line, section, key);
	strbuf_add(out, value);
	strbuf_add(out, ">\n");
}

static int on_assignment(const char *unit, const char *file, unsigned line, const char *section,
			 unsigned section_line, const char *key, int type, const char *value,
			 void *data, void *userdata)
{
	note_log(&theirs, differ_take_log());
	note_assignment(&theirs, line, section, key, value);
	return 0;
}

static int find_any(const void *table, const char *section, const char *key, config_callback **ret,
			int *ret_type, void **ret_data, void *userdata)
{
	*ret = on_assignment;
	*ret_type = 0;
	*ret_data = NULL;
	return 1;
}

static void run_theirs(const char *text, size_t n)
{
	FILE *f = n > 0 ? fmemopen((void *)text, n, "r") : fopen("/dev/null", "r");
	int r = config_parse(NULL, filename, f, known_sections, find_any, NULL, CONFIG_PARSE_WARN,
			     NULL, NULL);

	fclose(f);
	note_log(&theirs, differ_take_log());
	strbuf_addf(&theirs, "= %d\n", r < 0 ? r : 0);
}

/* What config_parse() does with the lines, done with our events. */
struct reader {
	bool known;
	bool ignored;
};

static bool section_is_known(const char *name)
{
	for (const char *s = known_sections; *s; s += strlen(s) + 1) {
		if (streq(s, name)) {
			return true;
		}
	}
	return false;
}

static void warn(unsigned line, const char *text)
{
	strbuf_addf(&ours, "%s:%u: %s\n", filename, line, text);
}

static int on_event(void *context, const struct lex_event *e)
{
	struct reader *r = context;

	if (e->kind == LEX_SECTION) {
		r->known = section_is_known(e->section);
		r->ignored = !r->known;
		if (!r->known && !str_has_prefix(e->section, "X-")) {
			strbuf_addf(&ours, "%s:%u: Unknown section '%s'. Ignoring.\n", filename,
					e->line, e->section);
		}
	} else if (e->kind == LEX_OUTSIDE) {
		warn(e->line, "Assignment outside of section. Ignoring.");
	} else if (!r->known) {
		return 0;
	} else if (e->kind == LEX_NO_EQUALS) {
		warn(e->line, "Missing '=', ignoring line.");
	} else if (e->kind == LEX_EMPTY_KEY) {
		warn(e->line, "Missing key name before '=', ignoring line.");
	} else {
		note_assignment(&ours, e->line, e->section, e->key, e->value);
	}
	return 0;
}

static void run_ours(const char *text, size_t n)
{
	CLEANUP_ARENA struct arena a = {0};
	struct diag_list diags = {.arena = &a};
	struct reader reader = {0};
	char *copy = malloc(n + 1);
	int r;

	if (n > 0) {
		memcpy(copy, text, n);
	}
	copy[n] = '\0';
	r = lex_text(copy, n, filename, on_event, &reader, &diags);
	free(copy);
	for (size_t i = 0; i < diags.n; i++) {
		const char *message = arena_printf(&a, "%s:%u: %s\n", filename, diags.v[i].line,
						   diags.v[i].text);

		add_cut(&ours, message, strlen(message));
	}
	strbuf_addf(&ours, "= %d\n", r);
}

static void compare(const char *what, const char *text, size_t n)
{
	strbuf_reset(&theirs);
	strbuf_reset(&ours);
	run_theirs(text, n);
	run_ours(text, n);
	differ_expect(what, text, n, strbuf_text(&theirs), strbuf_text(&ours));
}

static const char *const pieces[] = {
	"[Unit]",
	"[Service]\n",
	"[T]\n",
	"[",
	"]",
	"[a ;b]\n",
	"[a]b]\n",
	"[X-y]\n",
	"[]",
	"\n",
	"\n",
	"\n",
	"\r",
	"\r\n",
	"\v",
	"\f",
	" ",
	" ",
	"\t",
	"\\",
	"\\\n",
	"\\\\\n",
	"\\\r\n",
	" \\\n",
	"#",
	";",
	"# c \\\n",
	";c\n",
	"=",
	"=",
	"=",
	"Key=",
	"Key = value\n",
	"A:B=c",
	":",
	"\"",
	"'",
	"%n",
	"x",
	"y",
	"value ",
	"a b ; c",
	"\xEF\xBB\xBF",
	"\xC3\xA4",
	"\xFF",
	"\xC3",
	"\xED\xA0\x80",
	"\xF0\x9F\x98\x80",
	"\xEF\xBF\xBE",
	"\x01",
	"\x7f",
	"0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123"
	"456789",
	"          ",
	"Environment=\"A=b\" ",
};

static void compose(struct strbuf *text)
{
	unsigned style = differ_random(4);

	if (style < 2) {
		differ_compose(text, pieces, ARRAY_SIZE(pieces), 12);
	} else {
		differ_compose(text, pieces, ARRAY_SIZE(pieces), 60);
	}
	if (style % 2) {
		struct strbuf head = {0};

		strbuf_add(&head, "[Unit]\n");
		strbuf_add(&head, strbuf_text(text));
		strbuf_free(text);
		*text = head;
	}
	for (size_t i = differ_random(6); i < text->n; i += 1 + differ_random(400)) {
		if (differ_random(30) == 0) {
			text->s[i] = (char)differ_random(4); /* NUL among them */
		}
	}
	if (differ_random(300) == 0) {
		size_t n = 1048570 + differ_random(12);

		strbuf_add(text, "\nK=");
		for (size_t i = 0; i < n; i++) {
			strbuf_add_char(text, "xxxxx \\y"[differ_random(8)]);
		}
	}
}

static void run_random(unsigned long seed, unsigned long count)
{
	struct strbuf text = {0};

	differ_seed(seed);
	for (unsigned long i = 0; i < count; i++) {
		compose(&text);
		compare("generated text", strbuf_text(&text), text.n);
	}
	strbuf_free(&text);
	printf("%lu generated texts: equal\n", count);
}

int main(int argc, char **argv)
{
	config_parse = differ_symbol("config_parse");
	differ_capture_log();
	if (argc == 4 && streq(argv[1], "--random")) {
		run_random(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10));
		return 0;
	}
	for (int i = 1; i < argc; i++) {
		CLEANUP_ARENA struct arena a = {0};
		char *text;
		size_t n;

		if (io_read_file(AT_FDCWD, argv[i], (size_t)16 << 20, &a, &text, &n) < 0) {
			continue;
		}
		compare(argv[i], text, n);
	}
	printf("%d files: equal\n", argc - 1);
	return 0;
}
