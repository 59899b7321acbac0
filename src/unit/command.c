/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>

#include "unit/command.h"
#include "unit/environment.h"
#include "unit/value.h"

#define BLANKS " \t\n\r"
#define WORD_FLAGS (VALUE_WORD_UNQUOTE | VALUE_WORD_CUNESCAPE)

/* What the steps of parsing one value share. */
struct command_parser {
	const char *value;
	const struct specifier_scope *scope;
	struct arena *arena;
	struct diag_list *diags;
	const char *file;
	unsigned line;
	struct command command;
	bool own_argv0; /* @ */
};

static bool ignores_failure(const struct command_parser *p)
{
	return p->command.flags & COMMAND_IGNORE_FAILURE;
}

/* Says why a command cannot be used. A "-" prefix makes it a warning and the line ignored. */
static int command_refuse(const struct command_parser *p, const char *what, const char *subject)
{
	bool ignored = ignores_failure(p);

	return diag_add(p->diags, ignored ? DIAG_WARNING : DIAG_ERROR, ignored ? -EINVAL : -ENOEXEC,
			p->file, p->line, NULL, "%s%s: %s", what, ignored ? ", ignoring" : "",
			subject);
}

/* 1 a word, 0 the end, -EINVAL with a diagnostic. Unknown escapes are kept and warned about. */
static int next_word(const struct command_parser *p, const char **s, char **ret)
{
	int r = value_next_word(s, NULL, WORD_FLAGS, p->arena, ret);

	if (r >= 0) {
		return r;
	}
	r = value_next_word(s, NULL, WORD_FLAGS | VALUE_WORD_UNESCAPE_RELAX, p->arena, ret);
	if (r < 0) {
		return diag_add(p->diags, DIAG_WARNING, -EINVAL, p->file, p->line, NULL,
				"Unbalanced quoting, ignoring: \"%s\"", p->value);
	}
	diag_add(p->diags, DIAG_WARNING, 0, p->file, p->line, NULL,
		 "Ignoring unknown escape sequences: \"%s\"", *ret);
	return r;
}

/*
 * The prefixes of the first word, each at most once, "+", "!" and "!!" excluding one another. The
 * word behind them.
 */
static const char *take_prefixes(struct command_parser *p, const char *word)
{
	const unsigned privileges =
		COMMAND_FULLY_PRIVILEGED | COMMAND_NO_SETUID | COMMAND_AMBIENT_MAGIC;
	unsigned *flags = &p->command.flags;

	for (;; word++) {
		if (*word == '-' && !(*flags & COMMAND_IGNORE_FAILURE)) {
			*flags |= COMMAND_IGNORE_FAILURE;
		} else if (*word == '@' && !p->own_argv0) {
			p->own_argv0 = true;
		} else if (*word == ':' && !(*flags & COMMAND_NO_ENV_EXPAND)) {
			*flags |= COMMAND_NO_ENV_EXPAND;
		} else if (*word == '+' && !(*flags & privileges)) {
			*flags |= COMMAND_FULLY_PRIVILEGED;
		} else if (*word == '!' && !(*flags & privileges)) {
			*flags |= COMMAND_NO_SETUID;
		} else if (*word == '!' && (*flags & privileges) == COMMAND_NO_SETUID) {
			*flags = (*flags & ~COMMAND_NO_SETUID) | COMMAND_AMBIENT_MAGIC;
		} else {
			return word;
		}
	}
}

static int refuse_specifier(const struct command_parser *p, const char *word, int error)
{
	bool ignored = ignores_failure(p);

	return diag_add(p->diags, ignored ? DIAG_WARNING : DIAG_ERROR, ignored ? -EINVAL : -ENOEXEC,
			p->file, p->line, NULL, "Failed to resolve unit specifiers in '%s'%s: %s",
			word, ignored ? ", ignoring" : "", strerror(-error));
}

static bool has_special_characters(const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < ' ' || *s == 0x7F || strchr("\"'\\", *s)) {
			return true;
		}
	}
	return false;
}

static bool names_directory(const char *path)
{
	size_t n = strlen(path);

	return streq(path, ".") || streq(path, "..") || path[n - 1] == '/' ||
	       str_has_suffix(path, "/.") || str_has_suffix(path, "/..");
}

/* A plain file name, or an absolute path (".." may be in it), within the kernel's lengths. */
static bool is_executable_name(const char *path)
{
	if (!path_is_absolute(path)) {
		return !strchr(path, '/') && strlen(path) <= NAME_MAX;
	}
	for (const char *s = path; *s; s += strspn(s, "/")) {
		size_t n = strcspn(s, "/");

		if (n > NAME_MAX) {
			return false;
		}
		s += n;
	}
	return strlen(path) < PATH_MAX;
}

