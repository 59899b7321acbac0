/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fnmatch.h>

#include "base/arena.h"
#include "unit/host.h"
#include "condition_internal.h"

struct condition_row {
	const char *name; /* with "Condition" */
	const char *assertion; /* NULL: there is no such assertion */
	condition_test *test;
};

#define ROW(suffix, function) { "Condition" suffix, "Assert" suffix, function }

static const struct condition_row rows[CONDITION_KIND_MAX] = {
	[CONDITION_AC_POWER] = ROW("ACPower", condition_test_ac_power),
	[CONDITION_ARCHITECTURE] = ROW("Architecture", condition_test_architecture),
	[CONDITION_CAPABILITY] = ROW("Capability", condition_test_capability),
	[CONDITION_CONTROL_GROUP_CONTROLLER] =
		ROW("ControlGroupController", condition_test_control_group_controller),
	[CONDITION_CPU_FEATURE] = ROW("CPUFeature", condition_test_cpu_feature),
	[CONDITION_CPU_PRESSURE] = ROW("CPUPressure", condition_test_cpu_pressure),
	[CONDITION_CPUS] = ROW("CPUs", condition_test_cpus),
	[CONDITION_CREDENTIAL] = ROW("Credential", condition_test_credential),
	[CONDITION_DIRECTORY_NOT_EMPTY] =
		ROW("DirectoryNotEmpty", condition_test_directory_not_empty),
	[CONDITION_ENVIRONMENT] = ROW("Environment", condition_test_environment),
	[CONDITION_FILE_IS_EXECUTABLE] = ROW("FileIsExecutable", condition_test_file_is_executable),
	[CONDITION_FILE_NOT_EMPTY] = ROW("FileNotEmpty", condition_test_file_not_empty),
	[CONDITION_FIRMWARE] = { "ConditionFirmware", NULL, condition_test_firmware },
	[CONDITION_FIRST_BOOT] = ROW("FirstBoot", condition_test_first_boot),
	[CONDITION_GROUP] = ROW("Group", condition_test_group),
	[CONDITION_HOST] = ROW("Host", condition_test_host),
	[CONDITION_IO_PRESSURE] = ROW("IOPressure", condition_test_io_pressure),
	[CONDITION_KERNEL_COMMAND_LINE] =
		ROW("KernelCommandLine", condition_test_kernel_command_line),
	[CONDITION_KERNEL_MODULE_LOADED] =
		ROW("KernelModuleLoaded", condition_test_kernel_module_loaded),
	[CONDITION_KERNEL_VERSION] = ROW("KernelVersion", condition_test_kernel_version),
	[CONDITION_MEMORY] = ROW("Memory", condition_test_memory),
	[CONDITION_MEMORY_PRESSURE] = ROW("MemoryPressure", condition_test_memory_pressure),
	[CONDITION_NEEDS_UPDATE] = ROW("NeedsUpdate", condition_test_needs_update),
	[CONDITION_OS_RELEASE] = ROW("OSRelease", condition_test_os_release),
	[CONDITION_PATH_EXISTS] = ROW("PathExists", condition_test_path_exists),
	[CONDITION_PATH_EXISTS_GLOB] = ROW("PathExistsGlob", condition_test_path_exists_glob),
	[CONDITION_PATH_IS_DIRECTORY] = ROW("PathIsDirectory", condition_test_path_is_directory),
	[CONDITION_PATH_IS_ENCRYPTED] = ROW("PathIsEncrypted", condition_test_path_is_encrypted),
	[CONDITION_PATH_IS_MOUNT_POINT] =
		ROW("PathIsMountPoint", condition_test_path_is_mount_point),
	[CONDITION_PATH_IS_READ_WRITE] = ROW("PathIsReadWrite", condition_test_path_is_read_write),
	[CONDITION_PATH_IS_SYMBOLIC_LINK] =
		ROW("PathIsSymbolicLink", condition_test_path_is_symbolic_link),
	[CONDITION_SECURITY] = ROW("Security", condition_test_security),
	[CONDITION_USER] = ROW("User", condition_test_user),
	[CONDITION_VERSION] = ROW("Version", condition_test_version),
	[CONDITION_VIRTUALIZATION] = ROW("Virtualization", condition_test_virtualization),
};

