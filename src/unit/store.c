/* SPDX-License-Identifier: MIT */
#include "unit/store.h"

#include <errno.h>

#include "unit/builtin.h"
#include "unit/defaults.h"
#include "unit/load.h"
#include "unit/manager_settings.h"
#include "unit/sysv.h"

#define OWN_DIR "/etc/systemd/system/"

int unit_store_open(struct unit_store *s, const struct unit_store_options *options)
{
	*s = (struct unit_store){ .root.fd = -1, .early_active = options->early_active };
	map_init(&s->units, &s->arena);
	s->diags.arena = &s->arena;
	int r = root_open(&s->root, options->root, &s->arena);
	if (r >= 0) {
		r = search_path_init(&s->search, options->scope, &s->root, &s->arena);
	}
	if (r >= 0) {
		r = unit_index_open(&s->index, &s->root, &s->search, root_is_real(&s->root));
	}
	if (r < 0) {
		unit_store_close(s);
	} else if (root_is_real(&s->root)) {
		s->settings = arena_new(&s->arena, struct manager_settings);
		manager_settings_read(options->scope != SEARCH_SYSTEM, &s->arena, s->settings);
	}
	return r < 0 ? r : 0;
}

void unit_store_close(struct unit_store *s)
{
	unit_store_drop_index(s);
	if (s->root.fd >= 0) {
		root_close(&s->root);
	}
	s->root.fd = -1;
	arena_free(&s->arena);
	s->units = (struct map){ 0 };
	s->diags = (struct diag_list){ 0 };
}

void unit_store_drop_index(struct unit_store *s)
{
	if (s->index.root) {
		unit_index_close(&s->index);
	}
	s->index.root = NULL;
}

/* The names that lead to a unit: its id, the aliases of the index and, for an instance, those of
 * its template with the instance put in. */
static void store_collect_names(struct unit_store *s, struct unit *u)
{
	strv_add(&u->names, &s->arena, u->id);
	const struct strv *own = map_get(&s->index.aliases, u->id);
	if (own) {
		STRV_FOREACH(alias, own)
		{
			strv_add_unique(&u->names, &s->arena, arena_strdup(&s->arena, alias));
		}
	}
	if (name_classify(u->id) != NAME_INSTANCE) {
		return;
	}
	const char *instance = name_instance(&s->arena, u->id);
	const struct strv *inherited = map_get(&s->index.aliases, name_template(&s->arena, u->id));
	if (!inherited) {
		return;
	}
	STRV_FOREACH(alias, inherited)
	{
		char *name = name_classify(alias) == NAME_TEMPLATE
				     ? name_with_instance(&s->arena, alias, instance)
				     : NULL;
		if (name) {
			strv_add_unique(&u->names, &s->arena, name);
		}
	}
}

static struct unit *store_new_unit(struct unit_store *s, const char *id)
{
	struct unit *u = arena_new(&s->arena, struct unit);
	u->id = arena_strdup(&s->arena, id);
	u->type = name_type(id);
	u->user = s->search.scope != SEARCH_SYSTEM;
	unit_defaults_init(u);
	if (s->settings) {
		manager_settings_apply(s->settings, u);
	}
	store_collect_names(s, u);
	u->early = s->early_active && builtin_is_early(id);
	return u;
}

/* Has the administrator said anything about it? */
static bool has_own_files(const struct unit *u)
{
	if (str_has_prefix(str_or_empty(u->fragment_path), OWN_DIR)) {
		return true;
	}
	STRV_FOREACH(path, &u->dropin_paths)
	{
		if (str_has_prefix(path, OWN_DIR)) {
			return true;
		}
	}
	return false;
}

/* The init script that gives itself this name, as a unit; NULL none. */
static const char *store_find_provider(struct unit_store *s, const char *name)
{
	if (s->search.scope != SEARCH_SYSTEM || name_type(name) != UNIT_SERVICE) {
		return NULL;
	}
	if (!s->has_sysv_aliases) {
		sysv_list_aliases(&s->index, &s->arena, &s->sysv_aliases);
		s->has_sysv_aliases = true;
	}
	return map_get(&s->sysv_aliases, name);
}

int unit_store_get(struct unit_store *s, const char *name, struct unit **ret)
{
	if (!name_is_valid(name, NAME_ANY)) {
		return -EINVAL;
	}
	struct unit *u = map_get(&s->units, name);
	if (u) {
		*ret = u;
		return 0;
	}
	if (!s->index.root) {
		return -ESTALE;
	}
	const char *id;
	const struct index_entry *entry;
	int r = unit_index_resolve(&s->index, name, &s->arena, &id, &entry);
	if (r < 0 && r != -ELOOP) {
		return r;
	}
	if (r == -ELOOP) {
		id = name;
		entry = NULL;
	}
	const char *provider = !entry && r == 0 ? store_find_provider(s, id) : NULL;
	if (provider) {
		return unit_store_get(s, provider, ret);
	}
	u = map_get(&s->units, id);
	if (u) {
		*ret = u;
		return 0;
	}
	u = store_new_unit(s, id);
	map_put(&s->units, u->id, u);
	const struct load_context c = {
		.index = &s->index,
		.arena = &s->arena,
		.diags = &s->diags,
		.unit = u,
		.user = s->search.scope != SEARCH_SYSTEM,
	};
	if (!entry && r == 0 && s->search.scope == SEARCH_SYSTEM) {
		sysv_load_unit(&c);
	}
	load_unit(&c, entry);
	if (!u->description) {
		u->description = u->id;
	}
	if (s->settings && !s->early_active && !u->user && !has_own_files(u)) {
		u->skipped = builtin_boot_skip_reason(u->id);
	}
	if (s->settings && !s->early_active && !u->user && streq(u->id, "sysinit.target")) {
		unit_add_dependency(u, &s->arena, DEP_WANTS, BUILTIN_SYSLOG, true);
	}
	*ret = u;
	return 0;
}

struct unit *unit_store_peek(const struct unit_store *s, const char *name)
{
	struct unit *u = map_get(&s->units, name);
	if (u) {
		return u;
	}
	MAP_FOREACH(e, &s->units)
	{
		u = e->value;
		if (strv_contains(&u->names, name)) {
			return u;
		}
	}
	return NULL;
}

int unit_store_list_names(struct unit_store *s, struct arena *a, struct strv *ret)
{
	if (!s->index.root) {
		return -ESTALE;
	}
	MAP_FOREACH(e, &s->index.units)
	{
		strv_add(ret, a, arena_strdup(a, e->key));
	}
	strv_sort(ret);
	return 0;
}
