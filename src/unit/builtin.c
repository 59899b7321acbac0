/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/str.h"
#include "unit/builtin.h"

#define UNIT(description) \
	"[Unit]\nDescription=" description "\nDocumentation=man:systemd.special(7)\n"
#define NO_DEFAULTS "DefaultDependencies=no\n"
#define PASSIVE "RefuseManualStart=yes\n"
#define ON_DEMAND "StopWhenUnneeded=yes\n"
/* systemd reaches these through systemd-halt.service & co., which have nothing to execute here. */
#define AFTER_SHUTDOWN                                            \
	NO_DEFAULTS "Requires=shutdown.target umount.target final.target\n" \
	"After=shutdown.target umount.target final.target\nAllowIsolate=yes\n"

/*
 * Sorted by name. A service of systemd's that has a program of its own is here because packages
 * name it; a condition keeps it from being started where the program is missing, which still lets
 * those start that require it. syslog.socket makes /dev/log: no journal stands in between, so the
 * logger that has this socket gets what is written there.
 */
static const struct builtin_unit builtin_units[] = {
	{ "-.mount",
	  UNIT("Root Mount") NO_DEFAULTS
	  "Before=local-fs.target\n"
	  "IgnoreOnIsolate=yes\n"
	  "[Mount]\n"
	  "What=rootfs\n"
	  "Where=/\n", .perpetual = true },
	{ "-.slice",
	  UNIT("Root Slice") NO_DEFAULTS, .perpetual = true },
	{ "basic.target",
	  UNIT("Basic System")
	  "Requires=sysinit.target\n"
	  "Wants=sockets.target timers.target paths.target slices.target\n"
	  "After=sysinit.target sockets.target paths.target slices.target tmp.mount\n" },
	{ "bluetooth.target", UNIT("Bluetooth Support") ON_DEMAND },
	{ "boot-complete.target",
	  UNIT("Boot Completion Check")
	  "Requires=sysinit.target\n"
	  "After=sysinit.target\n" },
	{ "cryptsetup-pre.target", UNIT("Local Encrypted Volumes (Pre)") PASSIVE },
	{ "cryptsetup.target", UNIT("Local Encrypted Volumes") },
	{ "ctrl-alt-del.target", .alias = "reboot.target" },
	{ "dbus.socket",
	  UNIT("D-Bus System Message Bus Socket")
	  "ConditionFileIsExecutable=/usr/bin/dbus-daemon\n"
	  "[Socket]\n"
	  "ListenStream=/run/dbus/system_bus_socket\n"
	  "Service=dbus.service\n" },
	{ "default.target", .alias = "graphical.target" },
	{ "emergency.target", UNIT("Emergency Mode") "AllowIsolate=yes\n" },
	{ "exit.target",
	  UNIT("Exit the Container") AFTER_SHUTDOWN
	  "JobTimeoutSec=30min\n"
	  "JobTimeoutAction=exit-force\n" },
	{ "final.target",
	  UNIT("Late Shutdown Services") NO_DEFAULTS PASSIVE
	  "After=shutdown.target umount.target\n" },
	{ "first-boot-complete.target",
	  UNIT("First Boot Complete") PASSIVE
	  "ConditionFirstBoot=yes\n" },
	{ "getty-pre.target", UNIT("Preparation for Logins") PASSIVE },
	{ "getty.target", UNIT("Login Prompts") },
	{ "graphical.target",
	  UNIT("Graphical Interface")
	  "Requires=multi-user.target\n"
	  "Wants=display-manager.service\n"
	  "Conflicts=rescue.service rescue.target\n"
	  "After=multi-user.target rescue.service rescue.target display-manager.service\n"
	  "AllowIsolate=yes\n" },
	{ "halt.target",
	  UNIT("System Halt") AFTER_SHUTDOWN
	  "JobTimeoutSec=30min\n"
	  "JobTimeoutAction=halt-force\n" },
	{ "init.scope",
	  UNIT("System and Service Manager") NO_DEFAULTS
	  "[Scope]\n", .perpetual = true },
	{ "integritysetup-pre.target", UNIT("Local Integrity Protected Volumes (Pre)") PASSIVE },
	{ "integritysetup.target", UNIT("Local Integrity Protected Volumes") },
	{ "local-fs-pre.target", UNIT("Preparation for Local File Systems") PASSIVE },
	{ "local-fs.target",
	  UNIT("Local File Systems") NO_DEFAULTS
	  "Conflicts=shutdown.target\n"
	  "After=local-fs-pre.target\n"
	  "OnFailure=emergency.target\n"
	  "OnFailureJobMode=replace-irreversibly\n" },
	{ "machine.slice", UNIT("Virtual Machine and Container Slice") "Before=slices.target\n" },
	{ "machines.target", UNIT("Containers") "Before=multi-user.target\n" },
	{ "multi-user.target",
	  UNIT("Multi-User System")
	  "Requires=basic.target\n"
	  "Conflicts=rescue.service rescue.target\n"
	  "After=basic.target rescue.service rescue.target\n"
	  "AllowIsolate=yes\n" },
	{ "network-online.target", UNIT("Network is Online") "After=network.target\n" },
	{ "network-pre.target", UNIT("Preparation for Network") PASSIVE },
	{ "network.target", UNIT("Network") "After=network-pre.target\n" PASSIVE },
	{ "nss-lookup.target", UNIT("Host and Network Name Lookups") PASSIVE },
	{ "nss-user-lookup.target", UNIT("User and Group Name Lookups") PASSIVE },
	{ "paths.target", UNIT("Path Units") },
	{ "poweroff.target",
	  UNIT("System Power Off") AFTER_SHUTDOWN
	  "JobTimeoutSec=30min\n"
	  "JobTimeoutAction=poweroff-force\n" },
	{ "printer.target", UNIT("Printer Support") ON_DEMAND },
	{ "reboot.target",
	  UNIT("System Reboot") AFTER_SHUTDOWN
	  "JobTimeoutSec=30min\n"
	  "JobTimeoutAction=reboot-force\n" },
	{ "remote-cryptsetup.target",
	  UNIT("Remote Encrypted Volumes")
	  "After=remote-fs-pre.target cryptsetup-pre.target\n" },
	{ "remote-fs-pre.target", UNIT("Preparation for Remote File Systems") PASSIVE },
	{ "remote-fs.target",
	  UNIT("Remote File Systems") NO_DEFAULTS
	  "Conflicts=shutdown.target\n"
	  "After=remote-fs-pre.target\n" },
	{ "remote-veritysetup.target",
	  UNIT("Remote Verity Protected Volumes")
	  "After=remote-fs-pre.target veritysetup-pre.target\n" },
	{ "rescue.target",
	  UNIT("Rescue Mode")
	  "Requires=sysinit.target\n"
	  "After=sysinit.target\n"
	  "AllowIsolate=yes\n" },
	{ "rpcbind.target", UNIT("RPC Port Mapper") PASSIVE },
	{ "runlevel0.target", .alias = "poweroff.target" },
	{ "runlevel1.target", .alias = "rescue.target" },
	{ "runlevel2.target", .alias = "multi-user.target" },
	{ "runlevel3.target", .alias = "multi-user.target" },
	{ "runlevel4.target", .alias = "multi-user.target" },
	{ "runlevel5.target", .alias = "graphical.target" },
	{ "runlevel6.target", .alias = "reboot.target" },
	{ "shutdown.target", UNIT("System Shutdown") NO_DEFAULTS PASSIVE },
	{ "sigpwr.target", UNIT("Power Failure") },
	{ "sleep.target", UNIT("Sleep") NO_DEFAULTS PASSIVE ON_DEMAND },
	{ "slices.target",
	  UNIT("Slice Units")
	  "Wants=-.slice system.slice\n"
	  "After=-.slice system.slice\n" },
	{ "smartcard.target", UNIT("Smart Card") ON_DEMAND },
	{ "sockets.target", UNIT("Socket Units") },
	{ BUILTIN_SYSLOG,
	  "[Unit]\n"
	  "Description=System Log Socket (/dev/log)\n"
	  "Documentation=man:soloctl(7) man:journalctl(1)\n" NO_DEFAULTS
	  "After=systemd-journald-dev-log.socket syslog.socket\n"
	  "Before=sysinit.target shutdown.target\n"
	  "Conflicts=shutdown.target\n"
	  "ConditionPathExists=!/dev/log\n"
	  "ConditionPathExists=!/etc/systemd/system/syslog.service\n"
	  "[Service]\n"
	  "Type=notify\n"
	  "ExecStart=@/proc/self/exe systemctl-syslog\n"
	  "Restart=on-failure\n", .perpetual = true },
	{ "sound.target", UNIT("Sound Card") ON_DEMAND },
	{ "ssh-access.target", UNIT("SSH Access Available") ON_DEMAND },
	{ "swap.target", UNIT("Swaps") },
	{ "sysinit.target",
	  UNIT("System Initialization")
	  "Wants=local-fs.target swap.target\n"
	  "Wants=systemd-sysusers.service systemd-tmpfiles-setup.service\n"
	  "After=local-fs.target swap.target\n"
	  "Conflicts=emergency.service emergency.target\n"
	  "Before=emergency.service emergency.target\n" },
	{ "syslog.socket",
	  UNIT("Syslog Socket") NO_DEFAULTS
	  "Before=sockets.target shutdown.target\n"
	  "Conflicts=shutdown.target\n"
	  "[Socket]\n"
	  "ListenDatagram=/run/systemd/journal/syslog\n"
	  "SocketMode=0666\n"
	  "PassCredentials=yes\n"
	  "Symlinks=/dev/log\n" },
	{ "system.slice",
	  UNIT("System Slice") NO_DEFAULTS, .perpetual = true },
	{ "systemd-journald-dev-log.socket",
	  UNIT("Journal Socket (/dev/log)") NO_DEFAULTS
	  "Before=sockets.target\n"
	  "IgnoreOnIsolate=yes\n"
	  "ConditionFileIsExecutable=/usr/lib/systemd/systemd-journald\n"
	  "[Socket]\n"
	  "ListenDatagram=/run/systemd/journal/dev-log\n"
	  "Symlinks=/dev/log\n"
	  "Service=systemd-journald.service\n" },
	{ "systemd-journald.service",
	  UNIT("Journal Service") NO_DEFAULTS
	  "Requires=systemd-journald.socket\n"
	  "After=systemd-journald.socket systemd-journald-dev-log.socket syslog.socket\n"
	  "Before=sysinit.target\n"
	  "IgnoreOnIsolate=yes\n"
	  "ConditionFileIsExecutable=/usr/lib/systemd/systemd-journald\n"
	  "[Service]\n"
	  "Type=notify\n"
	  "ExecStart=/usr/lib/systemd/systemd-journald\n"
	  "Sockets=systemd-journald.socket systemd-journald-dev-log.socket\n"
	  "StandardOutput=null\n" },
	{ "systemd-journald.socket",
	  UNIT("Journal Sockets") NO_DEFAULTS
	  "Before=sockets.target\n"
	  "IgnoreOnIsolate=yes\n"
	  "ConditionFileIsExecutable=/usr/lib/systemd/systemd-journald\n"
	  "[Socket]\n"
	  "ListenStream=/run/systemd/journal/stdout\n"
	  "ListenDatagram=/run/systemd/journal/socket\n"
	  "Service=systemd-journald.service\n" },
	{ "systemd-modules-load.service",
	  UNIT("Load Kernel Modules") NO_DEFAULTS
	  "Conflicts=shutdown.target\n"
	  "Before=sysinit.target shutdown.target\n"
	  "ConditionFileIsExecutable=/usr/lib/systemd/systemd-modules-load\n"
	  "ConditionCapability=CAP_SYS_MODULE\n"
	  "[Service]\n"
	  "Type=oneshot\n"
	  "RemainAfterExit=yes\n"
	  "ExecStart=/usr/lib/systemd/systemd-modules-load\n" },
	{ "systemd-sysctl.service",
	  UNIT("Apply Kernel Variables") NO_DEFAULTS
	  "Conflicts=shutdown.target\n"
	  "Before=sysinit.target shutdown.target\n"
	  "ConditionFileIsExecutable=/usr/lib/systemd/systemd-sysctl\n"
	  "ConditionPathIsReadWrite=/proc/sys/net/\n"
	  "[Service]\n"
	  "Type=oneshot\n"
	  "RemainAfterExit=yes\n"
	  "ExecStart=/usr/lib/systemd/systemd-sysctl\n" },
	{ "systemd-sysusers.service",
	  UNIT("Create System Users") NO_DEFAULTS
	  "Conflicts=shutdown.target\n"
	  "Before=sysinit.target shutdown.target\n"
	  "ConditionFileIsExecutable=/usr/bin/systemd-sysusers\n"
	  "[Service]\n"
	  "Type=oneshot\n"
	  "RemainAfterExit=yes\n"
	  "ExecStart=/usr/bin/systemd-sysusers\n" },
	{ "systemd-tmpfiles-setup.service",
	  UNIT("Create System Files and Directories") NO_DEFAULTS
	  "Conflicts=shutdown.target\n"
	  "Before=sysinit.target shutdown.target\n"
	  "ConditionFileIsExecutable=/usr/bin/systemd-tmpfiles\n"
	  "After=local-fs.target systemd-sysusers.service\n"
	  "[Service]\n"
	  "Type=oneshot\n"
	  "RemainAfterExit=yes\n"
	  "ExecStart=/usr/bin/systemd-tmpfiles --create --remove --boot --exclude-prefix=/dev\n"
	  "SuccessExitStatus=DATAERR CANTCREAT\n" },
	{ "systemd-user-sessions.service",
	  UNIT("Permit User Sessions")
	  "After=remote-fs.target nss-user-lookup.target network.target\n"
	  "ConditionFileIsExecutable=/usr/lib/systemd/systemd-user-sessions\n"
	  "[Service]\n"
	  "Type=oneshot\n"
	  "RemainAfterExit=yes\n"
	  "ExecStart=/usr/lib/systemd/systemd-user-sessions start\n"
	  "ExecStop=/usr/lib/systemd/systemd-user-sessions stop\n" },
	{ "time-set.target", UNIT("System Time Set") PASSIVE },
	{ "time-sync.target",
	  UNIT("System Time Synchronized") PASSIVE
	  "Wants=time-set.target\n"
	  "After=time-set.target\n" },
	{ "timers.target", UNIT("Timer Units") NO_DEFAULTS "Conflicts=shutdown.target\n" },
	{ "umount.target", UNIT("Unmount All Filesystems") NO_DEFAULTS PASSIVE },
	{ "usb-gadget.target", UNIT("Hardware activated USB gadget") },
	{ "user.slice", UNIT("User and Session Slice") "Before=slices.target\n" },
	{ "veritysetup-pre.target", UNIT("Local Verity Protected Volumes (Pre)") PASSIVE },
	{ "veritysetup.target", UNIT("Local Verity Protected Volumes") },
};

