/* SPDX-License-Identifier: MIT */

/*
 * PAMName=: the account is checked, credentials and session are opened before the command is
 * executed. A child of the command's process, "(sd-pam)", stays to close the session when that
 * process has ended. The library is looked for at run time and in the child only: the program needs
 * none, and no supervisor carries it.
 */

#include "exec/child.h"

#define LIBRARY "libpam.so.0"

static bool is_asked_for(const struct exec_child *c)
{
	/* Without User= the session is root's. */
	return c->settings->pam_name && c->apply_identity && c->identity.user_name;
}

static void warn_without_library(struct exec_child *c)
{
	if (c->request->is_start) {
		exec_child_warn(c,
				"%s: PAMName=%s has no effect: " LIBRARY " cannot be loaded here",
				c->request->unit->id, c->settings->pam_name);
	}
}

#ifndef HAVE_DLOPEN

int exec_apply_pam(struct exec_child *c)
{
	if (is_asked_for(c)) {
		warn_without_library(c);
	}
	return 0;
}

#else

#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>

#include "base/io.h"
#include "unit/environment.h"

#define SESSION_PROCESS "(sd-pam)"

/* What the interface of Linux-PAM says: pam(3). */
enum { PAM_OK = 0, PAM_ITEM_TTY = 3, PAM_CANNOT_CONVERSE = 19 };
enum { CREDENTIALS_ESTABLISH = 0x2, CREDENTIALS_DELETE = 0x4 };
#define QUIETLY 0x8000

struct pam_message;
struct pam_response;
struct conversation {
	int (*talk)(int n, const struct pam_message **messages, struct pam_response **responses,
		    void *data);
	void *data;
};

static struct {
	int (*start)(const char *service, const char *user, const struct conversation *c, void **h);
	int (*end)(void *h, int status);
	int (*set_item)(void *h, int item, const void *value);
	int (*putenv)(void *h, const char *assignment);
	char **(*getenvlist)(void *h);
	int (*acct_mgmt)(void *h, int flags);
	int (*setcred)(void *h, int flags);
	int (*open_session)(void *h, int flags);
	int (*close_session)(void *h, int flags);
	const char *(*strerror)(void *h, int code);
} pam;

static const struct {
	const char *name;
	void *place;
} symbols[] = {
	{ "pam_start", &pam.start },
	{ "pam_end", &pam.end },
	{ "pam_set_item", &pam.set_item },
	{ "pam_putenv", &pam.putenv },
	{ "pam_getenvlist", &pam.getenvlist },
	{ "pam_acct_mgmt", &pam.acct_mgmt },
	{ "pam_setcred", &pam.setcred },
	{ "pam_open_session", &pam.open_session },
	{ "pam_close_session", &pam.close_session },
	{ "pam_strerror", &pam.strerror },
};

static bool load_library(void)
{
	void *library = dlopen(LIBRARY, RTLD_NOW);

	for (size_t i = 0; library && i < ARRAY_SIZE(symbols); i++) {
		void *symbol = dlsym(library, symbols[i].name);

		if (!symbol) {
			return false;
		}
		memcpy(symbols[i].place, &symbol, sizeof(symbol));
	}
	return library != NULL;
}

/* Nobody sits there who could be asked for a password. */
static int refuse_to_talk(int n, const struct pam_message **messages,
			  struct pam_response **responses, void *data)
{
	(void)n;
	(void)messages;
	(void)responses;
	(void)data;
	return PAM_CANNOT_CONVERSE;
}

static int prepare(struct exec_child *c, void *h)
{
	const char *tty = c->settings->tty_path;
	int code = PAM_OK;

	if (!tty && isatty(STDIN_FILENO)) {
		tty = ttyname(STDIN_FILENO);
	}
	if (tty) {
		code = pam.set_item(h, PAM_ITEM_TTY, tty);
	}
	STRV_FOREACH(assignment, &c->environment)
	{
		code = code == PAM_OK ? pam.putenv(h, assignment) : code;
	}
	return code;
}

static int open_session(struct exec_child *c, void *h)
{
	int code = prepare(c, h);

	if (code == PAM_OK) {
		code = pam.acct_mgmt(h, QUIETLY);
	}
	if (code != PAM_OK) {
		return code;
	}
	/* Modules that have no credentials to give say so by failing. */
	pam.setcred(h, CREDENTIALS_ESTABLISH | QUIETLY);
	return pam.open_session(h, QUIETLY);
}

