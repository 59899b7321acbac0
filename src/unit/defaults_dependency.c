/* SPDX-License-Identifier: MIT */

/* Dependencies that no file writes: "Implicit Dependencies" and "Default Dependencies" in the man
 * page of each type. */

#include "base/root.h"
#include "defaults_internal.h"

static void add(struct unit *u, struct arena *a, enum dep_kind kind, const char *name)
{
	unit_add_dependency(u, a, kind, name, true);
}

static void add_both(struct unit *u, struct arena *a, enum dep_kind first, enum dep_kind second,
		     const char *name)
{
	add(u, a, first, name);
	add(u, a, second, name);
}

static void add_mounts_for(struct strv *l, struct arena *a, const char *path)
{
	strv_add_unique(l, a, path_simplify(a, path));
}

/* ---- implied by settings ---- */

static bool stream_is_logged(enum exec_stdio kind)
{
	return kind == STDIO_JOURNAL || kind == STDIO_JOURNAL_CONSOLE || kind == STDIO_KMSG ||
	       kind == STDIO_KMSG_CONSOLE;
}

/* Output that nothing redirects goes to the log, unless it follows the input. */
static bool exec_is_logged(const struct exec_settings *x)
{
	bool inherits =
		x->std_output.kind == STDIO_DEFAULT || x->std_output.kind == STDIO_INHERIT;
	return (inherits && !exec_output_follows(x)) || stream_is_logged(x->std_output.kind) ||
	       stream_is_logged(x->std_error.kind);
}

static bool unit_runs_commands(const struct unit *u)
{
	if (u->type != UNIT_SOCKET) {
		return true;
	}
	const struct socket_settings *s = &u->socket;
	return s->start_pre.n || s->start_post.n || s->stop_pre.n || s->stop_post.n;
}

static void add_exec_directories(struct unit *u, struct arena *a)
{
	static const char *const prefixes[] = {
		[EXEC_DIRECTORY_RUNTIME] = "/run",	 [EXEC_DIRECTORY_STATE] = "/var/lib",
		[EXEC_DIRECTORY_CACHE] = "/var/cache",	 [EXEC_DIRECTORY_LOGS] = "/var/log",
		[EXEC_DIRECTORY_CONFIGURATION] = "/etc",
	};
	for (int i = 0; i < EXEC_DIRECTORY_MAX; i++) {
		const struct strv *l = &u->exec.directories[i].paths;
		/* A user manager's prefixes are in the home directory, which is there. */
		for (size_t k = 0; k < l->n && !u->user; k++) {
			char *path = arena_strndup(a, l->v[k], strcspn(l->v[k], ":"));
			add_mounts_for(&u->requires_mounts_for, a, path_join(a, prefixes[i], path));
		}
		if (l->n && i != EXEC_DIRECTORY_RUNTIME && i != EXEC_DIRECTORY_CONFIGURATION &&
		    !u->user) {
			add(u, a, DEP_AFTER, "systemd-remount-fs.service");
		}
	}
}

static void add_exec(struct unit *u, struct arena *a)
{
	const struct exec_settings *x = &u->exec;
	if (!unit_runs_commands(u)) {
		return;
	}
	if (x->working_directory && path_is_absolute(x->working_directory)) {
		add_mounts_for(x->working_directory_optional ? &u->wants_mounts_for
							     : &u->requires_mounts_for,
			       a, x->working_directory);
	}
	if (x->root_directory) {
		add_mounts_for(&u->wants_mounts_for, a, x->root_directory);
	}
	add_exec_directories(u, a);
	if (x->private_tmp) {
		add_mounts_for(&u->wants_mounts_for, a, "/tmp");
		add_mounts_for(&u->wants_mounts_for, a, "/var/tmp");
		if (!u->user) {
			add(u, a, DEP_AFTER, "systemd-tmpfiles-setup.service");
		}
	}
	if (exec_is_logged(x) && !u->user) {
		add(u, a, DEP_AFTER, "systemd-journald.socket");
	}
}

static void add_trigger(struct unit *u, struct arena *a)
{
	if (u->type == UNIT_SOCKET && u->socket.accept) {
		return; /* one instance per connection: none of them is known now */
	}
	const char *name = unit_triggered_name(u, a);
	if (name) {
		add_both(u, a, DEP_BEFORE, DEP_TRIGGERS, name);
	}
}

static void add_socket(struct unit *u, struct arena *a)
{
	const struct socket_settings *s = &u->socket;
	for (size_t i = 0; i < s->n_ports; i++) {
		bool queue = streq(s->ports[i].directive, "ListenMessageQueue");
		if (s->ports[i].address[0] == '/' && !queue) {
			add_mounts_for(&u->requires_mounts_for, a, s->ports[i].address);
		}
	}
}