/*
 * Sorted. More than the rows above: mounts, devices and files of a boot, which a container's
 * engine has set up before.
 */
static const char *const early_units[] = {
	"-.mount", "-.slice", "basic.target", "cryptsetup-pre.target", "cryptsetup.target",
	"dev-hugepages.mount", "dev-mqueue.mount", "first-boot-complete.target", "init.scope",
	"integritysetup-pre.target", "integritysetup.target", "kmod-static-nodes.service",
	"ldconfig.service", "local-fs-pre.target", "local-fs.target", "machine.slice",
	"network-online.target", "network-pre.target", "network.target", "nss-lookup.target",
	"nss-user-lookup.target", "paths.target", "proc-sys-fs-binfmt_misc.automount",
	"proc-sys-fs-binfmt_misc.mount", "remote-cryptsetup.target", "remote-fs-pre.target",
	"remote-fs.target", "remote-veritysetup.target", "run-lock.mount", "slices.target",
	"sockets.target", "swap.target", "sys-fs-fuse-connections.mount",
	"sys-kernel-config.mount", "sys-kernel-debug.mount", "sys-kernel-tracing.mount",
	"sysinit.target", "syslog.socket", "system.slice", "systemd-binfmt.service",
	"systemd-firstboot.service", "systemd-journal-flush.service",
	"systemd-journald-audit.socket",
	"systemd-machine-id-commit.service", "systemd-modules-load.service",
	"systemd-random-seed.service", "systemd-remount-fs.service", "systemd-sysctl.service",
	"systemd-sysusers.service", "systemd-tmpfiles-setup-dev-early.service",
	"systemd-tmpfiles-setup-dev.service", "systemd-tmpfiles-setup.service",
	"systemd-udev-settle.service", "systemd-udev-trigger.service",
	"systemd-udevd-control.socket", "systemd-udevd-kernel.socket", "systemd-udevd.service",
	"systemd-update-done.service", "time-set.target", "time-sync.target", "timers.target",
	"tmp.mount", "user.slice", "veritysetup-pre.target", "veritysetup.target",
};

static int compare_unit(const void *name, const void *row)
{
	return strcmp(name, ((const struct builtin_unit *)row)->name);
}

static int compare_name(const void *name, const void *row)
{
	return strcmp(name, *(const char *const *)row);
}

const struct builtin_unit *builtin_find(const char *name)
{
	return bsearch(name, builtin_units, ARRAY_SIZE(builtin_units), sizeof(builtin_units[0]),
		       compare_unit);
}

const struct builtin_unit *builtin_all(size_t *ret_n)
{
	*ret_n = ARRAY_SIZE(builtin_units);
	return builtin_units;
}

bool builtin_is_early(const char *name)
{
	return bsearch(name, early_units, ARRAY_SIZE(early_units), sizeof(early_units[0]),
		       compare_name) != NULL;
}