/* What the session adds wins over the unit's own settings, but for UnsetEnvironment=. */
static void take_environment(struct exec_child *c, void *h)
{
	char **list = pam.getenvlist(h);

	for (char **v = list; v && *v; v++) {
		environment_put(&c->environment, c->arena, arena_strdup(c->arena, *v));
	}
	STRV_FOREACH(name, &c->settings->unset_environment)
	{
		environment_unset(&c->environment, name);
	}
}

/* Groups that modules have added (pam_group) stay beside those of the unit. */
static void take_groups(struct exec_child *c)
{
	struct exec_identity *id = &c->identity;
	int n = getgroups(0, NULL);
	gid_t *groups;

	if (n <= 0) {
		return;
	}
	groups = arena_new_n(c->arena, gid_t, id->n_groups + (size_t)n);
	if (id->n_groups > 0) {
		memcpy(groups, id->groups, id->n_groups * sizeof(gid_t));
	}
	n = getgroups(n, groups + id->n_groups);
	if (n > 0) {
		id->groups = groups;
		id->n_groups += (size_t)n;
	}
}

static void close_descriptor(int fd)
{
	if (fd >= 0) {
		close(fd);
	}
}

/* Those of the command; a module may keep some of its own open for the length of the session. */
static void close_descriptors(const struct exec_child *c)
{
	close_descriptor(c->report_fd);
	close_descriptor(c->log_fd);
	close_descriptor(c->stdin_fd);
	close_descriptor(c->socket_fd);
	for (size_t i = 0; i < c->n_listen_fds; i++) {
		close_descriptor(c->listen_fds[i]);
	}
}

/*
 * With the ids of the command: the kernel tells of the end of a parent only who that parent might
 * signal. What is sent to all processes of the unit is blocked; SIGTERM is only a reason to look
 * whether the parent is still there.
 */
static _Noreturn void keep_session(const struct exec_child *c, void *h, pid_t parent)
{
	const struct exec_identity *id = &c->identity;
	static const int blocked[] = { SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2 };
	sigset_t mask, term;

	prctl(PR_SET_NAME, SESSION_PROCESS);
	close_descriptors(c);
	if (setgroups(0, NULL) < 0 || setresgid(id->gid, id->gid, id->gid) < 0 ||
	    setresuid(id->uid, id->uid, id->uid) < 0) {
		/* Then the supervisor's SIGTERM comes alone. */
		errno = 0;
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigemptyset(&mask);
	for (size_t i = 0; i < ARRAY_SIZE(blocked); i++) {
		sigaddset(&mask, blocked[i]);
	}
	sigprocmask(SIG_SETMASK, &mask, NULL);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	while (getppid() == parent) {
		int signal;

		sigwait(&term, &signal);
	}
	pam.setcred(h, CREDENTIALS_DELETE | QUIETLY);
	pam.end(h, pam.close_session(h, QUIETLY) | QUIETLY);
	_exit(EXIT_SUCCESS);
}

static int leave_keeper(const struct exec_child *c, void *h)
{
	sigset_t all, before;
	pid_t parent = getpid(), pid;
	int error;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	error = pid < 0 ? -errno : 0;
	if (pid == 0) {
		keep_session(c, h, parent);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return error;
}

static int run_session(struct exec_child *c)
{
	static const struct conversation conversation = { .talk = refuse_to_talk };
	void *h = NULL;
	int error;
	int code = pam.start(c->settings->pam_name, c->identity.user_name, &conversation, &h);

	if (code != PAM_OK) {
		exec_child_warn(c, "%s: PAM failed to start with code %d", c->request->unit->id,
				code);
		return -EPERM;
	}
	code = open_session(c, h);
	if (code != PAM_OK) {
		exec_child_warn(c, "%s: PAM failed: %s", c->request->unit->id,
				pam.strerror(h, code));
		pam.end(h, code | QUIETLY);
		return -EPERM;
	}
	take_environment(c, h);
	error = leave_keeper(c, h);
	/* What modules keep open is the keeper's. */
	(void)io_set_cloexec_from(STDERR_FILENO + 1);
	if (error < 0) {
		pam.end(h, pam.close_session(h, QUIETLY) | QUIETLY);
	}
	return error;
}

int exec_apply_pam(struct exec_child *c)
{
	int r;

	if (!is_asked_for(c)) {
		return 0;
	}
	if (!load_library()) {
		warn_without_library(c);
		return 0;
	}
	/* PID 1 has no groups that a session could inherit; we may. */
	if (setgroups(0, NULL) == 0) {
		r = run_session(c);
		take_groups(c);
		return r;
	}
	return run_session(c);
}

#endif
