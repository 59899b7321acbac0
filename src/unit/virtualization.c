/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "base/io.h"
#include "base/proc.h"
#include "base/str.h"
#include "unit/virtualization.h"

/* The inode number of the first cgroup namespace, fixed by the kernel. */
#define FIRST_CGROUP_NAMESPACE 0xEFFFFFFBu

struct virtualization_mark {
	const char *text; /* to be looked for */
	const char *name;
};

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

/* The first line of a small file; false if there is none. */
static bool read_line(const char *path, char *buf, size_t n)
{
	if (io_read_small(AT_FDCWD, path, buf, n) < 0) {
		return false;
	}
	buf[strcspn(buf, "\n")] = '\0';
	return buf[0] != '\0';
}

/* The name of the first row whose text is in s (at its beginning, if so asked). */
static const char *find_mark(const struct virtualization_mark *marks, size_t n, const char *s,
			     bool prefix)
{
	for (size_t i = 0; i < n; i++) {
		if (prefix ? str_has_prefix(s, marks[i].text) : strstr(s, marks[i].text) != NULL) {
			return marks[i].name;
		}
	}
	return NULL;
}

/* ---- containers ---- */

static const char *detect_by_files(void)
{
	if (exists("/run/.containerenv")) {
		return "podman";
	}
	return exists("/.dockerenv") ? "docker" : NULL;
}

/* What a container manager says of itself in $container or a file. */
static const char *name_of_manager(const char *word)
{
	static const char *const known[] = { "systemd-nspawn", "lxc-libvirt", "lxc", "openvz",
					     "docker",         "podman",      "rkt", "wsl",
					     "proot",          "pouch" };
	const char *by_files;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (streq(word, known[i])) {
			return known[i];
		}
	}
	/* "oci" names a family; the files say which. */
	by_files = streq(word, "oci") ? detect_by_files() : NULL;
	return by_files ? by_files : "container-other";
}

static bool is_traced_by_proot(void)
{
	char status[4096];
	const char *at;
	struct proc_stat tracer;
	pid_t pid;

	if (io_read_small(AT_FDCWD, "/proc/self/status", status, sizeof(status)) < 0) {
		return false;
	}
	at = strstr(status, "\nTracerPid:");
	pid = at ? (pid_t)strtol(at + strlen("\nTracerPid:"), NULL, 10) : 0;
	return pid > 0 && proc_read_stat(pid, &tracer) == 0 && str_has_prefix(tracer.comm, "proot");
}

static const char *detect_wsl(void)
{
	static const struct virtualization_mark marks[] = { { "Microsoft", "wsl" },
							    { "WSL", "wsl" } };
	char release[256];

	return read_line("/proc/sys/kernel/osrelease", release, sizeof(release))
		       ? find_mark(marks, ARRAY_SIZE(marks), release, false)
		       : NULL;
}

/* $container in the environment that PID 1 was started with. */
static const char *detect_by_environment(void)
{
	static char environment[64 * 1024];
	char word[256];
	const char *value = getpid() == 1 ? getenv("container") : NULL;
	ssize_t n;

	if (value) {
		return value[0] ? name_of_manager(value) : NULL;
	}
	if (read_line("/run/systemd/container", word, sizeof(word))) {
		return name_of_manager(word);
	}
	n = io_read_small(AT_FDCWD, "/proc/1/environ", environment, sizeof(environment));
	for (ssize_t i = 0; i < n; i += (ssize_t)strlen(environment + i) + 1) {
		value = str_after_prefix(environment + i, "container=");
		if (value && value[0]) {
			return name_of_manager(value);
		}
	}
	return NULL;
}

static const char *detect_container(void)
{
	const char *name;
	char word[256];
	struct stat st;

	if (exists("/proc/vz") && !exists("/proc/bc")) {
		return "openvz";
	}
	if (is_traced_by_proot()) {
		return "proot";
	}
	name = detect_wsl();
	if (name) {
		return name;
	}
	if (read_line("/run/host/container-manager", word, sizeof(word))) {
		return name_of_manager(word);
	}
	name = detect_by_environment();
	if (!name) {
		name = detect_by_files();
	}
	if (!name && stat("/proc/self/ns/cgroup", &st) == 0 &&
	    st.st_ino != FIRST_CGROUP_NAMESPACE) {
		name = "container-other";
	}
	return name;
}

/* ---- virtual machines ---- */

static const char *detect_by_dmi(void)
{
	static const char *const files[] = {
		"/sys/class/dmi/id/product_name",    "/sys/class/dmi/id/sys_vendor",
		"/sys/class/dmi/id/board_vendor",    "/sys/class/dmi/id/bios_vendor",
		"/sys/class/dmi/id/product_version",
	};
	static const struct virtualization_mark marks[] = {
		{ "KVM", "kvm" },
		{ "OpenStack", "kvm" },
		{ "KubeVirt", "kvm" },
		{ "Amazon EC2", "amazon" },
		{ "QEMU", "qemu" },
		{ "VMware", "vmware" },
		{ "VMW", "vmware" },
		{ "innotek GmbH", "oracle" },
		{ "VirtualBox", "oracle" },
		{ "Oracle Corporation", "oracle" },
		{ "Xen", "xen" },
		{ "Bochs", "bochs" },
		{ "Parallels", "parallels" },
		{ "BHYVE", "bhyve" },
		{ "Hyper-V", "microsoft" },
		{ "Apple Virtualization", "apple" },
		{ "Google Compute Engine", "google" },
	};
	char line[256];

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		const char *name = read_line(files[i], line, sizeof(line))
					   ? find_mark(marks, ARRAY_SIZE(marks), line, true)
					   : NULL;

		if (name) {
			return name;
		}
	}
	return NULL;
}

