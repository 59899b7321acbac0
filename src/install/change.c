/* SPDX-License-Identifier: MIT */
#include "install/change.h"

void change_add(struct change_list *l, enum change_kind kind, const char *path, const char *source)
{
	path = path_simplify(l->arena, path);
	source = source ? path_simplify(l->arena, source) : NULL;
	*ARENA_PUSH(l->arena, l->v, l->n, l->cap) =
	    (struct change){.kind = kind, .path = path, .source = source};
}

int change_fail(struct change_list *l, int error, const char *path, const char *source)
{
	path = path_simplify(l->arena, path);
	source = source ? path_simplify(l->arena, source) : NULL;
	*ARENA_PUSH(l->arena, l->v, l->n, l->cap) =
	    (struct change){.kind = CHANGE_ERROR, .error = error, .path = path, .source = source};
	return error;
}

bool change_has_modification(const struct change_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].kind == CHANGE_SYMLINK || l->v[i].kind == CHANGE_UNLINK) {
			return true;
		}
	}
	return false;
}

const char *change_printed_path(const struct install *in, const char *path)
{
	if (!path || root_is_real(&in->root)) {
		return path;
	}
	return arena_printf(in->arena, "%s%s", in->root.path, path);
}
