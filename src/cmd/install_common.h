/* SPDX-License-Identifier: MIT */
#pragma once

/* What the verbs of cmd/install.h share: opening, names, and telling what was done. */

#include "cmd/cmd.h"

/* Opens the unit files as options and situation ask. 0 or -errno; nothing is printed. Also sets up
 * changes. */
int install_prepare(struct cmd *c, struct install *in, struct change_list *changes);
unsigned install_flags_of(const struct cmd *c);
/* Prints what reading the files had to say, and forgets it. */
void install_print_diags(struct install *in);
/*
 * Prints the changes (with --quiet only errors) and the error r where none of them is it. "enable"
 * -> "Failed to enable unit: …". Returns the exit status for r.
 */
int install_report(struct cmd *c, struct install *in, const char *what, int r,
		   const struct change_list *changes);
/* Closes and gives status on. */
int install_finish(struct install *in, int status);

/* One word -> unit name; prints the notices and errors of systemctl. `what` is as in "Glob pattern
 * passed WHAT, but …". 0 or -EINVAL. */
int install_mangle_one(struct cmd *c, const char *word, const char *what, const char *suffix,
		       const char **ret);
/* All words; those with a slash become absolute paths. */
int install_mangle(struct cmd *c, const struct strv *words, const char *what, struct strv *ret);

/*
 * Calls systemd-sysv-install for names that have an init script: systemctl(1), enable. Takes those
 * from names that are no units too. -errno (printed); is-enabled: 1 if one of them is.
 */
int install_sync_sysv(struct cmd *c, const char *verb, struct strv *names);
