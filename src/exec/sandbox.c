/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/root.h"
#include "exec/child.h"
#include "exec/mounts.h"

/* What a setting looks like in the struct when it asks for something. */
enum sandbox_shape { SHAPE_FLAG, SHAPE_LIST, SHAPE_WORD };

static const struct sandbox_setting {
	const char *name;
	enum sandbox_shape shape;
	size_t offset;
	enum sandbox_need need;
} settings[] = {
#define SETTING(name, shape, member, need) \
	{ name, shape, offsetof(struct exec_settings, member), need }
	SETTING("PrivateTmp=", SHAPE_FLAG, private_tmp, NEEDS_MOUNTS),
	SETTING("PrivateMounts=", SHAPE_FLAG, private_mounts, NEEDS_MOUNTS),
	SETTING("ProtectSystem=", SHAPE_WORD, protect_system, NEEDS_MOUNTS),
	SETTING("ProtectHome=", SHAPE_WORD, protect_home, NEEDS_MOUNTS),
	SETTING("ProtectKernelTunables=", SHAPE_FLAG, protect_kernel_tunables, NEEDS_MOUNTS),
	SETTING("ProtectKernelModules=", SHAPE_FLAG, protect_kernel_modules, NEEDS_MOUNTS),
	SETTING("ProtectKernelLogs=", SHAPE_FLAG, protect_kernel_logs, NEEDS_MOUNTS),
	SETTING("ProtectControlGroups=", SHAPE_FLAG, protect_control_groups, NEEDS_MOUNTS),
	SETTING("ReadWritePaths=", SHAPE_LIST, read_write_paths, NEEDS_MOUNTS),
	SETTING("ReadOnlyPaths=", SHAPE_LIST, read_only_paths, NEEDS_MOUNTS),
	SETTING("InaccessiblePaths=", SHAPE_LIST, inaccessible_paths, NEEDS_MOUNTS),
	SETTING("BindPaths=", SHAPE_LIST, bind_paths, NEEDS_MOUNTS),
	SETTING("BindReadOnlyPaths=", SHAPE_LIST, bind_read_only_paths, NEEDS_MOUNTS),
	SETTING("TemporaryFileSystem=", SHAPE_LIST, temporary_file_system, NEEDS_MOUNTS),
	SETTING("PrivateNetwork=", SHAPE_FLAG, private_network, NEEDS_NETWORK),
	SETTING("PrivateIPC=", SHAPE_FLAG, private_ipc, NEEDS_IPC),
	SETTING("ProtectHostname=", SHAPE_FLAG, protect_hostname, NEEDS_HOSTNAME),
	SETTING("PrivateDevices=", SHAPE_FLAG, private_devices, NEEDS_MOUNTS),
	SETTING("PrivateUsers=", SHAPE_FLAG, private_users, NEEDS_USERS),
	SETTING("ProtectProc=", SHAPE_WORD, protect_proc, NEEDS_PROC),
	SETTING("ProcSubset=", SHAPE_WORD, proc_subset, NEEDS_PROC),
	SETTING("ProtectClock=", SHAPE_FLAG, protect_clock, NEEDS_SECCOMP),
	SETTING("ExecPaths=", SHAPE_LIST, exec_paths, NEEDS_MOUNTS),
	SETTING("NoExecPaths=", SHAPE_LIST, no_exec_paths, NEEDS_MOUNTS),
	SETTING("LockPersonality=", SHAPE_FLAG, lock_personality, NEEDS_SECCOMP),
	SETTING("MemoryDenyWriteExecute=", SHAPE_FLAG, memory_deny_write_execute, NEEDS_SECCOMP),
	SETTING("RestrictRealtime=", SHAPE_FLAG, restrict_realtime, NEEDS_SECCOMP),
	SETTING("RestrictSUIDSGID=", SHAPE_FLAG, restrict_suid_sgid, NEEDS_SECCOMP),
	SETTING("SystemCallFilter=", SHAPE_LIST, system_call_filter, NEEDS_SECCOMP),
	SETTING("SystemCallArchitectures=", SHAPE_LIST, system_call_architectures, NEEDS_SECCOMP),
	SETTING("RestrictAddressFamilies=", SHAPE_LIST, restrict_address_families, NEEDS_SECCOMP),
	SETTING("RestrictNamespaces=", SHAPE_WORD, restrict_namespaces, NEEDS_SECCOMP),
#undef SETTING
};

