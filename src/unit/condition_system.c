/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>

#include "base/root.h"
#include "base/str.h"
#include "unit/environment.h"
#include "unit/host.h"
#include "unit/value.h"
#include "unit/virtualization.h"
#include "condition_internal.h"

int condition_test_architecture(const char *parameter)
{
	const char *wanted = streq(parameter, "native") ? host_native_architecture() : parameter;

	return streq(wanted, host_architecture());
}

int condition_test_virtualization(const char *parameter)
{
	const char *container = virtualization_container();
	const char *name = virtualization_detect();
	bool wanted;

	if (streq(parameter, "private-users")) {
		return virtualization_in_user_namespace();
	}
	if (value_parse_bool(parameter, &wanted) == 0) {
		return wanted == (name != NULL);
	}
	if (streq(parameter, "vm")) {
		return name && !container;
	}
	if (streq(parameter, "container")) {
		return container != NULL;
	}
	return name && streq(name, parameter);
}

/* Is it a machine id as text, with or without dashes? Then it is in id without them. */
static bool is_machine_id(const char *s, char id[static 33])
{
	size_t n = 0;

	for (; *s; s++) {
		if (*s == '-') {
			continue;
		}
		if (n == 32 || !strchr("0123456789abcdefABCDEF", *s)) {
			return false;
		}
		id[n++] = *s;
	}
	id[n] = '\0';
	return n == 32;
}

int condition_test_host(const char *parameter)
{
	CLEANUP_ARENA struct arena a = {0};
	struct root root;
	char wanted[33], id[33];
	int r;

	if (!is_machine_id(parameter, wanted)) {
		return fnmatch(parameter, host_name(&a), FNM_CASEFOLD) == 0;
	}
	r = root_open(&root, "/", &a);
	if (r < 0) {
		return r;
	}
	r = host_read_machine_id(&root, id);
	root_close(&root);
	return r < 0 ? r : strcasecmp(wanted, id) == 0;
}

/* ---- the kernel's command line ---- */

int condition_test_kernel_command_line(const char *parameter)
{
	CLEANUP_ARENA struct arena a = {0};
	struct strv words = {0};
	bool assignment = strchr(parameter, '=') != NULL;
	int r = host_read_command_line(&a, &words);

	if (r < 0) {
		return r;
	}
	STRV_FOREACH(word, &words) {
		const char *rest = str_after_prefix(word, parameter);

		if (rest && (*rest == '\0' || (!assignment && *rest == '='))) {
			return 1;
		}
	}
	return 0;
}

/* What follows the key in "key", "key=value"; NULL if it is another key. */
static const char *after_key(const char *word, const char *key)
{
	for (; *key; word++, key++) {
		if (*word != *key && !(strchr("-_", *word) && strchr("-_", *key) && *word)) {
			return NULL;
		}
	}
	return *word == '\0' || *word == '=' ? word : NULL;
}

int condition_command_line_bool(const char *key)
{
	CLEANUP_ARENA struct arena a = {0};
	struct strv words = {0};
	int result = -ENOENT;
	int r = host_read_command_line(&a, &words);

	if (r < 0) {
		return r;
	}
	STRV_FOREACH(word, &words) {
		const char *rest = after_key(word, key);
		bool value = true;

		if (rest && (*rest == '\0' || value_parse_bool(rest + 1, &value) == 0)) {
			result = value;
		}
	}
	return result;
}

/* ---- versions ---- */

/* Every word of the parameter is a comparison with the version; a word without operator is a glob.
 */
static int compare_version_words(const char *version, const char *parameter)
{
	CLEANUP_ARENA struct arena a = {0};
	struct strv words = {0};
	int r = value_split_words(parameter, VALUE_WORD_UNQUOTE, &a, &words);

	for (size_t i = 0; r >= 0 && i < words.n; i++) {
		const char *word = words.v[i] + strspn(words.v[i], " \t");
		int op = condition_parse_operator(&word, true);

		op = op < 0 ? COMPARE_GLOB_EQUAL : op;
		word += strspn(word, " \t");
		/*
		 * Only the first operator may stand apart from its version: it once was the only
		 * one.
		 */
		if (*word == '\0' && i == 0 && words.n > 1) {
			word = words.v[++i];
		}
		if (*word == '\0') {
			return -EINVAL;
		}
		if (!condition_compare_text(op, version, word)) {
			return 0;
		}
	}
	return r < 0 ? r : 1;
}

int condition_test_kernel_version(const char *parameter)
{
	struct utsname u;

	return uname(&u) < 0 ? -errno : compare_version_words(u.release, parameter);
}

int condition_test_version(const char *parameter)
{
	const char *rest;

	if ((rest = str_after_prefix(parameter, "kernel"))) {
		return condition_test_kernel_version(rest);
	}
	rest = str_after_prefix(parameter, "systemd");
	/* The version whose behaviour this program has. */
	return compare_version_words("257", rest ? rest : parameter);
}

