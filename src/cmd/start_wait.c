/* SPDX-License-Identifier: MIT */
#include "start.h"

#include <errno.h>
#include <poll.h>
#include <sys/inotify.h>

/* A unit that waits to be restarted was down, however short that was. */
static bool has_ended(const struct cmd_unit *cu, bool for_good)
{
	return active_state_is_down(cu->record.active) ||
	       (!for_good && str_has_prefix(str_or_empty(cu->record.sub), "auto-restart") &&
		cu->unit->service.restart_mode != RESTART_MODE_DIRECT);
}

static bool has_failed(const struct cmd_unit *cu)
{
	return cu->record.active == ACTIVE_FAILED ||
	       (cu->record.active == ACTIVE_ACTIVATING &&
		!streq(str_or_empty(cu->record.result), "success"));
}

/* Waits for anything to happen in the unit's record directory; it goes away with the record. */
static void wait_for_change(struct cmd *c, const char *name, bool for_good)
{
	CLEANUP_CLOSE int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct cmd_unit cu;

	if (fd < 0 || inotify_add_watch(fd, place_unit_dir(&c->place, name, &c->arena),
					IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE | IN_DELETE_SELF |
						IN_ONLYDIR) < 0) {
		/* Without inotify there is nothing to sleep on but time. */
		poll(NULL, 0, 100);
		return;
	}
	/*
	 * It may have ended before the watch was there. A supervisor that is killed changes no
	 * file: look again now and then.
	 */
	if (cmd_unit_get(c, name, &cu) >= 0 && !has_ended(&cu, for_good)) {
		poll(&p, 1, 5000);
	}
}

int start_wait_down(struct cmd *c, const struct strv *names, bool for_good)
{
	int status = 0;

	STRV_FOREACH(name, names) {
		struct cmd_unit cu;

		for (;;) {
			if (cmd_unit_get(c, name, &cu) < 0) {
				return 1;
			}
			if (has_ended(&cu, for_good)) {
				break;
			}
			wait_for_change(c, cu.unit->id, for_good);
		}
		if (has_failed(&cu)) {
			status = 1;
		}
	}
	return status;
}
