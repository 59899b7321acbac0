/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <dirent.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/io.h"
#include "base/root.h"
#include "exec/child.h"
#include "unit/directive.h"

#define CREDENTIAL_MAX ((size_t)1024 * 1024)
#define TOTAL_MAX ((size_t)1024 * 1024)

static const char *const stores[] = {
	"/etc/credstore", "/run/credstore", "/usr/local/lib/credstore", "/usr/lib/credstore",
};

/* The directory that is being filled. */
struct credentials {
	struct exec_child *child;
	const char *dir;
	size_t total;
};

static bool has_credentials(const struct exec_settings *e)
{
	return e->load_credential.n + e->set_credential.n + e->import_credential.n > 0;
}

static char *credentials_path(const struct unit *u, struct arena *a)
{
	const char *runtime = geteuid() == 0 ? "/run" : getenv("XDG_RUNTIME_DIR");

	return runtime ? arena_printf(a, "%s/credentials/%s", runtime, u->id) : NULL;
}

char *exec_credentials_directory(const struct unit *u, struct arena *a)
{
	return has_credentials(&u->exec) ? credentials_path(u, a) : NULL;
}

static bool credential_name_is_valid(const char *name)
{
	return *name && strlen(name) <= 255 && !strchr(name, '/') && !streq(name, ".") &&
	       !streq(name, "..");
}

static int credential_write(struct credentials *k, const char *name, const char *text, size_t n)
{
	const char *path = path_join(k->child->arena, k->dir, name);
	const struct exec_identity *id = &k->child->identity;
	CLEANUP_CLOSE int fd = -1;
	int r;

	if (!credential_name_is_valid(name)) {
		return -EINVAL;
	}
	k->total += n;
	if (k->total > TOTAL_MAX) {
		return -E2BIG;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0400);
	if (fd < 0) {
		return -errno;
	}
	r = io_write_all(fd, text, n);
	if (r == 0 && geteuid() == 0 && fchown(fd, id->uid, id->gid) < 0) {
		r = -errno;
	}
	return r == 0 && fchmod(fd, 0400) < 0 ? -errno : r;
}

static bool credential_exists(const struct credentials *k, const char *name)
{
	return access(path_join(k->child->arena, k->dir, name), F_OK) == 0;
}

/* A path that is a socket gives what its listener writes. */
static int read_socket(const char *path, struct arena *a, char **ret, size_t *ret_n)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	CLEANUP_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char *text;
	size_t n = 0;

	if (fd < 0 || strlen(path) >= sizeof(sa.sun_path)) {
		return fd < 0 ? -errno : -ENAMETOOLONG;
	}
	strcpy(sa.sun_path, path);
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0) {
		return -errno;
	}
	text = arena_alloc(a, CREDENTIAL_MAX + 1);
	while (n < CREDENTIAL_MAX + 1) {
		ssize_t r = read(fd, text + n, CREDENTIAL_MAX + 1 - n);

		if (r < 0 && errno == EINTR) {
			continue;
		}
		if (r <= 0) {
			*ret = text;
			*ret_n = n;
			return r < 0 ? -errno : 0;
		}
		n += (size_t)r;
	}
	return -E2BIG;
}

static int credential_load_file(struct credentials *k, const char *name, const char *path)
{
	struct arena *a = k->child->arena;
	struct stat st;
	char *text;
	size_t n;
	int r;

	if (stat(path, &st) < 0) {
		return -errno;
	}
	r = S_ISSOCK(st.st_mode) ? read_socket(path, a, &text, &n)
				 : io_read_file(AT_FDCWD, path, CREDENTIAL_MAX, a, &text, &n);
	return r < 0 ? r : credential_write(k, name, text, n);
}

/* Each file of a directory, as NAME_FILE. */
static int credential_load_dir(struct credentials *k, const char *name, const char *path)
{
	CLEANUP_CLOSEDIR DIR *d = opendir(path);
	struct arena *a = k->child->arena;
	struct dirent *e;
	int r = 0;

	if (!d) {
		return -errno;
	}
	while (r >= 0 && (e = readdir(d))) {
		const char *full = path_join(a, path, e->d_name);
		struct stat st;

		if (e->d_name[0] != '.' && stat(full, &st) == 0 && S_ISREG(st.st_mode)) {
			r = credential_load_file(k, arena_printf(a, "%s_%s", name, e->d_name),
						 full);
		}
	}
	return r;
}

static int credential_load_path(struct credentials *k, const char *name, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		return credential_load_dir(k, name, path);
	}
	return credential_load_file(k, name, path);
}

/* LoadCredential=ID[:PATH]; a PATH without a slash is looked for in the credential stores. */
static int credential_load(struct credentials *k, const char *word)
{
	struct arena *a = k->child->arena;
	const char *colon = strchr(word, ':');
	const char *name = colon ? arena_strndup(a, word, (size_t)(colon - word)) : word;
	const char *path = colon && colon[1] ? colon + 1 : name;

	if (path_is_absolute(path)) {
		return credential_load_path(k, name, path);
	}
	for (size_t i = 0; i < ARRAY_SIZE(stores); i++) {
		int r = credential_load_path(k, name, path_join(a, stores[i], path));

		if (r != -ENOENT) {
			return r;
		}
	}
	return -ENOENT;
}

