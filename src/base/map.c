/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/map.h"

#define SLOTS_FIRST 16

/* FNV-1a */
static uint32_t hash_string(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s; s++) {
		h = (h ^ (unsigned char)*s) * 16777619u;
	}
	return h;
}

/* The slot of the key, or the empty one where its search ends. A slot of a removed entry is passed
 * over. */
static uint32_t *map_slot(const struct map *m, const char *key)
{
	size_t mask = m->n_slots - 1;
	size_t i = hash_string(key) & mask;

	while (m->slots[i] != 0) {
		const char *other = m->entries[m->slots[i] - 1].key;

		if (other && strcmp(other, key) == 0) {
			break;
		}
		i = (i + 1) & mask;
	}
	return &m->slots[i];
}

static struct map_entry *map_find(const struct map *m, const char *key)
{
	uint32_t slot = m->n_slots ? *map_slot(m, key) : 0;

	return slot ? &m->entries[slot - 1] : NULL;
}

/* Drops removed entries and makes the slots anew, at least twice as many as there are entries. */
static void map_rebuild(struct map *m)
{
	size_t kept = 0;
	size_t n_slots = SLOTS_FIRST;

	for (size_t i = 0; i < m->n; i++) {
		if (m->entries[i].key) {
			m->entries[kept++] = m->entries[i];
		}
	}
	m->n = kept;
	while (n_slots < (kept + 1) * 4) {
		n_slots *= 2;
	}
	if (n_slots > m->n_slots) {
		m->slots = arena_new_n(m->arena, uint32_t, n_slots);
		m->n_slots = n_slots;
	} else {
		memset(m->slots, 0, sizeof(*m->slots) * m->n_slots);
	}
	for (size_t i = 0; i < m->n; i++) {
		*map_slot(m, m->entries[i].key) = (uint32_t)(i + 1);
	}
}

void map_init(struct map *m, struct arena *a)
{
	*m = (struct map){.arena = a};
}

void *map_get(const struct map *m, const char *key)
{
	struct map_entry *e = map_find(m, key);

	return e ? e->value : NULL;
}

bool map_has(const struct map *m, const char *key)
{
	return map_find(m, key) != NULL;
}

void map_put(struct map *m, const char *key, void *value)
{
	uint32_t *slot;

	if ((m->n + 1) * 2 > m->n_slots) {
		map_rebuild(m);
	}
	slot = map_slot(m, key);
	if (*slot) {
		m->entries[*slot - 1].value = value;
		return;
	}
	*ARENA_PUSH(m->arena, m->entries, m->n, m->cap) = (struct map_entry){key, value};
	*slot = (uint32_t)m->n;
}

void map_remove(struct map *m, const char *key)
{
	struct map_entry *e = map_find(m, key);

	if (e) {
		*e = (struct map_entry){0};
	}
}
