/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What happens in the child between fork and execve: the state that the steps of the table in spawn.c share, and the steps themselves.
 * Each step returns 0 or -errno; its row in the table says with which exit status a failure ends, unless the step sets c->step itself.
 */

#include <sys/stat.h>

#include "exec/spawn.h"

struct exec_child {
	const struct exec_request *request;	/* &own */
	struct exec_request own;	/* a copy, because OpenFile= adds to what is passed on */
	const struct exec_settings *settings;
	struct arena *arena;
	struct diag_list diags;		/* collects the warnings of lower floors */
	enum exec_step step;		/* the step that runs */
	bool apply_sandbox;		/* not for "+" and where PermissionsStartOnly= leaves a command privileged */
	bool apply_identity;		/* the same, and not for "!" */
	bool apply_chroot;
	bool privileged_seccomp;	/* filters can be loaded without no_new_privs */
	unsigned sandbox_done;		/* bits of enum sandbox_need: what was asked for and could be done */
	bool skip_quietly;		/* executable missing and "-": exit 0 as systemd does */
	int report_fd;			/* CLOEXEC pipe to the parent, -1 none */
	int log_fd, stdin_fd, socket_fd;/* moved out of the way of 0 and those that are passed on; -1 none */
	int *listen_fds;
	size_t n_listen_fds;
	struct exec_joined *joined;	/* those whose namespaces are shared, the own main process first */
	size_t n_joined;
	struct exec_identity identity;
	struct strv environment;
	struct strv argv;
	const char *executable;
	const char *subject;		/* what a failing step was about, for the message; NULL = nothing more to say */
	const char *sentence;		/* what failed, where the step's usual sentence does not fit */
};

/* One sentence for the unit's log: into the pipe where the parent waits, else to log_fd. */
void exec_child_warn(struct exec_child *c, const char *format, ...) PRINTF(2, 3);
/* A comfort setting failed: what this kernel or container refuses (EPERM, ENOSYS, EROFS …) is one warning and 0; other errors come back. */
int exec_child_degrade(struct exec_child *c, const char *setting, int error);

/* environment.c: are the files of EnvironmentFile= there? Asked before the fork: without them systemd does not even try ("resources"). */
int exec_environment_check(const struct exec_request *r, struct diag_list *diags);
/* JOURNAL_STREAM=, where standard output or error is the stream to a journald: which file that is. After stdio was set up. */
void exec_environment_add_journal(struct exec_child *c);

/* stdio.c: descriptors 0, 1 and 2: systemd.exec(5), "Logging and Standard Input/Output". Sets c->step (STDIN, STDOUT, STDERR). */
int exec_apply_stdio(struct exec_child *c);
/* Opens a file (made with mode 0666 less the umask where flags say O_CREAT); a listening socket is connected to. fd or -errno. */
int exec_open_path(const char *path, int flags, mode_t umask_bits);
/* Does the command talk to a terminal (TERM= is then set)? */
bool exec_uses_terminal(const struct exec_request *r);

/* files.c: OpenFile=: adds to the descriptors (and names) that are passed on. systemd.service(5). */
int exec_apply_open_files(struct exec_child *c);

/* comfort.c: what a container may refuse: systemd.exec(5), "Scheduling", "Process Properties". */
int exec_apply_oom_score(struct exec_child *c);
int exec_apply_nice(struct exec_child *c);
int exec_apply_scheduler(struct exec_child *c);
int exec_apply_affinity(struct exec_child *c);		/* numa.c, and the next */
int exec_apply_numa(struct exec_child *c);
int exec_apply_io_priority(struct exec_child *c);
int exec_apply_timer_slack(struct exec_child *c);
int exec_apply_personality(struct exec_child *c);
int exec_apply_limits(struct exec_child *c);
int exec_apply_coredump_filter(struct exec_child *c);
int exec_apply_memory_ksm(struct exec_child *c);

/* identity.c */
int exec_apply_identity_resolve(struct exec_child *c);
int exec_apply_groups(struct exec_child *c);
int exec_apply_user(struct exec_child *c);

