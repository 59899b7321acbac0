/* SPDX-License-Identifier: MIT */
#pragma once

/* Text that is to be read back by a shell, on stdout. */

/* As it is where a shell takes it so, else $'…'. */
void quote_print_shell(const char *s);
/* As it is where a shell takes it so, else "…"; an empty one is "". */
void quote_print_argument(const char *s);
