/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "fuzz.h"
#include "unit/command.h"

/* Specifiers find nothing to read: no run depends on the host's files. */
static const struct root nowhere = {.fd = -1, .path = "/nowhere"};
static const struct specifier_scope scope = {.root = &nowhere, .id = "foo@bar.service"};

/* A word in double quotes so that it is read as it stands: every odd byte as an octal escape, "%"
 * doubled. */
static void quote_word(struct strbuf *out, const char *word)
{
	strbuf_add(out, " \"");
	for (; *word; word++) {
		if (*word == '%') {
			strbuf_add(out, "%%");
		} else if (*word == '"' || *word == '\\' || *word == '\'' ||
			   (unsigned char)*word < ' ') {
			strbuf_addf(out, "\\%03o", (unsigned char)*word);
		} else {
			strbuf_add_char(out, *word);
		}
	}
	strbuf_add_char(out, '"');
}

static void quote_command(struct strbuf *out, const struct command *c)
{
	strbuf_add(out, c->flags & COMMAND_IGNORE_FAILURE ? "\"-" : "\"");
	strbuf_add(out, c->flags & COMMAND_NO_ENV_EXPAND ? ":" : "");
	strbuf_add(out, c->flags & COMMAND_FULLY_PRIVILEGED ? "+" : "");
	strbuf_add(out, c->flags & COMMAND_NO_SETUID ? "!" : "");
	strbuf_add(out, c->flags & COMMAND_AMBIENT_MAGIC ? "!!" : "");
	strbuf_add_char(out, '@');
	for (const char *s = c->path; *s; s++) {
		strbuf_add(out, *s == '%' ? "%%" : (const char[]){*s, '\0'});
	}
	strbuf_add_char(out, '"');
	for (size_t i = 0; i < c->argv.n; i++) {
		quote_word(out, c->argv.v[i]);
	}
}

static void check_same(const struct command *x, const struct command *y)
{
	FUZZ_CHECK(x->flags == y->flags);
	FUZZ_CHECK(streq(x->path, y->path));
	FUZZ_CHECK(x->argv.n == y->argv.n);
	for (size_t i = 0; i < x->argv.n; i++) {
		FUZZ_CHECK(streq(x->argv.v[i], y->argv.v[i]));
	}
}

/* A prefix that could go on in the path ("@" behind "@") makes the quoted form another command. */
static bool path_begins_plainly(const struct command *c)
{
	return !strchr("-@:+!", c->path[0]);
}

static void check_command(const struct command *c, struct arena *a)
{
	static const char *const entries[] = {"A=one", "B=two words", "C="};
	const struct strv env = {.v = (const char **)entries, .n = ARRAY_SIZE(entries)};
	CLEANUP_STRBUF struct strbuf quoted = {0};
	struct command_list again = {0};
	struct strv argv;

	FUZZ_CHECK(c->argv.n > 0);
	FUZZ_CHECK(c->path[0] == '/' || (c->path[0] != '\0' && !strchr(c->path, '/')));
	if (path_begins_plainly(c)) {
		quote_command(&quoted, c);
		FUZZ_CHECK(command_parse(strbuf_text(&quoted), &scope, a, &again, NULL, NULL, 0) ==
			   0);
		FUZZ_CHECK(again.n == 1);
		check_same(c, &again.v[0]);
	}
	command_expand(c, &env, a, &argv);
	for (size_t i = 0; i < argv.n; i++) {
		FUZZ_CHECK(argv.v[i] != NULL);
	}
	FUZZ_CHECK(!(c->flags & COMMAND_NO_ENV_EXPAND) || argv.n == c->argv.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_ARENA struct arena a = {0};
	struct diag_list diags = {.arena = &a};
	struct command_list list = {0};
	char *value = arena_strndup(&a, (const char *)data, size);
	int r;

	r = command_parse(value, &scope, &a, &list, &diags, "fuzz", 1);
	FUZZ_CHECK(r == 0 || r == -ENOEXEC || r == -EINVAL);
	FUZZ_CHECK(r == 0 || diags.n > 0);
	for (size_t i = 0; i < list.n; i++) {
		check_command(&list.v[i], &a);
	}
	return 0;
}
