/* SPDX-License-Identifier: MIT */
#include "base/diag.h"

int diag_add(struct diag_list *l, enum diag_level level, int code, const char *file, unsigned line,
	     const char *unit, const char *format, ...)
{
	va_list args;
	struct diag d = {.level = level, .code = code, .line = line};

	if (!l) {
		return code;
	}
	d.file = arena_strdup(l->arena, file);
	d.unit = arena_strdup(l->arena, unit);
	va_start(args, format);
	d.text = arena_vprintf(l->arena, format, args);
	va_end(args);
	*ARENA_PUSH(l->arena, l->v, l->n, l->cap) = d;
	return code;
}
