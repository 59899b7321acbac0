/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/io.h"

#define SHELL_TEST(name)                                   \
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

SHELL_TEST(status_comes_back)
{
	harness_run_shell(h, "echo out; echo err >&2; exit 7");
	assert_int_equal(harness_exit_status(h), 7);
	assert_output(h, "out\nerr\n");
}

SHELL_TEST(killed_by_signal)
{
	harness_run_shell(h, "kill -9 $$");
	assert_int_equal(harness_exit_status(h), 256 + 9);
}

SHELL_TEST(missing_executable_is_203)
{
	h->command.path = "/nonexistent/program";
	strv_add(&h->command.argv, &h->arena, h->command.path);
	harness_run(h);
	assert_int_equal(harness_exit_status(h), 203);
	assert_output(h, "<3>test.service: Unable to locate executable '/nonexistent/program': "
			 "No such file or directory\n"
			 "<3>test.service: Failed at step EXEC spawning /nonexistent/program: "
			 "No such file or directory\n");
	h->command.flags = COMMAND_IGNORE_FAILURE;
	harness_run(h);
	assert_int_equal(harness_exit_status(h), 0);
}

SHELL_TEST(not_executable_is_203)
{
	h->command.path = "/etc/passwd";
	strv_add(&h->command.argv, &h->arena, h->command.path);
	h->request.wait_for_exec = true;
	harness_run(h);
	assert_int_equal(harness_exit_status(h), 203);
	assert_int_equal(h->failure.step, EXEC_EXEC);
	assert_int_equal(h->failure.error, EACCES);
}

SHELL_TEST(wait_for_exec_tells_success)
{
	h->request.wait_for_exec = true;
	h->failure.step = EXEC_NICE;
	harness_run_shell(h, "exit 3");
	assert_int_equal(h->failure.step, EXEC_OK);
	assert_int_equal(harness_exit_status(h), 3);
}

SHELL_TEST(name_without_slash_is_searched)
{
	h->command.path = "sh";
	strv_add(&h->command.argv, &h->arena, "sh");
	strv_add(&h->command.argv, &h->arena, "-c");
	strv_add(&h->command.argv, &h->arena, "echo found");
	harness_run(h);
	assert_output(h, "found\n");
	strv_add(&h->unit.exec.exec_search_path, &h->arena, "/nonexistent");
	harness_run(h);
	assert_int_equal(harness_exit_status(h), 203);
}

SHELL_TEST(argv0_and_variables_are_expanded)
{
	h->command.path = "/bin/sh";
	strv_add(&h->command.argv, &h->arena, "other-name");
	strv_add(&h->command.argv, &h->arena, "-c");
	strv_add(&h->command.argv, &h->arena, "echo $$0 \"$$@\"");
	strv_add(&h->command.argv, &h->arena, "name");
	strv_add(&h->command.argv, &h->arena, "$WORDS");
	strv_add(&h->command.argv, &h->arena, "${WORDS}");
	strv_add(&h->command.argv, &h->arena, "$NONE");
	strv_add(&h->unit.exec.environment, &h->arena, "WORDS=a 'b c'");
	harness_run(h);
	assert_output(h, "name a b c a 'b c'\n");
}

SHELL_TEST(process_surroundings)
{
	/* Only the shell's own words: while it forks, it blocks all signals itself. */
	harness_run_shell(h, "pwd; umask; ls /proc/self/fd; test \"$(cut -d' ' -f6 "
			     "/proc/$$/stat)\" = $$ && echo session; "
			     "readlink /proc/$$/fd/0; while read -r k v; do case $k in "
			     "SigBlk:|SigIgn:) echo $k $v;; esac; done "
			     "</proc/$$/status");
	assert_output(h, "/\n0022\n0\n1\n2\n3\nsession\n/dev/null\nSigBlk: 0000000000000000\n"
			 "SigIgn: 0000000000001000\n");
}

SHELL_TEST(sigpipe_can_be_default)
{
	h->unit.exec.ignore_sigpipe = false;
	h->unit.exec.umask = 0077;
	harness_run_shell(h, "umask; grep SigIgn /proc/$$/status");
	assert_output(h, "0077\nSigIgn:\t0000000000000000\n");
}

SHELL_TEST(inherited_descriptors_are_closed)
{
	int fd = open("/dev/null", O_RDONLY);
	int high = fcntl(fd, F_DUPFD, 200);

	harness_run_shell(h, "ls /proc/self/fd | tr '\\n' ' '");
	assert_output(h, "0 1 2 3 ");
	close(fd);
	close(high);
}

SHELL_TEST(working_directory)
{
	h->unit.exec.working_directory = "/usr";
	harness_run_shell(h, "pwd");
	assert_output(h, "/usr\n");
	h->unit.exec.working_directory = "/nonexistent";
	harness_run_shell(h, "pwd");
	assert_int_equal(harness_exit_status(h), 200);
	h->unit.exec.working_directory_optional = true;
	harness_run_shell(h, "pwd");
	assert_output(h, "/\n");
}

