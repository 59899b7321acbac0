/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/root.h"
#include "exec/child.h"
#include "unit/manager_settings.h"

extern char **environ;

#define ENVIRON_MAX ((size_t)4 * 1024 * 1024)
#define ENV_FILE_MAX ((size_t)16 * 1024 * 1024)
#define MANAGER_PID 1

static void put(struct strv *env, struct arena *a, const char *name, const char *value)
{
	if (value) {
		environment_put(env, a, arena_printf(a, "%s=%s", name, value));
	}
}

static void put_all(struct strv *env, struct arena *a, const struct strv *from)
{
	for (size_t i = 0; from && i < from->n; i++) {
		environment_put(env, a, from->v[i]);
	}
}

/*
 * PID 1's environment as the container manager gave it; our own where it cannot be read (hidden, or
 * another user's).
 */
static void read_manager_environment(struct arena *a, struct strv *ret)
{
	char *text;
	size_t n;

	if (io_read_file(AT_FDCWD, "/proc/1/environ", ENVIRON_MAX, a, &text, &n) < 0 || n == 0) {
		for (char **e = environ; *e; e++) {
			strv_add(ret, a, *e);
		}
		return;
	}
	for (const char *s = text; s < text + n; s += strlen(s) + 1) {
		strv_add(ret, a, s);
	}
}

static void add_passed(const struct exec_settings *e, struct arena *a, struct strv *env)
{
	struct manager_settings manager;
	struct strv passed = {0};

	if (e->pass_environment.n == 0) {
		return;
	}
	read_manager_environment(a, &passed);
	manager_settings_read(false, a, &manager);
	put_all(&passed, a, &manager.manager_environment);
	STRV_FOREACH(name, &e->pass_environment) {
		put(env, a, name, environment_get(&passed, name));
	}
}

/*
 * LOGNAME, HOME and SHELL come with User=, unless SetLoginEnvironment= says otherwise; USER is
 * always there.
 */
static void add_login(const struct exec_settings *e, const struct exec_identity *id,
		      struct arena *a, struct strv *env)
{
	bool login = e->set_login_environment >= 0 ? e->set_login_environment > 0
						   : e->user || e->dynamic_user || e->pam_name;
	bool root = geteuid() == 0;

	if (!id->user_name) {
		return;
	}
	/* A user's own manager hands its login variables down itself. */
	if (root || e->user) {
		put(env, a, "USER", id->user_name);
	}
	if (!login) {
		return;
	}
	put(env, a, "LOGNAME", id->user_name);
	put(env, a, "HOME", id->home);
	put(env, a, "SHELL", id->shell);
}

static void add_sockets(const struct exec_request *r, struct arena *a, struct strv *env)
{
	if (r->is_control || r->n_listen_fds == 0) {
		return;
	}
	environment_put(env, a, arena_printf(a, "LISTEN_PID=%ld", (long)getpid()));
	environment_put(env, a, arena_printf(a, "LISTEN_FDS=%zu", r->n_listen_fds));
	put(env, a, "LISTEN_FDNAMES", r->listen_names);
}

/*
 * TERM for whoever gets a terminal: that of PID 1 for the console, the plainest one that fits for
 * others.
 */
static void add_terminal(const struct exec_request *r, struct arena *a, struct strv *env)
{
	const char *tty = r->unit->exec.tty_path ? r->unit->exec.tty_path : "/dev/console";
	const char *number = str_after_prefix(tty, "/dev/tty");
	struct strv manager = {0};
	const char *term = NULL;

	if (!exec_uses_terminal(r)) {
		return;
	}
	if (streq(tty, "/dev/console")) {
		read_manager_environment(a, &manager);
		term = environment_get(&manager, "TERM");
	}
	if (!term) {
		term = number && *number >= '0' && *number <= '9' ? "linux" : "vt220";
	}
	put(env, a, "TERM", term);
}

static bool is_same_file(int fd, const struct stat *st)
{
	struct stat other;

	return fstat(fd, &other) == 0 && other.st_ino == st->st_ino && other.st_dev == st->st_dev;
}

void exec_environment_add_journal(struct exec_child *c)
{
	struct stat st;

	if (c->log_fd >= 0 && fstat(c->log_fd, &st) == 0 && S_ISSOCK(st.st_mode) &&
	    (is_same_file(STDOUT_FILENO, &st) || is_same_file(STDERR_FILENO, &st))) {
		put(&c->environment, c->arena, "JOURNAL_STREAM",
		    arena_printf(c->arena, "%llu:%llu", (unsigned long long)st.st_dev,
				 (unsigned long long)st.st_ino));
	}
}

