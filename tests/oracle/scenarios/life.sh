# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What a service tells its manager while it lives: readiness, reloading, stopping, watchdog, main process, descriptors; and timeouts.

# telling NAME COMMAND [SERVICE-LINES…]: a notify service whose shell runs COMMAND.
telling() {
	local name=$1 command=$2
	shift 2
	printf '#!/bin/sh\n%s\n' "$command" >"/ev/$name"
	chmod 755 "/ev/$name"
	unit "$name.service" < <(
		printf '[Service]\nType=notify\nNotifyAccess=all\nLimitCORE=0\nExecStart=/ev/%s\n' "$name"
		printf '%s\n' "$@"
	)
}
scenario_watchdog_missed() {
	telling a 'systemd-notify --ready; exec sleep 1000' 'WatchdogSec=1'
	run systemctl start a.service
	wait_for a.service failed/failed
	state a.service
}
scenario_watchdog_fed() {
	telling a 'systemd-notify --ready; for i in 1 2 3 4 5 6 7 8; do sleep 0.4; systemd-notify WATCHDOG=1; done; exit 3' 'WatchdogSec=1500ms'
	run systemctl start a.service
	wait_for a.service failed/failed
	state a.service
}
scenario_watchdog_signal() {
	telling a 'trap "echo usr1 >>/ev/log; exit 0" USR1; systemd-notify --ready; while :; do sleep 0.1; done' 'WatchdogSec=1' 'WatchdogSignal=SIGUSR1'
	run systemctl start a.service
	wait_for a.service failed/failed
	state a.service
	events
}
scenario_watchdog_trigger() {
	telling a 'systemd-notify --ready; sleep 0.3; systemd-notify WATCHDOG=trigger; exec sleep 1000'
	run systemctl start a.service
	wait_for a.service failed/failed
	state a.service
}
scenario_watchdog_environment() {
	telling a '/ev/ev $WATCHDOG_USEC; test "$WATCHDOG_PID" = $$ && /ev/ev own pid; systemd-notify --ready; exec sleep 1000' 'WatchdogSec=70'
	run systemctl start a.service
	events
	props a.service WatchdogUSec WatchdogSignal
}
scenario_watchdog_usec_told() {
	telling a 'systemd-notify WATCHDOG_USEC=1000000; systemd-notify --ready; exec sleep 1000' 'WatchdogSec=100'
	run systemctl start a.service
	wait_for a.service failed/failed
	state a.service
}
scenario_watchdog_restarts() {
	telling a 'if [ -e /ev/once ]; then systemd-notify --ready WATCHDOG_USEC=100000000; exec sleep 1000; fi; touch /ev/once; systemd-notify --ready; exec sleep 1000' 'WatchdogSec=1' 'Restart=on-watchdog' 'RestartSec=100ms'
	run systemctl start a.service
	quietly sleep 2.5
	state a.service
}
scenario_notify_reload() {
	telling a 'trap "systemd-notify --reloading; /ev/ev hup; sleep 0.3; systemd-notify --ready" HUP; systemd-notify --ready; while :; do sleep 0.1; done' 'Type=notify-reload'
	run systemctl start a.service
	settle
	run systemctl reload a.service
	events
	state a.service
	run systemctl stop a.service
}
scenario_notify_reload_signal() {
	telling a 'trap "systemd-notify --reloading; /ev/ev usr2; systemd-notify --ready" USR2; systemd-notify --ready; while :; do sleep 0.1; done' 'Type=notify-reload' 'ReloadSignal=SIGUSR2'
	run systemctl start a.service
	run systemctl reload a.service
	events
	props a.service ReloadSignal CanReload
}
scenario_notify_reload_never_answered() {
	telling a 'trap "" HUP; systemd-notify --ready; exec sleep 1000' 'Type=notify-reload' 'TimeoutStartSec=1'
	run systemctl start a.service
	run systemctl reload a.service
	state a.service
	props a.service ReloadResult
}
scenario_notify_reload_by_itself() {
	telling a 'systemd-notify --ready; sleep 1; systemd-notify --reloading; sleep 2; systemd-notify --ready; exec sleep 1000'
	run systemctl start a.service
	wait_for a.service reloading/reload-notify
	run systemctl is-active a.service
	wait_for a.service active/running
}
scenario_notify_stopping() {
	telling a 'trap "" TERM; systemd-notify --ready; sleep 0.5; systemd-notify --stopping; sleep 2; exit 0'
	run systemctl start a.service
	wait_for a.service deactivating/stop-sigterm
	run systemctl is-active a.service
	wait_for a.service inactive/dead
}
scenario_notify_mainpid() {
	telling a 'sleep 1000 & systemd-notify MAINPID=$!; systemd-notify --ready; sleep 0.3; exit 0'
	run systemctl start a.service
	quietly sleep 1
	state a.service
	wait_for_comm a.service sleep
	quietly systemctl kill --kill-whom=main -s KILL a.service
	wait_for a.service failed/failed
	state a.service
}
scenario_notify_mainpid_bogus() {
	telling a 'systemd-notify MAINPID=0; systemd-notify MAINPID=nonsense; systemd-notify --ready; exec sleep 1000'
	run systemctl start a.service
	wait_for_comm a.service sleep
	state a.service
}
scenario_notify_status_and_errno() {
	telling a 'systemd-notify --ready --status="all is well"; systemd-notify ERRNO=2; systemd-notify BUSERROR=org.example.Bad; exec sleep 1000'
	run systemctl start a.service
	quietly sleep 1
	props a.service StatusText StatusErrno
}
scenario_notify_access_main() {
	telling a 'systemd-notify --ready; exec sleep 1000' 'NotifyAccess=main' 'TimeoutStartSec=1'
	run systemctl start a.service
	state a.service
}
scenario_notify_access_default() {
	telling a 'systemd-notify --ready; exec sleep 1000'
	sed -i /NotifyAccess/d /etc/systemd/system/a.service
	props a.service NotifyAccess
	unit b.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	reload_if_stale
	props a.service NotifyAccess
	props b.service NotifyAccess
}
scenario_notify_exec_by_main() {
	unit a.service <<<$'[Service]\nType=notify\nNotifyAccess=main\nExecStart=/usr/bin/systemd-notify --ready --exec \\; /bin/sleep 1000'
	run systemctl start a.service
	state a.service
}
scenario_notify_from_post_is_exec() {
	unit a.service <<<$'[Service]\nType=notify\nNotifyAccess=exec\nExecStart=/usr/bin/systemd-notify --ready --exec \\; /bin/sleep 1000\nExecStartPost=/usr/bin/systemd-notify --status=posted'
	run systemctl start a.service
	props a.service StatusText
}
scenario_notify_fails_before_ready() {
	telling a 'exit 4'
	run systemctl start a.service
	state a.service
}
scenario_notify_ready_twice() {
	telling a 'systemd-notify --ready; systemd-notify --ready; /ev/ev on; exec sleep 1000'
	run systemctl start a.service
	until_events 1
	events
	state a.service
}
scenario_notify_socket_is_there_for_others() {
	unit a.service <<<$'[Service]\nNotifyAccess=all\nExecStart=/bin/sh -c "test -S $NOTIFY_SOCKET && /ev/ev socket; exec sleep 1000"'
	unit b.service <<<$'[Service]\nExecStart=/bin/sh -c "/ev/ev none=$NOTIFY_SOCKET; exec sleep 1000"'
	run systemctl start a.service
	until_events 1
	run systemctl start b.service
	until_events 2
	events
}
scenario_extend_timeout_of_start() {
	telling a 'systemd-notify EXTEND_TIMEOUT_USEC=10000000; sleep 2.5; systemd-notify --ready; exec sleep 1000' 'TimeoutStartSec=1'
	run systemctl start a.service
	state a.service
}
scenario_extend_timeout_of_runtime() {
	telling a 'systemd-notify --ready; systemd-notify EXTEND_TIMEOUT_USEC=3000000; exec sleep 1000' 'RuntimeMaxSec=1'
	run systemctl start a.service
	quietly sleep 1.5
	state a.service
	wait_for a.service failed/failed
	state a.service
}
scenario_extend_timeout_of_stop() {
	telling a 'trap "systemd-notify EXTEND_TIMEOUT_USEC=8000000; sleep 2; exit 0" TERM; systemd-notify --ready; while :; do sleep 0.1; done' 'TimeoutStopSec=1' 'KillMode=mixed'
	run systemctl start a.service
	settle
	run systemctl stop a.service
	state a.service
}
scenario_runtime_max() {
	unit a.service <<<$'[Service]\nRuntimeMaxSec=1\nExecStart=/bin/sleep 1000\nExecStopPost=/ev/ev post $SERVICE_RESULT'
	run systemctl start a.service
	wait_for a.service failed/failed
	state a.service
	events
}
scenario_runtime_max_of_oneshot() {
	unit a.service <<<$'[Service]\nType=oneshot\nRuntimeMaxSec=1\nExecStart=/bin/sleep 1.5'
	run systemctl start a.service
	state a.service
	props a.service RuntimeMaxUSec
}
scenario_timeout_start_pre() {
	unit a.service <<<$'[Service]\nTimeoutStartSec=1\nExecStartPre=/bin/sleep 1000\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	state a.service
}
scenario_timeout_start_oneshot() {
	unit a.service <<<$'[Service]\nType=oneshot\nTimeoutStartSec=1\nExecStart=/bin/sleep 1000\nExecStopPost=/ev/ev post $SERVICE_RESULT'
	run systemctl start a.service
	state a.service
	events
}
scenario_timeout_start_mode_abort() {
	unit a.service <<<$'[Service]\nType=notify\nLimitCORE=0\nTimeoutStartSec=1\nTimeoutStartFailureMode=abort\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	state a.service
}
scenario_timeout_start_mode_kill() {
	unit a.service <<<$'[Service]\nType=notify\nTimeoutStartSec=1\nTimeoutStartFailureMode=kill\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	state a.service
}
scenario_timeout_stop_mode_abort() {
	unit a.service <<<$'[Service]\nLimitCORE=0\nTimeoutStopSec=1\nTimeoutStopFailureMode=abort\nExecStart=/bin/sh -c "trap \'\' TERM; while :; do sleep 0.1; done"'
	run systemctl start a.service
	quietly sleep 1
	run systemctl stop a.service
	state a.service
}
scenario_timeout_abort() {
	unit a.service <<<$'[Service]\nLimitCORE=0\nTimeoutStopSec=1\nTimeoutAbortSec=1\nTimeoutStopFailureMode=abort\nExecStart=/bin/sh -c "trap \'\' TERM ABRT; while :; do sleep 0.1; done"'
	run systemctl start a.service
	quietly sleep 1
	run systemctl stop a.service
	state a.service
	props a.service TimeoutAbortUSec
}
scenario_timeout_of_stop_command() {
	unit a.service <<<$'[Service]\nTimeoutStopSec=1\nExecStart=/bin/sleep 1000\nExecStop=/bin/sleep 1000\nExecStopPost=/ev/ev post $SERVICE_RESULT'
	run systemctl start a.service
	run systemctl stop a.service
	state a.service
	events
}
scenario_timeout_of_reload() {
	unit a.service <<<$'[Service]\nTimeoutStartSec=1\nExecStart=/bin/sleep 1000\nExecReload=/bin/sleep 1000'
	run systemctl start a.service
	run systemctl reload a.service
	state a.service
	props a.service ReloadResult
}
scenario_send_sighup() {
	unit a.service <<<$'[Service]\nSendSIGHUP=yes\nKillMode=mixed\nExecStart=/bin/sh -c "trap \'echo hup >>/ev/log\' HUP; trap \'/ev/ev term; sleep 0.2; exit 0\' TERM; while :; do sleep 0.1; done"'
	run systemctl start a.service
	quietly sleep 1
	run systemctl stop a.service
	sorted_events
}
scenario_final_kill_signal() {
	unit a.service <<<$'[Service]\nLimitCORE=0\nTimeoutStopSec=1\nFinalKillSignal=SIGQUIT\nExecStart=/bin/sh -c "trap \'\' TERM; while :; do sleep 0.1; done"'
	run systemctl start a.service
	quietly sleep 1
	run systemctl stop a.service
	state a.service
}
scenario_send_sigkill_no() {
	unit a.service <<<$'[Service]\nTimeoutStopSec=1\nSendSIGKILL=no\nExecStart=/bin/sh -c "trap \'\' TERM; while :; do sleep 0.1; done"'
	run systemctl start a.service
	quietly sleep 1
	run systemctl stop a.service
	state a.service
	quietly pkill -KILL -f '[w]hile :; do sleep 0.1'
}
scenario_restart_kill_signal() {
	unit a.service <<<$'[Service]\nRestartKillSignal=SIGUSR2\nKillMode=mixed\nExecStart=/bin/sh -c "trap \'/ev/ev usr2; exit 0\' USR2; trap \'/ev/ev term; exit 0\' TERM; while :; do sleep 0.1; done"'
	run systemctl start a.service
	quietly sleep 1
	run systemctl restart a.service
	quietly sleep 1
	run systemctl stop a.service
	events
}
scenario_exit_type_cgroup() {
	unit a.service <<<$'[Service]\nExitType=cgroup\nExecStart=/bin/sh -c "sleep 4 & exit 0"'
	run systemctl start a.service
	settle
	state a.service
	wait_for a.service inactive/dead
}
scenario_exit_type_cgroup_fails() {
	unit a.service <<<$'[Service]\nExitType=cgroup\nExecStart=/bin/sh -c "sleep 1 & exit 5"'
	run systemctl start a.service
	wait_for a.service failed/failed
	state a.service
}
scenario_main_leaves_children() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sh -c "sleep 1114 & exit 0"\nExecStop=/ev/ev stop\nExecStopPost=/ev/ev post'
	run systemctl start a.service
	wait_for a.service inactive/dead
	run pgrep -f 'slee[p] 1114'
	events
}
scenario_simple_remains_after_exit() {
	unit a.service <<<$'[Service]\nRemainAfterExit=yes\nExecStart=/bin/true\nExecStop=/ev/ev stop'
	run systemctl start a.service
	wait_for a.service active/exited
	state a.service
	run systemctl stop a.service
	events
}
scenario_simple_remains_after_failure() {
	unit a.service <<<$'[Service]\nRemainAfterExit=yes\nExecStart=/bin/false'
	run systemctl start a.service
	wait_for a.service failed/failed
}
scenario_forking_main_dies() {
	unit a.service <<<$'[Service]\nType=forking\nPIDFile=/run/a.pid\nExecStart=/bin/sh -c "sleep 1000 & echo $! >/run/a.pid"'
	run systemctl start a.service
	quietly sh -c 'kill -KILL $(cat /run/a.pid)'
	wait_for a.service failed/failed
	state a.service
}
scenario_forking_no_guess() {
	unit a.service <<<$'[Service]\nType=forking\nGuessMainPID=no\nExecStart=/bin/sh -c "setsid sleep 1000 &"'
	run systemctl start a.service
	state a.service
	props a.service MainPID
	run systemctl stop a.service
}
scenario_forking_pidfile_of_another() {
	unit a.service <<<$'[Service]\nType=forking\nUser=daemon\nTimeoutStartSec=1\nPIDFile=/ev/a.pid\nExecStart=/bin/sh -c "sleep 1000 & echo 1 >/ev/a.pid"'
	run systemctl start a.service
	state a.service
}
scenario_fdstore() {
	printf '#!/bin/sh\n/ev/ev fds=$LISTEN_FDS names=$LISTEN_FDNAMES\nif [ -z "$LISTEN_FDS" ]; then exec 5>/ev/kept; systemd-notify --fd=5 --fdname=kept; fi\nif [ -n "$LISTEN_FDS" ]; then echo again >&3; fi\nsystemd-notify --ready\nexec sleep 1000\n' >/ev/a
	chmod 755 /ev/a
	unit a.service <<<$'[Service]\nType=notify\nNotifyAccess=all\nFileDescriptorStoreMax=4\nExecStart=/ev/a'
	run systemctl start a.service
	props a.service FileDescriptorStoreMax NFileDescriptorStore
	run systemctl restart a.service
	props a.service NFileDescriptorStore
	events
	run cat /ev/kept
	run systemctl stop a.service
	props a.service NFileDescriptorStore
}
scenario_fdstore_is_full() {
	telling a 'for i in 1 2 3; do exec 5>/ev/kept$i; systemd-notify --fd=5 --fdname=k$i; done; systemd-notify --ready; exec sleep 1000' 'FileDescriptorStoreMax=2'
	run systemctl start a.service
	props a.service NFileDescriptorStore
}
scenario_fdstore_remove() {
	telling a 'exec 5>/ev/kept; systemd-notify --fd=5 --fdname=one; systemd-notify --fd=5 --fdname=two; systemd-notify FDSTOREREMOVE=1 FDNAME=one; systemd-notify --ready; exec sleep 1000' 'FileDescriptorStoreMax=4'
	run systemctl start a.service
	props a.service NFileDescriptorStore
}
scenario_fdstore_is_off() {
	telling a 'exec 5>/ev/kept; systemd-notify --fd=5 --fdname=one; systemd-notify --ready; exec sleep 1000'
	run systemctl start a.service
	props a.service NFileDescriptorStore
}