static void add_mount(struct unit *u, struct arena *a)
{
	const struct mount_settings *m = &u->mount;
	if (m->where && !streq(m->where, "/")) {
		add_mounts_for(&u->requires_mounts_for, a, path_dirname(a, m->where));
	}
	if (m->what && path_is_absolute(m->what) && !path_is_below(m->what, "/dev") &&
	    !defaults_mount_is_network(u)) {
		add_mounts_for(&u->requires_mounts_for, a, m->what);
	}
}

static void add_path(struct unit *u, struct arena *a)
{
	for (size_t i = 0; i < u->path.n_watches; i++) {
		add_mounts_for(&u->requires_mounts_for, a, u->path.watches[i].path);
	}
}

static void add_swap(struct unit *u, struct arena *a)
{
	if (!u->swap.what) {
		return;
	}
	add_mounts_for(&u->requires_mounts_for, a, u->swap.what);
	if (!path_is_below(u->swap.what, "/dev")) {
		add(u, a, DEP_AFTER, "systemd-remount-fs.service");
	}
}

void defaults_add_implicit(struct unit *u, struct arena *a)
{
	switch (u->type) {
	case UNIT_SERVICE:
		if (u->service.type == SERVICE_DBUS) {
			add_both(u, a, DEP_REQUIRES, DEP_AFTER, "dbus.socket");
		}
		break;
	case UNIT_SOCKET:
		add_socket(u, a);
		break;
	case UNIT_TIMER:
		if (u->timer.persistent && !u->user) {
			add_mounts_for(&u->requires_mounts_for, a, "/var/lib/systemd/timers");
		}
		break;
	case UNIT_PATH:
		add_path(u, a);
		break;
	case UNIT_MOUNT:
		add_mount(u, a);
		break;
	case UNIT_AUTOMOUNT:
		if (u->automount.where) {
			add_mounts_for(&u->requires_mounts_for, a,
				       path_dirname(a, u->automount.where));
		}
		break;
	case UNIT_SWAP:
		add_swap(u, a);
		break;
	default:
		break;
	}
	add_trigger(u, a);
	if (u->has_exec) {
		add_exec(u, a);
	}
}

/* ---- DefaultDependencies=yes ---- */

static void add_shutdown(struct unit *u, struct arena *a)
{
	add_both(u, a, DEP_CONFLICTS, DEP_BEFORE, "shutdown.target");
}

/* What comes after the early boot: in a user manager there is only basic.target. */
static void add_sysinit(struct unit *u, struct arena *a)
{
	if (!u->user) {
		add_both(u, a, DEP_REQUIRES, DEP_AFTER, "sysinit.target");
	}
}

static bool option_is_set(const char *options, const char *word)
{
	size_t n = strlen(word);
	for (const char *p = options; p && *p; p += strcspn(p, ","), p += *p == ',') {
		if (strncmp(p, word, n) == 0 && (p[n] == ',' || p[n] == '\0' || p[n] == '=')) {
			return true;
		}
	}
	return false;
}

bool defaults_mount_is_network(const struct unit *u)
{
	static const char *const types[] = { "9p",    "afs",	   "ceph",     "cifs",	"gfs",
					     "gfs2",  "glusterfs", "ncp",      "ncpfs", "nfs",
					     "nfs4",  "ocfs2",	   "orangefs", "pvfs2", "smb3",
					     "smbfs", "davfs",	   "lustre",   "sshfs" };
	const char *type = u->mount.type;
	const char *fuse = type ? str_after_prefix(type, "fuse.") : NULL;
	for (size_t i = 0; type && i < ARRAY_SIZE(types); i++) {
		if (streq(fuse ? fuse : type, types[i])) {
			return true;
		}
	}
	return option_is_set(u->mount.options, "_netdev");
}

/* API file systems and the root: mounted by whoever started us, and not ours to order or stop. */
static bool mount_is_extrinsic(const struct unit *u)
{
	static const char *const below[] = { "/proc", "/sys", "/dev", "/run/host" };
	const char *where = u->type == UNIT_MOUNT ? u->mount.where : NULL;
	if (!where) {
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(below); i++) {
		if (path_is_below(where, below[i])) {
			return true;
		}
	}
	return streq(where, "/") || streq(where, "/usr") || streq(where, "/etc");
}

