/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The unit store: loads units by name on demand and keeps them. One per command. Each unit is loaded once, under its canonical name:
 * fragment, then drop-ins, then implicit and default dependencies (unit/defaults.h).
 */

#include "base/map.h"
#include "unit/index.h"
#include "unit/unit.h"

struct manager_settings;

struct unit_store {
	struct arena arena;		/* units and their strings */
	struct root root;
	struct search_path search;
	struct unit_index index;
	struct map units;		/* canonical name -> struct unit */
	struct map sysv_aliases;	/* of init scripts (unit/sysv.h), once they have been asked for */
	bool has_sysv_aliases;
	struct diag_list diags;		/* warnings of all loads, in order */
	bool early_active;		/* outside a booted container: early units count as active (DESIGN.md 2) */
	struct manager_settings *settings;	/* [Manager] of system.conf (unit/manager_settings.h); NULL under another root */
};

struct unit_store_options {
	enum search_scope scope;
	const char *root;		/* NULL = "/" */
	bool early_active;
};

int unit_store_open(struct unit_store *s, const struct unit_store_options *options);
void unit_store_close(struct unit_store *s);
/* Frees the index (a supervisor has no use for it after loading its unit). Later look-ups fail with -ESTALE. */
void unit_store_drop_index(struct unit_store *s);

/*
 * The unit called name (or an alias of it), loaded. Never NULL on success: what is not found or broken is a unit with that load_state.
 * 0; -EINVAL: no valid unit name; -errno.
 */
int unit_store_get(struct unit_store *s, const char *name, struct unit **ret);
/* Only if it was loaded before; NULL otherwise. */
struct unit *unit_store_peek(const struct unit_store *s, const char *name);
/* Names of all unit files and built-in units (canonical and alias names), sorted; those of init scripts are not among them. */
int unit_store_list_names(struct unit_store *s, struct arena *a, struct strv *ret);
