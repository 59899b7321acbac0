/* SPDX-License-Identifier: MIT */
#pragma once

/* SystemCallFilter=: what its words come to. systemd.exec(5), "System Call Filtering". */

#include "base/str.h"

/* Verdicts on a call that is in the list; above 0: an errno. */
enum { SYSCALL_LISTED = -1, SYSCALL_KILL = -2 };

struct syscall_list {
	bool allows;		/* the calls are those that may be made, else those that may not */
	struct syscall_entry {
		const char *name;
		int verdict;
		const char *word;	/* of the verdict, as written: "EPERM", "kill"; NULL = none */
	} *calls;
	size_t n, cap;		/* sorted by name, each once */
};

/* The names (system calls, and other groups by "@name") of a group, in one string; NULL if there is no such group. */
const char *syscall_group_words(const char *name);
/*
 * Resolves "[~]NAME[:ERRNO]" words: whether the first has a "~" decides what the list is; later words add to it or take away from it, groups are
 * replaced by their members, and a list of what is allowed has @default in it. Everything is in a or among the words.
 */
void syscall_list_resolve(const struct strv *words, struct arena *a, struct syscall_list *ret);
