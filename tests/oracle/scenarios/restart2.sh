# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Restarts, further: steps, modes, handlers, actions, and what the commands do to them.

scenario_restart_steps() {
	unit a.service <<<$'[Service]\nRestart=always\nRestartSec=200ms\nRestartSteps=2\nRestartMaxDelaySec=2s\nExecStart=/bin/false'
	run systemctl start a.service
	quietly sleep 1.2
	props a.service RestartUSec RestartSteps RestartMaxDelayUSec NRestarts
	run systemctl stop a.service
}
scenario_restart_mode_direct() {
	unit a.service <<<$'[Unit]\nOnFailure=h.service\n[Service]\nRestart=on-failure\nRestartMode=direct\nRestartSec=100ms\nExecStart=/bin/sh -c "if [ -e /ev/once ]; then exec sleep 1000; fi; touch /ev/once; exit 1"'
	unit h.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev handler'
	run systemctl start a.service
	quietly sleep 1
	state a.service
	events
}
scenario_restart_mode_normal() {
	unit a.service <<<$'[Unit]\nOnFailure=h.service\n[Service]\nRestart=on-failure\nRestartSec=100ms\nExecStart=/bin/sh -c "if [ -e /ev/once ]; then exec sleep 1000; fi; touch /ev/once; exit 1"'
	unit h.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev handler'
	run systemctl start a.service
	quietly sleep 1
	state a.service
	events
}
scenario_restart_mode_direct_of_dependents() {
	unit a.service <<<$'[Service]\nRestart=always\nRestartMode=direct\nRestartSec=300ms\nExecStart=/bin/sh -c "if [ -e /ev/once ]; then exec sleep 1000; fi; touch /ev/once; sleep 0.6; exit 1"'
	unit b.service <<<$'[Unit]\nBindsTo=a.service\nAfter=a.service\n[Service]\nExecStart=/bin/sleep 1000\nExecStopPost=/ev/ev b stops'
	run systemctl start b.service
	quietly sleep 2
	state a.service b.service
	events
}
scenario_restart_normal_of_dependents() {
	unit a.service <<<$'[Service]\nRestart=always\nRestartSec=300ms\nExecStart=/bin/sh -c "if [ -e /ev/once ]; then exec sleep 1000; fi; touch /ev/once; sleep 0.6; exit 1"'
	unit b.service <<<$'[Unit]\nBindsTo=a.service\nAfter=a.service\n[Service]\nExecStart=/bin/sleep 1000\nExecStopPost=/ev/ev b stops'
	run systemctl start b.service
	quietly sleep 2
	state a.service b.service
	events
}
scenario_restart_count_is_reset() {
	unit a.service <<<$'[Service]\nRestart=always\nRestartSec=100ms\nExecStart=/bin/sh -c "if [ -e /ev/once ]; then exec sleep 1000; fi; touch /ev/once; exit 1"'
	run systemctl start a.service
	quietly sleep 1
	state a.service
	run systemctl restart a.service
	state a.service
}
scenario_restart_oneshot_on_failure() {
	unit a.service <<<$'[Service]\nType=oneshot\nRestart=on-failure\nRestartSec=100ms\nExecStart=/bin/sh -c "if [ -e /ev/once ]; then exit 0; fi; touch /ev/once; exit 1"'
	run systemctl start a.service
	wait_for a.service inactive/dead
	state a.service
}
scenario_restart_after_failed_pre() {
	unit a.service <<<$'[Service]\nRestart=on-failure\nRestartSec=100ms\nExecStartPre=/bin/sh -c "test -e /ev/once || { touch /ev/once; exit 1; }"\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	wait_for a.service active/running
	state a.service
}
scenario_restart_after_start_timeout() {
	unit a.service <<<$'[Service]\nType=notify\nRestart=on-failure\nRestartSec=100ms\nNotifyAccess=all\nTimeoutStartSec=1\nExecStart=/bin/sh -c "if [ -e /ev/once ]; then systemd-notify --ready; fi; touch /ev/once; exec sleep 1000"'
	run systemctl start a.service
	wait_for a.service active/running
	state a.service
}
scenario_restart_prevented_by_signal() {
	unit a.service <<<$'[Service]\nRestart=always\nRestartSec=100ms\nRestartPreventExitStatus=SIGUSR1\nExecStart=/bin/sh -c "kill -USR1 $$$$"'
	run systemctl start a.service
	wait_for a.service failed/failed
	state a.service
}
scenario_restart_of_clean_status() {
	unit a.service <<<$'[Service]\nRestart=on-failure\nRestartSec=100ms\nSuccessExitStatus=7\nExecStart=/bin/sh -c "exit 7"'
	run systemctl start a.service
	wait_for a.service inactive/dead
	state a.service
}
scenario_restart_stopped_is_not_restarted() {
	unit a.service <<<$'[Service]\nRestart=always\nRestartSec=100ms\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run systemctl stop a.service
	settle
	state a.service
}
scenario_restart_killed_by_command() {
	unit a.service <<<$'[Service]\nRestart=always\nRestartSec=100ms\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run systemctl kill -s KILL a.service
	quietly sleep 1
	state a.service
}
scenario_restart_command_on_failed() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sh -c "if [ -e /ev/once ]; then exec sleep 1000; fi; touch /ev/once; exit 1"'
	run systemctl start a.service
	wait_for a.service failed/failed
	run systemctl try-restart a.service
	state a.service
	run systemctl restart a.service
	state a.service
}
scenario_start_limit_by_hand() {
	unit a.service <<<$'[Unit]\nStartLimitBurst=2\nStartLimitIntervalSec=60\n[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run systemctl restart a.service
	run systemctl restart a.service
	state a.service
	run systemctl status -n 0 a.service
}
scenario_start_limit_off() {
	unit a.service <<<$'[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=oneshot\nExecStart=/bin/true'
	local i
	for i in 1 2 3 4 5 6 7; do quietly systemctl start a.service; done
	run systemctl start a.service
}
scenario_start_limit_of_oneshots() {
	unit a.service <<<$'[Unit]\nStartLimitBurst=3\nStartLimitIntervalSec=60\n[Service]\nType=oneshot\nExecStart=/bin/true'
	run systemctl start a.service
	run systemctl start a.service
	run systemctl start a.service
	run systemctl start a.service
	state a.service
}
scenario_on_failure_of_instance() {
	unit a.service <<<$'[Unit]\nOnFailure=h@%n.service\n[Service]\nExecStart=/bin/sh -c "exit 3"'
	unit h@.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev handles %i'
	run systemctl start a.service
	quietly sleep 1
	events
}
scenario_on_failure_at_start_limit() {
	unit a.service <<<$'[Unit]\nOnFailure=h.service\nStartLimitBurst=2\nStartLimitIntervalSec=60\n[Service]\nRestart=always\nRestartSec=50ms\nExecStart=/bin/false'
	unit h.service <<<$'[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=oneshot\nExecStart=/ev/ev handler'
	run systemctl start a.service
	wait_for a.service failed/failed
	settle
	state a.service
	run sh -c 'tail -n 1 /ev/log'
}
scenario_on_failure_of_dependency() {
	unit a.service <<<$'[Unit]\nRequires=b.service\nAfter=b.service\nOnFailure=h.service\n[Service]\nExecStart=/bin/sleep 1000'
	unit b.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/false'
	unit h.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev handler'
	run systemctl start a.service
	settle
	events
	state a.service b.service
}
scenario_on_failure_of_timeout_result() {
	unit a.service <<<$'[Unit]\nOnFailure=h.service\n[Service]\nType=oneshot\nTimeoutStartSec=1\nExecStart=/bin/sleep 1000'
	unit h.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sh -c "/ev/ev $MONITOR_SERVICE_RESULT $MONITOR_EXIT_CODE $MONITOR_EXIT_STATUS"'
	run systemctl start a.service
	settle
	events
}
scenario_upheld_is_started_with() {
	unit a.service <<<$'[Unit]\nUpholds=b.service\n[Service]\nExecStart=/bin/sleep 1000'
	unit b.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	wait_for b.service active/running
	run systemctl stop b.service
	wait_for b.service active/running
	run systemctl stop a.service
}
scenario_binds_to_clean_end() {
	unit a.service <<<$'[Unit]\nBindsTo=b.service\nAfter=b.service\n[Service]\nExecStart=/bin/sleep 1000'
	unit b.service <<<$'[Service]\nExecStart=/bin/sleep 1'
	run systemctl start a.service
	wait_for a.service inactive/dead
	props b.service ActiveState Result
}
scenario_part_of_chain() {
	local n
	for n in a b c; do
		unit $n.service <<U
[Unit]
PartOf=$(tr abc xab <<<$n).service
After=$(tr abc xab <<<$n).service
[Service]
Type=exec
ExecStart=/bin/sleep 1000
ExecStartPre=/ev/ev start $n
ExecStopPost=/ev/ev stop $n
U
	done
	run systemctl start a.service b.service c.service
	events
	run systemctl restart a.service
	until_events 6
	events
	run systemctl stop a.service
	events
	state a.service b.service c.service
}
scenario_restart_propagates_to_required_by() {
	unit a.service <<<$'[Unit]\nRequires=b.service\nAfter=b.service\n[Service]\nType=exec\nExecStart=/bin/sleep 1000\nExecStopPost=/ev/ev a stops'
	unit b.service <<<$'[Service]\nType=exec\nExecStart=/bin/sleep 1000\nExecStopPost=/ev/ev b stops'
	run systemctl start a.service
	run systemctl try-restart b.service
	events
	run systemctl stop b.service
	events
	run systemctl restart b.service
	state a.service b.service
}
scenario_reload_propagated_from() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecReload=/ev/ev reload a'
	unit b.service <<<$'[Unit]\nReloadPropagatedFrom=a.service\n[Service]\nExecStart=/bin/sleep 1000\nExecReload=/ev/ev reload b'
	run systemctl start a.service b.service
	run systemctl reload a.service
	settle
	sorted_events
}
scenario_start_limit_action_none() {
	unit a.service <<<$'[Unit]\nFailureAction=none\nSuccessAction=none\nStartLimitAction=none\n[Service]\nExecStart=/bin/false'
	run systemctl start a.service
	wait_for a.service failed/failed
	props a.service FailureAction SuccessAction StartLimitAction
}
scenario_restart_mode_debug() {
	unit a.service <<<$'[Service]\nRestart=on-failure\nRestartMode=debug\nRestartSec=100ms\nExecStartPre=/bin/sh -c "/ev/ev pre debug=$DEBUG_INVOCATION"\nExecStart=/bin/sh -c "/ev/ev debug=$DEBUG_INVOCATION; [ $(grep -c ^debug /ev/log) -ge 3 ] || exit 1; exec sleep 1000"\nExecReload=/bin/sh -c "/ev/ev reload debug=$DEBUG_INVOCATION"\nExecStopPost=/bin/sh -c "/ev/ev post debug=$DEBUG_INVOCATION"'
	run systemctl start a.service
	until_events 8
	wait_for a.service active/running
	state a.service
	props a.service RestartMode DebugInvocation
	run systemctl reload a.service
	run systemctl restart a.service
	until_events 12
	run systemctl stop a.service
	events
	state a.service
	props a.service DebugInvocation
}
