/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <sys/syscall.h>

#include "exec/child.h"

/* keyctl(2), without libkeyutils. */
#define KEYCTL_JOIN_SESSION_KEYRING 1
#define KEYCTL_LINK 8
#define KEY_SPEC_SESSION_KEYRING (-3)
#define KEY_SPEC_USER_KEYRING (-4)

/* The user's keyring is that of the real uid. */
static int link_user_keyring(uid_t uid)
{
	uid_t ours = getuid();
	int r;

	if (setresuid(uid, (uid_t)-1, (uid_t)-1) < 0) {
		return -errno;
	}
	r = syscall(SYS_keyctl, KEYCTL_LINK, KEY_SPEC_USER_KEYRING, KEY_SPEC_SESSION_KEYRING) < 0
		? -errno
		: 0;
	if (setresuid(ours, (uid_t)-1, (uid_t)-1) < 0) {
		return -errno;
	}
	return r;
}

/* "private" is what a service gets that says nothing: the session keyring of whoever calls
 * systemctl is not its business. */
int exec_apply_keyring(struct exec_child *c)
{
	const char *mode = c->settings->keyring_mode;
	int r;

	if (!c->apply_sandbox || !mode || streq(mode, "inherit")) {
		return 0;
	}
	r = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL) < 0 ? -errno : 0;
	if (r == 0 && streq_null(mode, "shared")) {
		r = link_user_keyring(c->identity.uid);
	}
	/* Container managers forbid keyrings as a rule; who did not ask for anything else than the
	 * default need not be told. */
	return r < 0 && !streq(mode, "private") ? exec_child_degrade(c, "KeyringMode=", r) : 0;
}
