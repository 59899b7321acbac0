/* SPDX-License-Identifier: MIT */
#pragma once

/* Dependencies of a unit by kind, those included that other units' files declare. */

#include "units.h"
#include "unit/dependency.h"

struct deps {
	struct graph graph;
	struct map declared; /* id -> struct strv [DEP_KIND_MAX]: who declares a dependency of this kind on it */
};

/*
 * Knows who could depend on the units: the units themselves, what runs, and what default.target
 * pulls in. 0 or -errno.
 */
int deps_open(struct cmd *c, const struct strv *names, struct deps *ret);
/* Adds the ids of the units that u has this kind of dependency on. */
void deps_collect(struct cmd *c, const struct deps *d, const struct unit *u, enum dep_kind kind,
		  struct strv *ret);
/* --with-dependencies: adds what the units require and want, one level deep. 0 or -errno. */
int deps_add_direct(struct cmd *c, struct strv *names);
/* Kinds that list-dependencies follows by itself. */
extern const enum dep_kind deps_forward[6];
