/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fnmatch.h>

#include "install/dirs.h"
#include "unit/name.h"
#include "unit/sysv.h"

#define GENERATED_DIR "/run/systemd/generator.late" /* where the generator would have put them */

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

struct list {
	struct install *in;
	const struct strv *states, *patterns;
	struct arena *arena; /* of the entries */
	struct unit_file_entry *v;
	size_t n, cap;
	struct map seen;
};

static void add_directory(struct list *l, size_t i)
{
	MAP_FOREACH(e, dirs_entries(l->in, i))
	{
		struct unit_file_entry entry = {0};

		if ((DIRS_TYPE(e) != DT_LNK && DIRS_TYPE(e) != DT_REG) ||
		    !name_is_valid(e->key, NAME_ANY) || !matches(e->key, l->patterns) ||
		    map_has(&l->seen, e->key)) {
			continue;
		}
		if (read_entry(l->in, e->key, l->states, &entry)) {
			map_put(&l->seen, e->key, l);
			entry.path = path_join(l->arena, l->in->search.dirs.v[i], e->key);
			*ARENA_PUSH(l->arena, l->v, l->n, l->cap) = entry;
		}
	}
}

/* Init scripts without a unit file: as if systemd-sysv-generator had made theirs. */
static void add_scripts(struct list *l)
{
	struct strv names = {0};

	if (l->states->n > 0 && !strv_contains(l->states, unit_file_state_name(UNIT_FILE_GENERATED))) {
		return;
	}
	sysv_list_names(&l->in->root, l->arena, &names);
	STRV_FOREACH(name, &names)
	{
		if (matches(name, l->patterns) && install_unit_exists(l->in, name) == 0) {
			*ARENA_PUSH(l->arena, l->v, l->n, l->cap) = (struct unit_file_entry){
			    .path = path_join(l->arena, GENERATED_DIR, name),
			    .state = UNIT_FILE_GENERATED,
			};
		}
	}
}

int install_list_unit_files(struct install *in, const struct strv *states,
			    const struct strv *patterns, struct arena *a,
			    struct unit_file_entry **ret, size_t *ret_n)
{
	struct list l = {.in = in, .states = states, .patterns = patterns, .arena = a};

	map_init(&l.seen, a);
	for (size_t i = 0; i < in->search.dirs.n; i++) {
		add_directory(&l, i);
	}
	if (in->with_scripts) {
		add_scripts(&l);
	}
	if (l.n > 0) {
		qsort(l.v, l.n, sizeof *l.v, compare);
	}
	*ret = l.v;
	*ret_n = l.n;
	return 0;
}
