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
/* The same as the text of a unit file, for those who print it; in the arena. -ENOENT no script. */
int sysv_unit_text(const struct unit_index *x, const char *name, struct arena *a, char **ret);
/* Other names that scripts without a unit file give themselves with Provides:, to those of the scripts; all in the arena. */
void sysv_list_aliases(const struct unit_index *x, struct arena *a, struct map *ret);
/* Scripts that the S links of the runlevels start with this target (multi-user.target: 2, 3, 4; graphical.target: 5), natives included. */
void sysv_list_wanted(const struct root *root, const char *target, struct arena *a, struct strv *ret);
/* Names of all scripts ("foo.service"), for lists of units; natives of the same name included. */
void sysv_list_names(const struct root *root, struct arena *a, struct strv *ret);
