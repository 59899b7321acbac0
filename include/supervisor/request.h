/* SPDX-License-Identifier: MIT */
#pragma once

/* Connections, as those see them who answer. */

#include "supervisor/life.h"

static inline bool request_is_free(const struct connection *c)
{
	return c->fd < 0;
}
/* Answers the request of c. */
void request_answer(struct supervisor *s, struct connection *c, const char *format, ...) PRINTF(3, 4);
/* While a request is worked on, only the end of the connection is of interest. */
void request_watch(struct supervisor *s, struct connection *c, bool reading);

/* ---- for machines that answer by themselves ---- */

/* Answers with descriptors. */
void request_answer_fds(struct supervisor *s, uint32_t connection, const char *text, const int *fds, size_t n);
/* The connection is the caller's from now on: its descriptor, watched no more. */
int request_detach(struct supervisor *s, uint32_t connection);
