/* SPDX-License-Identifier: MIT */
#pragma once

/* Units that systemd-run made: their files live as long as they do. */

#include "state/place.h"
#include "unit/search.h"
#include "unit/unit.h"

bool transient_is_unit(const struct search_path *search, const struct unit *u);
/* Removes the file of a transient unit that has ended, for a timer, path or socket that of the service which it would have started too. */
void transient_remove_unit(const struct place *p, const struct search_path *search, const struct unit *u);
/* Removes the directory of transient units, and the one above it, where they are empty. */
void transient_remove_dir(const struct search_path *search);
