/* SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "journal/options.h"

#define COLUMN 28

static const struct section {
	const char *heading;
	const char *rows[24][2];
} sections[] = {
	{ "Filtering Options",
	  { { "  -S --since=DATE", "Show entries not older than this" },
	    { "  -U --until=DATE", "Show entries not newer than this" },
	    { "  -c --cursor=CURSOR", "Begin at the entry of this cursor" },
	    { "     --after-cursor=CURSOR", "Begin behind it" },
	    { "     --cursor-file=FILE", "Begin behind the cursor in FILE, and write the last one there" },
	    { "  -b --boot[=ID]", "Show entries of this life of the container" },
	    { "  -u --unit=UNIT", "Show logs of a unit, or of units that match a pattern" },
	    { "     --user-unit=UNIT", "The same" },
	    { "  -t --identifier=STRING", "Show entries with this identifier" },
	    { "  -T --exclude-identifier=STRING", "Hide entries with this identifier" },
	    { "  -p --priority=RANGE", "Show entries of this priority and above, or FROM..TO" },
	    { "     --facility=FACILITY...", "Show entries of these facilities" },
	    { "  -g --grep=PATTERN", "Show entries whose text matches a regular expression" },
	    { "     --case-sensitive[=BOOL]", "Whether letters' case matters in that" },
	    { "  -k --dmesg", "The kernel's messages: a container has none" } } },
	{ "Output Options",
	  { { "  -o --output=STRING", "How entries are printed; \"help\" lists the forms" },
	    { "     --output-fields=LIST", "Fields for verbose, export and json" },
	    { "  -n --lines[=[+]INTEGER]", "How many entries: the last ones, with + the first" },
	    { "  -r --reverse", "Newest first" },
	    { "     --show-cursor", "Print the cursor of the last entry" },
	    { "     --utc", "Times in UTC" },
	    { "     --no-hostname", "Leave the host name out" },
	    { "  -a --all", "Show unprintable characters too" },
	    { "  -l, -x, -m", "Accepted, without effect" },
	    { "  -f --follow", "Stay, and show what comes" },
	    { "     --no-tail", "With -f, show all that was, too" },
	    { "  -q --quiet", "No messages but entries" },
	    { "     --no-pager", "No pager on a terminal" },
	    { "  -e --pager-end", "Begin at the end in the pager" },
	    { "  -D --directory=PATH", "Read logs in this directory" },
	    { "     --root=PATH", "Read logs of another root directory" },
	    { "     --user", "Read the logs of the user's own units" } } },
	{ "Commands",
	  { { "  -N --fields", "List names of fields" },
	    { "  -F --field=FIELD", "List all values of a field" },
	    { "     --list-boots", "Show this boot with its first and last entry" },
	    { "     --disk-usage", "Show what the logs take" },
	    { "     --rotate", "Begin new files" },
	    { "     --vacuum-size=BYTES", "Remove old files until all take less" },
	    { "     --vacuum-files=INT", "Remove old files but this many" },
	    { "     --vacuum-time=TIME", "Remove old files older than this" },
	    { "     --sync, --flush, --relinquish-var", "Nothing is to be done, and succeeds" },
	    { "  -h --help", "Show this text" },
	    { "     --version", "Show the version" } } },
};

void journal_help_print(void)
{
	printf("journalctl [OPTIONS...] [MATCHES...]\n\nQuery the logs of units.\n");
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		printf("\n%s:\n", sections[i].heading);
		for (size_t k = 0; k < ARRAY_SIZE(sections[i].rows); k++) {
			const char *const *row = sections[i].rows[k];

			if (row[0] && strlen(row[0]) >= COLUMN) {
				printf("%s\n%*s%s\n", row[0], COLUMN, "", row[1]);
			} else if (row[0]) {
				printf("%-*s%s\n", COLUMN, row[0], row[1]);
			}
		}
	}
	printf("\nSee journalctl(1).\n");
}
