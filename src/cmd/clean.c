/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "base/io.h"
#include "base/names.h"
#include "clean.h"
#include "exec/spawn.h"
#include "log/target.h"
#include "units.h"

#define STAMP_DIR "/var/lib/systemd/timers"

/* The words of --what=, in the order of enum exec_directory_kind. */
static const char *const kinds[] = {
    [EXEC_DIRECTORY_RUNTIME] = "runtime",
    [EXEC_DIRECTORY_STATE] = "state",
    [EXEC_DIRECTORY_CACHE] = "cache",
    [EXEC_DIRECTORY_LOGS] = "logs",
    [EXEC_DIRECTORY_CONFIGURATION] = "configuration",
    [EXEC_DIRECTORY_MAX] = "fdstore",
};

#define BIT(kind) (1u << (kind))

/* What was asked for; the word that is none in ret_bad. */
static int parse_what(struct cmd *c, unsigned *ret, const char **ret_bad)
{
	struct strv words = {0};

	*ret = BIT(EXEC_DIRECTORY_RUNTIME) | BIT(EXEC_DIRECTORY_CACHE) | BIT(EXEC_DIRECTORY_MAX);
	if (!c->options.what) {
		return 0;
	}
	*ret = 0;
	strv_split(&words, &c->arena, c->options.what, ",");
	STRV_FOREACH(word, &words)
	{
		int kind = NAMES_FIND(kinds, word);

		if (kind < 0 && !streq(word, "all")) {
			*ret_bad = word;
			return -EINVAL;
		}
		*ret |= kind < 0 ? BIT(ARRAY_SIZE(kinds)) - 1 : BIT(kind);
	}
	return 0;
}

static const char *stamp_path(struct cmd *c, const char *unit)
{
	return arena_printf(&c->arena, STAMP_DIR "/stamp-%s", unit);
}

/* What this unit has; 0 where its type has nothing of the kind, with *ret_type false. */
static unsigned can_clean(const struct unit *u, bool *ret_type)
{
	unsigned mask = 0;

	*ret_type = u->has_exec || u->type == UNIT_TIMER;
	if (u->type == UNIT_TIMER) {
		return u->timer.persistent ? BIT(EXEC_DIRECTORY_STATE) : 0;
	}
	for (int kind = 0; u->has_exec && kind < EXEC_DIRECTORY_MAX; kind++) {
		mask |= u->exec.directories[kind].paths.n > 0 ? BIT(kind) : 0;
	}
	if (u->type == UNIT_SERVICE && u->service.fd_store_max > 0) {
		mask |= BIT(EXEC_DIRECTORY_MAX);
	}
	return mask;
}

const char *clean_list(const struct unit *u, struct arena *a)
{
	struct strv words = {0};
	bool has_type;
	unsigned mask = can_clean(u, &has_type);

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (mask & BIT(i)) {
			strv_add(&words, a, kinds[i]);
		}
	}
	return strv_join(&words, a, " ");
}

/* A process of its own, which the time limit ends: a sentence for each directory that stays goes to fd. */
static _Noreturn void removing_main(const struct unit *u, unsigned kinds_mask, int fd)
{
	CLEANUP_ARENA struct arena arena = {0};
	struct diag_list diags = { .arena = &arena };
	usec_t limit = u->exec.timeout_clean;
	struct itimerval timer = {0};

	if (limit != USEC_INFINITY) {
		timer.it_value.tv_sec = (time_t)(limit / USEC_PER_SEC);
		timer.it_value.tv_usec = (suseconds_t)(limit % USEC_PER_SEC);
		signal(SIGALRM, SIG_DFL);
		setitimer(ITIMER_REAL, &timer, NULL);
	}
	exec_directories_clean(u, kinds_mask, &diags);
	for (size_t i = 0; i < diags.n; i++) {
		io_write_all(fd, diags.v[i].text, strlen(diags.v[i].text));
		io_write_all(fd, "\n", 1);
	}
	_exit(diags.n > 0 ? EXIT_FAILURE : EXIT_SUCCESS);
}

