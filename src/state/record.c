/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "state/record.h"

#define RECORD_MAX ((size_t)256 * 1024)
#define RECORD_USUAL 4096

enum field_kind {
	FIELD_STRING,
	FIELD_STATE, /* enum active_state */
	FIELD_INT,
	FIELD_UNSIGNED,
	FIELD_ID, /* uid_t, gid_t: none is not written */
	FIELD_BOOL,
	FIELD_PID,
	FIELD_TIME,    /* usec_t */
	FIELD_PROCESS, /* struct proc_id: "PID START_TIME" */
};

struct field {
	const char *key;
	enum field_kind kind;
	size_t offset;
};

#define FIELD(key, kind, member)                                                                   \
	{                                                                                          \
		key, FIELD_##kind, offsetof(struct record, member)                                 \
	}
#define FIELD_STAMP(key, member)                                                                   \
	FIELD(key "_REALTIME", TIME, member##_realtime),                                           \
		FIELD(key "_MONOTONIC", TIME, member##_monotonic)

/* In the order in which they are written. */
static const struct field fields[] = {
	FIELD("ACTIVE", STATE, active),
	FIELD("SUB", STRING, sub),
	FIELD("RESULT", STRING, result),
	FIELD("SUPERVISOR", PROCESS, supervisor),
	FIELD("MAIN", PROCESS, main),
	FIELD("CONTROL", PROCESS, control),
	FIELD("CONTROL_COMMAND", STRING, control_command),
	FIELD("JOB", STRING, job),
	FIELD("EXEC_MAIN_PID", PID, exec_main.pid),
	FIELD("EXEC_MAIN_CODE", INT, exec_main.code),
	FIELD("EXEC_MAIN_STATUS", INT, exec_main.status),
	FIELD_STAMP("EXEC_MAIN_START", exec_main.start),
	FIELD_STAMP("EXEC_MAIN_EXIT", exec_main.exit),
	FIELD("N_RESTARTS", UNSIGNED, n_restarts),
	FIELD("INVOCATION_ID", STRING, invocation_id),
	FIELD("STATUS_TEXT", STRING, status_text),
	FIELD("STATUS_ERRNO", INT, status_errno),
	FIELD("NOTIFY_ACCESS", STRING, notify_access),
	FIELD("FRAGMENT_PATH", STRING, fragment_path),
	FIELD("LOADED_MTIME", TIME, loaded_mtime),
	FIELD_STAMP("STATE_CHANGE", state_change),
	FIELD_STAMP("INACTIVE_EXIT", inactive_exit),
	FIELD_STAMP("ACTIVE_ENTER", active_enter),
	FIELD_STAMP("ACTIVE_EXIT", active_exit),
	FIELD_STAMP("INACTIVE_ENTER", inactive_enter),
	FIELD("CONDITION_RESULT", BOOL, condition_result),
	FIELD("ASSERT_RESULT", BOOL, assert_result),
	FIELD_STAMP("CONDITION", condition),
	FIELD("UID", ID, uid),
	FIELD("GID", ID, gid),
	FIELD("START_TIMES", STRING, start_times),
	FIELD("FROZEN", BOOL, frozen),
	FIELD("DEBUG_INVOCATION", BOOL, debug_invocation),
	FIELD("WATCHDOG", STRING, watchdog),
	FIELD("PROCESSES", STRING, processes),
	FIELD("N_STORED_FDS", UNSIGNED, n_stored_fds),
	FIELD("RELOAD_RESULT", STRING, reload_result),
	FIELD("CLEAN_RESULT", STRING, clean_result),
	FIELD("JOINS", STRING, joins),
	FIELD("MARKERS", STRING, markers),
	FIELD("N_ACCEPTED", UNSIGNED, n_accepted),
	FIELD("N_CONNECTIONS", UNSIGNED, n_connections),
	FIELD("N_REFUSED", UNSIGNED, n_refused),
	FIELD_STAMP("LAST_TRIGGER", last_trigger),
	FIELD_STAMP("NEXT_ELAPSE", next_elapse),
	FIELD("NEXT_ELAPSES", STRING, next_elapses),
};

void record_init(struct record *r)
{
	*r = (struct record){
		.active = ACTIVE_INACTIVE,
		.sub = "dead",
		.result = "success",
		.uid = (uid_t)-1,
		.gid = (gid_t)-1,
	};
}

/* A value stands on one line. */
static void add_value(struct strbuf *out, const char *key, const char *value)
{
	strbuf_add(out, key);
	strbuf_add_char(out, '=');
	for (; *value; value++) {
		switch (*value) {
		case '\n':
			strbuf_add(out, "\\n");
			break;
		case '\\':
			strbuf_add(out, "\\\\");
			break;
		default:
			strbuf_add_char(out, *value);
		}
	}
	strbuf_add_char(out, '\n');
}

static char *unescape(const char *s, size_t n, struct arena *a)
{
	char *text = arena_alloc(a, n + 1);
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if (c == '\\' && i + 1 < n) {
			c = s[++i];
			c = c == 'n' ? '\n' : c;
		}
		text[used++] = c;
	}
	text[used] = '\0';
	return text;
}

#define MEMBER(r, f, type) (*(type *)((char *)(r) + (f)->offset))

static void format_field(const struct record *r, const struct field *f, struct strbuf *out)
{
	const struct proc_id *process;

	switch (f->kind) {
	case FIELD_STRING:
		add_value(out, f->key, str_or_empty(MEMBER(r, f, const char *const)));
		return;
	case FIELD_STATE:
		add_value(out, f->key, active_state_name(MEMBER(r, f, const enum active_state)));
		return;
	case FIELD_INT:
		strbuf_addf(out, "%s=%d\n", f->key, MEMBER(r, f, const int));
		return;
	case FIELD_UNSIGNED:
	case FIELD_ID:
		strbuf_addf(out, "%s=%u\n", f->key, MEMBER(r, f, const unsigned));
		return;
	case FIELD_BOOL:
		add_value(out, f->key, MEMBER(r, f, const bool) ? "yes" : "no");
		return;
	case FIELD_PID:
		strbuf_addf(out, "%s=%ld\n", f->key, (long)MEMBER(r, f, const pid_t));
		return;
	case FIELD_TIME:
		strbuf_addf(out, "%s=%" PRIu64 "\n", f->key, MEMBER(r, f, const usec_t));
		return;
	case FIELD_PROCESS:
		process = &MEMBER(r, f, const struct proc_id);
		strbuf_addf(out, "%s=%ld %" PRIu64 "\n", f->key, (long)process->pid,
			    process->start_time);
	}
}

/* Is the member what record_init makes it? Then it need not be written. */
static bool field_is_default(const struct record *r, const struct field *f)
{
	struct record fresh;
	const char *text;

	record_init(&fresh);
	switch (f->kind) {
	case FIELD_STRING:
		text = str_or_empty(MEMBER(r, f, const char *const));
		return streq(text, str_or_empty(MEMBER(&fresh, f, const char *const)));
	case FIELD_STATE:
		return false;
	case FIELD_INT:
	case FIELD_UNSIGNED:
	case FIELD_ID:
	case FIELD_PID:
		return MEMBER(r, f, const int) == MEMBER(&fresh, f, const int);
	case FIELD_BOOL:
		return !MEMBER(r, f, const bool);
	case FIELD_TIME:
		return MEMBER(r, f, const usec_t) == 0;
	case FIELD_PROCESS:
		return MEMBER(r, f, const struct proc_id).pid == 0;
	}
	return false;
}

void record_format(const struct record *r, struct strbuf *out)
{
	strbuf_addf(out, "EPOCH=%s\n", r->epoch);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (!field_is_default(r, &fields[i])) {
			format_field(r, &fields[i], out);
		}
	}
}

