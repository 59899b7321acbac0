/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "install/find.h"
#include "unit/name.h"

/* Units whose kind has its name from elsewhere (a mount point, a slice's place) have no second one.
 */
static bool type_may_alias(int type)
{
	static const bool may[UNIT_TYPE_MAX] = {
	    [UNIT_SERVICE] = true, [UNIT_SOCKET] = true, [UNIT_TARGET] = true,
	    [UNIT_DEVICE] = true,  [UNIT_TIMER] = true,	 [UNIT_PATH] = true,
	};

	return type >= 0 && may[type];
}

/* Types of which there are templates. */
bool alias_type_may_template(int type)
{
	static const bool may[UNIT_TYPE_MAX] = {
	    [UNIT_SERVICE] = true, [UNIT_SOCKET] = true, [UNIT_TARGET] = true,
	    [UNIT_TIMER] = true,   [UNIT_PATH] = true,
	};

	return type >= 0 && may[type];
}

static int refuse(struct diag_list *l, int error, const char *text)
{
	return diag_add(l, DIAG_NOTICE, error, NULL, 0, NULL, "%s", text);
}

/* The instance parts of both: an instance may stand for the same instance or for a template, the
 * others only for their like. */
static int verify_instance(const char *alias, const char *target, struct arena *a,
			   struct diag_list *l)
{
	enum name_class from = name_classify(alias);
	enum name_class to = name_classify(target);

	if (from == NAME_INSTANCE && to == NAME_INSTANCE &&
	    !streq(name_instance(a, alias), name_instance(a, target))) {
		return refuse(
		    l, -EXDEV,
		    arena_printf(
			a, "%s: unit symlink target \"%s\" instance name doesn't match, rejecting.",
			alias, target));
	}
	if (from != to && !(from == NAME_INSTANCE && to == NAME_TEMPLATE)) {
		return refuse(
		    l, -EXDEV,
		    arena_printf(
			a, "%s: symlink target name type \"%s\" does not match source, rejecting.",
			alias, target));
	}
	return 0;
}

int alias_verify(const char *alias, const char *target, struct arena *a, struct diag_list *l)
{
	int r;

	if (name_classify(alias) == NAME_INVALID) {
		return refuse(l, -EINVAL,
			      arena_printf(a, "%s: not a valid unit name \"%s\": %s", alias, alias,
					   strerror(EINVAL)));
	}
	if (!type_may_alias(name_type(alias))) {
		return refuse(
		    l, -EINVAL,
		    arena_printf(a,
				 "%s: symlinks are not allowed for units of this type, rejecting.",
				 alias));
	}
	if (!name_is_valid(alias, NAME_PLAIN) && !alias_type_may_template(name_type(alias))) {
		return refuse(l, -EINVAL,
			      arena_printf(a, "%s: templates not allowed for %s units, rejecting.",
					   alias, unit_type_name(name_type(alias))));
	}
	if (streq(alias, target)) {
		return -ELOOP;
	}
	if (name_classify(target) == NAME_INVALID) {
		return refuse(l, -EXDEV,
			      arena_printf(a,
					   "%s points to \"%s\" which is not a valid unit name: %s",
					   alias, target, strerror(EXDEV)));
	}
	r = verify_instance(alias, target, a, l);
	if (r >= 0 && name_type(alias) != name_type(target)) {
		r = refuse(
		    l, -EXDEV,
		    arena_printf(a, "%s: symlink target \"%s\" has incompatible suffix, rejecting.",
				 alias, target));
	}
	return r;
}
