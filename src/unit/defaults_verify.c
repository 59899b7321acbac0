/* SPDX-License-Identifier: MIT */

/* What makes a unit unusable although each of its lines can be read. The sentences are systemd's.
 */

#include <errno.h>

#include "base/root.h"
#include "defaults_internal.h"

static void verify_warn(const struct unit *u, struct diag_list *diags, const char *text)
{
	diag_add(diags, DIAG_WARNING, -EINVAL, NULL, 0, u->id, "%s", text);
}

static const char *verify_kill_mode(const struct unit *u)
{
	bool kills_all = u->kill.mode == KILL_CONTROL_GROUP || u->kill.mode == KILL_MIXED;
	return u->exec.pam_name && !kills_all ? "Unit has PAM enabled. Kill mode must be set to "
						"'control-group' or 'mixed'. Refusing."
					      : NULL;
}

/* ---- service ---- */

static const char *verify_service_commands(const struct unit *u)
{
	const struct service_settings *s = &u->service;
	size_t n_start = s->commands[SERVICE_EXEC_START].n;
	bool acts = u->success_action != ACTION_NONE;
	if (n_start == 0 && s->commands[SERVICE_EXEC_STOP].n == 0 && !acts) {
		return "Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing.";
	}
	if (s->type != SERVICE_ONESHOT && n_start == 0) {
		return "Service has no ExecStart= setting, which is only allowed for Type=oneshot "
		       "services. Refusing.";
	}
	if (!s->remain_after_exit && n_start == 0 && !acts) {
		return "Service has no ExecStart= and no SuccessAction= settings and does not have "
		       "RemainAfterExit=yes set. Refusing.";
	}
	if (s->type != SERVICE_ONESHOT && n_start > 1) {
		return "Service has more than one ExecStart= setting, which is only allowed for "
		       "Type=oneshot "
		       "services. Refusing.";
	}
	return NULL;
}

static void verify_service_restart(struct unit *u, struct diag_list *diags)
{
	struct service_settings *s = &u->service;
	if (s->restart_max_delay < USEC_INFINITY && s->restart_steps == 0) {
		verify_warn(
			u, diags,
			"Service has RestartMaxDelaySec= but no RestartSteps= setting. Ignoring.");
	}
	if (s->restart_steps > 0 && s->restart_max_delay == USEC_INFINITY) {
		verify_warn(
			u, diags,
			"Service has RestartSteps= but no RestartMaxDelaySec= setting. Ignoring.");
	}
	if (s->restart_max_delay < s->restart_usec) {
		verify_warn(u, diags,
			    "RestartMaxDelaySec= has a value smaller than RestartSec=, resetting "
			    "RestartSec= to "
			    "RestartMaxDelaySec=.");
		s->restart_usec = s->restart_max_delay;
	}
}

static const char *verify_service(struct unit *u, struct diag_list *diags)
{
	struct service_settings *s = &u->service;
	const char *fault = verify_service_commands(u);
	if (fault) {
		return fault;
	}
	bool oneshot = s->type == SERVICE_ONESHOT;
	if (oneshot && s->exit_type_cgroup) {
		return "Service has ExitType=cgroup set, which isn't allowed for Type=oneshot "
		       "services. Refusing.";
	}
	if (oneshot && (s->restart == RESTART_ALWAYS || s->restart == RESTART_ON_SUCCESS)) {
		return "Service has Restart= set to either always or on-success, which isn't "
		       "allowed for "
		       "Type=oneshot services. Refusing.";
	}
	if (s->type == SERVICE_DBUS && !s->bus_name) {
		return "Service is of type D-Bus but no D-Bus service name has been specified. "
		       "Refusing.";
	}
	fault = verify_kill_mode(u);
	if (fault) {
		return fault;
	}
	if (oneshot && s->runtime_max != USEC_INFINITY) {
		verify_warn(
			u, diags,
			"RuntimeMaxSec= has no effect in combination with Type=oneshot. Ignoring.");
	}
	verify_service_restart(u, diags);
	return NULL;
}

/* ---- the other types ---- */

static bool socket_port_can_accept(const struct socket_port *p)
{
	return streq(p->directive, "ListenStream") || streq(p->directive, "ListenSequentialPacket");
}

static const char *verify_socket(const struct unit *u)
{
	const struct socket_settings *s = &u->socket;
	if (s->n_ports == 0) {
		return "Unit has no Listen setting (ListenStream=, ListenDatagram=, ListenFIFO=, "
		       "...). Refusing.";
	}
	for (size_t i = 0; s->accept && i < s->n_ports; i++) {
		if (!socket_port_can_accept(&s->ports[i])) {
			return "Unit configured for accepting sockets, but sockets are "
			       "non-accepting. Refusing.";
		}
	}
	if (s->max_connections == 0) {
		return "MaxConnection= setting too small. Refusing.";
	}
	if (s->accept && s->service) {
		return "Explicit service configuration for accepting socket units not supported. "
		       "Refusing.";
	}
	return verify_kill_mode(u);
}

static bool verify_path_matches(const struct unit *u, struct arena *a, const char *path)
{
	char *name;
	return path && name_from_path(a, path, unit_type_name(u->type), &name) == 0 &&
	       streq(name, u->id);
}

static const char *verify_mount(const struct unit *u, struct arena *a)
{
	if (!verify_path_matches(u, a, u->mount.where)) {
		return "Where= setting doesn't match unit name. Refusing.";
	}
	/* What is there already needs no What=: a built-in unit stands for such a one. */
	if (!u->mount.what && u->fragment_path) {
		return "What= setting is missing. Refusing.";
	}
	return verify_kill_mode(u);
}

static const char *verify_swap(const struct unit *u, struct arena *a)
{
	if (!u->swap.what) {
		return "What= setting is missing. Refusing.";
	}
	return verify_path_matches(u, a, u->swap.what)
		       ? verify_kill_mode(u)
		       : "Value of What= and unit name do not match, not loading.";
}

const char *defaults_verify(struct unit *u, struct arena *a, struct diag_list *diags)
{
	switch (u->type) {
	case UNIT_SERVICE:
		return verify_service(u, diags);
	case UNIT_SOCKET:
		return verify_socket(u);
	case UNIT_TIMER:
		return u->timer.n_triggers == 0 && !u->timer.on_clock_change &&
				       !u->timer.on_timezone_change
			       ? "Timer unit lacks value setting. Refusing."
			       : NULL;
	case UNIT_PATH:
		return u->path.n_watches == 0 ? "Path unit lacks path setting. Refusing." : NULL;
	case UNIT_MOUNT:
		return verify_mount(u, a);
	case UNIT_AUTOMOUNT:
		return verify_path_matches(u, a, u->automount.where)
			       ? NULL
			       : "Where= setting doesn't match unit name. Refusing.";
	case UNIT_SWAP:
		return verify_swap(u, a);
	default:
		return NULL;
	}
}
