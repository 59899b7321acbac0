/* SPDX-License-Identifier: MIT */

/* systemd-run --scope: the command stays our child, so that the scope ends with it. */

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "log/target.h"
#include "run.h"
#include "state/control.h"
#include "unit/command.h"
#include "unit/value.h"

static int refuse_unknown(const char *what, const char *name)
{
	cmd_error("Failed to resolve %s %s: No such process", what, name);
	return -ESRCH;
}

static int check_user(const struct run *r)
{
	if (r->user && !getpwnam(r->user)) {
		return refuse_unknown("user", r->user);
	}
	return r->group && !getgrnam(r->group) ? refuse_unknown("group", r->group) : 0;
}

/* What a login would set; a shell that refuses is none. */
static void set_home(const struct passwd *pw)
{
	bool has_shell = *pw->pw_shell && !str_has_suffix(pw->pw_shell, "/nologin") &&
			 !str_has_suffix(pw->pw_shell, "/false");

	setenv("HOME", pw->pw_dir, true);
	setenv("USER", pw->pw_name, true);
	setenv("LOGNAME", pw->pw_name, true);
	if (has_shell) {
		setenv("SHELL", pw->pw_shell, true);
	}
}

static int become_user(const struct run *r)
{
	struct passwd *pw = r->user ? getpwnam(r->user) : NULL;
	struct group *gr = r->group ? getgrnam(r->group) : NULL;

	if (pw) {
		set_home(pw);
	}
	if (pw && initgroups(pw->pw_name, gr ? gr->gr_gid : pw->pw_gid) < 0) {
		return -errno;
	}
	if ((pw || gr) && setresgid(gr ? gr->gr_gid : pw->pw_gid, gr ? gr->gr_gid : pw->pw_gid,
				    gr ? gr->gr_gid : pw->pw_gid) < 0) {
		return -errno;
	}
	return pw && setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) < 0 ? -errno : 0;
}

/* What is for the command, if it is sent to us; what the terminal sends reaches both. */
static const int forwarded[] = { SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 };

static void set_of_signals(sigset_t *ret)
{
	sigemptyset(ret);
	sigaddset(ret, SIGCHLD);
	sigaddset(ret, SCOPE_STOP_SIGNAL);
	for (size_t i = 0; i < ARRAY_SIZE(forwarded); i++) {
		sigaddset(ret, forwarded[i]);
	}
}

static void block_signals(int how)
{
	sigset_t set;

	set_of_signals(&set);
	sigprocmask(how, &set, NULL);
}

static void expand_command(struct run *r, struct strv *ret)
{
	const struct command command = {
		.argv = r->command,
		.flags = r->expand ? 0 : COMMAND_NO_ENV_EXPAND,
	};
	struct strv environment = {0};

	for (char **e = environ; *e; e++) {
		strv_add(&environment, &r->c->arena, *e);
	}
	command_expand(&command, &environment, &r->c->arena, ret);
}

static _Noreturn void execute_scope(struct run *r, int go, const char *id)
{
	struct strv argv = {0};
	int nice = 0;
	char byte;

	block_signals(SIG_UNBLOCK);
	STRV_FOREACH(assignment, &r->environment)
	{
		putenv((char *)assignment);
	}
	setenv("INVOCATION_ID", id, true);
	if (read(go, &byte, 1) != 1 || (r->nice && value_parse_int(r->nice, &nice) < 0) ||
	    (r->nice && setpriority(PRIO_PROCESS, 0, nice) < 0) || become_user(r) < 0) {
		_exit(EXIT_FAILURE);
	}
	expand_command(r, &argv);
	execv(r->command.v[0], strv_to_argv(&argv, &r->c->arena));
	cmd_error("Failed to execute: %s", strerror(errno));
	_exit(EXIT_FAILURE);
}

static int write_scope_record(struct run *r, pid_t pid, const char *id, bool timed_out)
{
	struct record record;
	usec_t realtime = clock_realtime(), monotonic = clock_monotonic();

	record_init(&record);
	snprintf(record.epoch, sizeof(record.epoch), "%s", r->c->place.epoch);
	record.active = timed_out ? ACTIVE_FAILED : ACTIVE_ACTIVE;
	record.sub = timed_out ? "failed" : "running";
	record.result = timed_out ? "timeout" : "success";
	record.invocation_id = id;
	record.main = proc_id_of(pid);
	record.control = timed_out ? record.main : proc_id_of(getpid());
	record.state_change_realtime = record.inactive_exit_realtime =
	    record.active_enter_realtime = realtime;
	record.state_change_monotonic = record.inactive_exit_monotonic =
	    record.active_enter_monotonic = monotonic;
	return record_write(&r->c->place, r->name, &record);
}

