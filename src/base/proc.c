/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
#include "base/proc.h"
#include "base/str.h"

#define STAT_SIZE 1024
#define COMMAND_LINE_MAX ((size_t)128 * 1024)
/* Fields behind the command name, counted from the state (field 3) as 0. */
#define FIELD_PPID 1
#define FIELD_PGRP 2
#define FIELD_SESSION 3
#define FIELD_START_TIME 19

/* Reads the numbers behind the state; those that are not asked for are passed over. */
static int parse_numbers(char *s, struct proc_stat *st)
{
	char *save = NULL;
	int i = 0;

	for (char *word = strtok_r(s, " ", &save); word; word = strtok_r(NULL, " ", &save), i++) {
		switch (i) {
		case FIELD_PPID:
			st->ppid = (pid_t)strtol(word, NULL, 10);
			break;
		case FIELD_PGRP:
			st->pgrp = (pid_t)strtol(word, NULL, 10);
			break;
		case FIELD_SESSION:
			st->session = (pid_t)strtol(word, NULL, 10);
			break;
		case FIELD_START_TIME:
			st->start_time = strtoull(word, NULL, 10);
			return 0;
		default:
			break;
		}
	}
	return -EIO;
}

/* The name may hold blanks and parentheses: it ends at the last one. */
static int parse_stat(char *text, struct proc_stat *st)
{
	char *open = strchr(text, '(');
	char *close = strrchr(text, ')');
	size_t n;

	if (!open || !close || close < open || close[1] != ' ' || close[2] == '\0') {
		return -EIO;
	}
	n = (size_t)(close - open - 1);
	n = n < sizeof(st->comm) ? n : sizeof(st->comm) - 1;
	memcpy(st->comm, open + 1, n);
	st->comm[n] = '\0';
	st->state = close[2];
	return parse_numbers(close + 2, st);
}

int proc_read_stat(pid_t pid, struct proc_stat *ret)
{
	struct proc_stat st = {.pid = pid};
	char path[32];
	char text[STAT_SIZE];
	ssize_t n;
	int r;

	if (pid <= 0) {
		return -ESRCH;
	}
	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	n = io_read_small(AT_FDCWD, path, text, sizeof(text));
	if (n == -ENOENT) {
		return access("/proc/self/stat", F_OK) == 0 ? -ESRCH : -ENOENT;
	}
	if (n < 0) {
		return (int)n;
	}
	r = parse_stat(text, &st);
	if (r == 0) {
		*ret = st;
	}
	return r;
}

struct proc_id proc_id_of(pid_t pid)
{
	struct proc_id id = {.pid = pid > 0 ? pid : 0};
	struct proc_stat st;

	if (proc_read_stat(pid, &st) == 0) {
		id.start_time = st.start_time;
	}
	return id;
}

/*
 * Is the process with this pid ours, as far as can be known? 1 yes, 0 no. The stat of the process
 * is given back where it can be read (state 0 otherwise). Under hidepid= a foreign process cannot
 * be seen, but kill says EPERM for it.
 */
static bool proc_id_matches(const struct proc_id *id, struct proc_stat *st)
{
	int r;

	*st = (struct proc_stat){0};
	if (id->pid <= 0) {
		return false;
	}
	r = proc_read_stat(id->pid, st);
	if (r == 0) {
		return id->start_time == 0 || st->start_time == id->start_time;
	}
	if (kill(id->pid, 0) < 0) {
		return errno == EPERM;
	}
	/* We may signal it and /proc is there, yet shows no such process: it has just come, or is a
	 * thread. */
	return r != -ESRCH;
}

bool proc_id_is_alive(const struct proc_id *id)
{
	struct proc_stat st;

	return proc_id_matches(id, &st) && st.state != 'Z' && st.state != 'X';
}

static int pidfd_open_raw(pid_t pid)
{
#ifdef SYS_pidfd_open
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (fd >= 0) {
		return fd;
	}
	/* EPERM is how old seccomp filters say ENOSYS; EINVAL is a thread, no process. */
	return errno == EPERM ? -ENOSYS : errno == EINVAL ? -ESRCH : -errno;
#else
	return -ENOSYS;
#endif
}

