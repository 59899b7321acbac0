/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "state/manager.h"
#include "unit/value.h"

void cmd_error(const char *format, ...)
{
	va_list args;

	/* What was printed before comes out before, also where both go into one file. */
	fflush(stdout);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

void cmd_notice(const struct cmd *c, const char *format, ...)
{
	va_list args;

	if (c->options.quiet) {
		return;
	}
	fflush(stdout);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/* Does a boolean variable say so? -1 if it is not set or is no boolean. */
static int environment_bool(const char *name)
{
	const char *value = getenv(name);
	bool b;

	return value && value_parse_bool(value, &b) >= 0 ? b : -1;
}

/* Another root directory than PID 1's. Where PID 1 may not be looked at, it is none. */
static bool is_other_root(void)
{
	struct stat own, first;

	if (stat("/proc/1/root", &first) < 0) {
		return errno == ENOENT && access("/proc/self", F_OK) < 0;
	}
	return stat("/", &own) == 0 && (own.st_ino != first.st_ino || own.st_dev != first.st_dev);
}

/* As systemd tells. */
static bool is_in_chroot(void)
{
	int offline = environment_bool("SYSTEMD_OFFLINE");

	if (offline >= 0) {
		return offline;
	}
	return environment_bool("SYSTEMD_IGNORE_CHROOT") <= 0 && is_other_root();
}

bool cmd_is_own_root(const struct cmd *c)
{
	const char *root = c->options.root;

	return !c->options.image && (!root || root[strspn(root, "/")] == '\0') && !is_other_root();
}

enum cmd_situation cmd_situation_detect(const struct cmd *c)
{
	if (c->options.root || c->options.image) {
		return CMD_OFFLINE_ROOT;
	}
	if (is_in_chroot()) {
		return CMD_OFFLINE_CHROOT;
	}
	return manager_is_booted() ? CMD_BOOTED : CMD_BARE;
}

int cmd_need_place(struct cmd *c)
{
	int r;

	if (c->place_ready) {
		return 0;
	}
	r = place_init(&c->place, c->options.user, &c->arena);
	if (r < 0) {
		cmd_error("Failed to open the runtime directory: %s", strerror(-r));
		return r;
	}
	c->place_ready = true;
	return 0;
}

int cmd_need_store(struct cmd *c)
{
	struct unit_store_options options = {
		.scope = c->options.scope,
		/* Who is not root can make nothing of what a boot begins with. */
		.early_active = c->situation != CMD_BOOTED || geteuid() != 0,
	};
	int r;

	if (c->store_ready) {
		return 0;
	}
	r = unit_store_open(&c->store, &options);
	if (r < 0) {
		cmd_error("Failed to initialize unit search paths: %s", strerror(-r));
		return r;
	}
	c->store_ready = true;
	return 0;
}

int cmd_need_unit_files(struct cmd *c)
{
	int r = 0;

	if (!c->unit_files_ready) {
		r = install_open(&c->unit_files, NULL, c->options.scope, &c->arena);
		c->unit_files_ready = r >= 0;
	}
	return r;
}
