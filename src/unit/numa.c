/* SPDX-License-Identifier: MIT */
#include "unit/numa.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/io.h"

#define NODES "/sys/devices/system/node/"

void number_set_add(struct number_set *s, const struct strv *words)
{
	STRV_FOREACH(word, words) {
		char *end;
		unsigned long first = strtoul(word, &end, 10);
		unsigned long last = *end == '-' ? strtoul(end + 1, NULL, 10) : first;

		for (unsigned long i = first; end > word && i <= last && i < NUMBER_SET_BITS; i++) {
			s->bits[i / NUMBER_SET_WORD] |= 1ul << i % NUMBER_SET_WORD;
		}
	}
}

size_t number_set_count(const struct number_set *s)
{
	size_t n = 0;

	for (size_t i = 0; i < NUMBER_SET_BITS; i++) {
		n += number_set_has(s, i);
	}
	return n;
}

void numa_add_all_nodes(struct arena *a, struct strv *ret)
{
	char text[1024];
	bool is_known = io_read_small(AT_FDCWD, NODES "possible", text, sizeof(text)) > 0;

	strv_split(ret, a, is_known ? text : "0", ",\n");
}

int numa_add_processors(const struct strv *nodes, struct number_set *processors)
{
	CLEANUP_ARENA struct arena arena = {0};
	struct number_set set = {0};

	number_set_add(&set, nodes);
	for (unsigned i = 0; i < NUMBER_SET_BITS; i++) {
		struct strv words = {0};
		char path[64], text[4096];
		ssize_t n;

		if (!number_set_has(&set, i)) {
			continue;
		}
		snprintf(path, sizeof(path), NODES "node%u/cpulist", i);
		n = io_read_small(AT_FDCWD, path, text, sizeof(text));
		if (n < 0) {
			return (int)n;
		}
		strv_split(&words, &arena, text, ",\n");
		number_set_add(processors, &words);
	}
	return 0;
}
