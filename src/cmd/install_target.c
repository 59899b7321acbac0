/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>

#include "cmd/install.h"
#include "install_common.h"

static int add_dependency(struct cmd *c, struct strv *args, bool requires)
{
	struct change_list changes;
	struct strv words = {0}, names = {0};
	struct install in = {0};
	const char *target;
	int status, r = install_mangle_one(c, args->v[0], "as target", ".target", &target);

	if (r < 0) {
		cmd_error("Failed to mangle unit name: %s", strerror(-r));
		return 1;
	}
	for (size_t i = 1; i < args->n; i++) {
		strv_add(&words, &c->arena, args->v[i]);
	}
	if (install_mangle(c, &words, "as dependency", &names) < 0) {
		return 1;
	}
	r = install_prepare(c, &in, &changes);
	if (r >= 0) {
		r = install_add_dependency(&in, &names, target, requires, install_flags_of(c),
					   &changes);
	}
	status = install_report(c, &in, "add dependency on", r, &changes);
	return install_finish(&in, status);
}

int cmd_install_add_wants(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	return add_dependency(c, args, false);
}

int cmd_install_add_requires(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	return add_dependency(c, args, true);
}

static int get_default(struct install *in, const char **ret)
{
	int r = install_get_default(in, ret);

	install_print_diags(in);
	if (r < 0) {
		cmd_error("Failed to get default target: %s", strerror(-r));
	}
	return r < 0;
}

/* Has another link, in a directory that comes first, the last word? */
static int check_default(struct install *in, const char *target)
{
	const char *name;
	int status = get_default(in, &name);

	if (status == 0 && !streq(name, target)) {
		cmd_error("Note: \"%s\" is the default unit (possibly a runtime override).", name);
	}
	return status;
}

int cmd_install_set_default(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct change_list changes;
	struct install in = {0};
	const char *target;
	int status, r = install_mangle_one(c, args->v[0], "set-default", ".target", &target);

	if (r < 0) {
		cmd_error("Failed to mangle unit name: %s", strerror(-r));
		return 1;
	}
	r = install_prepare(c, &in, &changes);
	if (r >= 0) {
		r = install_set_default(&in, target, install_flags_of(c), &changes);
	}
	status = install_report(c, &in, "set default", r, &changes);
	if (status == 0 && !c->options.quiet) {
		status = check_default(&in, target);
	}
	return install_finish(&in, status);
}

int cmd_install_get_default(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct change_list changes;
	struct install in = {0};
	const char *name;
	int status, r = install_prepare(c, &in, &changes);

	if (r < 0) {
		cmd_error("Failed to get default target: %s", strerror(-r));
		return install_finish(&in, 1);
	}
	status = get_default(&in, &name);
	if (status == 0) {
		puts(name);
	}
	return install_finish(&in, status);
}
