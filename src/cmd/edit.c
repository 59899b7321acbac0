/* SPDX-License-Identifier: MIT */
#include "edit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "base/io.h"
#include "cmd/runtime.h"
#include "units.h"

#define EDIT_MAX ((size_t)1024 * 1024)
#define LINE_OF_CURSOR "+4"

/* Between the two, in the temporary file of a drop-in, stands what will be kept. */
static const char head_mark[] = "### Anything between here and the comment below will become the "
				"contents of the drop-in file\n";
static const char tail_mark[] = "### Edits below this comment will be discarded";

/* ---- where it goes ---- */

/* The same file of a directory that comes before, and would hide ours. */
static const char *find_overriding(struct cmd *c, const char *dir, const char *below)
{
	STRV_FOREACH(other, &c->store.search.dirs)
	{
		const char *path = path_join(&c->arena, other, below);
		struct stat st;

		if (streq(other, dir)) {
			return NULL;
		}
		if (root_lstat(&c->store.root, path, &st) == 0) {
			return path;
		}
	}
	return NULL;
}

static const char *dropin_name(struct cmd *c)
{
	const char *name = c->options.drop_in ? c->options.drop_in : "override.conf";

	return str_has_suffix(name, ".conf") ? name : arena_printf(&c->arena, "%s.conf", name);
}

static int refuse_missing(const struct cmd *c, const char *name)
{
	cmd_error("No files found for %s.", name);
	cmd_error("Run 'systemctl edit%s%s --force --full %s' to create a new unit.",
		  c->options.global ? " --global"
		  : c->options.user ? " --user"
				    : "",
		  c->options.runtime ? " --runtime" : "", name);
	return -ENOENT;
}

static int find_place(struct cmd *c, const char *name, struct edit_file *ret)
{
	const char *dir =
	    c->options.runtime ? c->store.search.runtime_config : c->store.search.persistent_config;
	const char *below, *hidden_by;
	struct cmd_unit cu;

	if (cmd_unit_get(c, name, &cu) < 0) {
		return -EIO;
	}
	if (cu.unit->load_state == UNIT_MASKED) {
		cmd_error("Cannot edit %s: unit is masked.", name);
		return -EINVAL;
	}
	if (cu.unit->load_state == UNIT_NOT_FOUND && !c->options.force) {
		return refuse_missing(c, name);
	}
	below = c->options.full ? cu.unit->id
				: arena_printf(&c->arena, "%s.d/%s", cu.unit->id, dropin_name(c));
	hidden_by = find_overriding(c, dir, below);
	*ret = (struct edit_file){.unit = cu.unit, .path = path_join(&c->arena, dir, below)};
	if (hidden_by) {
		cmd_error(
		    "Refusing to create \"%s\" because it would be overridden by \"%s\" anyway.",
		    ret->path, hidden_by);
		return -EEXIST;
	}
	return 0;
}

/* ---- what is in it before ---- */

/* What is missing is empty. What cannot be read must not be taken for empty: the copy would be written over it. */
static int read_file(struct cmd *c, const char *path, char **ret)
{
	int r = path ? io_read_file(AT_FDCWD, path, EDIT_MAX, &c->arena, ret, NULL) : -ENOENT;

	if (r == -ENOENT) {
		*ret = "";
		return 0;
	}
	if (r < 0) {
		cmd_error("Failed to read '%s': %s", path, strerror(r == -E2BIG ? EFBIG : -r));
	}
	return r;
}

static int add_commented(struct cmd *c, struct strbuf *out, const char *path)
{
	struct strv lines = {0};
	char *text;
	int r = read_file(c, path, &text);

	if (r < 0) {
		return r;
	}
	strbuf_addf(out, "\n\n### %s\n", path);
	strv_split(&lines, &c->arena, text, "\n");
	STRV_FOREACH(line, &lines)
	{
		strbuf_addf(out, "# %s\n", line);
	}
	return 0;
}

