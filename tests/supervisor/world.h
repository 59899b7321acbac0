/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A world for tests of the supervisor: a directory with unit files, a place for records and one for
 * logs. The test program is at the same time the binary that supervisors and aftermaths execute:
 * world_main hands over to them.
 */

#include "state/control.h"
#include "state/record.h"

struct world {
	struct arena arena;
	struct place place;
	char dir[64];
};

/* Goes into the role that argv asks for, and does not come back then. */
void world_main(int argc, char **argv);
void world_open(struct world *w);
/* Removes everything; fails the test if a process of ours is left. */
void world_close(struct world *w);
/* Writes a unit file; "@" in the text stands for the directory of the world, "@exe" for this
 * program (which has a role "notify TEXT [barrier]"). */
void world_unit(struct world *w, const char *name, const char *text);
/* Sends a request (to a new supervisor if there is none) and waits for the answer; in the arena.
 * "closed" where none came. */
const char *world_ask(struct world *w, const char *unit, const char *request);
/* Only sends: the connection. */
int world_send(struct world *w, const char *unit, const char *request);
const char *world_answer(struct world *w, int fd);
/* The record; false if there is none. */
bool world_record(struct world *w, const char *unit, struct record *ret);
/* Waits (at most 5 s) until the record's SubState is this ("dead": nothing is left of it). */
bool world_wait(struct world *w, const char *unit, const char *sub);
/* Text of a file of the world, "" where there is none; waits up to 5 s until it has `wanted` in it,
 * and fails the test else (NULL: does not wait). */
const char *world_file(struct world *w, const char *name, const char *wanted);
#define assert_answer(w, unit, request, wanted)                                                    \
	assert_string_equal(world_ask(w, unit, request), wanted)
#define assert_said(w, unit, sentence)                                                             \
	assert_non_null(strstr(world_log(w, unit, sentence), sentence))
#define assert_unsaid(w, unit, sentence) assert_null(strstr(world_log(w, unit, NULL), sentence))
int world_setup(void **state);
int world_teardown(void **state);
#define world_test(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)

/* The log of a unit. */
const char *world_log(struct world *w, const char *unit, const char *wanted);
