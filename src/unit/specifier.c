/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/utsname.h>

#include "unit/environment.h"
#include "unit/host.h"
#include "unit/name.h"
#include "unit/specifier.h"

#define RESULT_MAX (1024 * 1024)

/* Puts the text for one letter into *ret (arena or static); argument is the row's. */
typedef int specifier_lookup(const struct specifier_scope *s, const char *argument, struct arena *a,
			     const char **ret);

struct specifier {
	char letter;
	specifier_lookup *lookup;
	const char *argument;
};

/* ---- from the unit's name ---- */

static int look_up_name(const struct specifier_scope *s, const char *argument, struct arena *a,
			const char **ret)
{
	*ret = argument[0] == 'n' ? s->id : name_without_suffix(a, s->id);
	return 0;
}

/* argument "u": with escaping undone. */
static int unescaped(const char *text, const char *argument, struct arena *a, const char **ret)
{
	char *plain;
	int r = 0;

	if (argument[0] == 'u') {
		r = name_unescape(a, text, &plain);
		text = plain;
	}
	if (r == 0) {
		*ret = text;
	}
	return r;
}

static int look_up_prefix(const struct specifier_scope *s, const char *argument, struct arena *a,
			  const char **ret)
{
	return unescaped(name_prefix(a, s->id), argument, a, ret);
}

static int look_up_last_component(const struct specifier_scope *s, const char *argument,
				  struct arena *a, const char **ret)
{
	const char *prefix = name_prefix(a, s->id);
	const char *dash = strrchr(prefix, '-');

	return unescaped(dash ? dash + 1 : prefix, argument, a, ret);
}

static int look_up_instance(const struct specifier_scope *s, const char *argument, struct arena *a,
			    const char **ret)
{
	return unescaped(str_or_empty(name_instance(a, s->id)), argument, a, ret);
}

static int look_up_file_name(const struct specifier_scope *s, const char *argument, struct arena *a,
			     const char **ret)
{
	const char *instance = name_instance(a, s->id);
	const char *escaped = instance && instance[0] ? instance : name_prefix(a, s->id);
	char *path;
	int r = name_path_unescape(a, escaped, &path);

	if (r == 0) {
		*ret = path;
	}
	return r;
}

static int look_up_fragment(const struct specifier_scope *s, const char *argument, struct arena *a,
			    const char **ret)
{
	if (!s->fragment_path) {
		return -EUNATCH;
	}
	*ret = argument[0] == 'd' ? path_dirname(a, s->fragment_path) : s->fragment_path;
	return 0;
}

/* There are no cgroups; the path the unit's would have is all that these obsolete ones can say. */
static int look_up_cgroup(const struct specifier_scope *s, const char *argument, struct arena *a,
			  const char **ret)
{
	*ret = argument[0] == 'u' ? path_join(a, "/system.slice", s->id) : argument;
	return 0;
}

/* ---- from the user that runs the manager ---- */

static const struct passwd *user_entry(void)
{
	return getpwuid(getuid());
}

static const char *home_of_user(const struct specifier_scope *s, struct arena *a)
{
	const char *home = s->user ? getenv("HOME") : NULL;
	const struct passwd *pw;

	if (home && path_is_absolute(home)) {
		return path_simplify(a, home);
	}
	if (getuid() == 0) {
		return "/root";
	}
	pw = user_entry();
	return pw && path_is_absolute(pw->pw_dir) ? arena_strdup(a, pw->pw_dir) : "/";
}

static int look_up_home(const struct specifier_scope *s, const char *argument, struct arena *a,
			const char **ret)
{
	*ret = home_of_user(s, a);
	return 0;
}

static int look_up_shell(const struct specifier_scope *s, const char *argument, struct arena *a,
			 const char **ret)
{
	const char *shell = s->user ? getenv("SHELL") : NULL;
	const struct passwd *pw;

	if (!shell && getuid() == 0) {
		shell = access("/bin/bash", X_OK) == 0 ? "/bin/bash" : "/bin/sh";
	} else if (!shell) {
		pw = user_entry();
		shell = pw && path_is_absolute(pw->pw_shell) ? pw->pw_shell : "/bin/sh";
	}
	*ret = arena_strdup(a, shell);
	return 0;
}

static int look_up_user(const struct specifier_scope *s, const char *argument, struct arena *a,
			const char **ret)
{
	const struct passwd *pw = getuid() == 0 ? NULL : user_entry();

	*ret = getuid() == 0 ? "root"
	       : pw          ? arena_strdup(a, pw->pw_name)
			     : arena_printf(a, "%u", getuid());
	return 0;
}

