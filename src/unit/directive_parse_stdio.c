/* SPDX-License-Identifier: MIT */

/* Streams, directories, descriptors and credentials: systemd.exec(5). */

#include <errno.h>
#include <regex.h>

#include "base/names.h"
#include "base/root.h"
#include "directive_internal.h"

/* ---- streams ---- */

static const struct {
	const char *word;
	enum exec_stdio kind;
	bool input, output;
} stdio_words[] = {
	{ "inherit", STDIO_INHERIT, false, true },
	{ "null", STDIO_NULL, true, true },
	{ "tty", STDIO_TTY, true, true },
	{ "tty-force", STDIO_TTY_FORCE, true, false },
	{ "tty-fail", STDIO_TTY_FAIL, true, false },
	{ "journal", STDIO_JOURNAL, false, true },
	{ "journal+console", STDIO_JOURNAL_CONSOLE, false, true },
	{ "syslog", STDIO_JOURNAL, false, true },
	{ "syslog+console", STDIO_JOURNAL_CONSOLE, false, true },
	{ "kmsg", STDIO_KMSG, false, true },
	{ "kmsg+console", STDIO_KMSG_CONSOLE, false, true },
	{ "socket", STDIO_SOCKET, true, true },
	{ "data", STDIO_DATA, true, false },
	{ "fd", STDIO_FD, true, true },
};

static const struct {
	const char *prefix;
	enum exec_stdio kind;
	bool input;
} stdio_files[] = {
	{ "file:", STDIO_FILE, true },
	{ "append:", STDIO_APPEND, false },
	{ "truncate:", STDIO_TRUNCATE, false },
};

static int stdio_parse_fd(const struct directive_context *c, const char *name,
			  struct exec_stream *s)
{
	char *full;
	if (directive_expand(c, name, &full) < 0) {
		return -ENOEXEC;
	}
	if (!directive_fd_name_is_valid(full) && *full) {
		return directive_warn(c, "Invalid file descriptor name, ignoring: %s", full);
	}
	*s = (struct exec_stream){ .kind = STDIO_FD, .argument = *full ? full : NULL };
	return 0;
}

