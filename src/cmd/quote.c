/* SPDX-License-Identifier: MIT */
#include "quote.h"

#include <stdio.h>
#include <string.h>

#define SHELL_SPECIAL " \t\n\r\"'\\`$*?[()<>|&;!"

/* The letter behind a backslash that stands for a control character, 0 if there is none. */
static char escape_letter(char ch)
{
	static const char from[] = "\a\b\f\n\r\t\v", to[] = "abfnrtv";
	const char *p = ch ? strchr(from, ch) : NULL;

	return p ? to[p - from] : 0;
}

void quote_print_shell(const char *s)
{
	if (!strpbrk(s, SHELL_SPECIAL "\a\b\f\v")) {
		fputs(s, stdout);
		return;
	}
	fputs("$'", stdout);
	for (; *s; s++) {
		if (escape_letter(*s)) {
			printf("\\%c", escape_letter(*s));
		} else if (*s == '\'' || *s == '\\') {
			printf("\\%c", *s);
		} else if ((unsigned char)*s < 0x20 || *s == 0x7f) {
			printf("\\x%02x", (unsigned char)*s);
		} else {
			putchar(*s);
		}
	}
	putchar('\'');
}

void quote_print_argument(const char *s)
{
	if (*s && !strpbrk(s, SHELL_SPECIAL)) {
		fputs(s, stdout);
		return;
	}
	putchar('"');
	for (; *s; s++) {
		if (escape_letter(*s)) {
			printf("\\%c", escape_letter(*s));
			continue;
		}
		if (strchr("\"\\`$", *s)) {
			putchar('\\');
		}
		putchar(*s);
	}
	putchar('"');
}