/* Words that mean that nothing is asked for. */
static bool word_asks(const char *word)
{
	static const char *const off[] = {
		"", "no", "false", "off", "0", "n", "f", "default", "all"
	};

	for (size_t i = 0; word && i < ARRAY_SIZE(off); i++) {
		if (streq(word, off[i])) {
			return false;
		}
	}
	return word != NULL;
}

static bool setting_asks(const struct exec_settings *e, const struct sandbox_setting *s)
{
	const char *place = (const char *)e + s->offset;

	switch (s->shape) {
	case SHAPE_FLAG:
		return *(const bool *)place;
	case SHAPE_LIST:
		return ((const struct strv *)place)->n > 0;
	default:
		return word_asks(*(const char *const *)place);
	}
}

static bool anything_needs(const struct exec_settings *e, enum sandbox_need need)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		if (settings[i].need == need && setting_asks(e, &settings[i])) {
			return true;
		}
	}
	return false;
}

/* Paths of the settings that protect something, each for one or more modes of it. */
static const struct protection {
	size_t offset;		/* of a flag */
	enum mount_mode mode;
	const char *paths[6];	/* "-": missing ones do not matter */
} protections[] = {
	{ offsetof(struct exec_settings, protect_kernel_tunables), MOUNT_READ_ONLY,
	  { "-/proc/sys", "-/proc/sysrq-trigger", "-/proc/irq", "-/proc/acpi", "-/sys", NULL } },
	{ offsetof(struct exec_settings, protect_kernel_modules), MOUNT_INACCESSIBLE,
	  { "-/usr/lib/modules", NULL } },
	{ offsetof(struct exec_settings, protect_kernel_logs), MOUNT_INACCESSIBLE,
	  { "-/proc/kmsg", "-/dev/kmsg", NULL } },
	{ offsetof(struct exec_settings, protect_control_groups), MOUNT_READ_ONLY,
	  { "-/sys/fs/cgroup", NULL } },
};

static int add_all(struct mount_list *l, enum mount_mode mode, const char *const *paths)
{
	int r = 0;

	for (; r == 0 && *paths; paths++) {
		r = mount_list_add(l, mode, *paths);
	}
	return r;
}

static int add_protect_system(struct mount_list *l, const char *word)
{
	static const char *const strict_open[] = { "-/dev", "-/proc", "-/sys", NULL };
	static const char *const usual[] = { "-/usr", "-/boot", "-/efi", NULL };
	int r;

	if (!word_asks(word)) {
		return 0;
	}
	if (streq(word, "strict")) {
		r = mount_list_add(l, MOUNT_READ_ONLY, "/");
		return r < 0 ? r : add_all(l, MOUNT_READ_WRITE, strict_open);
	}
	r = add_all(l, MOUNT_READ_ONLY, usual);
	return r < 0 || !streq(word, "full") ? r : mount_list_add(l, MOUNT_READ_ONLY, "-/etc");
}

static int add_protect_home(struct mount_list *l, const char *word)
{
	static const char *const homes[] = { "-/home", "-/root", "-/run/user", NULL };
	enum mount_mode mode = MOUNT_INACCESSIBLE;

	if (!word_asks(word)) {
		return 0;
	}
	if (streq(word, "tmpfs")) {
		int r = mount_list_add_tmpfs(l, "/home:ro");

		r = r < 0 ? r : mount_list_add_tmpfs(l, "/root:ro");
		return r < 0 || access("/run/user", F_OK) < 0
			       ? r
			       : mount_list_add_tmpfs(l, "/run/user:ro");
	}
	if (streq(word, "read-only")) {
		mode = MOUNT_READ_ONLY;
	}
	return add_all(l, mode, homes);
}