static void parse_process(const char *s, struct proc_id *ret)
{
	long pid = 0;
	uint64_t start_time = 0;

	if (sscanf(s, "%ld %" SCNu64, &pid, &start_time) >= 1 && pid > 0 && pid <= INT_MAX) {
		*ret = (struct proc_id){.pid = (pid_t)pid, .start_time = start_time};
	}
}

/* A value that cannot be right leaves the member as it is. */
static void parse_field(struct record *r, const struct field *f, const char *value)
{
	uint64_t u = 0;
	int64_t i = 0;
	int state;

	switch (f->kind) {
	case FIELD_STRING:
		MEMBER(r, f, const char *) = value;
		return;
	case FIELD_STATE:
		state = active_state_parse(value);
		if (state >= 0) {
			MEMBER(r, f, enum active_state) = (enum active_state)state;
		}
		return;
	case FIELD_BOOL:
		MEMBER(r, f, bool) = streq(value, "yes");
		return;
	case FIELD_INT:
	case FIELD_PID:
		if (str_to_i64(value, &i) == 0 && i >= INT_MIN && i <= INT_MAX) {
			MEMBER(r, f, int) = (int)i;
		}
		return;
	case FIELD_UNSIGNED:
	case FIELD_ID:
		if (str_to_u64(value, &u) == 0 && u <= UINT_MAX) {
			MEMBER(r, f, unsigned) = (unsigned)u;
		}
		return;
	case FIELD_TIME:
		if (str_to_u64(value, &u) == 0) {
			MEMBER(r, f, usec_t) = u;
		}
		return;
	case FIELD_PROCESS:
		parse_process(value, &MEMBER(r, f, struct proc_id));
	}
}

