/* SPDX-License-Identifier: MIT */
#pragma once

/* Tables of names indexed by an enum: `static const char *const table[] = { [STATE_ACTIVE] = "active", … }`. */

#include "base/macro.h"

/* The index of name in the table, or -EINVAL. */
int names_find(const char *const *table, size_t n, const char *name);
/* The name at index i, or NULL where there is none. */
const char *names_at(const char *const *table, size_t n, int i);
#define NAMES_FIND(table, name) names_find((table), ARRAY_SIZE(table), (name))
#define NAMES_AT(table, i) names_at((table), ARRAY_SIZE(table), (i))
