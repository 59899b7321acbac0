/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "base/diag.h"
#include "base/root.h"
#include "supervisor/pid_file.h"
#include "supervisor/tree.h"

#define WATCHED (IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_DELETE_SELF)

/* Does each part of the path belong to root or to us, who both may kill whom they like? */
static bool path_is_ours(struct arena *a, const char *path)
{
	struct stat st;

	for (; !streq(path, "/"); path = path_dirname(a, path)) {
		if (lstat(path, &st) < 0 || (st.st_uid != 0 && st.st_uid != geteuid())) {
			return false;
		}
	}
	return true;
}

/*
 * Can nobody else have made this file stand at this path? In the service's own directory, a link
 * of the service's may lead to a file of root's that names somebody else's process. The names are
 * followed after the file was opened, and must lead to the same one.
 */
static bool file_is_trusted(struct arena *a, const char *path, const struct stat *opened)
{
	char real[PATH_MAX];
	struct stat st;

	return path_is_ours(a, path) && realpath(path, real) && path_is_ours(a, real) &&
	       stat(real, &st) == 0 && st.st_ino == opened->st_ino && st.st_dev == opened->st_dev;
}

/* The pid in the file, and whether the file can be trusted. */
static int read_pid(struct arena *a, const char *path, pid_t *ret, bool *ret_trusted)
{
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char text[32];
	struct stat st;
	int64_t value;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0) {
		return -errno;
	}
	n = read(fd, text, sizeof(text) - 1);
	if (n < 0) {
		return -errno;
	}
	text[n] = '\0';
	text[strcspn(text, " \t\r\n")] = '\0';
	if (str_to_i64(text, &value) < 0 || value <= 0 || value > INT32_MAX) {
		return -EINVAL;
	}
	*ret = (pid_t)value;
	*ret_trusted = file_is_trusted(a, path, &st);
	return 0;
}

static int check_pid(struct supervisor *s, pid_t pid, bool trusted, int level)
{
	struct proc_id id = proc_id_of(pid);

	if (pid == getpid() || pid == 1 || pid == s->control.pid) {
		say(s, level, "New main PID %ld is the manager's or a control process, refusing.",
		    (long)pid);
		return -EPERM;
	}
	if (!proc_id_is_alive(&id)) {
		say(s, level, "New main PID %ld does not exist or is a zombie.", (long)pid);
		return -ESRCH;
	}
	if (!tree_has(s, pid) && !trusted) {
		say(s, DIAG_ERROR,
			"New main PID %ld does not belong to service, and PID file is not owned by "
			"root. "
			"Refusing.",
		    (long)pid);
		return -EPERM;
	}
	return 0;
}

int pid_file_load(struct supervisor *s, bool loud)
{
	const char *path = supervisor_service(s)->pid_file;
	int level = loud ? DIAG_INFO : DIAG_DEBUG;
	bool trusted = false;
	pid_t pid = 0;
	int r = path ? read_pid(&s->scratch, path, &pid, &trusted) : -ENOENT;

	if (r == -EINVAL) {
		say(s, level, "Failed to parse PID from file %s: Invalid argument", path);
		return r;
	}
	if (r < 0) {
		if (path && loud) {
			say(s, level, "Can't open PID file '%s' (yet?) after %s: %s", path,
			    service_state_name(s->state), strerror(-r));
		}
		return r;
	}
	if (s->main.pid == pid) {
		return 0;
	}
	r = check_pid(s, pid, trusted, level);
	if (r < 0) {
		return r;
	}
	service_forget_main(s);
	service_set_main(s, pid);
	return 1;
}

void pid_file_unwatch(struct supervisor *s)
{
	loop_close(s, &s->pid_file_fd);
}

int pid_file_watch(struct supervisor *s)
{
	char *dir = path_dirname(&s->scratch, supervisor_service(s)->pid_file);
	int r;

	pid_file_unwatch(s);
	s->pid_file_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (s->pid_file_fd < 0) {
		return -errno;
	}
	while (inotify_add_watch(s->pid_file_fd, dir, WATCHED) < 0) {
		if (errno != ENOENT || streq(dir, "/")) {
			r = -errno;
			pid_file_unwatch(s);
			return r;
		}
		dir = path_dirname(&s->scratch, dir);
	}
	return loop_watch(s, s->pid_file_fd, SOURCE_PID_FILE, 0);
}
