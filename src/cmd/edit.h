/* SPDX-License-Identifier: MIT */
#pragma once

#include "unit/unit.h"

/* One file that is edited. */
struct edit_file {
	const struct unit *unit;
	const char *path;		/* where it goes */
	char *temporary;		/* what the editor sees; NULL none */
};
