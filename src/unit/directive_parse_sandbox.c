/* SPDX-License-Identifier: MIT */

/* The sandbox: systemd.exec(5). */

#include <errno.h>
#include <strings.h>

#include "base/names.h"
#include "base/root.h"
#include "directive_internal.h"

#define CAPABILITY_LIMIT 63 /* a number beyond is none of any kernel's */

/* ---- mounts ---- */

static int bind_add(const struct directive_context *c, char *word, struct strv *l)
{
	bool optional = *word == '-';
	char *path = strchr(word, ':');
	char *options = path ? strchr(path + 1, ':') : NULL;
	char *source;
	if (path) {
		*path++ = '\0';
	}
	if (options) {
		*options++ = '\0';
	}
	if (directive_check_path(c, word + optional, &source) < 0 ||
	    directive_check_path(c, path ? path : source, &path) < 0) {
		return -EINVAL;
	}
	bool recursive = !options || !*options || streq(options, "rbind");
	if (!recursive && !streq(options, "norbind")) {
		return directive_warn(c, "Invalid option string, ignoring setting: %s", options);
	}
	strv_add(l, c->arena,
		 arena_printf(c->arena, "%s%s:%s:%s", optional ? "-" : "", source, path,
			      recursive ? "rbind" : "norbind"));
	return 0;
}

int directive_parse_binds(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	char *word;
	int r;
	for (const char *p = value;
	     (r = directive_next_word_as(c, &p, value, VALUE_WORD_UNQUOTE, &word)) > 0;) {
		bind_add(c, word, l);
	}
	return r;
}

/* Specifiers are resolved in the path alone. */
int directive_parse_tmpfs(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	for (const char *p = value;;) {
		char *word, *path;
		int r = value_next_word(&p, NULL, VALUE_WORD_UNQUOTE, c->arena, &word);
		if (r <= 0) {
			return r < 0 ? directive_warn(c, "Invalid syntax, ignoring: %s", value) : 0;
		}
		char *options = strchr(word, ':');
		if (options) {
			*options++ = '\0';
		}
		if (directive_expand_path(c, word, false, &path) == 0) {
			strv_add(l, c->arena,
				 options && *options
					 ? arena_printf(c->arena, "%s:%s", path, options)
					 : path);
		}
	}
}

/* ---- capabilities and secure bits ---- */

static const char *const capability_names[DIRECTIVE_CAPABILITY_MAX] = {
	"cap_chown",
	"cap_dac_override",
	"cap_dac_read_search",
	"cap_fowner",
	"cap_fsetid",
	"cap_kill",
	"cap_setgid",
	"cap_setuid",
	"cap_setpcap",
	"cap_linux_immutable",
	"cap_net_bind_service",
	"cap_net_broadcast",
	"cap_net_admin",
	"cap_net_raw",
	"cap_ipc_lock",
	"cap_ipc_owner",
	"cap_sys_module",
	"cap_sys_rawio",
	"cap_sys_chroot",
	"cap_sys_ptrace",
	"cap_sys_pacct",
	"cap_sys_admin",
	"cap_sys_boot",
	"cap_sys_nice",
	"cap_sys_resource",
	"cap_sys_time",
	"cap_sys_tty_config",
	"cap_mknod",
	"cap_lease",
	"cap_audit_write",
	"cap_audit_control",
	"cap_setfcap",
	"cap_mac_override",
	"cap_mac_admin",
	"cap_syslog",
	"cap_wake_alarm",
	"cap_block_suspend",
	"cap_audit_read",
	"cap_perfmon",
	"cap_bpf",
	"cap_checkpoint_restore",
};

const char *directive_capability_name(int i)
{
	return i >= 0 && i < DIRECTIVE_CAPABILITY_MAX ? capability_names[i] : NULL;
}

int directive_capability_parse(const char *name)
{
	for (int i = 0; i < DIRECTIVE_CAPABILITY_MAX; i++) {
		if (strcasecmp(name, capability_names[i]) == 0) {
			return i;
		}
	}
	int n;
	return value_parse_int(name, &n) == 0 && n >= 0 && n < CAPABILITY_LIMIT ? n : -EINVAL;
}

int directive_parse_capabilities(const struct directive_context *c, const char *value, void *place)
{
	const uint64_t all = (UINT64_C(1) << DIRECTIVE_CAPABILITY_MAX) - 1;
	bool ambient = c->directive->argument;
	uint64_t *set = place, initial = ambient ? 0 : all, sum = 0;
	bool invert = *value == '~';
	char *word;
	for (const char *p = value + invert;
	     value_next_word(&p, NULL, VALUE_WORD_UNQUOTE | VALUE_WORD_RELAX, c->arena, &word) > 0;) {
		int i = directive_capability_parse(word);
		if (i < 0) {
			continue; /* a capability of another kernel */
		}
		sum |= UINT64_C(1) << i;
	}
	/* The first list replaces, further ones add or (with ~) take away; an empty one starts
	 * again. */
	if (sum == 0 || *set == initial) {
		*set = (invert ? ~sum : sum) & all;
	} else if (invert) {
		*set &= ~sum;
	} else {
		*set |= sum & all;
	}
	if (!ambient) {
		c->unit->exec.capability_bounding_set_set = *set != all;
	}
	return 0;
}

