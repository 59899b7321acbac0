/* SPDX-License-Identifier: MIT */
#pragma once

/* Lists of words that --type=help, --state=help and --signal=help print: systemctl(1). */

#include "base/macro.h"

void words_print_unit_types(bool with_heading);
void words_print_states(bool with_headings);
/* One name a line; with_numbers: "NUMBER SIGNAME" under a heading. */
void words_print_signals(bool with_numbers);
/* A LoadState, those that soloctl never reports included. */
bool words_is_load_state(const char *word);
