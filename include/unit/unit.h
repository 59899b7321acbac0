/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * struct unit: what a unit file (with its drop-ins) says, typed. It holds no run-time state; that is in state/record.h. All
 * strings live in the arena of the store that loaded it. Times are microseconds, USEC_INFINITY is "infinity".
 * Which directive fills which member is written in one place: the table of src/unit/directive*.c.
 */

#include <sys/resource.h>

#include "unit/command.h"
#include "unit/dependency.h"
#include "unit/environment.h"
#include "unit/name.h"
#include "unit/value.h"

enum unit_load_state {
	UNIT_LOADED,
	UNIT_NOT_FOUND,
	UNIT_BAD_SETTING,
	UNIT_LOAD_ERROR,	/* "error" */
	UNIT_MASKED,
	UNIT_LOAD_STATE_MAX,
};
const char *unit_load_state_name(enum unit_load_state s);

/* ---- conditions and assertions: evaluated by unit/condition.h ---- */

struct condition {
	int kind;		/* enum condition_kind, see unit/condition.h */
	bool trigger;		/* | */
	bool negate;		/* ! */
	const char *parameter;	/* specifiers expanded */
};
struct condition_list {
	struct condition *v;
	size_t n;
	size_t cap;
};

/* ---- [Install] ---- */

struct unit_install {
	struct strv alias;
	struct strv wanted_by;
	struct strv required_by;
	struct strv upheld_by;
	struct strv also;
	const char *default_instance;
};

/* ---- exec settings: systemd.exec(5); in [Service], [Socket], [Mount], [Swap] ---- */

enum exec_stdio {		/* StandardInput=, StandardOutput=, StandardError= */
	STDIO_DEFAULT,		/* not set */
	STDIO_INHERIT,
	STDIO_NULL,
	STDIO_TTY,
	STDIO_TTY_FORCE,
	STDIO_TTY_FAIL,
	STDIO_JOURNAL,
	STDIO_JOURNAL_CONSOLE,
	STDIO_KMSG,
	STDIO_KMSG_CONSOLE,
	STDIO_SOCKET,
	STDIO_DATA,
	STDIO_FD,		/* + name */
	STDIO_FILE,		/* + path */
	STDIO_APPEND,
	STDIO_TRUNCATE,
};
struct exec_stream {
	enum exec_stdio kind;
	const char *argument;	/* path of file:, append:, truncate:, name of fd: */
};

enum exec_directory_kind {
	EXEC_DIRECTORY_RUNTIME,
	EXEC_DIRECTORY_STATE,
	EXEC_DIRECTORY_CACHE,
	EXEC_DIRECTORY_LOGS,
	EXEC_DIRECTORY_CONFIGURATION,
	EXEC_DIRECTORY_MAX,
};
struct exec_directory {
	struct strv paths;	/* "name" or "name:symlink" as written, specifiers expanded */
	mode_t mode;		/* default 0755 */
};
enum exec_preserve { EXEC_PRESERVE_NO, EXEC_PRESERVE_YES, EXEC_PRESERVE_RESTART };

struct exec_env_file {
	const char *path;	/* may be a glob */
	bool optional;		/* leading - */
};
struct exec_limit {
	bool set;
	struct rlimit value;
};
#define EXEC_LIMIT_MAX 16	/* RLIMIT_* numbers of Linux */