/*
 * The LSB functions that init scripts read hand a script back to systemctl unless its parent is
 * process 1: it would wait for its own start. Ours is the child of a supervisor.
 */
static void add_init_script(const struct exec_request *r, struct arena *a, struct strv *env)
{
	const char *path = r->command ? r->command->path : "";

	if (str_has_prefix(path, "/etc/init.d/") || str_has_prefix(path, "/etc/rc.d/init.d/")) {
		put(env, a, "SYSTEMCTL_SKIP_REDIRECT", "1");
	}
}

static void add_ours(const struct exec_request *r, const struct exec_identity *id, struct arena *a,
		     struct strv *env)
{
	const struct exec_settings *e = &r->unit->exec;

	add_sockets(r, a, env);
	add_login(e, id, a, env);
	put_all(env, a, r->extra_environment);
	environment_put(env, a, arena_printf(a, "SYSTEMD_EXEC_PID=%ld", (long)getpid()));
	if (environment_get(env, "WATCHDOG_USEC")) {
		environment_put(env, a, arena_printf(a, "WATCHDOG_PID=%ld", (long)getpid()));
	}
	for (int kind = 0; kind < EXEC_DIRECTORY_MAX; kind++) {
		put(env, a, exec_directory_variable_name(kind),
		    exec_directory_variable(e, kind, a));
	}
	put(env, a, "CREDENTIALS_DIRECTORY", exec_credentials_directory(r->unit, a));
	add_terminal(r, a, env);
	add_init_script(r, a, env);
	if (e->exec_search_path.n > 0) {
		put(env, a, "PATH", strv_join(&e->exec_search_path, a, ":"));
	}
}

static int add_file(const struct exec_env_file *f, const char *path, struct arena *a,
		    struct strv *env, struct diag_list *diags)
{
	struct strv read = {0};
	char *text;
	size_t n;
	int r = io_read_file(AT_FDCWD, path, ENV_FILE_MAX, a, &text, &n);

	if (r == 0) {
		r = environment_parse_file(text, n, path, a, &read, diags);
	}
	if (r < 0) {
		return f->optional ? 0 : r;
	}
	put_all(env, a, &read);
	return 0;
}

/* A pattern that matches nothing is a missing file. */
static int add_files(const struct exec_env_file *f, struct arena *a, struct strv *env,
		     struct diag_list *diags)
{
	glob_t g = {0};
	int error = 0;
	int r = glob(f->path, 0, NULL, &g);

	if (r != 0) {
		error = r == GLOB_NOMATCH ? -ENOENT : r == GLOB_NOSPACE ? -ENOMEM : -EIO;
	}
	for (size_t i = 0; error == 0 && i < g.gl_pathc; i++) {
		error = add_file(f, g.gl_pathv[i], a, env, diags);
	}
	globfree(&g);
	return f->optional ? 0 : error;
}

/* errno tells why not. */
static bool can_read_any(const char *pattern)
{
	glob_t g = {0};
	bool found;

	if (!strpbrk(pattern, "*?[")) {
		return access(pattern, R_OK) == 0;
	}
	found = glob(pattern, 0, NULL, &g) == 0;
	globfree(&g);
	errno = ENOENT;
	return found;
}

int exec_environment_check(const struct exec_request *r, struct diag_list *diags)
{
	const struct exec_settings *e = &r->unit->exec;

	for (size_t i = 0; i < e->n_env_files; i++) {
		const struct exec_env_file *f = &e->env_files[i];

		if (!f->optional && !can_read_any(f->path)) {
			return diag_add(diags, DIAG_ERROR, -errno, NULL, 0, r->unit->id,
					"Failed to load environment files: %s", strerror(errno));
		}
	}
	return 0;
}

int exec_build_environment(const struct exec_request *r, const struct exec_identity *id,
			   struct arena *a, struct strv *ret, struct diag_list *diags)
{
	const struct exec_settings *e = &r->unit->exec;
	struct strv env = {0};

	put_all(&env, a, r->manager_environment);
	add_ours(r, id, a, &env);
	add_passed(e, a, &env);
	put_all(&env, a, &e->environment);
	for (size_t i = 0; i < e->n_env_files; i++) {
		int error = add_files(&e->env_files[i], a, &env, diags);

		if (error < 0) {
			return diag_add(diags, DIAG_ERROR, error, e->env_files[i].path, 0,
					r->unit->id, "Failed to load environment files: %s",
					strerror(-error));
		}
	}
	STRV_FOREACH(name, &e->unset_environment) {
		environment_unset(&env, name);
	}
	*ret = env;
	return 0;
}
