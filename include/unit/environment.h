/* SPDX-License-Identifier: MIT */
#pragma once

/* Environment=, EnvironmentFile=, systemctl set-environment: lists of "NAME=value". systemd.exec(5), "Environment". */

#include "base/diag.h"
#include "base/str.h"

bool environment_name_is_valid(const char *name);
/* "NAME=value" with a valid name and a value in valid UTF-8 (control characters are allowed, as systemd 257 has it). */
bool environment_assignment_is_valid(const char *s);
/* Sets, replacing an assignment of the same name. */
void environment_put(struct strv *env, struct arena *a, const char *assignment);
/* The value or NULL. */
const char *environment_get(const struct strv *env, const char *name);
/* UnsetEnvironment=: removes by NAME or by exact NAME=VALUE. */
void environment_unset(struct strv *env, const char *name_or_assignment);
/* Parses the words of one Environment= value (specifiers already expanded); bad words are warned about and dropped. */
int environment_parse_words(const char *value, struct arena *a, struct strv *env, struct diag_list *diags, const char *file, unsigned line);
/* Parses the text of an environment file (SYSTEMD.md 4); text need not be NUL-terminated. Bad assignments are warned about and dropped. 0 or -EINVAL (invalid UTF-8). */
int environment_parse_file(const char *text, size_t n, const char *filename, struct arena *a, struct strv *env, struct diag_list *diags);