#if defined(__x86_64__) || defined(__i386__)
static const char *detect_by_cpuid(void)
{
	static const struct virtualization_mark marks[] = {
		{ "XenVMMXenVMM", "xen" },
		{ "KVMKVMKVM", "kvm" },
		{ "Linux KVM Hv", "kvm" },
		{ "TCGTCGTCGTCG", "qemu" },
		{ "VMwareVMware", "vmware" },
		{ "Microsoft Hv", "microsoft" },
		{ "bhyve bhyve ", "bhyve" },
		{ "QNXQVMBSQG", "qnx" },
		{ "ACRNACRNACRN", "acrn" },
		{ "SRESRESRESRE", "sre" },
		{ "Apple VZ", "apple" },
	};
	unsigned a, b, c, d;
	char signature[13] = "";
	const char *name;

	/* Leaf 1, ECX bit 31: a hypervisor is there. */
	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1u << 31))) {
		return NULL;
	}
	__cpuid(0x40000000u, a, b, c, d);
	memcpy(signature, &b, 4);
	memcpy(signature + 4, &c, 4);
	memcpy(signature + 8, &d, 4);
	name = find_mark(marks, ARRAY_SIZE(marks), signature, true);
	return name ? name : "vm-other";
}
#else
static const char *detect_by_cpuid(void)
{
	return NULL;
}
#endif

static const char *detect_by_device_tree(void)
{
	static const struct virtualization_mark marks[] = {
		{ "linux,kvm", "kvm" },
		{ "xen", "xen" },
		{ "vmware", "vmware" },
	};
	char word[256];

	if (read_line("/proc/device-tree/hypervisor/compatible", word, sizeof(word))) {
		const char *name = find_mark(marks, ARRAY_SIZE(marks), word, false);

		return name ? name : "vm-other";
	}
	if (exists("/proc/device-tree/ibm,partition-name") &&
	    exists("/proc/device-tree/hmc-managed?") &&
	    !exists("/proc/device-tree/chosen/qemu,graphic-width")) {
		return "powervm";
	}
	return read_line("/proc/device-tree/compatible", word, sizeof(word)) &&
			       streq(word, "qemu,pseries")
		       ? "qemu"
		       : NULL;
}

static const char *detect_by_proc(void)
{
	static const struct virtualization_mark machines[] = { { "z/VM", "zvm" },
							       { "KVM", "kvm" } };
	static char text[64 * 1024];
	const char *at;

	if (io_read_small(AT_FDCWD, "/proc/cpuinfo", text, sizeof(text)) > 0 &&
	    strstr(text, "\nvendor_id\t: User Mode Linux\n")) {
		return "uml";
	}
	if (io_read_small(AT_FDCWD, "/proc/sysinfo", text, sizeof(text)) > 0 &&
	    (at = strstr(text, "VM00 Control Program:"))) {
		return find_mark(machines, ARRAY_SIZE(machines), at, false);
	}
	return NULL;
}

/* Dom0 of Xen is no guest: it has the capability that drives the others. */
static const char *detect_xen(void)
{
	char word[256];

	if (read_line("/proc/xen/capabilities", word, sizeof(word))) {
		return strstr(word, "control_d") ? NULL : "xen";
	}
	return read_line("/sys/hypervisor/type", word, sizeof(word)) && streq(word, "xen") ? "xen"
											   : NULL;
}

static const char *detect_machine(void)
{
	const char *dmi = detect_by_dmi();
	const char *cpu;

	/* These two set the CPUID signature of the hypervisor they are built on. */
	if (dmi && (streq(dmi, "oracle") || streq(dmi, "xen") || streq(dmi, "amazon") ||
		    streq(dmi, "parallels") || streq(dmi, "google"))) {
		return dmi;
	}
	cpu = detect_by_proc();
	if (!cpu) {
		cpu = detect_xen();
	}
	if (!cpu) {
		cpu = detect_by_cpuid();
	}
	if (cpu && !streq(cpu, "vm-other")) {
		return cpu;
	}
	if (dmi) {
		return dmi;
	}
	return cpu ? cpu : detect_by_device_tree();
}

/* ---- answers: detected once, since they cannot change ---- */

const char *virtualization_container(void)
{
	static const char *name;
	static bool known;

	if (!known) {
		name = detect_container();
		known = true;
	}
	return name;
}

const char *virtualization_machine(void)
{
	static const char *name;
	static bool known;

	if (!known) {
		name = detect_machine();
		known = true;
	}
	return name;
}

const char *virtualization_detect(void)
{
	const char *container = virtualization_container();

	return container ? container : virtualization_machine();
}

/* The first namespace maps all ids onto themselves. */
bool virtualization_in_user_namespace(void)
{
	char line[256];
	unsigned inside, outside, count;

	if (!read_line("/proc/self/uid_map", line, sizeof(line))) {
		return false;
	}
	return sscanf(line, "%u %u %u", &inside, &outside, &count) != 3 || inside != 0 ||
	       outside != 0 || count != UINT32_MAX;
}
