/* SPDX-License-Identifier: MIT */
#pragma once

/* What a shell would not take as it is. */
#define SHELL_SPECIAL " \t\n\r\"'\\`$*?[()<>|&;!"
