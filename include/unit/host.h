/* SPDX-License-Identifier: MIT */
#pragma once

/* Facts about the machine and its operating system that specifiers and conditions ask for. */

#include "base/root.h"
#include "base/str.h"

/* "x86-64", "arm64" …: as uname(2) tells it, so subject to personality(2). "unknown" where systemd has no word for it. Static. */
const char *host_architecture(void);
/* The architecture that this program was compiled for. */
const char *host_native_architecture(void);
/* The value of a field of os-release(5), "" if the file lacks it; in the arena. -ENOENT without a file, -errno. */
int host_read_os_release(const struct root *root, const char *field, struct arena *a, const char **ret);
/* machine-id(5): 32 lower-case hex digits; also D-Bus's copy. -ENOENT: none, or not initialized yet. */
int host_read_machine_id(const struct root *root, char ret[static 33]);
/* 32 hex digits. -errno without /proc. */
int host_read_boot_id(char ret[static 33]);
/* The host name, "localhost" where none is set; in the arena. */
const char *host_name(struct arena *a);

/*
 * The kernel's command line as words; in a container PID 1's arguments, which stand in for it: systemd(1), "Kernel Command Line". 0 or -errno.
 */
int host_read_command_line(struct arena *a, struct strv *ret);
/* The environment that the container manager gave to PID 1, as "NAME=value"; our own where we may not read that. */
void host_read_manager_environment(struct arena *a, struct strv *ret);
/* Compares two versions: version-format (UAPI.10). <0, 0, >0. */
int host_compare_versions(const char *x, const char *y);
