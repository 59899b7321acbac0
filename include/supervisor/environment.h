/* SPDX-License-Identifier: MIT */
#pragma once

/* Environment blocks: systemd.exec(5), "Environment Variables Set or Propagated by the Service Manager". */

#include "supervisor/life.h"

/* The manager's block: PATH, LANG, and what set-environment added. In the arena. */
void environment_of_manager(const struct place *p, struct arena *a, struct strv *ret);
/* What the supervisor adds for a command of this list. In the arena. */
void environment_of_command(struct supervisor *s, enum service_command id, struct arena *a, struct strv *ret);
