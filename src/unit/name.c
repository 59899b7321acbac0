/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "base/names.h"
#include "base/root.h"
#include "base/str.h"
#include "unit/name.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define CHARS_ESCAPED DIGITS LETTERS ":_." /* what escaping leaves alone */
#define CHARS_VALID CHARS_ESCAPED "-\\"
#define CHARS_WITH_AT "@" CHARS_VALID
#define CHARS_GLOB CHARS_WITH_AT "[]!*?"

static const char *const type_names[UNIT_TYPE_MAX] = {
	[UNIT_SERVICE] = "service", [UNIT_SOCKET] = "socket", [UNIT_TARGET] = "target",
	[UNIT_DEVICE] = "device",   [UNIT_MOUNT] = "mount",   [UNIT_AUTOMOUNT] = "automount",
	[UNIT_SWAP] = "swap",       [UNIT_TIMER] = "timer",   [UNIT_PATH] = "path",
	[UNIT_SLICE] = "slice",     [UNIT_SCOPE] = "scope",
};

const char *unit_type_name(enum unit_type t)
{
	return NAMES_AT(type_names, t);
}

int unit_type_parse(const char *s)
{
	return NAMES_FIND(type_names, s);
}

/* Does s consist of characters of the set alone? */
static bool in_charset(const char *s, const char *charset)
{
	return s[strspn(s, charset)] == '\0';
}

/* CHARS_WITH_AT alone? Asked for each file of each directory; strspn would make a table each time. */
static bool has_name_chars(const char *name)
{
	for (const char *s = name; *s; s++) {
		unsigned char letter = (unsigned char)*s | 0x20;

		if (!(letter >= 'a' && letter <= 'z') && !(*s >= '0' && *s <= ':') &&
		    !strchr("@_.-\\", *s)) {
			return false;
		}
	}
	return true;
}

int name_type(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? unit_type_parse(dot + 1) : -EINVAL;
}

enum name_class name_classify(const char *name)
{
	const char *dot = strrchr(name, '.');
	const char *at = strchr(name, '@');

	if (strlen(name) >= UNIT_NAME_MAX || !dot || dot == name || at == name) {
		return NAME_INVALID;
	}
	if (unit_type_parse(dot + 1) < 0 || !has_name_chars(name)) {
		return NAME_INVALID;
	}
	if (!at) {
		return NAME_PLAIN;
	}
	return at + 1 == dot ? NAME_TEMPLATE : NAME_INSTANCE;
}

bool name_is_valid(const char *name, unsigned mask)
{
	return (name_classify(name) & mask) != 0;
}

char *name_prefix(struct arena *a, const char *name)
{
	const char *end = strchr(name, '@');

	if (!end) {
		end = strrchr(name, '.');
	}
	return end ? arena_strndup(a, name, end - name) : arena_strdup(a, name);
}

char *name_instance(struct arena *a, const char *name)
{
	const char *at = strchr(name, '@');
	const char *dot = strrchr(name, '.');

	return at && dot && at < dot ? arena_strndup(a, at + 1, dot - at - 1) : NULL;
}

char *name_template(struct arena *a, const char *name)
{
	const char *at = strchr(name, '@');
	const char *dot = strrchr(name, '.');

	if (!at || !dot || at > dot) {
		return NULL;
	}
	return arena_printf(a, "%.*s%s", (int)(at + 1 - name), name, dot);
}

char *name_without_suffix(struct arena *a, const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? arena_strndup(a, name, dot - name) : arena_strdup(a, name);
}

char *name_with_instance(struct arena *a, const char *name, const char *instance)
{
	const char *at = strchr(name, '@');
	const char *dot = strrchr(name, '.');
	char *result;

	if (!at || !dot || at > dot || instance[0] == '\0') {
		return NULL;
	}
	result = arena_printf(a, "%.*s%s%s", (int)(at + 1 - name), name, instance, dot);
	return name_classify(result) == NAME_INSTANCE ? result : NULL;
}

char *name_change_suffix(struct arena *a, const char *name, const char *suffix)
{
	return arena_printf(a, "%s.%s", name_without_suffix(a, name), suffix);
}

/* ---- escaping ---- */

static char *put_escaped_char(char *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	*out++ = '\\';
	*out++ = 'x';
	*out++ = hex[c >> 4];
	*out++ = hex[c & 15];
	return out;
}

/* "/" becomes "-", what is not in charset "\xNN"; *ret_changed tells whether anything did. */
static char *escape_outside(struct arena *a, const char *s, const char *charset, bool *ret_changed)
{
	char *result = arena_alloc(a, strlen(s) * 4 + 1);
	char *out = result;
	bool changed = false;

	for (; *s; s++) {
		if (*s == '/') {
			*out++ = '-';
			changed = true;
		} else if (!strchr(charset, *s)) {
			out = put_escaped_char(out, *s);
			changed = true;
		} else {
			*out++ = *s;
		}
	}
	*ret_changed = changed;
	return result;
}

