/* SPDX-License-Identifier: MIT */
#pragma once

/* Shared by the seccomp files of this floor only. */

/* The names (system calls, and other groups by "@name") of a group, in one string; NULL if there is no such group. */
const char *seccomp_group_words(const char *name);
/* The number of "AF_INET" …; -EINVAL. */
int seccomp_family_parse(const char *name);
/* Bits of clone(2) that a RestrictNamespaces= value forbids. */
unsigned seccomp_forbidden_namespaces(const char *value);
