/* SPDX-License-Identifier: MIT */
#pragma once

/* What a unit gets without writing it: SYSTEMD.md section 3 "Implicit" and "DefaultDependencies"; systemd.service(5), "Automatic Dependencies" and its siblings. */

#include "unit/unit.h"

/* Values before the first file is read (timeouts, modes, signals by type). */
void unit_defaults_init(struct unit *u);
/* Derived settings (service type, notify access, timeouts of oneshot …), checks that make a unit bad-setting, implicit and default dependencies. */
void unit_defaults_finish(struct unit *u, struct arena *a, struct diag_list *diags);
