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

/* A number of a line, and what stands before it. */
struct number {
	uint32_t value;
	bool is_set;
	bool only_new;	/* ':': what exists already keeps its own */
	bool is_masked; /* '~': of a mode, bits of a kind that nobody has now are not given */
};

/* The fields of a line: tmpfiles.d(5), "Configuration File Format". */
struct line {
	const struct maker *maker;
	const char *path;
	struct number mode, uid, gid;
	const char *argument; /* the rest of the line, NULL for none */
	bool replace;	      /* + */
	bool exact;	      /* = what is of another kind goes */
	bool if_target;	      /* ? */
	bool existed;
};

struct context {
	struct arena *arena;
	struct diag_list *diags;
	struct map *paths; /* all that lines have been about: the first one counts */
	const char *file;
	unsigned line;
	const char *prefix;
};

static int warn(const struct context *c, int error, const char *what, const char *subject)
{
	return diag_add(c->diags, DIAG_WARNING, error, c->file, c->line, NULL, "%s %s: %s", what, subject, strerror(-error));
}

/* ---- what lines make ---- */

struct maker {
	char type;
	mode_t format;
	const char *modifiers; /* beside those that all have */
	int (*make)(const struct context *c, const struct line *l);
};

static mode_t masked_mode(mode_t mode, mode_t now)
{
	static const mode_t kinds[] = { 0111, 0222, 0444 };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		mode &= now & kinds[i] ? ~(mode_t)0 : ~kinds[i];
	}
	return S_ISDIR(now) ? mode : mode & 0777;
}

/* What the line says nothing of stays as it is. */
static int own(const struct context *c, const struct line *l)
{
	CLEANUP_CLOSE int fd = open(l->path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	bool with_mode = l->mode.is_set && !(l->mode.only_new && l->existed);
	uid_t uid = l->uid.is_set && !(l->uid.only_new && l->existed) ? l->uid.value : (uid_t)-1;
	gid_t gid = l->gid.is_set && !(l->gid.only_new && l->existed) ? l->gid.value : (gid_t)-1;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || fchown(fd, uid, gid) < 0 ||
	    (with_mode && fchmod(fd, l->mode.is_masked ? masked_mode(l->mode.value, st.st_mode) : l->mode.value) < 0)) {
		return warn(c, -errno, "Failed to set mode and owner of", l->path);
	}
	return 0;
}

static int make_directory(const struct context *c, const struct line *l)
{
	if (!l->existed && mkdir(l->path, 0755) < 0) {
		return warn(c, -errno, "Failed to make", l->path);
	}
	return own(c, l);
}

static int make_file(const struct context *c, const struct line *l)
{
	bool truncate = l->replace || l->maker->type == 'F';

	if (!l->existed || truncate) {
		CLEANUP_CLOSE int fd = open(l->path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | (truncate ? O_TRUNC : O_EXCL), 0644);
		int r = fd < 0 ? -errno : l->argument ? io_write_all(fd, l->argument, strlen(l->argument)) : 0;

		if (r < 0) {
			return warn(c, r, "Failed to write", l->path);
		}
	}
	return own(c, l);
}

static int make_link(const struct context *c, const struct line *l)
{
	const char *target = l->argument ? l->argument
					 : arena_printf(c->arena, "/usr/share/factory%s", l->path + strlen(c->prefix));
	struct stat st;

	if ((l->existed && !l->replace) || (l->if_target && lstat(target, &st) < 0)) {
		return 0;
	}
	if (l->existed) {
		io_remove_tree(AT_FDCWD, l->path);
	}
	return symlink(target, l->path) < 0 ? warn(c, -errno, "Failed to make", l->path) : 0;
}

static int make_fifo(const struct context *c, const struct line *l)
{
	if (!l->existed && mkfifo(l->path, 0644) < 0) {
		return warn(c, -errno, "Failed to make", l->path);
	}
	return own(c, l);
}

static const struct maker makers[] = {
	{ 'D', S_IFDIR, "", make_directory }, { 'F', S_IFREG, "", make_file },	     { 'L', S_IFLNK, "?", make_link },
	{ 'Q', S_IFDIR, "", make_directory }, { 'd', S_IFDIR, "~", make_directory }, { 'f', S_IFREG, "", make_file },
	{ 'p', S_IFIFO, "", make_fifo },      { 'q', S_IFDIR, "", make_directory },  { 'v', S_IFDIR, "", make_directory },
};

