/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>

#include "cmd/install.h"
#include "install_common.h"
#include "list.h"
#include "table.h"

/* ---- is-enabled ---- */

static bool counts_as_enabled(enum unit_file_state s)
{
	return s == UNIT_FILE_ENABLED || s == UNIT_FILE_ENABLED_RUNTIME || s == UNIT_FILE_STATIC ||
	       s == UNIT_FILE_ALIAS || s == UNIT_FILE_INDIRECT || s == UNIT_FILE_GENERATED;
}

/* With --full the links; systemctl looks for them in the running system only. */
static int print_links(struct cmd *c, struct install *in, const char *name)
{
	struct strv links = {0};
	int r;

	if (!c->options.full || c->options.root) {
		return 0;
	}
	r = install_list_links(in, name, install_flags_of(c), &links);
	install_print_diags(in);
	if (r < 0) {
		cmd_error("Failed to get file links for %s: %s", name, strerror(-r));
		return r;
	}
	STRV_FOREACH(link, &links)
	{
		printf("  %s\n", link);
	}
	return 0;
}

static int print_states(struct cmd *c, struct install *in, const struct strv *names,
			bool is_enabled, bool is_found)
{

	STRV_FOREACH(name, names)
	{
		enum unit_file_state state;
		int r = install_unit_file_state(in, name, &state);

		install_print_diags(in);
		if (r == -ENOENT) {
			if (!c->options.quiet) {
				puts("not-found");
			}
			continue;
		}
		if (r < 0) {
			cmd_error("Failed to get unit file state for %s: %s", name, strerror(-r));
			return 1;
		}
		is_found = true;
		is_enabled = is_enabled || counts_as_enabled(state);
		if (!c->options.quiet) {
			puts(unit_file_state_name(state));
			if (print_links(c, in, name) < 0) {
				return 1;
			}
		}
	}
	return is_enabled ? 0 : is_found ? 1 : 4;
}

int cmd_install_is_enabled(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct change_list unused;
	struct strv names = {0};
	struct install in = {0};
	int r, enabled;

	if (install_mangle(c, args, "to check", &names) < 0) {
		return 1;
	}
	enabled = install_sync_sysv(c, verb->name, &names);
	if (enabled < 0) {
		return 1;
	}
	r = install_prepare(c, &in, &unused);
	if (r < 0) {
		cmd_error("Failed to get unit file state for %s: %s", names.n > 0 ? names.v[0] : "",
			  strerror(-r));
		return install_finish(&in, 1);
	}
	return install_finish(
	    &in, print_states(c, &in, &names, enabled > 0, names.n < args->n));
}

/* ---- list-unit-files ---- */

static const char *preset_text(struct install *in, const struct unit_file_entry *e)
{
	enum preset_verdict verdict;

	if (!unit_file_state_has_preset(e->state) ||
	    install_query_preset(in, path_basename(e->path), &verdict) < 0) {
		return NULL;
	}
	return preset_verdict_name(verdict);
}

static size_t keep_types(const struct cmd *c, struct unit_file_entry *v, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		const char *suffix = strrchr(v[i].path, '.') + 1;

		if (c->options.types.n == 0 || strv_contains(&c->options.types, suffix)) {
			v[kept++] = v[i];
		}
	}
	return kept;
}

int cmd_install_list_unit_files(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	static const char *const heading[] = {"UNIT FILE", "STATE", "PRESET"};
	struct table t = {.arena = &c->arena, .n_columns = ARRAY_SIZE(heading)};
	struct unit_file_entry *v = NULL;
	struct change_list unused;
	struct install in = {0};
	size_t n = 0;
	int r = install_prepare(c, &in, &unused);

	if (r >= 0) {
		r = install_list_unit_files(&in, &c->options.states, args, &c->arena, &v, &n);
	}
	install_print_diags(&in);
	if (r < 0) {
		cmd_error("Failed to get unit file list: %s", strerror(-r));
		return install_finish(&in, 1);
	}
	n = keep_types(c, v, n);
	for (size_t i = 0; i < n; i++) {
		table_add(&t, (const char *const[]){path_basename(v[i].path),
						    unit_file_state_name(v[i].state),
						    preset_text(&in, &v[i])});
	}
	list_print(c, &t, heading);
	if (list_wants_legend(c)) {
		printf("\n%zu unit files listed.\n", n);
	}
	install_print_diags(&in);
	return install_finish(&in, n == 0);
}
