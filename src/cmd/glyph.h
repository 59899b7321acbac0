/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Dots, arrows and branches: UTF-8 where the locale has it, else ASCII; colours on a terminal
 * (SYSTEMD_COLORS=).
 */

#include "unit/active.h"

enum glyph {
	GLYPH_ARROW,
	GLYPH_BRANCH,
	GLYPH_LAST,
	GLYPH_VERTICAL,
	GLYPH_SPACE,
	GLYPH_DOT,
	GLYPH_ELLIPSIS,
	GLYPH_BULLET,
	GLYPH_MAX
};

const char *glyph(enum glyph g);
/* ● ○ × ↻ in its colour. Static. */
const char *glyph_of_state(enum active_state s);
/* Is stdout coloured: $SYSTEMD_COLORS, $NO_COLOR, $TERM, or whether it is a terminal. */
bool color_is_used(void);
/* Escape sequences, "" where there is no colour. */
const char *color_green(void), *color_red(void), *color_off(void);
/* How many columns a string takes: escape sequences none, UTF-8 sequences one. */
size_t glyph_width(const char *s);
