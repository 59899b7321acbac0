/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>

#include "base/io.h"
#include "base/signals.h"
#include "supervisor/environment.h"

#define DEFAULT_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
#define SPLIT_PATH DEFAULT_PATH ":/sbin:/bin"
#define LOCALE_FILE "/etc/locale.conf"
#define LOCALE_MAX ((size_t)64 * 1024)

extern char **environ;

void environment_of_manager(const struct place *p, struct arena *a, struct strv *ret)
{
	struct strv env = {0};
	struct strv locale = {0};
	struct strv set = {0};
	char link[8];
	char *text;
	size_t n;

	/* A merged /usr has /bin as a link. */
	environment_put(&env, a,
			readlink("/bin", link, sizeof(link)) > 0 ? DEFAULT_PATH : SPLIT_PATH);
	environment_put(&env, a, "LANG=C.UTF-8");
	if (io_read_file(AT_FDCWD, LOCALE_FILE, LOCALE_MAX, a, &text, &n) == 0 &&
	    environment_parse_file(text, n, LOCALE_FILE, a, &locale, NULL) == 0) {
		STRV_FOREACH(s, &locale)
		{
			if (str_has_prefix(s, "LANG") || str_has_prefix(s, "LC_")) {
				environment_put(&env, a, s);
			}
		}
	}
	if (place_read_environment(p, a, &set) == 0) {
		STRV_FOREACH(s, &set)
		{
			environment_put(&env, a, s);
		}
	}
	*ret = env;
}

static void put_result(struct supervisor *s, struct arena *a, struct strv *env)
{
	const struct record_exit *e = &s->record.exec_main;
	char buf[16];

	environment_put(env, a,
			arena_printf(a, "SERVICE_RESULT=%s", service_result_name(s->result)));
	if (e->pid == 0 || e->exit_realtime == 0) {
		return;
	}
	environment_put(env, a, arena_printf(a, "EXIT_CODE=%s", exit_code_name(e->code)));
	if (e->code == CLD_EXITED) {
		environment_put(env, a, arena_printf(a, "EXIT_STATUS=%d", e->status));
	} else {
		environment_put(env, a,
				arena_printf(a, "EXIT_STATUS=%s", signals_name(e->status, buf)));
	}
}

/* Whoever started us because another unit ended has told us about it. */
static void put_monitor(struct arena *a, struct strv *env)
{
	for (char **e = environ; *e; e++) {
		if (str_has_prefix(*e, "MONITOR_")) {
			environment_put(env, a, arena_strdup(a, *e));
		}
	}
}

void environment_of_command(struct supervisor *s, enum service_command id, struct arena *a,
			    struct strv *ret)
{
	const struct service_settings *v = supervisor_service(s);
	bool is_main = id == SERVICE_EXEC_START;
	struct strv env = {0};

	environment_put(&env, a, arena_printf(a, "INVOCATION_ID=%s", s->invocation_id));
	if (s->notify_path[0] && (is_main || s->notify_access >= NOTIFY_EXEC)) {
		environment_put(&env, a, arena_printf(a, "NOTIFY_SOCKET=%s", s->notify_path));
	}
	if (s->main.pid > 0) {
		environment_put(&env, a, arena_printf(a, "MAINPID=%ld", (long)s->main.pid));
	}
	if (v->pid_file) {
		environment_put(&env, a, arena_printf(a, "PIDFILE=%s", v->pid_file));
	}
	if (is_main && s->watchdog_usec > 0) {
		environment_put(
		    &env, a,
		    arena_printf(a, "WATCHDOG_USEC=%llu", (unsigned long long)s->watchdog_usec));
	}
	if (is_main && v->fd_store_max > 0) {
		environment_put(&env, a, arena_printf(a, "FDSTORE=%u", v->fd_store_max));
	}
	if (id == SERVICE_EXEC_STOP || id == SERVICE_EXEC_STOP_POST) {
		put_result(s, a, &env);
	}
	put_monitor(a, &env);
	*ret = env;
}
