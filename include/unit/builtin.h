/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Units that soloctl brings along as text, for images without the systemd package: the standard targets of systemd.special(7),
 * -.slice, system.slice, -.mount, syslog.socket … They have the lowest priority of all; a file of that name always wins.
 * One table: name, text, and whether it is one of the early-boot units that count as active outside a booted container.
 */

#include "base/macro.h"

struct builtin_unit {
	const char *name;
	const char *text;	/* unit file text; NULL for an alias */
	const char *alias;	/* the unit that this is another name of; NULL for a unit */
	bool perpetual;		/* systemd itself has it without a file (-.slice, init.scope …): there is one even where systemd's unit files are installed */
};

/* Listens at /dev/log where nobody else does; a booted container's sysinit.target wants it. */
#define BUILTIN_SYSLOG "soloctl-syslog.service"

/* The row, or NULL. */
const struct builtin_unit *builtin_find(const char *name);
/* All rows, sorted by name. */
const struct builtin_unit *builtin_all(size_t *ret_n);
/*
 * Early-boot units (sysinit.target, basic.target, local-fs.target, network.target, network-online.target, sockets.target, time-set.target,
 * -.mount, -.slice, system.slice, init.scope, syslog.socket, API mounts, tmp.mount …): outside a booted
 * container they count as active and pull nothing in, whoever provides them. dbus.socket is none: a file of that name is really
 * started, and the one brought along has a condition that is not met without dbus.
 */
bool builtin_is_early(const char *name);
/*
 * Why the boot of a container leaves this unit out, where the unit's own conditions do not; NULL: it does not. It can still be started by name, and a
 * file or drop-in of that name below /etc/systemd/system takes the row away.
 */
const char *builtin_boot_skip_reason(const char *name);
