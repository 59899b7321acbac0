/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

#include "base/root.h"
#include "base/names.h"
#include "exec/child.h"

/*
 * Users and groups are asked from the C library: the dynamic build so gets what nsswitch.conf names
 * (LDAP, sssd), and musl's static build reads /etc/passwd and /etc/group itself. It is done in the
 * child, so that none of it stays in the memory of a supervisor.
 */
#define GROUPS_MAX 65536
#define USER_NAME_MAX 31
/* The number above means "no id" to the kernel, and the next one below to many programs. */
#define ID_TEXT_MAX UINT64_C(4294967293)

/* DynamicUser=: the range of systemd. */
#define DYNAMIC_UID_FIRST 61184
#define DYNAMIC_UID_LAST 65519

/* 1 and the id, 0 if the text is no number. */
static int parse_id(const char *s, uint32_t *ret)
{
	uint64_t id;

	if (str_to_u64(s, &id) < 0) {
		return 0;
	}
	if (id > ID_TEXT_MAX || id == 65535) {
		return -ESRCH;
	}
	*ret = (uint32_t)id;
	return 1;
}

/* Shells that let nobody in are none: SHELL= is then left out. */
static bool is_login_shell(const char *shell)
{
	static const char *const closed[] = {
		"/bin/nologin", "/sbin/nologin", "/usr/sbin/nologin", "/usr/bin/nologin",
		"/bin/false", "/usr/bin/false", "/bin/true", "/usr/bin/true",
	};

	return shell && *shell && NAMES_FIND(closed, shell) < 0;
}

static void take_passwd(const struct passwd *pw, struct arena *a, struct exec_identity *id)
{
	bool has_home = pw->pw_dir && pw->pw_dir[0] == '/' && pw->pw_dir[1] != '\0';

	id->uid = pw->pw_uid;
	id->gid = pw->pw_gid;
	id->user_name = arena_strdup(a, pw->pw_name);
	id->home = NULL;
	id->shell = NULL;
	/* systemd makes up its own entry for this one, whatever the file says. */
	if (streq(pw->pw_name, "nobody")) {
		return;
	}
	id->home = has_home ? arena_strdup(a, pw->pw_dir) : NULL;
	id->shell = is_login_shell(pw->pw_shell) ? arena_strdup(a, pw->pw_shell) : NULL;
}

static int resolve_user(const char *user, struct arena *a, struct exec_identity *id)
{
	struct passwd *pw;
	uint32_t uid;
	int number = parse_id(user, &uid);

	if (number < 0) {
		return number;
	}
	/* Root and the number 0 must work in an image that has no /etc/passwd at all. */
	if (streq(user, "root") || (number && uid == 0)) {
		pw = getpwuid(0);
		id->uid = 0;
		id->gid = 0;
		id->user_name = "root";
		id->home = "/root";
		id->shell = "/bin/sh";
		if (pw) {
			take_passwd(pw, a, id);
		}
		return 0;
	}
	pw = number ? getpwuid(uid) : getpwnam(user);
	if (pw) {
		take_passwd(pw, a, id);
		return 0;
	}
	/*
	 * A number without an entry is refused, as systemd does: it would run with a group that
	 * nobody chose.
	 */
	return -ESRCH;
}

static int resolve_group(const char *group, gid_t *ret)
{
	uint32_t gid;
	struct group *gr;
	int number = parse_id(group, &gid);

	if (number < 0) {
		return number;
	}
	if (streq(group, "root") || (number && gid == 0)) {
		*ret = 0;
		return 0;
	}
	gr = number ? getgrgid(gid) : getgrnam(group);
	if (!gr) {
		return -ESRCH;
	}
	*ret = gr->gr_gid;
	return 0;
}

/*
 * systemd's candidate for a name: a hash of it in the range, the next one where somebody has it
 * already.
 */
