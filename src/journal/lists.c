/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include "journal/journal.h"

static int open_all(const struct journal_options *o, const struct place *p, struct log_set **ret)
{
	int r = log_set_open(p, journal_wants_log, (void *)o, 0, ret);

	if (r < 0) {
		fprintf(stderr, "Failed to open the logs: %s\n", strerror(-r));
		return 1;
	}
	return 0;
}

/* One boot: a plain file cannot tell which lines an earlier life of the container wrote. */
int journal_list_boots(const struct journal_options *o, const struct place *p, struct arena *a)
{
	CLEANUP_LOG_SET struct log_set *set = NULL;
	usec_t first = 0, last = 0;
	char first_text[64], last_text[64];
	struct journal_host host;
	struct log_entry e;
	bool json = o->output >= JOURNAL_JSON && o->output <= JOURNAL_JSON_SEQ;

	journal_host_read(&host, a);
	if (open_all(o, p, &set) != 0) {
		return 1;
	}
	while (log_set_next(set, &e) > 0) {
		if (e.realtime >= host.boot_realtime) {
			first = first == 0 ? e.realtime : first;
			last = e.realtime;
		}
	}
	if (json) {
		printf(first == 0 ? "[]\n"
				  : "[{\"index\":0,\"boot_id\":\"%s\",\"first_entry\":%" PRIu64
				    ",\"last_entry\":%" PRIu64 "}]\n",
		       host.boot_id, first, last);
		return 0;
	}
	if (first == 0) {
		fprintf(stderr, "No boot found.\n");
		return 0;
	}
	clock_format_timestamp(first_text, sizeof(first_text), first);
	clock_format_timestamp(last_text, sizeof(last_text), last);
	if (!o->quiet) {
		printf("IDX %-32s %-*s LAST ENTRY\n", "BOOT ID", (int)strlen(first_text),
		       "FIRST ENTRY");
	}
	printf("%*d %s %s %s\n", o->quiet ? 1 : 3, 0, host.boot_id, first_text, last_text);
	return 0;
}

static void add_values(const struct journal_fields *f, const char *field, struct arena *a,
		       struct strv *seen)
{
	for (size_t i = 0; i < f->n; i++) {
		const char *text = field ? f->v[i].value : f->v[i].name;

		if (!field || streq(f->v[i].name, field)) {
			/* Only what is new is worth a copy. */
			if (!strv_contains(seen, text)) {
				strv_add(seen, a, arena_strdup(a, text));
				puts(text);
			}
		}
	}
}

/* -N: names of fields; -F: the values of one. */
int journal_list_fields(const struct journal_options *o, const struct place *p, struct arena *a)
{
	CLEANUP_LOG_SET struct log_set *set = NULL;
	struct journal_fields f;
	struct journal_host host;
	struct strv seen = { 0 };
	struct log_entry e;

	journal_host_read(&host, a);
	if (open_all(o, p, &set) != 0) {
		return 1;
	}
	while (log_set_next(set, &e) > 0) {
		if (o->action == JOURNAL_LIST_VALUES && !journal_wants_entry(o, &host, &e)) {
			continue;
		}
		journal_fields_make(&e, &host, &f);
		add_values(&f, o->action == JOURNAL_LIST_VALUES ? o->field : NULL, a, &seen);
	}
	return 0;
}
