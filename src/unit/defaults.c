/* SPDX-License-Identifier: MIT */
#include "unit/defaults.h"

#include <errno.h>
#include <signal.h>
#include <syslog.h>

#include "base/root.h"
#include "directive_internal.h"
#include "defaults_internal.h"

#define TIMEOUT_DEFAULT (90 * USEC_PER_SEC)

/* ---- before the first file ---- */

static void defaults_init_exec(struct unit *u)
{
	struct exec_settings *x = &u->exec;
	x->set_login_environment = -1;
	x->umask = 0022;
	x->io_class = 2;
	x->io_priority = 4;
	x->timer_slack_nsec = USEC_INFINITY;
	x->timeout_clean = USEC_INFINITY;
	x->ignore_sigpipe = true;
	x->syslog_facility = LOG_DAEMON;
	x->syslog_level = LOG_INFO;
	x->syslog_level_prefix = true;
	x->log_level_max = -1;
	x->log_rate_limit_interval = USEC_INFINITY;
	x->capability_bounding_set = (UINT64_C(1) << DIRECTIVE_CAPABILITY_MAX) - 1;
	x->keyring_mode = u->type == UNIT_SERVICE ? "private" : "shared";
	for (int i = 0; i < EXEC_DIRECTORY_MAX; i++) {
		x->directories[i].mode = 0755;
	}
	u->kill = (struct kill_settings){
		.mode = KILL_CONTROL_GROUP,
		.signal = SIGTERM,
		.final_signal = SIGKILL,
		.watchdog_signal = SIGABRT,
		.send_sigkill = true,
	};
}

static void defaults_init_service(struct unit *u)
{
	u->service = (struct service_settings){
		.restart_usec = 100 * USEC_PER_MSEC,
		.restart_max_delay = USEC_INFINITY,
		.timeout_start = TIMEOUT_DEFAULT,
		.timeout_stop = TIMEOUT_DEFAULT,
		.timeout_abort = TIMEOUT_DEFAULT,
		.runtime_max = USEC_INFINITY,
		.guess_main_pid = true,
		.reload_signal = SIGHUP,
		.fd_store_preserve = EXEC_PRESERVE_RESTART,
		.oom_policy = "stop",
	};
}

static void defaults_init_socket(struct unit *u)
{
	u->socket = (struct socket_settings){
		.backlog = UINT32_MAX,
		.socket_mode = 0666,
		.directory_mode = 0755,
		.max_connections = 64,
		.timeout = TIMEOUT_DEFAULT,
		.trigger_limit_interval = USEC_INFINITY,
		.trigger_limit_burst = UINT32_MAX,
		.poll_limit_interval = USEC_INFINITY,
		.poll_limit_burst = UINT32_MAX,
		.priority = -1,
		.mark = -1,
		.ip_tos = -1,
		.ip_ttl = -1,
	};
}

static void defaults_init_type(struct unit *u)
{
	switch (u->type) {
	case UNIT_SERVICE:
		defaults_init_service(u);
		break;
	case UNIT_SOCKET:
		defaults_init_socket(u);
		break;
	case UNIT_TIMER:
		u->timer.accuracy = USEC_PER_MINUTE;
		u->timer.remain_after_elapse = true;
		break;
	case UNIT_PATH:
		u->path.directory_mode = 0755;
		u->path.trigger_limit_interval = USEC_INFINITY;
		u->path.trigger_limit_burst = UINT32_MAX;
		break;
	case UNIT_MOUNT:
		u->mount.directory_mode = 0755;
		u->mount.timeout = TIMEOUT_DEFAULT;
		break;
	case UNIT_SWAP:
		u->swap.priority = -1;
		u->swap.timeout = TIMEOUT_DEFAULT;
		break;
	case UNIT_AUTOMOUNT:
		u->automount.directory_mode = 0755;
		break;
	case UNIT_SCOPE:
		u->scope.timeout_stop = TIMEOUT_DEFAULT;
		u->scope.runtime_max = USEC_INFINITY;
		u->scope.oom_policy = "stop";
		break;
	default:
		break;
	}
}

