/* SPDX-License-Identifier: MIT */
#pragma once

/* Shared by the files of the directive table only: groups, parsers, printers, choices. */

#include "unit/directive.h"
#include "unit/specifier.h"

/* ---- the groups, one file each ---- */

extern const struct directive_group directive_group_unit, directive_group_install,
	directive_group_exec, directive_group_kill, directive_group_cgroup, directive_group_service,
	directive_group_socket, directive_group_mount, directive_group_swap,
	directive_group_automount, directive_group_timer, directive_group_path,
	directive_group_scope;

_Static_assert(sizeof(struct unit) <= UINT16_MAX, "offsets of rows are short");

/*
 * Rows. WORKS: honoured, typed place. TEXT: accepted, checked, kept as text, without effect. Parser
 * and printer by the part of the name that follows directive_parse_ and directive_print_; MAN is
 * defined by the file.
 */
#define WORKS(name, parser, member, arg, show, printer)                                            \
	{                                                                                          \
		name, directive_parse_##parser, offsetof(struct unit, member), DIRECTIVE_WORKS,    \
			arg, show, directive_print_##printer, NULL, NULL                           \
	}
/* The same, but without effect in a container. */
#define VAIN(name, parser, member, arg, show, printer, why)                                        \
	{                                                                                          \
		name, directive_parse_##parser, offsetof(struct unit, member),                     \
			DIRECTIVE_NO_EFFECT, arg, show, directive_print_##printer, why, NULL       \
	}
#define TEXT(name, parser, arg, show, fallback, why)                                               \
	{                                                                                          \
		name, directive_parse_text_##parser, 0, DIRECTIVE_NO_EFFECT, arg, show,            \
			directive_print_text, why, fallback                                        \
	}
/* Kept as text too, and honoured: see unit_assignment(). */
#define KEPT(name, parser, arg, show, fallback)                                                    \
	{                                                                                          \
		name, directive_parse_text_##parser, 0, DIRECTIVE_WORKS, arg, show,                \
			directive_print_text, NULL, fallback                                       \
	}
#define OBSOLETE(name)                                                                             \
	{                                                                                          \
		name, NULL, 0, DIRECTIVE_OBSOLETE, 0, NULL, NULL, "removed from systemd", NULL     \
	}
#define directive_print_none NULL
#define GROUP(group, title, rows)                                                                  \
	const struct directive_group directive_group_##group = { title, MAN, rows, ARRAY_SIZE(rows) }

/* ---- helpers of parsers ---- */

/* A warning about the line being parsed; returns -EINVAL. */
int directive_warn(const struct directive_context *c, const char *format, ...) PRINTF(2, 3);
/* The same as an error; returns -ENOEXEC: the unit becomes bad-setting. */
int directive_fail(const struct directive_context *c, const char *format, ...) PRINTF(2, 3);
/* "Failed to parse NAME=VALUE, ignoring: Invalid argument" */
int directive_bad_value(const struct directive_context *c, const char *value, int error);
/* Specifiers resolved, or a warning and -EINVAL. */
int directive_expand(const struct directive_context *c, const char *value, char **ret);
/* The same for a value that must be an absolute path without ".."; simplified. fatal: a bad path is
 * -ENOEXEC. */
int directive_expand_path(const struct directive_context *c, const char *value, bool fatal,
			  char **ret);
/* The check alone, of a text whose specifiers are expanded; a bad path is warned about. */
int directive_check_path(const struct directive_context *c, const char *path, char **ret);
/* The next word with quotes and C escapes resolved and specifiers expanded; 1, 0 at the end, -EINVAL
 * (warned; the rest is lost). A word whose specifiers fail is skipped. */
int directive_next_word(const struct directive_context *c, const char **p, const char *whole,
			char **ret);
/* The same where quotes or escapes are not resolved: flags are those of value_next_word(). */
int directive_next_word_as(const struct directive_context *c, const char **p, const char *whole,
			   unsigned flags, char **ret);

/* ---- words that a setting may have ---- */

enum directive_choice_id {
	CHOICE_KILL_MODE,
	CHOICE_SERVICE_TYPE,
	CHOICE_RESTART,
	CHOICE_NOTIFY_ACCESS,
	CHOICE_TIMEOUT_FAILURE,
	CHOICE_ACTION,
	CHOICE_PRESERVE,
	CHOICE_SCHED_POLICY,
	CHOICE_IO_CLASS,
	CHOICE_OOM_POLICY,
	CHOICE_JOB_MODE,
	CHOICE_COLLECT_MODE,
	CHOICE_PROTECT_SYSTEM,
	CHOICE_PROTECT_HOME,
	CHOICE_PROTECT_PROC,
	CHOICE_PROC_SUBSET,
	CHOICE_KEYRING_MODE,
	CHOICE_BIND_IPV6,
	CHOICE_DEVICE_POLICY,
	CHOICE_OOM_PREFERENCE,
	CHOICE_OOM_ACTION,
	CHOICE_UTMP_MODE,
	CHOICE_NUMA_POLICY,
	CHOICE_MOUNT_FLAGS,
	CHOICE_PERSONALITY,
	CHOICE_PRIVATE_TMP,
	CHOICE_PRIVATE_USERS,
	CHOICE_PROTECT_CGROUPS,
	CHOICE_TIMESTAMPING,
	CHOICE_PRESSURE_WATCH,
	CHOICE_EXIT_TYPE,
	CHOICE_RESTART_MODE,
	CHOICE_SOCKET_PROTOCOL,
	CHOICE_MAX,
};
/* The index of the word in the choice's table; booleans are words of the table where it accepts
 * them. -EINVAL. */
