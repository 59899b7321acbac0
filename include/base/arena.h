/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A region of memory that is freed all at once. One arena per command, one per
 * event in processes that stay. Chunks are anonymous mappings, so that freeing
 * an arena really gives its pages back.
 *
 * Nothing here returns NULL: when the kernel has no memory left, the process
 * writes "Out of memory" to stderr and exits with status 204 (EXIT_MEMORY).
 */

#include <stdarg.h>

#include "base/macro.h"

struct arena_chunk;

/* What the allocators of this floor do when there is no memory left. */
_Noreturn void arena_out_of_memory(void);

struct arena {
	struct arena_chunk *chunks;	/* newest first */
};

/* An arena starts as `struct arena a = {0};`. Gives everything back; the arena can be used again. */
void arena_free(struct arena *a);
#define CLEANUP_ARENA CLEANUP(arena_free)

/* n bytes, zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t n);
#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define arena_new_n(a, type, n) ((type *)arena_alloc((a), sizeof(type) * (n)))

/* A copy of the string (of its first n bytes), NUL-terminated. strdup of NULL is NULL. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *format, ...) PRINTF(2, 3);
char *arena_vprintf(struct arena *a, const char *format, va_list args) PRINTF(2, 0);

/* Bytes mapped at present; for tests and benchmarks. */
size_t arena_size(const struct arena *a);

/*
 * Makes room for one more element in an array that lives in an arena:
 *     struct edge *edges = NULL; size_t n = 0, cap = 0;
 *     *ARENA_PUSH(a, edges, n, cap) = (struct edge){ ... };
 */
void *arena_grow(struct arena *a, void *array, size_t n, size_t *cap, size_t element_size);
#define ARENA_PUSH(a, array, n, cap)                                                     \
	({ __typeof__(&(array)) _arr = &(array);                                         \
	   *_arr = arena_grow((a), *_arr, (n), &(cap), sizeof(**_arr));                  \
	   *_arr + (n)++; })