int condition_test_os_release(const char *parameter)
{
	CLEANUP_ARENA struct arena a = {0};
	struct strv words = {0};
	struct root root;
	int r = value_split_words(parameter, VALUE_WORD_UNQUOTE, &a, &words);

	if (r < 0) {
		return r;
	}
	r = root_open(&root, "/", &a);
	for (size_t i = 0; r >= 0 && i < words.n; i++) {
		size_t n = strcspn(words.v[i], "!<=>$");
		const char *rest = words.v[i] + n;
		int op = condition_parse_operator(&rest, true);
		const char *value;

		if (n == 0 || op < 0 || *rest == '\0' || *rest == ' ' || *rest == '\t') {
			r = -EINVAL;
			break;
		}
		r = host_read_os_release(&root, arena_strndup(&a, words.v[i], n), &a, &value);
		if (r >= 0 && !condition_compare_text(op, value, rest)) {
			root_close(&root);
			return 0;
		}
	}
	root_close(&root);
	return r < 0 ? r : 1;
}

/* ---- what the manager was given ---- */

int condition_test_environment(const char *parameter)
{
	CLEANUP_ARENA struct arena a = {0};
	struct strv env = {0};

	host_read_manager_environment(&a, &env);
	return strchr(parameter, '=') ? strv_contains(&env, parameter)
				      : environment_get(&env, parameter) != NULL;
}

int condition_test_credential(const char *parameter)
{
	static const char *const system_dirs[] = { "/run/credentials/@system",
						   "/run/credentials/@encrypted" };
	CLEANUP_ARENA struct arena a = {0};
	const char *dir = getenv("CREDENTIALS_DIRECTORY");

	if (parameter[0] == '\0' || strchr(parameter, '/') || streq(parameter, ".") ||
	    streq(parameter, "..")) {
		return 0;
	}
	if (dir && access(path_join(&a, dir, parameter), F_OK) == 0) {
		return 1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(system_dirs); i++) {
		if (access(path_join(&a, system_dirs[i], parameter), F_OK) == 0) {
			return 1;
		}
	}
	return 0;
}

/* ---- the state of the installation ---- */

int condition_test_first_boot(const char *parameter)
{
	bool wanted;
	int forced;
	int r = value_parse_bool(parameter, &wanted);

	if (r < 0) {
		return r;
	}
	forced = condition_command_line_bool("systemd.condition_first_boot");
	if (forced >= 0) {
		return wanted == (forced > 0);
	}
	return wanted == (access("/run/systemd/first-boot", F_OK) == 0);
}

static bool is_newer(const struct timespec *x, const struct timespec *y)
{
	return x->tv_sec != y->tv_sec ? x->tv_sec > y->tv_sec : x->tv_nsec > y->tv_nsec;
}

/*
 * The stamp's time; some file systems drop the fraction of a second, so the file has it as text as
 * well.
 */
static struct timespec stamp_time(const char *path, const struct stat *st, struct arena *a)
{
	struct timespec t = st->st_mtim;
	struct root root;
	struct strv env = {0};
	const char *value = NULL;
	uint64_t nsec;
	char *text;
	size_t n;

	if (t.tv_nsec > 0 || root_open(&root, "/", a) < 0) {
		return t;
	}
	if (root_read_file(&root, path, 65536, a, &text, &n) == 0 &&
	    environment_parse_file(text, n, path, a, &env, NULL) == 0) {
		value = environment_get(&env, "TIMESTAMP_NSEC");
	}
	root_close(&root);
	if (value && str_to_u64(value, &nsec) == 0) {
		t = (struct timespec){ .tv_sec = nsec / 1000000000, .tv_nsec = nsec % 1000000000 };
	}
	return t;
}

int condition_test_needs_update(const char *parameter)
{
	CLEANUP_ARENA struct arena a = {0};
	struct stat usr, stamp;
	struct statvfs fs;
	struct timespec t;
	const char *path;
	int forced = condition_command_line_bool("systemd.condition_needs_update");

	if (forced >= 0) {
		return forced;
	}
	if (!path_is_absolute(parameter)) {
		return 0;
	}
	/* What cannot be written cannot be updated. */
	if (statvfs(parameter, &fs) == 0 && (fs.f_flag & ST_RDONLY)) {
		return 0;
	}
	path = path_join(&a, parameter, ".updated");
	if (lstat("/usr/", &usr) < 0 || lstat(path, &stamp) < 0) {
		return 1;
	}
	t = stamp_time(path, &stamp, &a);
	return is_newer(&usr.st_mtim, &t);
}

int condition_test_kernel_module_loaded(const char *parameter)
{
	CLEANUP_ARENA struct arena a = {0};
	char *path = arena_printf(&a, "/sys/module/%s", parameter);

	if (parameter[0] == '\0' || strchr(parameter, '/')) {
		return 0;
	}
	for (char *c = path + strlen("/sys/module/"); *c; c++) {
		*c = *c == '-' ? '_' : *c;
	}
	return access(path, F_OK) == 0;
}