int directive_choice_find(enum directive_choice_id id, const char *word);
const char *directive_choice_name(enum directive_choice_id id, int index);

/* ---- parsers; what `argument` of the row means is in brackets ---- */

directive_parser directive_parse_bool; /* [DIRECTIVE_BOOL_RESET: an empty value resets] */
enum { DIRECTIVE_BOOL_PLAIN, DIRECTIVE_BOOL_RESET };
directive_parser directive_parse_bool_fatal; /* a bad value makes the unit bad-setting */
directive_parser directive_parse_tristate;   /* int: -1 not set */
directive_parser directive_parse_int;
directive_parser directive_parse_unsigned;
directive_parser directive_parse_mode;
directive_parser directive_parse_span; /* [DIRECTIVE_SPAN_*] */
directive_parser directive_parse_size;
directive_parser directive_parse_signal;
directive_parser directive_parse_string; /* specifiers expanded; empty resets */
directive_parser directive_parse_raw;	 /* as written; empty resets */
directive_parser directive_parse_path;
directive_parser directive_parse_path_fatal;
directive_parser directive_parse_words;	   /* list of words, specifiers expanded; empty resets */
/* [DIRECTIVE_PATHS_*] the same, each a path, prefixes - and + kept where they are allowed */
directive_parser directive_parse_path_words;
enum { DIRECTIVE_PATHS_PREFIXED, DIRECTIVE_PATHS_PLAIN };
directive_parser directive_parse_binds;	   /* "[-]SOURCE:PATH:rbind" or ":norbind" */
directive_parser directive_parse_tmpfs;	   /* "PATH[:OPTIONS]" */
directive_parser directive_parse_choice; /* [choice] const char *: the word; NULL for "", where it is one */
directive_parser directive_parse_enum;	      /* [choice] an enum: the index */
directive_parser directive_parse_choice_bool; /* [choice] bool: is the index non-zero? */
directive_parser directive_parse_commands;
enum { DIRECTIVE_SPAN_PLAIN, DIRECTIVE_SPAN_ZERO_IS_INFINITE };

directive_parser directive_parse_dependency; /* [enum dep_kind] */
directive_parser directive_parse_condition;  /* place: conditions or assertions */
directive_parser directive_parse_documentation;
directive_parser directive_parse_mounts_for;
directive_parser directive_parse_job_timeout;
directive_parser directive_parse_job_mode_isolate;
directive_parser directive_parse_exit_status_code;
directive_parser directive_parse_action;
directive_parser directive_parse_install_list;

directive_parser directive_parse_user; /* [1 = warn about nobody] */
directive_parser directive_parse_groups;
directive_parser directive_parse_working_directory;
directive_parser directive_parse_nice;
directive_parser directive_parse_oom_score;
directive_parser directive_parse_sched_policy;
directive_parser directive_parse_sched_priority;
directive_parser directive_parse_cpu_affinity;
directive_parser directive_parse_numa_mask;
directive_parser directive_parse_io_class;
directive_parser directive_parse_io_priority;
directive_parser directive_parse_nsec;
directive_parser directive_parse_limit; /* [RLIMIT_*] */
directive_parser directive_parse_environment;
directive_parser directive_parse_env_file;
directive_parser directive_parse_env_names;
directive_parser directive_parse_search_path;
directive_parser directive_parse_stdio; /* [0 input, 1 output] */
directive_parser directive_parse_input_text;
directive_parser directive_parse_input_data;
directive_parser directive_parse_log_facility;
directive_parser directive_parse_log_level;
directive_parser directive_parse_log_patterns;
directive_parser directive_parse_directories;
directive_parser directive_parse_capabilities; /* [0 bounding, 1 ambient] */
directive_parser directive_parse_secure_bits;
directive_parser directive_parse_syscalls; /* words, "~" repeated; [DIRECTIVE_FILTER_*] */
enum { DIRECTIVE_FILTER_UNIQUE, DIRECTIVE_FILTER_IN_ORDER };
directive_parser directive_parse_syscall_errno;
directive_parser directive_parse_families;
directive_parser directive_parse_namespaces;
directive_parser directive_parse_open_file;
directive_parser directive_parse_credential; /* [DIRECTIVE_CREDENTIAL_*] "ID[:…]", each ID once */
enum { DIRECTIVE_CREDENTIAL_LOAD, DIRECTIVE_CREDENTIAL_SET, DIRECTIVE_CREDENTIAL_IMPORT };