static void resolve_dynamic(const char *name, struct arena *a, struct exec_identity *id)
{
	uint32_t hash = UINT32_C(2166136261);
	uint32_t range = DYNAMIC_UID_LAST - DYNAMIC_UID_FIRST + 1;

	for (const char *s = name; *s; s++) {
		hash = (hash ^ (unsigned char)*s) * UINT32_C(16777619);
	}
	for (uint32_t i = 0; i < range; i++) {
		id->uid = DYNAMIC_UID_FIRST + (hash + i) % range;
		if (!getpwuid(id->uid) && !getgrgid(id->uid)) {
			break;
		}
	}
	id->gid = id->uid;
	id->user_name = arena_strdup(a, name);
}

/* The groups that /etc/group gives the user, as login would. */
static int add_user_groups(struct arena *a, struct exec_identity *id)
{
	int n = 64;

	for (;;) {
		gid_t *groups = arena_new_n(a, gid_t, (size_t)n);
		int room = n;

		if (getgrouplist(id->user_name, id->gid, groups, &n) >= 0) {
			id->groups = groups;
			id->n_groups = (size_t)n;
			id->n_user_groups = (size_t)n;
			return 0;
		}
		/*
		 * musl leaves n at what it needs, glibc too; neither says so where it failed for
		 * another reason.
		 */
		if (n <= room) {
			n = room * 2;
		}
		if (n > GROUPS_MAX) {
			return -ENOMEM;
		}
	}
}

static int add_supplementary(const struct exec_settings *e, struct arena *a,
			     struct exec_identity *id)
{
	gid_t *groups;

	if (e->supplementary_groups.n == 0) {
		return 0;
	}
	groups = arena_new_n(a, gid_t, id->n_groups + e->supplementary_groups.n);
	if (id->n_groups > 0) {
		memcpy(groups, id->groups, id->n_groups * sizeof(gid_t));
	}
	STRV_FOREACH(name, &e->supplementary_groups) {
		int r = resolve_group(name, &groups[id->n_groups]);

		if (r < 0) {
			return r;
		}
		id->n_groups++;
	}
	id->groups = groups;
	return 0;
}

static int resolve_groups(const struct exec_settings *e, struct arena *a, struct exec_identity *id)
{
	int r = e->group ? resolve_group(e->group, &id->gid) : 0;

	/* The group of a dynamic user is as dynamic as he is, and has his name. */
	if (r == -ESRCH && e->dynamic_user && id->uid >= DYNAMIC_UID_FIRST &&
	    id->uid <= DYNAMIC_UID_LAST) {
		r = 0;
	}
	if (r == 0 && e->user && id->gid != 0 && id->user_name) {
		r = add_user_groups(a, id);
	}
	return r < 0 ? r : add_supplementary(e, a, id);
}

/*
 * Without User= the command runs as we do. Only where root's home or shell is wanted is it worth a
 * look-up, which costs as much as a fork.
 */
static void take_ours(const struct exec_settings *e, struct arena *a, struct exec_identity *id)
{
	bool wanted = id->uid != 0 || e->set_login_environment > 0 ||
		      (e->working_directory && streq(e->working_directory, "~"));
	struct passwd *pw = wanted ? getpwuid(id->uid) : NULL;
	gid_t gid = id->gid;

	if (pw) {
		take_passwd(pw, a, id);
		id->gid = gid;
	} else if (id->uid == 0) {
		id->user_name = "root";
		id->home = "/root";
	}
}

int exec_identity_resolve(const struct exec_settings *e, struct arena *a, struct exec_identity *ret,
			  enum exec_step *ret_step)
{
	struct exec_identity id = { .uid = geteuid(), .gid = getegid() };
	int r = 0;

