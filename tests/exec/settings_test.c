/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/securebits.h>

#define UNIT_TEST(name)                                    \
	static void name##_body(struct harness *h);        \
	static void name(void **state)                     \
	{                                                  \
		struct harness h;                          \
		(void)state;                               \
		harness_init(&h);                          \
		name##_body(&h);                           \
		harness_finish(&h);                        \
	}                                                  \
	static void name##_body(struct harness *h)

#define CAP(n) (UINT64_C(1) << (n))
#define CAP_CHOWN_BIT CAP(0)
#define CAP_NET_RAW_BIT CAP(13)
#define CAP_SETUID_BIT CAP(7)
#define CAP_SETGID_BIT CAP(6)

UNIT_TEST(limits_default_and_set)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	harness_run_shell(h, "ulimit -Sn; ulimit -Hn");
	assert_int_equal(strtoul(h->output, NULL, 10), 1024);
	assert_true(strtoul(strchr(h->output, '\n'), NULL, 10) <= limit.rlim_max);
	h->unit.exec.limits[RLIMIT_NOFILE] = (struct exec_limit){ true, { 333, 444 } };
	h->unit.exec.limits[RLIMIT_CORE] = (struct exec_limit){ true, { 0, 0 } };
	harness_run_shell(h, "ulimit -Sn; ulimit -Hn; ulimit -Hc");
	assert_output(h, "333\n444\n0\n");
	h->command.flags = COMMAND_FULLY_PRIVILEGED;
	harness_run_shell(h, "ulimit -Hn");
	assert_int_equal(strtoul(h->output, NULL, 10), limit.rlim_max);
}

UNIT_TEST(limit_above_the_hard_one)
{
	h->unit.exec.limits[RLIMIT_NOFILE] =
		(struct exec_limit){ true, { RLIM_INFINITY, RLIM_INFINITY } };
	h->request.wait_for_exec = true;
	harness_run_shell(h, "test $(ulimit -Hn) -gt 1");
	assert_int_equal(harness_exit_status(h), 0);
	assert_int_equal(h->diags.n, 1);
	assert_non_null(strstr(h->diags.v[0].text, "LimitNOFILE="));
	assert_int_equal(h->failure.step, EXEC_OK);
}

UNIT_TEST(scheduling)
{
	struct exec_settings *e = &h->unit.exec;

	e->nice_set = true;
	e->nice = 7;
	e->cpu_sched_set = true;
	e->cpu_sched_policy = SCHED_BATCH;
	e->io_set = true;
	e->io_class = 3;
	e->timer_slack_nsec = 123456;
	e->oom_score_adjust_set = true;
	e->oom_score_adjust = 321;
	strv_add(&e->cpu_affinity, &h->arena, "0");
	harness_run_shell(h, "nice; cat /proc/$$/oom_score_adj /proc/$$/timerslack_ns; "
			     "grep Cpus_allowed_list /proc/$$/status; sed 's/.*) //' /proc/$$/stat "
			     "| cut -d' ' -f39");
	assert_output(h, "7\n321\n123456\nCpus_allowed_list:\t0\n3\n");
	e->cpu_affinity.v[0] = "999";
	harness_run_shell(h, "echo");
	assert_int_equal(harness_exit_status(h), 215);
}

/* Where neither kernel nor container forbids it. */
UNIT_TEST(numa_policy)
{
	struct exec_settings *e = &h->unit.exec;

	if (access("/proc/self/numa_maps", R_OK) < 0 || syscall(SYS_set_mempolicy, 0, NULL, 0) < 0) {
		skip();
	}
	e->numa_policy = "bind";
	strv_add(&e->numa_mask, &h->arena, "0");
	harness_run_shell(h, "head -n 1 /proc/$$/numa_maps | cut -d' ' -f2");
	assert_output(h, "bind:0\n");
	e->numa_policy = NULL;
	harness_run_shell(h, "head -n 1 /proc/$$/numa_maps | cut -d' ' -f2");
	assert_output(h, "prefer:0\n");
	strv_add(&e->numa_mask, &h->arena, "4-5");
	harness_run_shell(h, "echo");
	assert_int_equal(harness_exit_status(h), 242);
	e->numa_policy = "local";
	harness_run_shell(h, "head -n 1 /proc/$$/numa_maps | cut -d' ' -f2");
	assert_output(h, "local\n");
}

