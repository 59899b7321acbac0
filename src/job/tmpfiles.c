/* SPDX-License-Identifier: MIT */
#include "job/tmpfiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/io.h"
#include "base/map.h"
#include "base/root.h"
#include "unit/specifier.h"
#include "unit/value.h"

#define PROGRAM "/usr/bin/systemd-tmpfiles"
#define FILE_MAX_SIZE ((size_t)1024 * 1024)

extern char **environ;

/* Highest priority first; a name hides the same name further down. */
static const char *const tmpfiles_dirs[] = {
	"/etc/tmpfiles.d",
	"/run/tmpfiles.d",
	"/usr/local/lib/tmpfiles.d",
	"/usr/lib/tmpfiles.d",
};

/* The fields of a line: tmpfiles.d(5), "Configuration File Format". */
struct line {
	char type;
	const char *path;
	mode_t mode;
	bool mode_set;
	uid_t uid;
	gid_t gid;
	const char *argument;	/* the rest of the line, NULL for none */
	bool replace;		/* + */
};

struct context {
	struct arena *arena;
	struct diag_list *diags;
	const char *file;
	unsigned line;
	const char *prefix;
};

static int warn(const struct context *c, int error, const char *what, const char *subject)
{
	return diag_add(c->diags, DIAG_WARNING, error, c->file, c->line, NULL, "%s %s: %s", what, subject, strerror(-error));
}

static int own(const struct context *c, const struct line *l, mode_t fallback)
{
	CLEANUP_CLOSE int fd = open(l->path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || fchown(fd, l->uid, l->gid) < 0 || fchmod(fd, l->mode_set ? l->mode : fallback) < 0) {
		return warn(c, -errno, "Failed to set mode and owner of", l->path);
	}
	return 0;
}

static int make_parents(const struct context *c, const struct line *l)
{
	int r = io_make_dirs(AT_FDCWD, path_dirname(c->arena, l->path), 0755);

	return r < 0 ? warn(c, r, "Failed to make the directory of", l->path) : 0;
}

static int make_directory(const struct context *c, const struct line *l)
{
	if (mkdir(l->path, 0755) < 0 && errno != EEXIST) {
		return warn(c, -errno, "Failed to make", l->path);
	}
	return own(c, l, 0755);
}

static int make_file(const struct context *c, const struct line *l)
{
	bool truncate = l->replace || l->type == 'F';
	CLEANUP_CLOSE int fd = open(l->path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | (truncate ? O_TRUNC : O_EXCL), 0644);

	if (fd < 0) {
		return errno == EEXIST ? 0 : warn(c, -errno, "Failed to make", l->path);
	}
	if (l->argument) {
		int r = io_write_all(fd, l->argument, strlen(l->argument));

		if (r < 0) {
			return warn(c, r, "Failed to write", l->path);
		}
	}
	return own(c, l, 0644);
}

static int make_link(const struct context *c, const struct line *l)
{
	const char *target = l->argument ? l->argument
					 : arena_printf(c->arena, "/usr/share/factory%s", l->path + strlen(c->prefix));

	if (symlink(target, l->path) == 0 || (errno == EEXIST && !l->replace)) {
		return 0;
	}
	if (errno != EEXIST) {
		return warn(c, -errno, "Failed to make", l->path);
	}
	io_remove_tree(AT_FDCWD, l->path);
	return symlink(target, l->path) < 0 ? warn(c, -errno, "Failed to make", l->path) : 0;
}

static int make_fifo(const struct context *c, const struct line *l)
{
	if (mkfifo(l->path, 0644) < 0 && errno != EEXIST) {
		return warn(c, -errno, "Failed to make", l->path);
	}
	return own(c, l, 0644);
}

static const struct maker {
	char type;
	int (*make)(const struct context *c, const struct line *l);
} makers[] = {
	{ 'D', make_directory }, { 'F', make_file }, { 'L', make_link },      { 'Q', make_directory }, { 'd', make_directory },
	{ 'f', make_file },	 { 'p', make_fifo }, { 'q', make_directory }, { 'v', make_directory },
};

static const struct maker *find_maker(char type)
{
	for (size_t i = 0; i < ARRAY_SIZE(makers); i++) {
		if (makers[i].type == type) {
			return &makers[i];
		}
	}
	return NULL;
}

static bool is_unset(const char *word)
{
	return !word || !word[0] || streq(word, "-");
}

static int parse_user(const char *word, uid_t *ret)
{
	uint64_t n;
	const struct passwd *pw;

	if (is_unset(word)) {
		return 0;
	}
	if (str_to_u64(word, &n) == 0 && n < UINT32_MAX) {
		*ret = (uid_t)n;
		return 0;
	}
	pw = getpwnam(word);
	if (!pw) {
		return -ESRCH;
	}
	*ret = pw->pw_uid;
	return 0;
}

static int parse_group(const char *word, gid_t *ret)
{
	uint64_t n;
	const struct group *gr;

	if (is_unset(word)) {
		return 0;
	}
	if (str_to_u64(word, &n) == 0 && n < UINT32_MAX) {
		*ret = (gid_t)n;
		return 0;
	}
	gr = getgrnam(word);
	if (!gr) {
		return -ESRCH;
	}
	*ret = gr->gr_gid;
	return 0;
}