struct exec_settings {
	const char *user;			/* as written; NULL = not set */
	const char *group;
	struct strv supplementary_groups;
	bool dynamic_user;
	int set_login_environment;		/* -1 not set */
	const char *pam_name;
	const char *working_directory;		/* NULL = default; "~" = home */
	bool working_directory_optional;	/* leading - */
	const char *root_directory;
	const char *root_image;
	bool remove_ipc;			/* DynamicUser= implies it */
	mode_t umask;				/* default 0022 */
	int nice; bool nice_set;
	int oom_score_adjust; bool oom_score_adjust_set;
	int cpu_sched_policy; bool cpu_sched_set;
	int cpu_sched_priority;
	bool cpu_sched_reset_on_fork;
	struct strv cpu_affinity;		/* words as written */
	bool cpu_affinity_from_numa;		/* "numa": those of the nodes of NUMAMask= instead */
	const char *numa_policy;		/* NULL = not set */
	struct strv numa_mask;			/* words as in cpu_affinity */
	int io_class; bool io_set;		/* IOPRIO_CLASS_* */
	int io_priority;
	usec_t timer_slack_nsec;		/* nanoseconds; USEC_INFINITY = not set */
	const char *personality;
	bool ignore_sigpipe;			/* default true */
	struct exec_limit limits[EXEC_LIMIT_MAX];
	struct strv environment;		/* NAME=value */
	struct exec_env_file *env_files; size_t n_env_files, cap_env_files;
	struct strv pass_environment;
	struct strv unset_environment;
	struct strv exec_search_path;
	struct exec_stream std_input, std_output, std_error;
	const char *std_input_data; size_t std_input_data_n;	/* StandardInputText=/Data= */
	const char *tty_path;
	bool tty_reset, tty_vhangup, tty_vt_disallocate;
	const char *syslog_identifier;
	int syslog_facility;			/* LOG_DAEMON = 3 << 3 */
	int syslog_level;			/* LOG_INFO */
	bool syslog_level_prefix;		/* default true */
	int log_level_max;			/* -1 not set */
	struct strv log_filter_patterns;	/* "EXPRESSION", "~EXPRESSION" */
	usec_t log_rate_limit_interval;		/* USEC_INFINITY = not set */
	unsigned log_rate_limit_burst;
	struct exec_directory directories[EXEC_DIRECTORY_MAX];
	enum exec_preserve runtime_directory_preserve;
	usec_t timeout_clean;			/* infinity */
	uint64_t capability_bounding_set; bool capability_bounding_set_set;	/* bit per capability */
	uint64_t ambient_capabilities;
	int secure_bits;			/* SECBIT_* */
	bool no_new_privileges;
	bool non_blocking;
	const char *utmp_identifier;
	const char *keyring_mode;
	struct strv load_credential, set_credential, import_credential;	/* as written */
	/* sandboxing: namespaces, applied where the kernel lets us; one warning where not (DESIGN.md idea 6) */
	const char *protect_system;		/* "no", "yes", "full", "strict" (NULL = no); same style below */
	const char *protect_home;
	const char *protect_proc, *proc_subset;
	bool private_tmp, private_devices, private_network, private_users, private_mounts, private_ipc;
	bool protect_kernel_tunables, protect_kernel_modules, protect_kernel_logs, protect_control_groups;
	bool protect_clock, protect_hostname;
	bool lock_personality, memory_deny_write_execute, restrict_realtime, restrict_suid_sgid;
	struct strv read_write_paths, read_only_paths, inaccessible_paths, exec_paths, no_exec_paths;
	struct strv bind_paths, bind_read_only_paths, temporary_file_system;	/* words as written */
	struct strv system_call_filter;		/* words as written, "~" of a line repeated on each word */
	struct strv system_call_architectures;
	const char *system_call_error_number;
	struct strv restrict_address_families;
	const char *restrict_namespaces;
	struct strv open_file;
};

/* ---- kill settings: systemd.kill(5) ---- */

enum kill_mode { KILL_CONTROL_GROUP, KILL_MIXED, KILL_PROCESS, KILL_NONE };
struct kill_settings {
	enum kill_mode mode;
	int signal;			/* SIGTERM */
	int restart_signal;		/* RestartKillSignal=; 0 = as signal */
	int final_signal;		/* SIGKILL */
	int watchdog_signal;		/* SIGABRT */
	bool send_sigkill;		/* true */
	bool send_sighup;
};

/* ---- [Service]: systemd.service(5) ---- */

enum service_type {
	SERVICE_SIMPLE, SERVICE_EXEC, SERVICE_FORKING, SERVICE_ONESHOT, SERVICE_DBUS,
	SERVICE_NOTIFY, SERVICE_NOTIFY_RELOAD, SERVICE_IDLE, SERVICE_TYPE_MAX,
};
enum service_restart {
	RESTART_NO, RESTART_ON_SUCCESS, RESTART_ON_FAILURE, RESTART_ON_ABNORMAL,
	RESTART_ON_WATCHDOG, RESTART_ON_ABORT, RESTART_ALWAYS, RESTART_MAX,
};
enum restart_mode { RESTART_MODE_NORMAL, RESTART_MODE_DIRECT, RESTART_MODE_DEBUG };
enum service_command {
	SERVICE_EXEC_CONDITION, SERVICE_EXEC_START_PRE, SERVICE_EXEC_START, SERVICE_EXEC_START_POST,
	SERVICE_EXEC_RELOAD, SERVICE_EXEC_STOP, SERVICE_EXEC_STOP_POST, SERVICE_COMMAND_MAX,
};
enum notify_access { NOTIFY_NONE, NOTIFY_MAIN, NOTIFY_EXEC, NOTIFY_ALL };
enum timeout_failure_mode { TIMEOUT_TERMINATE, TIMEOUT_ABORT, TIMEOUT_KILL };
enum emergency_action {		/* SuccessAction=, FailureAction=, StartLimitAction=, JobTimeoutAction= */
	ACTION_NONE, ACTION_REBOOT, ACTION_REBOOT_FORCE, ACTION_REBOOT_IMMEDIATE, ACTION_POWEROFF, ACTION_POWEROFF_FORCE,
	ACTION_POWEROFF_IMMEDIATE, ACTION_EXIT, ACTION_EXIT_FORCE, ACTION_SOFT_REBOOT, ACTION_SOFT_REBOOT_FORCE,
	ACTION_KEXEC, ACTION_KEXEC_FORCE, ACTION_HALT, ACTION_HALT_FORCE, ACTION_HALT_IMMEDIATE, ACTION_MAX,
};