/* ImportCredential=GLOB[:PREFIX]: whatever is there; nothing is no mistake. PREFIX stands in for what GLOB says. */
static int credential_import(struct credentials *k, const char *word)
{
	struct arena *a = k->child->arena;
	size_t n_pattern = strcspn(word, ":");
	const char *pattern = arena_strndup(a, word, n_pattern);
	const char *prefix = word[n_pattern] ? word + n_pattern + 1 : NULL;
	size_t n_said = strcspn(pattern, "*");
	int error = 0;

	for (size_t i = 0; i < ARRAY_SIZE(stores); i++) {
		glob_t g = {0};

		if (glob(path_join(a, stores[i], pattern), 0, NULL, &g) != 0) {
			globfree(&g);
			continue;
		}
		for (size_t j = 0; error == 0 && j < g.gl_pathc; j++) {
			const char *name = path_basename(g.gl_pathv[j]);

			name = prefix ? arena_printf(a, "%s%s", prefix, name + n_said) : name;
			if (!credential_exists(k, name)) {
				error = credential_load_file(k, name, g.gl_pathv[j]);
			}
		}
		globfree(&g);
	}
	return error;
}

/* SetCredential=ID:VALUE stands in where nothing was loaded. */
static int credential_set(struct credentials *k, const char *word)
{
	struct arena *a = k->child->arena;
	const char *colon = strchr(word, ':');
	const char *name;
	const char *rest;
	char *value;

	if (!colon) {
		return -EINVAL;
	}
	name = arena_strndup(a, word, (size_t)(colon - word));
	rest = colon + 1;
	/* No separator at all: the word is all that is left, with its C escapes resolved. */
	if (value_next_word(&rest, "", VALUE_WORD_CUNESCAPE | VALUE_WORD_RELAX, a, &value) <= 0) {
		value = "";
	}
	return credential_exists(k, name) ? 0 : credential_write(k, name, value, strlen(value));
}

static bool is_set(const struct exec_settings *e, const char *word)
{
	size_t n = strcspn(word, ":");

	STRV_FOREACH(set, &e->set_credential) {
		if (strncmp(set, word, n) == 0 && set[n] == ':') {
			return true;
		}
	}
	return false;
}

static int credentials_fill(struct credentials *k)
{
	const struct exec_settings *e = k->child->settings;
	int r = 0;

	STRV_FOREACH(word, &e->load_credential) {
		r = credential_load(k, word);
		/*
		 * A default makes a missing file harmless; without one, systemd starts the unit
		 * only if no path was given.
		 */
		if (r == -ENOENT && (is_set(e, word) || !strchr(word, ':'))) {
			r = 0;
		}
		if (r < 0) {
			k->child->subject = word;
			return r;
		}
	}
	STRV_FOREACH(pattern, &e->import_credential) {
		r = r < 0 ? r : credential_import(k, pattern);
	}
	STRV_FOREACH(set, &e->set_credential) {
		r = r < 0 ? r : credential_set(k, set);
	}
	return r;
}

/* A name without a path is looked for in the stores, and may be missing. */
static bool is_stored(struct exec_child *c, const char *name)
{
	static const char *const encrypted[] = {
		"/etc/credstore.encrypted", "/run/credstore.encrypted",
		"/usr/local/lib/credstore.encrypted", "/usr/lib/credstore.encrypted",
	};

	for (size_t i = 0; i < ARRAY_SIZE(encrypted); i++) {
		if (access(path_join(c->arena, encrypted[i], name), F_OK) == 0) {
			return true;
		}
	}
	return false;
}

/* A service that counts on a secret must not begin without it. */
static int refuse_encrypted(struct exec_child *c)
{
	const struct unit *u = c->request->unit;

	for (size_t i = 0; i < u->n_assignments; i++) {
		const char *name = u->assignments[i].directive->name;
		const char *word = u->assignments[i].value;

		if (!streq(name, "LoadCredentialEncrypted") && !streq(name, "SetCredentialEncrypted")) {
			continue;
		}
		if (strchr(word, ':') || is_stored(c, word)) {
			c->subject = arena_printf(c->arena, "%s=%.*s (there is no key to decrypt it)",
						  name, (int)strcspn(word, ":"), word);
			return -EOPNOTSUPP;
		}
	}
	return 0;
}

int exec_apply_credentials(struct exec_child *c)
{
	struct credentials k = { .child = c };
	int r = refuse_encrypted(c);

	if (r < 0) {
		return r;
	}
	if (!has_credentials(c->settings)) {
		return 0;
	}
	k.dir = credentials_path(c->request->unit, c->arena);
	if (!k.dir) {
		return -ENXIO;
	}
	io_remove_tree(AT_FDCWD, k.dir);
	r = io_make_dirs(AT_FDCWD, path_dirname(c->arena, k.dir), 0755);
	if (r == 0 && mkdir(k.dir, 0700) < 0) {
		r = -errno;
	}
	if (r == 0) {
		r = credentials_fill(&k);
	}
	if (r == 0 && geteuid() == 0 && chown(k.dir, c->identity.uid, c->identity.gid) < 0) {
		r = -errno;
	}
	return r == 0 && chmod(k.dir, 0500) < 0 ? -errno : r;
}

void exec_credentials_remove(const struct unit *u)
{
	CLEANUP_ARENA struct arena arena = {0};
	char *path = has_credentials(&u->exec) ? credentials_path(u, &arena) : NULL;

	if (!path) {
		return;
	}
	io_remove_tree(AT_FDCWD, path);
	rmdir(path_dirname(&arena, path));
}
