# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Dependencies between units, at start, at stop, and when one ends by itself.

# sleeper NAME [UNIT-LINES]: a service that writes its start and stop, and lives.
sleeper() {
	unit "$1.service" <<U
[Unit]
${2:-}
[Service]
Type=exec
ExecStartPre=/ev/ev start $1
ExecStart=/bin/sleep 1000
ExecStopPost=/ev/ev stop $1
U
}
# oneshot NAME COMMAND [UNIT-LINES]
oneshot() {
	unit "$1.service" <<U
[Unit]
${3:-}
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=$2
U
}

scenario_requires_after() {
	sleeper a $'Requires=b.service\nAfter=b.service'
	sleeper b
	run systemctl start a.service
	state a.service b.service
	run systemctl stop b.service
	state a.service b.service
	events
}
scenario_requires_missing() {
	sleeper a 'Requires=missing.service'
	run systemctl start a.service
	state a.service
}
scenario_wants_missing() {
	sleeper a 'Wants=missing.service'
	run systemctl start a.service
	state a.service
}
scenario_requires_fails_with_after() {
	sleeper a $'Requires=b.service\nAfter=b.service'
	oneshot b /bin/false
	run systemctl start a.service
	state a.service b.service
	events
}
scenario_requires_fails_without_after() {
	sleeper a 'Requires=b.service'
	oneshot b '/bin/sh -c "sleep 1.5; exit 1"'
	run systemctl start a.service
	wait_for b.service failed/failed
	settle
	state b.service
}
scenario_wants_fails() {
	sleeper a $'Wants=b.service\nAfter=b.service'
	oneshot b /bin/false
	run systemctl start a.service
	state a.service b.service
}
scenario_requisite_inactive() {
	sleeper a $'Requisite=b.service\nAfter=b.service'
	sleeper b
	run systemctl start a.service
	state a.service b.service
}
scenario_requisite_active() {
	sleeper a $'Requisite=b.service\nAfter=b.service'
	sleeper b
	run systemctl start b.service
	run systemctl start a.service
	run systemctl stop b.service
	state a.service b.service
}
scenario_binds_to_dies() {
	sleeper a $'BindsTo=b.service\nAfter=b.service'
	sleeper b
	run systemctl start a.service
	quietly systemctl kill -s KILL b.service
	wait_for a.service inactive/dead
	state a.service b.service
}
scenario_requires_dies() {
	sleeper a $'Requires=b.service\nAfter=b.service'
	sleeper b
	run systemctl start a.service
	quietly systemctl kill -s KILL b.service
	wait_for b.service failed/failed
	settle
	state a.service b.service
}
scenario_part_of() {
	sleeper a 'PartOf=b.service'
	sleeper b
	run systemctl start a.service b.service
	sorted_events
	run systemctl restart b.service
	quietly sleep 1
	sorted_events
	run systemctl stop b.service
	state a.service b.service
}
scenario_part_of_does_not_start() {
	sleeper a 'PartOf=b.service'
	sleeper b
	run systemctl start b.service
	state a.service b.service
	run systemctl restart b.service
	state a.service b.service
}
scenario_conflicts() {
	sleeper a 'Conflicts=b.service'
	sleeper b
	run systemctl start b.service
	run systemctl start a.service
	state a.service b.service
	run systemctl start b.service
	state a.service b.service
}
scenario_conflicts_ordered() {
	sleeper a $'Conflicts=b.service\nAfter=b.service'
	sleeper b
	run systemctl start b.service
	run systemctl start a.service
	events
}
scenario_order_of_three() {
	oneshot a '/ev/ev a' 'After=b.service'
	oneshot b '/bin/sh -c "sleep 0.2; /ev/ev b"' 'After=c.service'
	oneshot c '/bin/sh -c "sleep 0.2; /ev/ev c"'
	unit t.target <<<$'[Unit]\nWants=a.service b.service c.service'
	run systemctl start t.target
	events
}
scenario_before() {
	oneshot a '/bin/sh -c "sleep 0.2; /ev/ev a"' 'Before=b.service'
	oneshot b '/ev/ev b'
	unit t.target <<<$'[Unit]\nWants=a.service b.service'
	run systemctl start t.target
	events
}
scenario_stop_in_reverse() {
	sleeper a $'Requires=b.service\nAfter=b.service'
	sleeper b $'Requires=c.service\nAfter=c.service'
	sleeper c
	run systemctl start a.service
	run systemctl stop c.service
	events
}
scenario_restart_with_dependents() {
	sleeper a $'Requires=b.service\nAfter=b.service'
	sleeper b
	run systemctl start a.service
	run systemctl restart b.service
	wait_for a.service active/running
	events
	state a.service b.service
}
scenario_target_pulls_in() {
	unit t.target <<<$'[Unit]\nWants=a.service b.service'
	sleeper a 'PartOf=t.target'
	sleeper b
	run systemctl start t.target
	state a.service b.service
	run systemctl is-active t.target
	run systemctl stop t.target
	wait_for a.service inactive/dead
	state a.service b.service
	quietly systemctl stop b.service
}
scenario_wants_directory() {
	sleeper a
	unit t.target <<<$'[Unit]\nDescription=T'
	run systemctl add-wants t.target a.service
	run systemctl start t.target
	state a.service
	made+=(t.target.wants)
}
scenario_cycle() {
	sleeper a $'Requires=b.service\nAfter=b.service'
	sleeper b $'Requires=a.service\nAfter=a.service'
	run systemctl start a.service
	state a.service b.service
}
scenario_cycle_broken_at_a_want() {
	sleeper a $'Wants=b.service\nAfter=b.service'
	sleeper b 'After=a.service'
	run systemctl start a.service
	state a.service
}
scenario_on_failure() {
	unit a.service <<<$'[Unit]\nOnFailure=h.service\n[Service]\nExecStart=/bin/sh -c "exit 8"'
	unit h.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sh -c "/ev/ev handler $MONITOR_UNIT $MONITOR_SERVICE_RESULT $MONITOR_EXIT_CODE $MONITOR_EXIT_STATUS"'
	run systemctl start a.service
	quietly sleep 1
	events
	state a.service
}
scenario_on_success() {
	unit a.service <<<$'[Unit]\nOnSuccess=h.service\n[Service]\nType=oneshot\nExecStart=/bin/true'
	unit h.service <<<$'[Service]\nType=oneshot\nExecStart=/bin/sh -c "/ev/ev handler $MONITOR_UNIT $MONITOR_SERVICE_RESULT"'
	run systemctl start a.service
	quietly sleep 1
	events
}
scenario_upholds() {
	sleeper a 'Upholds=b.service'
	sleeper b
	run systemctl start a.service
	quietly systemctl kill -s KILL b.service
	quietly sleep 1
	wait_for b.service active/running
	props b.service ActiveState
	run systemctl stop a.service
	quietly systemctl stop b.service
}
scenario_stop_when_unneeded() {
	sleeper a $'Requires=b.service\nAfter=b.service'
	sleeper b 'StopWhenUnneeded=yes'
	run systemctl start a.service
	state b.service
	run systemctl stop a.service
	wait_for b.service inactive/dead
}
scenario_propagates_stop_to() {
	sleeper a 'PropagatesStopTo=b.service'
	sleeper b
	run systemctl start a.service b.service
	run systemctl stop a.service
	state a.service b.service
}
scenario_propagates_reload_to() {
	unit a.service <<<$'[Unit]\nPropagatesReloadTo=b.service\n[Service]\nExecStart=/bin/sleep 1000\nExecReload=/ev/ev reload a'
	unit b.service <<<$'[Service]\nExecStart=/bin/sleep 1000\nExecReload=/ev/ev reload b'
	run systemctl start a.service b.service
	run systemctl reload a.service
	until_events 2
	sorted_events
}
scenario_refuse_manual() {
	sleeper a $'RefuseManualStart=yes\nRefuseManualStop=yes'
	sleeper b 'Requires=a.service'
	run systemctl start a.service
	run systemctl start b.service
	run systemctl stop a.service
	run systemctl stop b.service
}
scenario_isolate() {
	unit t.target <<<$'[Unit]\nAllowIsolate=yes\nRequires=basic.target\nWants=a.service'
	unit u.target <<<$'[Unit]\nDescription=no isolation'
	sleeper a
	run systemctl isolate u.target
	run systemctl start u.target
	run systemctl is-active u.target
}
scenario_masked() {
	sleeper a 'Requires=b.service'
	sleeper b
	mv /etc/systemd/system/b.service /usr/lib/systemd/system/b.service
	quietly systemctl daemon-reload
	run systemctl mask b.service
	run systemctl start b.service
	run systemctl start a.service
	run systemctl is-enabled b.service
	run systemctl unmask b.service
	run systemctl start a.service
	wait_for b.service active/running
	state a.service b.service
	quietly systemctl stop a.service b.service
	rm -f /usr/lib/systemd/system/b.service
}
scenario_template() {
	unit t@.service <<<$'[Service]\nType=oneshot\nExecStart=/ev/ev %p %i %I %n %N %j'
	run systemctl start t@x-y.service t@two.service
	sorted_events
	run systemctl start t@.service
}
scenario_alias() {
	sleeper a
	ln -s a.service /etc/systemd/system/other.service
	made+=(other.service)
	run systemctl start other.service
	run systemctl is-active a.service
	props other.service Id Names
	run systemctl stop other.service
	run systemctl is-active a.service
}
scenario_condition_unmet() {
	sleeper a 'ConditionPathExists=/no/such/file'
	run systemctl start a.service
	run systemctl is-active a.service
	state a.service
	events
}
scenario_assert_unmet() {
	sleeper a 'AssertPathExists=/no/such/file'
	run systemctl start a.service
	state a.service
}
scenario_unknown() {
	run systemctl start nosuch.service
	run systemctl stop nosuch.service
	run systemctl restart nosuch.service
	run systemctl reload nosuch.service
	run systemctl try-restart nosuch.service
	run systemctl is-active nosuch.service
	run systemctl is-failed nosuch.service
	run systemctl status nosuch.service
	run systemctl kill nosuch.service
	run systemctl reset-failed nosuch.service
	run systemctl cat nosuch.service
	run systemctl show -p LoadState -p ActiveState nosuch.service
}
scenario_several_with_one_unknown() {
	sleeper a
	run systemctl start nosuch.service a.service
	state a.service
}