int directive_parse_stdio(const struct directive_context *c, const char *value, void *place)
{
	struct exec_stream *s = place;
	bool output = c->directive->argument;
	const char *name = str_after_prefix(value, "fd:");
	if (name) {
		return stdio_parse_fd(c, name, s);
	}
	for (size_t i = 0; i < ARRAY_SIZE(stdio_files); i++) {
		const char *rest = str_after_prefix(value, stdio_files[i].prefix);
		if (rest && (output || stdio_files[i].input)) {
			char *path;
			/* An error, says systemd, and ignores the line all the same. */
			if (directive_expand_path(c, rest, true, &path) < 0) {
				return -EINVAL;
			}
			*s = (struct exec_stream){ .kind = stdio_files[i].kind, .argument = path };
			return 0;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(stdio_words); i++) {
		if (streq(value, stdio_words[i].word) &&
		    (output ? stdio_words[i].output : stdio_words[i].input)) {
			if (str_has_prefix(value, "syslog")) {
				diag_add(c->diags, DIAG_NOTICE, 0, c->file, c->line, c->unit->id,
					 "Standard output type %s is obsolete, automatically "
					 "updating to %s. "
					 "Please update your unit file, and consider removing the "
					 "setting "
					 "altogether.",
					 value,
					 stdio_words[i].kind == STDIO_JOURNAL ? "journal"
									      : "journal+console");
			}
			*s = (struct exec_stream){ .kind = stdio_words[i].kind };
			return 0;
		}
	}
	return directive_warn(c, "Failed to parse %s specifier, ignoring: %s",
			      output ? "output" : "input", value);
}

static void stdio_append_input(const struct directive_context *c, const char *bytes, size_t n)
{
	struct exec_settings *x = &c->unit->exec;
	char *all = arena_alloc(c->arena, x->std_input_data_n + n + 1);
	if (x->std_input_data_n) {
		memcpy(all, x->std_input_data, x->std_input_data_n);
	}
	memcpy(all + x->std_input_data_n, bytes, n);
	x->std_input_data = all;
	x->std_input_data_n += n;
}

int directive_parse_input_text(const struct directive_context *c, const char *value, void *place)
{
	if (!*value) {
		c->unit->exec.std_input_data_n = 0;
		return 0;
	}
	/* C escapes count, quotes are text: the whole value is one word. */
	char *text;
	const char *p = value;
	int r = value_next_word(&p, "\n", VALUE_WORD_CUNESCAPE, c->arena, &text);
	if (r <= 0 || directive_expand(c, text, &text) < 0) {
		return directive_warn(c, "Failed to decode C escaped text: %s", value);
	}
	stdio_append_input(c, text, strlen(text));
	stdio_append_input(c, "\n", 1);
	return 0;
}

static int base64_digit(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c ? strchr(digits, c) : NULL;
	return p ? (int)(p - digits) : -1;
}

/* Blanks may stand anywhere; the last group must be filled up with "=". */
static bool base64_decode(const char *s, struct strbuf *out)
{
	unsigned bits = 0, n_digits = 0, n_padding = 0;
	for (; *s; s++) {
		int d = base64_digit(*s);
		if (*s == ' ' || *s == '\t') {
			continue;
		}
		if (*s == '=') {
			n_padding++;
			continue;
		}
		if (d < 0 || n_padding > 0) {
			return false;
		}
		bits = bits << 6 | (unsigned)d;
		n_digits++;
		if (n_digits % 4 != 1) {
			strbuf_add_char(out, (char)(bits >> (6 - 2 * ((n_digits - 1) % 4))));
		}
	}
	return n_digits % 4 != 1 && n_padding == (4 - n_digits % 4) % 4;
}

int directive_parse_input_data(const struct directive_context *c, const char *value, void *place)
{
	if (!*value) {
		c->unit->exec.std_input_data_n = 0;
		return 0;
	}
	CLEANUP_STRBUF struct strbuf out = { 0 };
	if (!base64_decode(value, &out)) {
		return directive_warn(c, "Failed to decode base64 data, ignoring: %s", value);
	}
	stdio_append_input(c, strbuf_text(&out), out.n);
	return 0;
}

/* ---- directories ---- */

/* "NAME[:LINK[:FLAGS]]" in parts, then their C escapes are resolved; "" where there is none. */
static int directories_split(const struct directive_context *c, const char *tuple, char *ret[static 3])
{
	const char *rest = tuple;
	for (size_t i = 0; i < 3; i++) {
		size_t n = strcspn(rest, ":");
		const char *p = arena_strndup(c->arena, rest, n);
		rest += n + (rest[n] == ':');
		ret[i] = "";
		if (value_next_word(&p, "", VALUE_WORD_CUNESCAPE, c->arena, &ret[i]) < 0) {
			return directive_warn(c, "Invalid argument in %s, ignoring: %s",
					      c->directive->name, tuple);
		}
	}
	return 0;
}

static int directories_expand(const struct directive_context *c, const char *word, char **ret)
{
	char *path;
	if (directive_expand(c, word, &path) < 0) {
		return -EINVAL;
	}
	if (!*path) {
		return directive_warn(c, "%s= path has invalid length (0 bytes), ignoring.",
				      c->directive->name);
	}
	if (path_is_absolute(path)) {
		return directive_warn(c, "%s= path is absolute, ignoring: %s", c->directive->name,
				      path);
	}
	path = path_simplify(c->arena, path);
	if (!path_is_normalized(path) || streq(path, ".")) {
		return directive_warn(c, "%s= path is not normalized, ignoring: %s",
				      c->directive->name, path);
	}
	*ret = path;
	return 0;
}

/* The directory once without a link, and once for each of its links: "a a:x" is "a:x". */
static void directories_add(const struct directive_context *c, const char *path, const char *link,
			    struct strv *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const char *rest = str_after_prefix(l->v[i], path);
		if (!rest || (*rest && *rest != ':')) {
			continue;
		}
		if (!*link) {
			return;
		}
		if (!*rest) {
			l->v[i] = arena_printf(c->arena, "%s:%s", path, link);
			return;
		}
	}
	strv_add_unique(l, c->arena, *link ? arena_printf(c->arena, "%s:%s", path, link) : path);
}

static int directories_take(const struct directive_context *c, const char *tuple, struct strv *l)
{
	char *parts[3], *path, *link = "";
	if (directories_split(c, tuple, parts) < 0 || directories_expand(c, parts[0], &path) < 0) {
		return -EINVAL;
	}
	if (streq(path, "private") || str_has_prefix(path, "private/")) {
		return directive_warn(c, "%s= path can't be 'private', ignoring assignment: %s",
				      c->directive->name, tuple);
	}
	if (*parts[1] && streq(c->directive->name, "ConfigurationDirectory")) {
		return directive_warn(
			c, "Additional parameter is not supported for %s, ignoring: %s",
			c->directive->name, tuple);
	}
	if (*parts[1] && directories_expand(c, parts[1], &link) < 0) {
		return -EINVAL;
	}
	if (*parts[2] && !streq(parts[2], "ro")) {
		return directive_warn(c, "Invalid flags for %s=, ignoring: %s", c->directive->name,
				      parts[2]);
	}
	directories_add(c, path, link, l);
	return 0;
}