/* One that comes while the scope is up: is it told to stop? */
static bool take_signal(pid_t pid, usec_t end)
{
	usec_t now = clock_monotonic();
	struct timespec span = usec_to_timespec(end > now ? end - now : 0);
	siginfo_t info;
	sigset_t set;
	int sig;

	set_of_signals(&set);
	sig = sigtimedwait(&set, &info, end == USEC_INFINITY ? NULL : &span);
	if (sig > 0 && sig != SIGCHLD && sig != SCOPE_STOP_SIGNAL && info.si_code != SI_KERNEL) {
		kill(pid, sig);
	}
	return sig == SCOPE_STOP_SIGNAL;
}

static void log_sentence(struct run *r, const char *sentence)
{
	log_unit_note(&r->c->place, r->name, DIAG_WARNING,
		      arena_printf(&r->c->arena, "%s: %s", r->name, sentence));
}

static void signal_all(struct run *r, int sig)
{
	struct proc_stat *list;
	size_t n = 0;

	proc_list_descendants(getpid(), &r->c->arena, &list, &n);
	for (size_t i = 0; i < n; i++) {
		kill(list[i].pid, sig);
		if (sig != SIGKILL) {
			kill(list[i].pid, SIGCONT);
		}
	}
}

/* Until the command has ended: RuntimeMaxSec=, a stop that is asked for, TimeoutStopSec=. True if its time was over. */
static bool wait_scope(struct run *r, const struct scope_settings *v, pid_t pid, int *ret_status)
{
	usec_t end = usec_add(clock_monotonic(),
			      usec_add(v->runtime_max, clock_random_span(v->runtime_randomized_extra)));
	bool is_stopping = false, timed_out = false;

	while (waitpid(pid, ret_status, WNOHANG) == 0) {
		bool is_over = clock_monotonic() >= end;
		bool is_told = !is_over && take_signal(pid, end);

		if (is_stopping && is_over) {
			log_sentence(r, "Stopping timed out. Killing.");
			signal_all(r, SIGKILL);
			timed_out = true;
			end = USEC_INFINITY;
		} else if (!is_stopping && (is_over || is_told)) {
			if (is_over) {
				log_sentence(r, "Scope reached runtime time limit. Stopping.");
			}
			timed_out = is_over;
			is_stopping = true;
			signal_all(r, SIGTERM);
			end = usec_add(clock_monotonic(), v->timeout_stop);
		}
	}
	return timed_out;
}

static void warn_variables(const struct run *r)
{
	STRV_FOREACH(word, &r->command)
	{
		if (strchr(word, '$') && !r->expand && !r->no_expand) {
			cmd_error("Scope command line contains environment variable, which is not expanded "
				  "by default for now, but will be expanded by default in the future. Use "
				  "--expand-environment=yes/no to explicitly control it as needed.");
			return;
		}
	}
}

static int prepare(struct run *r, struct cmd_unit *ret)
{
	if (check_user(r) < 0 || run_write_units(r) < 0 || cmd_unit_get(r->c, r->name, ret) < 0) {
		return -EINVAL;
	}
	if (r->directory && chdir(r->directory) < 0) {
		cmd_error("Failed to change directory to '%s': %s", r->directory, strerror(errno));
		run_remove_units(r);
		return -ENOENT;
	}
	warn_variables(r);
	return 0;
}

int run_scope(struct run *r)
{
	int p[2], status = 0, e;
	bool timed_out = false;
	struct cmd_unit cu;
	char id[CLOCK_ID_SIZE];
	pid_t pid;

	if (prepare(r, &cu) < 0 || pipe2(p, O_CLOEXEC) < 0) {
		return 1;
	}
	clock_random_id(id);
	block_signals(SIG_BLOCK);
	pid = fork();
	if (pid == 0) {
		/* Else the end of our parent's would not be one. */
		close(p[1]);
		execute_scope(r, p[0], id);
	}
	e = pid < 0 ? -errno : write_scope_record(r, pid, id, false);
	if (e == 0) {
		cmd_notice(r->c, "Running as unit: %s; invocation ID: %s", r->name, id);
		signal(SIGINT, SIG_IGN);
		signal(SIGQUIT, SIG_IGN);
		e = write(p[1], "", 1) == 1 ? 0 : -errno;
	}
	close(p[1]);
	close(p[0]);
	signal(SIGCHLD, SIG_DFL);
	timed_out = pid > 0 && wait_scope(r, &cu.unit->scope, pid, &status);
	if (!timed_out || write_scope_record(r, 0, id, true) < 0) {
		place_remove_unit(&r->c->place, r->name);
		run_remove_units(r);
	}
	if (e < 0) {
		cmd_error("Failed to start transient scope unit: %s", strerror(-e));
		return 1;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
