/* SPDX-License-Identifier: MIT */

/* Kill settings, shared by all units with processes. */

#include "directive_internal.h"

#define MAN "systemd.kill(5)"

/* Sorted by name in byte order. */
static const struct directive kill_rows[] = {
	WORKS("FinalKillSignal", signal, kill.final_signal, 0, NULL, int),
	WORKS("KillMode", kill_mode, kill.mode, CHOICE_KILL_MODE, NULL, enum),
	WORKS("KillSignal", signal, kill.signal, 0, NULL, int),
	WORKS("RestartKillSignal", signal, kill.restart_signal, 0, NULL, restart_signal),
	WORKS("SendSIGHUP", bool, kill.send_sighup, 0, NULL, bool),
	WORKS("SendSIGKILL", bool, kill.send_sigkill, 0, NULL, bool),
	WORKS("WatchdogSignal", signal, kill.watchdog_signal, 0, NULL, int),
};

GROUP(kill, "kill", kill_rows);
