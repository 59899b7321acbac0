/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "journal/syslog.h"

#define LEVEL_DEFAULT 13 /* user.notice */
#define LEVEL_MAX 191
#define UNKNOWN "unknown"
#define NIL "-" /* RFC 5424: there is no such value */

static char *skip_blanks(char *s)
{
	return s + strspn(s, " ");
}

/* The word at s, NUL-terminated in place; *s is behind it and its blank. */
static char *take_word(char **s)
{
	char *word = *s;
	char *end = word + strcspn(word, " ");

	*s = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

static char *parse_level(char *s, int *ret)
{
	int level = 0;
	size_t n = 1;

	while (s[0] == '<' && n < 4 && isdigit((unsigned char)s[n])) {
		level = level * 10 + (s[n++] - '0');
	}
	if (n == 1 || s[n] != '>' || level > LEVEL_MAX) {
		return s;
	}
	*ret = level;
	return s + n + 1;
}

/* "[id name="value" …][…]", where "]" in a value is escaped. */
static char *skip_structured_data(char *s)
{
	bool in_value = false;

	if (*s == '-') {
		return skip_blanks(s + 1);
	}
	while (*s == '[') {
		for (s++; *s && (in_value || *s != ']'); s++) {
			if (*s == '\\' && s[1]) {
				s++;
			} else if (*s == '"') {
				in_value = !in_value;
			}
		}
		s += *s == ']';
	}
	return skip_blanks(s);
}

/* Behind "1 ": TIMESTAMP HOST APP PROCID MSGID DATA TEXT. */
static void parse_new(char *s, struct syslog_message *m)
{
	char *app, *process;

	take_word(&s);
	take_word(&s);
	app = take_word(&s);
	process = take_word(&s);
	take_word(&s);
	if (!streq(app, NIL) && app[0]) {
		m->identifier = app;
	}
	m->pid = (pid_t)strtol(process, NULL, 10);
	s = skip_structured_data(s);
	m->text = (unsigned char)s[0] == 0xef && (unsigned char)s[1] == 0xbb &&
				  (unsigned char)s[2] == 0xbf
			  ? s + 3
			  : s;
}

/* Does s look like the pattern? 'a' a letter, '0' a digit, '_' a digit or blank, others themselves. */
static bool looks_like(const char *s, const char *pattern)
{
	for (; *pattern; s++, pattern++) {
		unsigned char c = (unsigned char)*s;
		bool fits = *pattern == 'a'   ? isalpha(c)
			    : *pattern == '0' ? isdigit(c)
			    : *pattern == '_' ? isdigit(c) || c == ' '
					      : c == (unsigned char)*pattern;

		if (!fits) {
			return false;
		}
	}
	return true;
}

/* "Nov 22 05:37:41 " or "2026-11-22T05:37:41.123456+00:00 ". */
static char *skip_time(char *s)
{
	if (looks_like(s, "aaa _0 00:00:00 ")) {
		return s + 16;
	}
	if (looks_like(s, "0000-00-00T00:00:00") && strchr(s, ' ')) {
		return strchr(s, ' ') + 1;
	}
	return s;
}

/* Where "TAG:" or "TAG[PID]:" ends, at the colon; NULL where it is none. */
static char *find_tag_end(char *s)
{
	char *end = s + strcspn(s, " :[");

	if (end > s && *end == '[' && strchr(end, ']')) {
		end = strchr(end, ']') + 1;
	}
	return end > s && *end == ':' ? end : NULL;
}

static void parse_old(char *s, struct syslog_message *m)
{
	char *begin = skip_time(s);
	char *end = find_tag_end(begin);
	char *bracket;

	/* Between time and tag a host may stand; libc writes none. */
	if (!end && begin != s && strchr(begin, ' ')) {
		char *next = skip_blanks(strchr(begin, ' '));

		end = find_tag_end(next);
		begin = end ? next : begin;
	}
	if (!end) {
		m->text = begin;
		return;
	}
	*end = '\0';
	bracket = strchr(begin, '[');
	if (bracket) {
		m->pid = (pid_t)strtol(bracket + 1, NULL, 10);
		*bracket = '\0';
	}
	m->identifier = begin;
	m->text = end[1] == ' ' ? end + 2 : end + 1;
}

void syslog_message_parse(char *message, size_t n, struct syslog_message *ret)
{
	struct syslog_message m = { .level = LEVEL_DEFAULT, .identifier = UNKNOWN };
	char *s;

	while (n > 0 && (message[n - 1] == '\0' || isspace((unsigned char)message[n - 1]))) {
		n--;
	}
	message[n] = '\0';
	s = parse_level(message, &m.level);
	if (looks_like(s, "1 ") && (looks_like(s + 2, "0000-00-00T") || looks_like(s + 2, "- "))) {
		parse_new(s + 2, &m);
	} else {
		parse_old(s, &m);
	}
	/* The kernel's facility is the kernel's. */
	m.level = m.level < 8 ? m.level | (1 << 3) : m.level;
	m.pid = m.pid > 0 ? m.pid : 0;
	*ret = m;
}
