/* SPDX-License-Identifier: MIT */
#include "state/transient.h"

#include "base/root.h"

bool transient_is_unit(const struct search_path *search, const struct unit *u)
{
	return u->fragment_path && search->transient &&
	       path_is_below(u->fragment_path, search->transient);
}

void transient_remove_dir(const struct search_path *search)
{
	CLEANUP_ARENA struct arena a = {0};

	if (rmdir(search->transient) == 0) {
		rmdir(path_dirname(&a, search->transient));
	}
}

void transient_remove_unit(const struct place *p, const struct search_path *search,
			   const struct unit *u)
{
	CLEANUP_ARENA struct arena a = {0};
	const char *triggered = unit_triggered_name(u, &a);

	if (!transient_is_unit(search, u)) {
		return;
	}
	unlink(u->fragment_path);
	/* While it runs it will remove its file itself. */
	if (triggered && !place_unit_is_supervised(p, triggered)) {
		unlink(path_join(&a, search->transient, triggered));
	}
	transient_remove_dir(search);
}
