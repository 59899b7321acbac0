/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>

#include "journal/entry.h"
#include "unit/name.h"

/* A long name is shortened in the name of its file: what it would be there is compared. */
static bool is_log_of(const char *unit, const char *name)
{
	static const struct place nowhere = { .log_dir = "" };
	char path[512];
	size_t n = strlen(name);

	if (name_is_glob(unit)) {
		return fnmatch(unit, name, FNM_NOESCAPE) == 0;
	}
	log_path(path, sizeof(path), &nowhere, unit);
	return strncmp(path + 1, name, n) == 0 && streq(path + 1 + n, ".log");
}

bool journal_wants_log(void *context, const char *name)
{
	const struct journal_options *o = context;

	if (o->units.n == 0) {
		return true;
	}
	STRV_FOREACH(unit, &o->units) {
		if (name && is_log_of(unit, name)) {
			return true;
		}
	}
	return false;
}

int journal_pattern_compile(struct journal_options *o, char error[static JOURNAL_PATTERN_ERROR_SIZE])
{
	bool ignore_case = o->case_sensitive <= 0;
	int r;

	for (const char *p = o->pattern; *p && o->case_sensitive < 0; p++) {
		ignore_case &= !isupper((unsigned char)*p);
	}
	r = regcomp(&o->regex, o->pattern, REG_EXTENDED | (ignore_case ? REG_ICASE : 0));
	o->has_regex = r == 0;
	if (r != 0) {
		regerror(r, &o->regex, error, JOURNAL_PATTERN_ERROR_SIZE);
		return -EINVAL;
	}
	return 0;
}

/* FIELD=VALUE: the same field again is another possibility, other fields must hold too. */
static bool group_matches(const struct strv *matches, size_t from, size_t to,
			  const struct journal_fields *f)
{
	for (size_t i = from; i < to; i++) {
		size_t n = strcspn(matches->v[i], "=") + 1;
		bool holds = false;

		for (size_t k = from; k < to; k++) {
			const char *other = matches->v[k];
			size_t v;

			for (v = 0; v < f->n && strncmp(other, matches->v[i], n) == 0; v++) {
				holds |= strlen(f->v[v].name) == n - 1 &&
					 strncmp(f->v[v].name, other, n - 1) == 0 &&
					 streq(f->v[v].value, other + n);
			}
		}
		if (!holds) {
			return false;
		}
	}
	return to > from;
}

/* Groups with "+" between them. */
static bool matches_hold(const struct strv *matches, const struct journal_fields *f)
{
	size_t from = 0;

	for (size_t i = 0; i <= matches->n; i++) {
		if (i == matches->n || streq(matches->v[i], "+")) {
			if (group_matches(matches, from, i, f)) {
				return true;
			}
			from = i + 1;
		}
	}
	return false;
}

static bool has_facility(const struct journal_options *o, const struct log_entry *e)
{
	int facility = e->facility >= 0 ? e->facility : e->by_syslog ? 1 : 3;

	return facility < 32 && (o->facilities & (1u << facility));
}

bool journal_wants_entry(const struct journal_options *o, const struct journal_host *h,
			 const struct log_entry *e)
{
	if (o->kernel || e->realtime < o->since || e->realtime > o->until ||
	    (o->this_boot && e->realtime < h->boot_realtime)) {
		return false;
	}
	if ((o->priorities && !(o->priorities & (1u << e->priority))) ||
	    (o->facilities && !has_facility(o, e))) {
		return false;
	}
	if ((o->identifiers.n > 0 && !strv_contains(&o->identifiers, e->identifier)) ||
	    strv_contains(&o->excluded_identifiers, e->identifier)) {
		return false;
	}
	if (o->has_regex && regexec(&o->regex, e->text, 0, NULL, 0) != 0) {
		return false;
	}
	if (o->matches.n > 0) {
		struct journal_fields f;

		journal_fields_make(e, h, &f);
		return matches_hold(&o->matches, &f);
	}
	return true;
}
