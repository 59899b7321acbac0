/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Type=dbus, systemd.service(5): the service is started when BusName= is owned by one of its processes, and stops when nobody owns the name any more.
 * The connection stays for the life of the supervisor. Without a bus the service counts as started once it has been executed.
 */

#include "supervisor/life.h"

/* Before the main process is made (or when one has been taken over): connects, unless it is connected already. Tells the log where there is no bus. */
void service_bus_open(struct supervisor *s);
/* Is somebody watching the name? */
bool service_bus_is_open(const struct supervisor *s);
/* May the service count as running, as far as its name is concerned? True without a bus. */
bool service_bus_is_good(const struct supervisor *s);
/* The connection can be read. */
void service_bus_ready(struct supervisor *s);
