/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "base/names.h"

int names_find(const char *const *table, size_t n, const char *name)
{
	if (!name) {
		return -EINVAL;
	}
	for (size_t i = 0; i < n; i++) {
		if (table[i] && strcmp(table[i], name) == 0) {
			return (int)i;
		}
	}
	return -EINVAL;
}

const char *names_at(const char *const *table, size_t n, int i)
{
	return i >= 0 && (size_t)i < n ? table[i] : NULL;
}