int proc_id_open(const struct proc_id *id)
{
	CLEANUP_CLOSE int fd = id->pid > 0 ? pidfd_open_raw(id->pid) : -ESRCH;
	struct proc_stat st;

	/* Only now: from here on the descriptor means one process, whatever becomes of the pid. */
	if (!proc_id_matches(id, &st)) {
		return -ESRCH;
	}
	return fd < 0 ? fd : TAKE_FD(fd);
}

/* 0, or -errno; -ENOSYS where the kernel or a filter refuses the call. */
static int pidfd_kill(int fd, int sig)
{
#ifdef SYS_pidfd_send_signal
	if (syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0) == 0) {
		return 0;
	}
	return errno == EPERM ? -ENOSYS : -errno;
#else
	return -ENOSYS;
#endif
}

int proc_id_kill(const struct proc_id *id, int sig)
{
	CLEANUP_CLOSE int fd = proc_id_open(id);
	struct proc_stat st;
	int r = fd < 0 ? fd : pidfd_kill(fd, sig);

	if (r == 0 || r == -ESRCH) {
		return r;
	}
	/* The older way: the time between a look and the signal is too short for a pid to come
	 * round. */
	if (!proc_id_matches(id, &st)) {
		return -ESRCH;
	}
	return kill(id->pid, sig) < 0 ? -errno : 0;
}

/* ioctl_pidfd(2), PIDFD_GET_INFO, which the headers of older systems do not have. */
struct exit_info {
	uint64_t mask, cgroup;
	uint32_t ids[11];
	int32_t wait_status;
};
#define EXIT_INFO_REQUEST _IOWR(0xff, 11, struct exit_info)
#define EXIT_INFO_MASK (UINT64_C(1) << 3)
#define REAP_MS 100

int proc_read_exit(int pidfd, int *ret_code, int *ret_status)
{
	/* Its status is told to others when its parent has taken it, which is a hang-up. */
	struct pollfd reaped = { .fd = pidfd };

	if (pidfd < 0) {
		return -EBADF;
	}
	for (int i = 0; i < 2; i++) {
		struct exit_info info = { .mask = EXIT_INFO_MASK };
		int r = ioctl(pidfd, EXIT_INFO_REQUEST, &info);

		if (r < 0 && errno != ESRCH) {
			return -errno;
		}
		if (r == 0 && (info.mask & EXIT_INFO_MASK)) {
			int status = info.wait_status;

			*ret_code = WIFEXITED(status)	  ? CLD_EXITED
				    : WCOREDUMP(status) ? CLD_DUMPED
							: CLD_KILLED;
			*ret_status = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
			return 0;
		}
		poll(&reaped, 1, REAP_MS);
	}
	return -EAGAIN;
}

int proc_list_all(struct arena *a, struct proc_stat **ret, size_t *ret_n)
{
	CLEANUP_CLOSEDIR DIR *d = opendir("/proc");
	struct proc_stat *list = NULL;
	size_t n = 0;
	size_t cap = 0;
	struct dirent *e;

	if (!d) {
		return -errno;
	}
	while ((e = readdir(d))) {
		struct proc_stat st;

		if (!isdigit((unsigned char)e->d_name[0])) {
			continue;
		}
		/* One that ended since the directory was read is no error. */
		if (proc_read_stat((pid_t)strtol(e->d_name, NULL, 10), &st) == 0) {
			*ARENA_PUSH(a, list, n, cap) = st;
		}
	}
	if (n == 0) {
		/* We at least are a process: what is mounted here is no /proc. */
		return -ENOENT;
	}
	*ret = list;
	*ret_n = n;
	return 0;
}

static int compare_by_parent(const void *x, const void *y)
{
	const struct proc_stat *a = x;
	const struct proc_stat *b = y;

	if (a->ppid != b->ppid) {
		return a->ppid < b->ppid ? -1 : 1;
	}
	return (a->pid > b->pid) - (a->pid < b->pid);
}

