/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

/*
 * systemd-sysv-install, the program that systemctl hands SysV scripts to: `systemd-sysv-install [--root=DIR] enable|disable|is-enabled NAME`.
 * soloctl is it under that name, and stands in for it where the image has none. It calls update-rc.d or chkconfig, whichever is there;
 * is-enabled looks at the links itself.
 */

#define SYSV_INSTALL_NAME "systemd-sysv-install"

int sysv_install_main(int argc, char **argv);
/* Is there anything on this machine that could change the links of SysV scripts? */
bool sysv_install_is_possible(void);
