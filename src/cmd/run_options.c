/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>

#include "run.h"
#include "unit/calendar.h"
#include "unit/environment.h"
#include "unit/value.h"

#define NICE_LEAST (-20)
#define NICE_MOST 19

/* What an option does with its value. */
enum run_kind { SET_TEXT, SET_FLAG, ADD_WORD, ADD_TIMER, ADD_ENVIRONMENT, OTHER };

enum run_other {
	OTHER_HELP = 1,
	OTHER_VERSION,
	OTHER_USER,
	OTHER_SYSTEM,
	OTHER_QUIET,
	OTHER_NO_BLOCK,
	OTHER_EXPAND,
	OTHER_SHELL,
	OTHER_UNSUPPORTED,
	OTHER_IGNORED
};

static const struct run_option {
	const char *name;
	char letter;
	int has_value; /* as getopt_long(3) has it */
	enum run_kind kind;
	size_t offset; /* of the member in struct run */
	int other;
	const char *timer; /* the directive of [Timer] that the option stands for */
	const char *help;
} options[] = {
#define AT(member) offsetof(struct run, member)
    {"background", 0, 1, OTHER, 0, OTHER_IGNORED, NULL, NULL},
    {"collect", 'G', 0, SET_FLAG, AT(collect), 0, NULL, "Forget the unit also if it fails"},
    {"description", 0, 1, SET_TEXT, AT(description), 0, NULL, "Description of the unit"},
    {"expand-environment", 0, 1, OTHER, 0, OTHER_EXPAND, NULL,
     "Whether $VARIABLES in arguments are replaced"},
    {"gid", 0, 1, SET_TEXT, AT(group), 0, NULL, "Run as this group"},
    {"help", 'h', 0, OTHER, 0, OTHER_HELP, NULL, "Show this help"},
    {"host", 'H', 1, OTHER, 0, OTHER_UNSUPPORTED, NULL, NULL},
    {"ignore-failure", 0, 0, SET_FLAG, AT(ignore_failure), 0, NULL,
     "A failure of the command does not count"},
    {"json", 0, 1, OTHER, 0, OTHER_IGNORED, NULL, NULL},
    {"machine", 'M', 1, OTHER, 0, OTHER_UNSUPPORTED, NULL, NULL},
    {"nice", 0, 1, SET_TEXT, AT(nice), 0, NULL, "Nice level"},
    {"no-ask-password", 0, 0, OTHER, 0, OTHER_IGNORED, NULL, NULL},
    {"no-block", 0, 0, OTHER, 0, OTHER_NO_BLOCK, NULL, "Do not wait until the unit has started"},
    {"on-active", 0, 1, ADD_TIMER, AT(timer_properties), 0, "OnActiveSec", "Run after this time"},
    {"on-boot", 0, 1, ADD_TIMER, AT(timer_properties), 0, "OnBootSec",
     "Run this long after the boot"},
    {"on-calendar", 0, 1, ADD_TIMER, AT(timer_properties), 0, "OnCalendar", "Run at these times"},
    {"on-clock-change", 0, 0, ADD_TIMER, AT(timer_properties), 0, "OnClockChange",
     "Run when the clock is set"},
    {"on-startup", 0, 1, ADD_TIMER, AT(timer_properties), 0, "OnStartupSec",
     "Run this long after the manager's start"},
    {"on-timezone-change", 0, 0, ADD_TIMER, AT(timer_properties), 0, "OnTimezoneChange",
     "Run when the time zone changes"},
    {"on-unit-active", 0, 1, ADD_TIMER, AT(timer_properties), 0, "OnUnitActiveSec",
     "Run again this long after the last start"},
    {"on-unit-inactive", 0, 1, ADD_TIMER, AT(timer_properties), 0, "OnUnitInactiveSec",
     "Run again this long after the last end"},
    {"path-property", 0, 1, ADD_WORD, AT(path_properties), 0, NULL,
     "Make a path unit, with this setting"},
    {"pipe", 'P', 0, SET_FLAG, AT(pipe), 0, NULL, "Pass standard input, output and error on"},
    {"property", 'p', 1, ADD_WORD, AT(properties), 0, NULL, "A setting of the unit, NAME=VALUE"},
    {"pty", 't', 0, SET_FLAG, AT(pty), 0, NULL, "Run on a terminal of its own"},
    {"quiet", 'q', 0, OTHER, 0, OTHER_QUIET, NULL, "Say nothing"},
    {"remain-after-exit", 'r', 0, SET_FLAG, AT(remain), 0, NULL,
     "The unit stays active after its end"},
    {"same-dir", 'd', 0, SET_FLAG, AT(same_dir), 0, NULL, "Run in this directory"},
    {"scope", 0, 0, SET_FLAG, AT(scope), 0, NULL, "Run the command here, as a scope"},
    {"send-sighup", 0, 0, SET_FLAG, AT(send_sighup), 0, NULL,
     "SIGHUP follows SIGTERM when it is stopped"},
    {"service-type", 0, 1, SET_TEXT, AT(service_type), 0, NULL, "Type= of the service"},
    {"setenv", 'E', 1, ADD_ENVIRONMENT, AT(environment), 0, NULL, "A variable, NAME[=VALUE]"},
    {"shell", 'S', 0, OTHER, 0, OTHER_SHELL, NULL, "Run a shell on a terminal"},
    {"slice", 0, 1, SET_TEXT, AT(slice), 0, NULL, "Slice= of the unit"},
    {"slice-inherit", 0, 0, OTHER, 0, OTHER_IGNORED, NULL, NULL},
    {"socket-property", 0, 1, ADD_WORD, AT(socket_properties), 0, NULL,
     "Make a socket unit, with this setting"},
    {"system", 0, 0, OTHER, 0, OTHER_SYSTEM, NULL, "Run as a system service"},
    {"timer-property", 0, 1, ADD_WORD, AT(timer_properties), 0, NULL, "A setting of the timer"},
    {"uid", 0, 1, SET_TEXT, AT(user), 0, NULL, "Run as this user"},
    {"unit", 'u', 1, SET_TEXT, AT(unit), 0, NULL, "Name of the unit"},
    {"user", 0, 0, OTHER, 0, OTHER_USER, NULL, "Run as a user service"},
    {"version", 0, 0, OTHER, 0, OTHER_VERSION, NULL, "Show the version"},
    {"wait", 0, 0, SET_FLAG, AT(wait), 0, NULL, "Wait until the service has ended"},
    {"working-directory", 0, 1, SET_TEXT, AT(directory), 0, NULL, "Run in that directory"},
#undef AT
};

