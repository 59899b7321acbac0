/* SPDX-License-Identifier: MIT */
#pragma once

/* Conditions and assertions: systemd.unit(5), "Conditions and Asserts". The whole list, in one table of {name, test function}. */

#include "unit/unit.h"

enum condition_kind {
	CONDITION_AC_POWER, CONDITION_ARCHITECTURE, CONDITION_CAPABILITY, CONDITION_CONTROL_GROUP_CONTROLLER,
	CONDITION_CPU_FEATURE, CONDITION_CPU_PRESSURE, CONDITION_CPUS, CONDITION_CREDENTIAL, CONDITION_DIRECTORY_NOT_EMPTY,
	CONDITION_ENVIRONMENT, CONDITION_FILE_IS_EXECUTABLE, CONDITION_FILE_NOT_EMPTY, CONDITION_FIRMWARE,
	CONDITION_FIRST_BOOT, CONDITION_GROUP, CONDITION_HOST, CONDITION_IO_PRESSURE, CONDITION_KERNEL_COMMAND_LINE,
	CONDITION_KERNEL_MODULE_LOADED, CONDITION_KERNEL_VERSION, CONDITION_MEMORY, CONDITION_MEMORY_PRESSURE,
	CONDITION_NEEDS_UPDATE, CONDITION_OS_RELEASE, CONDITION_PATH_EXISTS, CONDITION_PATH_EXISTS_GLOB,
	CONDITION_PATH_IS_DIRECTORY, CONDITION_PATH_IS_ENCRYPTED, CONDITION_PATH_IS_MOUNT_POINT,
	CONDITION_PATH_IS_READ_WRITE, CONDITION_PATH_IS_SYMBOLIC_LINK, CONDITION_SECURITY, CONDITION_USER,
	CONDITION_VERSION, CONDITION_VIRTUALIZATION, CONDITION_KIND_MAX,
};
/* "ConditionPathExists" or "AssertPathExists"; NULL if there is none. */
const char *condition_kind_name(enum condition_kind k, bool assertion);
/* By either name without the "Condition"/"Assert" prefix: "PathExists". -EINVAL. */
int condition_kind_parse(const char *suffix);

/* One test, negation applied. Errors count as unmet (systemd does the same). */
bool condition_is_met(const struct condition *c);
/*
 * The whole list: all non-trigger ones hold and, if there are trigger ones, at least one of them. They are tested
 * from the last to the first, as systemd does it; on false ret_failed (may be NULL) is the one that decided it.
 */
bool condition_list_is_met(const struct condition_list *l, const struct condition **ret_failed);