int directive_parse_secure_bits(const struct directive_context *c, const char *value, void *place)
{
	/* SECBIT_* of linux/securebits.h, which musl has not. */
	static const struct {
		const char *word;
		int bit;
	} bits[] = {
		{ "keep-caps", 1 << 4 },
		{ "keep-caps-locked", 1 << 5 },
		{ "no-setuid-fixup", 1 << 2 },
		{ "no-setuid-fixup-locked", 1 << 3 },
		{ "noroot", 1 << 0 },
		{ "noroot-locked", 1 << 1 },
	};
	char *word;
	int r;
	/* Other than lists, this one is not added to. */
	*(int *)place = 0;
	for (const char *p = value; (r = directive_next_word(c, &p, value, &word)) > 0;) {
		for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
			if (streq(word, bits[i].word)) {
				*(int *)place |= bits[i].bit;
			}
		}
	}
	return r;
}

/* ---- filters ---- */

/* Kept as words, the "~" of a line on each of its words. */
int directive_parse_syscalls(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	bool invert = *value == '~';
	char *word;
	int r;
	if (invert && !value[1]) {
		strv_add(l, c->arena, "~");
		return 0;
	}
	for (const char *p = value + invert;
	     (r = directive_next_word_as(c, &p, value, 0, &word)) > 0;) {
		const char *entry = invert ? arena_printf(c->arena, "~%s", word) : word;
		const char *verdict = strchr(word, ':');
		if (verdict && !streq(verdict, ":kill") && directive_errno_parse(verdict + 1) < 0) {
			directive_warn(c, "Failed to parse syscall:errno, ignoring: %s", word);
			continue;
		}
		/* Where later words take away what earlier ones added, each mention counts. */
		if (c->directive->argument == DIRECTIVE_FILTER_IN_ORDER) {
			strv_add(l, c->arena, entry);
		} else {
			strv_add_unique(l, c->arena, entry);
		}
	}
	return r;
}

int directive_parse_syscall_errno(const struct directive_context *c, const char *value, void *place)
{
	bool kill = !*value || streq(value, "kill");
	if (!kill && directive_errno_parse(value) < 0) {
		return directive_warn(c, "Failed to parse error number, ignoring: %s", value);
	}
	*(const char **)place = kill ? NULL : arena_strdup(c->arena, value);
	return 0;
}

/* The one spelling of a family's name; NULL if this is none. */
static const char *family_name(const struct directive_context *c, const char *word)
{
	char *name = arena_strdup(c->arena, word);
	for (char *p = name; *p; p++) {
		*p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
	}
	return streq(name, "AF_LOCAL") ? "AF_UNIX" : str_has_prefix(name, "AF_") ? name : NULL;
}

/*
 * The first line decides whether the families are those that may be used or ("~" before each) those that may not; later ones add to
 * them or take away from them. "none": not one may be used.
 */
int directive_parse_families(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	bool invert = *value == '~';
	bool any = l->n > 0 && !streq(l->v[0], "none");
	bool deny = any ? l->v[0][0] == '~' : invert;
	if (!*value || streq(value, "none") || !any) {
		l->n = 0;
	}
	if (!*value) {
		return 0;
	}
	char *word;
	for (const char *p = streq(value, "none") ? "" : value + invert;
	     directive_next_word_as(c, &p, value, VALUE_WORD_UNQUOTE, &word) > 0;) {
		const char *name = family_name(c, word);
		if (!name) {
			directive_warn(c, "Failed to parse address family, ignoring: %s", word);
			continue;
		}
		name = arena_printf(c->arena, "%s%s", deny ? "~" : "", name);
		if (invert == deny) {
			strv_add_unique(l, c->arena, name);
		} else {
			strv_remove(l, name);
		}
	}
	if (l->n == 0 && (!deny || streq(value, "none"))) {
		strv_add(l, c->arena, "none");
	}
	return 0;
}

static const char *const namespace_names[] = { "cgroup", "ipc",  "net", "mnt",
					       "pid",	 "user", "uts", "time" };
/* systemd 257 knows the last one, and does not count it among all. */
#define NAMESPACES_ALL ((1u << (ARRAY_SIZE(namespace_names) - 1)) - 1)

/* The bits of a list of names; -EINVAL if one of them is unknown. */
static int namespace_bits(const struct directive_context *c, const char *list)
{
	struct strv words = { 0 };
	int bits = 0;

	strv_split(&words, c->arena, list, " \t");
	STRV_FOREACH(word, &words)
	{
		int i = NAMES_FIND(namespace_names, word);
		if (i < 0) {
			return -EINVAL;
		}
		bits |= 1 << i;
	}
	return bits;
}

static const char *namespace_text(const struct directive_context *c, unsigned allowed)
{
	struct strv words = { 0 };

	if (allowed == 0 || allowed == NAMESPACES_ALL) {
		return allowed ? "no" : "yes";
	}
	for (size_t i = 0; i < ARRAY_SIZE(namespace_names); i++) {
		if (allowed >> i & 1) {
			strv_add(&words, c->arena, namespace_names[i]);
		}
	}
	return strv_join(&words, c->arena, " ");
}

/* What lines before have allowed is merged by OR, with "~" by AND. Kept as "yes", "no" or the names that are allowed. */
int directive_parse_namespaces(const struct directive_context *c, const char *value, void *place)
{
	const char **kept = place;
	bool invert = *value == '~', b;

	if (!*value || value_parse_bool(value, &b) == 0) {
		*kept = *value ? (b ? "yes" : "no") : NULL;
		return 0;
	}
	int bits = namespace_bits(c, value + invert);
	if (bits < 0) {
		return directive_warn(c, "Failed to parse namespace type string, ignoring: %s", value);
	}
	unsigned before = invert ? NAMESPACES_ALL : 0;
	if (*kept) {
		before = streq(*kept, "yes") ? 0 : streq(*kept, "no") ? NAMESPACES_ALL : (unsigned)namespace_bits(c, *kept);
	}
	*kept = namespace_text(c, invert ? before & ~(unsigned)bits : before | (unsigned)bits);
	return 0;
}
