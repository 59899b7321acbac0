/* SPDX-License-Identifier: MIT */
#pragma once

/* Unit names: systemd.unit(5), "Description" and "String Escaping for Inclusion in Unit Names". */

#include "base/arena.h"

enum unit_type {
	UNIT_SERVICE,
	UNIT_SOCKET,
	UNIT_TARGET,
	UNIT_DEVICE,
	UNIT_MOUNT,
	UNIT_AUTOMOUNT,
	UNIT_SWAP,
	UNIT_TIMER,
	UNIT_PATH,
	UNIT_SLICE,
	UNIT_SCOPE,
	UNIT_TYPE_MAX,
};
#define UNIT_NAME_MAX 256	/* with the NUL */

/* "service"; NULL out of range. */
const char *unit_type_name(enum unit_type t);
/* -EINVAL if unknown. */
int unit_type_parse(const char *s);

enum name_class {
	NAME_INVALID = 0,
	NAME_PLAIN = 1 << 0,	/* foo.service */
	NAME_TEMPLATE = 1 << 1,	/* foo@.service */
	NAME_INSTANCE = 1 << 2,	/* foo@bar.service */
	NAME_ANY = NAME_PLAIN | NAME_TEMPLATE | NAME_INSTANCE,
};
/* What kind of name this is; NAME_INVALID if it is no valid unit name. */
enum name_class name_classify(const char *name);
/* Is it valid and of one of the classes in mask? */
bool name_is_valid(const char *name, unsigned mask);
/* The type by suffix, or -EINVAL. */
int name_type(const char *name);

/* "foo@bar.service": prefix "foo", instance "bar" ("" for a template, NULL for plain), template "foo@.service" (NULL for plain). In the arena. */
char *name_prefix(struct arena *a, const char *name);
char *name_instance(struct arena *a, const char *name);
char *name_template(struct arena *a, const char *name);
/* Name without the type suffix: "foo@bar". */
char *name_without_suffix(struct arena *a, const char *name);
/* template "foo@.service" + instance "x" -> "foo@x.service". NULL if the result is too long or invalid. */
char *name_with_instance(struct arena *a, const char *name, const char *instance);
/* The same name with another type suffix: ("foo.socket", "service") -> "foo.service". */
char *name_change_suffix(struct arena *a, const char *name, const char *suffix);

/* String escaping: "/" -> "-", others -> "\xNN". unescape: -EINVAL on a bad escape. */
char *name_escape(struct arena *a, const char *s);
int name_unescape(struct arena *a, const char *s, char **ret);
/* Path escaping: "/" -> "-" as a whole, "/dev/sda" -> "dev-sda". -EINVAL for paths with "..". */
int name_path_escape(struct arena *a, const char *path, char **ret);
int name_path_unescape(struct arena *a, const char *s, char **ret);
/* "/var/lib" + "mount" -> "var-lib.mount". */
int name_from_path(struct arena *a, const char *path, const char *suffix, char **ret);

enum name_mangle_flags {
	NAME_MANGLE_GLOB = 1 << 0,	/* globs stay as they are */
};
/*
 * What a person typed -> a unit name (SYSTEMD.md 1.1): valid names stay, paths become device/mount names, bad characters are
 * escaped, `suffix` (".service", ".target") is added. *ret_escaped (may be NULL) tells that characters had to be escaped, so that
 * cmd can print the notice. 0, -EINVAL for an empty or overlong name.
 */
int name_mangle(struct arena *a, const char *s, unsigned flags, const char *suffix, char **ret, bool *ret_escaped);
/*
 * What is said where characters had to be escaped: `typed` became `name`, of which a suffix that was not typed is left out. In the arena.
 */
char *name_escaped_notice(struct arena *a, const char *typed, const char *name, const char *suffix);
/* Contains one of *?[ */
bool name_is_glob(const char *s);
