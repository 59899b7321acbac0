/* SPDX-License-Identifier: MIT */
#include "cmd/personalities.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "base/root.h"
#include "cmd/cmd.h"
#include "unit/name.h"

enum action { ACTION_ESCAPE, ACTION_UNESCAPE, ACTION_MANGLE };

struct escape {
	struct arena arena;
	enum action action;
	const char *suffix, *template;
	bool is_path, instance_only;
};

static const char help[] =
    "systemd-escape [OPTIONS...] [NAME...]\n\nEscape strings for names of units.\n\n"
    "  -h --help               Show this help\n"
    "     --version            Show the version\n"
    "     --suffix=SUFFIX      Append a unit's suffix\n"
    "     --template=TEMPLATE  Insert the strings as instances of a template\n"
    "     --instance           With --unescape, show the instance only\n"
    "  -u --unescape           The other way round\n"
    "  -m --mangle             Make unit names of what a person may type\n"
    "  -p --path               The strings are paths\n";

/* 0 go on, 1 all is done, -EINVAL. */
static int parse_options(struct escape *e, int argc, char **argv)
{
	enum { SUFFIX = 256, TEMPLATE, INSTANCE, VERSION };
	static const struct option longs[] = {
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, VERSION},
	    {"suffix", required_argument, NULL, SUFFIX},
	    {"template", required_argument, NULL, TEMPLATE},
	    {"instance", no_argument, NULL, INSTANCE},
	    {"unescape", no_argument, NULL, 'u'},
	    {"mangle", no_argument, NULL, 'm'},
	    {"path", no_argument, NULL, 'p'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	while ((c = getopt_long(argc, argv, "hump", longs, NULL)) >= 0) {
		switch (c) {
		case 'h':
			fputs(help, stdout);
			return 1;
		case VERSION:
			cmd_version_print();
			return 1;
		case SUFFIX:
			if (unit_type_parse(optarg) < 0) {
				cmd_error("Invalid unit suffix type \"%s\".", optarg);
				return -EINVAL;
			}
			e->suffix = optarg;
			break;
		case TEMPLATE:
			if (!name_is_valid(optarg, NAME_TEMPLATE)) {
				cmd_error("Template name %s is not valid.", optarg);
				return -EINVAL;
			}
			e->template = optarg;
			break;
		case INSTANCE:
			e->instance_only = true;
			break;
		case 'u':
			e->action = ACTION_UNESCAPE;
			break;
		case 'm':
			e->action = ACTION_MANGLE;
			break;
		case 'p':
			e->is_path = true;
			break;
		default:
			return -EINVAL;
		}
	}
	return 0;
}

/* Options that exclude each other: the sentence, or NULL. */
static const char *check(const struct escape *e, bool has_names)
{
	return !has_names		  ? "Not enough arguments."
	       : e->template && e->suffix ? "--suffix= and --template= may not be combined."
	       : e->action == ACTION_MANGLE && (e->suffix || e->template)
		   ? "--suffix= and --template= are not compatible with --mangle."
	       : e->suffix && e->action == ACTION_UNESCAPE
		   ? "--suffix is not compatible with --unescape."
	       : e->is_path && e->action == ACTION_MANGLE
		   ? "--path may not be combined with --mangle."
	       : e->instance_only && e->action != ACTION_UNESCAPE
		   ? "--instance must be used in conjunction with --unescape."
	       : e->instance_only && e->template ? "--instance may not be combined with --template."
						 : NULL;
}

static int escape_one(struct escape *e, const char *word, char **ret)
{
	struct arena *a = &e->arena;
	char *text;

	if (e->is_path && !path_is_absolute(word)) {
		cmd_error("Input '%s' is not an absolute file system path, escaping is likely not "
			  "going to be reversible.",
			  word);
	}
	if (!e->is_path) {
		text = name_escape(a, word);
	} else if (name_path_escape(a, word, &text) < 0) {
		cmd_error("Input '%s' is not a normalized file system path, failed to escape.", word);
		return -ENXIO;
	}
	if (e->template) {
		text = name_with_instance(a, e->template, text);
	} else if (e->suffix) {
		text = arena_printf(a, "%s.%s", text, e->suffix);
	}
	*ret = text;
	return text ? 0 : -EINVAL;
}

static int unescape_one(struct escape *e, const char *word, char **ret)
{
	struct arena *a = &e->arena;
	const char *part = word;

	if (e->template || e->instance_only) {
		const char *template =
		    name_is_valid(word, NAME_INSTANCE) ? name_template(a, word) : NULL;

		if (!template) {
			cmd_error("Unit %s is missing the instance name.", word);
			return -ENXIO;
		}
		if (e->template && !streq(template, e->template)) {
			cmd_error("Unit %s template %s does not match specified template %s.", word,
				  template, e->template);
			return -ENXIO;
		}
		part = name_instance(a, word);
	}
	return e->is_path ? name_path_unescape(a, part, ret) : name_unescape(a, part, ret);
}

static int convert(struct escape *e, const char *word, char **ret)
{
	bool escaped;

	if (e->action == ACTION_ESCAPE) {
		return escape_one(e, word, ret);
	}
	return e->action == ACTION_UNESCAPE
		   ? unescape_one(e, word, ret)
		   : name_mangle(&e->arena, word, 0, ".service", ret, &escaped);
}

int cmd_escape_main(int argc, char **argv)
{
	struct escape e = {0};
	int r = parse_options(&e, argc, argv);
	const char *complaint = r == 0 ? check(&e, optind < argc) : NULL;

	if (complaint) {
		cmd_error("%s", complaint);
		r = -EINVAL;
	}
	for (int i = optind; r == 0 && i < argc; i++) {
		char *text = NULL;

		r = convert(&e, argv[i], &text);
		if (r == 0) {
			printf("%s%s", i > optind ? " " : "", text);
		} else if (r != -ENXIO) {
			cmd_error("Failed to %s: %s",
				  e.action == ACTION_ESCAPE	? "escape string"
				  : e.action == ACTION_UNESCAPE ? "unescape string"
								: "mangle name",
				  strerror(-r));
		}
	}
	if (r == 0) {
		putchar('\n');
	}
	arena_free(&e.arena);
	return r < 0 ? 1 : 0;
}
