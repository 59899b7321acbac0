/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The few macros that the whole house uses: scope-bound cleanup, hand-over of
 * what a scope owns, and sizes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define CLEANUP(f) __attribute__((cleanup(f)))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define WARN_UNUSED __attribute__((warn_unused_result))

/* Hands a file descriptor (or pointer) over: yields it and leaves -1 (NULL) behind. */
#define TAKE_FD(fd)                     \
	({                              \
		int *_take = &(fd);     \
		int _taken = *_take;    \
		*_take = -1;            \
		_taken;                 \
	})
#define TAKE_PTR(p)                         \
	({                                  \
		__typeof__(p) *_take = &(p);    \
		__typeof__(p) _taken = *_take;  \
		*_take = NULL;              \
		_taken;                     \
	})

/* `CLEANUP_CLOSE int fd = -1;` closes at the end of its scope and keeps errno. */
void macro_close(int *fd);
#define CLEANUP_CLOSE CLEANUP(macro_close)
/* `CLEANUP_FREE char *s = NULL;` */
void macro_free(void *p);
#define CLEANUP_FREE CLEANUP(macro_free)
/* `CLEANUP_CLOSEDIR DIR *d = NULL;` */
void macro_closedir(void *p);
#define CLEANUP_CLOSEDIR CLEANUP(macro_closedir)