char *name_escape(struct arena *a, const char *s)
{
	char first[5] = "";
	bool changed;

	if (s[0] == '.') {
		/* So that no escaped string ever is a hidden file. */
		put_escaped_char(first, '.');
		s++;
	}
	return arena_printf(a, "%s%s", first, escape_outside(a, s, CHARS_ESCAPED, &changed));
}

static int hex_value(char c)
{
	const char *digits = "0123456789abcdef0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)((at - digits) & 15) : -EINVAL;
}

int name_unescape(struct arena *a, const char *s, char **ret)
{
	char *result = arena_alloc(a, strlen(s) + 1);
	char *out = result;

	while (*s) {
		int high, low;

		if (*s != '\\') {
			*out++ = *s == '-' ? '/' : *s;
			s++;
			continue;
		}
		if (s[1] != 'x') {
			return -EINVAL;
		}
		high = hex_value(s[2]);
		low = high < 0 ? -EINVAL : hex_value(s[3]);
		if (low < 0 || (high == 0 && low == 0)) {
			return -EINVAL;
		}
		*out++ = (char)(high << 4 | low);
		s += 4;
	}
	*ret = result;
	return 0;
}

int name_path_escape(struct arena *a, const char *path, char **ret)
{
	const char *p = path_simplify(a, path);

	if (!path_is_normalized(p) || streq(p, ".")) {
		return -EINVAL;
	}
	p += strspn(p, "/");
	if (*p == '\0') {
		*ret = arena_strdup(a, "-");
		return 0;
	}
	*ret = name_escape(a, p);
	return 0;
}

int name_path_unescape(struct arena *a, const char *s, char **ret)
{
	char *path;
	int r;

	if (*s == '\0') {
		return -EINVAL;
	}
	if (streq(s, "-")) {
		*ret = arena_strdup(a, "/");
		return 0;
	}
	r = name_unescape(a, s, &path);
	if (r < 0) {
		return r;
	}
	path = arena_printf(a, "/%s", path);
	/* Only what escaping could have made is taken: one spelling per path. */
	if (!streq(path_simplify(a, path), path) || !path_is_normalized(path)) {
		return -EINVAL;
	}
	*ret = path;
	return 0;
}

int name_from_path(struct arena *a, const char *path, const char *suffix, char **ret)
{
	char *escaped;
	char *name;
	int r = name_path_escape(a, path, &escaped);

	if (r < 0) {
		return r;
	}
	name = arena_printf(a, "%s.%s", escaped, suffix);
	if (!name_is_valid(name, NAME_PLAIN)) {
		return -EINVAL;
	}
	*ret = name;
	return 0;
}

/* ---- what people type ---- */

bool name_is_glob(const char *s)
{
	return strpbrk(s, "*?[") != NULL;
}

static bool is_device_path(const char *path)
{
	return str_has_prefix(path, "/dev/") || str_has_prefix(path, "/sys/");
}

/*
 * A path as a device or mount unit's name; false where it cannot be one (then it is escaped like
 * any text).
 */
static bool mangle_path(struct arena *a, const char *s, char **ret)
{
	const char *path = path_simplify(a, s);

	return name_from_path(a, path, is_device_path(path) ? "device" : "mount", ret) == 0;
}

int name_mangle(struct arena *a, const char *s, unsigned flags, const char *suffix, char **ret,
		bool *ret_escaped)
{
	bool glob_allowed = flags & NAME_MANGLE_GLOB;
	bool escaped = false;
	char *result;

	if (s[0] == '\0') {
		return -EINVAL;
	}
	if (name_is_valid(s, NAME_ANY) ||
	    (glob_allowed && name_is_glob(s) && in_charset(s, CHARS_GLOB))) {
		result = arena_strdup(a, s);
	} else if (!path_is_absolute(s) || !mangle_path(a, s, &result)) {
		result = escape_outside(a, s, glob_allowed ? CHARS_GLOB : CHARS_WITH_AT, &escaped);
		/* "foo.*" is a whole pattern: a suffix would change what it matches. */
		if (!(glob_allowed && name_is_glob(result)) && !name_is_valid(result, NAME_ANY)) {
			result = arena_printf(a, "%s%s", result, suffix);
		}
		if (!glob_allowed && !name_is_valid(result, NAME_ANY)) {
			return -EINVAL;
		}
	}
	*ret = result;
	if (ret_escaped) {
		*ret_escaped = escaped;
	}
	return 0;
}

char *name_escaped_notice(struct arena *a, const char *typed, const char *name, const char *suffix)
{
	size_t n = strlen(name);

	if (name_type(typed) < 0 && str_has_suffix(name, suffix)) {
		n -= strlen(suffix);
	}
	return arena_printf(a,
			    "Invalid unit name \"%s\" escaped as \"%.*s\"%s", typed, (int)n, name,
			    name_is_glob(typed) ? "." : " (maybe you should use systemd-escape?).");
}
