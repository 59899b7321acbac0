/* SPDX-License-Identifier: MIT */
#pragma once

/* An init, and everything that ends one: soloctl(7). */

#include "cmd/cmd.h"

/* The processes of an init's transactions (init/init.h). argv[1] is such a word; the exit status. */
bool cmd_boot_is_word(const char *word);
int cmd_boot_step(struct cmd *c, int argc, char **argv);

/*
 * Becomes the init of this container: `systemctl`, `systemctl init …`, `systemctl -1 …`, or init, systemd as PID 1. The words are those behind the name;
 * the exit status is the container's.
 */
int cmd_init_main(int argc, char **argv);
/* Is this an invocation that makes an init: by name and PID, or by its first word? */
bool cmd_init_is_meant(int argc, char **argv);
/* `systemctl init` behind other options: as the verb of the table. */
int cmd_init(struct cmd *c, const struct cmd_verb *verb, struct strv *args);

/* halt, poweroff, reboot, kexec, exit [N]: verb->argument is an enum init_signal. */
int cmd_power(struct cmd *c, const struct cmd_verb *verb, struct strv *args);
/* Is this unit one whose start ends the container (poweroff.target …)? Then its enum init_signal, else -1. */
int cmd_power_signal_of_target(const char *name);
/* Asks the init to end: what cmd_power does once the words are read. status: -1 none in particular. The exit status. */
int cmd_power_ask(struct cmd *c, int signal, int status);

/* Names that sysvinit had: halt(8), poweroff, reboot, shutdown(8), telinit(8), init(8) where it is not PID 1. */
int cmd_halt_main(int argc, char **argv);
int cmd_shutdown_main(int argc, char **argv);
int cmd_telinit_main(int argc, char **argv);
