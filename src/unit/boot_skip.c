/* SPDX-License-Identifier: MIT */
#include <fnmatch.h>

#include "unit/builtin.h"

#define CONSOLE "the console is the container's log"
#define DEVICES "devices are the host's"
#define DISKS "disks and file systems are the container engine's affair"
#define MANAGER_BUS "it asks the manager over D-Bus, where soloctl does not listen"
#define MODULES "kernel modules are the host's"
#define NETWORK "the container engine has set the network up"
#define PASSWORDS "nobody is at the console to type a password"
#define POWER "power is the host's affair"
#define TERMINALS "a container has no terminals to log in at"
#define TPM "measuring a boot is the host's affair"

/* clang-format off */
/* Sorted by pattern, for people. soloctl(7) prints the same table. */
static const struct {
	const char *pattern, *reason;
} rows[] = {
	{ "*.swap", "swap space is the host's" },
	{ "autovt@*.service", TERMINALS },
	{ "console-getty.service", CONSOLE },
	{ "container-getty@*.service", TERMINALS },
	{ "dev-hugepages.mount", DISKS },
	{ "dev-mqueue.mount", DISKS },
	{ "getty@*.service", TERMINALS },
	{ "kmod-static-nodes.service", MODULES },
	{ "modprobe@*.service", MODULES },
	{ "proc-sys-fs-binfmt_misc.*", DISKS },
	{ "run-lock.mount", DISKS },
	{ "serial-getty@*.service", TERMINALS },
	{ "sys-*.mount", DISKS },
	{ "systemd-ask-password-*", PASSWORDS },
	{ "systemd-backlight@*.service", DEVICES },
	{ "systemd-battery-check.service", POWER },
	{ "systemd-binfmt.service", "binary formats are the host kernel's" },
	{ "systemd-boot-*.service", TPM },
	{ "systemd-firstboot.service", PASSWORDS },
	{ "systemd-fsck*.service", DISKS },
	{ "systemd-growfs*.service", DISKS },
	{ "systemd-hibernate-*.service", POWER },
	{ "systemd-hwdb-update.service", DEVICES },
	{ "systemd-initctl.*", MANAGER_BUS },
	{ "systemd-logind.service", "it needs cgroups" },
	{ "systemd-modules-load.service", MODULES },
	{ "systemd-network-generator.service", NETWORK },
	{ "systemd-networkd*", NETWORK },
	{ "systemd-oomd.*", "it needs cgroups" },
	{ "systemd-pcr*", TPM },
	{ "systemd-pstore.service", DEVICES },
	{ "systemd-quotacheck*.service", DISKS },
	{ "systemd-random-seed.service", "the random pool is the host kernel's" },
	{ "systemd-remount-fs.service", DISKS },
	{ "systemd-repart.service", DISKS },
	{ "systemd-rfkill.*", DEVICES },
	{ "systemd-tmpfiles-setup-dev*.service", DEVICES },
	{ "systemd-tpm2-*", TPM },
	{ "systemd-udev*", DEVICES },
	{ "systemd-update-utmp*.service", MANAGER_BUS },
	{ "systemd-vconsole-setup.service", TERMINALS },
	{ "tmp.mount", DISKS },
};
/* clang-format on */

const char *builtin_boot_skip_reason(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (fnmatch(rows[i].pattern, name, FNM_NOESCAPE) == 0) {
			return rows[i].reason;
		}
	}
	return NULL;
}
