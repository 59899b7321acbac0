/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/root.h"
#include "exec/child.h"

extern char **environ;

#define SEARCH_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define SIGNAL_LAST 64
#define FIRST_PASSED_FD 3
#define MESSAGE_MAX 1024

/*
 * What travels through the report pipe: a warning (step EXEC_OK) or the failure; the text follows.
 */
struct report {
	int step;
	int error;
	unsigned n;
};

static void child_write_log(const struct exec_child *c, int priority, const char *text)
{
	char line[MESSAGE_MAX + 8];
	int n;

	if (c->log_fd < 0) {
		return;
	}
	n = c->settings->syslog_level_prefix
		    ? snprintf(line, sizeof(line), "<%d>%s\n", priority, text)
		    : snprintf(line, sizeof(line), "%s\n", text);
	if (n > 0) {
		io_write_all(c->log_fd, line,
			     (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1);
	}
}

static void child_report(const struct exec_child *c, enum exec_step step, int error,
			 const char *text)
{
	char buf[sizeof(struct report) + MESSAGE_MAX];
	struct report r = { .step = (int)step,
			    .error = error,
			    .n = (unsigned)strnlen(text, MESSAGE_MAX) };

	memcpy(buf, &r, sizeof(r));
	memcpy(buf + sizeof(r), text, r.n);
	io_write_all(c->report_fd, buf, sizeof(r) + r.n);
}

void exec_child_warn(struct exec_child *c, const char *format, ...)
{
	char text[MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (c->report_fd >= 0) {
		child_report(c, EXEC_OK, 0, text);
	} else {
		child_write_log(c, DIAG_WARNING, text);
	}
}

int exec_child_degrade(struct exec_child *c, const char *setting, int error)
{
	static const int refusals[] = { -EPERM, -EACCES, -ENOSYS, -EROFS, -ENOENT, -EOPNOTSUPP };
	bool refused = false;

	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		refused = refused || refusals[i] == error;
	}
	if (!refused) {
		c->subject = setting;
		return error;
	}
	/* Once for a start, not once for each command around it. */
	if (c->request->is_start) {
		exec_child_warn(c, "%s: %s cannot be applied here, going on without it: %s",
				c->request->unit->id, setting, strerror(-error));
	}
	return 0;
}

/*
 * What systemd says before "Failed at step …", and what stands between that and c->subject; NULL:
 * the subject is not named.
 */
static const struct step_sentence {
	enum exec_step step;
	const char *text;
	const char *joint;
} step_sentences[] = {
	{ EXEC_CHDIR, "Changing to the requested working directory failed", NULL },
	{ EXEC_EXEC, "Failed to execute", " " },
	{ EXEC_LIMITS, "Failed to adjust resource limit", " " },
	{ EXEC_STDIN, "Failed to set up standard input", NULL },
	{ EXEC_STDOUT, "Failed to set up standard output", NULL },
	{ EXEC_STDERR, "Failed to set up standard error output", NULL },
	{ EXEC_GROUP, "Failed to determine group credentials", NULL },
	{ EXEC_USER, "Failed to determine user credentials", NULL },
	{ EXEC_CPUAFFINITY, "Failed to set up CPU affinity", NULL },
	{ EXEC_CAPABILITIES, "Failed to set capabilities", NULL },
	{ EXEC_SECUREBITS, "Failed to set process secure bits", NULL },
	{ EXEC_NO_NEW_PRIVILEGES, "Failed to disable new privileges", NULL },
	{ EXEC_PAM, "Failed to set up PAM session", NULL },
	{ EXEC_SECCOMP, "Failed to apply system call filters", NULL },
	{ EXEC_ADDRESS_FAMILIES, "Failed to restrict address families", NULL },
	{ EXEC_NAMESPACE, "Failed to set up mount namespacing", ": " },
	{ EXEC_RUNTIME_DIRECTORY, "Failed to set up special execution directory", " " },
	{ EXEC_STATE_DIRECTORY, "Failed to set up special execution directory", " " },
	{ EXEC_CACHE_DIRECTORY, "Failed to set up special execution directory", " " },
	{ EXEC_LOGS_DIRECTORY, "Failed to set up special execution directory", " " },
	{ EXEC_CONFIGURATION_DIRECTORY, "Failed to set up special execution directory", " " },
	{ EXEC_NUMA_POLICY, "Failed to set NUMA memory policy", NULL },
	{ EXEC_CREDENTIALS, "Failed to set up credentials", " " },
};

static struct step_sentence step_sentence(const struct exec_child *c)
{
	if (c->sentence) {
		return (struct step_sentence){ c->step, c->sentence, " " };
	}
	for (size_t i = 0; i < ARRAY_SIZE(step_sentences); i++) {
		if (step_sentences[i].step == c->step) {
			return step_sentences[i];
		}
	}
	return (struct step_sentence){0};
}

/* Everything is written out here: the child never goes back into the code of its parent. */
static _Noreturn void child_fail(const struct exec_child *c, int error)
{
	char text[MESSAGE_MAX];
	const char *unit = c->request->unit->id;
	struct step_sentence sentence = step_sentence(c);
	bool named = c->subject && sentence.joint;

	if (sentence.text) {
		snprintf(text, sizeof(text), "%s: %s%s%s: %s", unit, sentence.text,
			 named ? sentence.joint : "", named ? c->subject : "", strerror(-error));
		child_write_log(c, DIAG_ERROR, text);
	}
	snprintf(text, sizeof(text), "%s: Failed at step %s spawning %s: %s", unit,
		 exec_step_name((int)c->step), c->request->command->path, strerror(-error));
	child_write_log(c, DIAG_ERROR, text);
	if (c->report_fd >= 0) {
		child_report(c, c->step, -error, text);
	}
	_exit((int)c->step);
}

static int step_signals(struct exec_child *c)
{
	struct sigaction sa = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int sig = 1; sig <= SIGNAL_LAST; sig++) {
		/*
		 * KILL, STOP and those that the C library keeps for itself cannot be set, and need
		 * not.
		 */
		sigaction(sig, &sa, NULL);
	}
	if (c->settings->ignore_sigpipe) {
		sa.sa_handler = SIG_IGN;
		sigaction(SIGPIPE, &sa, NULL);
	}
	/* Files of ours before UMask= are made as PID 1 would, whatever the caller's shell had. */
	umask(0022);
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL) < 0 ? -errno : 0;
}