static void print_help(void)
{
	printf("systemd-run [OPTIONS...] COMMAND [ARGUMENTS...]\n\nRun a command as a transient "
	       "service, scope, or from a timer, "
	       "path or socket.\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		const struct run_option *o = &options[i];

		if (o->help) {
			printf("  %c%c --%s%s%*s %s\n", o->letter ? '-' : ' ',
			       o->letter ? o->letter : ' ', o->name, o->has_value ? "=VALUE" : "",
			       26 - (int)strlen(o->name) - (o->has_value ? 6 : 0), "", o->help);
		}
	}
}

static int add_environment(struct run *r, const char *word)
{
	const char *value = getenv(word);

	if (environment_assignment_is_valid(word)) {
		strv_add(&r->environment, &r->c->arena, word);
	} else if (!environment_name_is_valid(word)) {
		cmd_error("Cannot assign environment variable %s: Invalid argument", word);
		return -EINVAL;
	} else if (value) {
		strv_add(&r->environment, &r->c->arena,
			 arena_printf(&r->c->arena, "%s=%s", word, value));
	}
	return 0;
}

static int add_timer(struct run *r, const struct run_option *o, const char *value)
{
	struct calendar calendar;
	char text[64];
	usec_t span;

	if (!o->has_value) {
		value = "yes";
	} else if (streq(o->timer, "OnCalendar")) {
		if (calendar_parse(value, &r->c->arena, &calendar) < 0) {
			cmd_error("Failed to parse calendar event specification: Invalid argument");
			return -EINVAL;
		}
	} else if (value_parse_span(value, USEC_PER_SEC, &span) < 0) {
		cmd_error("Failed to parse %s=%s: Invalid argument", o->timer, value);
		return -EINVAL;
	} else {
		value = clock_format_span(text, sizeof(text), span, 1);
	}
	strv_add(&r->timer_properties, &r->c->arena,
		 arena_printf(&r->c->arena, "%s=%s", o->timer, value));
	return 0;
}

/* 0 go on, 1 all is done, -EINVAL. */
static int apply_other(struct run *r, const struct run_option *o, const char *value)
{
	struct cmd_options *c = &r->c->options;
	bool b;

	switch (o->other) {
	case OTHER_HELP:
		print_help();
		return 1;
	case OTHER_VERSION:
		cmd_version_print();
		return 1;
	case OTHER_USER:
	case OTHER_SYSTEM:
		c->user = o->other == OTHER_USER;
		c->scope = c->user ? SEARCH_USER : SEARCH_SYSTEM;
		return 0;
	case OTHER_QUIET:
		c->quiet = true;
		return 0;
	case OTHER_NO_BLOCK:
		c->no_block = true;
		return 0;
	case OTHER_SHELL:
		r->shell = r->pty = r->wait = r->same_dir = r->collect = true;
		return 0;
	case OTHER_EXPAND:
		if (value_parse_bool(value, &b) < 0) {
			cmd_error("Failed to parse boolean argument to --expand-environment=: %s.",
				  value);
			return -EINVAL;
		}
		r->no_expand = !b;
		r->expand = b;
		return 0;
	case OTHER_UNSUPPORTED:
		cmd_error("Option '--%s' is not supported by soloctl.", o->name);
		return -EINVAL;
	default:
		return 0;
	}
}

