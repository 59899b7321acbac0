/* SPDX-License-Identifier: MIT */
#pragma once

/* A hash map from string to pointer. Keys are not copied. Lives in an arena; entries are walked in order of insertion. */

#include "base/arena.h"

struct map_entry {
	const char *key;
	void *value;
};

struct map {
	struct arena *arena;
	struct map_entry *entries;	/* insertion order; key NULL = removed */
	size_t n;			/* used slots of entries, removed ones too */
	size_t cap;
	uint32_t *slots;		/* index + 1 into entries, 0 = empty */
	size_t n_slots;
};

void map_init(struct map *m, struct arena *a);
/* The value, or NULL. */
void *map_get(const struct map *m, const char *key);
bool map_has(const struct map *m, const char *key);
/* Sets or replaces. */
void map_put(struct map *m, const char *key, void *value);
void map_remove(struct map *m, const char *key);
#define MAP_FOREACH(e, m) \
	for (struct map_entry *e = (m)->entries; e < (m)->entries + (m)->n; e++) \
		if (e->key)
