/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "cmd/boot.h"
#include "cmd/install.h"
#include "cmd/runtime.h"
#include "init/init.h"

#define UNITS "Unit Commands"
#define FILES "Unit File Commands"
#define MACHINES "Machine Commands"
#define JOBS "Job Commands"
#define ENVIRONMENT "Environment Commands"
#define MANAGER "Manager State Commands"
#define SYSTEM "System Commands"

enum { ONLINE = CMD_ONLINE_ONLY, ALIAS = CMD_ONLINE_ONLY | CMD_HIDDEN };

/* Sorted by name for bsearch; --help keeps this order within each section. */
/* clang-format off */
static const struct cmd_verb verbs[] = {
	{ "add-requires", 2, -1, cmd_install_add_requires, 0, 0,
	  "TARGET UNIT...", "Make a target require units", FILES },
	{ "add-wants", 2, -1, cmd_install_add_wants, 0, 0,
	  "TARGET UNIT...", "Make a target want units", FILES },
	{ "bind", 2, 3, cmd_unsupported, ONLINE, 0,
	  "UNIT PATH [PATH]", "Bind mount a path into a unit's namespace", UNITS },
	{ "cancel", 0, -1, cmd_cancel, ONLINE, 0, "[JOB...]", "Cancel jobs", JOBS },
	{ "cat", 1, -1, cmd_cat, ONLINE, 0,
	  "PATTERN...", "Print the files that make up units", UNITS },
	{ "check", 1, -1, cmd_is_active, ALIAS, 0, NULL, NULL, UNITS },
	{ "clean", 1, -1, cmd_clean, ONLINE, 0,
	  "UNIT...", "Remove runtime, cache, state, log or configuration directories", UNITS },
	{ "clear-jobs", 0, 0, cmd_cancel, ALIAS, 0, NULL, NULL, JOBS },
	{ "command", 1, 1, cmd_command, ONLINE, 0,
	  "UNIT", "Print what a service executes", UNITS },
	{ "condreload", 1, -1, cmd_start, ALIAS, CMD_TRY_RELOAD_OR_RESTART, NULL, NULL, UNITS },
	{ "condrestart", 1, -1, cmd_start, ALIAS, CMD_TRY_RESTART, NULL, NULL, UNITS },
	{ "condstop", 1, -1, cmd_start, ALIAS, CMD_STOP, NULL, NULL, UNITS },
	{ "daemon-reexec", 0, 0, cmd_daemon_reload, ONLINE, 1,
	  "", "Execute the manager anew", MANAGER },
	{ "daemon-reload", 0, 0, cmd_daemon_reload, ONLINE, 0,
	  "", "Read all unit files anew", MANAGER },
	{ "default", 0, 0, cmd_start, ONLINE, CMD_DEFAULT, "", "Go to the default target", SYSTEM },
	{ "default-services", 0, 0, cmd_default_services, ONLINE, 0,
	  "", "Print the services that a boot starts", UNITS },
	{ "disable", 1, -1, cmd_install_disable, 0, 0,
	  "UNIT...", "No longer start units at boot", FILES },
	{ "edit", 1, -1, cmd_edit, ONLINE, 0, "UNIT...", "Edit unit files", FILES },
	{ "emergency", 0, 0, cmd_start, ONLINE, CMD_EMERGENCY, "", "Go to emergency mode", SYSTEM },
	{ "enable", 1, -1, cmd_install_enable, 0, 0,
	  "UNIT...|PATH...", "Start units at boot", FILES },
	{ "environment", 1, 1, cmd_environment, ONLINE, 0,
	  "UNIT", "Print the variables that a service gets", UNITS },
	{ "exit", 0, 1, cmd_power, ONLINE, INIT_SIGNAL_EXIT, "[EXIT_CODE]", "End the container", SYSTEM },
	{ "force-reload", 1, -1, cmd_start, ALIAS, CMD_TRY_RELOAD_OR_RESTART, NULL, NULL, UNITS },
	{ "freeze", 1, -1, cmd_freeze, ONLINE, 0,
	  "PATTERN...", "Suspend the processes of units", UNITS },
	{ "get-default", 0, 0, cmd_install_get_default, 0, 0,
	  "", "Print the default target", FILES },
	{ "halt", 0, 0, cmd_power, ONLINE, INIT_SIGNAL_HALT, "", "Shut down and halt", SYSTEM },
	{ "help", 0, -1, cmd_help, ONLINE, 0,
	  "PATTERN...|PID...", "Show the manual pages of units", UNITS },
	{ "hibernate", 0, 0, cmd_unsupported, ONLINE, 0, "", "Hibernate the machine", SYSTEM },
	{ "hybrid-sleep", 0, 0, cmd_unsupported, ONLINE, 0,
	  "", "Hibernate and suspend the machine", SYSTEM },
	{ "import-environment", 0, -1, cmd_import_environment, ONLINE, 0,
	  "VARIABLE...", "Copy variables from this environment", ENVIRONMENT },
	{ "init", 0, -1, cmd_init, ONLINE, 0,
	  "[UNIT...]", "Be the init of this container", SYSTEM },
	{ "is-active", 1, -1, cmd_is_active, ONLINE, 0, "PATTERN...", "Are units active?", UNITS },
	{ "is-enabled", 1, -1, cmd_install_is_enabled, 0, 0,
	  "UNIT...", "Are units started at boot?", FILES },
	{ "is-failed", 0, -1, cmd_is_active, ONLINE, 1,
	  "[PATTERN...]", "Have units, or has any unit, failed?", UNITS },
	{ "is-system-running", 0, 0, cmd_is_system_running, 0, 0, "", "Is the system up?", SYSTEM },
	{ "isolate", 1, 1, cmd_start, ONLINE, CMD_ISOLATE,
	  "UNIT", "Start a unit and stop all that it does not need", UNITS },
	{ "kexec", 0, 0, cmd_power, ONLINE, INIT_SIGNAL_KEXEC,
	  "", "Shut down and boot another kernel", SYSTEM },
	{ "kill", 1, -1, cmd_kill, ONLINE, 0,
	  "UNIT...", "Send a signal to the processes of units", UNITS },
	{ "link", 1, -1, cmd_install_link, 0, 0,
	  "PATH...", "Link unit files into the search path", FILES },
	{ "list-automounts", 0, -1, cmd_list_triggers, ONLINE, UNIT_AUTOMOUNT,
	  "[PATTERN...]", "List automounts", UNITS },
	{ "list-dependencies", 0, -1, cmd_list_dependencies, ONLINE, 0,
	  "[UNIT...]", "Draw what units need", UNITS },
	{ "list-jobs", 0, -1, cmd_list_jobs, ONLINE, 0,
	  "[PATTERN...]", "List jobs that are running", JOBS },
	{ "list-machines", 0, -1, cmd_list_machines, ONLINE, 0,
	  "[PATTERN...]", "List this host and its containers", MACHINES },
	{ "list-paths", 0, -1, cmd_list_triggers, ONLINE, UNIT_PATH,
	  "[PATTERN...]", "List watched paths", UNITS },
	{ "list-sockets", 0, -1, cmd_list_triggers, ONLINE, UNIT_SOCKET,
	  "[PATTERN...]", "List listening sockets", UNITS },
	{ "list-timers", 0, -1, cmd_list_triggers, ONLINE, UNIT_TIMER,
	  "[PATTERN...]", "List timers", UNITS },
	{ "list-unit-files", 0, -1, cmd_install_list_unit_files, 0, 0,
	  "[PATTERN...]", "List unit files", FILES },
	{ "list-units", 0, -1, cmd_list_units, ONLINE, 0, "[PATTERN...]", "List units", UNITS },
	{ "log", 0, -1, cmd_log, ONLINE, 0,
	  "[PATTERN...]", "Print the logs of units (-f follows, -n limits)", UNITS },
	{ "log-level", 0, 1, cmd_log_level, ONLINE, 0,
	  "[LEVEL]", "Get or set the manager's log level", MANAGER },
	{ "log-target", 0, 1, cmd_log_target, ONLINE, 0,
	  "[TARGET]", "Get or set where the manager logs to", MANAGER },
	{ "logs", 0, -1, cmd_log, ALIAS, 0, NULL, NULL, UNITS },
	{ "mask", 1, -1, cmd_install_mask, 0, 0,
	  "UNIT...", "Make it impossible to start units", FILES },
	{ "mount-image", 3, 4, cmd_unsupported, ONLINE, 0,
	  "UNIT PATH [PATH [OPTIONS]]", "Mount an image in a unit's namespace", UNITS },
	{ "poweroff", 0, 0, cmd_power, ONLINE, INIT_SIGNAL_POWEROFF, "", "Shut down and power off", SYSTEM },
	{ "preset", 1, -1, cmd_install_preset, 0, 0,
	  "UNIT...", "Enable or disable units as presets say", FILES },
	{ "preset-all", 0, 0, cmd_install_preset_all, 0, 0, "", "The same for all units", FILES },
	{ "reboot", 0, 0, cmd_power, ONLINE, INIT_SIGNAL_REBOOT, "", "Shut down and reboot", SYSTEM },
	{ "reenable", 1, -1, cmd_install_reenable, 0, 0,
	  "UNIT...", "Disable and enable units", FILES },
	{ "reload", 1, -1, cmd_start, ONLINE, CMD_RELOAD,
	  "UNIT...", "Make units read their configuration anew", UNITS },
	{ "reload-or-restart", 0, -1, cmd_start, ONLINE, CMD_RELOAD_OR_RESTART,
	  "UNIT...", "Reload units where possible, else start or restart them", UNITS },
	{ "reload-or-try-restart", 1, -1, cmd_start, ALIAS, CMD_TRY_RELOAD_OR_RESTART,
	  NULL, NULL, UNITS },
	{ "rescue", 0, 0, cmd_start, ONLINE, CMD_RESCUE, "", "Go to rescue mode", SYSTEM },
	{ "reset-failed", 0, -1, cmd_reset_failed, ONLINE, 0,
	  "[PATTERN...]", "Forget that units have failed", UNITS },
	{ "restart", 1, -1, cmd_start, ONLINE, CMD_RESTART,
	  "UNIT...", "Stop and start units", UNITS },
	{ "revert", 1, -1, cmd_install_revert, 0, 0,
	  "UNIT...", "Go back to the vendor's unit files", FILES },
	{ "service-log-level", 1, 2, cmd_unsupported, ONLINE, 0,
	  "SERVICE [LEVEL]", "Get or set a service's log level", UNITS },
	{ "service-log-target", 1, 2, cmd_unsupported, ONLINE, 0,
	  "SERVICE [TARGET]", "Get or set where a service logs to", UNITS },
	{ "service-watchdogs", 0, 1, cmd_service_watchdogs, ONLINE, 0,
	  "[BOOL]", "Get or set whether watchdogs are heeded", MANAGER },
	{ "set-default", 1, 1, cmd_install_set_default, 0, 0,
	  "TARGET", "Set the default target", FILES },
	{ "set-environment", 1, -1, cmd_set_environment, ONLINE, 0,
	  "VARIABLE=VALUE...", "Set variables for all services", ENVIRONMENT },
	{ "set-property", 2, -1, cmd_set_property, ONLINE, 0,
	  "UNIT PROPERTY=VALUE...", "Set properties of a unit", UNITS },
	{ "show", 0, -1, cmd_show, ONLINE, 0,
	  "[PATTERN...|JOB...]", "Print properties of units or of the manager", UNITS },
	{ "show-environment", 0, 0, cmd_show_environment, ONLINE, 0,
	  "", "Print the variables that all services get", ENVIRONMENT },
	{ "sleep", 0, 0, cmd_unsupported, ONLINE, 0, "", "Put the machine to sleep", SYSTEM },
	{ "soft-reboot", 0, 0, cmd_unsupported, ONLINE, 0,
	  "", "Shut down and start user space anew", SYSTEM },
	{ "start", 1, -1, cmd_start, ONLINE, CMD_START, "UNIT...", "Start units", UNITS },
	{ "status", 0, -1, cmd_status, ONLINE, 0,
	  "[PATTERN...|PID...]", "Show what units are doing", UNITS },
	{ "stop", 1, -1, cmd_start, ONLINE, CMD_STOP, "UNIT...", "Stop units", UNITS },
	{ "suspend", 0, 0, cmd_unsupported, ONLINE, 0, "", "Suspend the machine", SYSTEM },
	{ "suspend-then-hibernate", 0, 0, cmd_unsupported, ONLINE, 0,
	  "", "Suspend, later hibernate the machine", SYSTEM },
	{ "switch-root", 0, 2, cmd_unsupported, ONLINE, 0,
	  "[ROOT [INIT]]", "Change to another root directory", SYSTEM },
	{ "thaw", 1, -1, cmd_freeze, ONLINE, 1,
	  "PATTERN...", "Let frozen processes run on", UNITS },
	{ "try-reload-or-restart", 1, -1, cmd_start, ONLINE, CMD_TRY_RELOAD_OR_RESTART,
	  "UNIT...", "Reload or restart units that are active", UNITS },
	{ "try-restart", 1, -1, cmd_start, ONLINE, CMD_TRY_RESTART,
	  "UNIT...", "Restart units that are active", UNITS },
	{ "unmask", 1, -1, cmd_install_unmask, 0, 0,
	  "UNIT...", "Make it possible again to start units", FILES },
	{ "unset-environment", 1, -1, cmd_unset_environment, ONLINE, 0,
	  "VARIABLE...", "Unset variables for all services", ENVIRONMENT },
	{ "whoami", 0, -1, cmd_whoami, ONLINE, 0,
	  "[PID...]", "To which units do processes belong?", UNITS },
};
/* clang-format on */

const struct cmd_verb *cmd_verb_all(size_t *ret_n)
{
	*ret_n = ARRAY_SIZE(verbs);
	return verbs;
}

static int compare_name(const void *name, const void *row)
{
	return strcmp(name, ((const struct cmd_verb *)row)->name);
}

const struct cmd_verb *cmd_verb_find(const char *name)
{
	return bsearch(name, verbs, ARRAY_SIZE(verbs), sizeof verbs[0], compare_name);
}