/* Records are written in the order of the table: the next key is mostly the next row. */
static const struct field *find_field(const char *key, size_t n, size_t *hint)
{
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		const struct field *f = &fields[(*hint + i) % ARRAY_SIZE(fields)];

		if (strncmp(f->key, key, n) == 0 && f->key[n] == '\0') {
			*hint = (size_t)(f - fields) + 1;
			return f;
		}
	}
	return NULL;
}

int record_parse(const char *text, size_t n, struct arena *a, struct record *ret)
{
	const char *end = text + n;
	struct record r;
	size_t hint = 0;

	record_init(&r);
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;
		const char *equals = memchr(text, '=', (size_t)(stop - text));

		if (equals && equals - text == 5 && strncmp(text, "EPOCH", 5) == 0) {
			snprintf(r.epoch, sizeof(r.epoch), "%.*s", (int)(stop - equals - 1),
				 equals + 1);
		} else if (equals) {
			const struct field *f = find_field(text, (size_t)(equals - text), &hint);

			if (f) {
				parse_field(&r, f,
					    unescape(equals + 1, (size_t)(stop - equals - 1), a));
			}
		}
		text = stop + 1;
	}
	if (r.epoch[0] == '\0') {
		return -EBADMSG;
	}
	*ret = r;
	return 0;
}

int record_read(const struct place *p, const char *unit, struct arena *a, struct record *ret)
{
	char buf[RECORD_USUAL];
	char *path = place_unit_file(p, unit, "state", a);
	char *text = buf;
	ssize_t small = io_read_small(AT_FDCWD, path, buf, sizeof(buf));
	size_t n = small > 0 ? (size_t)small : 0;
	struct record r;
	int error;

	if (small < 0) {
		return small == -ENOTDIR ? -ENOENT : (int)small;
	}
	if (n == sizeof(buf) - 1) {
		error = io_read_file(AT_FDCWD, path, RECORD_MAX, a, &text, &n);
		if (error < 0) {
			return error;
		}
	}
	error = record_parse(text, n, a, &r);
	if (error < 0) {
		return error;
	}
	if (!streq(r.epoch, p->epoch)) {
		return -ENOENT;
	}
	*ret = r;
	return 0;
}

/* Is this text what the file holds already? */
static bool is_same_text(const char *path, const struct strbuf *text)
{
	char buf[RECORD_USUAL];
	ssize_t n = io_read_small(AT_FDCWD, path, buf, sizeof(buf));

	return n >= 0 && (size_t)n == text->n && memcmp(buf, text->s, text->n) == 0;
}

/*
 * Where a file system is full, there is still the room that the old text takes. Blank lines up to its
 * length hide what was behind, should anybody read before the end is cut off.
 */
static int overwrite(const char *path, struct strbuf *text)
{
	CLEANUP_CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	size_t n = text->n;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		return -ENOSPC;
	}
	while (text->n < (size_t)st.st_size) {
		strbuf_add_char(text, '\n');
	}
	if (pwrite(fd, text->s, text->n, 0) != (ssize_t)text->n) {
		return -ENOSPC;
	}
	return ftruncate(fd, (off_t)n) < 0 ? -errno : 0;
}

int record_write(const struct place *p, const char *unit, const struct record *r)
{
	CLEANUP_ARENA struct arena a = {0};
	CLEANUP_STRBUF struct strbuf b = {0};
	struct record ours = *r;
	char *path = place_unit_file(p, unit, "state", &a);
	int error;

	memcpy(ours.epoch, p->epoch, sizeof(ours.epoch));
	record_format(&ours, &b);
	if (is_same_text(path, &b)) {
		return 0;
	}
	error = io_write_atomic(AT_FDCWD, path, b.s, b.n, 0644);
	if (error == -ENOENT || error == -ENOTDIR) {
		error = place_make_unit_dir(p, unit);
		if (error == 0) {
			error = io_write_atomic(AT_FDCWD, path, b.s, b.n, 0644);
		}
	}
	if (error == -ENOSPC || error == -EDQUOT) {
		error = overwrite(path, &b);
	}
	return error;
}
