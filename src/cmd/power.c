/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "base/signals.h"
#include "cmd/boot.h"
#include "init/init.h"
#include "state/manager.h"

/* The targets whose start is the end, by all the names that they may have. */
static const struct {
	const char *name;
	enum init_signal signal;
} targets[] = {
    {"exit.target", INIT_SIGNAL_EXIT},	      {"halt.target", INIT_SIGNAL_HALT},
    {"kexec.target", INIT_SIGNAL_KEXEC},      {"poweroff.target", INIT_SIGNAL_POWEROFF},
    {"reboot.target", INIT_SIGNAL_REBOOT},    {"runlevel0.target", INIT_SIGNAL_POWEROFF},
    {"runlevel6.target", INIT_SIGNAL_REBOOT}, {"ctrl-alt-del.target", INIT_SIGNAL_REBOOT},
};

/* What --force makes of each: no stop transaction. */
static int immediate_form(int signal)
{
	switch (signal) {
	case INIT_SIGNAL_HALT:
		return INIT_SIGNAL_HALT_NOW;
	case INIT_SIGNAL_POWEROFF:
		return INIT_SIGNAL_POWEROFF_NOW;
	case INIT_SIGNAL_EXIT:
		return INIT_SIGNAL_EXIT_NOW;
	case INIT_SIGNAL_KEXEC:
		return INIT_SIGNAL_KEXEC_NOW;
	default:
		return INIT_SIGNAL_REBOOT_NOW;
	}
}

int cmd_power_signal_of_target(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		if (streq(targets[i].name, name)) {
			return (int)targets[i].signal;
		}
	}
	return -1;
}

int cmd_power_ask(struct cmd *c, int signal, int status)
{
	union sigval value = {.sival_int = status};
	struct manager m = {0};
	int r;

	if (cmd_need_place(c) < 0) {
		return 1;
	}
	manager_read(&c->place, &m);
	if (m.init.pid == 0 && c->situation == CMD_BOOTED) {
		m.init = proc_id_of(1);
	}
	if (m.init.pid == 0) {
		cmd_error("There is no init in this container that could be asked to end it.");
		return 1;
	}
	r = sigqueue(m.init.pid, SIGNALS_RTMIN + signal, value);
	if (r < 0 && errno == EAGAIN && status < 0) {
		/* No room for what comes with it: it says nothing here. */
		r = kill(m.init.pid, SIGNALS_RTMIN + signal);
	}
	if (r < 0) {
		cmd_error("Failed to ask the init of this container: %s", strerror(errno));
		return 1;
	}
	return 0;
}

int cmd_power(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	uint64_t status = 0;
	bool has_status = args->n > 0;

	if (c->options.when) {
		cmd_error("Option '--when' is not supported by soloctl; use shutdown(8).");
		return 1;
	}
	if (has_status && (str_to_u64(args->v[0], &status) < 0 || status > 255)) {
		cmd_error("Invalid exit code: %s", args->v[0]);
		return 1;
	}
	return cmd_power_ask(c, c->options.force ? immediate_form(verb->argument) : verb->argument,
			     has_status ? (int)status : -1);
}
