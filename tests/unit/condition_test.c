/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/io.h"
#include "base/str.h"
#include "unit/condition.h"
#include "unit/host.h"
#include "unit/virtualization.h"

static char dir[] = "/tmp/condition-test-XXXXXX";

/* "Name=parameter", '@' in front of a path stands for the temporary directory. */
static bool met(const char *text)
{
	char name[64], parameter[512];
	struct condition c = {0};
	const char *value = strchr(text, '=') + 1;

	snprintf(name, sizeof(name), "%.*s", (int)(value - 1 - text), text);
	c.kind = condition_kind_parse(name);
	assert_true(c.kind >= 0);
	if (*value == '!') {
		c.negate = true;
		value++;
	}
	snprintf(parameter, sizeof(parameter), "%s%s", *value == '@' ? dir : "",
		 *value == '@' ? value + 1 : value);
	c.parameter = parameter;
	return condition_is_met(&c);
}

static void all_hold(const char *const *yes, size_t n_yes, const char *const *no, size_t n_no)
{
	for (size_t i = 0; i < n_yes; i++) {
		if (!met(yes[i])) {
			fail_msg("%s should hold", yes[i]);
		}
	}
	for (size_t i = 0; i < n_no; i++) {
		if (met(no[i])) {
			fail_msg("%s should not hold", no[i]);
		}
	}
}

static void kinds_have_names(void **state)
{
	for (int k = 0; k < CONDITION_KIND_MAX; k++) {
		const char *name = condition_kind_name(k, false);

		assert_non_null(name);
		assert_int_equal(condition_kind_parse(name + strlen("Condition")), k);
		assert_int_equal(condition_kind_name(k, true) == NULL, k == CONDITION_FIRMWARE);
	}
	assert_null(condition_kind_name(CONDITION_KIND_MAX, false));
	assert_int_equal(condition_kind_parse("Bogus"), -EINVAL);
}

static void paths_are_tested(void **state)
{
	static const char *const yes[] = {
		"PathExists=@/file",
		"PathExists=!@/none",
		"PathExists=@/link",
		"PathExistsGlob=@/fi*",
		"PathExistsGlob=@/{zz,file}",
		"PathExistsGlob=!@/zz*",
		"PathIsDirectory=@/full",
		"PathIsDirectory=@/link",
		"PathIsSymbolicLink=@/link",
		"PathIsMountPoint=/",
		"PathIsMountPoint=/proc",
		"PathIsReadWrite=@",
		"PathIsEncrypted=!@/none",
		"DirectoryNotEmpty=@/full",
		"FileNotEmpty=@/file",
		"FileIsExecutable=@/script",
		"NeedsUpdate=@",
	};
	static const char *const no[] = {
		"PathExists=@/none",         "PathExists=@/broken",
		"PathExistsGlob=@/zz*",      "PathIsDirectory=@/file",
		"PathIsSymbolicLink=@/file", "PathIsMountPoint=@/full",
		"PathIsMountPoint=@/none",   "PathIsReadWrite=@/none",
		"PathIsEncrypted=@/none",    "DirectoryNotEmpty=@/hidden",
		"DirectoryNotEmpty=@/none",  "DirectoryNotEmpty=@/file",
		"FileNotEmpty=@/empty",      "FileNotEmpty=@/full",
		"FileIsExecutable=@/file",   "FileIsExecutable=@/full",
		"NeedsUpdate=@/updated",     "NeedsUpdate=relative",
	};

	all_hold(yes, ARRAY_SIZE(yes), no, ARRAY_SIZE(no));
}

static void machine_is_tested(void **state)
{
	static const char *const yes[] = {
		"Architecture=native",
		"Architecture=!cris",
		"KernelVersion=>=2.6",
		"KernelVersion=> 2.6",
		"KernelVersion=>2.6 <999",
		"KernelVersion=*",
		"KernelVersion=!$=zz*",
		"Memory=1M",
		"Memory=>1M",
		"Memory=!=5",
		"CPUs=1",
		"CPUs=>=1",
		"CPUs=<100000",
		"ControlGroupController=bogus",
		"FirstBoot=no",
		"MemoryPressure=100%",
		"CPUPressure=100%/10sec",
		"IOPressure= 100% / 1min",
		"MemoryPressure=nosuch-slice.slice:1%",
		"Version=>=250",
		"Version=systemd<300",
		"Version=kernel>=2",
		"Host=*",
		"KernelCommandLine=!nosuchword",
		"KernelModuleLoaded=!nosuch",
		"Security=!bogus",
		"Credential=!bogus",
		"Firmware=!bogus",
		"CPUFeature=!bogus",
	};
	static const char *const no[] = {
		"KernelVersion=>=9999",
		"KernelVersion=>=",
		"KernelVersion=>2.6 < 99",
		"Memory=<1M",
		"Memory=bogus",
		"Memory=!bogus",
		"CPUs=$=2",
		"CPUs=>100000",
		"MemoryPressure=50",
		"MemoryPressure=50%/2min",
		"IOPressure=101%",
		"ACPower=bogus",
		"FirstBoot=x",
		"OSRelease=ID",
		"OSRelease==x",
		"OSRelease=ID=",
		"OSRelease=ID= x",
		"Capability=CAP_BOGUS",
		"Capability=!CAP_BOGUS",
		"Credential=../x",
		"Host=00000000000000000000000000000001",
		"Environment=NO_SUCH_NAME",
		"KernelModuleLoaded=../x",
	};

	all_hold(yes, ARRAY_SIZE(yes), no, ARRAY_SIZE(no));
	assert_true(met("ACPower=yes") != met("ACPower=no"));
	assert_true(met("ControlGroupController=v1") != met("ControlGroupController=v2"));
}

