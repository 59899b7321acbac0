/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/io.h"

static bool isolated;

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
			     "svc:x:4001:4002::/run/home:/bin/false\n"
			     "homeless:x:4005:4002::/nonexistent:\n"
			     "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
static const char group[] = "root:x:0:\n"
			    "svc:x:4002:\n"
			    "extra:x:4003:svc\n"
			    "more:x:4004:\n"
			    "nogroup:x:65534:\n";

static bool put_over(const char *text, size_t n, const char *temporary, const char *path)
{
	return io_write_atomic(AT_FDCWD, temporary, text, n, 0644) == 0 &&
	       mount(temporary, path, NULL, MS_BIND, NULL) == 0;
}

int harness_group_setup(void **state)
{
	(void)state;
	umask(022);
	if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0) {
		return 0;
	}
	isolated = mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
		   mount("tmpfs", "/run", "tmpfs", 0, "mode=755") == 0 &&
		   mount("tmpfs", "/var", "tmpfs", 0, "mode=755") == 0 &&
		   mount("tmpfs", "/tmp", "tmpfs", 0, "mode=1777") == 0 &&
		   put_over(passwd, sizeof(passwd) - 1, "/run/passwd", "/etc/passwd") &&
		   put_over(group, sizeof(group) - 1, "/run/group", "/etc/group");
	return 0;
}

bool harness_is_isolated(void)
{
	return isolated;
}

void harness_init(struct harness *h)
{
	struct exec_settings *e = &h->unit.exec;

	memset(h, 0, sizeof(*h));
	h->unit.id = "test.service";
	h->unit.type = UNIT_SERVICE;
	h->unit.has_exec = true;
	e->umask = 0022;
	e->ignore_sigpipe = true;
	e->set_login_environment = -1;
	e->syslog_level_prefix = true;
	e->log_level_max = -1;
	e->timer_slack_nsec = USEC_INFINITY;
	for (int i = 0; i < EXEC_DIRECTORY_MAX; i++) {
		e->directories[i].mode = 0755;
	}
	strv_add(&h->manager_environment, &h->arena, "PATH=/usr/bin:/bin");
	h->diags.arena = &h->arena;
	h->request = (struct exec_request){
		.unit = &h->unit,
		.command = &h->command,
		.is_start = true,
		.manager_environment = &h->manager_environment,
		.extra_environment = &h->extra_environment,
		.log_fd = -1,
		.stdin_fd = -1,
		.socket_fd = -1,
	};
}

void harness_finish(struct harness *h)
{
	arena_free(&h->arena);
}

void harness_run(struct harness *h)
{
	int p[2];
	pid_t pid;

	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	h->request.log_fd = p[1];
	assert_int_equal(exec_spawn(&h->request, &h->diags, &pid, &h->failure), 0);
	close(p[1]);
	h->n_output = 0;
	for (;;) {
		ssize_t r =
			read(p[0], h->output + h->n_output, sizeof(h->output) - 1 - h->n_output);

		if (r < 0 && errno == EINTR) {
			continue;
		}
		if (r <= 0) {
			break;
		}
		h->n_output += (size_t)r;
	}
	h->output[h->n_output] = '\0';
	close(p[0]);
	assert_int_equal(waitpid(pid, &h->status, 0), pid);
}

void harness_run_shell(struct harness *h, const char *script)
{
	unsigned flags = h->command.flags;

	h->command = (struct command){ .flags = flags | COMMAND_NO_ENV_EXPAND, .path = "/bin/sh" };
	strv_add(&h->command.argv, &h->arena, "/bin/sh");
	strv_add(&h->command.argv, &h->arena, "-c");
	strv_add(&h->command.argv, &h->arena, script);
	harness_run(h);
}

int harness_exit_status(const struct harness *h)
{
	return WIFEXITED(h->status) ? WEXITSTATUS(h->status) : 256 + WTERMSIG(h->status);
}
