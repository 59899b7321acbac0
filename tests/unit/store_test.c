/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/load.h"
#include "unit/store.h"

static struct unit_store store;

static int open_store(void **state)
{
	return unit_store_open(&store,
			       &(struct unit_store_options){ .root = "units-testdata/load" });
}

static int close_store(void **state)
{
	unit_store_close(&store);
	return 0;
}

static struct unit *get(const char *name)
{
	struct unit *u = NULL;
	assert_int_equal(unit_store_get(&store, name, &u), 0);
	assert_non_null(u);
	return u;
}

static void assert_list(const struct strv *l, const char *expected)
{
	struct arena a CLEANUP_ARENA = { 0 };
	assert_string_equal(strv_join(l, &a, " "), expected);
}

/* Is there a diagnostic with this text at this place (file NULL: about the unit as a whole)? */
static bool was_told(const char *file, unsigned line, const char *text)
{
	for (size_t i = 0; i < store.diags.n; i++) {
		const struct diag *d = &store.diags.v[i];
		if (streq(d->text, text) && d->line == line &&
		    (!file || (d->file && streq(path_basename(d->file), file)))) {
			return true;
		}
	}
	return false;
}

static void fragment_and_dropins_make_a_unit(void **state)
{
	struct unit *u = get("web.service");
	assert_int_equal(u->load_state, UNIT_LOADED);
	assert_string_equal(u->description, "Web web");
	assert_string_equal(u->fragment_path, "/usr/lib/systemd/system/web.service");
	assert_list(&u->names, "web.service www.service");
	assert_list(&u->dropin_paths, "/etc/systemd/system/web.service.d/10-one.conf "
				      "/run/systemd/system/web.service.d/20-two.conf "
				      "/etc/systemd/system/web.service.d/30-three.conf "
				      "/etc/systemd/system/www.service.d/40-alias.conf "
				      "/etc/systemd/system/service.d/90-all.conf");
	/* 10-one of /etc hides that of /usr; 30-three is masked. */
	assert_list(&u->exec.environment, "A=admin B=x y");
	assert_int_equal(u->exec.nice, 2);
	assert_int_equal(u->exec.umask, 077);
	assert_int_equal(u->exec.limits[RLIMIT_NOFILE].value.rlim_max, 4096);
	assert_list(&u->install.wanted_by, "multi-user.target");
	assert_true(u->mtime > 0);
}

static void dependency_directories_count(void **state)
{
	struct unit *u = get("web.service");
	/* A template gets the prefix as instance; gone.service is masked; file.service is no link.
	 */
	assert_list(&u->dependencies[DEP_WANTS], "helper@web.service nothing.target cache.service");
	assert_true(strv_contains(&u->dependencies[DEP_REQUIRES], "db.service"));
	assert_list(&u->dependencies[DEP_UPHOLDS], "up.service");
	assert_false(strv_contains(&u->implicit[DEP_REQUIRES], "db.service"));
	assert_true(strv_contains(&u->implicit[DEP_REQUIRES], "sysinit.target"));
}

static void warnings_name_file_and_line(void **state)
{
	get("web.service");
	assert_true(
		was_told("web.service", 9, "Unknown key 'Bogus' in section [Service], ignoring."));
	assert_true(was_told("web.service", 11, "Unknown section 'Bogus'. Ignoring."));
	assert_true(was_told(NULL, 0, "Dependency After=web.service is dropped."));
	for (size_t i = 0; i < store.diags.n; i++) {
		assert_null(strstr(store.diags.v[i].text, "X-"));
	}
}

static void an_alias_is_the_same_unit(void **state)
{
	assert_ptr_equal(get("www.service"), get("web.service"));
	assert_ptr_equal(unit_store_peek(&store, "www.service"), get("web.service"));
	assert_null(unit_store_peek(&store, "never.service"));
}

static void instances_load_their_template(void **state)
{
	struct unit *u = get("a-b@x.service");
	assert_string_equal(u->fragment_path, "/usr/lib/systemd/system/a-b@.service");
	assert_list(&u->service.commands[SERVICE_EXEC_START].v[0].argv, "/bin/echo x x");
	assert_list(&u->names, "a-b@x.service c@x.service");
	assert_list(&u->dropin_paths, "/etc/systemd/system/a-.service.d/1-a-.service.d.conf "
				      "/etc/systemd/system/a-@.service.d/1-a-@.service.d.conf "
				      "/etc/systemd/system/a-b@.service.d/1-a-b@.service.d.conf "
				      "/etc/systemd/system/a-b@x.service.d/1-a-b@x.service.d.conf "
				      "/etc/systemd/system/service.d/90-all.conf");
	assert_ptr_equal(get("c@x.service"), u);
	assert_ptr_not_equal(get("a-b@y.service"), u);
	assert_string_equal(u->slice, "system-a\\x2db.slice");
}