int directive_parse_directories(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	for (const char *p = value;;) {
		char *tuple;
		int r = value_next_word(&p, NULL, VALUE_WORD_UNQUOTE | VALUE_WORD_RETAIN_ESCAPE,
					c->arena, &tuple);
		if (r <= 0) {
			return r < 0 ? directive_warn(c, "Invalid syntax, ignoring: %s", value) : 0;
		}
		directories_take(c, tuple, l);
	}
}

/* ---- descriptors ---- */

/* At most one says how the file is opened. */
static bool open_file_options_are_valid(struct arena *a, const char *options)
{
	static const char *const ways[] = { "read-only", "append", "truncate" };
	struct strv words = { 0 };
	size_t n_ways = 0;
	strv_split(&words, a, options, ",");
	STRV_FOREACH(word, &words)
	{
		if (NAMES_FIND(ways, word) >= 0) {
			n_ways++;
		} else if (!streq(word, "graceful")) {
			return false;
		}
	}
	return n_ways <= 1;
}

/* "PATH[:NAME[:OPTIONS]]", without specifiers; a NAME that is left out is the file's. */
int directive_parse_open_file(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	size_t n = strcspn(value, ":");
	const char *path = arena_strndup(c->arena, value, n);
	const char *name = value + n + (value[n] == ':');
	size_t n_name = strcspn(name, ":");
	const char *options = name + n_name + (name[n_name] == ':');
	const char *shown = n_name ? arena_strndup(c->arena, name, n_name) : path_basename(path);
	if (!path_is_absolute(path) || !directive_fd_name_is_valid(shown) ||
	    !open_file_options_are_valid(c->arena, options)) {
		return directive_warn(c, "Failed to parse OpenFile= setting, ignoring: %s", value);
	}
	n = strlen(value);
	while (value[n - 1] == ':') {
		n--;
	}
	strv_add(l, c->arena, arena_strndup(c->arena, value, n));
	return 0;
}

/* ---- credentials ---- */

/* A file name and a descriptor's name at once; a "*" may end that of a pattern. */
static bool credential_name_is_valid(const char *name, bool is_glob)
{
	const char *star = strpbrk(name, "*?[");
	if (star && is_glob && (star[0] != '*' || star[1])) {
		return false;
	}
	return directive_fd_name_is_valid(name) && !strchr(name, '/') && !streq(name, ".") &&
	       !streq(name, "..");
}

/* The last line about a credential counts. */
static void credential_replace(const struct directive_context *c, struct strv *l, const char *id,
			       const char *text)
{
	for (size_t i = 0; i < l->n; i++) {
		const char *rest = str_after_prefix(l->v[i], id);
		if (rest && (!*rest || *rest == ':')) {
			l->v[i] = text;
			return;
		}
	}
	strv_add(l, c->arena, text);
}

int directive_parse_credential(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	int kind = c->directive->argument;
	char *text;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	if (directive_expand(c, value, &text) < 0) {
		return -EINVAL;
	}
	size_t n = strcspn(text, ":");
	if (kind == DIRECTIVE_CREDENTIAL_SET && (!text[n] || !text[n + 1])) {
		return directive_warn(c, "Invalid syntax, ignoring: %s", value);
	}
	const char *id = arena_strndup(c->arena, text, n);
	if (!credential_name_is_valid(id, kind == DIRECTIVE_CREDENTIAL_IMPORT)) {
		return directive_warn(c, "Credential name%s \"%s\" not valid, ignoring.",
				      kind == DIRECTIVE_CREDENTIAL_IMPORT ? " or glob" : "", id);
	}
	if (kind == DIRECTIVE_CREDENTIAL_IMPORT) {
		strv_add_unique(l, c->arena, text);
	} else {
		credential_replace(c, l, id, text);
	}
	return 0;
}

int directive_parse_log_patterns(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	const char *pattern = value + (*value == '~');
	regex_t regex;

	if (!*value) {
		l->n = 0;
		return 0;
	}
	if (!*pattern || regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
		return directive_warn(c, "Failed to compile pattern, ignoring: %s", value);
	}
	regfree(&regex);
	strv_add_unique(l, c->arena, arena_strdup(c->arena, value));
	return 0;
}
