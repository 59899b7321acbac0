/* SPDX-License-Identifier: MIT */
#include "cmd/install.h"
#include "install_common.h"

int cmd_install_preset_all(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct change_list changes;
	struct install in = {0};
	int r = install_prepare(c, &in, &changes);

	if (r >= 0) {
		r = install_preset_all(&in, c->options.preset_mode, install_flags_of(c), &changes);
	}
	install_report(c, &in, "preset", r, &changes);
	/* As systemctl: what failed was told, the status is 0. */
	return install_finish(&in, 0);
}
