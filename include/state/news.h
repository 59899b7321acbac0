/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What commands at work tell each other. A command that has jobs waiting for their turn listens at a FIFO of its own, PLACE/jobs/PID; whoever
 * begins jobs announces them ("start x.service") to all that listen, so that those which contradict them are canceled: `systemctl stop x` while another command's
 * start of x has to wait. (What runs already is in a supervisor's hands: control.h.)
 */

#include "state/place.h"

#define NEWS_DIR "jobs"	/* in the place */
#define NEWS_SIZE 4096	/* bytes of one piece of news, filled up with NUL: what a FIFO takes and gives whole (PIPE_BUF) */
#define NEWS_CANCEL "cancel" /* "cancel UNIT": its job is not wanted any more */

/* Begins to listen. fd or -errno. */
int news_listen(const struct place *p);
/* Ends it, closes fd. */
void news_unlisten(const struct place *p, int fd);
/* Tells all others. text are lines, none longer than NEWS_SIZE - 1. Who does not read does not keep us for more than a second. */
void news_tell(const struct place *p, const char *text);
/* The next piece, lines that end with NUL: true; false when there are no more. */
bool news_hear(int fd, char buf[static NEWS_SIZE]);
