/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Other programs of systemd that this one is by name: systemd-run(1), systemd-notify(1), systemd-cat(1), systemd-escape(1). Each value is the exit
 * status.
 */

int cmd_run_main(int argc, char **argv);
int cmd_notify_main(int argc, char **argv);
int cmd_cat_main(int argc, char **argv);
int cmd_escape_main(int argc, char **argv);
