/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>

#define THEIRS 4001
#define THEIR_GROUP 4002
#define FOREIGN 4005

/* Objects and files of a namespace of the test's own, so that nobody else's are seen or removed. */
static int setup(void **state)
{
	harness_group_setup(state);
	if (harness_is_isolated() && (unshare(CLONE_NEWIPC) < 0 ||
				      mount("tmpfs", "/dev/shm", "tmpfs", 0, "mode=1777") < 0)) {
		return -1;
	}
	return 0;
}

static int make_shm(uid_t uid, gid_t gid)
{
	int id = shmget(IPC_PRIVATE, 4096, 0600);
	struct shmid_ds ds = { .shm_perm = { .uid = uid, .gid = gid, .mode = 0600 } };

	assert_true(id >= 0);
	assert_int_equal(shmctl(id, IPC_SET, &ds), 0);
	return id;
}

static bool shm_is_there(int id)
{
	struct shmid_ds ds;

	return shmctl(id, IPC_STAT, &ds) == 0;
}

static void make_file(const char *path, uid_t uid, gid_t gid)
{
	int fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fchown(fd, uid, gid), 0);
	close(fd);
}

static void system_v_objects_go_by_user_or_group(void **state)
{
	int theirs, group, foreign, root, mapped;
	void *memory;

	(void)state;
	HARNESS_NEEDS_ISOLATION();
	theirs = make_shm(THEIRS, FOREIGN);
	group = make_shm(FOREIGN, THEIR_GROUP);
	foreign = make_shm(FOREIGN, FOREIGN);
	root = make_shm(0, 0);
	mapped = make_shm(THEIRS, THEIR_GROUP);
	memory = shmat(mapped, NULL, 0);
	exec_ipc_remove(THEIRS, THEIR_GROUP);
	assert_false(shm_is_there(theirs));
	assert_false(shm_is_there(group));
	assert_true(shm_is_there(foreign));
	assert_true(shm_is_there(root));
	assert_true(shm_is_there(mapped));
	assert_int_equal(shmdt(memory), 0);
	exec_ipc_remove(THEIRS, (gid_t)-1);
	assert_false(shm_is_there(mapped));
}

static void nobody_and_root_lose_nothing(void **state)
{
	int root, sem;

	(void)state;
	HARNESS_NEEDS_ISOLATION();
	root = make_shm(0, 0);
	sem = semget(IPC_PRIVATE, 1, 0600);
	make_file("/dev/shm/root", 0, 0);
	exec_ipc_remove((uid_t)-1, (gid_t)-1);
	exec_ipc_remove(0, 0);
	exec_ipc_remove(THEIRS, 0);
	assert_true(shm_is_there(root));
	assert_true(semctl(sem, 0, GETVAL) >= 0);
	assert_int_equal(access("/dev/shm/root", F_OK), 0);
}

static void files_go_also_below_directories(void **state)
{
	(void)state;
	HARNESS_NEEDS_ISOLATION();
	assert_int_equal(mkdir("/dev/shm/theirs", 0700), 0);
	assert_int_equal(chown("/dev/shm/theirs", THEIRS, THEIR_GROUP), 0);
	make_file("/dev/shm/theirs/f", THEIRS, THEIR_GROUP);
	assert_int_equal(mkdir("/dev/shm/kept", 0700), 0);
	assert_int_equal(chown("/dev/shm/kept", THEIRS, THEIR_GROUP), 0);
	make_file("/dev/shm/kept/foreign", FOREIGN, FOREIGN);
	make_file("/dev/shm/kept/theirs", THEIRS, THEIR_GROUP);
	assert_int_equal(symlink("/dev/shm/kept", "/dev/shm/link"), 0);
	assert_int_equal(lchown("/dev/shm/link", THEIRS, THEIR_GROUP), 0);
	exec_ipc_remove(THEIRS, (gid_t)-1);
	assert_int_equal(access("/dev/shm/theirs", F_OK), -1);
	assert_int_equal(access("/dev/shm/kept/theirs", F_OK), -1);
	assert_int_equal(access("/dev/shm/kept/foreign", F_OK), 0);
	assert_int_equal(faccessat(AT_FDCWD, "/dev/shm/link", F_OK, AT_SYMLINK_NOFOLLOW), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(system_v_objects_go_by_user_or_group),
		cmocka_unit_test(nobody_and_root_lose_nothing),
		cmocka_unit_test(files_go_also_below_directories),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
