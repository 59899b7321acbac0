/* SPDX-License-Identifier: MIT */
#include "job/generators.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "base/io.h"
#include "base/map.h"
#include "base/root.h"
#include "job/tmpfiles.h"
#include "state/manager.h"

extern char **environ;

/* Highest priority first: systemd.generator(7). */
static const char *const generator_dirs[] = {
	"/run/systemd/system-generators",
	"/etc/systemd/system-generators",
	"/usr/local/lib/systemd/system-generators",
	"/usr/lib/systemd/system-generators",
	"/lib/systemd/system-generators",
};

static const char *const generator_environment[] = {
	"SYSTEMD_SCOPE=system",
	"SYSTEMD_IN_INITRD=0",
	"SYSTEMD_FIRST_BOOT=0",
	"SYSTEMD_VIRTUALIZATION=container:container-other",
};

struct generator {
	const char *path;
	pid_t pid;
};

static void collect_dir(const char *dir, struct arena *a, struct map *found)
{
	CLEANUP_CLOSEDIR DIR *d = opendir(dir);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		if (entry->d_name[0] == '.' || str_has_prefix(entry->d_name, "systemd-") ||
		    map_has(found, entry->d_name)) {
			continue;
		}
		map_put(found, arena_strdup(a, entry->d_name), path_join(a, dir, entry->d_name));
	}
}

/* A name that an upper directory has hides the lower one, also as an empty file or a link to /dev/null. */
static bool is_runnable(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && access(path, X_OK) == 0;
}

static char **generator_envp(struct arena *a)
{
	struct strv env = {0};

	for (char **e = environ; *e; e++) {
		if (!str_has_prefix(*e, "NOTIFY_SOCKET=") && !str_has_prefix(*e, "LISTEN_")) {
			strv_add(&env, a, *e);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(generator_environment); i++) {
		strv_add(&env, a, generator_environment[i]);
	}
	return strv_to_argv(&env, a);
}

static int spawn_generator(struct generator *g, const char *const *dirs, char **envp)
{
	char *argv[] = { (char *)g->path, (char *)dirs[0], (char *)dirs[1], (char *)dirs[2], NULL };
	posix_spawn_file_actions_t actions;
	int r;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
	r = posix_spawn(&g->pid, g->path, &actions, NULL, argv, envp);
	posix_spawn_file_actions_destroy(&actions);
	return -r;
}

static void wait_generator(const struct generator *g, struct diag_list *diags)
{
	int status;

	while (waitpid(g->pid, &status, 0) < 0) {
		if (errno != EINTR) {
			return;
		}
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0) {
		diag_add(diags, DIAG_WARNING, -EIO, g->path, 0, NULL, "generator failed with exit status %d.",
			 WEXITSTATUS(status));
	} else if (WIFSIGNALED(status)) {
		diag_add(diags, DIAG_WARNING, -EIO, g->path, 0, NULL, "generator terminated by signal %d.",
			 WTERMSIG(status));
	}
}

static void run_all(const struct map *found, const char *const *dirs, struct arena *a, struct diag_list *diags)
{
	struct generator *started = arena_new_n(a, struct generator, found->n + 1);
	char **envp = generator_envp(a);
	size_t n = 0;

	MAP_FOREACH(e, found) {
		struct generator g = { .path = e->value };

		if (!is_runnable(g.path)) {
			continue;
		}
		int r = spawn_generator(&g, dirs, envp);
		if (r < 0) {
			diag_add(diags, DIAG_WARNING, r, g.path, 0, NULL, "generator could not be executed: %s",
				 strerror(-r));
			continue;
		}
		started[n++] = g;
	}
	for (size_t i = 0; i < n; i++) {
		wait_generator(&started[i], diags);
	}
}

static int make_output_dirs(const char *const *dirs)
{
	for (size_t i = 0; i < 3; i++) {
		io_remove_tree(AT_FDCWD, dirs[i]);
		int r = io_make_dirs(AT_FDCWD, dirs[i], 0755);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

/* A directory that no generator used is no reason to stay. */
static void drop_empty_dirs(const char *const *dirs)
{
	for (size_t i = 0; i < 3; i++) {
		(void)rmdir(dirs[i]);
	}
	(void)rmdir("/run/systemd");
}

int generators_run(const struct place *p, const struct search_path *search, bool again, struct diag_list *diags, bool *ret_ran)
{
	CLEANUP_ARENA struct arena a = {0};
	const char *const dirs[] = { search->generator, search->generator_early, search->generator_late };
	struct map found;

	*ret_ran = false;
	if (p->user || search->scope != SEARCH_SYSTEM || !search->generator ||
	    !strv_contains(&search->dirs, search->generator)) {
		return 0;
	}
	if (!again) {
		if (place_has_generated(p)) {
			return 0;
		}
		/* A boot has systemd-tmpfiles-setup.service for it, after the users that it needs. */
		if (!manager_is_booted() || !tmpfiles_has_program()) {
			tmpfiles_create(diags);
		}
	}
	map_init(&found, &a);
	for (size_t i = 0; i < ARRAY_SIZE(generator_dirs); i++) {
		collect_dir(generator_dirs[i], &a, &found);
	}
	if (found.n == 0 && !again) {
		return place_mark_generated(p);
	}
	int r = make_output_dirs(dirs);
	if (r < 0) {
		return r;
	}
	run_all(&found, dirs, &a, diags);
	drop_empty_dirs(dirs);
	*ret_ran = true;
	return place_mark_generated(p);
}
