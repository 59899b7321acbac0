/* SPDX-License-Identifier: MIT */
#pragma once

/* The two halves that enable, disable, reenable and presets are put together from. */

#include "install/change.h"
#include "install/find.h"

struct apply {
	struct install *in;
	const char *config; /* the directory in which links are made and removed */
	unsigned flags;	    /* enum install_flags */
	unsigned find;	    /* enum find_flags for units that wait in the set */
	struct change_list *changes;
};

/* The configuration directory that flags ask for; -EINVAL where the scope has none. */
int apply_init(struct apply *a, struct install *in, unsigned flags, struct change_list *changes);
/* Makes the links of all waiting units of the set, and of those that they name in Also=. Number of
 * link rules, or the first error. */
int apply_links(const struct apply *a, struct unit_file_set *s);
/* Adds to marked what is to be removed for all waiting units of the set, and those that they name
 * in Also=. 0 or -errno. */
int apply_mark(const struct apply *a, struct unit_file_set *s, struct strv *marked);