struct service_settings {
	enum service_type type;		/* after defaults: dbus if BusName, exec if ExecStart and credentials, simple if ExecStart, else oneshot */
	bool type_set;
	struct command_list commands[SERVICE_COMMAND_MAX];
	enum service_restart restart;
	enum restart_mode restart_mode;
	usec_t restart_usec;		/* 100 ms */
	unsigned restart_steps;
	usec_t restart_max_delay;	/* USEC_INFINITY */
	usec_t timeout_start;		/* 90 s; oneshot: infinity unless set */
	bool timeout_start_set;
	usec_t timeout_stop;		/* 90 s */
	usec_t timeout_abort;		/* as timeout_stop unless set */
	bool timeout_abort_set;
	enum timeout_failure_mode timeout_start_failure_mode, timeout_stop_failure_mode;
	usec_t runtime_max;		/* infinity */
	usec_t runtime_randomized_extra;
	usec_t watchdog_usec;		/* 0 = off */
	bool remain_after_exit;
	bool root_directory_start_only;
	bool permissions_start_only;
	bool guess_main_pid;		/* true */
	const char *pid_file;		/* absolute (relative ones below /run) */
	const char *bus_name;
	enum notify_access notify_access;	/* after defaults */
	bool notify_access_set;
	bool exit_type_cgroup;		/* ExitType=cgroup */
	int reload_signal;		/* SIGHUP */
	struct exit_status_set success_status, restart_prevent_status, restart_force_status;
	unsigned fd_store_max;
	enum exec_preserve fd_store_preserve;
	struct strv sockets;		/* Sockets= */
	const char *oom_policy;
};

/* ---- the other types ---- */

struct socket_port {
	const char *directive;		/* "ListenStream", "ListenDatagram", "ListenSequentialPacket", "ListenFIFO", "ListenSpecial", "ListenNetlink", "ListenMessageQueue" */
	const char *address;		/* as written, specifiers expanded */
};
struct socket_settings {
	struct socket_port *ports; size_t n_ports, cap_ports;
	bool accept;
	unsigned backlog;		/* 4294967295 = kernel's */
	const char *bind_ipv6_only;
	const char *bind_to_device;
	const char *socket_user, *socket_group;
	mode_t socket_mode;		/* 0666 */
	mode_t directory_mode;		/* 0755 */
	unsigned max_connections, max_connections_per_source;
	bool keep_alive, no_delay, free_bind, transparent, broadcast, pass_credentials, pass_security, pass_packet_info;
	bool reuse_port, remove_on_stop, writable, flush_pending;
	const char *fd_name;
	struct strv symlinks;
	const char *service;		/* Service=, or derived */
	struct command_list start_pre, start_post, stop_pre, stop_post;
	usec_t timeout;
	usec_t trigger_limit_interval; unsigned trigger_limit_burst;	/* USEC_INFINITY / UINT_MAX = not set */
	usec_t poll_limit_interval; unsigned poll_limit_burst;	/* the same */
	uint64_t receive_buffer, send_buffer, pipe_size;	/* 0 = not set */
	int priority, mark, ip_tos, ip_ttl;	/* -1 = not set */
	usec_t keep_alive_time, keep_alive_interval, defer_accept;	/* 0 = not set */
	unsigned keep_alive_probes;		/* 0 = not set */
	int mq_max_messages, mq_message_size;	/* 0 = not set */
	const char *tcp_congestion;		/* NULL = not set */
	const char *protocol;			/* SocketProtocol=: "udplite", "sctp", "mptcp"; NULL = by type */
	const char *timestamping;		/* "us", "ns"; NULL = off */
};
struct timer_trigger {
	const char *directive;		/* "OnActiveSec", "OnBootSec", "OnStartupSec", "OnUnitActiveSec", "OnUnitInactiveSec", "OnCalendar" */
	usec_t span;			/* for all but OnCalendar */
	const char *calendar;		/* OnCalendar, normalized (unit/calendar.h); NULL for the others */
};
struct timer_settings {
	struct timer_trigger *triggers; size_t n_triggers, cap_triggers;
	usec_t accuracy, randomized_delay;
	bool fixed_random_delay, persistent, defer_reactivation, wake_system, remain_after_elapse, on_clock_change, on_timezone_change;
	const char *unit;
};
struct path_watch {
	const char *directive;		/* "PathExists", "PathExistsGlob", "PathChanged", "PathModified", "DirectoryNotEmpty" */
	const char *path;
};
struct path_settings {
	struct path_watch *watches; size_t n_watches, cap_watches;
	const char *unit;
	bool make_directory;
	mode_t directory_mode;
	usec_t trigger_limit_interval; unsigned trigger_limit_burst;
};
struct mount_settings {
	const char *what, *where, *type, *options;
	bool sloppy_options, lazy_unmount, force_unmount, read_write_only;
	mode_t directory_mode;
	usec_t timeout;
};
struct swap_settings {
	const char *what, *options;
	int priority; bool priority_set;
	usec_t timeout;
};
struct automount_settings {
	const char *where, *extra_options;
	mode_t directory_mode;
	usec_t timeout_idle;
};
struct scope_settings {
	usec_t timeout_stop, runtime_max, runtime_randomized_extra;
	const char *oom_policy;
};

