/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>

#include "cmd/runtime.h"
#include "journal/journal.h"
#include "log/target.h"
#include "unit/value.h"

/* log, logs: journalctl in fewer letters, with the options -f and -n as docker-systemctl-replacement has them. */
int cmd_log(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct strv words = { 0 }, names = { 0 };
	char **argv;

	if (cmd_mangle_names(c, args, ".service", true, &names) < 0) {
		return 1;
	}
	strv_add(&words, &c->arena, "journalctl");
	strv_add(&words, &c->arena, "--no-pager");
	if (c->options.user) {
		strv_add(&words, &c->arena, "--user");
	}
	if (c->options.force) {
		strv_add(&words, &c->arena, "--follow");
	}
	if (c->options.quiet) {
		strv_add(&words, &c->arena, "--quiet");
	}
	if (c->options.lines_set) {
		strv_add(&words, &c->arena,
			 arena_printf(&c->arena, "--lines=%u", c->options.lines));
	}
	if (c->options.output) {
		strv_add(&words, &c->arena, arena_printf(&c->arena, "--output=%s", c->options.output));
	}
	STRV_FOREACH(name, &names) {
		strv_add(&words, &c->arena, arena_printf(&c->arena, "--unit=%s", name));
	}
	argv = strv_to_argv(&words, &c->arena);
	return journalctl_main((int)words.n, argv);
}

int cmd_log_level(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct log_settings settings;
	int level, r;

	if (cmd_need_place(c) < 0) {
		return 1;
	}
	if (args->n == 0) {
		log_settings_read(&c->place, &c->arena, &settings);
		puts(log_level_word(settings.level));
		return 0;
	}
	if (value_parse_log_level(args->v[0], &level) < 0) {
		cmd_error("\"%s\" is not a valid log level.", args->v[0]);
		return 1;
	}
	r = log_settings_write_level(&c->place, level);
	if (r < 0) {
		cmd_error("Failed to set log level: %s", strerror(-r));
		return 1;
	}
	cmd_reread_all(c);
	return 0;
}

int cmd_log_target(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct log_settings settings;
	int r;

	if (cmd_need_place(c) < 0) {
		return 1;
	}
	if (args->n == 0) {
		log_settings_read(&c->place, &c->arena, &settings);
		puts(settings.target);
		return 0;
	}
	if (!log_target_word(args->v[0])) {
		cmd_error("Failed to set log target of org.freedesktop.systemd1 to %s: Invalid log "
			  "target '%s'",
			  args->v[0], args->v[0]);
		return 1;
	}
	r = log_settings_write_target(&c->place, args->v[0]);
	if (r < 0) {
		cmd_error("Failed to set log target: %s", strerror(-r));
		return 1;
	}
	cmd_reread_all(c);
	return 0;
}