/* Finds out what is there already, and makes room. 0, or told. */
static int prepare(const struct context *c, struct line *l)
{
	struct stat st;
	int r = io_make_dirs(AT_FDCWD, path_dirname(c->arena, l->path), 0755);

	if (r < 0) {
		return warn(c, r, "Failed to make the directory of", l->path);
	}
	l->existed = lstat(l->path, &st) == 0;
	if (!l->existed || (st.st_mode & S_IFMT) == l->maker->format ||
	    (l->maker->format == S_IFLNK && !l->exact)) {
		return 0;
	}
	if (!l->exact && !(l->replace && l->maker->format == S_IFIFO)) {
		return warn(c, -EEXIST, "Failed to make", l->path);
	}
	l->existed = false;
	r = io_remove_tree(AT_FDCWD, l->path);
	return r < 0 ? warn(c, r, "Failed to remove", l->path) : 0;
}

/* ---- lines ---- */

static bool is_unset(const char *word)
{
	return !word || !word[0] || streq(word, "-");
}

static int find_user(const char *name, uint32_t *ret)
{
	const struct passwd *pw = getpwnam(name);

	*ret = pw ? pw->pw_uid : 0;
	return pw ? 0 : -ESRCH;
}

static int find_group(const char *name, uint32_t *ret)
{
	const struct group *gr = getgrnam(name);

	*ret = gr ? gr->gr_gid : 0;
	return gr ? 0 : -ESRCH;
}

/* A user or a group, by number or by name. */
static int parse_owner(const char *word, int (*find)(const char *name, uint32_t *ret), struct number *ret)
{
	uint64_t n;

	if (is_unset(word)) {
		return 0;
	}
	ret->only_new = *word == ':';
	word += ret->only_new;
	ret->is_set = true;
	if (str_to_u64(word, &n) == 0 && n < UINT32_MAX) {
		ret->value = (uint32_t)n;
		return 0;
	}
	return find(word, &ret->value);
}

static int parse_mode(const char *word, struct number *ret)
{
	if (is_unset(word)) {
		return 0;
	}
	for (; *word == ':' || *word == '~'; word++) {
		*(*word == ':' ? &ret->only_new : &ret->is_masked) = true;
	}
	ret->is_set = true;
	return value_parse_mode(word, &ret->value);
}

/* Nothing is removed here for its age: it must only be one. */
static int parse_age(const char *word)
{
	usec_t span;
	const char *colon;

	if (is_unset(word)) {
		return 0;
	}
	word += *word == '~';
	colon = strchr(word, ':');
	return value_parse_span(colon ? colon + 1 : word, USEC_PER_SEC, &span);
}

static int expand(const struct context *c, const char *text, char **ret)
{
	const struct root root = { .fd = AT_FDCWD, .path = "" };
	const struct specifier_scope scope = { .root = &root };

	return specifier_expand(&scope, SPECIFIER_ALL, text, c->arena, ret);
}

/* What a file is to hold may have C escapes. */
static int parse_argument(const struct context *c, char *s, struct line *l)
{
	char *text = s;

	for (size_t n = strlen(s); n > 0 && strchr(" \t\r", s[n - 1]);) {
		s[--n] = '\0';
	}
	if (is_unset(s)) {
		return 0;
	}
	if ((l->maker->format == S_IFREG &&
	     value_next_word((const char **)&s, "", VALUE_WORD_CUNESCAPE, c->arena, &text) < 0) ||
	    expand(c, text, &text) < 0) {
		return warn(c, -EINVAL, "Failed to expand", s);
	}
	l->argument = text;
	return 0;
}

/* The fields behind the path. */
static int parse_numbers(const struct context *c, char *const *fields, struct line *l)
{
	int r = parse_mode(fields[0], &l->mode);

	if (r < 0) {
		return warn(c, r, "Invalid mode", fields[0]);
	}
	r = parse_owner(fields[1], find_user, &l->uid);
	if (r < 0) {
		return warn(c, r, "Unknown user", fields[1]);
	}
	r = parse_owner(fields[2], find_group, &l->gid);
	if (r < 0) {
		return warn(c, r, "Unknown group", fields[2]);
	}
	r = parse_age(fields[3]);
	return r < 0 ? warn(c, r, "Invalid age", fields[3]) : 0;
}