static int move_up(int *fd, int first)
{
	int moved;

	if (*fd < 0) {
		return 0;
	}
	moved = fcntl(*fd, F_DUPFD_CLOEXEC, first);
	if (moved < 0) {
		return -errno;
	}
	*fd = moved;
	return 0;
}

/*
 * What we still need goes above the numbers that the command will get; everything else is closed.
 */
static int step_descriptors(struct exec_child *c)
{
	const struct exec_request *r = c->request;
	size_t n_passed = r->is_control ? 0 : r->n_listen_fds;
	int first = FIRST_PASSED_FD + (int)n_passed;
	int *keep = arena_new_n(c->arena, int, n_passed + 4);
	int *single[] = { &c->log_fd, &c->report_fd, &c->stdin_fd, &c->socket_fd };
	size_t n_keep = 0;

	c->listen_fds = arena_new_n(c->arena, int, n_passed);
	c->n_listen_fds = n_passed;
	for (size_t i = 0; i < n_passed; i++) {
		int e;

		c->listen_fds[i] = r->listen_fds[i];
		e = move_up(&c->listen_fds[i], first);
		if (e < 0) {
			return e;
		}
		keep[n_keep++] = c->listen_fds[i];
	}
	for (size_t i = 0; i < ARRAY_SIZE(single); i++) {
		int e = move_up(single[i], first);

		if (e < 0) {
			return e;
		}
		if (*single[i] >= 0) {
			keep[n_keep++] = *single[i];
		}
	}
	return io_close_from(FIRST_PASSED_FD, keep, n_keep);
}

