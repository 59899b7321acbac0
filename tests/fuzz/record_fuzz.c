/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "state/record.h"

/* A record that is read, written and read again is written the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_ARENA struct arena a = {0};
	CLEANUP_STRBUF struct strbuf first = {0};
	CLEANUP_STRBUF struct strbuf second = {0};
	struct record record;
	struct record again;

	record_init(&record);
	if (record_parse(arena_strndup(&a, (const char *)data, size),
			 strnlen((const char *)data, size), &a, &record) < 0) {
		return 0;
	}
	record_format(&record, &first);
	record_init(&again);
	FUZZ_CHECK(record_parse(strbuf_text(&first), first.n, &a, &again) == 0);
	record_format(&again, &second);
	FUZZ_CHECK(streq(strbuf_text(&first), strbuf_text(&second)));
	return 0;
}
