/* SPDX-License-Identifier: MIT */

/* Settings that are kept as text: checked, brought into the form that `show` prints, and stored in
 * unit->assignments. */

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/names.h"
#include "base/root.h"
#include "directive_internal.h"

static void text_forget(struct unit *u, const struct directive *d)
{
	size_t n = 0;
	for (size_t i = 0; i < u->n_assignments; i++) {
		if (u->assignments[i].directive != d) {
			u->assignments[n++] = u->assignments[i];
		}
	}
	u->n_assignments = n;
}

void directive_keep_text(const struct directive_context *c, const char *value, bool append)
{
	struct unit *u = c->unit;
	if (!append) {
		text_forget(u, c->directive);
	}
	*(struct unit_assignment *)ARENA_PUSH(c->arena, u->assignments, u->n_assignments,
					      u->cap_assignments) =
		(struct unit_assignment){ .directive = c->directive,
					  .value = arena_strdup(c->arena, value) };
}

/* An empty value means the default; true if it was one. */
static bool text_reset_if_empty(const struct directive_context *c, const char *value)
{
	if (*value) {
		return false;
	}
	text_forget(c->unit, c->directive);
	return true;
}

static void text_warn_outdated(const struct directive_context *c)
{
	static const struct {
		const char *prefix, *instead;
	} outdated[] = {
		{ "BlockIODevice", "IO*= settings" }, { "BlockIORead", "IO*= settings" },
		{ "BlockIOWriteB", "IO*= settings" }, { "CPUShares", "CPUWeight=" },
		{ "StartupCPUShares", "CPUWeight=" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(outdated); i++) {
		if (str_has_prefix(c->directive->name, outdated[i].prefix)) {
			directive_warn(c,
				       "Unit uses %s=; please use %s instead. Support for %s= will "
				       "be removed soon.",
				       c->directive->name, outdated[i].instead, c->directive->name);
			return;
		}
	}
}

/* ---- plain values ---- */

int directive_parse_text_raw(const struct directive_context *c, const char *value, void *place)
{
	if (!text_reset_if_empty(c, value)) {
		directive_keep_text(c, value, false);
	}
	return 0;
}

int directive_parse_text_bool(const struct directive_context *c, const char *value, void *place)
{
	bool b;
	if (c->directive->argument == DIRECTIVE_BOOL_RESET && text_reset_if_empty(c, value)) {
		return 0;
	}
	int r = value_parse_bool(value, &b);
	if (r < 0) {
		return directive_bad_value(c, value, r);
	}
	directive_keep_text(c, b ? "yes" : "no", false);
	return 0;
}

int directive_parse_text_span(const struct directive_context *c, const char *value, void *place)
{
	usec_t span;
	char buf[128];
	if (text_reset_if_empty(c, value)) {
		return 0;
	}
	int r = value_parse_span(value, USEC_PER_SEC, &span);
	if (r < 0) {
		return directive_bad_value(c, value, r);
	}
	directive_keep_text(c, clock_format_span(buf, sizeof(buf), span, 1), false);
	return 0;
}

int directive_parse_text_unsigned(const struct directive_context *c, const char *value, void *place)
{
	unsigned n;
	if (text_reset_if_empty(c, value)) {
		return 0;
	}
	int r = value_parse_unsigned(value, &n);
	if (r < 0) {
		return directive_bad_value(c, value, r);
	}
	directive_keep_text(c, arena_printf(c->arena, "%u", n), false);
	return 0;
}

int directive_parse_text_choice(const struct directive_context *c, const char *value, void *place)
{
	if (text_reset_if_empty(c, value)) {
		return 0;
	}
	int i = directive_choice_find(c->directive->argument, value);
	if (i < 0 && c->directive->argument == CHOICE_OOM_ACTION) {
		return directive_warn(c, "Invalid syntax, ignoring: %s", value);
	}
	if (i < 0) {
		return directive_bad_value(c, value, -EINVAL);
	}
	directive_keep_text(c, directive_choice_name(c->directive->argument, i), false);
	return 0;
}

int directive_parse_text_path(const struct directive_context *c, const char *value, void *place)
{
	char *path;
	if (text_reset_if_empty(c, value)) {
		return 0;
	}
	if (directive_expand_path(c, value, false, &path) < 0) {
		return -EINVAL;
	}
	directive_keep_text(c, path, false);
	return 0;
}

/* ---- amounts ---- */

static uint64_t text_total_memory(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
	return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : 0;
}

/* "12%", "12.5%", "12.55%" in hundredths of a percent. */
static int text_parse_percent(const char *s, uint64_t *ret)
{
	uint64_t whole = 0, part = 0, scale = 100;
	const char *p = s;
	if (*p < '0' || *p > '9') {
		return -EINVAL;
	}
	for (; *p >= '0' && *p <= '9' && whole < 100000000; p++) {
		whole = whole * 10 + (uint64_t)(*p - '0');
	}
	if (*p == '.') {
		for (p++; *p >= '0' && *p <= '9' && scale > 1; p++) {
			scale /= 10;
			part += (uint64_t)(*p - '0') * scale;
		}
	}
	if (!streq(p, "%")) {
		return -EINVAL;
	}
	*ret = whole * 100 + part;
	return 0;
}

static void text_keep_amount(const struct directive_context *c, uint64_t n)
{
	directive_keep_text(c,
			    n == UINT64_MAX ? "infinity"
					    : arena_printf(c->arena, "%llu", (unsigned long long)n),
			    false);
}

int directive_parse_text_memory(const struct directive_context *c, const char *value, void *place)
{
	uint64_t n, percent;
	text_warn_outdated(c);
	if (text_reset_if_empty(c, value)) {
		return 0;
	}
	if (text_parse_percent(value, &percent) == 0 && percent <= 10000) {
		/* Whole pages, as the kernel counts them. */
		n = text_total_memory() / 10000 * percent & ~UINT64_C(4095);
	} else if (streq(value, "infinity")) {
		n = UINT64_MAX;
	} else if (value_parse_size(value, &n) < 0) {
		return directive_warn(c, "Invalid memory limit '%s', ignoring: %s", value,
				      strerror(EINVAL));
	}
	text_keep_amount(c, n);
	return 0;
}

int directive_parse_text_tasks(const struct directive_context *c, const char *value, void *place)
{
	uint64_t n, percent;
	if (text_reset_if_empty(c, value)) {
		return 0;
	}
	if (streq(value, "infinity")) {
		n = UINT64_MAX;
	} else if (text_parse_percent(value, &percent) == 0) {
		directive_keep_text(c, value, false);
		return 0;
	} else if (str_to_u64(value, &n) < 0 || n == 0) {
		return directive_warn(c, "Invalid maximum tasks value '%s', ignoring: %s", value,
				      strerror(EINVAL));
	}
	text_keep_amount(c, n);
	return 0;
}

enum { WEIGHT_CPU = 1, WEIGHT_IO, WEIGHT_BLOCK_IO, WEIGHT_SHARES };

int directive_parse_text_weight(const struct directive_context *c, const char *value, void *place)
{
	static const struct {
		uint64_t min, max;
	} ranges[] = {
		[WEIGHT_CPU] = { 1, 10000 },
		[WEIGHT_IO] = { 1, 10000 },
		[WEIGHT_BLOCK_IO] = { 10, 1000 },
		[WEIGHT_SHARES] = { 2, 262144 },
	};
	int kind = c->directive->argument;
	text_warn_outdated(c);
	if (text_reset_if_empty(c, value)) {
		return 0;
	}
	uint64_t n;
	if (kind == WEIGHT_CPU && streq(value, "idle")) {
		directive_keep_text(c, value, false);
		return 0;
	}
	int r = str_to_u64(value, &n);
	if (r == 0 && (n < ranges[kind].min || n > ranges[kind].max)) {
		r = -ERANGE;
	}
	if (r < 0) {
		return directive_bad_value(c, value, r);
	}
	text_keep_amount(c, n);
	return 0;
}

int directive_parse_text_quota(const struct directive_context *c, const char *value, void *place)
{
	uint64_t percent;
	char buf[128];
	if (text_reset_if_empty(c, value)) {
		return 0;
	}
	if (text_parse_percent(value, &percent) < 0) {
		return directive_warn(c, "Invalid CPU quota '%s', ignoring.", value);
	}
	if (percent == 0) {
		return directive_warn(c, "CPU quota '%s' out of range, ignoring.", value);
	}
	/* Hundredths of a percent of a second: 100 microseconds each. */
	directive_keep_text(c, clock_format_span(buf, sizeof(buf), percent * 100, 1), false);
	return 0;
}

int directive_parse_text_pressure(const struct directive_context *c, const char *value, void *place)
{
	uint64_t percent;
	if (text_reset_if_empty(c, value)) {
		return 0;
	}
	if (text_parse_percent(value, &percent) < 0 || percent > 10000) {
		return directive_warn(
			c, "Failed to parse memory pressure limit value, ignoring: %s", value);
	}
	/* A share of 2^32, which `show` prints. */
	uint64_t share = percent * (UINT64_C(1) << 32) / 10000;
	text_keep_amount(c, share > UINT32_MAX ? UINT32_MAX : share);
	return 0;
}

/* ---- lists ---- */

int directive_parse_text_words(const struct directive_context *c, const char *value, void *place)
{
	text_warn_outdated(c);
	if (text_reset_if_empty(c, value)) {
		return 0;
	}
	char *word;
	int r;
	for (const char *p = value; (r = directive_next_word(c, &p, value, &word)) > 0;) {
		directive_keep_text(c, word, true);
	}
	return r;
}

int directive_parse_text_lines(const struct directive_context *c, const char *value, void *place)
{
	text_warn_outdated(c);
	if (text_reset_if_empty(c, value)) {
		return 0;
	}
	char *full;
	if (directive_expand(c, value, &full) < 0) {
		return -EINVAL;
	}
	directive_keep_text(c, full, true);
	return 0;
}

int directive_parse_text_delegate(const struct directive_context *c, const char *value, void *place)
{
	bool b = false;
	if (c->unit->type != UNIT_SERVICE && c->unit->type != UNIT_SCOPE) {
		return directive_warn(c, "%s= setting not supported for this unit type, ignoring.",
				      c->directive->name);
	}
	/* A list of controllers turns it on as "yes" does. */
	if (*value && value_parse_bool(value, &b) < 0) {
		directive_keep_text(c, value, false);
		return 0;
	}
	directive_keep_text(c, b ? "yes" : "no", false);
	return 0;
}

int directive_parse_text_delegate_subgroup(const struct directive_context *c, const char *value,
					   void *place)
{
	if (c->unit->type != UNIT_SERVICE && c->unit->type != UNIT_SCOPE) {
		return directive_warn(c, "%s= setting not supported for this unit type, ignoring.",
				      c->directive->name);
	}
	return directive_parse_text_raw(c, value, place);
}

int directive_parse_text_addresses(const struct directive_context *c, const char *value,
				   void *place)
{
	static const struct {
		const char *word, *prefixes;
	} named[] = {
		{ "any", "0.0.0.0/0 ::/0" },
		{ "localhost", "127.0.0.0/8 ::1/128" },
		{ "link-local", "169.254.0.0/16 fe80::/64" },
		{ "multicast", "224.0.0.0/4 ff00::/8" },
	};
	if (text_reset_if_empty(c, value)) {
		return 0;
	}
	char *word;
	int r;
	for (const char *p = value; (r = directive_next_word(c, &p, value, &word)) > 0;) {
		const char *text = word;
		for (size_t i = 0; i < ARRAY_SIZE(named); i++) {
			if (streq(word, named[i].word)) {
				text = named[i].prefixes;
			}
		}
		directive_keep_text(c, text, true);
	}
	return r;
}

int directive_parse_text_cpus(const struct directive_context *c, const char *value, void *place)
{
	if (text_reset_if_empty(c, value)) {
		return 0;
	}
	if (strspn(value, "0123456789-, \t") != strlen(value)) {
		struct strv words = { 0 };
		strv_split(&words, c->arena, value, " \t,");
		return directive_warn(c, "Failed to parse CPU affinity '%s'", words.v[0]);
	}
	directive_keep_text(c, value, false);
	return 0;
}

/* Bits of /proc/PID/coredump_filter: core(5). */
static const char *const coredump_names[] = {
	"private-anonymous", "shared-anonymous", "private-file-backed",	 "shared-file-backed",
	"elf-headers",	     "private-huge",	 "shared-huge",		 "private-dax",
	"shared-dax",
};
#define COREDUMP_DEFAULT 0x33
#define COREDUMP_ALL UINT32_MAX

int directive_parse_text_coredump(const struct directive_context *c, const char *value, void *place)
{
	const char *before = unit_assignment(c->unit, c->directive->name);
	unsigned long mask = before ? strtoul(before, NULL, 16) : 0;
	struct strv words = { 0 };

	if (text_reset_if_empty(c, value)) {
		return 0;
	}
	strv_split(&words, c->arena, value, " \t");
	STRV_FOREACH(word, &words)
	{
		int bit = NAMES_FIND(coredump_names, word);
		char *end;

		errno = 0;
		unsigned long number = strtoul(word, &end, 16);
		if (streq(word, "default")) {
			mask |= COREDUMP_DEFAULT;
		} else if (streq(word, "all")) {
			mask |= COREDUMP_ALL;
		} else if (bit >= 0) {
			mask |= 1ul << bit;
		} else if (*end == '\0' && errno == 0 && *word != '-') {
			mask |= number;
		} else {
			return directive_warn(c, "Failed to parse the CoredumpFilter=%s, ignoring: %s",
					      value, strerror(EINVAL));
		}
	}
	directive_keep_text(c, arena_printf(c->arena, "0x%lx", mask), false);
	return 0;
}
