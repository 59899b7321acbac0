/* SPDX-License-Identifier: MIT */
#include <regex.h>

#include "log/writer.h"

struct log_pattern {
	regex_t regex;
	bool drops;
};

void log_filter_set(struct log_filter *f, const struct strv *patterns)
{
	while (f->n > 0) {
		regfree(&f->v[--f->n].regex);
	}
	free(f->v);
	f->v = patterns->n > 0 ? calloc(patterns->n, sizeof(*f->v)) : NULL;
	for (size_t i = 0; f->v && i < patterns->n; i++) {
		struct log_pattern *p = &f->v[f->n];

		p->drops = patterns->v[i][0] == '~';
		f->n += regcomp(&p->regex, patterns->v[i] + p->drops, REG_EXTENDED | REG_NOSUB) == 0;
	}
}

bool log_filter_keeps(const struct log_filter *f, const char *text, size_t n)
{
	char line[LOG_LINE_MAX + 1];
	bool keeps = false, has_keepers = false;

	n = n < LOG_LINE_MAX ? n : LOG_LINE_MAX;
	memcpy(line, text, n);
	line[n] = '\0';
	for (size_t i = 0; i < f->n; i++) {
		bool matches = regexec(&f->v[i].regex, line, 0, NULL, 0) == 0;

		if (matches && f->v[i].drops) {
			return false;
		}
		has_keepers = has_keepers || !f->v[i].drops;
		keeps = keeps || matches;
	}
	return keeps || !has_keepers;
}
