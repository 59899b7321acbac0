/* SPDX-License-Identifier: MIT */
#include "install_common.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "glyph.h"

int install_prepare(struct cmd *c, struct install *in, struct change_list *changes)
{
	int r;

	*changes = (struct change_list){.arena = &c->arena};
	if (c->options.image) {
		cmd_error("Option '--image' is not supported by soloctl yet.");
		return -EOPNOTSUPP;
	}
	if (c->options.root && !streq(c->options.root, "/") && c->options.scope == SEARCH_USER) {
		return -EINVAL;
	}
	r = install_open(in, c->options.root, c->options.scope, &c->arena);
	if (r >= 0) {
		in->arrow = glyph(GLYPH_ARROW);
		in->with_builtin = cmd_is_own_root(c);
		in->with_scripts = in->with_builtin && c->options.scope == SEARCH_SYSTEM;
	}
	return r;
}

unsigned install_flags_of(const struct cmd *c)
{
	return (c->options.runtime ? INSTALL_RUNTIME : 0) | (c->options.force ? INSTALL_FORCE : 0);
}

int install_finish(struct install *in, int status)
{
	install_close(in);
	return status;
}

/* ---- telling what was done ---- */

void install_print_diags(struct install *in)
{
	for (size_t i = 0; i < in->diags.n; i++) {
		const struct diag *d = &in->diags.v[i];

		if (d->file && d->line) {
			cmd_error("%s:%u: %s", d->file, d->line, d->text);
		} else if (d->file) {
			cmd_error("%s: %s", d->file, d->text);
		} else {
			cmd_error("%s", d->text);
		}
	}
	in->diags.n = 0;
}

/* The sentence for an error of which systemctl tells more than errno's text; %1$s is the path, %2$s
 * the source. */
static const struct error_text {
	int error;
	const char *plain, *with_source;
} error_texts[] = {
    {EEXIST, "File '%1$s' already exists", "File '%1$s' already exists and is a symlink to %2$s"},
    {ERFKILL, "Unit %1$s is masked", NULL},
    {EADDRNOTAVAIL, "Unit %1$s is transient or generated", NULL},
    {ETXTBSY, "File '%1$s' is under the systemd unit hierarchy already", NULL},
    {EBADSLT, "Invalid specifier in unit %1$s", NULL},
    {EIDRM, NULL,
     "Refusing to operate on template unit %1$s when destination unit %2$s is a non-template unit"},
    {EUCLEAN, "Invalid unit name %1$s", NULL},
    {ELOOP, "Refusing to operate on linked unit file %1$s", NULL},
    {EXDEV, "Invalid unit reference %1$s", "Cannot alias %2$s as %1$s"},
    {ENOENT, "Unit %1$s does not exist", NULL},
    {ENOLINK, "Unit %1$s is an unresolvable alias", NULL},
    {EUNATCH, "Cannot resolve specifiers in unit %1$s", NULL},
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void print_error(const char *what, const struct change *change)
{
	CLEANUP_STRBUF struct strbuf text = {0};

	for (size_t i = 0; i < ARRAY_SIZE(error_texts); i++) {
		const struct error_text *t = &error_texts[i];
		const char *format = change->source && t->with_source ? t->with_source : t->plain;

		if (t->error == -change->error && format) {
			/* An unused argument in front of a used one is not allowed. */
			if (strstr(format, "%2$s")) {
				strbuf_addf(&text, format, change->path, change->source);
			} else {
				strbuf_addf(&text, format, change->path);
			}
			cmd_error("Failed to %s unit: %s", what, strbuf_text(&text));
			return;
		}
	}
	cmd_error("Failed to %s unit %s: %s", what, change->path, strerror(-change->error));
}
#pragma GCC diagnostic pop

static void print_change(const struct cmd *c, const struct change *change)
{
	switch (change->kind) {
	case CHANGE_SYMLINK:
		cmd_notice(c, "Created symlink '%s' %s '%s'.", change->path, glyph(GLYPH_ARROW),
			   change->source);
		break;
	case CHANGE_UNLINK:
		cmd_notice(c, "Removed '%s'.", change->path);
		break;
	case CHANGE_IS_MASKED:
		cmd_notice(c, "Unit %s is masked, ignoring.", change->path);
		break;
	case CHANGE_IS_MASKED_GENERATOR:
		cmd_notice(c, "Unit %s is masked via a generator and cannot be unmasked, skipping.",
			   change->path);
		break;
	case CHANGE_IS_DANGLING:
		cmd_notice(c, "Unit %s is an alias to a non-existent unit, ignoring.",
			   change->path);
		break;
	case CHANGE_DESTINATION_NOT_PRESENT:
		cmd_notice(c, "Unit %s is added as a dependency to a non-existent unit %s.",
			   change->path, change->source);
		break;
	case CHANGE_AUXILIARY_FAILED:
		cmd_notice(c, "Failed to enable auxiliary unit %s, ignoring.", change->path);
		break;
	case CHANGE_ERROR:
		break;
	}
}

int install_report(struct cmd *c, struct install *in, const char *what, int r,
		   const struct change_list *changes)
{
	bool is_told = r == -EOPNOTSUPP && c->options.image;

	install_print_diags(in);
	for (size_t i = 0; i < changes->n; i++) {
		if (changes->v[i].kind == CHANGE_ERROR) {
			print_error(what, &changes->v[i]);
			is_told = true;
		} else {
			print_change(c, &changes->v[i]);
		}
	}
	if (r < 0 && !is_told) {
		cmd_error("Failed to %s unit: %s.", what, strerror(-r));
	}
	return r < 0 ? 1 : 0;
}

/* ---- names ---- */

int install_mangle_one(struct cmd *c, const char *word, const char *what, const char *suffix,
		       const char **ret)
{
	bool is_escaped = false;
	char *name;
	int r = name_mangle(&c->arena, word, 0, suffix, &name, &is_escaped);

	if (r < 0) {
		return r;
	}
	if (is_escaped && name_is_glob(word)) {
		cmd_notice(c, "Glob pattern passed%s%s, but globs are not supported for this.",
			   *what ? " " : "", what);
	}
	if (is_escaped) {
		cmd_notice(c, "%s", name_escaped_notice(&c->arena, word, name, suffix));
	}
	*ret = name;
	return 0;
}

int install_mangle(struct cmd *c, const struct strv *words, const char *what, struct strv *ret)
{
	char cwd[PATH_MAX];

	STRV_FOREACH(word, words)
	{
		const char *name = word;
		int r = 0;

		if (!strchr(word, '/')) {
			r = install_mangle_one(c, word, what, ".service", &name);
		} else if (!path_is_absolute(word)) {
			if (getcwd(cwd, sizeof cwd)) {
				name = path_join(&c->arena, cwd, word);
			} else {
				r = -errno;
			}
		}
		if (r < 0) {
			cmd_error("Failed to mangle unit name or path '%s': %s", word,
				  strerror(-r));
			return r;
		}
		strv_add(ret, &c->arena, name);
	}
	return 0;
}