static int add_list(struct mount_list *l, enum mount_mode mode, const struct strv *paths)
{
	int r = 0;

	STRV_FOREACH(path, paths) {
		r = r < 0 ? r : mount_list_add(l, mode, path);
	}
	return r;
}

/* One private directory, shared by all commands of the unit and by units joined with it, removed when they have stopped. */
static int add_private_tmp(struct mount_list *l, const struct exec_child *c, const char *dir)
{
	const char *unit = c->request->unit->id;
	char *outer = exec_private_tmp_find(dir, unit, NULL, l->arena);
	char *inner;

	for (size_t i = 0; !outer && i < c->n_joined; i++) {
		outer = exec_private_tmp_of_process(dir, c->joined[i].pid, NULL, l->arena);
	}

	l->culprit = dir;
	if (access(dir, F_OK) < 0) {
		return 0;
	}
	if (!outer) {
		outer = exec_private_tmp_name(dir, unit, "XXXXXX", l->arena);
		if (!mkdtemp(outer)) {
			return -errno;
		}
	}
	inner = path_join(l->arena, outer, "tmp");
	if ((mkdir(inner, 01777) < 0 && errno != EEXIST) || chmod(inner, 01777) < 0) {
		return -errno;
	}
	return mount_list_add_over(l, inner, dir);
}

void exec_private_tmp_remove(const char *unit)
{
	CLEANUP_ARENA struct arena arena = {0};
	static const char *const dirs[] = { "/tmp", "/var/tmp" };

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		char *path = exec_private_tmp_find(dirs[i], unit, NULL, &arena);

		if (path) {
			io_remove_tree(AT_FDCWD, path);
		}
	}
}

/* A service may always write to the directories that it was given. */
static int add_own_directories(struct mount_list *l, const struct exec_settings *e)
{
	for (int kind = 0; kind < EXEC_DIRECTORY_MAX; kind++) {
		char *all = exec_directory_variable(e, (enum exec_directory_kind)kind, l->arena);
		struct strv paths = {0};
		int r;

		if (!all || kind == EXEC_DIRECTORY_CONFIGURATION) {
			continue;
		}
		strv_split(&paths, l->arena, all, ":");
		r = add_list(l, MOUNT_READ_WRITE, &paths);
		if (r < 0) {
			return r;
		}
	}
	return 0;
}

static int collect_protections(struct mount_list *l, const struct exec_settings *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(protections); i++) {
		const struct protection *p = &protections[i];
		int r = 0;

		if (*(const bool *)((const char *)e + p->offset)) {
			r = add_all(l, p->mode, p->paths);
		}
		if (r < 0) {
			return r;
		}
	}
	/*
	 * Only where something above them is closed: a mount point of its own cannot be renamed
	 * across.
	 */
	if (word_asks(e->protect_system) || e->dynamic_user || e->read_only_paths.n > 0) {
		return add_own_directories(l, e);
	}
	return 0;
}

static int collect_words(struct mount_list *l, const struct exec_settings *e)
{
	int r = add_list(l, MOUNT_READ_WRITE, &e->read_write_paths);

	r = r < 0 ? r : add_list(l, MOUNT_READ_ONLY, &e->read_only_paths);
	r = r < 0 ? r : add_list(l, MOUNT_INACCESSIBLE, &e->inaccessible_paths);
	STRV_FOREACH(word, &e->temporary_file_system) {
		r = r < 0 ? r : mount_list_add_tmpfs(l, word);
	}
	STRV_FOREACH(word, &e->bind_paths) {
		r = r < 0 ? r : mount_list_add_bind(l, MOUNT_BIND, word);
	}
	STRV_FOREACH(word, &e->bind_read_only_paths) {
		r = r < 0 ? r : mount_list_add_bind(l, MOUNT_BIND_READ_ONLY, word);
	}
	return r;
}

