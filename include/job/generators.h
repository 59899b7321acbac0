/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Generators: systemd.generator(7). They run once in the life of a container, before the first unit is started, and again at
 * daemon-reload. Their output goes where systemd has it, /run/systemd/generator{,.early,.late}, and is removed with the last record.
 * systemd's own generators (systemd-*-generator) are left out: they make mounts, swaps, gettys and the like of a machine that
 * boots, and what the SysV one does is done when units are loaded. The first time, tmpfiles.d is carried out too (job/tmpfiles.h), but for
 * a boot that has systemd-tmpfiles-setup.service for it.
 */

#include "base/diag.h"
#include "state/place.h"
#include "unit/search.h"

/*
 * Runs them if they have not been run in this life, or always if `again`. Does nothing for user managers, or where $SYSTEMD_UNIT_PATH
 * leaves the generators' directories out. A generator that fails is a warning in diags. *ret_ran tells that the search path may have changed.
 * 0, -errno (the directories cannot be made).
 */
int generators_run(const struct place *p, const struct search_path *search, bool again, struct diag_list *diags, bool *ret_ran);