void unit_defaults_init(struct unit *u)
{
	u->default_dependencies = true;
	u->ignore_on_isolate = -1;
	u->on_failure_job_mode = "replace";
	u->on_success_job_mode = "fail";
	u->job_timeout = USEC_INFINITY;
	u->job_running_timeout = USEC_INFINITY;
	u->success_action_exit_status = -1;
	u->failure_action_exit_status = -1;
	u->start_limit_interval = 10 * USEC_PER_SEC;
	u->start_limit_burst = 5;
	u->collect_mode = "inactive";
	u->has_exec = u->type == UNIT_SERVICE || u->type == UNIT_SOCKET || u->type == UNIT_MOUNT ||
		      u->type == UNIT_SWAP;
	defaults_init_exec(u);
	defaults_init_type(u);
}

/* ---- after the last file ---- */

/* Credentials may be missing: whoever starts the service is to see that. */
static bool has_credentials(const struct unit *u)
{
	const struct exec_settings *x = &u->exec;
	return x->load_credential.n || x->set_credential.n || x->import_credential.n ||
	       unit_assignment(u, "LoadCredentialEncrypted") ||
	       unit_assignment(u, "SetCredentialEncrypted");
}

static enum service_type default_service_type(const struct unit *u)
{
	if (u->service.bus_name) {
		return SERVICE_DBUS;
	}
	if (u->service.commands[SERVICE_EXEC_START].n == 0) {
		return SERVICE_ONESHOT;
	}
	return has_credentials(u) ? SERVICE_EXEC : SERVICE_SIMPLE;
}

static void defaults_finish_service(struct unit *u)
{
	struct service_settings *s = &u->service;
	if (!s->type_set) {
		s->type = default_service_type(u);
	}
	if (s->type == SERVICE_ONESHOT && !s->timeout_start_set) {
		s->timeout_start = USEC_INFINITY;
	}
	if (!s->timeout_abort_set) {
		s->timeout_abort = s->timeout_stop;
	}
	bool notifies = s->type == SERVICE_NOTIFY || s->type == SERVICE_NOTIFY_RELOAD ||
			s->watchdog_usec > 0 || s->fd_store_max > 0;
	if (notifies && s->notify_access == NOTIFY_NONE) {
		s->notify_access = NOTIFY_MAIN;
	}
}

static void defaults_finish_limits(usec_t *interval, unsigned *burst, unsigned fallback)
{
	if (*interval == USEC_INFINITY) {
		*interval = 2 * USEC_PER_SEC;
	}
	if (*burst == UINT32_MAX) {
		*burst = fallback;
	}
}

/* The path that a mount, automount or swap unit is named after; NULL if the name is no path. */
char *defaults_path_of_name(const struct unit *u, struct arena *a)
{
	char *path;
	return name_path_unescape(a, name_without_suffix(a, u->id), &path) < 0 ? NULL : path;
}

/* A slash comes before all other characters, and before it the end of the path. */
static int directory_rank(char c)
{
	return c == '\0' || c == ':' ? 0 : c == '/' ? 1 : (unsigned char)c + 2;
}

static int compare_directories(const void *x, const void *y)
{
	const char *a = *(const char *const *)x, *b = *(const char *const *)y;

	while (directory_rank(*a) == directory_rank(*b) && directory_rank(*a) > 0) {
		a++;
		b++;
	}
	return directory_rank(*a) - directory_rank(*b);
}

