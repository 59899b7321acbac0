/* SPDX-License-Identifier: MIT */

/* Streams, directories and the sandbox: systemd.exec(5). */

#include <errno.h>

#include "base/root.h"
#include "base/names.h"
#include "directive_internal.h"

/* ---- streams ---- */

static const struct {
	const char *word;
	enum exec_stdio kind;
	bool input, output;
} stdio_words[] = {
	{ "inherit", STDIO_INHERIT, false, true },
	{ "null", STDIO_NULL, true, true },
	{ "tty", STDIO_TTY, true, true },
	{ "tty-force", STDIO_TTY_FORCE, true, false },
	{ "tty-fail", STDIO_TTY_FAIL, true, false },
	{ "journal", STDIO_JOURNAL, false, true },
	{ "journal+console", STDIO_JOURNAL_CONSOLE, false, true },
	{ "syslog", STDIO_JOURNAL, false, true },
	{ "syslog+console", STDIO_JOURNAL_CONSOLE, false, true },
	{ "kmsg", STDIO_KMSG, false, true },
	{ "kmsg+console", STDIO_KMSG_CONSOLE, false, true },
	{ "socket", STDIO_SOCKET, true, true },
	{ "data", STDIO_DATA, true, false },
	{ "fd", STDIO_FD, true, true },
};

static const struct {
	const char *prefix;
	enum exec_stdio kind;
	bool input;
} stdio_files[] = {
	{ "file:", STDIO_FILE, true },
	{ "append:", STDIO_APPEND, false },
	{ "truncate:", STDIO_TRUNCATE, false },
};

static int stdio_parse_fd(const struct directive_context *c, const char *name,
			  struct exec_stream *s)
{
	char *full;
	if (directive_expand(c, name, &full) < 0) {
		return -ENOEXEC;
	}
	*s = (struct exec_stream){ .kind = STDIO_FD, .argument = *full ? full : NULL };
	return 0;
}

int directive_parse_stdio(const struct directive_context *c, const char *value, void *place)
{
	struct exec_stream *s = place;
	bool output = c->directive->argument;
	const char *name = str_after_prefix(value, "fd:");
	if (name) {
		return stdio_parse_fd(c, name, s);
	}
	for (size_t i = 0; i < ARRAY_SIZE(stdio_files); i++) {
		const char *rest = str_after_prefix(value, stdio_files[i].prefix);
		if (rest && (output || stdio_files[i].input)) {
			char *path;
			if (directive_expand_path(c, rest, true, &path) < 0) {
				return -ENOEXEC;
			}
			*s = (struct exec_stream){ .kind = stdio_files[i].kind, .argument = path };
			return 0;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(stdio_words); i++) {
		if (streq(value, stdio_words[i].word) &&
		    (output ? stdio_words[i].output : stdio_words[i].input)) {
			if (str_has_prefix(value, "syslog")) {
				diag_add(c->diags, DIAG_NOTICE, 0, c->file, c->line, c->unit->id,
					 "Standard output type %s is obsolete, automatically "
					 "updating to %s. "
					 "Please update your unit file, and consider removing the "
					 "setting "
					 "altogether.",
					 value,
					 stdio_words[i].kind == STDIO_JOURNAL ? "journal"
									      : "journal+console");
			}
			*s = (struct exec_stream){ .kind = stdio_words[i].kind };
			return 0;
		}
	}
	return directive_warn(c, "Failed to parse %s specifier, ignoring: %s",
			      output ? "output" : "input", value);
}

static void stdio_append_input(const struct directive_context *c, const char *bytes, size_t n)
{
	struct exec_settings *x = &c->unit->exec;
	char *all = arena_alloc(c->arena, x->std_input_data_n + n + 1);
	if (x->std_input_data_n) {
		memcpy(all, x->std_input_data, x->std_input_data_n);
	}
	memcpy(all + x->std_input_data_n, bytes, n);
	x->std_input_data = all;
	x->std_input_data_n += n;
}

int directive_parse_input_text(const struct directive_context *c, const char *value, void *place)
{
	if (!*value) {
		c->unit->exec.std_input_data_n = 0;
		return 0;
	}
	/* C escapes count, quotes are text: the whole value is one word. */
	char *text;
	const char *p = value;
	int r = value_next_word(&p, "\n", VALUE_WORD_CUNESCAPE | VALUE_WORD_RELAX, c->arena, &text);
	if (r <= 0 || directive_expand(c, text, &text) < 0) {
		return directive_warn(c, "Failed to decode C escaped text: %s", value);
	}
	stdio_append_input(c, text, strlen(text));
	stdio_append_input(c, "\n", 1);
	return 0;
}

static int base64_digit(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c ? strchr(digits, c) : NULL;
	return p ? (int)(p - digits) : -1;
}

int directive_parse_input_data(const struct directive_context *c, const char *value, void *place)
{
	if (!*value) {
		c->unit->exec.std_input_data_n = 0;
		return 0;
	}
	CLEANUP_STRBUF struct strbuf out = { 0 };
	unsigned bits = 0, n_bits = 0;
	const char *p = value;
	for (; *p && *p != '='; p++) {
		if (*p == ' ' || *p == '\t') {
			continue;
		}
		int d = base64_digit(*p);
		if (d < 0) {
			return directive_warn(c, "Failed to decode base64 data, ignoring: %s",
					      value);
		}
		bits = (bits << 6 | (unsigned)d) & 0xfff;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			strbuf_add_char(&out, (char)(bits >> n_bits));
		}
	}
	stdio_append_input(c, strbuf_text(&out), out.n);
	return 0;
}