static int step_session(struct exec_child *c)
{
	(void)c;
	return setsid() < 0 && errno != EPERM ? -errno : 0;
}

static int step_environment(struct exec_child *c)
{
	int r = exec_build_environment(c->request, &c->identity, c->arena, &c->environment,
				       &c->diags);

	for (size_t i = 0; i < c->diags.n; i++) {
		if (c->diags.v[i].level != DIAG_ERROR) {
			exec_child_warn(c, "%s: %s", c->request->unit->id, c->diags.v[i].text);
		} else {
			c->subject = c->diags.v[i].file;
		}
	}
	exec_environment_add_journal(c);
	return r;
}

static int step_umask(struct exec_child *c)
{
	umask(c->settings->umask);
	return 0;
}

static int step_chroot(struct exec_child *c)
{
	const char *root = c->settings->root_directory;

	if (!c->apply_chroot || !root || streq(root, "/")) {
		return 0;
	}
	if (access(root, F_OK) < 0) {
		/* systemd notices when it builds the mount namespace. */
		c->step = EXEC_NAMESPACE;
		c->subject = root;
		return -errno;
	}
	return chroot(root) < 0 || chdir("/") < 0 ? -errno : 0;
}

static int step_working_directory(struct exec_child *c)
{
	const struct exec_settings *e = c->settings;
	const char *dir = e->working_directory;

	if (!dir && geteuid() != 0 && !e->user && c->identity.home) {
		/* A user's own manager starts its services at home. */
		return chdir(c->identity.home) < 0 && chdir("/") < 0 ? -errno : 0;
	}
	if (chdir("/") < 0) {
		return -errno;
	}
	if (!dir) {
		return 0;
	}
	if (streq(dir, "~")) {
		dir = c->identity.home ? c->identity.home : "/";
	}
	return chdir(dir) < 0 && !e->working_directory_optional ? -errno : 0;
}

/* 0, or why it cannot be executed. */
static int executable_error(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0 || access(path, X_OK) < 0) {
		return -errno;
	}
	return S_ISREG(st.st_mode) ? 0 : -EACCES;
}

static const char *search_executable(struct exec_child *c, const char *name)
{
	struct strv dirs = {0};

	if (c->settings->exec_search_path.n > 0) {
		dirs = c->settings->exec_search_path;
	} else {
		strv_split(&dirs, c->arena, SEARCH_PATH, ":");
	}
	STRV_FOREACH(dir, &dirs) {
		const char *path = path_join(c->arena, dir, name);

		if (executable_error(path) == 0) {
			return path;
		}
	}
	return NULL;
}

/*
 * Before the uid changes, as systemd does: a directory that the user may not search does not hide
 * the program from execve.
 */
static int step_executable(struct exec_child *c)
{
	const struct command *command = c->request->command;

	int error = -ENOENT;

	if (path_is_absolute(command->path)) {
		c->executable = command->path;
		error = executable_error(command->path);
	} else {
		c->executable = search_executable(c, command->path);
		error = c->executable ? 0 : -ENOENT;
	}
	c->subject = arena_printf(c->arena, "'%s'", command->path);
	c->sentence = "Unable to locate executable";
	if (error < 0 && (command->flags & COMMAND_IGNORE_FAILURE)) {
		exec_child_warn(c, "%s: %s %s: %s", c->request->unit->id, c->sentence, c->subject,
				strerror(-error));
		c->skip_quietly = true;
		return 0;
	}
	if (error == 0) {
		c->sentence = NULL;
		c->subject = NULL;
	}
	return error;
}

static int step_arguments(struct exec_child *c)
{
	const struct command *command = c->request->command;

	if (command->flags & COMMAND_NO_ENV_EXPAND) {
		c->argv = command->argv;
	} else {
		command_expand(command, &c->environment, c->arena, &c->argv);
	}
	return c->argv.n > 0 ? 0 : -EINVAL;
}

