/* SPDX-License-Identifier: MIT */
#pragma once

/* What a request that machines answer themselves may do with its connection. */

#include "supervisor/life.h"

/* Answers with descriptors. */
void request_answer_fds(struct supervisor *s, uint32_t connection, const char *text, const int *fds, size_t n);
/* The connection is the caller's from now on: its descriptor, watched no more. */
int request_detach(struct supervisor *s, uint32_t connection);
