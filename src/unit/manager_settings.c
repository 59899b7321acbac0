/* SPDX-License-Identifier: MIT */
#include "unit/manager_settings.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>

#include "base/io.h"
#include "base/map.h"
#include "base/root.h"
#include "unit/lex.h"

#define FILE_MAX ((size_t)1024 * 1024)
#define TIMEOUT_DEFAULT (90 * USEC_PER_SEC)

/* Highest priority first. */
static const char *const config_dirs[] = {"/etc/systemd", "/run/systemd", "/usr/local/lib/systemd",
					  "/usr/lib/systemd"};

struct parsing {
	struct manager_settings *s;
	struct arena *arena;
	const char *file;
};

typedef void setting_parser(const struct parsing *p, int argument, const char *value, void *place);

static void parse_span(const struct parsing *p, int argument, const char *value, void *place)
{
	usec_t span;

	if (value_parse_span(value, USEC_PER_SEC, &span) >= 0) {
		/* "0" means no limit for a timeout, and says so for a delay. */
		*(usec_t *)place = span == 0 && argument ? USEC_INFINITY : span;
	}
}

/* An empty one is as if it were not there. */
static void parse_abort(const struct parsing *p, int argument, const char *value, void *place)
{
	if (!value[0] || value_parse_span(value, USEC_PER_SEC, place) >= 0) {
		p->s->timeout_abort_set = value[0] != '\0';
	}
}

static void parse_unsigned(const struct parsing *p, int argument, const char *value, void *place)
{
	value_parse_unsigned(value, place);
}

static void parse_limit(const struct parsing *p, int argument, const char *value, void *place)
{
	struct exec_limit *limit = &p->s->limits[argument];

	if (value_parse_limit(argument, value, &limit->value) >= 0) {
		limit->set = true;
	}
}

static void parse_output(const struct parsing *p, int argument, const char *value, void *place)
{
	static const struct {
		const char *word;
		enum exec_stdio kind;
	} words[] = {
	    {"inherit", STDIO_INHERIT},
	    {"null", STDIO_NULL},
	    {"tty", STDIO_TTY},
	    {"journal", STDIO_JOURNAL},
	    {"journal+console", STDIO_JOURNAL_CONSOLE},
	    {"kmsg", STDIO_KMSG},
	    {"kmsg+console", STDIO_KMSG_CONSOLE},
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (streq(words[i].word, value)) {
			*(enum exec_stdio *)place = words[i].kind;
		}
	}
}

static void parse_oom_score(const struct parsing *p, int argument, const char *value, void *place)
{
	if (value_parse_int(value, place) >= 0) {
		p->s->oom_score_adjust_set = true;
	}
}

static void parse_environment(const struct parsing *p, int argument, const char *value, void *place)
{
	if (!value[0]) {
		*(struct strv *)place = (struct strv){0};
		return;
	}
	environment_parse_words(value, p->arena, place, NULL, p->file, 0);
}

static void parse_words(const struct parsing *p, int argument, const char *value, void *place)
{
	if (!value[0]) {
		*(struct strv *)place = (struct strv){0};
		return;
	}
	value_split_words(value, VALUE_WORD_UNQUOTE, p->arena, place);
}

static void parse_log_level(const struct parsing *p, int argument, const char *value, void *place)
{
	value_parse_log_level(value, place);
}

static void parse_text(const struct parsing *p, int argument, const char *value, void *place)
{
	*(const char **)place = value[0] ? arena_strdup(p->arena, value) : NULL;
}

#define AT(member) offsetof(struct manager_settings, member)

