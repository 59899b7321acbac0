/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

#include <errno.h>
#include <stdio.h>

#include "deps.h"
#include "unit/builtin.h"
#include "unit/sysv.h"

#define FILE_MAX (16u * 1024 * 1024)

/* "# /path" and what the file says; between two files stands an empty line. */
static int print_file(struct cmd *c, const char *path, bool *is_first)
{
	char *text;
	size_t n;
	int r = root_read_file(&c->store.root, path, FILE_MAX, &c->arena, &text, &n);

	if (r < 0) {
		cmd_error("Failed to cat %s: %s", path, strerror(r == -E2BIG ? EFBIG : -r));
		return r;
	}
	printf("%s# %s%s\n", *is_first ? "" : "\n", c->store.root.path, path);
	fwrite(text, 1, n, stdout);
	*is_first = false;
	return 0;
}

/* A unit that has no file: `origin` says where its text is from. */
static void print_text(const struct unit *u, const char *origin, const char *text, bool *is_first)
{
	printf("%s# %s (%s)\n%s", *is_first ? "" : "\n", u->id, origin, text);
	*is_first = false;
}

static bool print_sysv(struct cmd *c, const struct unit *u, bool *is_first)
{
	char *text;

	if (sysv_unit_text(&c->store.index, u->id, &c->arena, &text) < 0) {
		return false;
	}
	print_text(u, "made by soloctl of the SysV script", text, is_first);
	return true;
}

static int print_unit(struct cmd *c, const struct unit *u, bool *is_first)
{
	const struct builtin_unit *row = u->builtin ? builtin_find(u->id) : NULL;
	int r = 0;

	if (u->load_state == UNIT_MASKED) {
		printf("# Unit %s is masked.\n", u->id);
		return 0;
	}
	if (u->fragment_path) {
		r = print_file(c, u->fragment_path, is_first);
	} else if (row && row->text) {
		print_text(u, "brought along by soloctl", row->text, is_first);
	} else if (!print_sysv(c, u, is_first) && u->dropin_paths.n == 0) {
		cmd_error("No files found for %s.", u->id);
		return -ENOENT;
	}
	STRV_FOREACH(path, &u->dropin_paths) {
		int e = print_file(c, path, is_first);

		r = r < 0 ? r : e;
	}
	return r;
}

static void warn_changed(const struct cmd_unit *cu)
{
	if (cmd_unit_needs_reload(cu)) {
		cmd_error("# Warning: %s changed on disk, the version systemd has loaded is "
			  "outdated.\n"
			  "# This output shows the current version of the unit's original fragment "
			  "and drop-in files.\n"
			  "# If fragments or drop-ins were added or removed, they are not properly "
			  "reflected in this output.\n"
			  "# Run 'systemctl daemon-reload' to reload units.",
			  cu->unit->id);
	}
}

int cmd_cat(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct strv names = { 0 };
	bool is_first = true;
	int status = 0;

	if (cmd_expand_names(c, args, ".service", &names, NULL) < 0) {
		return 1;
	}
	if (c->options.with_dependencies && deps_add_direct(c, &names) < 0) {
		return 1;
	}
	for (size_t i = 0; i < names.n; i++) {
		struct cmd_unit cu;

		if (cmd_unit_get(c, names.v[i], &cu) < 0) {
			return 1;
		}
		warn_changed(&cu);
		if (print_unit(c, cu.unit, &is_first) < 0) {
			status = 1;
		}
	}
	return status;
}
