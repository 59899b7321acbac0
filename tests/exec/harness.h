/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Runs one command of a unit that was built in memory, in a mount namespace of the test program's
 * own: /run, /var and /tmp are empty
 * there, and the users are those of harness.c. Without the right to have one, tests that need it
 * are skipped.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exec/spawn.h"

struct harness {
	struct arena arena;
	struct unit unit;
	struct command command;
	struct exec_request request;
	struct strv manager_environment, extra_environment;
	struct diag_list diags;
	struct exec_failure failure;
	int status;		/* as waitpid has it */
	char output[65536];	/* what came through the log pipe */
	size_t n_output;
};

/* A service test.service with systemd's defaults and /bin/sh as its command. */
void harness_init(struct harness *h);
void harness_finish(struct harness *h);
/* The command becomes /bin/sh -c script; runs it to its end. */
void harness_run_shell(struct harness *h, const char *script);
/* Runs h->command as it is. */
void harness_run(struct harness *h);
/* The exit status, or 256 + the signal. */
int harness_exit_status(const struct harness *h);
/* For cmocka_run_group_tests: the namespace. */
int harness_group_setup(void **state);
/* Is there a namespace of our own (and are we root)? Tests call skip() where not. */
bool harness_is_isolated(void);
#define HARNESS_NEEDS_ISOLATION()               \
	do {                                    \
		if (!harness_is_isolated()) {   \
			skip();                 \
		}                               \
	} while (0)

#define assert_output(h, text) assert_string_equal((h)->output, (text))
