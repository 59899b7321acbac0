/* SPDX-License-Identifier: MIT */

/*
 * A script becomes the text of a unit file, as systemd-sysv-generator writes it, and that text is
 * loaded like any other: one reader for everything.
 */

#include "unit/sysv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>

#define SYSV_SCRIPT_MAX (1024u * 1024)
#define BLANKS " \t\r"

/* ---- which script ---- */

static bool sysv_is_script(const struct root *root, const char *path)
{
	/* What packages and editors leave beside a file. */
	static const char leftovers[][10] = { "*~",    "*.bak",	   "*.old", "*.new",
					      "*.swp", "*.dpkg-*", "*.rpm*", "*.ucf-*" };
	struct stat st;
	for (size_t i = 0; i < ARRAY_SIZE(leftovers); i++) {
		if (fnmatch(leftovers[i], path, 0) == 0) {
			return false;
		}
	}
	return root_stat(root, path, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0100);
}

const char *sysv_find_script(const struct root *root, const char *name, struct arena *a)
{
	if (name_type(name) != UNIT_SERVICE || name_classify(name) == NAME_TEMPLATE) {
		return NULL;
	}
	char *base = name_without_suffix(a, name);
	const char *const candidates[] = {
		path_join(a, "/etc/init.d", base),
		arena_printf(a, "/etc/init.d/%s.sh", base),
	};
	for (size_t i = 0; i < ARRAY_SIZE(candidates); i++) {
		if (sysv_is_script(root, candidates[i])) {
			return candidates[i];
		}
	}
	return NULL;
}

/* "foo" and "foo.sh" are foo.service; what no unit name may hold is escaped. */
static char *sysv_unit_name(struct arena *a, const char *script)
{
	size_t n = strlen(script) - (str_has_suffix(script, ".sh") ? 3 : 0);
	char *name;
	bool escaped;
	return name_mangle(a, arena_strndup(a, script, n), 0, ".service", &name, &escaped) < 0 ? NULL : name;
}

static DIR *sysv_open_dir(const struct root *root, const char *path)
{
	CLEANUP_CLOSE int fd = root_openat(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	if (d) {
		TAKE_FD(fd);
	}
	return d;
}

void sysv_list_names(const struct root *root, struct arena *a, struct strv *ret)
{
	CLEANUP_CLOSEDIR DIR *d = sysv_open_dir(root, "/etc/init.d");
	struct dirent *e;
	while (d && (e = readdir(d))) {
		char *name = e->d_name[0] != '.' ? sysv_unit_name(a, e->d_name) : NULL;
		if (name && sysv_find_script(root, name, a)) {
			strv_add_unique(ret, a, name);
		}
	}
	strv_sort(ret);
}

/* ---- the runlevel links ---- */

static const struct {
	const char *dir, *target;
} sysv_runlevels[] = {
	{ "/etc/rc1.d", "rescue.target" },
	{ "/etc/rc2.d", "multi-user.target" },
	{ "/etc/rc3.d", "multi-user.target" },
	{ "/etc/rc4.d", "multi-user.target" },
	{ "/etc/rc5.d", "graphical.target" },
};

/* The unit name behind "S20foo", or NULL. The priority is in ret_priority. */
static char *sysv_parse_link(struct arena *a, const char *link, int *ret_priority)
{
	if (link[0] != 'S' || link[1] < '0' || link[1] > '9' || link[2] < '0' || link[2] > '9' ||
	    !link[3]) {
		return NULL;
	}
	*ret_priority = (link[1] - '0') * 10 + link[2] - '0';
	return sysv_unit_name(a, link + 3);
}

void sysv_list_wanted(const struct root *root, const char *target, struct arena *a,
		      struct strv *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(sysv_runlevels); i++) {
		if (!streq(sysv_runlevels[i].target, target)) {
			continue;
		}
		CLEANUP_CLOSEDIR DIR *d = sysv_open_dir(root, sysv_runlevels[i].dir);
		struct dirent *e;
		int priority;
		while (d && (e = readdir(d))) {
			char *name = sysv_parse_link(a, e->d_name, &priority);
			if (name && sysv_find_script(root, name, a)) {
				strv_add_unique(ret, a, name);
			}
		}
	}
	strv_sort(ret);
}

/* ---- the header of a script ---- */

struct sysv_script {
	struct arena *a;
	const char *path;
	const char *name; /* of the unit */
	bool lsb;	  /* has an LSB header */
	bool reload;
	const char *short_description, *long_description, *chkconfig_description;
	const char *pid_file;
	struct strv after, before, wants, provides;
};