const char *condition_kind_name(enum condition_kind k, bool assertion)
{
	if ((unsigned)k >= CONDITION_KIND_MAX) {
		return NULL;
	}
	return assertion ? rows[k].assertion : rows[k].name;
}

int condition_kind_parse(const char *suffix)
{
	for (int i = 0; i < CONDITION_KIND_MAX; i++) {
		if (streq(rows[i].name + strlen("Condition"), suffix)) {
			return i;
		}
	}
	return -EINVAL;
}

bool condition_is_met(const struct condition *c)
{
	int r;

	if (c->kind < 0 || c->kind >= CONDITION_KIND_MAX) {
		return false;
	}
	r = rows[c->kind].test(c->parameter);
	return r >= 0 && (r > 0) == !c->negate;
}

bool condition_list_is_met(const struct condition_list *l, const struct condition **ret_failed)
{
	const struct condition *failed = NULL;
	const struct condition *trigger = NULL;
	bool triggered = false;

	for (size_t i = l->n; i > 0 && !failed; i--) {
		const struct condition *c = &l->v[i - 1];
		bool met = condition_is_met(c);

		if (!c->trigger) {
			failed = met ? NULL : c;
			continue;
		}
		triggered = triggered || met;
		trigger = trigger ? trigger : c;
	}
	if (!failed && !triggered) {
		failed = trigger;
	}
	if (failed && ret_failed) {
		*ret_failed = failed;
	}
	return !failed;
}

/* ---- comparisons ---- */

struct operator_row {
	const char *text;
	int as_value;		/* -1: not allowed */
	int as_text;
};

/* Longer ones before those they begin with. */
static const struct operator_row operators[] = {
	{ "!$=", -1, COMPARE_GLOB_UNEQUAL },
	{ "$=", -1, COMPARE_GLOB_EQUAL },
	{ "<>", COMPARE_UNEQUAL, COMPARE_UNEQUAL },
	{ "<=", COMPARE_LOWER_OR_EQUAL, COMPARE_LOWER_OR_EQUAL },
	{ ">=", COMPARE_GREATER_OR_EQUAL, COMPARE_GREATER_OR_EQUAL },
	{ "==", COMPARE_EQUAL, COMPARE_EQUAL },
	{ "!=", COMPARE_UNEQUAL, COMPARE_STRING_UNEQUAL },
	{ "<", COMPARE_LOWER, COMPARE_LOWER },
	{ ">", COMPARE_GREATER, COMPARE_GREATER },
	{ "=", COMPARE_EQUAL, COMPARE_STRING_EQUAL },
};

int condition_parse_operator(const char **s, bool text)
{
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		int op = text ? operators[i].as_text : operators[i].as_value;
		const char *rest = op < 0 ? NULL : str_after_prefix(*s, operators[i].text);

		if (rest) {
			*s = rest;
			return op;
		}
	}
	return -EINVAL;
}

bool condition_compare_order(enum compare_operator op, int order)
{
	switch (op) {
	case COMPARE_LOWER_OR_EQUAL:
		return order <= 0;
	case COMPARE_GREATER_OR_EQUAL:
		return order >= 0;
	case COMPARE_LOWER:
		return order < 0;
	case COMPARE_GREATER:
		return order > 0;
	case COMPARE_UNEQUAL:
		return order != 0;
	default:
		return order == 0;
	}
}

bool condition_compare_text(enum compare_operator op, const char *x, const char *y)
{
	switch (op) {
	case COMPARE_STRING_EQUAL:
		return streq(x, y);
	case COMPARE_STRING_UNEQUAL:
		return !streq(x, y);
	case COMPARE_GLOB_EQUAL:
		return fnmatch(y, x, 0) == 0;
	case COMPARE_GLOB_UNEQUAL:
		return fnmatch(y, x, 0) != 0;
	default:
		return condition_compare_order(op, host_compare_versions(x, y));
	}
}
