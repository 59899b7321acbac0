/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The table of directives: one row each. Loading, `show`, `verify` and the documentation of what is supported read it.
 * A section is a list of groups ([Service] = service rows + exec rows + kill rows + cgroup rows), so that a row is written once.
 */

#include "base/diag.h"
#include "base/map.h"
#include "unit/unit.h"

enum directive_effect {
	DIRECTIVE_WORKS,		/* honoured */
	DIRECTIVE_NO_EFFECT,		/* accepted, checked, shown; has no effect without cgroups, D-Bus, devices …: note says why */
	DIRECTIVE_OBSOLETE,		/* systemd itself only warns about it */
};

struct directive_context {		/* what a parser may need beside the value */
	struct unit *unit;
	const struct specifier_scope *scope;
	struct arena *arena;
	struct diag_list *diags;
	const char *file;
	unsigned line;
	const struct directive *directive;
	bool allow_environment_reset;
};

/*
 * Parses value into the member at `place`. 0; -EINVAL: warned about, ignored; -ENOEXEC: the unit becomes bad-setting.
 * An empty value resets where systemd resets.
 */
typedef int directive_parser(const struct directive_context *c, const char *value, void *place);
/* Appends the value as `show` prints it. */
typedef void directive_printer(const struct unit *u, const struct directive *d, const void *place, struct strbuf *out);

struct directive {
	const char *name;		/* as in the file */
	directive_parser *parse;	/* NULL: kept as text in unit->assignments */
	uint16_t offset;		/* of the member in struct unit */
	uint8_t effect;			/* enum directive_effect */
	int argument;			/* for the parser: enum value, default unit, limit number … */
	const char *show;		/* property name in `show` ("TimeoutStartUSec"); NULL = not shown or the same as name when print is set */
	directive_printer *print;
	const char *note;		/* why without effect */
	const char *fallback;		/* for rows kept as text: what `show` prints where no file assigns anything; NULL = "" */
};

struct directive_group {
	const char *name;		/* "Service", "exec", "kill", "cgroup" … */
	const char *man;		/* the page that describes the rows: "systemd.exec(5)" */
	const struct directive *rows;	/* sorted by name (byte order): bsearch */
	size_t n;
};

/* The groups of a section for a unit type ("Unit", "Install", "Service" …); 0 groups = unknown section. Returns the number. */
size_t directive_groups(enum unit_type type, const char *section, const struct directive_group *ret[static 6]);
/* The row, or NULL. */
const struct directive *directive_find(enum unit_type type, const char *section, const char *name);

/*
 * What `show` says of everything that files decide: property name -> value text (a value of several lines is shown as several lines
 * NAME=…), in the order of the tables: own section, cgroup, exec, kill, [Unit], derived second faces (LimitNOFILESoft, ExecStartEx …) with their
 * directive. Dependencies are the unit's own forward ones; inverses need other units and are the caller's. Map, names and texts live in a.
 */
void directive_show(const struct unit *u, struct arena *a, struct map *ret);
/* Words as `show` prints a list: quoted where a shell would need it. */
void directive_quote_list(const struct strv *l, struct strbuf *out);
/*
 * Gives value to the place of c->directive in c->unit (or to unit->assignments for a row without parser). As directive_parser.
 */
int directive_assign(const struct directive_context *c, const char *value);
/* The number of "EPERM" or "1"; -EINVAL. */
int directive_errno_parse(const char *name);