/*
 * Listening sockets become 3, 4, …; nothing that must be kept is in their way since
 * step_descriptors.
 */
static int step_pass_descriptors(struct exec_child *c)
{
	for (size_t i = 0; i < c->n_listen_fds; i++) {
		int fd = FIRST_PASSED_FD + (int)i;

		if (dup2(c->listen_fds[i], fd) < 0 ||
		    io_set_nonblock(fd, c->settings->non_blocking) < 0) {
			return -errno;
		}
	}
	return 0;
}

static int step_execute(struct exec_child *c)
{
	char **argv = strv_to_argv(&c->argv, c->arena);
	char **envp = strv_to_argv(&c->environment, c->arena);

	c->subject = c->executable;
	execve(c->executable, argv, envp);
	return -errno;
}

/* The order is part of the contract: systemd.exec(5) and SYSTEMD.md 4, "Process setup order". */
static const struct exec_stage {
	enum exec_step step;		/* status where the stage itself does not say more */
	int (*run)(struct exec_child *c);
} stages[] = {
	{ EXEC_SIGNAL_MASK, step_signals },
	{ EXEC_FDS, exec_apply_open_files },
	{ EXEC_FDS, step_descriptors },
	{ EXEC_SETSID, step_session },
	{ EXEC_USER, exec_apply_identity_resolve },
	{ EXEC_STDIN, exec_apply_stdio },
	{ EXEC_OOM_ADJUST, exec_apply_oom_score },
	{ EXEC_LIMITS, exec_apply_coredump_filter },
	{ EXEC_NICE, exec_apply_nice },
	{ EXEC_SETSCHEDULER, exec_apply_scheduler },
	{ EXEC_CPUAFFINITY, exec_apply_affinity },
	{ EXEC_NUMA_POLICY, exec_apply_numa },
	{ EXEC_IOPRIO, exec_apply_io_priority },
	{ EXEC_TIMERSLACK, exec_apply_timer_slack },
	{ EXEC_PERSONALITY, exec_apply_personality },
	{ EXEC_RUNTIME_DIRECTORY, exec_apply_directories },
	{ EXEC_CREDENTIALS, exec_apply_credentials },
	{ EXEC_MEMORY, step_environment },
	{ EXEC_EXCEPTION, step_umask },
	{ EXEC_LIMITS, exec_apply_limits },
	{ EXEC_KSM, exec_apply_memory_ksm },
	{ EXEC_PAM, exec_apply_pam },
	{ EXEC_NAMESPACE, exec_apply_namespaces },
	{ EXEC_GROUP, exec_apply_groups },
	{ EXEC_USER, exec_apply_private_users },
	{ EXEC_EXCEPTION, exec_warn_left_out },
	{ EXEC_KEYRING, exec_apply_keyring },
	{ EXEC_CHROOT, step_chroot },
	{ EXEC_EXEC, step_executable },
	{ EXEC_CAPABILITIES, exec_apply_bounding_set },
	{ EXEC_SECUREBITS, exec_apply_secure_bits },
	{ EXEC_USER, exec_apply_user },
	{ EXEC_CAPABILITIES, exec_apply_ambient_set },
	{ EXEC_CHDIR, step_working_directory },
	{ EXEC_NO_NEW_PRIVILEGES, exec_apply_no_new_privileges },
	{ EXEC_EXEC, step_arguments },
	{ EXEC_FDS, step_pass_descriptors },
	{ EXEC_SECCOMP, exec_apply_seccomp },
	{ EXEC_EXEC, step_execute },
};

