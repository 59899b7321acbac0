# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# How services end: what their last commands are told, what happens to the units around them.

# ending SERVICE-LINES…: a service whose stop commands write what they are told.
ending() {
	{
		printf '[Service]\nLimitCORE=0\n'
		printf '%s\n' "$@"
		printf '%s\n' "ExecStop=/bin/sh -c '/ev/ev stop \$SERVICE_RESULT code=\$EXIT_CODE status=\$EXIT_STATUS'" \
			"ExecStopPost=/bin/sh -c '/ev/ev post \$SERVICE_RESULT code=\$EXIT_CODE status=\$EXIT_STATUS main=\${MAINPID-none}'"
	} | unit a.service
}
# ended STATE: waits for it, and tells all.
ended() {
	wait_for a.service "$1"
	events
	state a.service
}
scenario_end_of_clean_exit() {
	ending 'ExecStart=/bin/sleep 1'
	run systemctl start a.service
	ended inactive/dead
}
scenario_end_of_kill() {
	ending 'ExecStart=/bin/sleep 1000'
	run systemctl start a.service
	quietly systemctl kill -s KILL --kill-whom=main a.service
	ended failed/failed
}
scenario_end_of_core_signal() {
	ending 'Type=exec' 'ExecStart=/bin/sleep 1000'
	run systemctl start a.service
	quietly systemctl kill -s SEGV --kill-whom=main a.service
	ended failed/failed
}
scenario_end_of_clean_signal() {
	ending 'ExecStart=/bin/sleep 1000'
	run systemctl start a.service
	quietly systemctl kill -s INT --kill-whom=main a.service
	ended inactive/dead
}
scenario_end_of_realtime_signal() {
	ending 'ExecStart=/bin/sleep 1000'
	run systemctl start a.service
	quietly systemctl kill -s RTMIN+3 --kill-whom=main a.service
	ended failed/failed
}
scenario_end_of_success_status() {
	ending 'SuccessExitStatus=42 SIGUSR2 TEMPFAIL' 'ExecStart=/bin/sh -c "exit 75"'
	run systemctl start a.service
	ended inactive/dead
	ending 'SuccessExitStatus=42 SIGUSR2 TEMPFAIL' 'ExecStart=/bin/sleep 1000'
	run systemctl start a.service
	quietly systemctl kill -s USR2 --kill-whom=main a.service
	ended inactive/dead
	props a.service SuccessExitStatus
}
scenario_end_of_stop() {
	ending 'ExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run systemctl stop a.service
	ended inactive/dead
}
scenario_end_of_failed_oneshot() {
	ending 'Type=oneshot' 'ExecStart=/bin/sh -c "exit 6"'
	run systemctl start a.service
	ended failed/failed
}
scenario_end_of_missing_program() {
	ending 'ExecStart=/no/such/program'
	run systemctl start a.service
	ended failed/failed
}
scenario_end_of_start_timeout() {
	ending 'Type=notify' 'TimeoutStartSec=1' 'ExecStart=/bin/sleep 1000'
	run systemctl start a.service
	ended failed/failed
}
scenario_end_of_watchdog() {
	ending 'Type=notify' 'NotifyAccess=all' 'WatchdogSec=1' 'ExecStart=/bin/sh -c "systemd-notify --ready; exec sleep 1000"'
	run systemctl start a.service
	ended failed/failed
}
scenario_end_of_stop_timeout() {
	ending 'KillMode=mixed' 'TimeoutStopSec=1' 'ExecStart=/bin/sh -c "trap \"\" TERM; /ev/ev deaf; sh -c \"trap /ev/ev\\ child TERM; while :; do sleep 0.1; done\" & while :; do sleep 0.1; done"'
	run systemctl start a.service
	until_events 1
	run systemctl stop a.service
	ended failed/failed
}
scenario_end_of_failing_stop_post() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecStopPost=/bin/false\nExecStopPost=/ev/ev second'
	run systemctl start a.service
	run systemctl stop a.service
	ended failed/failed
}
scenario_end_of_forgiven_stop_post() {
	unit a.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecStop=-/bin/false\nExecStop=/ev/ev stop\nExecStopPost=-/bin/false\nExecStopPost=/ev/ev second'
	run systemctl start a.service
	run systemctl stop a.service
	ended inactive/dead
}
# monitored NAME: a unit that writes all that it is told of the one that it follows.
monitored() {
	unit "$1.service" <<U
[Service]
Type=oneshot
ExecStart=/bin/sh -c '/ev/ev $1 \$MONITOR_UNIT \$MONITOR_SERVICE_RESULT code=\$MONITOR_EXIT_CODE status=\$MONITOR_EXIT_STATUS'
ExecStart=/bin/sh -c 'test \${\#MONITOR_INVOCATION_ID} = 32 && /ev/ev id'
U
}
scenario_monitor_of_failure() {
	monitored h
	unit a.service <<<$'[Unit]\nOnFailure=h.service\nOnSuccess=g.service\n[Service]\nExecStart=/bin/sleep 1000'
	monitored g
	run systemctl start a.service
	quietly systemctl kill -s KILL --kill-whom=main a.service
	until_events 2
	events
}
scenario_monitor_of_success() {
	monitored h
	monitored g
	unit a.service <<<$'[Unit]\nOnFailure=h.service\nOnSuccess=g.service\n[Service]\nExecStart=/bin/sleep 1'
	run systemctl start a.service
	until_events 2
	events
}
scenario_monitor_of_stop() {
	monitored g
	unit a.service <<<$'[Unit]\nOnSuccess=g.service\n[Service]\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	run systemctl stop a.service
	until_events 1
	settle
	events
}
scenario_monitor_of_several() {
	monitored g
	monitored h
	unit a.service <<<$'[Unit]\nOnFailure=g.service h.service\n[Service]\nExecStart=/bin/sh -c "exit 9"'
	run systemctl start a.service
	until_events 4
	sorted_events
}
# keeper NAME UNIT-LINES: lives until it is stopped; says when it ends.
keeper() { unit "$1.service" <<<"[Unit]"$'\n'"$2"$'\n[Service]\nType=exec\nExecStart=/bin/sleep '"${3:-1000}"$'\nExecStopPost=/ev/ev end of '"$1"; }
scenario_needed_ends_by_itself() {
	keeper a $'Requires=b.service\nAfter=b.service' 1
	keeper b 'StopWhenUnneeded=yes'
	run systemctl start a.service
	wait_for b.service inactive/dead
	events
	state a.service b.service
}
scenario_needed_by_two() {
	keeper a 'Wants=c.service'
	keeper b 'Wants=c.service'
	keeper c 'StopWhenUnneeded=yes'
	run systemctl start a.service b.service
	run systemctl stop a.service
	quietly sleep 1
	props c.service ActiveState
	run systemctl stop b.service
	wait_for c.service inactive/dead
}
scenario_unneeded_when_started_by_hand() {
	keeper a 'StopWhenUnneeded=yes'
	run systemctl start a.service
	wait_for a.service inactive/dead
}
scenario_propagates_stop_when_it_ends_by_itself() {
	keeper a 'PropagatesStopTo=b.service' 1
	keeper b ''
	run systemctl start a.service b.service
	wait_for a.service inactive/dead
	wait_for b.service inactive/dead
	state b.service
}
scenario_stop_propagated_from() {
	keeper a ''
	keeper b 'StopPropagatedFrom=a.service'
	run systemctl start a.service b.service
	run systemctl stop a.service
	state b.service
}
scenario_bound_chain_falls() {
	keeper a $'BindsTo=b.service\nAfter=b.service'
	keeper b $'BindsTo=c.service\nAfter=c.service'
	keeper c ''
	run systemctl start a.service
	quietly systemctl kill -s KILL --kill-whom=main c.service
	wait_for c.service failed/failed
	wait_for b.service inactive/dead
	wait_for a.service inactive/dead
	sorted_events
	state a.service b.service c.service
}
scenario_bound_to_oneshot_that_ends() {
	keeper a $'BindsTo=b.service\nAfter=b.service'
	unit b.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/true'
	run systemctl start a.service
	state a.service b.service
}
scenario_bound_to_a_restarting_one() {
	keeper a $'BindsTo=b.service\nAfter=b.service'
	unit b.service <<<$'[Service]\nRestart=always\nRestartSec=1\nExecStart=/bin/sleep 1000'
	run systemctl start a.service
	quietly systemctl kill -s KILL --kill-whom=main b.service
	wait_for a.service inactive/dead
	wait_for b.service active/running
	props a.service ActiveState
}
scenario_upheld_ends_by_itself() {
	keeper a 'Upholds=b.service'
	keeper b '' 1
	run systemctl start a.service
	# Twice: it was started again.
	until_events 2
	run systemctl stop a.service
}
scenario_upheld_by_target() {
	unit a.target <<<$'[Unit]\nUpholds=b.service'
	keeper b ''
	run systemctl start a.target
	wait_for b.service active/running
	run systemctl stop b.service
	wait_for b.service active/running
	run systemctl stop a.target b.service
	quietly sleep 1
	props b.service ActiveState
}
scenario_upheld_stops_with_its_holder() {
	keeper a $'Upholds=b.service\nPropagatesStopTo=b.service'
	keeper b ''
	run systemctl start a.service
	wait_for b.service active/running
	run systemctl stop a.service
	quietly sleep 1
	props b.service ActiveState
}
# Units that start each other, or are kept up: their start limit holds, though a clean end is forgotten.
scenario_circle_of_successes() {
	unit a.service <<<$'[Unit]\nOnSuccess=b.service\n[Service]\nType=oneshot\nExecStart=/ev/ev a'
	unit b.service <<<$'[Unit]\nOnSuccess=a.service\n[Service]\nType=oneshot\nExecStart=/ev/ev b'
	quietly systemctl start --no-block a.service
	wait_for a.service failed/failed
	props a.service Result
	events
}
scenario_circle_of_failures() {
	unit a.service <<<$'[Unit]\nOnFailure=b.service\n[Service]\nType=oneshot\nExecStart=/bin/sh -c "/ev/ev a; exit 1"'
	unit b.service <<<$'[Unit]\nOnFailure=a.service\n[Service]\nType=oneshot\nExecStart=/bin/sh -c "/ev/ev b; exit 1"'
	quietly systemctl start --no-block a.service
	until_events 10
	quietly sleep 1
	events
	state a.service b.service
}
scenario_upheld_ends_at_once() {
	keeper a 'Upholds=b.service'
	unit b.service <<<$'[Unit]\nAfter=a.service\n[Service]\nType=exec\nExecStart=/ev/ev b'
	quietly systemctl start a.service
	wait_for b.service failed/failed
	props b.service Result
	events
	quietly systemctl stop a.service
}
scenario_upheld_without_start_limit() {
	keeper a 'Upholds=b.service'
	unit b.service <<<$'[Unit]\nAfter=a.service\nStartLimitIntervalSec=0\n[Service]\nType=exec\nExecStart=/ev/ev b'
	quietly systemctl start a.service
	until_events 17
	quietly sleep 1
	# Under load systemd itself makes one or two more.
	run sh -c 'test $(wc -l </ev/log) -lt 21'
	quietly systemctl stop a.service
}
scenario_job_timeout_action_none() {
	unit a.service <<<$'[Unit]\nJobTimeoutSec=1\nJobTimeoutAction=none\nJobTimeoutRebootArgument=word\nOnFailure=h.service\n[Service]\nType=oneshot\nExecStart=/bin/sleep 4'
	unit h.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev handler'
	run systemctl start a.service
	until_events 1
	events
	props a.service JobTimeoutUSec JobRunningTimeoutUSec JobTimeoutAction JobTimeoutRebootArgument
	quietly systemctl stop a.service
}
scenario_job_timeout_while_it_waits() {
	unit a.service <<<$'[Unit]\nJobTimeoutSec=1\nAfter=b.service\n[Service]\nType=oneshot\nExecStart=/ev/ev ran'
	unit b.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sleep 4'
	run systemctl start --no-block b.service
	wait_for b.service activating/start
	run systemctl start a.service
	events
	state a.service
	quietly systemctl stop b.service
}
scenario_actions_none() {
	unit a.service <<<$'[Unit]\nSuccessAction=none\nFailureAction=none\nSuccessActionExitStatus=3\nFailureActionExitStatus=4\n[Service]\nType=oneshot\nExecStart=/bin/true'
	run systemctl start a.service
	props a.service SuccessAction FailureAction SuccessActionExitStatus FailureActionExitStatus RebootArgument
}