/* Not through a pipe of the shell's, which would be counted as long as it is open there. */
#define COUNT_DESCRIPTORS "(ls /proc/$$/fd >/tmp/descriptors); wc -l </tmp/descriptors; rm /tmp/descriptors"

SHELL_TEST(listening_descriptors)
{
	int sockets[2] = { socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
			   open("/dev/null", O_RDONLY | O_CLOEXEC) };

	h->request.listen_fds = sockets;
	h->request.n_listen_fds = 2;
	h->request.listen_names = "one:two";
	harness_run_shell(h, "echo $LISTEN_FDS $LISTEN_FDNAMES; test $LISTEN_PID = $$ && echo pid; "
			     "readlink /proc/$$/fd/4; readlink /proc/$$/fd/3 | cut -c1-6; "
			     COUNT_DESCRIPTORS);
	assert_output(h, "2 one:two\npid\n/dev/null\nsocket\n5\n");
	h->request.is_control = true;
	harness_run_shell(h, "echo \"<$LISTEN_FDS>\"; " COUNT_DESCRIPTORS);
	assert_output(h, "<>\n3\n");
	close(sockets[0]);
	close(sockets[1]);
}

SHELL_TEST(open_files)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct strv *files = &h->unit.exec.open_file;

	h->request.listen_fds = &null;
	h->request.n_listen_fds = 1;
	h->request.listen_names = "sock";
	strv_add(files, &h->arena, "/etc/passwd::read-only");
	strv_add(files, &h->arena, "/nonexistent:gone:graceful");
	strv_add(files, &h->arena, "/dev/zero:zero:read-only");
	harness_run_shell(h, "echo $LISTEN_FDS $LISTEN_FDNAMES; for i in 3 4 5; do readlink "
			     "/proc/$$/fd/$i; done");
	assert_output(h, "3 sock:passwd:zero\n/dev/null\n/etc/passwd\n/dev/zero\n");
	strv_add(files, &h->arena, "/nonexistent");
	harness_run_shell(h, "echo");
	assert_int_equal(harness_exit_status(h), 202);
	close(null);
}

/* The numbers that are passed on may lie below those that are needed before. */
SHELL_TEST(descriptors_may_overlap)
{
	int fds[4];

	for (int i = 0; i < 4; i++) {
		fds[3 - i] = open(i % 2 ? "/dev/zero" : "/dev/null", O_RDONLY | O_CLOEXEC);
	}
	h->request.listen_fds = fds;
	h->request.n_listen_fds = 4;
	harness_run_shell(h, "for i in 3 4 5 6; do readlink /proc/$$/fd/$i; done");
	assert_output(h, "/dev/zero\n/dev/null\n/dev/zero\n/dev/null\n");
	for (int i = 0; i < 4; i++) {
		close(fds[i]);
	}
}

SHELL_TEST(output_to_files)
{
	HARNESS_NEEDS_ISOLATION();
	h->unit.exec.std_output = (struct exec_stream){ STDIO_FILE, "/tmp/out" };
	harness_run_shell(h, "echo 12345; echo 6 >&2");
	h->unit.exec.std_error = (struct exec_stream){ STDIO_JOURNAL, NULL };
	harness_run_shell(h, "echo ab; x=$(cat /tmp/out); echo $x >&2");
	assert_output(h, "ab 45 6\n");
	h->unit.exec.std_output = (struct exec_stream){ STDIO_APPEND, "/tmp/out" };
	harness_run_shell(h, "echo last; x=$(cat /tmp/out); echo $x >&2");
	assert_output(h, "ab 45 6 last\n");
	h->unit.exec.std_output = (struct exec_stream){ STDIO_TRUNCATE, "/tmp/out" };
	harness_run_shell(h, "echo new; x=$(cat /tmp/out); echo $x >&2; stat -c %a /tmp/out >&2");
	assert_output(h, "new\n644\n");
	h->unit.exec.std_output = (struct exec_stream){ STDIO_FILE, "/nonexistent/out" };
	harness_run_shell(h, "echo");
	assert_int_equal(harness_exit_status(h), 209);
}

SHELL_TEST(input_of_many_kinds)
{
	h->unit.exec.std_input = (struct exec_stream){ STDIO_FILE, "/proc/version" };
	h->unit.exec.std_output.kind = STDIO_JOURNAL;
	harness_run_shell(h, "read a rest; echo $a");
	assert_output(h, "Linux\n");
	h->unit.exec.std_input = (struct exec_stream){ STDIO_DATA, NULL };
	h->unit.exec.std_input_data = "some text\n";
	h->unit.exec.std_input_data_n = 10;
	harness_run_shell(h, "cat");
	assert_output(h, "some text\n");
	h->unit.exec.std_input_data = arena_alloc(&h->arena, 50000);
	memset((char *)h->unit.exec.std_input_data, 'x', 50000);
	h->unit.exec.std_input_data_n = 50000;
	harness_run_shell(h, "wc -c");
	assert_output(h, "50000\n");
	h->unit.exec.std_input = (struct exec_stream){ STDIO_FILE, "/nonexistent/in" };
	harness_run_shell(h, "cat");
	assert_int_equal(harness_exit_status(h), 208);
}