/* Sorted by name (byte order). */
static const struct setting {
	const char *name;
	setting_parser *parse;
	size_t offset;
	int argument;
} settings[] = {
    {"DefaultEnvironment", parse_environment, AT(default_environment), 0},
    {"DefaultLimitAS", parse_limit, 0, RLIMIT_AS},
    {"DefaultLimitCORE", parse_limit, 0, RLIMIT_CORE},
    {"DefaultLimitCPU", parse_limit, 0, RLIMIT_CPU},
    {"DefaultLimitDATA", parse_limit, 0, RLIMIT_DATA},
    {"DefaultLimitFSIZE", parse_limit, 0, RLIMIT_FSIZE},
    {"DefaultLimitLOCKS", parse_limit, 0, RLIMIT_LOCKS},
    {"DefaultLimitMEMLOCK", parse_limit, 0, RLIMIT_MEMLOCK},
    {"DefaultLimitMSGQUEUE", parse_limit, 0, RLIMIT_MSGQUEUE},
    {"DefaultLimitNICE", parse_limit, 0, RLIMIT_NICE},
    {"DefaultLimitNOFILE", parse_limit, 0, RLIMIT_NOFILE},
    {"DefaultLimitNPROC", parse_limit, 0, RLIMIT_NPROC},
    {"DefaultLimitRSS", parse_limit, 0, RLIMIT_RSS},
    {"DefaultLimitRTPRIO", parse_limit, 0, RLIMIT_RTPRIO},
    {"DefaultLimitRTTIME", parse_limit, 0, RLIMIT_RTTIME},
    {"DefaultLimitSIGPENDING", parse_limit, 0, RLIMIT_SIGPENDING},
    {"DefaultLimitSTACK", parse_limit, 0, RLIMIT_STACK},
    {"DefaultOOMScoreAdjust", parse_oom_score, AT(oom_score_adjust), 0},
    {"DefaultRestartSec", parse_span, AT(restart_usec), 0},
    {"DefaultStandardError", parse_output, AT(std_error), 0},
    {"DefaultStandardOutput", parse_output, AT(std_output), 0},
    {"DefaultStartLimitBurst", parse_unsigned, AT(start_limit_burst), 0},
    {"DefaultStartLimitInterval", parse_span, AT(start_limit_interval), 0},
    {"DefaultStartLimitIntervalSec", parse_span, AT(start_limit_interval), 0},
    {"DefaultTimeoutAbortSec", parse_abort, AT(timeout_abort), 0},
    {"DefaultTimeoutStartSec", parse_span, AT(timeout_start), 1},
    {"DefaultTimeoutStopSec", parse_span, AT(timeout_stop), 1},
    {"DefaultTimerAccuracySec", parse_span, AT(timer_accuracy), 0},
    {"LogLevel", parse_log_level, AT(log_level), 0},
    {"LogTarget", parse_text, AT(log_target), 0},
    {"ManagerEnvironment", parse_environment, AT(manager_environment), 0},
    {"X-PassEnvironment", parse_words, AT(pass_environment), 0},
};

static int compare_setting(const void *name, const void *row)
{
	return strcmp(name, ((const struct setting *)row)->name);
}

static int on_event(void *context, const struct lex_event *event)
{
	const struct parsing *p = context;
	const struct setting *row;

	if (event->kind != LEX_ASSIGNMENT || !streq(event->section, "Manager")) {
		return 0;
	}
	row = bsearch(event->key, settings, ARRAY_SIZE(settings), sizeof settings[0],
		      compare_setting);
	if (row) {
		row->parse(p, row->argument, event->value, (char *)p->s + row->offset);
	}
	return 0;
}

void manager_settings_init(struct manager_settings *s)
{
	*s = (struct manager_settings){
	    .timeout_start = TIMEOUT_DEFAULT,
	    .timeout_stop = TIMEOUT_DEFAULT,
	    .timeout_abort = TIMEOUT_DEFAULT,
	    .restart_usec = 100 * USEC_PER_MSEC,
	    .start_limit_interval = 10 * USEC_PER_SEC,
	    .start_limit_burst = 5,
	    .timer_accuracy = USEC_PER_MINUTE,
	    .log_level = -1,
	};
}

void manager_settings_parse(struct manager_settings *s, char *text, size_t n, const char *file,
			    struct arena *a)
{
	struct parsing p = {.s = s, .arena = a, .file = file};

	lex_text(text, n, file, on_event, &p, NULL);
	if (!s->timeout_abort_set) {
		s->timeout_abort = s->timeout_stop;
	}
}

/* False if there is no such file. */
static bool read_one(struct manager_settings *s, const char *path, struct arena *a)
{
	char *text;
	size_t n;

	if (io_read_file(AT_FDCWD, path, FILE_MAX, a, &text, &n) < 0) {
		return false;
	}
	manager_settings_parse(s, text, n, path, a);
	return true;
}

