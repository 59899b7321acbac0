/* SPDX-License-Identifier: MIT */

/* RemoveIPC=: System V objects by their lists in /proc, POSIX ones as the files that they are. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include "exec/spawn.h"

#define DEPTH_MAX 64
#define NO_COLUMN 9

struct owner {	/* 0: nobody; what is root's is never removed */
	uid_t uid;
	gid_t gid;
};

static bool is_theirs(const struct owner *o, uid_t uid, gid_t gid)
{
	return (o->uid > 0 && o->uid == uid) || (o->gid > 0 && o->gid == gid);
}

static int remove_shm(int id)
{
	return shmctl(id, IPC_RMID, NULL);
}

static int remove_sem(int id)
{
	return semctl(id, 0, IPC_RMID);
}

static int remove_msg(int id)
{
	return msgctl(id, IPC_RMID, NULL);
}

/* Columns, counted from 0; column 1 is the id. */
static const struct list {
	const char *path;
	int owner;		/* the uid; the gid is the next */
	int attached;		/* memory that somebody has mapped stays */
	int (*remove)(int id);
} lists[] = {
	{ "/proc/sysvipc/shm", 7, 6, remove_shm },
	{ "/proc/sysvipc/sem", 4, NO_COLUMN, remove_sem },
	{ "/proc/sysvipc/msg", 7, NO_COLUMN, remove_msg },
};

/* Its owner may remove it, root only with CAP_SYS_ADMIN, which containers do not have. */
static void remove_object(const struct list *l, int id, uid_t owner)
{
	uid_t ours = geteuid();

	if (l->remove(id) == 0 || errno != EPERM || seteuid(owner) < 0) {
		return;
	}
	l->remove(id);
	if (seteuid(ours) == 0) {
		/* What the kernel takes away with the change of the uid. */
		prctl(PR_SET_DUMPABLE, 1);
	}
}

static void remove_listed(const struct list *l, const struct owner *o)
{
	FILE *f = fopen(l->path, "re");
	char line[512];

	while (f && fgets(line, sizeof(line), f)) {
		unsigned long column[NO_COLUMN + 1] = {0};
		char *p = line, *end;
		int n = 0;

		while (n < NO_COLUMN && (column[n] = strtoul(p, &end, 10), end > p)) {
			p = end;
			n++;
		}
		/* Not the line of titles. */
		if (n > l->owner + 1 && column[l->attached] == 0 &&
		    is_theirs(o, (uid_t)column[l->owner], (gid_t)column[l->owner + 1])) {
			remove_object(l, (int)column[1], (uid_t)column[l->owner]);
		}
	}
	if (f) {
		fclose(f);
	}
}

/* Theirs also below a directory that is another's; a directory with something of another's in it stays. */
static void remove_files(int parent, const char *name, const struct owner *o, int depth)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	CLEANUP_CLOSEDIR DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		struct stat st;
		bool is_dir;

		if (streq(entry->d_name, ".") || streq(entry->d_name, "..") ||
		    fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
			continue;
		}
		is_dir = S_ISDIR(st.st_mode);
		if (is_dir && depth < DEPTH_MAX) {
			remove_files(fd, entry->d_name, o, depth + 1);
		}
		if (is_theirs(o, st.st_uid, st.st_gid)) {
			unlinkat(fd, entry->d_name, is_dir ? AT_REMOVEDIR : 0);
		}
	}
}

void exec_ipc_remove(uid_t uid, gid_t gid)
{
	const struct owner o = {
		.uid = uid == (uid_t)-1 ? 0 : uid,
		.gid = gid == (gid_t)-1 ? 0 : gid,
	};

	if (o.uid == 0 && o.gid == 0) {
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		remove_listed(&lists[i], &o);
	}
	remove_files(AT_FDCWD, "/dev/shm", &o, 0);
	remove_files(AT_FDCWD, "/dev/mqueue", &o, 0);
}