static int collect_mounts(struct mount_list *l, const struct exec_child *c)
{
	const struct exec_settings *e = c->settings;
	bool private_tmp = e->private_tmp || e->dynamic_user;
	int r = private_tmp ? add_private_tmp(l, c, "/tmp") : 0;

	r = r < 0 || !private_tmp ? r : add_private_tmp(l, c, "/var/tmp");
	r = r < 0 || !e->private_devices ? r : mount_list_add(l, MOUNT_DEVICES, "/dev");
	r = r < 0 ? r : add_protect_system(l, e->dynamic_user ? "strict" : e->protect_system);
	r = r < 0 ? r : add_protect_home(l, e->dynamic_user && !word_asks(e->protect_home)
						    ? "read-only" : e->protect_home);
	r = r < 0 ? r : collect_protections(l, e);
	return r < 0 ? r : collect_words(l, e);
}

static bool is_refusal(int error)
{
	return error == -EPERM || error == -EACCES || error == -ENOSYS || error == -EROFS ||
	       error == -EINVAL || error == -ENOSPC || error == -EUSERS;
}

/* ExecPaths=, NoExecPaths=. */
static int apply_execution(struct mount_list *l, const struct exec_settings *e)
{
	int r = add_list(l, MOUNT_EXEC, &e->exec_paths);

	r = r < 0 ? r : add_list(l, MOUNT_NO_EXEC, &e->no_exec_paths);
	return r < 0 || l->n == 0 ? r : mount_list_apply(l);
}

/* A /proc that shows less: ProtectProc=, ProcSubset=. Before all else, so that other settings close parts of it. */
static bool apply_proc(const struct exec_child *c, const char *root)
{
	static const struct {
		const char *word;
		int hidepid;
	} modes[] = { { "noaccess", 1 }, { "invisible", 2 }, { "ptraceable", 4 } };
	const struct exec_settings *e = c->settings;
	const char *options = "";

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		if (streq_null(e->protect_proc, modes[i].word)) {
			options = arena_printf(c->arena, "hidepid=%d", modes[i].hidepid);
		}
	}
	if (streq_null(e->proc_subset, "pid")) {
		options = arena_printf(c->arena, "%s%ssubset=pid", options, *options ? "," : "");
	}
	return mount("proc", path_join(c->arena, root, "/proc"), "proc",
		     MS_NOSUID | MS_NOEXEC | MS_NODEV, options) == 0;
}

static void note_done(struct exec_child *c, enum sandbox_need need, bool done)
{
	c->sandbox_done |= done ? 1u << need : 0;
}

/* What the namespace tells those that are made of it: MountFlags=. */
static unsigned long propagation(const struct exec_child *c)
{
	const char *word = unit_assignment(c->request->unit, "MountFlags");

	return streq_null(word, "slave") ? MS_SLAVE : streq_null(word, "private") ? MS_PRIVATE : MS_SHARED;
}

/* 0 also where the kernel refuses, -errno for a mistake in the unit. */
static int apply_mounts(struct exec_child *c)
{
	const char *root = c->settings->root_directory;
	struct mount_list l = { .arena = c->arena }, execution = { .arena = c->arena };
	int r;

	l.root = c->apply_chroot && root && !streq(root, "/") ? root : "";
	execution.root = l.root;
	/* A missing root is not made, and told about where it is entered. */
	if (*l.root && access(l.root, F_OK) < 0) {
		return 0;
	}
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0) {
		return 0;
	}
	if (exec_wants_api_mounts(c)) {
		note_done(c, NEEDS_API, exec_mount_api(c));
	}
	if (*l.root) {
		exec_mount_own_directories(c);
	}
	if (anything_needs(c->settings, NEEDS_PROC)) {
		note_done(c, NEEDS_PROC, apply_proc(c, l.root));
	}
	r = collect_mounts(&l, c);
	r = r < 0 ? r : mount_list_apply(&l);
	if (r == 0) {
		l.culprit = NULL;
		r = apply_execution(&execution, c->settings);
	}
	note_done(c, NEEDS_MOUNTS, r == 0);
	mount(NULL, "/", NULL, MS_REC | propagation(c), NULL);
	if (r < 0 && !is_refusal(r)) {
		c->subject = l.culprit ? l.culprit : execution.culprit;
		return r;
	}
	return 0;
}