/* By base name; where several directories have one, the first wins. */
static void collect_dropins(const char *dir, struct arena *a, struct map *found, struct strv *names)
{
	CLEANUP_CLOSEDIR DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		if (e->d_name[0] != '.' && str_has_suffix(e->d_name, ".conf") &&
		    !map_has(found, e->d_name)) {
			char *name = arena_strdup(a, e->d_name);

			map_put(found, name, path_join(a, dir, name));
			strv_add(names, a, name);
		}
	}
}

void manager_settings_read(bool user, struct arena *a, struct manager_settings *ret)
{
	const char *name = user ? "user.conf" : "system.conf";
	struct strv names = {0};
	struct map found;

	manager_settings_init(ret);
	for (size_t i = 0; i < ARRAY_SIZE(config_dirs); i++) {
		if (read_one(ret, path_join(a, config_dirs[i], name), a)) {
			break;
		}
	}
	map_init(&found, a);
	for (size_t i = 0; i < ARRAY_SIZE(config_dirs); i++) {
		collect_dropins(arena_printf(a, "%s/%s.d", config_dirs[i], name), a, &found,
				&names);
	}
	strv_sort(&names);
	STRV_FOREACH(dropin, &names)
	{
		read_one(ret, map_get(&found, dropin), a);
	}
}

static void apply_service(const struct manager_settings *s, struct unit *u)
{
	u->service.timeout_start = s->timeout_start;
	u->service.timeout_stop = s->timeout_stop;
	u->service.timeout_abort = s->timeout_abort;
	u->service.timeout_abort_set = s->timeout_abort_set;
	u->service.restart_usec = s->restart_usec;
}

void manager_settings_apply(const struct manager_settings *s, struct unit *u)
{
	u->start_limit_interval = s->start_limit_interval;
	u->start_limit_burst = s->start_limit_burst;
	memcpy(u->exec.limits, s->limits, sizeof s->limits);
	u->exec.std_output.kind = s->std_output;
	u->exec.std_error.kind = s->std_error;
	u->exec.oom_score_adjust = s->oom_score_adjust;
	u->exec.oom_score_adjust_set = s->oom_score_adjust_set;
	switch (u->type) {
	case UNIT_SERVICE:
		apply_service(s, u);
		break;
	case UNIT_SOCKET:
		u->socket.timeout = s->timeout_start;
		break;
	case UNIT_MOUNT:
		u->mount.timeout = s->timeout_start;
		break;
	case UNIT_SWAP:
		u->swap.timeout = s->timeout_start;
		break;
	case UNIT_SCOPE:
		u->scope.timeout_stop = s->timeout_stop;
		break;
	case UNIT_TIMER:
		u->timer.accuracy = s->timer_accuracy;
		break;
	default:
		break;
	}
}

/* What only its owner understands: of a login, of a shell, of one service. */
static bool is_personal(const char *name)
{
	static const char *const personal[] = {
	    "EXIT_CODE",      "EXIT_STATUS",	"FDSTORE",    "HOME",
	    "INVOCATION_ID",  "LISTEN_FDNAMES", "LISTEN_FDS", "LISTEN_PID",
	    "LISTEN_PIDFDID", "LOGNAME",	"MAINPID",    "MANAGERPID",
	    "NOTIFY_SOCKET",  "OLDPWD",		"PATH",	      "PWD",
	    "SHELL",	      "SHLVL",		"TERM",	      "USER",
	    "WATCHDOG_PID",   "WATCHDOG_USEC",	"_",
	};

	for (size_t i = 0; i < ARRAY_SIZE(personal); i++) {
		if (streq(personal[i], name)) {
			return true;
		}
	}
	return false;
}

static bool is_selected(const struct manager_settings *s, const char *name)
{
	STRV_FOREACH(pattern, &s->pass_environment)
	{
		if (streq(pattern, name)) {
			return true;
		}
		if (fnmatch(pattern, name, FNM_NOESCAPE) == 0 && !is_personal(name)) {
			return true;
		}
	}
	return false;
}

void manager_settings_select(const struct manager_settings *s, const struct strv *from,
			     struct arena *a, struct strv *ret)
{
	STRV_FOREACH(assignment, from)
	{
		const char *equals = strchr(assignment, '=');

		if (equals && environment_assignment_is_valid(assignment) &&
		    is_selected(s, arena_strndup(a, assignment, (size_t)(equals - assignment)))) {
			environment_put(ret, a, assignment);
		}
	}
}