UNIT_TEST(capabilities)
{
	struct exec_settings *e = &h->unit.exec;

	HARNESS_NEEDS_ISOLATION();
	e->capability_bounding_set =
		CAP_CHOWN_BIT | CAP_NET_RAW_BIT | CAP_SETUID_BIT | CAP_SETGID_BIT;
	e->capability_bounding_set_set = true;
	e->ambient_capabilities = CAP_NET_RAW_BIT;
	e->user = "svc";
	harness_run_shell(h, "grep Cap /proc/$$/status | cut -f2 | tr '\\n' ' '; id -u");
	assert_output(h, "0000000000002000 0000000000002000 0000000000002000 00000000000020c1 "
			 "0000000000002000 4001\n");
	e->ambient_capabilities = 0;
	harness_run_shell(h, "grep Cap /proc/$$/status | cut -f2 | tr '\\n' ' '");
	assert_output(h, "0000000000000000 0000000000000000 0000000000000000 00000000000020c1 "
			 "0000000000000000 ");
	e->user = NULL;
	harness_run_shell(h, "grep CapEff /proc/$$/status");
	assert_output(h, "CapEff:\t00000000000020c1\n");
	h->command.flags = COMMAND_FULLY_PRIVILEGED;
	harness_run_shell(h, "grep -c 'CapEff:.00000000000020c1' /proc/$$/status");
	assert_output(h, "0\n");
}

UNIT_TEST(secure_bits)
{
	HARNESS_NEEDS_ISOLATION();
	h->unit.exec.secure_bits = SECBIT_NOROOT;
	harness_run_shell(h, "grep CapEff /proc/$$/status");
	assert_output(h, "CapEff:\t0000000000000000\n");
}

UNIT_TEST(no_new_privileges)
{
	h->unit.exec.no_new_privileges = true;
	harness_run_shell(h, "grep NoNew /proc/$$/status");
	assert_output(h, "NoNewPrivs:\t1\n");
}

UNIT_TEST(environment_precedence)
{
	struct exec_settings *e = &h->unit.exec;
	FILE *f;

	HARNESS_NEEDS_ISOLATION();
	f = fopen("/tmp/env-a", "we");
	assert_non_null(f);
	fputs("C=file\nD=\"fi le\"\n", f);
	fclose(f);
	strv_add(&h->manager_environment, &h->arena, "A=manager");
	strv_add(&h->manager_environment, &h->arena, "B=manager");
	strv_add(&h->extra_environment, &h->arena, "B=extra");
	strv_add(&h->extra_environment, &h->arena, "C=extra");
	strv_add(&h->extra_environment, &h->arena, "WATCHDOG_USEC=5");
	strv_add(&e->environment, &h->arena, "C=unit");
	strv_add(&e->environment, &h->arena, "E=unit");
	strv_add(&e->environment, &h->arena, "F=x");
	strv_add(&e->environment, &h->arena, "G=y");
	strv_add(&e->unset_environment, &h->arena, "E");
	strv_add(&e->unset_environment, &h->arena, "F=other");
	strv_add(&e->unset_environment, &h->arena, "G=y");
	*ARENA_PUSH(&h->arena, e->env_files, e->n_env_files, e->cap_env_files) =
		(struct exec_env_file){ "/tmp/env-*", false };
	*ARENA_PUSH(&h->arena, e->env_files, e->n_env_files, e->cap_env_files) =
		(struct exec_env_file){ "/nonexistent", true };
	harness_run_shell(h, "env | grep -E '^[A-G]=' | sort; test $SYSTEMD_EXEC_PID = $$ && test "
			     "$WATCHDOG_PID = $$ && echo pid");
	assert_output(h, "A=manager\nB=extra\nC=file\nD=fi le\nF=x\npid\n");
}

UNIT_TEST(missing_environment_file)
{
	struct exec_settings *e = &h->unit.exec;
	pid_t pid = 0;

	*ARENA_PUSH(&h->arena, e->env_files, e->n_env_files, e->cap_env_files) =
		(struct exec_env_file){ "/nonexistent", false };
	h->command.path = "/bin/true";
	assert_int_equal(exec_spawn(&h->request, &h->diags, &pid, NULL), -ENOENT);
	assert_int_equal(pid, 0);
	assert_string_equal(h->diags.v[0].text,
			    "Failed to load environment files: No such file or directory");
}

UNIT_TEST(pass_environment)
{
	strv_add(&h->unit.exec.pass_environment, &h->arena, "SOLOCTL_NOT_SET");
	strv_add(&h->unit.exec.pass_environment, &h->arena, "PATH");
	harness_run_shell(h, "env | grep -c SOLOCTL_NOT_SET");
	assert_output(h, "0\n");
}

UNIT_TEST(search_path_becomes_path)
{
	strv_add(&h->unit.exec.exec_search_path, &h->arena, "/nonexistent");
	strv_add(&h->unit.exec.exec_search_path, &h->arena, "/bin");
	harness_run_shell(h, "echo $PATH");
	assert_output(h, "/nonexistent:/bin\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_default_and_set),
		cmocka_unit_test(limit_above_the_hard_one),
		cmocka_unit_test(scheduling),
		cmocka_unit_test(numa_policy),
		cmocka_unit_test(capabilities),
		cmocka_unit_test(secure_bits),
		cmocka_unit_test(no_new_privileges),
		cmocka_unit_test(environment_precedence),
		cmocka_unit_test(missing_environment_file),
		cmocka_unit_test(pass_environment),
		cmocka_unit_test(search_path_becomes_path),
	};

	return cmocka_run_group_tests(tests, harness_group_setup, NULL);
}
