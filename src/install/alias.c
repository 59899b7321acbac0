/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "install/find.h"
#include "unit/name.h"

/* Units whose kind has its name from elsewhere (a mount point, a slice's place) have no second one. */
static bool type_may_alias(int type)
{
	static const bool may[UNIT_TYPE_MAX] = {
		[UNIT_SERVICE] = true, [UNIT_SOCKET] = true, [UNIT_TARGET] = true,
		[UNIT_DEVICE] = true, [UNIT_TIMER] = true, [UNIT_PATH] = true,
	};

	return type >= 0 && may[type];
}

int alias_verify(struct arena *a, const char *alias, const char *target)
{
	enum name_class from = name_classify(alias);
	enum name_class to = name_classify(target);

	if (from == NAME_INVALID) {
		return -EINVAL;
	}
	if (!type_may_alias(name_type(alias))) {
		return -EINVAL;
	}
	if (to == NAME_INVALID) {
		return -EINVAL;
	}
	if (streq(alias, target)) {
		return -ELOOP;
	}
	if (name_type(alias) != name_type(target)) {
		return -EXDEV;
	}
	if (from == NAME_INSTANCE && to == NAME_TEMPLATE) {
		return 0;
	}
	if (from != to || (from == NAME_INSTANCE && !streq(name_instance(a, alias), name_instance(a, target)))) {
		return -EXDEV;
	}
	return 0;
}
