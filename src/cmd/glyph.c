/* SPDX-License-Identifier: MIT */
#include "glyph.h"

#include "base/str.h"
#include "unit/value.h"

static bool environment_bool(const char *name, bool fallback)
{
	const char *value = getenv(name);
	bool b;

	return value && value_parse_bool(value, &b) >= 0 ? b : fallback;
}

/* A locale that is not set at all takes UTF-8; "C" asked for by name does not. */
static bool is_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *locale = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(names) && !locale; i++) {
		const char *value = getenv(names[i]);

		locale = value && *value ? value : NULL;
	}
	return environment_bool("SYSTEMD_UTF8",
				!locale || (!streq(locale, "C") && !streq(locale, "POSIX")));
}

bool color_is_used(void)
{
	const char *term = getenv("TERM");
	bool is_able =
		isatty(STDOUT_FILENO) && !getenv("NO_COLOR") && !(term && streq(term, "dumb"));
	const char *value = getenv("SYSTEMD_COLORS");

	if (value && (streq(value, "16") || streq(value, "256") || streq(value, "24bit"))) {
		return true;
	}
	return environment_bool("SYSTEMD_COLORS", is_able);
}

const char *glyph(enum glyph g)
{
	static const char *const table[GLYPH_MAX][2] = {
		[GLYPH_ARROW] = { "->", "\xe2\x86\x92" },
		[GLYPH_BRANCH] = { "|-", "\xe2\x94\x9c\xe2\x94\x80" },
		[GLYPH_LAST] = { "`-", "\xe2\x94\x94\xe2\x94\x80" },
		[GLYPH_VERTICAL] = { "| ", "\xe2\x94\x82 " },
		[GLYPH_SPACE] = { "  ", "  " },
		[GLYPH_DOT] = { "*", "\xe2\x97\x8f" },
		[GLYPH_ELLIPSIS] = { "...", "\xe2\x80\xa6" },
		[GLYPH_BULLET] = { "*", "\xe2\x80\xa2" },
	};

	return table[g][is_utf8()];
}

const char *color_green(void)
{
	return color_is_used() ? "\x1b[0;1;32m" : "";
}

const char *color_red(void)
{
	return color_is_used() ? "\x1b[0;1;31m" : "";
}

const char *color_off(void)
{
	return color_is_used() ? "\x1b[0m" : "";
}

const char *glyph_of_state(enum active_state s)
{
	static const struct {
		const char *ascii, *utf8;
		const char *color;
	} table[ACTIVE_STATE_MAX] = {
		[ACTIVE_INACTIVE] = { "*", "\xe2\x97\x8b", "" },
		[ACTIVE_ACTIVE] = { "*", "\xe2\x97\x8f", "\x1b[0;1;32m" },
		[ACTIVE_RELOADING] = { "C", "\xe2\x86\xbb", "\x1b[0;1;32m" },
		[ACTIVE_FAILED] = { "x", "\xc3\x97", "\x1b[0;1;31m" },
		[ACTIVE_ACTIVATING] = { "*", "\xe2\x97\x8f", "" },
		[ACTIVE_DEACTIVATING] = { "*", "\xe2\x97\x8f", "" },
		[ACTIVE_MAINTENANCE] = { "*", "\xe2\x97\x8b", "" },
	};
	static char colored[ACTIVE_STATE_MAX][32];
	const char *mark = is_utf8() ? table[s].utf8 : table[s].ascii;

	if (!table[s].color[0] || !color_is_used()) {
		return mark;
	}
	colored[s][0] = '\0';
	strncat(colored[s], table[s].color, 12);
	strncat(colored[s], mark, 8);
	strncat(colored[s], "\x1b[0m", 8);
	return colored[s];
}

size_t glyph_width(const char *s)
{
	size_t n = 0;

	for (; *s; s++) {
		if (*s == '\x1b') {
			while (s[1] && *s != 'm') {
				s++;
			}
		} else if (((unsigned char)*s & 0xc0) != 0x80) {
			n++;
		}
	}
	return n;
}
