/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/io.h"
#include "base/str.h"
#include "life.h"
#include "state/manager.h"
#include "unit/virtualization.h"

#define CONTAINER_FILE "/run/systemd/container"
#define DEFAULT_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

extern char **environ;

/* Variables that are for us alone. */
static const char *const private_variables[] = {
    "NOTIFY_SOCKET=", "LISTEN_PID=", "LISTEN_FDS=", "LISTEN_FDNAMES=", "LISTEN_PIDFDID="};

static bool is_private(const char *assignment)
{
	for (size_t i = 0; i < ARRAY_SIZE(private_variables); i++) {
		if (str_has_prefix(assignment, private_variables[i])) {
			return true;
		}
	}
	return false;
}

static char **copy_environment(void)
{
	size_t n = 0, k = 0;
	bool has_path = false;
	char **copy;

	while (environ[n]) {
		n++;
	}
	copy = calloc(n + 2, sizeof *copy);
	if (!copy) {
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		if (!is_private(environ[i])) {
			copy[k++] = environ[i];
			has_path = has_path || str_has_prefix(environ[i], "PATH=");
		}
	}
	if (!has_path) {
		copy[k] = (char *)DEFAULT_PATH;
	}
	return copy;
}

/* The units' names at their place behind the words that are ours. */
static char **make_words(const struct init_request *r)
{
	char **words = calloc(r->n_units + ARGV_FIXED + 1, sizeof *words);

	for (size_t i = 0; words && i < r->n_units; i++) {
		words[ARGV_FIXED + i] = r->units[i];
	}
	return words;
}

/* An address of sd_notify(3): a path, or '@' and an abstract name. */
static int open_notify(const char *address)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	size_t n = address ? strlen(address) : 0;
	int fd;

	if (n < 2 || n >= sizeof name.sun_path || (address[0] != '/' && address[0] != '@')) {
		return -1;
	}
	memcpy(name.sun_path, address, n);
	if (address[0] == '@') {
		name.sun_path[0] = '\0';
	}
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&name,
			       (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0) {
		macro_close(&fd);
		fd = -1;
	}
	return fd;
}

/* Shells that a person starts here, programs of packages and services look for these. Where / and
 * /run are read-only, they do without. */
static void make_runtime(void)
{
	const char *container = getenv("container");

	if (!container || !container[0]) {
		container = virtualization_container();
	}
	if (io_make_dirs(AT_FDCWD, MANAGER_RUNTIME_DIR, 0755) == 0 && container) {
		io_write_atomic(AT_FDCWD, CONTAINER_FILE, container, strlen(container), 0644);
	}
}

static void become_first(void)
{
	prctl(PR_SET_NAME, MANAGER_COMM);
	umask(0022);
	/* Not to keep anything from being unmounted; where / is no directory of ours, we stay. */
	if (chdir("/") < 0) {
		errno = 0;
	}
	make_runtime();
}

/* What was closed would become a descriptor of ours, and get what is meant for a person. */
static void open_stdio(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_NOCTTY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0) {
		close(fd);
	}
}

/* sigfillset() leaves out what the C library keeps for itself, and with musl that is SIGNALS_RTMIN. */
static void fill_all(sigset_t *set)
{
	memset(set, 0xff, sizeof *set);
}

void init_prepare(void)
{
	sigset_t all;

	fill_all(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	/* What is ignored stays so in what we start; and without SIGCHLD there are no exit statuses. */
	for (int sig = 1; sig < NSIG; sig++) {
		signal(sig, SIG_DFL);
	}
}

int setup_all(struct init *s)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
	static const char *self = "/proc/self/exe";
	const char *file = (const char *)getauxval(AT_EXECFN);

	open_stdio();
	s->notify_fd = open_notify(getenv("NOTIFY_SOCKET"));
	/* Without /proc, the path that we were executed by. */
	s->exe = access(self, X_OK) == 0 ? self : file ? file : s->request->argv0;
	s->environment = copy_environment();
	s->words = make_words(s->request);
	if (!s->environment || !s->words) {
		return -ENOMEM;
	}
	init_prepare();
	fill_all(&s->signals);
	/* Errors in our own code are to be seen, not waited for. */
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		sigdelset(&s->signals, faults[i]);
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (s->is_first) {
		become_first();
	}
	return 0;
}

void setup_notify(const struct init *s, const char *text)
{
	if (s->notify_fd >= 0) {
		(void)!send(s->notify_fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
	}
}
