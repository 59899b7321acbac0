/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/magic.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/vfs.h>

#include "base/io.h"
#include "base/names.h"
#include "base/root.h"
#include "base/str.h"
#include "unit/name.h"
#include "unit/value.h"
#include "condition_internal.h"
#include "directive_internal.h"

#define CGROUP_DIR "/sys/fs/cgroup"
#define SYSTEM_UID_MAX 999

/* ---- amounts ---- */

/* "OP value": the answer for what there is; without operator it is the least that there must be. */
static int compare_amount(const char *parameter, uint64_t there_is,
			  int (*parse)(const char *, uint64_t *))
{
	int op = condition_parse_operator(&parameter, false);
	uint64_t wanted;
	int r = parse(parameter + strspn(parameter, " \t"), &wanted);

	if (r < 0) {
		return r;
	}
	return condition_compare_order(op < 0 ? COMPARE_GREATER_OR_EQUAL
					      : (enum compare_operator)op,
				       (there_is > wanted) - (there_is < wanted));
}

/* The memory of the machine, or what the container may use of it. */
static uint64_t memory_size(void)
{
	static const char *const limits[] = { CGROUP_DIR "/memory.max",
					      CGROUP_DIR "/memory/memory.limit_in_bytes" };
	uint64_t size = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		char text[64];
		uint64_t limit;

		if (io_read_small(AT_FDCWD, limits[i], text, sizeof(text)) < 0) {
			continue;
		}
		text[strcspn(text, "\n")] = '\0';
		if (str_to_u64(text, &limit) == 0 && limit < size) {
			size = limit;
		}
	}
	return size;
}

int condition_test_memory(const char *parameter)
{
	return compare_amount(parameter, memory_size(), value_parse_size);
}

int condition_test_cpus(const char *parameter)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0) {
		return -errno;
	}
	return compare_amount(parameter, (uint64_t)CPU_COUNT(&set), value_parse_u64);
}

/* ---- cgroups and pressure ---- */

