/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "state/record.h"

#define UNIT_TEST(name)                                    \
	static void name##_body(struct harness *h);        \
	static void name(void **state)                     \
	{                                                  \
		struct harness h;                          \
		(void)state;                               \
		HARNESS_NEEDS_ISOLATION();                 \
		harness_init(&h);                          \
		name##_body(&h);                           \
		harness_finish(&h);                        \
	}                                                  \
	static void name##_body(struct harness *h)

#define TRY(path) "touch " path " 2>/dev/null && echo writable || echo read-only; "

static void add(struct harness *h, struct strv *list, const char *word)
{
	strv_add(list, &h->arena, word);
}

UNIT_TEST(private_tmp_is_shared_and_removed)
{
	h->unit.exec.private_tmp = true;
	assert_int_equal(system("touch /tmp/outside; mkdir -p /var/tmp"), 0);
	harness_run_shell(h, "ls /tmp; stat -c %a /tmp; touch /tmp/mine");
	assert_output(h, "1777\n");
	h->request.is_control = true;
	harness_run_shell(h, "ls /tmp");
	assert_output(h, "mine\n");
	h->command.flags = COMMAND_FULLY_PRIVILEGED;
	harness_run_shell(h, "ls /tmp | grep -c -e outside -e systemd-private-.*-test.service-");
	assert_output(h, "2\n");
	exec_directories_remove(&h->unit, false);
	assert_int_equal(system("test -e /tmp/outside && ! ls -d /tmp/systemd-private-* "
				"/var/tmp/systemd-private-* "
				"2>/dev/null"),
			 0);
}

/* A process of another unit that has all to itself, and has executed: its parent may go on. */
static pid_t start_neighbour(struct harness *h)
{
	struct exec_request r = h->request;
	struct exec_failure failure;
	struct unit other = h->unit;
	struct command command = { .path = "/bin/sleep" };
	pid_t pid;

	other.id = "other.service";
	strv_add(&command.argv, &h->arena, "sleep");
	strv_add(&command.argv, &h->arena, "1000");
	r.unit = &other;
	r.command = &command;
	r.wait_for_exec = true;
	assert_int_equal(exec_spawn(&r, &h->diags, &pid, &failure), 0);
	return pid;
}

UNIT_TEST(joined_units_share_what_is_private)
{
	struct place place = { .dir = "/run/joined", .epoch = "now" };
	struct exec_joined joined = { .unit = "other.service" };
	struct record record;
	char *theirs;

	h->unit.exec.private_tmp = h->unit.exec.private_network = h->unit.exec.private_ipc = true;
	assert_int_equal(system("mkdir -p /var/tmp"), 0);
	joined.pid = start_neighbour(h);
	theirs = arena_printf(&h->arena,
			      "test $(readlink /proc/self/ns/net) = $(readlink /proc/%d/ns/net) && "
			      "test $(readlink /proc/self/ns/ipc) = $(readlink /proc/%d/ns/ipc) && "
			      "touch /tmp/mine && ls /proc/%d/root/tmp", joined.pid, joined.pid, joined.pid);
	harness_run_shell(h, theirs);
	assert_int_equal(harness_exit_status(h), 1);
	exec_private_tmp_remove("test.service");
	h->request.place = &place;
	record_init(&record);
	record.main = proc_id_of(joined.pid);
	assert_int_equal(record_write(&place, "other.service", &record), 0);
	harness_run_shell(h, theirs);
	assert_int_equal(harness_exit_status(h), 1);
	exec_private_tmp_remove("test.service");
	strv_add(&h->unit.dependencies[DEP_JOINS_NAMESPACE_OF], &h->arena, "other.service");
	harness_run_shell(h, theirs);
	assert_output(h, "mine\n");
	assert_int_equal(system("ls -d /tmp/systemd-private-*-test.service-* 2>/dev/null"), 512);
	/* The other ends, and this one has its directory from then on. */
	joined.unit = "test.service";
	assert_true(exec_private_tmp_hand_over("other.service", &joined));
	assert_false(exec_private_tmp_hand_over("other.service", &joined));
	assert_int_equal(system("ls /tmp/systemd-private-*-test.service-*/tmp/mine "
				"/var/tmp/systemd-private-*-test.service-*/tmp >/dev/null"), 0);
	kill(joined.pid, SIGKILL);
	waitpid(joined.pid, NULL, 0);
	exec_directories_remove(&h->unit, false);
	assert_int_equal(system("ls -d /tmp/systemd-private-* /var/tmp/systemd-private-* 2>/dev/null"), 512);
}

