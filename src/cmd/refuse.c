/* SPDX-License-Identifier: MIT */
#include "cmd/runtime.h"

int cmd_unsupported(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	cmd_error("Verb '%s' is not supported by soloctl yet.", verb->name);
	return 1;
}

/* Jobs have no numbers here: each belongs to the client that made it. */
int cmd_cancel(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	STRV_FOREACH(word, args) {
		cmd_error("Failed to cancel job %s, ignoring: Job %s does not exist.", word, word);
	}
	return args->n > 0 ? 1 : 0;
}
