/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "base/io.h"
#include "base/root.h"
#include "base/str.h"
#include "unit/value.h"
#include "condition_internal.h"

/* The first line of a file; false if it cannot be read. */
static bool read_line(const char *path, char *buf, size_t n)
{
	if (io_read_small(AT_FDCWD, path, buf, n) < 0) {
		return false;
	}
	buf[strcspn(buf, "\n")] = '\0';
	return true;
}

/* ---- power ---- */

/* Is there mains power? Yes too where no supply is known: most machines and all containers. */
static bool is_on_ac_power(void)
{
	CLEANUP_CLOSEDIR DIR *d = opendir("/sys/class/power_supply");
	bool found_offline = false;
	struct dirent *de;

	while (d && (de = readdir(d))) {
		CLEANUP_ARENA struct arena a = {0};
		const char *dir = path_join(&a, "/sys/class/power_supply", de->d_name);
		char word[64];

		if (de->d_name[0] == '.' ||
		    !read_line(path_join(&a, dir, "type"), word, sizeof(word)) ||
		    !(streq(word, "Mains") || str_has_prefix(word, "USB"))) {
			continue;
		}
		if (!read_line(path_join(&a, dir, "online"), word, sizeof(word))) {
			continue;
		}
		if (streq(word, "1")) {
			return true;
		}
		found_offline = true;
	}
	return !found_offline;
}

int condition_test_ac_power(const char *parameter)
{
	bool wanted;
	int r = value_parse_bool(parameter, &wanted);

	return r < 0 ? r : wanted == is_on_ac_power();
}

/* ---- firmware ---- */

static int device_tree_is_compatible(const char *wanted)
{
	char list[4096];
	ssize_t n = io_read_small(AT_FDCWD, "/proc/device-tree/compatible", list, sizeof(list));

	for (ssize_t i = 0; i < n; i += (ssize_t)strlen(list + i) + 1) {
		if (streq(list + i, wanted)) {
			return 1;
		}
	}
	return 0;
}

/* "field operator value" */
static int compare_smbios_field(const char *expression, struct arena *a)
{
	size_t n = strcspn(expression, "!<=>$");
	const char *rest = expression + n;
	int op = condition_parse_operator(&rest, true);
	const char *field;
	char value[256];

	if (op < 0) {
		return -EINVAL;
	}
	while (n > 0 && strchr(" \t", expression[n - 1])) {
		n--;
	}
	field = arena_strndup(a, expression, n);
	rest += strspn(rest, " \t");
	if (n == 0 || strchr(field, '/') ||
	    !read_line(path_join(a, "/sys/class/dmi/id", field), value, sizeof(value))) {
		return 0;
	}
	return condition_compare_text(op, value, rest);
}

/* The text between "name(" and the final ")", or NULL. */
static const char *argument_of(const char *parameter, const char *name, struct arena *a)
{
	const char *rest = str_after_prefix(parameter, name);
	size_t n = rest ? strlen(rest) : 0;

	return n >= 2 && rest[0] == '(' && rest[n - 1] == ')' ? arena_strndup(a, rest + 1, n - 2)
							      : NULL;
}

int condition_test_firmware(const char *parameter)
{
	CLEANUP_ARENA struct arena a = {0};
	const char *argument;

	if (streq(parameter, "uefi")) {
		return access("/sys/firmware/efi", F_OK) == 0;
	}
	if (streq(parameter, "device-tree")) {
		return access("/sys/firmware/devicetree", F_OK) == 0;
	}
	argument = argument_of(parameter, "device-tree-compatible", &a);
	if (argument) {
		return device_tree_is_compatible(argument);
	}
	argument = argument_of(parameter, "smbios-field", &a);
	return argument ? compare_smbios_field(argument, &a) : 0;
}

/* ---- security technologies ---- */

static bool has_apparmor(void)
{
	char word[16];

	return read_line("/sys/module/apparmor/parameters/enabled", word, sizeof(word)) &&
	       word[0] == 'Y';
}

/* The kernel answers with an error where auditing is left out, or kept from containers. */
static bool has_audit(void)
{
	CLEANUP_CLOSE int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);

	return fd >= 0;
}

/* Four bytes of attributes stand before the value. */
static bool has_secure_boot(void)
{
	char value[8];
	ssize_t n = io_read_small(
		AT_FDCWD,
		"/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c", value,
		sizeof(value));

	return n >= 5 && value[4] == 1;
}

static bool has_measured_uki(void)
{
	return access("/sys/firmware/efi/efivars/"
		      "StubPcrKernelImage-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f",
		      F_OK) == 0;
}

static bool has_tpm2(void)
{
	char word[16];

	return read_line("/sys/class/tpm/tpm0/tpm_version_major", word, sizeof(word)) &&
	       streq(word, "2");
}

struct security_row {
	const char *name;
	const char *path; /* its existence is the answer; NULL: test is */
	bool (*test)(void);
};

static const struct security_row security_rows[] = {
	{ "apparmor", NULL, has_apparmor },
	{ "audit", NULL, has_audit },
	{ "cvm", "/sys/devices/virtual/misc/tdx_guest", NULL },
	{ "cvm", "/sys/devices/platform/sev-guest", NULL },
	{ "ima", "/sys/kernel/security/ima", NULL },
	{ "measured-uki", NULL, has_measured_uki },
	{ "selinux", "/sys/fs/selinux/enforce", NULL },
	{ "smack", "/sys/fs/smackfs", NULL },
	{ "tomoyo", "/sys/kernel/security/tomoyo/version", NULL },
	{ "tpm2", NULL, has_tpm2 },
	{ "uefi-secureboot", NULL, has_secure_boot },
};

int condition_test_security(const char *parameter)
{
	for (size_t i = 0; i < ARRAY_SIZE(security_rows); i++) {
		const struct security_row *row = &security_rows[i];

		if (streq(row->name, parameter) &&
		    (row->path ? access(row->path, F_OK) == 0 : row->test())) {
			return 1;
		}
	}
	return 0;
}
