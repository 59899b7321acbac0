/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The processes of a unit: what the cgroup is elsewhere. They are the descendants of its supervisor, which is a child subreaper, and, where a former
 * supervisor was killed, the main process with its descendants and its session. Processes that execute our own binary (clients, supervisors of other
 * units that were started from inside this one) act for the whole system: they and what is below them do not belong to the unit, unless they
 * are its main or control process.
 */

#include "supervisor/life.h"

enum tree_kill { TREE_TERMINATE, TREE_RESTART, TREE_WATCHDOG, TREE_KILL };

/* Living processes other than main and control. Array in s->scratch. */
void tree_list(struct supervisor *s, struct proc_stat **ret, size_t *ret_n);
/* No process is left, main and control included. */
bool tree_is_empty(struct supervisor *s);
/* Is pid the supervisor's descendant or, for an adopted unit, the main process's? */
bool tree_has(struct supervisor *s, pid_t pid);
/* By KillMode= & co. How many got a signal: 0 = there is nobody to wait for. systemd.kill(5). */
size_t tree_kill(struct supervisor *s, enum tree_kill how);
/* sig to all processes of the unit (main and control included). */
size_t tree_signal_all(struct supervisor *s, int sig);
/* The only direct child that is left (Type=forking without PIDFile=), or 0. */
pid_t tree_guess_main(struct supervisor *s);
