/* SPDX-License-Identifier: MIT */
#include "harness.h"

#include "exec/child.h"

/* Runs the test's body where filters can be loaded; the others are skipped. */
#define SECCOMP_TEST(name)                                                          \
	static void name##_body(struct harness *h, struct exec_settings *e);        \
	static void name(void **state)                                              \
	{                                                                           \
		struct harness h;                                                   \
		(void)state;                                                        \
		HARNESS_NEEDS_ISOLATION();                                          \
		if (!exec_seccomp_is_available()) {                                 \
			skip();                                                     \
		}                                                                   \
		harness_init(&h);                                                   \
		name##_body(&h, &h.unit.exec);                                      \
		harness_finish(&h);                                                 \
	}                                                                           \
	static void name##_body(struct harness *h, struct exec_settings *e)

#define TRY(command) command " >/dev/null 2>&1 && echo done || echo refused; "

static void add(struct harness *h, struct strv *list, const char *word)
{
	strv_add(list, &h->arena, word);
}

SECCOMP_TEST(a_forbidden_call_kills)
{
	add(h, &e->system_call_filter, "~mkdir");
	add(h, &e->system_call_filter, "~mkdirat");
	harness_run_shell(h, "/bin/mkdir /tmp/x 2>/dev/null; echo $?");
	assert_output(h, "159\n");
}

SECCOMP_TEST(a_forbidden_call_answers_an_errno)
{
	e->system_call_error_number = "EXDEV";
	add(h, &e->system_call_filter, "~@sync");
	add(h, &e->system_call_filter, "~mkdir:EILSEQ");
	harness_run_shell(h, "/bin/mkdir /tmp/x; perl -e '$s = 74; syscall($s, 1); print $!'");
	assert_output(h, "/bin/mkdir: cannot create directory '/tmp/x': Invalid or incomplete multibyte or wide "
			 "character\nInvalid cross-device link");
}

SECCOMP_TEST(a_list_of_what_is_allowed)
{
	e->system_call_error_number = "EPERM";
	add(h, &e->system_call_filter, "@system-service");
	add(h, &e->system_call_filter, "~@chown");
	harness_run_shell(h, TRY("touch /tmp/t") TRY("chown 1 /tmp/t") TRY("mount -t tmpfs x /mnt"));
	assert_output(h, "done\nrefused\nrefused\n");
}

SECCOMP_TEST(a_word_may_be_taken_back)
{
	e->system_call_error_number = "EPERM";
	add(h, &e->system_call_filter, "~@chown");
	add(h, &e->system_call_filter, "@chown");
	add(h, &e->system_call_filter, "~sync");
	harness_run_shell(h, "touch /tmp/t; " TRY("chown 1 /tmp/t"));
	assert_output(h, "done\n");
}

SECCOMP_TEST(address_families)
{
	add(h, &e->restrict_address_families, "AF_UNIX");
	harness_run_shell(h, "perl -e 'for (1, 2, 16, 99) { print socket(S, $_, 2, 0) ? \"done \" : 0 + $!, \" \" }'");
	assert_output(h, "done  97 97 97 ");
	e->restrict_address_families.n = 0;
	add(h, &e->restrict_address_families, "~AF_INET");
	harness_run_shell(h, "perl -e 'for (1, 2, 16) { print socket(S, $_, 2, 0) ? \"done \" : 0 + $!, \" \" }'");
	assert_output(h, "done  97 done  ");
	e->restrict_address_families.n = 0;
	add(h, &e->restrict_address_families, "none");
	harness_run_shell(h, "perl -e 'for (1, 2) { print socket(S, $_, 2, 0) ? \"done \" : 0 + $!, \" \" }'");
	assert_output(h, "97 97 ");
}

SECCOMP_TEST(namespaces)
{
	e->restrict_namespaces = "uts ipc";
	harness_run_shell(h, TRY("unshare -u true") TRY("unshare -i true") TRY("unshare -n true") TRY("unshare -m true"));
	assert_output(h, "done\ndone\nrefused\nrefused\n");
	e->restrict_namespaces = "~uts";
	harness_run_shell(h, TRY("unshare -u true") TRY("unshare -i true"));
	assert_output(h, "refused\ndone\n");
	e->restrict_namespaces = "yes";
	harness_run_shell(h, TRY("unshare -u true") TRY("unshare -i true"));
	assert_output(h, "refused\nrefused\n");
}

SECCOMP_TEST(small_ones)
{
	e->lock_personality = true;
	e->restrict_realtime = true;
	e->restrict_suid_sgid = true;
	e->protect_hostname = true;
	harness_run_shell(h, "touch /tmp/t; " TRY("setarch x86_64 -R true") TRY("chrt -f 1 true") TRY("chrt -b 0 true")
				     TRY("chmod u+s /tmp/t") TRY("chmod g+s /tmp/t") TRY("chmod 700 /tmp/t")
					     TRY("hostname other"));
	assert_output(h, "refused\nrefused\ndone\nrefused\nrefused\ndone\nrefused\n");
}

SECCOMP_TEST(memory)
{
#ifdef __x86_64__
	e->memory_deny_write_execute = true;
	harness_run_shell(h, "perl -e 'print syscall(9, 0, 4096, $_, 0x22, -1, 0) == -1 ? 0 + $! : \"done\", \" \" for (3, 7)'");
	assert_output(h, "done 1 ");
#endif
}

SECCOMP_TEST(architectures)
{
	add(h, &e->system_call_architectures, "native");
	harness_run_shell(h, "echo on");
	assert_output(h, "on\n");
}

/* With the privilege to load filters they come without no_new_privs, also where the user is another one. */
SECCOMP_TEST(privileges_are_not_lost)
{
	e->user = "svc";
	e->restrict_realtime = true;
	harness_run_shell(h, "grep -E '^(Uid|CapEff|NoNewPrivs|Seccomp):' /proc/self/status | tr '\\t' ' '");
	assert_output(h, "Uid: 4001 4001 4001 4001\nCapEff: 0000000000000000\nNoNewPrivs: 0\nSeccomp: 2\n");
}

SECCOMP_TEST(fully_privileged_commands_have_no_filter)
{
	add(h, &e->system_call_filter, "~mkdir");
	h->command.flags = COMMAND_FULLY_PRIVILEGED;
	harness_run_shell(h, TRY("/bin/mkdir /tmp/y"));
	assert_output(h, "done\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_forbidden_call_kills),
		cmocka_unit_test(a_forbidden_call_answers_an_errno),
		cmocka_unit_test(a_list_of_what_is_allowed),
		cmocka_unit_test(a_word_may_be_taken_back),
		cmocka_unit_test(address_families),
		cmocka_unit_test(namespaces),
		cmocka_unit_test(small_ones),
		cmocka_unit_test(memory),
		cmocka_unit_test(architectures),
		cmocka_unit_test(privileges_are_not_lost),
		cmocka_unit_test(fully_privileged_commands_have_no_filter),
	};

	return cmocka_run_group_tests(tests, harness_group_setup, NULL);
}
