/* SPDX-License-Identifier: MIT */
#include "base/root.h"
#include "base/str.h"

bool path_is_absolute(const char *path)
{
	return path[0] == '/';
}

/* The next component of *path, with its length; NULL at the end. "." and empty ones are passed
 * over. */
static const char *next_component(const char **path, size_t *ret_n)
{
	for (;;) {
		const char *s = *path + strspn(*path, "/");
		size_t n = strcspn(s, "/");

		*path = s + n;
		if (n == 0) {
			return NULL;
		}
		if (n != 1 || s[0] != '.') {
			*ret_n = n;
			return s;
		}
	}
}

char *path_simplify(struct arena *a, const char *path)
{
	/* "." for "./" is longer than nothing, never than path. */
	char *result = arena_alloc(a, strlen(path) + 2);
	char *end = result;
	const char *s;
	size_t n;

	if (path[0] == '\0') {
		return result;
	}
	if (path_is_absolute(path)) {
		*end++ = '/';
	}
	while ((s = next_component(&path, &n))) {
		if (end == result + 1 && *result == '/' && n == 2 && memcmp(s, "..", 2) == 0) {
			continue;
		}
		if (end > result && end[-1] != '/') {
			*end++ = '/';
		}
		end = mempcpy(end, s, n);
	}
	if (end == result) {
		*end++ = '.';
	}
	*end = '\0';
	return result;
}

const char *path_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *path_dirname(struct arena *a, const char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/') {
		n--;
	}
	while (n > 0 && path[n - 1] != '/') {
		n--;
	}
	if (n == 0) {
		return arena_strdup(a, ".");
	}
	while (n > 1 && path[n - 1] == '/') {
		n--;
	}
	return arena_strndup(a, path, n);
}

char *path_join(struct arena *a, const char *x, const char *y)
{
	size_t n = strlen(x), n_y;
	char *joined;

	if (n == 0) {
		return arena_strdup(a, y);
	}
	while (n > 0 && x[n - 1] == '/') {
		n--;
	}
	while (*y == '/') {
		y++;
	}
	if (*y == '\0') {
		return arena_strndup(a, x, n ? n : 1);
	}
	/* An index joins thousands: printf would be most of its cost. */
	n_y = strlen(y);
	joined = arena_alloc(a, n + n_y + 2);
	memcpy(joined, x, n);
	joined[n] = '/';
	memcpy(joined + n + 1, y, n_y + 1);
	return joined;
}

char *path_make_relative(struct arena *a, const char *from, const char *to)
{
	const char *from_rest = from;
	const char *to_rest = to;
	struct strv parts = {0};
	const char *s;
	size_t n;

	for (;;) {
		const char *f = from;
		const char *t = to;
		size_t n_f = 0;
		size_t n_t = 0;
		const char *x = next_component(&f, &n_f);
		const char *y = next_component(&t, &n_t);

		from_rest = from;
		to_rest = to;
		if (!x || !y || n_f != n_t || memcmp(x, y, n_f) != 0) {
			break;
		}
		from = f;
		to = t;
	}
	while (next_component(&from_rest, &n)) {
		strv_add(&parts, a, "..");
	}
	while ((s = next_component(&to_rest, &n))) {
		strv_add(&parts, a, arena_strndup(a, s, n));
	}
	return parts.n > 0 ? strv_join(&parts, a, "/") : arena_strdup(a, ".");
}

bool path_is_below(const char *path, const char *dir)
{
	const char *rest = str_after_prefix(path, dir);

	if (!rest) {
		return false;
	}
	return *rest == '\0' || *rest == '/' || str_has_suffix(dir, "/");
}

bool path_is_normalized(const char *path)
{
	const char *s;
	size_t n;

	while ((s = next_component(&path, &n))) {
		if (n == 2 && s[0] == '.' && s[1] == '.') {
			return false;
		}
	}
	return true;
}