static void add_mount_defaults(struct unit *u, struct arena *a)
{
	const struct mount_settings *m = &u->mount;
	if (mount_is_extrinsic(u)) {
		return;
	}
	bool nofail = option_is_set(m->options, "nofail");
	bool network = defaults_mount_is_network(u);
	if (network) {
		add(u, a, DEP_AFTER, "network.target");
		add_both(u, a, DEP_WANTS, DEP_AFTER, "network-online.target");
	}
	add(u, a, DEP_AFTER, network ? "remote-fs-pre.target" : "local-fs-pre.target");
	if (!nofail) {
		add(u, a, DEP_BEFORE, network ? "remote-fs.target" : "local-fs.target");
	}
	add_both(u, a, DEP_BEFORE, DEP_CONFLICTS, "umount.target");
	if (streq_null(m->type, "tmpfs")) {
		add(u, a, DEP_AFTER, "swap.target");
	}
}

static bool timer_has_calendar(const struct unit *u)
{
	for (size_t i = 0; i < u->timer.n_triggers; i++) {
		if (u->timer.triggers[i].calendar) {
			return true;
		}
	}
	return false;
}

static void add_timer_defaults(struct unit *u, struct arena *a)
{
	add(u, a, DEP_BEFORE, "timers.target");
	add_sysinit(u, a);
	if (!u->user && timer_has_calendar(u)) {
		add(u, a, DEP_AFTER, "time-set.target");
		add(u, a, DEP_AFTER, "time-sync.target");
	}
	add_shutdown(u, a);
}

void defaults_add_by_type(struct unit *u, struct arena *a)
{
	switch (u->type) {
	case UNIT_SERVICE:
		add_sysinit(u, a);
		if (u->user) {
			add(u, a, DEP_REQUIRES, "basic.target");
		}
		add(u, a, DEP_AFTER, "basic.target");
		add_shutdown(u, a);
		break;
	case UNIT_SOCKET:
		add(u, a, DEP_BEFORE, "sockets.target");
		add_sysinit(u, a);
		add_shutdown(u, a);
		break;
	case UNIT_TIMER:
		add_timer_defaults(u, a);
		break;
	case UNIT_PATH:
		add(u, a, DEP_BEFORE, "paths.target");
		add_sysinit(u, a);
		add_shutdown(u, a);
		break;
	case UNIT_TARGET:
	case UNIT_SLICE:
	case UNIT_SCOPE:
		add_shutdown(u, a);
		break;
	case UNIT_MOUNT:
		add_mount_defaults(u, a);
		break;
	case UNIT_AUTOMOUNT:
		add_both(u, a, DEP_BEFORE, DEP_CONFLICTS, "umount.target");
		add(u, a, DEP_AFTER, "local-fs-pre.target");
		add(u, a, DEP_BEFORE, "local-fs.target");
		break;
	default:
		/* Swaps get none inside a container, devices none at all. */
		break;
	}
}

/* ---- slices ---- */

/* "a-b.slice" is in "a.slice", that in "-.slice". NULL for the root. */
static const char *slice_parent(const struct unit *u, struct arena *a)
{
	if (streq(u->id, "-.slice")) {
		return NULL;
	}
	char *name = name_without_suffix(a, u->id);
	char *dash = strrchr(name, '-');
	if (!dash) {
		return "-.slice";
	}
	*dash = '\0';
	return arena_printf(a, "%s.slice", name);
}

/* Instances share a slice of their template; '-' in the prefix would nest it and is escaped. */
static const char *slice_default(const struct unit *u, struct arena *a)
{
	const char *top = u->user ? "app" : "system";
	if (name_classify(u->id) != NAME_INSTANCE) {
		return arena_printf(a, "%s.slice", top);
	}
	CLEANUP_STRBUF struct strbuf prefix = { 0 };
	for (const char *p = name_prefix(a, u->id); *p; p++) {
		if (*p == '-') {
			strbuf_add(&prefix, "\\x2d");
		} else {
			strbuf_add_char(&prefix, *p);
		}
	}
	return arena_printf(a, "%s-%s.slice", top, strbuf_text(&prefix));
}

void defaults_add_slice(struct unit *u, struct arena *a)
{
	if (u->type == UNIT_SLICE) {
		u->slice = slice_parent(u, a);
	} else if (!u->has_exec && u->type != UNIT_SCOPE) {
		return;
	} else if (!u->slice) {
		bool top = streq(u->id, "init.scope") || mount_is_extrinsic(u);
		u->slice = top ? "-.slice" : slice_default(u, a);
	}
	if (u->slice) {
		add(u, a, DEP_IN_SLICE, u->slice);
		add_both(u, a, DEP_REQUIRES, DEP_AFTER, u->slice);
	}
}
