/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fnmatch.h>

#include "list.h"
#include "units.h"

int cmd_mangle_names(struct cmd *c, const struct strv *words, const char *suffix, bool globs,
		     struct strv *ret)
{
	STRV_FOREACH(word, words) {
		char *name;
		bool is_escaped = false;
		int r = name_mangle(&c->arena, word, globs ? NAME_MANGLE_GLOB : 0, suffix, &name,
				    &is_escaped);

		if (r < 0) {
			cmd_error("Failed to mangle name: %s", strerror(-r));
			return r;
		}
		if (is_escaped) {
			cmd_notice(c, "%s", name_escaped_notice(&c->arena, word, name, suffix));
		}
		strv_add(ret, &c->arena, name);
	}
	return 0;
}

static void add_matches(struct cmd *c, const char *pattern, const struct strv *loaded,
			struct strv *ret)
{
	STRV_FOREACH(name, loaded) {
		struct cmd_unit cu;

		if (fnmatch(pattern, name, FNM_NOESCAPE) != 0 || cmd_unit_get(c, name, &cu) < 0) {
			continue;
		}
		if (list_shows_unit(c, &cu)) {
			strv_add_unique(ret, &c->arena, name);
		}
	}
}

int cmd_expand_names(struct cmd *c, const struct strv *words, const char *suffix, struct strv *ret,
		     bool *ret_globs)
{
	struct strv names = { 0 }, loaded = { 0 };
	bool has_globs = false;
	int r = cmd_mangle_names(c, words, suffix, true, &names);

	if (r < 0) {
		cmd_error("Failed to expand names: %s", strerror(-r));
		return r;
	}
	STRV_FOREACH(name, &names) {
		if (!name_is_glob(name)) {
			strv_add(ret, &c->arena, name);
		} else {
			has_globs = true;
		}
	}
	if (has_globs) {
		r = cmd_list_loaded(c, list_wants_inactive(c), &loaded);
		if (r < 0) {
			return r;
		}
		STRV_FOREACH(pattern, &names) {
			if (name_is_glob(pattern)) {
				add_matches(c, pattern, &loaded, ret);
			}
		}
	}
	if (ret_globs) {
		*ret_globs = has_globs;
	}
	return 0;
}