static int look_up_group(const struct specifier_scope *s, const char *argument, struct arena *a,
			 const char **ret)
{
	const struct group *gr = getgid() == 0 ? NULL : getgrgid(getgid());

	*ret = getgid() == 0 ? "root"
	       : gr          ? arena_strdup(a, gr->gr_name)
			     : arena_printf(a, "%u", getgid());
	return 0;
}

static int look_up_id(const struct specifier_scope *s, const char *argument, struct arena *a,
		      const char **ret)
{
	*ret = arena_printf(a, "%u", argument[0] == 'u' ? getuid() : getgid());
	return 0;
}

/* ---- directories: a row per letter, system and user ---- */

struct directory {
	char letter;
	const char *system;
	const char *variable; /* for users */
	const char *home; /* where the variable is not set: below the home directory; NULL = no
			     directory */
	const char *below; /* appended to the variable's value, or NULL */
};

static const struct directory directories[] = {
	{ 'C', "/var/cache", "XDG_CACHE_HOME", ".cache", NULL },
	{ 'D', "/usr/share", "XDG_DATA_HOME", ".local/share", NULL },
	{ 'E', "/etc", "XDG_CONFIG_HOME", ".config", NULL },
	{ 'L', "/var/log", "XDG_STATE_HOME", ".local/state", "log" },
	{ 'S', "/var/lib", "XDG_STATE_HOME", ".local/state", NULL },
	{ 't', "/run", "XDG_RUNTIME_DIR", NULL, NULL },
};

static int look_up_directory(const struct specifier_scope *s, const char *argument, struct arena *a,
			     const char **ret)
{
	const struct directory *d = directories;
	const char *value;

	while (d->letter != argument[0]) {
		d++;
	}
	if (!s->user) {
		*ret = d->system;
		return 0;
	}
	value = getenv(d->variable);
	if (!value || !path_is_absolute(value)) {
		if (!d->home) {
			return -EUNATCH;
		}
		value = path_join(a, home_of_user(s, a), d->home);
	}
	*ret = path_simplify(a, d->below ? path_join(a, value, d->below) : value);
	return 0;
}

static int look_up_temporary(const struct specifier_scope *s, const char *argument, struct arena *a,
			     const char **ret)
{
	static const char *const variables[] = { "TMPDIR", "TEMP", "TMP" };

	*ret = argument;
	/*
	 * The system manager has none of these; that the caller's shell has some must not change a
	 * unit.
	 */
	for (size_t i = 0; s->user && i < ARRAY_SIZE(variables); i++) {
		const char *value = getenv(variables[i]);
		struct stat st;

		if (value && path_is_absolute(value) && stat(value, &st) == 0 &&
		    S_ISDIR(st.st_mode)) {
			*ret = path_simplify(a, value);
			break;
		}
	}
	return 0;
}

static int look_up_credentials(const struct specifier_scope *s, const char *argument,
			       struct arena *a, const char **ret)
{
	const char *runtime;
	int r;

	if (s->credentials_dir) {
		*ret = s->credentials_dir;
		return 0;
	}
	r = look_up_directory(s, "t", a, &runtime);
	if (r == 0) {
		*ret = arena_printf(a, "%s/credentials/%s", runtime, s->id);
	}
	return r;
}

/* ---- from the machine ---- */

static int look_up_machine_id(const struct specifier_scope *s, const char *argument,
			      struct arena *a, const char **ret)
{
	char id[33];

	if (host_read_machine_id(s->root, id) < 0) {
		return -EUNATCH;
	}
	*ret = arena_strdup(a, id);
	return 0;
}

static int look_up_boot_id(const struct specifier_scope *s, const char *argument, struct arena *a,
			   const char **ret)
{
	char id[33];

	if (host_read_boot_id(id) < 0) {
		return -EUNATCH;
	}
	*ret = arena_strdup(a, id);
	return 0;
}

static int look_up_host_name(const struct specifier_scope *s, const char *argument, struct arena *a,
			     const char **ret)
{
	const char *name = host_name(a);

	*ret = argument[0] == 's' ? arena_strndup(a, name, strcspn(name, ".")) : name;
	return 0;
}

static int look_up_pretty_name(const struct specifier_scope *s, const char *argument,
			       struct arena *a, const char **ret)
{
	struct strv env = {0};
	const char *value = NULL;
	char *text;
	size_t n;

	if (root_read_file(s->root, "/etc/machine-info", 65536, a, &text, &n) == 0 &&
	    environment_parse_file(text, n, "/etc/machine-info", a, &env, NULL) == 0) {
		value = environment_get(&env, "PRETTY_HOSTNAME");
	}
	if (value && value[0]) {
		*ret = value;
		return 0;
	}
	return look_up_host_name(s, "s", a, ret);
}