/* The index of the first process of this parent, in a list sorted by parent. */
static size_t first_child(const struct proc_stat *all, size_t n, pid_t parent)
{
	size_t low = 0;
	size_t high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (all[middle].ppid < parent) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

int proc_list_descendants(pid_t root, struct arena *a, struct proc_stat **ret, size_t *ret_n)
{
	struct proc_stat *all = NULL;
	struct proc_stat *found;
	size_t n_all = 0;
	size_t n = 0;
	pid_t parent = root;
	int r = proc_list_all(a, &all, &n_all);

	if (r < 0) {
		return r;
	}
	qsort(all, n_all, sizeof(*all), compare_by_parent);
	found = arena_new_n(a, struct proc_stat, n_all);
	for (size_t done = 0;; done++) {
		for (size_t i = first_child(all, n_all, parent); i < n_all && all[i].ppid == parent;
		     i++) {
			/* A list that was read while pids were reused may go round. */
			if (all[i].pid != root && n < n_all) {
				found[n++] = all[i];
			}
		}
		if (done == n) {
			break;
		}
		parent = found[done].pid;
	}
	*ret = found;
	*ret_n = n;
	return 0;
}

/* Words end with a NUL each; what a terminal would obey is shown as \xNN. */
static void add_words(struct strbuf *b, const char *text, size_t n)
{
	while (n > 0 && text[n - 1] == '\0') {
		n--;
	}
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\0') {
			strbuf_add_char(b, ' ');
		} else if (c < ' ' || c == 0x7f) {
			strbuf_addf(b, "\\x%02x", c);
		} else {
			strbuf_add_char(b, text[i]);
		}
	}
}

char *proc_command_line(pid_t pid, struct arena *a)
{
	CLEANUP_STRBUF struct strbuf b = {0};
	struct proc_stat st;
	char path[32];
	char *text = NULL;
	size_t n = 0;

	snprintf(path, sizeof(path), "/proc/%ld/cmdline", (long)pid);
	if (io_read_file(AT_FDCWD, path, COMMAND_LINE_MAX, a, &text, &n) == 0) {
		add_words(&b, text, n);
	}
	if (b.n > 0) {
		return arena_strdup(a, b.s);
	}
	if (proc_read_stat(pid, &st) < 0) {
		return arena_strdup(a, "n/a");
	}
	strbuf_add_char(&b, '[');
	add_words(&b, st.comm, strlen(st.comm));
	strbuf_add_char(&b, ']');
	return arena_strdup(a, b.s);
}

bool proc_has_our_exe(pid_t pid)
{
	/* It never changes, whatever becomes of the name. */
	static struct stat ours;
	struct stat theirs;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%ld/exe", (long)pid);
	return (ours.st_ino > 0 || stat("/proc/self/exe", &ours) == 0) && stat(path, &theirs) == 0 &&
	       theirs.st_ino == ours.st_ino && theirs.st_dev == ours.st_dev;
}

uid_t proc_own_uid(void)
{
	static struct ucred self;
	static uid_t asked_as = (uid_t)-1;
	socklen_t n = sizeof(self);
	int pair[2];

	/* It changes when we change it, and not otherwise. */
	if (asked_as == geteuid()) {
		return self.uid;
	}
	asked_as = geteuid();
	self.uid = asked_as;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0) {
		(void)getsockopt(pair[0], SOL_SOCKET, SO_PEERCRED, &self, &n);
		close(pair[0]);
		close(pair[1]);
	}
	return self.uid;
}

pid_t proc_spawn(const char *exe, char **argv, char **env, bool silent)
{
	sigset_t none;
	pid_t pid = fork();

	if (pid != 0) {
		return pid < 0 ? -errno : pid;
	}
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	if (silent) {
		io_null_stdio();
		io_close_from(3, NULL, 0);
	}
	execve(exe, argv, env);
	_exit(127);
}
