/* SPDX-License-Identifier: MIT */
#include "cmd/cmd.h"

#define MAX_WORD 32
#define MAX_DISTANCE 5

static size_t least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein: how many letters must be put in, taken out or changed. One row of the matrix at a time. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t n = strlen(b), row[MAX_WORD + 1];

	if (n > MAX_WORD || strlen(a) > MAX_WORD) {
		return MAX_WORD;
	}
	for (size_t k = 0; k <= n; k++) {
		row[k] = k;
	}
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t k = 1; k <= n; k++) {
			size_t change = diagonal + (a[i] != b[k - 1]);

			diagonal = row[k];
			row[k] = least(row[k] + 1, row[k - 1] + 1, change);
		}
	}
	return row[n];
}

/* The shortest verb that begins with word. */
static const struct cmd_verb *find_by_prefix(const char *word)
{
	size_t n;
	const struct cmd_verb *all = cmd_verb_all(&n), *best = NULL;

	for (size_t i = 0; i < n && *word; i++) {
		if (str_has_prefix(all[i].name, word) && (!best || strlen(all[i].name) < strlen(best->name))) {
			best = &all[i];
		}
	}
	return best;
}

const char *cmd_verb_suggest(const char *word)
{
	size_t n, best_distance = MAX_DISTANCE;
	const struct cmd_verb *all = cmd_verb_all(&n), *best = find_by_prefix(word);

	if (best) {
		return best->name;
	}
	for (size_t i = 0; i < n; i++) {
		size_t distance = edit_distance(word, all[i].name);

		if (distance <= best_distance) {
			best_distance = distance;
			best = &all[i];
		}
	}
	return best ? best->name : NULL;
}
