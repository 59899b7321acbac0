/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <limits.h>
#include <pwd.h>

#include "unit/search.h"

/* What a row of directories below which "systemd/user" is looked for comes from. */
struct base_dirs {
	const char *variable; /* colon-separated list */
	const char *fallback;
};

static const char *const global_user_dirs[] = {
	"/usr/local/share/systemd/user",
	"/usr/share/systemd/user",
	"/usr/local/lib/systemd/user",
	"/usr/lib/systemd/user",
};

/* Behind $XDG_DATA_DIRS, whose usual value names half of them already. */
static const char *const vendor_user_dirs[] = {
	"/usr/local/lib/systemd/user",
	"/usr/local/share/systemd/user",
	"/usr/lib/systemd/user",
	"/usr/share/systemd/user",
};

static const char *add_dir(struct search_path *p, struct arena *a, const char *dir)
{
	if (dir) {
		strv_add_unique(&p->dirs, a, dir);
	}
	return dir;
}

/* $VARIABLE if it is an absolute path, else fallback (which may be NULL). */
static const char *environment_dir(const char *variable, const char *fallback)
{
	const char *value = getenv(variable);

	return value && path_is_absolute(value) ? value : fallback;
}

static const char *home_dir(struct arena *a)
{
	const char *home = environment_dir("HOME", NULL);
	const struct passwd *pw;

	if (home) {
		return home;
	}
	pw = getpwuid(getuid());
	return pw && path_is_absolute(pw->pw_dir) ? arena_strdup(a, pw->pw_dir) : NULL;
}

static const char *below(struct arena *a, const char *dir, const char *rest)
{
	return dir ? path_join(a, path_simplify(a, dir), rest) : NULL;
}

static void add_base_dirs(struct search_path *p, struct arena *a, const struct base_dirs *base)
{
	const char *value = getenv(base->variable);
	struct strv list = {0};

	strv_split(&list, a, value && value[0] ? value : base->fallback, ":");
	STRV_FOREACH(dir, &list) {
		if (path_is_absolute(dir)) {
			add_dir(p, a, below(a, dir, "systemd/user"));
		}
	}
}

/*
 * Where /lib is a directory of its own (distributions before the merge of /usr), vendor units live
 * there too. systemd's builds for them search it; on a merged tree it would only be the same
 * directory twice.
 */
static bool has_split_lib(const struct root *root)
{
	struct stat st;

	return root_lstat(root, "/lib", &st) == 0 && S_ISDIR(st.st_mode) &&
	       root_lstat(root, "/lib/systemd/system", &st) == 0 && S_ISDIR(st.st_mode);
}

static void init_system(struct search_path *p, const struct root *root, struct arena *a)
{
	p->persistent_control = add_dir(p, a, "/etc/systemd/system.control");
	p->runtime_control = add_dir(p, a, "/run/systemd/system.control");
	p->transient = add_dir(p, a, "/run/systemd/transient");
	p->generator_early = add_dir(p, a, "/run/systemd/generator.early");
	p->persistent_config = add_dir(p, a, "/etc/systemd/system");
	add_dir(p, a, "/etc/systemd/system.attached");
	p->runtime_config = add_dir(p, a, "/run/systemd/system");
	add_dir(p, a, "/run/systemd/system.attached");
	p->generator = add_dir(p, a, "/run/systemd/generator");
	add_dir(p, a, "/usr/local/lib/systemd/system");
	add_dir(p, a, "/usr/lib/systemd/system");
	if (has_split_lib(root)) {
		add_dir(p, a, "/lib/systemd/system");
	}
	p->generator_late = add_dir(p, a, "/run/systemd/generator.late");
}

static void init_global(struct search_path *p, struct arena *a)
{
	p->persistent_config = add_dir(p, a, "/etc/systemd/user");
	p->runtime_config = add_dir(p, a, "/run/systemd/user");
	for (size_t i = 0; i < ARRAY_SIZE(global_user_dirs); i++) {
		add_dir(p, a, global_user_dirs[i]);
	}
}