/* A network of its own in which 127.0.0.1 answers. */
static bool apply_network(void)
{
	struct ifreq lo = { .ifr_name = "lo" };
	CLEANUP_CLOSE int fd = -1;

	if (unshare(CLONE_NEWNET) < 0) {
		return false;
	}
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &lo) == 0) {
		lo.ifr_flags |= IFF_UP;
		ioctl(fd, SIOCSIFFLAGS, &lo);
	}
	return true;
}

int exec_warn_left_out(struct exec_child *c)
{
	struct strv left = {0};

	/* One sentence for the start, not one for each command. */
	if (!c->apply_sandbox || !c->request->is_start) {
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		/*
		 * DynamicUser= implies this one, and comes with NoNewPrivileges=, which is what
		 * matters.
		 */
		if (c->settings->dynamic_user && streq(settings[i].name, "RestrictSUIDSGID=")) {
			continue;
		}
		if (setting_asks(c->settings, &settings[i]) &&
		    !(c->sandbox_done & 1u << settings[i].need)) {
			strv_add(&left, c->arena, settings[i].name);
		}
	}
	/* What a root implies is no more than a comfort; what was asked for is told. */
	if (exec_wants_api_mounts(c) && unit_assignment(c->request->unit, "MountAPIVFS") &&
	    !(c->sandbox_done & 1u << NEEDS_API)) {
		strv_add(&left, c->arena, "MountAPIVFS=");
	}
	if (propagation(c) != MS_SHARED && !(c->sandbox_done & 1u << NEEDS_MOUNTS)) {
		strv_add(&left, c->arena, "MountFlags=");
	}
	if (left.n > 0) {
		exec_child_warn(c, "%s: sandboxing that is not available here is left out: %s",
				c->request->unit->id, strv_join(&left, c->arena, " "));
	}
	return 0;
}

/* A namespace of somebody else's takes the place of a private one. */
static int apply_network_and_ipc(struct exec_child *c)
{
	const struct exec_settings *e = c->settings;
	int r = exec_join_namespace(c, CLONE_NEWNET);

	if (r < 0) {
		return r;
	}
	note_done(c, NEEDS_NETWORK, r > 0 || (anything_needs(e, NEEDS_NETWORK) &&
			   (exec_share_namespace(c, CLONE_NEWNET) || apply_network())));
	r = exec_join_namespace(c, CLONE_NEWIPC);
	if (r < 0) {
		return r;
	}
	note_done(c, NEEDS_IPC,
		  r > 0 || (anything_needs(e, NEEDS_IPC) && (exec_share_namespace(c, CLONE_NEWIPC) ||
							   unshare(CLONE_NEWIPC) == 0)));
	return 0;
}

int exec_apply_namespaces(struct exec_child *c)
{
	const struct exec_settings *e = c->settings;
	int r;

	if (!c->apply_sandbox) {
		return 0;
	}
	exec_await_joined(c);
	note_done(c, NEEDS_SECCOMP, exec_needs_seccomp(e) && exec_seccomp_is_available());
	r = apply_network_and_ipc(c);
	if (r < 0) {
		return r;
	}
	note_done(c, NEEDS_HOSTNAME, anything_needs(e, NEEDS_HOSTNAME) && unshare(CLONE_NEWUTS) == 0);
	if (e->dynamic_user || anything_needs(e, NEEDS_MOUNTS) || anything_needs(e, NEEDS_PROC) ||
	    exec_wants_api_mounts(c) || propagation(c) != MS_SHARED) {
		/* UMask= is the service's, not that of places which have to be made for mounts. */
		mode_t before = umask(0022);

		r = apply_mounts(c);
		umask(before);
		return r;
	}
	return 0;
}

int exec_apply_private_users(struct exec_child *c)
{
	int r;

	if (!c->apply_sandbox || !c->settings->private_users) {
		return 0;
	}
	r = exec_enter_user_namespace(c->identity.uid, c->identity.gid);
	note_done(c, NEEDS_USERS, r > 0);
	return r < 0 ? r : 0;
}