directive_parser directive_parse_kill_mode;
directive_parser directive_parse_service_type;
directive_parser directive_parse_notify_access;
directive_parser directive_parse_timeout_both;
directive_parser directive_parse_timeout_start;
directive_parser directive_parse_timeout_abort;
directive_parser directive_parse_exit_statuses;
directive_parser directive_parse_pid_file;
directive_parser directive_parse_bus_name;
directive_parser directive_parse_sockets;

directive_parser directive_parse_socket_listen;
directive_parser directive_parse_socket_service;
directive_parser directive_parse_interface;
directive_parser directive_parse_protocol;
directive_parser directive_parse_timestamping;
directive_parser directive_parse_bind_ipv6;
directive_parser directive_parse_ip_tos;
directive_parser directive_parse_fd_name;
directive_parser directive_parse_timer;
directive_parser directive_parse_path_watch;
directive_parser directive_parse_trigger_unit;
directive_parser directive_parse_swap_priority;
directive_parser directive_parse_slice;

/* Kept as text in unit->assignments, checked and made canonical. */
directive_parser directive_parse_text_raw;
directive_parser directive_parse_text_bool; /* as directive_parse_bool */
directive_parser directive_parse_text_span;
directive_parser directive_parse_text_unsigned;
directive_parser directive_parse_text_memory; /* bytes, percent of memory, infinity */
directive_parser directive_parse_text_tasks;
directive_parser directive_parse_text_weight; /* [1 cpu with "idle", 2 io, 3 block io, 4 shares] */
directive_parser directive_parse_text_quota;
directive_parser directive_parse_text_pressure; /* percent -> share of 2^32 */
directive_parser directive_parse_text_choice;	/* [choice] */
directive_parser directive_parse_text_words;	/* accumulates */
directive_parser directive_parse_text_lines; /* accumulates whole values; several lines in `show` */
directive_parser directive_parse_text_path;
directive_parser directive_parse_text_delegate;
directive_parser directive_parse_text_delegate_subgroup;
directive_parser directive_parse_text_addresses;
directive_parser directive_parse_text_cpus;
directive_parser directive_parse_text_coredump; /* words or a number -> "0x…" */

/* ---- printers ---- */

directive_printer directive_print_bool;
directive_printer directive_print_tristate;
directive_printer directive_print_int;
directive_printer directive_print_int_or_unset;
directive_printer directive_print_unsigned;
directive_printer directive_print_mode;
directive_printer directive_print_span;
directive_printer directive_print_size;
directive_printer directive_print_string;
directive_printer directive_print_choice; /* a string whose NULL is the first word of the choice */
directive_printer directive_print_words;
directive_printer directive_print_lines;
directive_printer directive_print_binds;
directive_printer directive_print_enum;
directive_printer directive_print_text;
directive_printer directive_print_commands;
directive_printer directive_print_commands_ex;
directive_printer directive_print_dependency;
directive_printer directive_print_working_directory;
directive_printer directive_print_nsec;
directive_printer directive_print_cpu_affinity;
directive_printer directive_print_numbers;
directive_printer directive_print_numa_policy;
directive_printer directive_print_limit;
directive_printer directive_print_limit_soft;
directive_printer directive_print_env_files;
directive_printer directive_print_stdio;
directive_printer directive_print_stdio_name;
directive_printer directive_print_facility;
directive_printer directive_print_syslog_priority;
directive_printer directive_print_directories;
directive_printer directive_print_directory_links;
directive_printer directive_print_capabilities;
directive_printer directive_print_data;
directive_printer directive_print_exit_type;
directive_printer directive_print_exit_statuses;
directive_printer directive_print_syscalls;
directive_printer directive_print_families;
directive_printer directive_print_login_environment;
directive_printer directive_print_errno;
directive_printer directive_print_listen;
directive_printer directive_print_timers_monotonic;
directive_printer directive_print_timers_calendar;
directive_printer directive_print_paths;
directive_printer directive_print_triggered;
directive_printer directive_print_restart_signal;
directive_printer directive_print_span_or_zero;
directive_printer directive_print_fd_name;
directive_printer directive_print_protocol;
directive_printer directive_print_backlog;
directive_printer directive_print_choice_ex;
directive_printer directive_print_delegate;
directive_printer directive_print_mount_api;
directive_printer directive_print_delegate_controllers;

/* Rows that only show: second faces of a directive. Appended after the group of that name. */
const struct directive *directive_second_faces(const struct directive_group *g, size_t *ret_n);

/* Printable ASCII without a colon, at most 255 characters: sd_listen_fds(3). */
bool directive_fd_name_is_valid(const char *name);
/* The name of a capability ("cap_chown"), NULL above the last one; and its number, -EINVAL. */
const char *directive_capability_name(int i);
int directive_capability_parse(const char *name);
#define DIRECTIVE_CAPABILITY_MAX 41
/* Replaces (append: adds to) what is kept as text for the row of c. */
void directive_keep_text(const struct directive_context *c, const char *value, bool append);
