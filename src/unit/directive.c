/* SPDX-License-Identifier: MIT */
#include "unit/directive.h"

#include <errno.h>

#include "directive_internal.h"

#define SECTION_GROUPS_MAX 6

/* The own section of each type and what it is made of. Exec and kill rows are shared, see
 * systemd.exec(5) and systemd.kill(5). */
static const struct {
	const char *section; /* NULL: the type has none */
	const struct directive_group *groups[SECTION_GROUPS_MAX];
} sections[UNIT_TYPE_MAX] = {
	[UNIT_SERVICE] = { "Service",
			   { &directive_group_service, &directive_group_cgroup,
			     &directive_group_exec, &directive_group_kill } },
	[UNIT_SOCKET] = { "Socket",
			  { &directive_group_socket, &directive_group_cgroup, &directive_group_exec,
			    &directive_group_kill } },
	[UNIT_MOUNT] = { "Mount",
			 { &directive_group_mount, &directive_group_cgroup, &directive_group_exec,
			   &directive_group_kill } },
	[UNIT_SWAP] = { "Swap",
			{ &directive_group_swap, &directive_group_cgroup, &directive_group_exec,
			  &directive_group_kill } },
	[UNIT_AUTOMOUNT] = { "Automount", { &directive_group_automount } },
	[UNIT_TIMER] = { "Timer", { &directive_group_timer } },
	[UNIT_PATH] = { "Path", { &directive_group_path } },
	[UNIT_SLICE] = { "Slice", { &directive_group_cgroup } },
	[UNIT_SCOPE] = { "Scope",
			 { &directive_group_scope, &directive_group_cgroup,
			   &directive_group_kill } },
};

size_t directive_groups(enum unit_type type, const char *section,
			const struct directive_group *ret[static 6])
{
	if (streq(section, "Unit")) {
		ret[0] = &directive_group_unit;
		return 1;
	}
	if (streq(section, "Install")) {
		ret[0] = &directive_group_install;
		return 1;
	}
	if ((unsigned)type >= UNIT_TYPE_MAX || !streq_null(sections[type].section, section)) {
		return 0;
	}
	size_t n = 0;
	while (n < SECTION_GROUPS_MAX && sections[type].groups[n]) {
		ret[n] = sections[type].groups[n];
		n++;
	}
	return n;
}

static int directive_compare_name(const void *key, const void *row)
{
	return strcmp(key, ((const struct directive *)row)->name);
}

const struct directive *directive_find(enum unit_type type, const char *section, const char *name)
{
	const struct directive_group *groups[SECTION_GROUPS_MAX];
	size_t n = directive_groups(type, section, groups);
	for (size_t i = 0; i < n; i++) {
		const struct directive *d = bsearch(name, groups[i]->rows, groups[i]->n, sizeof(*d),
						    directive_compare_name);
		if (d) {
			return d;
		}
	}
	return NULL;
}

int directive_assign(const struct directive_context *c, const char *value)
{
	const struct directive *d = c->directive;
	if (!d->parse) {
		directive_keep_text(c, value, false);
		return 0;
	}
	return d->parse(c, value, (char *)c->unit + d->offset);
}

/* ---- show ---- */

static void directive_show_row(const struct unit *u, const struct directive *d, struct arena *a,
			       struct map *ret)
{
	if (!d->print) {
		return;
	}
	CLEANUP_STRBUF struct strbuf text = { 0 };
	d->print(u, d, (const char *)u + d->offset, &text);
	map_put(ret, d->show ? d->show : d->name, arena_strdup(a, strbuf_text(&text)));
}

static void directive_show_group(const struct unit *u, const struct directive_group *g,
				 struct arena *a, struct map *ret)
{
	for (size_t i = 0; i < g->n; i++) {
		directive_show_row(u, &g->rows[i], a, ret);
	}
	size_t n;
	const struct directive *faces = directive_second_faces(g, &n);
	for (size_t i = 0; i < n; i++) {
		directive_show_row(u, &faces[i], a, ret);
	}
}

void directive_show(const struct unit *u, struct arena *a, struct map *ret)
{
	map_init(ret, a);
	if (sections[u->type].section) {
		for (size_t i = 0; i < SECTION_GROUPS_MAX && sections[u->type].groups[i]; i++) {
			directive_show_group(u, sections[u->type].groups[i], a, ret);
		}
	}
	directive_show_group(u, &directive_group_unit, a, ret);
}