static int fill_template(struct cmd *c, const struct edit_file *f, struct strbuf *out)
{
	char *now, *vendor;
	int r = read_file(c, f->path, &now);

	if (r >= 0 && c->options.full) {
		r = *now ? 0 : read_file(c, f->unit->fragment_path, &vendor);
		strbuf_add(out, r < 0 ? "" : *now ? now : vendor);
	}
	if (r < 0 || c->options.full) {
		return r;
	}
	strbuf_addf(out, "### Editing %s\n%s\n%s\n\n%s\n", f->path, head_mark, now, tail_mark);
	if (f->unit->fragment_path) {
		r = add_commented(c, out, f->unit->fragment_path);
	}
	for (size_t i = 0; r >= 0 && i < f->unit->dropin_paths.n; i++) {
		const char *path = f->unit->dropin_paths.v[i];

		r = streq(path, f->path) ? 0 : add_commented(c, out, path);
	}
	return r;
}

/* ---- the editor ---- */

static int make_temporary(struct cmd *c, struct edit_file *f)
{
	CLEANUP_STRBUF struct strbuf text = {0};
	const char *dir = path_dirname(&c->arena, f->path);
	char *name = arena_printf(&c->arena, "%s/.#%sXXXXXX", dir, path_basename(f->path));
	CLEANUP_CLOSE int fd = -1;
	int r = fill_template(c, f, &text);

	if (r < 0) {
		return r;
	}
	r = io_make_dirs(AT_FDCWD, dir, 0755);
	if (r >= 0) {
		fd = mkostemp(name, O_CLOEXEC);
		r = fd < 0 ? -errno : 0;
	}
	if (r >= 0) {
		f->temporary = name;
		r = io_write_all(fd, strbuf_text(&text), strlen(strbuf_text(&text)));
	}
	if (r < 0) {
		cmd_error("Failed to create temporary file for '%s': %s", f->path, strerror(-r));
	}
	return r;
}

static _Noreturn void execute_editors(char **argv, size_t n_free, struct arena *a)
{
	static const char *const variables[] = {"SYSTEMD_EDITOR", "EDITOR", "VISUAL"};
	static const char *const usual[] = {"editor", "nano", "vim", "vi"};
	struct strv words = {0};

	for (size_t i = 0; words.n == 0 && i < ARRAY_SIZE(variables); i++) {
		strv_split(&words, a, str_or_empty(getenv(variables[i])), " \t");
	}
	/* The words of the variable go before the files; there is room for n_free of them. */
	if (words.n > 0 && words.n <= n_free) {
		char **first = argv + n_free - words.n;

		for (size_t i = 0; i < words.n; i++) {
			first[i] = (char *)words.v[i];
		}
		execvp(first[0], first);
		cmd_error("Failed to execute %s: %s", first[0], strerror(errno));
		_exit(EXIT_FAILURE);
	}
	for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
		argv[n_free - 1] = (char *)usual[i];
		execvp(usual[i], argv + n_free - 1);
	}
	cmd_error("Cannot edit files, no editor available. Please set either $SYSTEMD_EDITOR, "
		  "$EDITOR or $VISUAL.");
	_exit(EXIT_FAILURE);
}

static int run_editor(struct cmd *c, const struct edit_file *files, size_t n)
{
	enum { ROOM = 16 };
	char **argv = arena_new_n(&c->arena, char *, ROOM + n + 2);
	size_t used = ROOM;
	int status;
	pid_t pid;

	if (!c->options.full) {
		argv[used++] = (char *)LINE_OF_CURSOR;
	}
	for (size_t i = 0; i < n; i++) {
		argv[used++] = files[i].temporary;
	}
	argv[used] = NULL;
	pid = fork();
	if (pid == 0) {
		execute_editors(argv, ROOM, &c->arena);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		return 0;
	}
	if (pid > 0 && WIFEXITED(status)) {
		cmd_error("(editor) failed with exit status %d.", WEXITSTATUS(status));
	} else {
		cmd_error("(editor) failed.");
	}
	return -EPROTO;
}

/* ---- afterwards ---- */

/* Without blanks at both ends, one newline behind; "" if there is nothing else. */
static const char *stripped(struct cmd *c, const char *text, size_t n)
{
	while (n > 0 && strchr(" \t\r\n", text[n - 1])) {
		n--;
	}
	while (n > 0 && strchr(" \t\r\n", *text)) {
		text++;
		n--;
	}
	return n > 0 ? arena_printf(&c->arena, "%s\n", arena_strndup(&c->arena, text, n)) : "";
}

