/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"
#include "unit/specifier.h"

static struct arena a;
static struct root root;

static const char *expand(const struct specifier_scope *s, const char *text)
{
	char *out = NULL;
	int r = specifier_expand(s, SPECIFIER_ALL, text, &a, &out);

	assert_int_equal(r, 0);
	return out;
}

static void names_are_expanded(void **state)
{
	struct specifier_scope s = { .root = &root, .id = "foo-ba\\x2dr@in-st\\x2dx.service" };

	assert_string_equal(expand(&s, "%n"), "foo-ba\\x2dr@in-st\\x2dx.service");
	assert_string_equal(expand(&s, "%N"), "foo-ba\\x2dr@in-st\\x2dx");
	assert_string_equal(expand(&s, "%p"), "foo-ba\\x2dr");
	assert_string_equal(expand(&s, "%P"), "foo/ba-r");
	assert_string_equal(expand(&s, "%i|%I"), "in-st\\x2dx|in/st-x");
	assert_string_equal(expand(&s, "%j|%J"), "ba\\x2dr|ba-r");
	assert_string_equal(expand(&s, "%f"), "/in/st-x");
	s.id = "var-lib.mount";
	assert_string_equal(expand(&s, "[%i][%I]"), "[][]");
	assert_string_equal(expand(&s, "%f %j"), "/var/lib lib");
}

static void machine_is_read_under_the_root(void **state)
{
	struct specifier_scope s = { .root = &root, .id = "x.service" };

	assert_string_equal(expand(&s, "%o-%w-%M-%A%B%W"), "testos-12.3-img-");
	assert_string_equal(expand(&s, "%m"), "0123456789abcdef0123456789abcdef");
	assert_string_equal(expand(&s, "%q"), "My Box");
	assert_int_equal(strlen(expand(&s, "%b")), 32);
}

static void directories_depend_on_the_manager(void **state)
{
	struct specifier_scope s = { .root = &root, .id = "x.service" };

	setenv("HOME", "/home/x", 1);
	setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
	setenv("XDG_CACHE_HOME", "/cache", 1);
	unsetenv("XDG_STATE_HOME");
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_DATA_HOME");
	setenv("TMPDIR", "/", 1);
	assert_string_equal(expand(&s, "%t %S %C %L %E %D %T %V"),
			    "/run /var/lib /var/cache /var/log /etc /usr/share /tmp /var/tmp");
	assert_string_equal(expand(&s, "%d"), "/run/credentials/x.service");
	s.user = true;
	assert_string_equal(
		expand(&s, "%t %S %C %L %E %D %T %h"),
		"/run/user/7 /home/x/.local/state /cache /home/x/.local/state/log /home/x/.config "
		"/home/x/.local/share / /home/x");
	assert_string_equal(expand(&s, "%d"), "/run/user/7/credentials/x.service");
	s.credentials_dir = "/c";
	assert_string_equal(expand(&s, "%d"), "/c");
}

static void fragment_must_be_there(void **state)
{
	struct specifier_scope s = { .root = &root,
				     .id = "x.service",
				     .fragment_path = "/etc/systemd/system/x.service" };
	char *out;

	assert_string_equal(expand(&s, "%y %Y"),
			    "/etc/systemd/system/x.service /etc/systemd/system");
	s.fragment_path = NULL;
	assert_int_equal(specifier_expand(&s, SPECIFIER_ALL, "%y", &a, &out), -EUNATCH);
}

static void percent_signs_follow_the_rules(void **state)
{
	struct specifier_scope s = { .root = &root, .id = "x@y.service" };
	char *out = NULL;

	assert_string_equal(expand(&s, ""), "");
	assert_string_equal(expand(&s, "100%%"), "100%");
	assert_string_equal(expand(&s, "%%i%i%"), "%iy%");
	assert_string_equal(expand(&s, "%-% %."), "%-% %.");
	assert_string_equal(expand(&s, "%%%"), "%%");
	assert_int_equal(specifier_expand(&s, SPECIFIER_ALL, "a%z", &a, &out), -EBADSLT);
	assert_int_equal(specifier_expand(&s, SPECIFIER_ALL, "%1", &a, &out), -EBADSLT);
	assert_int_equal(specifier_expand(&s, SPECIFIER_INSTALL, "%i%j%%", &a, &out), 0);
	assert_string_equal(out, "yx%");
	assert_int_equal(specifier_expand(&s, SPECIFIER_INSTALL, "%h", &a, &out), -EBADSLT);
	assert_int_equal(specifier_expand(&s, SPECIFIER_INSTALL, "%t", &a, &out), -EBADSLT);
}

static void missing_files_do_not_resolve(void **state)
{
	struct specifier_scope s = { .id = "x.service" };
	struct root empty;
	char *out;

	assert_int_equal(root_open(&empty, "units-testdata/index/opt", &a), 0);
	s.root = &empty;
	assert_int_equal(specifier_expand(&s, SPECIFIER_ALL, "%m", &a, &out), -EUNATCH);
	assert_int_equal(specifier_expand(&s, SPECIFIER_ALL, "%o", &a, &out), -EUNATCH);
	root_close(&empty);
}

static int open_root(void **state)
{
	return root_open(&root, "units-testdata/specifier", &a);
}

static int close_root(void **state)
{
	root_close(&root);
	arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_expanded),
		cmocka_unit_test(machine_is_read_under_the_root),
		cmocka_unit_test(directories_depend_on_the_manager),
		cmocka_unit_test(fragment_must_be_there),
		cmocka_unit_test(percent_signs_follow_the_rules),
		cmocka_unit_test(missing_files_do_not_resolve),
	};

	return cmocka_run_group_tests(tests, open_root, close_root);
}