/* The sentences of the child, and its status as waitpid(2) has it. 0 or -errno. */
static int remove_directories(const struct unit *u, unsigned kinds_mask, struct strbuf *ret_text,
			      int *ret_status)
{
	char buf[1024];
	ssize_t n;
	pid_t pid;
	int p[2];

	if (pipe2(p, O_CLOEXEC) < 0) {
		return -errno;
	}
	pid = fork();
	if (pid == 0) {
		removing_main(u, kinds_mask, p[1]);
	}
	close(p[1]);
	while (pid > 0 && ((n = read(p[0], buf, sizeof(buf))) > 0 || (n < 0 && errno == EINTR))) {
		strbuf_add_n(ret_text, buf, n > 0 ? (size_t)n : 0);
	}
	close(p[0]);
	while (pid > 0 && waitpid(pid, ret_status, 0) < 0 && errno == EINTR) {
	}
	return pid < 0 ? -EAGAIN : 0;
}

/* As systemd, whose control process it is that does not end well. */
static void record_failure(struct cmd *c, struct cmd_unit *cu, const struct strv *sentences,
			   bool in_time)
{
	const struct unit *u = cu->unit;
	struct record *r = &cu->record;

	STRV_FOREACH(sentence, sentences) {
		log_unit_note(&c->place, u->id, DIAG_ERROR, sentence);
	}
	r->result = in_time ? "exit-code" : "signal";
	log_unit_note(&c->place, u->id, DIAG_WARNING,
		      arena_printf(&c->arena, "%s: Failed with result '%s'.", u->id, r->result));
	snprintf(r->epoch, sizeof(r->epoch), "%s", c->place.epoch);
	r->clean_result = in_time ? r->result : "timeout";
	r->active = ACTIVE_FAILED;
	r->sub = "failed";
	r->state_change_realtime = r->inactive_enter_realtime = clock_realtime();
	r->state_change_monotonic = r->inactive_enter_monotonic = clock_monotonic();
	record_write(&c->place, u->id, r);
	if (u->dependencies[DEP_ON_FAILURE].n > 0) {
		setenv("MONITOR_UNIT", u->id, 1);
		setenv("MONITOR_SERVICE_RESULT", r->result, 1);
		cmd_aftermath(c, "failed", u->id);
	}
}

/* NULL, or why not all is gone. */
static const char *clean_directories(struct cmd *c, struct cmd_unit *cu, unsigned kinds_mask)
{
	CLEANUP_STRBUF struct strbuf text = {0};
	struct strv sentences = {0};
	bool in_time;
	int status = 0;
	int r = remove_directories(cu->unit, kinds_mask, &text, &status);

	if (r < 0) {
		return strerror(-r);
	}
	if (status == 0) {
		return NULL;
	}
	in_time = WIFEXITED(status);
	strv_split(&sentences, &c->arena, strbuf_text(&text), "\n");
	if (!in_time) {
		strv_add(&sentences, &c->arena,
			 arena_printf(&c->arena, "%s: Cleaning timed out. killing.", cu->unit->id));
	}
	record_failure(c, cu, &sentences, in_time);
	return in_time ? strv_join(&sentences, &c->arena, "; ") : "Cleaning timed out.";
}

static const char *clean_one(struct cmd *c, struct cmd_unit *cu)
{
	const struct unit *u = cu->unit;
	const char *bad;
	unsigned wanted;
	bool has_type;
	unsigned mask = can_clean(u, &has_type);

	if (!has_type) {
		return arena_printf(&c->arena, "Unit '%s' does not support cleaning.", u->id);
	}
	if (parse_what(c, &wanted, &bad) < 0) {
		return arena_printf(&c->arena, "Invalid resource type: %s", bad);
	}
	if (cu->record.active != ACTIVE_INACTIVE) {
		return "Unit is not inactive or has pending job.";
	}
	if ((mask & wanted) == 0) {
		return "No matching resources found.";
	}
	if (u->type == UNIT_TIMER) {
		return unlink(stamp_path(c, u->id)) < 0 && errno != ENOENT ? strerror(errno) : NULL;
	}
	return clean_directories(c, cu, mask & wanted);
}

int cmd_clean(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct strv names = {0};
	int status = 0;

	if (cmd_expand_names(c, args, ".service", &names, NULL) < 0) {
		return 1;
	}
	STRV_FOREACH(name, &names)
	{
		const char *complaint;
		struct cmd_unit cu;

		if (cmd_unit_get(c, name, &cu) < 0) {
			return 1;
		}
		if (cu.unit->load_state == UNIT_NOT_FOUND &&
		    active_state_is_down(cu.record.active)) {
			cmd_error("Failed to add reference to unit %s: Unit %s not found.", name,
				  name);
			status = 1;
			continue;
		}
		complaint = clean_one(c, &cu);
		if (complaint) {
			cmd_error("Failed to clean unit %s: %s", name, complaint);
			status = 1;
		}
	}
	return status;
}