	if (e->user) {
		r = resolve_user(e->user, a, &id);
		if (r == -ESRCH && e->dynamic_user) {
			resolve_dynamic(e->user, a, &id);
			r = 0;
		} else if (e->dynamic_user) {
			id.home = NULL;
			id.shell = NULL;
		}
		id.set = true;
	} else {
		take_ours(e, a, &id);
		id.set = e->group || e->supplementary_groups.n > 0;
	}
	if (r < 0) {
		*ret_step = EXEC_USER;
		return -ESRCH;
	}
	r = resolve_groups(e, a, &id);
	if (r < 0) {
		*ret_step = EXEC_GROUP;
		return -ESRCH;
	}
	*ret = id;
	return 0;
}

/*
 * DynamicUser= without User=: the unit's name without its suffix where that may be a user's name,
 * else one made of a hash of it.
 */
static const char *dynamic_user_name(const char *unit, struct arena *a)
{
	size_t n = strcspn(unit, ".");
	size_t good =
		strspn(unit, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	uint32_t hash = UINT32_C(2166136261);

	if (good >= n && n > 0 && n <= USER_NAME_MAX && !strchr("0123456789-", unit[0])) {
		return arena_strndup(a, unit, n);
	}
	for (const char *s = unit; *s; s++) {
		hash = (hash ^ (unsigned char)*s) * UINT32_C(16777619);
	}
	return arena_printf(a, "_du%08x", hash);
}

int exec_apply_identity_resolve(struct exec_child *c)
{
	struct exec_settings e = *c->settings;
	gid_t gid;
	int r;

	if (e.dynamic_user && !e.user) {
		e.user = dynamic_user_name(c->request->unit->id, c->arena);
	}
	r = exec_identity_resolve(&e, c->arena, &c->identity, &c->step);
	if (r < 0 && c->step == EXEC_GROUP && (!e.group || resolve_group(e.group, &gid) == 0)) {
		c->sentence = "Failed to determine supplementary groups";
	}
	return r;
}

static bool groups_contain(const gid_t *groups, size_t n, gid_t gid)
{
	for (size_t i = 0; i < n; i++) {
		if (groups[i] == gid) {
			return true;
		}
	}
	return false;
}

/*
 * Have we just these supplementary groups already? Then it does not matter that we may not set any.
 */
static bool groups_are_ours(const struct exec_identity *id, struct arena *a)
{
	int n = getgroups(0, NULL);
	gid_t *ours = arena_new_n(a, gid_t, n > 0 ? (size_t)n : 1);

	n = getgroups(n, ours);
	for (int i = 0; i < n; i++) {
		if (ours[i] != id->gid && !groups_contain(id->groups, id->n_groups, ours[i])) {
			return false;
		}
	}
	for (size_t i = 0; i < id->n_groups; i++) {
		if (id->groups[i] != id->gid &&
		    !groups_contain(ours, n > 0 ? (size_t)n : 0, id->groups[i])) {
			return false;
		}
	}
	return true;
}

/*
 * Without User= too: what docker exec or a login shell gave the caller must not reach a service,
 * PID 1 would not have it. There, and only there, it may be refused. Commands that keep our ids get
 * the groups of User= all the same, as systemd has it.
 */
int exec_apply_groups(struct exec_child *c)
{
	const struct exec_identity *id = &c->identity;

	if (!c->apply_identity) {
		(void)setgroups(id->n_user_groups, id->groups);
		return 0;
	}
	if (setgroups(id->n_groups, id->groups) < 0 && id->set && !groups_are_ours(id, c->arena)) {
		return -errno;
	}
	return id->set && setresgid(id->gid, id->gid, id->gid) < 0 ? -errno : 0;
}

int exec_apply_user(struct exec_child *c)
{
	uid_t uid = c->identity.uid;

	if (!c->apply_identity || !c->identity.set) {
		return 0;
	}
	if (setresuid(uid, uid, uid) < 0) {
		return -errno;
	}
	/* proot and the like may pretend; what would go on as root then must not go on. */
	return getuid() == uid && geteuid() == uid ? 0 : -EPERM;
}
