/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The verbs that change or ask what is started at boot: systemctl(1), "Unit File Commands". Each is the run member of a row in
 * src/cmd/verbs.c; the value is the exit status, a negative errno counts as 1.
 */

#include "cmd/cmd.h"

int cmd_install_enable(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_install_disable(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_install_reenable(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_install_preset(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_install_preset_all(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_install_mask(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_install_unmask(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_install_link(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_install_revert(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_install_is_enabled(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_install_list_unit_files(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_install_add_wants(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_install_add_requires(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_install_get_default(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
int cmd_install_set_default(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