/* What DynamicUser= and some sandbox settings imply: systemd.exec(5). */
static void defaults_finish_exec(struct unit *u, struct arena *a)
{
	static const struct {
		size_t setting;
		uint64_t drops;
	} implied[] = {
		{ offsetof(struct exec_settings, private_devices),
		  UINT64_C(1) << 27 | UINT64_C(1) << 17 },
		{ offsetof(struct exec_settings, protect_kernel_modules), UINT64_C(1) << 16 },
		{ offsetof(struct exec_settings, protect_kernel_logs), UINT64_C(1) << 34 },
		{ offsetof(struct exec_settings, protect_clock),
		  UINT64_C(1) << 25 | UINT64_C(1) << 35 },
	};
	struct exec_settings *x = &u->exec;
	for (int i = 0; i < EXEC_DIRECTORY_MAX; i++) {
		/* Parents are made before what is in them. */
		if (x->directories[i].paths.n > 0) {
			qsort(x->directories[i].paths.v, x->directories[i].paths.n,
			      sizeof(*x->directories[i].paths.v), compare_directories);
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(implied); i++) {
		if (*(const bool *)((const char *)x + implied[i].setting)) {
			x->capability_bounding_set &= ~implied[i].drops;
			x->capability_bounding_set_set = true;
		}
	}
	if (!x->dynamic_user) {
		return;
	}
	if (!x->user) {
		x->user = name_prefix(a, u->id);
	}
	if (!x->group) {
		x->group = x->user;
	}
	x->private_tmp = true;
	x->remove_ipc = true;
	x->no_new_privileges = true;
	x->restrict_suid_sgid = true;
	x->protect_system =
		x->protect_system && !streq(x->protect_system, "no") ? x->protect_system : "strict";
	x->protect_home =
		x->protect_home && !streq(x->protect_home, "no") ? x->protect_home : "read-only";
}

static void defaults_finish_type(struct unit *u, struct arena *a)
{
	switch (u->type) {
	case UNIT_SERVICE:
		defaults_finish_service(u);
		break;
	case UNIT_SOCKET:
		defaults_finish_limits(&u->socket.trigger_limit_interval,
				       &u->socket.trigger_limit_burst, u->socket.accept ? 200 : 20);
		defaults_finish_limits(&u->socket.poll_limit_interval,
				       &u->socket.poll_limit_burst, u->socket.accept ? 150 : 15);
		break;
	case UNIT_PATH:
		defaults_finish_limits(&u->path.trigger_limit_interval,
				       &u->path.trigger_limit_burst, 200);
		break;
	case UNIT_MOUNT:
		u->mount.where = u->mount.where ? u->mount.where : defaults_path_of_name(u, a);
		break;
	case UNIT_AUTOMOUNT:
		u->automount.where =
			u->automount.where ? u->automount.where : defaults_path_of_name(u, a);
		break;
	case UNIT_SWAP:
		u->swap.what = u->swap.what ? u->swap.what : defaults_path_of_name(u, a);
		break;
	default:
		break;
	}
}

static void defaults_finish_description(struct unit *u, struct arena *a)
{
	if (u->description) {
		return;
	}
	const char *path = NULL;
	switch (u->type) {
	case UNIT_MOUNT:
		path = u->mount.where;
		break;
	case UNIT_SWAP:
		path = u->swap.what;
		break;
	case UNIT_DEVICE:
		path = defaults_path_of_name(u, a);
		break;
	case UNIT_SLICE:
		path = defaults_path_of_name(u, a);
		path = path ? arena_printf(a, "Slice %s", path) : NULL;
		break;
	default:
		break;
	}
	u->description = path ? path : u->id;
}

void unit_defaults_finish(struct unit *u, struct arena *a, struct diag_list *diags)
{
	if (u->ignore_on_isolate < 0) {
		u->ignore_on_isolate = u->type == UNIT_MOUNT || u->type == UNIT_AUTOMOUNT ||
				       u->type == UNIT_SWAP || u->type == UNIT_SLICE ||
				       u->type == UNIT_SCOPE || u->type == UNIT_DEVICE;
	}
	defaults_finish_type(u, a);
	defaults_finish_description(u, a);
	defaults_add_implicit(u, a);
	if (u->default_dependencies) {
		defaults_add_by_type(u, a);
	}
	if (u->has_exec) {
		defaults_finish_exec(u, a);
	}
	const char *fault = defaults_verify(u, a, diags);
	if (fault) {
		diag_add(diags, DIAG_ERROR, -ENOEXEC, NULL, 0, u->id, "%s", fault);
		u->load_state = UNIT_BAD_SETTING;
		u->load_error = arena_printf(a, "Unit %s has a bad unit file setting.", u->id);
		return;
	}
	defaults_add_slice(u, a);
}