static void identity_is_tested(void **state)
{
	char text[64];

	snprintf(text, sizeof(text), "User=%u", getuid());
	assert_true(met(text));
	snprintf(text, sizeof(text), "Group=%u", getgid());
	assert_true(met(text));
	assert_false(met("User=4294967000"));
	assert_false(met("User=no such user"));
	assert_false(met("Group=no such group"));
	assert_int_equal(met("User=root"), getuid() == 0);
	assert_int_equal(met("Group=root"), getgid() == 0 || met("Group=0"));
}

static void virtualization_is_consistent(void **state)
{
	const char *name = virtualization_detect();
	char text[64];

	assert_int_equal(met("Virtualization=yes"), name != NULL);
	assert_int_equal(met("Virtualization=no"), name == NULL);
	assert_int_equal(met("Virtualization=container"), virtualization_container() != NULL);
	assert_false(met("Virtualization=container") && met("Virtualization=vm"));
	assert_false(met("Virtualization=bogus"));
	if (name) {
		snprintf(text, sizeof(text), "Virtualization=%s", name);
		assert_true(met(text));
	}
}

static void lists_are_combined(void **state)
{
	struct condition yes = { .kind = CONDITION_PATH_EXISTS, .parameter = "/" };
	struct condition no = { .kind = CONDITION_PATH_EXISTS, .parameter = "/no such path" };
	struct condition maybe_yes = yes, maybe_no = no;
	const struct condition *failed = NULL;
	struct condition v[3];
	struct condition_list l = { .v = v };

	maybe_yes.trigger = maybe_no.trigger = true;
	assert_true(condition_list_is_met(&l, &failed));
	v[0] = yes, v[1] = no, v[2] = no, l.n = 3;
	assert_false(condition_list_is_met(&l, &failed));
	assert_ptr_equal(failed, &v[2]);
	v[0] = maybe_no, v[1] = yes, v[2] = maybe_no;
	assert_false(condition_list_is_met(&l, &failed));
	assert_ptr_equal(failed, &v[2]);
	v[2] = maybe_yes;
	assert_true(condition_list_is_met(&l, NULL));
	v[1] = no;
	assert_false(condition_list_is_met(&l, &failed));
	assert_ptr_equal(failed, &v[1]);
}

/* Older on the left. */
static void versions_are_ordered(void **state)
{
	static const char *const rows[][2] = {
		{ "1", "2" },      { "9", "10" },       { "1.9", "1.10" },
		{ "1", "1.1" },    { "1~rc1", "1" },    { "1-1", "1.1" },
		{ "1", "1^post" }, { "1^post", "1.1" }, { "1a", "1b" },
		{ "1a", "1aa" },   { "1.a", "1.1" },    { "", "0" },
		{ "~", "" },       { "12-3", "12-4" },  { "6.1.0-9-amd64", "6.1.0-18-amd64" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_true(host_compare_versions(rows[i][0], rows[i][1]) < 0);
		assert_true(host_compare_versions(rows[i][1], rows[i][0]) > 0);
		assert_int_equal(host_compare_versions(rows[i][0], rows[i][0]), 0);
	}
	assert_int_equal(host_compare_versions("007", "7"), 0);
	assert_int_equal(host_compare_versions("1_2", "1+2"), 0);
}

static void put(const char *path, const char *text, mode_t mode)
{
	CLEANUP_FREE char *full = NULL;

	assert_true(asprintf(&full, "%s/%s", dir, path) > 0);
	assert_int_equal(io_make_dirs(AT_FDCWD, dir, 0755), 0);
	assert_int_equal(io_write_atomic(AT_FDCWD, full, text, strlen(text), mode), 0);
}

static int make_files(void **state)
{
	static const char *const dirs[] = { "full", "hidden", "updated" };

	if (!mkdtemp(dir)) {
		return -1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", dir, dirs[i]);
		if (mkdir(path, 0755) < 0) {
			return -1;
		}
	}
	put("file", "x\n", 0644);
	put("empty", "", 0644);
	put("script", "#!/bin/sh\n", 0755);
	put("full/x", "", 0644);
	put("hidden/.x", "", 0644);
	put("hidden/x~", "", 0644);
	put("hidden/x.dpkg-old", "", 0644);
	put("updated/.updated", "TIMESTAMP_NSEC=99999999999000000000\n", 0644);
	if (chdir(dir) < 0 || symlink("full", "link") < 0 || symlink("none", "broken") < 0) {
		return -1;
	}
	return 0;
}

static int remove_files(void **state)
{
	return chdir("/") < 0 || io_remove_tree(AT_FDCWD, dir) < 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(paths_are_tested),
		cmocka_unit_test(machine_is_tested),
		cmocka_unit_test(identity_is_tested),
		cmocka_unit_test(virtualization_is_consistent),
		cmocka_unit_test(lists_are_combined),
		cmocka_unit_test(versions_are_ordered),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}
