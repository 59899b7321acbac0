/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "fuzz.h"
#include "unit/environment.h"

/* Every entry is valid, and no name stands twice. */
static void check_entries(const struct strv *env, struct arena *a)
{
	for (size_t i = 0; i < env->n; i++) {
		const char *entry = env->v[i];
		size_t n = strcspn(entry, "=");
		const char *name = arena_strndup(a, entry, n);

		FUZZ_CHECK(environment_assignment_is_valid(entry));
		FUZZ_CHECK(environment_get(env, name) == entry + n + 1);
	}
}

/* The entries written as a file, each value in single and double quotes, are read as the same
 * entries. */
static void check_round_trip(const struct strv *env, struct arena *a)
{
	CLEANUP_STRBUF struct strbuf text = {0};
	struct strv again = {0};

	for (size_t i = 0; i < env->n; i++) {
		const char *value = strchr(env->v[i], '=') + 1;

		strbuf_add_n(&text, env->v[i], (size_t)(value - env->v[i]));
		strbuf_add_char(&text, '"');
		for (; *value; value++) {
			strbuf_add(&text, strchr("\"\\`$", *value) ? "\\" : "");
			strbuf_add_char(&text, *value);
		}
		strbuf_add(&text, "\"\n");
	}
	FUZZ_CHECK(environment_parse_file(strbuf_text(&text), text.n, "again", a, &again, NULL) ==
		   0);
	FUZZ_CHECK(again.n == env->n);
	for (size_t i = 0; i < env->n; i++) {
		FUZZ_CHECK(streq(env->v[i], again.v[i]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_ARENA struct arena a = {0};
	struct diag_list diags = {.arena = &a};
	struct strv file = {0};
	struct strv words = {0};
	char *exact = malloc(size ? size : 1);
	int r;

	/* a block of exactly this size: the text has no NUL behind it */
	memcpy(exact, data, size);
	r = environment_parse_file(exact, size, "fuzz", &a, &file, &diags);
	free(exact);
	FUZZ_CHECK(r == 0 || (r == -EINVAL && file.n == 0 && diags.n > 0));
	check_entries(&file, &a);
	check_round_trip(&file, &a);
	r = environment_parse_words(arena_strndup(&a, (const char *)data, size), &a, &words, &diags,
					"fuzz", 1);
	FUZZ_CHECK(r == 0 || r == -EINVAL);
	check_entries(&words, &a);
	return 0;
}