/* The unit that an LSB facility or script name stands for; NULL: nothing to order against. */
static const char *sysv_translate_facility(const struct sysv_script *s, const char *word)
{
	static const struct {
		const char *facility, *unit;
	} facilities[] = {
		{ "$local_fs", NULL },
		{ "$network", "network-online.target" },
		{ "$named", "nss-lookup.target" },
		{ "$portmap", "rpcbind.target" },
		{ "$remote_fs", "remote-fs.target" },
		{ "$syslog", NULL },
		{ "$time", "time-sync.target" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(facilities); i++) {
		if (streq(word, facilities[i].facility)) {
			return facilities[i].unit;
		}
	}
	const char *name = *word == '$' ? arena_printf(s->a, "%s.target", word + 1)
					: sysv_unit_name(s->a, word);
	return name && name_is_valid(name, NAME_ANY) && !streq(name, s->name) ? name : NULL;
}

static void sysv_add_order(struct sysv_script *s, const char *value, struct strv *order)
{
	struct strv words = { 0 };
	value_split_words(value, VALUE_WORD_UNQUOTE | VALUE_WORD_RELAX, s->a, &words);
	STRV_FOREACH(word, &words)
	{
		const char *unit = sysv_translate_facility(s, word);
		if (!unit) {
			continue;
		}
		strv_add_unique(order, s->a, unit);
		if (order == &s->after && streq(unit, "network-online.target")) {
			strv_add_unique(&s->wants, s->a, unit);
		}
	}
}

/* A script that provides a facility pulls its target in and comes before it; other names are its own. */
static void sysv_add_provides(struct sysv_script *s, const char *value)
{
	struct strv words = { 0 };
	value_split_words(value, VALUE_WORD_UNQUOTE | VALUE_WORD_RELAX, s->a, &words);
	STRV_FOREACH(word, &words)
	{
		const char *unit = sysv_translate_facility(s, word);
		if (unit && name_type(unit) == UNIT_SERVICE) {
			strv_add_unique(&s->provides, s->a, unit);
		}
		if (!unit || name_type(unit) != UNIT_TARGET) {
			continue;
		}
		strv_add_unique(&s->before, s->a, unit);
		strv_add_unique(&s->wants, s->a, unit);
		if (streq(unit, "network-online.target")) {
			strv_add_unique(&s->before, s->a, "network.target");
			strv_add_unique(&s->wants, s->a, "network.target");
		}
	}
}

static const char *sysv_trim(struct arena *a, const char *s)
{
	s += strspn(s, BLANKS);
	size_t n = strlen(s);
	while (n > 0 && strchr(BLANKS, s[n - 1])) {
		n--;
	}
	return arena_strndup(a, s, n);
}

/* What follows the key, in whatever case it is written; NULL if it is another one. */
static const char *sysv_value(const char *text, const char *key)
{
	size_t n = strlen(key);
	return strncasecmp(text, key, n) == 0 ? text + n : NULL;
}

/* A description that is empty is none. */
static const char *sysv_description(struct arena *a, const char *value)
{
	const char *text = sysv_trim(a, value);
	return *text ? text : NULL;
}

enum sysv_state { SYSV_NORMAL, SYSV_LSB, SYSV_LSB_DESCRIPTION, SYSV_CHKCONFIG_DESCRIPTION, SYSV_USAGE };

static enum sysv_state sysv_read_lsb(struct sysv_script *s, const char *text)
{
	static const struct {
		const char *key;
		size_t order; /* offset of the list */
	} orders[] = {
		{ "Required-Start:", offsetof(struct sysv_script, after) },
		{ "Should-Start:", offsetof(struct sysv_script, after) },
		{ "X-Start-After:", offsetof(struct sysv_script, after) },
		{ "X-Start-Before:", offsetof(struct sysv_script, before) },
	};
	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		const char *value = sysv_value(text, orders[i].key);
		if (value) {
			sysv_add_order(s, value, (struct strv *)((char *)s + orders[i].order));
			return SYSV_LSB;
		}
	}
	const char *value = sysv_value(text, "Provides:");
	if (value) {
		sysv_add_provides(s, value);
	}
	value = sysv_value(text, "Short-Description:");
	if (value) {
		s->short_description = sysv_description(s->a, value);
	}
	value = sysv_value(text, "Description:");
	if (value) {
		s->long_description = sysv_description(s->a, value);
		return SYSV_LSB_DESCRIPTION;
	}
	return SYSV_LSB;
}

