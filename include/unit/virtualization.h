/* SPDX-License-Identifier: MIT */
#pragma once

/* What kind of container or virtual machine this is: systemd-detect-virt(1). Names are static strings, NULL for none. */

#include "base/macro.h"

/*
 * "docker", "podman", "lxc", "systemd-nspawn", "proot", "wsl" …, "container-other". In this order: openvz, proot (the tracer's name),
 * /run/host/container-manager, $container of PID 1 (itself, /run/systemd/container, /proc/1/environ), /run/.containerenv, /.dockerenv,
 * a cgroup namespace of its own.
 */
const char *virtualization_container(void);
/* "kvm", "qemu", "vmware", "microsoft", "amazon" …, "vm-other". By DMI strings, CPUID, Xen, device tree, UML, z/VM. */
const char *virtualization_machine(void);
/* The innermost of both. */
const char *virtualization_detect(void);
/* Are we in a user namespace of our own? */
bool virtualization_in_user_namespace(void);
