/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>

#include "cmd/sysv.h"
#include "install_common.h"
#include "unit/value.h"

#define PROGRAM "/usr/lib/systemd/systemd-sysv-install"

static bool is_skipped(const struct cmd *c)
{
	const char *value = getenv("SYSTEMCTL_SKIP_SYSV");
	bool b;

	return c->options.scope != SEARCH_SYSTEM ||
	       (value && value_parse_bool(value, &b) >= 0 && b);
}

/* Runs the program; its exit status, or -errno. */
static int run_program(const struct cmd *c, const char *verb, const char *script)
{
	char *argv[5] = {(char *)PROGRAM};
	CLEANUP_STRBUF struct strbuf line = {0};
	struct arena arena = {0};
	size_t n = 1;
	int status;
	pid_t pid;

	if (c->options.root) {
		argv[n++] = arena_printf(&arena, "--root=%s", c->options.root);
	}
	argv[n++] = (char *)verb;
	argv[n++] = (char *)script;
	for (size_t i = 0; i < n; i++) {
		strbuf_addf(&line, "%s%s", i > 0 ? " " : "", argv[i]);
	}
	cmd_notice(c, "Executing: %s", strbuf_text(&line));
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		execv(PROGRAM, argv);
		/* Images without the systemd package have only us. */
		if (errno == ENOENT && !c->options.root) {
			exit(sysv_install_main((int)n, argv));
		}
		cmd_error("Failed to execute %s: %s", PROGRAM, strerror(errno));
		_exit(EXIT_FAILURE);
	}
	arena_free(&arena);
	while (pid > 0 && waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			pid = -1;
		}
	}
	if (pid < 0) {
		int r = -errno;

		cmd_error("Failed to execute %s: %s", PROGRAM, strerror(-r));
		return r;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EPROTO;
}

/* One unit. 1: is-enabled says that it is; 0; -errno. *ret_native: there is a unit of that name. */
static int sync_one(struct cmd *c, struct install *in, const char *verb, const char *name,
		    bool *ret_native)
{
	bool asks = streq(verb, "is-enabled");
	char *script = name_without_suffix(&c->arena, name);
	struct stat st;
	int r = install_unit_exists(in, name);

	install_print_diags(in);
	if (r < 0 && r != -ELOOP && r != -ERFKILL && r != -EADDRNOTAVAIL) {
		cmd_error("Failed to look up unit file state: %s", strerror(-r));
		return r;
	}
	*ret_native = r != 0;
	if ((*ret_native && asks) ||
	    root_stat(&in->root, path_join(&c->arena, "/etc/init.d", script), &st) < 0) {
		*ret_native = true;
		return 0;
	}
	if (*ret_native && !c->options.root && access(PROGRAM, X_OK) < 0 &&
	    !sysv_install_is_possible()) {
		return 0;
	}
	if (*ret_native) {
		cmd_notice(c, "Synchronizing state of %s with SysV service script with %s.", name,
			   PROGRAM);
	} else {
		cmd_notice(c, "%s is not a native service, redirecting to systemd-sysv-install.",
			   name);
	}
	r = run_program(c, verb, script);
	if (r >= 0 && asks) {
		if (!c->options.quiet) {
			puts(r == 0 ? "enabled" : "disabled");
		}
		return r == 0;
	}
	return r > 0 ? -EBADE : r;
}

int install_sync_sysv(struct cmd *c, const char *verb, struct strv *names)
{
	struct strv left = {0};
	struct change_list unused;
	struct install in;
	int r, result = 0;

	if (is_skipped(c)) {
		return 0;
	}
	r = install_prepare(c, &in, &unused);
	if (r < 0) {
		if (c->options.root) {
			cmd_error(
			    "Failed to initialize unit search paths for root directory %s: %s",
			    c->options.root, strerror(-r));
		} else if (!c->options.image) {
			cmd_error("Failed to initialize unit search paths: %s", strerror(-r));
		}
		return r;
	}
	in.skips_generated = true;
	STRV_FOREACH(name, names)
	{
		bool is_native = true;

		if (str_has_suffix(name, ".service") && !path_is_absolute(name)) {
			r = sync_one(c, &in, verb, name, &is_native);
			if (r < 0) {
				return install_finish(&in, r);
			}
			result |= r;
		}
		if (is_native) {
			strv_add(&left, &c->arena, name);
		}
	}
	*names = left;
	return install_finish(&in, result);
}