static void child_init(struct exec_child *c, const struct exec_request *r, struct arena *a,
		       int report_fd)
{
	unsigned flags = r->command->flags;
	bool privileged = r->unit->type == UNIT_SERVICE &&
			  r->unit->service.permissions_start_only && !r->is_start;
	bool root_start_only = r->unit->type == UNIT_SERVICE &&
			       r->unit->service.root_directory_start_only;

	*c = (struct exec_child){
		.own = *r,
		.settings = &r->unit->exec,
		.arena = a,
		.diags = { .arena = a },
		.report_fd = report_fd,
		.log_fd = r->log_fd,
		.stdin_fd = r->stdin_fd,
		.socket_fd = r->socket_fd,
		.apply_sandbox = !(flags & COMMAND_FULLY_PRIVILEGED) && !privileged,
		.apply_chroot = r->is_start || !root_start_only,
	};
	c->request = &c->own;
	c->apply_identity = c->apply_sandbox && !(flags & COMMAND_NO_SETUID);
}

static _Noreturn void child_main(const struct exec_request *r, int report_fd)
{
	struct arena arena = {0};
	struct exec_child c;

	child_init(&c, r, &arena, report_fd);
	for (size_t i = 0; i < ARRAY_SIZE(stages); i++) {
		int error;

		c.step = stages[i].step;
		error = stages[i].run(&c);
		if (error < 0) {
			child_fail(&c, error);
		}
		if (c.skip_quietly) {
			_exit(EXIT_SUCCESS);
		}
	}
	_exit(EXEC_EXCEPTION);
}

/* n bytes, or 0 at the end of the pipe: the command is running. */
static ssize_t read_exactly(int fd, void *buf, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t r = read(fd, (char *)buf + done, n - done);

		if (r < 0 && errno == EINTR) {
			continue;
		}
		if (r <= 0) {
			return r < 0 ? -errno : 0;
		}
		done += (size_t)r;
	}
	return (ssize_t)done;
}

/* Reports are written in one piece each: where the head of one is, the rest is too. */
bool exec_read_report(int fd, const char *unit, struct diag_list *diags, struct exec_failure *ret)
{
	struct report r;
	char text[MESSAGE_MAX + 1];
	ssize_t n;

	while ((n = read_exactly(fd, &r, sizeof(r))) > 0) {
		if (r.n > MESSAGE_MAX || (r.n > 0 && read_exactly(fd, text, r.n) <= 0)) {
			return true;
		}
		text[r.n] = '\0';
		if (r.step != EXEC_OK) {
			*ret = (struct exec_failure){ (enum exec_step)r.step, r.error };
			return true;
		}
		diag_add(diags, DIAG_WARNING, 0, NULL, 0, unit, "%s", text);
	}
	return n != -EAGAIN;
}

/* Waits for the report, or hands it over. */
static void follow_report(const struct exec_request *r, int *read_end, struct diag_list *diags,
			  struct exec_failure *ret)
{
	struct exec_failure failure = {0};

	if (r->ret_report_fd) {
		io_set_nonblock(*read_end, true);
		*r->ret_report_fd = TAKE_FD(*read_end);
		return;
	}
	exec_read_report(*read_end, r->unit->id, diags, &failure);
	if (ret) {
		*ret = failure;
	}
}

int exec_spawn(const struct exec_request *r, struct diag_list *diags, pid_t *ret_pid,
	       struct exec_failure *ret_failure)
{
	CLEANUP_CLOSE int read_end = -1;
	CLEANUP_CLOSE int write_end = -1;
	sigset_t all, before;
	pid_t pid;
	int error;

	error = exec_environment_check(r, diags);
	if (error < 0) {
		return error;
	}
	if (r->wait_for_exec) {
		int p[2];

		if (pipe2(p, O_CLOEXEC) < 0) {
			return -errno;
		}
		read_end = p[0];
		write_end = p[1];
	}
	/* A handler of ours must not run in the child before it has put them all away. */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0) {
		child_main(r, write_end);
	}
	error = -errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (pid < 0) {
		return error;
	}
	if (ret_failure) {
		*ret_failure = (struct exec_failure){0};
	}
	if (r->wait_for_exec) {
		close(TAKE_FD(write_end));
		follow_report(r, &read_end, diags, ret_failure);
	}
	*ret_pid = pid;
	return 0;
}