static void load_states_are_told_apart(void **state)
{
	static const struct {
		const char *name;
		enum unit_load_state state;
		const char *error;
	} cases[] = {
		{ "nothere.service", UNIT_NOT_FOUND, NULL },
		{ "dangling.service", UNIT_NOT_FOUND, NULL },
		{ "other.target", UNIT_NOT_FOUND, NULL },
		{ "app.slice", UNIT_LOADED, NULL },
		{ "nothere.slice", UNIT_LOADED, NULL },
		{ "nothere.mount", UNIT_NOT_FOUND, NULL },
		{ "masked.service", UNIT_MASKED, NULL },
		{ "empty.service", UNIT_MASKED, NULL },
		{ "header.service", UNIT_LOAD_ERROR,
		  "Unit header.service failed to load properly, please adjust/correct and reload "
		  "service manager: "
		  "Bad message" },
		{ "relative.service", UNIT_BAD_SETTING,
		  "Unit relative.service has a bad unit file setting." },
		/* As systemd 257 has it when booted. */
		{ "loop-a.service", UNIT_NOT_FOUND, NULL },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct unit *u = get(cases[i].name);
		if (u->load_state != cases[i].state) {
			fail_msg("%s is %s", cases[i].name, unit_load_state_name(u->load_state));
		}
		assert_true(streq_null(u->load_error, cases[i].error));
		assert_non_null(u->description);
	}
	assert_string_equal(get("app.slice")->description, "only a drop-in");
	assert_string_equal(get("nothere.slice")->description, "Slice /nothere");
	struct unit *u;
	assert_int_equal(unit_store_get(&store, "no suffix", &u), -EINVAL);
}

/* What stands before the unusable line counts, what stands behind it does not, and the unit loads.
 */
static void a_broken_dropin_does_not_break_the_unit(void **state)
{
	struct unit *u = get("dropin-broken.service");
	assert_int_equal(u->load_state, UNIT_LOADED);
	assert_int_equal(u->exec.nice, 4);
	assert_true(was_told("x.conf", 3,
			     "Neither a valid executable name nor an absolute path: rel/path"));
}

static void names_are_listed(void **state)
{
	struct arena a CLEANUP_ARENA = { 0 };
	struct strv names = { 0 };
	assert_int_equal(unit_store_list_names(&store, &a, &names), 0);
	assert_true(strv_contains(&names, "web.service"));
	assert_true(strv_contains(&names, "www.service"));
	assert_true(strv_contains(&names, "a-b@.service"));
	for (size_t i = 1; i < names.n; i++) {
		assert_true(strcmp(names.v[i - 1], names.v[i]) < 0);
	}
}

static void without_index_only_loaded_units_are_known(void **state)
{
	struct unit_store s;
	struct unit *u, *again;
	assert_int_equal(
		unit_store_open(&s, &(struct unit_store_options){ .root = "units-testdata/load" }),
		0);
	assert_int_equal(unit_store_get(&s, "web.service", &u), 0);
	unit_store_drop_index(&s);
	assert_int_equal(unit_store_get(&s, "web.service", &again), 0);
	assert_ptr_equal(u, again);
	assert_int_equal(unit_store_get(&s, "masked.service", &again), -ESTALE);
	unit_store_close(&s);
}

static void a_missing_root_is_an_error(void **state)
{
	struct unit_store s;
	assert_int_equal(
		unit_store_open(&s, &(struct unit_store_options){ .root = "/nonexistent" }),
		-ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fragment_and_dropins_make_a_unit),
		cmocka_unit_test(dependency_directories_count),
		cmocka_unit_test(warnings_name_file_and_line),
		cmocka_unit_test(an_alias_is_the_same_unit),
		cmocka_unit_test(instances_load_their_template),
		cmocka_unit_test(load_states_are_told_apart),
		cmocka_unit_test(a_broken_dropin_does_not_break_the_unit),
		cmocka_unit_test(names_are_listed),
		cmocka_unit_test(without_index_only_loaded_units_are_known),
		cmocka_unit_test(a_missing_root_is_an_error),
	};
	return cmocka_run_group_tests(tests, open_store, close_store);
}
