/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/io.h"
#include "base/names.h"
#include "base/root.h"
#include "state/manager.h"

#define FILE_NAME "manager"

static const char *const state_names[MANAGER_STATE_MAX] = {
    [MANAGER_NONE] = "none",
    [MANAGER_STARTING] = "starting",
    [MANAGER_RUNNING] = "running",
    [MANAGER_STOPPING] = "stopping",
};

void manager_read(const struct place *p, struct manager *ret)
{
	CLEANUP_ARENA struct arena a = {0};
	struct manager m = {0};
	struct strv lines = {0};
	char text[256], *rest = NULL;
	int state;

	*ret = m;
	if (io_read_small(AT_FDCWD, path_join(&a, p->dir, FILE_NAME), text, sizeof(text)) <= 0) {
		return;
	}
	strv_split(&lines, &a, text, "\n");
	if (lines.n < 3 || !streq(lines.v[0], p->epoch)) {
		return;
	}
	state = NAMES_FIND(state_names, lines.v[1]);
	m.init.pid = (pid_t)strtol(lines.v[2], &rest, 10);
	m.init.start_time = strtoull(rest, NULL, 10);
	if (state <= 0 || m.init.pid <= 0 || !proc_id_is_alive(&m.init)) {
		return;
	}
	m.state = (enum manager_state)state;
	*ret = m;
}

bool manager_is_stopping(const struct place *p)
{
	struct manager m;

	manager_read(p, &m);
	return m.state == MANAGER_STOPPING;
}

int manager_write(const struct place *p, const struct manager *m)
{
	CLEANUP_ARENA struct arena a = {0};
	char *text = arena_printf(&a, "%s\n%s\n%ld %llu\n", p->epoch, state_names[m->state],
				  (long)m->init.pid, (unsigned long long)m->init.start_time);
	int r = io_make_dirs(AT_FDCWD, p->dir, p->user ? 0700 : 0755);

	if (r < 0) {
		return r;
	}
	return io_write_atomic(AT_FDCWD, path_join(&a, p->dir, FILE_NAME), text, strlen(text),
			       0644);
}

bool manager_is_booted(void)
{
	CLEANUP_ARENA struct arena a = {0};
	struct manager m;
	struct place p;
	char comm[32];

	if (io_read_small(AT_FDCWD, "/proc/1/comm", comm, sizeof(comm)) <= 0 ||
	    !streq(comm, MANAGER_COMM "\n")) {
		return false;
	}
	if (access(MANAGER_RUNTIME_DIR, F_OK) == 0) {
		return true;
	}
	if (place_init(&p, false, &a) < 0) {
		return false;
	}
	manager_read(&p, &m);
	return m.init.pid == 1;
}