/* A description that ends in a backslash goes on in the next comment. */
static enum sysv_state sysv_read_description(struct sysv_script *s, const char *value, bool first)
{
	char *text = arena_strdup(s->a, sysv_trim(s->a, value));
	size_t n = strlen(text);
	bool more = n > 0 && text[n - 1] == '\\';
	if (more) {
		text[n - 1] = '\0';
		text = arena_strdup(s->a, sysv_trim(s->a, text));
	}
	if (first) {
		s->chkconfig_description = *text ? text : NULL;
	} else if (*text) {
		s->chkconfig_description =
			arena_printf(s->a, "%s %s", str_or_empty(s->chkconfig_description), text);
	}
	return more ? SYSV_CHKCONFIG_DESCRIPTION : SYSV_NORMAL;
}

/* Comments outside the LSB header, in the way of chkconfig. */
static enum sysv_state sysv_read_comment(struct sysv_script *s, const char *text)
{
	const char *value = sysv_value(text, "description:");
	if (value) {
		return sysv_read_description(s, value, true);
	}
	value = sysv_value(text, "pidfile:");
	const char *path = value ? sysv_trim(s->a, value) : "";
	if (path_is_absolute(path)) {
		s->pid_file = path;
	}
	return SYSV_NORMAL;
}

/* Does a usage message, perhaps of several lines, offer "reload"? */
static enum sysv_state sysv_read_code(struct sysv_script *s, enum sysv_state state, const char *line)
{
	static const char *const signs[] = { "{reload|", "{reload}", "{reload\"",
					     "|reload|", "|reload}", "|reload\"" };
	if (state == SYSV_LSB || state == SYSV_LSB_DESCRIPTION) {
		return state;
	}
	if (state != SYSV_USAGE && !strcasestr(line, "usage")) {
		return SYSV_NORMAL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		s->reload |= strcasestr(line, signs[i]) != NULL;
	}
	return !s->reload && str_has_suffix(line, "\\") ? SYSV_USAGE : SYSV_NORMAL;
}

static enum sysv_state sysv_read_line(struct sysv_script *s, enum sysv_state state,
				      const char *line)
{
	if (line[0] != '#') {
		return sysv_read_code(s, state, line);
	}
	bool in_lsb = state == SYSV_LSB || state == SYSV_LSB_DESCRIPTION;
	if (!in_lsb && streq(line, "### BEGIN INIT INFO")) {
		s->lsb = true;
		return SYSV_LSB;
	}
	if (in_lsb && streq(line, "### END INIT INFO")) {
		return SYSV_NORMAL;
	}
	const char *text = line + 1 + strspn(line + 1, BLANKS);
	if (state == SYSV_LSB_DESCRIPTION &&
	    (str_has_prefix(line, "#\t") || str_has_prefix(line, "#  "))) {
		s->long_description =
			arena_printf(s->a, "%s %s", str_or_empty(s->long_description), sysv_trim(s->a, text));
		return state;
	}
	if (state == SYSV_CHKCONFIG_DESCRIPTION) {
		return sysv_read_description(s, text, false);
	}
	return in_lsb ? sysv_read_lsb(s, text) : sysv_read_comment(s, text);
}

static int sysv_read_script(const struct root *root, struct sysv_script *s)
{
	char *text;
	int r = root_read_file(root, s->path, SYSV_SCRIPT_MAX, s->a, &text, NULL);
	if (r < 0) {
		return r;
	}
	enum sysv_state state = SYSV_NORMAL;
	for (char *line = text, *next; line; line = next) {
		next = strchr(line, '\n');
		if (next) {
			*next++ = '\0';
		}
		state = sysv_read_line(s, state, sysv_trim(s->a, line));
	}
	return 0;
}

void sysv_list_aliases(const struct unit_index *x, struct arena *a, struct map *ret)
{
	struct strv names = { 0 };
	map_init(ret, a);
	sysv_list_names(x->root, a, &names);
	STRV_FOREACH(name, &names)
	{
		struct sysv_script s = { .a = a, .name = name, .path = sysv_find_script(x->root, name, a) };
		if (unit_index_find(x, name) || !s.path || sysv_read_script(x->root, &s) < 0) {
			continue;
		}
		STRV_FOREACH(alias, &s.provides)
		{
			if (!strv_contains(&names, alias) && !map_has(ret, alias)) {
				map_put(ret, alias, (void *)name);
			}
		}
	}
}

/* ---- order by the numbers of the links ---- */

static bool sysv_has_lsb_header(const struct root *root, const char *path, struct arena *a)
{
	char *text;
	return root_read_file(root, path, SYSV_SCRIPT_MAX, a, &text, NULL) == 0 &&
	       strstr(text, "### BEGIN INIT INFO");
}

/* Where one of two scripts has no LSB header, the numbers of their links order them; and a script
 * comes before the target that starts it. */