UNIT_TEST(foreign_private_tmp_is_not_used)
{
	h->unit.exec.private_tmp = true;
	assert_int_equal(system("mkdir -m 777 /tmp/systemd-private-0-test.service-abcdef; "
				"ln -s /etc /tmp/systemd-private-1-test.service-abcdef"), 0);
	harness_run_shell(h, "touch /tmp/x; ls /tmp");
	assert_output(h, "x\n");
	exec_directories_remove(&h->unit, false);
	assert_int_equal(system("ls -d /tmp/systemd-private-* | wc -l | grep -qx 2"), 0);
	assert_int_equal(system("rm -rf /tmp/systemd-private-*"), 0);
}

UNIT_TEST(protect_system)
{
	h->unit.exec.protect_system = "strict";
	strv_add(&h->unit.exec.directories[EXEC_DIRECTORY_STATE].paths, &h->arena, "mine");
	add(h, &h->unit.exec.read_write_paths, "/run");
	add(h, &h->unit.exec.read_write_paths, "-/nonexistent");
	harness_run_shell(h, TRY("/usr/x") TRY("/etc/x") TRY("/var/x") TRY("/run/x")
				     TRY("/var/lib/mine/x") TRY("/tmp/x"));
	assert_output(h, "read-only\nread-only\nread-only\nwritable\nwritable\nread-only\n");
	assert_int_not_equal(system("test -e /usr/x -o -e /etc/x -o -e /var/x"), 0);
	h->unit.exec.protect_system = "yes";
	harness_run_shell(h, TRY("/usr/x") TRY("/var/x"));
	assert_output(h, "read-only\nwritable\n");
}

UNIT_TEST(paths)
{
	struct exec_settings *e = &h->unit.exec;

	assert_int_equal(system("mkdir -p /run/a/b /run/hide/sub /run/src /run/dst; touch "
				"/run/secret /run/src/f"),
			 0);
	add(h, &e->read_only_paths, "/run/a");
	add(h, &e->read_write_paths, "/run/a/b");
	add(h, &e->inaccessible_paths, "/run/hide");
	add(h, &e->inaccessible_paths, "/run/secret");
	add(h, &e->read_write_paths, "/run/hide/sub");
	add(h, &e->bind_paths, "/run/src:/run/dst");
	add(h, &e->bind_read_only_paths, "/run/src:/run/new/place");
	add(h, &e->temporary_file_system, "/run/tmp:size=1M,ro");
	harness_run_shell(
		h, TRY("/run/a/x")
			   TRY("/run/a/b/x") "ls -A /run/hide; cat /run/secret 2>/dev/null || echo "
					     "closed; " TRY("/run/dst/x")
						     TRY("/run/new/place/y") "ls /run/new/place | "
									     "tr '\\n' ' '; " TRY(
										     "/run/tmp/x"));
	assert_output(h, "read-only\nwritable\nclosed\nwritable\nread-only\nf x read-only\n");
	add(h, &e->read_only_paths, "/nonexistent");
	harness_run_shell(h, "echo");
	assert_int_equal(harness_exit_status(h), 226);
}

UNIT_TEST(homes_and_kernel)
{
	struct exec_settings *e = &h->unit.exec;

	e->protect_home = "yes";
	e->protect_kernel_tunables = true;
	e->protect_control_groups = true;
	harness_run_shell(h, "ls -A /root /home; sh -c 'echo >/proc/sys/kernel/domainname' "
			     "2>/dev/null || echo refused");
	assert_output(h, "/home:\n\n/root:\nrefused\n");
	e->protect_home = "tmpfs";
	harness_run_shell(h, "ls -A /root; touch /root/x 2>/dev/null || echo refused");
	assert_output(h, "refused\n");
}

UNIT_TEST(network)
{
	h->unit.exec.private_network = true;
	harness_run_shell(h, "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '");
	assert_output(h, "lo\n");
}

UNIT_TEST(devices)
{
	h->unit.exec.private_devices = true;
	harness_run_shell(h, "ls /dev | grep -E -v '^(full|log|hugepages|mqueue|shm|tty|fd|std.*)$' | tr '\\n' ' '; "
			     "echo x >/dev/null && head -c 2 /dev/zero | wc -c; " TRY("/dev/x") TRY("/dev/shm/x"));
	assert_output(h, "null ptmx pts random urandom zero 2\nread-only\nwritable\n");
}

UNIT_TEST(processes)
{
	h->unit.exec.protect_proc = "invisible";
	h->unit.exec.proc_subset = "pid";
	h->unit.exec.user = "svc";
	harness_run_shell(h, "ls -d /proc/1 /proc/uptime 2>/dev/null; ls -d /proc/self");
	assert_output(h, "/proc/self\n");
}

