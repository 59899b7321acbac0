/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "exec/child.h"

/*
 * libcap would be one more library for three calls, and musl comes without the kernel's headers:
 * capget(2) as it is.
 */
#define CAPABILITY_MAX 63
#define CAPABILITY_SYS_ADMIN (UINT64_C(1) << 21)
#define CAPABILITY_VERSION_3 0x20080522

struct capability_header {
	uint32_t version;
	int pid;
};

struct capability_words {	/* 32 capabilities each, low ones first */
	uint32_t effective, permitted, inheritable;
};

struct capabilities {
	uint64_t effective, permitted, inheritable;
};

static int capabilities_get(struct capabilities *ret)
{
	struct capability_header header = { .version = CAPABILITY_VERSION_3 };
	struct capability_words d[2] = {0};

	if (syscall(SYS_capget, &header, d) < 0) {
		return -errno;
	}
	ret->effective = d[0].effective | (uint64_t)d[1].effective << 32;
	ret->permitted = d[0].permitted | (uint64_t)d[1].permitted << 32;
	ret->inheritable = d[0].inheritable | (uint64_t)d[1].inheritable << 32;
	return 0;
}

static int capabilities_set(const struct capabilities *c)
{
	struct capability_header header = { .version = CAPABILITY_VERSION_3 };
	struct capability_words d[2] = {
		{ (uint32_t)c->effective, (uint32_t)c->permitted, (uint32_t)c->inheritable },
		{ (uint32_t)(c->effective >> 32), (uint32_t)(c->permitted >> 32),
		  (uint32_t)(c->inheritable >> 32) },
	};

	return syscall(SYS_capset, &header, d) < 0 ? -errno : 0;
}

/*
 * Where we may not drop (no CAP_SETPCAP) it is a failure, unless we do not hold the capability
 * ourselves: an unprivileged user's process, also one that proot calls root, has nothing to lose.
 */
int exec_apply_bounding_set(struct exec_child *c)
{
	uint64_t keep = c->settings->capability_bounding_set;
	struct capabilities now;
	bool refused = false;
	int r = capabilities_get(&now);

	if (!c->apply_sandbox || !c->settings->capability_bounding_set_set) {
		return 0;
	}
	if (r < 0) {
		return r;
	}
	for (int i = 0; i <= CAPABILITY_MAX; i++) {
		uint64_t bit = UINT64_C(1) << i;
		int has = prctl(PR_CAPBSET_READ, i, 0, 0, 0);

		if (has < 0) {
			break;
		}
		if (has == 0 || (keep & bit) || prctl(PR_CAPBSET_DROP, i, 0, 0, 0) == 0) {
			continue;
		}
		if (now.permitted & bit) {
			return -errno;
		}
		refused = true;
	}
	now.inheritable &= keep;
	r = capabilities_set(&now);
	return r < 0 || !refused ? r : exec_child_degrade(c, "CapabilityBoundingSet=", -EPERM);
}

int exec_apply_secure_bits(struct exec_child *c)
{
	int bits = c->settings->secure_bits;
	struct capabilities now;
	bool keep;

	if (!c->apply_sandbox) {
		return 0;
	}
	c->privileged_seccomp = exec_needs_seccomp(c->settings) && capabilities_get(&now) == 0 &&
				(now.effective & CAPABILITY_SYS_ADMIN);
	keep = c->apply_identity && c->identity.set &&
	       (c->settings->ambient_capabilities != 0 || c->privileged_seccomp);
	if (bits != 0 && prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) < 0) {
		return -errno;
	}
	/* Cleared by execve. */
	return keep && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

int exec_apply_ambient_set(struct exec_child *c)
{
	uint64_t wanted = c->settings->ambient_capabilities;
	struct capabilities now;
	int r;

	if (!c->apply_sandbox || wanted == 0) {
		return 0;
	}
	r = capabilities_get(&now);
	if (r < 0) {
		return r;
	}
	/* What is not in the bounding set cannot be given, and systemd gives the rest. */
	wanted &= now.permitted;
	now.inheritable = wanted;
	now.effective = now.permitted;
	r = capabilities_set(&now);
	if (r < 0) {
		return r;
	}
	for (int i = 0; i <= CAPABILITY_MAX; i++) {
		if ((wanted >> i & 1) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0) < 0) {
			return -errno;
		}
	}
	return wanted == c->settings->ambient_capabilities
		       ? 0
		       : exec_child_degrade(c, "AmbientCapabilities=", -EPERM);
}

int exec_raise_admin(void)
{
	struct capabilities now;
	int r = capabilities_get(&now);

	if (r < 0 || (now.effective & CAPABILITY_SYS_ADMIN)) {
		return r;
	}
	now.effective |= CAPABILITY_SYS_ADMIN;
	return capabilities_set(&now);
}

/* Filters need either a privilege or the promise never to gain one; systemd implies the latter where it has not the former. */
int exec_apply_no_new_privileges(struct exec_child *c)
{
	const struct exec_settings *e = c->settings;
	bool wanted = e->no_new_privileges || e->dynamic_user ||
		      (exec_needs_seccomp(e) && !c->privileged_seccomp);

	if (c->apply_sandbox && wanted && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		return -errno;
	}
	return 0;
}
