/* SPDX-License-Identifier: MIT */
#pragma once

/* The unit search path: systemd.unit(5), "Unit File Load Path". */

#include "base/root.h"
#include "base/str.h"

enum search_scope {
	SEARCH_SYSTEM,
	SEARCH_USER,		/* --user: of the calling user */
	SEARCH_GLOBAL,		/* --global: user units of all users */
};

struct search_path {
	enum search_scope scope;
	struct strv dirs;		/* absolute inside the root, highest priority first, no duplicates */
	const char *persistent_config;	/* /etc/systemd/system */
	const char *runtime_config;	/* /run/systemd/system */
	const char *persistent_control;	/* NULL for global */
	const char *runtime_control;
	const char *transient;
	const char *generator;
	const char *generator_early;
	const char *generator_late;
};

/*
 * Honours $SYSTEMD_UNIT_PATH (a trailing ':' prepends), under a root too: then its directories are those inside it. An empty value is
 * an empty search path. 0; -ENXIO: --user without a home; -EINVAL: --user under a root.
 */
int search_path_init(struct search_path *p, enum search_scope scope, const struct root *root, struct arena *a);
bool search_path_is_generator(const struct search_path *p, const char *dir);
/* The entry of dirs that directly contains path, or NULL. */
const char *search_path_dir_of(const struct search_path *p, const char *path);
