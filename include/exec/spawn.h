/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Between fork and execve: who, where, with what. The order of set-up is SYSTEMD.md section 4, "Process setup order"; one function per step, a table
 * of steps in spawn.c. What decides who a process is never gets skipped; comfort settings that the kernel refuses become one warning.
 */

#include "base/diag.h"
#include "exec/status.h"
#include "state/place.h"
#include "unit/unit.h"

struct exec_identity {			/* User=, Group= resolved once per start */
	bool set;
	uid_t uid;
	gid_t gid;
	const char *user_name, *home, *shell;	/* NULL where there is no passwd entry */
	gid_t *groups; size_t n_groups;	/* supplementary; the first n_user_groups are those that User= has in /etc/group */
	size_t n_user_groups;
};
/* Reads /etc/passwd and /etc/group (NSS where the build has it). 0, or -ESRCH with *ret_step EXEC_USER / EXEC_GROUP. */
int exec_identity_resolve(const struct exec_settings *e, struct arena *a, struct exec_identity *ret, enum exec_step *ret_step);

struct exec_joined {			/* a process whose namespaces and private /tmp a command shares */
	const char *unit;
	pid_t pid;
};

struct exec_request {
	const struct unit *unit;
	const struct command *command;
	bool is_start;			/* ExecStart=: PermissionsStartOnly=, RootDirectoryStartOnly= leave the others privileged */
	bool is_control;		/* not the main process: no LISTEN_FDS, no StandardInput=socket */
	const struct strv *manager_environment;	/* PATH, LANG, set-environment: lowest precedence */
	const struct strv *extra_environment;	/* what the supervisor sets: INVOCATION_ID, NOTIFY_SOCKET, MAINPID, SERVICE_RESULT, … (LISTEN_PID=, WATCHDOG_PID=, SYSTEMD_EXEC_PID= are filled in after fork) */
	int log_fd;			/* write end for stdout/stderr of kind journal (default); -1: /dev/null */
	int stdin_fd, socket_fd;	/* -1 */
	const int *listen_fds; size_t n_listen_fds;	/* become 3, 4, … */
	const char *listen_names;	/* LISTEN_FDNAMES */
	const struct place *place;	/* where the records of joined units are; NULL: there are none */
	pid_t main_pid;			/* running already, 0 none: another command is where it is */
	bool wait_for_exec;		/* Type=exec: do not return before execve succeeded or failed */
	int *ret_report_fd;		/* instead of waiting: a descriptor (CLOEXEC, non-blocking) to read with exec_read_report */
};

struct exec_failure {
	enum exec_step step;
	int error;			/* errno */
};

/*
 * Forks and executes. 0 with the child's pid (a child of ours that we must reap); a set-up error after fork is seen as the child's exit status
 * = step; with wait_for_exec, *ret_failure tells too. -errno if fork itself failed, or if a file of EnvironmentFile= is missing (a diagnostic says so; Result=resources). Warnings about refused comfort settings go to diags
 * (they travel through the CLOEXEC pipe when wait_for_exec, else the child writes them to log_fd).
 */
int exec_spawn(const struct exec_request *r, struct diag_list *diags, pid_t *ret_pid, struct exec_failure *ret_failure);

/*
 * What the child has told so far about its way to execve: warnings go to diags. True when there is nothing more to come: execve succeeded
 * (ret->step is EXEC_OK), or failed and the child ends with the step's status.
 */
bool exec_read_report(int fd, const char *unit, struct diag_list *diags, struct exec_failure *ret);

/* The whole environment block that a command gets, in order of precedence; also for `systemctl environment`. */
int exec_build_environment(const struct exec_request *r, const struct exec_identity *id, struct arena *a, struct strv *ret,
			   struct diag_list *diags);

/* Makes the five kinds of directories, with modes and ownership; failure names the step. */
int exec_directories_make(const struct unit *u, const struct exec_identity *id, enum exec_step *ret_step);
/*
 * Running processes of active units that JoinsNamespaceOf= joins with u, whoever says so; nothing for a unit to which nothing is private. In the
 * arena. *ret_wait, if it is not NULL: milliseconds that one which is just being started is worth waiting for.
 */
size_t exec_find_joined(const struct place *p, const struct unit *u, struct arena *a, struct exec_joined **ret, unsigned *ret_wait);
/* Removes what PrivateTmp= made, when the unit has stopped. */
void exec_private_tmp_remove(const char *unit);
/* Has PrivateTmp= made something? Only where the kernel lets us. */
bool exec_private_tmp_is_made(const char *unit);
/* The unit ends, and this process goes on with its private /tmp: the directory is that unit's from now on. False: it has another one. */
bool exec_private_tmp_hand_over(const char *unit, const struct exec_joined *to);
/* At the end of the unit: removes its credentials, its private /tmp and, following RuntimeDirectoryPreserve=, RuntimeDirectory=. */
void exec_directories_remove(const struct unit *u, bool restarting);
/*
 * RemoveIPC=: System V and POSIX objects (shared memory that nobody has mapped, semaphores, message queues) of this user or this group; -1 is nobody,
 * and what is root's stays.
 */
void exec_ipc_remove(uid_t uid, gid_t gid);
/*
 * systemctl clean: all directories of the kinds whose bits (1 << enum exec_directory_kind) are set. 0, or -errno of the first that could not be
 * removed; a diagnostic names each of these.
 */
int exec_directories_clean(const struct unit *u, unsigned kinds_mask, struct diag_list *diags);