SHELL_TEST(socket_is_input_and_output)
{
	int p[2];
	char text[64] = "";

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p), 0);
	h->unit.exec.std_input.kind = STDIO_SOCKET;
	h->request.socket_fd = p[0];
	assert_int_equal(write(p[1], "hello\n", 6), 6);
	harness_run_shell(h, "read a; echo got $a; echo e >&2");
	assert_output(h, "");
	assert_int_equal(read(p[1], text, sizeof(text) - 1), 12);
	assert_string_equal(text, "got hello\ne\n");
	h->request.is_control = true;
	harness_run_shell(h, "readlink /proc/$$/fd/0");
	assert_output(h, "");
	close(p[0]);
	close(p[1]);
}

SHELL_TEST(terminal)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	char text[256] = "";
	ssize_t n;

	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	h->unit.exec.std_input.kind = STDIO_TTY;
	h->unit.exec.tty_path = ptsname(master);
	h->unit.exec.tty_reset = true;
	assert_int_equal(write(master, "typed\n", 6), 6);
	h->unit.exec.std_error.kind = STDIO_JOURNAL;
	harness_run_shell(h, "read -r a; echo got $a; echo $TERM >&2; : </dev/tty && echo mine >&2");
	assert_output(h, "vt220\nmine\n");
	/* The kernel hands on what a terminal was written at its leisure, and in pieces. */
	while (!strstr(text, "got typed")) {
		n = read(master, text + strlen(text), sizeof(text) - 1 - strlen(text));
		assert_true(n > 0);
	}
	h->request.is_control = true;
	harness_run_shell(h, "readlink /proc/$$/fd/0 >&2");
	assert_output(h, "/dev/null\n");
	close(master);
	h->request.is_control = false;
	h->unit.exec.tty_path = "/dev/null";
	harness_run_shell(h, "echo");
	assert_int_equal(harness_exit_status(h), 208);
}

SHELL_TEST(null_output)
{
	h->unit.exec.std_output.kind = STDIO_NULL;
	harness_run_shell(h, "echo out; echo err >&2");
	assert_output(h, "");
	h->unit.exec.std_error.kind = STDIO_JOURNAL;
	harness_run_shell(h, "echo out; echo err >&2");
	assert_output(h, "err\n");
}

SHELL_TEST(root_directory)
{
	HARNESS_NEEDS_ISOLATION();
	h->unit.exec.root_directory = "/nonexistent";
	harness_run_shell(h, "echo");
	assert_int_equal(harness_exit_status(h), 226);
	h->unit.exec.root_directory = "/usr";
	h->command.path = "/bin/env";
	h->command.argv.n = 0;
	strv_add(&h->command.argv, &h->arena, "env");
	h->request.is_start = false;
	h->unit.service.root_directory_start_only = true;
	harness_run_shell(h, "ls -d /usr/bin");
	assert_output(h, "/usr/bin\n");
}

static void names_of_steps(void **state)
{
	(void)state;
	assert_string_equal(exec_step_name(203), "EXEC");
	assert_string_equal(exec_step_name(233), "RUNTIME_DIRECTORY");
	assert_null(exec_step_name(223));
	assert_null(exec_step_name(234));
	assert_string_equal(exec_step_name(245), "KSM");
	assert_string_equal(exec_step_name(255), "EXCEPTION");
	assert_null(exec_step_name(1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_comes_back),
		cmocka_unit_test(killed_by_signal),
		cmocka_unit_test(missing_executable_is_203),
		cmocka_unit_test(not_executable_is_203),
		cmocka_unit_test(wait_for_exec_tells_success),
		cmocka_unit_test(name_without_slash_is_searched),
		cmocka_unit_test(argv0_and_variables_are_expanded),
		cmocka_unit_test(process_surroundings),
		cmocka_unit_test(sigpipe_can_be_default),
		cmocka_unit_test(inherited_descriptors_are_closed),
		cmocka_unit_test(working_directory),
		cmocka_unit_test(listening_descriptors),
		cmocka_unit_test(open_files),
		cmocka_unit_test(descriptors_may_overlap),
		cmocka_unit_test(output_to_files),
		cmocka_unit_test(input_of_many_kinds),
		cmocka_unit_test(socket_is_input_and_output),
		cmocka_unit_test(terminal),
		cmocka_unit_test(null_output),
		cmocka_unit_test(root_directory),
		cmocka_unit_test(names_of_steps),
	};

	return cmocka_run_group_tests(tests, harness_group_setup, NULL);
}
