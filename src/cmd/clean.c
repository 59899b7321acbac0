/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <errno.h>
#include <fcntl.h>

#include "base/io.h"
#include "base/names.h"
#include "exec/spawn.h"
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

static const char *clean_one(struct cmd *c, const struct cmd_unit *cu)
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
	exec_directories_clean(u, mask & wanted);
	return NULL;
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