static int look_up_os_release(const struct specifier_scope *s, const char *argument,
			      struct arena *a, const char **ret)
{
	int r = host_read_os_release(s->root, argument, a, ret);

	return r == -ENOENT ? -EUNATCH : r;
}

static int look_up_architecture(const struct specifier_scope *s, const char *argument,
				struct arena *a, const char **ret)
{
	*ret = host_architecture();
	return 0;
}

static int look_up_kernel(const struct specifier_scope *s, const char *argument, struct arena *a,
			  const char **ret)
{
	struct utsname u;

	if (uname(&u) < 0) {
		return -errno;
	}
	*ret = arena_strdup(a, u.release);
	return 0;
}

/* Sorted by letter. */
static const struct specifier specifiers[] = {
	{ 'A', look_up_os_release, "IMAGE_VERSION" },
	{ 'B', look_up_os_release, "BUILD_ID" },
	{ 'C', look_up_directory, "C" },
	{ 'D', look_up_directory, "D" },
	{ 'E', look_up_directory, "E" },
	{ 'G', look_up_id, "g" },
	{ 'H', look_up_host_name, "" },
	{ 'I', look_up_instance, "u" },
	{ 'J', look_up_last_component, "u" },
	{ 'L', look_up_directory, "L" },
	{ 'M', look_up_os_release, "IMAGE_ID" },
	{ 'N', look_up_name, "" },
	{ 'P', look_up_prefix, "u" },
	{ 'R', look_up_cgroup, "" },
	{ 'S', look_up_directory, "S" },
	{ 'T', look_up_temporary, "/tmp" },
	{ 'U', look_up_id, "u" },
	{ 'V', look_up_temporary, "/var/tmp" },
	{ 'W', look_up_os_release, "VARIANT_ID" },
	{ 'Y', look_up_fragment, "d" },
	{ 'a', look_up_architecture, "" },
	{ 'b', look_up_boot_id, "" },
	{ 'c', look_up_cgroup, "u" },
	{ 'd', look_up_credentials, "" },
	{ 'f', look_up_file_name, "" },
	{ 'g', look_up_group, "" },
	{ 'h', look_up_home, "" },
	{ 'i', look_up_instance, "" },
	{ 'j', look_up_last_component, "" },
	{ 'l', look_up_host_name, "s" },
	{ 'm', look_up_machine_id, "" },
	{ 'n', look_up_name, "n" },
	{ 'o', look_up_os_release, "ID" },
	{ 'p', look_up_prefix, "" },
	{ 'q', look_up_pretty_name, "" },
	{ 'r', look_up_cgroup, "/system.slice" },
	{ 's', look_up_shell, "" },
	{ 't', look_up_directory, "t" },
	{ 'u', look_up_user, "" },
	{ 'v', look_up_kernel, "" },
	{ 'w', look_up_os_release, "VERSION_ID" },
	{ 'y', look_up_fragment, "" },
};

static const struct specifier *find_specifier(char letter, const char *allowed)
{
	if (allowed && !strchr(allowed, letter)) {
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(specifiers); i++) {
		if (specifiers[i].letter == letter) {
			return &specifiers[i];
		}
	}
	return NULL;
}

static bool could_be_specifier(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/*
 * Adds what stands for the letter after a '%'. A character that never can be a specifier stays,
 * with its '%'.
 */
static int add_specifier(const struct specifier_scope *scope, const char *allowed, char letter,
			 struct arena *a, struct strbuf *out)
{
	const struct specifier *row;
	const char *value;
	int r;

	if (!could_be_specifier(letter)) {
		strbuf_add(out, "%");
		if (letter != '%') {
			strbuf_add_char(out, letter);
		}
		return 0;
	}
	row = find_specifier(letter, allowed);
	if (!row) {
		return -EBADSLT;
	}
	r = row->lookup(scope, row->argument, a, &value);
	if (r == 0) {
		strbuf_add(out, value);
	}
	return r;
}

int specifier_expand(const struct specifier_scope *scope, const char *allowed, const char *text,
		     struct arena *a, char **ret)
{
	CLEANUP_STRBUF struct strbuf out = {0};
	const char *percent;

	for (; (percent = strchr(text, '%')) && percent[1]; text = percent + 2) {
		int r;

		strbuf_add_n(&out, text, percent - text);
		r = add_specifier(scope, allowed, percent[1], a, &out);
		if (r < 0) {
			return r;
		}
		if (out.n > RESULT_MAX) {
			return -E2BIG;
		}
	}
	*ret = arena_printf(a, "%s%s", strbuf_text(&out), text);
	return 0;
}
