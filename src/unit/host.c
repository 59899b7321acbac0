/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sys/utsname.h>

#include "base/io.h"
#include "unit/environment.h"
#include "unit/host.h"
#include "unit/value.h"
#include "unit/virtualization.h"

#define SMALL_FILE_MAX (256 * 1024)

/* ---- architecture ---- */

struct architecture {
	const char *machine; /* glob over uname's word */
	const char *name;
};

static const struct architecture architectures[] = {
	{ "x86_64", "x86-64" },
	{ "i[3-6]86", "x86" },
	{ "aarch64", "arm64" },
	{ "aarch64_be", "arm64-be" },
	{ "armv*b", "arm-be" },
	{ "arm*", "arm" },
	{ "riscv64", "riscv64" },
	{ "riscv32", "riscv32" },
	{ "loongarch64", "loongarch64" },
	{ "ppc64le", "ppc64-le" },
	{ "ppc64", "ppc64" },
	{ "ppcle", "ppc-le" },
	{ "ppc", "ppc" },
	{ "s390x", "s390x" },
	{ "s390", "s390" },
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	{ "mips64", "mips64-le" },
	{ "mips", "mips-le" },
#else
	{ "mips64", "mips64" },
	{ "mips", "mips" },
#endif
	{ "sparc64", "sparc64" },
	{ "sparc", "sparc" },
	{ "ia64", "ia64" },
	{ "parisc64", "parisc64" },
	{ "parisc", "parisc" },
	{ "alpha*", "alpha" },
	{ "m68k", "m68k" },
	{ "sh64", "sh64" },
	{ "sh5", "sh64" },
	{ "sh[2-4]*", "sh" },
	{ "tilegx", "tilegx" },
	{ "crisv32", "cris" },
	{ "arceb", "arc-be" },
	{ "arc", "arc" },
	{ "nios2", "nios2" },
};

const char *host_architecture(void)
{
	struct utsname u;

	if (uname(&u) == 0) {
		for (size_t i = 0; i < ARRAY_SIZE(architectures); i++) {
			if (fnmatch(architectures[i].machine, u.machine, 0) == 0) {
				return architectures[i].name;
			}
		}
	}
	return "unknown";
}

const char *host_native_architecture(void)
{
#if defined(__x86_64__)
	return "x86-64";
#elif defined(__i386__)
	return "x86";
#elif defined(__aarch64__)
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "arm64" : "arm64-be";
#elif defined(__arm__)
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "arm" : "arm-be";
#elif defined(__powerpc64__)
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? "ppc64-le" : "ppc64";
#else
	return host_architecture();
#endif
}

/* ---- identity ---- */

int host_read_os_release(const struct root *root, const char *field, struct arena *a,
			 const char **ret)
{
	struct strv env = {0};
	const char *value;
	char *text;
	size_t n;
	int r = root_read_file(root, "/etc/os-release", SMALL_FILE_MAX, a, &text, &n);

	if (r == -ENOENT) {
		r = root_read_file(root, "/usr/lib/os-release", SMALL_FILE_MAX, a, &text, &n);
	}
	if (r < 0) {
		return r;
	}
	r = environment_parse_file(text, n, "/etc/os-release", a, &env, NULL);
	if (r < 0) {
		return r;
	}
	value = environment_get(&env, field);
	*ret = value ? value : "";
	return 0;
}

/* Takes 32 hex digits, with the dashes of a UUID or without, off the text. */
static int parse_id(const char *text, char ret[static 33])
{
	size_t n = 0;

	for (; *text && *text != '\n'; text++) {
		char c = *text >= 'A' && *text <= 'F' ? *text + ('a' - 'A') : *text;

		if (c == '-') {
			continue;
		}
		if (n == 32 || !strchr("0123456789abcdef", c)) {
			return -EINVAL;
		}
		ret[n++] = c;
	}
	ret[n] = '\0';
	return n == 32 ? 0 : -EINVAL;
}

int host_read_machine_id(const struct root *root, char ret[static 33])
{
	static const char *const paths[] = { "/etc/machine-id", "/var/lib/dbus/machine-id" };
	char id[33];

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		CLEANUP_ARENA struct arena a = {0};
		char *text;

		if (root_read_file(root, paths[i], 4096, &a, &text, NULL) == 0 &&
		    parse_id(text, id) == 0 && strspn(id, "0") < 32) {
			memcpy(ret, id, sizeof(id));
			return 0;
		}
	}
	return -ENOENT;
}

