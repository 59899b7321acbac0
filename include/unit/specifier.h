/* SPDX-License-Identifier: MIT */
#pragma once

/* systemd.unit(5), "Specifiers". */

#include "base/root.h"

/* What specifiers are resolved against. Nothing is looked up before its letter occurs. */
struct specifier_scope {
	const struct root *root;	/* for machine-id, os-release, hostname files under --root */
	bool user;			/* user manager: %t %S %C %L %E %h differ */
	const char *id;			/* unit id: %n %N %p %i %j %P %I %J %f */
	const char *fragment_path;	/* %y %Y; may be NULL */
	const char *credentials_dir;	/* %d; may be NULL */
};

/* The letters that are allowed: all of systemd.unit(5), or the subset that [Install] knows. */
#define SPECIFIER_ALL NULL
#define SPECIFIER_INSTALL "aAbBgGHijlmMnNopquUvwW"

/* 0; -EINVAL/-EBADSLT unknown letter, -EUNATCH cannot be resolved (no machine-id …), -E2BIG. Result in the arena. */
int specifier_expand(const struct specifier_scope *scope, const char *allowed, const char *text, struct arena *a, char **ret);
