/* SPDX-License-Identifier: MIT */
#pragma once

/* Shared by the seccomp files of this floor only. */

/* The number of "AF_INET" …; -EINVAL. */
int seccomp_family_parse(const char *name);
/* Bits of clone(2) that a RestrictNamespaces= value forbids. */
unsigned seccomp_forbidden_namespaces(const char *value);