int host_read_boot_id(char ret[static 33])
{
	char text[64], id[33];
	ssize_t n = io_read_small(AT_FDCWD, "/proc/sys/kernel/random/boot_id", text, sizeof(text));

	if (n < 0) {
		return (int)n;
	}
	if (parse_id(text, id) < 0) {
		return -EINVAL;
	}
	memcpy(ret, id, sizeof(id));
	return 0;
}

const char *host_name(struct arena *a)
{
	struct utsname u;

	if (uname(&u) < 0 || u.nodename[0] == '\0' || streq(u.nodename, "(none)")) {
		return "localhost";
	}
	return arena_strdup(a, u.nodename);
}

/* ---- what PID 1 was given ---- */

/* Splits text of NUL-terminated pieces. */
static void split_at_nul(const char *text, size_t n, struct arena *a, struct strv *ret)
{
	for (size_t i = 0; i < n; i += strlen(text + i) + 1) {
		if (text[i]) {
			strv_add(ret, a, arena_strdup(a, text + i));
		}
	}
}

int host_read_command_line(struct arena *a, struct strv *ret)
{
	bool container = virtualization_container() != NULL;
	CLEANUP_FREE char *text = malloc(SMALL_FILE_MAX);
	ssize_t n;

	if (!text) {
		return -ENOMEM;
	}
	n = io_read_small(AT_FDCWD, container ? "/proc/1/cmdline" : "/proc/cmdline", text,
			  SMALL_FILE_MAX);
	if (n < 0) {
		return (int)n;
	}
	if (container) {
		split_at_nul(text, (size_t)n, a, ret);
		return 0;
	}
	return value_split_words(text, VALUE_WORD_UNQUOTE | VALUE_WORD_RELAX, a, ret);
}

void host_read_manager_environment(struct arena *a, struct strv *ret)
{
	CLEANUP_FREE char *text = malloc(SMALL_FILE_MAX);
	ssize_t n = -1;

	if (text && getpid() != 1) {
		n = io_read_small(AT_FDCWD, "/proc/1/environ", text, SMALL_FILE_MAX);
	}
	if (n >= 0) {
		split_at_nul(text, (size_t)n, a, ret);
		return;
	}
	for (char **e = environ; e && *e; e++) {
		strv_add(ret, a, *e);
	}
}

/* ---- versions ---- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int compare_numbers(const char *x, const char *y)
{
	return (*x > *y) - (*x < *y);
}

/* Compares the runs of digits (of letters) at the beginning and steps over them. */
static int compare_digits(const char **x, const char **y)
{
	size_t n, m;
	int r;

	/* Something that is a number is newer than something that is none. */
	if (is_digit(**x) != is_digit(**y)) {
		return is_digit(**x) ? 1 : -1;
	}
	*x += strspn(*x, "0");
	*y += strspn(*y, "0");
	n = strspn(*x, "0123456789");
	m = strspn(*y, "0123456789");
	r = n != m ? (n > m ? 1 : -1) : memcmp(*x, *y, n);
	*x += n;
	*y += m;
	return r;
}

static int compare_letters(const char **x, const char **y)
{
	for (; is_letter(**x) && is_letter(**y); (*x)++, (*y)++) {
		int r = compare_numbers(*x, *y);

		if (r != 0) {
			return r;
		}
	}
	return (int)is_letter(**x) - (int)is_letter(**y);
}

static bool is_version_char(char c)
{
	return c == '\0' || is_digit(c) || is_letter(c) || strchr("-.~^", c);
}

/* A mark that makes a version older than one without it at this place; steps over it in both. */
static int compare_mark(const char **x, const char **y, char mark)
{
	int r = (**x != mark) - (**y != mark);

	if (r == 0 && **x == mark) {
		(*x)++;
		(*y)++;
	}
	return r;
}

int host_compare_versions(const char *x, const char *y)
{
	for (;;) {
		int r;

		while (!is_version_char(*x)) {
			x++;
		}
		while (!is_version_char(*y)) {
			y++;
		}
		r = compare_mark(&x, &y, '~');
		if (r == 0 && (*x == '\0' || *y == '\0')) {
			return (*x != '\0') - (*y != '\0');
		}
		for (const char *mark = "-^."; r == 0 && *mark; mark++) {
			r = compare_mark(&x, &y, *mark);
		}
		if (r == 0) {
			r = is_digit(*x) || is_digit(*y) ? compare_digits(&x, &y)
							 : compare_letters(&x, &y);
		}
		if (r != 0) {
			return r;
		}
	}
}