UNIT_TEST(execution)
{
	struct exec_settings *e = &h->unit.exec;

	assert_int_equal(system("mkdir -p /run/bin/good; cp /bin/true /run/bin; cp /bin/true /run/bin/good"), 0);
	add(h, &e->no_exec_paths, "/run");
	add(h, &e->exec_paths, "/run/bin/good");
	add(h, &e->read_only_paths, "/run/bin/good");
	harness_run_shell(h, "/run/bin/true 2>/dev/null || echo refused; /run/bin/good/true && echo runs; "
			  TRY("/run/bin/x") TRY("/run/bin/good/x"));
	assert_output(h, "refused\nruns\nwritable\nread-only\n");
}

/* What is mounted in a root stays in it, wherever its links lead outside. */
UNIT_TEST(links_of_a_root)
{
	struct exec_settings *e = &h->unit.exec;

	assert_int_equal(system("mkdir -p /tmp/inner /tmp/outer && ln -s /tmp/outer /tmp/inner/var"), 0);
	e->root_directory = "/tmp/inner";
	add(h, &e->bind_read_only_paths, "/bin");
	add(h, &e->bind_read_only_paths, "/lib");
	add(h, &e->bind_read_only_paths, "-/lib64");
	add(h, &e->bind_read_only_paths, "/usr");
	add(h, &e->directories[EXEC_DIRECTORY_STATE].paths, "mine");
	harness_run_shell(h, "echo word >/var/lib/mine/file && cat /tmp/outer/lib/mine/file");
	assert_output(h, "word\n");
	assert_int_equal(system("grep -qx word /var/lib/mine/file && test -z \"$(ls /tmp/outer)\""), 0);
	assert_int_equal(system("rm -rf /tmp/inner /tmp/outer"), 0);
}

UNIT_TEST(users)
{
	h->unit.exec.private_users = true;
	h->unit.exec.user = "svc";
	harness_run_shell(h, "id -u; stat -c %u / /run/nowhere /tmp 2>/dev/null; tr -s ' ' </proc/self/uid_map");
	assert_output(h, "4001\n0\n0\n 0 0 1\n 4001 4001 1\n");
}

UNIT_TEST(keyring)
{
	h->unit.exec.keyring_mode = "private";
	harness_run_shell(h, "echo on");
	assert_output(h, "on\n");
	h->unit.exec.keyring_mode = "shared";
	harness_run_shell(h, "echo on");
	assert_output(h, "on\n");
}

/* The last one: from here on this process is as in a container without CAP_SYS_ADMIN. */
UNIT_TEST(refused_namespaces_do_not_stop_a_start)
{
	struct {
		uint32_t version;
		int pid;
	} header = { .version = 0x20080522 };
	struct {
		uint32_t effective, permitted, inheritable;
	} words[2] = {0};

	assert_int_equal(syscall(SYS_capget, &header, words), 0);
	words[0].effective &= ~(1u << 21);
	words[0].permitted &= ~(1u << 21);
	assert_int_equal(syscall(SYS_capset, &header, words), 0);
	h->unit.exec.private_tmp = true;
	h->unit.exec.private_network = true;
	h->unit.exec.private_devices = true;
	h->unit.exec.protect_system = "strict";
	h->unit.exec.proc_subset = "pid";
	h->unit.exec.restrict_realtime = true;
	add(h, &h->unit.exec.read_only_paths, "/nonexistent");
	h->request.wait_for_exec = true;
	harness_run_shell(h, "echo on");
	assert_output(h, "on\n");
	assert_int_equal(h->diags.n, 1);
	assert_string_equal(
		h->diags.v[0].text,
		"test.service: sandboxing that is not available here is left out: PrivateTmp= "
		"ProtectSystem= ReadOnlyPaths= PrivateNetwork= PrivateDevices= ProcSubset=");
	/* Filters work, by the promise not to gain privileges. */
	h->diags.n = 0;
	h->request.is_start = false;
	harness_run_shell(h, "grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status | tr '\t' ' '");
	assert_output(h, "NoNewPrivs: 1\nSeccomp: 2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(private_tmp_is_shared_and_removed),
		cmocka_unit_test(joined_units_share_what_is_private),
		cmocka_unit_test(foreign_private_tmp_is_not_used),
		cmocka_unit_test(protect_system),
		cmocka_unit_test(paths),
		cmocka_unit_test(homes_and_kernel),
		cmocka_unit_test(network),
		cmocka_unit_test(devices),
		cmocka_unit_test(processes),
		cmocka_unit_test(execution),
		cmocka_unit_test(links_of_a_root),
		cmocka_unit_test(users),
		cmocka_unit_test(keyring),
		cmocka_unit_test(refused_namespaces_do_not_stop_a_start),
	};

	return cmocka_run_group_tests(tests, harness_group_setup, NULL);
}
