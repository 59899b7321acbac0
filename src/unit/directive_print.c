/* SPDX-License-Identifier: MIT */

/* Values as systemctl(1) `show` prints them: plain ones and those of [Unit]. */

#include "base/clock.h"
#include "base/signals.h"
#include "directive_internal.h"

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7F;
}

/* A control character as in C. */
static void add_control(struct strbuf *out, char c)
{
	static const char letters[] = "abtnvfr";
	if (c >= '\a' && c <= '\r') {
		strbuf_addf(out, "\\%c", letters[c - '\a']);
	} else {
		strbuf_addf(out, "\\%03o", (unsigned char)c);
	}
}

static void print_quoted(struct strbuf *out, const char *word)
{
	bool plain = *word && !strpbrk(word, "\"\\`$*?['()<>|&;! ");
	for (const char *p = word; plain && *p; p++) {
		plain = !is_control(*p);
	}
	if (plain) {
		strbuf_add(out, word);
		return;
	}
	strbuf_add_char(out, '"');
	for (const char *p = word; *p; p++) {
		if (is_control(*p)) {
			add_control(out, *p);
			continue;
		}
		if (strchr("\"\\`$", *p)) {
			strbuf_add_char(out, '\\');
		}
		strbuf_add_char(out, *p);
	}
	strbuf_add_char(out, '"');
}

void directive_quote_list(const struct strv *l, struct strbuf *out)
{
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0) {
			strbuf_add_char(out, ' ');
		}
		print_quoted(out, l->v[i]);
	}
}

/* ---- plain values ---- */

void directive_print_bool(const struct unit *u, const struct directive *d, const void *place,
			  struct strbuf *out)
{
	strbuf_add(out, *(const bool *)place ? "yes" : "no");
}

void directive_print_tristate(const struct unit *u, const struct directive *d, const void *place,
			      struct strbuf *out)
{
	strbuf_add(out, *(const int *)place > 0 ? "yes" : "no");
}

void directive_print_int(const struct unit *u, const struct directive *d, const void *place,
			 struct strbuf *out)
{
	strbuf_addf(out, "%d", *(const int *)place);
}

void directive_print_int_or_unset(const struct unit *u, const struct directive *d,
				  const void *place, struct strbuf *out)
{
	int v = *(const int *)place;
	if (v < 0) {
		strbuf_add(out, "[not set]");
	} else {
		strbuf_addf(out, "%d", v);
	}
}

void directive_print_unsigned(const struct unit *u, const struct directive *d, const void *place,
			      struct strbuf *out)
{
	strbuf_addf(out, "%u", *(const unsigned *)place);
}

void directive_print_mode(const struct unit *u, const struct directive *d, const void *place,
			  struct strbuf *out)
{
	strbuf_addf(out, "%04o", (unsigned)*(const mode_t *)place);
}

void directive_print_span(const struct unit *u, const struct directive *d, const void *place,
			  struct strbuf *out)
{
	char buf[128];
	strbuf_add(out, clock_format_span(buf, sizeof(buf), *(const usec_t *)place, 1));
}

void directive_print_size(const struct unit *u, const struct directive *d, const void *place,
			  struct strbuf *out)
{
	strbuf_addf(out, "%llu", (unsigned long long)*(const uint64_t *)place);
}

void directive_print_string(const struct unit *u, const struct directive *d, const void *place,
			    struct strbuf *out)
{
	strbuf_add(out, str_or_empty(*(const char *const *)place));
}

void directive_print_choice(const struct unit *u, const struct directive *d, const void *place,
			    struct strbuf *out)
{
	const char *s = *(const char *const *)place;
	strbuf_add(out, s ? s : directive_choice_name(d->argument, 0));
}

void directive_print_words(const struct unit *u, const struct directive *d, const void *place,
			   struct strbuf *out)
{
	directive_quote_list(place, out);
}

void directive_print_lines(const struct unit *u, const struct directive *d, const void *place,
			   struct strbuf *out)
{
	const struct strv *l = place;

	for (size_t i = 0; i < l->n; i++) {
		strbuf_addf(out, "%s%s", i ? "\n" : "", l->v[i]);
	}
}

void directive_print_enum(const struct unit *u, const struct directive *d, const void *place,
			  struct strbuf *out)
{
	strbuf_add(out, str_or_empty(directive_choice_name(d->argument, *(const int *)place)));
}

void directive_print_text(const struct unit *u, const struct directive *d, const void *place,
			  struct strbuf *out)
{
	const char *separator = d->parse == directive_parse_text_lines ? "\n" : " ";
	bool any = false;
	for (size_t i = 0; i < u->n_assignments; i++) {
		if (u->assignments[i].directive != d) {
			continue;
		}
		if (any) {
			strbuf_add(out, separator);
		}
		strbuf_add(out, u->assignments[i].value);
		any = true;
	}
	if (!any) {
		strbuf_add(out, str_or_empty(d->fallback));
	}
}

/* ---- commands ---- */

static void print_command_line(const struct command *c, bool first, struct strbuf *out)
{
	strbuf_addf(out, "%s{ path=%s ; argv[]=", first ? "" : "\n", c->path);
	for (size_t i = 0; i < c->argv.n; i++) {
		strbuf_addf(out, "%s%s", i ? " " : "", c->argv.v[i]);
	}
}

/* The run-time half is what a command that never ran shows; whoever knows better replaces it. */
#define PRINT_NEVER_RAN "start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }"

void directive_print_commands(const struct unit *u, const struct directive *d, const void *place,
			      struct strbuf *out)
{
	const struct command_list *l = place;
	for (size_t i = 0; i < l->n; i++) {
		print_command_line(&l->v[i], i == 0, out);
		strbuf_addf(out, " ; ignore_errors=%s ; " PRINT_NEVER_RAN,
			    l->v[i].flags & COMMAND_IGNORE_FAILURE ? "yes" : "no");
	}
}

static void print_command_flags(unsigned flags, struct strbuf *out)
{
	static const struct {
		unsigned flag;
		const char *name;
	} names[] = {
		{ COMMAND_IGNORE_FAILURE, "ignore-failure" },
		{ COMMAND_FULLY_PRIVILEGED, "privileged" },
		{ COMMAND_NO_SETUID, "no-setuid" },
		{ COMMAND_AMBIENT_MAGIC, "ambient" },
		{ COMMAND_NO_ENV_EXPAND, "no-env-expand" },
	};
	bool any = false;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (flags & names[i].flag) {
			strbuf_addf(out, "%s%s", any ? " " : "", names[i].name);
			any = true;
		}
	}
}

void directive_print_commands_ex(const struct unit *u, const struct directive *d, const void *place,
				 struct strbuf *out)
{
	const struct command_list *l = place;
	for (size_t i = 0; i < l->n; i++) {
		print_command_line(&l->v[i], i == 0, out);
		strbuf_add(out, " ; flags=");
		print_command_flags(l->v[i].flags, out);
		strbuf_add(out, " ; " PRINT_NEVER_RAN);
	}
}

/* ---- [Unit] ---- */

void directive_print_dependency(const struct unit *u, const struct directive *d, const void *place,
				struct strbuf *out)
{
	directive_quote_list(&u->dependencies[d->argument], out);
}
