/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/arena.h"

#define CHUNK_FIRST ((size_t)16 * 1024)
#define CHUNK_LARGEST ((size_t)256 * 1024)
#define PAGE ((size_t)4096)
#define ALIGNMENT _Alignof(max_align_t)
#define EXIT_STATUS_MEMORY 204
#define ARRAY_FIRST_CAP 8

struct arena_chunk {
	struct arena_chunk *next;
	size_t size; /* of the whole mapping */
	size_t used; /* this header included */
};

void arena_out_of_memory(void)
{
	static const char message[] = "Out of memory\n";
	ssize_t ignored = write(STDERR_FILENO, message, sizeof(message) - 1);

	(void)ignored;
	_exit(EXIT_STATUS_MEMORY);
}

static size_t round_up(size_t n, size_t step)
{
	size_t rounded;

	if (__builtin_add_overflow(n, step - 1, &rounded)) {
		arena_out_of_memory();
	}
	return rounded & ~(step - 1);
}

static struct arena_chunk *chunk_map(size_t size)
{
	struct arena_chunk *c =
	    mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (c == MAP_FAILED) {
		arena_out_of_memory();
	}
	c->size = size;
	c->used = round_up(sizeof(*c), ALIGNMENT);
	return c;
}

/* A chunk with room for n bytes. One that is made for a single big request goes behind the newest,
 * which still has room. */
static struct arena_chunk *arena_add_chunk(struct arena *a, size_t n)
{
	size_t size = a->chunks ? CHUNK_LARGEST : CHUNK_FIRST;
	size_t need = round_up(n + round_up(sizeof(struct arena_chunk), ALIGNMENT), PAGE);
	struct arena_chunk *c;

	if (a->chunks && a->chunks->size < CHUNK_LARGEST / 2) {
		size = a->chunks->size * 2;
	}
	if (need > size && a->chunks) {
		c = chunk_map(need);
		c->next = a->chunks->next;
		a->chunks->next = c;
		return c;
	}
	c = chunk_map(need > size ? need : size);
	c->next = a->chunks;
	a->chunks = c;
	return c;
}

void arena_free(struct arena *a)
{
	struct arena_chunk *c = a->chunks;

	a->chunks = NULL;
	while (c) {
		struct arena_chunk *next = c->next;

		munmap(c, c->size);
		c = next;
	}
}

void *arena_alloc(struct arena *a, size_t n)
{
	struct arena_chunk *c = a->chunks;
	void *p;

	if (n > SIZE_MAX / 2) {
		arena_out_of_memory();
	}
	n = round_up(n ? n : 1, ALIGNMENT);
	if (!c || c->size - c->used < n) {
		c = arena_add_chunk(a, n);
	}
	p = (char *)c + c->used;
	c->used += n;
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *copy;

	n = strnlen(s, n);
	copy = arena_alloc(a, n + 1);
	memcpy(copy, s, n);
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_vprintf(struct arena *a, const char *format, va_list args)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	if (n < 0) {
		arena_out_of_memory();
	}
	text = arena_alloc(a, (size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, format, again);
	va_end(again);
	return text;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vprintf(a, format, args);
	va_end(args);
	return text;
}

size_t arena_size(const struct arena *a)
{
	size_t n = 0;

	for (const struct arena_chunk *c = a->chunks; c; c = c->next) {
		n += c->size;
	}
	return n;
}

/* The array that was allocated last can grow where it is; that keeps a list that is built in one go
 * from being copied. */
static bool arena_extend(struct arena *a, void *array, size_t old_size, size_t new_size)
{
	struct arena_chunk *c = a->chunks;
	size_t more = round_up(new_size, ALIGNMENT) - round_up(old_size, ALIGNMENT);

	if (!c || (char *)array + round_up(old_size, ALIGNMENT) != (char *)c + c->used) {
		return false;
	}
	if (c->size - c->used < more) {
		return false;
	}
	c->used += more;
	return true;
}

void *arena_grow(struct arena *a, void *array, size_t n, size_t *cap, size_t element_size)
{
	size_t new_cap = *cap ? *cap * 2 : ARRAY_FIRST_CAP;
	size_t new_size;
	void *copy;

	if (array && n < *cap) {
		return array;
	}
	if (new_cap <= n) {
		new_cap = n + 1;
	}
	if (__builtin_mul_overflow(new_cap, element_size, &new_size)) {
		arena_out_of_memory();
	}
	if (array && arena_extend(a, array, *cap * element_size, new_size)) {
		*cap = new_cap;
		return array;
	}
	copy = arena_alloc(a, new_size);
	if (array && n > 0) {
		memcpy(copy, array, n * element_size);
	}
	*cap = new_cap;
	return copy;
}
