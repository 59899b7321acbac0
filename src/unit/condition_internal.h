/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What the files condition*.c share. Each test takes the parameter and returns 1 (holds), 0 (does
 * not) or -errno.
 */

#include "unit/condition.h"

typedef int condition_test(const char *parameter);

/* Comparisons as the parameters write them. */
enum compare_operator {
	COMPARE_STRING_EQUAL,
	COMPARE_STRING_UNEQUAL,
	COMPARE_GLOB_EQUAL,
	COMPARE_GLOB_UNEQUAL,
	COMPARE_LOWER_OR_EQUAL,
	COMPARE_GREATER_OR_EQUAL,
	COMPARE_LOWER,
	COMPARE_GREATER,
	COMPARE_EQUAL,
	COMPARE_UNEQUAL,
};
/*
 * Takes the operator off *s; -EINVAL if there is none. Without text, "=" and "!=" compare values
 * and the glob operators are none.
 */
int condition_parse_operator(const char **s, bool text);
/* The answer to an order (<0, 0, >0). */
bool condition_compare_order(enum compare_operator op, int order);
/* The answer for two texts: version-format(7), glob or plain. */
bool condition_compare_text(enum compare_operator op, const char *x, const char *y);
/* A boolean on the kernel's command line; -ENOENT: not there. "-" and "_" are the same. */
int condition_command_line_bool(const char *key);

condition_test condition_test_directory_not_empty;
condition_test condition_test_file_is_executable;
condition_test condition_test_file_not_empty;
condition_test condition_test_path_exists;
condition_test condition_test_path_exists_glob;
condition_test condition_test_path_is_directory;
condition_test condition_test_path_is_encrypted;
condition_test condition_test_path_is_mount_point;
condition_test condition_test_path_is_read_write;
condition_test condition_test_path_is_symbolic_link;

condition_test condition_test_architecture;
condition_test condition_test_credential;
condition_test condition_test_environment;
condition_test condition_test_first_boot;
condition_test condition_test_host;
condition_test condition_test_kernel_command_line;
condition_test condition_test_kernel_module_loaded;
condition_test condition_test_kernel_version;
condition_test condition_test_needs_update;
condition_test condition_test_os_release;
condition_test condition_test_version;
condition_test condition_test_virtualization;

condition_test condition_test_ac_power;
condition_test condition_test_firmware;
condition_test condition_test_security;

condition_test condition_test_capability;
condition_test condition_test_control_group_controller;
condition_test condition_test_cpu_feature;
condition_test condition_test_cpu_pressure;
condition_test condition_test_cpus;
condition_test condition_test_group;
condition_test condition_test_io_pressure;
condition_test condition_test_memory;
condition_test condition_test_memory_pressure;
condition_test condition_test_user;
