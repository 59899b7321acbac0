/* SPDX-License-Identifier: MIT */

/* Properties that `show` has beside those of the rows: second faces of the same members. */

#include <sys/resource.h>

#include "directive_internal.h"

#define FACE(property, member, arg, printer)                                                       \
	{                                                                                          \
		property, NULL, offsetof(struct unit, member), DIRECTIVE_WORKS, arg, NULL,         \
			directive_print_##printer, NULL, NULL                                      \
	}
#define SOFT(limit)                                                                                \
	FACE("Limit" #limit "Soft", exec.limits[RLIMIT_##limit], RLIMIT_##limit, limit_soft)
#define LINK(title, kind)                                                                          \
	FACE(title "DirectorySymlink", exec.directories[EXEC_DIRECTORY_##kind].paths, 0,           \
	     directory_links)
#define EX(title, kind) FACE(title "Ex", service.commands[SERVICE_##kind], 0, commands_ex)

static const struct directive exec_faces[] = {
	SOFT(AS),
	SOFT(CORE),
	SOFT(CPU),
	SOFT(DATA),
	SOFT(FSIZE),
	SOFT(LOCKS),
	SOFT(MEMLOCK),
	SOFT(MSGQUEUE),
	SOFT(NICE),
	SOFT(NOFILE),
	SOFT(NPROC),
	SOFT(RSS),
	SOFT(RTPRIO),
	SOFT(RTTIME),
	SOFT(SIGPENDING),
	SOFT(STACK),
	LINK("Runtime", RUNTIME),
	LINK("State", STATE),
	LINK("Cache", CACHE),
	LINK("Logs", LOGS),
	FACE("StandardInputFileDescriptorName", exec.std_input, 0, stdio_name),
	FACE("StandardOutputFileDescriptorName", exec.std_output, 1, stdio_name),
	FACE("StandardErrorFileDescriptorName", exec.std_error, 2, stdio_name),
	FACE("SyslogPriority", exec.syslog_level, 0, syslog_priority),
	FACE("CPUAffinityFromNUMA", exec.cpu_affinity_from_numa, 0, bool),
	FACE("PrivateTmpEx", exec.private_tmp, CHOICE_PRIVATE_TMP, choice_ex),
	FACE("PrivateUsersEx", exec.private_users, CHOICE_PRIVATE_USERS, choice_ex),
	FACE("ProtectControlGroupsEx", exec.protect_control_groups, 0, bool),
};

static const struct directive service_faces[] = {
	EX("ExecCondition", EXEC_CONDITION), EX("ExecStartPre", EXEC_START_PRE),
	EX("ExecStart", EXEC_START),	     EX("ExecStartPost", EXEC_START_POST),
	EX("ExecReload", EXEC_RELOAD),	     EX("ExecStop", EXEC_STOP),
	EX("ExecStopPost", EXEC_STOP_POST),  FACE("RestartUSecNext", service.restart_usec, 0, span),
};

static const struct directive cgroup_faces[] = {
	FACE("DelegateControllers", id, 0, delegate_controllers),
};

/* Dependencies that no directive has as its name: written by others, implied, or the sum of
 * several. */
static const struct directive unit_faces[] = {
	FACE("Triggers", dependencies, DEP_TRIGGERS, dependency),
	FACE("Names", names, 0, words),
	FACE("FragmentPath", fragment_path, 0, string),
	FACE("DropInPaths", dropin_paths, 0, words),
};

static const struct {
	const struct directive_group *group;
	const struct directive *faces;
	size_t n;
} second_faces[] = {
	{ &directive_group_exec, exec_faces, ARRAY_SIZE(exec_faces) },
	{ &directive_group_service, service_faces, ARRAY_SIZE(service_faces) },
	{ &directive_group_cgroup, cgroup_faces, ARRAY_SIZE(cgroup_faces) },
	{ &directive_group_unit, unit_faces, ARRAY_SIZE(unit_faces) },
};

const struct directive *directive_second_faces(const struct directive_group *g, size_t *ret_n)
{
	for (size_t i = 0; i < ARRAY_SIZE(second_faces); i++) {
		if (second_faces[i].group == g) {
			*ret_n = second_faces[i].n;
			return second_faces[i].faces;
		}
	}
	*ret_n = 0;
	return NULL;
}