static void sysv_add_runlevels(const struct unit_index *x, struct sysv_script *s)
{
	const struct root *root = x->root;
	struct map priorities;
	map_init(&priorities, s->a);
	for (size_t i = 0; i < ARRAY_SIZE(sysv_runlevels); i++) {
		CLEANUP_CLOSEDIR DIR *d = sysv_open_dir(root, sysv_runlevels[i].dir);
		struct dirent *e;
		int priority;
		while (d && (e = readdir(d))) {
			char *name = sysv_parse_link(s->a, e->d_name, &priority);
			if (!name) {
				continue;
			}
			if (streq(name, s->name)) {
				strv_add_unique(&s->before, s->a, sysv_runlevels[i].target);
			}
			/* Of several the highest number counts. */
			if ((intptr_t)map_get(&priorities, name) <= priority) {
				map_put(&priorities, name, (void *)(intptr_t)(priority + 1));
			}
		}
	}
	intptr_t own = (intptr_t)map_get(&priorities, s->name);
	MAP_FOREACH(e, &priorities)
	{
		intptr_t other = (intptr_t)e->value;
		/* Only scripts order scripts: a native unit knows its own order. */
		bool ours = own && other != own && !unit_index_find(x, e->key);
		const char *script = ours ? sysv_find_script(root, e->key, s->a) : NULL;
		if (!script || (s->lsb && sysv_has_lsb_header(root, script, s->a))) {
			continue;
		}
		strv_add_unique(other < own ? &s->after : &s->before, s->a, e->key);
	}
}

/* ---- the unit ---- */

static void sysv_write_list(struct strbuf *out, const char *key, const struct strv *l)
{
	STRV_FOREACH(name, l)
	{
		strbuf_addf(out, "%s=%s\n", key, name);
	}
}

/* Percent signs are text in a script and specifiers in a unit. */
static void sysv_write_escaped(struct strbuf *out, const char *s)
{
	for (; *s; s++) {
		strbuf_add(out, *s == '%' ? "%%" : (char[2]){ *s, '\0' });
	}
}

static void sysv_write_description(struct strbuf *out, const struct sysv_script *s)
{
	const char *text = s->short_description  ? s->short_description
			   : s->long_description ? s->long_description
						 : s->chkconfig_description;
	if (!text) {
		return;
	}
	strbuf_addf(out, "Description=%s: ", s->lsb ? "LSB" : "SYSV");
	sysv_write_escaped(out, text);
	strbuf_add_char(out, '\n');
}

int sysv_unit_text(const struct unit_index *x, const char *name, struct arena *a, char **ret)
{
	struct sysv_script s = { .a = a, .name = name, .path = sysv_find_script(x->root, name, a) };
	if (!s.path) {
		return -ENOENT;
	}
	int r = sysv_read_script(x->root, &s);
	if (r < 0) {
		return r;
	}
	sysv_add_runlevels(x, &s);
	CLEANUP_STRBUF struct strbuf out = { 0 };
	strbuf_addf(&out, "[Unit]\nDocumentation=man:systemd-sysv-generator(8)\nSourcePath=%s\n",
		    s.path);
	sysv_write_description(&out, &s);
	sysv_write_list(&out, "Before", &s.before);
	sysv_write_list(&out, "After", &s.after);
	sysv_write_list(&out, "Wants", &s.wants);
	strbuf_addf(&out,
		    "\n[Service]\nType=forking\nRestart=no\nTimeoutSec=5min\nIgnoreSIGPIPE=no\n"
		    "KillMode=process\nGuessMainPID=no\nRemainAfterExit=%s\n",
		    s.pid_file ? "no" : "yes");
	if (s.pid_file) {
		strbuf_add(&out, "PIDFile=");
		sysv_write_escaped(&out, s.pid_file);
		strbuf_add_char(&out, '\n');
	}
	strbuf_add(&out, s.lsb ? "SuccessExitStatus=5 6\n" : "");
	strbuf_addf(&out, "ExecStart=%s start\nExecStop=%s stop\n", s.path, s.path);
	if (s.reload) {
		strbuf_addf(&out, "ExecReload=%s reload\n", s.path);
	}
	*ret = arena_strdup(a, strbuf_text(&out));
	return 0;
}

int sysv_load_unit(const struct load_context *c)
{
	char *text;
	int r = sysv_unit_text(c->index, c->unit->id, c->arena, &text);
	if (r < 0) {
		return r;
	}
	r = load_text(c, text, strlen(text), "/run/systemd/generator.late");
	struct stat st;
	if (c->unit->source_path && root_stat(c->index->root, c->unit->source_path, &st) == 0) {
		c->unit->mtime = (usec_t)st.st_mtim.tv_sec * USEC_PER_SEC +
				 (usec_t)st.st_mtim.tv_nsec / 1000;
	}
	return r;
}
