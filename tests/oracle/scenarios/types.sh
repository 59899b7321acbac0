# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Service types: what each takes to be up, and what its ends are called.

scenario_simple_lives() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	state a.service
	run systemctl is-active a.service
	run systemctl start a.service
	run systemctl stop a.service
	state a.service
	run systemctl is-active a.service
	run systemctl is-failed a.service
}
scenario_simple_exits_0() {
	unit a.service <<<$'[Service]\nExecStart=/bin/true'
	run systemctl start a.service
	wait_for a.service inactive/dead
	run systemctl is-failed a.service
}
scenario_simple_exits_3() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sh -c "exit 3"'
	run systemctl start a.service
	wait_for a.service failed/failed
	state a.service
	run systemctl is-active a.service
	run systemctl is-failed a.service
	run systemctl reset-failed a.service
	state a.service
}
scenario_simple_missing_binary() {
	unit a.service <<<$'[Service]\nExecStart=/no/such/thing'
	run systemctl start a.service
	wait_for a.service failed/failed
	state a.service
}
scenario_exec_missing_binary() {
	unit a.service <<<$'[Service]\nType=exec\nExecStart=/no/such/thing'
	run systemctl start a.service
	state a.service
}
scenario_exec_missing_user() {
	unit a.service <<<$'[Service]\nType=exec\nUser=no-such-user\nExecStart=/bin/true'
	run systemctl start a.service
	state a.service
}
scenario_exec_lives() {
	unit a.service <<<$'[Service]\nType=exec\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	state a.service
	run systemctl stop a.service
}
scenario_oneshot_ok() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev one\nExecStart=/ev/ev two'
	run systemctl start a.service
	events
	state a.service
}
scenario_oneshot_second_fails() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev one\nExecStart=/bin/false\nExecStart=/ev/ev three'
	run systemctl start a.service
	events
	state a.service
}
scenario_oneshot_dash_ignores_failure() {
	unit a.service <<<$'[Service]\nType=oneshot\nExecStart=-/bin/false\nExecStart=/ev/ev two'
	run systemctl start a.service
	events
	state a.service
}
scenario_oneshot_remains() {
	unit a.service <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/ev/ev start\nExecStop=/ev/ev stop'
	run systemctl start a.service
	state a.service
	run systemctl start a.service
	events
	run systemctl stop a.service
	events
	state a.service
}
scenario_oneshot_remains_restart() {
	unit a.service <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/ev/ev start\nExecStop=/ev/ev stop'
	run systemctl start a.service
	run systemctl restart a.service
	events
	state a.service
}
scenario_oneshot_only_stop() {
	unit a.service <<<$'[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStop=/ev/ev stop'
	run systemctl start a.service
	state a.service
	run systemctl stop a.service
	events
}
scenario_forking_pidfile() {
	unit a.service <<<$'[Service]\nType=forking\nPIDFile=/run/a.pid\nExecStart=/bin/sh -c "sleep 1000 & echo $! >/run/a.pid"'
	run systemctl start a.service
	state a.service
	run sh -c 'test "$(systemctl show -p MainPID --value a.service)" = "$(cat /run/a.pid)"'
	run systemctl stop a.service
	run test -e /run/a.pid
	state a.service
}
scenario_forking_guess() {
	unit a.service <<<$'[Service]\nType=forking\nExecStart=/bin/sh -c "setsid sleep 1000 &"'
	run systemctl start a.service
	state a.service
	wait_for_comm a.service sleep
	run systemctl stop a.service
	run pgrep -x -f 'sleep 1000'
}
scenario_forking_parent_fails() {
	unit a.service <<<$'[Service]\nType=forking\nExecStart=/bin/sh -c "sleep 1000 & exit 4"'
	run systemctl start a.service
	state a.service
	run pgrep -x -f 'sleep 1000'
}
scenario_forking_no_pidfile_appears() {
	unit a.service <<<$'[Service]\nType=forking\nTimeoutStartSec=1\nPIDFile=/run/never.pid\nExecStart=/bin/sh -c "sleep 1000 &"'
	run systemctl start a.service
	state a.service
}
scenario_notify_ready() {
	unit a.service <<<$'[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sh -c "/ev/ev before; sleep 0.5; systemd-notify --ready --status=up; /ev/ev after; exec sleep 1000"'
	command -v systemd-notify >/dev/null || { echo "no systemd-notify"; return; }
	run systemctl start a.service
	state a.service
	props a.service StatusText
	run systemctl stop a.service
}
scenario_notify_never_ready() {
	unit a.service <<<$'[Service]\nType=notify\nTimeoutStartSec=1\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	state a.service
}
scenario_notify_exits_before_ready() {
	unit a.service <<<$'[Service]\nType=notify\nExecStart=/bin/true'
	run systemctl start a.service
	state a.service
}
scenario_idle() {
	unit a.service <<<$'[Service]\nType=idle\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	state a.service
	run systemctl stop a.service
}
scenario_type_bogus_is_a_warning() {
	unit a.service <<<$'[Service]\nType=bogus\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	state a.service
	props a.service Type LoadState
}
scenario_no_exec_is_bad() {
	unit a.service <<<$'[Service]\nType=simple'
	run systemctl start a.service
	props a.service LoadState
	run systemctl status -n 0 a.service
}
scenario_two_execstart_is_bad() {
	unit a.service <<<$'[Service]\nExecStart=/bin/true\nExecStart=/bin/true'
	run systemctl start a.service
	props a.service LoadState
}
scenario_oneshot_restart_always_is_bad() {
	unit a.service <<<$'[Service]\nType=oneshot\nRestart=always\nExecStart=/bin/true'
	run systemctl start a.service
	props a.service LoadState
}