/* An assignment as it stood in a file, kept for directives whose row has no place in the struct: `show` prints it. */
struct unit_assignment {
	const struct directive *directive;
	const char *value;
};

struct unit {
	const char *id;				/* canonical name */
	enum unit_type type;
	enum unit_load_state load_state;
	const char *load_error;			/* for bad-setting and error: the reason as a sentence, else NULL */
	struct strv names;			/* id first, then aliases */
	const char *fragment_path;		/* NULL: none (built-in, SysV or not found) */
	const char *source_path;		/* SourcePath=, /etc/init.d/x for SysV units */
	struct strv dropin_paths;
	bool user;				/* of a user manager */
	bool builtin;
	bool early;				/* counts as active and pulls nothing in (DESIGN.md 2) */
	const char *skipped;			/* why the boot of a container leaves it out, NULL: it does not (unit/builtin.h) */
	usec_t mtime;				/* newest mtime of fragment, drop-ins, source; realtime */

	/* [Unit] */
	const char *description;		/* never NULL after loading: the id where not set */
	struct strv documentation;
	struct strv dependencies[DEP_KIND_MAX];	/* names; forward kinds, plus the inverses a file can write; implicit and default ones included */
	struct strv implicit[DEP_KIND_MAX];	/* the subset of the above that no file wrote */
	struct strv requires_mounts_for, wants_mounts_for;
	struct condition_list conditions, assertions;
	bool default_dependencies;		/* true */
	bool stop_when_unneeded, refuse_manual_start, refuse_manual_stop, allow_isolate;
	int ignore_on_isolate;			/* -1 = by type */
	bool survive_final_kill_signal;
	const char *on_failure_job_mode, *on_success_job_mode;	/* "replace", "fail" */
	usec_t job_timeout, job_running_timeout;
	bool job_running_timeout_set;
	enum emergency_action job_timeout_action, success_action, failure_action, start_limit_action;
	int success_action_exit_status, failure_action_exit_status;	/* -1 not set */
	const char *reboot_argument, *job_timeout_reboot_argument;
	usec_t start_limit_interval;		/* 10 s */
	unsigned start_limit_burst;		/* 5 */
	const char *collect_mode;		/* "inactive" */

	struct unit_install install;

	bool has_exec;				/* exec and kill settings are meaningful for this type */
	struct exec_settings exec;
	struct kill_settings kill;
	const char *slice;
	union {
		struct service_settings service;
		struct socket_settings socket;
		struct timer_settings timer;
		struct path_settings path;
		struct mount_settings mount;
		struct swap_settings swap;
		struct automount_settings automount;
		struct scope_settings scope;
	};

	struct unit_assignment *assignments; size_t n_assignments, cap_assignments;
};

/* Does standard output that is not set (or "inherit") go where standard input comes from? Else it is logged. */
bool exec_output_follows(const struct exec_settings *x);
/* The value of a setting that is kept as text (its last one where it has several), checked and canonical; NULL where no file gives one. */
const char *unit_assignment(const struct unit *u, const char *setting);
/* The services/units that a timer, path or socket unit triggers; NULL for other types (Accept=yes sockets: the template). */
const char *unit_triggered_name(const struct unit *u, struct arena *a);
/*
 * Adds a dependency by name: a template gets the unit's instance (or its prefix where it has none), a dependency on itself is dropped, one that is
 * there stays once. implicit: no file wrote it. True if it was added.
 */
bool unit_add_dependency(struct unit *u, struct arena *a, enum dep_kind kind, const char *name, bool implicit);
