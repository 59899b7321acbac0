/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * SysV init scripts as units: what systemd-sysv-generator(8) makes of /etc/init.d/NAME, its LSB header and the /etc/rc?.d links. Used for names that
 * have no unit file.
 */

#include "unit/load.h"

/* The path of the script that a unit name stands for, where it exists and is executable; NULL otherwise. In the arena. */
const char *sysv_find_script(const struct root *root, const char *name, struct arena *a);
/* Fills the unit from the script. 0, -ENOENT no script, -errno. */
int sysv_load_unit(const struct load_context *c);
/* Names of all scripts ("foo.service"), for lists of units; natives of the same name included. */
void sysv_list_names(const struct root *root, struct arena *a, struct strv *ret);