/* ---- directories ---- */

static bool directories_word_is_valid(const struct directive_context *c, const char *path)
{
	if (path_is_absolute(path)) {
		directive_warn(c, "%s= path is absolute, ignoring: %s", c->directive->name, path);
		return false;
	}
	if (!*path || !path_is_normalized(path) || streq(path, ".")) {
		directive_warn(c, "%s= path is not normalized, ignoring: %s", c->directive->name,
			       path);
		return false;
	}
	if (streq(path, "private") || str_has_prefix(path, "private/")) {
		directive_warn(c, "%s= path can't be 'private', ignoring assignment: %s",
			       c->directive->name, path);
		return false;
	}
	return true;
}

int directive_parse_directories(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	char *word;
	int r;
	for (const char *p = value; (r = directive_next_word(c, &p, value, &word)) > 0;) {
		char *colon = strchr(word, ':');
		if (colon) {
			*colon = '\0';
		}
		char *link = colon ? colon + 1 : NULL;
		char *path = path_simplify(c->arena, word);
		if (!directories_word_is_valid(c, path)) {
			continue;
		}
		if (link && *link && !directories_word_is_valid(c, link)) {
			continue;
		}
		strv_add_unique(l, c->arena,
				link && *link ? arena_printf(c->arena, "%s:%s", path, link) : path);
	}
	return r;
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
	uint64_t n;
	return str_to_u64(name, &n) == 0 && n < 64 ? (int)n : -EINVAL;
}

int directive_parse_capabilities(const struct directive_context *c, const char *value, void *place)
{
	const uint64_t all = (UINT64_C(1) << DIRECTIVE_CAPABILITY_MAX) - 1;
	bool ambient = c->directive->argument;
	uint64_t *set = place, initial = ambient ? 0 : all, sum = 0;
	bool invert = *value == '~';
	char *word;
	for (const char *p = value + invert; directive_next_word(c, &p, value, &word) > 0;) {
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
		*set |= sum;
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
	if (!*value) {
		*(int *)place = 0;
		return 0;
	}
	char *word;
	int r;
	for (const char *p = value; (r = directive_next_word(c, &p, value, &word)) > 0;) {
		for (size_t i = 0; i < ARRAY_SIZE(bits); i++) {
			if (streq(word, bits[i].word)) {
				*(int *)place |= bits[i].bit;
			}
		}
	}
	return r;
}

/* ---- filters: kept as words, the "~" of a line on each of its words ---- */

static int stdio_parse_filter(const struct directive_context *c, const char *value, struct strv *l)
{
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
	for (const char *p = value + invert; (r = directive_next_word(c, &p, value, &word)) > 0;) {
		const char *entry = invert ? arena_printf(c->arena, "~%s", word) : word;
		/* Where later words take away what earlier ones added, each mention counts. */
		if (c->directive->argument == DIRECTIVE_FILTER_IN_ORDER) {
			strv_add(l, c->arena, entry);
		} else {
			strv_add_unique(l, c->arena, entry);
		}
	}
	return r;
}

int directive_parse_syscalls(const struct directive_context *c, const char *value, void *place)
{
	return stdio_parse_filter(c, value, place);
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

int directive_parse_families(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (streq(value, "none")) {
		l->n = 0;
		strv_add(l, c->arena, "none");
		return 0;
	}
	strv_remove(l, "none");
	return stdio_parse_filter(c, value, l);
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

int directive_parse_open_file(const struct directive_context *c, const char *value, void *place)
{
	struct strv *l = place;
	if (!*value) {
		l->n = 0;
		return 0;
	}
	char *full;
	if (directive_expand(c, value, &full) < 0) {
		return -EINVAL;
	}
	if (!path_is_absolute(full)) {
		return directive_warn(c, "Failed to parse OpenFile= setting, ignoring: %s", value);
	}
	strv_add(l, c->arena, full);
	return 0;
}
