/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * tmpfiles.d(5): what services expect to find below /run and /var, and what boot makes on a machine. systemd-tmpfiles of the image does it
 * where there is one (packages systemd, systemd-standalone-tmpfiles). Where there is none, the lines that make directories (d D v q Q),
 * files (f F), links (L) and fifos (p) are carried out here, with the modifiers ! - + = $, L? and d~; no other line is, and a file that has one
 * gets a diagnostic at debug level. As with systemd-tmpfiles the first line about a path counts, in the order of the files' names.
 */

#include "base/diag.h"

/*
 * Carries out all lines of the image, as at boot. What exists already gets the mode and the owner that its line names, and is else left as it is; a
 * failure is a warning and does not stop the rest. 0, or -errno if systemd-tmpfiles could not be executed.
 */
int tmpfiles_create(struct diag_list *diags);
/* Does the image have systemd-tmpfiles? */
bool tmpfiles_has_program(void);
/* One file's text; for tests: all paths are taken below prefix ("" for the real ones). */
void tmpfiles_create_from(const char *text, const char *filename, const char *prefix, struct diag_list *diags);
