/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * journalctl: reads the log files back. Where a journald listens and journalctl of systemd is there too (under a name that
 * dpkg-divert may have given it), that one is executed, since services then log to the journal.
 */

#include "journal/entry.h"

/* One invocation; the exit status. */
int journalctl_main(int argc, char **argv);

/* ---- show.c: all return the exit status ---- */

int journal_show(struct journal_options *o, const struct place *p, struct arena *a);
int journal_list_boots(const struct journal_options *o, const struct place *p, struct arena *a);
int journal_list_fields(const struct journal_options *o, const struct place *p, struct arena *a);

/* ---- files.c ---- */

int journal_disk_usage(const struct place *p, struct arena *a);
/* What a unit's supervisor writes to becomes the old file; it begins a new one within a second. */
int journal_rotate(const struct place *p, struct arena *a);
/* Removes old files, the oldest first, until what is left is within the bounds that are not 0. */
int journal_vacuum(const struct journal_options *o, const struct place *p, struct arena *a);
/* "8M", "3.6M", "0B": in buf. */
char *journal_format_bytes(char *buf, size_t n, uint64_t bytes);

/* ---- pager.c ---- */

/* On a terminal, stdout becomes a pipe to $SYSTEMD_PAGER, $PAGER or less; the pid to wait for, or 0 without a pager. */
pid_t journal_pager_open(bool at_end);
void journal_pager_close(pid_t pager);
