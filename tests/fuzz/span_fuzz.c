/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "unit/value.h"

/* What is accepted is printed by the formatter in a form that means the same. */
static void check_span(const char *s)
{
	char text[128];
	usec_t span = 1;
	usec_t again = 2;

	if (value_parse_span(s, USEC_PER_SEC, &span) < 0) {
		FUZZ_CHECK(span == 1);
		return;
	}
	clock_format_span(text, sizeof(text), span, 1);
	FUZZ_CHECK(value_parse_span(text, USEC_PER_SEC, &again) == 0);
	FUZZ_CHECK(span == again);
}

static void check_limits(const char *s)
{
	for (int resource = 0; resource < 16; resource++) {
		struct rlimit l = {7, 7};

		if (value_parse_limit(resource, s, &l) < 0) {
			FUZZ_CHECK(l.rlim_cur == 7 && l.rlim_max == 7);
		} else {
			FUZZ_CHECK(l.rlim_cur <= l.rlim_max);
		}
	}
}

static void check_words(const char *s, struct arena *a)
{
	for (unsigned flags = 0; flags < 64; flags++) {
		const char *rest = s;
		char *word;
		size_t taken = 0;

		while (value_next_word(&rest, NULL, flags, a, &word) > 0) {
			size_t n = strlen(word);

			/* nothing grows but by a kept backslash, which stood in the text */
			FUZZ_CHECK(n <= strlen(s));
			FUZZ_CHECK(rest > s + taken);
			taken = (size_t)(rest - s);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_ARENA struct arena a = {0};
	const char *s = arena_strndup(&a, (const char *)data, size);
	struct exit_status_set set = {0};
	uint64_t bytes = 1;
	unsigned number;
	int signed_number;
	bool yes;
	mode_t mode;

	check_span(s);
	check_limits(s);
	check_words(s, &a);
	value_parse_size(s, &bytes);
	value_parse_bool(s, &yes);
	if (value_parse_mode(s, &mode) == 0) {
		FUZZ_CHECK(mode <= 07777);
	}
	if (value_parse_unsigned(s, &number) == 0 && number <= INT32_MAX) {
		FUZZ_CHECK(value_parse_int(s, &signed_number) == 0 &&
			   (unsigned)signed_number == number);
	}
	exit_status_set_add(&set, s);
	return 0;
}