static bool has_unified_cgroups(void)
{
	struct statfs fs;

	return statfs(CGROUP_DIR, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

/* Is the controller in the list of the unified hierarchy, or mounted on its own in the old one? */
static bool has_controller(const char *name)
{
	CLEANUP_ARENA struct arena a = {0};
	struct strv list = {0};
	char text[4096];

	if (!has_unified_cgroups()) {
		return access(path_join(&a, CGROUP_DIR, name), F_OK) == 0;
	}
	if (io_read_small(AT_FDCWD, CGROUP_DIR "/cgroup.controllers", text, sizeof(text)) < 0) {
		return false;
	}
	strv_split(&list, &a, text, " \n");
	return strv_contains(&list, name);
}

/* The ones that systemd uses in each of the two. */
static const char *const unified_controllers[] = { "cpu", "cpuset", "io", "memory", "pids" };
static const char *const old_controllers[] = { "blkio",   "cpu",    "cpuacct",
					       "devices", "memory", "pids" };

static bool is_among(const char *const *names, size_t n, const char *name)
{
	return names_find(names, n, name) >= 0;
}

static bool is_controller(const char *name, bool unified)
{
	return unified ? is_among(unified_controllers, ARRAY_SIZE(unified_controllers), name)
		       : is_among(old_controllers, ARRAY_SIZE(old_controllers), name);
}

int condition_test_control_group_controller(const char *parameter)
{
	bool unified = has_unified_cgroups();
	CLEANUP_ARENA struct arena a = {0};
	struct strv words = {0};

	if (streq(parameter, "v1") || streq(parameter, "v2")) {
		return unified == streq(parameter, "v2");
	}
	strv_split(&words, &a, parameter, " \t\n");
	STRV_FOREACH(word, &words) {
		/* What no version knows is passed over; what only the other knows is not there. */
		if (is_controller(word, true) || is_controller(word, false)) {
			if (!is_controller(word, unified) || !has_controller(word)) {
				return 0;
			}
		}
	}
	return 1;
}

/* "12.5%" in hundredths of a percent. */
static int parse_percent(const char *s, double *ret)
{
	char *end;
	double value = strtod(s, &end);

	if (end == s || !streq(end, "%") || !(value >= 0 && value <= 100)) {
		return -EINVAL;
	}
	*ret = value;
	return 0;
}

/*
 * The average over the window in a pressure file: of line "full" if asked for and there, else of
 * "some".
 */
static int read_pressure(const char *path, bool full, const char *window, double *ret)
{
	char text[1024];
	const char *at;
	ssize_t n = io_read_small(AT_FDCWD, path, text, sizeof(text));

	if (n < 0) {
		return (int)n;
	}
	at = full ? strstr(text, "full ") : NULL;
	at = strstr(at ? at : text, window);
	if (!at) {
		return -EBADMSG;
	}
	*ret = strtod(at + strlen(window), NULL);
	return 0;
}

static char *stripped(const char *s, size_t n, struct arena *a)
{
	for (; n > 0 && strchr(" \t", *s); n--) {
		s++;
	}
	while (n > 0 && strchr(" \t", s[n - 1])) {
		n--;
	}
	return arena_strndup(a, s, n);
}

/* The pressure file that "[slice:]" and the resource stand for; what follows the slice is in *rest.
 */
static const char *pressure_path(const char *resource, const char **rest, struct arena *a)
{
	const char *colon = strchr(*rest, ':');
	const char *path = CGROUP_DIR;
	char *slice, *dash;

	if (!colon) {
		return arena_printf(a, "/proc/pressure/%s", resource);
	}
	if (name_mangle(a, stripped(*rest, colon - *rest, a), 0, ".slice", &slice, NULL) < 0 ||
	    name_type(slice) != UNIT_SLICE) {
		return NULL;
	}
	*rest = colon + 1;
	/* a-b.slice is a.slice/a-b.slice. */
	for (dash = strchr(slice, '-'); dash && !streq(slice, "-.slice");
	     dash = strchr(dash + 1, '-')) {
		path = arena_printf(a, "%s/%.*s.slice", path, (int)(dash - slice), slice);
	}
	if (!streq(slice, "-.slice")) {
		path = path_join(a, path, slice);
	}
	return arena_printf(a, "%s/%s.pressure", path, resource);
}

static int test_pressure(const char *resource, const char *parameter)
{
	static const char *const windows[][2] = { { "10sec", "avg10=" },
						  { "1min", "avg60=" },
						  { "5min", "avg300=" } };
	CLEANUP_ARENA struct arena a = {0};
	const char *rest = parameter;
	const char *path = pressure_path(resource, &rest, &a);
	const char *slash = strchr(rest, '/');
	const char *window = slash ? NULL : "avg300=";
	double limit, now;
	int r;

	for (size_t i = 0; slash && i < ARRAY_SIZE(windows); i++) {
		if (streq(stripped(slash + 1, strlen(slash + 1), &a), windows[i][0])) {
			window = windows[i][1];
		}
	}
	r = parse_percent(stripped(rest, slash ? (size_t)(slash - rest) : strlen(rest), &a),
			  &limit);
	if (r < 0 || !path || !window) {
		return -EINVAL;
	}
	r = read_pressure(path, !streq(resource, "cpu"), window, &now);
	/* Where the kernel measures none, there is none. */
	return r == -ENOENT || r == -EOPNOTSUPP ? 1 : r < 0 ? r : now <= limit;
}

int condition_test_memory_pressure(const char *parameter)
{
	return test_pressure("memory", parameter);
}

int condition_test_cpu_pressure(const char *parameter)
{
	return test_pressure("cpu", parameter);
}

int condition_test_io_pressure(const char *parameter)
{
	return test_pressure("io", parameter);
}

/* ---- who we are ---- */

int condition_test_capability(const char *parameter)
{
	int capability = directive_capability_parse(parameter);
	int r;

	if (capability < 0) {
		return capability;
	}
	r = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
	return r < 0 ? -errno : r;
}

int condition_test_user(const char *parameter)
{
	const struct passwd *pw;
	uint64_t id;

	if (str_to_u64(parameter, &id) == 0) {
		return id == getuid() || id == geteuid();
	}
	if (streq(parameter, "@system")) {
		return getuid() <= SYSTEM_UID_MAX || geteuid() <= SYSTEM_UID_MAX;
	}
	/* Without a user database root still has its name. */
	if (streq(parameter, "root")) {
		return getuid() == 0 || geteuid() == 0;
	}
	pw = getpwnam(parameter);
	return pw && (pw->pw_uid == getuid() || pw->pw_uid == geteuid());
}

static bool is_in_group(gid_t gid)
{
	gid_t groups[1024];
	int n;

	if (gid == getgid() || gid == getegid()) {
		return true;
	}
	n = getgroups(ARRAY_SIZE(groups), groups);
	for (int i = 0; i < n; i++) {
		if (groups[i] == gid) {
			return true;
		}
	}
	return false;
}

int condition_test_group(const char *parameter)
{
	const struct group *gr;
	uint64_t id;

	if (str_to_u64(parameter, &id) == 0) {
		return id < UINT32_MAX && is_in_group((gid_t)id);
	}
	if (streq(parameter, "root")) {
		return is_in_group(0);
	}
	gr = getgrnam(parameter);
	return gr && is_in_group(gr->gr_gid);
}
