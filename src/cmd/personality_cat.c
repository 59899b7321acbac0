/* SPDX-License-Identifier: MIT */
#include "cmd/personalities.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <sys/wait.h>
#include <syslog.h>

#include "base/io.h"
#include "cmd/cmd.h"
#include "log/writer.h"
#include "unit/value.h"

#define LOG_NAME "syslog" /* where lines of no unit go */

struct cat {
	struct arena arena;
	const char *identifier;
	int priority, error_priority;
	bool level_prefix;
};

static const char help[] =
    "systemd-cat [OPTIONS...] COMMAND ...\n\nRun a command whose output goes to the log.\n\n"
    "  -h --help                      Show this help\n"
    "     --version                   Show the version\n"
    "  -t --identifier=STRING         Identifier of the lines\n"
    "  -p --priority=PRIORITY         Priority of the lines (0..7)\n"
    "     --stderr-priority=PRIORITY  The same for standard error\n"
    "     --level-prefix=BOOL         Whether <N> in front of a line is its priority\n";

/* "err", "3"; -EINVAL. */
static int parse_priority(const char *text)
{
	static const char *const names[] = {"emerg",   "alert",	 "crit", "err",
					    "warning", "notice", "info", "debug"};
	int n;

	for (int i = 0; i < (int)ARRAY_SIZE(names); i++) {
		if (streq(names[i], text)) {
			return i;
		}
	}
	return value_parse_int(text, &n) == 0 && n >= 0 && n <= LOG_DEBUG ? n : -EINVAL;
}

static int set_priority(int *place, const char *what, const char *text)
{
	int n = parse_priority(text);

	if (n < 0) {
		cmd_error("Failed to parse %s value.", what);
		return n;
	}
	*place = n;
	return 0;
}

static int apply(struct cat *c, int option)
{
	switch (option) {
	case 'h':
		fputs(help, stdout);
		return 1;
	case 'v':
		cmd_version_print();
		return 1;
	case 't':
		c->identifier = optarg;
		return 0;
	case 'p':
		return set_priority(&c->priority, "priority", optarg);
	case 'e':
		return set_priority(&c->error_priority, "stderr priority", optarg);
	case 'l':
		if (value_parse_bool(optarg, &c->level_prefix) < 0) {
			cmd_error("Failed to parse boolean argument to --level-prefix=: %s.", optarg);
			return -EINVAL;
		}
		return 0;
	case 'n':
		cmd_error("Log namespaces need systemd-journald.");
		return -EINVAL;
	default:
		return -EINVAL;
	}
}

static int parse_options(struct cat *c, int argc, char **argv)
{
	static const struct option longs[] = {
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'v'},
	    {"identifier", required_argument, NULL, 't'},
	    {"priority", required_argument, NULL, 'p'},
	    {"stderr-priority", required_argument, NULL, 'e'},
	    {"level-prefix", required_argument, NULL, 'l'},
	    {"namespace", required_argument, NULL, 'n'},
	    {NULL, 0, NULL, 0},
	};
	int option, r = 0;

	while (r == 0 && (option = getopt_long(argc, argv, "+ht:p:", longs, NULL)) >= 0) {
		r = apply(c, option);
	}
	return r;
}

/* Reads the streams to their end. */
static int copy(struct cat *c, const int *fds, size_t n, pid_t pid)
{
	static struct log_stream streams[2];
	struct pollfd polls[2];
	struct log_writer w;
	struct place place;
	size_t left = n;
	int r = place_init(&place, false, &c->arena);

	if (r < 0) {
		cmd_error("Failed to create stream fd: %s", strerror(-r));
		return 1;
	}
	log_writer_init(&w, &place, LOG_NAME);
	for (size_t i = 0; i < n; i++) {
		streams[i] = (struct log_stream){
		    .fd = fds[i],
		    .pid = pid,
		    .identifier = c->identifier,
		    .level_prefix = c->level_prefix,
		    .level = i == 0 || c->error_priority < 0 ? c->priority : c->error_priority,
		    .level_max = -1,
		};
		polls[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
	}
	while (left > 0) {
		if (poll(polls, n, -1) < 0) {
			if (errno == EINTR) {
				continue;
			}
			cmd_error("Failed to wait for lines: %s", strerror(errno));
			break;
		}
		for (size_t i = 0; i < n; i++) {
			if (polls[i].fd >= 0 && polls[i].revents &&
			    log_stream_read(&streams[i], &w) != 1) {
				polls[i].fd = -1;
				left--;
			}
		}
	}
	log_writer_finish(&w);
	return left > 0;
}

/* The reader is nobody's child: whoever waits for the command must not find it. */
static int start_reader(struct cat *c, const int *reads)
{
	pid_t pid = getpid(), child = fork();

	if (child == 0) {
		if (fork() != 0) {
			_exit(EXIT_SUCCESS);
		}
		setsid();
		for (int i = 0; i < 2; i++) {
			io_set_nonblock(reads[i], true);
		}
		io_null_stdio();
		io_close_from(STDERR_FILENO + 1, reads, 2);
		_exit(copy(c, reads, 2, pid));
	}
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR) {
	}
	return child < 0 ? -errno : 0;
}

static int run_command(struct cat *c, char **command)
{
	int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3), reads[2], p[2];
	int r = 0;

	c->identifier = c->identifier ? c->identifier : path_basename(command[0]);
	for (int i = 0; i < 2; i++) {
		if (pipe2(p, O_CLOEXEC) < 0) {
			cmd_error("Failed to create stream fd: %s", strerror(errno));
			return 1;
		}
		reads[i] = fcntl(p[0], F_DUPFD_CLOEXEC, 10);
		close(p[0]);
		if (i == 0) {
			fflush(stdout);
		}
		dup2(p[1], STDOUT_FILENO + i);
		close(p[1]);
	}
	r = start_reader(c, reads);
	for (int i = 0; i < 2; i++) {
		close(reads[i]);
	}
	if (r == 0) {
		execvp(command[0], command);
		r = -errno;
	}
	dup2(saved, STDERR_FILENO);
	cmd_error("Failed to execute process: %s", strerror(-r));
	return 1;
}

int cmd_cat_main(int argc, char **argv)
{
	static const int input = STDIN_FILENO;
	struct cat c = {.priority = LOG_INFO, .error_priority = -1, .level_prefix = true};
	int r = parse_options(&c, argc, argv);
	int status = r < 0 ? 1 : 0;

	if (r == 0 && optind < argc) {
		status = run_command(&c, argv + optind);
	} else if (r == 0) {
		c.identifier = c.identifier ? c.identifier : "unknown";
		status = copy(&c, &input, 1, getpid());
	}
	arena_free(&c.arena);
	return status;
}