/* Modifiers of mode (':' only when made, '~' masked) are about what exists already: the number counts. */
static int parse_mode(const char *word, struct line *l)
{
	if (is_unset(word)) {
		return 0;
	}
	word += strspn(word, ":~");
	l->mode_set = true;
	return value_parse_mode(word, &l->mode);
}

static char *next_field(const struct context *c, const char **s)
{
	char *word;

	return value_next_word(s, NULL, VALUE_WORD_UNQUOTE | VALUE_WORD_CUNESCAPE, c->arena, &word) > 0 ? word : NULL;
}

static int expand(const struct context *c, const char *text, char **ret)
{
	const struct root root = { .fd = AT_FDCWD, .path = "" };
	const struct specifier_scope scope = { .root = &root };

	return specifier_expand(&scope, SPECIFIER_ALL, text, c->arena, ret);
}

/* The fields behind the type and the path. */
static int parse_rest(const struct context *c, const char *s, struct line *l)
{
	const char *mode = next_field(c, &s);
	const char *user = next_field(c, &s);
	const char *group = next_field(c, &s);
	char *argument;
	int r = parse_mode(mode, l);

	next_field(c, &s);
	if (r < 0) {
		return warn(c, r, "Invalid mode", mode);
	}
	r = parse_user(user, &l->uid);
	if (r < 0) {
		return warn(c, r, "Unknown user", user);
	}
	r = parse_group(group, &l->gid);
	if (r < 0) {
		return warn(c, r, "Unknown group", group);
	}
	s += strspn(s, " \t");
	if (!is_unset(s)) {
		r = expand(c, s, &argument);
		if (r < 0) {
			return warn(c, r, "Failed to expand", s);
		}
		l->argument = argument;
	}
	return 0;
}

static void run_line(struct context *c, const char *s)
{
	struct line l = {0};
	const struct maker *maker;
	const char *type = next_field(c, &s);
	const char *word = next_field(c, &s);
	char *path;

	if (!type || !word) {
		diag_add(c->diags, DIAG_WARNING, -EBADMSG, c->file, c->line, NULL, "Syntax error.");
		return;
	}
	l.type = type[0];
	l.replace = strchr(type + 1, '+');
	maker = find_maker(l.type);
	if (!maker) {
		diag_add(c->diags, DIAG_DEBUG, -EOPNOTSUPP, c->file, c->line, NULL, "Lines of type %s need systemd-tmpfiles.", type);
		return;
	}
	if (expand(c, word, &path) < 0 || !path_is_absolute(path) || !path_is_normalized(path)) {
		diag_add(c->diags, DIAG_WARNING, -EINVAL, c->file, c->line, NULL, "Path %s cannot be used.", word);
		return;
	}
	l.path = path_join(c->arena, c->prefix, path_simplify(c->arena, path));
	if (parse_rest(c, s, &l) >= 0 && make_parents(c, &l) >= 0) {
		maker->make(c, &l);
	}
}

void tmpfiles_create_from(const char *text, const char *filename, const char *prefix, struct diag_list *diags)
{
	CLEANUP_ARENA struct arena a = {0};
	struct context c = { .arena = &a, .diags = diags, .file = filename, .prefix = prefix };

	while (*text) {
		size_t n = strcspn(text, "\n");
		const char *line = arena_strndup(&a, text, n);

		c.line++;
		line += strspn(line, " \t");
		if (*line && *line != '#') {
			run_line(&c, line);
		}
		text += n + (text[n] == '\n');
	}
}

static void collect(const char *dir, struct arena *a, struct strv *names, struct map *paths)
{
	CLEANUP_CLOSEDIR DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		if (str_has_suffix(e->d_name, ".conf") && !map_has(paths, e->d_name)) {
			const char *name = arena_strdup(a, e->d_name);

			strv_add(names, a, name);
			map_put(paths, name, path_join(a, dir, name));
		}
	}
}

static void create_ourselves(struct diag_list *diags)
{
	CLEANUP_ARENA struct arena a = {0};
	mode_t old = umask(0022);
	struct strv names = {0};
	struct map paths;
	char *text;

	map_init(&paths, &a);
	for (size_t i = 0; i < ARRAY_SIZE(tmpfiles_dirs); i++) {
		collect(tmpfiles_dirs[i], &a, &names, &paths);
	}
	strv_sort(&names);
	STRV_FOREACH(name, &names) {
		const char *path = map_get(&paths, name);

		if (io_read_file(AT_FDCWD, path, FILE_MAX_SIZE, &a, &text, NULL) == 0) {
			tmpfiles_create_from(text, path, "", diags);
		}
	}
	umask(old);
}

bool tmpfiles_has_program(void)
{
	return access(PROGRAM, X_OK) == 0;
}

int tmpfiles_create(struct diag_list *diags)
{
	char *argv[] = { (char *)PROGRAM, (char *)"--create", (char *)"--boot", (char *)"--exclude-prefix=/dev", NULL };
	posix_spawn_file_actions_t actions;
	int status, r;
	pid_t pid;

	if (geteuid() != 0) {
		return 0;
	}
	if (!tmpfiles_has_program()) {
		create_ourselves(diags);
		return 0;
	}
	posix_spawn_file_actions_init(&actions);
	for (int fd = 0; fd < 3; fd++) {
		posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
	}
	r = posix_spawn(&pid, PROGRAM, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (r != 0) {
		return -r;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	return 0;
}