static int edited_text(struct cmd *c, const struct edit_file *f, const char **ret)
{
	char *text, *head, *tail;
	int r = read_file(c, f->temporary, &text);

	if (r < 0) {
		return r;
	}
	head = c->options.full ? NULL : strstr(text, head_mark);
	text = head ? head + sizeof(head_mark) - 1 : text;
	tail = c->options.full ? NULL : strstr(text, tail_mark);
	*ret = stripped(c, text, tail ? (size_t)(tail - text) : strlen(text));
	return 0;
}

static int install_text(struct cmd *c, const struct edit_file *f, const char *text)
{
	int r = io_make_dirs(AT_FDCWD, path_dirname(&c->arena, f->path), 0755);

	r = r < 0 ? r : io_write_atomic(AT_FDCWD, f->path, text, strlen(text), 0644);
	if (r < 0) {
		cmd_error("Failed to install edited file '%s': %s", f->path, strerror(-r));
		return r;
	}
	cmd_notice(c, "Successfully installed edited file '%s'.", f->path);
	return 0;
}

static int install_edited(struct cmd *c, const struct edit_file *f)
{
	const char *text;
	int r = edited_text(c, f, &text);

	if (r >= 0 && *text) {
		return install_text(c, f, text);
	}
	if (r >= 0) {
		cmd_notice(c, "%s: after editing, new contents are empty, not writing file.", f->path);
	}
	return r;
}

static int edit_interactively(struct cmd *c, struct edit_file *files, size_t n)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < n; i++) {
		r = make_temporary(c, &files[i]);
	}
	r = r < 0 ? r : run_editor(c, files, n);
	for (size_t i = 0; i < n; i++) {
		r = r < 0 ? r : install_edited(c, &files[i]);
		if (files[i].temporary) {
			unlink(files[i].temporary);
		}
		if (files[i].temporary && !c->options.full) {
			/* The directory of drop-ins, if it was made for nothing. */
			rmdir(path_dirname(&c->arena, files[i].path));
		}
	}
	return r;
}

static int edit_from_stdin(struct cmd *c, struct edit_file *files, size_t n)
{
	CLEANUP_STRBUF struct strbuf input = {0};
	char buf[4096];
	const char *text;
	ssize_t got;
	int r = 0;

	while ((got = read(STDIN_FILENO, buf, sizeof(buf))) > 0 || (got < 0 && errno == EINTR)) {
		strbuf_add_n(&input, buf, got > 0 ? (size_t)got : 0);
	}
	if (got < 0) {
		cmd_error("Failed to read stdin: %s", strerror(errno));
		return -errno;
	}
	text = stripped(c, strbuf_text(&input), strlen(strbuf_text(&input)));
	if (!*text) {
		cmd_notice(c, "Stripped stdin content is empty, not writing file.");
		return 0;
	}
	for (size_t i = 0; r == 0 && i < n; i++) {
		r = install_text(c, &files[i], text);
	}
	return r;
}

int cmd_edit(struct cmd *c, const struct cmd_verb *verb, struct strv *args)
{
	struct strv names = {0};
	struct edit_file *files;
	int r;

	if (!c->options.stdin_input && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))) {
		cmd_error("Cannot edit units interactively if not on a tty.");
		return 1;
	}
	if (c->options.drop_in && strchr(c->options.drop_in, '/')) {
		cmd_error("Invalid drop-in file name '%s'.", dropin_name(c));
		return 1;
	}
	if (cmd_expand_names(c, args, ".service", &names, NULL) < 0 || cmd_need_store(c) < 0) {
		return 1;
	}
	if (names.n == 0) {
		cmd_error("No units matched the specified patterns.");
		return 1;
	}
	files = arena_new_n(&c->arena, struct edit_file, names.n);
	for (size_t i = 0; i < names.n; i++) {
		if (find_place(c, names.v[i], &files[i]) < 0) {
			return 1;
		}
	}
	r = c->options.stdin_input ? edit_from_stdin(c, files, names.n)
				   : edit_interactively(c, files, names.n);
	if (r == 0 && !c->options.no_reload) {
		static const struct cmd_verb reload = {.name = "daemon-reload"};
		struct strv none = {0};

		return cmd_daemon_reload(c, &reload, &none);
	}
	return r < 0 ? 1 : 0;
}
