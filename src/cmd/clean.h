/* SPDX-License-Identifier: MIT */
#pragma once

/* systemctl clean: systemctl(1). */

#include "base/arena.h"
#include "unit/unit.h"

/* What there is to be cleaned, as the words of --what= with blanks between; "" nothing. In the arena. */
const char *clean_list(const struct unit *u, struct arena *a);