static const struct maker *parse_type(const struct context *c, const char *type, struct line *l)
{
	const struct maker *maker = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(makers); i++) {
		maker = makers[i].type == *type ? &makers[i] : maker;
	}
	for (const char *p = type + 1; maker && *p; p++) {
		if (!strchr("!-+=$", *p) && !strchr(maker->modifiers, *p)) {
			maker = NULL;
		}
	}
	if (!maker) {
		diag_add(c->diags, DIAG_DEBUG, -EOPNOTSUPP, c->file, c->line, NULL, "Lines of type %s need systemd-tmpfiles.", type);
		return NULL;
	}
	l->replace = strchr(type + 1, '+');
	l->exact = strchr(type + 1, '=');
	l->if_target = strchr(type + 1, '?');
	return maker;
}

static void run_line(struct context *c, const char *s)
{
	char *fields[6] = { NULL }, *path;
	struct line l = { 0 };
	int r = 1;

	for (size_t i = 0; i < ARRAY_SIZE(fields) && r > 0; i++) {
		r = value_next_word(&s, NULL, VALUE_WORD_UNQUOTE | VALUE_WORD_CUNESCAPE, c->arena, &fields[i]);
	}
	if (r < 0 || !fields[1]) {
		diag_add(c->diags, DIAG_WARNING, -EBADMSG, c->file, c->line, NULL, "Syntax error.");
		return;
	}
	l.maker = parse_type(c, fields[0], &l);
	if (!l.maker) {
		return;
	}
	if (expand(c, fields[1], &path) < 0 || !path_is_absolute(path) || !path_is_normalized(path)) {
		diag_add(c->diags, DIAG_WARNING, -EINVAL, c->file, c->line, NULL, "Path %s cannot be used.", fields[1]);
		return;
	}
	l.path = path_join(c->arena, c->prefix, path_simplify(c->arena, path));
	if (parse_numbers(c, fields + 2, &l) < 0 || parse_argument(c, arena_strdup(c->arena, s), &l) < 0) {
		return;
	}
	if (map_has(c->paths, l.path)) {
		diag_add(c->diags, DIAG_WARNING, -EEXIST, c->file, c->line, NULL, "Duplicate line for path \"%s\", ignoring.", path);
		return;
	}
	map_put(c->paths, l.path, c->paths);
	if (prepare(c, &l) >= 0) {
		l.maker->make(c, &l);
	}
}

static void run_text(struct context *c, const char *text)
{
	for (c->line = 0; *text; text += *text == '\n') {
		size_t n = strcspn(text, "\n");
		const char *line = arena_strndup(c->arena, text, n);

		c->line++;
		line += strspn(line, " \t");
		if (*line && *line != '#') {
			run_line(c, line);
		}
		text += n;
	}
}

void tmpfiles_create_from(const char *text, const char *filename, const char *prefix, struct diag_list *diags)
{
	CLEANUP_ARENA struct arena a = {0};
	struct map paths;
	struct context c = { .arena = &a, .diags = diags, .paths = &paths, .file = filename, .prefix = prefix };

	map_init(&paths, &a);
	run_text(&c, text);
}

static void collect(const char *dir, struct arena *a, struct strv *names, struct map *files)
{
	CLEANUP_CLOSEDIR DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		if (str_has_suffix(e->d_name, ".conf") && !map_has(files, e->d_name)) {
			const char *name = arena_strdup(a, e->d_name);

			strv_add(names, a, name);
			map_put(files, name, path_join(a, dir, name));
		}
	}
}

static void create_ourselves(struct diag_list *diags)
{
	CLEANUP_ARENA struct arena a = {0};
	mode_t old = umask(0022);
	struct strv names = {0};
	struct map files, paths;
	struct context c = { .arena = &a, .diags = diags, .paths = &paths, .prefix = "" };
	char *text;

	map_init(&files, &a);
	map_init(&paths, &a);
	for (size_t i = 0; i < ARRAY_SIZE(tmpfiles_dirs); i++) {
		collect(tmpfiles_dirs[i], &a, &names, &files);
	}
	strv_sort(&names);
	STRV_FOREACH(name, &names) {
		c.file = map_get(&files, name);
		if (io_read_file(AT_FDCWD, c.file, FILE_MAX_SIZE, &a, &text, NULL) == 0) {
			run_text(&c, text);
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
