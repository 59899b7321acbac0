/* SPDX-License-Identifier: MIT */
#include "base/str.h"
#include "fuzz.h"
#include "unit/name.h"

/* The parts of a valid name put together are the name. */
static void check_name(const char *name, struct arena *a)
{
	enum name_class class = name_classify(name);
	char *template;

	if (class == NAME_INVALID) {
		return;
	}
	FUZZ_CHECK(strlen(name) < UNIT_NAME_MAX);
	FUZZ_CHECK(name_type(name) >= 0);
	FUZZ_CHECK(name_is_valid(name, class) && name_is_valid(name, NAME_ANY));
	FUZZ_CHECK(!strchr(name, '/'));
	template = name_template(a, name);
	FUZZ_CHECK((class == NAME_PLAIN) == !template);
	if (class == NAME_INSTANCE) {
		FUZZ_CHECK(streq(name_with_instance(a, template, name_instance(a, name)), name));
	}
	FUZZ_CHECK(str_has_prefix(name, name_prefix(a, name)));
	FUZZ_CHECK(str_has_prefix(name, name_without_suffix(a, name)));
}

static void check_escapes(const char *s, struct arena *a)
{
	char *back;
	char *escaped = name_escape(a, s);

	FUZZ_CHECK(name_unescape(a, escaped, &back) == 0);
	FUZZ_CHECK(streq(back, s));
	if (name_path_escape(a, s, &escaped) == 0) {
		FUZZ_CHECK(name_path_unescape(a, escaped, &back) == 0);
		FUZZ_CHECK(back[0] == '/');
	}
}

static void check_mangled(const char *s, struct arena *a)
{
	char *mangled;
	char *again;
	bool escaped;

	for (unsigned flags = 0; flags <= NAME_MANGLE_GLOB; flags++) {
		if (name_mangle(a, s, flags, ".service", &mangled, &escaped) < 0) {
			continue;
		}
		/* where patterns are allowed, "!" stays and nothing is checked, as in systemd */
		FUZZ_CHECK(name_is_valid(mangled, NAME_ANY) || (flags & NAME_MANGLE_GLOB));
		if (!name_is_valid(mangled, NAME_ANY)) {
			continue;
		}
		FUZZ_CHECK(name_mangle(a, mangled, flags, ".service", &again, &escaped) == 0);
		FUZZ_CHECK(streq(mangled, again));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CLEANUP_ARENA struct arena a = {0};
	const char *s = arena_strndup(&a, (const char *)data, size);

	check_name(s, &a);
	check_escapes(s, &a);
	check_mangled(s, &a);
	return 0;
}
