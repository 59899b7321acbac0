/* SPDX-License-Identifier: MIT */
#pragma once

/* Where a writer's lines end up: its file, and the console of the container. Nothing here waits longer than a tenth of a second. */

#include "log/writer.h"

/* Writes whole lines; opens, makes and rotates the file as needed. How many bytes of whole lines are in the file now: none, all, or what fitted. */
size_t log_file_write(struct log_writer *w, const char *lines, size_t n);
void log_file_close(struct log_writer *w);

/*
 * Writes whole lines, of PIPE_BUF bytes at most: nobody else's come between. A console that is full is waited for, for 100 ms; what it does not
 * take until then is lost, and what comes while it stays full, without a wait. How much that was is told as soon as there is room again.
 */
void log_console_write(struct log_writer *w, const char *lines, size_t n);
/* A terminal shows by colours what matters: the sequence in front of a line of this priority, or NULL for none. */
const char *log_console_color(const struct log_writer *w, int priority);
#define LOG_CONSOLE_COLOR_END "\x1b[0m"