static int apply(struct run *r, const struct run_option *o, const char *value)
{
	void *place = (char *)r + o->offset;

	switch (o->kind) {
	case SET_TEXT:
		*(const char **)place = value;
		return 0;
	case SET_FLAG:
		*(bool *)place = true;
		return 0;
	case ADD_WORD:
		if (!strchr(value, '=')) {
			cmd_error("Not an assignment: %s", value);
			return -EINVAL;
		}
		strv_add(place, &r->c->arena, value);
		return 0;
	case ADD_TIMER:
		return add_timer(r, o, value);
	case ADD_ENVIRONMENT:
		return add_environment(r, value);
	default:
		return apply_other(r, o, value);
	}
}

static const struct run_option *find_letter(int letter)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (options[i].letter == letter) {
			return &options[i];
		}
	}
	return NULL;
}

static int refuse(const char *text)
{
	cmd_error("%s", text);
	return -EINVAL;
}

static bool has_moment(const struct strv *timer_properties)
{
	STRV_FOREACH(word, timer_properties)
	{
		if (str_has_prefix(word, "On")) {
			return true;
		}
	}
	return false;
}

/* What does not go together. 0 or -EINVAL. */
static int check_modes(const struct run *r, bool has_trigger)
{
	size_t n_triggers = (r->timer_properties.n > 0) + (r->path_properties.n > 0) + (r->socket_properties.n > 0);

	if (r->command.n == 0 && !r->shell && !(has_trigger && r->unit)) {
		return refuse("Command line to execute required.");
	}
	if (r->timer_properties.n > 0 && !has_moment(&r->timer_properties)) {
		return refuse("--timer-property= has no effect without any other timer options.");
	}
	if (n_triggers > 1) {
		return refuse("Only single trigger (path, socket, timer) unit can be created.");
	}
	if (r->scope && has_trigger) {
		return refuse("Path, socket or timer options are not supported in --scope mode.");
	}
	if ((r->pty || r->pipe) && (r->scope || has_trigger)) {
		return refuse("--pty/--pipe is not compatible in timer or --scope mode.");
	}
	if (r->scope && (r->remain || r->service_type)) {
		return refuse("--remain-after-exit and --service-type= are not supported in --scope mode.");
	}
	if (r->wait && r->scope) {
		return refuse("--wait may not be combined with --scope.");
	}
	if (r->wait && has_trigger) {
		return refuse("--wait may not be combined with path, socket or timer operations.");
	}
	if (r->wait && r->c->options.no_block) {
		return refuse("--wait may not be combined with --no-block.");
	}
	if ((r->pty || r->pipe) && r->c->options.no_block) {
		return refuse("--pty/--pipe is not compatible with --no-block.");
	}
	return 0;
}

/* Values that would be found to be wrong only by the unit's loader, which would pass over them. */
static int check_values(struct run *r)
{
	char here[PATH_MAX];
	int nice;

	if (r->nice && (value_parse_int(r->nice, &nice) < 0 || nice < NICE_LEAST || nice > NICE_MOST)) {
		cmd_error("Failed to parse nice value: %s", r->nice);
		return -EINVAL;
	}
	if (r->directory && !path_is_absolute(r->directory)) {
		if (!getcwd(here, sizeof(here))) {
			cmd_error("Failed to parse path \"%s\" and make it absolute: %s", r->directory,
				  strerror(errno));
			return -errno;
		}
		r->directory = path_simplify(&r->c->arena, path_join(&r->c->arena, here, r->directory));
	}
	return 0;
}

static int check(struct run *r)
{
	if (r->scope && r->shell) {
		r->pty = r->wait = false;
	}
	if (check_modes(r, run_trigger_type(r) != UNIT_TYPE_MAX) < 0 || check_values(r) < 0) {
		return -EINVAL;
	}
	r->waits = r->wait || r->pipe || r->pty;
	if (r->pty && r->pipe) {
		/* On a terminal the one, else the other. */
		r->pty = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
		r->pipe = !r->pty;
	}
	return 0;
}

int run_parse_options(struct run *r, int argc, char **argv, int *ret_exit)
{
	struct option longs[ARRAY_SIZE(options) + 1] = {0};
	char letters[3 * ARRAY_SIZE(options) + 2] = "+";
	int index, letter;

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		longs[i] =
		    (struct option){options[i].name, options[i].has_value, NULL, 1000 + (int)i};
		if (options[i].letter) {
			size_t n = strlen(letters);

			snprintf(letters + n, sizeof(letters) - n, "%c%s", options[i].letter,
				 options[i].has_value ? ":" : "");
		}
	}
	optind = 1;
	while ((letter = getopt_long(argc, argv, letters, longs, &index)) >= 0) {
		const struct run_option *o =
		    letter >= 1000 ? &options[letter - 1000] : find_letter(letter);
		int e = letter == '?' || !o ? -EINVAL : apply(r, o, optarg);

		if (e != 0) {
			*ret_exit = e < 0 ? 1 : 0;
			return 1;
		}
	}
	for (; optind < argc; optind++) {
		strv_add(&r->command, &r->c->arena, argv[optind]);
	}
	*ret_exit = 1;
	return check(r) < 0 ? 1 : 0;
}