static int init_user(struct search_path *p, struct arena *a)
{
	const char *home = home_dir(a);
	const char *runtime = below(a, environment_dir("XDG_RUNTIME_DIR", NULL), "systemd");
	const char *config, *data;

	if (!home) {
		return -ENXIO;
	}
	config = below(a, environment_dir("XDG_CONFIG_HOME", below(a, home, ".config")), "systemd");
	data = below(a, environment_dir("XDG_DATA_HOME", below(a, home, ".local/share")),
		     "systemd/user");
	p->persistent_control = add_dir(p, a, below(a, config, "user.control"));
	p->runtime_control = add_dir(p, a, below(a, runtime, "user.control"));
	p->transient = add_dir(p, a, below(a, runtime, "transient"));
	p->generator_early = add_dir(p, a, below(a, runtime, "generator.early"));
	p->persistent_config = add_dir(p, a, below(a, config, "user"));
	if (getenv("XDG_CONFIG_DIRS")) {
		add_base_dirs(p, a, &(struct base_dirs){ "XDG_CONFIG_DIRS", "/etc/xdg" });
	}
	add_dir(p, a, "/etc/systemd/user");
	p->runtime_config = add_dir(p, a, below(a, runtime, "user"));
	add_dir(p, a, "/run/systemd/user");
	p->generator = add_dir(p, a, below(a, runtime, "generator"));
	add_dir(p, a, data);
	add_base_dirs(p, a, &(struct base_dirs){ "XDG_DATA_DIRS", "/usr/local/share:/usr/share" });
	for (size_t i = 0; i < ARRAY_SIZE(vendor_user_dirs); i++) {
		add_dir(p, a, vendor_user_dirs[i]);
	}
	p->generator_late = add_dir(p, a, below(a, runtime, "generator.late"));
	return 0;
}

/*
 * $SYSTEMD_UNIT_PATH in front of, or instead of, what is there. Relative entries are meant from the
 * working directory.
 */
static void apply_environment(struct search_path *p, struct arena *a)
{
	const char *value = getenv("SYSTEMD_UNIT_PATH");
	struct strv usual = p->dirs;
	struct strv list = {0};
	char cwd[PATH_MAX];

	if (!value) {
		return;
	}
	p->dirs = (struct strv){0};
	strv_split(&list, a, value, ":");
	STRV_FOREACH(dir, &list) {
		if (path_is_absolute(dir)) {
			add_dir(p, a, path_simplify(a, dir));
		} else if (getcwd(cwd, sizeof(cwd))) {
			add_dir(p, a, path_simplify(a, path_join(a, cwd, dir)));
		}
	}
	if (str_has_suffix(value, ":")) {
		STRV_FOREACH(dir, &usual) {
			add_dir(p, a, dir);
		}
	}
}

int search_path_init(struct search_path *p, enum search_scope scope, const struct root *root,
		     struct arena *a)
{
	struct search_path path = { .scope = scope };
	int r = 0;

	switch (scope) {
	case SEARCH_SYSTEM:
		init_system(&path, root, a);
		break;
	case SEARCH_GLOBAL:
		init_global(&path, a);
		break;
	case SEARCH_USER:
		r = root_is_real(root) ? init_user(&path, a) : -EINVAL;
		break;
	}
	if (r < 0) {
		return r;
	}
	apply_environment(&path, a);
	*p = path;
	return 0;
}

bool search_path_is_generator(const struct search_path *p, const char *dir)
{
	return streq_null(dir, p->generator) || streq_null(dir, p->generator_early) ||
	       streq_null(dir, p->generator_late);
}

const char *search_path_dir_of(const struct search_path *p, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;

	STRV_FOREACH(dir, &p->dirs) {
		if (n > 0 && strlen(dir) == n && strncmp(dir, path, n) == 0) {
			return dir;
		}
	}
	return NULL;
}
