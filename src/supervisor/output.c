/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/io.h"
#include "base/root.h"
#include "log/journald.h"
#include "supervisor/life.h"

static const char *const fifo_names[LOG_OF_MAX] = {
	[LOG_OF_MAIN] = "output-of-main",
	[LOG_OF_CONTROL] = "output-of-control",
};

/* A pipe with a name: who comes after a supervisor that was killed finds what is written to. */
static int make_fifo(struct supervisor *s, int which, int fds[static 2])
{
	char *path = place_unit_file(&s->place, s->name, fifo_names[which], &s->scratch);

	if (mkfifo(path, 0600) < 0 && errno != EEXIST) {
		return -errno;
	}
	fds[0] = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	/* Without the reading end, this would wait for one. */
	fds[1] = fds[0] < 0 ? -1 : open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fds[0] >= 0 && fds[1] >= 0) {
		return 0;
	}
	for (int i = 0; i < 2; i++) {
		if (fds[i] >= 0) {
			close(fds[i]);
		}
	}
	return -EIO;
}

static int output_make(struct supervisor *s, int which)
{
	struct log_stream *stream;
	int fds[2];

	if (make_fifo(s, which, fds) < 0) {
		if (pipe2(fds, O_CLOEXEC) < 0) {
			return -errno;
		}
		io_set_nonblock(fds[0], true);
	}
	stream = arena_new(&s->arena, struct log_stream);
	stream->fd = fds[0];
	s->streams[which] = stream;
	s->stream_write_fds[which] = fds[1];
	return loop_watch(s, fds[0], SOURCE_LOG, (uint32_t)which);
}

/*
 * Where a journald listens, the service writes to it, as with systemd, unless its lines have to
 * reach the console of the container, too.
 */
static int output_open_journal(struct supervisor *s, int which, const char *identifier)
{
	const struct exec_settings *e = &s->unit->exec;
	struct log_journald_stream stream = {
		.identifier = identifier,
		.unit = s->name,
		.level = e->syslog_facility | e->syslog_level,
		.level_prefix = e->syslog_level_prefix,
	};
	int *fd = &s->journal_fds[which];

	if (*fd > 0) {
		close(*fd);
	}
	*fd = s->log.journal_unit && !s->log.journal_has_lines ? log_journald_connect(&stream) : 0;
	*fd = *fd > 0 ? *fd : 0;
	return *fd > 0 ? *fd : -ENOENT;
}

int output_open(struct supervisor *s, int which, const struct command *c)
{
	const struct exec_settings *e = &s->unit->exec;
	const char *identifier =
		e->syslog_identifier ? e->syslog_identifier : path_basename(c->path);
	struct log_stream *stream;

	/* A journald cannot tell which lines are wanted: they go there when we have seen them. */
	if (e->log_filter_patterns.n > 0) {
		s->log.journal_has_lines = s->log.journal_unit;
	}
	if (output_open_journal(s, which, identifier) > 0) {
		return s->journal_fds[which];
	}
	if (!s->streams[which] && output_make(s, which) < 0) {
		return -1;
	}
	stream = s->streams[which];
	/* The unit's own strings go when it is read anew. */
	snprintf(s->identifiers[which], sizeof(s->identifiers[which]), "%s", identifier);
	stream->identifier = s->identifiers[which];
	stream->level = e->syslog_level;
	stream->level_prefix = e->syslog_level_prefix;
	stream->level_max = s->record.debug_invocation ? -1 : e->log_level_max;
	stream->rate = &s->log_rate;
	log_filter_set(&s->log_filter, &e->log_filter_patterns);
	stream->filter = s->log_filter.n > 0 ? &s->log_filter : NULL;
	stream->unit = s->name;
	log_rate_init(&s->log_rate, e->log_rate_limit_interval, e->log_rate_limit_burst);
	return s->stream_write_fds[which];
}

void output_reopen(struct supervisor *s)
{
	const struct command_list *list = &supervisor_service(s)->commands[SERVICE_EXEC_START];

	if (list->n > 0) {
		output_open(s, LOG_OF_MAIN, &list->v[0]);
		output_set_pid(s, LOG_OF_MAIN, s->main.pid);
	}
}

void output_set_pid(struct supervisor *s, int which, pid_t pid)
{
	if (s->streams[which]) {
		s->streams[which]->pid = pid;
	}
}

void output_read(struct supervisor *s, uint32_t which)
{
	if (which < LOG_OF_MAX && s->streams[which]) {
		log_stream_read(s->streams[which], &s->log);
	}
}

void output_drain(struct supervisor *s)
{
	for (uint32_t i = 0; i < LOG_OF_MAX; i++) {
		output_read(s, i);
	}
}

void output_close(struct supervisor *s)
{
	bool has_writers = false;

	for (int i = 0; i < LOG_OF_MAX; i++) {
		if (s->journal_fds[i] > 0) {
			close(s->journal_fds[i]);
			s->journal_fds[i] = 0;
		}
		if (!s->streams[i]) {
			continue;
		}
		close(s->stream_write_fds[i]);
		output_read(s, (uint32_t)i);
		has_writers = has_writers || output_has_writers(s->streams[i]);
		unlink(place_unit_file(&s->place, s->name, fifo_names[i], &s->scratch));
	}
	if (has_writers && output_leave_reader(s)) {
		return;
	}
	for (int i = 0; i < LOG_OF_MAX; i++) {
		if (s->streams[i]) {
			log_stream_finish(s->streams[i], &s->log);
			close(s->streams[i]->fd);
			s->streams[i] = NULL;
		}
	}
}
