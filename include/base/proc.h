/* SPDX-License-Identifier: MIT */
#pragma once

/* Processes as /proc tells them. A pid alone is never trusted: it goes with its start time (proc(5), /proc/PID/stat field 22). */

#include <sys/types.h>

#include "base/arena.h"

struct proc_id {
	pid_t pid;		/* 0 = none */
	uint64_t start_time;	/* clock ticks since boot; 0 = not known (no /proc) */
};

struct proc_stat {
	pid_t pid;
	char comm[64];
	char state;		/* R S D Z T … */
	pid_t ppid;
	pid_t pgrp;
	pid_t session;
	uint64_t start_time;
};

/* 0, -ESRCH, -ENOENT without /proc, -errno. */
int proc_read_stat(pid_t pid, struct proc_stat *ret);
/* The identity of a living process (its start time read now). */
struct proc_id proc_id_of(pid_t pid);
/* Does this very process still exist (a zombie does not count)? Without /proc: kill(pid, 0). */
bool proc_id_is_alive(const struct proc_id *id);
/* pidfd_open(2), verified against the start time after opening; -ESRCH when it is another process, -ENOSYS when the kernel refuses (EPERM too). */
int proc_id_open(const struct proc_id *id);
/*
 * How the process behind a pidfd ended, though it was not our child: *ret_code is CLD_EXITED, CLD_KILLED or CLD_DUMPED, *ret_status the status or
 * the signal. -errno where the kernel (before Linux 6.15) does not tell, or its parent does not reap it within 100 ms.
 */
int proc_read_exit(int pidfd, int *ret_code, int *ret_status);
/* Sends sig only to this very process (by pidfd where possible). 0, -ESRCH, -EPERM. */
int proc_id_kill(const struct proc_id *id, int sig);

/* Descendants of root, root itself not included, parents before children: a walk over the PPid of all of /proc. Array in the arena. 0 or -errno. */
int proc_list_descendants(pid_t root, struct arena *a, struct proc_stat **ret, size_t *ret_n);
/* All processes. */
int proc_list_all(struct arena *a, struct proc_stat **ret, size_t *ret_n);
/* Does this process execute the same file as we do? False where that cannot be told. */
bool proc_has_our_exe(pid_t pid);
/* The command line with blanks between words, "[comm]" where it is empty; in the arena, never NULL. */
char *proc_command_line(pid_t pid, struct arena *a);

/* Our effective uid as the kernel and all peers see it: under proot geteuid(2) says 0 to anybody. */
uid_t proc_own_uid(void);

/*
 * Executes a program, our own as a rule, in a session of its own and with no signal blocked. `silent`: with none of our descriptors, stdio is
 * /dev/null. The pid of the child, -errno if it could not be made; a program that cannot be executed ends with 127.
 */
pid_t proc_spawn(const char *exe, char **argv, char **env, bool silent);
