/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fnmatch.h>

#include "install/dirs.h"
#include "unit/name.h"

static bool matches(const char *name, const struct strv *patterns)
{
	STRV_FOREACH(pattern, patterns)
	{
		if (fnmatch(pattern, name, FNM_NOESCAPE) == 0) {
			return true;
		}
	}
	return patterns->n == 0;
}

bool unit_file_state_has_preset(enum unit_file_state state)
{
	return state != UNIT_FILE_ALIAS && state != UNIT_FILE_STATIC &&
	       state != UNIT_FILE_GENERATED && state != UNIT_FILE_TRANSIENT;
}

static bool read_entry(struct install *in, const char *name, const struct strv *states,
		       struct unit_file_entry *ret)
{
	ret->state = UNIT_FILE_BAD;
	install_unit_file_state(in, name, &ret->state);
	return states->n == 0 || strv_contains(states, unit_file_state_name(ret->state));
}

static int compare(const void *x, const void *y)
{
	const char *a = path_basename(((const struct unit_file_entry *)x)->path);
	const char *b = path_basename(((const struct unit_file_entry *)y)->path);
	int r = strcasecmp(strrchr(a, '.'), strrchr(b, '.'));

	if (r == 0) {
		r = strcasecmp(a, b);
	}
	return r != 0 ? r : strcmp(a, b);
}

int install_list_unit_files(struct install *in, const struct strv *states,
			    const struct strv *patterns, struct arena *a,
			    struct unit_file_entry **ret, size_t *ret_n)
{
	struct unit_file_entry *v = NULL;
	size_t n = 0, cap = 0;
	struct map seen;

	map_init(&seen, a);
	for (size_t i = 0; i < in->search.dirs.n; i++) {
		MAP_FOREACH(e, dirs_entries(in, i))
		{
			struct unit_file_entry entry = {0};

			if ((DIRS_TYPE(e) != DT_LNK && DIRS_TYPE(e) != DT_REG) ||
			    !name_is_valid(e->key, NAME_ANY) || !matches(e->key, patterns) ||
			    map_has(&seen, e->key)) {
				continue;
			}
			if (read_entry(in, e->key, states, &entry)) {
				map_put(&seen, e->key, in);
				entry.path = path_join(a, in->search.dirs.v[i], e->key);
				*ARENA_PUSH(a, v, n, cap) = entry;
			}
		}
	}
	if (n > 0) {
		qsort(v, n, sizeof *v, compare);
	}
	*ret = v;
	*ret_n = n;
	return 0;
}