static int take_path(struct command_parser *p, const char *word)
{
	char *path;
	int r = specifier_expand(p->scope, SPECIFIER_ALL, word, p->arena, &path);

	if (r < 0) {
		return refuse_specifier(p, word, r);
	}
	if (*path == '\0') {
		return command_refuse(p, "Empty path in command line", p->value);
	}
	if (has_special_characters(path)) {
		return command_refuse(p, "Executable path contains special characters", path);
	}
	if (names_directory(path)) {
		return command_refuse(p, "Executable path specifies a directory", path);
	}
	if (!is_executable_name(path)) {
		return command_refuse(p, "Neither a valid executable name nor an absolute path",
				      path);
	}
	if (!p->own_argv0) {
		strv_add(&p->command.argv, p->arena, path);
	}
	p->command.path = path_simplify(p->arena, path);
	return 0;
}

/* Is there a word that consists of just this text, unquoted, at s? */
static bool is_lone(const char *s, const char *text)
{
	const char *rest = str_after_prefix(s, text);

	return rest && (*rest == '\0' || strchr(BLANKS, *rest));
}

static const char *skip_lone(const char *s, const char *text)
{
	s += strlen(text);
	return s + strspn(s, BLANKS);
}

/*
 * The arguments up to the end or a lone ";", which is consumed. 1 if another command follows, 0, or
 * an error.
 */
static int take_arguments(struct command_parser *p, const char **s)
{
	char *resolved;
	char *word;
	int r;

	while (**s != '\0') {
		if (is_lone(*s, ";")) {
			*s = skip_lone(*s, ";");
			return 1;
		}
		if (is_lone(*s, "\\;")) {
			*s = skip_lone(*s, "\\;");
			strv_add(&p->command.argv, p->arena, ";");
			continue;
		}
		r = next_word(p, s, &word);
		if (r <= 0) {
			return r < 0 && !ignores_failure(p) ? -ENOEXEC : r;
		}
		r = specifier_expand(p->scope, SPECIFIER_ALL, word, p->arena, &resolved);
		if (r < 0) {
			return refuse_specifier(p, word, r);
		}
		strv_add(&p->command.argv, p->arena, resolved);
	}
	return 0;
}

/* One command at *s. 1 if another follows, 0, or an error. */
static int take_command(struct command_parser *p, const char **s, struct command_list *list)
{
	char *first;
	int more;
	int r;

	p->command = (struct command){0};
	p->own_argv0 = false;
	r = next_word(p, s, &first);
	if (r <= 0) {
		return r;
	}
	if (streq(first, ";")) {
		return 1;
	}
	r = take_path(p, take_prefixes(p, first));
	if (r < 0) {
		return r;
	}
	more = take_arguments(p, s);
	if (more < 0) {
		return more;
	}
	if (p->command.argv.n == 0) {
		return command_refuse(p, "Empty executable name or zeroeth argument", p->value);
	}
	*ARENA_PUSH(p->arena, list->v, list->n, list->cap) = p->command;
	return more;
}

int command_parse(const char *value, const struct specifier_scope *scope, struct arena *a,
		  struct command_list *list, struct diag_list *diags, const char *file,
		  unsigned line)
{
	struct command_parser p = {
		.value = value,
		.scope = scope,
		.arena = a,
		.diags = diags,
		.file = file,
		.line = line,
	};
	const char *s = value + strspn(value, BLANKS);
	int r;

	if (*s == '\0') {
		*list = (struct command_list){0};
		return 0;
	}
	p.value = s;
	while ((r = take_command(&p, &s, list)) > 0) {
		/* messages quote the rest of the line from its last command on; a lone ";" is none
		 */
		p.value = p.command.path ? s : p.value;
	}
	return r;
}

/* ${NAME} -> its value, "$$" -> "$", anything else as it is. */
static char *expand_in_word(const char *word, const struct strv *environment, struct arena *a)
{
	CLEANUP_STRBUF struct strbuf out = {0};
	const char *s = word;

	while (*s != '\0') {
		const char *end;

		if (s[0] == '$' && s[1] == '$') {
			strbuf_add_char(&out, '$');
			s += 2;
			continue;
		}
		if (s[0] != '$' || s[1] != '{') {
			strbuf_add_char(&out, *s++);
			continue;
		}
		end = s + strcspn(s, "}:");
		if (*end != '}') {
			/* not a variable, and nothing in it is one */
			strbuf_add_n(&out, s, (size_t)(end - s));
			s = end;
			continue;
		}
		strbuf_add(&out, str_or_empty(environment_get(
				     environment, arena_strndup(a, s + 2, (size_t)(end - s) - 2))));
		s = end + 1;
	}
	return arena_strdup(a, strbuf_text(&out));
}

void command_expand(const struct command *c, const struct strv *environment, struct arena *a,
			struct strv *ret_argv)
{
	struct strv argv = {0};

	for (size_t i = 0; i < c->argv.n; i++) {
		const char *word = c->argv.v[i];
		const char *value;

		if (c->flags & COMMAND_NO_ENV_EXPAND) {
			strv_add(&argv, a, word);
		} else if (word[0] == '$' && word[1] != '{' && word[1] != '$') {
			value = environment_get(environment, word + 1);
			value_split_words(str_or_empty(value),
					  VALUE_WORD_UNQUOTE | VALUE_WORD_RELAX, a, &argv);
		} else {
			strv_add(&argv, a, expand_in_word(word, environment, a));
		}
	}
	*ret_argv = argv;
}
