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

void quote_print_json(const char *s, size_t n)
{
	putchar('"');
	for (size_t i = 0; i < n; i++) {
		char letter = strchr("\a\v", s[i]) ? 0 : escape_letter(s[i]);

		if (s[i] == '"' || s[i] == '\\') {
			printf("\\%c", s[i]);
		} else if (letter) {
			printf("\\%c", letter);
		} else if ((unsigned char)s[i] < 0x20) {
			printf("\\u%04x", (unsigned char)s[i]);
		} else {
			putchar(s[i]);
		}
	}
	putchar('"');
}
