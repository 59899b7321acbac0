/* SPDX-License-Identifier: MIT */
#include "supervisor/service_bus.h"

#include <errno.h>
#include <string.h>

#include "base/diag.h"
#include "supervisor/bus.h"
#include "supervisor/tree.h"

static const char *bus_address(struct supervisor *s)
{
	const char *variable =
		s->place.user_scope ? "DBUS_SESSION_BUS_ADDRESS" : "DBUS_SYSTEM_BUS_ADDRESS";
	const char *address = getenv(variable);
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (address && *address) {
		return address;
	}
	if (!s->place.user_scope) {
		return BUS_SYSTEM_ADDRESS;
	}
	return runtime ? arena_printf(&s->scratch, "unix:path=%s/bus", runtime) : "";
}

bool service_bus_is_open(const struct supervisor *s)
{
	return s->bus && s->bus->fd >= 0;
}

bool service_bus_is_good(const struct supervisor *s)
{
	return !service_bus_is_open(s) || s->has_bus_name;
}

void service_bus_open(struct supervisor *s)
{
	const char *name = supervisor_service(s)->bus_name;
	int fd, r;

	if (supervisor_service(s)->type != SERVICE_DBUS || !name || service_bus_is_open(s)) {
		return;
	}
	if (!s->bus) {
		s->bus = arena_new(&s->arena, struct bus_client);
		s->bus->fd = -1;
	}
	fd = bus_connect(bus_address(s));
	r = fd < 0 ? fd : bus_begin(s->bus, fd, name);
	if (r == 0) {
		r = loop_watch(s, fd, SOURCE_BUS, 0);
	}
	if (r < 0) {
		s->bus->fd = -1;
		macro_close(&fd);
		say(s, DIAG_INFO,
		    "There is no bus to watch for the name '%s' (%s): counts as started once executed.",
		    name, strerror(-r));
		return;
	}
	/* What a former supervisor saw start has had its name. */
	s->has_bus_name = active_state_is_up(service_state_active(s->state));
}

static void name_changed(struct supervisor *s, bool is_owned)
{
	s->has_bus_name = is_owned;
	if (s->state == STATE_RUNNING) {
		service_enter_running(s, RESULT_SUCCESS);
	} else if (s->state == STATE_START && is_owned) {
		service_enter_start_post(s);
	}
}

static void take_news(struct supervisor *s, const struct bus_news *news)
{
	switch (news->kind) {
	case BUS_NAME_OWNED:
	case BUS_NAME_LOST:
		name_changed(s, news->kind == BUS_NAME_OWNED);
		break;
	case BUS_OWNER_PID:
		/* Who had the name before, and has not quite gone yet, is not who is waited for. */
		if (s->state == STATE_START && tree_has(s, news->pid)) {
			name_changed(s, true);
		}
		break;
	case BUS_NO_OWNER:
		break;
	}
}

void service_bus_ready(struct supervisor *s)
{
	const char *name = supervisor_service(s)->bus_name;
	struct bus_news news;
	int r;

	if (!service_bus_is_open(s)) {
		return;
	}
	do {
		r = bus_read(s->bus, name, &news);
		if (r > 0) {
			take_news(s, &news);
		}
	} while (r > 0);
	if (r < 0) {
		loop_close(s, &s->bus->fd);
		say(s, DIAG_WARNING, "The bus is gone, the name '%s' is not watched any more: %s",
		    name, strerror(-r));
		if (s->state == STATE_START && s->exec_fd < 0) {
			service_enter_executed(s);
		}
	}
}
