/* SPDX-License-Identifier: MIT */

/*
 * Namespaces of others (NetworkNamespacePath=, IPCNamespacePath=), and what a RootDirectory= gets
 * mounted inside (MountAPIVFS= and the unit's own directories): systemd.exec(5).
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/root.h"
#include "exec/child.h"

static const struct foreign_namespace {
	const char *setting, *word;
	int type;
	enum exec_step step;
} foreign_namespaces[] = {
	{ "NetworkNamespacePath=", "NetworkNamespacePath", CLONE_NEWNET, EXEC_NETWORK },
	{ "IPCNamespacePath=", "IPCNamespacePath", CLONE_NEWIPC, EXEC_NAMESPACE },
};

int exec_join_namespace(struct exec_child *c, int type)
{
	const struct foreign_namespace *f = &foreign_namespaces[type == CLONE_NEWIPC];
	const char *path = unit_assignment(c->request->unit, f->word);
	CLEANUP_CLOSE int fd = -1;

	if (!path) {
		return 0;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd >= 0 && setns(fd, f->type) == 0) {
		return 1;
	}
	if (errno == EPERM) {
		exec_child_degrade(c, f->setting, -EPERM);
		return 1;
	}
	c->step = f->step;
	c->subject = path;
	return -errno;
}

bool exec_wants_api_mounts(const struct exec_child *c)
{
	const char *root = c->settings->root_directory;
	const char *word = unit_assignment(c->request->unit, "MountAPIVFS");

	return c->apply_chroot && root && !streq(root, "/") && (!word || streq(word, "yes"));
}

/* Where nothing is mounted yet. */
static bool is_free(const char *target, const char *root)
{
	struct stat inner, outer;

	return stat(target, &inner) == 0 && stat(root, &outer) == 0 && inner.st_dev == outer.st_dev;
}

static bool mount_over(const char *source, const char *target, const char *type)
{
	if (streq_null(type, "proc") &&
	    mount("proc", target, "proc", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL) == 0) {
		return true;
	}
	if (streq_null(type, "tmpfs")) {
		return mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") == 0;
	}
	return mount(source, target, NULL, MS_BIND | MS_REC, NULL) == 0;
}

/* Where the command will see the path: a link in its root does not lead out of that. NULL: nowhere. */
static const char *place_inside(struct exec_child *c, const char *path)
{
	struct root root;
	char *inside;
	int r = root_open(&root, c->settings->root_directory, c->arena);

	if (r < 0) {
		return NULL;
	}
	r = root_chase(&root, path, ROOT_CHASE_MISSING_OK, c->arena, &inside);
	root_close(&root);
	return r < 0 ? NULL : path_join(c->arena, c->settings->root_directory, inside);
}

static bool mount_inside(struct exec_child *c, const char *path, const char *type)
{
	const char *root = c->settings->root_directory;
	const char *target = place_inside(c, path);

	if (!target || io_make_dirs(AT_FDCWD, target, 0755) < 0) {
		return false;
	}
	return (type && !is_free(target, root)) || mount_over(path, target, type);
}

bool exec_mount_api(struct exec_child *c)
{
	static const struct {
		const char *path, *type;
	} mounts[] = {
		{ "/proc", "proc" }, { "/sys", "bind" }, { "/dev", "bind" }, { "/run", "tmpfs" },
	};
	bool done = true;

	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		done = mount_inside(c, mounts[i].path, mounts[i].type) && done;
	}
	return done;
}

/* The directories that were made for the service outside are its own inside too. */
void exec_mount_own_directories(struct exec_child *c)
{
	char *credentials = exec_credentials_directory(c->request->unit, c->arena);

	if (credentials) {
		mount_inside(c, credentials, NULL);
	}
	for (int kind = 0; kind < EXEC_DIRECTORY_MAX; kind++) {
		char *all = exec_directory_variable(c->settings, (enum exec_directory_kind)kind,
						    c->arena);
		struct strv paths = {0};

		strv_split(&paths, c->arena, str_or_empty(all), ":");
		STRV_FOREACH(path, &paths)
		{
			mount_inside(c, path, NULL);
		}
	}
}