/* capabilities.c: systemd.exec(5), "Capabilities". The first before the uid changes, the second after it. */
int exec_apply_bounding_set(struct exec_child *c);
int exec_apply_ambient_set(struct exec_child *c);
/* Makes CAP_SYS_ADMIN effective again, which was kept over the change of the uid for the filters alone. */
int exec_raise_admin(void);
int exec_apply_no_new_privileges(struct exec_child *c);
/* "CAP_…" sets are kept over the change of the uid. */
int exec_apply_secure_bits(struct exec_child *c);

/* directories.c */
int exec_apply_directories(struct exec_child *c);
/* Full paths of one kind joined by colons, as RUNTIME_DIRECTORY= & co. hold them; NULL if there are none. In the arena. */
char *exec_directory_variable(const struct exec_settings *e, enum exec_directory_kind kind, struct arena *a);
const char *exec_directory_variable_name(enum exec_directory_kind kind);

/* credentials.c: systemd.exec(5), "Credentials". */
int exec_apply_credentials(struct exec_child *c);
/* The directory that CREDENTIALS_DIRECTORY= names, or NULL where the unit has none. In the arena. */
char *exec_credentials_directory(const struct unit *u, struct arena *a);
void exec_credentials_remove(const struct unit *u);

/*
 * sandbox.c: systemd.exec(5), "Sandboxing": namespaces, then the user namespace (which comes after the groups), then one warning for all that
 * cannot be done here.
 */
enum sandbox_need {
	NEEDS_MOUNTS, NEEDS_PROC, NEEDS_NETWORK, NEEDS_IPC, NEEDS_HOSTNAME, NEEDS_USERS, NEEDS_SECCOMP, NEEDS_API,
};
int exec_apply_namespaces(struct exec_child *c);
/* namespaces.c: 1 there is nothing to be made for this type (CLONE_NEWNET, CLONE_NEWIPC) of its own, 0 the unit names none, -errno. */
int exec_join_namespace(struct exec_child *c, int type);
/* joined.c: finds the joined processes; those that are on their way have a second to execute, and so to have all that they were to get. */
void exec_await_joined(struct exec_child *c);
/* Enters the first namespace of this type that one of the joined processes has, and we have not. */
bool exec_share_namespace(struct exec_child *c, int type);
/*
 * systemd-private-BOOT-UNIT-XXXXXX of root's in dir: of this unit (NULL: of any) and with this directory in it (NULL: with any); what this process
 * sees in the place of dir, if it is one; and the name of a new one. In the arena; NULL: there is none.
 */
char *exec_private_tmp_find(const char *dir, const char *unit, const struct stat *inner, struct arena *a);
char *exec_private_tmp_of_process(const char *dir, pid_t pid, const char *unit, struct arena *a);
char *exec_private_tmp_name(const char *dir, const char *unit, const char *tail, struct arena *a);
/* MountAPIVFS=, which a RootDirectory= implies; in a mount namespace of the command's own. True if all is there. */
bool exec_wants_api_mounts(const struct exec_child *c);
bool exec_mount_api(struct exec_child *c);
void exec_mount_own_directories(struct exec_child *c);
int exec_apply_private_users(struct exec_child *c);
int exec_warn_left_out(struct exec_child *c);
/* A user namespace that knows root and uid, gid; all others are nobody there. 1 done, 0 refused, -errno. */
int exec_enter_user_namespace(uid_t uid, gid_t gid);

/* seccomp.c: filters of system calls; systemd.exec(5), "System Call Filtering". */
bool exec_needs_seccomp(const struct exec_settings *e);
/* Is this program built with libseccomp, and does the kernel take filters? */
bool exec_seccomp_is_available(void);
int exec_apply_seccomp(struct exec_child *c);

/* pam.c: PAMName=: opens a session, takes over its environment and groups. After the limits, which it may change. */
int exec_apply_pam(struct exec_child *c);

/* keyring.c: KeyringMode=. */
int exec_apply_keyring(struct exec_child *c);
