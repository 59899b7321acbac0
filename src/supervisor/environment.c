/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/io.h"
#include "base/signals.h"
#include "supervisor/environment.h"
#include "supervisor/service_sockets.h"
#include "unit/host.h"
#include "unit/manager_settings.h"

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
	struct strv outside = {0};
	struct manager_settings settings;
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
	manager_settings_read(p->user_scope, a, &settings);
	if (settings.pass_environment.n > 0) {
		host_read_manager_environment(a, &outside);
		manager_settings_select(&settings, &outside, a, &env);
	}
	STRV_FOREACH(s, &settings.default_environment)
	{
		environment_put(&env, a, s);
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

/* A trigger tells what it is about; those that are started along with its unit do not get to know. */
static void put_trigger(struct supervisor *s, struct arena *a, struct strv *env)
{
	if (!streq_null(getenv("SOLOCTL_TRIGGERED"), s->name)) {
		return;
	}
	for (char **e = environ; *e; e++) {
		if (str_has_prefix(*e, "TRIGGER_")) {
			environment_put(env, a, arena_strdup(a, *e));
		}
	}
}

/* Who is on the other side of the connection that an instance of an Accept=yes socket serves. */
static void put_peer(struct supervisor *s, struct arena *a, struct strv *env)
{
	struct sockaddr_storage peer;
	const struct sockaddr_in *in = (const struct sockaddr_in *)&peer;
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&peer;
	socklen_t n = sizeof(peer);
	char text[INET6_ADDRSTRLEN] = "";
	bool is_v4;

	if (!s->given || s->given->connection < 0 ||
	    getpeername(s->given->connection, (struct sockaddr *)&peer, &n) < 0 ||
	    (peer.ss_family != AF_INET && peer.ss_family != AF_INET6)) {
		return;
	}
	is_v4 = peer.ss_family == AF_INET || IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr);
	inet_ntop(is_v4 ? AF_INET : AF_INET6,
		  peer.ss_family == AF_INET ? (const void *)&in->sin_addr
		  : is_v4		    ? (const void *)&in6->sin6_addr.s6_addr[12]
					    : (const void *)&in6->sin6_addr,
		  text, sizeof(text));
	environment_put(env, a, arena_printf(a, "REMOTE_ADDR=%s", text));
	environment_put(env, a,
			arena_printf(a, "REMOTE_PORT=%u",
				     ntohs(peer.ss_family == AF_INET ? in->sin_port
								     : in6->sin6_port)));
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
	if (s->record.debug_invocation) {
		environment_put(&env, a, "DEBUG_INVOCATION=1");
	}
	put_monitor(a, &env);
	put_trigger(s, a, &env);
	put_peer(s, a, &env);
	*ret = env;
}
